package source

import (
	"regexp"
	"slices"
	"unicode/utf8"
)

// Tables that were copied a cell a line do not always have as many lines a row
// as they have headings: a cell that spans rows is printed once, a cell may
// hold several lines, and a column of images leaves no line at all. Columns
// whose cells are of a certain kind tell where each cell is, as long as no two
// columns without one stand side by side:
//
//	Feature, Port, Protocol, Direction     headings, a line each
//	Firing                                 a cell that spans both rows
//	8443 / TCP / Kiln -> Oven
//	161 / UDP / Oven -> Probe

// grouping is such a table while it is read.
type grouping struct {
	*reader
	cells    []block
	headings []string
	fields   []Field
	tests    []func(string) bool // nil for a column whose cells may be anything
	lost     int                 // the column of images that left no lines; -1 for none
}

// groupedRow is where the cells of a row begin, and where the last one ends.
type groupedRow struct {
	starts []int // by column; a blank cell begins where the next one does
	end    int
}

// certain returns what a cell of a field must be, where rows are told by it.
func certain(f Field) func(text string) bool {
	switch f {
	case FieldPorts:
		return func(text string) bool {
			n := natureOf(text)
			return n.loosePorts || n.dynamic && n.words < 3 || dynamicPorts.MatchString(text)
		}
	case FieldProtocol:
		return func(text string) bool {
			n := natureOf(text)
			return n.protocol || n.application && n.words < 3
		}
	case FieldDirection, FieldEnds:
		return func(text string) bool {
			return readContent(text).direction || arrowCell.MatchString(text) || betweenArrows.MatchString(text)
		}
	case FieldCounter:
		return func(text string) bool { return natureOf(text).number >= 0 }
	}
	return nil
}

// betweenArrows are lines that join two lines of arrows in one cell.
var betweenArrows = regexp.MustCompile(`(?i)^(?:または|又は|および|及び|or|and)$`)

// images are columns whose cells are often pictures: arrows, and marks.
var images = []Field{FieldDirection, FieldRequirement, FieldConfigurable, FieldAction}

// groupedRows reads the table whose first heading is at a block. It returns its
// rows and the block after it.
func (r *reader) groupedRows(i int) ([]block, int) {
	if first := r.blocks[i]; !first.plain() || len(first.text) > maxHeading || r.columnField(first.text) == FieldOther || i+1 >= len(r.blocks) || !r.blocks[i+1].plain() {
		return nil, i
	}
	for most := 5 * maxLineColumns; ; most *= 4 {
		cells := r.units(i, most)
		g, rows := r.grouping(cells)
		if len(rows) < 2 {
			return nil, i
		}
		if end := rows[len(rows)-1].end; len(cells) > most && end+2*maxCellRun > most {
			continue
		}
		return g.blocks(i, rows)
	}
}

// grouping finds out how many of the cells are headings, and where the rows
// are.
func (r *reader) grouping(cells []block) (best *grouping, rows []groupedRow) {
	g := &grouping{reader: r, cells: cells, lost: -1}
	for k := 0; k < min(maxLineColumns, len(cells)); k++ {
		text := cells[k].text
		f := r.columnField(text)
		if !cells[k].plain() || utf8.RuneCountInString(text) > 40 || !r.mayHead(text) {
			break
		}
		g.headings, g.fields, g.tests = append(g.headings, text), append(g.fields, f), append(g.tests, certain(f))
		if f == FieldOther || k < 2 {
			continue
		}
		for _, lost := range g.mayBeLost() {
			one := *g
			one.lost = lost
			if !one.decidable() {
				continue
			}
			list := one.rows(k + 1)
			if len(list) > len(rows) || len(list) > 0 && len(list) == len(rows) && lost < 0 {
				best, rows = &one, list
			}
		}
	}
	return best, rows
}

// mayBeLost returns the columns that may have left no lines, and -1 first.
func (g *grouping) mayBeLost() []int {
	list := []int{-1}
	for k, f := range g.fields {
		if slices.Contains(images, f) {
			list = append(list, k)
		}
	}
	return list
}

// decidable reports whether the columns tell where cells are: one of ports, one
// of another certain kind, and no two others side by side.
func (g *grouping) decidable() bool {
	ports, others, free := 0, 0, false
	for k, is := range g.tests {
		switch {
		case k == g.lost:
			continue
		case is == nil && free:
			return false
		case g.fields[k] == FieldPorts:
			ports++
		case is != nil && g.fields[k] != FieldCounter:
			others++
		}
		free = is == nil
	}
	return ports == 1 && others > 0
}

// rows reads rows from a cell on, until one does not fit.
func (g *grouping) rows(at int) (list []groupedRow) {
	for at < len(g.cells) {
		row, ok := g.certainCells(at)
		if !ok {
			return list
		}
		if last := len(g.tests) - 1; last != g.lost && g.tests[last] == nil {
			row.starts[last] = row.end
			row.end = g.lastCell(row.end)
		}
		list = append(list, row)
		at = row.end
	}
	return list
}

