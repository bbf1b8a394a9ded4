package dataset

import (
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/table"
)

// override sets fields of a flow that another product's data describes.
type override struct {
	pos    pos
	by     string // the product whose data it is in
	flow   string
	fields uint32 // bit set over table.InferredFields
	values *flow  // holds the values of these fields

	malformed bool // some of the values are not what the data says, which is reported
}

// overridesKind is the kind of the texts of overrides.
const overridesKind = "overrides"

// noteID returns the id of the note that gives an override's reason, under
// which its texts stand too.
func (x *override) noteID() string { return x.by + "/" + x.flow }

func (s *Source) readOverride(p *product, o *object) *override {
	problems := o.problems.count()
	x := &override{pos: o.pos, by: p.id, flow: o.id("flow")}
	if x.flow != "" {
		o.entry = "override " + x.flow
	}
	x.values = &flow{pos: o.pos, id: x.flow}
	for i, field := range openFields {
		if o.has(field.Key) {
			x.fields |= 1 << i
		}
		field.read(s, o, x.values)
	}
	o.done()
	x.malformed = o.problems.count() > problems
	return x
}

// apply returns f with the fields of the overrides. They are marked as not stated by the document.
func apply(f *flow, overrides []*override) *flow {
	g := *f
	for _, x := range overrides {
		for i, field := range openFields {
			if x.fields>>i&1 == 1 {
				field.copy(&g, x.values)
			}
		}
		g.inferred |= x.fields
	}
	if !slices.Equal(g.allProtocols(), f.allProtocols()) {
		g.inferred |= fieldBit("protocols")
	}
	return &g
}

// effective gathers the overrides by flow, in the order of products. Those of
// the base that the folder's own replace are taken from the base.
func (s *Source) effective() map[string][]*override {
	list := map[string][]*override{}
	for _, p := range s.allProducts() {
		for _, x := range p.overrides {
			list[x.flow] = append(list[x.flow], x)
		}
	}
	return list
}

// replaceOverrides takes from the base the fields that the folder overrides
// anew: the latest catalog tells.
func (s *Source) replaceOverrides() {
	if s.base == nil {
		return
	}
	replaced := map[string]uint32{}
	for _, p := range s.products {
		for _, x := range p.overrides {
			replaced[x.flow] |= x.fields
		}
	}
	for _, p := range s.base.products {
		p.overrides = slices.DeleteFunc(p.overrides, func(x *override) bool {
			x.fields &^= replaced[x.flow]
			return x.fields == 0
		})
	}
}

// checkOverrides reports overrides of flows that do not exist or belong to the
// product itself, that change nothing, or whose results no flow may have.
func (s *Source) checkOverrides(ix *index) {
	s.replaceOverrides()
	first := map[string]pos{}
	own := map[*override]bool{}
	for _, p := range s.products {
		for _, x := range p.overrides {
			own[x] = !x.malformed
			s.checkOverride(ix, p, x)
			for i, key := range table.InferredFields {
				if x.fields>>i&1 == 0 {
					continue
				}
				if at, taken := first[x.flow+" "+key]; taken {
					s.problems.add(x.pos, "override "+x.flow, "field %q is overridden twice (first in %s)", key, at)
				} else {
					first[x.flow+" "+key] = x.pos
				}
			}
		}
	}
	for id, list := range s.effective() {
		f := ix.flows[id]
		if i := slices.IndexFunc(list, func(x *override) bool { return own[x] }); f != nil && i >= 0 {
			s.checkFields(list[i].pos, "override "+id, apply(f.combined(), list))
		}
	}
}

func (s *Source) checkOverride(ix *index, p *product, x *override) {
	entry := "override " + x.flow
	problem := func(format string, args ...any) { s.problems.add(x.pos, entry, format, args...) }
	f := ix.flows[x.flow]
	switch {
	case f == nil:
		refer(s, ix.flows, x.pos, entry, "flow", x.flow)
		return
	case f.id != x.flow:
		problem("is a former id; expected: %q", f.id)
		return
	case strings.HasPrefix(x.flow, p.id+"/"):
		problem("is a flow of the product itself; expected: a flow of another product")
		return
	case x.fields == 0:
		problem("sets no fields; expected: one or more of %s", strings.Join(table.InferredFields, ", "))
		return
	}
	for i, field := range openFields {
		if x.fields>>i&1 == 0 {
			continue
		}
		if old := field.text(f.combined()); old == field.text(x.values) && !x.malformed {
			problem("field %q is %q without it too; expected: another value", field.Key, old)
		}
	}
	for _, id := range x.values.conditions {
		refer(s, ix.conditions, x.pos, entry, "condition", id)
		ix.used["condition "+id] = true
	}
	for _, end := range []struct {
		name string
		ids  []string
	}{{"from", x.values.from}, {"to", x.values.to}} {
		for _, id := range end.ids {
			refer(s, ix.components, x.pos, entry, "component", id)
		}
		if x.fields&fieldBit(end.name) != 0 && len(end.ids) == 0 {
			problem("has no %s; expected: components, site/unspecified where nothing can be inferred", end.name)
		}
	}
}
