package content

import (
	"cmp"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/listen"
)

// Report is what a report says, whatever its language: groups of rows under
// headings, and what a reader needs beside them.
type Report struct {
	Options
	Flows    portbook.FlowSet
	Catalog  *portbook.Catalog
	Groups   []Group
	Products []portbook.Product      // whose documents describe the flows, in the order of the flows
	Sources  []portbook.Document     // that the flows cite, in the catalog's order
	Notes    []portbook.Note         // in the order of their numbers
	Numbers  map[portbook.NoteID]int // note id -> number in the report
	Quirks   []portbook.Quirk        // of the flows, in the order of portbook.Quirks
	Inferred bool                    // some value is marked as inferred
	// annotated are the flows whose rows hold the texts of their notes.
	annotated portbook.FlowSet
	sections  map[place]portbook.Section
	infos     map[portbook.Component]portbook.ComponentInfo
	Changed   int // rows of a report of changes, which has no groups
	done      int // rows written
}

// place is a section of a document.
type place struct {
	document portbook.DocumentID
	section  portbook.SectionID
}

// Group is a heading and the rows below it: flows, or the listeners of a host.
type Group struct {
	heading   Heading
	Flows     portbook.FlowSet
	Listeners []listen.Listener
}

// Heading says what the rows of a group have in common. What does not belong
// to the grouping is zero.
type Heading struct {
	product   portbook.Product
	place     place
	component portbook.Component
	socket    listen.Socket
	host      int // number of the host, counted from 1
}

// New gathers what a report of flows says.
func New(flows portbook.FlowSet, o Options) *Report {
	c := start(flows, o)
	c.fill()
	if c.hasNotes() {
		c.annotated = c.Flows
	}
	return c
}

// start returns a report that holds nothing yet.
func start(flows portbook.FlowSet, o Options) *Report {
	c := &Report{
		Options: o.withDefaults(), Flows: flows, Catalog: portbook.Builtin(), Numbers: map[portbook.NoteID]int{}, sections: map[place]portbook.Section{},
		infos: map[portbook.Component]portbook.ComponentInfo{},
	}
	if flows.Catalog() != nil {
		c.Catalog = flows.Catalog()
	}
	if c.View == ViewFlows && c.Shape != Flat && !c.Chosen {
		c.Columns = slices.DeleteFunc(c.Columns, c.isEmpty)
	}
	return c
}

