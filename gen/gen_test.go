package main

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/internal/testkit/golden"
)

// TestUpToDate generates from the repository's own data and compares with what is committed.
func TestUpToDate(t *testing.T) {
	var stderr bytes.Buffer
	if status := run([]string{"-check", "--root", ".."}, io.Discard, &stderr); status != 0 {
		t.Errorf("gen -check exits %d:\n%s", status, &stderr)
	}
}

// example returns the complete example of data/README.md as a source folder.
func example(t *testing.T) fstest.MapFS {
	t.Helper()
	readme, err := os.ReadFile("../data/README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(readme, -1)
	retired := append(slices.Clone(blocks[0][1]), "    retired: [example/agent/alive]\n"...)
	return fstest.MapFS{
		"README.md":            {Data: []byte(markdown("coverage"))},
		"data/README.md":       {Data: []byte(markdown("fields of flows"))},
		"data/version.txt":     {Data: []byte("2026-01-31\n")},
		"data/example.yaml":    {Data: retired},
		"i18n/en/example.yaml": {Data: blocks[1][1]},
		"i18n/en/labels.yaml":  {Data: []byte("column/port: Port\n")},
		"i18n/ja/example.yaml": {Data: blocks[1][1]},

		"i18n/en/command-line.yaml": {Data: []byte("flag/date: date of the report\n")},
		"i18n/ja/command-line.yaml": {Data: []byte("flag/date: レポートの日付\n")},
		"i18n/ja/labels.yaml":       {Data: []byte("column/port: ポート番号\n")},
	}
}

// TestGolden shows every generated file of the example.
func TestGolden(t *testing.T) {
	files, err := generate(example(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		golden.Check(t, "testdata/"+strings.ReplaceAll(name, "/", "_")+".golden", content)
	}
	entries, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(files) {
		t.Errorf("testdata holds %d files, %d are generated", len(entries), len(files))
	}
}

// markdown returns a file with a place for a table.
func markdown(title string) string {
	return "# Example\n\n<!-- " + title + ": written by go generate -->\nto be replaced\n<!-- end of " + title + " -->\n\nThe end.\n"
}

// folder writes a source folder to disk.
func folder(t *testing.T, fsys fstest.MapFS) string {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, fsys); err != nil {
		t.Fatal(err)
	}
	return root
}

func snapshot(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		relative, _ := filepath.Rel(root, name)
		files[filepath.ToSlash(relative)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestRun goes through the life of a repository: nothing generated, generated, stale, a language gone, bad data.
func TestRun(t *testing.T) {
	root := folder(t, example(t))
	exec := func(check bool) (int, string) {
		var stderr bytes.Buffer
		args := []string{"--root", root}
		if check {
			args = append(args, "-check")
		}
		return run(args, io.Discard, &stderr), stderr.String()
	}
	stale := "README.md is stale: run go generate ./...\n" +
		"data/COVERAGE.md is stale: run go generate ./...\n" +
		"data/README.md is stale: run go generate ./...\n" +
		"data/ids.txt is stale: run go generate ./...\n" +
		"data/schema/data.schema.json is stale: run go generate ./...\n" +
		"data/schema/site.schema.json is stale: run go generate ./...\n" +
		"data/schema/texts.schema.json is stale: run go generate ./...\n" +
		"generated_fields.go is stale: run go generate ./...\n" +
		"generated_ports.go is stale: run go generate ./...\n" +
		"generated_tables.go is stale: run go generate ./...\n" +
		"i18n/generated_languages.go is stale: run go generate ./...\n" +
		"internal/cli/phrase/generated_en.go is stale: run go generate ./...\n" +
		"internal/cli/phrase/generated_ja.go is stale: run go generate ./...\n" +
		"internal/cli/phrase/generated_phrases.go is stale: run go generate ./...\n" +
		"internal/label/generated_en.go is stale: run go generate ./...\n" +
		"internal/label/generated_ja.go is stale: run go generate ./...\n" +
		"internal/label/generated_labels.go is stale: run go generate ./...\n" +
		"internal/translations/generated_texts.go is stale: run go generate ./...\n" +
		"report/generated_columns.go is stale: run go generate ./...\n"
	before := snapshot(t, root)
	if status, out := exec(true); status != 1 || out != stale {
		t.Fatalf("check of a new folder: %d\n%s", status, out)
	}
	if diff := cmp.Diff(before, snapshot(t, root)); diff != "" {
		t.Fatalf("a check writes (-before +after):\n%s", diff)
	}
	if status, out := exec(false); status != 0 || out != "" {
		t.Fatalf("generation: %d\n%s", status, out)
	}
	if status, out := exec(true); status != 0 || out != "" {
		t.Fatalf("check after generation: %d\n%s", status, out)
	}
	if err := os.RemoveAll(filepath.Join(root, "i18n", "ja")); err != nil {
		t.Fatal(err)
	}
	if status, out := exec(false); status != 0 || out != "" {
		t.Fatalf("generation without Japanese: %d\n%s", status, out)
	}
	for _, dir := range []string{"internal/label", "internal/cli/phrase"} {
		if _, err := os.Stat(filepath.Join(root, dir, "generated_ja.go")); !os.IsNotExist(err) {
			t.Errorf("%s: the generated file of a language that is gone stays: %v", dir, err)
		}
	}
	data := filepath.Join(root, "data", "example.yaml")
	content, err := os.ReadFile(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(data, bytes.ReplaceAll(content, []byte(`configurable: "yes"`), []byte("configurable: maybe")), 0o644); err != nil {
		t.Fatal(err)
	}
	before = snapshot(t, root)
	status, out := exec(false)
	if want := "data/example.yaml:66: flow example/agent/heartbeat: field \"configurable\" is \"maybe\"; expected: unstated, yes, no, discouraged\n"; status != 1 || out != want {
		t.Errorf("bad data: %d\n got %swant %s", status, out, want)
	}
	if diff := cmp.Diff(before, snapshot(t, root)); diff != "" {
		t.Errorf("bad data changes files (-before +after):\n%s", diff)
	}
}

func TestRunErrors(t *testing.T) {
	for _, c := range []struct{ name, file, content, want string }{
		{"no version", "data/version.txt", "", "data/version.txt: no such file\n"},
		{"malformed version", "data/version.txt", "soon\n", "data/version.txt:1: \"soon\" is not a date; expected: a date such as 2026-01-31\n"},
		{"no marks in the README", "README.md", "# Example\n", "README.md: the lines that mark the table of coverage are missing\n"},
		{"no marks in the description of the data", "data/README.md", "# Example\n", "data/README.md: the lines that mark the table of fields of flows are missing\n"},
	} {
		fsys := example(t)
		if c.content == "" {
			delete(fsys, c.file)
		} else {
			fsys[c.file] = &fstest.MapFile{Data: []byte(c.content)}
		}
		root := folder(t, fsys)
		var stderr bytes.Buffer
		status := run([]string{"--root", root}, io.Discard, &stderr)
		if got := strings.ReplaceAll(stderr.String(), root+string(filepath.Separator), ""); status != 1 || got != c.want {
			t.Errorf("%s: %d\n got %swant %s", c.name, status, got, c.want)
		}
	}
}

// TestDeterministic generates twice.
func TestDeterministic(t *testing.T) {
	first, err := generate(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	second, err := generate(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(first)) {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs from run to run", name)
		}
	}
}

// TestBlocks holds the blocks of constants, each of which is a line of the index
// that go doc makes, to a product each, and those of flows to two screens. A block
// of one constant would be sorted behind all others.
func TestBlocks(t *testing.T) {
	files, err := generate(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?ms)^// ([^\n]*)\nconst \(\n(.*?)^\)`).FindAllSubmatch(files["generated_ports.go"], -1)
	if len(blocks) < 10 {
		t.Errorf("found %d blocks of constants", len(blocks))
	}
	for _, b := range blocks {
		if entries := bytes.Count(b[2], []byte(" = ")); entries < 2 {
			t.Errorf("%s has %d constant, want at least 2", b[1], entries)
		}
		if lines := bytes.Count(b[2], []byte("\n")); bytes.HasPrefix(b[1], []byte("Flows")) && lines > blockLines {
			t.Errorf("%s has %d lines, want at most %d", b[1], lines, blockLines)
		}
	}
}
