package audit_test

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/audit/sockets"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
)

// exampleRules returns the rule sets of the example site.
func exampleRules(t testing.TB, s *site.Site) []audit.Firewall {
	t.Helper()
	read := func(name string, read func(io.Reader, *site.Site) (*ruleset.Set, error)) *ruleset.Set {
		f, err := os.Open("../examples/site/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		set, err := read(f, s)
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	central, _ := s.End("central")
	return []audit.Firewall{
		{Name: "central.nft.json", Rules: read("central.nft.json", nftables.Read), Host: central},
		{Name: "gateway.iptables", Rules: read("gateway.iptables", iptables.Read)},
	}
}

// exampleFindings audits the example site with its logs and rule sets.
func exampleFindings(t testing.TB) audit.Findings {
	t.Helper()
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	tally := audit.Compile(s.Plan()).NewTally()
	for _, name := range []string{"conn.log", "firewall.csv"} {
		f, err := os.Open("../examples/site/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		stats, err := flowlog.Read(f, flowlog.Options{}, tally.Add)
		if err != nil || stats.Broken > 0 {
			t.Fatalf("%s: %v, %+v", name, err, stats)
		}
	}
	f := tally.Findings()
	for _, w := range exampleRules(t, s) {
		if err := f.AddRules(w); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// TestPlanted: what deviates in the logs and rule sets of the example is found,
// and nothing else.
func TestPlanted(t *testing.T) {
	var got []string
	seen := 0
	for _, f := range exampleFindings(t).List {
		if f.Verdict == audit.VerdictSeen {
			seen++
			continue
		}
		s := fmt.Sprintf("%s: %v -> %v", f.Verdict, f.From, f.To)
		if f.Ends > 0 {
			s += fmt.Sprintf("%d ends", f.Ends)
		}
		if f.Need.Flow.IsZero() {
			s += " " + f.Ports.String()
			for _, x := range f.Examples[:min(1, len(f.Examples))] {
				s += fmt.Sprintf(" (%v -> %v)", x.From, x.To)
			}
		} else {
			s += " " + f.Need.Flow.String()
		}
		if f.Reason != "" {
			s += fmt.Sprintf(" %s %v", f.Reason, f.Flows[0])
		}
		if f.Permission != "" {
			s += fmt.Sprintf(" [%s]", f.Permission)
		}
		if f.Rule != nil {
			s += fmt.Sprintf(" {%s %s %v %s}", f.Rule.Firewall, f.Rule.Direction, f.Rule.Places, f.Rule.What)
		}
		got = append(got, s)
	}
	slices.Sort(got)
	want := strings.Split(strings.TrimSpace(plantedFindings), "\n")
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if seen != 63 {
		t.Errorf("%d needs are seen", seen)
	}
}

const plantedFindings = `
ambiguous: central -> apex-central/cloud-information-service apex-central/cloud/product-information [denied]
ambiguous: exchange -> apex-central/license-renewal-server apex-central/license/renewal [denied]
ambiguous: exchange -> apex-central/license-update-server apex-central/license/update [denied]
ambiguous: gateway -> packages-east 8081/tcp (192.0.2.30 -> 192.0.2.61)
attempted: management -> database itms/notification-server/sql-database
blocked: packages-west -> management itms/package-server/unc-outbound
excess:  -> central 9100/tcp {central.nft.json inbound [inet filter input handle 11] }
excess:  -> management 443/tcp {gateway.iptables through [line 17 (iptables filter clients-servers)] }
excess: administrators ->  3389/tcp {gateway.iptables through [line 15 (iptables filter clients-servers)] }
excess: central ->  */* {central.nft.json outbound [inet filter output] }
not-permitted: administrators -> vision-one/download-center vision-one/console/downloads [denied] {gateway.iptables through [line 16 (iptables filter clients-servers) line 4 (iptables filter FORWARD)] }
not-permitted: administrators -> vision-one/recaptcha vision-one/authentication/recaptcha [denied] {gateway.iptables through [line 16 (iptables filter clients-servers) line 4 (iptables filter FORWARD)] }
not-permitted: administrators -> vision-one/sign-in vision-one/authentication/sign-in [denied] {gateway.iptables through [line 16 (iptables filter clients-servers) line 4 (iptables filter FORWARD)] }
not-permitted: central -> apex-central/cloud-information-service apex-central/cloud/product-information [denied] {gateway.iptables through [line 4 (iptables filter FORWARD)] }
not-permitted: exchange -> apex-central/license-renewal-server apex-central/license/renewal [denied] {gateway.iptables through [line 4 (iptables filter FORWARD)] }
not-permitted: exchange -> apex-central/license-update-server apex-central/license/update [denied] {gateway.iptables through [line 4 (iptables filter FORWARD)] }
not-permitted: exchange -> central apex-central/mcp/heartbeat [possibly] {central.nft.json inbound [inet filter input] }
not-permitted: gateway -> vision-one/service-gateway-firmware service-gateway/appliance/outbound [denied] {gateway.iptables through [line 4 (iptables filter FORWARD) ip6tables filter] }
not-permitted: gateway -> vision-one/service-gateway-firmware vision-one/service-gateway/firmware [denied] {gateway.iptables through [line 4 (iptables filter FORWARD) ip6tables filter] }
not-permitted: gateway -> vision-one/service-gateway-remote-shell service-gateway/appliance/outbound [denied] {gateway.iptables through [line 4 (iptables filter FORWARD) ip6tables filter] }
not-permitted: gateway -> vision-one/service-gateway-remote-shell vision-one/service-gateway/remote-shell [denied] {gateway.iptables through [line 4 (iptables filter FORWARD) ip6tables filter] }
not-permitted: gateway -> vision-one/service-gateway-synchronization service-gateway/appliance/outbound [denied] {gateway.iptables through [line 4 (iptables filter FORWARD) ip6tables filter] }
not-permitted: gateway -> vision-one/service-gateway-synchronization vision-one/service-gateway/synchronization [denied] {gateway.iptables through [line 4 (iptables filter FORWARD) ip6tables filter] }
not-permitted: gateway -> vision-one/smart-protection-updates service-gateway/appliance/outbound [denied] {gateway.iptables through [line 4 (iptables filter FORWARD) ip6tables filter] }
not-permitted: gateway -> vision-one/smart-protection-updates vision-one/service-gateway/smart-protection-updates [denied] {gateway.iptables through [line 4 (iptables filter FORWARD) ip6tables filter] }
not-permitted: management -> clients-west itms/notification-server/agent-install-smb [possibly] {gateway.iptables through [line 4 (iptables filter FORWARD)] }
not-permitted: management -> clients-west itms/symantec-management-agent/push-install [possibly] {gateway.iptables through [line 4 (iptables filter FORWARD)] }
not-permitted: packages-west -> clients-west itms/package-server/multicast-udp [denied] {gateway.iptables through [line 4 (iptables filter FORWARD)] }
unanswered: administrators -> management itms/console/web [denied]
unanswered: exchange -> central scanmail/logs/other-filters [permitted]
unanswered: exchange -> central scanmail/logs/spam [permitted]
unanswered: exchange -> central scanmail/logs/unscannable-parts [permitted]
unanswered: exchange -> central scanmail/mcp-agent/registration [permitted]
unanswered: exchange -> central scanmail/suspicious-objects/synchronization [permitted]
undocumented-attempt: administrators -> 8 ends 23,5900/tcp (203.0.113.9 -> 192.0.2.10) [denied]
undocumented-attempt: clients-east -> central 22/tcp (198.51.100.77 -> 192.0.2.10) port deep-discovery-inspector/appliance/portal-over-ssh [denied]
undocumented-attempt: clients-east -> database 1433/tcp (198.51.100.77 -> 192.0.2.50) from apex-central/database/sql-server [denied]
undocumented: central ->  3389/tcp (192.0.2.10 -> 203.0.113.240) [denied]
undocumented: clients-east -> central 4343/tcp (198.51.100.44 -> 192.0.2.10) port apex-central/web-service/officescan [denied]
undocumented: exchange -> database 1433/tcp (192.0.2.20 -> 192.0.2.50) from apex-central/database/sql-server
undocumented: packages-east -> gateway 443/tcp (192.0.2.61 -> 192.0.2.30) from deep-discovery-inspector/service-gateway/connection
unobservable: administrators -> vision-one/download-center vision-one/console/downloads [denied]
unobservable: administrators -> vision-one/recaptcha vision-one/authentication/recaptcha [denied]
unobservable: administrators -> vision-one/sign-in vision-one/authentication/sign-in [denied]
unobservable: central -> mail apex-central/notification/smtp [permitted]
unobservable: gateway -> vision-one/service-gateway-firmware service-gateway/appliance/outbound [denied]
unobservable: gateway -> vision-one/service-gateway-firmware vision-one/service-gateway/firmware [denied]
unobservable: gateway -> vision-one/service-gateway-remote-shell service-gateway/appliance/outbound [denied]
unobservable: gateway -> vision-one/service-gateway-remote-shell vision-one/service-gateway/remote-shell [denied]
unobservable: gateway -> vision-one/service-gateway-synchronization service-gateway/appliance/outbound [denied]
unobservable: gateway -> vision-one/service-gateway-synchronization vision-one/service-gateway/synchronization [denied]
unobservable: gateway -> vision-one/smart-protection-updates service-gateway/appliance/outbound [denied]
unobservable: gateway -> vision-one/smart-protection-updates vision-one/service-gateway/smart-protection-updates [denied]
unread-rule:  ->   {central.nft.json  [inet filter services handle 14] limit {"burst":5,"per":"second","rate":10}}
unread-rule:  ->   {gateway.iptables  [ip6tables filter] not listed}
unread-rule:  ->   {gateway.iptables  [line 32 (iptables filter servers-clients)] -m time --timestart 18:00:00 --timestop 08:00:00 --datestop 2038-01-19T03:14:07}
unseen: clients-east -> gateway service-gateway/zero-trust/icap [permitted]
unseen: clients-west -> gateway service-gateway/forward-proxy/connection [permitted]
unused: clients-east -> gateway 1344/tcp {gateway.iptables through [line 20 (iptables filter clients-servers)] }
unused: clients-west -> gateway 8080/tcp {gateway.iptables through [line 23 (iptables filter clients-servers)] }
`

// TestListening compares a list of sockets of the example with its needs.
func TestListening(t *testing.T) {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("../examples/site/central.ss")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := sockets.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	host, _ := s.End("central")
	check := func(list []audit.Socket, want ...string) {
		t.Helper()
		var got []string
		for _, f := range audit.Listening(s.Plan(), host, list) {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %v %v %s", f.Verdict, f.Need.Flow, f.Ports, f.Program)))
		}
		slices.Sort(got)
		if d := cmp.Diff(want, slices.Compact(got)); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
	check(list,
		"listening apex-central/console/https 8443/tcp",
		"listening apex-central/mcp/heartbeat 10323/udp",
		"not-listening apex-central/server/internal 20101/tcp",
		"not-listening apex-central/tmi/interprocess 10198/tcp",
		"undocumented-listener  9100/tcp node_exporter")
	// The loopback interface is enough for what stays on the machine, and for
	// nothing else.
	loopback := netip.MustParseAddr("127.0.0.1")
	check([]audit.Socket{{Protocol: portbook.TCP, Address: loopback, Port: 10198}, {Protocol: portbook.TCP, Address: loopback, Port: 8443}},
		"listening apex-central/tmi/interprocess 10198/tcp",
		"not-listening apex-central/console/https 8443/tcp",
		"not-listening apex-central/mcp/heartbeat 10323/udp",
		"not-listening apex-central/server/internal 20101/tcp")
}
