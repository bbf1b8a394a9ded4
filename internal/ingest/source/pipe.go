package source

import (
	"slices"
	"strings"
)

// A pipe table is written in one of these ways:
//
//	| Component | Port |        Component | Port |        Component | Port
//	|-----------|------|        ---|---|                  --- | ---
//	| Server    | 443  |        Server |                  Server | 443
//	                            443 |
//
// On the left every row begins with a pipe. In the middle, as pages in plain
// text have it, cells end with a pipe and run over as many lines as they like;
// only the number of pipes tells where a row ends. In both, rows without their
// last pipe occur. On the right nothing but the end of a line can tell where a
// row ends.

// pipeTable is a table while it is read.
type pipeTable struct {
	*table
	columns int
	outer   bool // rows begin with a pipe
	single  bool // cells have pipes between them only: every row is a line
}

// table reads the pipe table that begins at a line, and returns the line after
// it: the same line where there is none.
func (t *textReader) table(i int) int {
	line := strings.TrimSpace(t.line(i))
	if isFootnote(line) {
		return i
	}
	if !t.fits(countPipes(line)) {
		return len(t.lines)
	}
	pt := pipeTable{outer: strings.HasPrefix(line, "|")}
	pt.single = !pt.outer && !endsWithPipe(line)
	below := i+1 < len(t.lines) && isDelimiter(t.line(i+1)) && t.fits(countPipes(t.line(i+1)))
	switch {
	case isDelimiter(line): // the headings are lost
		pt.columns = len(splitPipes(line, pt.outer))
		pt.table = t.newTable(nil)
		t.problem(t.at(i+1), line, "the headings of the table are lost")
		return t.rows(pt, i+1)
	case below && countPipes(line) > 0:
		return t.headed(pt, i)
	case pt.outer && countPipes(line) > 2:
		return t.bare(pt, i)
	case !pt.outer && !pt.single, line == "|":
		if after := t.headingsOnLines(pt, i); after > i || pt.outer {
			return after
		}
		return t.plainBare(pt, i)
	}
	return i
}

// headingsOnLines reads a table whose headings run over lines above the
// delimiter row, as its cells do: together they have as many pipes, and one
// more where a pipe alone on its line opens them.
func (t *textReader) headingsOnLines(pt pipeTable, i int) int {
	n, first := 0, i
	if pt.outer {
		first++
	}
	for j := first; j < len(t.lines) && j < i+2*maxLineColumns; j++ {
		line := t.line(j)
		t.work += len(line)
		if isDelimiter(line) {
			pt.columns = len(splitPipes(line, strings.HasPrefix(strings.TrimSpace(line), "|")))
			if j == first || n != pt.columns {
				return i
			}
			pt.table = t.newTable(t.texts(t.cells(first, j, false)))
			return t.rows(pt, j+1)
		}
		if n += countPipes(line); strings.TrimSpace(line) == "" || len(line) > maxHeading || strings.HasPrefix(strings.TrimSpace(line), "|") {
			return i
		}
	}
	return i
}

// plainBare reads a table without a delimiter row whose rows end with a pipe:
// a line of known headings, and below it one with as many pipes.
func (t *textReader) plainBare(pt pipeTable, i int) int {
	headings := t.texts(t.cells(i, i+1, false))
	if pt.columns = len(headings); pt.columns < 2 || !t.isHeader(headings) && !t.isColumnHeader(headings) {
		return i
	}
	if after := i + 1; after == len(t.lines) || countPipes(t.line(after)) != pt.columns || !endsWithPipe(t.line(after)) {
		return i
	}
	pt.table = t.newTable(headings)
	return t.rows(pt, i+1)
}

// lonePipe is outerEnd for a row that a pipe alone on its line opens: its cells
// follow, one to a line or more, each with its pipe.
func (t *textReader) lonePipe(pt pipeTable, i int) int {
	n := 1
	for j := i + 1; j < len(t.lines) && j < i+maxCellLines; j++ {
		line := strings.TrimSpace(t.line(j))
		t.work += len(line) + 1
		if strings.HasPrefix(line, "|") && n > 1 || isDelimiter(line) {
			break
		}
		if n += countPipes(line); n > pt.columns {
			return j + 1
		}
	}
	return 0
}

