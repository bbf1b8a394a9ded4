package firewall

import "github.com/portbook/portbook"

// The protocols that rules often have, next to ICMP, TCP and UDP of package
// portbook.
const (
	DCCP    portbook.Protocol = 33
	ICMPv6  portbook.Protocol = 58 // its types have other numbers than those of ICMP
	SCTP    portbook.Protocol = 132
	UDPLite portbook.Protocol = 136
)

// Message is what a part permits of one protocol.
type Message struct {
	Protocol portbook.Protocol // the protocol of the match
	// Ranges are the destination ports, or the types of ICMP and ICMPv6. None
	// says all, as for protocols that have neither.
	Ranges []portbook.PortRange
}

// IsPorts reports whether the protocol has ports.
func (m Message) IsPorts() bool { return hasPorts(m.Protocol) }

// IsTypes reports whether the protocol is ICMP or ICMPv6, which has types.
func (m Message) IsTypes() bool { return m.Protocol == portbook.ICMP || m.Protocol == ICMPv6 }

func hasPorts(p portbook.Protocol) bool {
	switch p {
	case portbook.TCP, portbook.UDP, DCCP, SCTP, UDPLite:
		return true
	}
	return false
}

// Messages returns what the part permits, by protocol. All says that it is
// everything, of whatever protocol.
func (x Part) Messages() (list []Message, all bool) {
	if x.Ports == everything {
		return nil, true
	}
	for _, protocol := range x.Ports.Protocols() {
		m := Message{Protocol: protocol}
		for r := range x.Ports.Ranges(protocol) {
			m.Ranges = append(m.Ranges, r)
		}
		if len(m.Ranges) == 1 && m.Ranges[0] == allPorts {
			m.Ranges = nil
		}
		list = append(list, m)
	}
	return list, false
}

var (
	allPorts, _ = portbook.PortRangeFrom(0, 65535)
	allTypes, _ = portbook.PortRangeFrom(0, 255)
	everything  = portbook.PortSet{}.Complement()
)

// familyPorts is ports between ends of a family, or of none.
type familyPorts struct {
	ports  portbook.PortSet
	family Side
}

// portsOf returns the ports that exist between ends of a family: ICMP between
// those of IPv4, ICMPv6 between those of IPv6, and of protocols that have no
// ports all or none.
func (s *splitter) portsOf(ports portbook.PortSet, family Side) portbook.PortSet {
	if ports == everything {
		return ports
	}
	key := familyPorts{ports, family}
	if known, ok := s.ports[key]; ok {
		return known
	}
	kept := ports
	for _, protocol := range ports.Protocols() {
		all := portbook.PortSetFrom(protocol, allPorts)
		switch {
		case protocol == 0, // no protocol of what a packet is for: targets take 0 for any
			protocol == portbook.ICMP && family == SideIPv6, protocol == ICMPv6 && family == SideIPv4:
			kept = kept.Subtract(all)
		case hasPorts(protocol) || ports.ContainsSet(all):
		case protocol == portbook.ICMP || protocol == ICMPv6:
			kept = kept.Subtract(all.Subtract(portbook.PortSetFrom(protocol, allTypes)))
		default:
			kept = kept.Subtract(all)
		}
	}
	if s.can.Ports != nil {
		kept = s.can.Ports(kept)
	}
	s.ports[key] = kept
	return kept
}
