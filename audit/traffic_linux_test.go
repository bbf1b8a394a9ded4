package audit_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/audit/sockets"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/duckdb"
	"github.com/portbook/portbook/internal/testkit/lab"
)

// connection is one that the test makes.
type connection struct {
	from, to string
	protocol portbook.Protocol
	port     portbook.Port
	accepted bool
}

// planted is what happens in the network: needs that are met, and deviations.
var planted = []connection{
	{"192.0.2.40", "192.0.2.50", portbook.TCP, 1433, true},     // the management server, to its database
	{"192.0.2.40", "192.0.2.52", portbook.UDP, 53, true},       // names
	{"192.0.2.20", "192.0.2.10", portbook.TCP, 8443, true},     // an open question
	{"192.0.2.62", "192.0.2.40", portbook.TCP, 445, false},     // a needed share that refuses
	{"192.0.2.20", "192.0.2.50", portbook.TCP, 1433, true},     // nobody documents that
	{"192.0.2.61", "192.0.2.30", portbook.TCP, 6000, true},     // nor that
	{"198.51.100.77", "192.0.2.10", portbook.TCP, 22, false},   // refused
	{"203.0.113.9", "192.0.2.50", portbook.TCP, 5900, false},   // refused
	{"192.0.2.20", "192.0.2.40", portbook.TCP, dropped, false}, // dropped by the router
	{"198.51.100.44", "192.0.2.10", portbook.TCP, 4343, true},  // the console of another product
}

// dropped is a port that the router does not forward.
const dropped = 3389

// trafficFindings are those of each log, but for needs that were not seen. The
// packet filter logs a first packet that it permits, and not the answers;
// conntrack forgets what is dropped.
var trafficFindings = map[string]string{
	"nfdump": refusals + `
undocumented-attempt: exchange -> management 3389/tcp`,
	"conntrack": refusals,
	"netfilter": `
seen: exchange -> central 8443/tcp
seen: management -> database 1433/tcp
seen: management -> directory 53/tcp 53/udp
seen: packages-west -> management 445/tcp
unanswered: exchange -> central 8443/tcp
undocumented-attempt: exchange -> management 3389/tcp
undocumented: administrators -> database 5900/tcp
undocumented: clients-east -> central 22,4343/tcp
undocumented: exchange -> database 1433/tcp
undocumented: packages-east -> gateway 6000/tcp`,
}

const refusals = `
attempted: packages-west -> management 445/tcp
seen: exchange -> central 8443/tcp
seen: management -> database 1433/tcp
seen: management -> directory 53/tcp 53/udp
unanswered: exchange -> central 8443/tcp
undocumented-attempt: administrators -> database 5900/tcp
undocumented-attempt: clients-east -> central 22/tcp
undocumented: clients-east -> central 4343/tcp
undocumented: exchange -> database 1433/tcp
undocumented: packages-east -> gateway 6000/tcp`

// logsFolder is where the process in the network stores the logs for that
// outside, which can install a database.
const logsFolder = "PORTBOOK_TRAFFIC"

// TestTraffic makes connections between machines, which are network namespaces,
// and audits what programs log of them: all deviations are found, and nothing
// else. SQL computes the same.
func TestTraffic(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes a network")
	}
	for _, name := range []string{"softflowd", "nfcapd", "nfdump", "conntrack", "ss", "nft", "ulogd"} {
		consumer.Program(t, name)
	}
	outside := os.Getenv(logsFolder) == ""
	if outside {
		t.Setenv(logsFolder, t.TempDir())
	}
	lab.Run(t, makeTraffic)
	if !outside {
		return
	}
	db := duckdb.New(t)
	for name := range trafficFindings {
		var records []audit.Record
		tally := example(t).NewTally()
		readTraffic(t, name, func(r *audit.Record) { records = append(records, *r); tally.Add(r) })
		db.CheckFindings(t, tally.Findings(), duckdb.Records(t, records))
	}
}

// makeTraffic stores the logs of what is planted, and checks their findings.
func makeTraffic(t *testing.T) {
	machines := map[string][]netip.Addr{}
	for _, c := range planted {
		for _, s := range []string{c.from, c.to} {
			machines["m"+strings.ReplaceAll(s, ".", "-")] = []netip.Addr{netip.MustParseAddr(s)}
		}
	}
	x := lab.NewTraffic(t, machines)
	listening := map[string]bool{}
	for _, c := range planted {
		at := fmt.Sprint(c.to, c.protocol, c.port)
		if c.accepted && !listening[at] {
			listening[at] = true
			x.Listen(netip.MustParseAddr(c.to), c.protocol, c.port)
		}
	}
	logs := watch(t, x)
	for _, c := range planted {
		x.Open(netip.MustParseAddr(c.from), netip.MustParseAddr(c.to), c.protocol, c.port, c.accepted)
	}
	for name, log := range logs() {
		if err := os.WriteFile(filepath.Join(os.Getenv(logsFolder), name), []byte(log), 0o600); err != nil {
			t.Fatal(err)
		}
		checkTraffic(t, name)
	}
	central := netip.MustParseAddr("192.0.2.10")
	list, err := sockets.Read(strings.NewReader(x.Machine(central).Output("ss", "-Hntulp")))
	if err != nil {
		t.Fatal(err)
	}
	checkSockets(t, list)
}

