package portbook_test

import (
	"bytes"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/testkit/golden"
)

// TestAPI compares the exported surface of the public packages with a golden file, so that every change of it shows in
// review. The constants of products, components, ports and flows are guarded by data/ids.txt instead.
func TestAPI(t *testing.T) {
	var b bytes.Buffer
	for _, dir := range publicPackages {
		set := token.NewFileSet()
		var files []*ast.File
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if base := filepath.Base(name); strings.HasSuffix(base, "_test.go") || base == "generated_ports.go" {
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

// TestNoInternalTypes checks that no exported declaration names a type that
// others cannot: its parameters and results, fields and underlying types.
func TestNoInternalTypes(t *testing.T) {
	for _, dir := range publicPackages {
		packages := exported(t, dir)
		for _, x := range packages {
			for _, path := range x.internal {
				t.Errorf("%s: %s names %s", dir, x.name, path)
			}
		}
		if len(packages) == 0 {
			t.Errorf("%s exports nothing", dir)
		}
	}
}

// declaration is an exported declaration, and what it names of internal
// packages.
type declaration struct {
	name     string
	internal []string
}

// ofUnexported reports whether a function is a method of a type that is not
// exported.
func ofUnexported(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return false
	}
	x := fn.Recv.List[0].Type
	if star, ok := x.(*ast.StarExpr); ok {
		x = star.X
	}
	id, ok := x.(*ast.Ident)
	return ok && !id.IsExported()
}

func exported(t *testing.T, dir string) []declaration {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var list []declaration
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		internal := map[string]string{}
		for _, x := range f.Imports {
			if path := strings.Trim(x.Path.Value, `"`); strings.Contains(path, "/internal/") {
				internal[path[strings.LastIndex(path, "/")+1:]] = path
			}
		}
		if !ast.FileExports(f) { // leaves bodies, and what is not exported, out
			continue
		}
		for _, d := range f.Decls {
			x := declaration{name: name}
			if fn, ok := d.(*ast.FuncDecl); ok {
				x.name, fn.Body = fn.Name.Name, nil
				if ofUnexported(fn) { // how renderers meet package report: not in the documentation
					continue
				}
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if s, ok := n.(*ast.ValueSpec); ok {
					s.Values = nil
				}
				if s, ok := n.(*ast.SelectorExpr); ok {
					if p, ok := s.X.(*ast.Ident); ok && internal[p.Name] != "" {
						x.internal = append(x.internal, internal[p.Name]+"."+s.Sel.Name)
					}
				}
				return true
			})
			list = append(list, x)
		}
	}
	return list
}

// TestDocumentation keeps the overview that go doc prints within three screens,
// and what it prints for a flow within two.
func TestDocumentation(t *testing.T) {
	overview := goCommand(t, "doc", ".")
	if n := strings.Count(overview, "\n"); n >= 150 {
		t.Errorf("go doc . prints %d lines, want less than 150", n)
	}
	flows := regexp.MustCompile(`const (Flow\w+)`).FindAllStringSubmatch(overview, -1)
	if len(flows) == 0 {
		t.Error("go doc . lists no constants of flows")
	}
	for _, f := range flows {
		if n := strings.Count(goCommand(t, "doc", ".", f[1]), "\n"); n >= 80 {
			t.Errorf("go doc . %s prints %d lines, want less than 80", f[1], n)
		}
	}
}
