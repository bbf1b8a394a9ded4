package source

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/text/printable"
)

// A labelled list describes one communication after the other:
//
//	Heartbeat of agents                 a title
//	- Source: agents                    labels with values
//	- Destination Port: TCP 4100 -      a value goes on until the next label,
//	and TCP 4101 - Details: ...         which may stand on the same line
//
// Nothing marks the line that ends one entry and the one that begins the next.
// They differ in that labels repeat: a line before a label is a title
// when the labels after it are among those that the entry already has;
// otherwise it belongs to the value above it.

// piece is a line of a list, or a part of one where several labels share a line.
type piece struct {
	*block
	label  string // as published; empty for text without a label
	field  Field
	value  string // after the label, or the text
	tail   bool   // not the first piece of its line
	pasted string // the piece as published
}

// entry is an entry of a list while it is put together.
type entry struct {
	title  *piece
	values [][]piece // each with the text after it; the first may be text without a label
}

// lists reads blocks of text and headings: entries become rows, all else is prose.
func (a *assembly) lists(blocks []block) {
	pieces := a.split(blocks)
	var current *entry
	for len(pieces) > 0 {
		n := group(pieces)
		lead, rest := pieces[0], pieces[1:n]
		if lead.label != "" {
			rest = pieces[:n]
		}
		if lead.kind == headingBlock || current == nil || current.restarts(lead, rest) {
			a.flush(current)
			current = &entry{}
			if lead.label == "" {
				current.title = &lead
			}
		} else if lead.label == "" {
			current.extend(lead)
		}
		current = a.fill(current, rest)
		pieces = pieces[n:]
	}
	a.flush(current)
}

// group returns how many pieces belong together: one that may be a title, and
// what follows up to the next one. Such a piece is a heading, or text directly
// before a label.
func group(pieces []piece) int {
	for i := 1; i < len(pieces); i++ {
		p := pieces[i]
		if p.kind == headingBlock || p.label == "" && i+1 < len(pieces) && pieces[i+1].label != "" && pieces[i+1].kind != headingBlock {
			return i
		}
	}
	return len(pieces)
}

// fill adds labels and text to an entry. It returns the entry that is then the
// current one: a label that was the first of the entry begins another one.
func (a *assembly) fill(e *entry, pieces []piece) *entry {
	for _, p := range pieces {
		switch {
		case p.label == "":
			e.extend(p)
			continue
		case len(e.values) > 1 && e.values[0][0].label == p.label && e.values[len(e.values)-1][0].label != p.label:
			a.flush(e)
			e = &entry{}
		}
		e.values = append(e.values, []piece{p})
	}
	return e
}

// extend adds text to the last value of an entry.
func (e *entry) extend(p piece) {
	last := len(e.values) - 1
	if last < 0 { // text between a title and the first label
		e.values = append(e.values, []piece{p})
		return
	}
	e.values[last] = append(e.values[last], p)
}

// restarts reports whether a line that may be a title is one: the labels after
// it are among those that the entry has, or it is separate.
func (e *entry) restarts(lead piece, rest []piece) bool {
	isLabel := func(v []piece) bool { return v[0].label != "" }
	if !slices.ContainsFunc(e.values, isLabel) {
		return true
	}
	for _, p := range rest {
		if p.label != "" && slices.ContainsFunc(e.values, func(v []piece) bool { return isLabel(v) && v[0].field == p.field }) {
			return true
		}
	}
	return lead.gap && lead.indent <= e.indent()
}

// indent returns that of the first label.
func (e *entry) indent() int {
	for _, v := range e.values {
		if v[0].label != "" {
			return v[0].indent
		}
	}
	return 0
}

