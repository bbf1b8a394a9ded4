package svg

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/internal/layered"
	"github.com/portbook/portbook/diagram/internal/layered/layeredtest"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/text/printable"
	"golang.org/x/text/language"
)

func localizers() map[string]i18n.Localizer {
	return map[string]i18n.Localizer{"en": i18n.New(), "ja": i18n.New(language.Japanese)}
}

func draw(t *testing.T, g diagram.Graph) []byte {
	t.Helper()
	out, err := Draw(g)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// hostileGraphs are diagrams whose names try to be markup, one for each name.
func hostileGraphs() []diagram.Graph {
	var list []diagram.Graph
	for _, name := range hostile.Names {
		flows := hostile.Flows(hostile.Catalog{Names: []string{name, "b", name + "c"}, Ports: "80,443/tcp"})
		list = append(list, diagram.New(flows, diagram.Options{}))
	}
	return list
}

// everyGraph is a diagram for each part of the built-in catalog, in every language.
func everyGraph() []diagram.Graph {
	var list []diagram.Graph
	for _, l := range localizers() {
		for _, by := range []diagram.Division{diagram.ByProduct, diagram.BySection} {
			for _, p := range diagram.Parts(portbook.Flows(), by, l) {
				list = append(list, diagram.New(p.Flows, diagram.Options{Localizer: l, Title: p.Title}))
			}
		}
	}
	return list
}

func TestGolden(t *testing.T) {
	for name, l := range localizers() {
		g := diagram.New(portbook.Flows().DocumentedBy(portbook.ProductServiceGateway), diagram.Options{Localizer: l})
		golden.Check(t, "testdata/service-gateway."+name+".svg", draw(t, g))
	}
}

// drawn is what a parser of XML finds in a drawing.
type drawn struct {
	elements, classes map[string]int
	ids               []string
	text              string
}

func parse(t *testing.T, out []byte) drawn {
	t.Helper()
	d := drawn{elements: map[string]int{}, classes: map[string]int{}}
	for decoder := xml.NewDecoder(bytes.NewReader(out)); ; {
		token, err := decoder.Token()
		if err == io.EOF {
			return d
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%.3000s", err, out)
		}
		switch x := token.(type) {
		case xml.StartElement:
			d.elements[x.Name.Local]++
			for _, a := range x.Attr {
				switch a.Name.Local {
				case "class":
					d.classes[strings.Fields(a.Value)[0]]++
				case "id":
					d.ids = append(d.ids, a.Value)
				}
				if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") || strings.Contains(a.Name.Local, "href") {
					t.Errorf("attribute %s", a.Name.Local)
				}
			}
		case xml.CharData:
			d.text += string(x)
		}
	}
}

// check checks that a drawing is well-formed XML with every node and every edge,
// without scripts and without anything that cannot be seen.
func check(t *testing.T, g diagram.Graph) {
	t.Helper()
	out := draw(t, g)
	d := parse(t, out)
	external := 0
	for _, x := range g.Legend {
		if x.Mark == diagram.MarkExternal || x.Mark == diagram.MarkInferred {
			external++
		}
	}
	lines := len(g.Legend) - external
	if got := d.classes["pb-node"] - external; got != len(g.Nodes) {
		t.Errorf("%.40q: %d nodes, want %d", g.Title, got, len(g.Nodes))
	}
	if got := d.classes["pb-edge"] - lines; got != len(g.Edges) {
		t.Errorf("%.40q: %d edges, want %d", g.Title, got, len(g.Edges))
	}
	for name := range d.elements {
		if !strings.Contains(" svg title desc style rect g text tspan path ", " "+name+" ") {
			t.Errorf("%.40q: element %s", g.Title, name)
		}
	}
	if i := strings.IndexFunc(string(out), func(r rune) bool { return r != '\n' && printable.Line(string(r)) != string(r) }); i >= 0 || bytes.Contains(out, []byte("<script")) {
		t.Errorf("%.40q: the drawing holds what must not be in it, at %d", g.Title, i)
	}
	for _, n := range g.Nodes {
		for _, line := range n.Lines {
			if !strings.Contains(d.text, line) {
				t.Errorf("%.40q: the drawing lacks %q", g.Title, line)
			}
		}
	}
}

func TestDrawings(t *testing.T) {
	for _, g := range everyGraph() {
		check(t, g)
	}
}

func TestHostileDrawings(t *testing.T) {
	for _, g := range hostileGraphs() {
		check(t, g)
	}
}

// catalogGraphs are the diagrams that users ask for: everything, each product,
// each section, and the neighbors of each component, in every language.
func catalogGraphs() []diagram.Graph {
	list := everyGraph()
	for _, l := range localizers() {
		list = append(list, diagram.New(portbook.Flows(), diagram.Options{Localizer: l}))
		for _, c := range portbook.Builtin().Components() {
			list = append(list, diagram.New(portbook.Flows().Involving(c), diagram.Options{Localizer: l, Around: c}))
		}
	}
	return list
}

