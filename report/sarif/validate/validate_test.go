// Package validate holds what Portbook writes as SARIF against the schema of
// SARIF. It is a module of its own, so that nobody else has to download this.
package validate

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // has the schema
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const root = "../../../"

// schema returns the schema of SARIF 2.1.0, which go-sarif has as a constant. Its
// own validation is of a copy of a log with defaults that the schema refuses.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text, err := strconv.Unquote(file.Scope.Lookup("schema").Decl.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValid(t *testing.T) {
	s := schema(t)
	validate := func(log string) error {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(log))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(v)
	}
	for _, name := range []string{"examples/site/audit.en.sarif", "examples/site/audit.ja.sarif", "internal/cli/testdata/validate.sarif"} {
		log, err := os.ReadFile(root + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(string(log)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// What is wrong is noticed.
		for _, x := range []struct{ old, new string }{
			{`"level": "error"`, `"level": "fatal"`}, {`"version": "2.1.0"`, `"version": "3"`}, {`"ruleIndex"`, `"ruleNumber"`},
			{`"text":`, `"words":`}, {`"startLine": `, `"startLine": -`}, {`"fullyQualifiedName"`, `"fullName"`},
		} {
			broken := strings.Replace(string(log), x.old, x.new, 1)
			if broken == string(log) {
				t.Errorf("%s has no %s", name, x.old)
			} else if validate(broken) == nil {
				t.Errorf("%s: %s is valid", name, x.new)
			}
		}
	}
}
