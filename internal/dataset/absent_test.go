package dataset

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"
)

// TestNullIsAbsent puts spellings of null in place of every value of every
// file of the example, and expects what leaving the value out gives.
func TestNullIsAbsent(t *testing.T) {
	for _, file := range []string{"data/example.yaml", "i18n/en/example.yaml", "i18n/ja/labels.yaml"} {
		fsys := example(t)
		var document yaml.Node
		if err := yaml.Unmarshal(fsys[file].Data, &document); err != nil {
			t.Fatal(err)
		}
		dropComments(&document)
		problems := func() string {
			data, err := yaml.Marshal(&document)
			if err != nil {
				t.Fatal(err)
			}
			fsys[file] = &fstest.MapFile{Data: data}
			return withoutLines(check(fsys))
		}
		for _, parent := range parentsOf(document.Content[0]) {
			step := 1
			if parent.Kind == yaml.MappingNode {
				step = 2
			}
			for i := step - 1; i < len(parent.Content); i += step {
				was := parent.Content
				parent.Content = append(append([]*yaml.Node{}, was[:i-step+1]...), was[i+1:]...)
				want := problems()
				for _, null := range []string{"~", "null", "Null"} {
					parent.Content = append([]*yaml.Node{}, was...)
					parent.Content[i] = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: null}
					if got := problems(); got != want {
						t.Errorf("%s:%d: null as %q gives\n%s\nwant, as without it,\n%s", file, was[i].Line, null, got, want)
					}
				}
				parent.Content = was
			}
		}
	}
}

// dropComments drops comments, which would lead to other YAML where the value
// that they belong to is left out.
func dropComments(node *yaml.Node) {
	node.HeadComment, node.LineComment, node.FootComment = "", "", ""
	for _, child := range node.Content {
		dropComments(child)
	}
}

var lineForm = regexp.MustCompile(`yaml:[0-9]+`)

// withoutLines returns problems without their lines.
func withoutLines(problems string) string { return lineForm.ReplaceAllString(problems, "yaml") }

// parentsOf returns a node and those below it that hold others.
func parentsOf(node *yaml.Node) []*yaml.Node {
	if len(node.Content) == 0 {
		return nil
	}
	list := []*yaml.Node{node}
	for _, child := range node.Content {
		list = append(list, parentsOf(child)...)
	}
	return list
}

// TestNullOverridesNothing checks that a key without a value is not an override,
// while an empty value is one.
func TestNullOverridesNothing(t *testing.T) {
	for value, want := range map[string]string{
		"~":  "data/our.yaml:3: override example/agent/heartbeat: sets no fields; expected: one or more of " + strings.Join(openKeys(), ", "),
		"":   "data/our.yaml:3: override example/agent/heartbeat: sets no fields; expected: one or more of " + strings.Join(openKeys(), ", "),
		"[]": "",
	} {
		fsys := example(t)
		fsys["data/our.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "product: {id: our}\noverrides:\n  - flow: example/agent/heartbeat\n    appProtocols: %s\n", value)}
		texts := []byte("product: {name: Ours, summary: Ours.}\noverrides: {example/agent/heartbeat: {reason: Ours.}}\n")
		fsys["i18n/en/our.yaml"], fsys["i18n/ja/our.yaml"] = &fstest.MapFile{Data: texts}, &fstest.MapFile{Data: texts}
		if got := check(fsys); got != want {
			t.Errorf("appProtocols: %s\ngives %s\nwant  %s", value, got, want)
		}
	}
}

func openKeys() []string {
	var list []string
	for _, x := range openFields {
		list = append(list, x.Key)
	}
	return list
}
