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
	opDirection
	opRequirement
	opConfigurable
	opInitiator
	opQuirk
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

// WithDirection selects the flows with any of the published directions.
func WithDirection(directions ...Direction) Filter {
	return Filter{op: opDirection, values: texts(directions)}
}

// WithRequirement selects the flows with any of the requirements.
func WithRequirement(requirements ...Requirement) Filter {
	return Filter{op: opRequirement, values: texts(requirements)}
}

// WithConfigurable selects the flows with any of the answers to whether the port can be changed.
func WithConfigurable(answers ...Configurable) Filter {
	return Filter{op: opConfigurable, values: texts(answers)}
}

// WithInitiator selects the flows with any of the answers to who opens the connection.
func WithInitiator(initiators ...Initiator) Filter {
	return Filter{op: opInitiator, values: texts(initiators)}
}

// WithQuirk selects the flows that have any of the quirks; without arguments, those that have one at all.
func WithQuirk(quirks ...Quirk) Filter { return Filter{op: opQuirk, values: texts(quirks)} }

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

// compileValues compiles the filters that compare a field with a list of values.
func (f Filter) compileValues(c *Catalog) predicate {
	t := c.t()
	switch f.op {
	case opProduct:
		return func(i int) bool { return slices.Contains(f.values, string(Flow{c, uint32(i)}.Product())) }
	case opProtocol:
		return func(i int) bool {
			return slices.ContainsFunc(Flow{c, uint32(i)}.Protocols(), func(p Protocol) bool { return slices.Contains(f.values, p.String()) })
		}
	case opDirection:
		return inEnum(f.values, table.Directions, func(i int) uint8 { return t.Flows[i].Direction })
	case opRequirement:
		return inEnum(f.values, table.Requirements, func(i int) uint8 { return t.Flows[i].Requirement })
	case opConfigurable:
		return inEnum(f.values, table.Configurables, func(i int) uint8 { return t.Flows[i].Configurable })
	case opInitiator:
		return inEnum(f.values, table.Initiators, func(i int) uint8 { return t.Flows[i].Initiator })
	case opQuirk:
		return func(i int) bool {
			quirks := Flow{c, uint32(i)}.Quirks()
			return len(f.values) == 0 && len(quirks) > 0 || slices.ContainsFunc(quirks, func(q Quirk) bool { return slices.Contains(f.values, string(q)) })
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

func inEnum(values, names []string, field func(i int) uint8) predicate {
	var accepted uint32
	for i, name := range names {
		if slices.Contains(values, name) {
			accepted |= 1 << i
		}
	}
	return func(i int) bool { return accepted>>field(i)&1 == 1 }
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
