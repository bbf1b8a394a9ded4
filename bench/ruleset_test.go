package bench

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// gatewayRules returns n rules like those that a gateway accumulates over years:
// the needs of a plan, mostly between single hosts, mixed with rules for
// networks, rules for any address, and a few deny rules. The last rule denies
// everything else.
func gatewayRules(p *site.Plan, n int) *ruleset.Set {
	random := rand.New(rand.NewPCG(1, 2))
	chain := &ruleset.Chain{Name: "forward", Direction: ruleset.Through, Default: ruleset.Deny}
	host := func() netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(random.IntN(200)), byte(random.IntN(250)), byte(random.IntN(250))}), 32)
	}
	network := func() netip.Prefix { return netip.PrefixFrom(host().Addr(), 20+random.IntN(9)).Masked() }
	match := func(p netip.Prefix) ruleset.Match {
		var b netipx.IPSetBuilder
		b.AddPrefix(p)
		set, _ := b.IPSet()
		return ruleset.Match{Addresses: set}
	}
	add := func(from, to ruleset.Match, ports portbook.PortSet, action ruleset.Action) {
		place := ruleset.Place{Line: len(chain.Rules) + 1, Name: "forward"}
		chain.Rules = append(chain.Rules, ruleset.Rule{Place: place, From: from, To: to, Ports: ports, Action: action})
	}
	of := func(e site.End) ruleset.Match {
		first, _, _ := e.Places()[0].Range()
		return match(netip.PrefixFrom(first, 32))
	}
	for need := range p.Needs() {
		if !need.Local && need.From.Zone() != need.To.Zone() && len(need.From.Places())*len(need.To.Places()) > 0 && len(chain.Rules) < n/2 {
			if _, _, ok := need.From.Places()[0].Range(); ok {
				if _, _, ok = need.To.Places()[0].Range(); ok {
					add(of(need.From), of(need.To), need.Options[0], ruleset.Permit)
				}
			}
		}
	}
	for len(chain.Rules) < n {
		ports := portbook.PortSetOf(portbook.TCP, portbook.Port(1+random.IntN(1000)))
		switch x := random.IntN(100); {
		case x < 60:
			add(match(host()), match(host()), ports, ruleset.Permit)
		case x < 75:
			add(match(network()), match(host()), ports, ruleset.Permit)
		case x < 90:
			add(ruleset.Match{}, match(host()), ports, ruleset.Permit)
		case x < 94:
			add(match(network()), match(network()), ports, ruleset.Permit)
		case x < 98:
			add(match(host()), ruleset.Match{}, ports, ruleset.Permit)
		case x < 99:
			add(match(network()), ruleset.Match{}, portbook.PortSet{}.Complement(), ruleset.Deny)
		default:
			add(ruleset.Match{}, ruleset.Match{}, ports, ruleset.Permit)
		}
	}
	random.Shuffle(n, func(i, j int) { chain.Rules[i], chain.Rules[j] = chain.Rules[j], chain.Rules[i] })
	return &ruleset.Set{Chains: []*ruleset.Chain{chain}}
}

// BenchmarkRuleSets audits the rules of a gateway against the needs of a site:
// what is needed and not permitted, and for each rule what it permits and nothing
// needs.
func BenchmarkRuleSets(b *testing.B) {
	d := siteOf(portbook.Builtin(), 100)
	for i := range d.Hosts {
		d.Hosts[i].Zone = fmt.Sprint("zone", i%4)
	}
	s, err := site.New(portbook.Builtin(), d)
	if err != nil {
		b.Fatal(err)
	}
	p := s.Plan()
	needs := 0
	for n := range p.Needs() {
		if !n.Local && n.From.Zone() != n.To.Zone() {
			needs++
		}
	}
	for _, n := range sized(1_000, 10_000, 40_000) {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			set := gatewayRules(p, n)
			b.ReportAllocs()
			found, begin := 0, processorTime(b)
			for b.Loop() {
				f := audit.Findings{Plan: p}
				if err := f.AddRules(audit.Firewall{Rules: set}); err != nil {
					b.Fatal(err)
				}
				found = len(f.List)
			}
			b.ReportMetric((processorTime(b)-begin).Seconds()/float64(b.N), "cpu-s/op")
			b.ReportMetric(float64(needs), "needs")
			b.ReportMetric(float64(found), "findings")
		})
	}
}
