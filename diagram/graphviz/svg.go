// Package graphviz draws diagrams as SVG. It is a package of its own because Graphviz, which it carries as WebAssembly, has a price:
// a program that imports it becomes 9 MiB larger and starts 30 milliseconds later. The first start takes about a second, since the
// WebAssembly is compiled; the result is kept in the folder portbook of the user's own cache ([os.UserCacheDir]), since what is found
// there is run. Without such a folder every start compiles anew.
//
// Graphviz only finds places for boxes and arrows, from numbers: texts of a catalog never reach it.
package graphviz

import "github.com/portbook/portbook/diagram"

// What is laid out within about two seconds, however the edges run, and is far more than a reader follows.
const maxNodes, maxEdges = 250, 200

// SVG draws a diagram as a standalone SVG document, which can also stand inside of an HTML page, several times. The same diagram
// gives the same bytes.
//
// Its colours are the CSS variables --pb-ink, --pb-muted, --pb-line, --pb-paper, --pb-node, --pb-node-line, --pb-outside,
// --pb-outside-line, --pb-cluster and --pb-cluster-line where a page sets them; otherwise they follow the reader's choice of a
// light or a dark scheme. Parts have classes that begin with pb-, and the attributes data-component, data-product, data-from and
// data-to. The only ids are those of title and description; they begin with [diagram.Graph.ID].
//
// The error is a *[diagram.TooLargeError], or tells that Graphviz failed, as it always does on js/wasm. Diagrams of 20 components take some
// 20 milliseconds, the largest that are accepted about two seconds. SVG may be called concurrently, but one drawing at a time is laid
// out. Graphviz does not give back some 50 KiB of memory for each drawing: programs that run for long should keep drawings.
func SVG(g diagram.Graph) ([]byte, error) {
	if len(g.Nodes) > maxNodes || len(g.Edges) > maxEdges {
		return nil, &diagram.TooLargeError{Nodes: len(g.Nodes), Edges: len(g.Edges), MaxNodes: maxNodes, MaxEdges: maxEdges}
	}
	var l layout
	if len(g.Nodes) > 0 {
		var err error
		if l, err = arrange(g); err != nil {
			return nil, err
		}
	}
	d := newDrawing(g, l)
	d.open()
	d.drawTitle()
	d.drawClusters()
	d.drawEdges()
	d.drawNodes()
	d.drawLabels()
	d.drawLegend()
	d.print("</svg>\n")
	return d.b.Bytes(), nil
}
