package dataset

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/table"
)

// compiler turns the entries of a source into the records of a table.
type compiler struct {
	*table.Builder
	products  []*product // sorted
	languages []string
	textOf    func(language string, key textKey) string
	overrides map[string][]*override // by flow
	notesOf   map[*product][]*note   // with those of overrides, by id
	cited     map[*document][]*section

	productNumbers, documents, sections, components, settings, notes map[string]uint32
	documentByID                                                     map[string]*document
	inherits                                                         map[string][]string
}

// Undated stands for the date in the version of a catalog without an edition.
const Undated = "undated"

// Compile turns a source without problems, and its base, into a table, in an order that does not depend on that of the
// entries in its files. date is the day of the data's edition, "" for that of the source; the table's version names it and
// the hash of all the table holds.
func (s *Source) Compile(date string) (*table.Table, error) {
	if err := s.Err(); err != nil {
		return nil, err
	}
	languages := s.allLanguages()
	c := &compiler{
		Builder: table.NewBuilder(languages), products: s.allProducts(), languages: languages, textOf: s.textOf, overrides: s.effective(),
		notesOf: map[*product][]*note{}, cited: map[*document][]*section{},
		productNumbers: map[string]uint32{}, documents: map[string]uint32{}, sections: map[string]uint32{},
		components: map[string]uint32{}, settings: map[string]uint32{}, notes: map[string]uint32{},
		documentByID: map[string]*document{}, inherits: map[string][]string{},
	}
	c.number()
	for _, p := range c.products {
		c.addProduct(p)
	}
	for _, p := range c.products {
		c.addComponents(p)
		c.addSettings(p)
		c.addNotes(p)
		c.addNamedPorts(p)
		c.addDecisions(p)
	}
	c.addFlows()
	t := c.Finish()
	t.Version = version(cmp.Or(date, s.lastEdition(), Undated), t)
	return t, nil
}

// allProducts returns the products of the source and its base, sorted by id.
func (s *Source) allProducts() []*product {
	if s.base == nil {
		return s.products
	}
	list := slices.Concat(s.base.allProducts(), s.products)
	slices.SortFunc(list, func(a, b *product) int { return strings.Compare(a.id, b.id) })
	return list
}

// allLanguages returns the languages of the source and its base, the fallback first.
func (s *Source) allLanguages() []string {
	list := slices.Clone(s.languages)
	if s.base != nil {
		for _, tag := range s.base.allLanguages() {
			if !slices.Contains(list, tag) {
				list = append(list, tag)
			}
		}
	}
	sortLanguages(list)
	return list
}

// textOf returns a text of the source or its base, "" for none.
func (s *Source) textOf(language string, key textKey) string {
	if x := s.texts[language][key]; x.value != "" || s.base == nil {
		return x.value
	}
	return s.base.textOf(language, key)
}

// lastEdition returns the later day of the editions of the source and its base.
func (s *Source) lastEdition() string {
	if s.base == nil {
		return s.edition
	}
	return max(s.edition, s.base.lastEdition())
}

// version names the edition: its date, and enough of the hash of its content to tell two editions apart. How the table is
// indexed and packed does not count.
func version(date string, t *table.Table) string {
	var ports []string
	for i := range t.PortSets {
		ports = append(ports, t.PortSet(table.Ports(i)).String())
	}
	data, err := json.Marshal([]any{t, ports})
	if err != nil {
		panic(err) // the table is made of integers and strings
	}
	sum := sha256.Sum256(data)
	return date + "+" + hex.EncodeToString(sum[:6])
}

