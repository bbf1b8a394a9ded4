package portbook_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// newField are the changes of each file that a new field takes: each inserts
// text before another one. A file without changes is new.
var newField = map[string][][2]string{
	"trialrun.go": nil,
	"internal/table/fields.go": {
		{"\tEnumCount = iota", "\tTrialRun\n"},
		{"\tRequirements  = []string{", "\tTrialRuns = []string{\"unstated\", \"first\", \"second\"}\n"},
		{"\t{\n\t\tKey: \"appProtocols\"", `	{
		Key: "trialRun", Kind: KindEnum, Enum: TrialRun, Values: TrialRuns, Default: "unstated", Change: ChangeReview,
		About: "A field on trial.",
	},
`},
		{"}\n\n// FieldOf returns", "\t\"trialRun\",\n"},
	},
	"record.go": {
		{"\tAppProtocols []string ", "\tTrialRun TrialRun `json:\"trialRun\"`\n"},
		{"AppProtocols: notNil(", "TrialRun: f.TrialRun(), "},
	},
	"i18n/en/labels.yaml": {{"column/purpose:", "column/trial-run: Trial\ntrial-run/first: First\ntrial-run/second: Second\ntrial-run/unstated: Untold\n"}},
	"i18n/ja/labels.yaml": {{"column/purpose:", "column/trial-run: 試行\ntrial-run/first: 一回目\ntrial-run/second: 二回目\ntrial-run/unstated: 記述なし\n"}},
}

// TestNewField adds an enumerated field to a copy of the module, in the files
// that CONTRIBUTING.md lists and no other ones, and uses it from data to
// reports.
func TestNewField(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command line anew")
	}
	guide, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(guide), "\n## Adding a field\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var listed []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(section, -1) {
		listed = append(listed, strings.Replace(m[1], "<field>", "trialrun", 1))
	}
	if len(listed) == 0 || len(listed) > 5 {
		t.Errorf("CONTRIBUTING.md lists %d files, want at most five: %v", len(listed), listed)
	}
	root := t.TempDir()
	for name := range newField {
		if !slices.Contains(listed, name) {
			t.Errorf("a new field takes %s, which CONTRIBUTING.md does not list", name)
		}
	}
	copySources(t, root)
	overlay := changeSources(t, root)
	goCommand(t, "run", "-overlay", overlay, "./gen", "--root", root)
	overlay = overlayOf(t, root) // with what was generated
	portbook := filepath.Join(root, "portbook.exe")
	goCommand(t, "build", "-overlay", overlay, "-o", portbook, "./cmd/portbook")
	useNewField(t, root, portbook)
	if out := goCommand(t, "run", "-overlay", overlay, "./cmd/trial"); out != "service-gateway/appliance/ssh first false <nil>\n" {
		t.Errorf("a program that selects by the new field prints %q", out)
	}
}

