package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// asBool finds a value that YAML 1.1 reads as true or false, and YAML 1.2 as a
// word: "configurable: no" fails a schema that wants a text in tools of 1.1.
var asBool = regexp.MustCompile(`(?m)(?:^|[-,\[{]|(\w*):)[ \t]+(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)[ \t]*(?:$|[,}\]]|#)`)

// answers are the keys of site files whose values are true or false; their
// schema allows both forms.
var answers = []string{"use", "holds", "group"}

// fence finds the YAML of a page in Markdown.
var fence = regexp.MustCompile("(?ms)^```ya?ml\n(.*?)^```")

// TestYAML11 reads all YAML that users copy or edit, and the data itself, as
// tools of YAML 1.1 do.
func TestYAML11(t *testing.T) {
	files := 0
	check := func(name, content string) {
		files++
		for _, place := range asBool.FindAllStringSubmatchIndex(content, -1) {
			if place[2] >= 0 && slices.Contains(answers, content[place[2]:place[3]]) {
				continue
			}
			t.Errorf("%s:%d: %q is true or false for tools of YAML 1.1", name, 1+strings.Count(content[:place[0]], "\n"), strings.TrimSpace(content[place[0]:place[1]]))
		}
	}
	starter := t.TempDir()
	succeed(t, "init", filepath.Join(starter, "net"))
	succeed(t, "init", "--site", filepath.Join(starter, "site.yaml"), "--product", "itms,apex-central")
	for _, root := range []string{starter, "../../examples", "../../docs", "../../README.md", "../../data"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(name)
			switch filepath.Ext(name) {
			case ".yaml", ".yml":
				check(name, string(content))
			case ".md":
				for _, m := range fence.FindAllStringSubmatch(string(content), -1) {
					check(name, m[1])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 20 {
		t.Errorf("only %d pieces of YAML were read", files)
	}
	for _, s := range []string{"configurable: no\n", "a: [x, off]", "- yes # x\n", "{a: No}"} {
		if !asBool.MatchString(s) {
			t.Errorf("%q is not found", s)
		}
	}
}
