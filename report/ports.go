package report

import (
	"cmp"
	"slices"

	"github.com/portbook/portbook"
)

// socket is a port, or a range of ports, that something listens on. Where documents do not bound the ports, kind tells why
// and ports is zero; protocol is zero too where it is not known.
type socket struct {
	protocol portbook.Protocol
	ports    portbook.PortRange
	kind     portbook.PortKind
}

func (h heading) socket() socket { return socket{h.protocol, h.ports, h.kind} }

// sockets returns what the destination of a flow listens on.
func sockets(f portbook.Flow) []socket {
	var list []socket
	for p, r := range f.Ports().All() {
		list = append(list, socket{protocol: p, ports: r})
	}
	if len(list) > 0 {
		return list
	}
	for _, p := range f.Protocols() {
		list = append(list, socket{protocol: p, kind: f.PortKind()})
	}
	if len(list) == 0 {
		list = append(list, socket{kind: f.PortKind()})
	}
	return list
}

// comparePorts orders sockets by protocol and number, those without a number last.
func comparePorts(a, b socket) int {
	return cmp.Or(
		cmp.Compare(a.kind, b.kind), cmp.Compare(a.protocol, b.protocol),
		cmp.Compare(a.ports.First(), b.ports.First()), cmp.Compare(a.ports.Last(), b.ports.Last()),
	)
}

// host is a set of components that share a machine.
type host struct {
	components []portbook.Component // as told
	lineage    []portbook.Component // with those that they inherit from
	heirs      []portbook.Component // that listen through this host and on nothing of their own
}

// listener is what a row of the views by host is about: a socket that the host listens on (ViewPorts), or ports that several
// of its components want (ViewCollisions).
type listener struct {
	host       host
	socket     socket               // in ViewPorts
	ports      portbook.PortSet     // empty when the document does not bound them
	components []portbook.Component // that listen
	flows      portbook.FlowSet
}

// protocols returns the protocols of the ports, or of the socket without any.
func (x listener) protocols() []portbook.Protocol {
	if x.ports.IsEmpty() && x.socket.protocol != 0 {
		return []portbook.Protocol{x.socket.protocol}
	}
	return x.ports.Protocols()
}

// neededBy returns the components that open connections to the listener.
func (x listener) neededBy() []portbook.Component {
	var list []portbook.Component
	for f := range x.flows.All() {
		_, there := ends(f, x.host.lineage)
		list = appendNew(list, there...)
	}
	return list
}

// requirement returns the strongest requirement of the flows: it holds for the port.
func (x listener) requirement() portbook.Requirement {
	for _, r := range []portbook.Requirement{portbook.RequirementRequired, portbook.RequirementConditional} {
		if !x.flows.Having(r).IsEmpty() {
			return r
		}
	}
	return portbook.RequirementOptional
}

// groupByHost makes a group of each host that listens.
func (c *content) groupByHost() []group {
	var groups []group
	for _, h := range c.hosts() {
		list := c.listening(h)
		if c.View == ViewCollisions {
			list = c.collisions(h)
		}
		if len(list) > 0 {
			groups = append(groups, group{heading: heading{host: len(groups) + 1}, listeners: list})
		}
	}
	return groups
}

// hosts returns the hosts of the report: those that Options tell, or one for each component that listens.
func (c *content) hosts() []host {
	var list []host
	for _, components := range c.Hosts {
		list = append(list, host{components: components, lineage: c.lineage(components)})
	}
	if len(c.Hosts) > 0 {
		return list
	}
	own := map[portbook.Component]bool{}
	for f := range c.flows.All() {
		for _, x := range f.To() {
			own[x] = true
		}
		if f.Initiator() == portbook.InitiatorEither {
			for _, x := range f.From() {
				own[x] = true
			}
		}
	}
	heirs := map[portbook.Component][]portbook.Component{}
	for _, x := range c.catalog.Components() {
		if !own[x] {
			for _, y := range c.lineageOf(x) {
				heirs[y] = append(heirs[y], x)
			}
		}
	}
	for _, x := range c.catalog.Components() {
		if own[x] {
			list = append(list, host{components: []portbook.Component{x}, lineage: c.lineageOf(x), heirs: heirs[x]})
		}
	}
	return list
}

// lineage returns the components and all that they inherit from, directly or not.
func (c *content) lineage(components []portbook.Component) []portbook.Component {
	var list []portbook.Component
	for _, x := range components {
		for _, y := range c.lineageOf(x) {
			if !slices.Contains(list, y) {
				list = append(list, y)
			}
		}
	}
	return list
}

