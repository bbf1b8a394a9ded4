// Package rulesets is about rule sets that targets read, for their tests.
package rulesets

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// everything is written as two asterisks.
var everything = portbook.PortSet{}.Complement()

// Describe returns a set as lines: base chains with their rules, the chains that
// they call, and what was not understood.
func Describe(s *ruleset.Set) string {
	var b strings.Builder
	var called []*ruleset.Chain
	write := func(c *ruleset.Chain) {
		for i := range c.Rules {
			r := &c.Rules[i]
			fmt.Fprintf(&b, "  %s%s%s", r.Action, map[bool]string{true: " partial"}[r.Partial], target(r))
			fmt.Fprintf(&b, ": %s -> %s %s  # %s\n", match(r.From), match(r.To), ports(r.Ports), r.Place)
			if r.Chain != nil && !slices.Contains(called, r.Chain) {
				called = append(called, r.Chain)
			}
		}
	}
	for _, c := range s.Chains {
		fmt.Fprintf(&b, "%s, else %s\n", strings.Join(strings.Fields(fmt.Sprint(c.Direction, " ", c.Family, " ", c.Name, " ", names(c.Own))), " "), c.Default)
		write(c)
	}
	for i := 0; i < len(called); i++ {
		fmt.Fprintf(&b, "%s\n", called[i].Name)
		write(called[i])
	}
	for _, u := range s.Unread {
		fmt.Fprintf(&b, "unread %s: %s\n", u.Place, u.What)
	}
	return b.String()
}

// Rules returns the rules of the base chains of a set, one line each, without
// their places, and what was not understood.
func Rules(s *ruleset.Set) string {
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(Describe(s)), "\n") {
		if rule, _, ok := strings.Cut(line, "  # "); ok {
			lines = append(lines, strings.TrimSpace(rule))
		} else if what, ok := strings.CutPrefix(line, "unread "); ok {
			_, what, _ = strings.Cut(what, ": ")
			lines = append(lines, "unread "+what)
		}
	}
	return strings.Join(lines, "\n")
}

func target(r *ruleset.Rule) string {
	if r.Chain == nil {
		return ""
	}
	return " " + r.Chain.Name
}

func ports(p portbook.PortSet) string {
	if p == everything {
		return "**"
	}
	return p.String()
}

func match(m ruleset.Match) string {
	var parts []string
	switch {
	case m.Addresses != nil:
		for _, p := range m.Addresses.Ranges() {
			if prefix, ok := p.Prefix(); ok {
				parts = append(parts, prefix.String())
			} else {
				parts = append(parts, p.String())
			}
		}
		if len(parts) > 12 {
			parts = append(parts[:12], fmt.Sprintf("(%d)", len(parts)))
		}
	case len(m.Ends) == 0:
		return "*"
	}
	for _, e := range m.Ends {
		parts = append(parts, e.Name())
	}
	return strings.Join(parts, ",")
}

func names[T fmt.Stringer](list []T) string {
	if len(list) == 0 {
		return ""
	}
	return fmt.Sprintf(" %v", list)
}

// directions are those of the packages firewall and ruleset.
var directions = map[firewall.Direction]ruleset.Direction{
	firewall.Inbound: ruleset.Inbound, firewall.Outbound: ruleset.Outbound, firewall.Through: ruleset.Through,
}

// Compare compares what a set that was read back permits with the policy that it
// was written from, for every packet of a small universe, and at the boundaries
// of the policy's addresses and ports. Both bounds must be the same. It returns
// how many packets are permitted.
func Compare(t *testing.T, p *firewall.Policy, s *ruleset.Set) (permitted int) {
	t.Helper()
	if len(s.Unread) > 0 {
		t.Fatalf("not understood: %v", s.Unread)
	}
	_, isHost := p.Host()
	ask := func(x lab.Packet) bool {
		if isHost == (x.Direction == firewall.Through) {
			return p.Permits(x.Direction, x.From, x.To, x.Protocol, x.Port) // the rule set has no such direction
		}
		surely, possibly := s.Permits(directions[x.Direction], ruleset.Point{Address: x.From}, ruleset.Point{Address: x.To}, x.Protocol, x.Port)
		if surely != possibly {
			t.Fatalf("%+v: surely %v, possibly %v\n%s", x, surely, possibly, Describe(s))
		}
		return surely
	}
	permitted = lab.Compare(t, p, ask)
	for x := range boundaries(p) {
		want := p.Permits(x.Direction, x.From, x.To, x.Protocol, x.Port)
		if got := ask(x); got != want {
			t.Fatalf("%+v: read back %v, the policy %v\n%s", x, got, want, Describe(s))
		}
		if want {
			permitted++
		}
	}
	return permitted
}

// Ask returns a reader of a set for [policies.Judge], whose chains protect ends:
// it asks about the host of the policy. Both bounds must be the same.
func Ask(t *testing.T, p *firewall.Policy, s *ruleset.Set) func(lab.Packet) bool {
	t.Helper()
	if len(s.Unread) > 0 {
		t.Fatalf("not understood: %v", s.Unread)
	}
	own, _ := p.Host()
	return func(x lab.Packet) bool {
		self, peer := ruleset.Point{Address: x.To, Ends: []site.End{own}}, ruleset.Point{Address: x.From}
		if x.Direction == firewall.Outbound {
			self.Address, peer.Address = x.From, x.To
		}
		if !policies.At(own, true, self.Address) || x.Protocol == portbook.ICMP && x.To.Is6() || x.Protocol == firewall.ICMPv6 && x.To.Is4() {
			return false
		}
		for _, e := range p.Site().Hosts() {
			if policies.At(e, false, peer.Address) {
				peer.Ends = append(peer.Ends, e)
			}
		}
		from, to := peer, self
		if x.Direction == firewall.Outbound {
			from, to = self, peer
		}
		surely, possibly := s.Permits(directions[x.Direction], from, to, x.Protocol, x.Port)
		if surely != possibly {
			t.Fatalf("%+v: surely %v, possibly %v\n%s", x, surely, possibly, Describe(s))
		}
		return surely
	}
}

// boundaries yields packets at the boundaries of the rules of a policy: of each
// rule the addresses within and beside, and the ports within and beside.
func boundaries(p *firewall.Policy) func(func(lab.Packet) bool) {
	return func(yield func(lab.Packet) bool) {
		for r := range p.Rules() {
			for _, from := range beside(r.From.Places()) {
				for _, to := range beside(r.To.Places()) {
					if from.Is4() != to.Is4() {
						continue
					}
					for protocol, ports := range r.Ports.All() {
						for _, n := range []int{int(ports.First()) - 1, int(ports.First()), int(ports.Last()), int(ports.Last()) + 1} {
							if n < 0 || n > 65535 || protocol == firewall.ICMPv6 && 130 <= n && n <= 143 {
								continue // neighbors reach each other whatever the policy says
							}
							if !yield(lab.Packet{Direction: r.Direction, From: from, To: to, Protocol: protocol, Port: portbook.Port(n)}) {
								return
							}
						}
					}
				}
			}
		}
	}
}

// beside returns the first and the last addresses of places, and those beside;
// some where there are none.
func beside(places []portbook.Host) (list []netip.Addr) {
	for _, place := range places {
		if first, last, ok := place.Range(); ok {
			for _, a := range []netip.Addr{first.Prev(), first, last, last.Next()} {
				if a.IsValid() {
					list = append(list, a)
				}
			}
		}
	}
	if len(list) == 0 {
		list = []netip.Addr{netip.MustParseAddr("198.18.0.1"), netip.MustParseAddr("2001:db8:ffff::1")}
	}
	return list
}