// number gives every entry its place before records refer to each other. Products are sorted already; documents and sections
// keep their reading order; settings follow their screens, and then what they cite; other entries are sorted by id within
// their product.
func (c *compiler) number() {
	for i, p := range c.products {
		c.productNumbers[p.id] = uint32(i)
		for _, d := range p.documents {
			c.documents[d.id] = uint32(len(c.documents))
			c.documentByID[d.id] = d
			for _, x := range d.sections {
				c.sections[d.id+"/"+x.id] = uint32(len(c.sections))
				if x.last > 0 {
					c.cited[d] = append(c.cited[d], x)
				}
			}
		}
	}
	for _, p := range c.products {
		slices.SortFunc(p.components, func(a, b *component) int { return strings.Compare(a.id, b.id) })
		c.notesOf[p] = c.allNotes(p)
		slices.SortFunc(p.ports, func(a, b *namedPort) int { return strings.Compare(a.id, b.id) })
		cites := map[*setting][]uint32{}
		for _, x := range p.settings {
			cites[x] = c.cite(p, x.cite)
		}
		slices.SortFunc(p.settings, func(a, b *setting) int {
			return cmp.Or(cmp.Compare(a.position, b.position), slices.Compare(cites[a], cites[b]), strings.Compare(a.id, b.id))
		})
		for _, x := range p.components {
			c.components[x.id] = uint32(len(c.components))
			c.inherits[x.id] = x.inherits
		}
		for _, x := range p.settings {
			c.settings[x.id] = uint32(len(c.settings))
		}
		for _, x := range c.notesOf[p] {
			c.notes[x.id] = uint32(len(c.notes))
		}
	}
}

// allNotes returns the notes of a product, those that give the reasons of its overrides included, by id.
func (c *compiler) allNotes(p *product) []*note {
	list := slices.Clone(p.notes)
	for _, x := range p.overrides {
		list = append(list, &note{id: x.noteID(), kind: uint8(slices.Index(table.NoteKinds, "information")), reason: true})
	}
	slices.SortFunc(list, func(a, b *note) int { return strings.Compare(a.id, b.id) })
	return list
}

// text adds a text in every language; languages that lack it hold "".
func (c *compiler) text(kind, id, field string) table.Text {
	var texts []string
	for _, language := range c.languages {
		texts = append(texts, c.textOf(language, textKey{kind, id, field}))
	}
	return c.Text(texts...)
}

func (c *compiler) nameList(values []string) table.List {
	var list []uint32
	for _, s := range values {
		list = append(list, c.Name(s))
	}
	return c.List(list)
}

func (c *compiler) idList(ids []string, numbers map[string]uint32) table.List {
	var list []uint32
	for _, id := range ids {
		list = append(list, numbers[id])
	}
	return c.List(list)
}

func (c *compiler) byteList(values []uint8) table.List {
	var list []uint32
	for _, v := range values {
		list = append(list, uint32(v))
	}
	return c.List(list)
}

// cite packs citations as section<<16 | row. A cited row stands in the section that holds it.
func (c *compiler) cite(p *product, x citations) []uint32 {
	d := c.documentByID[x.document]
	if x.document == "" && len(p.documents) == 1 {
		d = p.documents[0]
	}
	var list []uint32
	for _, row := range x.rows {
		// The sections of rows follow each other without a gap.
		i, _ := slices.BinarySearchFunc(c.cited[d], row, func(sec *section, row int) int { return cmp.Compare(sec.last, row) })
		list = append(list, c.sections[d.id+"/"+c.cited[d][i].id]<<16|uint32(row))
	}
	for _, id := range x.sections {
		list = append(list, c.sections[d.id+"/"+id]<<16)
	}
	return list
}

func (c *compiler) addProduct(p *product) {
	i := c.productNumbers[p.id]
	var documents []uint32
	for _, d := range p.documents {
		documents = append(documents, c.documents[d.id])
		c.addDocument(i, d)
	}
	c.Table.Products = append(c.Table.Products, table.Product{
		ID: c.Name(p.id), Vendor: c.Name(p.vendor), Edition: c.Name(p.edition),
		Name: c.text("product", p.id, "name"), Summary: c.text("product", p.id, "summary"), Documents: c.List(documents),
	})
}

