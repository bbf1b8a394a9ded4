package dataset

import (
	"slices"

	"github.com/portbook/portbook/internal/table"
)

// statement is what another document than the flow's own says about a flow.
type statement struct {
	fields uint32 // bit set over table.InferredFields: those that it states
	values *flow  // holds these, and what is cited, published and odd
}

// besides are the fields that a statement has beside the open ones.
var besides = []string{"cite", "published", "quirks"}

func (s *Source) readStatement(o *object) *statement {
	x := &statement{values: &flow{pos: o.pos}}
	o.expect("document")
	for _, field := range fields {
		i := slices.Index(table.InferredFields, field.Key)
		if i < 0 && !slices.Contains(besides, field.Key) {
			continue
		}
		if i >= 0 && o.has(field.Key) {
			x.fields |= 1 << i
		}
		if field.Key == "cite" {
			o.expect(field.Key)
		}
		field.read(s, o, x.values)
	}
	o.done()
	return x
}

func (x *statement) write() *writer {
	w := newWriter()
	for _, field := range fields {
		i := slices.Index(table.InferredFields, field.Key)
		if i >= 0 && x.fields>>i&1 == 1 {
			field.write(w, x.values, true)
		} else if slices.Contains(besides, field.Key) {
			field.write(w, x.values, false)
		}
	}
	return w
}

// isSilent reports whether the document of a flow says nothing of an open
// field.
func (f *flow) isSilent(i int) bool {
	text := openFields[i].text(f)
	return f.inferred>>i&1 == 1 || text == "" || text == "unstated"
}

// differing returns the open fields of which a statement says something else
// than the flow's own document.
func (f *flow) differing(x *statement) []field {
	var list []field
	for i, field := range openFields {
		if x.fields>>i&1 == 1 && !f.isSilent(i) && field.text(f) != field.text(x.values) {
			list = append(list, field)
		}
	}
	return list
}

// asStatedBy returns a flow as another document has it: what that says nothing
// of is left unchanged.
func (f *flow) asStatedBy(x *statement) *flow {
	g := *f
	for i, field := range openFields {
		if x.fields>>i&1 == 1 {
			field.copy(&g, x.values)
		}
	}
	g.pos, g.cite, g.published, g.quirks = x.values.pos, x.values.cite, x.values.published, x.values.quirks
	g.inferred, g.readCells, g.also = 0, false, nil
	return &g
}

// combined returns a flow with the values in effect: those of its own document,
// and of others where that is silent.
func (f *flow) combined() *flow {
	if len(f.also) == 0 {
		return f
	}
	g := *f
	for _, x := range f.also {
		for i, field := range openFields {
			if x.fields>>i&1 == 1 && g.isSilent(i) {
				field.copy(&g, x.values)
				g.inferred &^= 1 << i
			}
		}
		g.quirks |= x.values.quirks
	}
	if !g.isConditional() {
		g.conditions = nil // those of a document that disagrees on the requirement
	}
	return &g
}

// stated returns the open fields that the document of a flow states, as a bit
// set.
func (f *flow) stated() uint32 {
	var set uint32
	for i := range openFields {
		if !f.isSilent(i) {
			set |= 1 << i
		}
	}
	return set
}

// versions returns a flow as each of its documents has it, its own first.
func (f *flow) versions() []*flow {
	list := []*flow{f}
	for _, x := range f.also {
		list = append(list, f.asStatedBy(x))
	}
	return list
}

// checkStatements reports statements that say nothing, that contradict what the
// data infers, or whose values do not go together.
func (s *Source) checkStatements(ix *index, p *product, f *flow) {
	entry := "flow " + f.id
	seen := map[*document]bool{s.documentOf(ix, p, f.cite): true}
	differ := false
	for _, x := range f.also {
		at := x.values.pos
		problem := func(format string, args ...any) { s.problems.add(at, entry, format, args...) }
		d := s.documentOf(ix, p, x.values.cite)
		switch {
		case d == nil: // reported with the citations
		case seen[d]:
			problem("is described by document %s twice; expected: one entry for each document", d.id)
		case ix.owner[d] != p:
			problem("is also described by document %s of another product; expected: one of %s", d.id, p.id)
		}
		seen[d] = true
		if x.fields == 0 {
			problem("is also described without a field that the document states; expected: one or more of those that it states")
		}
		for i, field := range openFields {
			if x.fields>>i&1 == 1 && f.inferred>>i&1 == 1 && field.text(f) != field.text(x.values) {
				problem("infers %s as %q, and another document states %q; expected: what is stated", field.Key, field.text(f), field.text(x.values))
			}
		}
		differ = differ || len(f.differing(x)) > 0
		s.checkVersion(ix, p, f.asStatedBy(x))
	}
	if marked := f.quirks&quirkBits(disagree) != 0; marked != differ {
		s.problems.add(f.pos, entry, "its documents %s; expected: the quirk %s exactly where they do", map[bool]string{true: "disagree", false: "do not disagree"}[differ], disagree)
	}
}

// disagree is the quirk of flows of which documents say different things.
const disagree = "documents-disagree"
