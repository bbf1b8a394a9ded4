package ruleset

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// ofPrefix matches a prefix.
func ofPrefix(s string) Match {
	var b netipx.IPSetBuilder
	b.AddPrefix(netip.MustParsePrefix(s))
	set, _ := b.IPSet()
	return Match{Addresses: set}
}

// tcp returns a rule about a port of TCP from a prefix.
func tcp(port portbook.Port, from string, action Action, chain *Chain) Rule {
	r := Rule{Ports: portbook.PortSetOf(portbook.TCP, port), Action: action, Chain: chain}
	if from != "" {
		r.From = ofPrefix(from)
	}
	return r
}

func partial(r Rule) Rule {
	r.Partial = true
	return r
}

// TestPermits follows one connection, from 10.0.0.1 to port 22, through rules
// that are easy to follow by hand.
func TestPermits(t *testing.T) {
	user := func(rules ...Rule) *Chain { return &Chain{Name: "user", Rules: rules} }
	const surely, possibly, never = "surely", "possibly", "never"
	for name, x := range map[string]struct {
		def   Action
		rules []Rule
		want  string
	}{
		"default permit":              {Permit, nil, surely},
		"default deny":                {Deny, nil, never},
		"permit":                      {Deny, []Rule{tcp(22, "", Permit, nil)}, surely},
		"another port":                {Deny, []Rule{tcp(23, "", Permit, nil)}, never},
		"another source":              {Deny, []Rule{tcp(22, "10.9.0.0/16", Permit, nil)}, never},
		"first match denies":          {Permit, []Rule{tcp(22, "10.0.0.0/8", Deny, nil), tcp(22, "", Permit, nil)}, never},
		"partial permit":              {Deny, []Rule{partial(tcp(22, "", Permit, nil))}, possibly},
		"partial deny":                {Permit, []Rule{partial(tcp(22, "", Deny, nil))}, possibly},
		"partial, then the same":      {Deny, []Rule{partial(tcp(22, "", Deny, nil)), tcp(22, "", Permit, nil)}, possibly},
		"partial permit, then permit": {Deny, []Rule{partial(tcp(22, "", Permit, nil)), tcp(22, "", Permit, nil)}, surely},
		"call":                        {Deny, []Rule{tcp(22, "", Call, user(tcp(22, "", Permit, nil)))}, surely},
		"call that returns":           {Deny, []Rule{tcp(22, "", Call, user(tcp(22, "", Return, nil), tcp(22, "", Permit, nil))), tcp(22, "", Permit, nil)}, surely},
		"goto that ends":              {Deny, []Rule{tcp(22, "", Goto, user()), tcp(22, "", Permit, nil)}, never},
		"partial goto":                {Deny, []Rule{partial(tcp(22, "", Goto, user())), tcp(22, "", Permit, nil)}, possibly},
		"partial return":              {Deny, []Rule{tcp(22, "", Call, user(partial(tcp(22, "", Return, nil)), tcp(22, "", Permit, nil)))}, possibly},
		"partial return, all permit":  {Permit, []Rule{tcp(22, "", Call, user(partial(tcp(22, "", Return, nil)), tcp(22, "", Permit, nil)))}, surely},
		"partial call":                {Permit, []Rule{partial(tcp(22, "", Call, user(tcp(22, "", Deny, nil))))}, possibly},
		"return of a base chain":      {Permit, []Rule{tcp(22, "", Return, nil), tcp(22, "", Deny, nil)}, surely},
	} {
		set := &Set{Chains: []*Chain{{Name: "base", Direction: Inbound, Default: x.def, Rules: x.rules}}}
		if err := set.Validate(); err != nil {
			t.Fatal(err)
		}
		from, to := Point{Address: netip.MustParseAddr("10.0.0.1")}, Point{Address: netip.MustParseAddr("10.0.0.2")}
		s, p := set.Permits(Inbound, from, to, portbook.TCP, 22)
		if got := map[[2]bool]string{{true, true}: surely, {false, true}: possibly, {false, false}: never}[[2]bool{s, p}]; got != x.want {
			t.Errorf("%s: %q, want %s", name, got, x.want)
		}
	}
}

// TestPassed: a connection passes the base chains of its direction, its family
// and its end, and each must permit it.
func TestPassed(t *testing.T) {
	s := testSite(t)
	a, _ := s.End("a")
	b, _ := s.End("b")
	base := func(c Chain) *Chain {
		c.Default = Deny
		return &c
	}
	v4, v6 := Point{Address: netip.MustParseAddr("10.0.0.1"), Ends: []site.End{a}}, Point{Address: netip.MustParseAddr("2001:db8::2"), Ends: []site.End{b}}
	for name, x := range map[string]struct {
		chain    *Chain
		from, to Point
		want     bool
	}{
		"another direction": {base(Chain{Direction: Outbound}), v4, v4, true},
		"another family":    {base(Chain{Direction: Inbound, Family: IPv6}), v4, v4, true},
		"the family":        {base(Chain{Direction: Inbound, Family: IPv6}), v6, v6, false},
		"another end":       {base(Chain{Direction: Inbound, Own: []site.End{b}}), v6, v4, true},
		"the end":           {base(Chain{Direction: Inbound, Own: []site.End{a}}), v4, v4, false},
	} {
		set := &Set{Chains: []*Chain{x.chain}}
		if x.from.family() != x.to.family() {
			x.from = Point{Address: netip.MustParseAddr("10.0.0.9")}
		}
		if surely, possibly := set.Permits(Inbound, x.from, x.to, portbook.TCP, 1); surely != x.want || possibly != x.want {
			t.Errorf("%s: %v, %v", name, surely, possibly)
		}
	}
	if surely, possibly := (&Set{}).Permits(Inbound, v4, v6, portbook.TCP, 1); surely || possibly {
		t.Error("a connection between two families is permitted")
	}
}

