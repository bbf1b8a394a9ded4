package firewall_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site/sitefile"
)

// Example writes the rules of a host's own firewall for nft.
func Example() {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.For(s.Plan(), "mail", i18n.Localizer{})
	if err != nil {
		log.Fatal(err)
	}
	for rule := range policy.Rules() {
		fmt.Println(rule)
		fmt.Println(rule.Comment(128))
	}
	fmt.Println(len(nftables.Gaps(policy)), "gaps")
	var file strings.Builder
	if err := nftables.Write(&file, policy, firewall.Options{DefaultDeny: true}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// inbound central -> mail 25/tcp
	// apex-central/notification/smtp: Email notifications. (Alerts by email)
	// 0 gaps
}
