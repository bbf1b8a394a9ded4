package portbook

import (
	"slices"

	"github.com/portbook/portbook/internal/table"
)

// Filter selects flows: see [FlowSet.Where]. The zero value selects every flow.
type Filter struct {
	op        filterOp
	endpoints []Endpoint
	values    []string
	enums     []Value
	ports     PortSet
	row       int
	filters   []Filter
	match     func(Flow) bool
}

type filterOp uint8

const (
	opEvery filterOp = iota
	opAny
	opNot
	opMatching
	opFrom
	opTo
	opInvolving
	opBetween
	opProduct
	opComponent
	opTouching
	opWithin
	opUnbounded
	opProtocol
	opHaving
	opSetting
	opCiting
)

// Endpoint is what a flow can lead from or to: a [Component], or a [Product] for any of its components.
type Endpoint interface{ isEndpoint() }

func (Product) isEndpoint()   {}
func (Component) isEndpoint() {}

// From selects the flows that any of the endpoints opens. A component also answers for those that it inherits from.
// Unknown endpoints select nothing.
func From(endpoints ...Endpoint) Filter { return Filter{op: opFrom, endpoints: endpoints} }

// To selects the flows that are opened to any of the endpoints. A component also answers for those that it inherits from.
// Unknown endpoints select nothing.
func To(endpoints ...Endpoint) Filter { return Filter{op: opTo, endpoints: endpoints} }

// Involving selects the flows that lead from or to any of the endpoints.
func Involving(endpoints ...Endpoint) Filter { return Filter{op: opInvolving, endpoints: endpoints} }

// Between selects the flows from a to b and those from b to a: what must be open between the two.
func Between(a, b Endpoint) Filter { return Filter{op: opBetween, endpoints: []Endpoint{a, b}} }

// OfProduct selects the flows that documents of any of the products describe.
func OfProduct(products ...Product) Filter { return Filter{op: opProduct, values: texts(products)} }

// OfComponent selects the flows that are documented under any of the components, those that they inherit from included.
func OfComponent(components ...Component) Filter {
	f := Filter{op: opComponent}
	for _, c := range components {
		f.endpoints = append(f.endpoints, c)
	}
	return f
}

// Touching selects the flows that have a destination port in common with ports.
func Touching(ports PortSet) Filter { return Filter{op: opTouching, ports: ports} }

// Within selects the flows all of whose destination ports are in ports. Flows without known ports are not selected.
func Within(ports PortSet) Filter { return Filter{op: opWithin, ports: ports} }

// Unbounded selects the flows whose destination ports the document does not bound: [Flow.Ports] is empty.
func Unbounded() Filter { return Filter{op: opUnbounded} }

// Using selects the flows of any of the protocols.
func Using(protocols ...Protocol) Filter {
	f := Filter{op: opProtocol}
	for _, p := range protocols {
		f.values = append(f.values, p.String())
	}
	return f
}

// Value is a value of an enumerated field of a flow: a [Direction], [Requirement], [Configurable], [Initiator],
// [PortKind], [PortChoice] or [Quirk].
type Value interface{ isValue() }

func (Direction) isValue()    {}
func (Requirement) isValue()  {}
func (Configurable) isValue() {}
func (Initiator) isValue()    {}
func (PortKind) isValue()     {}
func (PortChoice) isValue()   {}
func (Quirk) isValue()        {}

// Having selects the flows that have any of the values: Having(Optional, Conditional), Having(QuirkMissingHost).
func Having(values ...Value) Filter { return Filter{op: opHaving, enums: values} }

// AffectedBy selects the flows that any of the settings changes, by [Setting.ID].
func AffectedBy(settings ...string) Filter { return Filter{op: opSetting, values: settings} }

// Citing selects the flows that cite a row of a document, by [Document.ID]. Row 0 stands for the whole document.
func Citing(document string, row int) Filter {
	return Filter{op: opCiting, values: []string{document}, row: row}
}

// Any selects the flows that any of the filters selects.
func Any(filters ...Filter) Filter { return Filter{op: opAny, filters: filters} }

// Not selects the flows that the filter does not select.
func Not(filter Filter) Filter { return Filter{op: opNot, filters: []Filter{filter}} }

// Matching selects the flows for which match returns true. The other filters are faster.
func Matching(match func(Flow) bool) Filter { return Filter{op: opMatching, match: match} }

func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// Where returns the flows of s that every filter selects.
func (s FlowSet) Where(filters ...Filter) FlowSet {
	if s.catalog == nil {
		return s
	}
	predicates := make([]predicate, len(filters))
	for i, f := range filters {
		predicates[i] = f.compile(s.catalog)
	}
	return s.catalog.flowsWhere(func(i int) bool {
		if !s.has(i) {
			return false
		}
		for _, p := range predicates {
			if !p(i) {
				return false
			}
		}
		return true
	})
}

// predicate tells whether flow i of the catalog that it was compiled for is selected.
type predicate func(i int) bool