// copySources copies what the generator reads.
func copySources(t *testing.T, root string) {
	t.Helper()
	for _, dir := range []string{"data", "i18n/en", "i18n/ja"} {
		if err := os.CopyFS(filepath.Join(root, filepath.FromSlash(dir)), os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, root, "README.md", read(t, "README.md"))
	write(t, root, "cmd/trial/main.go", read(t, "testdata/newfield/main.go.txt"))
}

// changeSources makes the changes of newField, gives a flow the new field, and
// returns the overlay for the go command.
func changeSources(t *testing.T, root string) string {
	t.Helper()
	for name, changes := range newField {
		if changes == nil {
			write(t, root, name, read(t, "testdata/newfield/"+name+".txt"))
			continue
		}
		s := read(t, name)
		for _, c := range changes {
			if strings.Count(s, c[0]) != 1 {
				t.Fatalf("%s holds %q %d times, want once: this test inserts text before it", name, c[0], strings.Count(s, c[0]))
			}
			s = strings.Replace(s, c[0], c[1]+c[0], 1)
		}
		write(t, root, name, s)
	}
	const flow, id = "data/service-gateway.yaml", "  - id: service-gateway/appliance/ssh\n"
	write(t, root, flow, strings.Replace(read(t, flow), id, id+"    trialRun: first\n", 1))
	return overlayOf(t, root)
}

// overlayOf writes the overlay that puts the Go files of a folder into the
// place of those of this module.
func overlayOf(t *testing.T, root string) string {
	t.Helper()
	replace := map[string]string{}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if relative, _ := filepath.Rel(root, path); filepath.Ext(path) == ".go" {
			replace[filepath.Join(here, relative)] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	write(t, root, "overlay.json", string(data))
	return filepath.Join(root, "overlay.json")
}

// useNewField uses a command line that knows the new field.
func useNewField(t *testing.T, root, portbook string) {
	t.Helper()
	const flow = "service-gateway/appliance/ssh"
	run := func(status int, args ...string) string {
		t.Helper()
		cmd := exec.Command(portbook, args...)
		cmd.Dir = root
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != status {
			t.Errorf("portbook %s: exit %d, want %d\n%s", strings.Join(args, " "), got, status, out)
		}
		return string(out)
	}
	want := func(what, out string, parts ...string) {
		t.Helper()
		for _, s := range parts {
			if !strings.Contains(out, s) {
				t.Errorf("%s does not hold %q:\n%.2000s", what, s, out)
			}
		}
	}

	want("the schema", read(t, filepath.Join(root, "data/schema/data.schema.json")), `"description": "A field on trial."`, `"first"`)
	want("the description of the data", read(t, filepath.Join(root, "data/README.md")), "| `trialRun` | A field on trial. Values: `unstated`, `first`, `second`. | `unstated` |")
	want("the coverage", read(t, filepath.Join(root, "data/COVERAGE.md")), "| trialRun | 1 | 0 | ")
	want("the columns", read(t, filepath.Join(root, "report/generated_columns.go")), `ColumnTrialRun `)
	want("the fields", read(t, filepath.Join(root, "generated_fields.go")), `FieldTrialRun `)

	list := []string{"flows", "--product", "service-gateway", "--format", "csv", "--encoding", "utf-8", "--columns", "id,trial-run"}
	if out := run(0, append(list, "--trial-run", "first", "--lang", "ja")...); out != "ID,試行\r\n"+flow+",一回目\r\n" {
		t.Errorf("the flows of the first trial are %q", out)
	}
	want("a list of others", run(0, append(list, "--trial-run", "unstated")...), "ID,Trial\r\n", ",Untold\r\n")
	want("the error", run(2, "flows", "--trial-run", "third"), `unknown trial "third" (expected: first, second, unstated)`)

	export := run(0, "report", "--product", "service-gateway", "--format", "json")
	want("the export", export, `"trialRun": "first"`, `"trialRun": "unstated"`)
	page := run(0, "report", "--product", "service-gateway", "--format", "html", "--lang", "ja")
	want("the page", page, `data-trial-run="first"`, `data-filter="trial-run"`, "一回目", "試行")

	want("the table", run(0, "report", "--product", "service-gateway", "--format", "markdown"), "| Trial |", "| First |", "| Untold |")
	for _, format := range []string{"markdown", "html"} {
		out := run(0, "report", "--product", "scanmail", "--format", format)
		if out == "" || strings.Contains(out, "Trial") || strings.Contains(out, "trial-run") {
			t.Errorf("a report of flows without the field has a column or a filter of it: %s", out)
		}
	}

	write(t, root, "new.json", export)
	write(t, root, "old.json", regexp.MustCompile(` *"trialRun": "\w+",\n`).ReplaceAllString(export, "")) // by a release that has no such field
	changes := run(1, "diff", "old.json", "new.json", "--format", "markdown", "--exit-code")
	want("the difference", changes, flow, "Review", "Trial: Untold → First")

	write(t, root, "own/data/own.yaml", "product: {id: own}\noverrides:\n  - {flow: "+flow+", trialRun: second}\n")
	write(t, root, "own/i18n/en/own.yaml", "product: {name: Own, summary: Ours.}\noverrides:\n  "+flow+": {reason: Tried twice.}\n")
	want("the override", run(0, append(list, "--catalog", "own", "--trial-run", "second")...), flow+",Second†\r\n")
	write(t, root, "own/data/own.yaml", "product: {id: own}\noverrides:\n  - {flow: "+flow+", trialRun: third}\n")
	want("the problem", run(1, "validate", "own"), `"third"`, "unstated, first, second")
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// write writes a file below a folder.
func write(t *testing.T, root, name, content string) {
	t.Helper()
	name = filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
