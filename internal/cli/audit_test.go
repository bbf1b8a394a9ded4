package cli

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/testkit/golden"
)

// auditRun audits the example site.
func auditRun(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return portbookRun(t, nil, append([]string{"audit", exampleSite, "--as-of", "2026-12-01"}, args...)...)
}

const (
	exampleLog      = "../../examples/site/conn.log"
	exampleFirewall = "../../examples/site/firewall.csv"
	exampleSockets  = "central=../../examples/site/central.ss"
	exampleHost     = "central=../../examples/site/central.nft.json"
	exampleGateway  = "../../examples/site/gateway.iptables"
)

func TestAudit(t *testing.T) {
	for _, lang := range []string{"en", "ja"} {
		status, stdout, stderr := auditRun(t, "--log", exampleLog, "--log", exampleFirewall, "--rules", exampleHost, "--rules", exampleGateway, "--listening", exampleSockets, "--lang", lang)
		if status != 1 || stderr != "" {
			t.Errorf("%s: exit %d, %s", lang, status, stderr)
		}
		golden.CheckWithout(t, portbook.DataVersion, "testdata/audit."+lang+".txt", []byte(stdout))
		_, stdout, _ = auditRun(t, "--log", exampleLog, "--suggest", "--lang", lang)
		golden.Check(t, "testdata/suggest.yaml", []byte(stdout))
	}
	golden.Check(t, "testdata/help-audit.txt", []byte(succeed(t, "audit", "--help")))
}