// compile resolves the filter's names in the catalog once, so that testing a flow compares integers.
func (f Filter) compile(c *Catalog) predicate {
	t := c.t()
	switch f.op {
	case opAny, opNot:
		return f.compileLogic(c)
	case opMatching:
		return func(i int) bool { return f.match(Flow{c, uint32(i)}) }
	case opFrom:
		from := c.resolve(f.endpoints)
		return func(i int) bool { return intersects(from, t.List(t.Flows[i].From)) }
	case opTo:
		to := c.resolve(f.endpoints)
		return func(i int) bool { return intersects(to, t.List(t.Flows[i].To)) }
	case opInvolving:
		ends := c.resolve(f.endpoints)
		return func(i int) bool { return c.leads(i, ends, nil) || c.leads(i, nil, ends) }
	case opBetween:
		a, b := c.resolve(f.endpoints[:1]), c.resolve(f.endpoints[1:])
		return func(i int) bool {
			return len(a) > 0 && len(b) > 0 && (c.leads(i, a, b) || c.leads(i, b, a))
		}
	case opComponent:
		components := c.resolve(f.endpoints)
		return func(i int) bool { return contains(components, t.Flows[i].Component) }
	case opTouching:
		return func(i int) bool { return Flow{c, uint32(i)}.Ports().Overlaps(f.ports) }
	case opWithin:
		return func(i int) bool {
			ports := Flow{c, uint32(i)}.Ports()
			return !ports.IsEmpty() && f.ports.ContainsSet(ports)
		}
	case opUnbounded:
		return func(i int) bool { return t.Flows[i].Ports == 0 }
	case opEvery:
		return func(int) bool { return true }
	case opHaving:
		return compileHaving(t, f.enums)
	}
	return f.compileValues(c)
}

// leads reports whether flow i leads from one of the components of from to one of to; nil stands for any.
func (c *Catalog) leads(i int, from, to []uint32) bool {
	t := c.t()
	r := &t.Flows[i]
	return (from == nil || intersects(from, t.List(r.From))) && (to == nil || intersects(to, t.List(r.To)))
}

func (f Filter) compileLogic(c *Catalog) predicate {
	var parts []predicate
	for _, part := range f.filters {
		parts = append(parts, part.compile(c))
	}
	want := f.op == opAny
	return func(i int) bool {
		for _, p := range parts {
			if p(i) {
				return want
			}
		}
		return !want
	}
}

// compileValues compiles the filters that compare names.
func (f Filter) compileValues(c *Catalog) predicate {
	t := c.t()
	switch f.op {
	case opProduct:
		return func(i int) bool { return slices.Contains(f.values, string(Flow{c, uint32(i)}.Product())) }
	case opProtocol:
		return func(i int) bool {
			return slices.ContainsFunc(Flow{c, uint32(i)}.Protocols(), func(p Protocol) bool { return slices.Contains(f.values, p.String()) })
		}
	case opSetting:
		return func(i int) bool {
			return slices.ContainsFunc(t.List(t.Flows[i].Settings), func(s uint32) bool { return slices.Contains(f.values, t.Name(t.Settings[s].ID)) })
		}
	}
	return func(i int) bool { // opCiting
		return slices.ContainsFunc(Flow{c, uint32(i)}.Citations(), func(x Citation) bool {
			return x.Document == f.values[0] && (f.row == 0 || x.Row == f.row)
		})
	}
}

// fieldValues holds, for each enumerated field of a record, the accepted values as a bit set.
type fieldValues struct {
	direction, requirement, configurable, initiator, portKind, portChoice, quirks uint32
}

// compileHaving turns the values into bit sets, so that testing a flow takes a shift for each field.
func compileHaving(t *table.Table, values []Value) predicate {
	var v fieldValues
	for _, x := range values {
		switch x := x.(type) {
		case Direction:
			v.direction |= bit(table.Directions, string(x))
		case Requirement:
			v.requirement |= bit(table.Requirements, string(x))
		case Configurable:
			v.configurable |= bit(table.Configurables, string(x))
		case Initiator:
			v.initiator |= bit(table.Initiators, string(x))
		case PortKind:
			v.portKind |= bit(table.PortKinds, string(x))
		case PortChoice:
			v.portChoice |= bit(table.PortChoices, string(x))
		case Quirk:
			v.quirks |= bit(table.Quirks, string(x))
		}
	}
	return func(i int) bool {
		f := &t.Flows[i]
		any := v.direction>>f.Direction | v.requirement>>f.Requirement | v.configurable>>f.Configurable |
			v.initiator>>f.Initiator | v.portKind>>f.PortKind | v.portChoice>>f.PortChoice
		return any&1 == 1 || v.quirks&f.Quirks != 0
	}
}

// bit returns the bit of a value's index; none for a value that is not known.
func bit(values []string, value string) uint32 {
	if i := slices.Index(values, value); i >= 0 {
		return 1 << i
	}
	return 0
}

// resolve returns the components that the endpoints stand for: a component with all that it inherits from, a product with
// all of its components. The result is not nil.
func (c *Catalog) resolve(endpoints []Endpoint) []uint32 {
	t := c.t()
	list := []uint32{}
	for _, e := range endpoints {
		switch e := e.(type) {
		case Component:
			if i, ok := t.FindComponent(string(e)); ok {
				list = append(list, t.List(t.Components[i].Lineage)...)
			}
		case Product:
			if p, ok := t.FindProduct(string(e)); ok {
				for i := range t.Components {
					if t.Components[i].Product == uint32(p) {
						list = append(list, uint32(i))
					}
				}
			}
		}
	}
	return list
}
