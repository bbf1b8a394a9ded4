// Package grid writes tables of plain text: aligned for a terminal, in Markdown,
// or as CSV. What a cell holds is data: markup, formulas and control characters
// have no effect.
package grid

import (
	"bufio"
	"encoding/csv"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/internal/text/wrap"
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
	leastCell = 4 // columns that a cell has on any screen
)

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
	broken  bool // cells are broken into lines
	written int  // rows, with the header
}

// measure widens the columns to what a row needs.
func (t *textTable) measure(row []string) {
	for i, s := range row {
		if i == len(t.widths) {
			t.widths = append(t.widths, 0)
		}
		t.widths[i] = max(t.widths[i], wrap.Columns(printable.Line(s), t.screen.Ambiguous))
	}
}

// fit narrows the widest columns to the same width, so that the table fits the
// screen, and reports whether it had to.
func (t *textTable) fit() bool {
	left := t.screen.Width - gap*(len(t.widths)-1)
	total := 0
	for _, w := range t.widths {
		total += w
	}
	if t.screen.Width == 0 || total <= left {
		return false
	}
	order := make([]int, len(t.widths)) // the narrowest columns first
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return t.widths[a] - t.widths[b] })
	for i, column := range order {
		share := max(leastCell, left/(len(order)-i))
		t.widths[column] = min(t.widths[column], share)
		left -= t.widths[column]
	}
	return true
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
func EscapeMarkdown(s string) string { return markdown.Replace(printable.Line(s)) }

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
			if safe[i] = printable.Line(s); IsFormula(safe[i]) {
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
