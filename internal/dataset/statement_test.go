package dataset

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/internal/table"
)

// second adds a second document to the example, and what it says about the
// example's flow.
func second(t *testing.T, says string) fstest.MapFS {
	t.Helper()
	fsys := example(t)
	edit := func(file, old, new string) {
		content := string(fsys[file].Data)
		if !strings.Contains(content, old) {
			t.Fatalf("%s does not hold %q", file, old)
		}
		fsys[file] = &fstest.MapFile{Data: []byte(strings.Replace(content, old, new, 1))}
	}
	edit("data/example.yaml", "\ncomponents:\n", `
  - {id: example-ja, publisher: Example Corp., language: ja, url: https://example.com/ja, rows: 1, sections: [{id: all, rows: 1}]}

components:
`)
	edit("data/example.yaml", "quirks: [missing-purpose]", says)
	for _, tag := range []string{"en", "ja"} {
		edit("i18n/"+tag+"/example.yaml", "documents: {", `documents: {example-ja: "Example", `)
		edit("i18n/"+tag+"/example.yaml", "sections: {", "sections: {example-ja/all: All, ")
	}
	return fsys
}

// TestStatementProblems breaks what a second document says, in one way after
// the other.
func TestStatementProblems(t *testing.T) {
	for _, c := range []struct{ name, says, want string }{
		{"agrees", "also: [{document: example-ja, cite: [1], ports: 4119/tcp}]", ""},
		{"states what the first leaves out", "also: [{document: example-ja, cite: [1], firewall: needed}]", ""},
		{"states what is inferred", "also: [{document: example-ja, cite: [1], from: [example/agent]}]", ""},
		{"disagrees", "quirks: [documents-disagree]\n    also: [{document: example-ja, cite: [1], ports: 4120/tcp, published: {ports: TCP 4120}}]", ""},
		{"disagrees without a mark", "also: [{document: example-ja, cite: [1], to: [example/plugin]}]",
			"flow example/agent/heartbeat: its documents disagree; expected: the quirk documents-disagree exactly where they do"},
		{"mark without disagreement", "quirks: [documents-disagree]\n    also: [{document: example-ja, cite: [1], ports: 4119/tcp}]",
			"flow example/agent/heartbeat: its documents do not disagree; expected: the quirk documents-disagree exactly where they do"},
		{"inferred against stated", "also: [{document: example-ja, cite: [1], from: [example/plugin]}]",
			`flow example/agent/heartbeat: infers from as "example/agent", and another document states "example/plugin"; expected: what is stated`},
		{"says nothing", "also: [{document: example-ja, cite: [1]}]",
			"flow example/agent/heartbeat: is also described without a field that the document states; expected: one or more of those that it states"},
		{"the same document", "also: [{document: example-ports, cite: [1], ports: 4119/tcp}, {document: example-ja, cite: [1], ports: 4119/tcp}]",
			"flow example/agent/heartbeat: is described by document example-ports twice; expected: one entry for each document"},
		{"unknown component", "also: [{document: example-ja, cite: [1], from: [example/agnet]}]",
			`flow example/agent/heartbeat: infers from as "example/agent", and another document states "example/agnet"; expected: what is stated
flow example/agent/heartbeat: unknown component "example/agnet"; did you mean "example/agent"?`},
		{"published otherwise", "also: [{document: example-ja, cite: [1], ports: 4119/tcp, published: {ports: TCP 4120}}]",
			`flow example/agent/heartbeat: published "" "TCP 4120" reads as "4120/tcp", not "4119/tcp"; expected: a quirk that says why`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for line := range strings.Lines(check(second(t, c.says))) {
				got = append(got, strings.SplitN(strings.TrimSpace(line), ": ", 2)[1])
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// TestStatementsRoundTrip holds that what several documents say survives a
// table, an override and an export, and that the first document's values are
// the ones in effect.
func TestStatementsRoundTrip(t *testing.T) {
	fsys := second(t, "quirks: [documents-disagree]\n    also: [{document: example-ja, cite: [1], from: [example/agent], to: [example/plugin], firewall: not-needed, quirks: [two-names]}]")
	compiled, err := Read(fsys).Compile()
	if err != nil {
		t.Fatal(err)
	}
	f := compiled.Flows[0]
	if n := len(compiled.StatementsOf(0)); n != 2 {
		t.Fatalf("%d statements, want 2", n)
	}
	for name, ok := range map[string]bool{
		"the first document's destination":     compiled.Name(compiled.Components[compiled.List(f.To)[0]].ID) == "example/server",
		"what only the second document says":   table.Firewalls[f.Enums[table.Firewall]] == "not-needed",
		"from is no longer inferred":           f.Inferred&fieldBit("from") == 0,
		"citations of both":                    len(compiled.List(f.Citations)) == 4,
		"quirks of both":                       f.Quirks == quirkBits("two-names", "documents-disagree"),
		"the first document does not say so":   compiled.Statements[0].Fields&(fieldBit("from")|fieldBit("firewall")) == 0,
		"the second states the three fields":   compiled.Statements[1].Fields == fieldBit("from")|fieldBit("to")|fieldBit("firewall"),
		"what is inferred is not the second's": compiled.Statements[1].Values.Inferred == 0 && compiled.Statements[0].Values.Inferred == fieldBit("from"),
		"no statements of flows that are not":  len(compiled.StatementsOf(1)) == 0,
	} {
		if !ok {
			t.Errorf("wrong: %s", name)
		}
	}
	files, err := FromTable(compiled, "the table").Export()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: data}
	}
	again, err := Read(fsys).Compile()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(compiled.Version, again.Version); diff != "" {
		t.Errorf("the exported catalog is another one (-want +got):\n%s", diff)
	}
}

// TestDisagreeingRequirement holds that conditions go with the requirement in
// effect: a flow that the first document requires depends on nothing.
func TestDisagreeingRequirement(t *testing.T) {
	fsys := second(t, "quirks: [documents-disagree]\n    also: [{document: example-ja, cite: [1], requirement: conditional, conditions: [example/managed-agent]}]")
	data := string(fsys["data/example.yaml"].Data)
	const conditional = "    requirement: conditional\n    conditions: [example/managed-agent]\n"
	if !strings.Contains(data, conditional) {
		t.Fatal("the example is not conditional")
	}
	fsys["data/example.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(data, conditional, "", 1))}
	compiled, err := Read(fsys).Compile()
	if err != nil {
		t.Fatal(err)
	}
	f := compiled.Flows[0]
	if got := table.Requirements[f.Enums[table.Requirement]]; got != "required" || len(compiled.List(f.Conditions)) != 0 {
		t.Errorf("the flow is %s, with %d conditions", got, len(compiled.List(f.Conditions)))
	}
	if x := compiled.StatementsOf(0)[1]; len(compiled.List(x.Values.Conditions)) != 1 {
		t.Error("the second document has lost its condition")
	}
}