// fill gathers what the report is made of. It passes over the flows twice and
// keeps nothing for each of them.
func (c *Report) fill() {
	c.Groups = c.group()
	if c.View != ViewFlows { // the rest is about the flows that are shown
		c.Flows = c.shown()
	}
	cited := map[portbook.DocumentID]bool{}
	involved := map[portbook.Component]bool{}
	products := map[portbook.Product]bool{}
	for f := range c.Flows.All() {
		if p := f.Product(); !products[p] {
			products[p] = true
			c.Products = append(c.Products, p)
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
		c.Inferred = c.Inferred || len(f.Inferred()) > 0
	}
	c.addSources(cited)
	for _, q := range portbook.Values[portbook.Quirk]() {
		if !c.Flows.Having(q).IsEmpty() {
			c.Quirks = append(c.Quirks, q)
		}
	}
	if c.View == ViewCollisions { // which shows the listeners alone
		products, involved = nil, c.listeners()
	}
	c.addGeneralNotes(products, involved)
}

// addSources adds the documents that are cited.
func (c *Report) addSources(cited map[portbook.DocumentID]bool) {
	for _, x := range c.Catalog.Documents() {
		if !cited[x.ID] {
			continue
		}
		c.Sources = append(c.Sources, x)
		for _, s := range x.Sections {
			c.sections[place{x.ID, s.ID}] = s
		}
	}
}

// listeners returns the components that listen.
func (c *Report) listeners() map[portbook.Component]bool {
	list := map[portbook.Component]bool{}
	for _, g := range c.Groups {
		for _, x := range g.Listeners {
			for _, y := range x.Components {
				list[y] = true
			}
		}
	}
	return list
}

// shown returns the flows of c behind the rows of listeners.
func (c *Report) shown() portbook.FlowSet {
	behind := map[portbook.Flow]bool{}
	for _, g := range c.Groups {
		for _, x := range g.Listeners {
			for f := range x.Flows.All() {
				behind[f] = true
			}
		}
	}
	return c.Flows.Matching(func(f portbook.Flow) bool { return behind[f] })
}

// groupByHost makes a group of each host that listens.
func (c *Report) groupByHost() []Group {
	analyse := listen.Ports
	if c.View == ViewCollisions {
		analyse = listen.Collisions
	}
	var groups []Group
	for i, h := range analyse(c.Flows, c.Catalog, c.Hosts) {
		groups = append(groups, Group{heading: Heading{host: i + 1}, Listeners: h.Listeners})
	}
	return groups
}

// number gives a note the next number of the report unless it has one.
func (c *Report) number(n portbook.Note) {
	if c.Numbers[n.ID] == 0 {
		c.Notes = append(c.Notes, n)
		c.Numbers[n.ID] = len(c.Notes)
	}
}

// addGeneralNotes numbers the notes on products and components. In the views by
// host, which show some of the flows of a component, notes that flows refer to
// come with these flows alone.
func (c *Report) addGeneralNotes(products map[portbook.Product]bool, components map[portbook.Component]bool) {
	particular := map[portbook.NoteID]bool{}
	if c.View != ViewFlows {
		for f := range c.Catalog.Flows().All() {
			for _, n := range f.Notes() {
				particular[n.ID] = true
			}
		}
	}
	for _, n := range c.Catalog.Notes() {
		about := slices.ContainsFunc(n.Products, func(p portbook.Product) bool { return products[p] }) ||
			slices.ContainsFunc(n.Components, func(x portbook.Component) bool { return components[x] })
		if about && !particular[n.ID] {
			c.number(n)
		}
	}
}

// group puts the rows under headings.
func (c *Report) group() []Group {
	if c.View != ViewFlows {
		return c.groupByHost()
	}
	var groups []Group
	for h, flows := range portbook.Group(c.Flows, c.headings) {
		groups = append(groups, Group{heading: h, Flows: flows})
	}
	switch c.GroupBy {
	case ByProduct: // sections of one product are together, whatever the order of the flows
		order := map[portbook.Product]int{}
		for _, g := range groups {
			if _, ok := order[g.heading.product]; !ok {
				order[g.heading.product] = len(order)
			}
		}
		slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Compare(order[a.heading.product], order[b.heading.product]) })
	case ByPort:
		slices.SortStableFunc(groups, func(a, b Group) int { return listen.Compare(a.heading.socket, b.heading.socket) })
	}
	return groups
}

// headings returns the headings that a flow stands under.
func (c *Report) headings(f portbook.Flow) []Heading {
	var list []Heading
	switch c.GroupBy {
	case ByProduct:
		x := f.Citations()[0]
		list = append(list, Heading{product: f.Product(), place: place{x.Document, x.Section}})
	case ByComponent:
		list = append(list, Heading{component: f.Component()})
	case BySource:
		for _, x := range f.From() {
			list = append(list, Heading{component: x})
		}
	case ByDestination:
		for _, x := range f.To() {
			list = append(list, Heading{component: x})
		}
	case ByPort:
		for _, s := range listen.Sockets(f) {
			list = append(list, Heading{socket: s})
		}
	}
	return list
}

// Subject is what a group of the highest level is about: the product, where groups have two levels.
func (g Group) Subject() Heading {
	if g.heading.product != "" {
		return Heading{product: g.heading.product}
	}
	return g.heading
}

// Total returns the number of rows of the report.
func (c *Report) Total() int {
	n := c.Changed
	for _, g := range c.Groups {
		n += g.Flows.Len() + len(g.Listeners)
	}
	return n
}

// Tick counts a row that was written.
func (c *Report) Tick() {
	c.done++
	if c.Progress != nil && c.done%256 == 0 {
		c.Progress(c.done, c.Total())
	}
}

// section returns the section that a citation leads to.
func (c *Report) section(x portbook.Citation) portbook.Section {
	return c.sections[place{x.Document, x.Section}]
}

// Info returns what is known of a component. The catalog gathers it each time,
// and a report asks often.
func (c *Report) Info(id portbook.Component) portbook.ComponentInfo {
	info, ok := c.infos[id]
	if !ok {
		info, _ = c.Catalog.Component(id)
		c.infos[id] = info
	}
	return info
}

// Document returns the report in its first language.
func (c *Report) Document() *Document { return c.In(c.Languages[0]) }

func AppendNew[T comparable](list []T, more ...T) []T {
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}
