// Gosite makes a site in Go rather than from a file, as a program does that knows
// the hosts from an inventory, and writes the rules of one of them for nft.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site"
	"golang.org/x/text/language"
)

// machine is an entry of the inventory.
type machine struct {
	name, address string
	role          portbook.Component
}

var inventory = []machine{
	{"central", "192.0.2.10", portbook.ComponentApexCentralServer},
	{"mail", "203.0.113.25", portbook.ComponentSiteSMTPServer},
	{"administrators", "203.0.113.0/28", portbook.ComponentSiteAdministratorComputer},
}

func main() {
	if err := run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(w io.Writer) error {
	s, err := network(inventory)
	if err != nil {
		return err
	}
	plan := s.Plan()
	policy, err := firewall.For(plan, "mail", i18n.New(language.Japanese))
	if err != nil {
		return err
	}
	for _, gap := range nftables.Gaps(policy) {
		fmt.Fprintln(os.Stderr, gap.Text(policy.Localizer()))
	}
	return nftables.Write(w, policy, firewall.Options{DefaultDeny: true})
}

// network returns the site of an inventory.
func network(machines []machine) (*site.Site, error) {
	d := site.Definition{
		Name: "tokyo",
		Answers: []site.Answer{
			{Flow: portbook.FlowApexCentralNotificationSMTP, Use: site.Yes, Why: "Alerts by email"},
		},
	}
	for _, m := range machines {
		address, err := portbook.ParseHost(m.address)
		if err != nil {
			return nil, fmt.Errorf("inventory: %s: %w", m.name, err)
		}
		d.Hosts = append(d.Hosts, site.Host{Name: m.name, Addresses: []portbook.Host{address}, Roles: []portbook.Component{m.role}})
	}
	return site.New(portbook.Builtin(), d)
}