// headed reads a table with a line of headings and a delimiter row.
func (t *textReader) headed(pt pipeTable, i int) int {
	headings := t.texts(t.cells(i, i+1, pt.outer))
	if t.titled(pt, i, headings) {
		return i + 2
	}
	if after := i + 2; pt.outer && after < len(t.lines) && countPipes(t.line(after)) > 0 && !endsWithPipe(strings.TrimSpace(t.line(i))) && !strings.HasPrefix(strings.TrimSpace(t.line(after)), "|") {
		pt.outer, pt.single = false, true // the headings alone begin with a pipe
	}
	pt.columns = max(len(headings), len(splitPipes(t.line(i+1), strings.HasPrefix(strings.TrimSpace(t.line(i+1)), "|"))))
	if slices.ContainsFunc(headings, isRowContent) && !slices.ContainsFunc(headings, func(h string) bool { return t.field(h) != FieldOther }) {
		// What makes Markdown of a page takes the first row for the headings where there are none.
		pt.table = t.newTable(nil)
		t.problem(t.at(i+1), t.lines[i], "the headings of the table are lost: what is in their place reads as a row")
		t.row(pt, i, i+1)
		return t.rows(pt, i+2)
	}
	rows := i + 2
	if below := t.secondHeadings(pt, rows); below != nil {
		for k := range headings {
			if k >= len(below) || below[k] == headings[k] {
				continue
			}
			both := strings.TrimSpace(headings[k] + " " + below[k])
			if t.columnField(both) != FieldOther || t.columnField(headings[k]) == FieldOther {
				headings[k] = both
			}
		}
		rows++
	}
	pt.table = t.newTable(headings)
	if pt.lost() {
		t.problem(t.at(i+1), t.lines[i], "the headings of the table are lost")
	}
	return t.rows(pt, rows)
}

// titled reports whether a title stands where the headings should: one cell,
// above a line of several known headings. The title is then text, and the
// headings begin a table of their own.
func (t *textReader) titled(pt pipeTable, i int, cells []string) bool {
	if len(cells) != 1 || i+2 >= len(t.lines) || len(t.line(i+2)) > 4*maxHeading {
		return false
	}
	below := t.texts(t.cells(i+2, i+3, pt.outer))
	if len(below) < 2 || !t.isHeader(below) && !t.isColumnHeader(below) {
		return false
	}
	t.addText(i+1, 0, t.inline(cells[0]))
	return true
}

// secondHeadings returns the first row of a table where it goes on with the
// headings: its cells are known headings, and those above it are not.
func (t *textReader) secondHeadings(pt pipeTable, i int) []string {
	if i >= len(t.lines) || countPipes(t.line(i)) < 2 || len(t.line(i)) > 4*maxHeading {
		return nil
	}
	above := t.texts(t.cells(i-2, i-1, pt.outer))
	texts := t.texts(t.cells(i, i+1, pt.outer))
	if t.headsPorts(above) || !t.headsPorts(texts) || !t.isHeader(texts) || slices.Equal(above, texts) {
		return nil
	}
	return texts
}

// headsPorts reports whether one of the headings is that of ports.
func (t *textReader) headsPorts(texts []string) bool {
	return slices.ContainsFunc(texts, func(s string) bool { return t.columnField(s) == FieldPorts })
}

// bare reads a table without a delimiter row. Its first row may still be its headings.
func (t *textReader) bare(pt pipeTable, i int) int {
	headings := t.texts(t.cells(i, i+1, true))
	pt.columns = len(headings)
	if t.isHeader(headings) || t.isColumnHeader(headings) {
		pt.table = t.newTable(headings)
		return t.rows(pt, i+1)
	}
	pt.table = t.newTable(nil)
	t.problem(t.at(i+1), t.lines[i], "the headings of the table are lost")
	return t.rows(pt, i)
}

// rows reads rows from a line on, and returns the line after them.
func (t *textReader) rows(pt pipeTable, i int) int {
	for i < len(t.lines) && t.err == nil {
		if t.stops(i) {
			break
		}
		if isDelimiter(t.line(i)) {
			i++ // one more than there should be
			continue
		}
		end := t.rowEnd(pt, i)
		if end == i {
			break
		}
		pt.table = t.row(pt, i, end)
		i = end
	}
	return i
}

// rowEnd returns the line after the row that begins at a line: the same line where none does.
func (t *textReader) rowEnd(pt pipeTable, i int) int {
	switch {
	case pt.outer:
		return t.outerEnd(pt, i)
	case !pt.single:
		return t.plainEnd(pt, i)
	case countPipes(t.line(i)) > 0:
		return i + 1
	}
	return i
}

