package portbook

import (
	"iter"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/sparse"
)

// TrafficSet is an immutable set of (from, to, protocol, port): what has to pass between components, whatever flows call for
// it. It has the algebra of the other sets, so that what is required and not yet permitted is one call:
//
//	missing := required.Traffic().Subtract(permitted)
//
// It is comparable; the zero value is the empty set, which belongs to every catalog. As with [FlowSet], operations on
// non-empty sets of different catalogs panic. Operations take time proportional to the size of both sets.
type TrafficSet struct {
	catalog *Catalog // nil for the empty set
	set     portset.Keyed
}

// pairKey is the key of two components, by number.
func pairKey(from, to uint32) uint64 { return uint64(from)<<32 | uint64(to) }

func (c *Catalog) trafficSet(set portset.Keyed) TrafficSet {
	if set.IsEmpty() {
		return TrafficSet{}
	}
	return TrafficSet{c, set}
}

// Traffic returns what has to pass for the flows of s: the destination ports of each flow, from each of its sources to each of
// its destinations, and in both directions where either side opens the connection. Flows whose ports the document does not
// bound add nothing: Where(Unbounded()) finds them.
func (s FlowSet) Traffic() TrafficSet {
	if s.catalog == nil {
		return TrafficSet{}
	}
	t := s.catalog.t()
	var entries []portset.Entry
	for i := range s.set.All() {
		f := &t.Flows[i]
		ports := t.PortSet(f.Ports)
		either := Flow{s.catalog, i}.Initiator() == InitiatorEither
		for _, from := range t.List(f.From) {
			for _, to := range t.List(f.To) {
				entries = append(entries, portset.Entry{Key: pairKey(from, to), Set: ports})
				if either {
					entries = append(entries, portset.Entry{Key: pairKey(to, from), Set: ports})
				}
			}
		}
	}
	return s.catalog.trafficSet(portset.KeyedOf(entries))
}

// Traffic returns the traffic on ports from one endpoint to another of the built-in catalog: see [Catalog.Traffic].
func Traffic(from, to Endpoint, ports PortSet) TrafficSet { return builtin.Traffic(from, to, ports) }

// Traffic returns the traffic on ports from one endpoint to another, such as a rule of a firewall permits. A product stands
// for each of its components, and a component also for those that it inherits from. Unknown endpoints have no traffic.
func (c *Catalog) Traffic(from, to Endpoint, ports PortSet) TrafficSet {
	var entries []portset.Entry
	for _, a := range c.componentsOf(from) {
		for _, b := range c.componentsOf(to) {
			entries = append(entries, portset.Entry{Key: pairKey(a, b), Set: ports.set})
		}
	}
	return c.trafficSet(portset.KeyedOf(entries))
}

// componentsOf returns the components that an endpoint stands for.
func (c *Catalog) componentsOf(e Endpoint) []uint32 {
	t := c.t()
	var list []uint32
	switch e := e.(type) {
	case Component:
		if i, ok := t.FindComponent(string(e)); ok {
			return t.List(t.Components[i].Lineage)
		}
	case Product:
		for i := range t.Components {
			if t.Name(t.Products[t.Components[i].Product].ID) == string(e) {
				list = append(list, uint32(i))
			}
		}
	}
	return list
}

func (s TrafficSet) common(t TrafficSet) *Catalog {
	return FlowSet{catalog: s.catalog}.common(FlowSet{catalog: t.catalog})
}

// Union returns the traffic of s or of t.
func (s TrafficSet) Union(t TrafficSet) TrafficSet { return s.common(t).trafficSet(s.set.Union(t.set)) }

// Intersect returns the traffic of both s and t.
func (s TrafficSet) Intersect(t TrafficSet) TrafficSet {
	return s.common(t).trafficSet(s.set.Intersect(t.set))
}

// Subtract returns the traffic of s that is not in t.
func (s TrafficSet) Subtract(t TrafficSet) TrafficSet {
	return s.common(t).trafficSet(s.set.Subtract(t.set))
}

// IsEmpty reports whether there is no traffic in s.
func (s TrafficSet) IsEmpty() bool { return s.set.IsEmpty() }

// Contains reports whether port n of protocol p from one component to another is in s.
func (s TrafficSet) Contains(from, to Component, p Protocol, n Port) bool {
	t := s.catalog.t()
	a, ok := t.FindComponent(string(from))
	b, ok2 := t.FindComponent(string(to))
	return ok && ok2 && s.set.Get(pairKey(uint32(a), uint32(b))).Contains(portset.Key(uint8(p), uint16(n)))
}

// Conversation is a piece of traffic: the ports on which one component opens connections to another.
type Conversation struct {
	From, To Component
	Ports    PortSet
	catalog  *Catalog
}

// All yields the traffic piece by piece, one for each pair of components, sorted by the ids of From and To.
func (s TrafficSet) All() iter.Seq[Conversation] {
	return func(yield func(Conversation) bool) {
		for key, set := range s.set.All() {
			x := Conversation{s.catalog.componentID(uint32(key >> 32)), s.catalog.componentID(uint32(key)), PortSet{set}, s.catalog}
			if !yield(x) {
				return
			}
		}
	}
}

// Flows returns the flows that call for any of the piece's traffic.
func (x Conversation) Flows() FlowSet {
	if x.catalog == nil {
		return FlowSet{}
	}
	t := x.catalog.t()
	from, ok := t.FindComponent(string(x.From))
	to, ok2 := t.FindComponent(string(x.To))
	if !ok || !ok2 {
		return FlowSet{}
	}
	a, b := t.Index.Components[from], t.Index.Components[to]
	words := sparse.And(t.FlowSet(a.From).Append(nil), t.FlowSet(b.To))
	back := sparse.And(t.FlowSet(b.From).Append(nil), t.FlowSet(a.To))
	words = sparse.Or(words, sparse.Freeze(sparse.And(back, x.catalog.either())))
	return FlowSet{x.catalog, sparse.Freeze(words)}.Touching(x.Ports)
}

// either returns the flows that either side opens.
func (c *Catalog) either() sparse.Set {
	return c.t().FlowSet(flowsHaving(&c.t().Index, InitiatorEither))
}

// Flows returns the flows that call for any of the traffic.
func (s TrafficSet) Flows() FlowSet {
	var all FlowSet
	for piece := range s.All() {
		all = all.Union(piece.Flows())
	}
	return all
}
