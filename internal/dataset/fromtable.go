package dataset

import (
	"math/bits"
	"slices"
	"time"

	"github.com/portbook/portbook/internal/table"
)

// decompiler turns the records of a table back into entries.
type decompiler struct {
	*table.Table
	s         *Source
	languages []table.Language
	at        pos // what problems name as the place of an entry
}

// FromTable returns the source of a table, which compiles to an equal one. where names the table in problems. translations are
// texts in languages that the table itself lacks, under its numbers.
func FromTable(t *table.Table, where string, translations ...table.Language) *Source {
	d := &decompiler{
		Table: t, languages: slices.Concat(t.Texts, translations), at: pos{file: where},
		s: &Source{texts: map[string]map[textKey]text{}, edition: editionOf(t.Version)},
	}
	for _, l := range d.languages {
		d.s.languages = append(d.s.languages, l.Tag)
		d.s.texts[l.Tag] = map[textKey]text{}
	}
	sortLanguages(d.s.languages)
	for i := range t.Products {
		d.addProduct(&t.Products[i])
	}
	d.addDocuments()
	d.addComponents()
	d.addSettings()
	d.addNotes()
	d.addNamedPorts()
	d.addDecisions()
	d.addFlows()
	return d.s
}

// editionOf returns the day that a version names, "" for none.
func editionOf(version string) string {
	const form = len("2006-01-02")
	if len(version) < form {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, version[:form]); err != nil {
		return ""
	}
	return version[:form]
}

// text keeps a text in every language that has it.
func (d *decompiler) text(kind, id, field string, x table.Text) {
	for i := range d.languages {
		if value := d.languages[i].At(x); value != "" {
			d.s.texts[d.languages[i].Tag][textKey{kind, id, field}] = text{d.at, value}
		}
	}
}

func (d *decompiler) names(l table.List) []string {
	var list []string
	for _, n := range d.List(l) {
		list = append(list, d.Name(n))
	}
	return list
}

func (d *decompiler) bytes(l table.List) []uint8 {
	var list []uint8
	for _, v := range d.List(l) {
		list = append(list, uint8(v))
	}
	return list
}

func (d *decompiler) product(i uint32) *product { return d.s.products[i] }

func (d *decompiler) productIDs(l table.List) []string {
	var list []string
	for _, i := range d.List(l) {
		list = append(list, d.Name(d.Products[i].ID))
	}
	return list
}

func (d *decompiler) componentIDs(l table.List) []string {
	var list []string
	for _, i := range d.List(l) {
		list = append(list, d.Name(d.Components[i].ID))
	}
	return list
}

// cite unpacks the citations of an entry. The document is left out where the product has only one.
func (d *decompiler) cite(product uint32, l table.List) citations {
	c := citations{pos: d.at}
	for _, packed := range d.List(l) {
		sec := &d.Sections[packed>>16]
		c.document = d.Name(d.Documents[sec.Document].ID)
		if row := packed & 0xffff; row > 0 {
			c.rows = append(c.rows, int(row))
		} else {
			c.sections = append(c.sections, d.Name(sec.ID))
		}
	}
	if p := d.product(product); len(p.documents) == 1 && p.documents[0].id == c.document {
		c.document = ""
	}
	return c
}

func (d *decompiler) addProduct(x *table.Product) {
	p := &product{pos: d.at, id: d.Name(x.ID), vendor: d.Name(x.Vendor), edition: d.Name(x.Edition)}
	d.s.products = append(d.s.products, p)
	d.text("product", p.id, "name", x.Name)
	d.text("product", p.id, "summary", x.Summary)
}

func (d *decompiler) addDocuments() {
	for i := range d.Documents {
		x := &d.Documents[i]
		doc := &document{
			pos: d.at, id: d.Name(x.ID), publisher: d.Name(x.Publisher), language: d.Name(x.Language), url: d.Name(x.URL), page: d.Name(x.Page),
			edition: d.Name(x.Edition), counts: x.Counts, rows: int(x.Rows),
		}
		d.text("documents", doc.id, "", x.Title)
		for _, i := range d.List(x.Sections) {
			sec := &d.Sections[i]
			doc.sections = append(doc.sections, &section{pos: d.at, id: d.Name(sec.ID), first: int(sec.First), last: int(sec.Last), inferred: sec.Inferred})
			d.text("sections", doc.id+"/"+d.Name(sec.ID), "", sec.Title)
		}
		for triples := d.List(x.Excluded); len(triples) > 0; triples = triples[3:] {
			reason := d.Name(triples[1])
			doc.excluded = append(doc.excluded, &excludedRow{pos: d.at, row: int(triples[0]), reason: reason})
			d.text("excluded", doc.id+"/"+reason, "", triples[2])
		}
		p := d.product(x.Product)
		p.documents = append(p.documents, doc)
	}
}

func (d *decompiler) addComponents() {
	for i := range d.Components {
		x := &d.Components[i]
		c := &component{pos: d.at, id: d.Name(x.ID), aliases: d.names(x.Aliases), hosts: d.names(x.Hosts), inherits: d.componentIDs(x.Inherits)}
		p := d.product(x.Product)
		p.components = append(p.components, c)
		d.text("components", c.id, "name", x.Name)
		d.text("components", c.id, "role", x.Role)
	}
}

