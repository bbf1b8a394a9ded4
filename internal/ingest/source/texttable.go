package source

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// otherTable reads the tables of text that have no pipes between cells, or
// pipes of another kind: AsciiDoc, reStructuredText, and columns aligned by
// spaces or tabs. It returns the line after the table: the same line where
// there is none.
func (t *textReader) otherTable(i int) int {
	line := strings.TrimSpace(t.line(i))
	switch {
	case line == "|===" || strings.HasPrefix(line, "|===="):
		return t.asciidoc(i)
	case strings.HasPrefix(line, "+-") && strings.HasSuffix(line, "-+") && strings.Trim(line, "+-") == "":
		return t.gridTable(i)
	case strings.HasPrefix(line, ".. list-table::"):
		return t.listTable(i)
	case strings.HasPrefix(line, ".. csv-table::"):
		return t.csvTable(i)
	}
	return t.aligned(i)
}

// gapped cuts a line at tabs and at runs of spaces, and returns where each
// piece begins, in columns of a terminal.
func gapped(line string) (texts []string, starts []int) {
	if strings.Contains(line, "\t") {
		for k, s := range strings.Split(strings.TrimRight(line, "\t "), "\t") {
			texts, starts = append(texts, strings.TrimSpace(s)), append(starts, k)
		}
		return texts, starts
	}
	column, begin, spaces := 0, -1, 0
	var b strings.Builder
	flush := func() {
		if begin >= 0 {
			texts, starts = append(texts, strings.TrimSpace(b.String())), append(starts, begin)
		}
		b.Reset()
		begin = -1
	}
	for _, c := range line {
		n := 1
		if k := width.LookupRune(c).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n = 2
		}
		if c == ' ' || c == '\u3000' {
			if spaces += n; spaces >= 2 {
				flush()
			} else if begin >= 0 {
				b.WriteRune(' ')
			}
		} else {
			if begin < 0 {
				begin = column
			}
			spaces = 0
			b.WriteRune(c)
		}
		column += n
	}
	flush()
	return texts, starts
}

// isColumnHeader reports whether texts head a table: most of them are known,
// and one of them is about ports or an end.
func (r *reader) isColumnHeader(texts []string) bool {
	known, filled, telling := 0, 0, false
	for _, s := range texts {
		if s == "" {
			continue
		}
		filled++
		if isContent(s) && !r.isExact(s) && Side(s) == "" {
			return false
		}
		if Side(s) != "" {
			known++
			continue
		}
		switch f := r.columnField(s); f {
		case FieldOther:
		case FieldPorts, FieldSource, FieldDestination, FieldProtocol, FieldEnds:
			telling = true
			known++
		default:
			known++
		}
	}
	return telling && known >= 2 && 2*known >= filled
}

// aligned reads a table whose columns are set apart by tabs or spaces.
func (t *textReader) aligned(i int) int {
	line := t.line(i)
	if len(line) > 1000 || !strings.Contains(line, "  ") && !strings.ContainsAny(line, "\t\u3000") {
		return i
	}
	t.work += len(line)
	headings, starts := gapped(line)
	if len(headings) < 2 || !t.isColumnHeader(headings) {
		return i
	}
	tabs := strings.Contains(line, "\t")
	var rows [][][]string
	var at []int
	j := i + 1
	for ; j < len(t.lines); j++ {
		line := t.line(j)
		trimmed := strings.TrimSpace(line)
		t.work += len(line)
		if trimmed == "" && j+1 < len(t.lines) {
			if texts, _ := gapped(t.line(j + 1)); len(texts) > 1 && countPipes(t.line(j+1)) == 0 {
				continue
			}
			break
		}
		if strings.Trim(trimmed, "-= \t") == "" && trimmed != "" {
			continue
		}
		if len(line) > 4000 || trimmed == "" || countPipes(line) > 0 {
			break
		}
		texts, places := gapped(line)
		cells := make([][]string, len(headings))
		for k, s := range texts {
			c := k
			switch {
			case tabs:
				c = min(places[k], len(headings)-1)
			case len(texts) != len(headings):
				c = columnAt(starts, places[k])
			}
			if s != "" {
				cells[c] = append(cells[c], s)
			}
		}
		switch {
		case len(texts) > 1 && (len(cells[0]) > 0 || tabs || len(rows) == 0 || !strings.HasPrefix(line, " ")):
			rows, at = append(rows, cells), append(at, j)
		case len(rows) > 0 && strings.HasPrefix(line, " "): // cells go on below
			for k, lines := range cells {
				rows[len(rows)-1][k] = append(rows[len(rows)-1][k], lines...)
			}
		default:
			goto done
		}
	}
done:
	if len(rows) == 0 {
		return i
	}
	table := t.newTable(headings)
	for n, row := range rows {
		cells := make([]Cell, len(headings))
		for k, lines := range row {
			for x := range lines {
				lines[x] = t.inline(lines[x])
			}
			cells[k] = t.newCell(at[n]+1, lines)
		}
		t.addRow(table, at[n]+1, cells)
	}
	return j
}

