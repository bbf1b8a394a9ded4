package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tables that were copied as text keep neither pipes nor tags. Two shapes still
// show where their cells are, when ports are where the headings say:
//
//	ポート番号        a cell a line: headings, then as many lines for each row.
//	用途              Lines beyond that belong to the last cell.
//	443
//	管理
//
//	Port Protocol Purpose      a row a line, with single spaces between cells
//	443 TCP Web console

// maxLineColumns is the most columns that such a table may have, and
// maxCellRun the most lines of its last cell.
const (
	maxLineColumns = 12
	maxCellRun     = 15
)

// cellsOnLines finds such tables among the text.
func (r *reader) cellsOnLines() {
	var out []block
	changed := false
	for i := 0; i < len(r.blocks) && r.err == nil; {
		rows, after := r.cellPerLine(i)
		if grouped, end := r.groupedRows(i); len(grouped) > len(rows) || len(grouped) == len(rows) && strayPorts(grouped) < strayPorts(rows) {
			rows, after = grouped, end
		}
		for _, read := range []func(int) ([]block, int){r.gluedRows, r.bareRows} {
			if after == i {
				rows, after = read(i)
			}
		}
		if after == i {
			out = append(out, r.blocks[i])
			i++
			continue
		}
		changed = true
		out = append(out, rows...)
		i = after
	}
	if changed {
		r.blocks = out
	}
}

// strayPorts counts the lines of ports in cells of other columns: a table that
// was read wrongly has them.
func strayPorts(rows []block) int {
	n := 0
	for _, b := range rows {
		for _, c := range b.row.Cells {
			for _, line := range append(slices.Clip(c.Lines), c.Text) {
				if c.Field != FieldPorts && (natureOf(line).ports || portOfProtocol.MatchString(line)) {
					n++
				}
			}
		}
	}
	return n
}

var portOfProtocol = regexp.MustCompile(`(?i)^\d{1,5}\s*/\s*(?:tcp|udp)$`)

func (b block) plain() bool {
	return b.kind == textBlock && !b.bullet && len(b.text) <= longest
}

// strict returns what a cell below a heading of a certain meaning must be.
func strict(f Field) func(text string) bool {
	switch f {
	case FieldPorts:
		return func(text string) bool {
			n := natureOf(text)
			return n.loosePorts || n.dynamic || n.empty || dynamicPorts.MatchString(text)
		}
	case FieldCounter:
		return func(text string) bool { return natureOf(text).number >= 0 }
	case FieldProtocol:
		return func(text string) bool {
			n := natureOf(text)
			return n.protocol || n.application || n.empty || n.named && n.words <= 4 && !n.digit
		}
	case FieldDirection:
		return func(text string) bool { return readContent(text).direction }
	}
	return nil
}

// dynamicPorts finds cells like "TCP (random)".
var dynamicPorts = regexp.MustCompile(`(?i)^(?:tcp|udp)\s*[(（]?\s*(?:random|dynamic|any|all|ephemeral|動的|任意|ランダム)`)

// units returns the blocks from one on as cells: where blank lines set most
// cells apart, lines without one between them are one cell.
func (r *reader) units(i, most int) (cells []block) {
	gapped := i+1 < len(r.blocks) && r.blocks[i+1].gap
	for j := i; j < len(r.blocks) && r.blocks[j].kind == textBlock && len(cells) <= most; j++ {
		b := r.blocks[j]
		r.work++
		if len(cells) > 0 && r.titleOfTable(j) {
			break
		}
		if n := len(cells); n > 0 && gapped && !b.gap && !b.bullet && len(cells[n-1].lines) < maxCellRun {
			cells[n-1].lines = append(cells[n-1].lines, b.text)
			cells[n-1].text = strings.Join(cells[n-1].lines, " ")
			cells[n-1].blocks++
			continue
		}
		b.lines, b.blocks = []string{b.text}, 1
		cells = append(cells, b)
	}
	return cells
}

// caption is the beginning of the title of a table.
var caption = regexp.MustCompile(`(?i)^(?:表|図|table|figure)\s*[A-Z]?[-–.‒]?\d`)

// titleOfTable reports whether a block stands directly above a table of another
// shape, as its title.
func (r *reader) titleOfTable(j int) bool {
	return j+1 < len(r.blocks) && r.blocks[j+1].kind == rowBlock && !r.blocks[j+1].gap && isTitle(r.blocks[j])
}

