package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
)

// TestDiffOfExports compares what the program wrote with its catalog: there is no difference, in whatever language and form the
// export is and whatever the language of the report.
func TestDiffOfExports(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for _, lang := range []string{"ja", "en"} {
		file := filepath.Join(dir, "report."+lang+".json")
		succeed(t, "report", "--lang", lang, "--output", file)
		files = append(files, file)
	}
	for _, old := range append(files, "builtin") {
		for _, new := range append(files, "builtin") {
			for _, lang := range []string{"ja", "en"} {
				out := succeed(t, "diff", old, new, "--lang", lang, "--exit-code", "--format", "json")
				var r struct {
					Changes       []diff.Change
					TextsCompared bool
				}
				if err := json.Unmarshal([]byte(out), &r); err != nil {
					t.Fatal(err)
				}
				differ := strings.Contains(old, ".ja.") && strings.Contains(new, ".en.") || strings.Contains(old, ".en.") && strings.Contains(new, ".ja.")
				if len(r.Changes) > 0 || r.TextsCompared == differ {
					t.Errorf("%s %s --lang %s: texts compared: %t; %d changes", old, new, lang, r.TextsCompared, len(r.Changes))
				}
			}
		}
	}
}

// TestDiffNames checks that two exports of one's own catalog are compared by
// name, though the program does not know the catalog.
func TestDiffNames(t *testing.T) {
	export := filepath.Join(t.TempDir(), "after.json")
	succeed(t, "report", "--catalog", "../../examples/inhouse", "--product", "expenses", "--lang", "en", "--output", export)
	none := filepath.Join(t.TempDir(), "before.json")
	if err := os.WriteFile(none, []byte(`{"language": "en", "flows": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	out := succeed(t, "diff", none, export, "--lang", "en")
	if strings.Contains(out, "expenses/portal-server") || !strings.Contains(out, "Web server") {
		t.Errorf("got\n%s", out)
	}
}

// TestDiffFolders compares folders in which a flow was split, renamed and
// changed: nothing that is open already is to be opened.
func TestDiffFolders(t *testing.T) {
	const product = "product: {id: shop, vendor: Example}\ndocuments: [{id: d, publisher: Example, language: en, rows: 1, url: \"https://example.com/\", sections: [{id: s, rows: \"1\"}]}]\n" +
		"components: [{id: shop/web, hosting: premises}]\nflows:\n"
	flow := func(id, rest string) string {
		return "  - {id: shop/" + id + ", component: shop/web, from: [site/dns-server], to: [shop/web], direction: inbound, " + rest + ", cite: [1]}\n"
	}
	folder := func(data string, ids ...string) string {
		dir := t.TempDir()
		texts := "product: {name: Shop, summary: A shop.}\ndocuments: {d: Design}\nsections: {d/s: Section}\ncomponents:\n  shop/web: {name: Web server, role: Sells.}\nflows:\n"
		for _, id := range ids {
			texts += "  shop/" + id + ": {purpose: Serves.}\n"
		}
		for name, text := range map[string]string{"data/shop.yaml": product + data, "i18n/en/shop.yaml": texts} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	old := folder(flow("a/web", `ports: "80,443/tcp"`), "a/web")
	for _, c := range []struct {
		name, new, want string
		status          int
	}{
		{"split", folder(flow("a/web", "ports: 443/tcp")+flow("a/plain", "ports: 80/tcp"), "a/web", "a/plain"), "text-only", 0},
		{"renamed", folder(flow("a/portal", `ports: "80,443/tcp"`), "a/portal"), "text-only", 0},
		{"renamed and more", folder(flow("a/portal", `ports: "80,443,8443/tcp"`), "a/portal"), "open-first", 1},
		{"renamed and less", folder(flow("a/portal", `ports: 443/tcp`), "a/portal"), "can-close", 1},
	} {
		status, out, stderr := portbookRun(t, nil, "diff", old, c.new, "--format", "json", "--exit-code")
		var r struct{ Changes []diff.Change }
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%s: %v: %s", c.name, err, stderr)
		}
		strongest := diff.TextOnly
		for _, i := range []diff.Impact{diff.CanClose, diff.Review, diff.OpenFirst} {
			for _, x := range r.Changes {
				if x.Impact == i {
					strongest = i
				}
			}
		}
		if string(strongest) != c.want || status != c.status {
			t.Errorf("%s: got %s, status %d, want %s, %d: %s", c.name, strongest, status, c.want, c.status, out)
		}
	}
}

// changedExport writes an export of the built-in flows, in which one has lost a port, another one a word, and a third one is
// there no longer.
func changedExport(t *testing.T) string {
	t.Helper()
	var report struct {
		Version  string                `json:"version"`
		Language string                `json:"language"`
		Flows    []portbook.FlowRecord `json:"flows"`
	}
	if err := json.Unmarshal([]byte(succeed(t, "report", "--format", "json", "--lang", "ja")), &report); err != nil {
		t.Fatal(err)
	}
	kept := report.Flows[:0]
	for _, r := range report.Flows {
		switch r.ID {
		case portbook.FlowServiceGatewayApplianceSSH:
			continue
		case portbook.FlowHostSecurityMailSenderSMTP:
			r.Ports = portbook.MustParsePortSet("25/tcp")
		case portbook.FlowITMSPackageServerUNCInbound:
			r.Purpose = "別の用途"
		}
		kept = append(kept, r)
	}
	report.Flows = kept
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "before.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestDiffSelection checks the flags that choose changes, and the exit status of each.
func TestDiffSelection(t *testing.T) {
	before := changedExport(t)
	for _, c := range []struct {
		args   string
		want   string // the ids of the changes
		status int    // with --exit-code
	}{
		{"", "service-gateway/appliance/ssh host-security/mail-sender/smtp itms/package-server/unc-inbound", 1},
		{"--impact text-only", "itms/package-server/unc-inbound", 0},
		{"--impact open-first --impact text-only", "service-gateway/appliance/ssh itms/package-server/unc-inbound", 1},
		{"--impact can-close", "", 0},
		{"--product itms", "itms/package-server/unc-inbound", 0},
		{"--product itms --product host-security", "host-security/mail-sender/smtp itms/package-server/unc-inbound", 1},
		{"--product itms --impact open-first", "", 0},
	} {
		args := append([]string{"diff", before, "builtin", "--format", "json"}, strings.Fields(c.args)...)
		var r struct{ Changes []diff.Change }
		if err := json.Unmarshal([]byte(succeed(t, args...)), &r); err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, x := range r.Changes {
			ids = append(ids, string(x.ID))
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("diff %s: got %q, want %q", c.args, got, c.want)
		}
		status, stdout, stderr := portbookRun(t, nil, append(args, "--exit-code")...)
		if status != c.status || stdout == "" || stderr != "" {
			t.Errorf("diff %s --exit-code: exit %d and %q, want %d", c.args, status, stderr, c.status)
		}
	}
}

// TestDiffOutput checks that a file is written in the format of its name, in several languages where it is a page, also when
// the exit status reports changes.
func TestDiffOutput(t *testing.T) {
	before := changedExport(t)
	for name, want := range map[string]string{"d.md": "# バージョン間の変更点\n", "d.json": "{\n  \"title\": \"バージョン間の変更点\"", "d.txt": "バージョン間の変更点\n", "d.html": "<!doctype html>\n<html lang=\"ja\""} {
		file := filepath.Join(t.TempDir(), name)
		lang := "ja"
		if name == "d.html" {
			lang = "ja,en"
		}
		status, stdout, stderr := portbookRun(t, nil, "diff", before, "builtin", "--lang", lang, "--exit-code", "--output", file)
		data, err := os.ReadFile(file)
		if err != nil || status != 1 || stdout+stderr != "" || !strings.HasPrefix(string(data), want) {
			t.Errorf("%s: exit %d, %q, %q, %v: begins %.60q", name, status, stdout, stderr, err, data)
		}
		if name == "d.html" && !strings.Contains(string(data), `<button type="button" data-language="en"`) {
			t.Error("the page has no switch of languages")
		}
	}
}

func TestDiffCompletion(t *testing.T) {
	for args, want := range map[string]string{
		"diff b":                         "builtin\n:0\n",
		"diff builtin x":                 ":0\n",
		"diff builtin builtin b":         ":4\n",
		"diff --impact o":                "open-first\n:4\n",
		"diff builtin builtin --format ": "text\nmarkdown\nhtml\njson\n:4\n",
	} {
		list := strings.Split(args, " ")
		if _, out, _ := portbookRun(t, nil, append([]string{"__complete"}, list...)...); out != want {
			t.Errorf("%s: got %q, want %q", args, out, want)
		}
	}
}
