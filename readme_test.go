package portbook_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeSnippets checks that the Go snippets of the README are copies of tested examples, and that the commands it
// names run in CI.
func TestReadmeSnippets(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	readme, ci := read("README.md"), read(".ci/run")+read(".ci/report")
	examples := read("example_test.go") + read("report/example_test.go") + read("catalog/example_test.go")
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readme, -1)
	if len(snippets) == 0 {
		t.Error("README.md has no Go snippets")
	}
	for _, s := range snippets {
		indented := "\t" + strings.ReplaceAll(strings.TrimSuffix(s[1], "\n"), "\n", "\n\t") + "\n"
		if !strings.Contains(examples, indented) {
			t.Errorf("this snippet of README.md is no part of a tested example:\n%s", s[1])
		}
	}
	for _, command := range []string{"go run ./cmd/portbook report --lang ja,en --output ", "go test ./..."} {
		if !strings.Contains(readme, command) || !strings.Contains(ci, command) {
			t.Errorf("README.md and .ci do not both run %q", command)
		}
	}
}
