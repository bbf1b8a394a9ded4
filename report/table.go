package report

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
)

// Table is a plain table: what reports are made of, and what commands list.
type Table struct {
	Header []string
	Rows   [][]string
}

// Write writes the table as Text, Markdown or CSV. ambiguous is the width of ambiguous characters in Text: see
// [i18n.Width].
func (t Table) Write(w io.Writer, format Format, ambiguous int) error {
	var b bytes.Buffer
	switch format {
	case Text:
		t.writeText(&b, ambiguous)
	case Markdown:
		t.writeMarkdown(&b)
	case CSV:
		t.writeCSV(&b)
	default:
		return &OptionError{"format", string(format), names([]Format{Text, Markdown, CSV})}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// table makes a table of flows.
func (d *document) table(flows []portbook.Flow) Table {
	t := Table{Header: d.header()}
	for _, f := range flows {
		t.Rows = append(t.Rows, d.row(f))
	}
	return t
}

// writeText writes columns of equal width, two spaces apart. Width is measured in terminal columns, so that Japanese
// aligns. The last column is not padded.
func (t Table) writeText(b *bytes.Buffer, ambiguous int) {
	rows := append([][]string{t.Header}, t.Rows...)
	widths := make([]int, len(t.Header))
	for _, row := range rows {
		for i, s := range row {
			widths[i] = max(widths[i], i18n.Width(s, ambiguous))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, s := range row {
			if i+1 < len(row) {
				s = i18n.Pad(s, widths[i]+2, ambiguous)
			}
			line.WriteString(s)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// markdownEscapes keeps cells from being read as markup. Line breaks cannot occur: texts are one line.
var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", ">", "&gt;", "&", "&amp;", "[", `\[`, "]", `\]`, "~", `\~`, "#", `\#`,
)

func (t Table) writeMarkdown(b *bytes.Buffer) {
	line := func(cells []string) {
		for _, s := range cells {
			b.WriteString("| " + markdownEscapes.Replace(s) + " ")
		}
		b.WriteString("|\n")
	}
	line(t.Header)
	b.WriteString(strings.Repeat("| --- ", len(t.Header)) + "|\n")
	for _, row := range t.Rows {
		line(row)
	}
}

// byteOrderMark tells spreadsheets that the file is UTF-8.
const byteOrderMark = "\ufeff"

// writeCSV writes records that end in CR LF (RFC 4180).
func (t Table) writeCSV(b *bytes.Buffer) {
	b.WriteString(byteOrderMark)
	w := csv.NewWriter(b)
	w.UseCRLF = true
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		safe := make([]string, len(row))
		for i, s := range row {
			safe[i] = neutral(s)
		}
		w.Write(safe) // a buffer does not fail
	}
	w.Flush()
}

// neutral keeps a spreadsheet from reading a cell as a formula, by a leading apostrophe.
func neutral(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// writeCSV writes one table, whatever the grouping: a spreadsheet groups by itself.
func writeCSV(b *bytes.Buffer, d *document) error {
	d.table(d.flows.Slice()).writeCSV(b)
	return nil
}

// Details returns everything that is known of a flow as a table of two columns: the name of a column, and its content.
// Columns without content are left out, and Options.Columns chooses others.
func Details(f portbook.Flow, o Options) Table {
	if len(o.Columns) == 0 {
		o.Columns = defaultColumns(CSV)
	}
	d := newDocument(f.Set(), o)
	t := Table{Header: []string{d.label(i18n.LabelColumnID), f.String()}}
	for i, s := range d.row(f) {
		if s != "" && o.Columns[i] != ColumnID {
			t.Rows = append(t.Rows, []string{d.header()[i], s})
		}
	}
	for _, line := range d.legend() {
		t.Rows = append(t.Rows, []string{mark, strings.TrimPrefix(line, mark+" ")})
	}
	return t
}
