package portbook_test

import (
	"cmp"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// publicPackages are the folders of all packages that others can import.
var publicPackages = []string{
	".", "catalog", "diff", "i18n", "report", "report/html", "report/xlsx", "report/sarif", "diagram", "diagram/svg", "site", "site/sitefile",
	"firewall", "firewall/nftables", "firewall/iptables", "firewall/windows", "firewall/terraform", "firewall/aws", "firewall/kubernetes",
	"firewall/aerleon", "firewall/probe", "ruleset", "audit", "audit/flowlog", "audit/sockets",
}

// TestDocumented checks that public packages, and all that they export down to
// the fields of structs, have a comment that begins as comments of its kind do,
// and that each package has an example.
func TestDocumented(t *testing.T) {
	for _, dir := range publicPackages {
		for _, what := range undocumented(packageIn(t, dir)) {
			t.Errorf("%s: %s", dir, what)
		}
	}
}

// packageIn returns the documentation of a folder, with its examples.
func packageIn(t *testing.T, dir string) *doc.Package {
	t.Helper()
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range glob(t, filepath.Join(dir, "*.go")) {
		f, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		// Internal tests would make a second package of a folder with them.
		if !strings.HasSuffix(name, "_test.go") || strings.HasSuffix(f.Name.Name, "_test") {
			files = append(files, f)
		}
	}
	p, err := doc.NewFromFiles(set, files, dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// undocumented returns what is missing in the documentation of a package.
func undocumented(p *doc.Package) (missing []string) {
	examples := len(p.Examples)
	begins := func(text, name string) {
		text = strings.TrimPrefix(strings.TrimPrefix(text, "A "), "An ")
		if !strings.HasPrefix(text, name+" ") {
			missing = append(missing, name+" has no comment that begins with its name")
		}
	}
	functions := func(list []*doc.Func) {
		for _, f := range list {
			begins(f.Doc, f.Name)
			examples += len(f.Examples)
		}
	}
	values := func(lists ...[]*doc.Value) {
		for _, v := range slices.Concat(lists...) {
			for _, spec := range v.Decl.Specs {
				if x := spec.(*ast.ValueSpec); v.Doc == "" && x.Doc == nil && x.Comment == nil {
					missing = append(missing, strings.Join(v.Names, ", ")+": neither the block nor the value has a comment")
				}
			}
		}
	}
	begins(p.Doc, "Package "+p.Name)
	functions(p.Funcs)
	values(p.Consts, p.Vars)
	for _, x := range p.Types {
		begins(x.Doc, x.Name)
		values(x.Consts, x.Vars)
		functions(append(x.Funcs, x.Methods...))
		examples += len(x.Examples)
		for _, name := range undocumentedFields(x) {
			missing = append(missing, x.Name+"."+name+" has no comment")
		}
	}
	if examples == 0 {
		missing = append(missing, "package "+p.Name+" has no example")
	}
	return missing
}

// undocumentedFields returns the exported fields of a struct type, and the
// methods of an interface type, that have no comment. A comment may be about
// several: it then names each of them.
func undocumentedFields(x *doc.Type) (names []string) {
	for _, spec := range x.Decl.Specs {
		var fields *ast.FieldList
		switch x := spec.(*ast.TypeSpec).Type.(type) {
		case *ast.StructType:
			fields = x.Fields
		case *ast.InterfaceType:
			fields = x.Methods
		default:
			continue
		}
		var all strings.Builder
		for _, f := range fields.List {
			all.WriteString(f.Doc.Text())
		}
		words := strings.FieldsFunc(all.String(), func(r rune) bool { return strings.ContainsRune(" \n.,;:", r) })
		for _, f := range fields.List {
			for _, id := range f.Names {
				if id.IsExported() && cmp.Or(f.Doc.Text(), f.Comment.Text()) == "" && !slices.Contains(words, id.Name) {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}

// TestUndocumented checks that the check notices what it is for.
func TestUndocumented(t *testing.T) {
	const source = `package p

type T struct {
	// A and B are both documented here.
	A int
	B int
	C int // documented
	D int
}

func (T) M() {}

// Does something.
func F() {}

const K = 1
`
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, "p.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	p, err := doc.NewFromFiles(set, []*ast.File{f}, "p")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Package p has no comment that begins with its name", "F has no comment that begins with its name",
		"K: neither the block nor the value has a comment", "T has no comment that begins with its name",
		"M has no comment that begins with its name", "T.D has no comment", "package p has no example",
	}
	if got := undocumented(p); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
