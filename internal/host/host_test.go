package host

import (
	"net/netip"
	"strings"
	"testing"
)

// TestParse checks each form of a host, its canonical text and its parts.
func TestParse(t *testing.T) {
	for _, c := range []struct{ in, text, name, prefix, first, last string }{
		{in: "example.com", name: "example.com"},
		{in: "Files.TrendMicro.COM", text: "files.trendmicro.com", name: "files.trendmicro.com"},
		{in: "*.example.com", name: "*.example.com"},
		{in: "*cdn.example.net", name: "*cdn.example.net"},
		{in: "xsi*.example.net", name: "xsi*.example.net"},
		{in: "autodiscover.*.example.com", name: "autodiscover.*.example.com"},
		{in: "db01", name: "db01"},
		{in: "3com", name: "3com"},
		{in: "_ldap._tcp.dc_01.example", name: "_ldap._tcp.dc_01.example"},
		{in: "xn--r8jz45g.jp", name: "xn--r8jz45g.jp"},
		{in: "10.example", name: "10.example"},
		{in: strings.Repeat("a", 63) + ".example", name: strings.Repeat("a", 63) + ".example"},
		{in: "192.0.2.1", prefix: "192.0.2.1/32", first: "192.0.2.1", last: "192.0.2.1"},
		{in: "192.0.2.1/32", text: "192.0.2.1", prefix: "192.0.2.1/32", first: "192.0.2.1", last: "192.0.2.1"},
		{in: "192.0.2.0/23", text: "192.0.2.0/23", prefix: "192.0.2.0/23", first: "192.0.2.0", last: "192.0.3.255"},
		{in: "0.0.0.0/0", prefix: "0.0.0.0/0", first: "0.0.0.0", last: "255.255.255.255"},
		{in: "192.0.2.8/29", prefix: "192.0.2.8/29", first: "192.0.2.8", last: "192.0.2.15"},
		{in: "192.0.2.1-192.0.2.9", first: "192.0.2.1", last: "192.0.2.9"},
		{in: "192.0.2.0-192.0.2.255", first: "192.0.2.0", last: "192.0.2.255"}, // stays what was published
		{in: "192.0.2.1-192.0.2.1", text: "192.0.2.1", prefix: "192.0.2.1/32", first: "192.0.2.1", last: "192.0.2.1"},
		{in: "2001:DB8:0:0::1", text: "2001:db8::1", prefix: "2001:db8::1/128", first: "2001:db8::1", last: "2001:db8::1"},
		{in: "2001:db8::/127", prefix: "2001:db8::/127", first: "2001:db8::", last: "2001:db8::1"},
		{in: "2001:db8::1-2001:db8::ff", first: "2001:db8::1", last: "2001:db8::ff"},
	} {
		h, err := Parse(c.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", c.in, err)
			continue
		}
		if c.text == "" {
			c.text = c.in
		}
		name, isName := h.Name()
		prefix, isPrefix := h.Prefix()
		first, last, isRange := h.Range()
		if h.String() != c.text || h.IsZero() || name != c.name || isName != (c.name != "") ||
			isPrefix != (c.prefix != "") || isPrefix && prefix.String() != c.prefix ||
			isRange != (c.first != "") || isRange && (first.String() != c.first || last.String() != c.last) {
			t.Errorf("Parse(%q) = %q, name %q, prefix %v, range %v to %v; want %+v", c.in, h, name, prefix, first, last, c)
		}
		if again, err := Parse(h.String()); err != nil || again != h {
			t.Errorf("Parse(%q) = %v, %v; want the same host", h, again, err)
		}
	}
}

