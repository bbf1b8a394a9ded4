package portset

import (
	"strconv"
	"strings"
)

// What the parsers accept, for their errors.
const (
	acceptedProtocol = "a keyword such as tcp, udp or icmp, or a number from 0 to 255"
	acceptedPort     = "a number from 0 to 65535"
	acceptedRange    = "a port such as 443, a range such as 1024-65535, or *"
	acceptedSet      = "ports and a protocol, such as 80,443/tcp or 1024-65535/udp, separated by spaces"
)

// Error is what the parsers return: the input, the part of it that is wrong, why, and what is accepted.
type Error struct {
	Input, Part, Reason, Accepted string
	Unknown                       bool // well formed, but names nothing known
}

func (e *Error) Error() string {
	s := strconv.Quote(e.Part) + " " + e.Reason
	if e.Part != e.Input {
		s += " in " + strconv.Quote(e.Input)
	}
	return s + " (accepted: " + e.Accepted + ")"
}

// ParsePort reads a decimal port number.
func ParsePort(s string) (uint16, error) {
	if !isDigits(s) {
		return 0, &Error{Input: s, Part: s, Reason: "is not a port number", Accepted: acceptedPort}
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, &Error{Input: s, Part: s, Reason: "is above 65535, the highest port", Accepted: acceptedPort}
	}
	return uint16(n), nil
}

// ParsePortRange reads a port, a range of ports, or * for all of them.
func ParsePortRange(s string) (lo, hi uint16, err error) {
	if s == "*" {
		return 0, 65535, nil
	}
	from, to, isRange := strings.Cut(s, "-")
	if lo, err = ParsePort(from); err == nil && isRange {
		hi, err = ParsePort(to)
	} else {
		hi = lo
	}
	if err != nil {
		e := err.(*Error)
		e.Input, e.Accepted = s, acceptedRange
		return 0, 0, e
	}
	if lo > hi {
		return 0, 0, &Error{Input: s, Part: s, Reason: "is a reversed range", Accepted: acceptedRange}
	}
	return lo, hi, nil
}

// Parse reads the text form of a set: groups separated by spaces, each of them a list of ports and ranges, a slash, and a
// protocol. The protocol may be a range of numbers, or * for all of them. The empty text is the empty set.
func Parse(s string) (Set, error) {
	var ranges [][2]uint32
	for group := range strings.FieldsSeq(s) {
		list, protocol, ok := strings.Cut(group, "/")
		if !ok {
			return Set{}, &Error{Input: s, Part: group, Reason: "has no protocol", Accepted: acceptedSet}
		}
		first, last, err := parseProtocols(protocol)
		if err != nil {
			return Set{}, within(err, s)
		}
		for item := range strings.SplitSeq(list, ",") {
			lo, hi, err := ParsePortRange(item)
			if err != nil {
				return Set{}, within(err, s)
			}
			for p := int(first); p <= int(last); p++ {
				ranges = append(ranges, [2]uint32{Key(uint8(p), lo), Key(uint8(p), hi)})
			}
		}
	}
	return FromRanges(ranges), nil
}

func within(err error, input string) error {
	e := err.(*Error)
	e.Input = input
	return e
}

// parseProtocols reads one protocol, a range of protocol numbers, or *.
func parseProtocols(s string) (first, last uint8, err error) {
	if s == "*" {
		return 0, 255, nil
	}
	from, to, isRange := strings.Cut(s, "-")
	if !isRange || !isDigits(from) { // a keyword may hold a hyphen
		first, err = ParseProtocol(s)
		return first, first, err
	}
	if first, err = ParseProtocol(from); err != nil {
		return 0, 0, err
	}
	if last, err = ParseProtocol(to); err != nil {
		return 0, 0, err
	}
	if first > last {
		return 0, 0, &Error{Input: s, Part: s, Reason: "is a reversed range of protocols", Accepted: acceptedProtocol}
	}
	return first, last, nil
}

// AppendPortRange appends the text form of a range of ports: 443, 1024-65535, or * for all.
func AppendPortRange(b []byte, lo, hi uint16) []byte {
	switch {
	case lo == 0 && hi == 65535:
		return append(b, '*')
	case lo == hi:
		return strconv.AppendUint(b, uint64(lo), 10)
	}
	b = strconv.AppendUint(b, uint64(lo), 10)
	b = append(b, '-')
	return strconv.AppendUint(b, uint64(hi), 10)
}

// AppendText appends the canonical text form: protocols in the order of their numbers, neighbouring protocols with the same
// ports as one range of numbers, so that a complement stays short. Parse reads it back.
func (s Set) AppendText(b []byte) []byte {
	start := len(b)
	for p := 0; p < 256; p++ {
		ports := s.ports(uint8(p))
		if ports.IsEmpty() {
			continue
		}
		first := p
		for p < 255 && s.ports(uint8(p+1)) == ports {
			p++
		}
		if len(b) > start {
			b = append(b, ' ')
		}
		b = appendGroup(b, ports, first, p)
	}
	return b
}

// ports returns the ports of one protocol, as keys of protocol 0.
func (s Set) ports(protocol uint8) Set {
	lo, hi := Key(protocol, 0), Key(protocol, 65535)
	if s.end() <= lo || s.first() > hi {
		return Set{}
	}
	words := []uint32{0}
	for a, z := range s.Within(lo, hi) {
		words = append(words, a-lo, z-lo+1)
	}
	return freeze(append(words, Universe))
}

func appendGroup(b []byte, ports Set, first, last int) []byte {
	comma := false
	for lo, hi := range ports.All() {
		if comma {
			b = append(b, ',')
		}
		b = AppendPortRange(b, uint16(lo), uint16(hi))
		comma = true
	}
	b = append(b, '/')
	switch {
	case first == last:
		return append(b, ProtocolName(uint8(first))...)
	case first == 0 && last == 255:
		return append(b, '*')
	}
	b = strconv.AppendInt(b, int64(first), 10)
	b = append(b, '-')
	return strconv.AppendInt(b, int64(last), 10)
}

// String returns the canonical text form; it is empty for the empty set.
func (s Set) String() string { return string(s.AppendText(nil)) }

// Protocols returns the numbers of the protocols of which s has a port, in increasing order.
func (s Set) Protocols() []uint8 {
	var list []uint8
	for lo, hi := range s.All() {
		for p := lo >> 16; p <= hi>>16; p++ {
			if n := len(list); n == 0 || list[n-1] != uint8(p) {
				list = append(list, uint8(p))
			}
		}
	}
	return list
}