// readTraffic reads a log by its format.
func readTraffic(t *testing.T, name string, add func(*audit.Record)) {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(os.Getenv(logsFolder), name))
	if err != nil {
		t.Fatal(err)
	}
	stats, err := flowlog.Read(bytes.NewReader(log), flowlog.Options{Vantage: name}, add)
	if err != nil || stats.Broken > 0 || string(stats.Format) != name {
		t.Fatalf("%s: %v, %+v in\n%s", name, err, stats, log)
	}
}

func checkTraffic(t *testing.T, name string) {
	t.Helper()
	tally := example(t).NewTally()
	readTraffic(t, name, tally.Add)
	var got []string
	for _, f := range tally.Findings().List {
		if f.Records > 0 {
			got = append(got, fmt.Sprintf("%s: %v -> %v %v", f.Verdict, f.From, f.To, f.Ports))
		}
	}
	slices.Sort(got)
	want := strings.Split(strings.TrimSpace(trafficFindings[name]), "\n")
	slices.Sort(want)
	if d := cmp.Diff(want, slices.Compact(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

// checkSockets: two ports of central are open, of which one is needed.
func checkSockets(t *testing.T, list []audit.Socket) {
	t.Helper()
	plan := example(t).Plan()
	host, _ := plan.Site().End("central")
	verdicts := map[string]audit.Verdict{}
	for _, f := range audit.Listening(plan, host, list) {
		verdicts[f.Ports.String()] = f.Verdict
	}
	if verdicts["8443/tcp"] != audit.VerdictListening || verdicts["4343/tcp"] != audit.VerdictUndocumentedListener || len(list) != 2 {
		t.Errorf("sockets %v give %v", list, verdicts)
	}
}

// watch starts what logs connections on the router. The function that it returns
// ends that, and returns the logs.
func watch(t *testing.T, x *lab.Traffic) func() map[string]string {
	router := x.Router()
	router.Do(fmt.Sprintf(`table ip logged {
	chain forward {
		type filter hook forward priority 0
		tcp dport %d log prefix "drop: " group 5 drop
		ct state new log prefix "allow: " group 5
	}
}
`, dropped), "nft", "-f", "-")
	// The table has what is open or was a while ago, and events what was refused.
	events := router.Start("conntrack", "-E", "-e", "DESTROY", "-o", "timestamp")
	packets, stop := ulogd(t, router)
	capture := x.Capture()
	return func() map[string]string {
		time.Sleep(500 * time.Millisecond) // for the last packets
		pcap, connections, said := capture(), events()+router.Output("conntrack", "-L"), stop()
		log, err := os.ReadFile(packets)
		if err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		return map[string]string{"nfdump": netflow(t, router, pcap), "conntrack": connections, "netfilter": string(log)}
	}
}

// ulogd starts a program that writes what the packet filter logs as the kernel
// does, which in namespaces logs nothing itself.
func ulogd(t *testing.T, router lab.Machine) (file string, stop func() string) {
	plugins, err := filepath.Glob("/usr/lib/*/ulogd/ulogd_*.so")
	if err != nil || len(plugins) == 0 {
		consumer.Missing(t, "ulogd has no plugins")
	}
	dir := t.TempDir()
	file = filepath.Join(dir, "packets")
	var b strings.Builder
	fmt.Fprintf(&b, "[global]\nlogfile=\"%s\"\n", filepath.Join(dir, "log"))
	for _, name := range []string{"inppkt_NFLOG", "raw2packet_BASE", "filter_IFINDEX", "filter_IP2STR", "filter_PRINTPKT", "output_LOGEMU"} {
		fmt.Fprintf(&b, "plugin=\"%s/ulogd_%s.so\"\n", filepath.Dir(plugins[0]), name)
	}
	fmt.Fprintf(&b, "stack=log:NFLOG,base:BASE,ifi:IFINDEX,ip:IP2STR,print:PRINTPKT,emu:LOGEMU\n[log]\ngroup=5\n[emu]\nfile=\"%s\"\nsync=1\n", file)
	config := filepath.Join(dir, "config")
	if err := os.WriteFile(config, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	stop = router.Start("ulogd", "-c", config)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(file); err == nil {
			break
		}
	}
	return file, stop
}

// netflow turns packets into the flows that softflowd exports, nfcapd collects
// and nfdump prints.
func netflow(t *testing.T, router lab.Machine, pcap []byte) string {
	dir := t.TempDir()
	file := filepath.Join(dir, "packets")
	if err := os.WriteFile(file, pcap, 0o600); err != nil {
		t.Fatal(err)
	}
	flows := filepath.Join(dir, "flows")
	if err := os.Mkdir(flows, 0o700); err != nil {
		t.Fatal(err)
	}
	collect := router.Start("nfcapd", "-b", "127.0.0.1", "-p", "9995", "-w", flows, "-t", "3600")
	for !strings.Contains(router.Output("ss", "-Hnul"), "127.0.0.1:9995") {
		time.Sleep(10 * time.Millisecond)
	}
	router.Output("softflowd", "-d", "-r", file, "-a", "-n", "127.0.0.1:9995", "-v", "9", "-p", filepath.Join(dir, "pid"), "-c", "none")
	time.Sleep(500 * time.Millisecond) // for the last datagram
	said := collect()
	log := router.Output("nfdump", "-R", flows, "-o", "json", "-q")
	if !strings.Contains(log, "src4_addr") {
		t.Fatalf("no flows: %s", said)
	}
	return log
}
