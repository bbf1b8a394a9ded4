package xlsx

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/internal/text/wrap"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
)

// sheet is a sheet that is being written, row by row.
type sheet struct {
	book   *workbook
	name   string
	widths []float64
	head   int // rows down to the header; 0 on the cover, which has none
	last   int // the last row
	row    int // rows written
	stream *excelize.StreamWriter
}

// cell is a cell of a sheet.
type cell struct {
	text  string
	value any // instead of the text: a number or a date
	style int
	link  string // an address, or a place within the workbook
	span  int    // columns that it takes; 0 means 1
}

// open begins a sheet of a known size. What is before the rows in the file comes first.
func (b *workbook) open(name string, widths []float64, head, rows int) (*sheet, error) {
	s := &sheet{book: b, name: name, widths: widths, head: head, last: head + rows}
	if _, err := b.file.NewSheet(name); err != nil {
		return nil, err
	}
	fit, height := true, b.line+cellPadding
	err := errors.Join(
		b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit, DefaultRowHeight: &height}),
		b.file.SetSheetDimension(name, s.area(1, 1, len(widths), s.last)),
		s.setPage(),
	)
	if err != nil {
		return nil, err
	}
	if s.stream, err = b.file.NewStreamWriter(name); err != nil {
		return nil, err
	}
	for i, w := range slices.Backward(widths) { // the library puts what comes last first
		if err := s.stream.SetColWidth(i+1, i+1, w+columnPadding); err != nil {
			return nil, err
		}
	}
	return s, s.define("_xlnm.Print_Area", name, 1, len(widths), s.last)
}

// setTable freezes the header, repeats it on every page, and lets the rows be
// filtered and named. With the line above the header, which says what the mark
// means, every page explains its marks.
func (s *sheet) setTable(lineAbove bool) error {
	titles := s.head
	if lineAbove {
		titles--
	}
	data := fmt.Sprintf("Portbook_%d", len(s.book.taken)-1)
	first := at(1, s.head+1)
	return errors.Join(
		s.stream.SetPanes(&excelize.Panes{
			Freeze: true, YSplit: s.head, TopLeftCell: first, ActivePane: "bottomLeft",
			Selection: []excelize.Selection{{Pane: "bottomLeft", ActiveCell: first, SQRef: first}},
		}),
		s.book.file.AutoFilter(s.name, s.area(1, s.head, len(s.widths), s.last), nil),
		s.book.file.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", Scope: s.name, RefersTo: fmt.Sprintf("'%s'!$%d:$%d", s.name, titles, s.head),
		}),
		s.define(data, "", s.head, len(s.widths), s.last),
	)
}

// define names the rows from the given one on. An empty scope is the workbook.
func (s *sheet) define(name, scope string, first, column, last int) error {
	from, _ := excelize.CoordinatesToCellName(1, first, true)
	to, _ := excelize.CoordinatesToCellName(column, last, true)
	return s.book.file.SetDefinedName(&excelize.DefinedName{Name: name, Scope: scope, RefersTo: fmt.Sprintf("'%s'!%s:%s", s.name, from, to)})
}

// at names a cell; empty when a sheet has no such cell, which the library then refuses.
func at(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row)
	return name
}

func (s *sheet) area(column, row, lastColumn, lastRow int) string {
	return at(column, row) + ":" + at(lastColumn, lastRow)
}

// Sizes of paper, as workbooks number them.
const paperA3, paperA4 = 8, 9

// setPage makes pages in landscape, one page wide, with a title and page
// numbers. They are of A4; those of several languages have twice the text, and
// A3 has twice the area.
func (s *sheet) setPage() error {
	b := s.book
	paper, landscape, one, any := paperA4, "landscape", 1, 0
	if len(b.documents) > 1 {
		paper = paperA3
	}
	side, top, line := 0.4, 0.7, 0.3
	title := shorten(b.sayInLine(b.title), 60)
	page := b.sayInLine(func(d *content.Document) string { return d.Fill(label.XlsxPrintedPage, "n", "&P", "total", "&N") })
	version := b.wordInLine(label.ReportVersion) + ": " + shorten(printable.Line(b.Catalog.Version()), 30)
	return errors.Join(
		b.file.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &one, FitToHeight: &any}),
		b.file.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &line, Footer: &line}),
		b.file.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{
			OddHeader: "&L" + headerText(title) + "&R&A",
			OddFooter: "&L" + headerText(version) + "&C" + page + "&R" + headerText(b.dateText()),
		}),
	)
}

// headerText keeps a text from being read as codes of headers and footers.
func headerText(s string) string { return strings.ReplaceAll(s, "&", "&&") }

// add writes a row that is high enough for all of its texts.
func (s *sheet) add(cells ...cell) error { return s.addScaled(1, cells...) }

// addHeader writes the header of a table. It is high enough for the buttons of
// the filter below or beside the last words, which they would hide.
func (s *sheet) addHeader(cells []cell) error {
	return s.addHigher(s.lines(cells, filterButton)-s.lines(cells, ""), boldness, cells...)
}

// filterButton is as wide as the button of a filter.
const filterButton = noBreakSpace + noBreakSpace

// lines returns the lines of the highest of bold cells that take a column each,
// when something follows their texts.
func (s *sheet) lines(cells []cell, suffix string) int {
	most := 1
	for i, c := range cells {
		most = max(most, wrap.Lines(c.text+suffix, s.widths[i]/boldness, maxLines))
	}
	return most
}

