package diagram

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/internal/text/wrap"
)

// siteProduct is your own infrastructure.
const siteProduct portbook.Product = "site"

// builder gathers the nodes and edges of a graph.
type builder struct {
	words
	g          Graph
	documented map[portbook.Product]bool          // products that a flow is documented under
	seen       map[portbook.Component]bool        // nodes
	edges      map[[2]portbook.Component]int      // index in g.Edges
	opened     map[[2]portbook.Component]bool     // some flow says who opens the connection
	stated     map[[2]portbook.Component]bool     // some flow states its ends
	unbounded  map[[2]portbook.Component][]string // words for ports that are not numbers
	together   map[[2]portbook.Component]portbook.PortSet
	oneOf      map[[2]portbook.Component][]portbook.PortSet // of each, one port is enough
	around     portbook.Component                           // nothing else is drawn but what it takes part in
}

func newBuilder(flows portbook.FlowSet, l i18n.Localizer) *builder {
	return &builder{
		together: map[[2]portbook.Component]portbook.PortSet{}, oneOf: map[[2]portbook.Component][]portbook.PortSet{},
		words: newWords(flows, l), documented: map[portbook.Product]bool{}, seen: map[portbook.Component]bool{},
		edges: map[[2]portbook.Component]int{}, opened: map[[2]portbook.Component]bool{}, stated: map[[2]portbook.Component]bool{},
		unbounded: map[[2]portbook.Component][]string{},
	}
}

// add adds the pairs of a flow.
func (b *builder) add(f portbook.Flow) {
	b.documented[f.Product()] = true
	for _, from := range f.From() {
		for _, to := range f.To() {
			if b.around != "" && b.around != from && b.around != to {
				continue
			}
			b.seen[from], b.seen[to] = true, true
			b.addTo([2]portbook.Component{from, to}, f)
		}
	}
}

func (b *builder) addTo(pair [2]portbook.Component, f portbook.Flow) {
	i, ok := b.edges[pair]
	if !ok {
		i = len(b.g.Edges)
		b.edges[pair] = i
		b.g.Edges = append(b.g.Edges, Edge{From: pair[0], To: pair[1], Optional: true})
	}
	e := &b.g.Edges[i]
	e.Flows = e.Flows.Union(f.Set())
	e.Optional = e.Optional && f.Requirement() != portbook.RequirementRequired
	e.Both = e.Both || f.Initiator() == portbook.InitiatorEither
	b.opened[pair] = b.opened[pair] || f.Initiator() != portbook.InitiatorUnstated
	b.stated[pair] = b.stated[pair] || !f.IsInferred("from") && !f.IsInferred("to")
	b.addPorts(pair, f)
}

// addPorts keeps apart what is needed together, and what is a choice.
func (b *builder) addPorts(pair [2]portbook.Component, f portbook.Flow) {
	switch {
	case f.Ports().IsEmpty():
		if word := b.unboundedPorts(f); !slices.Contains(b.unbounded[pair], word) {
			b.unbounded[pair] = append(b.unbounded[pair], word)
		}
	case f.PortChoice() == portbook.PortChoiceOneOf:
		if !slices.Contains(b.oneOf[pair], f.Ports()) {
			b.oneOf[pair] = append(b.oneOf[pair], f.Ports())
		}
	default:
		b.together[pair] = b.together[pair].Union(f.Ports())
	}
}

// choices words the ports of which one is enough, where no other flow needs
// all of them.
func (b *builder) choices(pair [2]portbook.Component) []string {
	var list []string
	for _, ports := range b.oneOf[pair] {
		if !ports.Subtract(b.together[pair]).IsEmpty() {
			list = append(list, b.fill(label.PortOneOf, "ports", ports.String()))
		}
	}
	return list
}

