package xlsx

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/wrap"
)

// table is a table of rows that has a sheet, or several where it is longer than
// a sheet.
type table struct {
	title, name string   // in the sheet, and of it
	about       []string // lines below the title
	header      []string
	rows        iter.Seq[[]string]
	size        int       // number of rows
	nothing     []string  // what cells of columns hold that say nothing, if not ""
	whole       bool      // columns that say nothing stay
	widths      []float64 // of whole; nil for those that the rows ask for
	approvals   []approval
}

// shape is what the rows of a table ask for.
type shape struct {
	columns []int    // of the table that say something
	header  []string // of these columns and of approvals
	widths  []float64
	marked  bool // some cell has the mark
}

// survey looks at all rows of a table once before they are written.
func (b *workbook) survey(t *table) *shape {
	x := &shape{}
	says := make([]bool, len(t.header))
	m := &tableMeasure{}
	for row := range t.rows {
		for i, s := range row {
			x.marked = x.marked || strings.Contains(s, content.Mark)
			says[i] = says[i] || s != "" && (i >= len(t.nothing) || strings.ReplaceAll(s, content.Mark, "") != t.nothing[i])
		}
		if len(m.lines) < sampledRows {
			m.add(row)
		}
	}
	for i, s := range t.header {
		if says[i] || t.whole {
			x.columns, x.header = append(x.columns, i), append(x.header, s)
		}
	}
	m.keep(x.columns)
	if x.widths = t.widths; x.widths == nil {
		x.widths = m.fit(x.header, b.tableWidth())
	}
	for _, a := range t.approvals {
		x.header, x.widths = append(x.header, a.heading), append(x.widths, a.width)
	}
	return x
}

// writeTable writes the sheets of a table, unless it is empty.
func (b *workbook) writeTable(t *table) error {
	if t.size == 0 {
		return nil
	}
	x := b.survey(t)
	for _, i := range x.columns {
		b.shown[t.header[i]] = true
	}
	b.asks = b.asks || len(t.approvals) > 0
	rest := t.size
	var s *sheet
	for row := range t.rows {
		if s == nil || s.row == b.maxRows {
			if err := s.close(); err != nil {
				return err
			}
			var err error
			if s, err = b.openTable(t, x, rest); err != nil {
				return err
			}
		}
		rest--
		if err := s.add(b.rowCells(t, x, row)...); err != nil {
			return err
		}
		b.Tick()
	}
	return s.close()
}

// openTable begins a sheet with the title of a table, what is to be known first,
// what the mark means where a cell has it, and the header.
func (b *workbook) openTable(t *table, x *shape, rest int) (*sheet, error) {
	lines := slices.Clone(t.about)
	if x.marked {
		lines = append(lines, content.Mark+" "+b.sayInLine((*content.Document).MarkMeaning))
	}
	head := 1 + len(lines) + 1
	rows := min(rest, b.maxRows-head)
	s, err := b.open(b.sheetName(t.name), x.widths, head, rows)
	if err != nil {
		return nil, err
	}
	if err := s.setTable(x.marked); err != nil {
		return nil, err
	}
	title := t.title
	if rest < t.size || title == "" { // the second sheet of a table, or a later one
		title = s.name
	}
	b.sheets = append(b.sheets, entry{s.name, title, rows})
	if err := s.addTitle(t.title, b.styles.title); err != nil {
		return nil, err
	}
	for _, line := range lines {
		if err := s.addTitle(line, b.styles.note); err != nil {
			return nil, err
		}
	}
	header := b.headerCells(x.header)
	for i := range t.approvals {
		header[len(header)-len(t.approvals)+i].style = b.styles.approvalHeader
	}
	return s, errors.Join(s.addHeader(header), s.demand(t.approvals))
}

// rowCells returns the cells of a row. A text that does not fit is cut and kept
// for the sheet of long texts.
func (b *workbook) rowCells(t *table, x *shape, row []string) []cell {
	cells := make([]cell, 0, len(x.header))
	for n, i := range x.columns {
		cells = append(cells, b.valueCell(row[i], x.header[n], x.widths[n]))
	}
	for _, a := range t.approvals {
		cells = append(cells, cell{style: a.style})
	}
	return cells
}

// valueCell returns the cell of a text: a number where it is a whole number and
// a date where it is one, so that sheets are sorted and summed by them.
func (b *workbook) valueCell(s, column string, width float64) cell {
	if n, ok := wholeNumber(s); ok {
		return cell{text: s, value: n, style: b.styles.number}
	}
	if day, ok := calendarDay(s); ok {
		return cell{text: day.Format(b.dateLayout()), value: day, style: b.styles.date}
	}
	return cell{text: b.fitted(column, keepMarks(s), width), style: b.styles.text}
}

// calendarDay returns the day of a text that is one and that spreadsheets can
// keep.
func calendarDay(s string) (day time.Time, ok bool) {
	if len(s) != len("2006-01-02") || s[4] != '-' { // most texts, and an error is costly
		return day, false
	}
	day, err := time.Parse("2006-01-02", s)
	return day, err == nil && isCalendarDate(day)
}

// keepMarks keeps marks on the line of what they follow: after a character of
// Japanese, a line may end.
func keepMarks(s string) string {
	if !strings.Contains(s, content.Mark) {
		return s
	}
	parts := strings.Split(s, content.Mark)
	for i, part := range parts[:len(parts)-1] {
		if last, _ := utf8.DecodeLastRuneInString(part); wrap.IsWide(last) {
			parts[i] += noBreakSpace
		}
	}
	return strings.Join(parts, content.Mark)
}

const noBreakSpace = "\u00a0"

// fitted returns what a cell shows of a text: all of it, or its beginning with
// the number of the long text.
func (b *workbook) fitted(column, text string, width float64) string {
	if fits(text, width, maxLines) {
		return text
	}
	b.long = append(b.long, longText{column, text})
	mark := " " + b.sayInLine(func(d *content.Document) string { return d.Fill(label.XlsxCut, "n", fmt.Sprint(len(b.long))) })
	head, _ := cut(text, mark, width, maxLines)
	return head + mark
}

// wholeNumber returns the number of a text that is exactly one, and short enough
// for a spreadsheet to keep.
func wholeNumber(s string) (n int, ok bool) {
	if s == "" || len(s) > 15 || s != "0" && s[0] == '0' {
		return 0, false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = 10*n + int(r-'0')
	}
	return n, true
}

// approval is an empty column that those fill in who approve the rows.
type approval struct {
	heading, complaint string
	width              float64
	style              int
	date               bool
}

func (b *workbook) newApprovals() []approval {
	text, date := b.wordInLine(label.ReportApprovalTextError), b.wordInLine(label.ReportApprovalDateError)
	longest := time.Date(2000, 12, 20, 0, 0, 0, 0, time.UTC).Format(b.dateLayout()) // a narrower column would show number signs
	return []approval{
		{b.word(label.ReportApprovedBy), text, 12, b.styles.approval, false},
		{b.word(label.ReportApprovedOn), date, max(12, wrap.Sheet.Width(longest)+1), b.styles.date, true},
		{b.word(label.ReportApprovalRemarks), text, 14, b.styles.approval, false},
	}
}
