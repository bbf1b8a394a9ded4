package dataset

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

// compiler turns the entries of a source into the records of a table.
type compiler struct {
	*table.Builder
	products  []*product // sorted
	languages []string
	textOf    func(language string, key textKey) string
	overrides map[string][]*override // by flow
	cited     map[*document][]*section

	// The entries of all products, by id.
	regionList    []owned[*region]
	componentList []owned[*component]
	conditionList []owned[*condition]
	noteList      []owned[*note] // with those of overrides
	portList      []owned[*namedPort]

	productNumbers, documents, sections     numbers
	regions                                 numbers
	components, conditions, settings, notes numbers
	documentByID                            map[string]*document
	inherits                                map[string][]string
}

// numbers gives the places of records by id.
type numbers = map[string]uint32

// owned is an entry and its product.
type owned[T any] struct {
	product *product
	entry   T
}

// gather returns the entries of all products by id. A list that is sorted
// within each product is not sorted as a whole: "a-b/x" comes before "a/x".
func gather[T any](products []*product, of func(*product) []T, id func(T) string) []owned[T] {
	var list []owned[T]
	for _, p := range products {
		for _, x := range of(p) {
			list = append(list, owned[T]{p, x})
		}
	}
	slices.SortFunc(list, func(a, b owned[T]) int { return strings.Compare(id(a.entry), id(b.entry)) })
	return list
}

// Undated stands for the date in the version of a catalog without a version.
const Undated = "undated"

// Compile turns a source without problems, and its base, into a table, in an
// order that does not depend on that of the entries in its files. The table's
// version names the day of the version and the hash of all that the table
// holds.
func (s *Source) Compile() (*table.Table, error) {
	if err := s.Err(); err != nil {
		return nil, err
	}
	languages := s.allLanguages()
	c := &compiler{
		Builder: table.NewBuilder(languages), products: s.allProducts(), languages: languages, textOf: s.textOf, overrides: s.effective(),
		cited:          map[*document][]*section{},
		productNumbers: numbers{}, documents: numbers{}, sections: numbers{},
		regions: numbers{}, components: numbers{}, conditions: numbers{}, settings: numbers{}, notes: numbers{},
		documentByID: map[string]*document{}, inherits: map[string][]string{},
	}
	c.gatherEntries()
	c.number()
	for _, p := range c.products {
		c.addProduct(p)
	}
	c.addRegions()
	c.addComponents()
	c.addConditions()
	c.addNotes()
	c.addNamedPorts()
	for _, p := range c.products {
		c.addSettings(p)
		c.addDecisions(p)
	}
	c.addFlows()
	t := c.Finish()
	t.Version = version(cmp.Or(s.lastVersion(), Undated), t)
	return t, nil
}

func (c *compiler) gatherEntries() {
	c.componentList = gather(c.products, func(p *product) []*component { return p.components }, func(x *component) string { return x.id })
	c.regionList = gather(c.products, func(p *product) []*region { return p.regions }, func(x *region) string { return x.id })
	c.conditionList = gather(c.products, func(p *product) []*condition { return p.conditions }, func(x *condition) string { return x.id })
	c.noteList = gather(c.products, allNotes, func(x *note) string { return x.id })
	c.portList = gather(c.products, func(p *product) []*namedPort { return p.ports }, func(x *namedPort) string { return x.id })
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

// lastVersion returns the later day of the versions of the source and its base.
func (s *Source) lastVersion() string {
	if s.base == nil {
		return s.version
	}
	return max(s.version, s.base.lastVersion())
}

// version names the version: its date, and enough of the hash of its content to
// tell two versions apart. How the table is indexed and packed does not count.
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

// number gives every entry its place before records refer to each other.
// Products are sorted already, and so are the lists that are gathered;
// documents and sections keep their reading order; settings follow their
// screens, and then what they cite.
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
	for i, x := range c.componentList {
		c.components[x.entry.id] = uint32(i)
		c.inherits[x.entry.id] = x.entry.inherits
	}
	for i, x := range c.regionList {
		c.regions[x.entry.id] = uint32(i)
	}
	for i, x := range c.conditionList {
		c.conditions[x.entry.id] = uint32(i)
	}
	for i, x := range c.noteList {
		c.notes[x.entry.id] = uint32(i)
	}
	for _, p := range c.products {
		cites := map[*setting][]uint32{}
		for _, x := range p.settings {
			cites[x] = c.cite(p, x.cite)
		}
		slices.SortFunc(p.settings, func(a, b *setting) int {
			return cmp.Or(cmp.Compare(a.position, b.position), slices.Compare(cites[a], cites[b]), strings.Compare(a.id, b.id))
		})
		for _, x := range p.settings {
			c.settings[x.id] = uint32(len(c.settings))
		}
	}
}

