package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/xuri/excelize/v2"
)

// portbookRun runs the command line in an environment.
func portbookRun(t *testing.T, env map[string]string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = Run(args, strings.NewReader(""), &out, &err, func(name string) string { return env[name] })
	return status, strings.ReplaceAll(out.String(), portbook.DataVersion, "EDITION"), err.String()
}

func succeed(t *testing.T, args ...string) string {
	t.Helper()
	status, stdout, stderr := portbookRun(t, nil, args...)
	if status != 0 || stderr != "" {
		t.Fatalf("portbook %s: exit %d, %s", strings.Join(args, " "), status, stderr)
	}
	return stdout
}

// TestGolden shows the output of typical commands.
func TestGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"show-flow.en.txt":          {"show", "itms/package-server/unc-inbound"},
		"show-flow.ja.json":         {"show", "itms/package-server/unc-inbound", "--lang", "ja", "--format", "json"},
		"show-component.ja.txt":     {"show", "itms/viewer", "--lang", "ja"},
		"show-product.en.md":        {"show", "service-gateway", "--format", "markdown"},
		"show-scanmail.ja.txt":      {"show", "scanmail", "--lang", "ja"},
		"show-scanmail.en.json":     {"show", "scanmail", "--format", "json"},
		"lookup-4343.ja.txt":        {"lookup", "4343/tcp", "--lang", "ja"},
		"lookup-8080.en.txt":        {"lookup", "8080"},
		"products.ja.txt":           {"products", "--lang", "ja"},
		"components.en.csv":         {"components", "--product", "scanmail", "--format", "csv"},
		"flows.en.txt":              {"flows", "--from", "scanmail", "--requirement", "optional"},
		"report-scanmail.ja.md":     {"report", "--product", "scanmail", "--lang", "ja", "--format", "markdown"},
		"report-by-port.en.txt":     {"report", "--component", "itms/event-console", "--group-by", "port", "--title", "Event Console"},
		"ports-difference.json":     {"ports", "80,443/tcp", "53/udp", "-", "443/tcp", "--format", "json"},
		"ports-complement.en.md":    {"ports", "!1024-65535/tcp", "^", "*/tcp", "--format", "markdown"},
		"diagram.ja.mmd":            {"diagram", "--product", "scanmail", "--by", "section", "--component", "site/nat-device", "--format", "mermaid", "--lang", "ja"},
		"diagram-around.en.dot":     {"diagram", "--around", "site/smtp-server", "--format", "dot", "--title", "Mail"},
		"report-ports.ja.md":        {"report", "--product", "service-gateway", "--view", "ports", "--lang", "ja", "--format", "markdown"},
		"report-collisions.en.txt":  {"report", "--view", "collisions", "--host", "itms/notification-server+apex-central/server", "--columns", "host,ports,listener,source"},
		"report-collisions.en.json": {"report", "--view", "collisions", "--host", "itms/notification-server+apex-central/server", "--format", "json", "--date", "2026-04-01"},
		"diff.en.txt":               {"diff", "testdata/diff/old.json", "testdata/diff/new.json"},
		"diff.ja.md":                {"diff", "testdata/diff/old.json", "testdata/diff/new.json", "--lang", "ja", "--format", "markdown", "--date", "2026-04-01"},
		"diff-can-close.en.json":    {"diff", "testdata/diff/old.json", "testdata/diff/new.json", "--impact", "can-close", "--format", "json"},
		"help-diff.txt":             {"diff", "--help"},
		"help.txt":                  {"--help"},
		"help-report.txt":           {"report", "--help"},
		"help-diagram.txt":          {"diagram", "--help"},
		"help-flows.txt":            {"flows", "--help"},
	} {
		golden.Check(t, "testdata/"+name, []byte(succeed(t, args...)))
	}
}

