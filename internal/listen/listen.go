// Package listen says what hosts listen on: the ports of each, who needs them,
// and which of them several components of a host want.
//
// Its flows are those of documents, and its hosts sets of components. It takes
// time in proportion to the flows, whatever the number of hosts.
package listen

import (
	"cmp"
	"slices"

	"github.com/portbook/portbook"
)

// Socket is a port, or a range of ports, that something listens on. Where
// documents do not bound the ports, Kind says why and Ports is zero; Protocol
// is zero too where it is not known.
type Socket struct {
	Protocol portbook.Protocol
	Ports    portbook.PortRange
	Kind     portbook.PortKind
}

// Sockets returns what the destination of a flow listens on.
func Sockets(f portbook.Flow) []Socket {
	var list []Socket
	for p, r := range f.Ports().All() {
		list = append(list, Socket{Protocol: p, Ports: r})
	}
	if len(list) > 0 {
		return list
	}
	for _, p := range f.Protocols() {
		list = append(list, Socket{Protocol: p, Kind: f.PortKind()})
	}
	if len(list) == 0 {
		list = append(list, Socket{Kind: f.PortKind()})
	}
	return list
}

// First returns the first socket of a set of ports; the zero value for none.
func First(ports portbook.PortSet) Socket {
	for p, r := range ports.All() {
		return Socket{Protocol: p, Ports: r}
	}
	return Socket{}
}

// Compare orders sockets by protocol and number, those without a number last.
func Compare(a, b Socket) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Protocol, b.Protocol),
		cmp.Compare(a.Ports.First(), b.Ports.First()), cmp.Compare(a.Ports.Last(), b.Ports.Last()),
	)
}

// Host is a set of components that share a machine.
type Host struct {
	Components []portbook.Component
	Heirs      []portbook.Component // that listen through this host and on nothing of their own
	Listeners  []Listener
	lineage    map[portbook.Component]bool // the components, and all that they inherit from
}

// Listener is a socket that a host listens on, or ports that several of its
// components want.
type Listener struct {
	Host        *Host
	Socket      Socket               // zero for a collision
	Ports       portbook.PortSet     // empty when the document does not bound them
	Components  []portbook.Component // that listen
	NeededBy    []portbook.Component // that open connections to them
	Requirement portbook.Requirement // the strongest of the flows: it holds for the port
	Flows       portbook.FlowSet
}

// Protocols returns the protocols of the ports, or of the socket without any.
func (x Listener) Protocols() []portbook.Protocol {
	if x.Ports.IsEmpty() && x.Socket.Protocol != 0 {
		return []portbook.Protocol{x.Socket.Protocol}
	}
	return x.Ports.Protocols()
}

// fill derives from the flows who listens, for whom, and how much it matters.
func (x *Listener) fill() {
	x.Requirement = portbook.RequirementOptional
	for f := range x.Flows.All() {
		here, there := x.Host.Ends(f)
		x.Components = appendNew(x.Components, here...)
		x.NeededBy = appendNew(x.NeededBy, there...)
		switch r := f.Requirement(); {
		case r == portbook.RequirementRequired, r == portbook.RequirementConditional && x.Requirement == portbook.RequirementOptional:
			x.Requirement = r
		}
	}
}

// Ends returns the components of a host that listen for a flow, and those of
// the other side.
func (h *Host) Ends(f portbook.Flow) (here, there []portbook.Component) {
	within := func(list []portbook.Component) []portbook.Component {
		var own []portbook.Component
		for _, x := range list {
			if h.lineage[x] {
				own = append(own, x)
			}
		}
		return own
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

// Ports returns the hosts that listen, with a listener for each socket, in order
// of number. The hosts are those of together, or one for each component that
// listens when it is empty.
func Ports(flows portbook.FlowSet, c *portbook.Catalog, together [][]portbook.Component) []*Host {
	n := newNetwork(flows, c, together)
	type key struct {
		host   int
		socket Socket
	}
	keys := func(f portbook.Flow) []key {
		var list []key
		sockets := Sockets(f)
		for _, h := range n.hostsOf(f) {
			for _, s := range sockets {
				list = append(list, key{h, s})
			}
		}
		return list
	}
	for k, flows := range portbook.Group(flows, keys) {
		x := Listener{Host: n.hosts[k.host], Socket: k.socket, Flows: flows}
		if k.socket.Kind == "" {
			x.Ports = portbook.PortSetFrom(k.socket.Protocol, k.socket.Ports)
		}
		x.fill()
		x.Host.Listeners = append(x.Host.Listeners, x)
	}
	for _, h := range n.hosts {
		slices.SortStableFunc(h.Listeners, func(a, b Listener) int { return Compare(a.Socket, b.Socket) })
	}
	return n.listening()
}

// network is the hosts of an analysis.
type network struct {
	catalog *portbook.Catalog
	hosts   []*Host
	at      map[portbook.Component][]int // the hosts that a component listens on
	lineage func(portbook.Component) []portbook.Component
}

func newNetwork(flows portbook.FlowSet, c *portbook.Catalog, together [][]portbook.Component) *network {
	n := &network{catalog: c, at: map[portbook.Component][]int{}, lineage: Lineages(c)}
	for _, components := range together {
		n.add(Host{Components: components})
	}
	if len(together) == 0 {
		n.addEach(flows)
	}
	return n
}

// addEach adds a host for each component that listens.
func (n *network) addEach(flows portbook.FlowSet) {
	own := map[portbook.Component]bool{}
	for f := range flows.All() {
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
	for _, x := range n.catalog.Components() {
		if !own[x] {
			for _, y := range n.lineage(x) {
				heirs[y] = append(heirs[y], x)
			}
		}
	}
	for _, x := range n.catalog.Components() {
		if own[x] {
			n.add(Host{Components: []portbook.Component{x}, Heirs: heirs[x]})
		}
	}
}

func (n *network) add(h Host) {
	h.lineage = map[portbook.Component]bool{}
	for _, x := range h.Components {
		for _, y := range n.lineage(x) {
			if !h.lineage[y] {
				h.lineage[y] = true
				n.at[y] = append(n.at[y], len(n.hosts))
			}
		}
	}
	n.hosts = append(n.hosts, &h)
}

// Lineages returns a function that returns a component and all that it inherits
// from, directly or not. The function keeps what it returns.
func Lineages(c *portbook.Catalog) func(portbook.Component) []portbook.Component {
	known := map[portbook.Component][]portbook.Component{}
	var lineage func(portbook.Component) []portbook.Component
	lineage = func(x portbook.Component) []portbook.Component {
		if list, ok := known[x]; ok {
			return list
		}
		list := []portbook.Component{x}
		info, _ := c.Component(x)
		for _, y := range info.Inherits {
			list = appendNew(list, lineage(y)...) // catalogs have no cycles
		}
		known[x] = list
		return list
	}
	return lineage
}

// hostsOf returns the hosts that listen for a flow.
func (n *network) hostsOf(f portbook.Flow) []int {
	var list []int
	for _, x := range f.To() {
		list = appendNew(list, n.at[x]...)
	}
	if f.Initiator() == portbook.InitiatorEither {
		for _, x := range f.From() {
			list = appendNew(list, n.at[x]...)
		}
	}
	return list
}

// listening returns the hosts that have listeners.
func (n *network) listening() []*Host {
	return slices.DeleteFunc(n.hosts, func(h *Host) bool { return len(h.Listeners) == 0 })
}

func appendNew[T comparable](list []T, more ...T) []T {
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}
