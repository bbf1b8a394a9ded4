package content

import (
	"iter"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/label"
)

// Boundary is what a connection crosses, seen from a product.
type Boundary string

// The boundaries, in the order of reports.
const (
	BoundaryIn     Boundary = "in"     // from outside to the product
	BoundaryOut    Boundary = "out"    // from the product to other systems of the customer
	BoundaryCloud  Boundary = "cloud"  // to clouds
	BoundaryInside Boundary = "inside" // between components of the product
)

// Boundaries are all boundaries.
var Boundaries = []Boundary{BoundaryIn, BoundaryOut, BoundaryCloud, BoundaryInside}

// Opening is what must be open to a component, seen from a product: enough to
// write the rules of a firewall, or to refuse them.
type Opening struct {
	Boundary Boundary
	To       portbook.Component
	From     []portbook.Component
	Flows    portbook.FlowSet
}

// Required returns the flows of an opening that are needed in any case.
func (x Opening) Required() portbook.FlowSet {
	return x.Flows.Having(portbook.RequirementRequired)
}

// Others returns the flows of an opening that are optional or conditional.
func (x Opening) Others() portbook.FlowSet { return x.Flows.Subtract(x.Required()) }

// Openings returns what must be open for the flows of a product: by boundary,
// and by destination in the order of the catalog. Every flow is in at least one
// of them.
func (c *Report) Openings(product portbook.Product) []Opening {
	type key struct {
		boundary Boundary
		to       portbook.Component
	}
	var list []Opening
	places := map[key]int{}
	for f := range c.Flows.DocumentedBy(product).All() {
		for from, to := range Pairs(f) {
			k := key{c.boundary(product, from, to), to}
			i, ok := places[k]
			if !ok {
				i = len(list)
				places[k] = i
				list = append(list, Opening{Boundary: k.boundary, To: to})
			}
			list[i].From = AppendNew(list[i].From, from)
			list[i].Flows = list[i].Flows.Union(f.Set())
		}
	}
	slices.SortStableFunc(list, func(a, b Opening) int {
		if a.Boundary != b.Boundary {
			return slices.Index(Boundaries, a.Boundary) - slices.Index(Boundaries, b.Boundary)
		}
		return strings.Compare(string(a.To), string(b.To))
	})
	return list
}

// Pairs yields who opens the connections of a flow, and to whom,
// each pair once.
func Pairs(f portbook.Flow) iter.Seq2[portbook.Component, portbook.Component] {
	return func(yield func(from, to portbook.Component) bool) {
		for _, from := range f.From() {
			for _, to := range f.To() {
				back := f.Initiator() == portbook.InitiatorEither && !(slices.Contains(f.From(), to) && slices.Contains(f.To(), from))
				if !yield(from, to) || back && !yield(to, from) {
					return
				}
			}
		}
	}
}

// Boundaries returns what the connections of a flow cross, seen from its
// product.
func (c *Report) Boundaries(f portbook.Flow) []Boundary {
	var list []Boundary
	for from, to := range Pairs(f) {
		list = AppendNew(list, c.boundary(f.Product(), from, to))
	}
	return list
}

// boundary says what a connection crosses. Where a component runs decides, and
// not whether its addresses are published.
func (c *Report) boundary(product portbook.Product, from, to portbook.Component) Boundary {
	cloud := func(x portbook.Component) bool { return c.Info(x).Hosting == portbook.HostingCloud }
	own := func(x portbook.Component) bool { return !cloud(x) && c.Info(x).Product == product }
	switch {
	case cloud(to):
		return BoundaryCloud
	case own(from) && own(to):
		return BoundaryInside
	case own(to) || cloud(from):
		return BoundaryIn
	}
	return BoundaryOut
}

// Decision is a reason why people have to decide on a flow before they configure
// a firewall.
type Decision string

// The decisions, in the order of reports.
const (
	DecisionOptional    Decision = "optional"
	DecisionConditional Decision = "conditional"
	DecisionOneOf       Decision = "one-of"    // one of several ports is enough
	DecisionPort        Decision = "port"      // the document does not fix the port
	DecisionInitiator   Decision = "initiator" // it does not say who opens the connection
)

// AllDecisions are all decisions.
var AllDecisions = []Decision{DecisionOptional, DecisionConditional, DecisionOneOf, DecisionPort, DecisionInitiator}

// Undecided returns the flows that need a decision of a kind.
func Undecided(flows portbook.FlowSet, x Decision) portbook.FlowSet {
	switch x {
	case DecisionOptional:
		return flows.Having(portbook.RequirementOptional)
	case DecisionConditional:
		return flows.Having(portbook.RequirementConditional)
	case DecisionOneOf:
		return flows.Having(portbook.PortChoiceOneOf)
	case DecisionPort:
		return flows.Subtract(flows.Having(portbook.PortKindListed))
	}
	return flows.Having(portbook.InitiatorUnstated)
}

// UndecidedAny returns the flows that need a decision of any kind.
func UndecidedAny(flows portbook.FlowSet) portbook.FlowSet {
	var any portbook.FlowSet
	for _, x := range AllDecisions {
		any = any.Union(Undecided(flows, x))
	}
	return any
}

// Decisions returns the decisions that a flow needs.
func Decisions(f portbook.Flow) []Decision {
	var list []Decision
	for _, x := range AllDecisions {
		if !Undecided(f.Set(), x).IsEmpty() {
			list = append(list, x)
		}
	}
	return list
}

// BoundaryName names a boundary.
func (d *Document) BoundaryName(x Boundary) string { return d.LabelOf("report-side", string(x)) }

// DecisionName names a decision in a few words.
func (d *Document) DecisionName(x Decision) string { return d.LabelOf("report-decision", string(x)) }

// Decide words the connection of a flow that needs a decision, and its ports:
// both protocol and ports may be "not stated".
func (d *Document) Decide(f portbook.Flow) string {
	ports := slices.Compact([]string{d.ProtocolCell(f), d.PortsCell(f)})
	s := d.ComponentNames(f.From()) + " → " + d.ComponentNames(f.To()) + ": " + strings.Join(ports, " ")
	if len(f.Conditions()) > 0 {
		s += " (" + d.conditionText(f) + ")"
	}
	return s
}

// SumPorts words the ports of flows, an item for what is needed together of each
// protocol, for each choice, and for each kind of port that no document fixes.
func (d *Document) SumPorts(flows portbook.FlowSet) []string {
	var choices, unknown []string
	oneOf := flows.Having(portbook.PortChoiceOneOf)
	together := flows.Subtract(oneOf).Ports()
	for f := range flows.All() {
		switch {
		case f.Ports().IsEmpty():
			unknown = AppendNew(unknown, d.unknownPorts(f))
		case f.PortChoice() == portbook.PortChoiceOneOf && !f.Ports().Subtract(together).IsEmpty():
			choices = AppendNew(choices, d.Fill(label.PortOneOf, "ports", f.Ports().String()))
		}
	}
	return slices.Concat(strings.Fields(together.String()), choices, unknown)
}

// unknownPorts says why the ports of a flow are not known, and whose
// protocols.
func (d *Document) unknownPorts(f portbook.Flow) string {
	s := d.LabelOf("diagram", "ports-"+string(f.PortKind()))
	if len(f.Protocols()) == 0 {
		return s
	}
	return d.Fill(label.DiagramUnbounded, "ports", s, "protocols", protocolNames(f.Protocols()))
}
