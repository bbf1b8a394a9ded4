package source

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxTables is how deep tables may stand within each other. The text of deeper
// ones goes to the cell around them.
const maxTables = 16

// htmlReader reads HTML tag by tag. It makes no tree of the page: a tree does
// not tell lines, and hostile pages make it deep or slow to build. Tables need
// no more than to know which end tags may be left out.
type htmlReader struct {
	*reader
	z       *html.Tokenizer
	line    int
	tables  []*htmlTable
	prose   lines
	heading int  // level of the heading that is open
	caption bool // a caption is open
	skip    string
	bullet  bool
	indent  int // of the description in a definition list
}

// htmlTable is a table while it is read.
type htmlTable struct {
	grid
	line   int
	row    []span
	texts  []lines // of the cells of the row
	rowAt  int
	open   bool // a row is open
	cell   bool // the last cell of the row is open
	text   lines
	head   bool // within thead
	nested bool // the open row holds a table: it only lays out the page
}

// lines gathers text that breaks into lines at tags.
type lines struct {
	list  []string
	level []int // of the heading that each line is, or zero
	line  int   // of the first
	b     strings.Builder
}

func (l *lines) write(line int, s string) {
	if l.b.Len() == 0 && len(l.list) == 0 {
		if strings.TrimSpace(s) == "" {
			return
		}
		l.line = line + strings.Count(s[:len(s)-len(strings.TrimLeft(s, " \t\n"))], "\n")
	}
	l.b.WriteString(s)
}

// end ends a line, which is a heading of a level or none.
func (l *lines) end(level int) {
	if s := strings.TrimSpace(l.b.String()); s != "" {
		l.list, l.level = append(l.list, strings.ReplaceAll(s, "\n", " ")), append(l.level, level)
	}
	l.b.Reset()
}

// take returns what was gathered, and begins anew.
func (l *lines) take() lines {
	l.end(0)
	taken := lines{list: l.list, level: l.level, line: l.line}
	*l = lines{}
	return taken
}

func (r *reader) readHTML() {
	h := &htmlReader{reader: r, line: 1, z: html.NewTokenizer(strings.NewReader(r.text))}
	h.read()
}

// htmlTable reads the table that begins at a line of Markdown, and returns the line after it.
func (t *textReader) htmlTable(i int) int {
	if t.noTable {
		t.textLine(i)
		return i + 1
	}
	text := t.text[t.starts[i]:]
	end := tableEnd(text)
	if end < 0 {
		t.noTable = true // so that not every such line looks through the rest of the document
		t.work += len(text)
		t.problem(t.at(i+1), t.lines[i], "the HTML table has no row that ends: read as text")
		t.textLine(i)
		return i + 1
	}
	for more := 0; more >= 0; end += more { // tables that begin on the line on which the last one ends
		rest, _, _ := strings.Cut(text[end:], "\n")
		if more = -1; hasTag(rest, "<table") {
			more = tableEnd(text[end:])
		}
		if more < 0 {
			break
		}
	}
	t.work += end
	after := i + strings.Count(text[:end], "\n")
	h := &htmlReader{reader: t.reader, line: i + 1, z: html.NewTokenizer(strings.NewReader(text[:end]))}
	h.read()
	if rest := t.lines[after][t.starts[i]+end-t.starts[after]:]; strings.TrimSpace(rest) != "" {
		t.addText(after+1, 0, t.inline(rest))
	}
	return after + 1
}

// tableEnd returns where the table that begins in a text ends: after its end
// tag, or where that is missing after the last row. It is negative when there
// is no row either.
func tableEnd(text string) int {
	depth, rows := 0, -1
	for i := 0; ; {
		open := strings.IndexByte(text[i:], '<')
		if open < 0 {
			return rows
		}
		i += open
		switch tag := text[i:min(len(text), i+10)]; {
		case isTag(tag, "<table"):
			depth++
		case isTag(tag, "</table"), isTag(tag, "</tr"):
			end := strings.IndexByte(text[i:], '>')
			if end < 0 {
				return rows
			}
			rows = i + end + 1
			if isTag(tag, "</table") {
				depth--
			}
			if depth <= 0 {
				return rows
			}
		}
		i++
	}
}

