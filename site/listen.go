package site

import (
	"slices"

	"github.com/portbook/portbook"
)

// Listener is ports of a host on which the same components listen.
type Listener struct {
	Host       End                  // the host that listens
	Ports      portbook.PortSet     // on which it listens
	Components []portbook.Component // sorted
	Flows      []portbook.Flow      // that are opened to any of the ports, in the order of the catalog
}

// Listening returns what the hosts of the site listen on for needs whose ports
// are known, local ones included, by host and then by port. The listeners of a
// host have no port in common.
func (p *Plan) Listening() []Listener {
	var list []Listener
	for i, processes := range p.processes(func(*decision) bool { return true }) {
		list = append(list, p.listeners(End{p.site, uint32(i)}, processes)...)
	}
	return list
}

// Collisions returns the ports that several components want on one machine:
// those of hosts that are not groups, or of each machine of a group. Components
// that inherit from each other are one, and ports that are assigned when needed
// do not collide: what assigns them passes over those in use.
func (p *Plan) Collisions() []Listener {
	var list []Listener
	for i, processes := range p.processes(func(d *decision) bool { return !d.wide }) {
		for _, x := range p.listeners(End{p.site, uint32(i)}, processes) {
			if p.collide(x.Components) {
				list = append(list, x)
			}
		}
	}
	return list
}

// collide reports whether some two components have nothing to do with each
// other.
func (p *Plan) collide(components []portbook.Component) bool {
	for i, x := range components {
		for _, y := range components[:i] {
			if !slices.Contains(p.site.lineages[x], y) && !slices.Contains(p.site.lineages[y], x) {
				return true
			}
		}
	}
	return false
}

// process is a component that listens on a host.
type process struct {
	component portbook.Component
	flows     []*decision
}

func (x *process) ports() portbook.PortSet {
	var sets []portbook.PortSet
	for _, d := range x.flows {
		sets = append(sets, d.options[0])
	}
	return portbook.UnionAll(sets...)
}

// processes returns what listens on each host.
func (p *Plan) processes(which func(*decision) bool) [][]*process {
	hosts := make([][]*process, len(p.site.hosts))
	for _, d := range p.needs {
		if len(d.options) != 1 || !which(d) {
			continue
		}
		for x := range p.pairs(d) {
			if int(x.to) < len(hosts) {
				for _, component := range d.listening(x) {
					hosts[x.to] = addProcess(hosts[x.to], component, d)
				}
			}
		}
	}
	return hosts
}

// listening returns the components as which an end accepts a flow. A host that
// an answer names does so as what the document has at that end.
func (d *decision) listening(x pair) []portbook.Component {
	var list []portbook.Component
	add := func(there, here []slot, documented []portbook.Component) {
		if !slices.ContainsFunc(there, func(s slot) bool { return contains(s, x.from) }) {
			return
		}
		for _, s := range here {
			switch {
			case !contains(s, x.to):
			case s.component != "":
				list = append(list, s.component)
			default:
				list = append(list, documented...)
			}
		}
	}
	if d.initiator != InitiatorTo {
		add(d.from, d.to, d.flow.To())
	}
	if d.initiator != InitiatorFrom {
		add(d.to, d.from, d.flow.From())
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func addProcess(list []*process, component portbook.Component, d *decision) []*process {
	i := slices.IndexFunc(list, func(x *process) bool { return x.component == component })
	if i < 0 {
		i = len(list)
		list = append(list, &process{component: component})
	}
	if x := list[i]; len(x.flows) == 0 || x.flows[len(x.flows)-1] != d {
		x.flows = append(x.flows, d)
	}
	return list
}

// listeners cuts the ports of processes into sets that the same processes want.
func (p *Plan) listeners(host End, processes []*process) []Listener {
	type region struct {
		ports     portbook.PortSet
		processes []*process
	}
	var regions []region
	for _, x := range processes {
		rest := x.ports()
		var cut []region
		for _, r := range regions {
			if both := r.ports.Intersect(rest); !both.IsEmpty() {
				cut = append(cut, region{both, append(slices.Clone(r.processes), x)})
				r.ports, rest = r.ports.Subtract(both), rest.Subtract(both)
			}
			if !r.ports.IsEmpty() {
				cut = append(cut, r)
			}
		}
		if regions = cut; !rest.IsEmpty() {
			regions = append(regions, region{rest, []*process{x}})
		}
	}
	var list []Listener
	for _, r := range regions {
		list = append(list, newListener(host, r.ports, r.processes))
	}
	slices.SortFunc(list, func(a, b Listener) int { return comparePorts(a.Ports, b.Ports) })
	return list
}

func newListener(host End, ports portbook.PortSet, processes []*process) Listener {
	x := Listener{Host: host, Ports: ports}
	var flows []*decision
	for _, process := range processes {
		x.Components = append(x.Components, process.component)
		for _, d := range process.flows {
			if d.options[0].Overlaps(ports) && !slices.Contains(flows, d) {
				flows = append(flows, d)
			}
		}
	}
	slices.Sort(x.Components)
	slices.SortFunc(flows, func(a, b *decision) int { return a.order - b.order })
	for _, d := range flows {
		x.Flows = append(x.Flows, d.flow)
	}
	return x
}

// comparePorts orders sets by their first port.
func comparePorts(a, b portbook.PortSet) int {
	first := func(s portbook.PortSet) int {
		for p, r := range s.All() {
			return int(p)<<16 | int(r.First())
		}
		return 0
	}
	return first(a) - first(b)
}