// finish words the edges, and makes nodes, clusters and legend of what was added.
func (b *builder) finish() {
	for i := range b.g.Edges {
		e := &b.g.Edges[i]
		pair := [2]portbook.Component{e.From, e.To}
		e.Ports, e.Unstated, e.Inferred = e.Flows.Ports(), !b.opened[pair], !b.stated[pair]
		items := portItems(b.together[pair], slices.Concat(b.choices(pair), b.unbounded[pair]))
		mark := ""
		if e.Inferred {
			mark = inferredMark
		}
		e.Label = joinItems(items) + mark
		e.Lines = b.portLines(items, mark)
		title := label.DiagramConnection
		if e.Both {
			title = label.DiagramConnectionEither
		}
		e.Title = label.Fill(b.label(title), "from", b.componentName(e.From), "to", b.componentName(e.To), "ports", e.Label)
	}
	b.addNodes()
	b.g.Language = b.localizer.Language().String()
	b.g.Description = b.fill(label.DiagramDescription, "components", fmt.Sprint(len(b.g.Nodes)), "connections", fmt.Sprint(len(b.g.Edges)))
	if len(b.g.Nodes) == 0 {
		b.g.Empty = b.label(label.ReportEmpty)
		return
	}
	b.g.Legend = b.legend()
}

// addNodes adds the nodes and their clusters in the order of the catalog.
func (b *builder) addNodes() {
	clusters := map[portbook.Product]int{}
	for _, id := range b.catalog.Components() {
		if !b.seen[id] {
			continue
		}
		c, _ := b.catalog.Component(id)
		n := Node{Component: id, Product: c.Product, Name: b.componentName(id)}
		n.Lines = wrap.Text(n.Name, nodeColumns, maxLines)
		outside := c.Hosting == portbook.HostingCloud
		n.External = c.Product == siteProduct || !b.documented[c.Product] || outside
		b.g.Nodes = append(b.g.Nodes, n)
		if c.Product == siteProduct || outside {
			continue
		}
		i, ok := clusters[c.Product]
		if !ok {
			i = len(b.g.Clusters)
			clusters[c.Product] = i
			b.g.Clusters = append(b.g.Clusters, Cluster{Product: c.Product, Name: b.productName(c.Product), External: !b.documented[c.Product]})
		}
		b.g.Clusters[i].Nodes = append(b.g.Clusters[i].Nodes, id)
	}
	slices.SortStableFunc(b.g.Clusters, func(x, y Cluster) int { return strings.Compare(string(x.Product), string(y.Product)) })
}

// legend explains the marks that occur.
func (b *builder) legend() []LegendEntry {
	any := func(match func(Edge) bool) bool { return slices.ContainsFunc(b.g.Edges, match) }
	var list []LegendEntry
	for _, x := range []struct {
		mark   Mark
		label  label.Label
		occurs bool
	}{
		{MarkRequired, label.RequirementRequired, any(func(e Edge) bool { return !e.Optional })},
		{MarkOptional, label.DiagramOptional, any(func(e Edge) bool { return e.Optional })},
		{MarkEither, label.InitiatorEither, any(func(e Edge) bool { return e.Both })},
		{MarkUnstated, label.InitiatorUnstated, any(func(e Edge) bool { return e.Unstated })},
		{MarkExternal, label.DiagramExternal, slices.ContainsFunc(b.g.Nodes, func(n Node) bool { return n.External })},
		{MarkInferred, label.DiagramInferred, any(func(e Edge) bool { return e.Inferred })},
	} {
		if x.occurs {
			list = append(list, LegendEntry{x.mark, b.label(x.label)})
		}
	}
	return list
}

// title returns the title of a diagram: the one that is asked for, or the products.
func (b *builder) title(wanted string, flows portbook.FlowSet) string {
	if s := printable.Text(wanted); s != "" {
		return s
	}
	title := ""
	for _, id := range b.catalog.Products() {
		switch {
		case !b.documented[id]:
		case title == "":
			title = b.productName(id)
		default:
			title = b.fill(label.ReportList, "a", title, "b", b.productName(id))
		}
	}
	if title == "" {
		return b.label(label.DiagramTitle)
	}
	return title
}

// hash names the graph by what it shows.
func (g Graph) hash() string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q %q", g.Language, g.Title)
	for _, n := range g.Nodes {
		fmt.Fprintf(h, "%q", n.Name)
	}
	for _, e := range g.Edges {
		fmt.Fprintf(h, "%q", e.Title)
	}
	return fmt.Sprintf("pb%016x", h.Sum64())
}
