package portbook_test

import (
	"regexp"
	"strings"
	"testing"
)

// TestSnippets checks that the Go snippets of README.md and of the pages below
// docs are copies of tested examples, and that CI runs the commands of README.md.
func TestSnippets(t *testing.T) {
	readme, ci := readFile(t, "README.md"), readFile(t, ".ci/run")+readFile(t, ".ci/report")
	var examples strings.Builder
	for _, name := range []string{"example_test.go", "report/example_test.go", "catalog/example_test.go", "site/example_test.go", "firewall/example_test.go", "audit/example_test.go"} {
		examples.WriteString(readFile(t, name))
	}
	snippet := regexp.MustCompile("(?s)```go\n(.*?)```")
	if !snippet.MatchString(readme) {
		t.Error("README.md has no Go snippets")
	}
	for _, name := range append(glob(t, "docs/*.md"), "README.md") {
		for _, s := range snippet.FindAllStringSubmatch(readFile(t, name), -1) {
			indented := "\t" + strings.ReplaceAll(strings.TrimSuffix(s[1], "\n"), "\n", "\n\t") + "\n"
			if !strings.Contains(examples.String(), indented) {
				t.Errorf("this snippet of %s is not part of a tested example:\n%s", name, s[1])
			}
		}
	}
	for _, command := range []string{"go run ./cmd/portbook report --lang ja,en --output ", "go test ./..."} {
		if !strings.Contains(readme, command) || !strings.Contains(ci, command) {
			t.Errorf("README.md and .ci do not both run %q", command)
		}
	}
}
