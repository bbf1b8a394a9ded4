package site_test

import (
	"fmt"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// A console on one host and its administrators on others: what has to pass, and
// what does not pass yet.
func Example() {
	addresses := func(s string) []portbook.Host { return []portbook.Host{portbook.MustParseHost(s)} }
	s, err := site.New(portbook.Builtin(), site.Definition{
		Name: "tokyo",
		Hosts: []site.Host{
			{Name: "central", Addresses: addresses("192.0.2.10"), Roles: []portbook.Component{portbook.ComponentApexCentralServer}},
			{Name: "administrators", Addresses: addresses("203.0.113.0/28"), Roles: []portbook.Component{portbook.ComponentSiteAdministratorComputer}},
		},
		Answers: []site.Answer{
			{Flow: portbook.FlowApexCentralConsoleHTTP, Use: site.No, Why: "HTTPS only"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	central, _ := s.End("central")
	for n := range s.Plan().Needs() {
		if n.To == central && !n.Local {
			fmt.Println(n.From, n.To, n.Options, n.Flow)
		}
	}
	for gap := range s.Plan().Missing(s.Traffic()) {
		if gap.To == central {
			fmt.Println("missing:", gap.From, gap.To, gap.Options)
		}
	}
	// Output:
	// administrators central [443/tcp] apex-central/console/https
	// missing: administrators central [443/tcp]
}