// mayHead reports whether a text may be a heading: it is a known one, or does
// not read as a cell, and neither a caption nor a sentence.
func (r *reader) mayHead(text string) bool {
	if r.columnField(strings.TrimRight(text, " -–。")) != FieldOther {
		text = strings.TrimRight(text, " -–。")
	}
	if caption.MatchString(text) || strings.HasSuffix(text, "。") || strings.HasSuffix(text, ".") && strings.Contains(text, " ") {
		return false
	}
	if _, ok := HeadingProtocol(text); ok || readContent(text).protocol && !r.isExact(text) || strings.Trim(text, "-–—•・*") == "" {
		return false
	}
	return r.columnField(text) != FieldOther || !isContent(text)
}

// cellPerLine reads the table whose first heading is at a block. It returns
// its rows and the block after it.
func (r *reader) cellPerLine(i int) ([]block, int) {
	first := r.blocks[i]
	if !first.plain() || len(first.text) > maxHeading || !r.mayHead(first.text) || r.columnField(first.text) == FieldOther || i+1 >= len(r.blocks) || !r.blocks[i+1].plain() {
		return nil, i
	}
	if i > 0 && r.blocks[i-1].plain() && r.blocks[i-1].gap == first.gap && r.columnField(r.blocks[i-1].text) != FieldOther && !strings.ContainsAny(r.blocks[i-1].text, ":：") &&
		!caption.MatchString(r.blocks[i-1].text) {
		return nil, i // the middle of headings that could not be read
	}
	// A table may be long, and there may be many: look no further than a few
	// times its length.
	for most := 5 * maxLineColumns; ; most *= 4 {
		cells := r.units(i, most)
		columns, starts := r.headingsAndRows(cells)
		if len(starts) < 2 && (len(starts) == 0 || columns < 3) {
			return nil, i
		}
		if last := starts[len(starts)-1]; len(cells) > most && last+2*columns+maxCellRun > most {
			continue
		}
		rows, taken := r.rowsOnLines(i, cells, columns, starts)
		after := i
		for _, c := range cells[:taken] {
			after += c.blocks
		}
		return rows, after
	}
}

// headingsAndRows finds out how many of the cells are headings: as many as give
// the most rows. It returns where the rows begin, none where there is no table.
func (r *reader) headingsAndRows(cells []block) (columns int, starts []int) {
	var fields []Field
	ports, protocols, known := 0, 0, 0
	for k := 0; k < min(maxLineColumns, len(cells)); k++ {
		b := cells[k]
		_, protocol := HeadingProtocol(b.text)
		if protocol = protocol && k > 0; !b.plain() || utf8.RuneCountInString(b.text) > 40 || !protocol && !r.mayHead(b.text) {
			break
		}
		f := r.columnField(strings.TrimRight(b.text, " -–。"))
		fields = append(fields, f)
		switch {
		case protocol: // "TCP" and "UDP" above their ports
			protocols++
		case f == FieldPorts:
			ports++
		}
		if f != FieldOther {
			known++
		}
		if !(ports == 1 && protocols == 0 || ports == 0 && protocols == 2) || len(fields) < 2 || 2*known < len(fields) {
			continue
		}
		rows := r.rowStarts(cells, k+1, fields)
		if portsCount(cells, rows, slices.Index(fields, FieldPorts)) {
			continue
		}
		if len(rows) > len(starts) || len(rows) == len(starts) && len(rows) > 0 && f != FieldOther {
			columns, starts = k+1, rows
		}
	}
	return columns, starts
}

// portsCount reports whether the ports of rows are the numbers of the rows.
func portsCount(cells []block, starts []int, k int) bool {
	c := &column{counts: true}
	for _, at := range starts {
		c.add(cells[at+k].text)
	}
	return len(starts) > 1 && c.counts && c.last < len(starts)+2
}

// kindHeading are headings below which a page has what it likes.
var kindHeading = regexp.MustCompile(`(?i)^(?:type|kind|種別|種類|タイプ|区分)$`)

// rowStarts returns the cells at which rows begin, from a cell on. A row may
// lack its last cell.
func (r *reader) rowStarts(cells []block, at int, fields []Field) []int {
	tests := make([]func(string) bool, len(fields))
	for k, f := range fields {
		if tests[k] = strict(f); kindHeading.MatchString(cells[k].text) {
			tests[k] = nil
		}
	}
	fits := func(at int) bool {
		if at+len(fields)-1 > len(cells) {
			return false
		}
		for k, is := range tests {
			if at+k == len(cells) {
				return is == nil
			}
			b := cells[at+k]
			r.work++
			if len(b.text) > 4*longest || is != nil && !is(b.text) {
				return false
			}
		}
		return true
	}
	var starts []int
	for fits(at) {
		starts = append(starts, at)
		next := at + len(fields)
		if !fits(next) && tests[len(tests)-1] == nil && fits(next-1) {
			at = next - 1
			continue
		}
		for skip := 0; skip < maxCellRun && next < len(cells) && !fits(next); skip++ {
			next++
		}
		at = next
	}
	return starts
}