// columnAt returns the column to which a place belongs: the last that begins
// at or before it, give or take a character.
func columnAt(starts []int, place int) int {
	for k := len(starts) - 1; k > 0; k-- {
		if place+1 >= starts[k] {
			return k
		}
	}
	return 0
}

// gridTable reads a table that is drawn with + - and |. Where the line between
// two rows is missing below a column, its cell is one of both rows.
func (t *textReader) gridTable(i int) int {
	g := &grid{reader: t.reader}
	var columns int
	var group [][]span // rows since the last line over the whole width
	var row []span
	head, rst, bands := true, false, 0
	flush := func(heading bool, last bool) {
		if row != nil {
			if !head {
				bands++
			}
			group = append(group, splitLines(row, bands == 1 && last && len(group) == 0)...)
		}
		row = nil
		for k := range columns {
			g.share(group, k)
		}
		for _, r := range group {
			g.add(r[0].line, r, head && (heading || g.isColumnHeader(spanTexts(r))))
			head = false
		}
		group = nil
	}
	j := i + 1
	for ; j < len(t.lines) && t.err == nil; j++ {
		line := strings.TrimSpace(t.line(j))
		t.work += len(line)
		switch {
		case strings.HasPrefix(line, "+") && strings.Trim(line, "+-=") == "":
			below := ""
			if j+1 < len(t.lines) {
				below = strings.TrimSpace(t.line(j + 1))
			}
			rst = rst || strings.Contains(line, "=")
			flush(strings.Contains(line, "="), !rst && !strings.HasPrefix(below, "|"))
			continue
		case strings.HasPrefix(line, "+") && strings.Contains(line, "-+"):
			// the end of some cells, with text of those that go on
			for k, s := range strings.Split(strings.Trim(line, "+"), "+") {
				if s = strings.TrimSpace(s); strings.Trim(s, "-") != "" && k < len(row) {
					row[k].lines = append(row[k].lines, t.inline(s))
				}
			}
			if row != nil {
				group = append(group, row)
			}
			row = nil
			continue
		case !strings.HasPrefix(line, "|"):
			flush(false, !rst)
			return j
		}
		for k, s := range splitPipes(line, true) {
			if !t.take(1) {
				return len(t.lines)
			}
			for len(row) <= k {
				row = append(row, span{line: j + 1, columns: 1, rows: 1})
			}
			columns = max(columns, k+1)
			if s = literal(t.inline(s)); s != "" {
				row[k].lines = append(row[k].lines, strings.TrimPrefix(s, "| "))
			}
		}
	}
	flush(false, !rst)
	return j
}

// share gives all rows of a group the text of a column that has one
// cell in them: it is printed in one of the rows, or over several.
func (g *grid) share(group [][]span, column int) {
	if len(group) < 2 {
		return
	}
	var lines []string
	filled := 0
	for _, r := range group {
		if column < len(r) && len(r[column].lines) > 0 {
			lines = append(lines, r[column].lines...)
			filled++
		}
	}
	if filled == 0 || filled == len(group) {
		return
	}
	for i := range group {
		if column < len(group[i]) {
			group[i][column].lines = g.repeat(span{lines: lines}).lines
		}
	}
}

// splitLines returns a row of a grid as one for each of its lines, where it is
// the only one below the headings and a column holds ports or a protocol on
// each line: programs print tables with no lines between rows.
func splitLines(row []span, only bool) [][]span {
	at := slices.IndexFunc(row, func(s span) bool {
		return len(s.lines) > 1 && !slices.ContainsFunc(s.lines, func(line string) bool {
			c := readContent(line)
			return !c.ports && !c.protocol
		})
	})
	if !only || at < 0 || slices.ContainsFunc(row, func(s span) bool { return len(s.lines) != len(row[at].lines) }) {
		return [][]span{row}
	}
	var rows [][]span
	for i := range row[at].lines {
		one := slices.Clone(row)
		for k := range one {
			one[k].line += i
			one[k].lines = row[k].lines[i : i+1 : i+1]
		}
		rows = append(rows, one)
	}
	return rows
}

func spanTexts(row []span) []string {
	texts := make([]string, len(row))
	for i, s := range row {
		texts[i] = strings.Join(s.lines, " ")
	}
	return texts
}

// literal takes the marks of reStructuredText off a text in monospace.
func literal(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "``", "")) }

