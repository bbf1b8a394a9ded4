package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/testkit/golden"
)

const exampleSite = "../../examples/site/tokyo.yaml"

// TestPlan compares what the command writes with the plan of the example.
func TestPlan(t *testing.T) {
	for name, args := range map[string][]string{
		"plan.en.txt":  {},
		"plan.ja.md":   {"--lang", "ja", "--format", "markdown"},
		"plan.en.json": {"--format", "json"},
	} {
		got := succeed(t, append([]string{"plan", exampleSite, "--date", "2026-12-01", "--as-of", "2026-12-01"}, args...)...)
		golden.Check(t, "../../examples/site/"+name, []byte(got))
	}
	golden.Check(t, "testdata/help-plan.txt", []byte(succeed(t, "plan", "--help")))
	golden.Check(t, "testdata/help-init.txt", []byte(succeed(t, "init", "--help")))
	if got := succeed(t, "plan", exampleSite, "--questions"); strings.Contains(got, "packages-east") || !strings.Contains(got, "itms/remote-console") {
		t.Errorf("--questions: %s", got)
	}
	if got := succeed(t, "plan", exampleSite, "--format", "csv-rows"); !strings.HasPrefix(got, "flow,product,from,fromName,fromAddress,fromZone,to,") {
		t.Errorf("csv-rows begins %.60q", got)
	}
	file := filepath.Join(t.TempDir(), "form.xlsx")
	if succeed(t, "plan", exampleSite, "--lang", "ja", "--output", file); !isZip(file) {
		t.Error("no workbook is written")
	}
}

func isZip(file string) bool {
	data, err := os.ReadFile(file)
	return err == nil && strings.HasPrefix(string(data), "PK")
}

// TestPlanStrict expects status 1 while a question is open, and nothing more.
func TestPlanStrict(t *testing.T) {
	status, stdout, stderr := portbookRun(t, nil, "plan", exampleSite, "--strict")
	if status != 1 || stderr != "" || stdout != succeed(t, "plan", exampleSite) {
		t.Errorf("exit %d, %q", status, stderr)
	}
	file := filepath.Join(t.TempDir(), "quiet.yaml")
	if err := os.WriteFile(file, []byte("site: quiet\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	succeed(t, "plan", file, "--strict")
}

// TestPlanSince lists the changes that concern the site, and no others.
func TestPlanSince(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "site.yaml")
	const text = "site: x\nhosts: {a: {addresses: 192.0.2.1, roles: [itms/package-server]}}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var export map[string]any
	if err := json.Unmarshal([]byte(succeed(t, "report", "--format", "json")), &export); err != nil {
		t.Fatal(err)
	}
	for _, x := range export["flows"].([]any) { // as if these flows had had other ports
		r := x.(map[string]any)
		if r["id"] == "itms/package-server/unc-inbound" || r["id"] == "scanmail/logs/spam" {
			r["ports"] = "7/tcp"
		}
	}
	old, err := json.Marshal(export)
	if err != nil {
		t.Fatal(err)
	}
	before := filepath.Join(dir, "before.json")
	if err := os.WriteFile(before, old, 0o644); err != nil {
		t.Fatal(err)
	}
	got := succeed(t, "plan", file, "--since", before)
	if !strings.Contains(got, "itms/package-server/unc-inbound") || strings.Contains(got, "scanmail/logs/spam") {
		t.Errorf("got %s", got)
	}
}

// TestPlanErrors checks messages on standard error.
func TestPlanErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	wrong := write("wrong.yaml", "site: x\nhosts: {a: {addresses: 192.0.2.1, roles: [itms/package-sever]}}\n")
	expired := write("expired.yaml", "site: x\nhosts: {a: {addresses: 192.0.2.1, roles: [apex-central/server]}}\nanswers:\n  - {flow: apex-central/console/http, use: no, why: x, until: 2026-11-30}\n")
	badCatalog := write("sites/bad.yaml", "site: x\ncatalogs: ../network\n")
	write("network/data/x.yaml", "product: {id: x}\nnonsense: 1\n")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{wrong}, "1 problem in WRONG\nWRONG:2: host a: unknown component \"itms/package-sever\"; did you mean \"itms/package-server\"?\n"},
		{[]string{expired, "--as-of", "2026-12-01"}, "1 problem in EXPIRED\nEXPIRED:4: answer 1: held until 2026-11-30; expected: a later date, or no answer\n"},
		{[]string{filepath.Join(dir, "none.yaml")}, "cannot read DIR/none.yaml: no such file or directory (expected: a file, or - for standard input)\n"},
		{[]string{badCatalog}, "DIR/network/data/x.yaml:2: unknown key \"nonsense\""},
		{[]string{wrong, "--as-of", "tomorrow"}, "malformed date \"tomorrow\""},
		{[]string{wrong, "--encoding", "utf-8"}, "--encoding utf-8 requires --format csv, not text\n"},
		{[]string{wrong, "--since", "x.json", "--questions"}, "--since lists changes and cannot be used with --questions (expected: no --questions)\n"},
		{[]string{wrong, "--format", "svg"}, "unknown format \"svg\" (expected: text, markdown, html, xlsx, csv, csv-rows, json)\n"},
		{nil, "0 arguments (expected: portbook plan FILE [FLAGS])\n"},
	} {
		status, stdout, stderr := portbookRun(t, nil, append([]string{"plan"}, c.args...)...)
		got := strings.NewReplacer(wrong, "WRONG", expired, "EXPIRED", filepath.ToSlash(dir), "DIR").Replace(filepath.ToSlash(stderr))
		if status != 2 || stdout != "" || !strings.Contains(got, c.want) {
			t.Errorf("plan %v: exit %d, %q; want %q", c.args, status, got, c.want)
		}
	}
}

