package audit_test

import (
	"fmt"
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
	"github.com/portbook/portbook/site/sitefile"
)

// exampleFindings audits the example site with its logs.
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
	return tally.Findings()
}

// TestPlanted: what deviates in the logs of the example is found, and nothing
// else.
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
			for _, x := range f.Examples[:1] {
				s += fmt.Sprintf(" (%v -> %v)", x.From, x.To)
			}
		} else {
			s += " " + f.Need.Flow.String()
		}
		if f.Reason != "" {
			s += fmt.Sprintf(" %s %v", f.Reason, f.Flows[0])
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
ambiguous: central -> apex-central/cloud-information-service apex-central/cloud/product-information
ambiguous: exchange -> apex-central/license-renewal-server apex-central/license/renewal
ambiguous: exchange -> apex-central/license-update-server apex-central/license/update
ambiguous: gateway -> packages-east 8081/tcp (192.0.2.30 -> 192.0.2.61)
attempted: management -> database itms/notification-server/sql-database
blocked: packages-west -> management itms/package-server/unc-outbound
unanswered: administrators -> management itms/console/web
unanswered: exchange -> central scanmail/logs/other-filters
unanswered: exchange -> central scanmail/logs/spam
unanswered: exchange -> central scanmail/logs/unscannable-parts
unanswered: exchange -> central scanmail/mcp-agent/registration
unanswered: exchange -> central scanmail/suspicious-objects/synchronization
undocumented-attempt: administrators -> 8 ends 23,5900/tcp (203.0.113.9 -> 192.0.2.10)
undocumented-attempt: clients-east -> central 22/tcp (198.51.100.77 -> 192.0.2.10) port deep-discovery-inspector/appliance/portal-over-ssh
undocumented-attempt: clients-east -> database 1433/tcp (198.51.100.77 -> 192.0.2.50) from apex-central/database/sql-server
undocumented: central ->  3389/tcp (192.0.2.10 -> 203.0.113.240)
undocumented: clients-east -> central 4343/tcp (198.51.100.44 -> 192.0.2.10) port apex-central/web-service/officescan
undocumented: exchange -> database 1433/tcp (192.0.2.20 -> 192.0.2.50) from apex-central/database/sql-server
undocumented: packages-east -> gateway 443/tcp (192.0.2.61 -> 192.0.2.30) from deep-discovery-inspector/service-gateway/connection
unobservable: administrators -> vision-one/download-center vision-one/console/downloads
unobservable: administrators -> vision-one/recaptcha vision-one/authentication/recaptcha
unobservable: administrators -> vision-one/sign-in vision-one/authentication/sign-in
unobservable: central -> mail apex-central/notification/smtp
unobservable: gateway -> vision-one/service-gateway-firmware service-gateway/appliance/outbound
unobservable: gateway -> vision-one/service-gateway-firmware vision-one/service-gateway/firmware
unobservable: gateway -> vision-one/service-gateway-remote-shell service-gateway/appliance/outbound
unobservable: gateway -> vision-one/service-gateway-remote-shell vision-one/service-gateway/remote-shell
unobservable: gateway -> vision-one/service-gateway-synchronization service-gateway/appliance/outbound
unobservable: gateway -> vision-one/service-gateway-synchronization vision-one/service-gateway/synchronization
unobservable: gateway -> vision-one/smart-protection-updates service-gateway/appliance/outbound
unobservable: gateway -> vision-one/smart-protection-updates vision-one/service-gateway/smart-protection-updates
unseen: clients-east -> gateway service-gateway/zero-trust/icap
unseen: clients-west -> gateway service-gateway/forward-proxy/connection
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
