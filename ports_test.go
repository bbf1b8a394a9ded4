package portbook_test

import (
	stdcmp "cmp"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
)

func TestPortSetText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"443,80/tcp", "80,443/tcp"},
		{"514/udp 80/tcp 81/tcp", "80-81/tcp 514/udp"},
		{"*/udp", "*/udp"},
		{"8/icmp", "8/icmp"},
		{"22/*", "22/*"},
	} {
		var s portbook.PortSet
		if err := s.UnmarshalText([]byte(c.in)); err != nil {
			t.Errorf("UnmarshalText(%q): %v", c.in, err)
			continue
		}
		text, err := s.MarshalText()
		if err != nil || string(text) != c.want || s.String() != c.want {
			t.Errorf("%q prints %q, %v, and %q; want %q", c.in, text, err, s, c.want)
		}
	}
}

func TestParseErrorTypes(t *testing.T) {
	parse := map[string]func(string) error{
		"PortSet":   func(s string) error { _, err := portbook.ParsePortSet(s); return err },
		"Protocol":  func(s string) error { _, err := portbook.ParseProtocol(s); return err },
		"Port":      func(s string) error { _, err := portbook.ParsePort(s); return err },
		"PortRange": func(s string) error { _, err := portbook.ParsePortRange(s); return err },
	}
	for _, c := range []struct {
		kind, in string
		unknown  bool
		want     string
	}{
		{"PortSet", "443", false, `portbook: "443" has no protocol (expected: a protocol too, such as 443/tcp or 443/udp)`},
		{"PortSet", "443/tpc", true, `portbook: "tpc" is not a known protocol in "443/tpc" (expected: a keyword such as tcp, udp, or icmp, or a number from 0 to 255)`},
		{"Protocol", "256", false, `portbook: "256" is above 255, the highest protocol number (expected: a keyword such as tcp, udp, or icmp, or a number from 0 to 255)`},
		{"Protocol", "tpc", true, `portbook: "tpc" is not a known protocol (expected: a keyword such as tcp, udp, or icmp, or a number from 0 to 255)`},
		{"PortSet", "1,024/tcp", false, `portbook: "024" has a leading zero in "1,024/tcp" (expected: numbers without leading zeros and without commas between thousands, such as 1024)`},
		{"Protocol", "06", false, `portbook: "06" has a leading zero (expected: a keyword such as tcp, udp, or icmp, or a number from 0 to 255)`},
		{"Protocol", "\u017fctp", true, `portbook: "ſctp" is not a known protocol (expected: a keyword such as tcp, udp, or icmp, or a number from 0 to 255)`},
		{"Port", "0080", false, `portbook: "0080" has a leading zero (expected: numbers without leading zeros and without commas between thousands, such as 1024)`},
		{"Port", "65536", false, `portbook: "65536" is above 65535, the highest port (expected: a number from 0 to 65535)`},
		{"PortRange", "9-5", false, `portbook: "9-5" is a reversed range (expected: a port such as 443, a range such as 1024-65535, or *)`},
	} {
		err := parse[c.kind](c.in)
		var malformed *portbook.ParseError
		var unknown *portbook.UnknownError
		if errors.As(err, &unknown) != c.unknown || errors.As(err, &malformed) == c.unknown {
			t.Errorf("Parse%s(%q) = %T, want unknown: %v", c.kind, c.in, err, c.unknown)
			continue
		}
		if err.Error() != c.want {
			t.Errorf("Parse%s(%q):\n got %s\nwant %s", c.kind, c.in, err, c.want)
		}
	}
}

// TestProtocolNumbers checks the constants against IANA's numbers.
func TestProtocolNumbers(t *testing.T) {
	for _, c := range []struct {
		protocol portbook.Protocol
		number   uint8
		name     string
	}{
		{portbook.ICMP, 1, "icmp"}, {portbook.IGMP, 2, "igmp"}, {portbook.TCP, 6, "tcp"}, {portbook.UDP, 17, "udp"},
		{portbook.DCCP, 33, "dccp"}, {portbook.GRE, 47, "gre"}, {portbook.ESP, 50, "esp"}, {portbook.AH, 51, "ah"},
		{portbook.IPv6ICMP, 58, "ipv6-icmp"}, {portbook.SCTP, 132, "sctp"}, {portbook.UDPLite, 136, "udplite"},
		{0, 0, "hopopt"}, {61, 61, "61"}, {255, 255, "reserved"},
	} {
		back, err := portbook.ParseProtocol(c.name)
		if uint8(c.protocol) != c.number || c.protocol.String() != c.name || err != nil || back != c.protocol {
			t.Errorf("protocol %d is %d, prints %q, and reads back as %v, %v; want %q", c.number, c.protocol, c.protocol, back, err, c.name)
		}
	}
}

