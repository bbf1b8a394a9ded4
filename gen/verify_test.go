package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/internal/ingest/verify"
)

// document is one in the shape that the example's data was taken from.
const document = `# Example 3.1 ports

## Server

| Protocol | Direction | Port | Purpose | Service |
|---|---|---|---|---|
| TCP | Outbound | 4119 | Says hello. | ExampleSvc |
| Protocol | Direction | Port number | Purpose | Service |

## Agent

| Protocol | Direction | Port | Purpose | Service |
|---|---|---|---|---|
| TCP | Outbound | 4119 | Says it again. | ExampleSvc |
`

// verifyRun runs the command on a repository of the example and a folder with one document.
func verifyRun(t *testing.T, root, text string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	folder := t.TempDir()
	if text != "" {
		if err := os.WriteFile(filepath.Join(folder, "example-ports.md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, err bytes.Buffer
	status = run(append([]string{"--root", root, "verify", folder}, args...), &out, &err)
	return status, strings.ReplaceAll(out.String(), folder, "DIR"), strings.ReplaceAll(err.String(), folder, "DIR")
}

// repository is the example with a document that names the file of its copies.
func repository(t *testing.T) string {
	t.Helper()
	fsys := example(t)
	data := fsys["data/example.yaml"]
	data.Data = bytes.Replace(data.Data, []byte("    counts: rows "), []byte("    file: example-ports.md\n    counts: rows "), 1)
	return folder(t, fsys)
}

// TestVerify goes through the life of a document: no record, a record, a new version, the data brought up to date.
func TestVerify(t *testing.T) {
	root := repository(t)
	check := func(step, text string, want int, output string, args ...string) {
		t.Helper()
		status, stdout, stderr := verifyRun(t, root, text, args...)
		if diff := cmp.Diff(output, stdout+stderr); status != want || diff != "" {
			t.Errorf("%s: exit %d, want %d (-want +got):\n%s", step, status, want, diff)
		}
	}
	check("no record", document, 2, "example-ports: data/rows/example-ports.txt is missing: it is written by go run ./gen verify --record DIR\n")
	check("record", document, 0, "example-ports: no difference (3 rows of example-ports.md)\n", "--record")
	check("unchanged", document, 0, "example-ports: no difference (3 rows of example-ports.md)\n")
	altered := strings.Replace(document, "| 4119 | Says hello", "| 4120 | Says hello", 1)
	check("changed", altered, 1, "example-ports: 1 difference (example-ports.md)\n    line 7: row 1, \"Port\": \"4119\" -> \"4120\"\n")
	check("not there", "", 1, "example-ports: example-ports.md is not there\nDIR holds none of the documents that the data names\n")
	check("not UTF-8", document+"\xff\xfe", 2, verifyError(t, root, document+"\xff\xfe"))
	check("the data is not up to date", altered, 1,
		"example-ports: 1 difference (example-ports.md)\n    line 7: row 1, ports: flow example/agent/heartbeat says \"4119\", and the row \"4120\"\n", "--record")
}

// verifyError returns what is said of a document that cannot be read, which must name the file and the place.
func verifyError(t *testing.T, root, text string) string {
	t.Helper()
	_, stdout, _ := verifyRun(t, root, text)
	for _, part := range []string{"example-ports.md", "line 15", "UTF-8"} {
		if !strings.Contains(stdout, part) {
			t.Errorf("%q does not say %q", stdout, part)
		}
	}
	return stdout
}

func TestVerifyJSON(t *testing.T) {
	root := repository(t)
	if status, _, stderr := verifyRun(t, root, document, "--record"); status != 0 {
		t.Fatal(stderr)
	}
	status, stdout, _ := verifyRun(t, root, strings.Replace(document, "Outbound | 4119 | Says it", "Inbound | 4119 | Says it", 1), "--format", "json")
	var list []verdict
	if err := json.Unmarshal([]byte(stdout), &list); err != nil || status != 1 {
		t.Fatalf("exit %d, %v:\n%s", status, err, stdout)
	}
	want := []verdict{{Document: "example-ports", File: "example-ports.md", Rows: 3, Differences: []verify.Difference{
		{Kind: verify.Changed, Old: 3, New: 3, Line: 14, Field: "direction", Name: "Direction", From: "Outbound", To: "Inbound"},
	}}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestVerifyErrors(t *testing.T) {
	root := repository(t)
	for _, c := range []struct{ args, want string }{
		{"verify", "accepts 1 arg(s), received 0\n"},
		{"verify /nonexistent", "/nonexistent is no folder of documents\n"},
		{"verify . --format xml", "unknown format \"xml\" (accepted: text, json)\n"},
		{"nonsense", "unknown command \"nonsense\" for \"gen\"\n"},
	} {
		var out, err bytes.Buffer
		if status := run(append([]string{"--root", root}, strings.Fields(c.args)...), &out, &err); status != 1 || err.String() != c.want {
			t.Errorf("%s: exit %d, %q, want %q", c.args, status, err.String(), c.want)
		}
	}
}
