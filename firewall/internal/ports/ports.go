// Package ports is about what targets can say of ports.
package ports

import (
	"iter"

	"github.com/portbook/portbook"
)

// TCPAndUDP returns what those firewalls can say that know the ports of TCP and
// UDP alone: of other protocols all ports, or the types of ICMP.
func TCPAndUDP(set portbook.PortSet) portbook.PortSet {
	for _, p := range set.Protocols() {
		switch p {
		case portbook.TCP, portbook.UDP, portbook.ICMP, portbook.IPv6ICMP:
		default:
			if !set.ContainsSet(All(p)) {
				set = set.Subtract(All(p))
			}
		}
	}
	return set
}

// All returns all ports of a protocol.
func All(p portbook.Protocol) portbook.PortSet {
	every, _ := portbook.PortRangeFrom(0, 65535)
	return portbook.PortSetFrom(p, every)
}

// Each yields the ports of a protocol one by one.
func Each(set portbook.PortSet, p portbook.Protocol) iter.Seq[portbook.Port] {
	return func(yield func(portbook.Port) bool) {
		for r := range set.Ranges(p) {
			for n := int(r.First()); n <= int(r.Last()); n++ {
				if !yield(portbook.Port(n)) {
					return
				}
			}
		}
	}
}
