//go:build !js

package graphviz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-graphviz"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/text/printable"
	"golang.org/x/text/language"
)

func localizers() map[string]i18n.Localizer {
	return map[string]i18n.Localizer{"en": i18n.New(), "ja": i18n.New(language.Japanese)}
}

func svg(t *testing.T, g diagram.Graph) []byte {
	t.Helper()
	out, err := SVG(g)
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
		golden.Check(t, "testdata/service-gateway."+name+".svg", svg(t, g))
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

// check tells whether a drawing is sound XML that holds every node and every edge, and nothing that runs or that cannot be seen.
func check(t *testing.T, g diagram.Graph) {
	t.Helper()
	out := svg(t, g)
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

// TestHostileDOT reads the text of diagrams in DOT back, and counts.
func TestHostileDOT(t *testing.T) {
	for _, g := range append(hostileGraphs(), everyGraph()...) {
		parsed, err := graphviz.ParseBytes([]byte(g.DOT()))
		if err != nil || parsed == nil {
			t.Errorf("%.40q: %v\n%.2000s", g.Title, err, g.DOT())
			continue
		}
		nodes, err := parsed.NodeNum()
		edges, err2 := parsed.EdgeNum()
		if err != nil || err2 != nil || nodes != len(g.Nodes) || edges != len(g.Edges) {
			t.Errorf("%.40q: Graphviz reads %d nodes and %d edges, want %d and %d (%v, %v)", g.Title, nodes, edges, len(g.Nodes), len(g.Edges), err, err2)
		}
		if err := parsed.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestNothingOverlaps checks by our own measure that names fit into their boxes, and that boxes, and boxes and labels, do not cover
// each other.
func TestNothingOverlaps(t *testing.T) {
	for _, g := range append(everyGraph(), hostileGraphs()...) {
		l, err := arrange(g)
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range g.Nodes {
			for _, line := range n.Lines {
				if w := textWidth(line, nodeFont); w > l.nodes[i].width-paddingX || textHeight(len(n.Lines), nodeFont) > l.nodes[i].height-paddingY {
					t.Errorf("%.40q: %q takes %.0f px in a box of %.0f", g.Title, line, w, l.nodes[i].width)
				}
			}
			for _, other := range l.nodes[:i] {
				if overlap(l.nodes[i], other) {
					t.Errorf("%.40q: the box of %s covers another", g.Title, n.Component)
				}
			}
			for k, e := range g.Edges {
				label := rectangle{l.edges[k].label, 0, textHeight(len(e.Lines), labelSize) - 3}
				for _, line := range e.Lines {
					label.width = max(label.width, textWidth(line, labelSize)-3)
				}
				if overlap(l.nodes[i], label) {
					t.Errorf("%.40q: the label of %s -> %s covers %s", g.Title, e.From, e.To, n.Component)
				}
			}
		}
		inside := rectangle{point{l.width / 2, l.height / 2}, l.width + 1, l.height + 1}
		for _, x := range append(l.nodes, l.clusters...) {
			if !overlap(x, inside) || x.x-x.width/2 < -1 || x.x+x.width/2 > l.width+1 || x.y-x.height/2 < -1 || x.y+x.height/2 > l.height+1 {
				t.Errorf("%.40q: a box stands outside of the drawing: %+v in %.0f x %.0f", g.Title, x, l.width, l.height)
			}
		}
	}
}

func overlap(a, b rectangle) bool {
	return 2*max(a.x-b.x, b.x-a.x) < a.width+b.width && 2*max(a.y-b.y, b.y-a.y) < a.height+b.height
}

// TestConcurrentUse draws at the same time, and gets the same bytes.
func TestConcurrentUse(t *testing.T) {
	g := diagram.New(portbook.Flows().DocumentedBy(portbook.ProductServiceGateway), diagram.Options{})
	want := svg(t, g)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if got, err := SVG(g); err != nil || !bytes.Equal(got, want) {
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
		for _, id := range parse(t, svg(t, g)).ids {
			if seen[id] && !strings.HasPrefix(id, g.ID) {
				t.Errorf("id %s is not unique", id)
			}
			seen[id] = true
		}
	}
	g := diagram.New(portbook.FlowSet{}, diagram.Options{ID: `1"><b`})
	if ids := parse(t, svg(t, g)).ids; len(ids) != 2 || ids[0] != "pb-1---b-title" {
		t.Errorf("ids %q", ids)
	}
}

func TestEmpty(t *testing.T) {
	for name, want := range map[string]string{"en": "No flow matches.", "ja": "該当する通信はない。"} {
		g := diagram.New(portbook.FlowSet{}, diagram.Options{Localizer: localizers()[name]})
		if d := parse(t, svg(t, g)); !strings.Contains(d.text, want) {
			t.Errorf("%s: an empty drawing does not say so", name)
		}
	}
	parse(t, svg(t, diagram.Graph{})) // the zero value can be drawn
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

// TestForeignGraph draws a graph that New did not make: an edge leads nowhere, a name is not printable.
func TestForeignGraph(t *testing.T) {
	g := diagram.Graph{
		Nodes:    []diagram.Node{{Component: "a", Name: "a\x00\u202e", Lines: []string{"a\x00\u202e<"}}, {Component: "b"}},
		Clusters: []diagram.Cluster{{Product: "p", Nodes: []portbook.Component{"a", "nowhere"}}},
		Edges:    []diagram.Edge{{From: "a", To: "nowhere"}, {From: "a", To: "b"}},
	}
	if d := parse(t, svg(t, g)); d.classes["pb-node"] != 2 || d.classes["pb-edge"] != 1 {
		t.Errorf("%v", d.classes)
	}
}

func TestTooLarge(t *testing.T) {
	g := diagram.Graph{Nodes: make([]diagram.Node, maxNodes+1)}
	_, err := SVG(g)
	var e *diagram.TooLargeError
	if !errors.As(err, &e) || e.Nodes != maxNodes+1 || !strings.Contains(err.Error(), "select fewer flows") {
		t.Errorf("got %v", err)
	}
}

// TestStubCompiles builds for js/wasm, where the library that runs Graphviz cannot be built.
func TestStubCompiles(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another platform")
	}
	cmd := exec.Command("go", "vet", ".")
	cmd.Env = append(cmd.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
