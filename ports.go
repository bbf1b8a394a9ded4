package portbook

import (
	"cmp"
	"errors"
	"iter"

	"github.com/portbook/portbook/internal/portset"
)

// Protocol is an IANA protocol number, as the protocol field of an IP header
// has it. The zero value is HOPOPT, which no document in the catalog uses.
type Protocol uint8

// The protocols that port tables name.
const (
	ICMP     Protocol = 1
	IGMP     Protocol = 2
	TCP      Protocol = 6
	UDP      Protocol = 17
	DCCP     Protocol = 33
	GRE      Protocol = 47
	ESP      Protocol = 50
	AH       Protocol = 51
	IPv6ICMP Protocol = 58
	SCTP     Protocol = 132
	UDPLite  Protocol = 136
)

// ParseProtocol parses s as an IANA keyword in any case ("tcp", "UDP",
// "ipv6-icmp"), as a word that is common beside it ("icmpv6"), or as a number
// from 0 to 255 without leading zeros. The error is a *[ParseError], or an
// *[UnknownError] for a word that is not a known keyword.
func ParseProtocol(s string) (Protocol, error) {
	p, err := portset.ParseProtocol(s)
	return Protocol(p), publicError(err)
}

// String returns the IANA keyword in lower case, or the number in decimal where
// IANA has no keyword. Protocol 89 is "ospf", as everyone writes it; 107, 124
// and 135, whose keywords are not single words, are "an", "isis" and
// "mobility-header". [ParseProtocol] reads all of them back.
func (p Protocol) String() string { return portset.ProtocolName(uint8(p)) }

// AppendText appends what String returns.
func (p Protocol) AppendText(b []byte) ([]byte, error) { return append(b, p.String()...), nil }

// MarshalText returns what String returns.
func (p Protocol) MarshalText() ([]byte, error) { return p.AppendText(nil) }

// UnmarshalText reads what [ParseProtocol] reads.
func (p *Protocol) UnmarshalText(text []byte) (err error) {
	*p, err = ParseProtocol(string(text))
	return err
}

// Port is a port number of a transport protocol, from 0 to 65535. For ICMP it
// is the message type. In JSON it is a number.
type Port uint16

// ParsePort parses s as a decimal port number without leading zeros and without
// commas between thousands. The error is a *[ParseError].
func ParsePort(s string) (Port, error) {
	n, err := portset.ParsePort(s)
	return Port(n), publicError(err)
}

// String returns the number in decimal, without grouping.
func (n Port) String() string { return string(n.append(nil)) }

func (n Port) append(b []byte) []byte {
	return portset.AppendPortRange(b, uint16(n), uint16(n))
}

// AppendText appends what String returns.
func (n Port) AppendText(b []byte) ([]byte, error) { return n.append(b), nil }

// MarshalText returns what String returns.
func (n Port) MarshalText() ([]byte, error) { return n.AppendText(nil) }

// UnmarshalText reads what [ParsePort] reads.
func (n *Port) UnmarshalText(text []byte) (err error) {
	*n, err = ParsePort(string(text))
	return err
}

// MarshalJSON returns the number.
func (n Port) MarshalJSON() ([]byte, error) { return n.AppendText(nil) }

// UnmarshalJSON reads a number from 0 to 65535, or a string of one, which is
// what the keys of objects are. As elsewhere, null changes nothing.
func (n *Port) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if last := len(data) - 1; last > 0 && data[0] == '"' && data[last] == '"' {
		data = data[1:last]
	}
	return n.UnmarshalText(data)
}

// PortRange is a range of ports, both ends inclusive. The zero value is port 0
// alone. Ranges are comparable.
type PortRange struct{ first, last Port }

// PortRangeFrom returns the range from first to last; ok is false when first is above last.
func PortRangeFrom(first, last Port) (r PortRange, ok bool) {
	if first > last {
		return PortRange{}, false
	}
	return PortRange{first, last}, true
}

// ParsePortRange parses s as "443", "1024-65535", or "*" for all ports. The
// error is a *[ParseError].
func ParsePortRange(s string) (PortRange, error) {
	first, last, err := portset.ParsePortRange(s)
	return PortRange{Port(first), Port(last)}, publicError(err)
}

// First returns the lowest port of r.
func (r PortRange) First() Port { return r.first }

// Last returns the highest port of r.
func (r PortRange) Last() Port { return r.last }

