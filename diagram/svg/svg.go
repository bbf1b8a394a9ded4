// Package svg draws diagrams of package diagram as SVG:
//
//	picture, err := svg.Draw(diagram.New(flows, diagram.Options{}))
//
// It lays out boxes and arrows itself, in whole pixels, needs no other program,
// and does no work at program start. [Draw] is also the option Draw of package
// report, for HTML pages and workbooks with diagrams.
package svg

import "github.com/portbook/portbook/diagram"

// What is drawn within about a second, however the edges run, and is far more
// than a reader follows.
const maxNodes, maxEdges = 250, 200

// Draw draws a diagram as a standalone SVG document, which can also stand
// inside of an HTML page, several times. The same diagram gives the same bytes
// on every platform.
//
// Boxes are in columns, and connections lead to the right where they do not
// run in circles. No line runs through a label or through a box that it does
// not join. Three or more connections of one component that look alike share
// a label, and the line below it.
//
// Its colors are the CSS variables --pb-ink, --pb-muted, --pb-line, --pb-paper,
// --pb-node, --pb-node-line, --pb-outside, --pb-outside-line, --pb-cluster and
// --pb-cluster-line where a page sets them; otherwise they follow the reader's
// choice of a light or a dark scheme. Parts have classes that begin with pb-,
// and the attributes data-component, data-product, data-from and data-to. The
// only ids are those of title and description; they begin with
// [diagram.Graph.ID].
//
// The error is a *[diagram.TooLargeError]. Diagrams of 20 components take about
// a millisecond, the largest that are accepted about a second. Draw may be called
// concurrently.
func Draw(g diagram.Graph) ([]byte, error) {
	if len(g.Nodes) > maxNodes || len(g.Edges) > maxEdges {
		return nil, &diagram.TooLargeError{Nodes: len(g.Nodes), Edges: len(g.Edges), MaxNodes: maxNodes, MaxEdges: maxEdges}
	}
	d := newDrawing(g)
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
