package xlsx

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
)

// coverRow is a row of the cover.
type coverRow struct {
	factor float64 // size of its text
	cells  []cell
}

// cover gathers the rows of the cover.
type cover struct {
	*workbook
	widths []float64
	rows   []coverRow
	breaks int // the row before which a page ends; 0 for none
}

// writeCover writes the title, what the report is made of, its contents, its
// sources, and how to read it.
func (b *workbook) writeCover(name string) error {
	c := &cover{workbook: b, widths: []float64{44, 26, 48, 22, 14}}
	c.addTitle()
	c.addSummary()
	c.addContents()
	c.addSources()
	c.addLegend()
	c.addQuirks()
	s, err := b.open(name, c.widths, 0, len(c.rows))
	if err != nil {
		return err
	}
	for _, r := range c.rows {
		if err := s.addScaled(r.factor, r.cells...); err != nil {
			return err
		}
	}
	if c.breaks > 0 {
		if err := s.stream.InsertPageBreak(at(1, c.breaks)); err != nil {
			return err
		}
	}
	return s.close()
}

// add adds a row, or several where its texts are too long for one.
func (c *cover) add(factor float64, cells ...cell) {
	parts := make([][]string, len(cells))
	rows, column := 1, 0
	for i, x := range cells {
		width := -columnPadding
		for range max(1, x.span) {
			width += c.widths[column] + columnPadding
			column++
		}
		parts[i] = pieces(x.text, width/factor, int(float64(maxLines)/factor))
		rows = max(rows, len(parts[i]))
	}
	for n := range rows {
		row := slices.Clone(cells)
		for i := range row {
			row[i].text = ""
			if n < len(parts[i]) {
				row[i].text = parts[i][n]
			}
			if n > 0 {
				row[i].value, row[i].link = nil, ""
			}
		}
		c.rows = append(c.rows, coverRow{factor, row})
	}
}

func (c *cover) addHeading(title string) {
	c.add(1)
	c.add(headingSize/fontSize*boldness, cell{text: title, style: c.styles.heading, span: len(c.widths)})
}

// addPair adds a label and what belongs to it.
func (c *cover) addPair(label string, x cell) {
	c.add(1, cell{text: label, style: c.styles.header}, x)
}

func (c *cover) addTitle() {
	c.add(titleSize/fontSize*boldness, cell{text: c.Plain(c.TitleText()), style: c.styles.title, span: len(c.widths)})
}

func (c *cover) addSummary() {
	c.add(1)
	if date, ok := c.calendarDate(); ok {
		c.addPair(c.Label(label.ReportCreated), cell{value: date, style: c.styles.date})
	} else if text := c.DateText(); text != "" {
		c.addPair(c.Label(label.ReportCreated), cell{text: text, style: c.styles.text})
	}
	c.addPair(c.Label(label.ReportVersion), cell{text: printable.Line(c.Catalog.Version()), style: c.styles.text})
	c.addPair(c.Label(label.XlsxFlowCount), cell{value: c.Flows.Len(), style: c.styles.number})
	if len(c.Groups) == 0 {
		c.add(1)
		c.add(1, cell{text: c.Empty(), style: c.styles.note, span: len(c.widths)})
	}
}

func (c *cover) addContents() {
	if len(c.sheets) == 0 {
		return
	}
	c.addHeading(c.Label(label.ReportContents))
	c.add(1, c.headerCells([]string{c.Label(label.XlsxSheet), c.Label(label.XlsxRowCount)})...)
	for _, x := range c.sheets {
		c.add(1, cell{text: x.title, style: c.styles.link, link: "'" + x.sheet + "'!A1"}, cell{value: x.rows, style: c.styles.number})
	}
}

func (c *cover) addSources() {
	if len(c.Sources) == 0 {
		return
	}
	c.addHeading(c.Label(label.ReportSources))
	c.add(1, c.headerCells([]string{
		c.Label(label.XlsxDocument), c.Label(label.XlsxPublisher), c.Label(label.XlsxAddress), c.Label(label.XlsxPage), c.Label(label.XlsxExtent),
	})...)
	for _, x := range c.Sources {
		text := c.styles.text
		c.add(1, cell{text: c.Plain(c.SourceTitle(x)), style: text}, cell{text: c.Plain(x.Publisher), style: text}, c.address(x.URL),
			cell{text: c.Plain(x.Page), style: text}, cell{text: c.Plain(c.SourceCount(x)), style: text})
	}
}

// maxLink is how long an address Excel follows.
const maxLink = 2079

// address shows an address, with a link when it leads to the web and nowhere else.
func (c *cover) address(s string) cell {
	x := cell{text: c.Plain(s), style: c.styles.text}
	if u, err := url.Parse(s); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && s == x.text && utf16Len(s) <= maxLink {
		x.style, x.link = c.styles.link, s
	}
	return x
}