// TestNothingIsInTheWay checks by our own measure that names fit into their
// boxes, that nothing covers anything else, and that no line runs through a
// label, the name of a product, or a box that it does not join.
func TestNothingIsInTheWay(t *testing.T) {
	for _, g := range append(catalogGraphs(), hostileGraphs()...) {
		in, _ := sizes(g)
		l := layered.Arrange(in)
		for _, problem := range layeredtest.Problems(in, l) {
			t.Errorf("%.40q in %s: %s", g.Title, g.Language, problem)
		}
		for i, n := range g.Nodes {
			for _, line := range n.Lines {
				if w := textWidth(line, nodeFont); w > float64(l.Nodes[i].Width-paddingX) || textHeight(len(n.Lines), nodeFont) > float64(l.Nodes[i].Height-paddingY) {
					t.Errorf("%.40q: %q takes %.0f px in a box of %d", g.Title, line, w, l.Nodes[i].Width)
				}
			}
		}
	}
}

// TestReadable keeps the drawings of products, and of their sections where a
// product is large, to a size that can be read on a screen, which may be
// scrolled in one direction: what talks to many is narrow and long.
func TestReadable(t *testing.T) {
	for _, l := range localizers() {
		for _, p := range diagram.Parts(portbook.Flows(), diagram.Auto, l) {
			in, _ := sizes(diagram.New(p.Flows, diagram.Options{Localizer: l}))
			if l := layered.Arrange(in); l.Width > 1600 || l.Width*l.Height > 1600*1100 {
				t.Errorf("%s takes %d x %d pixels", p.ID, l.Width, l.Height)
			}
		}
	}
}

// TestConcurrentUse draws at the same time, and gets the same bytes.
func TestConcurrentUse(t *testing.T) {
	g := diagram.New(portbook.Flows().DocumentedBy(portbook.ProductServiceGateway), diagram.Options{})
	want := draw(t, g)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if got, err := Draw(g); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another drawing, %v", err)
			}
		})
	}
	wait.Wait()
}

// TestIDs checks that drawings of different diagrams can stand on one page.
func TestIDs(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range everyGraph() {
		for _, id := range parse(t, draw(t, g)).ids {
			if seen[id] && !strings.HasPrefix(id, g.ID) {
				t.Errorf("id %s is not unique", id)
			}
			seen[id] = true
		}
	}
	g := diagram.New(portbook.FlowSet{}, diagram.Options{ID: `1"><b`})
	if ids := parse(t, draw(t, g)).ids; len(ids) != 2 || ids[0] != "pb-1---b-title" {
		t.Errorf("ids %q", ids)
	}
}

func TestEmpty(t *testing.T) {
	for name, want := range map[string]string{"en": "No flows match.", "ja": "該当する通信なし"} {
		g := diagram.New(portbook.FlowSet{}, diagram.Options{Localizer: localizers()[name]})
		if d := parse(t, draw(t, g)); !strings.Contains(d.text, want) {
			t.Errorf("%s: an empty drawing does not say so", name)
		}
	}
	parse(t, draw(t, diagram.Graph{})) // the zero value can be drawn
}

// TestEscape checks that text of any kind comes back from a parser as what can be seen of it.
func TestEscape(t *testing.T) {
	for _, s := range hostile.Names {
		var x struct {
			A    string `xml:"a,attr"`
			Text string `xml:",chardata"`
		}
		if err := xml.Unmarshal([]byte(`<t a="`+escape(s)+`">`+escape(s)+`</t>`), &x); err != nil || x.A != printable.Text(s) || x.Text != x.A {
			t.Errorf("%.40q comes back as %.40q and %.40q, %v", s, x.A, x.Text, err)
		}
	}
}

// TestNumber rounds the same way whatever a processor does to the last bit.
func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{{0, "0"}, {math.Copysign(0, -1), "0"}, {-0.04, "0"}, {7.15, "7.2"}, {-7.15, "-7.1"}, {0.349, "0.3"}, {12, "12"}} {
		for _, v := range []float64{c.v, math.Nextafter(c.v, 100), math.Nextafter(c.v, -100)} {
			if got := number(v); got != c.want {
				t.Errorf("%v is printed as %s, want %s", v, got, c.want)
			}
		}
	}
}

// TestForeignGraph draws a graph that New did not make: an edge leads nowhere, a name is not printable.
func TestForeignGraph(t *testing.T) {
	g := diagram.Graph{
		Nodes:    []diagram.Node{{Component: "a", Name: "a\x00\u202e", Lines: []string{"a\x00\u202e<"}}, {Component: "b"}},
		Clusters: []diagram.Cluster{{Product: "p", Nodes: []portbook.Component{"a", "nowhere"}}},
		Edges:    []diagram.Edge{{From: "a", To: "nowhere"}, {From: "a", To: "b"}},
	}
	if d := parse(t, draw(t, g)); d.classes["pb-node"] != 2 || d.classes["pb-edge"] != 1 {
		t.Errorf("%v", d.classes)
	}
}

func TestTooLarge(t *testing.T) {
	g := diagram.Graph{Nodes: make([]diagram.Node, maxNodes+1)}
	_, err := Draw(g)
	var e *diagram.TooLargeError
	if !errors.As(err, &e) || e.Nodes != maxNodes+1 || !strings.Contains(err.Error(), "select fewer flows") {
		t.Errorf("got %v", err)
	}
}

// TestDependencies keeps drawing to what we wrote: a library that is
// initialized would cost every program that imports the package.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, dep := range strings.Fields(string(out)) {
		if !strings.HasPrefix(dep, "github.com/portbook/portbook") && dep != "github.com/emicklei/dot" && dep != "github.com/rivo/uniseg" && !strings.HasPrefix(dep, "golang.org/x/text/") {
			t.Errorf("package svg depends on %s", dep)
		}
	}
}
