package source

import (
	"fmt"
	"slices"
	"strings"
)

// span is a cell of a table whose cells may take several columns and rows, as those of HTML pages and workbooks do.
type span struct {
	line    int
	lines   []string
	heading bool // published as a heading
	columns int  // at least 1
	rows    int  // at least 1
}

// grid places cells in columns, and tells headings, titles and rows apart.
type grid struct {
	*reader
	table    *table
	title    string
	titleAt  Position
	headings []string // as far as read
	filled   bool     // a row followed the headings
	pending  []pending
	columns  int // of the widest row so far
}

// pending is a cell that goes on in the rows below. From holds the row of headings, as those join.
type pending struct {
	rows int // that are left
	cell span
}

// maxColumns is more than any table has, and the most that a cell may span.
const maxColumns = 1000

// place returns the cells of a row in their columns: those that go on from above, and copies of those that span columns.
func (g *grid) place(row []span) []span {
	var placed []span
	above := func(at int) bool {
		if at >= len(g.pending) || g.pending[at].rows == 0 {
			return false
		}
		g.pending[at].rows--
		placed = append(placed, g.repeat(g.pending[at].cell))
		return true
	}
	for _, s := range row {
		for above(len(placed)) {
		}
		for i := range min(s.columns, maxColumns) {
			if s.rows > 1 {
				for len(g.pending) <= len(placed) {
					g.pending = append(g.pending, pending{})
				}
				g.pending[len(placed)] = pending{s.rows - 1, s}
			}
			if i == 0 {
				placed = append(placed, s)
			} else {
				placed = append(placed, g.repeat(s))
			}
		}
	}
	for len(placed) < len(g.pending) { // cells from above, to the right of a row that ends early
		if !above(len(placed)) {
			placed = append(placed, span{})
		}
	}
	for n := len(g.pending); n > 0 && g.pending[n-1].rows == 0; n-- {
		g.pending = g.pending[:n-1]
	}
	g.work += len(placed)
	g.take(len(placed) - len(row))
	return placed
}

// repeat returns a cell for one more place. A small document could fill the memory in this way, so that there is an end to it.
func (g *grid) repeat(s span) span {
	for _, line := range s.lines {
		g.repeats -= len(line)
	}
	if g.repeats < 0 && g.err == nil {
		g.err = fmt.Errorf("%w: cells that span rows or columns repeat too much text", ErrTooLarge)
	}
	return s
}

// add reads a row. Head says that it is published as part of the headings.
func (g *grid) add(line int, row []span, head bool) {
	whole := g.isWhole(row)
	placed := g.place(row)
	if len(row) == 0 || g.err != nil {
		return // cells from above alone are no row
	}
	cells := make([]Cell, len(placed))
	texts := make([]string, len(placed))
	for i, s := range placed {
		cells[i] = g.newCell(max(s.line, 1), s.lines)
		texts[i] = cells[i].Text
	}
	g.columns = max(g.columns, len(placed))
	filled := countFilled(texts)
	head = head || allHeadings(placed)
	switch {
	case filled == 0:
	case whole || head && filled == 1 && g.filled:
		g.addTitle(line, texts)
	case head || g.isHeader(texts):
		g.addHeadings(texts)
	default:
		g.addCells(line, cells)
	}
}

// isWhole reports whether a row is one cell over the whole width, but for columns without headings at the left.
func (g *grid) isWhole(row []span) bool {
	column := 0
	for len(row) > 1 && len(row[0].lines) == 0 && column < len(g.headings) && g.headings[column] == "" {
		row, column = row[1:], column+row[0].columns
	}
	return len(row) == 1 && row[0].columns > 1 && column+row[0].columns >= g.columns
}

func allHeadings(placed []span) bool {
	return len(placed) > 1 && !slices.ContainsFunc(placed, func(s span) bool { return !s.heading && len(s.lines) > 0 })
}

func countFilled(texts []string) int {
	n := 0
	for _, s := range texts {
		if s != "" {
			n++
		}
	}
	return n
}

// addTitle notes a row with one text, over the whole width or among headings: a title of the rows below it.
func (g *grid) addTitle(line int, texts []string) {
	g.title = texts[slices.IndexFunc(texts, func(s string) bool { return s != "" })]
	g.titleAt = g.at(line)
	g.addText(line, 0, g.title)
	if g.table != nil {
		below := *g.table
		below.title, below.titleAt = g.title, g.titleAt
		g.table = &below
	}
}

// addHeadings notes a row of headings. Rows of headings below each other belong together: "Destination" above "Port" is
// "Destination Port".
func (g *grid) addHeadings(texts []string) {
	if g.filled || g.headings == nil {
		g.headings, g.filled = nil, false
	}
	for len(g.headings) < len(texts) {
		g.headings = append(g.headings, "")
	}
	for i, s := range texts {
		if s != "" && s != g.headings[i] && len(g.headings[i]) < maxHeading {
			g.headings[i] = strings.TrimSpace(g.headings[i] + " " + s)
		}
	}
	g.table = g.newTable(slices.Clone(g.headings))
	g.table.title, g.table.titleAt = g.title, g.titleAt
}

func (g *grid) addCells(line int, cells []Cell) {
	if g.table == nil {
		g.table = g.newTable(nil)
		g.table.title, g.table.titleAt = g.title, g.titleAt
		g.problem(g.at(line), cells[0].Text, "the headings of the table are lost")
	}
	g.filled = true
	if n := len(g.table.headings); n > 0 && len(cells) > n && slices.ContainsFunc(cells[n:], func(c Cell) bool { return c.Text != "" }) {
		g.problem(g.at(line), cells[0].Text, "%d cells below %d headings", len(cells), n)
	}
	g.addRow(g.table, line, cells)
}
