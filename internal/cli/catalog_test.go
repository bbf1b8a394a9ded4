package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const inhouse = "../../examples/inhouse"

// TestCatalog puts a catalog of one's own over the built-in one: it has its say in every command.
func TestCatalog(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"products", "Expense Desk"},
		{"components --product expenses", "expenses/web-server"},
		{"flows --from expenses --format csv --columns id", "expenses/application/database\r\n"},
		{"report --product expenses --format markdown --lang ja", "社員によるポータルの利用"},
		{"report --view collisions --host expenses/web-server+apex-central/server --format markdown", "80,443/tcp"},
		{"show expenses/portal/https", "expenses/portal/https"},
		{"show apex-central/console/https", "8443"}, // overridden
		{"lookup 8009/tcp", "expenses/portal/application"},
		{"ports expenses ^ 8000-9000/tcp", "8009/tcp"},
		{"diagram --around expenses/application-server --format dot", "Expense Desk"},
		{"__complete flows --from expen", "expenses\n"},
	} {
		args := strings.Fields(c.args)
		if args[0] == "__complete" { // flags stand before what is completed
			args = append([]string{args[0], args[1], "--catalog", inhouse}, args[2:]...)
		} else {
			args = append(args, "--catalog", inhouse)
		}
		if status, out, stderr := portbookRun(t, nil, args...); status != 0 || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit %d, %s\n%s\nlacks %q", c.args, status, stderr, out, c.want)
		}
		if _, out, _ := portbookRun(t, nil, strings.Fields(c.args)...); strings.Contains(out, c.want) {
			t.Errorf("%s: without the catalog the output has %q too", c.args, c.want)
		}
	}
	env := map[string]string{"PORTBOOK_CATALOG": inhouse}
	if _, out, _ := portbookRun(t, env, "products"); !strings.Contains(out, "Expense Desk") {
		t.Errorf("the environment has no say:\n%s", out)
	}
}

// folderOf writes files into a new folder.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestCatalogLanguage loads a catalog with texts in German alone.
func TestCatalogLanguage(t *testing.T) {
	dir := folderOf(t, map[string]string{
		"data/kasse.yaml": `product: {id: kasse, vendor: Beispiel GmbH}
documents:
  - {id: kasse-ports, publisher: Beispiel GmbH, language: de, url: https://example.com, rows: 1, sections: [{id: alle, rows: 1}]}
components:
  - id: kasse/server
flows:
  - {id: kasse/server/buchung, component: kasse/server, from: [site/unspecified], to: [kasse/server], ports: 7000/tcp, cite: [1]}
`,
		"i18n/de/kasse.yaml": `product: {name: Kasse, summary: "Kasse am Eingang"}
documents: {kasse-ports: "Kasse: Ports"}
sections: {kasse-ports/alle: Alle Ports}
components:
  kasse/server: {name: Kassenserver, role: "Nimmt Buchungen an."}
flows:
  kasse/server/buchung: {purpose: "Bucht einen Verkauf."}
`,
	})
	for lang, want := range map[string]string{"de": "Bucht einen Verkauf.\n", "ja": "Bucht einen Verkauf. [de]\n"} {
		out := succeed(t, "flows", "--catalog", dir, "--product", "kasse", "--lang", lang, "--columns", "purpose")
		if !strings.Contains(out, want) {
			t.Errorf("--lang %s:\n%s\nlacks %q", lang, out, want)
		}
	}
	if status, _, stderr := portbookRun(t, nil, "flows", "--lang", "de"); status != 2 || !strings.Contains(stderr, `no texts in language "de" (expected: en, ja)`) {
		t.Errorf("German without the catalog: exit %d, %s", status, stderr)
	}
}

func TestCatalogErrors(t *testing.T) {
	broken := folderOf(t, map[string]string{"data/x.yaml": "product: {id: x, vndor: X}\n", "i18n/en/x.yaml": "product: {name: X, summary: X}\n"})
	for _, c := range []struct{ dir, want string }{
		{"/nonexistent", "portbook: cannot read /nonexistent: no such file or directory\n"},
		{"main.go", "portbook: main.go is a file (expected: a folder that contains data/ and i18n/)\n"},
		{broken, "portbook: 1 problem in " + broken + "\n" + broken + "/data/x.yaml:1: product x: unknown key \"vndor\""},
	} {
		status, out, stderr := portbookRun(t, nil, "products", "--catalog", c.dir)
		if status != 2 || out != "" || !strings.HasPrefix(stderr, c.want) {
			t.Errorf("--catalog %s: exit %d, %q, want %q", c.dir, status, stderr, c.want)
		}
	}
}
