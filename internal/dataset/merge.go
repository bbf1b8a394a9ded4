package dataset

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Merge returns the source of all entries of several tables' sources. A product
// that several of them have must be the same in each, but for languages that
// one lacks and for overrides; every difference is a problem. The result
// compiles when there is none.
func Merge(sources []*Source) *Source {
	m := &merger{Source: &Source{texts: map[string]map[textKey]text{}}, products: map[string]*held{}, documents: map[string]pos{}, overrides: map[string]*override{}}
	for _, s := range sources {
		m.version = max(m.version, s.version)
		m.addTexts(s)
		for _, p := range s.products {
			m.addProduct(s, p)
		}
	}
	slices.SortFunc(m.Source.products, func(a, b *product) int { return strings.Compare(a.id, b.id) })
	sortLanguages(m.languages)
	if n := m.sections; n > maxSections {
		m.fail(pos{}, "the catalogs hold %d sections of documents; expected: at most %d", n, maxSections)
	}
	m.checkOverridden()
	return m.Source
}

// checkOverridden reports flows whose overrides, from several catalogs, do not go together.
func (m *merger) checkOverridden() {
	list := m.effective()
	for _, p := range m.Source.products {
		for _, f := range p.flows {
			if len(list[f.id]) > 1 {
				m.checkFields(list[f.id][0].pos, "flow "+f.id, apply(f.combined(), list[f.id]))
			}
		}
	}
}

type merger struct {
	*Source
	products  map[string]*held
	documents map[string]pos       // by id, which is unique over all products
	overrides map[string]*override // by flow and field
	sections  int
}

// held is a product of the result, and the source that it comes from.
type held struct {
	*product
	source *Source
}

// addTexts adds the texts of a source. Those that differ from the ones of other
// sources are left to addProduct.
func (m *merger) addTexts(s *Source) {
	for _, tag := range s.languages {
		if m.texts[tag] == nil {
			m.languages = append(m.languages, tag)
			m.texts[tag] = map[textKey]text{}
		}
		for key, x := range s.texts[tag] {
			if m.texts[tag][key] == (text{}) {
				m.texts[tag][key] = x
			} else if had := m.texts[tag][key]; had.value != x.value {
				m.problems.add(x.pos, key.String(), "is %q in %q, and %q in %s", x.value, tag, had.value, had.pos)
			}
		}
	}
}

func (m *merger) addProduct(s *Source, p *product) {
	had := m.products[p.id]
	if had == nil {
		had = &held{p, s}
		m.products[p.id] = had
		m.Source.products = append(m.Source.products, p)
		for _, d := range p.documents {
			if at, taken := m.documents[d.id]; taken {
				m.problems.add(d.pos, "document "+d.id, "duplicate id (first in %s)", at)
			}
			m.documents[d.id] = d.pos
			m.sections += len(d.sections)
		}
		m.addOverrides(p, p.overrides, false)
		return
	}
	m.compare(had.product, p)
	m.addOverrides(had.product, p.overrides, true)
}

// addOverrides notes the overrides of a product, and adds those that it does not have yet.
func (m *merger) addOverrides(p *product, list []*override, again bool) {
	for _, x := range list {
		lacks := uint32(0)
		for i, field := range openFields {
			if x.fields>>i&1 == 0 {
				continue
			}
			key := field.Key
			place := x.flow + " " + key
			first := m.overrides[place]
			if first == nil {
				m.overrides[place] = x
				lacks |= 1 << i
				continue
			}
			if a, b := field.text(first.values), field.text(x.values); first.by != x.by || a != b {
				m.problems.add(x.pos, "flow "+x.flow, "field %q is overridden by %s with %q, and by %s with %q in %s", key, x.by, b, first.by, a, first.pos)
			}
		}
		if again && lacks != 0 {
			m.addFields(p, x, lacks)
		}
	}
}

// addFields adds fields of an override to those that the product has for the flow.
func (m *merger) addFields(p *product, x *override, fields uint32) {
	for _, had := range p.overrides {
		if had.flow == x.flow {
			for i, field := range openFields {
				if fields>>i&1 == 1 {
					field.copy(had.values, x.values)
				}
			}
			had.fields |= fields
			return
		}
	}
	p.overrides = append(p.overrides, x)
}

