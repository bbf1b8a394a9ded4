package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/xuri/excelize/v2"
)

// writeXLSX writes a workbook: a cover, a summary, diagrams, what needs a
// decision, a sheet for each group of the highest level, and the notes that no
// row has. Rows go to disk where they are many, so that it takes little memory.
// What a cell cannot show, for it holds some 32,000 characters and is 409 points
// high at most, ends with a number and is in full on a sheet of its own. The
// bytes depend on the report alone.
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
	*content.Document                     // in the first language
	documents         []*content.Document // in all languages

	title, subtitle, remark func(*content.Document) string

	file    *excelize.File
	styles  styles
	taken   map[string]bool // names of sheets, as Excel compares them
	sheets  []entry
	shown   map[string]bool // headings of columns that sheets have
	asks    bool            // some sheet has columns for approvals
	long    []longText
	line    float64 // height of a line
	maxRows int     // of a sheet
}

// entry is a line of the table of contents.
type entry struct {
	sheet, title string // no sheet where there is nothing to show
	rows         int    // 0 where a sheet has none
}

// longText is a text that its cell cannot show.
type longText struct{ column, text string }

func newWorkbook(c *content.Report) *workbook {
	b := &workbook{
		title: (*content.Document).TitleText, subtitle: (*content.Document).Subtitle, remark: func(*content.Document) string { return "" },
		file: excelize.NewFile(), taken: map[string]bool{}, shown: map[string]bool{}, line: lineHeight, maxRows: excelize.TotalRows,
	}
	for _, l := range c.Languages {
		b.documents = append(b.documents, c.In(l))
	}
	b.Document = b.documents[0]
	if hasWide(b.word(label.ColumnPurpose)) { // the font is that of the language
		b.line = wideLine
	}
	return b
}

func (b *workbook) write() error {
	return b.writeBook(func() error {
		if err := errors.Join(b.writeSummary(), b.writeDiagrams(), b.writeDecisions()); err != nil {
			return err
		}
		for _, t := range b.grids() {
			if err := b.writeTable(t); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeBook writes a cover, tables, notes, and what did not fit.
func (b *workbook) writeBook(tables func() error) error {
	var err error
	if b.styles, err = b.newStyles(); err != nil {
		return err
	}
	if err := b.setProperties(); err != nil {
		return err
	}
	cover := b.sheetName(b.spaced(label.XlsxCover))
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

// spaced returns a label for the name of a sheet.
func (b *workbook) spaced(l label.Label) string {
	return strings.Join(b.inEach(func(d *content.Document) string { return d.Label(l) }), " ")
}

// setProperties says what the file is. Without a date of the report it has a
// fixed one.
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
		Title: shorten(b.sayInLine(b.title), 255), Subject: b.sayInLine(b.subtitle), Creator: "Portbook", Language: b.Localizer.Language().String(),
		Created: stamp, Modified: stamp,
	})
}

// calendarDate returns the date of the report as a spreadsheet keeps it: without
// a time and zone. ok is false when there is none that it can keep.
func (b *workbook) calendarDate() (date time.Time, ok bool) {
	y, m, d := b.Date.Date()
	date = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return date, !b.Date.IsZero() && isCalendarDate(date)
}

// isCalendarDate reports whether spreadsheets can keep a day.
func isCalendarDate(t time.Time) bool { return t.Year() >= 1901 && t.Year() <= 9999 }

// dateLayout returns how dates are shown, for package time: as in the language,
// or in the form that readers of all languages know where there are several.
func (b *workbook) dateLayout() string {
	if len(b.documents) > 1 {
		return "2006-01-02"
	}
	return b.Label(label.ReportDate)
}

// dateText returns the date of the report; "" for none.
func (b *workbook) dateText() string {
	if b.Date.IsZero() {
		return ""
	}
	return b.Date.Format(b.dateLayout())
}

// manyGroups is how many groups have sheets of their own; more of them share one.
const manyGroups = 30

// grids returns the tables of the rows of the report.
func (b *workbook) grids() []*table {
	var list []*table
	var groups []content.Group
	for i, g := range b.Groups {
		groups = append(groups, g)
		if i+1 < len(b.Groups) && b.Groups[i+1].Subject() == g.Subject() {
			continue
		}
		list = append(list, b.grid(groups))
		groups = nil
	}
	if len(list) > manyGroups {
		return []*table{b.sharedGrid()}
	}
	return list
}

// grid returns the table of groups with one subject.
func (b *workbook) grid(groups []content.Group) *table {
	title := func(d *content.Document) string { return d.TitleOf(groups[0]) }
	t := &table{
		title: b.sayInLine(title), name: b.inEach(title)[0], header: b.cells((*content.Document).Header), nothing: b.cells(nothing),
		whole: b.Chosen,
		rows:  b.rows(func(d *content.Document) iter.Seq[[]string] { return rowsOf(d, groups) }),
	}
	if b.View != content.ViewCollisions { // which leave nothing to approve
		t.approvals = b.newApprovals()
	}
	for _, g := range groups {
		t.size += g.Flows.Len() + len(g.Listeners)
	}
	if about := b.sayInLine(func(d *content.Document) string { return d.About(groups[0]) }); about != "" {
		t.about = []string{about}
	}
	return t
}

// nothing returns, for each column, what its cells hold that say nothing.
func nothing(d *content.Document) []string {
	list := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		list[i] = d.Nothing(c)
	}
	return list
}

func rowsOf(d *content.Document, groups []content.Group) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, g := range groups {
			for row := range d.Rows(g) {
				if !yield(row) {
					return
				}
			}
		}
	}
}

// groupColumns holds the columns that say what groups are about.
var groupColumns = map[content.Grouping]content.Column{
	content.ByProduct: content.ColumnProduct, content.ByComponent: content.ColumnComponent, content.BySource: content.ColumnSource, content.ByDestination: content.ColumnDestination, content.ByPort: content.ColumnPorts, content.ByHost: content.ColumnHost,
}

// sharedGrid returns the table of groups with different subjects, and a column
// in front that names them.
func (b *workbook) sharedGrid() *table {
	t := b.grid(b.Groups)
	title := func(d *content.Document) string { return d.Label(label.ReportRows) }
	t.title, t.name, t.about = b.sayInLine(title), b.spaced(label.ReportRows), nil
	column := groupColumns[b.GroupBy]
	heading := b.say(func(d *content.Document) string {
		name := d.LabelOf("column", string(column))
		if slices.Contains(d.Columns, column) { // which shows all ends of a flow, not the one of the group
			name = d.Fill(label.XlsxGroup, "column", name)
		}
		return name
	})
	t.header, t.nothing = append([]string{heading}, t.header...), append([]string{""}, t.nothing...)
	t.rows = b.rows(titledRows)
	return t
}

// titledRows yields the rows of all groups, each with the title of its group.
func titledRows(d *content.Document) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, g := range d.Groups {
			title := d.Plain(d.TitleOf(g))
			for row := range d.Rows(g) {
				if !yield(append([]string{title}, row...)) {
					return
				}
			}
		}
	}
}
