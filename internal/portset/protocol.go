package portset

import "strconv"

// keywords holds the keyword of each protocol number in IANA's registry of
// assigned internet protocol numbers, in lower case. Where that is not a word
// of its own, or not the one that everyone writes, the word is in aliases and
// the usual one is here: an, isis, mobility-header, ospf. Numbers without a
// keyword are "any host internal protocol" and the like, or unassigned.
var keywords = [256]string{
	0: "hopopt", 1: "icmp", 2: "igmp", 3: "ggp", 4: "ipv4", 5: "st", 6: "tcp",
	7: "cbt", 8: "egp", 9: "igp", 10: "bbn-rcc-mon", 11: "nvp-ii", 12: "pup",
	13: "argus", 14: "emcon", 15: "xnet", 16: "chaos", 17: "udp", 18: "mux",
	19: "dcn-meas", 20: "hmp", 21: "prm", 22: "xns-idp", 23: "trunk-1",
	24: "trunk-2", 25: "leaf-1", 26: "leaf-2", 27: "rdp", 28: "irtp",
	29: "iso-tp4", 30: "netblt", 31: "mfe-nsp", 32: "merit-inp", 33: "dccp",
	34: "3pc", 35: "idpr", 36: "xtp", 37: "ddp", 38: "idpr-cmtp", 39: "tp++",
	40: "il", 41: "ipv6", 42: "sdrp", 43: "ipv6-route", 44: "ipv6-frag",
	45: "idrp", 46: "rsvp", 47: "gre", 48: "dsr", 49: "bna", 50: "esp",
	51: "ah", 52: "i-nlsp", 53: "swipe", 54: "narp", 55: "min-ipv4",
	56: "tlsp", 57: "skip", 58: "ipv6-icmp", 59: "ipv6-nonxt",
	60: "ipv6-opts", 62: "cftp", 64: "sat-expak", 65: "kryptolan", 66: "rvd",
	67: "ippc", 69: "sat-mon", 70: "visa", 71: "ipcv", 72: "cpnx", 73: "cphb",
	74: "wsn", 75: "pvp", 76: "br-sat-mon", 77: "sun-nd", 78: "wb-mon",
	79: "wb-expak", 80: "iso-ip", 81: "vmtp", 82: "secure-vmtp", 83: "vines",
	84: "iptm", 85: "nsfnet-igp", 86: "dgp", 87: "tcf", 88: "eigrp",
	89: "ospf", 90: "sprite-rpc", 91: "larp", 92: "mtp", 93: "ax.25",
	94: "ipip", 95: "micp", 96: "scc-sp", 97: "etherip", 98: "encap",
	100: "gmtp", 101: "ifmp", 102: "pnni", 103: "pim", 104: "aris",
	105: "scps", 106: "qnx", 107: "an", 108: "ipcomp", 109: "snp",
	110: "compaq-peer", 111: "ipx-in-ip", 112: "vrrp", 113: "pgm",
	115: "l2tp", 116: "ddx", 117: "iatp", 118: "stp", 119: "srp", 120: "uti",
	121: "smp", 122: "sm", 123: "ptp", 124: "isis", 125: "fire", 126: "crtp",
	127: "crudp", 128: "sscopmce", 129: "iplt", 130: "sps", 131: "pipe",
	132: "sctp", 133: "fc", 134: "rsvp-e2e-ignore", 135: "mobility-header",
	136: "udplite", 137: "mpls-in-ip", 138: "manet", 139: "hip",
	140: "shim6", 141: "wesp", 142: "rohc", 143: "ethernet", 144: "aggfrag",
	145: "nsh", 146: "homa", 147: "bit-emu", 255: "reserved",
}

// aliases are further words that are read and never printed.
var aliases = [...]struct {
	word   string
	number uint8
}{
	{"icmpv6", 58}, {"icmp6", 58}, {"ospfigp", 89}, {"udp-lite", 136},
	{"a/n", 107}, {"isis over ipv4", 124}, {"mobility header", 135},
	{"mobile", 55}, {"ttp", 84}, {"ipencap", 4}, {"ip-encap", 4},
	{"ipsec-esp", 50}, {"ipsec-ah", 51},
}

// ProtocolName returns the keyword of a protocol number, or the number in
// decimal where there is none.
func ProtocolName(number uint8) string {
	if s := keywords[number]; s != "" {
		return s
	}
	return strconv.Itoa(int(number))
}

// ParseProtocol reads a keyword in any case, or a number from 0 to 255. A text
// that is neither is malformed when it has the form of a number, and unknown
// otherwise.
func ParseProtocol(s string) (uint8, error) {
	if isDigits(s) {
		return parseProtocolNumber(s)
	}
	if n, ok := findKeyword(s); ok {
		return n, nil
	}
	return 0, &Error{Input: s, Part: s, Reason: "is not a known protocol", Expected: expectedProtocol, Unknown: s != ""}
}

func parseProtocolNumber(s string) (uint8, error) {
	n, reason := parseNumber(s, 255)
	switch reason {
	case "":
		return uint8(n), nil
	case tooHigh:
		reason = "is above 255, the highest protocol number"
	}
	return 0, &Error{Input: s, Part: s, Reason: reason, Expected: expectedProtocol}
}

// findKeyword finds a keyword or an alias in any case.
func findKeyword(s string) (number uint8, ok bool) {
	if s == "" {
		return 0, false
	}
	for n, word := range keywords {
		if equalFold(word, s) {
			return uint8(n), true
		}
	}
	for _, a := range aliases {
		if equalFold(a.word, s) {
			return a.number, true
		}
	}
	return 0, false
}

// equalFold reports whether s is a word of lower case in any case. It knows
// the letters of ASCII alone: strings.EqualFold takes the long s of "ſctp" for
// an s, and the Kelvin sign for a k.
func equalFold(word, s string) bool {
	if len(word) != len(s) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