// allNotes returns the notes of a product, those that give the reasons of its overrides included.
func allNotes(p *product) []*note {
	list := slices.Clone(p.notes)
	for _, x := range p.overrides {
		list = append(list, &note{id: x.noteID(), kind: uint8(slices.Index(table.NoteKinds, "information")), reason: true})
	}
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

// cite packs citations as section<<16 | row. A cited row is in the section that holds it.
func (c *compiler) cite(p *product, x citations) []uint32 {
	d := c.documentByID[x.document]
	if x.document == "" && len(p.documents) > 0 {
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
		ID: c.Name(p.id), Vendor: c.Name(p.vendor), Version: c.Name(p.version),
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
		ID: c.Name(d.id), Publisher: c.Name(d.publisher), Language: c.Name(d.language), URL: c.Name(d.url), Page: c.Name(d.page), Version: c.Name(d.version),
		Product: product, Counts: d.counts, Rows: uint32(d.rows), Title: c.text("documents", d.id, ""), Sections: c.List(sections), Excluded: c.List(excluded),
	})
}

func (c *compiler) addComponents() {
	for _, o := range c.componentList {
		x := o.entry
		c.Table.Components = append(c.Table.Components, table.Component{
			ID: c.Name(x.id), Product: c.productNumbers[o.product.id], Name: c.text("components", x.id, "name"), Role: c.text("components", x.id, "role"),
			Hosting: x.hosting, Aliases: c.nameList(x.aliases), Hosts: c.nameList(hostTexts(x.hosts)),
			Regions: c.regional(x), Inherits: c.idList(x.inherits, c.components), Lineage: c.List(c.lineage(x.id)),
		})
	}
}

// regional returns the hosts of a component by region, in the order of regions.
func (c *compiler) regional(x *component) table.List {
	var list []uint32
	for _, r := range slices.SortedFunc(slices.Values(x.regional), func(a, b *regional) int { return cmp.Compare(a.region, b.region) }) {
		list = append(list, c.regions[r.region], c.nameList(hostTexts(r.hosts)))
	}
	return c.List(list)
}

func (c *compiler) addRegions() {
	for _, o := range c.regionList {
		c.Table.Regions = append(c.Table.Regions, table.Region{
			ID: c.Name(o.entry.id), Product: c.productNumbers[o.product.id], Name: c.text("regions", o.entry.id, ""),
		})
	}
}

func (c *compiler) addConditions() {
	for _, o := range c.conditionList {
		x := o.entry
		c.Table.Conditions = append(c.Table.Conditions, table.Condition{
			ID: c.Name(x.id), Product: c.productNumbers[o.product.id], Text: c.text("conditions", x.id, ""), Citations: c.List(c.cite(o.product, x.cite)),
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
			Position: uint32(x.position), GroupID: c.Name(x.group), Group: group, Label: c.text("settings", x.id, "label"), Help: c.text("settings", x.id, "help"),
			Governs: x.governs, Default: c.Ports(x.byDefault), Citations: c.List(c.cite(p, x.cite)),
		})
	}
}

func (c *compiler) addNotes() {
	for _, o := range c.noteList {
		x := o.entry
		key := textKey{"notes", x.id, ""}
		if x.reason {
			key = textKey{overridesKind, x.id, "reason"}
		}
		c.Table.Notes = append(c.Table.Notes, table.Note{
			ID: c.Name(x.id), Kind: x.kind, Product: c.productNumbers[o.product.id], Products: c.idList(x.products, c.productNumbers),
			Components: c.idList(x.components, c.components), Seconds: uint32(x.seconds), Addresses: c.Name(x.addresses.String()),
			Text: c.text(key.kind, key.id, key.field), Citations: c.List(c.cite(o.product, x.cite)),
		})
	}
}