func TestValidate(t *testing.T) {
	circle := &Chain{Name: "a"}
	circle.Rules = []Rule{{Ports: everything, Action: Call, Chain: &Chain{Name: "b", Rules: []Rule{{Action: Goto, Chain: circle}}}}}
	deep := &Chain{Name: "leaf"}
	for i := range maxDepth + 1 {
		deep = &Chain{Name: fmt.Sprint("level", i), Rules: []Rule{{Action: Call, Chain: deep}}}
	}
	place := Place{Line: 7, Name: "input"}
	base := func(rules ...Rule) []*Chain {
		return []*Chain{{Name: "input", Direction: Inbound, Default: Deny, Rules: rules}}
	}
	for want, chains := range map[string][]*Chain{
		"": base(Rule{Action: Permit}),
		`ruleset: unknown direction "" of base chain "x" (expected: inbound, outbound, through)`:                {{Name: "x", Default: Deny}},
		`ruleset: unknown family "ipx" of base chain "x" (expected: ipv4, ipv6, or none)`:                       {{Name: "x", Direction: Through, Family: "ipx", Default: Deny}},
		`ruleset: malformed default "return" of base chain "x" (expected: permit, deny)`:                        {{Name: "x", Direction: Through, Default: Return}},
		`ruleset: rule line 7 (input) with action "permit" has a chain "leaf" (expected: only with call, goto)`: base(Rule{Place: place, Action: Permit, Chain: &Chain{Name: "leaf"}}),
		`ruleset: rule line 7 (input) with action "call" has no chain`:                                          base(Rule{Place: place, Action: Call}),
		`ruleset: unknown action "jump" of rule line 7 (input) (expected: permit, deny, call, goto, return)`:    base(Rule{Place: place, Action: "jump"}),
		`ruleset: chain "a" calls itself, by others or directly`:                                                base(Rule{Action: Call, Chain: circle}),
		`ruleset: chain "level64" leads to calls more than 64 deep`:                                             base(Rule{Action: Call, Chain: deep}),
		"ruleset: a base chain is nil": {nil},
	} {
		got := ""
		if err := (&Set{Chains: chains}).Validate(); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if _, err := Compile(&Set{Chains: chains}, Inbound, nil); (err != nil) != (want != "") {
			t.Errorf("Compile: %v, want %s", err, want)
		}
	}
}

// TestCallsStayCheap: chains that call each other many times over are followed
// once each.
func TestCallsStayCheap(t *testing.T) {
	chain := &Chain{Name: "leaf", Rules: []Rule{partial(tcp(22, "", Permit, nil))}}
	for i := range maxDepth - 1 {
		call := Rule{Ports: everything, Action: Call, Chain: chain}
		chain = &Chain{Name: fmt.Sprint("level", i), Rules: []Rule{call, call, call}}
	}
	set := &Set{Chains: []*Chain{{Direction: Inbound, Default: Deny, Rules: []Rule{{Ports: everything, Action: Call, Chain: chain}}}}}
	s := testSite(t)
	a, _ := s.End("a")
	p := Point{Address: netip.MustParseAddr("10.0.0.1"), Ends: []site.End{a}}
	if surely, possibly := set.Permits(Inbound, p, p, portbook.TCP, 22); surely || !possibly {
		t.Errorf("surely %v, possibly %v", surely, possibly)
	}
	c, err := Compile(set, Inbound, s.Hosts())
	if err != nil {
		t.Fatal(err)
	}
	b, _ := s.End("b")
	if m := c.Missing(b, a, portbook.PortSetOf(portbook.TCP, 22)); m.Possibly.String() != "22/tcp" {
		t.Errorf("missing %v, possibly %v", m.Ports, m.Possibly)
	}
}

// TestMissing names what denies, and the pieces of addresses.
func TestMissing(t *testing.T) {
	s := testSite(t)
	group, _ := s.End("group")
	c5, _ := s.End("c")
	rules := []Rule{tcp(22, "10.0.0.1/32", Deny, nil), tcp(22, "10.0.0.0/31", Permit, nil), partial(tcp(22, "10.0.0.2/32", Permit, nil))}
	for i := range rules {
		rules[i].Place = Place{Line: i + 1}
	}
	set := &Set{Chains: []*Chain{{Direction: Through, Default: Deny, Place: Place{Name: "policy"}, Rules: rules}}}
	compiled, err := Compile(set, Through, s.Hosts())
	if err != nil {
		t.Fatal(err)
	}
	m := compiled.Missing(group, c5, portbook.MustParsePortSet("22/tcp"))
	var by []string
	for _, d := range m.By {
		by = append(by, d.Place().String())
	}
	if !slices.Equal(by, []string{"line 1", "policy"}) || m.Ports.String() != "22/tcp" || !m.Possibly.IsEmpty() {
		t.Errorf("missing %v, possibly %v, denied by %q", m.Ports, m.Possibly, by)
	}
	var b netipx.IPSetBuilder
	for _, p := range m.Pieces {
		b.AddSet(p.From.Addresses)
		if p.Ports.String() != "22/tcp" || !slices.Equal(p.To.Ends, []site.End{c5}) {
			t.Errorf("piece %v", p)
		}
	}
	if set, _ := b.IPSet(); fmt.Sprint(set.Ranges()) != "[10.0.0.1-10.0.0.3]" {
		t.Errorf("missing from %v", set.Ranges())
	}
}

// FuzzCompile compares a random set with following its rules one by one.
func FuzzCompile(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		r := random{rand.New(rand.NewPCG(a, b)), testSite(t)}
		checkBounds(t, r, Directions()[r.IntN(3)])
	})
}
