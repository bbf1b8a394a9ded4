package draft

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/ingest/source"
)

// said returns the texts in the source of a reader that a report may print:
// those that read as a reason, as what is expected, or that name a problem.
func said(t *testing.T, folder string) map[string]bool {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatal(err, names)
	}
	reason := regexp.MustCompile(`^(?:is|has|stands|may|follows|names|holds|does|should|would|ends) \S*.*[a-z]`)
	list := map[string]bool{}
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == gotoken.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(s, " ") {
				list[s] = true
			}
		}
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil && folder == "portcell" && reason.MatchString(s) {
					add(n)
				}
			case *ast.ValueSpec:
				for i, id := range n.Names {
					if strings.HasPrefix(id.Name, "accepted") || strings.HasSuffix(id.Name, "Problems") {
						add(n.Values[i])
					}
				}
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "fail" && folder == "portcell" || sel.Sel.Name == "problem") && len(n.Args) > 2 {
					add(n.Args[2])
				}
			}
			return true
		})
	}
	return list
}

// TestPhrases holds the Japanese phrases to what the readers say.
func TestPhrases(t *testing.T) {
	used := map[string]bool{}
	for _, folder := range []string{"portcell", "source"} {
		for s := range said(t, folder) {
			if used[s] = true; phrases[s] == "" {
				t.Errorf("%s says %q, which has no Japanese", folder, s)
			}
		}
	}
	for s, ja := range phrases {
		if strings.Contains(s, " ") && !used[s] && !strings.HasPrefix(s, "ports in the port cell") {
			t.Errorf("no reader says %q", s)
		}
		if strings.Count(s, "%") != strings.Count(ja, "%") {
			t.Errorf("%q and %q differ in their verbs", s, ja)
		}
	}
}

// TestReportInJapanese looks for English in what the report says about cells
// and documents that cannot be read.
func TestReportInJapanese(t *testing.T) {
	content := "| Port | Protocol |\n|---|---|\n| 443 | TCP | 多い |\n| 70000 | TCP |\n| 10,319 | TCP |\n"
	d, err := source.Read("kiln.md", strings.NewReader(content), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := build(d, Options{Product: "kiln", Language: "ja", ReportLanguage: "ja"})
	english := regexp.MustCompile(`\b(?:is|the|of|cells|cell|may|row|line|expected)\b`)
	for _, m := range b.report.Messages {
		if line := m.Line("ja"); english.MatchString(line) {
			t.Errorf("%q is not in Japanese", line)
		}
	}
	if len(b.report.Messages) < 3 {
		t.Errorf("%d messages: want one of each kind of cell", len(b.report.Messages))
	}
	if _, err := portcell.ParsePorts("70000"); err == nil {
		t.Fatal("70000 is read as a port")
	} else if got := (Options{ReportLanguage: "ja"}).cellError(err); english.MatchString(got) {
		t.Errorf("%q is not in Japanese", got)
	}
}
