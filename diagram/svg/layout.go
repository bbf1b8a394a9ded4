package svg

import (
	"fmt"
	"math"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/internal/layered"
)

// sizes describes what is drawn by its size: texts of a catalog do not matter
// to the layout. An edge that leads to what is not in the graph is left out:
// places gives the index of each edge in the result, or -1.
func sizes(g diagram.Graph) (in layered.Graph, places []int) {
	number := numbers(g)
	for _, n := range g.Nodes {
		in.Nodes = append(in.Nodes, layered.Node{Size: nodeSize(n), Cluster: -1})
	}
	for i, c := range g.Clusters {
		in.Clusters = append(in.Clusters, textSize(clusterLines(c), clusterSize))
		for _, n := range c.Nodes {
			if k, ok := number[n]; ok {
				in.Nodes[k].Cluster = i
			}
		}
	}
	kinds := map[string]int{}
	for _, e := range g.Edges {
		from, ok := number[e.From]
		to, ok2 := number[e.To]
		if !ok || !ok2 {
			places = append(places, -1)
			continue
		}
		look := fmt.Sprintf("%q %t %t %t", e.Label, e.Optional, e.Both, e.Unstated)
		if kinds[look] == 0 {
			kinds[look] = len(kinds) + 1
		}
		places = append(places, len(in.Edges))
		in.Edges = append(in.Edges, layered.Edge{From: from, To: to, Label: textSize(e.Lines, labelSize), Kind: kinds[look]})
	}
	return in, places
}

// numbers tells the index of each node.
func numbers(g diagram.Graph) map[portbook.Component]int {
	m := map[portbook.Component]int{}
	for i, n := range g.Nodes {
		m[n.Component] = i
	}
	return m
}

// nodeSize returns the size of the box of a node.
func nodeSize(n diagram.Node) layered.Size {
	size := textSize(n.Lines, nodeFont)
	return layered.Size{Width: max(60, size.Width+2*paddingX), Height: int(textHeight(max(1, len(n.Lines)), nodeFont)) + 2*paddingY}
}

// textSize returns the size of some lines.
func textSize(lines []string, size float64) layered.Size {
	width := 0.0
	for _, s := range lines {
		width = max(width, textWidth(s, size))
	}
	return layered.Size{Width: int(math.Ceil(width)), Height: int(math.Ceil(textHeight(len(lines), size)))}
}
