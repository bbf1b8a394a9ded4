package report

import (
	"bufio"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/internal/text/wrap"
)

// Table is a plain table, such as commands list.
type Table struct {
	Header []string
	Rows   [][]string
}

// Write writes the table as Text, Markdown or CSV (in UTF-8 with a byte order mark). ambiguous is the width of ambiguous
// characters in Text: see Options.AmbiguousWidth.
func (t Table) Write(w io.Writer, format Format, ambiguous int) error {
	b := bufio.NewWriter(w)
	var err error
	switch rows := slices.Values(t.Rows); format {
	case Text:
		err = textTable(b, t.Header, rows, ambiguous, func() {})
	case Markdown:
		err = markdownTable(b, t.Header, rows)
	case CSV:
		err = csvTable(b, t.Header, rows)
	default:
		err = accept("format", format, []Format{Text, Markdown, CSV})
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

// textTable writes columns of equal width, two spaces apart. Width is measured in terminal columns, so that Japanese
// aligns. The last column is not padded. It passes over rows twice, and calls tick for each that is written.
func textTable(w *bufio.Writer, header []string, rows iter.Seq[[]string], ambiguous int, tick func()) error {
	widths := make([]int, len(header))
	widen := func(row []string) {
		for i, s := range row {
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
	return eachRow(header, ticking(rows, tick), line)
}

// ticking calls tick after each row.
func ticking(rows iter.Seq[[]string], tick func()) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for row := range rows {
			if !yield(row) {
				return
			}
			tick()
		}
	}
}

// eachRow calls line for the header and for each row, until it fails.
func eachRow(header []string, rows iter.Seq[[]string], line func([]string) error) error {
	if err := line(header); err != nil {
		return err
	}
	for row := range rows {
		if err := line(row); err != nil {
			return err
		}
	}
	return nil
}

// Details returns everything that is known of a flow as a table of two columns: the name of a column, and its content.
// Columns without content are left out, and Options.Columns chooses others.
func Details(f portbook.Flow, o Options) Table {
	if len(o.Columns) == 0 {
		o.Columns = defaultColumns(ViewFlows, CSV)
	}
	c := newContent(f.Set(), o, false)
	c.fill()
	d := c.document()
	t := Table{Header: []string{d.label(label.ColumnID), f.String()}}
	header := d.header()
	for row := range d.rows(group{flows: f.Set()}) {
		for i, s := range row {
			if s != "" && o.Columns[i] != ColumnID {
				t.Rows = append(t.Rows, []string{header[i], s})
			}
		}
	}
	for _, line := range d.legend() {
		t.Rows = append(t.Rows, []string{mark, strings.TrimPrefix(line, mark+" ")})
	}
	return t
}