// TestFlowsJSON is the promise of the command line to programs: one array, complete in both languages.
func TestFlowsJSON(t *testing.T) {
	records := map[string][]portbook.FlowRecord{}
	for _, lang := range []string{"en", "ja"} {
		var list []portbook.FlowRecord
		if err := json.Unmarshal([]byte(succeed(t, "flows", "--format", "json", "--lang", lang)), &list); err != nil {
			t.Fatal(err)
		}
		if len(list) != portbook.Flows().Len() || len(list) < 150 {
			t.Errorf("%s: %d flows", lang, len(list))
		}
		records[lang] = list
	}
	for i, en := range records["en"] {
		ja := records["ja"][i]
		if en.ID != ja.ID || en.Ports != ja.Ports || en.Purpose == ja.Purpose || ja.Purpose == "" {
			t.Errorf("%s: the languages differ in facts, or do not differ in words", en.ID)
		}
	}
}

// TestComponentsJSON checks what programs read of components: where they run,
// and their hosts.
func TestComponentsJSON(t *testing.T) {
	var list []struct {
		ID      portbook.Component
		Hosting portbook.Hosting
		Hosts   []portbook.Host
	}
	if err := json.Unmarshal([]byte(succeed(t, "components", "--format", "json")), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != len(portbook.Builtin().Components()) {
		t.Errorf("%d components", len(list))
	}
	for _, x := range list {
		want, _ := portbook.Builtin().Component(x.ID)
		if x.Hosting != want.Hosting || !slices.Equal(x.Hosts, want.Hosts) {
			t.Errorf("%s: hosting %q, hosts %v; want %q, %v", x.ID, x.Hosting, x.Hosts, want.Hosting, want.Hosts)
		}
	}
}

func TestSelection(t *testing.T) {
	for _, c := range []struct {
		args string
		want portbook.FlowSet
	}{
		{"--product scanmail --product service-gateway", portbook.Flows().DocumentedBy(portbook.ProductScanMail, portbook.ProductServiceGateway)},
		{"--component itms/inventory", portbook.Flows().Involving(portbook.ComponentITMSInventory)},
		{"--from itms/package-server", portbook.Flows().From(portbook.ComponentITMSPackageServer)},
		{"--to site --protocol udp", portbook.Flows().To(portbook.ProductSite).Using(portbook.UDP)},
		{"--port 4343", portbook.FlowsUsing(portbook.TCP, 4343).Union(portbook.FlowsUsing(portbook.UDP, 4343))},
		{"--port 53/udp", portbook.FlowsUsing(portbook.UDP, 53)},
		{"--port 25,587/tcp --port 514/udp", portbook.Flows().Touching(portbook.MustParsePortSet("25,587/tcp 514/udp"))},
		{"--direction both --configurable no", portbook.Flows().Having(portbook.DirectionBoth).Having(portbook.ConfigurableNo)},
		{"--requirement optional --requirement conditional", portbook.Flows().Having(portbook.RequirementOptional, portbook.RequirementConditional)},
		{"--requirement optional,conditional --product itms,site", portbook.Flows().DocumentedBy(portbook.ProductITMS, portbook.ProductSite).Having(portbook.RequirementOptional, portbook.RequirementConditional)},
		{"--between itms/package-server,ITMS/Task-Server --between site,scanmail", portbook.Flows().Between(portbook.ComponentITMSPackageServer, portbook.ComponentITMSTaskServer).Union(portbook.Flows().Between(portbook.ProductSite, portbook.ProductScanMail))},
		{"--involving itms/package-server", portbook.Flows().Involving(portbook.ComponentITMSPackageServer)},
		{"--protocol 1", portbook.Flows().Using(portbook.ICMP)},
	} {
		var list []portbook.FlowRecord
		args := append([]string{"flows", "--format", "json"}, strings.Fields(c.args)...)
		if err := json.Unmarshal([]byte(succeed(t, args...)), &list); err != nil {
			t.Fatal(err)
		}
		var got portbook.FlowSet
		for _, r := range list {
			f, _ := portbook.Lookup(r.ID)
			got = got.Union(f.Set())
		}
		if got != c.want || got.IsEmpty() {
			t.Errorf("flows %s: got %v, want %v", c.args, got, c.want)
		}
	}
}

func TestPorts(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"80/tcp", "80/tcp"},
		{"80", "80/*"},
		{"80/tcp 53/udp", "80/tcp 53/udp"},
		{"80/tcp + 443/tcp - 80/tcp", "443/tcp"},
		{"1-1023/tcp ^ 80,8080/tcp", "80/tcp"},
		{"!*/*", ""},
		{"*/tcp ^ ! 443/tcp", "0-442,444-65535/tcp"},
		{"! ! 443/tcp", "443/tcp"},
		{"host-security/mail-sender/smtp", "25,587/tcp"},
		{"service-gateway - apex-central", "22,1344,5274-5275,8088-8089,11344/tcp"},
		{"itms/event-console ^ */udp", "162,64522-64529/udp"},
	} {
		if got := succeed(t, append([]string{"ports"}, strings.Fields(c.args)...)...); got != c.want+"\n" {
			t.Errorf("ports %s = %q, want %q", c.args, got, c.want)
		}
	}
}

