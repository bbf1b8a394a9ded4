package cli

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestJSONFields holds the fields that help lists against those of documents.
func TestJSONFields(t *testing.T) {
	for _, c := range []struct {
		args string
		of   records
	}{
		{"flows", flowRecords("")},
		{"report --product scanmail", flowRecords("", "flows")},
		{"report --product scanmail --view ports", hostRecords},
		{"lookup 443", flowRecords("", "exact", "wide")},
		{"show itms/package-server/unc-inbound", flowRecords("")},
		{"show scanmail", productRecords},
		{"show itms/viewer", componentRecords},
		{"products", productRecords},
		{"components", componentRecords},
		{"ports 80/tcp", records{"", nil, fieldsOf(jsonPorts{})}},
		{"diff testdata/diff/old.json testdata/diff/new.json", changeRecords("")},
		{"plan ../../examples/site/tokyo.yaml --as-of 2026-11-28", needRecords},
		{"plan ../../examples/site/tokyo.yaml --as-of 2026-11-28 --questions", questionRecords},
		{"plan ../../examples/site/tokyo.yaml --as-of 2026-11-28 --since testdata/diff/old.json", changeRecords("--since")},
		{"validate testdata/invalid", records{"", nil, fieldsOf(problemRecord{Line: 1, Entry: "x"})}},
		{"i18n missing --into de", records{"", nil, fieldsOf(missingRecord{ID: "x", Field: "x"})}},
	} {
		args := strings.Fields(c.args)
		_, full, _ := portbookRun(t, nil, append(args, "--format", "json")...)
		found := map[string]bool{}
		for _, record := range recordsIn(t, c.args, full, c.of.lists) {
			for name := range record {
				found[name] = true
			}
		}
		if got := slices.Sorted(maps.Keys(found)); !subset(got, c.of.fields) || len(got) < len(c.of.fields)-2 {
			t.Errorf("portbook %s writes the fields %v, help lists %v", c.args, got, c.of.fields)
		}
		_, out, stderr := portbookRun(t, nil, append(args, "--json", strings.Join(c.of.fields[:2], ","))...)
		var lists []string
		if len(c.of.lists) > 1 {
			lists = c.of.lists
		}
		for _, record := range recordsIn(t, c.args+stderr, out, lists) {
			if len(record) != 2 || record[c.of.fields[0]] == nil {
				t.Errorf("portbook %s --json %v: %v", c.args, c.of.fields[:2], record)
			}
		}
	}
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// recordsIn returns the records of a document.
func recordsIn(t *testing.T, what, document string, lists []string) []map[string]json.RawMessage {
	t.Helper()
	parts := []json.RawMessage{json.RawMessage(document)}
	if len(lists) > 0 {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(parts[0], &object); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		parts = nil
		for _, name := range lists {
			parts = append(parts, object[name])
		}
	}
	var list []map[string]json.RawMessage
	for _, part := range parts {
		var some []map[string]json.RawMessage
		if bytes.HasPrefix(part, []byte("{")) {
			part = slices.Concat([]byte("["), part, []byte("]"))
		}
		if err := json.Unmarshal(part, &some); err != nil {
			t.Fatalf("%s: %v in %.200s", what, err, part)
		}
		list = append(list, some...)
	}
	if len(list) == 0 {
		t.Errorf("%s: no record", what)
	}
	return list
}

// TestEveryJSON holds that every command with --format json has --json and
// --jq too, and lists fields in its help.
func TestEveryJSON(t *testing.T) {
	everyCommand(func(cmd *cobra.Command) {
		format := cmd.Flags().Lookup("format")
		if format == nil || !strings.Contains(format.Usage, "json") {
			return
		}
		if cmd.Flags().Lookup("json") == nil || cmd.Flags().Lookup("jq") == nil {
			t.Errorf("%s has no --json and --jq", cmd.CommandPath())
		}
		if out := succeed(t, append(strings.Fields(cmd.CommandPath())[1:], "--help")...); !strings.Contains(out, "Fields of --json:\n  ") {
			t.Errorf("the help of %s lists no fields", cmd.CommandPath())
		}
	})
}

func TestJQ(t *testing.T) {
	for _, c := range []struct{ args, filter, want string }{
		{"flows --product scanmail", ".[0].id", "scanmail/mcp-agent/registration\n"},
		{"flows --product scanmail --json id,from", ".[0]", `{"from":["scanmail/mcp-agent"],"id":"scanmail/mcp-agent/registration"}` + "\n"},
		{"ports 80,443/tcp", ".count, .ports", "2\n80,443/tcp\n"},
		{"ports 80/tcp", "empty", ""},
		{"ports 80/tcp --lang ja", `"用途"`, "用途\n"},
	} {
		if got := succeed(t, append(strings.Fields(c.args), "--jq", c.filter)...); got != c.want {
			t.Errorf("portbook %s --jq %q prints %q, want %q", c.args, c.filter, got, c.want)
		}
	}
	if got := succeed(t, "ports", "80,443/tcp", "--json", "count,ports"); got != "{\n  \"count\": 2,\n  \"ports\": \"80,443/tcp\"\n}\n" {
		t.Errorf("fields are not in the order in which they are asked for: %s", got)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"flows", "--jq", ".["}, `malformed filter ".[": `},
		{[]string{"flows", "--jq", "nonsense"}, `malformed filter "nonsense": `},
		{[]string{"flows", "--jq", ".[0] + 1"}, `filter ".[0] + 1": `},
		{[]string{"flows", "--json", "id,purpos"}, `unknown field "purpos"; did you mean "purpose`},
		{[]string{"flows", "--json", "zzzz"}, `unknown field "zzzz" (expected: id, product, component, `},
		{[]string{"flows", "--json", ""}, `unknown field "" (expected: id, `},
		{[]string{"flows", "--json"}, `--json requires a value (expected: `},
		{[]string{"report", "--view", "ports", "--json", "id"}, `unknown field "id" (expected: components, heirs, name, listeners)`},
		{[]string{"flows", "--json", "id", "--format", "csv"}, `--json requires JSON, not csv (expected: no --format, or --format json)`},
		{[]string{"report", "--jq", ".", "--format", "html"}, `--jq requires JSON, not html`},
	} {
		if status, stdout, stderr := portbookRun(t, nil, c.args...); status != 2 || stdout != "" || !strings.HasPrefix(stderr, "portbook: "+c.want) {
			t.Errorf("portbook %v: exit %d, %s%s", c.args, status, stdout, stderr)
		}
	}
}
