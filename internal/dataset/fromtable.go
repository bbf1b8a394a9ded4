package dataset

import (
	"math/bits"
	"slices"
	"time"

	"github.com/portbook/portbook/internal/host"
	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

// decompiler turns the records of a table back into entries.
type decompiler struct {
	*table.Table
	s         *Source
	languages []table.Language
	at        pos // what problems name as the place of an entry
}

// FromTable returns the source of a table, which compiles to an equal one.
// where names the table in problems. translations are texts in languages that
// the table itself lacks, under its numbers.
func FromTable(t *table.Table, where string, translations ...table.Language) *Source {
	d := &decompiler{
		Table: t, languages: slices.Concat(t.Texts, translations), at: pos{file: where},
		s: &Source{texts: map[string]map[textKey]text{}, version: dayOf(t.Version)},
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
	d.addRegions()
	d.addComponents()
	d.addConditions()
	d.addSettings()
	d.addNotes()
	d.addNamedPorts()
	d.addDecisions()
	d.addFlows()
	return d.s
}

// dayOf returns the day that a version names, "" for none.
func dayOf(version string) string {
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

func (d *decompiler) names(l table.List) []string { return d.idsOrNames(table.KindNames, l) }

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
	return d.idsOrNames(table.KindComponents, l)
}

// cite unpacks the citations of an entry. The document is left out where it is
// the first of the product.
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
	if p := d.product(product); len(p.documents) > 0 && p.documents[0].id == c.document {
		c.document = ""
	}
	return c
}

func (d *decompiler) addProduct(x *table.Product) {
	p := &product{pos: d.at, id: d.Name(x.ID), vendor: d.Name(x.Vendor), version: d.Name(x.Version)}
	d.s.products = append(d.s.products, p)
	d.text("product", p.id, "name", x.Name)
	d.text("product", p.id, "summary", x.Summary)
}

func (d *decompiler) addDocuments() {
	for i := range d.Documents {
		x := &d.Documents[i]
		doc := &document{
			pos: d.at, id: d.Name(x.ID), publisher: d.Name(x.Publisher), language: d.Name(x.Language), url: d.Name(x.URL), page: d.Name(x.Page),
			version: d.Name(x.Version), counts: x.Counts, rows: int(x.Rows),
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
		c := &component{
			pos: d.at, id: d.Name(x.ID), hosting: x.Hosting, hasHosting: true, aliases: d.names(x.Aliases), inherits: d.componentIDs(x.Inherits),
		}
		for _, s := range d.names(x.Hosts) {
			c.hosts = append(c.hosts, host.FromText(s))
		}
		for pairs := d.List(x.Regions); len(pairs) > 0; pairs = pairs[2:] {
			r := &regional{pos: d.at, region: d.Name(d.Regions[pairs[0]].ID)}
			for _, s := range d.names(pairs[1]) {
				r.hosts = append(r.hosts, host.FromText(s))
			}
			c.regional = append(c.regional, r)
		}
		p := d.product(x.Product)
		p.components = append(p.components, c)
		d.text("components", c.id, "name", x.Name)
		d.text("components", c.id, "role", x.Role)
	}
}

func (d *decompiler) addRegions() {
	for i := range d.Regions {
		x := &d.Regions[i]
		p := d.product(x.Product)
		p.regions = append(p.regions, &region{pos: d.at, id: d.Name(x.ID)})
		d.text("regions", d.Name(x.ID), "", x.Name)
	}
}

func (d *decompiler) addConditions() {
	for i := range d.Conditions {
		x := &d.Conditions[i]
		p := d.product(x.Product)
		p.conditions = append(p.conditions, &condition{pos: d.at, id: d.Name(x.ID), cite: d.cite(x.Product, x.Citations)})
		d.text("conditions", d.Name(x.ID), "", x.Text)
	}
}

func (d *decompiler) addSettings() {
	for i := range d.Settings {
		x := &d.Settings[i]
		set := &setting{
			pos: d.at, id: d.Name(x.ID), kind: x.Kind, component: d.Name(d.Components[x.Component].ID),
			governs: x.Governs, hasGoverns: true, byDefault: d.PortSet(x.Default), group: d.Name(x.GroupID),
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
			seconds: int(x.Seconds), addresses: host.FromText(d.Name(x.Addresses)), cite: d.cite(x.Product, x.Citations),
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
		d.text("flows", d.Name(x.ID), "purpose", x.Purpose)
		documented := x
		if len(list) > 0 {
			documented = &list[0].Documented
		}
		p.flows = append(p.flows, d.documented(uint32(i), documented))
		for _, o := range list {
			d.addOverride(o, x)
		}
	}
}

// documented returns the entry of a flow: the record that its own document gives
// where there are several, and what the others say.
func (d *decompiler) documented(i uint32, record *table.Flow) *flow {
	statements := d.StatementsOf(i)
	if len(statements) == 0 {
		return d.flow(record)
	}
	f := d.flow(&statements[0].Values)
	for j := range statements[1:] {
		x := &statements[1+j]
		f.also = append(f.also, &statement{fields: x.Fields, values: d.flow(&x.Values)})
	}
	return f
}

func (d *decompiler) addOverride(o *table.Override, inEffect *table.Flow) {
	p := d.product(o.Product)
	x := &override{pos: d.at, by: p.id, flow: d.Name(inEffect.ID), fields: o.Fields, values: d.flow(inEffect)}
	p.overrides = append(p.overrides, x)
}

// flow returns the entry of a record.
func (d *decompiler) flow(record *table.Flow) *flow {
	f := &flow{pos: d.at}
	for _, x := range fields {
		d.set(x, f, record)
	}
	if !f.ports.IsEmpty() {
		f.protocols = nil // they follow from the ports
	}
	return f
}

// set sets a field of an entry.
func (d *decompiler) set(x field, f *flow, record *table.Flow) {
	switch from := x.Of(record).(type) {
	case *uint8:
		*x.of(f).(*uint8) = *from
	case *[3]table.Name:
		*x.of(f).(*tokens) = tokens{d.Name(from[0]), d.Name(from[1]), d.Name(from[2])}
	case *uint32:
		d.dereference(x, f, record.Product, *from)
	}
}

// dereference sets a field of an entry to what a record holds for it.
func (d *decompiler) dereference(x field, f *flow, product, value uint32) {
	switch to := x.of(f).(type) {
	case *string:
		if x.Kind == table.KindComponent {
			value = d.Components[value].ID
		}
		*to = d.Name(value)
	case *[]string:
		*to = d.idsOrNames(x.Kind, value)
	case *[]uint8:
		*to = d.bytes(value)
	case *uint32:
		*to = value
	case *portset.Set:
		*to = d.PortSet(value)
	case *citations:
		*to = d.cite(product, value)
	}
}

func (d *decompiler) idsOrNames(kind table.Kind, l table.List) []string {
	id := func(n uint32) table.Name { return n }
	switch kind {
	case table.KindComponents:
		id = func(n uint32) table.Name { return d.Components[n].ID }
	case table.KindConditions:
		id = func(n uint32) table.Name { return d.Conditions[n].ID }
	case table.KindSettings:
		id = func(n uint32) table.Name { return d.Settings[n].ID }
	case table.KindNotes:
		id = func(n uint32) table.Name { return d.Notes[n].ID }
	}
	var list []string
	for _, n := range d.List(l) {
		list = append(list, d.Name(id(n)))
	}
	return list
}

// bitNames returns the names whose bits are set.
func bitNames(set uint32, names []string) []string {
	var list []string
	for ; set != 0; set &= set - 1 {
		list = append(list, names[bits.TrailingZeros32(set)])
	}
	return list
}