func (h *htmlReader) read() {
	for h.err == nil {
		kind := h.z.Next()
		if kind == html.ErrorToken {
			break
		}
		raw := h.z.Raw()
		lines := strings.Count(string(raw), "\n")
		h.work += len(raw)
		switch kind {
		case html.TextToken:
			if h.skip == "" {
				h.text(string(h.z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			h.start(kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := h.z.TagName()
			h.end(atom.Lookup(name), string(name))
		}
		h.line += lines
	}
	for len(h.tables) > 0 {
		t := h.tables[len(h.tables)-1]
		h.problem(h.at(t.line), "", "the table is not closed")
		h.endTable()
	}
	h.flush()
}

// text adds text to what is open: a cell, or the prose.
func (h *htmlReader) text(s string) { h.sink().write(h.line, s) }

func (h *htmlReader) sink() *lines {
	if t := h.current(); t != nil && t.cell && !h.caption {
		return &t.text
	}
	return &h.prose
}

func (h *htmlReader) current() *htmlTable {
	if len(h.tables) == 0 {
		return nil
	}
	return h.tables[len(h.tables)-1]
}

// flush makes prose of the text that stands outside of cells.
func (h *htmlReader) flush() {
	h.prose.end(h.heading)
	h.write(h.prose.take())
}

// write adds text to the prose.
func (h *htmlReader) write(text lines) {
	for i, s := range text.list {
		switch {
		case text.level[i] > 0:
			h.addHeading(text.line, text.level[i], s)
		case h.bullet:
			h.addText(text.line, 0, "- "+s)
		default:
			h.addText(text.line, h.indent, s)
		}
		h.bullet = false
	}
}

// block ends a line of text: in a cell the line, elsewhere the paragraph.
func (h *htmlReader) block() {
	if t := h.current(); t != nil && t.cell && !h.caption {
		t.text.end(h.heading)
		return
	}
	h.flush()
}

func (h *htmlReader) start(closed bool) {
	name, more := h.z.TagName()
	tag := atom.Lookup(name)
	attributes := h.attributes(more)
	if h.skip != "" {
		return
	}
	switch tag {
	case atom.Script, atom.Style, atom.Template, atom.Svg:
		if !closed {
			h.skip = tag.String()
		}
	case atom.Table:
		h.startTable()
	case atom.Tr, atom.Td, atom.Th, atom.Thead, atom.Tbody, atom.Tfoot, atom.Caption:
		h.startPart(tag, attributes)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.block()
		h.heading = int(tag.String()[1] - '0')
	case atom.Title:
		h.heading = 1
	case atom.Li, atom.Dt:
		h.block()
		h.bullet, h.indent = h.current() == nil, 0
	case atom.Dd:
		h.block()
		h.indent = 2
	case atom.Img:
		h.text(attributes["alt"]) // a check mark may be a picture
	default:
		if isBlock(tag) {
			h.block()
		}
	}
	switch tag {
	case atom.P, atom.Ul, atom.Ol, atom.Table, atom.Body, atom.Main, atom.Section, atom.Article:
		h.heading = 0 // one that was left open
	}
}

// attributes returns those of a tag that matter.
func (h *htmlReader) attributes(more bool) map[string]string {
	var found map[string]string
	for more {
		var key, value []byte
		key, value, more = h.z.TagAttr()
		switch name := string(key); name {
		case "colspan", "rowspan", "alt":
			if found == nil {
				found = map[string]string{}
			}
			if _, ok := found[name]; !ok {
				found[name] = string(value)
			}
		}
	}
	return found
}

func (h *htmlReader) end(tag atom.Atom, name string) {
	if h.skip != "" {
		if h.skip == name {
			h.skip = ""
		}
		return
	}
	t := h.current()
	switch tag {
	case atom.Table:
		if t != nil {
			h.endTable()
		}
	case atom.Td, atom.Th:
		if t != nil {
			h.endCell(t)
		}
	case atom.Tr, atom.Thead, atom.Tbody, atom.Tfoot:
		if t != nil {
			h.endRow(t)
			t.head = t.head && tag == atom.Tr
		}
	case atom.Caption:
		h.endCaption()
	case atom.Title, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.block()
		h.heading = 0
	case atom.Dl, atom.Dd:
		h.block()
		h.indent = 0
	default:
		if isBlock(tag) {
			h.block()
		}
	}
}

// isBlock reports whether a tag begins a new line.
func isBlock(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Br, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Pre, atom.Blockquote, atom.Hr, atom.Section, atom.Article,
		atom.Aside, atom.Header, atom.Footer, atom.Nav, atom.Main, atom.Body, atom.Html, atom.Head, atom.Form, atom.Fieldset, atom.Figure, atom.Figcaption,
		atom.Details, atom.Summary, atom.Address, atom.Option:
		return true
	}
	return false
}

// startTable begins a table. Within a cell it is one of its own; elsewhere
// within a table it ends that one, as in browsers.
func (h *htmlReader) startTable() {
	h.endCaption()
	if t := h.current(); t != nil {
		if len(h.tables) >= maxTables {
			h.problem(h.at(h.line), "", "more than %d tables stand within each other: this one is read as text of the cell around it", maxTables)
			return
		}
		if t.cell {
			h.nest(t)
		} else {
			h.problem(h.at(t.line), "", "the table is not closed")
			h.endTable()
		}
	}
	if h.current() == nil {
		h.flush()
	}
	h.tables = append(h.tables, &htmlTable{grid: grid{reader: h.reader}, line: h.line})
}

// nest notes that a cell holds a table. Without headings that is how the page
// is laid out: the cells are prose, in their place among the tables.
func (h *htmlReader) nest(t *htmlTable) {
	if t.headings != nil {
		h.problem(h.at(h.line), "", "a table stands within a cell: it is read on its own")
		return
	}
	t.nested = true
	h.endCell(t)
	t.cell = true
	for _, text := range t.texts {
		h.write(text)
	}
	clear(t.texts)
}

func (h *htmlReader) endTable() {
	t := h.current()
	h.endCaption()
	h.endRow(t)
	h.flush()
	h.tables = h.tables[:len(h.tables)-1]
	h.gap = true
}

// startPart begins a part of a table. What was left open before it ends there.
func (h *htmlReader) startPart(tag atom.Atom, attributes map[string]string) {
	t := h.current()
	if t == nil {
		h.block()
		return
	}
	h.endCaption()
	switch tag {
	case atom.Td, atom.Th:
		h.endCell(t)
		if !t.open {
			t.open, t.rowAt = true, h.line
		}
		t.cell = true
		t.row = append(t.row, span{line: h.line, heading: tag == atom.Th, columns: spanOf(attributes["colspan"]), rows: spanOf(attributes["rowspan"])})
		t.texts = append(t.texts, lines{})
		h.take(1)
	case atom.Caption:
		h.endRow(t)
		h.flush()
		h.caption = true
	default:
		h.endRow(t)
		if tag == atom.Tr {
			t.open, t.rowAt = true, h.line
			return
		}
		t.head = tag == atom.Thead
		t.pending = nil // cells do not go on from one part of a table into the next
	}
}

// spanOf reads how many columns or rows a cell takes.
func spanOf(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	switch {
	case s == "" || err != nil || n < 0:
		return 1
	case n == 0:
		return 1 << 16 // to the end of the table's part
	}
	return min(n, 1<<16)
}

func (h *htmlReader) endCell(t *htmlTable) {
	if !t.cell {
		return
	}
	t.cell = false
	t.texts[len(t.texts)-1] = t.text.take()
}

func (h *htmlReader) endRow(t *htmlTable) {
	h.endCell(t)
	if !t.open {
		return
	}
	row, texts := t.row, t.texts
	t.open, t.row, t.texts = false, nil, nil
	if t.nested {
		t.nested = false
		for _, text := range texts {
			h.write(text)
		}
		return
	}
	for i, text := range texts {
		if len(text.list) > 0 {
			row[i].line, row[i].lines = text.line, text.list
		}
	}
	t.add(t.rowAt, row, t.head)
}

// endCaption makes the caption of a table its title.
func (h *htmlReader) endCaption() {
	if !h.caption {
		return
	}
	h.caption = false
	caption := h.prose.take()
	text := strings.Join(caption.list, " ")
	h.addText(caption.line, 0, text)
	if t := h.current(); t != nil {
		t.title, t.titleAt = strings.Join(strings.Fields(text), " "), h.at(max(caption.line, 1))
	}
}