// rowsOnLines makes rows of cells: the headings come first, and each row begins
// at one of the starts. It returns how many cells they take.
func (r *reader) rowsOnLines(i int, units []block, columns int, starts []int) ([]block, int) {
	headings := make([]string, columns)
	for k := range headings {
		headings[k] = strings.Join(units[k].lines, " ")
	}
	t := r.newTable(headings)
	for k, h := range headings {
		if t.fields[k] == FieldOther {
			t.fields[k] = r.columnField(strings.TrimRight(h, " -–。"))
		}
	}
	if i > 0 && r.blocks[i-1].kind == textBlock && isTitle(r.blocks[i-1]) {
		t.title, t.titleAt = r.blocks[i-1].text, r.blocks[i-1].at
	}
	kept := r.blocks
	r.blocks = nil
	end := 0
	for n, start := range starts {
		end = min(start+columns, len(units))
		if n+1 < len(starts) {
			end = starts[n+1]
		} else if start+1 < len(units) && !units[start+1].gap {
			for end < len(units) && !units[end].gap && end < start+columns+maxCellRun {
				end++ // the last cell goes on to the next gap
			}
		}
		cells := make([]Cell, columns)
		for k := range cells {
			if start+k >= end {
				cells[k] = r.newCell(units[end-1].at.Line, nil)
				continue
			}
			texts := units[start+k].lines
			if k == columns-1 {
				for _, b := range units[start+k+1 : end] {
					texts = append(slices.Clip(texts), b.lines...)
				}
			}
			cells[k] = r.newCell(units[start+k].at.Line, texts)
			cells[k].Position = units[start+k].at
		}
		r.addRow(t, units[start].at.Line, cells)
	}
	rows := r.blocks
	r.blocks = kept
	return rows, end
}

// gluedRow is a row of such a table while it is read.
type gluedRow struct {
	at    int // the block
	cells []string
	more  []string // lines of the last cell
}

// gluedRows reads the table whose headings are the words of one line.
func (r *reader) gluedRows(i int) ([]block, int) {
	if !r.blocks[i].plain() || !strings.ContainsAny(r.blocks[i].text, " \u3000") || strings.Contains(r.blocks[i].text, "|") {
		return nil, i
	}
	headings, fields := r.splitHeadings(strings.Fields(r.blocks[i].text))
	if len(fields) < 2 || !slices.Contains(fields, FieldPorts) {
		return nil, i
	}
	read := fields
	if len(fields) == 2 { // what is beside ports may be of several words
		if read = []Field{FieldOther, FieldPorts}; fields[0] == FieldPorts {
			read = []Field{FieldPorts, FieldOther}
		}
	}
	list, after := r.gluedLines(i+1, read)
	sure := len(fields) > 2 && (slices.Contains(fields, FieldProtocol) || slices.Contains(fields, FieldDirection))
	if len(list) == 0 || len(list) == 1 && !sure || len(list) == 2 && len(fields) == 2 {
		return nil, i
	}
	r.cutNames(list, fields)
	t := r.newTable(headings)
	copy(t.fields, fields)
	kept := r.blocks
	r.blocks = nil
	for _, g := range list {
		cells := make([]Cell, len(fields))
		for k := range cells {
			texts := []string{g.cells[k]}
			if k == len(cells)-1 {
				texts = append(texts, g.more...)
			}
			cells[k] = r.newCell(kept[g.at].at.Line, texts)
			cells[k].Position = kept[g.at].at
		}
		r.addRow(t, kept[g.at].at.Line, cells)
	}
	rows := r.blocks
	r.blocks = kept
	return rows, after
}