// TestTextForms checks that String, MarshalText and AppendText agree, and that
// UnmarshalText reads them back, or returns an error and the zero value.
func TestTextForms(t *testing.T) {
	check := func(want string, x fmt.Stringer, y encoding.TextUnmarshaler) {
		t.Helper()
		marshaled, err := x.(encoding.TextMarshaler).MarshalText()
		appended, err2 := x.(encoding.TextAppender).AppendText([]byte("before "))
		if err != nil || err2 != nil || x.String() != want || string(marshaled) != want || string(appended) != "before "+want {
			t.Errorf("%T prints %q, %q (%v) and %q (%v), want %q", x, x, marshaled, err, appended, err2, want)
		}
		if err := y.UnmarshalText(marshaled); err != nil || y.(fmt.Stringer).String() != want {
			t.Errorf("%T: %q reads back as %v, %v", x, marshaled, y, err)
		}
		var malformed *portbook.ParseError
		var unknown *portbook.UnknownError
		if err := y.UnmarshalText([]byte("no such thing")); !errors.As(err, &malformed) && !errors.As(err, &unknown) {
			t.Errorf("%T reads nonsense: %v", x, err)
		}
	}
	all, _ := portbook.PortRangeFrom(0, 65535)
	some, _ := portbook.PortRangeFrom(7, 9)
	check("tcp", portbook.TCP, new(portbook.Protocol))
	check("99", portbook.Protocol(99), new(portbook.Protocol))
	check("0", portbook.Port(0), new(portbook.Port))
	check("65535", portbook.Port(65535), new(portbook.Port))
	check("*", all, new(portbook.PortRange))
	check("7-9", some, new(portbook.PortRange))
	check("0", portbook.PortRange{}, new(portbook.PortRange))
	check("80,443/tcp 514/udp", portbook.MustParsePortSet("80,443/tcp 514/udp"), new(portbook.PortSet))
}

func TestPortJSON(t *testing.T) {
	type listener struct {
		Port   portbook.Port         `json:"port"`
		Next   *portbook.Port        `json:"next"`
		ByPort map[portbook.Port]int `json:"byPort"`
	}
	in := listener{Port: 443, ByPort: map[portbook.Port]int{80: 1}}
	data, err := json.Marshal(in)
	if want := `{"port":443,"next":null,"byPort":{"80":1}}`; err != nil || string(data) != want {
		t.Fatalf("JSON is %s, %v, want %s", data, err, want)
	}
	var out listener
	if err := json.Unmarshal(data, &out); err != nil || !cmp.Equal(in, out) {
		t.Errorf("JSON reads back as %v, %v", out, err)
	}
	kept := portbook.Port(5)
	if err := json.Unmarshal([]byte("null"), &kept); err != nil || kept != 5 {
		t.Errorf("null changes a port to %v, %v", kept, err)
	}
	for _, s := range []string{`"443`, `"`, `"x"`, `"0443"`, `""`, `65536`, `-1`, `1.5`, `4e2`, `{}`, `true`} {
		if err := json.Unmarshal([]byte(s), &kept); err == nil {
			t.Errorf("%s is read as port %v", s, kept)
		}
	}
}

func TestSingle(t *testing.T) {
	for _, c := range []struct {
		in       string
		protocol portbook.Protocol
		port     portbook.Port
		ok       bool
	}{
		{"443/tcp", portbook.TCP, 443, true},
		{"0/hopopt", 0, 0, true},
		{"65535/255", 255, 65535, true},
		{"65535/tcp", portbook.TCP, 65535, true},
		{"8/icmp", portbook.ICMP, 8, true},
		{"", 0, 0, false},
		{"80-81/tcp", 0, 0, false},
		{"80,443/tcp", 0, 0, false},
		{"53/tcp 53/udp", 0, 0, false},
		{"65535/6 0/7", 0, 0, false},
		{"*/*", 0, 0, false},
	} {
		p, n, ok := portbook.MustParsePortSet(c.in).Single()
		if p != c.protocol || n != c.port || ok != c.ok {
			t.Errorf("the single port of %q is %v/%v, %v", c.in, n, p, ok)
		}
		if ok && portbook.PortSetOf(p, n).String() != portbook.MustParsePortSet(c.in).String() {
			t.Errorf("%v/%v is not %q", n, p, c.in)
		}
	}
}

func TestPortRangeCompare(t *testing.T) {
	var sorted []portbook.PortRange
	for _, s := range []string{"0", "0-1", "*", "1", "1-2", "80", "443-444", "65535"} {
		r, err := portbook.ParsePortRange(s)
		if err != nil {
			t.Fatal(err)
		}
		sorted = append(sorted, r)
	}
	for i, r := range sorted {
		for j, s := range sorted {
			if got := r.Compare(s); got != stdcmp.Compare(i, j) {
				t.Errorf("%v.Compare(%v) = %d", r, s, got)
			}
		}
	}
}

