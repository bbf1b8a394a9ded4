package audit

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// Socket is a port on which a machine listens.
type Socket struct {
	Protocol portbook.Protocol // TCP or UDP
	Address  netip.Addr        // the unspecified address for all of the machine
	Port     portbook.Port     // on which it listens
	Program  string            // "" where the list does not name it
}

// Listening compares the sockets of a host of the plan's site with its needs,
// local ones included: one finding for each need for which the host has to
// listen, and one for the ports of each program on which nothing needs it to.
// Needs over the network are not met by a socket of the loopback interface.
// Sockets of that interface that nothing needs are nobody else's affair.
func Listening(p *site.Plan, host site.End, sockets []Socket) []Finding {
	open, all := portsOf(sockets, false), portsOf(sockets, true)
	var list []Finding
	var needed []portbook.PortSet
	for n := range p.Needs() {
		if n.To != host {
			continue
		}
		needed = append(needed, n.Options...)
		have := open
		if n.Local {
			have = all
		}
		f := Finding{Verdict: VerdictNotListening, From: n.From, To: host, Ports: portbook.UnionAll(n.Options...), Need: n, plan: p}
		if slices.ContainsFunc(n.Options, func(o portbook.PortSet) bool { return listens(have, o, n.Wide) }) {
			f.Verdict = VerdictListening
		}
		if f.Ports = transports(f.Ports); !f.Ports.IsEmpty() {
			list = append(list, f)
		}
	}
	for n := range p.Possible() {
		if n.To == host {
			needed = append(needed, n.Options...)
		}
	}
	return append(list, unneededSockets(host, sockets, portbook.UnionAll(needed...))...)
}

// listens reports whether ports are open: any of those of a range from which
// some are assigned.
func listens(open, ports portbook.PortSet, wide bool) bool {
	ports = transports(ports)
	if wide {
		return open.Overlaps(ports)
	}
	return open.ContainsSet(ports)
}

// transports returns the ports of protocols that have sockets.
func transports(ports portbook.PortSet) portbook.PortSet {
	var list []portbook.PortSet
	for p, r := range ports.All() {
		if hasPorts(p) {
			list = append(list, portbook.PortSetFrom(p, r))
		}
	}
	return portbook.UnionAll(list...)
}

func portsOf(sockets []Socket, loopback bool) portbook.PortSet {
	var list []portbook.PortSet
	for _, s := range sockets {
		if loopback || !s.Address.IsLoopback() {
			list = append(list, portbook.PortSetOf(s.Protocol, s.Port))
		}
	}
	return portbook.UnionAll(list...)
}

// unneededSockets returns the ports of programs on which nothing needs them to
// listen.
func unneededSockets(host site.End, sockets []Socket, needed portbook.PortSet) []Finding {
	by := map[string]portbook.PortSet{}
	for _, s := range sockets {
		if !s.Address.IsLoopback() && !needed.Contains(s.Protocol, s.Port) {
			by[s.Program] = by[s.Program].Union(portbook.PortSetOf(s.Protocol, s.Port))
		}
	}
	var list []Finding
	for program, ports := range by {
		list = append(list, Finding{Verdict: VerdictUndocumentedListener, To: host, Ports: ports, Program: program})
	}
	slices.SortFunc(list, func(a, b Finding) int { return cmp.Compare(a.Program, b.Program) })
	return list
}
