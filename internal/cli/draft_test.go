package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/internal/ingest/draft"
	"github.com/portbook/portbook/internal/ingest/verify"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/xuri/excelize/v2"
)

const documents = "../ingest/source/testdata/"

// drafted are documents of different shapes, and how many of their rows become
// flows. The others are in the report.
var drafted = []struct {
	file        string
	rows, flows int
}{
	{"pipes.md", 23, 22},
	{"wellformed.md", 5, 4},
	{"labels.txt", 6, 6},
	{"table.ja.txt", 6, 5},
	{"page.html", 7, 7},
	{"mixed.md", 9, 9},
	{"semicolons.csv", 5, 5},
	{"sjis.csv", 1, 1},
	{"bom.tsv", 2, 2},
}

// draftOf drafts a document to a new folder.
func draftOf(t *testing.T, name string, args ...string) (dir string, status int, stdout, stderr string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "network")
	status, stdout, stderr = portbookRun(t, nil, append([]string{"draft", name, "--lang", "en", "--output", dir}, args...)...)
	clean := func(s string) string { return strings.ReplaceAll(filepath.ToSlash(s), filepath.ToSlash(dir), "DIR") }
	return dir, status, clean(stdout), clean(stderr)
}

// leftToWrite validates a draft, which has nothing wrong but that texts are to
// be written, and returns how many.
func leftToWrite(t *testing.T, dir string) int {
	t.Helper()
	_, stdout, stderr := portbookRun(t, nil, "validate", dir, "--lang", "en", "--jq", ".[].message")
	n := 0
	for message := range strings.Lines(stdout) {
		if n++; message != "is to be written\n" {
			t.Errorf("the draft is not valid: %s", message)
		}
	}
	if n == 0 {
		t.Errorf("validate says nothing of texts to write: %s", stderr)
	}
	return n
}