func (d *decompiler) addSettings() {
	for i := range d.Settings {
		x := &d.Settings[i]
		set := &setting{
			pos: d.at, id: d.Name(x.ID), kind: x.Kind, component: d.Name(d.Components[x.Component].ID), group: d.Name(x.GroupID),
			position: int(x.Position), requirement: x.Requirement, cite: d.cite(x.Product, x.Citations),
		}
		p := d.product(x.Product)
		p.settings = append(p.settings, set)
		if set.group != "" {
			d.text("settingGroups", set.group, "", x.Group)
		}
		d.text("settings", set.id, "label", x.Label)
		d.text("settings", set.id, "help", x.Help)
	}
}

func (d *decompiler) addNotes() {
	reasons := map[uint32]bool{}
	for i := range d.Overrides {
		reasons[d.Overrides[i].Note] = true
	}
	for i := range d.Notes {
		x := &d.Notes[i]
		if reasons[uint32(i)] {
			d.text(overridesKind, d.Name(x.ID), "reason", x.Text)
			continue
		}
		p := d.product(x.Product)
		p.notes = append(p.notes, &note{
			pos: d.at, id: d.Name(x.ID), kind: x.Kind, products: d.productIDs(x.Products), components: d.componentIDs(x.Components),
			seconds: int(x.Seconds), addresses: d.Name(x.Addresses), cite: d.cite(x.Product, x.Citations),
		})
		d.text("notes", d.Name(x.ID), "", x.Text)
	}
}

func (d *decompiler) addNamedPorts() {
	for i := range d.NamedPorts {
		x := &d.NamedPorts[i]
		p := d.product(x.Product)
		p.ports = append(p.ports, &namedPort{pos: d.at, id: d.Name(x.ID), ports: d.PortSet(x.Ports)})
		d.text("ports", d.Name(x.ID), "", x.Name)
	}
}

func (d *decompiler) addDecisions() {
	for i := range d.ActionMappings {
		x := &d.ActionMappings[i]
		p := d.product(x.Product)
		p.mappings = append(p.mappings, &actionMapping{
			pos: d.at, object: d.Name(x.Object), setting: x.Setting, scans: []uint8{x.Scan}, result: x.Result, inferred: x.Inferred,
			cite: d.cite(x.Product, x.Citations),
		})
	}
	for i := range d.DecisionOrders {
		x := &d.DecisionOrders[i]
		p := d.product(x.Product)
		p.orders = append(p.orders, &decisionOrder{pos: d.at, object: d.Name(x.Object), steps: d.bytes(x.Steps), cite: d.cite(x.Product, x.Citations)})
	}
}

// addFlows adds the flows as documented, and the overrides beside them.
func (d *decompiler) addFlows() {
	overrides := map[uint32][]*table.Override{}
	for i := range d.Overrides {
		x := &d.Overrides[i]
		overrides[x.Flow] = append(overrides[x.Flow], x)
	}
	for i := range d.Flows {
		x, list := &d.Flows[i], overrides[uint32(i)]
		p := d.product(x.Product)
		if len(list) == 0 {
			p.flows = append(p.flows, d.flow(x, "flows", d.Name(x.ID)))
			continue
		}
		p.flows = append(p.flows, d.flow(&list[0].Documented, "flows", d.Name(x.ID)))
		for _, o := range list {
			d.addOverride(o, x)
		}
	}
}

func (d *decompiler) addOverride(o *table.Override, inEffect *table.Flow) {
	p := d.product(o.Product)
	x := &override{pos: d.at, by: p.id, flow: d.Name(inEffect.ID), fields: o.Fields}
	record := *inEffect
	record.Purpose = 0 // stands with the flow
	if o.Fields&fieldBit("requirement") == 0 {
		record.Condition = 0
	}
	x.values = d.flow(&record, overridesKind, x.noteID())
	p.overrides = append(p.overrides, x)
}

// flow returns the entry of a record. Its texts are kept under the kind and id.
func (d *decompiler) flow(x *table.Flow, kind, id string) *flow {
	f := &flow{
		pos: d.at, id: d.Name(x.ID), component: d.Name(d.Components[x.Component].ID), from: d.componentIDs(x.From), to: d.componentIDs(x.To),
		initiator: x.Initiator, portKind: x.PortKind, portChoice: x.PortChoice, direction: x.Direction, configurable: x.Configurable,
		requirement: x.Requirement, ports: d.PortSet(x.Ports), sourcePorts: d.PortSet(x.SourcePorts), appProtocols: d.names(x.AppProtocols),
		osServices: d.names(x.OSServices), cite: d.cite(x.Product, x.Citations), inferred: x.Inferred, quirks: x.Quirks, retired: d.names(x.FormerIDs),
		publishedProtocol: d.Name(x.Published[0]), publishedPorts: d.Name(x.Published[1]), publishedDirection: d.Name(x.Published[2]),
	}
	f.hasPublished = x.Published != [3]table.Name{}
	if f.ports.IsEmpty() {
		f.protocols = d.bytes(x.Protocols)
	}
	for _, i := range d.List(x.Settings) {
		f.settings = append(f.settings, d.Name(d.Settings[i].ID))
	}
	for _, i := range d.List(x.Notes) {
		f.notes = append(f.notes, d.Name(d.Notes[i].ID))
	}
	d.text(kind, id, "purpose", x.Purpose)
	d.text(kind, id, "condition", x.Condition)
	return f
}

// bitNames returns the names whose bits are set.
func bitNames(set uint32, names []string) []string {
	var list []string
	for ; set != 0; set &= set - 1 {
		list = append(list, names[bits.TrailingZeros32(set)])
	}
	return list
}
