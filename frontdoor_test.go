package portbook_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestTargets holds the Makefile, the scripts of .ci and everything that calls
// them together: none leads to what is not there, and CI runs all of them.
func TestTargets(t *testing.T) {
	makefile := readFile(t, "Makefile")
	var targets []string
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z -]*):`).FindAllStringSubmatch(makefile, -1) {
		targets = append(targets, strings.Fields(m[1])...)
	}
	scripts, err := filepath.Glob(".ci/*")
	if err != nil {
		t.Fatal(err)
	}
	run := readFile(t, ".ci/run")
	for _, script := range scripts {
		info, err := os.Stat(script)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(script)
		if name != "run" && name != "changes" && !slices.Contains(targets, name) {
			t.Errorf("%s is not a target of the Makefile", script)
		}
		if info.Mode()&0o111 == 0 && os.PathSeparator == '/' {
			t.Errorf("%s is not executable", script)
		}
	}
	for _, target := range targets {
		part := regexp.MustCompile(`(?m)^(lint|check|check-all):.*\b` + target + `\b`)
		called := regexp.MustCompile(`\btargets .*\b` + target + `\b`)
		if !part.MatchString(makefile) && !called.MatchString(run) && !strings.HasPrefix(target, "check") {
			t.Errorf("nothing runs the target %s", target)
		}
	}
	command := regexp.MustCompile(`(?:\bmake ([a-z][a-z-]*)|(\.ci/[a-z]+))`)
	for _, name := range slices.Concat(glob(t, "*.md"), glob(t, "docs/*.md"), glob(t, ".github/workflows/*.yml"), []string{".ci/run"}) {
		for _, m := range command.FindAllStringSubmatch(commands(readFile(t, name)), -1) {
			if m[1] != "" && !slices.Contains(targets, m[1]) {
				t.Errorf("%s: make %s is not a target of the Makefile", name, m[1])
			}
			if m[2] != "" && !slices.Contains(scripts, filepath.FromSlash(m[2])) {
				t.Errorf("%s: there is no %s", name, m[2])
			}
		}
	}
}

// commands returns the lines of a file without prose in which "make" is a verb.
func commands(text string) string {
	var list []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, "`make ") || strings.Contains(line, "run: make") || strings.Contains(line, ".ci/") {
			list = append(list, line)
		}
	}
	return strings.Join(list, "")
}

// TestCodeHostFiles reads the workflows and the issue forms as the code host
// does, which says nothing about a broken one until someone needs it.
func TestCodeHostFiles(t *testing.T) {
	for _, name := range glob(t, ".github/workflows/*.yml") {
		var workflow struct {
			Name string
			On   yaml.Node
			Jobs map[string]struct {
				RunsOn string `yaml:"runs-on"`
				Limit  int    `yaml:"timeout-minutes"`
				Steps  []struct{ Uses, Run string }
			}
		}
		decode(t, name, &workflow)
		if workflow.Name == "" || workflow.On.IsZero() || len(workflow.Jobs) == 0 {
			t.Errorf("%s lacks a name, an event or jobs", name)
		}
		for job, x := range workflow.Jobs {
			if x.RunsOn == "" || x.Limit == 0 || len(x.Steps) == 0 {
				t.Errorf("%s: the job %s lacks a machine, a time limit or steps", name, job)
			}
			for i, step := range x.Steps {
				if (step.Uses == "") == (step.Run == "") {
					t.Errorf("%s: step %d of %s must have either uses or run", name, i+1, job)
				}
			}
		}
	}
	for _, name := range glob(t, ".github/ISSUE_TEMPLATE/*.yml") {
		if strings.HasSuffix(name, "config.yml") {
			continue
		}
		var form struct {
			Name, Description string
			Body              []struct {
				Type, ID   string
				Attributes struct{ Label string }
			}
		}
		decode(t, name, &form)
		if form.Name == "" || form.Description == "" || len(form.Body) == 0 {
			t.Errorf("%s lacks a name, a description or a body", name)
		}
		for i, x := range form.Body {
			if !slices.Contains([]string{"input", "textarea", "dropdown", "checkboxes"}, x.Type) || x.ID == "" || x.Attributes.Label == "" {
				t.Errorf("%s: entry %d needs a known type, an id and a label", name, i+1)
			}
		}
	}
}

// TestLinks follows the links between the files of the repository.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == ".git" || entry.Name() == "node_modules") {
			return fs.SkipDir
		}
		if filepath.Ext(name) != ".md" {
			return nil
		}
		for _, m := range link.FindAllStringSubmatch(readFile(t, name), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), target)); err != nil {
				t.Errorf("%s leads to %s, which is not there", name, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(pattern)
	if err != nil || len(list) == 0 {
		t.Fatalf("%s: no such files (%v)", pattern, err)
	}
	return list
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func decode(t *testing.T, name string, to any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(readFile(t, name)), to); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}
