package report

import (
	"cmp"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/listen"
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
	changed  int // rows of a report of changes, which has no groups
	done     int // rows written
}

// place is a section of a document.
type place struct{ document, section string }

// group is a heading and the rows below it: flows, or the listeners of a host.
type group struct {
	heading   heading
	flows     portbook.FlowSet
	listeners []listen.Listener
}

// heading tells what the rows of a group have in common. What does not belong to the grouping is zero.
type heading struct {
	product   portbook.Product
	place     place
	component portbook.Component
	socket    listen.Socket
	host      int // number of the host, counted from 1
}

func newContent(flows portbook.FlowSet, o Options, bare bool) *content {
	c := &content{
		Options: o.withDefaults(), flows: flows, bare: bare, catalog: portbook.Builtin(), numbers: map[string]int{}, sections: map[place]portbook.Section{},
		infos: map[portbook.Component]portbook.ComponentInfo{},
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
		c.flows = c.shown()
	}
	cited := map[string]bool{}
	involved := map[portbook.Component]bool{}
	products := map[portbook.Product]bool{}
	for f := range c.flows.All() {
		if p := f.Product(); !products[p] {
			products[p] = true
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
	c.addSources(cited)
	for _, q := range portbook.Quirks() {
		if !c.flows.Where(portbook.Having(q)).IsEmpty() {
			c.quirks = append(c.quirks, q)
		}
	}
	if c.View == ViewCollisions { // which shows the listeners alone
		products, involved = nil, c.listeners()
	}
	c.addGeneralNotes(products, involved)
}

// addSources adds the documents that are cited.
func (c *content) addSources(cited map[string]bool) {
	for _, x := range c.catalog.Documents() {
		if !cited[x.ID] {
			continue
		}
		c.sources = append(c.sources, x)
		for _, s := range x.Sections {
			c.sections[place{x.ID, s.ID}] = s
		}
	}
}

// listeners returns the components that listen.
func (c *content) listeners() map[portbook.Component]bool {
	list := map[portbook.Component]bool{}
	for _, g := range c.groups {
		for _, x := range g.listeners {
			for _, y := range x.Components {
				list[y] = true
			}
		}
	}
	return list
}

// shown returns the flows of c behind the rows of listeners.
func (c *content) shown() portbook.FlowSet {
	behind := map[portbook.Flow]bool{}
	for _, g := range c.groups {
		for _, x := range g.listeners {
			for f := range x.Flows.All() {
				behind[f] = true
			}
		}
	}
	return c.flows.Where(portbook.Matching(func(f portbook.Flow) bool { return behind[f] }))
}

// groupByHost makes a group of each host that listens.
func (c *content) groupByHost() []group {
	analyse := listen.Ports
	if c.View == ViewCollisions {
		analyse = listen.Collisions
	}
	var groups []group
	for i, h := range analyse(c.flows, c.catalog, c.Hosts) {
		groups = append(groups, group{heading: heading{host: i + 1}, listeners: h.Listeners})
	}
	return groups
}

// number gives a note the next number of the report unless it has one.
func (c *content) number(n portbook.Note) {
	if c.numbers[n.ID] == 0 {
		c.notes = append(c.notes, n)
		c.numbers[n.ID] = len(c.notes)
	}
}

// addGeneralNotes numbers the notes on products and components. In the views by host, which show some of the flows of a
// component, notes that flows refer to come with these flows alone.
func (c *content) addGeneralNotes(products map[portbook.Product]bool, components map[portbook.Component]bool) {
	particular := map[string]bool{}
	if c.View != ViewFlows {
		for f := range c.catalog.Flows().All() {
			for _, n := range f.Notes() {
				particular[n.ID] = true
			}
		}
	}
	for _, n := range c.catalog.Notes() {
		about := slices.ContainsFunc(n.Products, func(p portbook.Product) bool { return products[p] }) ||
			slices.ContainsFunc(n.Components, func(x portbook.Component) bool { return components[x] })
		if about && !particular[n.ID] {
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
		slices.SortStableFunc(groups, func(a, b group) int { return listen.Compare(a.heading.socket, b.heading.socket) })
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
		for _, s := range listen.Sockets(f) {
			list = append(list, heading{socket: s})
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

func appendNew[T comparable](list []T, more ...T) []T {
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}
