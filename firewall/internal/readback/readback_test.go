package readback

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// permits asks a rule that permits about a packet.
func permits(m Matches, from, to netip.Addr, p portbook.Protocol, n portbook.Port) (surely, possibly bool) {
	c := &ruleset.Chain{Direction: ruleset.Inbound, Default: ruleset.Deny, Rules: []ruleset.Rule{m.Rule(ruleset.Place{}, ruleset.Permit, nil)}}
	s := ruleset.Set{Chains: []*ruleset.Chain{c}}
	return s.Permits(ruleset.Inbound, ruleset.Point{Address: from}, ruleset.Point{Address: to}, p, n)
}

func randomMatches(random *rand.Rand) Matches {
	set := func() Matches {
		f := []Family{IPv4, IPv6}[random.IntN(2)]
		prefix := []string{"192.0.2.0/30", "192.0.2.2/31"}[random.IntN(2)]
		if f == IPv6 {
			prefix = []string{"2001:db8::/127", "2001:db8::1/128"}[random.IntN(2)]
		}
		addresses := SetOf(netip.MustParsePrefix(prefix))
		if random.IntN(3) == 0 {
			addresses = Without(f.Set(), addresses)
		}
		return OfAddresses(random.IntN(2) == 0, addresses, f)
	}
	switch random.IntN(7) {
	case 0:
		return OfFamily([]Family{IPv4, IPv6}[random.IntN(2)])
	case 1:
		return OfPorts(portbook.MustParsePortSet([]string{"1-3/tcp", "2-5/tcp 1/udp", "*/udp"}[random.IntN(3)]))
	case 2:
		return Unknown()
	case 3:
		return OfEither(random.IntN(4) > 0)
	}
	return set()
}

// TestAnd compares what both match with what each of them does.
func TestAnd(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	count := map[bool]int{}
	for range 300 {
		m, n := randomMatches(random), randomMatches(random)
		both := m.And(n)
		for _, list := range [][]string{sites.Universe.IPv4[:5], sites.Universe.IPv6} {
			for _, from := range list {
				for _, to := range list {
					for port := range portbook.Port(7) {
						for _, protocol := range []portbook.Protocol{portbook.TCP, portbook.UDP} {
							a, b := netip.MustParseAddr(from), netip.MustParseAddr(to)
							s1, p1 := permits(m, a, b, protocol, port)
							s2, p2 := permits(n, a, b, protocol, port)
							surely, possibly := permits(both, a, b, protocol, port)
							if surely != (s1 && s2) || possibly != (p1 && p2) || both.IsNever() && possibly {
								t.Fatalf("%+v and %+v: %v, %v", m, n, surely, possibly)
							}
							count[possibly]++
						}
					}
				}
			}
		}
	}
	if count[true] < 1000 || count[false] < 1000 {
		t.Errorf("%v", count)
	}
}

// TestUndecided holds that nothing is known of what a rule leaves undecided, and
// all of the rest.
func TestUndecided(t *testing.T) {
	for _, action := range []ruleset.Action{ruleset.Permit, ruleset.Deny} {
		c := &ruleset.Chain{Direction: ruleset.Inbound, Default: action, Rules: OfPorts(portbook.MustParsePortSet("1/tcp")).Undecided(ruleset.Place{})}
		s := ruleset.Set{Chains: []*ruleset.Chain{c}}
		if surely, possibly := s.Permits(ruleset.Inbound, ruleset.Point{}, ruleset.Point{}, portbook.TCP, 1); surely || !possibly {
			t.Errorf("else %s: surely %v, possibly %v", action, surely, possibly)
		}
		if surely, possibly := s.Permits(ruleset.Inbound, ruleset.Point{}, ruleset.Point{}, portbook.TCP, 2); surely != possibly || surely != (action == ruleset.Permit) {
			t.Errorf("else %s: surely %v, possibly %v", action, surely, possibly)
		}
	}
}

// TestElsewhere holds that hosts that are known not to be meant are not.
func TestElsewhere(t *testing.T) {
	s := sites.New(t, []site.Host{sites.Host("a", "", "192.0.2.1"), sites.Host("b", "", "192.0.2.2")}, nil, sites.Flow{From: "a", To: "b", Ports: "1/tcp"})
	a, b := s.Hosts()[0], s.Hosts()[1]
	for _, d := range []ruleset.Direction{ruleset.Inbound, ruleset.Outbound} {
		c := &ruleset.Chain{Direction: d, Default: ruleset.Deny, Rules: []ruleset.Rule{Elsewhere(d, ruleset.Place{}, portbook.MustParsePortSet("1/tcp"), []site.End{a})}}
		set := ruleset.Set{Chains: []*ruleset.Chain{c}}
		for _, x := range []struct {
			peer ruleset.Point
			port portbook.Port
			want bool
		}{{ruleset.Point{Ends: []site.End{a}}, 1, false}, {ruleset.Point{Ends: []site.End{b}}, 1, true}, {ruleset.Point{Ends: []site.End{b}}, 2, false}} {
			from, to := x.peer, ruleset.Point{}
			if d == ruleset.Outbound {
				from, to = to, from
			}
			if surely, possibly := set.Permits(d, from, to, portbook.TCP, x.port); surely || possibly != x.want {
				t.Errorf("%s %v %d: surely %v, possibly %v", d, x.peer, x.port, surely, possibly)
			}
		}
	}
}

// TestAll holds that no more is read than the bound.
func TestAll(t *testing.T) {
	if data, err := All(bytes.NewReader([]byte("x\ny"))); err != nil || Line(data, 2) != 2 || Line(data, 99) != 2 || Line(data, -1) != 1 {
		t.Error(data, err)
	}
	if _, err := All(endless{}); !errors.Is(err, ErrLong) {
		t.Error(err)
	}
	if _, err := All(io.MultiReader(bytes.NewReader([]byte("x")), broken{})); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }
