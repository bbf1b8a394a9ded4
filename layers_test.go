package portbook_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/testkit/golden"
)

const module = "github.com/portbook/portbook"

// layers lists the packages from the lowest layer to the highest. A package
// may import those of its own layer and of lower ones.
var layers = []struct {
	name     string
	packages []string // patterns of path.Match, relative to the module
}{
	{"values", []string{"internal/host", "internal/portset", "internal/sparse"}},
	{"text", []string{"internal/text/*"}},
	{"data", []string{"internal/table", "internal/ingest/portcell", "internal/dataset"}},
	{"library", []string{".", "internal/handle", "internal/translations"}},
	{"languages", []string{"i18n", "internal/label"}},
	{"catalogs", []string{"catalog", "diff", "internal/listen"}},
	{"sites", []string{"site", "site/*"}},
	{"audits", []string{"audit", "audit/*", "ruleset"}},
	{"firewalls", []string{"firewall", "firewall/*", "firewall/internal/*"}},
	{"reports", []string{"diagram", "diagram/*", "diagram/internal/*", "diagram/internal/*/*", "internal/content", "internal/sarif", "report", "report/*"}},
	{"documents", []string{"internal/ingest/source", "internal/ingest/verify", "internal/ingest/draft"}},
	{"programs", []string{"internal/outfile", "internal/cli/phrase", "internal/cli", "cmd/portbook", "gen", "examples/*"}},
}

// TestLayers holds every import of the module against the layers, and draws
// them as docs/packages.md: the picture of the structure cannot grow old.
func TestLayers(t *testing.T) {
	imports := moduleImports(t)
	place := map[string]int{}
	var names []string
	for pkg := range imports {
		if isTestkit(pkg) {
			continue // any test imports these, and they import what they help with
		}
		if place[pkg] = layerOf(pkg); place[pkg] < 0 {
			t.Errorf("package %s is in no layer: add it to layers in layers_test.go", pkg)
		}
		names = append(names, pkg)
	}
	slices.Sort(names)
	for _, pkg := range names {
		for _, other := range imports[pkg] {
			switch {
			case isTestkit(other):
				t.Errorf("%s imports %s, which is for tests alone", pkg, other)
			case place[other] > place[pkg]:
				t.Errorf("%s imports %s, which is in a higher layer", pkg, other)
			}
		}
	}
	golden.Check(t, "docs/packages.md", drawLayers(names, imports, place))
}

// moduleImports returns the packages of the module, each with those of the
// module that it imports, tests left out.
func moduleImports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	list := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := relative(fields[0])
		list[pkg] = nil
		for _, other := range fields[1:] {
			if other == module || strings.HasPrefix(other, module+"/") {
				list[pkg] = append(list[pkg], relative(other))
			}
		}
	}
	return list
}

// relative returns the path of a package within the module, "." for its root.
func relative(pkg string) string {
	return path.Clean("./" + strings.TrimPrefix(strings.TrimPrefix(pkg, module), "/"))
}

// isTestkit reports whether a package serves tests alone.
func isTestkit(pkg string) bool {
	return strings.HasPrefix(pkg, "internal/testkit/") || strings.HasSuffix(pkg, "test")
}

// layerOf returns the number of a package's layer, -1 when it has none.
func layerOf(pkg string) int {
	for i, l := range layers {
		for _, pattern := range l.packages {
			if ok, _ := path.Match(pattern, pkg); ok {
				return i
			}
		}
	}
	return -1
}

// drawLayers draws the packages and their imports for Mermaid. Of the imports
// it leaves out those that another import implies, so that arrows can be
// followed.
func drawLayers(names []string, imports map[string][]string, place map[string]int) []byte {
	var b bytes.Buffer
	b.WriteString("# Packages\n\nAn arrow leads from a package to one that it imports, where no other import implies it. " +
		"`go test . -run TestLayers -update` draws this\npage, and the test fails when an arrow points upward.\n\n```mermaid\nflowchart BT\n")
	id := func(pkg string) string { return strings.NewReplacer(".", "root", "/", "_").Replace(pkg) }
	for i, l := range layers {
		fmt.Fprintf(&b, "  subgraph l%d[%s]\n", i, l.name)
		for _, pkg := range names {
			if place[pkg] == i {
				label := pkg
				if pkg == "." {
					label = "portbook"
				}
				fmt.Fprintf(&b, "    %s[\"%s\"]\n", id(pkg), label)
			}
		}
		b.WriteString("  end\n")
	}
	for _, pkg := range names {
		for _, other := range imports[pkg] {
			if !implied(pkg, other, imports) {
				fmt.Fprintf(&b, "  %s --> %s\n", id(pkg), id(other))
			}
		}
	}
	b.WriteString("```\n")
	return b.Bytes()
}

// implied reports whether pkg imports other through a third package too.
func implied(pkg, other string, imports map[string][]string) bool {
	return slices.ContainsFunc(imports[pkg], func(third string) bool {
		return third != other && reaches(third, other, imports)
	})
}

func reaches(from, to string, imports map[string][]string) bool {
	return slices.ContainsFunc(imports[from], func(next string) bool {
		return next == to || reaches(next, to, imports)
	})
}
