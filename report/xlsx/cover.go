package xlsx

import (
	"net/url"
	"slices"

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

func (c *cover) addHeading(l label.Label) {
	c.add(1)
	c.add(headingSize/fontSize*boldness, cell{text: c.wordInLine(l), style: c.styles.heading, span: len(c.widths)})
}

// addPair adds a label and what belongs to it.
func (c *cover) addPair(l label.Label, x cell) {
	c.add(1, cell{text: c.word(l), style: c.styles.header}, x)
}

func (c *cover) addTitle() {
	for _, title := range c.inEach(c.title) {
		c.add(titleSize/fontSize*boldness, cell{text: title, style: c.styles.title, span: len(c.widths)})
	}
}

// addNote adds a sentence over the whole width; nothing where it is empty.
func (c *cover) addNote(s string) {
	if s != "" {
		c.add(1, cell{text: s, style: c.styles.note, span: len(c.widths)})
	}
}

func (c *cover) addSummary() {
	c.addNote(c.say(c.remark))
	c.add(1)
	if date, ok := c.calendarDate(); ok {
		c.addPair(label.ReportCreated, cell{value: date, style: c.styles.date})
	} else if text := c.dateText(); text != "" {
		c.addPair(label.ReportCreated, cell{text: text, style: c.styles.text})
	}
	c.addPair(label.ReportVersion, cell{text: printable.Line(c.Catalog.Version()), style: c.styles.text})
	c.addPair(label.XlsxFlowCount, cell{value: c.Flows.Len(), style: c.styles.number})
	if len(c.Groups) == 0 {
		c.add(1)
		c.addNote(c.say((*content.Document).Empty))
	}
}

func (c *cover) addContents() {
	if len(c.sheets) == 0 {
		return
	}
	c.addHeading(label.ReportContents)
	c.add(1, c.headerCells(c.words(label.XlsxSheet, label.XlsxRowCount))...)
	for _, x := range c.sheets {
		title, rows := cell{text: x.title, style: c.styles.text}, cell{style: c.styles.text}
		if x.sheet != "" {
			title.style, title.link = c.styles.link, "'"+x.sheet+"'!A1"
		}
		if x.rows > 0 {
			rows = cell{value: x.rows, style: c.styles.number}
		}
		c.add(1, title, rows)
	}
}

func (c *cover) addSources() {
	if len(c.Sources) == 0 {
		return
	}
	c.addHeading(label.ReportSources)
	c.add(1, c.headerCells(c.words(label.XlsxDocument, label.XlsxPublisher, label.XlsxAddress, label.XlsxPage, label.XlsxExtent))...)
	for _, x := range c.Sources {
		row := []cell{c.address(x.URL)}
		for _, say := range []func(*content.Document) string{
			func(d *content.Document) string { return d.SourceTitle(x) },
			func(*content.Document) string { return x.Publisher },
			func(*content.Document) string { return x.Page },
			func(d *content.Document) string { return d.SourceCount(x) },
		} {
			row = append(row, cell{text: c.say(say), style: c.styles.text})
		}
		c.add(1, row[1], row[2], row[0], row[3], row[4])
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

// addLegend explains columns that some sheet has. What marks mean is above the
// rows that have them.
func (c *cover) addLegend() {
	var rows [][]cell
	explain := func(term, meaning string) {
		rows = append(rows, []cell{{text: term, style: c.styles.header}, {text: meaning, style: c.styles.text, span: len(c.widths) - 1}})
	}
	for _, x := range []struct {
		column content.Column
		help   label.Label
	}{{content.ColumnDirection, label.ReportDirectionHelp}, {content.ColumnRequirement, label.ReportConditionsHelp}} {
		name := c.say(func(d *content.Document) string { return d.LabelOf("column", string(x.column)) })
		if c.shown[name] {
			explain(name, c.word(x.help))
		}
	}
	if c.asks {
		explain(c.word(label.XlsxApproval), c.word(label.XlsxApprovalHelp))
	}
	if len(c.long) > 0 {
		long := c.sheets[len(c.sheets)-1].title
		explain(c.word(label.XlsxLong), c.say(func(d *content.Document) string { return d.Fill(label.XlsxLongHelp, "sheet", long) }))
	}
	if len(rows) == 0 {
		return
	}
	c.addHeading(label.ReportLegend)
	for _, row := range rows {
		c.add(1, row...)
	}
}

// coverRows is about how many rows a page of the cover has.
const coverRows = 26

// addQuirks explains the quirks of the sources, and counts the flows that they
// are about.
func (c *cover) addQuirks() {
	if len(c.Quirks) == 0 {
		return
	}
	if len(c.rows)+len(c.Quirks) > coverRows {
		c.breaks = len(c.rows) + 1
	}
	c.addHeading(label.ReportQuirks)
	c.addNote(c.word(label.ReportQuirksHelp))
	c.add(1, c.headerCells(c.words(label.ReportQuirks, label.XlsxFlowCount))...)
	for _, q := range c.Quirks {
		name := c.say(func(d *content.Document) string { return d.LabelOf("quirk", string(q)) })
		c.add(1, cell{text: name, style: c.styles.text}, cell{value: c.Flows.Having(q).Len(), style: c.styles.number})
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
