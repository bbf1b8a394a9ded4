package policies

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/site"
)

// Judge holds what was written for policies of random sites against the
// policies themselves, packet by packet: what is read back from it permits
// nothing else, and all of the rules that have no gap. Prepare can give each
// host what the target selects.
func Judge(t *testing.T, vantages []firewall.Direction, prepare func(*site.Host), gaps func(*firewall.Policy) []firewall.Gap, read func(*firewall.Policy) func(lab.Packet) bool) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	permitted, count := 0, 60
	if slices.Contains(vantages, firewall.Through) {
		count = 300 // of which many have one zone
	}
	for range count {
		plan := prepared(t, sites.Random(t, random), prepare).Plan()
		for _, p := range seenFrom(t, plan, vantages) {
			whole := rulesWithout(p, gaps(p))
			permits := read(p)
			for x := range lab.Every() {
				if !slices.Contains(vantages, x.Direction) {
					continue
				}
				must := slices.ContainsFunc(whole, func(r firewall.Rule) bool { return matches(r, x) })
				may := p.Permits(x.Direction, x.From, x.To, x.Protocol, x.Port)
				if got := permits(x); got && !may || must && !got {
					t.Fatalf("%+v: what is written says %v, the policy %v; rules:\n%v", x, got, may, slices.Collect(p.Rules()))
				}
				if must {
					permitted++
				}
			}
		}
	}
	if permitted < 1000 {
		t.Errorf("%d packets are permitted", permitted)
	}
}

// seenFrom returns the policies of a plan: those of its hosts, or that of a
// gateway between all zones.
func seenFrom(t *testing.T, plan *site.Plan, vantages []firewall.Direction) (list []*firewall.Policy) {
	t.Helper()
	if slices.Contains(vantages, firewall.Through) {
		return []*firewall.Policy{For(t, plan, "", i18n.Localizer{})}
	}
	for _, host := range plan.Site().Hosts() {
		list = append(list, For(t, plan, host.Name(), i18n.Localizer{}))
	}
	return list
}

// rulesWithout returns the rules of a policy that have no gap, apart from wide
// ranges, which are written whole.
func rulesWithout(p *firewall.Policy, gaps []firewall.Gap) (list []firewall.Rule) {
	has := map[string]bool{}
	for _, g := range gaps {
		has[g.Rule.Key()] = has[g.Rule.Key()] || g.Kind != firewall.GapWide
	}
	for r := range p.Rules() {
		if !has[r.Key()] {
			list = append(list, r)
		}
	}
	return list
}

// matches reports whether a rule permits a packet, without regard to how the
// policy says so.
func matches(r firewall.Rule, x lab.Packet) bool {
	if x.Protocol == portbook.ICMP && x.From.Is6() || x.Protocol == firewall.ICMPv6 && x.From.Is4() {
		return false
	}
	return r.Direction == x.Direction && r.Ports.Contains(x.Protocol, x.Port) &&
		At(r.From, r.Direction == firewall.Outbound, x.From) && At(r.To, r.Direction == firewall.Inbound, x.To)
}

func prepared(t *testing.T, s *site.Site, prepare func(*site.Host)) *site.Site {
	t.Helper()
	d := s.Definition()
	for i := range d.Hosts {
		if prepare != nil {
			prepare(&d.Hosts[i])
		}
	}
	s, err := site.New(s.Catalog(), d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// At reports whether a host is at an address: for tests of targets that select
// hosts by something else. The host of a policy is at any if it has none.
func At(e site.End, own bool, a netip.Addr) bool {
	known := false
	for _, place := range e.Places() {
		if first, last, ok := place.Range(); ok {
			known = true
			if first.Is4() == a.Is4() && first.Compare(a) <= 0 && a.Compare(last) <= 0 {
				return true
			}
		}
	}
	return own && !known
}
