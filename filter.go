package portbook

import "github.com/portbook/portbook/internal/sparse"

// Filter selects flows: see [FlowSet.Where]. The zero value selects every flow.
type Filter struct {
	op        filterOp
	endpoints []Endpoint
	values    []string
	enums     []Value
	protocols []Protocol
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
func Using(protocols ...Protocol) Filter { return Filter{op: opProtocol, protocols: protocols} }

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

// Where returns the flows of s that every filter selects. Filters by product, component, endpoint, port, protocol, setting and
// value are answered from indexes: the cost follows the smallest of the sets that they stand for, not the size of the
// catalog. [Matching] and [Citing] look at each flow that the others leave.
func (s FlowSet) Where(filters ...Filter) FlowSet {
	if s.catalog == nil {
		return s
	}
	q := query{t: s.catalog.t(), c: s.catalog}
	var buffer [stackWords]sparse.Word
	return s.catalog.flowSet(sparse.Freeze(q.all(buffer[:0], s.set, filters)))
}