// accepted reports whether the labels make an entry: what follows "Note:" or
// "Service:" in a text does not.
func (e *entry) accepted() bool {
	fields := map[Field]bool{}
	endpoint := false
	for _, v := range e.values {
		p := v[0]
		if p.label == "" {
			continue
		}
		fields[p.field] = true
		switch p.field {
		case FieldPorts:
			endpoint = true
			if p.bullet && strings.ContainsAny(p.value, "0123456789") {
				return true
			}
		case FieldProtocol, FieldSource, FieldDestination:
			endpoint = true
		}
	}
	return endpoint && len(fields) >= 2
}

// flush adds an entry to the document, or its lines to the prose.
func (a *assembly) flush(e *entry) {
	if e == nil {
		return
	}
	if !e.accepted() {
		a.prose(e)
		return
	}
	levels := len(a.sections)
	row := Row{Shape: ShapeList}
	if e.title != nil {
		if e.title.kind == headingBlock {
			a.enter(*e.title.block)
			levels = min(e.title.level, levels) - 1
		}
		row.Position = e.title.at
		row.Cells = append(row.Cells, Cell{Position: e.title.at, Field: FieldTitle, Meaning: FieldTitle, Text: e.title.value})
	}
	row.Section, row.Path = a.section(levels), a.path(levels)
	for _, v := range e.values {
		if cell, ok := a.value(v); ok {
			row.Cells = append(row.Cells, cell)
		}
	}
	if row.Line == 0 {
		row.Position = row.Cells[0].Position
	}
	a.lostLabel(&row)
	a.take(1 + len(row.Cells)) // beyond the limit the document is refused in the end
	a.addRow(row)
}

// prose adds what is not an entry to the prose, line by line.
func (a *assembly) prose(e *entry) {
	var pieces []piece
	if e.title != nil {
		pieces = append(pieces, *e.title)
	}
	pieces = slices.Concat(append([][]piece{pieces}, e.values...)...)
	for i := 0; i < len(pieces); i++ {
		p := pieces[i]
		if n := a.item(pieces[i:]); n > 0 {
			i += n - 1
			continue
		}
		if p.kind == headingBlock {
			a.heading(*p.block)
			continue
		}
		a.noteSide(p)
		text := p.pasted
		for i+1 < len(pieces) && pieces[i+1].block == p.block { // one line as it was
			i++
			text += " " + pieces[i].pasted
		}
		a.doc.Prose = append(a.doc.Prose, Line{Position: p.at, Text: text})
	}
}

// value makes a cell of a label and the lines after it. Text after a gap that
// is not indented has left the list.
func (a *assembly) value(v []piece) (Cell, bool) {
	var lines []string
	label := v[0]
	left := label.label == ""
	for _, p := range v {
		left = left || p.label == "" && p.gap && p.indent <= label.indent
		if left {
			a.doc.Prose = append(a.doc.Prose, Line{Position: p.at, Text: p.pasted})
			continue
		}
		lines = append(lines, p.value)
	}
	if label.label == "" {
		return Cell{}, false
	}
	cell := a.newCell(label.at.Line, lines)
	cell.Line = label.at.Line
	cell.Heading, cell.Field, cell.Meaning = label.label, label.field, label.field
	return cell, true
}

// lostLabel finds ports below the label of the destination, in an entry that
// has no label for ports: it is lost, or was left out. The lines that name
// ports, down to the last, become a cell of their own.
func (a *assembly) lostLabel(row *Row) {
	if len(row.With(FieldPorts)) > 0 {
		return
	}
	i := slices.IndexFunc(row.Cells, func(c Cell) bool { return c.Field == FieldDestination && len(c.Lines) > 1 })
	if i < 0 {
		return
	}
	lines := row.Cells[i].Lines
	n := len(lines)
	for n > 0 && namesPorts(lines[n-1]) {
		n--
	}
	if n == len(lines) || n == 0 {
		return
	}
	above, below := a.newCell(row.Cells[i].Line, lines[:n]), a.newCell(row.Cells[i].Line+n, lines[n:])
	above.Heading, above.Field, above.Meaning = row.Cells[i].Heading, FieldDestination, FieldDestination
	below.Field, below.Meaning = FieldOther, FieldPorts
	row.Cells = slices.Replace(row.Cells, i, i+1, above, below)
	a.problem(below.Position, below.Text, "ports without a label of their own, below %q", above.Heading)
}

