package nftables_test

import (
	"fmt"
	"log"
	"net/netip"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/i18n"
	rules "github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site/sitefile"
)

// The rules of a mail server, as a file for nft -f.
func ExampleWrite() {
	s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.For(s.Plan(), "mail", i18n.Localizer{})
	if err != nil {
		log.Fatal(err)
	}
	var file strings.Builder
	if err := nftables.Write(&file, policy, firewall.Options{}); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(file.String()) {
		if strings.Contains(line, "dport") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// ip saddr @v4-central ip daddr @v4-mail tcp dport 25 counter accept comment "apex-central/notification/smtp: Email notifications. (Alerts by email)"
}

// What do the rules that "nft --json list ruleset" printed permit?
func ExampleRead() {
	file, err := os.Open("../../examples/site/central.nft.json")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	set, err := nftables.Read(file, nil)
	if err != nil {
		log.Fatal(err)
	}
	from, to := rules.Point{Address: netip.MustParseAddr("203.0.113.5")}, rules.Point{Address: netip.MustParseAddr("192.0.2.10")}
	for _, port := range []portbook.Port{22, 8443} {
		surely, possibly := set.Permits(rules.Inbound, from, to, portbook.TCP, port)
		fmt.Println(port, surely, possibly)
	}
	// Output:
	// 22 false false
	// 8443 true true
}
