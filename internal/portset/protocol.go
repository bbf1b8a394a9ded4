package portset

import (
	"strconv"
	"strings"
)

// protocols holds the IANA keywords, in lower case, of the protocols that firewalls name. The first entry of a number is
// the one that is printed.
var protocols = []struct {
	number uint8
	name   string
}{
	{1, "icmp"}, {2, "igmp"}, {4, "ipv4"}, {6, "tcp"}, {8, "egp"}, {17, "udp"}, {33, "dccp"}, {41, "ipv6"}, {46, "rsvp"}, {47, "gre"},
	{50, "esp"}, {51, "ah"}, {58, "ipv6-icmp"}, {58, "icmpv6"}, {58, "icmp6"}, {88, "eigrp"}, {89, "ospf"}, {89, "ospfigp"}, {103, "pim"},
	{112, "vrrp"}, {115, "l2tp"}, {132, "sctp"}, {136, "udplite"},
}

// ProtocolName returns the lower-case IANA keyword of a protocol number, or the number in decimal where there is none.
func ProtocolName(number uint8) string {
	for _, p := range protocols {
		if p.number == number {
			return p.name
		}
	}
	return strconv.Itoa(int(number))
}

// ParseProtocol reads a keyword in any case, or a number from 0 to 255. A text that is neither is malformed when it has
// the form of a number, and unknown otherwise.
func ParseProtocol(s string) (uint8, error) {
	for _, p := range protocols {
		if strings.EqualFold(p.name, s) {
			return p.number, nil
		}
	}
	if !isDigits(s) {
		return 0, &Error{Input: s, Part: s, Reason: "is not a known protocol", Accepted: acceptedProtocol, Unknown: s != ""}
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return 0, &Error{Input: s, Part: s, Reason: "is above 255, the highest protocol number", Accepted: acceptedProtocol}
	}
	return uint8(n), nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