// certainCells reads the cells of a row up to the last certain one.
func (g *grouping) certainCells(at int) (row groupedRow, ok bool) {
	row.starts = make([]int, len(g.tests))
	for k, is := range g.tests {
		row.starts[k] = at
		switch {
		case k == g.lost:
		case is != nil:
			end := g.run(at, is, g.fields[k] == FieldCounter)
			if blank := slices.Contains(images, g.fields[k]) && k > slices.Index(g.fields, FieldPorts) && k+1 < len(g.tests) && g.tests[k+1] == nil; end == at && !blank {
				return row, false
			}
			at = end
		case k+1 < len(g.tests): // it is blank, or goes up to the next certain one
			next := g.tests[k+1]
			if k+1 == g.lost {
				next = g.tests[min(k+2, len(g.tests)-1)]
			}
			for n := 0; at < len(g.cells) && next != nil && !next(g.cells[at].text); n++ {
				if n == 4 || len(g.cells[at].text) > longest {
					return row, false
				}
				at++
			}
		}
	}
	row.end = at
	return row, true
}

// run returns the cell after those of a kind, from one on.
func (g *grouping) run(at int, is func(string) bool, one bool) int {
	for n := 0; at < len(g.cells) && n < maxCellRun && len(g.cells[at].text) <= longest && is(g.cells[at].text); n++ {
		g.work++
		at++
		if one {
			break
		}
	}
	return at
}

var lowerStart = regexp.MustCompile(`^[a-z(（]`)

// lastCell returns the cell after the lines of the last cell of a row: they go
// up to the next row. Without one, the cell has one line.
func (g *grouping) lastCell(at int) int {
	for n := at + 1; n < min(at+maxCellRun, len(g.cells)); n++ {
		if g.tests[0] == nil && lowerStart.MatchString(g.cells[n].text) {
			continue // goes on, and names nothing
		}
		if _, ok := g.certainCells(n); ok {
			return n
		}
	}
	return min(at+1, len(g.cells))
}

// blocks makes rows of the cells, and returns the block after them.
func (g *grouping) blocks(i int, rows []groupedRow) ([]block, int) {
	t := g.newTable(g.headings)
	for k, f := range t.fields {
		if f == FieldOther {
			t.fields[k] = g.fields[k]
		}
	}
	if g.lost >= 0 {
		g.problem(g.cells[g.lost].at, g.headings[g.lost], "the cells of this column are lost")
	}
	if i > 0 && g.reader.blocks[i-1].kind == textBlock && isTitle(g.reader.blocks[i-1]) {
		t.title, t.titleAt = g.reader.blocks[i-1].text, g.reader.blocks[i-1].at
	}
	for k, f := range g.fields {
		blank := func(row groupedRow) bool { return k+1 < len(row.starts) && row.starts[k] == row.starts[k+1] }
		if k != g.lost && slices.Contains(images, f) && !slices.ContainsFunc(rows, func(row groupedRow) bool { return !blank(row) }) {
			g.problem(g.cells[k].at, g.headings[k], "the cells of this column are lost")
		}
	}
	kept := g.reader.blocks
	g.reader.blocks = nil
	for _, row := range rows {
		cells := make([]Cell, len(g.headings))
		for k, start := range row.starts {
			end := row.end
			if k+1 < len(row.starts) {
				end = row.starts[k+1]
			}
			var lines []string
			for _, b := range g.cells[start:max(start, end)] {
				lines = append(lines, b.lines...)
			}
			at := g.cells[min(start, len(g.cells)-1)].at
			cells[k] = g.newCell(at.Line, lines)
			cells[k].Position = at
		}
		g.addRow(t, g.cells[row.starts[0]].at.Line, cells)
	}
	made := g.reader.blocks
	g.reader.blocks = kept
	after := i
	for _, c := range g.cells[:rows[len(rows)-1].end] {
		after += c.blocks
	}
	return made, after
}

// bareRows reads the table without headings whose rows are ports, a protocol
// and what they are for, a cell a line.
func (r *reader) bareRows(i int) ([]block, int) {
	var fields []Field
	for k := range 2 {
		if i+k >= len(r.blocks) || !r.blocks[i+k].plain() {
			return nil, i
		}
		switch c := readContent(r.blocks[i+k].text); {
		case c.ports:
			fields = append(fields, FieldPorts)
		case c.protocol:
			fields = append(fields, FieldProtocol)
		}
	}
	if len(fields) != 2 || fields[0] == fields[1] {
		return nil, i
	}
	g := &grouping{reader: r, lost: -1, headings: make([]string, 3), fields: append(fields, FieldPurpose)}
	g.tests = []func(string) bool{certain(fields[0]), certain(fields[1]), nil}
	for most := 5 * maxLineColumns; ; most *= 4 {
		g.cells = r.units(i, most)
		rows := g.rows(0)
		if len(rows) < 2 {
			return nil, i
		}
		if end := rows[len(rows)-1].end; len(g.cells) > most && end+2*maxCellRun > most {
			continue
		}
		r.problem(r.blocks[i].at, r.blocks[i].text, "the headings of the table are lost")
		return g.blocks(i, rows)
	}
}
