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

// testSite is a site of two zones: hosts whose addresses overlap, and two that
// have none.
func testSite(t testing.TB) *site.Site {
	t.Helper()
	host := func(name, zone string, places ...string) site.Host {
		h := site.Host{Name: name, Zone: zone, Roles: []portbook.Component{portbook.ComponentSiteDNSServer}}
		for _, p := range places {
			x := portbook.MustParseHost(p)
			if _, isName := x.Name(); isName {
				h.Names = append(h.Names, x)
			} else {
				h.Addresses = append(h.Addresses, x)
			}
		}
		return h
	}
	s, err := site.New(portbook.Builtin(), site.Definition{Name: "test", Hosts: []site.Host{
		host("a", "left", "10.0.0.1"), host("b", "left", "10.0.0.2", "2001:db8::2"), host("group", "left", "10.0.0.0/30"),
		host("c", "right", "10.0.0.5-10.0.0.6"), host("d", "right", "2001:db8::4"), host("name", "right", "x.example.com"), host("other", "", "y.example.com"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// universe returns points: addresses in and around those of the site, and the
// ends without any.
func universe(s *site.Site) []Point {
	var list []Point
	add := func(a netip.Addr) {
		p := Point{Address: a}
		for _, e := range s.Hosts() {
			for _, place := range e.Places() {
				if first, last, ok := place.Range(); ok && first.Compare(a) <= 0 && a.Compare(last) <= 0 {
					p.Ends = append(p.Ends, e)
					break
				}
			}
		}
		list = append(list, p)
	}
	for i := range byte(9) {
		add(netip.AddrFrom4([4]byte{10, 0, 0, i}))
	}
	add(netip.MustParseAddr("255.255.255.255"))
	for i := range byte(5) {
		a := netip.MustParseAddr("2001:db8::").As16()
		a[15] = i
		add(netip.AddrFrom16(a))
	}
	for _, name := range []string{"name", "other"} {
		e, _ := s.End(name)
		list = append(list, Point{Ends: []site.End{e}})
	}
	return list
}

var testPorts = []struct {
	protocol portbook.Protocol
	port     portbook.Port
}{{portbook.TCP, 1}, {portbook.TCP, 2}, {portbook.TCP, 3}, {portbook.UDP, 2}, {portbook.ICMP, 8}, {58, 128}}

// random makes rule sets.
type random struct {
	*rand.Rand
	s *site.Site
}

func (r random) ports() portbook.PortSet {
	if r.IntN(4) == 0 {
		return everything
	}
	return portbook.MustParsePortSet([]string{"1/tcp", "2/tcp", "1-2/tcp", "2-3/tcp 2/udp", "8/icmp 128/58", "*/tcp", "2/udp"}[r.IntN(7)])
}

func (r random) match() (m Match) {
	if r.IntN(3) == 0 {
		return m
	}
	if r.IntN(4) > 0 {
		var b netipx.IPSetBuilder
		for range 1 + r.IntN(2) {
			b.AddPrefix(netip.MustParsePrefix([]string{"10.0.0.0/31", "10.0.0.2/32", "10.0.0.4/30", "10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/127", "2001:db8::4/128", "10.0.0.1/32"}[r.IntN(9)]))
		}
		if r.IntN(6) == 0 {
			b.Complement()
		}
		m.Addresses, _ = b.IPSet()
	}
	if r.IntN(4) == 0 {
		m.Ends = r.someEnds()
	}
	return m
}

func (r random) someEnds() []site.End {
	hosts := r.s.Hosts()
	return []site.End{hosts[r.IntN(len(hosts))], hosts[r.IntN(len(hosts))]}
}

// chain makes a chain that can call others.
func (r random) chain(name string, others []*Chain) *Chain {
	c := &Chain{Name: name}
	for range r.IntN(7) {
		x := Rule{From: r.match(), To: r.match(), Ports: r.ports(), Partial: r.IntN(4) == 0}
		x.Action = []Action{Permit, Permit, Deny, Return, Call, Goto}[r.IntN(6)]
		if x.Action == Call || x.Action == Goto {
			if len(others) == 0 {
				x.Action = Permit
			} else {
				x.Chain = others[r.IntN(len(others))]
			}
		}
		x.Place = Place{Line: len(c.Rules) + 1, Name: name}
		c.Rules = append(c.Rules, x)
	}
	return c
}

func (r random) set(d Direction) *Set {
	var others []*Chain
	for i := range 3 {
		others = append(others, r.chain(fmt.Sprint("user", i), others))
	}
	s := &Set{}
	for i := range 1 + r.IntN(2) {
		c := r.chain(fmt.Sprint("base", i), others)
		c.Direction, c.Default = d, []Action{Permit, Deny}[r.IntN(2)]
		if r.IntN(3) == 0 {
			c.Family = []Family{IPv4, IPv6}[r.IntN(2)]
		}
		if r.IntN(4) == 0 && d != Through {
			c.Own = r.someEnds()
		}
		s.Chains = append(s.Chains, c)
	}
	return s
}

// contains reports whether a piece has a connection.
func (p Piece) contains(from, to Point, protocol portbook.Protocol, port portbook.Port) bool {
	return p.Ports.Contains(protocol, port) && p.From.contains(from) && p.To.contains(to)
}

func (s Side) contains(p Point) bool {
	if p.Address.IsValid() {
		return s.Addresses != nil && s.Addresses.Contains(p.Address)
	}
	return s.Addresses == nil && slices.Contains(s.Ends, p.Ends[0])
}

// exists reports whether there are connections between two points with a
// protocol.
func exists(from, to Point, protocol portbook.Protocol) bool {
	f, ok := commonFamily(from.family(), to.family())
	return ok && (f != IPv4 || protocol != 58) && (f != IPv6 || protocol != portbook.ICMP)
}

// rounds returns how many random sets to try.
func rounds(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

// TestBounds: both bounds between two ends are those that following the rules
// one by one gives for all of their addresses.
func TestBounds(t *testing.T) {
	r := random{rand.New(rand.NewPCG(1, 2)), testSite(t)}
	for range rounds(1500) {
		checkBounds(t, r, Directions()[r.IntN(3)])
	}
}

func checkBounds(t *testing.T, r random, d Direction) {
	t.Helper()
	set := r.set(d)
	c, err := Compile(set, d, r.s.Hosts())
	if err != nil {
		t.Fatal(err)
	}
	points := universe(r.s)
	for _, from := range r.s.Hosts() {
		for _, to := range r.s.Hosts() {
			m := c.Missing(from, to, everything)
			for _, x := range testPorts {
				never, missing := false, false
				for _, p := range points {
					for _, q := range points {
						if !slices.Contains(p.Ends, from) || !slices.Contains(q.Ends, to) || !exists(p, q, x.protocol) {
							continue
						}
						surely, possibly := set.Permits(d, p, q, x.protocol, x.port)
						missing, never = missing || !surely, never || !possibly
						if found := slices.ContainsFunc(m.Pieces, func(y Piece) bool { return y.contains(p, q, x.protocol, x.port) }); found == surely {
							t.Fatalf("%v -> %v %v %v: a piece is missing: %v", p, q, x.protocol, x.port, found)
						}
					}
				}
				if m.Ports.Contains(x.protocol, x.port) != missing || m.Possibly.Contains(x.protocol, x.port) != (missing && !never) {
					t.Fatalf("%v -> %v %v %v: missing %v, possibly %v; by each rule: missing %v, never %v", from, to, x.protocol, x.port, m.Ports, m.Possibly, missing, never)
				}
			}
		}
	}
}

// needs returns random streams.
func (r random) needs() []site.Stream {
	var list []site.Stream
	for range r.IntN(5) {
		ends := r.someEnds()
		list = append(list, site.Stream{From: ends[0], To: ends[1], Ports: r.ports()})
	}
	return list
}

// isNeeded is what Excess says about needs.
func isNeeded(n Needed, d Direction, from, to Point, protocol portbook.Protocol, port portbook.Port) bool {
	is := func(p Point, e site.End, own bool) bool {
		if own && !n.Own.IsZero() {
			return e == n.Own
		}
		if len(p.Ends) == 0 {
			return e.Name() == "name" || e.Name() == "other"
		}
		return slices.Contains(p.Ends, e)
	}
	return slices.ContainsFunc(n.Streams, func(s site.Stream) bool {
		return s.Ports.Contains(protocol, port) && is(from, s.From, d == Outbound) && is(to, s.To, d == Inbound)
	})
}

// isLookedAt reports whether a connection passes the firewall.
func isLookedAt(n Needed, d Direction, from, to Point) bool {
	own := to
	if d == Outbound {
		own = from
	}
	if !n.Own.IsZero() && !n.Own.IsGroup() && slices.Contains(from.Ends, n.Own) && slices.Contains(to.Ends, n.Own) {
		return false
	}
	if d != Through {
		return n.Own.IsZero() || len(own.Ends) == 0 || slices.Contains(own.Ends, n.Own)
	}
	if len(from.Ends) == 0 || len(to.Ends) == 0 {
		return true
	}
	for _, e := range append(slices.Clone(from.Ends), to.Ends...) {
		if e.Zone() != from.Ends[0].Zone() {
			return true
		}
	}
	return false
}

// TestExcess: what is in excess is what following the rules one by one possibly
// permits and nothing needs.
func TestExcess(t *testing.T) {
	r := random{rand.New(rand.NewPCG(3, 4)), testSite(t)}
	points := universe(r.s)
	defer func(n int) { few = n }(few)
	for round := range rounds(1500) {
		few = round % 3 * 8
		d := Directions()[r.IntN(3)]
		set, n := r.set(d), Needed{Streams: r.needs()}
		if r.IntN(3) == 0 && d != Through {
			n.Own = r.someEnds()[0]
		}
		c, err := Compile(set, d, r.s.Hosts())
		if err != nil {
			t.Fatal(err)
		}
		list := c.Excess(n, round%2 == 0)
		for _, p := range points {
			for _, q := range points {
				family, ok := commonFamily(p.family(), q.family())
				if !ok {
					continue
				}
				passes := slices.ContainsFunc(set.Chains, func(c *Chain) bool { return c.isPassed(p, q, family) })
				for _, x := range testPorts {
					if !exists(p, q, x.protocol) {
						continue
					}
					_, possibly := set.Permits(d, p, q, x.protocol, x.port)
					want := passes && possibly && isLookedAt(n, d, p, q) && !isNeeded(n, d, p, q, x.protocol, x.port)
					var got bool
					for _, e := range list {
						for _, y := range e.Pieces {
							if !y.contains(p, q, x.protocol, x.port) {
								continue
							}
							got = true
							if e.Rule != nil && (e.Rule.From.matches(p, family) != yes || e.Rule.To.matches(q, family) != yes || !e.Rule.Ports.Contains(x.protocol, x.port)) {
								t.Fatalf("round %d: %v -> %v is in excess by rule %v, which does not match", round, p, q, e.Place())
							}
						}
					}
					// Of ends whose addresses are not known, those count that are selected
					// or protected; of a host's own side, other addresses than those known
					// where a rule matches no known one.
					known := p.Address.IsValid() && q.Address.IsValid()
					if own := map[Direction]Point{Inbound: q, Outbound: p}[d]; !n.Own.IsZero() && len(own.Ends) == 0 {
						known = false
					}
					if got && !want || known && got != want {
						t.Fatalf("round %d: %s %v -> %v %v %v is in excess: %v, want %v", round, d, p, q, x.protocol, x.port, got, want)
					}
				}
			}
		}
	}
}

// world follows a connection through a chain where it is settled which rules
// match: the partial ones of a list.
type world struct {
	x       connection
	matches map[*Rule]bool
}

// follow returns what a chain decides; "" where nothing does.
func (w world) follow(chain *Chain) Action {
	for i := range chain.Rules {
		r := &chain.Rules[i]
		if !r.Ports.Contains(w.x.protocol, w.x.port) || r.From.matches(w.x.from, w.x.family) != yes || r.To.matches(w.x.to, w.x.family) != yes || r.Partial && !w.matches[r] {
			continue
		}
		switch r.Action {
		case Permit, Deny:
			return r.Action
		case Return:
			return ""
		case Goto:
			return w.follow(r.Chain)
		case Call:
			if decided := w.follow(r.Chain); decided != "" {
				return decided
			}
		}
	}
	return ""
}

// partialRules returns those of a chain and of the chains that it calls.
func partialRules(chain *Chain, seen map[*Chain]bool) (list []*Rule) {
	if seen[chain] {
		return nil
	}
	seen[chain] = true
	for i := range chain.Rules {
		r := &chain.Rules[i]
		if r.Partial {
			list = append(list, r)
		}
		if r.Chain != nil {
			list = append(list, partialRules(r.Chain, seen)...)
		}
	}
	return list
}

// TestWorlds: a chain surely permits what it permits whichever of its partial
// rules match, and possibly what it permits if some do.
func TestWorlds(t *testing.T) {
	r := random{rand.New(rand.NewPCG(5, 6)), testSite(t)}
	var points []Point
	for _, p := range universe(r.s) {
		if p.Address.IsValid() {
			points = append(points, p)
		}
	}
	both := map[[2]bool]int{}
	for range rounds(3000) {
		set := r.set(Through)
		set.Chains = set.Chains[:1]
		chain := set.Chains[0]
		chain.Family, chain.Own = AnyFamily, nil
		partial := partialRules(chain, map[*Chain]bool{})
		if len(partial) > 8 {
			continue
		}
		p, q, port := points[r.IntN(len(points))], points[r.IntN(len(points))], testPorts[r.IntN(len(testPorts))]
		family, ok := commonFamily(p.family(), q.family())
		if !ok {
			continue
		}
		all, some := true, false
		for choice := range 1 << len(partial) {
			w := world{connection{p, q, family, port.protocol, port.port, nil}, map[*Rule]bool{}}
			for i, rule := range partial {
				w.matches[rule] = choice>>i&1 == 1
			}
			decided := w.follow(chain)
			permitted := decided == Permit || decided == "" && chain.Default == Permit
			all, some = all && permitted, some || permitted
		}
		surely, possibly := set.Permits(Through, p, q, port.protocol, port.port)
		if surely != all || possibly != some {
			t.Fatalf("%v -> %v %v %v: %v, %v; in all worlds %v, in some %v", p, q, port.protocol, port.port, surely, possibly, all, some)
		}
		both[[2]bool{all, some}]++
	}
	if len(both) != 3 {
		t.Errorf("only some outcomes were tried: %v", both)
	}
}
