// Package host implements the places on a network behind portbook.Host: DNS
// names, prefixes and ranges of addresses. The data format and the public API
// read them with the one parser of this package.
package host

import (
	"net/netip"
	"strconv"
	"strings"
)

// Host is a DNS name, a prefix, or a range of addresses. Hosts are equal (==)
// exactly when they have the same text. The zero value is not a host.
//
// It holds its canonical text alone, so that a program which only shows hosts
// does not link what reads them.
type Host struct{ text string }

// FromText returns the host with a canonical text, which the text of another
// one is. It checks nothing.
func FromText(text string) Host { return Host{text} }

// Error is what Parse returns: the input, why it is not a host, and what is
// expected in its place.
type Error struct{ Input, Reason, Expected string }

func (e *Error) Error() string {
	return strconv.Quote(e.Input) + " " + e.Reason + " (expected: " + e.Expected + ")"
}

// What the parser expects, for its errors.
const (
	expectedHost  = "a DNS name, an address, a prefix, or a range of addresses"
	expectedRange = "two addresses of one family, the lower one first, such as 192.0.2.1-192.0.2.9"
	expectedName  = "labels of letters, digits, hyphens, underscores and wildcards (*) joined by dots, such as *.example.com"
	expectedZone  = "an address without a zone: a zone names an interface of one machine"

	maxName  = 253 // bytes of a DNS name
	maxLabel = 63
	maxInput = 300 // no host is longer; errors quote no more
)

// Parse reads a host in text form:
//
//   - a DNS name: example.com, db01, *.example.com, *cdn.example.net,
//     autodiscover.*.example.com;
//   - an address: 192.0.2.1, 2001:db8::1;
//   - a prefix: 192.0.2.0/24;
//   - a range of addresses of one family: 192.0.2.1-192.0.2.9.
func Parse(s string) (Host, error) {
	if len(s) > maxInput {
		return Host{}, &Error{strings.ToValidUTF8(s[:maxInput], "") + "...", "is longer than a host can be", expectedHost}
	}
	if strings.Contains(s, "/") {
		return parsePrefix(s)
	}
	first, last, isRange := strings.Cut(s, "-")
	lo, err := netip.ParseAddr(first)
	switch {
	case err == nil && isRange:
		return parseRange(s, lo, last)
	case err == nil:
		if reason, expected := unfit(lo); reason != "" {
			return Host{}, &Error{s, reason, expected}
		}
		return fromPrefix(netip.PrefixFrom(lo, lo.BitLen())), nil
	case strings.Contains(s, ":"):
		return Host{}, &Error{s, "is not an address", expectedHost}
	}
	return parseName(s)
}

// unfit returns why an address stands for no place on a network, "" if it does.
func unfit(a netip.Addr) (reason, expected string) {
	switch {
	case a.Zone() != "":
		return "has a zone", expectedZone
	case a.Is4In6():
		return "is an IPv4 address in the form of IPv6", a.Unmap().String()
	}
	return "", ""
}

func parsePrefix(s string) (Host, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return Host{}, &Error{s, "is not a prefix", "a prefix such as 192.0.2.0/24"}
	}
	if reason, expected := unfit(p.Addr()); reason != "" {
		return Host{}, &Error{s, reason, expected}
	}
	if p != p.Masked() {
		return Host{}, &Error{s, "has bits behind its length", p.Masked().String()}
	}
	return fromPrefix(p), nil
}

// fromPrefix returns a prefix, as an address if it has full length.
func fromPrefix(p netip.Prefix) Host {
	if p.IsSingleIP() {
		return Host{p.Addr().String()}
	}
	return Host{p.String()}
}

// lastOf returns the last address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(bytes); i++ {
		bytes[i/8] |= 1 << (7 - i%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

func parseRange(s string, lo netip.Addr, last string) (Host, error) {
	hi, err := netip.ParseAddr(last)
	if err != nil {
		return Host{}, &Error{s, "is not a range of addresses", expectedRange}
	}
	for _, a := range []netip.Addr{lo, hi} {
		if reason, expected := unfit(a); reason != "" {
			return Host{}, &Error{s, reason, expected}
		}
	}
	switch {
	case lo.BitLen() != hi.BitLen():
		return Host{}, &Error{s, "mixes IPv4 and IPv6", expectedRange}
	case hi.Less(lo):
		return Host{}, &Error{s, "is a reversed range", expectedRange}
	case lo == hi:
		return fromPrefix(netip.PrefixFrom(lo, lo.BitLen())), nil
	}
	return Host{lo.String() + "-" + hi.String()}, nil
}

func parseName(s string) (Host, error) {
	if s == "" {
		return Host{}, &Error{s, "is empty", expectedHost}
	}
	if len(s) > maxName {
		return Host{}, &Error{s, "is longer than the " + strconv.Itoa(maxName) + " bytes of a DNS name", expectedHost}
	}
	last := ""
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) {
			return Host{}, &Error{s, "is not a DNS name", expectedName}
		}
		last = label
	}
	switch {
	case strings.Trim(last, "0123456789") == "":
		return Host{}, &Error{s, "ends like an address", expectedHost}
	case strings.Contains(last, "*"):
		return Host{}, &Error{s, "has a wildcard in its last label", expectedName}
	}
	return Host{strings.ToLower(s)}, nil
}

// isLabel reports whether s can be a label of a DNS name, wildcards included.
func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '*':
		default:
			return false
		}
	}
	return true
}

// IsZero reports whether h is the zero value.
func (h Host) IsZero() bool { return h == Host{} }

// Name returns a DNS name in lower case; ok is false for addresses.
func (h Host) Name() (name string, ok bool) {
	if h.text == "" || h.isAddresses() {
		return "", false
	}
	return h.text, true
}

// isAddresses reports whether the text is one of addresses: no name has a colon
// or a slash, or ends in a label of digits.
func (h Host) isAddresses() bool {
	last := h.text[strings.LastIndexByte(h.text, '.')+1:]
	return strings.ContainsAny(h.text, ":/") || h.text != "" && strings.Trim(last, "0123456789") == ""
}

// Prefix returns a prefix, which has full length for a single address; ok is
// false for names and for ranges.
func (h Host) Prefix() (p netip.Prefix, ok bool) {
	if !h.isAddresses() || strings.Contains(h.text, "-") {
		return netip.Prefix{}, false
	}
	if strings.Contains(h.text, "/") {
		p, err := netip.ParsePrefix(h.text)
		return p, err == nil
	}
	a, err := netip.ParseAddr(h.text)
	return netip.PrefixFrom(a, a.BitLen()), err == nil
}

// Range returns the first and the last address of a range, a prefix or a
// single address; ok is false for names.
func (h Host) Range() (first, last netip.Addr, ok bool) {
	if p, ok := h.Prefix(); ok {
		return p.Addr(), lastOf(p), true
	}
	if !h.isAddresses() {
		return first, last, false
	}
	lo, hi, _ := strings.Cut(h.text, "-")
	first, err := netip.ParseAddr(lo)
	if err != nil {
		return first, last, false
	}
	last, err = netip.ParseAddr(hi)
	return first, last, err == nil
}

// String returns the text form, which Parse reads back; it is empty for the
// zero value.
func (h Host) String() string { return h.text }