// compare reports every entry and field in which two versions of a product
// differ. Overrides are compared elsewhere.
func (m *merger) compare(a, b *product) {
	m.diff("product "+a.id, b.pos, a.pos, a.writeHeader(), b.writeHeader())
	compareEntries(m, "document", a.documents, b.documents, func(x *document) (string, pos) { return x.id, x.pos }, (*document).write)
	compareEntries(m, "region", a.regions, b.regions, func(x *region) (string, pos) { return x.id, x.pos }, (*region).write)
	compareEntries(m, "component", a.components, b.components, func(x *component) (string, pos) { return x.id, x.pos }, (*component).write)
	compareEntries(m, "condition", a.conditions, b.conditions, func(x *condition) (string, pos) { return x.id, x.pos }, (*condition).write)
	compareEntries(m, "setting", a.settings, b.settings, func(x *setting) (string, pos) { return x.id, x.pos }, (*setting).write)
	compareEntries(m, "note", a.notes, b.notes, func(x *note) (string, pos) { return x.id, x.pos }, (*note).write)
	compareEntries(m, "port", a.ports, b.ports, func(x *namedPort) (string, pos) { return x.id, x.pos }, (*namedPort).write)
	compareEntries(m, "flow", a.flows, b.flows, func(x *flow) (string, pos) { return x.id, x.pos }, (*flow).write)
	numbered(m, "actionMapping", a, b, a.mappings, b.mappings, (*actionMapping).write)
	numbered(m, "decisionOrder", a, b, a.orders, b.orders, (*decisionOrder).write)
}

// compareEntries compares two lists by id.
func compareEntries[T any](m *merger, kind string, a, b []T, name func(T) (string, pos), write func(T) *writer) {
	known := map[string]T{}
	for _, x := range a {
		id, _ := name(x)
		known[id] = x
	}
	for _, y := range b {
		id, at := name(y)
		x, ok := known[id]
		if !ok {
			m.problems.add(at, kind+" "+id, "is only in this one of the catalogs that hold its product")
			continue
		}
		_, first := name(x)
		m.diff(kind+" "+id, at, first, write(x), write(y))
		delete(known, id)
	}
	for _, id := range keys(known) {
		_, first := name(known[id])
		m.problems.add(first, kind+" "+id, "is only in this one of the catalogs that hold its product")
	}
}

// numbered compares two lists whose entries have no ids.
func numbered[T any](m *merger, kind string, p, q *product, a, b []T, write func(T) *writer) {
	for i := range max(len(a), len(b)) {
		entry := fmt.Sprintf("product %s, %s %d", p.id, kind, i+1)
		switch {
		case i >= len(a):
			m.problems.add(q.pos, entry, "is only in this one of the catalogs that hold its product")
		case i >= len(b):
			m.problems.add(p.pos, entry, "is only in this one of the catalogs that hold its product")
		default:
			m.diff(entry, q.pos, p.pos, write(a[i]), write(b[i]))
		}
	}
}

// diff reports the fields in which two entries differ, as they would be written.
func (m *merger) diff(entry string, at, first pos, a, b *writer) {
	x, y := a.fields(), b.fields()
	for _, key := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(keys(x), keys(y))))) {
		if x[key] != y[key] {
			m.problems.add(at, entry, "field %q is %s, and %s in %s", key, orAbsent(y[key]), orAbsent(x[key]), first)
		}
	}
}

func orAbsent(value string) string {
	if value == "" {
		return "left out"
	}
	return value
}

// fields returns the fields of an entry in a form that can be compared and shown.
func (w *writer) fields() map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(w.node.Content); i += 2 {
		m[w.node.Content[i].Value] = show(w.node.Content[i+1])
	}
	return m
}

func show(node *yaml.Node) string {
	var parts []string
	switch node.Kind {
	case yaml.SequenceNode:
		for _, child := range node.Content {
			parts = append(parts, show(child))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			parts = append(parts, node.Content[i].Value+": "+show(node.Content[i+1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprintf("%q", node.Value)
}
