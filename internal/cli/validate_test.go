package cli

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/sarif"
	"github.com/portbook/portbook/internal/testkit/golden"
)

const (
	validFolder   = "../../examples/inhouse"
	invalidFolder = "testdata/invalid"
)

// TestValidate shows what is said of a folder with problems, in every format, and what of one without.
func TestValidate(t *testing.T) {
	for format, want := range map[string]string{"text": validFolder + ": valid (12 flows)\n", "json": "[]\n", "sarif": ""} {
		status, stdout, stderr := portbookRun(t, nil, "validate", invalidFolder, "--format", format)
		if status != 1 || stderr != "portbook: 4 problems in testdata/invalid\n" {
			t.Errorf("%s: exit %d, %s", format, status, stderr)
		}
		golden.Check(t, "testdata/validate."+map[string]string{"text": "txt"}[format]+strings.TrimPrefix(format, "text"), []byte(stdout))
		if got := succeed(t, "validate", validFolder, "--format", format); want != "" && got != want {
			t.Errorf("%s of a valid folder: %q, want %q", format, got, want)
		}
	}
}

// TestValidateFolders reads folders one over the other.
func TestValidateFolders(t *testing.T) {
	second := t.TempDir()
	succeed(t, "init", second, "--product", "erp")
	want := validFolder + ": valid (12 flows)\n" + second + ": valid (4 flows)\n"
	if got := succeed(t, "validate", validFolder, second); got != want {
		t.Errorf("two folders: %q, want %q", got, want)
	}
	for _, c := range []struct {
		args         []string
		status       int
		stdout, want string
	}{
		{[]string{validFolder, invalidFolder, second}, 1, validFolder + ": valid (12 flows)\n", "4 problems in testdata/invalid; not checked because they were read on top of it: " + second},
		{[]string{"testdata/none"}, 2, "", "cannot read testdata/none: "},
		{[]string{"validate.go"}, 2, "", "validate.go is a file (expected: a folder that contains data/ and i18n/)"},
		{[]string{invalidFolder, "--format", "csv"}, 2, "", `unknown format "csv" (expected: text, json, sarif)`},
		{nil, 2, "", "0 arguments (expected: portbook validate DIR... [FLAGS])"},
	} {
		status, stdout, stderr := portbookRun(t, nil, append([]string{"validate"}, c.args...)...)
		if status != c.status || !strings.HasPrefix(stdout, c.stdout) || !strings.HasPrefix(stderr, "portbook: "+c.want) {
			t.Errorf("validate %v: exit %d\n%s\n%s", c.args, status, stdout, stderr)
		}
	}
}

// TestValidateOutput checks that the name of a file tells the format, and that problems are written before the command fails.
func TestValidateOutput(t *testing.T) {
	for _, name := range []string{"r.sarif", "r.json", "r.txt"} {
		file := filepath.Join(t.TempDir(), name)
		if status, stdout, _ := portbookRun(t, nil, "validate", invalidFolder, "-o", file); status != 1 || stdout != "" {
			t.Errorf("%s: exit %d, %q", name, status, stdout)
		}
		content, err := os.ReadFile(file)
		if want := map[string]string{"r.sarif": "{\n  \"$schema\"", "r.json": "[", "r.txt": "testdata"}[name]; err != nil || !strings.HasPrefix(string(content), want) {
			t.Errorf("%s begins %.20q, %v", name, content, err)
		}
	}
}

// readSARIF runs validate and decodes its log.
func readSARIF(t *testing.T, args ...string) sarif.Run {
	t.Helper()
	_, stdout, _ := portbookRun(t, nil, append([]string{"validate", "--format", "sarif"}, args...)...)
	var log sarif.Log
	if err := json.Unmarshal([]byte(stdout), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].Results == nil {
		t.Fatalf("the log of %v is %s", args, stdout)
	}
	return log.Runs[0]
}