// Len returns the number of ports in r, which is at least 1.
func (r PortRange) Len() int { return int(r.last) - int(r.first) + 1 }

// Contains reports whether n is in r.
func (r PortRange) Contains(n Port) bool { return r.first <= n && n <= r.last }

// Compare returns -1, 0 or +1 as r comes before s, equals it, or comes after
// it: by the first port, then by the last. It is for [slices.SortFunc].
func (r PortRange) Compare(s PortRange) int {
	return cmp.Or(cmp.Compare(r.first, s.first), cmp.Compare(r.last, s.last))
}

// String returns the text form, which [ParsePortRange] reads back.
func (r PortRange) String() string { return string(r.append(nil)) }

func (r PortRange) append(b []byte) []byte {
	return portset.AppendPortRange(b, uint16(r.first), uint16(r.last))
}

// AppendText appends what String returns.
func (r PortRange) AppendText(b []byte) ([]byte, error) { return r.append(b), nil }

// MarshalText returns what String returns.
func (r PortRange) MarshalText() ([]byte, error) { return r.AppendText(nil) }

// UnmarshalText reads what [ParsePortRange] reads.
func (r *PortRange) UnmarshalText(text []byte) (err error) {
	*r, err = ParsePortRange(string(text))
	return err
}

// PortSet is an immutable set of (protocol, port) pairs over all 256 protocols.
// It is comparable: sets are equal (==) exactly when their members are, so a
// set can be the key of a map. The zero value is the empty set.
//
// The text form lists the ports of each protocol: "80,443/tcp 514/udp",
// "1024-65535/udp", "*/tcp" for every port of a protocol, "8/icmp" where the
// number is the message type. A run of protocols with the same ports is written
// as one range of protocol numbers ("*/0-5"), and "22/*" is port 22 of every
// protocol.
//
// A set of one range occupies 24 bytes and allocates nothing; a larger one
// holds 8 bytes more, and 8 for each range. Operations on n and m ranges take
// time proportional to n+m.
type PortSet struct{ set portset.Set }

// PortSetOf returns the set of the given ports of one protocol.
func PortSetOf(p Protocol, ports ...Port) PortSet {
	if len(ports) == 1 {
		key := portset.Key(uint8(p), uint16(ports[0]))
		return PortSet{portset.Range(key, key)}
	}
	ranges := make([][2]uint32, len(ports))
	for i, n := range ports {
		key := portset.Key(uint8(p), uint16(n))
		ranges[i] = [2]uint32{key, key}
	}
	return PortSet{portset.FromRanges(ranges)}
}

// PortSetFrom returns the set of the ports of a range, of one protocol.
func PortSetFrom(p Protocol, r PortRange) PortSet {
	return PortSet{portset.Range(portset.Key(uint8(p), uint16(r.first)), portset.Key(uint8(p), uint16(r.last)))}
}

// ParsePortSet parses s as the text form of a set. Ports, ranges and protocols
// may come in any order and may overlap. It also reads lists with commas
// throughout, and with the protocol first: "443/tcp, 53/udp", "tcp/80,443".
//
// A comma always separates, so that "10,319/tcp" is ports 10 and 319. Numbers
// with leading zeros are refused, and with them most numbers with commas between
// thousands ("1,024"). A text is also refused if it amounts to more than 32,768
// ranges, those of each protocol counted apart.
//
// The error is a *[ParseError], or an *[UnknownError] for a protocol keyword
// that is not known.
func ParsePortSet(s string) (PortSet, error) {
	set, err := portset.Parse(s)
	return PortSet{set}, publicError(err)
}

// MustParsePortSet is [ParsePortSet] for literals in programs: it panics when s is not valid.
func MustParsePortSet(s string) PortSet {
	set, err := ParsePortSet(s)
	if err != nil {
		panic("portbook: MustParsePortSet: " + err.Error())
	}
	return set
}

// UnionAll returns the union of any number of sets.
func UnionAll(sets ...PortSet) PortSet {
	switch len(sets) { // few sets need none of the kilobytes for many
	case 0:
		return PortSet{}
	case 1:
		return sets[0]
	case 2:
		return sets[0].Union(sets[1])
	}
	return PortSet{portset.UnionAll(func(yield func(portset.Set) bool) {
		for _, s := range sets {
			if !yield(s.set) {
				return
			}
		}
	})}
}