// TestAuditSuggestsNothing: an empty answer is explained.
func TestAuditSuggestsNothing(t *testing.T) {
	log := filepath.Join(t.TempDir(), "conn.csv")
	if err := os.WriteFile(log, []byte("src,dst,dport,proto\n203.0.113.3,192.0.2.10,8443,tcp\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, stdout, stderr := auditRun(t, "--log", log, "--suggest", "--fail-on", "none"); status != 0 || stdout != "" || !strings.HasPrefix(stderr, "portbook: nothing to suggest") {
		t.Errorf("exit %d, %q, %s", status, stdout, stderr)
	}
}

// TestAuditStatus: the status depends on the verdicts of --fail-on.
func TestAuditStatus(t *testing.T) {
	for args, want := range map[string]int{
		"--log " + exampleLog:                                                       1,
		"--log " + exampleLog + " --fail-on none":                                   0,
		"--log " + exampleLog + " --fail-on not-listening":                          0,
		"--log " + exampleLog + " --fail-on Unseen,not-listening":                   1,
		"--listening " + exampleSockets:                                             1,
		"--rules " + exampleHost:                                                    1,
		"--rules " + exampleHost + " --fail-on not-permitted":                       1,
		"--rules " + exampleHost + " --fail-on unread-rule":                         1,
		"--rules " + exampleHost + " --fail-on unused":                              0,
		"--rules " + exampleGateway + " --fail-on unused":                           0,
		"--rules " + exampleGateway + " --fail-on unused --log " + exampleLog:       1,
		"--rules servers,clients=" + exampleGateway + " --fail-on excess":           1,
		"--rules dmz,clients=" + exampleGateway + " --fail-on not-permitted":        0,
		"--listening " + exampleSockets + " --fail-on undocumented":                 0,
		"--log " + exampleLog + " --until 2026-11-25 --fail-on undocumented":        0,
		"--log " + exampleLog + " --since 2026-11-25T10:00:00Z --fail-on attempted": 1,
		"--log " + exampleLog + " --since 2027-01-01 --fail-on attempted":           0,
	} {
		if status, _, stderr := auditRun(t, strings.Fields(args)...); status != want {
			t.Errorf("audit %s: exit %d, want %d: %s", args, status, want, stderr)
		}
	}
}

// TestAuditLogs: logs may be compressed, and come by standard input; what cannot
// be read is said.
func TestAuditLogs(t *testing.T) {
	plain, err := os.ReadFile(exampleLog)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(plain)
	w.Close()
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	_, want, _ := auditRun(t, "--log", exampleLog, "--json", "verdict,records")
	whole := write("conn.log.gz", packed.Bytes())
	if _, got, stderr := auditRun(t, "--log", whole, "--json", "verdict,records"); got != want || stderr != "" {
		t.Errorf("a compressed log gives %s, %s", got, stderr)
	}
	var stdout, stderr bytes.Buffer
	Run([]string{"audit", exampleSite, "--as-of", "2026-12-01", "--log", "-", "--json", "verdict,records"}, bytes.NewReader(plain), &stdout, &stderr, func(string) string { return "" })
	if stdout.String() != want || stderr.Len() > 0 {
		t.Errorf("standard input gives %s, %s", stdout.String(), stderr.String())
	}
	cut := write("cut.log.gz", packed.Bytes()[:packed.Len()/2])
	if _, _, said := auditRun(t, "--log", cut, "--fail-on", "none"); !strings.HasSuffix(said, "cut.log.gz: the log is truncated; everything before the end was read\n") {
		t.Errorf("of a log that is cut off: %s", said)
	}
	broken := write("broken.csv", []byte("src,dst,dport,proto\n192.0.2.1,192.0.2.2,x,tcp\n"))
	_, _, said := auditRun(t, "--log", broken, "--fail-on", "none")
	if said = strings.ReplaceAll(said, broken, "broken.csv"); said != "portbook: broken.csv: 1 of 2 lines could not be read\n  broken.csv:2: malformed port: \"x\"\nportbook: broken.csv: no connections (skipped lines: 1)\n" {
		t.Errorf("of a broken line: %s", said)
	}
}

// TestAuditVantages: the place of a log precedes an equals sign, which names of
// files and folders can have, too.
func TestAuditVantages(t *testing.T) {
	plain, err := os.ReadFile(exampleLog)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, name := range []string{"conn.log", "day=1.log", "day=2/conn.log"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, plain, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for log, want := range map[string]string{
		"conn.log": "", "gateway=conn.log": "gateway", "day=1.log": "", "day=2/conn.log": "", "x=day=1.log": "x", "./day=2/conn.log": "",
	} {
		if got, _ := cutVantage(log); got != want {
			t.Errorf("%s is of %q, want %q", log, got, want)
		}
	}
}

// TestAuditSources: findings say where their records come from, and that some
// were found by sampling.
func TestAuditSources(t *testing.T) {
	for lang, want := range map[string][2]string{
		"en": {"Recorded at: core, gateway", "Some records come from sampled traffic"}, "ja": {"記録場所: core, gateway", "サンプリングされた記録を含む"},
	} {
		_, stdout, _ := auditRun(t, "--log", "gateway="+exampleLog, "--log", "core="+exampleFirewall, "--sampled", "--lang", lang)
		for _, s := range want {
			if !strings.Contains(stdout, s) {
				t.Errorf("%s lacks %q", lang, s)
			}
		}
		_, stdout, _ = auditRun(t, "--log", "gateway="+exampleLog, "--format", "csv", "--lang", lang)
		if !strings.Contains(stdout, map[string]string{"en": "Recorded at", "ja": "記録場所"}[lang]) || strings.Count(stdout, "gateway") < 20 {
			t.Errorf("%s: %.300s", lang, stdout)
		}
	}
	_, stdout, _ := auditRun(t, "--log", "gateway="+exampleLog, "--sampled", "--json", "verdict,vantages,sampled")
	if !strings.Contains(stdout, `"sampled":true`) && !strings.Contains(stdout, `"sampled": true`) || strings.Contains(stdout, `"unseen"`) {
		t.Errorf("%.300s", stdout)
	}
}

func TestAuditErrors(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "x.log")
	if err := os.WriteFile(empty, []byte("what is this\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"":                              "nothing to compare the site with (expected: --log FILE, --rules FILE, or --listening HOST=FILE)",
		"--log /nonexistent.log":        "/nonexistent.log: no such file or directory",
		"--log " + empty:                empty + ": unknown format of log (expected: one that --log-format names)",
		"--log x --log-format pcap":     `unknown format "pcap" (expected: zeek, zeek-json, aws-vpc, azure, suricata, nfdump, windows, netfilter, conntrack, csv, ndjson)`,
		"--log x --field src":           `malformed field "src" (expected: FIELD=COLUMN)`,
		"--log x --field sorce=a":       `unknown field "sorce"`,
		"--log x --time-zone Tokio":     `unknown time zone "Tokio"`,
		"--log x --since yesterday":     `malformed time "yesterday"`,
		"--log x --fail-on undocumentd": `unknown verdict "undocumentd"; did you mean "undocumented`,
		"--log x --format csv-rows":     `unknown format "csv-rows" (expected: text, markdown, html, xlsx, csv, json, sarif)`,
		"--log x --encoding utf-8":      "--encoding utf-8 requires --format csv, not text",
		"--listening central":           `malformed value "central" of --listening (expected: HOST=FILE)`,
		"--listening centrl=x":          `unknown host "centrl"; did you mean "central"?`,
		"--listening central=" + empty:  empty + ": no sockets (expected: the output of ss -Hntulp or netstat -an)",
	} {
		status, stdout, stderr := auditRun(t, strings.Fields(args)...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, "portbook: "+want) {
			t.Errorf("audit %s: exit %d, %s, want %s", args, status, stderr, want)
		}
	}
}
