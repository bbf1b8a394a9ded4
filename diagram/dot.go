package diagram

import (
	"fmt"
	"strings"

	"github.com/emicklei/dot"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/text/printable"
)

// DOT returns the diagram in the language of Graphviz. Products are clusters,
// external nodes have round corners, optional edges are dashed. Names cannot do
// harm: they are in quoted strings, without escapes and entities that Graphviz
// would interpret.
func (g Graph) DOT() string {
	d := dot.NewGraph(dot.Directed)
	d.Attrs("rankdir", "LR", "label", dotText(g.heading()...), "labelloc", "t", "fontname", dotFont, "nodesep", 0.4, "ranksep", 0.8)
	d.NodeInitializer(func(n dot.Node) { n.Attrs("shape", "box", "fontname", dotFont, "fontsize", 12) })
	d.EdgeInitializer(func(e dot.Edge) { e.Attrs("fontname", dotFont, "fontsize", 10) })
	cluster := map[portbook.Component]*dot.Graph{}
	for i, c := range g.Clusters {
		sub := d.Subgraph(dotID(i), dot.ClusterOption{})
		sub.Attrs("label", dotText(c.Name), "fontname", dotFont)
		if c.External {
			sub.Attr("style", "dashed")
		}
		for _, n := range c.Nodes {
			cluster[n] = sub
		}
	}
	nodes := map[portbook.Component]dot.Node{}
	for i, n := range g.Nodes {
		parent := cluster[n.Component]
		if parent == nil {
			parent = d
		}
		x := parent.Node(dotID(i))
		x.Attrs("label", dotText(n.Lines...), "tooltip", dotText(n.Name))
		if n.External {
			x.Attr("style", "rounded")
		}
		nodes[n.Component] = x
	}
	for _, e := range g.Edges {
		from, ok := nodes[e.From]
		to, ok2 := nodes[e.To]
		if !ok || !ok2 { // what New did not make may lead nowhere
			continue
		}
		x := d.Edge(from, to)
		x.Attrs("label", dotText(e.Lines...), "tooltip", dotText(e.Title))
		dotStyle(x, e)
	}
	return d.String()
}

const dotFont = "sans-serif"

// dotID makes a key under which package dot keeps the order of the graph: it sorts by key.
func dotID(i int) string { return fmt.Sprintf("%08d", i) }

func dotStyle(x dot.Edge, e Edge) {
	if e.Optional {
		x.Attr("style", "dashed")
	}
	if e.Both {
		x.Attr("dir", "both")
	}
	if e.Unstated {
		x.Attr("arrowhead", "empty")
	}
}

// dotText returns the value of an attribute of text. Package dot quotes it,
// with backslashes doubled, which is right for printable text alone; Graphviz
// would interpret entities.
func dotText(lines ...string) string {
	var list []string
	for _, s := range lines {
		list = append(list, strings.ReplaceAll(printable.Text(s), "&", "&amp;"))
	}
	return strings.Join(list, "\n")
}

// heading returns the title, and that there is nothing to show where this is so.
func (g Graph) heading() []string {
	if g.Empty != "" {
		return []string{g.Title, g.Empty}
	}
	return []string{g.Title}
}
