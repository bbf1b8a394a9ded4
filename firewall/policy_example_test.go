package firewall_test

import (
	"fmt"
	"log"
	"os"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site/sitefile"
)

// What a gateway between two zones has to let through.
func ExampleBetween() {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.Between(s.Plan(), i18n.Localizer{}, "servers", "dmz")
	if err != nil {
		log.Fatal(err)
	}
	for rule := range policy.Rules() {
		fmt.Println(rule)
	}
	// Output:
	// through central -> mail 25/tcp
}

// The rules of a server's own firewall: those from outside of it only.
func ExampleFor() {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.For(s.Plan(), "central", i18n.Localizer{})
	if err != nil {
		log.Fatal(err)
	}
	for rule := range policy.Rules() {
		if rule.Direction == firewall.Inbound {
			fmt.Println(rule.From, rule.Ports)
		}
	}
	// Output:
	// administrators 8443/tcp
	// exchange 8443/tcp
	// exchange 10323/udp
}
