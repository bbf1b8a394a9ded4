package source

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/text/printable"
)

// block is a piece of a document in the order of appearance: every format is
// read into blocks first, so that labelled lists, sections and numbers of rows
// work the same in all of them.
type block struct {
	at     Position
	kind   blockKind
	text   string // of prose and headings: one line, without markup
	body   string // text without its bullet
	bullet bool
	indent int
	gap    bool   // something stands between this block and the one before
	level  int    // of a heading, from 1
	row    *Row   // of a row block
	table  *table // of a row block

	lines  []string // of a cell that was put together of blocks
	blocks int      // how many they are
}

type blockKind uint8

const (
	textBlock blockKind = iota
	headingBlock
	rowBlock
)

// table is what the rows of a table have in common.
type table struct {
	headings []string
	fields   []Field
	title    string
	titleAt  Position
}

func (r *reader) addText(line, indent int, text string) {
	if text = printable.Text(text); text == "" || !r.take(1) {
		return
	}
	body, bullet := cutBullet(text)
	r.add(block{at: r.at(line), kind: textBlock, text: text, body: body, bullet: bullet, indent: indent})
}

func (r *reader) addHeading(line, level int, text string) {
	text = strings.TrimSpace(strings.TrimRight(printable.Text(text), "¶#"))
	if text == "" || !r.take(1) {
		return
	}
	r.add(block{at: r.at(line), kind: headingBlock, text: text, body: text, level: level})
}

func (r *reader) add(b block) {
	b.gap, r.gap = r.gap, false
	r.blocks = append(r.blocks, b)
}