func (c *compiler) addDocument(product uint32, d *document) {
	var sections, excluded []uint32
	for _, x := range d.sections {
		sections = append(sections, uint32(len(c.Table.Sections)))
		c.Table.Sections = append(c.Table.Sections, table.Section{
			ID: c.Name(x.id), Document: c.documents[d.id], First: uint32(x.first), Last: uint32(x.last), Inferred: x.inferred,
			Title: c.text("sections", d.id+"/"+x.id, ""),
		})
	}
	for _, x := range d.excluded {
		excluded = append(excluded, uint32(x.row), c.Name(x.reason), c.text("excluded", d.id+"/"+x.reason, ""))
	}
	c.Table.Documents = append(c.Table.Documents, table.Document{
		ID: c.Name(d.id), Publisher: c.Name(d.publisher), Language: c.Name(d.language), URL: c.Name(d.url), Page: c.Name(d.page), Edition: c.Name(d.edition),
		Product: product, Counts: d.counts, Rows: uint32(d.rows), Title: c.text("documents", d.id, ""), Sections: c.List(sections), Excluded: c.List(excluded),
	})
}

func (c *compiler) addComponents(p *product) {
	for _, x := range p.components {
		c.Table.Components = append(c.Table.Components, table.Component{
			ID: c.Name(x.id), Product: c.productNumbers[p.id], Name: c.text("components", x.id, "name"), Role: c.text("components", x.id, "role"),
			Aliases: c.nameList(x.aliases), Hosts: c.nameList(x.hosts), Inherits: c.idList(x.inherits, c.components), Lineage: c.List(c.lineage(x.id)),
		})
	}
}

// lineage returns a component and all that it inherits from, sorted.
func (c *compiler) lineage(id string) []uint32 {
	ids := []string{id}
	seen := map[string]bool{id: true}
	for i := 0; i < len(ids); i++ {
		for _, next := range c.inherits[ids[i]] {
			if !seen[next] {
				seen[next] = true
				ids = append(ids, next)
			}
		}
	}
	list := make([]uint32, len(ids))
	for i, id := range ids {
		list[i] = c.components[id]
	}
	slices.Sort(list)
	return list
}

func (c *compiler) addSettings(p *product) {
	for _, x := range p.settings {
		group := table.Text(0)
		if x.group != "" {
			group = c.text("settingGroups", x.group, "")
		}
		c.Table.Settings = append(c.Table.Settings, table.Setting{
			ID: c.Name(x.id), Kind: x.kind, Product: c.productNumbers[p.id], Component: c.components[x.component], Requirement: x.requirement,
			Position: uint32(x.position), GroupID: c.Name(x.group), Group: group, Label: c.text("settings", x.id, "label"), Help: c.text("settings", x.id, "help"), Citations: c.List(c.cite(p, x.cite)),
		})
	}
}

func (c *compiler) addNotes(p *product) {
	for _, x := range c.notesOf[p] {
		key := textKey{"notes", x.id, ""}
		if x.reason {
			key = textKey{overridesKind, x.id, "reason"}
		}
		c.Table.Notes = append(c.Table.Notes, table.Note{
			ID: c.Name(x.id), Kind: x.kind, Product: c.productNumbers[p.id], Products: c.idList(x.products, c.productNumbers),
			Components: c.idList(x.components, c.components), Seconds: uint32(x.seconds), Addresses: c.Name(x.addresses),
			Text: c.text(key.kind, key.id, key.field), Citations: c.List(c.cite(p, x.cite)),
		})
	}
}

func (c *compiler) addNamedPorts(p *product) {
	for _, x := range p.ports {
		c.Table.NamedPorts = append(c.Table.NamedPorts, table.NamedPort{
			ID: c.Name(x.id), Product: c.productNumbers[p.id], Ports: c.Ports(x.ports), Name: c.text("ports", x.id, ""),
		})
	}
}

func (c *compiler) addDecisions(p *product) {
	for _, x := range p.mappings {
		for _, scan := range x.scans {
			c.Table.ActionMappings = append(c.Table.ActionMappings, table.ActionMapping{
				Product: c.productNumbers[p.id], Object: c.Name(x.object), Setting: x.setting, Scan: scan, Result: x.result, Inferred: x.inferred,
				Citations: c.List(c.cite(p, x.cite)),
			})
		}
	}
	slices.SortStableFunc(c.Table.ActionMappings, func(a, b table.ActionMapping) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Setting, b.Setting), cmp.Compare(a.Scan, b.Scan))
	})
	for _, x := range p.orders {
		c.Table.DecisionOrders = append(c.Table.DecisionOrders, table.DecisionOrder{
			Product: c.productNumbers[p.id], Object: c.Name(x.object), Steps: c.byteList(x.steps), Citations: c.List(c.cite(p, x.cite)),
		})
	}
}