// commandErrors are arguments that cannot be used, and what is said about them.
var commandErrors = []struct{ args, want string }{
	{"show itms/pakage-server", `unknown id "itms/pakage-server"; did you mean "itms/package-server", "itms/pxe-server", "itms/task-server"?`},
	{"flows --product itm", `unknown product "itm"; did you mean "itms", "site"?`},
	{"flows --product zzz", `unknown product "zzz" (expected: apex-central, deep-discovery-inspector, host-security, itms, network-sensor, scanmail, server-workload-protection, service-gateway, site, tippingpoint, vision-one)`},
	{"flows --from sit", `unknown component or product "sit"; did you mean "site"?`},
	{"flows --component smtp-server", `unknown component "smtp-server"; did you mean "site/smtp-server", "itms/tftp-server", "site/ntp-server"?`},
	{"flows --requirement must", `unknown requirement "must" (expected: required, optional, conditional)`},
	{"flows --port 70000", `"70000" is above 65535, the highest port (expected: a port such as 443, a range such as 1024-65535, or *)`},
	{"flows --port 80/tpc", `"tpc" is not a known protocol in "80/tpc" (expected: a keyword such as tcp, udp, or icmp, or a number from 0 to 255)`},
	{"flows --protocol tpc", `unknown protocol "tpc" (expected: a keyword such as tcp, udp, or icmp, or a number from 0 to 255)`},
	{"flows --lang x-klingon", `no texts in language "x-klingon" (expected: en, ja`},
	{"flows --format pdf", `unknown format "pdf" (expected: text, markdown, csv, csv-rows, json)`},
	{"flows --columns prot", `unknown column "prot"; did you mean "product", "protocol"?`},
	{"report --group-by color", `unknown grouping "color" (expected: product, component, source, destination, port)`},
	{"report --group-by product --view ports", `unknown grouping "product" (expected: host)`},
	{"report --view map", `unknown view "map" (expected: flows, ports, collisions)`},
	{"report --view ports --columns citation", `unknown column "citation" (expected: host, protocol, ports, listener, source, requirement, configurable, purpose, services, remarks, flows)`},
	{"report --view ports --host itms/task-server+itms/packge-server", `unknown component "itms/packge-server"; did you mean "itms/package-server`},
	{"report --host itms/task-server", `--host itms/task-server requires --view ports or --view collisions`},
	{"report --format pdf", `unknown format "pdf" (expected: text, markdown, html, xlsx, csv, csv-rows, json)`},
	{"report --date 1/4/2026", `malformed date "1/4/2026" (expected: a date such as 2026-04-01, or today)`},
	{"report --encoding shift_jis", `--encoding shift_jis requires --format csv, not text`},
	{"report --format csv --encoding euc-jp", `unknown encoding "euc-jp" (expected: utf-8-bom, utf-8, shift_jis)`},
	{"report --lang en,ja", `2 languages for format "text" (expected: one; several with --format html, xlsx)`},
	{"report --format csv --lang en,ja", `2 languages for format "csv" (expected: one; several with --format html, xlsx)`},
	{"flows --lang en,ja", `2 languages "en,ja" (expected: one)`},
	{"report --lang ja,xx", `言語"xx"の文言がない (指定できる値: en, ja)`},
	{"flows --format html", `unknown format "html" (expected: text, markdown, csv, csv-rows, json)`},
	{"diagram --lang ja,en", `2言語が指定されている: "ja,en" (1言語だけ指定可)`},
	{"diagram --format pdf", `unknown format "pdf" (expected: svg, dot, mermaid)`},
	{"diagram --by color", `unknown division "color" (expected: auto, product, section, all)`},
	{"diagram --around itms/pakage-server", `unknown component "itms/pakage-server"; did you mean "itms/package-server`},
	{"diagram --product apex-central --by section", `the flows result in 6 diagrams: apex-central-apex-central-ports-console, apex-central-apex-central-ports-tmi, apex-central-apex-central-ports-managed-products, apex-central-apex-central-ports-trend-micro-services, apex-central-apex-central-ports-notifications, apex-central-apex-central-ports-ja-communication (expected: --output with a folder, fewer flows through --product, --component, or --around, or --by all)`},
	{"diagram --by product --title X --output /nonexistent/", `10 diagrams cannot share one title`},
	{"diagram --product scanmail --output /nonexistent/x.svg", `cannot write /nonexistent/x.svg: no such file or directory`},
	{"lookup x", `"x" is not a port number (expected: a port such as 443, a range such as 1024-65535, or *)`},
	{"ports + 80/tcp", `operator "+" has no operand before it (expected: OPERAND [+ - ^] OPERAND ..., ! before an operand)`},
	{"ports 80/tcp - - 81/tcp", `operator "-" has no operand before it (expected: OPERAND [+ - ^] OPERAND ..., ! before an operand)`},
	{"ports 80/tcp -", `operator "-" has no operand after it (expected: OPERAND [+ - ^] OPERAND ..., ! before an operand)`},
	{"ports 80/tcp !", `operator "!" has no operand after it (expected: `},
	{"ports !x", `unknown component or product "x"`},
	{"flows --between itms", `--between "itms" has 1 name (expected: two components or products, A,B)`},
	{"flows --between itms,scanmial", `unknown component or product "scanmial"; did you mean "scanmail"?`},
	{"flows --product scanmail,itm", `unknown product "itm"; did you mean "itms", "site"?`},
	{"flows --fromat json", `unknown flag --fromat; did you mean --format, --from?`},
	{"flows --prodct itms", `unknown flag --prodct; did you mean --product, `},
	{"i18n missing --zzzzzzzz", `unknown flag --zzzzzzzz (see portbook i18n missing --help)`},
	{"--zzzzzzzz", `unknown flag --zzzzzzzz (see portbook --help)`},
	{"flows -x", `unknown flag -x in -x (see portbook flows --help)`},
	{"i18n mising", `unknown command "mising"; did you mean "missing"?`},
	{"prodcts", `unknown command "prodcts"; did you mean "products", "ports"?`},
	{"report -o x.pdf", `unknown extension of file "x.pdf" (expected: .txt, .md, .html, .xlsx, .csv, .json, or --format)`},
	{"products --output=", `cannot write "": empty file name (expected: a file, or - for standard output)`},
	{"report --output testdata/", `cannot write testdata/: it is a folder (expected: a file name)`},
	{"diagram --product scanmail -o x.png", `unknown extension of file "x.png" (expected: .svg, .dot, .gv, .mmd, .mermaid, or --format)`},
	{"ports scanmial", `unknown component or product "scanmial"; did you mean "scanmail"?`},
	{"ports 80/tcp 9-5/tcp", `"9-5" is a reversed range in "9-5/tcp" (expected: a port such as 443, a range such as 1024-65535, or *)`},
	{"components --product itm", `unknown product "itm"; did you mean "itms", "site"?`},
	{"report --output /nonexistent/report.md", `cannot write /nonexistent/report.md: no such file or directory`},
	{"diff builtin", `1 argument (expected: portbook diff OLD NEW [FLAGS])`},
	{"diff builtin testdata/none.json", `cannot read testdata/none.json: no such file or directory (expected: a file, a folder, builtin, or - for standard input)`},
	{"diff testdata/diff builtin", "2 problems in testdata/diff\ntestdata/diff/data/*.yaml: no such file"},
	{"diff testdata/components.en.csv builtin", `testdata/components.en.csv: the export is not JSON: invalid character`},
	{"diff testdata/report-collisions.en.json builtin", `testdata/report-collisions.en.json: the export has no "flows" (expected: a report with --view flows)`},
	{"diff builtin builtin --impact high", `unknown impact "high" (expected: open-first, review, can-close, text-only)`},
	{"diff builtin builtin --product itm", `unknown product "itm"; did you mean "itms", "site"?`},
	{"diff builtin builtin --format csv", `unknown format "csv" (expected: text, markdown, html, json)`},
	{"diff builtin builtin --lang en,ja", `2 languages for format "text" (expected: one; several with --format html)`},
	{"diff builtin builtin --date soon", `malformed date "soon" (expected: a date such as 2026-04-01, or today)`},
	{"diff builtin builtin --output /nonexistent/x.html", `cannot write /nonexistent/x.html: no such file or directory`},
	{"nonsense", `unknown command "nonsense"`},
}