// Union returns the pairs that are in s or in t.
func (s PortSet) Union(t PortSet) PortSet { return PortSet{portset.Union(s.set, t.set)} }

// Intersect returns the pairs that are in both s and t.
func (s PortSet) Intersect(t PortSet) PortSet { return PortSet{portset.Intersect(s.set, t.set)} }

// Subtract returns the pairs of s that are not in t.
func (s PortSet) Subtract(t PortSet) PortSet { return PortSet{portset.Subtract(s.set, t.set)} }

// Complement returns the pairs, of any of the 256 protocols, that are not in s.
// Intersect the result with "*/tcp */udp" to stay within the protocols of
// interest.
func (s PortSet) Complement() PortSet { return PortSet{portset.Complement(s.set)} }

// Contains reports whether port n of protocol p is in s.
func (s PortSet) Contains(p Protocol, n Port) bool {
	return s.set.Contains(portset.Key(uint8(p), uint16(n)))
}

// ContainsSet reports whether every pair of t is in s.
func (s PortSet) ContainsSet(t PortSet) bool { return portset.ContainsSet(s.set, t.set) }

// Overlaps reports whether s and t have a pair in common.
func (s PortSet) Overlaps(t PortSet) bool { return portset.Overlaps(s.set, t.set) }

// IsEmpty reports whether s has no pairs.
func (s PortSet) IsEmpty() bool { return s.set.IsEmpty() }

// Len returns the number of pairs in s.
func (s PortSet) Len() int { return s.set.Len() }

// Single returns the protocol and the port of a set of one pair; ok is false for
// every other set.
func (s PortSet) Single() (p Protocol, n Port, ok bool) {
	first, end := uint32(s.set.Hull()>>32), uint32(s.set.Hull())
	if end-first != 1 {
		return 0, 0, false
	}
	return Protocol(first >> 16), Port(first), true
}

// Protocols returns the protocols of which s has a port, in increasing order.
// Print them with %v: package fmt takes a list of small numbers for bytes where
// the verb is %s, and never calls String.
func (s PortSet) Protocols() []Protocol {
	var list []Protocol
	for _, p := range s.set.Protocols() {
		list = append(list, Protocol(p))
	}
	return list
}

// Ranges yields the ranges of one protocol in increasing order. They neither overlap nor touch.
func (s PortSet) Ranges(p Protocol) iter.Seq[PortRange] {
	return func(yield func(PortRange) bool) {
		lo, hi := portset.Key(uint8(p), 0), portset.Key(uint8(p), 65535)
		for first, last := range s.set.Within(lo, hi) {
			if !yield(PortRange{Port(first), Port(last)}) {
				return
			}
		}
	}
}

// All yields every range with its protocol: protocols by number, the ranges of
// each in increasing order.
func (s PortSet) All() iter.Seq2[Protocol, PortRange] {
	return func(yield func(Protocol, PortRange) bool) {
		for _, p := range s.Protocols() {
			for r := range s.Ranges(p) {
				if !yield(p, r) {
					return
				}
			}
		}
	}
}

// String returns the canonical text form, which [ParsePortSet] reads back as the
// same set, but for sets of more ranges than it reads. It is empty for the empty
// set.
func (s PortSet) String() string { return s.set.String() }

// AppendText appends what String returns.
func (s PortSet) AppendText(b []byte) ([]byte, error) { return s.set.AppendText(b), nil }

// MarshalText returns what String returns.
func (s PortSet) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// UnmarshalText reads what [ParsePortSet] reads.
func (s *PortSet) UnmarshalText(text []byte) (err error) {
	*s, err = ParsePortSet(string(text))
	return err
}

// ParseError reports that a text does not have the form that it should have. Its
// message quotes the input, says what is wrong, and what is expected.
type ParseError struct {
	Input  string // the text as given
	detail error
}

// Error quotes the input and says why it cannot be read.
func (e *ParseError) Error() string { return "portbook: " + e.detail.Error() }

// UnknownError reports that a text is well formed but names nothing known.
type UnknownError struct {
	Input  string // the text as given
	detail error
}

// Error quotes the input, and suggests known names that are similar.
func (e *UnknownError) Error() string { return "portbook: " + e.detail.Error() }

// publicError turns the error of an internal parser into one of the exported types.
func publicError(err error) error {
	var e *portset.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Unknown {
		return &UnknownError{e.Input, e}
	}
	return &ParseError{e.Input, e}
}
