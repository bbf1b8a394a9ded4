package listen

import (
	"slices"

	"github.com/portbook/portbook"
)

// Collisions returns the hosts on which several processes want the same ports,
// with a listener for each set of ports that the same processes want. together
// is that of [Ports].
//
// Ports that are assigned when needed do not collide: what assigns them passes
// over those in use. Nor do flows that are the same communication, stated for a
// component and for one that it works through.
func Collisions(flows portbook.FlowSet, c *portbook.Catalog, together [][]portbook.Component) []*Host {
	n := newNetwork(flows, c, together)
	processes := make([][]*process, len(n.hosts))
	for f := range flows.All() {
		if f.PortKind() != portbook.PortKindListed {
			continue
		}
		for _, i := range n.hostsOf(f) {
			processes[i] = addFlow(processes[i], n.hosts[i], f)
		}
	}
	for i, h := range n.hosts {
		for _, r := range regions(processes[i]) {
			if n.differ(r) {
				h.Listeners = append(h.Listeners, r.listener(h))
			}
		}
	}
	return n.listening()
}

// process is what listens: a component, and its services where the document
// tells them.
type process struct {
	component portbook.Component
	services  []string
	ports     portbook.PortSet
	flows     []portbook.Flow
}

// addFlow adds a flow to the processes of a host that listen for it.
func addFlow(list []*process, h *Host, f portbook.Flow) []*process {
	here, _ := h.Ends(f)
	for _, x := range here {
		var services []string
		if f.Component() == x { // services are those of the component that the row is about
			services = f.OSServices()
		}
		i := slices.IndexFunc(list, func(p *process) bool { return p.component == x && slices.Equal(p.services, services) })
		if i < 0 {
			i = len(list)
			list = append(list, &process{component: x, services: services})
		}
		list[i].ports = list[i].ports.Union(f.Ports())
		list[i].flows = append(list[i].flows, f)
	}
	return list
}

// using returns the flows of a process that use some of the ports.
func (p *process) using(ports portbook.PortSet) []portbook.Flow {
	var list []portbook.Flow
	for _, f := range p.flows {
		if f.Ports().Overlaps(ports) {
			list = append(list, f)
		}
	}
	return list
}

// region is a set of ports and the processes that want all of it.
type region struct {
	ports     portbook.PortSet
	processes []*process
}

// listener returns the collision on a region.
func (r region) listener(h *Host) Listener {
	x := Listener{Host: h, Ports: r.ports}
	for _, p := range r.processes {
		x.Components = appendNew(x.Components, p.component)
		for _, f := range p.using(r.ports) {
			x.Flows = x.Flows.Union(f.Set())
		}
	}
	x.fill()
	return x
}

// regions cuts the ports of processes into disjoint sets that the same processes
// want, in order of number.
func regions(processes []*process) []region {
	var list []region
	for _, p := range processes {
		rest := p.ports
		var cut []region
		for _, r := range list {
			both := r.ports.Intersect(p.ports)
			if !both.IsEmpty() {
				cut = append(cut, region{both, append(slices.Clone(r.processes), p)})
			}
			if r.ports = r.ports.Subtract(both); !r.ports.IsEmpty() {
				cut = append(cut, r)
			}
			rest = rest.Subtract(both)
		}
		if list = cut; !rest.IsEmpty() {
			list = append(list, region{rest, []*process{p}})
		}
	}
	slices.SortStableFunc(list, func(a, b region) int { return Compare(First(a.ports), First(b.ports)) })
	return list
}

// differ reports whether some two of the processes that want a region are surely
// not the same.
func (n *network) differ(r region) bool {
	for i, p := range r.processes {
		for _, q := range r.processes[:i] {
			if n.distinct(p, q, r.ports) {
				return true
			}
		}
	}
	return false
}

// distinct reports whether two processes are surely not the same: they belong to
// services of which none is common, or to different components and not for one
// communication.
func (n *network) distinct(p, q *process, ports portbook.PortSet) bool {
	shared := slices.ContainsFunc(p.services, func(s string) bool { return slices.Contains(q.services, s) })
	switch {
	case len(p.services) > 0 && len(q.services) > 0 && !shared:
		return true
	case p.component == q.component:
		return false
	case slices.Contains(n.lineage(p.component), q.component):
		return !restates(p.using(ports), q.using(ports))
	case slices.Contains(n.lineage(q.component), p.component):
		return !restates(q.using(ports), p.using(ports))
	}
	return true
}

// restates reports whether each flow of an heir has a twin among the flows of
// what it inherits from: the same peers open connections to the same ports.
func restates(heir, origin []portbook.Flow) bool {
	for _, f := range heir {
		if !slices.ContainsFunc(origin, func(g portbook.Flow) bool {
			return f.Ports() == g.Ports() && f.Initiator() == g.Initiator() && slices.Equal(f.From(), g.From())
		}) {
			return false
		}
	}
	return true
}
