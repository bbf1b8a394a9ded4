package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portbook/portbook"
)

// withInput runs the command line with a file as standard input.
func withInput(t *testing.T, file string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out, said bytes.Buffer
	status = Run(args, f, &out, &said, func(string) string { return "" })
	return status, out.String(), said.String()
}

// TestStandardInput reads standard input wherever a command takes a file.
func TestStandardInput(t *testing.T) {
	t.Run("plan", func(t *testing.T) {
		file := "../../examples/site/tokyo.yaml"
		want := succeed(t, "plan", file, "--as-of", "2026-11-28", "--format", "json")
		status, got, stderr := withInput(t, file, "plan", "-", "--as-of", "2026-11-28", "--format", "json")
		if status != 0 || strings.ReplaceAll(got, portbook.DataVersion, "EDITION") != want {
			t.Errorf("exit %d, %s, %d bytes", status, stderr, len(got))
		}
	})
	t.Run("diff", func(t *testing.T) {
		want := succeed(t, "diff", "testdata/diff/old.json", "testdata/diff/new.json", "--format", "json")
		if status, got, stderr := withInput(t, "testdata/diff/old.json", "diff", "-", "testdata/diff/new.json", "--format", "json"); status != 0 || got != want {
			t.Errorf("exit %d, %s", status, stderr)
		}
		if status, _, stderr := withInput(t, "testdata/diff/old.json", "diff", "-", "-"); status != 2 || !strings.Contains(stderr, "standard input (-) can be read only once") {
			t.Errorf("twice: exit %d, %s", status, stderr)
		}
	})
	t.Run("draft", func(t *testing.T) {
		dir := t.TempDir()
		file := documents + "wellformed.md"
		draftFrom := func(name string, input string) string {
			status, out, stderr := withInput(t, file, "draft", input, "--product", "wick", "--output", filepath.Join(dir, name), "--report", "-", "--document-format", "Markdown")
			var report struct{ Flows int }
			if err := json.Unmarshal([]byte(out), &report); status != 0 || err != nil || report.Flows == 0 {
				t.Fatalf("exit %d, %v, %s%s", status, err, out, stderr)
			}
			data, err := os.ReadFile(filepath.Join(dir, name, "data", "wick.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			return strings.NewReplacer("wellformed.md", "wick.md").Replace(string(data))
		}
		if a, b := draftFrom("a", file), draftFrom("b", "-"); a != b {
			t.Errorf("the draft of standard input is\n%s\nthat of the file\n%s", b, a)
		}
	})
	t.Run("init --site -", func(t *testing.T) {
		t.Chdir(t.TempDir())
		out := succeed(t, "init", "--site", "-", "--product", "Apex Central,scanmail")
		if entries, _ := os.ReadDir("."); len(entries) > 0 || !strings.Contains(out, "\nhosts:") {
			t.Errorf("%v is written; standard output gets %.200q", entries, out)
		}
		var stdout, stderr bytes.Buffer
		if status := Run([]string{"plan", "-"}, strings.NewReader(out), &stdout, &stderr, func(string) string { return "" }); status != 0 {
			t.Errorf("it is not a site file: exit %d, %s", status, &stderr)
		}
	})
}