func (c *compiler) addNamedPorts() {
	for _, o := range c.portList {
		x := o.entry
		c.Table.NamedPorts = append(c.Table.NamedPorts, table.NamedPort{
			ID: c.Name(x.id), Product: c.productNumbers[o.product.id], Ports: c.Ports(x.ports), Name: c.text("ports", x.id, ""),
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

// addFlows adds the flows of all products in reading order: by product, then by
// the section and row that they cite first, then by id.
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
	for i, version := range f.versions() {
		if len(f.also) > 0 {
			c.addStatement(p, number, f, version, i)
		}
	}
	f = f.combined()
	documented := c.record(p, f)
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

// addStatement adds what document i of a flow says about it.
func (c *compiler) addStatement(p *product, number uint32, f, version *flow, i int) {
	stated := f.stated()
	if i > 0 {
		stated = f.also[i-1].fields
	}
	values := *version
	values.also = nil
	c.Table.Statements = append(c.Table.Statements, table.Statement{Flow: number, Fields: stated, Values: c.record(p, &values)})
}

// overridden returns the record of a flow with its overrides in effect, and
// with the notes that give their reasons.
func (c *compiler) overridden(p *product, f *flow, overrides []*override) table.Flow {
	g := apply(f, overrides)
	g.notes = slices.Clone(f.notes)
	for _, x := range overrides {
		g.notes = append(g.notes, x.noteID())
	}
	return c.record(p, g)
}

// record returns the record of a flow.
func (c *compiler) record(p *product, f *flow) table.Flow {
	record := table.Flow{Product: c.productNumbers[p.id], Purpose: c.text("flows", f.id, "purpose")}
	for _, x := range fields {
		c.set(x, &record, p, f)
	}
	if len(f.also) > 0 {
		places := c.cite(p, f.cite)
		for _, x := range f.also {
			places = append(places, c.cite(p, x.values.cite)...)
		}
		record.Citations = c.List(places)
	}
	return record
}

// set sets a field of a record.
func (c *compiler) set(x field, record *table.Flow, p *product, f *flow) {
	switch to := x.Of(record).(type) {
	case *uint8:
		*to = *x.of(f).(*uint8)
	case *[3]table.Name:
		t := x.of(f).(*tokens)
		*to = [3]table.Name{c.Name(t.protocol), c.Name(t.ports), c.Name(t.direction)}
	case *uint32:
		*to = c.reference(x, p, f)
	}
}

// reference returns what a record holds for a field of an entry.
func (c *compiler) reference(x field, p *product, f *flow) uint32 {
	switch v := x.of(f).(type) {
	case *string:
		if x.Kind == table.KindComponent {
			return c.components[*v]
		}
		return c.Name(*v)
	case *[]string:
		return c.idsOrNames(x.Kind, *v)
	case *[]uint8:
		return c.byteList(f.allProtocols())
	case *uint32:
		return *v
	case *portset.Set:
		return c.Ports(*v)
	case *citations:
		return c.List(c.cite(p, *v))
	}
	panic("dataset: the field " + x.Key + " has no record")
}

func (c *compiler) idsOrNames(kind table.Kind, values []string) table.List {
	switch kind {
	case table.KindComponents:
		return c.idList(values, c.components)
	case table.KindConditions:
		return c.idList(values, c.conditions)
	case table.KindSettings:
		return c.idList(values, c.settings)
	case table.KindNotes:
		return c.idList(values, c.notes)
	}
	return c.nameList(values)
}

// Labels returns the words of reports: the sorted keys, and for each language
// the texts in their order.
func (s *Source) Labels() (keys []string, texts map[string][]string) { return s.words(labelsFile) }

// Commands returns the words of the command line as Labels does those of
// reports.
func (s *Source) Commands() (keys []string, texts map[string][]string) { return s.words(commandsFile) }

func (s *Source) words(file string) (keys []string, texts map[string][]string) {
	for key := range s.texts[Fallback] {
		if key.kind == file {
			keys = append(keys, key.id)
		}
	}
	slices.Sort(keys)
	texts = map[string][]string{}
	for _, language := range s.languages {
		for _, id := range keys {
			texts[language] = append(texts[language], s.texts[language][textKey{file, id, ""}].value)
		}
	}
	return keys, texts
}
