// Package graphviz draws diagrams as SVG. It is a package of its own because Graphviz, which it carries as WebAssembly, adds
// several megabytes to a program, and about 30 milliseconds to its start (about a second the first time on a machine, when it is
// compiled into a folder for temporary files).
//
// Graphviz only finds places for boxes and arrows, from numbers: texts of a catalog never reach it.
package graphviz

import (
	"fmt"

	"github.com/portbook/portbook/diagram"
)

// What is laid out within about two seconds, and is far more than a reader follows.
const maxNodes, maxEdges = 120, 200

// TooLargeError tells that a diagram has more nodes or edges than can be laid out in reasonable time, and read.
type TooLargeError struct{ Nodes, Edges int }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("graphviz: a diagram of %d components and %d connections is too large (accepted: %d components and %d connections): select fewer flows, or divide them by product or section",
		e.Nodes, e.Edges, maxNodes, maxEdges)
}

// SVG draws a diagram as a standalone SVG document, which can also stand inside of an HTML page, several times. The same diagram
// gives the same bytes.
//
// Its colours are the CSS variables --pb-ink, --pb-muted, --pb-line, --pb-paper, --pb-node, --pb-node-line, --pb-outside,
// --pb-outside-line, --pb-cluster and --pb-cluster-line where a page sets them; otherwise they follow the reader's choice of a
// light or a dark scheme. Parts have classes that begin with pb-, and the attributes data-component, data-product, data-from and
// data-to. The only ids are those of title and description; they begin with [diagram.Graph.ID].
//
// The error is a *[TooLargeError], or tells that Graphviz failed, as it always does on js/wasm. Typical diagrams take 50 to
// 200 milliseconds, the largest that are accepted some seconds; texts are measured by estimate and have room to spare. SVG may be
// called concurrently, but only one drawing at a time is laid out.
func SVG(g diagram.Graph) ([]byte, error) {
	if len(g.Nodes) > maxNodes || len(g.Edges) > maxEdges {
		return nil, &TooLargeError{len(g.Nodes), len(g.Edges)}
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
