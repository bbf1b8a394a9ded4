package site_test

import (
	"fmt"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
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

// What do the rules of a firewall permit in excess of what the site needs?
func ExamplePlan_Excess() {
	host := func(name, address string, role portbook.Component) site.Host {
		return site.Host{Name: name, Addresses: []portbook.Host{portbook.MustParseHost(address)}, Roles: []portbook.Component{role}}
	}
	s, err := site.New(portbook.Builtin(), site.Definition{Name: "tokyo", Hosts: []site.Host{
		host("central", "192.0.2.10", portbook.ComponentApexCentralServer),
		host("administrators", "203.0.113.0/28", portbook.ComponentSiteAdministratorComputer),
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	central, _ := s.End("central")
	administrators, _ := s.End("administrators")
	permitted := s.Traffic(site.Stream{From: administrators, To: central, Ports: portbook.MustParsePortSet("22,443/tcp")})
	for x := range s.Plan().Excess(permitted).All() {
		fmt.Println(x.From, x.To, x.Ports)
	}
	// Output:
	// administrators central 22/tcp
}

// What a site leaves open is a question, with the answers that it can have.
func ExamplePlan_Questions() {
	s, err := site.New(portbook.Builtin(), site.Definition{Name: "tokyo", Hosts: []site.Host{{
		Name:      "gateway",
		Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.30")},
		Roles:     []portbook.Component{portbook.ComponentServiceGatewayAppliance},
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	questions := s.Plan().Questions()
	fmt.Println(questions[0].Text(i18n.Localizer{}))
	fmt.Println(questions[0].Answer())
	// Output:
	// Which host is “Administrator's computer”? Runs the web browser or SSH client used to manage a product.
	// {component: site/administrator-computer, absent: true, why: "..."}
}
