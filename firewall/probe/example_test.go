package probe_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/probe"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site/sitefile"
)

// A script that tests what a console has to reach.
func ExampleWriteBash() {
	s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.For(s.Plan(), "administrators", i18n.Localizer{})
	if err != nil {
		log.Fatal(err)
	}
	var script strings.Builder
	if err := probe.WriteBash(&script, policy, firewall.Options{}); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(script.String()) {
		if strings.Contains(line, "192.0.2.10 ") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// tcp_port '192.0.2.10' 8443 'central                     192.0.2.10                   8443/tcp  apex-central/console/https: Console access, MCP agent connections, and some update downloads over HTTPS. (443 is the portal'\''s)'
}
