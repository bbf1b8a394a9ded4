package portset

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// What the parsers expect, for their errors.
const (
	expectedProtocol  = "a keyword such as tcp, udp, or icmp, or a number from 0 to 255"
	expectedProtocols = "a protocol, a range of protocol numbers such as 0-5, or *"
	expectedPort      = "a number from 0 to 65535"
	expectedRange     = "a port such as 443, a range such as 1024-65535, or *"
	expectedPlain     = "numbers without leading zeros and without commas between thousands, such as 1024"
)

// Reasons that decide what is expected.
const (
	tooHigh     = "is too high" // the parsers say which number is the highest
	leadingZero = "has a leading zero"
	reversed    = "is a reversed range"
)

// Error is what the parsers return: the input, the part of it that is wrong,
// why, and what is expected.
type Error struct {
	Input, Part, Reason, Expected string

	Unknown bool // well formed, but names nothing known
}

func (e *Error) Error() string {
	s := quote(e.Part) + " " + e.Reason
	if e.Part != e.Input {
		s += " in " + quote(e.Input)
	}
	return s + " (expected: " + e.Expected + ")"
}

// quote quotes a text, or the beginning of one that is long.
func quote(s string) string {
	const most = 200
	if len(s) <= most {
		return strconv.Quote(s)
	}
	n := most
	for n > most-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return strconv.Quote(s[:n]) + "..."
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// parseNumber reads digits. The reason is empty, leadingZero or tooHigh.
func parseNumber(digits string, most uint32) (n uint32, reason string) {
	if len(digits) > 1 && digits[0] == '0' {
		return 0, leadingZero
	}
	for i := range len(digits) {
		if n = 10*n + uint32(digits[i]-'0'); n > most {
			return 0, tooHigh
		}
	}
	return n, ""
}

// ParsePort reads a decimal port number. Leading zeros are refused: some
// programs read such numbers as octal, and the "024" of "1,024" has one.
func ParsePort(s string) (uint16, error) {
	if isDigits(s) {
		if n, reason := parseNumber(s, 65535); reason == "" {
			return uint16(n), nil
		}
	}
	return 0, portError(s)
}

// portError explains why a text is not a port number.
func portError(s string) error {
	e := &Error{Input: s, Part: s, Reason: "is not a port number", Expected: expectedPort}
	if isDigits(s) {
		_, reason := parseNumber(s, 65535)
		if reason == tooHigh {
			e.Reason = "is above 65535, the highest port"
		} else {
			e.Reason, e.Expected = reason, expectedPlain
		}
	} else if isDigits(strings.ReplaceAll(s, ",", "")) {
		e.Reason, e.Expected = "has a comma", expectedPlain
	}
	return e
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
		e.Input = s
		if e.Expected == expectedPort {
			e.Expected = expectedRange
		}
		return 0, 0, e
	}
	if lo > hi {
		return 0, 0, &Error{Input: s, Part: s, Reason: reversed, Expected: expectedRange}
	}
	return lo, hi, nil
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
	if !isDigits(to) {
		return 0, 0, &Error{Input: s, Part: s, Reason: "is not a range of protocol numbers", Expected: expectedProtocols}
	}
	if first, err = parseProtocolNumber(from); err != nil {
		return 0, 0, err
	}
	if last, err = parseProtocolNumber(to); err != nil {
		return 0, 0, err
	}
	if first > last {
		return 0, 0, &Error{Input: s, Part: s, Reason: reversed, Expected: expectedProtocols}
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

// AppendText appends the canonical text form: protocols in the order of their
// numbers, neighboring protocols with the same ports as one range of numbers,
// so that a complement stays short. Parse reads it back, up to MaxRanges.
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
