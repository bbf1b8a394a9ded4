package firewall_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/site"
)

func TestComment(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"Alerts by email", 0, "Alerts by mail"},
		{"Alerts by email", 14, "Alerts by mail"},
		{"Alerts by email", 13, "Alerts by…"},
		{"管理コンソール", 21, "管理コンソール"},
		{"管理コンソール", 20, "管理コンソ…"},
		{"管理コンソール", 17, "管理コン…"},
		{"cafe\u0301s at night", 8, "caf…"}, // not "cafe", whose e has a mark
		{"👩\u200d👧 family", 12, "…"},        // and no half of a family
		{"say \"x\" `y` \\z", 0, "say 'x' 'y' /z"},
		{"“x” „y‟", 0, "'x' 'y'"},
		{"‘x’ ‚y‛", 0, "'x' 'y'"},
		{"${x} $(y) $$(z) $[w] costs $5", 0, "{x} (y) (z) [w] costs $5"},
		{"a\r\nb\u2028c\x00d", 0, "a b c�d"},
		{"user\u202egnp.exe \u2066x\u2069", 0, "usergnp.exe x"},
		{"anything", 2, ""},
		{"anything", 3, "…"},
		{"", 5, ""},
	} {
		if got := firewall.Comment(c.text, c.limit); got != c.want {
			t.Errorf("Comment(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

func FuzzComment(f *testing.F) {
	for _, s := range hostile.Names {
		f.Add(s, 128)
	}
	f.Add("$\u200b(x) $\u202e{y}", 0)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		got := firewall.Comment(text, limit)
		switch {
		case limit > 0 && len(got) > limit:
			t.Errorf("%d bytes, want at most %d", len(got), limit)
		case !utf8.ValidString(got) || printable.Text(got) != got:
			t.Errorf("%q is not printable", got)
		case strings.ContainsAny(got, "\"`\\\n\r“”„‟‘’‚‛"):
			t.Errorf("%q has a quotation mark or a backslash", got)
		case strings.Contains(got, "${") || strings.Contains(got, "$(") || strings.Contains(got, "$["):
			t.Errorf("%q has a dollar sign before a bracket", got)
		case firewall.Comment(got, limit) != got:
			t.Errorf("%q becomes %q", got, firewall.Comment(got, limit))
		}
	})
}

// TestReasons checks the comments of rules: nothing is lost where it fits, and
// the ids of all flows are there where the rest does not fit.
func TestReasons(t *testing.T) {
	s := sites.New(t, []site.Host{sites.Host("a", "", "192.0.2.1"), sites.Host("b", "", "192.0.2.2")}, nil,
		sites.Flow{From: "a", To: "b", Ports: "1/tcp", Why: "because"}, sites.Flow{From: "a", To: "b", Ports: "1/tcp"})
	for r := range lab.Policies(t, s)[0].Rules() {
		for limit, want := range map[int]string{
			0:  "t/f0: Flow 0 from a to b (because); t/f1: Flow 1 from a to b",
			60: "t/f0: Flow 0 from a to b (because); t/f1: Flow 1 from a to b",
			59: "t/f0, t/f1",
			9:  "t/f0,…",
		} {
			if got := r.Comment(limit); got != want {
				t.Errorf("Comment(%d) = %q, want %q", limit, got, want)
			}
		}
		if got := strings.Join(r.Lines(), "\n"); got != r.Key()+" outbound a -> b 1/tcp\n  t/f0: Flow 0 from a to b (because)\n  t/f1: Flow 1 from a to b" {
			t.Errorf("Lines() = %s", got)
		}
	}
}

// TestKeys holds that keys depend on the ends and ports alone, and that rules do
// not share them.
func TestKeys(t *testing.T) {
	hosts := []site.Host{sites.Host("a", "x", "192.0.2.1"), sites.Host("b", "y", "192.0.2.2")}
	keys := func(flows ...sites.Flow) map[string]string {
		list := map[string]string{}
		for _, p := range lab.Policies(t, sites.New(t, hosts, nil, flows...)) {
			for r := range p.Rules() {
				if list[r.Key()] != "" && list[r.Key()] != r.String() {
					t.Errorf("%s and %s share a key", list[r.Key()], r)
				}
				list[r.Key()] = r.String()
			}
		}
		return list
	}
	before := keys(sites.Flow{From: "a", To: "b", Ports: "1/tcp"})
	after := keys(sites.Flow{From: "b", To: "a", Ports: "1/tcp"}, sites.Flow{From: "a", To: "b", Ports: "1/udp"},
		sites.Flow{From: "a", To: "b", Ports: "1/tcp", Why: "asked for"}, sites.Flow{From: "a", To: "b", Ports: "1/tcp"})
	if len(before) != 3 || len(after) != 9 {
		t.Errorf("%d and %d keys", len(before), len(after))
	}
	for key, rule := range before {
		if after[key] != rule {
			t.Errorf("%s was %s and is %s", key, rule, after[key])
		}
	}
}

// TestOrder holds that the order of rules is that of their ends and ports, and
// not of the flows; and that a rule is wide if any of its needs is.
func TestOrder(t *testing.T) {
	hosts := []site.Host{sites.Host("a", "x", "192.0.2.1"), sites.Host("b", "y", "192.0.2.2"), sites.Host("c", "y", "192.0.2.3")}
	flows := []sites.Flow{
		{From: "b", To: "a", Ports: "1/tcp"}, {From: "a", To: "c", Ports: "1/tcp"}, {From: "a", To: "b", Ports: "1/udp"}, {From: "a", To: "b", Ports: "80/tcp"},
		{From: "a", To: "b", Ports: "9-99/tcp", More: "portKind: dynamic"}, {From: "a", To: "b", Ports: "9-99/tcp"}, {From: "a", To: "b", Ports: "9/tcp"}, {From: "a", To: "b", Ports: "443/tcp"},
	}
	const want = "inbound b -> a 1/tcp, outbound a -> b 9/tcp, outbound a -> b 9-99/tcp wide, outbound a -> b 80/tcp, outbound a -> b 443/tcp, outbound a -> b 1/udp, outbound a -> c 1/tcp"
	random := rand.New(rand.NewPCG(4, 4))
	for range 20 {
		random.Shuffle(len(flows), func(i, j int) { flows[i], flows[j] = flows[j], flows[i] })
		var list []string
		for r := range lab.Policies(t, sites.New(t, hosts, nil, flows...))[0].Rules() {
			list = append(list, r.String()+map[bool]string{true: " wide"}[r.Wide])
		}
		if got := strings.Join(list, ", "); got != want {
			t.Fatalf("got %s\nwant %s", got, want)
		}
	}
}

// TestOpenNeeds holds that a need of several options makes no rule until an
// answer says which one it is.
func TestOpenNeeds(t *testing.T) {
	hosts := []site.Host{sites.Host("a", "x", "192.0.2.1"), sites.Host("b", "y", "192.0.2.2")}
	flow := sites.Flow{From: "a", To: "b", Ports: "80,443/tcp", More: "portChoice: one-of"}
	s := sites.New(t, hosts, nil, flow)
	needs := 0
	for n := range s.Plan().Needs() {
		if n.IsOpen() {
			needs++
		}
	}
	if needs != 1 {
		t.Fatalf("%d open needs", needs)
	}
	count := func(s *site.Site) (rules int) {
		for _, p := range lab.Policies(t, s) {
			for range p.Rules() {
				rules++
			}
		}
		return rules
	}
	if n := count(s); n != 0 {
		t.Errorf("an open need makes %d rules", n)
	}
	d := s.Definition()
	d.Answers = append(d.Answers, site.Answer{Flow: "t/f0", Ports: sites.Ports("443/tcp"), Why: "HTTPS"})
	answered, err := site.New(s.Catalog(), d)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(answered); n != 3 {
		t.Errorf("an answered need makes %d rules, want those of two hosts and a gateway", n)
	}
}

// TestUnknownNames checks the messages about hosts and zones.
func TestUnknownNames(t *testing.T) {
	s := sites.New(t, []site.Host{sites.Host("central", "servers", "192.0.2.1")}, sites.Cloud{"cloud": {"192.0.2.9"}}, sites.Flow{From: "central", To: "cloud", Ports: "1/tcp"})
	host := func(name string) error { _, err := firewall.For(s.Plan(), name, i18n.Localizer{}); return err }
	zone := func(name string) error {
		_, err := firewall.Between(s.Plan(), i18n.Localizer{}, "servers", name)
		return err
	}
	for want, err := range map[string]error{
		`firewall: unknown host "centrl"; did you mean "central"?`:        host("centrl"),
		`firewall: unknown host "moon" (expected: a host of the site)`:    host("moon"),
		`firewall: unknown host "t/cloud" (expected: a host of the site)`: host("t/cloud"),
		`firewall: unknown zone "server"; did you mean "servers"?`:        zone("server"),
		`firewall: unknown zone "moon" (expected: a zone of the site)`:    zone("moon"),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := zone(""); err != nil {
		t.Errorf("the zone of clouds: %v", err)
	}
}