func (c *cover) addLegend() {
	if len(c.Groups) == 0 {
		return
	}
	c.addHeading(c.Label(label.ReportLegend))
	explain := func(term, meaning string) {
		c.add(1, cell{text: term, style: c.styles.header}, cell{text: meaning, style: c.styles.text, span: len(c.widths) - 1})
	}
	if c.Inferred {
		explain(content.Mark, c.Label(label.ReportInferred))
	}
	for _, x := range []struct {
		column content.Column
		help   label.Label
	}{{content.ColumnDirection, label.ReportDirectionHelp}, {content.ColumnRequirement, label.ReportConditionsHelp}} {
		if slices.Contains(c.Columns, x.column) {
			explain(c.LabelOf("column", string(x.column)), c.Label(x.help))
		}
	}
	if c.View != content.ViewCollisions {
		explain(c.Label(label.XlsxApproval), c.Label(label.XlsxApprovalHelp))
	}
	if len(c.long) > 0 {
		explain(c.Label(label.XlsxLong), c.Fill(label.XlsxLongHelp, "sheet", c.sheets[len(c.sheets)-1].title))
	}
}

// coverRows is about how many rows a page of the cover has.
const coverRows = 26

// addQuirks explains what is odd in the sources, and counts the flows that it is about.
func (c *cover) addQuirks() {
	if len(c.Quirks) == 0 {
		return
	}
	if len(c.rows)+len(c.Quirks) > coverRows {
		c.breaks = len(c.rows) + 1
	}
	c.addHeading(c.Label(label.ReportQuirks))
	c.add(1, cell{text: c.Label(label.ReportQuirksHelp), style: c.styles.note, span: len(c.widths)})
	c.add(1, c.headerCells([]string{c.Label(label.ReportQuirks), c.Label(label.XlsxFlowCount)})...)
	for _, q := range c.Quirks {
		n := c.Flows.Having(q).Len()
		c.add(1, cell{text: c.LabelOf("quirk", string(q)), style: c.styles.text}, cell{value: n, style: c.styles.number})
	}
}

// headerCells returns the cells of a header.
func (b *workbook) headerCells(names []string) []cell {
	cells := make([]cell, len(names))
	for i, s := range names {
		cells[i] = cell{text: s, style: b.styles.header}
	}
	return cells
}

// remark is a row of the sheet of notes.
type remark struct {
	number            int // 0 for none
	kind, about, text string
}

// remarks returns the notes, and what is to be said about hosts: sheets have
// little room for it, or none.
func (b *workbook) remarks() []remark {
	var list []remark
	for i, n := range b.Notes {
		list = append(list, remark{i + 1, b.LabelOf("note-kind", string(n.Kind)), b.Plain(b.NoteSubject(n)), b.Plain(b.Text(n.Text))})
	}
	for _, g := range b.Groups {
		if about := b.About(g); about != "" {
			list = append(list, remark{0, b.LabelOf("note-kind", string(portbook.NoteKindInformation)), b.Plain(b.TitleOf(g)), b.Plain(about)})
		}
	}
	return list
}

// writeNotes writes the notes that remarks refer to by number.
func (b *workbook) writeNotes() error {
	header := []string{b.Label(label.XlsxNumber), b.Label(label.ColumnKind), b.Label(label.XlsxNoteAbout), b.Label(label.XlsxNoteText)}
	widths := []float64{8, 16, 40, 90}
	var rows [][]cell
	for _, r := range b.remarks() {
		number := cell{style: b.styles.text}
		if r.number > 0 {
			number = cell{text: strconv.Itoa(r.number), value: r.number, style: b.styles.number}
		}
		rows = append(rows, b.split([]cell{number, b.textCell(r.kind), b.textCell(r.about), b.textCell(r.text)}, widths)...)
	}
	return b.writeList(b.Label(label.ReportNotes), header, widths, rows)
}

// writeLongTexts writes the texts that their cells cannot show.
func (b *workbook) writeLongTexts() error {
	header := []string{b.Label(label.XlsxNumber), b.Label(label.XlsxLongColumn), b.Label(label.XlsxLongText)}
	widths := []float64{8, 30, 116}
	var rows [][]cell
	for i, x := range b.long {
		number := cell{text: fmt.Sprint(i + 1), value: i + 1, style: b.styles.number}
		rows = append(rows, b.split([]cell{number, b.textCell(x.column), b.textCell(x.text)}, widths)...)
	}
	return b.writeList(b.Label(label.XlsxLong), header, widths, rows)
}

func (b *workbook) textCell(s string) cell { return cell{text: s, style: b.styles.text} }

// split makes several rows of one with texts that are too long for it. Each has
// the number, so that sorting keeps them together.
func (b *workbook) split(cells []cell, widths []float64) [][]cell {
	var rows [][]cell
	for i, x := range cells[1:] {
		for n, piece := range pieces(x.text, widths[i+1], maxLines) {
			if n == len(rows) {
				row := make([]cell, len(cells))
				row[0] = cells[0]
				for j := range row[1:] {
					row[j+1].style = b.styles.text
				}
				rows = append(rows, row)
			}
			rows[n][i+1].text = piece
		}
	}
	return rows
}

// writeList writes a sheet of notes or long texts, unless there are none.
func (b *workbook) writeList(title string, header []string, widths []float64, rows [][]cell) error {
	if len(rows) == 0 {
		return nil
	}
	const head = 2
	s, err := b.open(b.sheetName(title), widths, head, len(rows))
	if err != nil {
		return err
	}
	b.sheets = append(b.sheets, entry{s.name, title, len(rows)})
	if err := s.addTitle(title, b.styles.title); err != nil {
		return err
	}
	if err := s.addHeader(b.headerCells(header)); err != nil {
		return err
	}
	for _, row := range rows {
		if err := s.add(row...); err != nil {
			return err
		}
	}
	return s.close()
}