// TestEqual checks that hosts are equal exactly when their texts are.
func TestEqual(t *testing.T) {
	texts := []string{"example.com", "*.example.com", "192.0.2.0", "192.0.2.0/24", "192.0.2.0/25", "192.0.2.0-192.0.2.255", "192.0.2.0-192.0.2.254",
		"::", "::/0", "0.0.0.0/0", "0.0.0.0"}
	for i, x := range texts {
		for j, y := range texts {
			a, _ := Parse(x)
			b, _ := Parse(y)
			if (a == b) != (i == j) {
				t.Errorf("%q == %q is %v", x, y, a == b)
			}
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", `"" is empty (expected: ` + expectedHost + ")"},
		{"example..com", `"example..com" is not a DNS name (expected: ` + expectedName + ")"},
		{"example.com.", `"example.com." is not a DNS name (expected: ` + expectedName + ")"},
		{"-a.example", `"-a.example" is not a DNS name (expected: ` + expectedName + ")"},
		{"a-.example", `"a-.example" is not a DNS name (expected: ` + expectedName + ")"},
		{"a b", `"a b" is not a DNS name (expected: ` + expectedName + ")"},
		{"例え.jp", `"例え.jp" is not a DNS name (expected: ` + expectedName + ")"},
		{strings.Repeat("a", 64) + ".example", `"` + strings.Repeat("a", 64) + `.example" is not a DNS name (expected: ` + expectedName + ")"},
		{strings.Repeat("a.", 126) + "ab", `"` + strings.Repeat("a.", 126) + `ab" is longer than the 253 bytes of a DNS name (expected: ` + expectedHost + ")"},
		{strings.Repeat("a", 301), `"` + strings.Repeat("a", 300) + `..." is longer than a host can be (expected: ` + expectedHost + ")"},
		{"*", `"*" has a wildcard in its last label (expected: ` + expectedName + ")"},
		{"www.example.*", `"www.example.*" has a wildcard in its last label (expected: ` + expectedName + ")"},
		{"192.0.2.300", `"192.0.2.300" ends like an address (expected: ` + expectedHost + ")"},
		{"192.0.2", `"192.0.2" ends like an address (expected: ` + expectedHost + ")"},
		{"192.0.2.01", `"192.0.2.01" ends like an address (expected: ` + expectedHost + ")"},
		{"443", `"443" ends like an address (expected: ` + expectedHost + ")"},
		{"https://example.com", `"https://example.com" is not a prefix (expected: a prefix such as 192.0.2.0/24)`},
		{"192.0.2.0/33", `"192.0.2.0/33" is not a prefix (expected: a prefix such as 192.0.2.0/24)`},
		{"192.0.2.1/24", `"192.0.2.1/24" has bits behind its length (expected: 192.0.2.0/24)`},
		{"example.com:443", `"example.com:443" is not an address (expected: ` + expectedHost + ")"},
		{"192.0.2.9-192.0.2.1", `"192.0.2.9-192.0.2.1" is a reversed range (expected: ` + expectedRange + ")"},
		{"192.0.2.1-9", `"192.0.2.1-9" is not a range of addresses (expected: ` + expectedRange + ")"},
		{"192.0.2.1-2001:db8::1", `"192.0.2.1-2001:db8::1" mixes IPv4 and IPv6 (expected: ` + expectedRange + ")"},
		{"fe80::1%eth0", `"fe80::1%eth0" has a zone (expected: ` + expectedZone + ")"},
		{"fe80::1%a-fe80::2%b", `"fe80::1%a-fe80::2%b" has a zone (expected: ` + expectedZone + ")"},
		{"fe80::1-fe80::2%b", `"fe80::1-fe80::2%b" has a zone (expected: ` + expectedZone + ")"},
		{"::ffff:192.0.2.1", `"::ffff:192.0.2.1" is an IPv4 address in the form of IPv6 (expected: 192.0.2.1)`},
		{"::ffff:192.0.2.1-192.0.2.9", `"::ffff:192.0.2.1-192.0.2.9" is an IPv4 address in the form of IPv6 (expected: 192.0.2.1)`},
	} {
		h, err := Parse(c.in)
		if err == nil || err.Error() != c.want || !h.IsZero() {
			t.Errorf("Parse(%q) = %q, %v; want %s", c.in, h, err, c.want)
		}
	}
}

func TestZero(t *testing.T) {
	var h Host
	_, isName := h.Name()
	_, isPrefix := h.Prefix()
	_, _, isRange := h.Range()
	if h.String() != "" || !h.IsZero() || isName || isPrefix || isRange {
		t.Errorf("the zero host is %q, name %v, prefix %v, range %v", h, isName, isPrefix, isRange)
	}
}

// FuzzParse checks that what is read has a text that reads as the same host,
// and that the bounds of addresses are of one family, in order and in the
// prefix.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"example.com", "*cdn.example.net", "db01", "192.0.2.1", "192.0.2.0/24", "192.0.2.1-192.0.2.9", "2001:db8::/32",
		"2001:db8::1-2001:db8::9", "fe80::1%eth0", "::ffff:1.2.3.4", "a-b", "1.2.3.4-x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := Parse(s)
		if err != nil {
			if !h.IsZero() {
				t.Fatalf("Parse(%q) = %q and an error", s, h)
			}
			return
		}
		if again, err := Parse(h.String()); err != nil || again != h {
			t.Fatalf("Parse(%q) = %q, which reads as %q, %v", s, h, again, err)
		}
		first, last, isRange := h.Range()
		if _, isName := h.Name(); isName == isRange {
			t.Fatalf("%q is both or neither a name and addresses", h)
		}
		if !isRange {
			return
		}
		if last.Less(first) || first.BitLen() != last.BitLen() || first.Zone()+last.Zone() != "" {
			t.Fatalf("%q runs from %v to %v", h, first, last)
		}
		if p, ok := h.Prefix(); ok && (p.Addr() != first || !p.Contains(last) || next(last).IsValid() && p.Contains(next(last))) {
			t.Fatalf("%q ends at %v, which is not the end of %v", h, last, p)
		}
	})
}

func next(a netip.Addr) netip.Addr { return a.Next() }
