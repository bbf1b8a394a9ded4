package firewall_test

import (
	"os"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
)

// TestRules compares the rules of every vantage of the example with its plan's
// traffic, and counts their reasons: they cover the needs and nothing else.
func TestRules(t *testing.T) {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	plan := s.Plan()
	check := func(name string, p *firewall.Policy, err error, concerns func(from, to site.End) bool) int {
		if err != nil {
			t.Fatal(err)
		}
		var got, want []site.Stream
		reasons, needs, rules := map[string]bool{}, map[string]bool{}, 0
		for r := range p.Rules() {
			rules++
			got = append(got, site.Stream{From: r.From, To: r.To, Ports: r.Ports})
			for _, reason := range r.Reasons {
				reasons[string(reason.Flow)+" "+r.From.Name()+" "+r.To.Name()] = true
				if reason.Purpose == "" {
					t.Errorf("%s: %s has no purpose", name, reason.Flow)
				}
			}
		}
		for stream := range plan.Traffic().All() {
			if concerns(stream.From, stream.To) {
				want = append(want, stream)
			}
		}
		for n := range plan.Needs() {
			if n.NeedsRule() && !n.IsOpen() && concerns(n.From, n.To) {
				needs[string(n.Flow.ID())+" "+n.From.Name()+" "+n.To.Name()] = true
			}
		}
		if s.Traffic(got...) != s.Traffic(want...) || len(reasons) != len(needs) {
			t.Errorf("%s: the rules are not the needs: %d reasons, %d needs", name, len(reasons), len(needs))
		}
		return rules
	}
	total := 0
	for _, host := range s.Hosts() {
		p, err := firewall.For(plan, host.Name(), i18n.Localizer{})
		total += check(host.Name(), p, err, func(from, to site.End) bool { return from == host || to == host })
	}
	all, err := firewall.Between(plan, i18n.Localizer{})
	total += check("all zones", all, err, func(from, to site.End) bool { return from.Zone() != to.Zone() })
	two, err := firewall.Between(plan, i18n.Localizer{}, "servers", "dmz")
	if check("two zones", two, err, func(from, to site.End) bool {
		return from.Zone() == "servers" && to.Zone() == "dmz" || from.Zone() == "dmz" && to.Zone() == "servers"
	}) == 0 || total < 20 {
		t.Errorf("few rules: %d", total)
	}
	if _, err := firewall.For(plan, "centrl", i18n.Localizer{}); err == nil {
		t.Error("an unknown host has a policy")
	}
	if _, err := firewall.Between(plan, i18n.Localizer{}, "moon"); err == nil {
		t.Error("an unknown zone has a policy")
	}
}

// TestWithoutRule holds that a need for which the document says that no rule is
// needed is in the plan, and makes no rule: relays connect to their own agents
// alone, however many of them there are.
func TestWithoutRule(t *testing.T) {
	relays := []portbook.Host{portbook.MustParseHost("192.0.2.1"), portbook.MustParseHost("192.0.2.2")}
	s, err := site.New(portbook.Builtin(), site.Definition{
		Name: "x",
		Hosts: []site.Host{
			{Name: "relays", Addresses: relays, Roles: []portbook.Component{portbook.ComponentServerWorkloadProtectionRelay}},
			{Name: "more-relays", Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.9")}, Roles: []portbook.Component{portbook.ComponentServerWorkloadProtectionRelay}},
		},
		Answers: []site.Answer{{Condition: "server-workload-protection/relay-in-use", Holds: site.Yes, Why: "there are relays"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	plan := s.Plan()
	own, toOwn := portbook.MustParsePortSet("4123/tcp"), 0
	for n := range plan.Needs() {
		if n.Flow.ID() != portbook.FlowServerWorkloadProtectionRelayLocalhost {
			continue
		}
		if toOwn++; n.NeedsRule() || n.Options[0] != own {
			t.Errorf("%s -> %s %v needs a rule: %t", n.From, n.To, n.Options, n.NeedsRule())
		}
	}
	if toOwn == 0 {
		t.Error("the plan has no connections of relays to their own agents")
	}
	rules := 0
	for _, host := range s.Hosts() {
		p, err := firewall.For(plan, host.Name(), i18n.Localizer{})
		if err != nil {
			t.Fatal(err)
		}
		for r := range p.Rules() {
			if rules++; r.Ports.Overlaps(own) {
				t.Errorf("%s: %s", host.Name(), r)
			}
		}
	}
	for stream := range plan.Traffic().All() {
		if stream.Ports.Overlaps(own) {
			t.Errorf("%s -> %s %s has to pass", stream.From, stream.To, stream.Ports)
		}
	}
	for gap := range plan.Missing(s.Traffic()) {
		for _, n := range gap.Needs {
			if n.Flow.ID() == portbook.FlowServerWorkloadProtectionRelayLocalhost {
				t.Errorf("%s -> %s is missing", gap.From, gap.To)
			}
		}
	}
	if rules == 0 {
		t.Error("there are no rules")
	}
}