// TestSARIF checks what a service takes for granted: rules that exist, and addresses of files that lead somewhere.
func TestSARIF(t *testing.T) {
	empty, broken := t.TempDir(), t.TempDir()
	for name, content := range map[string]string{
		"data/version.txt": "spring\n", "data/ids.txt": "flow x/gone\n", "data/x y#1.yaml": "product: [\n", "i18n/english/x.yaml": "x", "i18n/en/x.yaml": "x: 1",
	} {
		file := filepath.Join(broken, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	for _, dir := range []string{invalidFolder, empty, broken} {
		run := readSARIF(t, dir)
		if len(run.Results) == 0 {
			t.Errorf("%s: no results", dir)
		}
		for _, r := range run.Results {
			seen[r.RuleID] = true
			if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || r.Level != "error" || r.Message.Text == "" || len(r.Locations) != 1 {
				t.Errorf("%s: result %+v", dir, r)
			}
			at := r.Locations[0].PhysicalLocation
			u, err := url.Parse(at.ArtifactLocation.URI)
			if err != nil || (at.ArtifactLocation.URIBaseID == "%SRCROOT%") == u.IsAbs() || u.Fragment != "" {
				t.Errorf("%s: address %+v", dir, at.ArtifactLocation)
			}
			if at.Region != nil && at.Region.StartLine < 1 {
				t.Errorf("%s: line %d", dir, at.Region.StartLine)
			}
		}
	}
	for _, id := range []string{"data", "texts", "version", "folders"} {
		if !seen[id] {
			t.Errorf("no problem is of rule %s", id)
		}
	}
}

// TestSARIFBelow gives files below the working folder the same address, however
// the folder is named.
func TestSARIFBelow(t *testing.T) {
	absolute, err := filepath.Abs(invalidFolder)
	if err != nil {
		t.Fatal(err)
	}
	want := readSARIF(t, invalidFolder).Results
	for i, r := range readSARIF(t, absolute).Results {
		got, want := r.Locations[0].PhysicalLocation.ArtifactLocation, want[i].Locations[0].PhysicalLocation.ArtifactLocation
		if got != want || got.URIBaseID != "%SRCROOT%" {
			t.Errorf("problem %d is at %+v, want %+v", i, got, want)
		}
	}
}

func TestSARIFRules(t *testing.T) {
	for file, want := range map[string]string{
		"net/data/x.yaml": "data", "net/i18n/en/x.yaml": "texts", "net/data/ids.txt": "published-ids", "data/version.txt": "version",
		"net/data/*.yaml": "folders", "net/i18n/*": "folders", "net/i18n/english": "folders",
	} {
		if got := sarifRules[sarifRuleOf(file)].ID; got != want {
			t.Errorf("the rule of %s is %s, want %s", file, got, want)
		}
	}
}

// TestSARIFRemarks tells a service that something was not looked at.
func TestSARIFRemarks(t *testing.T) {
	run := readSARIF(t, invalidFolder, validFolder)
	if i := run.Invocations[0]; i.ExecutionSuccessful || len(i.ToolExecutionNotifications) != 1 {
		t.Errorf("the invocation is %+v", i)
	}
	if i := readSARIF(t, validFolder).Invocations[0]; !i.ExecutionSuccessful {
		t.Errorf("the invocation is %+v", i)
	}
	v := validation{invalid: "net", problems: make([]problemRecord, 2), more: 3}
	if got, want := v.err().Error(), "5 problems in net; only the first 2 are listed"; got != want {
		t.Errorf("error is %q, want %q", got, want)
	}
}

// TestSARIFBelowWorkingFolder checks that a file below the working folder has
// its address relative to it, however the folder is named.
func TestSARIFBelowWorkingFolder(t *testing.T) {
	absolute, err := filepath.Abs(invalidFolder)
	if err != nil {
		t.Fatal(err)
	}
	byName := func(dir string) (list []sarif.Artifact) {
		for _, r := range readSARIF(t, dir).Results {
			list = append(list, r.Locations[0].PhysicalLocation.ArtifactLocation)
		}
		return list
	}
	want := byName(invalidFolder)
	for _, dir := range []string{absolute, "./" + invalidFolder, filepath.Join("..", "cli", invalidFolder)} {
		if got := byName(dir); !slices.Equal(got, want) || len(want) == 0 || want[0].URIBaseID == "" {
			t.Errorf("%s: got %+v, want %+v", dir, got, want)
		}
	}
}

// TestSameProblems writes one mistake in many entries, and few of them are
// listed: of a folder, of one that another command loads, and not in JSON.
func TestSameProblems(t *testing.T) {
	const entries = 146
	folder := filepath.Join(t.TempDir(), "net")
	succeed(t, "init", folder)
	file := filepath.Join(folder, "data", "inhouse.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range entries {
		fmt.Fprintf(&b, "\n  - {id: inhouse/portal/x%d, component: inhouse/web-server, from: [inhouse/web-server], to: [inhouse/web-servr], ports: 443/tcp, direction: outbound, cite: [1]}", i)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(content), "\nflows:", "\nflows:"+b.String(), 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	const message = `unknown component "inhouse/web-servr"`
	count := func(s string) int { return strings.Count(s, message) }
	_, text, _ := portbookRun(t, nil, "validate", folder)
	if got := count(text); got != sameProblems || !strings.Contains(text, fmt.Sprintf("(and %d more with this message)", entries-sameProblems)) {
		t.Errorf("validate lists %d of %d:\n%.2000s", got, entries, text)
	}
	if _, _, errors := portbookRun(t, nil, "flows", "--catalog", folder); count(errors) != sameProblems || !strings.Contains(errors, fmt.Sprintf("and %d more", entries-sameProblems)) {
		t.Errorf("flows lists %d of %d:\n%.2000s", count(errors), entries, errors)
	}
	if _, records, _ := portbookRun(t, nil, "validate", folder, "--format", "json"); strings.Count(records, `unknown component`) != entries {
		t.Errorf("JSON has %d of %d", strings.Count(records, `unknown component`), entries)
	}
}

// TestProblemLines lists all of few, whatever is between them, and what differs.
func TestProblemLines(t *testing.T) {
	problem := func(file string, line int, message string) problemRecord {
		return problemRecord{"net", file, line, "", message}
	}
	var list []problemRecord
	for i := 1; i <= sameProblems; i++ {
		list = append(list, problem("a", i, "one"), problem("a", i, fmt.Sprint("two", i)), problem("b", i, "one"))
	}
	if got := problemLines(list); len(got) != len(list) {
		t.Errorf("%d lines of %d: %q", len(got), len(list), got)
	}
	got := problemLines(append(list, problem("b", 9, "one"), problem("a", 10, "end")))
	if len(got) != len(list)+1 || !strings.Contains(got[len(list)-1].Error(), "and 1 more") {
		t.Errorf("lines are %q", got)
	}
}