// listTable reads the list-table of reStructuredText: "* -" begins a row, and
// "-" its further cells.
func (t *textReader) listTable(i int) int {
	g := &grid{reader: t.reader}
	if title := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(t.line(i)), ".. list-table::")); title != "" {
		g.title, g.titleAt = title, t.at(i+1)
		t.addText(i+1, 0, title)
	}
	heads, n := 0, 0
	var row []span
	rowAt := 0
	flush := func() {
		if row != nil {
			g.add(rowAt, row, n < heads || n == 0 && heads == 0 && g.isColumnHeader(spanTexts(row)))
			n++
		}
		row = nil
	}
	j := i + 1
	for ; j < len(t.lines); j++ {
		line := t.line(j)
		trimmed := strings.TrimSpace(line)
		t.work += len(line)
		if trimmed == "" {
			continue
		}
		if !strings.HasPrefix(line, " ") {
			break
		}
		if value, ok := strings.CutPrefix(trimmed, ":header-rows:"); ok {
			heads, _ = strconv.Atoi(strings.TrimSpace(value))
			continue
		}
		if strings.HasPrefix(trimmed, ":") && row == nil {
			continue
		}
		cell, begins := strings.CutPrefix(trimmed, "* -")
		if begins {
			flush()
			rowAt = j + 1
		} else if cell, begins = strings.CutPrefix(trimmed, "-"); !begins || row == nil {
			if row != nil {
				row[len(row)-1].lines = append(row[len(row)-1].lines, literal(t.inline(trimmed)))
			}
			continue
		}
		if !t.take(1) {
			return len(t.lines)
		}
		row = append(row, span{line: j + 1, columns: 1, rows: 1})
		if cell = literal(t.inline(cell)); cell != "" {
			row[len(row)-1].lines = []string{cell}
		}
	}
	flush()
	return j
}

// asciidocCell finds where cells begin: a pipe at the beginning of a line or
// after a space, with what the cell spans before it.
var asciidocCell = regexp.MustCompile(`(?:^|[\s])((\d+)?(?:\.(\d+))?(\+|\*)?[<^>]?(?:\.[<^>])?[aehlmdsv]?)\|`)

// asciidoc reads an AsciiDoc table, whose cells begin with a pipe and fill as
// many columns as its attributes or its first line say.
func (t *textReader) asciidoc(i int) int {
	mark := strings.TrimSpace(t.line(i))
	if t.noTable {
		t.textLine(i)
		return i + 1
	}
	end := i + 1
	for end < len(t.lines) && strings.TrimSpace(t.line(end)) != mark {
		t.work += len(t.lines[end])
		end++
	}
	if end == len(t.lines) {
		if !t.noTable {
			t.problem(t.at(i+1), mark, "the table is not closed")
		}
		t.noTable = true
		t.textLine(i)
		return i + 1
	}
	columns, header := t.asciidocAttributes(i)
	a := &asciidocTable{grid: grid{reader: t.reader}, columns: columns}
	if n := len(t.blocks); n > 0 && t.blocks[n-1].kind == textBlock && strings.HasPrefix(t.blocks[n-1].text, ".") {
		a.title, a.titleAt = strings.TrimPrefix(t.blocks[n-1].text, "."), t.blocks[n-1].at
	} else if n > 1 && strings.HasPrefix(t.blocks[n-1].text, "[") && strings.HasPrefix(t.blocks[n-2].text, ".") {
		a.title, a.titleAt = strings.TrimPrefix(t.blocks[n-2].text, "."), t.blocks[n-2].at
	}
	if a.columns == 0 {
		a.columns = t.asciidocColumns(i+1, end)
	}
	first := i + 1
	for first < end && strings.TrimSpace(t.line(first)) == "" {
		first++
	}
	header = header || first == i+1 && first+1 < end && strings.TrimSpace(t.line(first+1)) == ""
	a.header = header
	for j := i + 1; j < end && t.err == nil; j++ {
		line := t.line(j)
		t.work += len(line)
		if strings.HasPrefix(strings.TrimSpace(line), "//") {
			continue
		}
		marks := asciidocCell.FindAllStringSubmatchIndex(line, -1)
		at := 0
		if len(marks) > 0 {
			at = marks[0][2]
		} else {
			at = len(line)
		}
		a.extend(t.inline(line[:at]))
		for k, m := range marks {
			stop := len(line)
			if k+1 < len(marks) {
				stop = marks[k+1][2]
			}
			if !t.take(1) {
				return len(t.lines)
			}
			s := span{line: j + 1, columns: 1, rows: 1}
			if m[8] >= 0 && line[m[8]:m[9]] == "+" {
				if m[4] >= 0 {
					s.columns = spanOf(line[m[4]:m[5]])
				}
				if m[6] >= 0 {
					s.rows = spanOf(line[m[6]:m[7]])
				}
			}
			a.begin(s)
			a.extend(t.inline(line[m[1]:stop]))
		}
	}
	a.finish()
	return end + 1
}

