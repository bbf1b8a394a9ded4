// Package grid writes tables of plain text: aligned for a terminal, in Markdown,
// or as CSV. What a cell holds is data: markup, formulas and control characters
// have no effect.
package grid

import (
	"bufio"
	"encoding/csv"
	"io"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/internal/text/wrap"
	"golang.org/x/text/unicode/norm"
)

// Table is a small table.
type Table struct {
	Header []string
	Rows   [][]string
}

// All yields the rows.
func (t Table) All() iter.Seq[[]string] { return slices.Values(t.Rows) }

// WithoutEmpty returns the table without the columns that hold nothing.
func (t Table) WithoutEmpty() Table {
	var keep []int
	for i := range t.Header {
		if slices.ContainsFunc(t.Rows, func(row []string) bool { return row[i] != "" }) {
			keep = append(keep, i)
		}
	}
	of := func(row []string) []string {
		var list []string
		for _, i := range keep {
			list = append(list, row[i])
		}
		return list
	}
	less := Table{Header: of(t.Header)}
	for _, row := range t.Rows {
		less.Rows = append(less.Rows, of(row))
	}
	return less
}

// Text writes columns of equal width, two spaces apart, as wide as a terminal
// shows them, so that Japanese aligns: see [wrap.Terminal] for ambiguous. The
// last column is not padded. A row may have fewer cells than the header, or
// more. It passes over rows twice; done, unless nil, is called for each that is
// written.
func Text(w *bufio.Writer, header []string, rows iter.Seq[[]string], ambiguous int, done func()) error {
	var widths []int
	widen := func(row []string) {
		for i, s := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], wrap.Columns(printable.Line(s), ambiguous))
		}
	}
	line := func(row []string) error {
		var b strings.Builder
		for i, s := range row {
			if s = printable.Line(s); i+1 < len(row) {
				s = wrap.Pad(s, widths[i]+2, ambiguous)
			}
			b.WriteString(s)
		}
		_, err := w.WriteString(strings.TrimRight(b.String(), " ") + "\n")
		return err
	}
	widen(header)
	for row := range rows {
		widen(row)
	}
	return each(header, rows, line, done)
}

// Markdown writes a table of GitHub-flavoured Markdown. done is that of [Text].
func Markdown(w *bufio.Writer, header []string, rows iter.Seq[[]string], done func()) error {
	rule := "\n" + strings.Repeat("| --- ", len(header)) + "|\n"
	return each(header, rows, func(cells []string) error {
		for _, s := range cells {
			w.WriteString("| ")
			w.WriteString(EscapeMarkdown(s))
			w.WriteByte(' ')
		}
		_, err := w.WriteString("|" + rule)
		rule = "\n"
		return err
	}, done)
}

// EscapeMarkdown keeps text from being read as markup, and on one line.
func EscapeMarkdown(s string) string {
	s = markdown.Replace(printable.Line(s))
	if m := marker.FindStringSubmatchIndex(s); m != nil { // at the start of a line or an item it would begin a list
		s = s[:m[2]] + `\` + s[m[2]:]
	}
	return s
}

// marker finds what begins a list or underlines a heading.
var marker = regexp.MustCompile(`^\s*\d{0,9}([-+=.)])(?:[\s=-]|$)`)

var markdown = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", ">", "&gt;", "&", "&amp;", "[", `\[`, "]", `\]`, "~", `\~`, "#", `\#`, "$", `\$`,
)

// ByteOrderMark tells spreadsheets that a CSV file is UTF-8.
const ByteOrderMark = "\ufeff"

// CSV writes records that end in CR LF (RFC 4180). done is that of [Text].
func CSV(w io.Writer, header []string, rows iter.Seq[[]string], done func()) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	err := each(header, rows, func(row []string) error {
		safe := make([]string, len(row))
		for i, s := range row {
			if safe[i] = printable.Line(s); IsFormula(safe[i]) || isRewritten(safe[i]) {
				safe[i] = "'" + safe[i]
			}
		}
		return c.Write(safe)
	}, done)
	if err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

// IsFormula reports whether a spreadsheet could read a cell as a formula, which
// a leading apostrophe prevents. In Japan spreadsheets take full-width signs for
// formulas too.
func IsFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u3000"))
	return r != utf8.RuneError && strings.ContainsRune("=+-@＝＋－＠", r)
}

// isRewritten reports whether a spreadsheet could show another value than the
// text of a cell: a date or time for 10-12, 1/2, 3:30, Mar 5 or 5月1日, and
// another number for 1E5, 007, 1.10 or 80,443. Dates as in 2026-04-01 are what
// they look like, and addresses are neither.
func isRewritten(s string) bool {
	s = strings.TrimSpace(norm.NFKC.String(s))
	if !strings.ContainsAny(s, "0123456789") || isoDate.MatchString(s) || address.MatchString(s) {
		return false
	}
	if f, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64); err == nil {
		return strconv.FormatFloat(f, 'f', -1, 64) != s
	}
	return likeDate.MatchString(s)
}

var (
	isoDate  = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	address  = regexp.MustCompile(`\d+\.\d+\.\d+\.\d|::`)
	likeDate = regexp.MustCompile(`(?i)^([\d ,]|(` + dateWords + `))*(` + dateWords + `)([\d ,]|(` + dateWords + `))*$`)
)

// dateWords are what dates and times have beside digits.
const dateWords = `[-/.:年月日時分秒]|[ap]m\b|午前|午後|令和|平成|昭和|\b[mtshr]|jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|` +
	`sep(t(ember)?)?|oct(ober)?|nov(ember)?|dec(ember)?`

// each calls line for the header and for each row, until it fails.
func each(header []string, rows iter.Seq[[]string], line func([]string) error, done func()) error {
	if err := line(header); err != nil {
		return err
	}
	for row := range rows {
		if err := line(row); err != nil {
			return err
		}
		if done != nil {
			done()
		}
	}
	return nil
}
