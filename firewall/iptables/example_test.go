package iptables_test

import (
	"fmt"
	"log"
	"net/netip"
	"os"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/i18n"
	rules "github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site/sitefile"
)

// The rules of a mail server, as a file for iptables-restore --noflush.
func ExampleWriteIPv4() {
	s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		log.Fatal(err)
	}
	policy, err := firewall.For(s.Plan(), "mail", i18n.Localizer{})
	if err != nil {
		log.Fatal(err)
	}
	var file strings.Builder
	if err := iptables.WriteIPv4(&file, policy, firewall.Options{}); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(file.String()) {
		if strings.Contains(line, "dport") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// -A PORTBOOK-INPUT -s 192.0.2.10/32 -d 203.0.113.25/32 -p 6 -m multiport --dports 25 -m comment --comment "apex-central/notification/smtp: Email notifications. (Alerts by email)" -j ACCEPT
}

// What do the rules that iptables-save printed permit?
func ExampleRead() {
	const saved = `*filter
:INPUT DROP [0:0]
-A INPUT -s 192.0.2.10/32 -p tcp -m tcp --dport 25 -j ACCEPT
COMMIT
`
	set, err := iptables.Read(strings.NewReader(saved), nil)
	if err != nil {
		log.Fatal(err)
	}
	mail := rules.Point{Address: netip.MustParseAddr("203.0.113.25")}
	for _, from := range []string{"192.0.2.10", "192.0.2.11"} {
		surely, _ := set.Permits(rules.Inbound, rules.Point{Address: netip.MustParseAddr(from)}, mail, portbook.TCP, 25)
		fmt.Println(from, surely)
	}
	// Output:
	// 192.0.2.10 true
	// 192.0.2.11 false
}