// addScaled writes a row with text that is larger than that of tables by a factor.
func (s *sheet) addScaled(factor float64, cells ...cell) error {
	return s.addHigher(0, factor, cells...)
}

// addHigher writes a row with some empty lines.
func (s *sheet) addHigher(more int, factor float64, cells ...cell) error {
	s.row++
	lines, line, column := 1, s.book.line, 0
	row := make([]any, 0, len(s.widths))
	for _, c := range cells {
		first, width := column, 0.0
		for range max(1, c.span) {
			width += s.widths[column] + columnPadding
			row = append(row, excelize.Cell{StyleID: c.style})
			column++
		}
		lines = max(lines, wrap.Lines(c.text, (width-columnPadding)/factor, maxLines))
		if hasWide(c.text) {
			line = wideLine
		}
		row[first] = s.book.written(c)
		if err := s.decorate(c, first+1, column); err != nil {
			return err
		}
	}
	height := min(maxRowHeight, float64(lines+more)*line*factor+cellPadding)
	return s.stream.SetRow(at(1, s.row), row, excelize.RowOpts{Height: height})
}

// written returns a cell for the library. Texts that a program could take for
// formulas are marked as texts.
func (b *workbook) written(c cell) excelize.Cell {
	switch {
	case c.value != nil:
		return excelize.Cell{StyleID: c.style, Value: c.value}
	case c.text == "":
		return excelize.Cell{StyleID: c.style}
	case grid.IsFormula(c.text):
		c.style = b.styles.quoted[c.style]
	}
	return excelize.Cell{StyleID: c.style, Value: c.text}
}

// decorate merges the cells that c takes, and links it.
func (s *sheet) decorate(c cell, first, last int) error {
	if last > first {
		if err := s.stream.MergeCell(at(first, s.row), at(last, s.row)); err != nil {
			return err
		}
	}
	if c.link == "" {
		return nil
	}
	kind := "External"
	if strings.HasPrefix(c.link, "'") {
		kind = "Location"
	}
	return s.book.file.SetCellHyperLink(s.name, at(first, s.row), c.link, kind)
}

// addTitle writes a title above a table. Where it is too long for the frozen
// part of a screen, its beginning has to do: the cover has all of it.
func (s *sheet) addTitle(title string, style int) error {
	factor, width := 1.0, -columnPadding
	if style == s.book.styles.title {
		factor = titleSize / fontSize * boldness
	}
	for _, w := range s.widths {
		width += w + columnPadding
	}
	if !fits(title, width/factor, 3) {
		head, _ := cut(title, "…", width/factor, 3)
		title = head + "…"
	}
	return s.addScaled(factor, cell{text: title, style: style, span: len(s.widths)})
}

// demand makes the columns of the approval accept nothing but what belongs there.
func (s *sheet) demand(approvals []approval) error {
	for i, a := range approvals {
		column := len(s.widths) - len(approvals) + i + 1
		v := excelize.NewDataValidation(true)
		v.SetSqref(s.area(column, s.head+1, column, s.last))
		v.SetError(excelize.DataValidationErrorStyleStop, shorten(a.heading, 32), shorten(a.complaint, 255))
		kind, operator, bound := excelize.DataValidationTypeTextLength, excelize.DataValidationOperatorLessThanOrEqual, 255
		if a.date {
			kind, operator, bound = excelize.DataValidationTypeDate, excelize.DataValidationOperatorGreaterThanOrEqual, firstDate
		}
		if err := errors.Join(v.SetRange(bound, "", kind, operator), s.book.file.AddDataValidation(s.name, v)); err != nil {
			return err
		}
	}
	return nil
}

// firstDate is 2000-01-01 as spreadsheets count days.
const firstDate = 36526

// close ends a sheet; of no sheet, it does nothing.
func (s *sheet) close() error {
	if s == nil {
		return nil
	}
	return s.stream.Flush()
}

// sheetName makes a name for a sheet that Excel accepts and that no other sheet has.
func (b *workbook) sheetName(title string) string {
	name := strings.TrimSpace(strings.Map(sheetRune, title))
	if name == "" || reserved[sheetKey(name)] {
		name = strings.TrimSpace(b.Label(label.XlsxSheet) + " " + name)
	}
	unique := shorten(name, excelize.MaxSheetNameLength)
	for n := 2; b.taken[sheetKey(unique)]; n++ {
		suffix := fmt.Sprintf(" (%d)", n)
		unique = shorten(name, excelize.MaxSheetNameLength-len(suffix)) + suffix
	}
	b.taken[sheetKey(unique)] = true
	return unique
}

// reserved holds the names that Excel keeps for itself, in English and in Japanese.
var reserved = map[string]bool{"history": true, "履歴": true}

// sheetRune replaces what the name of a sheet cannot hold. Apostrophes are for
// references. Japanese Excel refuses full-width signs too.
func sheetRune(r rune) rune {
	switch {
	case strings.ContainsRune("[]:*?/\\［］：＊？／＼￥", r):
		return '-'
	case r == '\'' || r == '＇':
		return '’'
	}
	return r
}

// sheetKey is equal for names that Excel takes for the same.
func sheetKey(name string) string { return strings.ToLower(norm.NFKC.String(name)) }

// shorten cuts s to a number of UTF-16 units, with an ellipsis at its end.
func shorten(s string, units int) string {
	if utf16Len(s) <= units {
		return s
	}
	n := 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > units-1 {
			return strings.TrimSpace(s[:i]) + "…"
		}
	}
	return s
}
