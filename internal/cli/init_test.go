package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/testkit/golden"
)

// TestInit writes the example under several ids, among them words that mean something to YAML, into one folder.
func TestInit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "net work")
	for i, product := range []string{"inhouse", "expense-desk", "null", "true", "n", "1", "e1"} {
		out := succeed(t, "init", dir, "--product", product)
		if i == 0 {
			golden.Check(t, "testdata/init.txt", []byte(strings.ReplaceAll(out, dir, "DIR")))
		}
	}
	if got, want := succeed(t, "validate", dir), dir+": valid (28 flows)\n"; got != want {
		t.Errorf("validate: %q, want %q", got, want)
	}
	if got := succeed(t, "i18n", "missing", dir); !strings.HasPrefix(got, "No texts are missing") {
		t.Errorf("i18n missing: %s", got)
	}
}

// TestInitSchema checks that the first line of each file leads an editor to a schema that is there, and that only --schema
// replaces one.
func TestInitSchema(t *testing.T) {
	dir := t.TempDir()
	succeed(t, "init", dir)
	for _, name := range []string{"data/inhouse.yaml", "i18n/en/inhouse.yaml", "i18n/ja/inhouse.yaml"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(data), "\n")
		reference, ok := strings.CutPrefix(line, "# yaml-language-server: $schema=")
		if content, err := os.ReadFile(filepath.Join(filepath.Dir(file), filepath.FromSlash(reference))); !ok || err != nil || !json.Valid(content) {
			t.Errorf("%s begins %q, %v", name, line, err)
		}
	}
	schemas, err := dataset.Schemas()
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		old  bool
	}{{[]string{"--product", "erp"}, true}, {[]string{"--schema"}, false}} {
		file := filepath.Join(dir, filepath.FromSlash(dataset.DataSchemaFile))
		if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		succeed(t, append([]string{"init", dir}, step.args...)...)
		got, err := os.ReadFile(file)
		if want := string(schemas[dataset.DataSchemaFile]); err != nil || (string(got) == "old") != step.old || !step.old && string(got) != want {
			t.Errorf("init %v: the schema is %.20q, %v", step.args, got, err)
		}
	}
}

// TestInitOverride removes the comment signs that the example tells of.
func TestInitOverride(t *testing.T) {
	dir := t.TempDir()
	succeed(t, "init", dir)
	for _, name := range []string{"data/inhouse.yaml", "i18n/en/inhouse.yaml", "i18n/ja/inhouse.yaml"} {
		file := filepath.Join(dir, name)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		before, after, found := strings.Cut(string(data), "#overrides:\n")
		if !found {
			t.Fatalf("%s has no overrides to try", name)
		}
		if err := os.WriteFile(file, []byte(before+"overrides:\n"+strings.ReplaceAll(after, "#", "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := catalog.Load(os.DirFS(dir), catalog.Extending(portbook.Builtin()))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Overrides()) != 1 || len(catalog.MissingTexts(c)) != 0 {
		t.Errorf("overrides are %v, %d texts are missing", c.Overrides(), len(catalog.MissingTexts(c)))
	}
}

// TestInitRefuses checks ids that no product can have, and that nothing is overwritten.
func TestInitRefuses(t *testing.T) {
	dir := t.TempDir()
	succeed(t, "init", dir)
	file := filepath.Join(dir, "data", "inhouse.yaml")
	before, _ := os.ReadFile(file)
	taken := filepath.Join(dir, "data", "inhouse.yaml") + ", " + filepath.Join(dir, "i18n", "en", "inhouse.yaml") + ", " + filepath.Join(dir, "i18n", "ja", "inhouse.yaml")
	const accepted = " (expected: lowercase words joined by hyphens, such as expense-desk; no number with two or more digits)"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{dir}, "nothing was written because these files already exist: " + taken + " (expected: another folder, or another --product)"},
		{[]string{file}, file + " is a file (expected: a folder, which is created if it does not exist)"},
		{[]string{dir, "--product", "Expense Desk"}, `malformed product "Expense Desk"` + accepted},
		{[]string{dir, "--product", "../x"}, `malformed product "../x"` + accepted},
		{[]string{dir, "--product", ""}, `malformed product ""` + accepted},
		{[]string{dir, "--product", "erp-2026"}, `malformed product "erp-2026"` + accepted},
		{[]string{dir, "--product", "itms"}, `product "itms" is built in (expected: an ID of your own, such as our-itms)`},
		{[]string{dir, "--product", "labels"}, `product "labels" has the name of a text file of Portbook (expected: another ID, such as our-labels)`},
		{[]string{filepath.Join(file, "x")}, "nothing was written"},
	} {
		status, stdout, stderr := portbookRun(t, nil, append([]string{"init"}, c.args...)...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, "portbook: "+c.want) {
			t.Errorf("init %v: exit %d, %s%s", c.args, status, stdout, stderr)
		}
	}
	if after, _ := os.ReadFile(file); string(before) != string(after) {
		t.Error("a file is overwritten")
	}
}