// gluedLines reads the rows from a block on, and returns the block after them.
func (r *reader) gluedLines(j int, fields []Field) (list []gluedRow, after int) {
	last := strict(fields[len(fields)-1])
	for ; j < len(r.blocks) && r.blocks[j].kind == textBlock; j++ {
		b := r.blocks[j]
		r.work += len(b.text)
		var above *gluedRow
		if len(list) > 0 && len(list[len(list)-1].more) < maxCellRun {
			above = &list[len(list)-1]
		}
		words := strings.Fields(b.text)
		if _, heads := r.splitHeadings(words); len(heads) >= 3 && slices.Contains(heads, FieldPorts) {
			if above != nil && len(above.more) > 0 && r.blocks[j-1].gap && isTitle(r.blocks[j-1]) {
				above.more = above.more[:len(above.more)-1] // the title of the next table
				j--
			}
			break
		}
		if cells := splitGlued(words, fields); cells != nil {
			list = append(list, gluedRow{at: j, cells: cells})
		} else if above != nil && b.bullet && arrowCell.MatchString(b.text) && last != nil { // arrows on lines of their own
			above.more = append(above.more, b.body)
		} else if cells, end := r.gluedAround(j, fields); cells != nil {
			list = append(list, gluedRow{at: j, cells: cells})
			j = end
		} else if above != nil && last == nil && j+1 < len(r.blocks) && r.laterRow(j+1, fields) {
			above.more = append(above.more, b.text)
		} else if cells := splitGlued(words, fields[:len(fields)-1]); last != nil && cells != nil && j+1 < len(r.blocks) && r.blocks[j+1].bullet && arrowCell.MatchString(r.blocks[j+1].text) {
			list = append(list, gluedRow{at: j, cells: append(cells, "")})
		} else {
			break
		}
	}
	return list, j
}

// gluedAround reads a row whose line breaks off, for a list or behind a name,
// and goes on below. It returns its cells and its last block.
func (r *reader) gluedAround(j int, fields []Field) (cells []string, end int) {
	words := strings.Fields(r.blocks[j].text)
	for end = j + 1; end < min(j+maxCellRun, len(r.blocks)) && r.blocks[end].kind == textBlock && r.blocks[end].bullet; end++ {
		r.work += len(r.blocks[end].text)
		words = append(words, strings.Fields(r.blocks[end].body)...)
	}
	if name := end == j+1; r.blocks[j].bullet || name && (len(words) > 5 || sentence.MatchString(r.blocks[j].text)) ||
		end >= len(r.blocks) || r.blocks[end].kind != textBlock || r.blocks[end].bullet {
		return nil, j
	}
	below := strings.Fields(r.blocks[end].text)
	if splitGlued(below, fields) != nil {
		return nil, j
	}
	return splitGlued(append(words, below...), fields), end
}

// cutNames cuts two names that stand side by side with nothing but spaces
// between them, as source and destination do: the same names are in several
// rows, and end in words like "server". It is a guess, and said so.
func (r *reader) cutNames(list []gluedRow, fields []Field) {
	for k := 0; k+2 < len(fields); k++ {
		if strict(fields[k]) != nil || strict(fields[k+1]) != nil {
			continue
		}
		rows := make([][]string, len(list))
		lefts, firsts := map[string]int{}, map[string]int{}
		for n, g := range list {
			rows[n] = strings.Fields(g.cells[k] + " " + g.cells[k+1])
			seen := map[string]bool{}
			for cut := 1; cut < len(rows[n]); cut++ {
				lefts[strings.Join(rows[n][:cut], " ")]++
				if first := rows[n][cut]; !seen[first] {
					seen[first] = true
					firsts[first]++
				}
			}
		}
		for n, words := range rows {
			if len(words) < 3 {
				continue
			}
			best, most := 1, -1
			for cut := 1; cut < len(words); cut++ {
				score := 2*min(lefts[strings.Join(words[:cut], " ")], 3) + min(firsts[words[cut]], 3) + 3*bordersNames(words[cut-1], words[cut])
				if score > most || score == most && !isWide(words[cut]) {
					best, most = cut, score
				}
			}
			g := list[n]
			g.cells[k], g.cells[k+1] = strings.Join(words[:best], " "), strings.Join(words[best:], " ")
			r.problem(r.blocks[g.at].at, "", "nothing stands between the cells of two columns: they are cut where a name seems to end")
		}
	}
}

// bordersNames says how much one name seems to end before a word, and another
// to begin with it.
func bordersNames(before, word string) int {
	first, _ := utf8.DecodeRuneInString(word)
	last, _ := utf8.DecodeRuneInString(before)
	switch {
	case hostCell.MatchString(word) || hostCell.MatchString(before):
		return 3
	case nameEnd.MatchString(before) && !unicode.IsLower(first):
		return 2
	case unicode.IsUpper(first) && unicode.IsLower(last):
		return 2
	case unicode.IsLower(first):
		return 0
	}
	return 1
}