// maxCellLines is the most lines of a cell. Without a limit, a line of text
// would be looked at for every row above it.
const maxCellLines = 200

// outerEnd is rowEnd for rows that begin with a pipe. A row goes on until a
// line ends with a pipe, unless another row begins before.
func (t *textReader) outerEnd(pt pipeTable, i int) int {
	line := strings.TrimSpace(t.line(i))
	n := countPipes(line)
	if line == "|" {
		if end := t.lonePipe(pt, i); end > 0 {
			return end
		}
	}
	if !strings.HasPrefix(line, "|") {
		if n > 0 && n >= pt.columns-1 {
			return i + 1 // the first pipe is missing
		}
		return i
	}
	if closed := endsWithPipe(line); closed && (n > pt.columns || !t.goesOn(pt, i+1, n)) {
		return i + 1
	} else if !closed && n >= pt.columns && !t.goesOn(pt, i+1, n-1) {
		if after := i + 1; after < len(t.lines) && !t.stops(after) && countPipes(t.line(after)) == 0 {
			t.problem(t.at(i+1), line, "the row is not closed by a pipe: the text below it is read as prose")
		}
		return i + 1 // the last pipe is missing
	}
	if end := t.closing(pt, i+1, n); end > 0 {
		return end
	}
	t.problem(t.at(i+1), line, "the row is not closed by a pipe")
	return i + 1
}

// closing returns the line after the one that closes a row of which n pipes are
// read, or zero. Paragraphs may be in a cell, with blank lines between them,
// when the row then has the cells that it should have.
func (t *textReader) closing(pt pipeTable, i, n int) int {
	paragraphs := false
	for j := i; j < len(t.lines) && j < i+maxCellLines; j++ {
		line := strings.TrimSpace(t.line(j))
		t.work += len(line) + 1
		if line == "" {
			paragraphs = true
			continue
		}
		if t.stops(j) || strings.HasPrefix(line, "|") {
			break
		}
		if n += countPipes(line); endsWithPipe(line) {
			if n <= pt.columns && !paragraphs && t.goesOn(pt, j+1, n) {
				continue // a cell ends, and not the row
			}
			if paragraphs && n != pt.columns+1 {
				break
			}
			return j + 1
		}
	}
	return 0
}

// goesOn reports whether the lines up to the next row end one of which n pipes
// are read: with no more pipes than it has columns.
func (t *textReader) goesOn(pt pipeTable, i, n int) bool {
	closed := false
	for j := i; j < len(t.lines) && j < i+maxCellLines && n <= pt.columns+1; j++ {
		line := strings.TrimSpace(t.line(j))
		t.work += len(line) + 1
		if t.stops(j) && !t.onlyGap(j) || strings.HasPrefix(line, "|") {
			break
		}
		if pipes := countPipes(line); pipes > 0 {
			n += pipes
			closed = endsWithPipe(line)
		}
	}
	return closed && n <= pt.columns+1
}

// plainEnd is rowEnd for rows that do not begin with a pipe. A row goes on
// until there are as many pipes as columns.
func (t *textReader) plainEnd(pt pipeTable, i int) int {
	n := 0
	for j := i; ; {
		next := t.nextPipe(j)
		if next < 0 {
			if j > i {
				t.problem(t.at(i+1), t.lines[i], "the row ends after %d of %d cells", n, pt.columns)
			}
			return j
		}
		line := t.line(next)
		n += countPipes(line)
		closed := endsWithPipe(line)
		if j = next + 1; n >= pt.columns && (closed || n > pt.columns) || n == pt.columns-1 && !closed && !t.lastGoesOn(j) {
			return j
		}
	}
}

// lastGoesOn reports whether the last cell of a row, which is not closed, ends with the next pipe.
func (t *textReader) lastGoesOn(i int) bool {
	j := t.nextPipe(i)
	return j >= 0 && countPipes(t.line(j)) == 1 && endsWithPipe(t.line(j))
}

// nextPipe returns the next line that holds a pipe, or -1 when something else begins before it.
func (t *textReader) nextPipe(i int) int {
	for j := i; j < len(t.lines) && j < i+maxCellLines; j++ {
		t.work += len(t.lines[j])
		if t.stops(j) && !t.onlyGap(j) {
			return -1
		}
		if countPipes(t.line(j)) > 0 {
			return j
		}
	}
	return -1
}

// onlyGap reports whether a line is blank and the row goes on after it: with a
// pipe that can only close a cell.
func (t *textReader) onlyGap(i int) bool {
	return strings.TrimSpace(t.line(i)) == "" && i+1 < len(t.lines) && strings.TrimSpace(t.line(i+1)) == "|"
}

