package draft_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/ingest/draft"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/testkit/golden"
	"go.yaml.in/yaml/v3"
)

// flow is what the tests read of a data file.
type flow struct {
	ID, Component                           string
	From, To                                []string
	Initiator, Ports, SourcePorts, PortKind string
	PortChoice, Direction, Configurable     string
	Requirement                             string
	Protocols, AppProtocols, OSServices     []string
	Cite                                    []int
	Inferred, Quirks                        []string
}

func (f flow) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "row %d: %s -> %s", f.Cite[0], strings.Join(f.From, ", "), strings.Join(f.To, ", "))
	for _, x := range []struct{ name, value string }{
		{"ports", f.Ports}, {"protocols", strings.Join(f.Protocols, ", ")}, {"source ports", f.SourcePorts}, {"kind", f.PortKind}, {"choice", f.PortChoice},
		{"initiator", f.Initiator}, {"direction", f.Direction}, {"configurable", f.Configurable}, {"requirement", f.Requirement},
		{"applications", strings.Join(f.AppProtocols, ", ")}, {"services", strings.Join(f.OSServices, ", ")}, {"inferred", strings.Join(f.Inferred, ", ")},
	} {
		if x.value != "" {
			fmt.Fprintf(&b, "; %s %s", x.name, x.value)
		}
	}
	return b.String()
}

// dataOf reads the data file of a draft.
func dataOf(t testing.TB, d draft.Draft) (data struct {
	Components []struct {
		ID             string
		Aliases, Hosts []string
	}
	Flows []flow
}) {
	t.Helper()
	for name, content := range d.Files {
		if strings.HasPrefix(name, "data/") {
			node := map[string]any{}
			if err := yaml.Unmarshal(content, &node); err != nil {
				t.Fatal(err)
			}
			if err := yaml.Unmarshal(lowerKeys(content), &data); err != nil {
				t.Fatal(err)
			}
		}
	}
	return data
}

// lowerKeys writes keys as the YAML library looks for them: in small letters.
func lowerKeys(content []byte) []byte {
	lines := strings.Split(string(content), "\n")
	for i, line := range lines {
		if key, rest, ok := strings.Cut(line, ":"); ok && !strings.Contains(key, "#") {
			lines[i] = strings.ToLower(key) + ":" + rest
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

func makeDraft(t testing.TB, name, content string) (draft.Draft, error) {
	t.Helper()
	d, err := source.Read(name, strings.NewReader(content), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	language := "en"
	if strings.Contains(name, ".ja.") {
		language = "ja"
	}
	return draft.Make(d, draft.Options{Product: "kiln", Language: language, Languages: []string{language}, File: name})
}

// TestGolden drafts small documents of every kind of fault that vendors'
// documents have: what they say, and the report about it.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/kinds/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, ".golden") {
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			made, err := makeDraft(t, filepath.Base(name), string(content))
			var b bytes.Buffer
			data := dataOf(t, made)
			for _, c := range data.Components {
				fmt.Fprintf(&b, "component %s", c.ID)
				for _, list := range [][]string{c.Aliases, c.Hosts} {
					if len(list) > 0 {
						fmt.Fprintf(&b, " %q", list)
					}
				}
				b.WriteByte('\n')
			}
			for _, f := range data.Flows {
				fmt.Fprintln(&b, f)
			}
			for _, m := range made.Report.Messages {
				fmt.Fprintln(&b, m.Line("en"))
			}
			r := made.Report
			fmt.Fprintf(&b, "%d rows: %d whole, %d doubtful, %d refused, %d excluded\n", r.Rows, r.Whole, r.Doubtful, r.Refused, r.Excluded)
			if err != nil {
				fmt.Fprintf(&b, "error: %.40s...\n", err)
			}
			golden.Check(t, name+".golden", b.Bytes())
		})
	}
}
