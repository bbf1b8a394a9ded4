package aerleon

import "github.com/portbook/portbook"

// protocols are those without ports that Aerleon calls as we do.
var protocols = []string{"igmp", "gre", "esp", "ah", "icmp", "icmpv6", "ospf", "pim", "vrrp", "l2tp", "sctp", "rsvp", "udplite"}

// name returns what Aerleon calls a protocol.
func name(p portbook.Protocol) string {
	if p == portbook.IPv6ICMP {
		return "icmpv6"
	}
	return p.String()
}

// icmpTypes are the names that Aerleon has for types of ICMP.
var icmpTypes = map[portbook.Protocol]map[int]string{
	portbook.ICMP: {
		0: "echo-reply", 3: "unreachable", 4: "source-quench", 5: "redirect", 6: "alternate-address",
		8: "echo-request", 9: "router-advertisement", 10: "router-solicitation", 11: "time-exceeded",
		12: "parameter-problem", 13: "timestamp-request", 14: "timestamp-reply", 15: "information-request",
		16: "information-reply", 17: "mask-request", 18: "mask-reply", 31: "conversion-error", 32: "mobile-redirect",
	},
	portbook.IPv6ICMP: {
		1: "destination-unreachable", 2: "packet-too-big", 3: "time-exceeded", 4: "parameter-problem",
		128: "echo-request", 129: "echo-reply", 130: "multicast-listener-query", 131: "multicast-listener-report",
		132: "multicast-listener-done", 133: "router-solicit", 134: "router-advertisement", 135: "neighbor-solicit",
		136: "neighbor-advertisement", 137: "redirect-message", 138: "router-renumbering",
		139: "icmp-node-information-query", 140: "icmp-node-information-response",
		141: "inverse-neighbor-discovery-solicitation", 142: "inverse-neighbor-discovery-advertisement",
		143: "version-2-multicast-listener-report", 144: "home-agent-address-discovery-request",
		145: "home-agent-address-discovery-reply", 146: "mobile-prefix-solicitation", 147: "mobile-prefix-advertisement",
		148: "certification-path-solicitation", 149: "certification-path-advertisement",
		151: "multicast-router-advertisement", 152: "multicast-router-solicitation", 153: "multicast-router-termination",
	},
}