// asciidocTable fills rows with cells.
type asciidocTable struct {
	grid
	columns int
	header  bool
	row     []span
	busy    []int // by column: rows that a cell from above still takes
	at      int   // column of the next cell
}

func (a *asciidocTable) extend(text string) {
	if text = strings.TrimSpace(strings.ReplaceAll(text, "`", "")); text != "" && len(a.row) > 0 && text != "+" {
		last := &a.row[len(a.row)-1]
		last.lines = append(last.lines, strings.TrimPrefix(text, "* "))
	}
}

func (a *asciidocTable) skip() {
	for a.at < a.columns && a.at < len(a.busy) && a.busy[a.at] > 0 {
		a.at++
	}
}

func (a *asciidocTable) begin(s span) {
	if a.skip(); a.at >= a.columns && len(a.row) > 0 {
		a.finish()
		a.skip()
	}
	for k := range min(s.columns, maxColumns) {
		for len(a.busy) <= a.at+k {
			a.busy = append(a.busy, 0)
		}
		if s.rows > 1 {
			a.busy[a.at+k] = s.rows
		}
	}
	a.at += min(s.columns, maxColumns)
	a.row = append(a.row, s)
}

// finish ends a row.
func (a *asciidocTable) finish() {
	for k := range a.busy {
		a.busy[k] = max(a.busy[k]-1, 0)
	}
	a.at = 0
	if len(a.row) == 0 {
		return
	}
	row := a.row
	a.row = nil
	head := a.header || !a.filled && a.headings == nil && a.isColumnHeader(spanTexts(row))
	a.header = false
	a.add(row[0].line, row, head)
}

var (
	asciidocCols  = regexp.MustCompile(`cols\s*=\s*"?([^"\]]*)"?`)
	asciidocTimes = regexp.MustCompile(`(\d+)\*`)
)

// asciidocAttributes reads the lines above a table.
func (t *textReader) asciidocAttributes(i int) (columns int, header bool) {
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		line := strings.TrimSpace(t.line(j))
		if !strings.HasPrefix(line, "[") {
			if strings.HasPrefix(line, ".") {
				continue
			}
			break
		}
		header = strings.Contains(line, "header")
		if m := asciidocCols.FindStringSubmatch(line); m != nil {
			for _, part := range strings.Split(m[1], ",") {
				n := 1
				if times := asciidocTimes.FindStringSubmatch(part); times != nil {
					n = min(spanOf(times[1]), maxColumns)
				}
				columns += n
			}
		}
		break
	}
	return min(columns, maxColumns), header
}

// asciidocColumns returns how many cells the first line of a table has, or the
// lines up to the first blank one.
func (t *textReader) asciidocColumns(from, end int) int {
	n := 0
	for j := from; j < end; j++ {
		line := t.line(j)
		cells := len(asciidocCell.FindAllString(line, -1))
		if n == 0 && cells > 1 {
			return min(cells, maxColumns)
		}
		if strings.TrimSpace(line) == "" && n > 0 {
			break
		}
		n += cells
	}
	return min(max(n, 1), maxColumns)
}

// csvTable reads the csv-table of reStructuredText.
func (t *textReader) csvTable(i int) int {
	title := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(t.line(i)), ".. csv-table::"))
	if title != "" {
		t.addText(i+1, 0, title)
	}
	j, body := i+1, []string{}
	first, header := 0, ""
	for ; j < len(t.lines); j++ {
		line := t.line(j)
		t.work += len(line)
		trimmed := strings.TrimSpace(line)
		if trimmed != "" && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
			break
		}
		if value, ok := strings.CutPrefix(trimmed, ":header:"); ok && len(body) == 0 {
			header = strings.TrimSpace(value)
			continue
		}
		if trimmed == "" && len(body) == 0 || strings.HasPrefix(trimmed, ":") && len(body) == 0 {
			continue
		}
		if len(body) == 0 {
			first = j
		}
		body = append(body, trimmed+"\n")
	}
	if !t.fits(strings.Count(strings.Join(body, ""), ",")) {
		return len(t.lines)
	}
	g := &grid{reader: t.reader, title: title, titleAt: t.at(i + 1)}
	if header != "" {
		g.add(i+1, newRecord(i+1, lazily(strings.ReplaceAll(header, `", "`, `","`), ',')).cells, true)
	}
	for n := range body {
		body[n] = strings.NewReplacer(`", "`, `","`, `, "`, `,"`).Replace(body[n])
	}
	records, _ := t.records(body, 0, ',')
	for _, rec := range records {
		for k := range rec.cells {
			rec.cells[k].line += first
			for x, s := range rec.cells[k].lines {
				rec.cells[k].lines[x] = strings.TrimPrefix(literal(t.inline(s)), "| ")
			}
		}
		g.add(rec.line+first, rec.cells, false)
	}
	return j
}
