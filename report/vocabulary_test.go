package report_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook/report"
)

// TestVocabulary checks that views, groupings and columns are the same here,
// where programs see them with their values, and in the model, which this
// package imports and which therefore has its own: those that it names.
func TestVocabulary(t *testing.T) {
	here, model := constants(t, "."), constants(t, "../internal/content")
	for name, value := range model {
		if here[name] != value {
			t.Errorf("%s is %s in the model, and %s here", name, value, here[name])
		}
	}
	known := map[string]bool{}
	for _, v := range report.Views() {
		known["View "+strconv.Quote(string(v))] = true
		for _, g := range report.Groupings(v) {
			known["Grouping "+strconv.Quote(string(g))] = true
		}
		for _, c := range report.Columns(v) {
			known["Column "+strconv.Quote(string(c))] = true
		}
	}
	for name, value := range here {
		if !known[value] {
			t.Errorf("%s is %s, which no report has", name, value)
		}
	}
	if len(model) < 30 || len(known) != len(here) {
		t.Errorf("%d constants in the model, %d here, for %d values", len(model), len(here), len(known))
	}
}

// constants returns the values of the constants of the vocabulary in a folder,
// each with its type, by name.
func constants(t *testing.T, folder string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			typ, ok := spec.Type.(*ast.Ident)
			if ok && (typ.Name == "View" || typ.Name == "Grouping" || typ.Name == "Column") && len(spec.Values) == 1 {
				values[spec.Names[0].Name] = typ.Name + " " + spec.Values[0].(*ast.BasicLit).Value
			}
			return true
		})
	}
	return values
}
