package audit

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// addresses matches some prefixes.
func addresses(prefixes ...string) ruleset.Match {
	var b netipx.IPSetBuilder
	for _, p := range prefixes {
		b.AddPrefix(netip.MustParsePrefix(p))
	}
	set, _ := b.IPSet()
	return ruleset.Match{Addresses: set}
}

// chainOf returns a base chain that denies what its rules do not permit.
func chainOf(d ruleset.Direction, rules ...ruleset.Rule) *ruleset.Chain {
	for i := range rules {
		rules[i].Place = ruleset.Place{Line: i + 1}
	}
	return &ruleset.Chain{Name: "base", Place: ruleset.Place{Name: "default"}, Direction: d, Default: ruleset.Deny, Rules: rules}
}

func permit(from, to ruleset.Match, ports string) ruleset.Rule {
	return ruleset.Rule{From: from, To: to, Ports: portbook.MustParsePortSet(ports), Action: ruleset.Permit}
}

// rulesFound returns what an audit of rules finds, sorted.
func rulesFound(t *testing.T, f Findings, w Firewall) []string {
	t.Helper()
	if err := f.AddRules(w); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, x := range f.List {
		if x.Rule != nil {
			s := fmt.Sprintf("%s %s %v -> %v %v %v %s %s", x.Verdict, x.Rule.Direction, x.From, x.To, x.Ports, x.Rule.Places, x.Permission, x.Rule.What)
			list = append(list, strings.TrimSpace(s))
		}
	}
	slices.Sort(list)
	return list
}

// needsOf returns permits of the needs that pass a firewall, by addresses.
func needsOf(p *site.Plan, w Firewall, d ruleset.Direction) []ruleset.Rule {
	var list []ruleset.Rule
	match := func(e site.End) ruleset.Match {
		var b netipx.IPSetBuilder
		for _, r := range rangesOf(e) {
			b.AddRange(r)
		}
		set, _ := b.IPSet()
		return ruleset.Match{Addresses: set}
	}
	for n := range p.Needs() {
		if w.isPassedBy(n, d) {
			list = append(list, ruleset.Rule{From: match(n.From), To: match(n.To), Ports: portbook.UnionAll(n.Options...), Action: ruleset.Permit})
		}
	}
	return list
}

// TestExactRules: of rules that permit just the needs nothing is found, but for
// ends that are known by names.
func TestExactRules(t *testing.T) {
	p := tokyo(t)
	for _, w := range []Firewall{{Host: end(t, p, "central")}, {Host: end(t, p, "clients-east")}, {Host: end(t, p, "gateway")}, {}, {Zones: []string{"servers", "clients"}}} {
		w.Rules = &ruleset.Set{}
		directions := []ruleset.Direction{ruleset.Through}
		if !w.Host.IsZero() {
			directions = []ruleset.Direction{ruleset.Inbound, ruleset.Outbound}
		}
		for _, d := range directions {
			w.Rules.Chains = append(w.Rules.Chains, chainOf(d, needsOf(p, w, d)...))
		}
		for _, s := range rulesFound(t, Findings{Plan: p}, w) {
			if !strings.HasPrefix(s, "not-permitted") || !strings.Contains(s, "-> apex-central/") && !strings.Contains(s, "-> vision-one/") {
				t.Errorf("%v %v: %s", w.Host, w.Zones, s)
			}
		}
	}
}

func end(t *testing.T, p *site.Plan, name string) site.End {
	t.Helper()
	e, ok := p.Site().End(name)
	if !ok {
		t.Fatalf("no end %s", name)
	}
	return e
}

