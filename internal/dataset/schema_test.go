package dataset

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// compiled returns the schemas as a validator reads them, by path. They are checked against the meta-schema on the way.
func compiled(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	files, err := Schemas()
	if err != nil {
		t.Fatal(err)
	}
	schemas := map[string]*jsonschema.Schema{}
	for name, data := range files {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(name, document); err != nil {
			t.Fatal(err)
		}
		if schemas[name], err = c.Compile(name); err != nil {
			t.Fatal(err)
		}
	}
	return schemas
}

// asJSON returns the value of a YAML node as JSON has it. Types are those of YAML 1.2, which editors go by: yes is a text.
func asJSON(t *testing.T, node *yaml.Node) any {
	t.Helper()
	switch node.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			m[node.Content[i].Value] = asJSON(t, node.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, child := range node.Content {
			list = append(list, asJSON(t, child))
		}
		return list
	}
	switch node.Tag {
	case "!!int", "!!float":
		f, err := strconv.ParseFloat(node.Value, 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	case "!!bool":
		return node.Value == "true"
	case "!!null":
		return nil
	}
	return node.Value
}

// invalidFiles returns the files of data and texts that their schemas refuse, with what these say.
func invalidFiles(t *testing.T, fsys fs.FS) map[string]string {
	t.Helper()
	schemas := compiled(t)
	invalid := map[string]string{}
	files := 0
	for pattern, schema := range map[string]string{"data/*.yaml": DataSchemaFile, "i18n/*/*.yaml": TextsSchemaFile} {
		names, err := fs.Glob(fsys, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if IsWords(strings.TrimSuffix(path.Base(name), ".yaml")) {
				continue // the words of the program, no texts of products
			}
			data, err := fs.ReadFile(fsys, name)
			if err != nil {
				t.Fatal(err)
			}
			var document yaml.Node
			if err := yaml.Unmarshal(data, &document); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			files++
			if err := schemas[schema].Validate(asJSON(t, document.Content[0])); err != nil {
				invalid[name] = err.Error()
			}
		}
	}
	if files == 0 {
		t.Fatal("there are no files to check")
	}
	return invalid
}

// checkSchema expects that the schemas accept a folder, or refuse a file of it.
func checkSchema(t *testing.T, fsys fs.FS, wantInvalid bool) {
	t.Helper()
	if invalid := invalidFiles(t, fsys); (len(invalid) > 0) != wantInvalid {
		t.Errorf("the schemas refuse %v; want that they do: %v", invalid, wantInvalid)
	}
}

// TestSchemaAcceptsData checks all data that there is: that of the repository, as written and as exported, and the examples.
func TestSchemaAcceptsData(t *testing.T) {
	exported := fstest.MapFS{}
	files, err := Read(os.DirFS("../..")).Export()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		exported[name] = &fstest.MapFile{Data: data}
	}
	for name, fsys := range map[string]fs.FS{
		"repository": os.DirFS("../.."), "exported": exported, "in-house example": os.DirFS("../../examples/inhouse"),
		"beginning": os.DirFS("../cli/starter"), "example of data/README.md": example(t),
	} {
		for file, problem := range invalidFiles(t, fsys) {
			t.Errorf("%s: %s: %s", name, file, problem)
		}
	}
}

// TestModelines checks that the first line of each file leads an editor to its schema.
func TestModelines(t *testing.T) {
	root := os.DirFS("../..")
	for pattern, schema := range map[string]string{
		"data/*.yaml": DataSchemaFile, "i18n/*/*.yaml": TextsSchemaFile, "examples/inhouse/data/*.yaml": DataSchemaFile, "examples/inhouse/i18n/*/*.yaml": TextsSchemaFile,
		"examples/site/*.yaml": SiteSchemaFile,
	} {
		names, err := fs.Glob(root, pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, name := range names {
			if IsWords(strings.TrimSuffix(path.Base(name), ".yaml")) {
				continue
			}
			data, err := fs.ReadFile(root, name)
			if err != nil {
				t.Fatal(err)
			}
			line, _, _ := strings.Cut(string(data), "\n")
			reference, ok := strings.CutPrefix(line, "# yaml-language-server: $schema=")
			if got := path.Join(path.Dir(name), reference); !ok || got != schema {
				t.Errorf("%s begins %q, which leads to %s; want %s", name, line, got, schema)
			}
		}
	}
	for name, line := range map[string]string{"../cli/starter/data/inhouse.yaml": DataModeline, "../cli/starter/i18n/ja/inhouse.yaml": TextsModeline} {
		if data, err := os.ReadFile(name); err != nil || !strings.HasPrefix(string(data), line) {
			t.Errorf("%s does not begin %q, %v", name, line, err)
		}
	}
}

// TestSchemaOfValues checks values that the reader takes, and mistakes that only show in single files.
func TestSchemaOfValues(t *testing.T) {
	const data, texts = DataSchemaFile, TextsSchemaFile
	for _, c := range []struct {
		schema, content string
		valid           bool
	}{
		{data, "product: {id: x, version: 3.1}", true},
		{data, "product: {id: x, version: 2026-01-31}", true},
		{data, "product: {id: x}\nports: [{id: x/y, ports: '80,443/tcp  1024-65535/udp'}]", true},
		{data, "product: {id: x}\nports: [{id: x/y, ports: '*/17 8/icmp'}]", true},
		{data, "product: {id: x}\noverrides: [{flow: a/b/c, ports: '', configurable: yes}]", true},
		{data, "product: {id: x}\nports: [{id: x/y, ports: 80}]", false},
		{data, "product: {id: x}\nports: [{id: x/y, ports: '80'}]", false},
		{data, "product: {id: x}\nports: [{id: x/y}]", false},
		{data, "products: {id: x}", false},
		{data, "flows: []", false},
		{data, "[]", false},
		{data, "product: {id: x}\noverrides: [{flow: a/b/c, cite: [1]}]", false},
		{data, "product: {id: x}\nnotes: [{id: x/y, kind: hint}]", false},
		{data, "product: {id: x}\nsettings: [{id: x/y, component: x/z, cite: [1]}]", false},
		{texts, "product: {name: 7}", true},
		{texts, "flows: {x/y/z: {purpose: Working.}}\nnotes: {x/y: Note.}\nconditions: {x/y: Only if it rains.}", true},
		{texts, "flows: {x/y/z: Working.}", false},
		{texts, "flows: {x/y/z: {reason: Working.}}", false},
		{texts, "notes: {x/y: {text: Note.}}", false},
		{texts, "notes: {X: Note.}", false},
		{texts, "flow: {}", false},
		{texts, "product: {name: ' X'}", false},
		{texts, `product: {name: "a\tb"}`, false},
	} {
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(c.content), &document); err != nil {
			t.Fatal(err)
		}
		if err := compiled(t)[c.schema].Validate(asJSON(t, document.Content[0])); (err == nil) != c.valid {
			t.Errorf("%s, valid %v: %v", c.content, !c.valid, err)
		}
	}
}

