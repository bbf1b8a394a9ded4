package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/testkit/golden"
)

// partlyTranslated is the example with Japanese for a part of it, and one German text.
func partlyTranslated(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	succeed(t, "init", dir)
	for name, content := range map[string]string{
		"ja": "product: {name: 社内ポータル, summary: 社員が業務で利用するポータル}\ncomponents:\n  inhouse/web-server: {name: Webサーバー}\n",
		"de": "flows:\n  inhouse/portal/https: {purpose: Arbeit mit dem Portal}\n",
	} {
		if err := os.MkdirAll(filepath.Join(dir, "i18n", name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "i18n", name, "inhouse.yaml"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestMissing(t *testing.T) {
	dir := partlyTranslated(t)
	for name, args := range map[string][]string{
		"missing.txt":  {"--into", "ja"},
		"missing.md":   {"--into", "ja", "--format", "markdown"},
		"missing.csv":  {"--into", "ja", "--format", "csv"},
		"missing.json": {"--into", "ja", "--format", "json"},
	} {
		golden.Check(t, "testdata/"+name, []byte(succeed(t, append([]string{"i18n", "missing", dir}, args...)...)))
	}
	count := func(args ...string) int {
		var list []missingRecord
		if err := json.Unmarshal([]byte(succeed(t, append([]string{"i18n", "missing", "--format", "json"}, args...)...)), &list); err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	ja, de, fr := count(dir, "--into", "ja"), count(dir, "--into", "de"), count(dir, "--into", "fr")
	if fr != de+1 || ja != fr-3 {
		t.Errorf("%d texts are missing in Japanese, %d in German, %d in French", ja, de, fr)
	}
	for _, args := range [][]string{{dir}, {dir, "--into", "ja,de,en"}, {dir, "--into", "ja", "--into", "de", "--into", "ja"}} {
		if n := count(args...); n != ja+de {
			t.Errorf("%v: %d texts are missing, want %d", args[1:], n, ja+de)
		}
	}
	if n := count(dir, "--into", "fr", "--all"); n != fr+count("--into", "fr") {
		t.Errorf("%d texts of all products are missing in French", n)
	}
}

func TestNothingMissing(t *testing.T) {
	for format, want := range map[string]string{
		"text": "No texts are missing (languages: en, ja).\n", "markdown": "No texts are missing (languages: en, ja).\n", "json": "[]\n",
		"csv": "Language,File,Entry,Field,Shown instead,Shown in\r\n",
	} {
		for _, args := range [][]string{nil, {validFolder}} {
			if got := succeed(t, append([]string{"i18n", "missing", "--format", format}, args...)...); got != want {
				t.Errorf("%s %v: %q, want %q", format, args, got, want)
			}
		}
	}
}

func TestMissingErrors(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--into d_e_x", `malformed language "d_e_x" (expected: BCP 47 tags such as ja, de, or pt-BR)`},
		{"--into ja,", `malformed language "" (expected: BCP 47 tags such as ja, de, or pt-BR)`},
		{"testdata/none", "cannot read testdata/none: "},
		{invalidFolder, "4 problems in testdata/invalid\ntestdata/invalid/data/shop.yaml:7: "},
		{validFolder + " --format html", `unknown format "html" (expected: text, markdown, csv, json)`},
	} {
		status, stdout, stderr := portbookRun(t, nil, append([]string{"i18n", "missing"}, strings.Fields(c.args)...)...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, "portbook: "+c.want) {
			t.Errorf("i18n missing %s: exit %d, %s%s", c.args, status, stdout, stderr)
		}
	}
}