// addFlows adds the flows of all products in reading order: by product, then by the section and row that they cite first,
// then by id.
func (c *compiler) addFlows() {
	for _, p := range c.products {
		places := map[*flow]uint32{}
		for _, f := range p.flows {
			places[f] = c.cite(p, f.cite)[0]
		}
		slices.SortFunc(p.flows, func(a, b *flow) int {
			return cmp.Or(cmp.Compare(places[a], places[b]), strings.Compare(a.id, b.id))
		})
		for _, f := range p.flows {
			c.addFlow(p, f)
		}
	}
}

func (c *compiler) addFlow(p *product, f *flow) {
	number := uint32(len(c.Table.Flows))
	for _, id := range append([]string{f.id}, f.retired...) {
		c.Table.FlowIDs = append(c.Table.FlowIDs, table.FlowID{ID: c.Name(id), Flow: number})
	}
	documented := c.record(p, f, textKey{"flows", f.id, "condition"})
	overrides := c.overrides[f.id]
	if len(overrides) == 0 {
		c.Table.Flows = append(c.Table.Flows, documented)
		return
	}
	c.Table.Flows = append(c.Table.Flows, c.overridden(p, f, overrides))
	for _, x := range overrides {
		c.Table.Overrides = append(c.Table.Overrides, table.Override{
			Product: c.productNumbers[x.by], Flow: number, Fields: x.fields, Note: c.notes[x.noteID()], Documented: documented,
		})
	}
}

// overridden returns the record of a flow with its overrides in effect, and with the notes that give their reasons.
func (c *compiler) overridden(p *product, f *flow, overrides []*override) table.Flow {
	g := apply(f, overrides)
	condition := textKey{"flows", f.id, "condition"}
	g.notes = slices.Clone(f.notes)
	for _, x := range overrides {
		id := x.noteID()
		g.notes = append(g.notes, id)
		if x.fields&fieldBit("requirement") != 0 {
			condition = textKey{overridesKind, id, "condition"}
		}
	}
	return c.record(p, g, condition)
}

// record returns the record of a flow. Its condition, where it has one, stands under the key.
func (c *compiler) record(p *product, f *flow, key textKey) table.Flow {
	condition := table.Text(0)
	if table.Requirements[f.requirement] == "conditional" {
		condition = c.text(key.kind, key.id, key.field)
	}
	return table.Flow{
		ID: c.Name(f.id), Product: c.productNumbers[p.id], Component: c.components[f.component],
		From: c.idList(f.from, c.components), To: c.idList(f.to, c.components), Initiator: f.initiator,
		Ports: c.Ports(f.ports), Protocols: c.byteList(f.allProtocols()), SourcePorts: c.Ports(f.sourcePorts), PortKind: f.portKind, PortChoice: f.portChoice,
		Direction: f.direction, Configurable: f.configurable, Requirement: f.requirement, Settings: c.idList(f.settings, c.settings),
		AppProtocols: c.nameList(f.appProtocols), OSServices: c.nameList(f.osServices), Notes: c.idList(f.notes, c.notes),
		Citations: c.List(c.cite(p, f.cite)), Published: [3]table.Name{c.Name(f.publishedProtocol), c.Name(f.publishedPorts), c.Name(f.publishedDirection)},
		Inferred: f.inferred, Quirks: f.quirks, Purpose: c.text("flows", f.id, "purpose"), Condition: condition, FormerIDs: c.nameList(f.retired),
	}
}

// Labels returns the words of reports and commands: the sorted keys, and for each language the texts in their order.
func (s *Source) Labels() (keys []string, texts map[string][]string) {
	for key := range s.texts[Fallback] {
		if key.kind == labelsFile {
			keys = append(keys, key.id)
		}
	}
	slices.Sort(keys)
	texts = map[string][]string{}
	for _, language := range s.languages {
		for _, id := range keys {
			texts[language] = append(texts[language], s.texts[language][textKey{labelsFile, id, ""}].value)
		}
	}
	return keys, texts
}