// stops reports whether a line cannot belong to a row.
func (t *textReader) stops(i int) bool {
	line := strings.TrimSpace(t.line(i))
	if line == "" || fence(line) != "" || strings.HasPrefix(line, ":::") || isFootnote(line) || hasTag(line, "<table") {
		return true
	}
	if countPipes(line) > 0 {
		return i+1 < len(t.lines) && isDelimiter(t.line(i+1)) && !isDelimiter(line) // the headings of the next table
	}
	_, _, lines := t.headingAt(i)
	return lines > 0
}

// row adds the row that stands on some lines. It returns the table of the rows
// below it, which may have a title.
func (t *textReader) row(pt pipeTable, from, to int) *table {
	cells := t.cells(from, to, pt.outer)
	if !pt.outer && len(cells) == pt.columns+1 && cells[0].Text == "" {
		cells = cells[1:] // it begins with a pipe all the same
	}
	texts := t.texts(cells)
	if t.err != nil || strings.Join(texts, "") == "" {
		return pt.table
	}
	if !pt.lost() && slices.Equal(texts, pt.headings) {
		return pt.table // headings, once more
	}
	if len(cells) > pt.columns && slices.ContainsFunc(texts[pt.columns:], func(s string) bool { return s != "" }) {
		t.problem(t.at(from+1), t.lines[from], "%d cells below %d headings", len(cells), pt.columns)
	}
	if title := t.groupTitle(pt, texts); title != "" {
		below := *pt.table
		below.title, below.titleAt = title, t.at(from+1)
		t.addText(from+1, 0, title)
		return &below
	}
	t.addRow(pt.table, from+1, cells)
	return pt.table
}

// groupTitle returns the text of a row that is the title of those below it: a
// name in its first cell, and nothing in two others or more.
func (t *textReader) groupTitle(pt pipeTable, texts []string) string {
	if pt.lost() || len(texts) < 3 || countFilled(texts) != 1 || texts[0] == "" {
		return ""
	}
	switch t.columnField(pt.headings[0]) {
	case FieldSource, FieldDestination, FieldEnds, FieldProtocol:
		return ""
	}
	if len(texts[0]) > maxHeading || strings.ContainsAny(texts[0], "0123456789.。") || isContent(texts[0]) {
		return ""
	}
	return texts[0]
}

// cells reads the cells that stand on some lines.
func (t *textReader) cells(from, to int, outer bool) []Cell {
	lines := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		lines = append(lines, t.line(i))
	}
	text := strings.Join(lines, "\n")
	if !t.fits(countPipes(text)) {
		return nil
	}
	parts := splitPipes(text, outer)
	cells := make([]Cell, 0, len(parts))
	line := from + 1
	for _, part := range parts {
		first := line + strings.Count(part[:len(part)-len(strings.TrimLeft(part, " \t\n"))], "\n")
		line += strings.Count(part, "\n")
		cell := t.newCell(first, strings.Split(t.inline(strings.ReplaceAll(part, `\|`, "|")), "\n"))
		cell.Line = min(first, to)
		cells = append(cells, cell)
	}
	return cells
}

func (t *textReader) texts(cells []Cell) []string {
	texts := make([]string, len(cells))
	for i, c := range cells {
		texts[i] = c.Text
	}
	return texts
}

// splitPipes cuts a row at its pipes. The last one closes a cell, and an outer one opens the first.
func splitPipes(s string, outer bool) []string {
	var parts []string
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '|' && (i == 0 || s[i-1] != '\\') {
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	if rest := s[start:]; strings.TrimSpace(rest) != "" || len(parts) == 0 {
		parts = append(parts, rest)
	}
	if outer && strings.TrimSpace(parts[0]) == "" {
		parts = parts[1:]
	}
	return parts
}

// countPipes counts the pipes that are not escaped.
func countPipes(s string) int { return strings.Count(s, "|") - strings.Count(s, `\|`) }

func endsWithPipe(s string) bool {
	s = strings.TrimRight(s, " \t\u00a0\u3000")
	return strings.HasSuffix(s, "|") && !strings.HasSuffix(s, `\|`)
}

// isDelimiter reports whether a line is the one below the headings: "|---|:--:|".
func isDelimiter(line string) bool {
	return strings.Contains(line, "|") && strings.Contains(line, "-") && strings.Trim(line, "|:- \t") == ""
}
