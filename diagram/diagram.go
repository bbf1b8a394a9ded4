// Package diagram turns flows into diagrams of connections: one box for each
// component, one arrow for each ordered pair of components that connect, labeled
// with the ports.
//
//	g := diagram.New(flows, diagram.Options{})
//	fmt.Print(g.Mermaid())    // or g.DOT()
//	picture, err := svg.Draw(g)
//
// [New] makes a [Graph], which is plain data. [Graph.DOT] and [Graph.Mermaid]
// write it for other tools; package diagram/svg draws it as SVG. A diagram of
// everything is too large to read: [Parts] divides flows into readable ones.
package diagram

import (
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
)

// Options say how a diagram is worded. The zero value is an English diagram
// with a title of its own.
type Options struct {
	Localizer i18n.Localizer // the language of texts; English when zero
	Title     string         // the names of the products of the flows when empty
	ID        string         // what [Graph.ID] becomes; made from the content when empty
	// Around draws nothing but the connections of one component. A flow may
	// join more components than two.
	Around portbook.Component
}

// Graph is a diagram as plain data, for any renderer. All texts are in the
// language of the diagram, on one line, and hold no invisible characters; they
// are not escaped for any format. The zero value is an empty diagram.
type Graph struct {
	// ID tells diagrams on one page apart: equal diagrams have equal ids. It
	// consists of ASCII letters, digits and hyphens, and begins with a letter,
	// unless [Options.ID] says otherwise.
	ID          string
	Title       string        // above the drawing
	Description string        // how many components and connections there are
	Language    string        // BCP 47 tag of the texts
	Empty       string        // what to say in place of a drawing; empty when there are nodes
	Legend      []LegendEntry // what the marks that occur mean
	Clusters    []Cluster     // by product
	Nodes       []Node        // by component
	Edges       []Edge        // in the order of the flows
}

// Cluster is a product whose components are together. Components of your own
// infrastructure, and services in someone else's clouds, are separate: they are
// in no cluster.
type Cluster struct {
	Product portbook.Product     // whose components it has
	Name    string               // of the product, in the language of the diagram
	Nodes   []portbook.Component // in the order of Graph.Nodes
	// External says that no flow of the diagram is documented under the product.
	External bool
}

// Node is a component that takes part in a flow.
type Node struct {
	Component portbook.Component // which the box is for
	Product   portbook.Product   // of the component
	Name      string             // in full
	Lines     []string           // Name, broken and shortened to what fits in a box: at most 4 lines of 24 columns
	// External says that the component belongs to your own infrastructure, to a
	// product that none of the flows is documented under, or to someone else's
	// cloud.
	External bool
}

// Edge joins all flows from one component to another. Flows in the other
// direction are another edge.
type Edge struct {
	From, To portbook.Component // both are in Nodes; equal when a component talks to its peers
	Flows    portbook.FlowSet   // all flows between the two
	Ports    portbook.PortSet   // the destination ports of all of the flows
	Label    string             // the ports in full, and words for those that documents do not bound or leave a choice of
	Lines    []string           // Label, broken and shortened to what fits beside an arrow: at most 4 lines of 24 columns
	Title    string             // who opens connections to whom and on which ports, for a tooltip
	Optional bool               // none of the flows is required: drawn dashed
	Both     bool               // either side opens the connection: drawn with arrowheads at both ends
	Unstated bool               // no document says who opens the connection: drawn with a hollow arrowhead
	Inferred bool               // the ends of all of the flows are inferred: Label ends in †
}

// LegendEntry explains a mark.
type LegendEntry struct {
	Mark Mark   // as drawn
	Text string // what it means, in the language of the diagram
}

// Mark is something in a drawing that needs an explanation.
type Mark string

// The marks.
const (
	MarkRequired Mark = "required" // solid lines
	MarkOptional Mark = "optional" // dashed lines: see [Edge.Optional]
	MarkEither   Mark = "either"   // arrowheads at both ends: see [Edge.Both]
	MarkUnstated Mark = "unstated" // hollow arrowheads: see [Edge.Unstated]
	MarkExternal Mark = "external" // the shape of external nodes: see [Node.External]
	MarkInferred Mark = "inferred" // † after ports: see [Edge.Inferred]
)

// inferredMark follows what a document does not state, as in reports.
const inferredMark = "†"

// The space that texts may take, in terminal columns. Longer names are rare,
// and wider boxes make a drawing that no page holds.
const (
	nodeColumns  = 24
	labelColumns = 24
	maxLines     = 4
)

// New makes the diagram of flows: their components, and an edge for each
// ordered pair of them that a flow leads from and to. It takes time
// proportional to the number of flows and of components in their catalog. The
// diagram of no flows says so.
func New(flows portbook.FlowSet, o Options) Graph {
	b := newBuilder(flows, o.Localizer)
	b.around = o.Around
	for f := range flows.All() {
		b.add(f)
	}
	b.g.Title = b.title(o.Title, flows)
	b.finish()
	b.g.ID = o.ID
	if b.g.ID == "" {
		b.g.ID = b.g.hash()
	}
	return b.g
}