var nameEnd = regexp.MustCompile(`(?i)(?:servers?|clients?|agents?|nodes?|hosts?|consoles?|managers?|appliances?|services?|databases?|gateways?|sensors?|users?|browsers?|controllers?|サーバー?|クライアント|エージェント|ノード|端末|マネージャー?)$`)

func isWide(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return c > 0x3000
}

// laterRow reports whether a row begins within a few blocks.
func (r *reader) laterRow(j int, fields []Field) bool {
	for k := j; k < min(j+4, len(r.blocks)) && r.blocks[k].kind == textBlock; k++ {
		r.work += len(r.blocks[k].text)
		if splitGlued(strings.Fields(r.blocks[k].text), fields) != nil {
			return true
		}
		if cells, _ := r.gluedAround(k, fields); cells != nil {
			return true
		}
	}
	return false
}

// splitHeadings finds headings of one to three words in a line that holds
// nothing else, but for a word or two that go on with the one before.
func (r *reader) splitHeadings(words []string) (headings []string, fields []Field) {
	if len(words) > 3*maxLineColumns {
		return nil, nil
	}
	more := 0
	if len(words) > 3 && strings.EqualFold(words[1], "name") && r.columnField(words[0]) == FieldOther && r.columnField(words[0]+" name") == FieldOther {
		headings, fields = []string{words[0] + " name"}, []Field{FieldOther} // of whatever the product calls its ports
		words = words[2:]
	}
	for len(words) > 0 {
		n := min(3, len(words))
		for ; n > 0; n-- {
			heading := strings.Join(words[:n], " ")
			if n > 1 && !r.isExact(heading) && r.columnField(words[0]) != FieldOther {
				continue // "Port Protocol" are two
			}
			if f := r.columnField(heading); f != FieldOther {
				headings, fields = append(headings, heading), append(fields, f)
				break
			}
		}
		if n == 0 {
			if more++; more > 2 || strings.ContainsAny(words[0], "0123456789") {
				return nil, nil
			}
			n = 1
			if len(headings) == 0 {
				return nil, nil
			}
			headings[len(headings)-1] += " " + words[0]
		}
		words = words[n:]
	}
	return headings, fields
}

// isExact reports whether a dictionary has a heading to the letter.
func (r *reader) isExact(heading string) bool {
	h := normalHeading(heading)
	_, given := r.fields[h]
	_, listed := known(h)
	_, column := columnFieldOf[h]
	_, protocol := HeadingProtocol(heading)
	return given || listed || column || protocol
}

// splitGlued cuts the words of a line into cells: a column whose cells are of
// a certain kind tells where it begins, and the last one takes the rest.
func splitGlued(words []string, fields []Field) []string {
	if len(words) > 400 {
		return nil
	}
	cells := make([]string, len(fields))
	at, certain := 0, false
	for k, f := range fields {
		if at == len(words) {
			if k < len(fields)-1 || strict(f) != nil {
				return nil
			}
			break
		}
		is := strict(f)
		n := 1
		switch {
		case k == len(fields)-1:
			n = len(words) - at
		case strict(fields[k+1]) != nil:
			next := strict(fields[k+1])
			for at+n < len(words) && !next(words[at+n]) && n < 12 {
				n++
			}
		case is != nil:
			for at+n < len(words) && n < 8 && is(strings.Join(words[at:at+n+1], " ")) && goesOn(f, words[at+n]) {
				n++
			}
		}
		cells[k] = strings.Join(words[at:at+n], " ")
		if is != nil && !is(cells[k]) && !(f == FieldProtocol && n <= 3 && natureOf(cells[k]).application) {
			return nil
		}
		certain = certain || f == FieldPorts && natureOf(cells[k]).loosePorts
		at += n
	}
	if !certain {
		return nil
	}
	return cells
}

// goesOn reports whether a word goes on with the cell of ports or protocols
// that the words before it are, and does not begin the next one.
func goesOn(f Field, word string) bool {
	if strings.HasPrefix(word, "(") && strings.HasSuffix(strings.TrimRight(word, ",;"), ")") {
		return true
	}
	word = strings.Trim(word, ",;/&()~-–")
	n := natureOf(word)
	return word == "" || n.protocol || n.ports || f == FieldProtocol && n.application || joiningWord.MatchString(word)
}

// joiningWord joins two ports, or two protocols.
var joiningWord = regexp.MustCompile(`(?i)^(?:and|or|to|と|および|または)$`)
