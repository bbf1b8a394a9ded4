package aerleon_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/aerleon"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site/sitefile"
)

// The terms of a gateway between servers and the DMZ. WriteDefinitions writes
// the addresses and ports that they name.
func ExampleWritePolicy() {
	s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.Between(s.Plan(), i18n.Localizer{}, "servers", "dmz")
	if err != nil {
		log.Fatal(err)
	}
	var file strings.Builder
	if err := aerleon.WritePolicy(&file, policy, firewall.Options{}); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(file.String()) {
		if strings.Contains(line, "name:") || strings.Contains(line, "-port:") || strings.Contains(line, "-address:") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// - name: mail-tcp-25-6652c10b
	// source-address: TOKYO_CENTRAL-IPV4
	// destination-address: TOKYO_MAIL-IPV4
	// destination-port: [TOKYO_TCP-25]
}