// TestRules: what deviates from the needs of a host is found where it is.
func TestRules(t *testing.T) {
	p := tokyo(t)
	central := end(t, p, "central")
	console, heartbeat := permit(addresses("203.0.113.0/28", "192.0.2.20/32"), addresses("192.0.2.10/32"), "8443/tcp"), permit(addresses("192.0.2.20/32"), ruleset.Match{}, "10323/udp")
	partial := heartbeat
	partial.Partial = true
	open := chainOf(ruleset.Inbound, console, heartbeat)
	open.Default = ruleset.Permit
	ofIPv6 := chainOf(ruleset.Inbound)
	ofIPv6.Family = ruleset.IPv6
	unknown := ruleset.Rule{Ports: portbook.PortSet{}.Complement(), Partial: true, Action: ruleset.Permit}
	for name, x := range map[string]struct {
		chain  *ruleset.Chain
		unread []ruleset.Unread
		want   []string
	}{
		"as needed":          {chain: chainOf(ruleset.Inbound, console, heartbeat)},
		"missing":            {chain: chainOf(ruleset.Inbound, console), want: []string{"not-permitted inbound exchange -> central 10323/udp [default] denied"}},
		"partial":            {chain: chainOf(ruleset.Inbound, console, partial), want: []string{"not-permitted inbound exchange -> central 10323/udp [default] possibly"}},
		"neighbors":          {chain: chainOf(ruleset.Inbound, console, heartbeat, permit(ruleset.Match{}, ruleset.Match{}, "133-136/58"))},
		"excess":             {chain: chainOf(ruleset.Inbound, console, heartbeat, permit(addresses("192.0.2.50/32"), ruleset.Match{}, "22/tcp")), want: []string{"excess inbound database -> central 22/tcp [line 3]"}},
		"excess, in part":    {chain: chainOf(ruleset.Inbound, console, permit(addresses("192.0.2.20/32"), ruleset.Match{}, "10320-10323/udp")), want: []string{"excess inbound exchange -> central 10320-10322/udp [line 2]"}},
		"decided before":     {chain: chainOf(ruleset.Inbound, console, heartbeat, ruleset.Rule{Ports: portbook.MustParsePortSet("*/tcp"), Action: ruleset.Deny}, permit(ruleset.Match{}, ruleset.Match{}, "22/tcp"))},
		"by default":         {chain: open, want: []string{"excess inbound  -> central */* [default]"}},
		"of another family":  {chain: ofIPv6},
		"of another host":    {chain: chainOf(ruleset.Inbound, console, heartbeat, permit(ruleset.Match{}, addresses("192.0.2.40/32"), "22/tcp"))},
		"of another address": {chain: chainOf(ruleset.Inbound, console, heartbeat, permit(ruleset.Match{}, addresses("192.0.2.99/32"), "22/tcp")), want: []string{"excess inbound  -> central 22/tcp [line 3]"}},
		"unread": {chain: chainOf(ruleset.Inbound, console, heartbeat, unknown), unread: []ruleset.Unread{{Place: ruleset.Place{Line: 3}, What: "queue"}},
			want: []string{"unread-rule   ->   [line 3]  queue"}},
	} {
		got := rulesFound(t, Findings{Plan: p}, Firewall{Host: central, Rules: &ruleset.Set{Chains: []*ruleset.Chain{x.chain}, Unread: x.unread}})
		if d := cmp.Diff(x.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestRuleScope: a rule set without rules for where it is said to be is an
// error, and so is one that means nothing.
func TestRuleScope(t *testing.T) {
	p := tokyo(t)
	for want, w := range map[string]Firewall{
		"audit: the rule set has no rules for what passes a gateway (expected: the rules of a gateway, or the host whose own firewall it is)": {Rules: &ruleset.Set{Chains: []*ruleset.Chain{chainOf(ruleset.Inbound)}}},
		"audit: the rule set has no rules for what a host opens or accepts (expected: the rules of a host)":                                   {Host: end(t, p, "central"), Rules: &ruleset.Set{Chains: []*ruleset.Chain{chainOf(ruleset.Through)}}},
		`ruleset: unknown direction "sideways" of base chain "base" (expected: inbound, outbound, through)`:                                   {Rules: &ruleset.Set{Chains: []*ruleset.Chain{chainOf("sideways")}}},
	} {
		f := Findings{Plan: p}
		if err := f.AddRules(w); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestPlatform: rules that name what they protect are about these hosts alone.
func TestPlatform(t *testing.T) {
	p := tokyo(t)
	central := end(t, p, "central")
	own := chainOf(ruleset.Inbound, permit(addresses("203.0.113.0/28"), ruleset.Match{}, "8443/tcp"), permit(addresses("0.0.0.0/0"), ruleset.Match{}, "22/tcp"))
	own.Own = []site.End{central}
	got := rulesFound(t, Findings{Plan: p}, Firewall{Rules: &ruleset.Set{Chains: []*ruleset.Chain{own}}})
	want := []string{
		"excess inbound  -> central 22/tcp [line 2]",
		"not-permitted inbound exchange -> central 10323/udp [default] denied",
		"not-permitted inbound exchange -> central 8443/tcp [default] denied",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestUnused: a rule is unused where the logs would show what it permits and
// show none of it.
func TestUnused(t *testing.T) {
	p := tokyo(t)
	central := end(t, p, "central")
	both := permit(ruleset.Match{}, ruleset.Match{}, "8443/tcp 10323/udp")
	for name, x := range map[string]struct {
		rules  []ruleset.Rule
		record func(*Record) // changes a record of the console
		want   []string
	}{
		"seen":          {rules: []ruleset.Rule{both}},
		"unseen":        {rules: []ruleset.Rule{permit(addresses("192.0.2.20/32"), ruleset.Match{}, "10323/udp")}, want: []string{"exchange -> central 10323/udp"}},
		"one of two":    {rules: []ruleset.Rule{permit(addresses("192.0.2.20/32"), ruleset.Match{}, "8443/tcp 10323/udp")}, want: nil},
		"never visible": {rules: []ruleset.Rule{permit(addresses("203.0.113.0/28"), ruleset.Match{}, "8443/tcp")}},
		"other traffic": {rules: []ruleset.Rule{permit(addresses("192.0.2.0/24"), ruleset.Match{}, "10323/udp")},
			record: func(r *Record) { r.From, r.ToPort, r.Protocol = netip.MustParseAddr("192.0.2.50"), 10323, portbook.UDP }},
		"traffic of another rule": {rules: []ruleset.Rule{permit(addresses("192.0.2.20/32"), ruleset.Match{}, "10323/udp")},
			record: func(r *Record) { r.From, r.ToPort = netip.MustParseAddr("192.0.2.50"), 22 }, want: []string{"exchange -> central 10323/udp"}},
		"nothing needs it": {rules: []ruleset.Rule{permit(addresses("192.0.2.20/32"), ruleset.Match{}, "22/tcp")}},
	} {
		tally := Compile(p).NewTally()
		base := Record{From: netip.MustParseAddr("192.0.2.20"), To: netip.MustParseAddr("192.0.2.10"), Protocol: portbook.TCP, ToPort: 8443, FromPort: 40000,
			Opened: true, Outcome: OutcomeConnected, First: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC).Unix()}
		tally.Add(&base)
		if x.record != nil {
			r := base
			x.record(&r)
			tally.Add(&r)
		}
		f := tally.Findings()
		if err := f.AddRules(Firewall{Host: central, Rules: &ruleset.Set{Chains: []*ruleset.Chain{chainOf(ruleset.Inbound, x.rules...)}}}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, y := range f.List {
			if y.Verdict == VerdictUnused {
				got = append(got, fmt.Sprintf("%v -> %v %v", y.From, y.To, y.Ports))
				if y.First != f.First || y.First.IsZero() {
					t.Errorf("%s: the window begins at %v", name, y.First)
				}
			}
		}
		if d := cmp.Diff(x.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestPermission: what rule sets would do stays apart from what logs show, and
// of several sets the strictest decides.
func TestPermission(t *testing.T) {
	for _, x := range []struct{ a, b, want Permission }{
		{PermissionUnknown, PermissionSurely, PermissionSurely},
		{PermissionSurely, PermissionPossibly, PermissionPossibly},
		{PermissionPossibly, PermissionNone, PermissionNone},
		{PermissionUnknown, PermissionUnknown, PermissionUnknown},
		{PermissionNone, PermissionUnknown, PermissionNone},
	} {
		if got, back := x.a.and(x.b), x.b.and(x.a); got != x.want || back != x.want {
			t.Errorf("%q and %q: %q, %q", x.a, x.b, got, back)
		}
	}
}
