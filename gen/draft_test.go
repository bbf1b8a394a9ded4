package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/testkit/golden"
)

// drafted are documents of different shapes, and how many of their rows become flows. The others are listed as not read.
var drafted = []struct {
	file, language string
	fields         []string // what headings mean that are not recognised
	rows, flows    int
}{
	{file: "pipes.md", language: "en", rows: 23, flows: 22},
	{file: "wellformed.md", language: "en", fields: []string{"Server=component"}, rows: 5, flows: 4},
	{file: "labels.txt", language: "en", rows: 6, flows: 6},
	{file: "table.ja.txt", language: "ja", rows: 6, flows: 5},
	{file: "page.html", language: "en", rows: 7, flows: 7},
	{file: "mixed.md", language: "en", rows: 9, flows: 9},
	{file: "semicolons.csv", language: "en", rows: 5, flows: 5},
	{file: "sjis.csv", language: "ja", rows: 1, flows: 1},
	{file: "bom.tsv", language: "en", rows: 2, flows: 2},
}

// newRepository returns a copy of the repository's data.
func newRepository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"data", "i18n"} {
		if err := os.CopyFS(filepath.Join(root, name), os.DirFS("../"+name)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestDraft drafts data of every document, next to the repository's own: the validator has nothing to say but that texts are to
// be written.
func TestDraft(t *testing.T) {
	for _, c := range drafted {
		root := newRepository(t)
		product := "draft-" + strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, c.file)
		args := []string{"--root", root, "draft", filepath.Join("../internal/ingest/source/testdata", c.file), "--product", product, "--lang", c.language}
		for _, f := range c.fields {
			args = append(args, "--field", f)
		}
		var out, err bytes.Buffer
		if status := run(args, &out, &err); status != 0 {
			t.Errorf("%s: exit %d\n%s", c.file, status, &err)
			continue
		}
		data, readErr := os.ReadFile(filepath.Join(root, "data", product+".yaml"))
		if readErr != nil {
			t.Fatal(readErr)
		}
		golden.Check(t, "testdata/draft/"+c.file+".yaml", slices.Concat(out.Bytes(), err.Bytes(), []byte("---\n"), data))
		if rows, flows := bytes.Count(data, []byte("cite:"))+bytes.Count(data, []byte("reason: not-read")), bytes.Count(data, []byte("cite:")); rows != c.rows || flows != c.flows {
			t.Errorf("%s: %d flows of %d rows, want %d of %d", c.file, flows, rows, c.flows, c.rows)
		}
		source := dataset.Read(os.DirFS(root))
		checkNames(source)
		for line := range strings.Lines(source.Err().Error()) {
			line = strings.TrimSuffix(line, "\n")
			if !strings.HasSuffix(line, ": is to be written") && !strings.Contains(line, ": has no hosting; ") { // what a reader must decide
				t.Errorf("%s: the draft is not valid: %s", c.file, line)
			}
		}
	}
}

func TestDraftErrors(t *testing.T) {
	root := newRepository(t)
	document := "../internal/ingest/source/testdata/wellformed.md"
	for _, c := range []struct{ args, want string }{
		{"draft " + document, `required flag(s) "product" not set`},
		{"draft " + document + " --product Wick", `product "Wick" is malformed; accepted: lower-case words joined by hyphens`},
		{"draft " + document + " --product wick --lang english", `language "english" is malformed; accepted: a BCP 47 tag in canonical form, such as ja or pt-BR`},
		{"draft " + document + " --product wick --field Server", `field "Server" is malformed; accepted: a heading, =, and one of title, component,`},
		{"draft " + document + " --product itms", `data/itms.yaml is there already: draft overwrites nothing`},
		{"draft nothing.md --product wick", "open nothing.md: no such file or directory"},
		{"draft verify_test.go --product wick", "verify_test.go: "},
	} {
		var out, err bytes.Buffer
		status := run(append([]string{"--root", root}, strings.Fields(c.args)...), &out, &err)
		if status != 1 || !strings.HasPrefix(err.String(), c.want) {
			t.Errorf("%s: exit %d, %q, want %q", c.args, status, err.String(), c.want)
		}
	}
	if entries, err := os.ReadDir(filepath.Join(root, "data")); err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "wick") }) {
		t.Errorf("a draft that fails leaves files behind: %v, %v", entries, err)
	}
}