// split makes pieces of blocks: one for each label, and one for text before the
// first label of a line.
func (a *assembly) split(blocks []block) []piece {
	pieces := make([]piece, 0, len(blocks))
	for i := range blocks {
		b := &blocks[i]
		if b.kind == headingBlock {
			pieces = append(pieces, piece{block: b, value: b.text, pasted: b.text})
			continue
		}
		rest, tail := b.body, false
		for {
			end := a.nextLabel(rest, b.bullet || tail)
			p := piece{block: b, value: rest[:end], pasted: rest[:end], tail: tail}
			if !tail {
				p.pasted = b.text[:len(b.text)-len(b.body)] + p.pasted
			}
			if label, value, ok := a.cutLabel(strings.TrimLeft(p.value, "-–—•・ "), b.bullet || tail); ok {
				if field := a.field(label); field != FieldRemarks || b.bullet || tail || !b.gap { // a paragraph that begins "Note:" is none
					p.label, p.field, p.value = label, field, value
				}
			}
			p.value, p.pasted = strings.TrimSpace(p.value), strings.TrimSpace(p.pasted)
			pieces = append(pieces, p)
			if end == len(rest) {
				break
			}
			rest, tail = rest[end:], true
		}
	}
	return pieces
}

// nextLabel returns where a label begins within a line, after its first
// character: with the dash of a list item that was run together with the line
// before. It is the length of s where there is none.
func (a *assembly) nextLabel(s string, item bool) int {
	labelled := item && a.isColumnLabel(s)
	for i := 1; i < len(s); {
		found := strings.IndexByte(s[i:], ' ')
		if found < 0 {
			break
		}
		i += found + 1
		a.work += found + 1
		if labelled && a.isColumnLabel(s[i:]) {
			return i
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		if !strings.ContainsRune("-–—•・", c) || !strings.HasPrefix(s[i+size:], " ") {
			continue
		}
		if _, _, ok := a.cutLabel(s[i+size+1:], true); ok {
			return i
		}
	}
	return len(s)
}

// isColumnLabel reports whether a text begins with a label that is a heading of
// tables to the letter, so that it may be within a line without a dash:
// "Port: 4100 Protocol: TCP".
func (a *assembly) isColumnLabel(s string) bool {
	if at := strings.IndexByte(s[:min(len(s), 40)], ':'); at < 1 || at+1 < len(s) && s[at+1] != ' ' {
		return false
	}
	label, _, ok := a.cutLabel(s, false)
	if !ok {
		return false
	}
	switch a.field(label) {
	case FieldPorts, FieldProtocol, FieldSource, FieldDestination, FieldDirection:
		return true
	}
	return false
}

// cutLabel takes a label and its colon off a line. A line that is not a list item
// needs a label that is a heading to the letter: text is full of colons.
func (a *assembly) cutLabel(s string, item bool) (label, value string, ok bool) {
	start := s[:min(len(s), maxHeading)]
	at := strings.IndexAny(start, ":：")
	if at < 1 {
		return "", s, false
	}
	label = printable.Text(strings.Trim(start[:at], "*_` "))
	normal := normalHeading(label)
	_, isKnown := known(normal)
	if _, given := a.fields[normal]; !isKnown && !given && (!item || recognize(normal) == FieldOther) {
		return "", s, false
	}
	_, size := utf8.DecodeRuneInString(s[at:])
	value = s[at+size:]
	if strings.HasPrefix(value, "//") {
		return "", s, false // an address
	}
	return label, strings.TrimSpace(strings.TrimLeft(value, "*_`")), true
}
