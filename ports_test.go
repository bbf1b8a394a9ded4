package portbook_test

import (
	"encoding/json"
	"errors"
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
		{"PortSet", "443", false, `portbook: "443" has no protocol (accepted: ports and a protocol, such as 80,443/tcp or 1024-65535/udp, separated by spaces)`},
		{"PortSet", "443/tpc", true, `portbook: "tpc" is not a known protocol in "443/tpc" (accepted: a keyword such as tcp, udp or icmp, or a number from 0 to 255)`},
		{"Protocol", "256", false, `portbook: "256" is above 255, the highest protocol number (accepted: a keyword such as tcp, udp or icmp, or a number from 0 to 255)`},
		{"Protocol", "tpc", true, `portbook: "tpc" is not a known protocol (accepted: a keyword such as tcp, udp or icmp, or a number from 0 to 255)`},
		{"Port", "65536", false, `portbook: "65536" is above 65535, the highest port (accepted: a number from 0 to 65535)`},
		{"PortRange", "9-5", false, `portbook: "9-5" is a reversed range (accepted: a port such as 443, a range such as 1024-65535, or *)`},
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
