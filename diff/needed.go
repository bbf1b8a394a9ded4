package diff

import (
	"iter"

	"github.com/portbook/portbook"
)

// pair is who opens connections, and to whom.
type pair struct{ from, to portbook.Component }

// pairs yields the pairs of a flow, some of them twice when either side opens connections.
func pairs(r *portbook.FlowRecord) iter.Seq[pair] {
	return func(yield func(pair) bool) {
		for _, a := range r.From {
			for _, b := range r.To {
				if !yield(pair{a, b}) || r.Initiator == portbook.InitiatorEither && !yield(pair{b, a}) {
					return
				}
			}
		}
	}
}

// dropped returns the traffic that a flow no longer calls for: the ports of each pair.
func (x Change) dropped() map[pair]portbook.PortSet {
	if x.Old == nil || x.Old.Ports.IsEmpty() || x.New != nil && x.Lost.IsEmpty() && covers(x.New, x.Old) {
		return nil
	}
	traffic := map[pair]portbook.PortSet{}
	for p := range pairs(x.Old) {
		traffic[p] = x.Old.Ports
	}
	if x.New == nil {
		return traffic
	}
	for p := range pairs(x.New) {
		if _, ok := traffic[p]; ok {
			traffic[p] = x.Lost
		}
	}
	return traffic
}

// findStillNeeded tells of each change what other flows still need of the traffic that it drops. What the flow itself still
// needs is not among what it drops, so that it need not be told apart from the others.
func (c *Changes) findStillNeeded(new *editionIndex) {
	sets := map[pair][]portbook.PortSet{}
	for _, x := range c.List {
		for p := range x.dropped() {
			sets[p] = nil
		}
	}
	if len(sets) == 0 {
		return
	}
	for i := range new.ids {
		r := new.traffic(i)
		for p := range pairs(&r) {
			if list, ok := sets[p]; ok {
				sets[p] = append(list, r.Ports)
			}
		}
	}
	needed := make(map[pair]portbook.PortSet, len(sets))
	for p, list := range sets {
		switch len(list) { // UnionAll is made for many sets
		case 0:
		case 1:
			needed[p] = list[0]
		default:
			needed[p] = portbook.UnionAll(list...)
		}
	}
	for i := range c.List {
		x := &c.List[i]
		for p, ports := range x.dropped() {
			x.StillNeeded = x.StillNeeded.Union(ports.Intersect(needed[p]))
		}
	}
}

// traffic returns what a flow calls for: a record of which only these fields are filled, since a catalog makes them quickly.
func (x *editionIndex) traffic(i int) portbook.FlowRecord {
	if x.catalog == nil {
		return x.records[i]
	}
	f := x.flows[i]
	return portbook.FlowRecord{From: f.From(), To: f.To(), Initiator: f.Initiator(), Ports: f.Ports()}
}