func (c *content) lineageOf(x portbook.Component) []portbook.Component {
	if list, ok := c.lineages[x]; ok {
		return list
	}
	list := append([]portbook.Component{x}, c.lineage(c.info(x).Inherits)...) // catalogs have no cycles
	c.lineages[x] = list
	return list
}

// incoming returns the flows that are opened to one of the components.
func (c *content) incoming(lineage []portbook.Component) portbook.FlowSet {
	ends := endpoints(lineage)
	return c.flows.To(ends...).Union(c.flows.From(ends...).Having(portbook.InitiatorEither))
}

func endpoints(components []portbook.Component) []portbook.Endpoint {
	list := make([]portbook.Endpoint, len(components))
	for i, x := range components {
		list[i] = x
	}
	return list
}

// ends returns the components of lineage that listen for a flow, and those of the other side.
func ends(f portbook.Flow, lineage []portbook.Component) (here, there []portbook.Component) {
	within := func(list []portbook.Component) []portbook.Component {
		return slices.DeleteFunc(slices.Clone(list), func(x portbook.Component) bool { return !slices.Contains(lineage, x) })
	}
	if here = within(f.To()); len(here) > 0 {
		there = f.From()
	}
	if f.Initiator() == portbook.InitiatorEither {
		if back := within(f.From()); len(back) > 0 {
			here, there = append(here, back...), append(there, f.To()...)
		}
	}
	return here, there
}

// listening returns what a host listens on, in order of number.
func (c *content) listening(h host) []listener {
	var list []listener
	for s, flows := range portbook.Group(c.incoming(h.lineage), sockets) {
		x := listener{host: h, socket: s, flows: flows}
		if s.kind == "" {
			x.ports = portbook.PortSetFrom(s.protocol, s.ports)
		}
		for f := range flows.All() {
			here, _ := ends(f, h.lineage)
			x.components = appendNew(x.components, here...)
		}
		list = append(list, x)
	}
	slices.SortStableFunc(list, func(a, b listener) int { return comparePorts(a.socket, b.socket) })
	return list
}

func appendNew[T comparable](list []T, more ...T) []T {
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}

// process is what listens: a component, and its services where the document tells them.
type process struct {
	component portbook.Component
	services  []string
	ports     portbook.PortSet
	flows     portbook.FlowSet
}

// collisions returns the ports of a host that several processes want. Ports that are assigned when needed do not collide:
// what assigns them passes over those in use.
func (c *content) collisions(h host) []listener {
	var list []listener
	for _, r := range regions(c.processes(h)) {
		if !differ(r.processes) {
			continue
		}
		x := listener{host: h, ports: r.ports}
		for _, p := range r.processes {
			x.components = appendNew(x.components, p.component)
			x.flows = x.flows.Union(p.flows.Touching(r.ports))
		}
		list = append(list, x)
	}
	return list
}

// processes returns what listens on a host, each with all of its ports.
func (c *content) processes(h host) []process {
	var list []process
	for f := range c.incoming(h.lineage).Having(portbook.PortKindListed).All() {
		here, _ := ends(f, h.lineage)
		for _, x := range here {
			var services []string
			if f.Component() == x { // services are those of the component that the row is about
				services = f.OSServices()
			}
			i := slices.IndexFunc(list, func(p process) bool { return p.component == x && slices.Equal(p.services, services) })
			if i < 0 {
				i = len(list)
				list = append(list, process{component: x, services: services})
			}
			list[i].ports = list[i].ports.Union(f.Ports())
			list[i].flows = list[i].flows.Union(f.Set())
		}
	}
	return list
}

// region is a set of ports and the processes that want all of it.
type region struct {
	ports     portbook.PortSet
	processes []process
}

// regions cuts the ports of processes into disjoint sets that the same processes want, in order of number.
func regions(processes []process) []region {
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
			list = append(list, region{rest, []process{p}})
		}
	}
	slices.SortStableFunc(list, func(a, b region) int { return comparePorts(firstSocket(a.ports), firstSocket(b.ports)) })
	return list
}

func firstSocket(ports portbook.PortSet) socket {
	for p, r := range ports.All() {
		return socket{protocol: p, ports: r}
	}
	return socket{}
}

// differ reports whether some two of the processes are surely not the same: they belong to different components, or to
// services of which none is common.
func differ(processes []process) bool {
	for i, p := range processes {
		for _, q := range processes[:i] {
			shared := slices.ContainsFunc(p.services, func(s string) bool { return slices.Contains(q.services, s) })
			if p.component != q.component || len(p.services) > 0 && len(q.services) > 0 && !shared {
				return true
			}
		}
	}
	return false
}
