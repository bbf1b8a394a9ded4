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

// Screen is where a text is shown. The zero value is a file.
type Screen struct {
	Width     int  // in columns; 0 for any
	Ambiguous int  // columns of characters of ambiguous width, see [wrap.Terminal]; 1 when 0
	Emphasis  bool // the header is bold, by an escape sequence
}

const (
	gap       = 2 // columns between those of a table
	leastCell = 2 // columns that a cell has on any screen
)

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
// shows them, so that Japanese aligns. The last column is not padded. Cells are
// broken into lines where the table is wider than the screen, with an empty
// line between rows. A row may have fewer cells than the header, or more. It
// passes over rows twice; done, unless nil, is called for each that is written.
func Text(w *bufio.Writer, header []string, rows iter.Seq[[]string], screen Screen, done func()) error {
	t := textTable{w: w, screen: screen}
	t.screen.Ambiguous = max(1, screen.Ambiguous)
	t.measure(header)
	for row := range rows {
		t.measure(row)
	}
	t.broken = t.fit()
	return each(header, rows, t.row, done)
}

// textTable writes the rows of a table.
type textTable struct {
	w       *bufio.Writer
	screen  Screen
	widths  []int
	words   []int // widths of the widest words of columns
	broken  bool  // cells are broken into lines
	written int   // rows, with the header
}

// measure widens the columns to what a row needs, whole and broken between
// words.
func (t *textTable) measure(row []string) {
	for i, s := range row {
		if i == len(t.widths) {
			t.widths, t.words = append(t.widths, 0), append(t.words, leastCell)
		}
		line := printable.Line(s)
		t.widths[i] = max(t.widths[i], wrap.Columns(line, t.screen.Ambiguous))
		if t.screen.Width > 0 {
			t.words[i] = max(t.words[i], wrap.Word(line, t.screen.Ambiguous))
		}
	}
}

// fit narrows the widest columns to the same width, so that the table fits the
// screen, but none below its widest word while there is room; it reports whether
// it had to.
func (t *textTable) fit() bool {
	left := t.screen.Width - gap*(len(t.widths)-1)
	if t.screen.Width == 0 || sum(t.widths) <= left {
		return false
	}
	least := t.words
	if sum(least) > left {
		least = slices.Repeat([]int{leastCell}, len(t.widths))
	}
	at := func(level int) []int {
		widths := slices.Clone(t.widths)
		for i, w := range widths {
			widths[i] = max(min(w, level), min(w, least[i]))
		}
		return widths
	}
	level := leastCell
	for sum(at(level+1)) <= left {
		level++
	}
	widths := at(level)
	for i := len(widths) - 1; i >= 0 && sum(widths) < left; i-- {
		if widths[i] == level && widths[i] < t.widths[i] {
			widths[i]++
		}
	}
	t.widths = widths
	return true
}

func sum(list []int) int {
	total := 0
	for _, n := range list {
		total += n
	}
	return total
}

// row writes a row, of as many lines as its cells need.
func (t *textTable) row(row []string) error {
	cells := make([][]string, len(row))
	height := 1
	for i, s := range row {
		cells[i] = []string{printable.Line(s)}
		if t.broken {
			cells[i] = wrap.Fill(cells[i][0], t.widths[i], t.screen.Ambiguous)
		}
		height = max(height, len(cells[i]))
	}
	if t.broken && t.written > 1 {
		t.w.WriteByte('\n')
	}
	for n := range height {
		if _, err := t.w.WriteString(t.line(cells, n) + "\n"); err != nil {
			return err
		}
	}
	t.written++
	return nil
}

// line returns a line of a row.
func (t *textTable) line(cells [][]string, n int) string {
	var b strings.Builder
	for i, cell := range cells {
		s := ""
		if n < len(cell) {
			s = cell[n]
		}
		if i+1 < len(cells) {
			s = wrap.Pad(s, t.widths[i]+gap, t.screen.Ambiguous)
		}
		b.WriteString(s)
	}
	s := strings.TrimRight(b.String(), " ")
	if t.written == 0 && t.screen.Emphasis {
		s = "\x1b[1m" + s + "\x1b[22m"
	}
	return s
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