var commentedHost = regexp.MustCompile(`(?m)^  # ([a-z0-9-]+: \{addresses: .*)$`)

// TestInitSite writes questionnaires in both languages. Each is valid unedited,
// and with all of its hosts.
func TestInitSite(t *testing.T) {
	for _, lang := range []string{"en", "ja"} {
		file := filepath.Join(t.TempDir(), "new", "tokyo.yaml")
		out := succeed(t, "init", "--site", file, "--product", "apex-central,scanmail", "--lang", lang)
		if !strings.Contains(out, "portbook plan "+file) {
			t.Errorf("init says %s", out)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		golden.Check(t, "testdata/site."+lang+".yaml", bytes.ReplaceAll(data, []byte(portbook.DataVersion[:10]), []byte("DAY")))
		if got, err := os.ReadFile(filepath.Join(filepath.Dir(file), "site.schema.json")); err != nil || !json.Valid(got) || !strings.HasPrefix(string(data), dataset.SiteModeline) {
			t.Errorf("no schema: %v", err)
		}
		if got := succeed(t, "plan", file, "--strict"); !strings.Contains(got, "No open questions.") {
			t.Errorf("the plan of the new file is %s", got)
		}
		all := commentedHost.ReplaceAllString(string(data), "  $1")
		if strings.Count(all, "roles: ") < 15 {
			t.Errorf("%s: few roles:\n%s", lang, all)
		}
		if err := os.WriteFile(file, []byte(all), 0o644); err != nil {
			t.Fatal(err)
		}
		got := succeed(t, "plan", file)
		for _, want := range []string{"Needs\n", "administrator-computer", "Answer to paste"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the plan with all hosts lacks %q", lang, want)
			}
		}
	}
}

// TestInitSiteErrors expects that nothing is written.
func TestInitSiteErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "tokyo.yaml")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--site", file}, "--site requires products (expected: --product with products separated by commas)\n"},
		{[]string{"--site", file, "--product", "itsm"}, "unknown product \"itsm\"; did you mean \"itms\"?\n"},
		{[]string{"--site", dir + "/", "--product", "itms"}, "is not a valid name for a site file (expected: a name such as tokyo.yaml)\n"},
		{[]string{"--site", filepath.Join(dir, "site.schema.json"), "--product", "itms"}, "is not a valid name for a site file (expected: a name such as tokyo.yaml)\n"},
		{[]string{"--site", file, "--product", "itms", "folder"}, "1 argument (expected: portbook init DIR [FLAGS], portbook init --site FILE [FLAGS])\n"},
		{[]string{"--site", file, "--product", "itms", "--lang", "ja,en"}, "2言語が指定されている: \"ja,en\""},
	} {
		status, stdout, stderr := portbookRun(t, nil, append([]string{"init"}, c.args...)...)
		if status != 2 || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("init %v: exit %d, %q; want %q", c.args, status, stderr, c.want)
		}
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) > 0 {
		t.Errorf("something is written: %v, %v", list, err)
	}
	succeed(t, "init", "--site", file, "--product", "itms")
	if status, _, stderr := portbookRun(t, nil, "init", "--site", file, "--product", "itms"); status != 2 || !strings.Contains(stderr, "nothing was written because "+file+" already exists") {
		t.Errorf("exit %d, %q", status, stderr)
	}
	schema := filepath.Join(dir, "site.schema.json")
	if err := os.WriteFile(schema, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	succeed(t, "init", "--site", file, "--schema")
	if data, err := os.ReadFile(schema); err != nil || !json.Valid(data) {
		t.Errorf("--schema leaves %q, %v", data, err)
	}
}
