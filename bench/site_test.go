package bench

import (
	"fmt"
	"io"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/testkit/synthetic"
	"github.com/portbook/portbook/site"
)

// siteOf returns a site of n hosts, which play all components of a catalog in
// turn.
func siteOf(c *portbook.Catalog, n int) site.Definition {
	d := site.Definition{Name: "bench"}
	components := c.Components()
	for i := range max(n, len(components)) {
		x := components[i%len(components)]
		if x == portbook.ComponentSiteUnspecified {
			continue
		}
		if i < n {
			d.Hosts = append(d.Hosts, site.Host{
				Name: fmt.Sprintf("h%d", i), Addresses: []portbook.Host{portbook.MustParseHost(fmt.Sprintf("10.%d.%d.1", i/250, i%250))},
			})
		}
		h := &d.Hosts[min(i, len(d.Hosts)-1)]
		if i >= n {
			h = &d.Hosts[i%len(d.Hosts)]
		}
		h.Roles = append(h.Roles, x)
	}
	return d
}

// BenchmarkPlan plans sites: 1,000 hosts over the built-in catalog, and 100
// hosts over 100,000 flows. Beside the time it tells the needs of a plan. It
// checks the definition, decides on every flow, and passes over all needs.
func BenchmarkPlan(b *testing.B) {
	for _, x := range []struct {
		name  string
		c     *portbook.Catalog
		hosts int
	}{
		{"flows=builtin/hosts=10", portbook.Builtin(), 10},
		{"flows=builtin/hosts=100", portbook.Builtin(), 100},
		{"flows=builtin/hosts=1000", portbook.Builtin(), 1000},
		{"flows=1000/hosts=100", handle.Catalog(synthetic.Table(1_000, 500, 1)), 100},
		{"flows=10000/hosts=100", handle.Catalog(synthetic.Table(10_000, 500, 1)), 100},
		{"flows=100000/hosts=100", handle.Catalog(synthetic.Table(100_000, 500, 1)), 100},
	} {
		d := siteOf(x.c, x.hosts)
		b.Run(x.name, func(b *testing.B) {
			needs := 0
			for b.Loop() {
				s, err := site.New(x.c, d)
				if err != nil {
					b.Fatal(err)
				}
				needs = 0
				for range s.Plan().Needs() {
					needs++
				}
			}
			b.ReportMetric(float64(needs), "needs")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(max(needs, 1)), "ns/need")
		})
	}
}

// BenchmarkMissing compares what a plan needs with what is permitted.
func BenchmarkMissing(b *testing.B) {
	s, err := site.New(portbook.Builtin(), siteOf(portbook.Builtin(), 1000))
	if err != nil {
		b.Fatal(err)
	}
	p := s.Plan()
	permitted := p.Traffic()
	for b.Loop() {
		for range p.Missing(permitted) {
		}
	}
}

// BenchmarkRules writes the rules of sites of 1,000 hosts in five zones: those of
// one host, and those of a gateway between all zones. Beside the time it reports
// the rules of a file.
func BenchmarkRules(b *testing.B) {
	d := siteOf(portbook.Builtin(), 1000)
	for i := range d.Hosts {
		d.Hosts[i].Zone = fmt.Sprintf("zone%d", i%5)
	}
	s, err := site.New(portbook.Builtin(), d)
	if err != nil {
		b.Fatal(err)
	}
	plan := s.Plan()
	for _, vantage := range []struct {
		name   string
		policy func() (*firewall.Policy, error)
	}{
		{"host", func() (*firewall.Policy, error) { return firewall.For(plan, "h1", i18n.Localizer{}) }},
		{"gateway", func() (*firewall.Policy, error) { return firewall.Between(plan, i18n.Localizer{}) }},
	} {
		for _, target := range []struct {
			name  string
			write func(io.Writer, *firewall.Policy, firewall.Options) error
		}{{"nftables", nftables.Write}, {"iptables", iptables.WriteIPv4}} {
			b.Run("hosts=1000/of="+vantage.name+"/by="+target.name, func(b *testing.B) {
				rules := 0
				for b.Loop() {
					policy, err := vantage.policy()
					if err != nil {
						b.Fatal(err)
					}
					if err := target.write(io.Discard, policy, firewall.Options{DefaultDeny: true}); err != nil {
						b.Fatal(err)
					}
					rules = 0
					for range policy.Rules() {
						rules++
					}
				}
				b.ReportMetric(float64(rules), "rules")
			})
		}
	}
}