// cutBullet takes the mark of a list item off a line.
func cutBullet(s string) (body string, bullet bool) {
	c, size := utf8.DecodeRuneInString(s)
	switch rest := s[size:]; {
	case c == '・' || c == '•' || c == '‣' || c == '◦':
		return strings.TrimSpace(rest), true
	case strings.ContainsRune("-*+–", c) && strings.HasPrefix(rest, " "):
		return strings.TrimSpace(rest), true
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if rest := s[digits:]; digits > 0 && digits < 4 && (strings.HasPrefix(rest, ". ") || strings.HasPrefix(rest, ") ")) {
		return strings.TrimSpace(rest[2:]), true
	}
	return s, false
}

// newTable returns a table with the given headings; without any they are lost.
func (r *reader) newTable(headings []string) *table {
	t := &table{headings: headings, fields: make([]Field, len(headings))}
	for i, h := range headings {
		if t.fields[i] = FieldOther; h != "" {
			t.fields[i] = r.field(h)
		}
	}
	return t
}

// lost reports that no column of the table has a heading.
func (t *table) lost() bool { return strings.Join(t.headings, "") == "" }

// addRow adds a row of a table.
func (r *reader) addRow(t *table, line int, cells []Cell) {
	if !r.take(1 + len(cells)) {
		return
	}
	for i := range cells {
		c := &cells[i]
		c.Field = FieldOther
		if i < len(t.headings) {
			c.Heading, c.Field = t.headings[i], t.fields[i]
		}
		c.Meaning = c.Field
	}
	r.add(block{at: r.at(line), kind: rowBlock, table: t, row: &Row{Position: r.at(line), Shape: ShapeTable, Cells: cells}})
}

// newCell returns a cell of the given published lines; line is the number of the first one.
func (r *reader) newCell(line int, lines []string) Cell {
	c := Cell{Position: r.at(line)}
	var kept []string
	for i, s := range lines {
		if s = printable.Text(s); s == "" {
			continue
		}
		if len(kept) == 0 {
			c.Line = line + i
		}
		kept = append(kept, s)
	}
	c.Text = strings.Join(kept, " ")
	if len(kept) > 1 {
		c.Lines = kept
	}
	return c
}

// isHeader reports whether cells are the headings of a table: at least two of
// them are known, and these are not the fewer ones.
func (r *reader) isHeader(texts []string) bool {
	known, filled := 0, 0
	for _, s := range texts {
		if s == "" {
			continue
		}
		filled++
		if len(s) > maxHeading {
			continue
		}
		if readContent(s).ports {
			return false // a row below headings like those of another table
		}
		if r.field(s) != FieldOther {
			known++
		}
	}
	return known >= 2 && 2*known >= filled
}

// assembly makes the document of the blocks.
type assembly struct {
	*reader
	doc      Document
	sections [7]Line // the current heading of each level
	tables   int     // so far

	parent       Line // the item of a list that the items below it belong to
	parentIndent int
	side         Line // the line above a list that says the direction of its items
}

func (r *reader) assemble() Document {
	a := &assembly{reader: r}
	for from := 0; from < len(r.blocks); {
		if r.blocks[from].kind == rowBlock {
			from = a.table(from)
			continue
		}
		to := from
		for to < len(r.blocks) && r.blocks[to].kind != rowBlock {
			to++
		}
		a.lists(r.blocks[from:to])
		from = to
	}
	a.sentences()
	return a.doc
}

// table adds the rows of a table, and returns the block after it.
func (a *assembly) table(from int) int {
	t := a.blocks[from].table
	if t.title == "" && from > 0 && !a.blocks[from].gap && isTitle(a.blocks[from-1]) {
		t.title, t.titleAt = a.blocks[from-1].text, a.blocks[from-1].at
	}
	var intro Line
	if t.title == "" && from > 0 && introduces(a.blocks[from-1]) {
		intro = Line{Position: a.blocks[from-1].at, Text: a.blocks[from-1].text, Heading: len(a.sections)}
	}
	a.tables++
	for from < len(a.blocks) && a.blocks[from].table == t {
		row := *a.blocks[from].row
		if !t.lost() { // cells without heading and text say nothing
			row.Cells = slices.DeleteFunc(row.Cells, func(c Cell) bool { return c.Heading == "" && c.Text == "" })
		}
		if row.Section = t.title; row.Section == "" {
			row.Section = a.section(len(a.sections))
		}
		row.Table, row.Path = a.tables, a.path(len(a.sections))
		if t.title != "" {
			row.Path = append(row.Path, Line{Position: t.titleAt, Text: t.title, Heading: len(a.sections)})
		} else if intro.Text != "" {
			row.Path = append(row.Path, intro)
		}
		a.addRow(row)
		from++
	}
	return from
}

func (a *assembly) addRow(row Row) {
	row.Number = len(a.doc.Rows) + 1
	a.doc.Rows = append(a.doc.Rows, row)
}

// isTitle reports whether a line that stands directly above a table is its
// title: a short line that is not a sentence, item or footnote.
func isTitle(b block) bool {
	if b.kind != textBlock || b.bullet || utf8.RuneCountInString(b.text) > 80 {
		return false
	}
	first, _ := utf8.DecodeRuneInString(b.text)
	last, _ := utf8.DecodeLastRuneInString(b.text)
	return !strings.ContainsRune("※●*[(（「|", first) && !strings.ContainsRune(".。:：,、;!?！？|", last)
}

// introduces reports whether a line ends in a colon, and says of the table
// below it what a heading would: "Outbound ports:".
func introduces(b block) bool {
	text := strings.TrimRight(b.text, "*_ ")
	return b.kind == textBlock && !b.bullet && utf8.RuneCountInString(text) <= 160 &&
		(strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：")) && !strings.ContainsAny(text, "。") && !strings.Contains(text, ". ")
}

// heading notes a heading: it is prose, and the section of what follows.
func (a *assembly) heading(b block) {
	a.enter(b)
	a.doc.Prose = append(a.doc.Prose, Line{b.at, b.text, b.level})
}

func (a *assembly) enter(b block) {
	level := min(max(b.level, 1), len(a.sections)) - 1
	clear(a.sections[level:])
	a.side = Line{}
	a.sections[level] = Line{b.at, b.text, level + 1}
}

// path returns the headings of fewer than the given number of levels, the
// outermost first.
func (a *assembly) path(levels int) []Line {
	var list []Line
	for _, s := range a.sections[:levels] {
		if s.Text != "" {
			list = append(list, s)
		}
	}
	return list
}

// section returns the innermost heading of fewer than the given number of levels.
func (a *assembly) section(levels int) string {
	for i := levels - 1; i >= 0; i-- {
		if a.sections[i].Text != "" {
			return a.sections[i].Text
		}
	}
	return ""
}
