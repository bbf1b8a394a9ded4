package portbook_test

import (
	"bytes"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/testkit/golden"
)

// TestAPI compares the exported surface of the public packages with a golden file, so that every change of it shows in
// review. The constants of products, components, ports and flows are guarded by data/ids.txt instead.
func TestAPI(t *testing.T) {
	var b bytes.Buffer
	for _, dir := range []string{".", "catalog", "diff", "i18n", "report", "report/html", "report/xlsx", "diagram", "diagram/svg"} {
		set := token.NewFileSet()
		var files []*ast.File
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if base := filepath.Base(name); strings.HasSuffix(base, "_test.go") || strings.HasPrefix(base, "generated_") {
				continue
			}
			f, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		p, err := doc.NewFromFiles(set, files, dir)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("package " + p.Name + "\n\n")
		writeAPI(t, &b, set, p)
	}
	golden.Check(t, "testdata/api.txt", b.Bytes())
}

func writeAPI(t *testing.T, b *bytes.Buffer, set *token.FileSet, p *doc.Package) {
	t.Helper()
	print := func(node any) {
		if err := printer.Fprint(b, set, node); err != nil {
			t.Fatal(err)
		}
		b.WriteString("\n\n")
	}
	function := func(f *doc.Func) {
		f.Decl.Body = nil
		print(f.Decl)
	}
	values := func(list []*doc.Value) {
		for _, v := range list {
			print(v.Decl)
		}
	}
	values(p.Consts)
	values(p.Vars)
	for _, f := range p.Funcs {
		function(f)
	}
	for _, x := range p.Types {
		ast.FilterDecl(x.Decl, ast.IsExported) // leaves unexported fields out
		print(x.Decl)
		values(x.Consts)
		values(x.Vars)
		for _, f := range append(x.Funcs, x.Methods...) {
			function(f)
		}
	}
}
