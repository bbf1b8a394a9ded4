package firewall

import (
	"net/netip"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// Permits reports whether a rule of the policy permits that an address opens a
// connection to another, on a port of a protocol: the type of the message for
// ICMP. Ends without addresses are at none, apart from the host of the policy,
// which is then at all. What answers an open connection is not asked about.
//
// Permits looks at every rule, and is written without regard to targets: it is
// what their output is judged by.
func (p *Policy) Permits(d Direction, from, to netip.Addr, protocol portbook.Protocol, port portbook.Port) bool {
	from, to = from.Unmap(), to.Unmap()
	if from.Is4() != to.Is4() || from.Is4() && protocol == ICMPv6 || from.Is6() && protocol == portbook.ICMP {
		return false
	}
	for _, r := range p.rules {
		if r.Direction == d && r.Ports.Contains(protocol, port) &&
			p.isAt(r.From, from, d == Outbound) && p.isAt(r.To, to, d == Inbound) {
			return true
		}
	}
	return false
}

// isAt reports whether an end is at an address.
func (p *Policy) isAt(end site.End, address netip.Addr, own bool) bool {
	known := false
	for _, place := range end.Places() {
		first, last, ok := place.Range()
		known = known || ok
		if ok && first.Compare(address) <= 0 && address.Compare(last) <= 0 && first.Is4() == address.Is4() {
			return true
		}
	}
	return own && !known && end == p.own
}