// TestSchemaOfReader checks that the schema of every entry has the keys that reading accepts: those that an unknown key is told.
func TestSchemaOfReader(t *testing.T) {
	fsys := example(t)
	broken := bytes.Replace(fsys["data/example.yaml"].Data, []byte("    appProtocols:"), []byte("    none:"), 1)
	fsys["data/example.yaml"] = &fstest.MapFile{Data: broken}
	_, accepted, _ := strings.Cut(check(fsys), `unknown key "none"; expected: `)
	accepted, _, _ = strings.Cut(accepted, "\n")
	root := newRecorder()
	(&Source{}).readEntries(root)
	if diff := cmp.Diff(accepted, strings.Join(root.schema.forms["flows"].entry.keys, ", ")); diff != "" {
		t.Errorf("keys of flows (-accepted +schema):\n%s", diff)
	}
}

// TestSchemaIsComplete describes what is not read, and reads what is not described.
func TestSchemaIsComplete(t *testing.T) {
	w := &schemaWriter{used: map[string]bool{}, descriptions: allDescriptions()}
	for path := range w.descriptions {
		w.used[path] = path != "flows.ports"
	}
	o := newRecorder()
	o.str("nonsense")
	o.get("anything")
	w.entry("flows", o.schema)
	want := "the schema is not complete: flows.nonsense has no description; flows.anything is read as anything; flows.anything has no description; " +
		"flows.ports is described and never read"
	if err := w.err(); err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

// TestSchemaAgreesWithReader puts other values in place of every value of the example, one after the other. What the reader
// takes without a problem, the schemas accept, and nothing makes the reader fail. The exceptions are what is a slip in an editor,
// although the reader knows what to make of it: a key without a value, which is absent, and true without quotes, as a text.
func TestSchemaAgreesWithReader(t *testing.T) {
	slips := []string{"null", `""`, "true"}
	schemas := compiled(t)
	for file, schema := range map[string]string{"data/example.yaml": DataSchemaFile, "i18n/en/example.yaml": TextsSchemaFile} {
		fsys := example(t)
		var document yaml.Node
		if err := yaml.Unmarshal(fsys[file].Data, &document); err != nil {
			t.Fatal(err)
		}
		valid := 0
		for _, node := range valuesOf(document.Content[0]) {
			was := *node
			for _, other := range []string{"7", "7.5", "true", "x", "a/b", `""`, "[]", "{}", "[x]", "{x: y}", "[{x: y}]", "null"} {
				var value yaml.Node
				if err := yaml.Unmarshal([]byte(other), &value); err != nil {
					t.Fatal(err)
				}
				*node = *value.Content[0]
				data, err := yaml.Marshal(&document)
				if err != nil {
					t.Fatal(err)
				}
				fsys[file] = &fstest.MapFile{Data: data}
				problems := Read(fsys).Err()
				if refused := schemas[schema].Validate(asJSON(t, document.Content[0])); problems == nil && refused != nil && !slices.Contains(slips, other) {
					t.Errorf("%s:%d: %s in place of %q: the reader takes it, the schema does not: %v", file, was.Line, other, was.Value, refused)
				} else if problems == nil {
					valid++
				}
			}
			*node = was
		}
		if valid == 0 {
			t.Errorf("%s: no other value is valid: the test shows nothing", file)
		}
	}
}

// valuesOf returns all nodes below a node that are no keys.
func valuesOf(node *yaml.Node) []*yaml.Node {
	var list []*yaml.Node
	for i, child := range node.Content {
		if node.Kind != yaml.MappingNode || i%2 == 1 {
			list = append(append(list, child), valuesOf(child)...)
		}
	}
	return list
}
