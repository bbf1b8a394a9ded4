package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"github.com/portbook/portbook/internal/content"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/wrap"
	"github.com/xuri/excelize/v2"
)

// writeXLSX writes a workbook: a cover, a sheet for each group of the highest
// level, and the notes. Rows go to disk where they are many, so that it takes
// little memory. What a cell cannot show, for it holds some 32,000 characters
// and is 409 points high at most, ends with a number and stands in full on a
// sheet of its own. The bytes depend on the report alone.
func writeXLSX(w *bufio.Writer, c *content.Report) error {
	b := newWorkbook(c)
	defer b.file.Close() // removes its temporary files
	if err := b.write(); err != nil {
		return err
	}
	return pack(w, b.file)
}

// pack writes a workbook with its parts in order: the library writes them in any.
func pack(w io.Writer, f *excelize.File) error {
	b, err := f.WriteToBuffer()
	if err != nil {
		return err
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		return err
	}
	slices.SortFunc(r.File, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, part := range r.File {
		if err := out.Copy(part); err != nil {
			return err
		}
	}
	return out.Close()
}

// workbook is a workbook that is being written.
type workbook struct {
	*content.Document
	file    *excelize.File
	styles  styles
	taken   map[string]bool // names of sheets, as Excel compares them
	sheets  []entry
	long    []longText
	line    float64 // height of a line
	maxRows int     // of a sheet
}

// entry is a sheet in the table of contents.
type entry struct {
	sheet, title string
	rows         int
}

// longText is a text that its cell cannot show.
type longText struct{ column, text string }

func newWorkbook(c *content.Report) *workbook {
	b := &workbook{Document: c.Document(), file: excelize.NewFile(), taken: map[string]bool{}, line: lineHeight, maxRows: excelize.TotalRows}
	if hasWide(b.Label(label.ColumnPurpose)) { // the font is that of the language
		b.line = wideLine
	}
	return b
}

func (b *workbook) write() error {
	return b.writeBook(func() error {
		if err := errors.Join(b.writeSummary(), b.writeDecisions()); err != nil {
			return err
		}
		for _, t := range b.grids() {
			if err := b.writeGrid(t); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeBook writes a cover, tables, notes, and what did not fit.
func (b *workbook) writeBook(tables func() error) error {
	var err error
	if b.styles, err = newStyles(b.file, b.Document); err != nil {
		return err
	}
	if err := b.setProperties(); err != nil {
		return err
	}
	cover := b.sheetName(b.Label(label.XlsxCover))
	if err := b.file.SetSheetName(b.file.GetSheetName(0), cover); err != nil {
		return err
	}
	if err := tables(); err != nil {
		return err
	}
	if err := b.writeNotes(); err != nil {
		return err
	}
	if err := b.writeLongTexts(); err != nil {
		return err
	}
	return b.writeCover(cover) // last, for it counts the rows
}

// setProperties tells what the file is. Without a date of the report it has a fixed one.
func (b *workbook) setProperties() error {
	created := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	if date, ok := b.calendarDate(); ok {
		created = date
	}
	stamp := created.Format(time.RFC3339)
	if err := b.file.SetAppProps(&excelize.AppProperties{Application: "Portbook"}); err != nil {
		return err
	}
	return b.file.SetDocProps(&excelize.DocProperties{
		Title: shorten(b.Plain(b.TitleText()), 255), Subject: b.Plain(b.Subtitle()), Creator: "Portbook", Language: b.Localizer.Language().String(),
		Created: stamp, Modified: stamp,
	})
}

// calendarDate returns the date of the report as a spreadsheet keeps it:
// without a time and zone. ok is false when there is none that it can keep.
func (b *workbook) calendarDate() (date time.Time, ok bool) {
	y, m, d := b.Date.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), !b.Date.IsZero() && y >= 1901 && y <= 9999
}

// manyGroups is how many groups have sheets of their own; more of them share one.
const manyGroups = 30

// listing is a table of rows that has a sheet, or several where it is longer than a sheet.
type listing struct {
	title     string
	about     string          // below the title; empty for nothing
	groups    []content.Group // of one subject, or all of them
	shared    bool            // the groups have different subjects, and a column in front tells them
	columns   []content.Column
	header    []string
	widths    []float64
	approvals []approval
	size      int // rows beside those of groups
}

// grids returns the tables of the report, without their columns.
func (b *workbook) grids() []*listing {
	var list []*listing
	last := content.Heading{}
	for _, g := range b.Groups {
		if subject := g.Subject(); subject != last {
			list = append(list, &listing{title: b.Plain(b.TitleOf(g)), about: b.Plain(b.About(g))})
			last = subject
		}
		t := list[len(list)-1]
		t.groups = append(t.groups, g)
	}
	if len(list) > manyGroups {
		return []*listing{{title: b.Label(label.ReportRows), groups: b.Groups, shared: true}}
	}
	return list
}

// groupColumns holds the columns that tell what groups are about.
var groupColumns = map[content.Grouping]content.Column{
	content.ByProduct: content.ColumnProduct, content.ByComponent: content.ColumnComponent, content.BySource: content.ColumnSource, content.ByDestination: content.ColumnDestination, content.ByPort: content.ColumnPorts, content.ByHost: content.ColumnHost,
}

// setColumns decides on the columns of a table: those of the report, and those of the approval.
func (b *workbook) setColumns(t *listing) {
	t.columns, t.header = b.Columns, b.Header()
	if t.shared {
		column := groupColumns[b.GroupBy]
		name := b.LabelOf("column", string(column))
		if slices.Contains(b.Columns, column) { // which shows all ends of a flow, not the one of the group
			name = b.Fill(label.XlsxGroup, "column", name)
		}
		t.columns = append([]content.Column{""}, t.columns...)
		t.header = append([]string{name}, t.header...)
	}
	t.widths = columnWidths(t.header, b.gridRows(t), tableWidth)
	if b.View == content.ViewCollisions { // nothing to approve
		return
	}
	t.approvals = b.newApprovals()
	for _, a := range t.approvals {
		t.header, t.widths = append(t.header, a.heading), append(t.widths, a.width)
	}
}

// gridRows yields the rows of a table.
func (b *workbook) gridRows(t *listing) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, g := range t.groups {
			title := b.Plain(b.TitleOf(g))
			for row := range b.Rows(g) {
				if t.shared {
					row = append([]string{title}, row...)
				}
				if !yield(row) {
					return
				}
			}
		}
	}
}

func (t *listing) count() int {
	n := t.size
	for _, g := range t.groups {
		n += g.Flows.Len() + len(g.Listeners)
	}
	return n
}

// writeGrid writes the sheets of a table.
func (b *workbook) writeGrid(t *listing) error {
	b.setColumns(t)
	return b.writeRows(t, b.gridRows(t))
}

// writeRows writes the sheets of a table of which the columns are known.
func (b *workbook) writeRows(t *listing, rows iter.Seq[[]string]) error {
	rest := t.count()
	var s *sheet
	for row := range rows {
		if s == nil || s.row == b.maxRows {
			if err := s.close(); err != nil {
				return err
			}
			var err error
			if s, err = b.openGrid(t, rest); err != nil {
				return err
			}
		}
		rest--
		if err := s.add(b.gridCells(t, row)...); err != nil {
			return err
		}
		b.Tick()
	}
	return s.close()
}

// openGrid begins a sheet with the title of a table and its header.
func (b *workbook) openGrid(t *listing, rest int) (*sheet, error) {
	titles := []string{t.title}
	if t.about != "" {
		titles = append(titles, t.about)
	}
	head := len(titles) + 1
	rows := min(rest, b.maxRows-head)
	s, err := b.open(b.sheetName(t.title), t.widths, head, rows)
	if err != nil {
		return nil, err
	}
	b.sheets = append(b.sheets, entry{s.name, t.title, rows})
	if rest < t.count() || t.title == "" { // the second sheet of a table, or a later one
		b.sheets[len(b.sheets)-1].title = s.name
	}
	styles := []int{b.styles.title, b.styles.note}
	for i, title := range titles {
		if err := s.addTitle(title, styles[i]); err != nil {
			return nil, err
		}
	}
	header := b.headerCells(t.header)
	for i := range t.approvals {
		header[len(header)-len(t.approvals)+i].style = b.styles.approvalHeader
	}
	return s, errors.Join(s.addHeader(header), s.demand(t.approvals))
}

// gridCells returns the cells of a row. A text that does not fit is cut and
// kept for the sheet of long texts.
func (b *workbook) gridCells(t *listing, row []string) []cell {
	cells := make([]cell, len(t.header)) // those of the approval are empty
	for i := range cells {
		cells[i].style = b.styles.text
		if i >= len(row) {
			cells[i].style = t.approvals[i-len(row)].style
			continue
		}
		if t.columns[i] == content.ColumnPorts || t.columns[i] == content.ColumnSourcePorts {
			if n, ok := singlePort(row[i]); ok {
				cells[i] = cell{value: n, text: row[i], style: b.styles.number}
				continue
			}
		}
		cells[i].text = b.shown(t.header[i], row[i], t.widths[i])
	}
	return cells
}

// shown returns what a cell shows of a text: all of it, or its beginning with
// the number of the long text.
func (b *workbook) shown(column, text string, width float64) string {
	if fits(text, width, maxLines) {
		return text
	}
	b.long = append(b.long, longText{column, text})
	mark := " " + b.Fill(label.XlsxCut, "n", fmt.Sprint(len(b.long)))
	head, _ := cut(text, mark, width, maxLines)
	return head + mark
}

// singlePort returns the number of a text that is exactly one port.
func singlePort(s string) (n int, ok bool) {
	if s == "" || len(s) > 5 || s != "0" && s[0] == '0' {
		return 0, false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = 10*n + int(r-'0')
	}
	return n, n <= 65535
}

// approval is an empty column that those fill in who approve the rows.
type approval struct {
	heading, complaint string
	width              float64
	style              int
	date               bool
}

func (b *workbook) newApprovals() []approval {
	text, date := b.Label(label.ReportApprovalTextError), b.Label(label.ReportApprovalDateError)
	longest := time.Date(2000, 12, 20, 0, 0, 0, 0, time.UTC).Format(b.Label(label.ReportDate)) // a narrower column would show number signs
	return []approval{
		{b.Label(label.ReportApprovedBy), text, 12, b.styles.approval, false},
		{b.Label(label.ReportApprovedOn), date, max(12, wrap.Sheet.Width(longest)+1), b.styles.date, true},
		{b.Label(label.ReportApprovalRemarks), text, 14, b.styles.approval, false},
	}
}