func TestErrors(t *testing.T) {
	for _, c := range commandErrors {
		status, stdout, stderr := portbookRun(t, nil, strings.Fields(c.args)...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, "portbook: "+c.want) {
			t.Errorf("portbook %s: exit %d\n got %swant %s", c.args, status, stderr, c.want)
		}
	}
}

func TestLanguageFromEnvironment(t *testing.T) {
	for _, c := range []struct{ lang, want string }{
		{"ja_JP.UTF-8", "用途"},
		{"en_US.UTF-8", "Purpose"},
		{"", "Purpose"},
	} {
		_, stdout, _ := portbookRun(t, map[string]string{"LANG": c.lang}, "show", "itms/package-server/unc-inbound")
		if !strings.Contains(stdout, c.want) {
			t.Errorf("LANG=%s: the output lacks %s:\n%s", c.lang, c.want, stdout)
		}
	}
	if _, stdout, _ := portbookRun(t, map[string]string{"LANG": "ja_JP.UTF-8"}, "products", "--lang", "en"); !strings.Contains(stdout, "Vendor") {
		t.Errorf("--lang does not overrule the environment:\n%s", stdout)
	}
}

// TestOutput checks that a file is written as a whole, in the format of its name, or left alone.
func TestOutput(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{"r.md": "# ポート一覧\n", "r.csv": "\ufeffID,", "r.json": "{\n", "r.txt": "ポート一覧\n", "r.html": "<!doctype html>\n<html lang=\"ja\"", "r.xlsx": "PK"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		if out := succeed(t, "report", "--lang", "ja", "--output", file); out != "" {
			t.Errorf("%s: standard output gets %q", name, out)
		}
		got, err := os.ReadFile(file)
		if err != nil || !strings.HasPrefix(string(got), want) {
			t.Errorf("%s begins %.40q, %v; want %q", name, got, err, want)
		}
	}
	file := filepath.Join(dir, "r.md")
	if status, _, _ := portbookRun(t, nil, "report", "--format", "text", "--output", file); status != 0 {
		t.Error("--format does not overrule the name of the file")
	}
	before, _ := os.ReadFile(file)
	if status, _, _ := portbookRun(t, nil, "report", "--columns", "nonsense", "--output", file); status != 2 {
		t.Error("a bad column is accepted")
	}
	after, _ := os.ReadFile(file)
	if !bytes.Equal(before, after) {
		t.Error("a failing command changes its output file")
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 6 {
		t.Errorf("temporary files stay behind: %v", entries)
	}
}

// TestLanguages checks that a page holds the languages asked for, in their order.
func TestLanguages(t *testing.T) {
	out := succeed(t, "report", "--product", "scanmail", "--lang", "ja, en,ja", "--format", "html", "--date", "2026-04-01")
	for _, want := range []string{`<html lang="ja"`, `data-language="en"`, "2026年4月1日", "<svg"} {
		if !strings.Contains(out, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if n := strings.Count(out, `<button type="button" data-language=`); n != 2 {
		t.Errorf("%d languages to choose from", n)
	}
}

// TestWorkbookInTwoLanguages checks that reports, plans and audits have a
// workbook in two languages, and reports the diagrams in both.
func TestWorkbookInTwoLanguages(t *testing.T) {
	site := "../../examples/site/tokyo.yaml"
	for _, args := range [][]string{{"report", "--product", "scanmail"}, {"plan", site}, {"audit", site, "--log", "../../examples/site/conn.log", "--fail-on", "none"}} {
		file := filepath.Join(t.TempDir(), "book.xlsx")
		succeed(t, append(args, "--lang", "ja,en", "--output", file)...)
		b, err := excelize.OpenFile(file)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if name := b.GetSheetName(0); name != "表紙 Cover" {
			t.Errorf("%s: the first sheet is %q", args[0], name)
		}
		diagrams := 0
		b.Pkg.Range(func(part, _ any) bool {
			if strings.HasSuffix(part.(string), ".svg") {
				diagrams++
			}
			return true
		})
		if want := map[string]int{"report": 2}[args[0]]; diagrams != want {
			t.Errorf("%s: %d diagrams, want %d", args[0], diagrams, want)
		}
	}
}

func TestEncoding(t *testing.T) {
	out := succeed(t, "flows", "--format", "csv", "--encoding", "shift_jis", "--lang", "ja", "--columns", "id,purpose")
	if !strings.HasPrefix(out, "ID,\x97p\x93r\r\n") { // 用途
		t.Errorf("begins %.20q", out)
	}
	if out := succeed(t, "flows", "--format", "csv", "--encoding", "utf-8", "--lang", "ja"); !strings.HasPrefix(out, "ID,") {
		t.Errorf("begins %.20q", out)
	}
}

// TestMeter checks that progress shows after a second, on a terminal.
func TestMeter(t *testing.T) {
	var b bytes.Buffer
	m := (&app{stderr: &b, getenv: func(string) string { return "" }}).newMeter()
	m.start = m.start.Add(-time.Minute)
	if m.show(1, 2); b.Len() > 0 {
		t.Errorf("what is no terminal gets %q", &b)
	}
	m = &meter{w: &b, start: time.Now()}
	m.show(1, 2)
	if m.clear(); b.Len() > 0 {
		t.Errorf("the first second shows %q", &b)
	}
	m.start = m.start.Add(-time.Second)
	m.show(256, 1000)
	m.show(512, 1000)
	m.clear()
	if want := "\r\x1b[Kportbook: 256 of 1000 rows\r\x1b[K"; b.String() != want {
		t.Errorf("got %q, want %q", &b, want)
	}
}

func TestCompletion(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"show", "itms/package-server/unc"}, "itms/package-server/unc-inbound\n"},
		{[]string{"flows", "--product", "apex"}, "apex-central\n"},
		{[]string{"flows", "--from", "site/smtp"}, "site/smtp-server\n"},
		{[]string{"flows", "--requirement", "cond"}, "conditional\n"},
		{[]string{"report", "--group-by", "dest"}, "destination\n"},
		{[]string{"report", "--lang", "j"}, "ja\n"},
		{[]string{"report", "--view", "p"}, "ports\n"},
		{[]string{"report", "--format", "h"}, "html\n"},
		{[]string{"report", "--view", "ports", "--columns", "lis"}, "listener\n"},
		{[]string{"diagram", "--around", "scanmail/m"}, "scanmail/mcp-agent\n"},
		{[]string{"diagram", "--by", "s"}, "section\n"},
		{[]string{"diagram", "--format", "m"}, "mermaid\n"},
		{[]string{"ports", "scanmail/m"}, "scanmail/mcp-agent\n"},
	} {
		_, stdout, _ := portbookRun(t, nil, append([]string{"__complete"}, c.args...)...)
		if !strings.HasPrefix(stdout, c.want) {
			t.Errorf("completing %v offers %q, want %q first", c.args, stdout, c.want)
		}
	}
	if out := succeed(t, "completion", "bash"); !strings.Contains(out, "__start_portbook") {
		t.Error("there is no completion script for bash")
	}
}

