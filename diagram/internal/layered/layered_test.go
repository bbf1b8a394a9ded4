package layered_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/portbook/portbook/diagram/internal/layered"
	"github.com/portbook/portbook/diagram/internal/layered/layeredtest"
)

// random makes a graph of any kind: circles, loops, edges both ways, clusters
// that are empty, labels of many sizes or none, edges that share labels.
func random(seed uint64, nodes, edges, clusters int) layered.Graph {
	r := rand.New(rand.NewPCG(seed, 1))
	var g layered.Graph
	for range clusters {
		g.Clusters = append(g.Clusters, layered.Size{Width: 20 + r.IntN(300), Height: 16})
	}
	for range nodes {
		g.Nodes = append(g.Nodes, layered.Node{Size: layered.Size{Width: 60 + r.IntN(140), Height: 30 + r.IntN(50)}, Cluster: r.IntN(clusters+1) - 1})
	}
	seen := map[[2]int]bool{}
	for range edges {
		e := layered.Edge{From: r.IntN(nodes), To: r.IntN(nodes)}
		if r.IntN(3) > 0 {
			e.From %= (nodes + 4) / 5 // some have many
		}
		if seen[[2]int{e.From, e.To}] {
			continue
		}
		seen[[2]int{e.From, e.To}] = true
		switch r.IntN(3) {
		case 0:
			e.Label, e.Kind = layered.Size{Width: 50, Height: 15}, 1
		case 1:
			e.Label, e.Kind = layered.Size{Width: 20 + r.IntN(150), Height: 15 * (1 + r.IntN(4))}, len(g.Edges)+2
		}
		g.Edges = append(g.Edges, e)
	}
	return g
}

// TestNothingIsInTheWay draws many graphs, and looks for lines that run
// through something and for things that cover each other.
func TestNothingIsInTheWay(t *testing.T) {
	shared := 0
	for seed := range uint64(300) {
		g := random(seed, 1+int(seed%23), int(seed%37), int(seed%5))
		l := layered.Arrange(g)
		for _, problem := range layeredtest.Problems(g, l) {
			t.Errorf("seed %d: %s", seed, problem)
		}
		for _, e := range l.Edges {
			if e.Joins != layered.Neither {
				shared++
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if shared == 0 {
		t.Error("no edge shares a label: the test lacks a case")
	}
}

// TestSameLayout arranges a graph twice.
func TestSameLayout(t *testing.T) {
	for seed := range uint64(20) {
		g := random(seed, 20, 30, 3)
		if !reflect.DeepEqual(layered.Arrange(g), layered.Arrange(g)) {
			t.Errorf("seed %d: another layout at the second time", seed)
		}
	}
}

// TestStraight lays out a chain: its boxes stand side by side, and its lines
// are level.
func TestStraight(t *testing.T) {
	g := layered.Graph{Nodes: make([]layered.Node, 5)}
	for i := range g.Nodes {
		g.Nodes[i] = layered.Node{Size: layered.Size{Width: 60, Height: 30}, Cluster: -1}
	}
	for i := range 4 {
		g.Edges = append(g.Edges, layered.Edge{From: i, To: i + 1, Label: layered.Size{Width: 40, Height: 15}})
	}
	l := layered.Arrange(g)
	for i, n := range l.Nodes {
		if n.Y != l.Nodes[0].Y || i > 0 && n.X <= l.Nodes[i-1].X {
			t.Errorf("box %d is at %v, the first at %v", i, n.Point, l.Nodes[0].Point)
		}
	}
	for i, e := range l.Edges {
		if len(e.Points) != 4 {
			t.Errorf("edge %d is not a straight line: %v", i, e.Points)
		}
	}
}

// TestSharedLabel gives five edges of a box one label, but not two.
func TestSharedLabel(t *testing.T) {
	for _, n := range []int{2, 5} {
		g := layered.Graph{Nodes: make([]layered.Node, n+1)}
		for i := range g.Nodes {
			g.Nodes[i] = layered.Node{Size: layered.Size{Width: 60, Height: 30}, Cluster: -1}
		}
		for i := range n {
			g.Edges = append(g.Edges, layered.Edge{From: 0, To: i + 1, Label: layered.Size{Width: 40, Height: 15}, Kind: 7})
		}
		l, joined, want := layered.Arrange(g), 0, 0
		if n >= 3 {
			want = n - 1
		}
		for _, e := range l.Edges {
			if e.Joins == layered.From && e.Label == l.Edges[0].Label {
				joined++
			}
		}
		if joined != want {
			t.Errorf("%d of %d edges share the label of another, want %d", joined, n, want)
		}
	}
}

// TestBounds arranges the largest graphs that are drawn, of the kinds that
// take longest.
func TestBounds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const nodes, edges = 250, 200
	graphs := map[string]layered.Graph{
		"dense":    random(1, 20, 4*edges, 4),
		"sparse":   random(2, nodes, edges, 20),
		"clusters": random(3, nodes, edges, 200),
	}
	long := layered.Graph{Clusters: make([]layered.Size, 2), Nodes: make([]layered.Node, nodes)}
	for i := range long.Nodes {
		long.Nodes[i] = layered.Node{Size: layered.Size{Width: 60, Height: 30}, Cluster: i%3 - 1}
	}
	for i := range edges / 2 {
		long.Edges = append(long.Edges, layered.Edge{From: i, To: i + 1}, layered.Edge{From: i / 4, To: edges/2 - i/4})
	}
	graphs["long"] = long
	for name, g := range graphs {
		g.Edges = g.Edges[:min(len(g.Edges), edges)]
		start := time.Now()
		l := layered.Arrange(g)
		took := time.Since(start)
		t.Logf("%s: %d x %d in %v", name, l.Width, l.Height, took)
		if problems := layeredtest.Problems(g, l); len(problems) > 0 {
			t.Errorf("%s: %s", name, strings.Join(problems[:min(5, len(problems))], "; "))
		}
	}
}
