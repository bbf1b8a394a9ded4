package report

import (
	"cmp"
	"slices"

	"github.com/portbook/portbook"
)

// content is what a report says, whatever its language: groups of rows under headings, and what a reader needs beside
// them.
type content struct {
	Options
	flows    portbook.FlowSet
	catalog  *portbook.Catalog
	bare     bool // only the rows are written: notes stand with them
	groups   []group
	products []portbook.Product  // whose documents describe the flows, in the order of the flows
	sources  []portbook.Document // that the flows cite, in the catalog's order
	notes    []portbook.Note     // in the order of their numbers
	numbers  map[string]int      // note id -> number in the report
	quirks   []portbook.Quirk    // of the flows, in the order of portbook.Quirks
	inferred bool                // some value is marked as inferred
	sections map[place]portbook.Section
	infos    map[portbook.Component]portbook.ComponentInfo
	lineages map[portbook.Component][]portbook.Component
	changed  int // rows of a report of changes, which has no groups
	done     int // rows written
}

// place is a section of a document.
type place struct{ document, section string }

// group is a heading and the rows below it: flows, or the listeners of a host.
type group struct {
	heading   heading
	flows     portbook.FlowSet
	listeners []listener
}

// heading tells what the rows of a group have in common. What does not belong to the grouping is zero.
type heading struct {
	product   portbook.Product
	place     place
	component portbook.Component
	protocol  portbook.Protocol
	ports     portbook.PortRange
	kind      portbook.PortKind // of flows without a port
	host      int               // number of the host, counted from 1
}

func newContent(flows portbook.FlowSet, o Options, bare bool) *content {
	c := &content{
		Options: o.withDefaults(), flows: flows, bare: bare, catalog: portbook.Builtin(), numbers: map[string]int{}, sections: map[place]portbook.Section{},
		infos: map[portbook.Component]portbook.ComponentInfo{}, lineages: map[portbook.Component][]portbook.Component{},
	}
	for f := range flows.All() {
		c.catalog = f.Catalog()
		break
	}
	if len(c.Columns) == 0 {
		c.Columns = defaultColumns(c.View, c.Format)
		if !bare && c.Format != CSV { // the heading names the host
			c.Columns = slices.DeleteFunc(c.Columns, func(x Column) bool { return x == ColumnHost })
		}
		if c.Format == XLSX && c.View == ViewFlows && c.GroupBy == ByProduct { // rows that are sorted and filtered have no headings
			c.Columns = append([]Column{ColumnSection}, c.Columns...)
		}
	}
	return c
}

// fill gathers what the report is made of. It passes over the flows twice and keeps nothing for each of them.
func (c *content) fill() {
	c.groups = c.group()
	if c.View != ViewFlows { // the rest is about the flows that are shown
		c.flows = shown(c.groups)
	}
	cited := map[string]bool{}
	involved := map[portbook.Component]bool{}
	for f := range c.flows.All() {
		if p := f.Product(); !slices.Contains(c.products, p) {
			c.products = append(c.products, p)
		}
		for _, x := range f.Citations() {
			cited[x.Document] = true
		}
		for _, n := range f.Notes() {
			c.number(n)
		}
		for _, x := range slices.Concat([]portbook.Component{f.Component()}, f.From(), f.To()) {
			involved[x] = true
		}
		c.inferred = c.inferred || len(f.Inferred()) > 0
	}
	for _, x := range c.catalog.Documents() {
		if !cited[x.ID] {
			continue
		}
		c.sources = append(c.sources, x)
		for _, s := range x.Sections {
			c.sections[place{x.ID, s.ID}] = s
		}
	}
	for _, q := range portbook.Quirks() {
		if !c.flows.Where(portbook.Having(q)).IsEmpty() {
			c.quirks = append(c.quirks, q)
		}
	}
	c.addGeneralNotes(involved)
}

// shown returns the flows behind the rows of listeners.
func shown(groups []group) portbook.FlowSet {
	var flows portbook.FlowSet
	for _, g := range groups {
		for _, x := range g.listeners {
			flows = flows.Union(x.flows)
		}
	}
	return flows
}

// number gives a note the next number of the report unless it has one.
func (c *content) number(n portbook.Note) {
	if c.numbers[n.ID] == 0 {
		c.notes = append(c.notes, n)
		c.numbers[n.ID] = len(c.notes)
	}
}

// addGeneralNotes numbers the notes on the products of the flows and on the components that take part in them.
func (c *content) addGeneralNotes(involved map[portbook.Component]bool) {
	for _, n := range c.catalog.Notes() {
		if slices.ContainsFunc(n.Products, func(p portbook.Product) bool { return slices.Contains(c.products, p) }) ||
			slices.ContainsFunc(n.Components, func(x portbook.Component) bool { return involved[x] }) {
			c.number(n)
		}
	}
}

// group puts the rows under headings.
func (c *content) group() []group {
	if c.View != ViewFlows {
		return c.groupByHost()
	}
	var groups []group
	for h, flows := range portbook.Group(c.flows, c.headings) {
		groups = append(groups, group{heading: h, flows: flows})
	}
	switch c.GroupBy {
	case ByProduct: // sections of one product stand together, whatever the order of the flows
		order := map[portbook.Product]int{}
		for _, g := range groups {
			if _, ok := order[g.heading.product]; !ok {
				order[g.heading.product] = len(order)
			}
		}
		slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(order[a.heading.product], order[b.heading.product]) })
	case ByPort:
		slices.SortStableFunc(groups, func(a, b group) int { return comparePorts(a.heading.socket(), b.heading.socket()) })
	}
	return groups
}

// headings returns the headings that a flow stands under.
func (c *content) headings(f portbook.Flow) []heading {
	var list []heading
	switch c.GroupBy {
	case ByProduct:
		x := f.Citations()[0]
		list = append(list, heading{product: f.Product(), place: place{x.Document, x.Section}})
	case ByComponent:
		list = append(list, heading{component: f.Component()})
	case BySource:
		for _, x := range f.From() {
			list = append(list, heading{component: x})
		}
	case ByDestination:
		for _, x := range f.To() {
			list = append(list, heading{component: x})
		}
	case ByPort:
		for _, s := range sockets(f) {
			list = append(list, heading{protocol: s.protocol, ports: s.ports, kind: s.kind})
		}
	}
	return list
}

// subject is what a group of the highest level is about: the product, where groups have two levels.
func (g group) subject() heading {
	if g.heading.product != "" {
		return heading{product: g.heading.product}
	}
	return g.heading
}

// total returns the number of rows of the report.
func (c *content) total() int {
	n := c.changed
	for _, g := range c.groups {
		n += g.flows.Len() + len(g.listeners)
	}
	return n
}

// tick counts a row that was written.
func (c *content) tick() {
	c.done++
	if c.Progress != nil && c.done%256 == 0 {
		c.Progress(c.done, c.total())
	}
}

// section returns the section that a citation leads to.
func (c *content) section(x portbook.Citation) portbook.Section {
	return c.sections[place{x.Document, x.Section}]
}

// info returns what is known of a component. The catalog gathers it each time, and a report asks often.
func (c *content) info(id portbook.Component) portbook.ComponentInfo {
	info, ok := c.infos[id]
	if !ok {
		info, _ = c.catalog.Component(id)
		c.infos[id] = info
	}
	return info
}

// document returns the report in its first language.
func (c *content) document() *document { return c.in(c.Languages[0]) }