func TestDraft(t *testing.T) {
	for _, c := range drafted {
		dir, status, stdout, stderr := draftOf(t, documents+c.file, "--product", "our-app")
		if status != 0 {
			t.Errorf("%s: exit %d\n%s", c.file, status, stderr)
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, "data", "our-app.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		golden.Check(t, "testdata/draft/"+c.file+".yaml", slices.Concat([]byte(stdout), []byte(stderr), []byte("---\n"), data))
		if flows := bytes.Count(data, []byte("cite:")); flows != c.flows || flows+bytes.Count(data, []byte("reason:")) != c.rows {
			t.Errorf("%s: %d flows, want %d of %d rows", c.file, flows, c.flows, c.rows)
		}
		leftToWrite(t, dir)
	}
}

// TestDraftWorkbook is the promise of the README: a matrix in a workbook
// becomes a catalog folder.
func TestDraftWorkbook(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{
		{"送信元", "宛先", "プロトコル", "ポート番号", "用途"},
		{"窯サーバー", "JP1 マネージャー", "TCP", 20098, "火入れの通知"},
		{nil, "RKE2 node", "TCP", "9345, 6443", "登録"},
	} {
		if err := f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "matrix.xlsx")
	if err := f.SaveAs(name); err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(t.TempDir(), "report.json")
	dir, status, _, stderr := draftOf(t, name, "--product", "our-app", "--report", report)
	if status != 0 {
		t.Fatalf("exit %d: %s", status, stderr)
	}
	leftToWrite(t, dir)
	texts, err := os.ReadFile(filepath.Join(dir, "i18n", "ja", "our-app.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"name: 窯サーバー\n", "our-app/jp1-manager:", "our-app/rke2-node:", "# 火入れの通知\n"} {
		if !strings.Contains(string(texts), want) {
			t.Errorf("the texts lack %q:\n%s", want, texts)
		}
	}
	content, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var r draft.Report
	if err := json.Unmarshal(content, &r); err != nil {
		t.Fatal(err)
	}
	want := draft.Report{File: "matrix.xlsx", Rows: 2, Flows: 2, Whole: 1, Doubtful: 1, Messages: []draft.Message{
		{Kind: draft.Guess, Text: `送信元 is empty: "窯サーバー", as in the row above`, Rows: []int{2}, Lines: []string{"Sheet1:3"}, Count: 1},
	}}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// TestDraftInJapanese shows the report in Japanese.
func TestDraftInJapanese(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "network")
	_, _, stderr := portbookRun(t, nil, "draft", "../ingest/draft/testdata/kinds/two-editions.md", "--lang", "ja", "--product", "our-app", "--output", dir)
	if want := "ポートの列が2つ"; !strings.Contains(stderr, want) {
		t.Errorf("%q lacks %q", stderr, want)
	}
}

func TestDraftErrors(t *testing.T) {
	document := documents + "wellformed.md"
	for _, c := range []struct{ args, want string }{
		{document, `--product is missing (expected: the ID of the product, such as expense-desk)`},
		{document + " --product Wick", `malformed product "Wick" (`},
		{document + " --product itms", `product "itms" is built in (`},
		{document + " --product wick --document-lang english", `malformed language "english" (expected: a BCP 47 tag in canonical form, such as ja or pt-BR)`},
		{document + " --product wick --field Server", `malformed field "Server" (expected: a heading, =, and one of title, component,`},
		{"nothing.md --product wick", "cannot read nothing.md: no such file or directory (expected: a file, or - for standard input)"},
		{"draft_test.go --product wick", "draft_test.go: format "},
	} {
		dir, status, stdout, stderr := draftOf(t, strings.Fields(c.args)[0], strings.Fields(c.args)[1:]...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, "portbook: "+c.want) {
			t.Errorf("draft %s: exit %d\n got %s%swant %s", c.args, status, stdout, stderr, c.want)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("draft %s: a draft that fails leaves files behind", c.args)
		}
	}
}

// TestDraftOverwritesNothing drafts twice to one folder.
func TestDraftOverwritesNothing(t *testing.T) {
	dir, status, _, _ := draftOf(t, documents+"wellformed.md", "--product", "wick")
	if status != 0 {
		t.Fatal("not drafted")
	}
	status, _, stderr := portbookRun(t, nil, "draft", documents+"bom.tsv", "--product", "wick", "--output", dir)
	if status != 2 || !strings.Contains(stderr, "nothing was written because these files already exist") {
		t.Errorf("exit %d: %s", status, stderr)
	}
}

// TestDraftNoRows drafts a page whose tables are lost: it says what it looked
// for, and names the line that holds the numbers.
func TestDraftNoRows(t *testing.T) {
	dir, status, stdout, stderr := draftOf(t, "../ingest/draft/testdata/kinds/flat-page.md", "--product", "wick")
	if status != 1 || !strings.Contains(stderr, "unread: line 5: text outside of tables names ports that no row has: 7022, 7080, 7053, 7123\n") ||
		!strings.Contains(stderr, "no row could be read (looked for: tables with") || !strings.HasPrefix(stdout, "0 flows from 0 rows") {
		t.Errorf("exit %d\n%s%s", status, stdout, stderr)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a draft without rows leaves files behind")
	}
}

// gateDocument is what TestVerify verifies.
const gateDocument = `# Gate 3 ports

| Source | Destination | Protocol | Direction | Port | Purpose |
|---|---|---|---|---|---|
| Gate | Yard | TCP | Outbound | 7119 | Says hello. |
| Gate | Barn | TCP | Outbound | 7120 | Says it again. |
`

// TestVerify goes through the life of a document: a draft, its texts, no
// record, a record, a new version, data that is not up to date.
func TestVerify(t *testing.T) {
	folder := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, "gate.md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(gateDocument)
	dir, status, _, stderr := draftOf(t, filepath.Join(folder, "gate.md"), "--product", "gate")
	if status != 0 {
		t.Fatal(stderr)
	}
	texts := filepath.Join(dir, "i18n", "en", "gate.yaml")
	content, err := os.ReadFile(texts)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(texts, bytes.ReplaceAll(content, []byte("(to be written)"), []byte("Written")), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, stdout, stderr := portbookRun(t, nil, "validate", dir); status != 0 {
		t.Fatal(stdout, stderr)
	}
	check := func(step string, want int, output string, args ...string) {
		t.Helper()
		status, stdout, stderr := portbookRun(t, nil, append([]string{"verify", folder, "--data", dir}, args...)...)
		if diff := cmp.Diff(output, strings.ReplaceAll(stdout+stderr, folder, "FOLDER")); status != want || diff != "" {
			t.Errorf("%s: exit %d, want %d (-want +got):\n%s", step, status, want, diff)
		}
	}
	check("no record", 2, "gate-ports: data/rows/gate-ports.txt is missing (expected: a file written by portbook verify --record)\nportbook: a document could not be compared\n")
	check("record", 0, "gate-ports: no differences (2 rows of gate.md)\n", "--record")
	check("unchanged", 0, "gate-ports: no differences (2 rows of gate.md)\n")
	file := filepath.Join(folder, "gate.md")
	for _, name := range []string{file, "-"} {
		status, stdout, stderr := withInput(t, file, "verify", "--data", dir, "--document", "gate-ports", "--document-format", "markdown", name)
		if want := "gate-ports: no differences (2 rows of " + name + ")\n"; status != 0 || stdout != want {
			t.Errorf("verify %s: exit %d, %s%s; want %s", name, status, stdout, stderr, want)
		}
	}
	altered := strings.Replace(gateDocument, "| 7119 |", "| 7121 |", 1)
	write(altered)
	check("changed", 1, "gate-ports: 1 difference (gate.md)\n    line 5: row 1, \"Port\": \"7119\" -> \"7121\"\n")
	check("the data is not up to date", 1, "gate-ports: 1 difference (gate.md)\n"+
		"    line 5: row 1, ports: flow gate/yard/to-be-named says \"7119\", and the row \"7121\"\n", "--record")
	write(altered + "\n| Lamp | 7200 | again |\n")
	_, stdout, _ := portbookRun(t, nil, "verify", folder, "--data", dir, "--format", "json")
	var list []verdict
	if err := json.Unmarshal([]byte(stdout), &list); err != nil || len(list) != 1 || len(list[0].Unread) == 0 {
		t.Errorf("%v: verify does not say which part it could not read:\n%s", err, stdout)
	} else if !slices.ContainsFunc(list[0].Differences, func(d verify.Difference) bool { return d.Kind == verify.Unread }) {
		t.Errorf("a part that cannot be read is no difference:\n%s", stdout)
	}
	write(gateDocument + "\xff\xfe")
	status, stdout, _ = portbookRun(t, nil, "verify", folder, "--data", dir)
	for _, part := range []string{"gate.md", "line 7", "UTF-8"} {
		if status != 2 || !strings.Contains(stdout, part) {
			t.Errorf("exit %d: %q does not say %q", status, stdout, part)
		}
	}
}

func TestVerifyErrors(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{}, "0 arguments (expected: portbook verify DOCUMENTS [FLAGS], portbook verify --document ID FILE [FLAGS])\n"},
		{[]string{"-", "--data", "../..", "--document", "itms-8-ports"}, "unknown format of the document on standard input (expected: --document-format with one of markdown, text, "},
		{[]string{"main.go", "--data", "../.."}, "main.go is a file (expected: --document with the ID of the document, or a folder)\n"},
		{[]string{empty, "--data", "../..", "--document", "itms-ports"}, "--document itms-ports requires a single file, not folder " + empty + "\n"},
		{[]string{"main.go", "--data", "../..", "--document", "itms-pots"}, `unknown document "itms-pots"; did you mean `},
		{[]string{"/nonexistent", "--data", "../.."}, "/nonexistent is not a folder of documents\n"},
		{[]string{empty, "--data", "../.."}, empty + " contains none of the documents that the data names\n"},
		{[]string{empty, "--format", "xml"}, "unknown format \"xml\" ("},
	} {
		status, _, stderr := portbookRun(t, nil, append([]string{"verify"}, c.args...)...)
		if status != 2 || !strings.HasPrefix(stderr, "portbook: "+c.want) {
			t.Errorf("verify %q: exit %d, %q, want %q", c.args, status, stderr, c.want)
		}
	}
}

// TestDraftPage drafts the page that docs/draft.md shows: the report and the
// flow are those that it shows, and its tables name every field and every kind
// of message.
func TestDraftPage(t *testing.T) {
	content, err := os.ReadFile("../../docs/draft.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(content)
	block := func(kind string) string {
		_, after, found := strings.Cut(page, "```"+kind+"\n")
		text, _, closed := strings.Cut(after, "```")
		if !found || !closed {
			t.Fatalf("docs/draft.md has no block of %s", kind)
		}
		return text
	}
	name := filepath.Join(t.TempDir(), "kiln-ports.md")
	if err := os.WriteFile(name, []byte(block("markdown")), 0o600); err != nil {
		t.Fatal(err)
	}
	dir, status, _, report := draftOf(t, name, "--product", "acme-kiln")
	if status != 0 {
		t.Fatalf("status %d: %s", status, report)
	}
	if diff := cmp.Diff(block("text"), report); diff != "" {
		t.Errorf("report (-shown +said):\n%s", diff)
	}
	data, err := os.ReadFile(filepath.Join(dir, "data", "acme-kiln.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(data), block("yaml")) {
		t.Errorf("the flow is not the last one of\n%s", data)
	}
	for _, kind := range []draft.Kind{draft.Refused, draft.Excluded, draft.Doubt, draft.Guess, draft.Unread, draft.Column} {
		if !strings.Contains(page, "| `"+string(kind)+"` |") {
			t.Errorf("docs/draft.md does not say what %q means", kind)
		}
	}
	for _, field := range fieldNames() {
		if !strings.Contains(page, "`"+field+"`") {
			t.Errorf("docs/draft.md does not say what --field %q means", field)
		}
	}
}