func TestVersion(t *testing.T) {
	if out := succeed(t, "version"); !strings.Contains(out, "\ndata EDITION\n") {
		t.Errorf("version prints %q", out)
	}
}

// TestDiagramOutput checks that one diagram goes to a file in the format of its name, and several to a folder.
func TestDiagramOutput(t *testing.T) {
	dir := t.TempDir()
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	for name, want := range map[string]string{"d.svg": "<svg ", "d.dot": "digraph ", "d.gv": "digraph ", "d.mmd": "---\ntitle: ", "d": "<svg "} {
		if out := succeed(t, "diagram", "--product", "service-gateway", "--output", filepath.Join(dir, name)); out != "" || !strings.HasPrefix(read(name), want) {
			t.Errorf("%s begins %.40q, want %q; standard output gets %q", name, read(name), want, out)
		}
	}
	succeed(t, "diagram", "--product", "service-gateway", "--format", "dot", "--output", filepath.Join(dir, "d.svg"))
	if !strings.HasPrefix(read("d.svg"), "digraph ") {
		t.Error("--format does not overrule the name of the file")
	}
	succeed(t, "diagram", "--format", "mermaid", "--output", filepath.Join(dir, "new")+"/")
	for _, name := range []string{"new/apex-central.mmd", "new/itms-notification-server.mmd", "new/scanmail.mmd"} {
		if !strings.Contains(read(name), "flowchart LR") {
			t.Errorf("%s holds %q", name, read(name))
		}
	}
	succeed(t, "diagram", "--product", "scanmail", "--lang", "ja", "--output", filepath.Join(dir, "new"))
	if out := read("new/scanmail.svg"); !strings.Contains(out, ` lang="ja"`) {
		t.Errorf("one diagram in a folder that exists begins %.200q", out)
	}
	if out := succeed(t, "diagram", "--product", "site", "--format", "dot"); !strings.Contains(out, "No flows match.") {
		t.Errorf("a diagram of nothing is %q", out)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*", "*.tmp")); len(files) > 0 {
		t.Errorf("temporary files stay behind: %v", files)
	}
}

// TestDash holds that - is standard output, and no file of that name.
func TestDash(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"products", "--output", "-"}, {"diagram", "--product", "scanmail", "--format", "dot", "-o", "-"}} {
		var stdout, stderr bytes.Buffer
		if status := Run(args, strings.NewReader(""), &stdout, &stderr, func(string) string { return "" }); status != 0 || stdout.Len() == 0 {
			t.Errorf("portbook %s: exit %d, %d bytes on standard output, %s", strings.Join(args, " "), status, stdout.Len(), &stderr)
		}
	}
	if entries, _ := os.ReadDir("."); len(entries) > 0 {
		t.Errorf("a file %q was made", entries[0].Name())
	}
}