// TestProtocolsPrint pins how a list of protocols prints: %s is of no use, since
// package fmt prints lists of 8-bit numbers as bytes.
func TestProtocolsPrint(t *testing.T) {
	list := portbook.MustParsePortSet("80/tcp 53/udp").Protocols()
	if got := fmt.Sprintf("%v", list); got != "[tcp udp]" {
		t.Errorf("protocols print as %s", got)
	}
	if got := fmt.Sprint(list); got != "[tcp udp]" {
		t.Errorf("protocols print as %s", got)
	}
}

func TestPortSetAlgebra(t *testing.T) {
	set := portbook.MustParsePortSet
	a, b := set("80,443/tcp 53/udp"), set("443-500/tcp 53/udp")
	for _, c := range []struct {
		name      string
		got, want portbook.PortSet
	}{
		{"union", a.Union(b), set("80,443-500/tcp 53/udp")},
		{"intersect", a.Intersect(b), set("443/tcp 53/udp")},
		{"subtract", a.Subtract(b), set("80/tcp")},
		{"complement twice", a.Complement().Complement(), a},
		{"De Morgan", a.Union(b).Complement(), a.Complement().Intersect(b.Complement())},
		{"absorption", a.Union(a.Intersect(b)), a},
		{"union of all", portbook.UnionAll(a, b, portbook.PortSet{}), a.Union(b)},
		{"of ports", portbook.PortSetOf(portbook.TCP, 443, 80, 80), set("80,443/tcp")},
		{"of nothing", portbook.PortSetOf(portbook.TCP), portbook.PortSet{}},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q, want %q", c.name, c.got, c.want)
		}
	}
	if !a.Contains(portbook.TCP, 443) || a.Contains(portbook.UDP, 443) || !a.Overlaps(b) || a.ContainsSet(b) || !b.ContainsSet(set("450/tcp")) {
		t.Error("membership of the sets is wrong")
	}
	if n := a.Complement().Len() + a.Len(); n != 256*65536 {
		t.Errorf("a set and its complement have %d members", n)
	}
	if byPorts := map[portbook.PortSet]int{set("80/tcp 443/tcp"): 1}; byPorts[set("443,80/tcp")] != 1 {
		t.Error("equal sets are different keys of a map")
	}
}

func TestPortSetIteration(t *testing.T) {
	type item struct {
		Protocol portbook.Protocol
		Range    string
	}
	var got []item
	s := portbook.MustParsePortSet("65535/tcp 0/7 53/udp 80,443/tcp")
	for p, r := range s.All() {
		got = append(got, item{p, r.String()})
	}
	want := []item{{portbook.TCP, "80"}, {portbook.TCP, "443"}, {portbook.TCP, "65535"}, {7, "0"}, {portbook.UDP, "53"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("All (-want +got):\n%s", diff)
	}
	for range s.All() {
		break // a loop may stop early
	}
	for r := range s.Ranges(portbook.SCTP) {
		t.Errorf("Ranges(SCTP) yields %v", r)
	}
}

func TestPortRange(t *testing.T) {
	r, ok := portbook.PortRangeFrom(10, 20)
	if !ok || r.Len() != 11 || !r.Contains(20) || r.Contains(21) || r.First() != 10 || r.Last() != 20 {
		t.Errorf("range 10-20 is %v, %v", r, ok)
	}
	if _, ok := portbook.PortRangeFrom(20, 10); ok {
		t.Error("a reversed range is accepted")
	}
	if got := portbook.PortSetFrom(portbook.UDP, r).String(); got != "10-20/udp" {
		t.Errorf("set of the range is %q", got)
	}
	var back portbook.PortRange
	text, _ := r.MarshalText()
	if err := back.UnmarshalText(text); err != nil || back != r {
		t.Errorf("%q reads back as %v, %v", text, back, err)
	}
}

func TestPortSetJSON(t *testing.T) {
	type rule struct {
		Ports    portbook.PortSet  `json:"ports"`
		Protocol portbook.Protocol `json:"protocol"`
	}
	in := rule{portbook.MustParsePortSet("80/tcp"), portbook.IPv6ICMP}
	data, err := json.Marshal(in)
	if err != nil || string(data) != `{"ports":"80/tcp","protocol":"ipv6-icmp"}` {
		t.Fatalf("JSON is %s, %v", data, err)
	}
	var out rule
	if err := json.Unmarshal(data, &out); err != nil || out != in {
		t.Errorf("JSON reads back as %v, %v", out, err)
	}
}

func TestMustParsePortSetPanics(t *testing.T) {
	defer func() {
		if r := recover(); r == nil {
			t.Error("MustParsePortSet accepts a malformed literal")
		}
	}()
	portbook.MustParsePortSet("80")
}
