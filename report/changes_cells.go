package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/label"
	"golang.org/x/text/language"
)

// changeColumn is a column of a report of changes.
type changeColumn struct {
	class string
	label label.Label
	cell  func(*changeReport, *document, *diff.Change) string
}

var changeColumns = []changeColumn{
	{"id", label.ColumnID, func(_ *changeReport, _ *document, x *diff.Change) string { return string(x.ID) }},
	{"ends", label.DiffEnds, (*changeReport).endsCell},
	{"change", label.DiffChange, func(c *changeReport, d *document, x *diff.Change) string {
		return strings.Join(c.items(d, x), " / ")
	}},
	{"gained", label.DiffGained, func(_ *changeReport, _ *document, x *diff.Change) string { return x.Gained.String() }},
	{"lost", label.DiffLost, func(_ *changeReport, _ *document, x *diff.Change) string { return x.Lost.String() }},
	{"purpose", label.ColumnPurpose, (*changeReport).purposeCell},
}

// columns returns the columns as a page has them.
func (c *changeReport) columns() []pageColumn {
	var list []pageColumn
	for _, x := range changeColumns {
		list = append(list, pageColumn{x.class, func(d *document) string { return d.label(x.label) }})
	}
	return list
}

// componentName returns the name of a component, or its id where no catalog knows it.
func (c *changeReport) componentName(d *document, id portbook.Component) string {
	name, ok := c.names[id]
	if !ok {
		for _, x := range c.catalogs {
			if info, found := x.Component(id); found {
				name = info.Name
				break
			}
		}
		c.names[id] = name
	}
	if s := d.text(name); s != "" {
		return s
	}
	return string(id)
}

func (c *changeReport) componentNames(d *document, list []portbook.Component) string {
	var names []string
	for _, id := range list {
		names = append(names, c.componentName(d, id))
	}
	return d.join(names)
}

// productName returns the name of a product, or its id where no catalog knows it.
func (c *changeReport) productName(d *document, id portbook.Product) string {
	for _, x := range c.catalogs {
		p, ok := x.Product(id)
		if s := d.text(p.Name); ok && s != "" {
			return strings.TrimSpace(s + " " + p.Edition)
		}
	}
	return string(id)
}

func (c *changeReport) endsCell(d *document, x *diff.Change) string {
	r := x.Record()
	arrow := " → "
	if r.Initiator == portbook.InitiatorEither {
		arrow = " ↔ "
	}
	return c.componentNames(d, r.From) + arrow + c.componentNames(d, r.To)
}

func (c *changeReport) purposeCell(d *document, x *diff.Change) string {
	e, r := c.changes.New, x.New
	if r == nil {
		e, r = c.changes.Old, x.Old
	}
	return c.textOf(d, e, r, "purpose")
}

// items tells what became of a flow, one thing an item.
func (c *changeReport) items(d *document, x *diff.Change) []string {
	var list []string
	switch {
	case x.Old == nil:
		list = c.newFlow(d, x.New)
	case x.New == nil:
		list = append(list, d.label(label.DiffRemoved))
	}
	for _, f := range x.Fields {
		list = append(list, c.fieldItem(d, x, f))
	}
	if x.Old != nil && x.New != nil && x.Impact != diff.TextOnly && x.Old.Ports == x.New.Ports { // a rule needs them, too
		list = append(list, portsItem(d, x.New))
	}
	if !x.StillNeeded.IsEmpty() {
		list = append(list, d.fill(label.DiffStillNeeded, "ports", x.StillNeeded.String()))
	}
	return list
}

// newFlow tells what a new flow asks for: whether it is needed, when, and why it has no ports if it has none.
func (c *changeReport) newFlow(d *document, r *portbook.FlowRecord) []string {
	list := []string{d.fill(label.DiffNew, "requirement", d.labelOf("requirement", string(r.Requirement)))}
	if s := c.textOf(d, c.changes.New, r, "condition"); s != "" {
		list = append(list, d.label(label.ColumnCondition)+": "+s)
	}
	if r.Ports.IsEmpty() {
		list = append(list, portsItem(d, r))
	}
	return list
}

// portsItem tells the ports of a flow, or why it has none.
func portsItem(d *document, r *portbook.FlowRecord) string {
	ports := r.Ports.String()
	if ports == "" {
		ports = d.labelOf("port-kind", string(r.PortKind))
	}
	return d.label(label.ColumnPorts) + ": " + ports
}

// fieldItem tells how a field changed. A renamed flow needs its former id only: the present one stands beside it.
func (c *changeReport) fieldItem(d *document, x *diff.Change, f diff.FieldChange) string {
	if f.Name == "id" {
		return d.fill(label.DiffFormerID, "id", string(x.FormerID))
	}
	old, new := c.value(d, f.Name, f.Old), c.value(d, f.Name, f.New)
	if textFields[f.Name] != nil {
		old, new = c.textOf(d, c.changes.Old, x.Old, f.Name), c.textOf(d, c.changes.New, x.New, f.Name)
		if old == new { // they differ in the language in which they were compared alone
			old, new = c.foreign(d, c.changes.Old, plainText(x.Old, f.Name)), c.foreign(d, c.changes.New, plainText(x.New, f.Name))
		}
	}
	for _, s := range []*string{&old, &new} {
		if *s == "" {
			*s = d.label(label.DiffNothing)
		}
	}
	return d.fill(label.DiffField, "field", fieldName(d, f.Name), "old", old, "new", new)
}

// fieldLabels names the fields of a record.
var fieldLabels = map[string]label.Label{
	"product": label.ColumnProduct, "component": label.ColumnComponent, "from": label.ColumnSource, "to": label.ColumnDestination,
	"initiator": label.ColumnInitiator, "protocol": label.ColumnProtocol, "protocols": label.ColumnProtocol, "ports": label.ColumnPorts,
	"sourcePorts": label.ColumnSourcePorts, "portKind": label.DiffPortKind, "portChoice": label.DiffPortChoice, "direction": label.ColumnDirection,
	"configurable": label.ColumnConfigurable, "setting": label.ColumnSetting, "requirement": label.ColumnRequirement,
	"condition": label.ColumnCondition, "appProtocols": label.ColumnAppProtocols, "osServices": label.ColumnServices, "hosts": label.ColumnHosts,
	"purpose": label.ColumnPurpose, "notes": label.ColumnNotes, "citations": label.ColumnCitation, "published": label.DiffPublished,
	"inferred": label.DiffInferred, "quirks": label.ColumnQuirks,
}

// fieldName names a field; one that is not known by its name in JSON, since lists of fields come from files, too.
func fieldName(d *document, name string) string {
	if l, ok := fieldLabels[name]; ok {
		return d.label(l)
	}
	return name
}

// value returns the value of a field that is not in any language.
func (c *changeReport) value(d *document, name string, v any) string {
	switch v := v.(type) {
	case portbook.Product:
		return c.productName(d, v)
	case portbook.Component:
		return c.componentName(d, v)
	case []portbook.Component:
		return c.componentNames(d, v)
	case portbook.Initiator:
		return d.labelOf("initiator", string(v))
	case []portbook.Protocol:
		return protocolNames(v)
	case portbook.PortKind:
		return d.labelOf("port-kind", string(v))
	case portbook.PortChoice:
		return d.labelOf("diff-port-choice", string(v))
	case portbook.Direction:
		return d.labelOf("direction", string(v))
	case portbook.Configurable:
		return d.labelOf("configurable", string(v))
	case portbook.Requirement:
		return d.labelOf("requirement", string(v))
	case []portbook.Citation:
		return d.join(named(v, func(x portbook.Citation) string { return fmt.Sprintf("%s/%s/%d", x.Document, x.Section, x.Row) }))
	case portbook.Published:
		tokens := slices.DeleteFunc([]string{v.Protocol, v.Ports, v.Direction}, isEmpty)
		return strings.Join(named(tokens, func(s string) string { return `"` + s + `"` }), " ")
	case []portbook.Quirk:
		return d.join(named(v, func(q portbook.Quirk) string { return d.labelOf("quirk", string(q)) }))
	case []string:
		if name == "inferred" {
			return d.join(named(v, func(field string) string { return fieldName(d, field) }))
		}
		return strings.Join(v, ", ")
	}
	return fmt.Sprint(v) // ports, which are the same in every language
}

func named[T any](values []T, of func(T) string) []string {
	var list []string
	for _, v := range values {
		list = append(list, of(v))
	}
	return list
}

// textFields returns the texts of the fields that have words.
var textFields = map[string]func(portbook.Flow) []portbook.Text{
	"purpose":   func(f portbook.Flow) []portbook.Text { return []portbook.Text{f.Purpose()} },
	"condition": func(f portbook.Flow) []portbook.Text { return []portbook.Text{f.Condition()} },
	"setting": func(f portbook.Flow) []portbook.Text {
		return texts(f.Settings(), func(x portbook.Setting) portbook.Text { return x.Label })
	},
	"notes": func(f portbook.Flow) []portbook.Text {
		return texts(f.Notes(), func(x portbook.Note) portbook.Text { return x.Text })
	},
}

func texts[T any](values []T, of func(T) portbook.Text) []portbook.Text {
	var list []portbook.Text
	for _, v := range values {
		list = append(list, of(v))
	}
	return list
}

// plainText returns the words of a field as the record has them.
func plainText(r *portbook.FlowRecord, name string) string {
	switch name {
	case "purpose":
		return r.Purpose
	case "condition":
		return r.Condition
	case "setting":
		return r.Setting
	}
	return strings.Join(r.Notes, " / ")
}

// textOf returns the words of a field in the language of the document where the catalog of the edition has them, and else as
// the record has them.
func (c *changeReport) textOf(d *document, e diff.Edition, r *portbook.FlowRecord, name string) string {
	if e.Catalog() == nil {
		return c.foreign(d, e, plainText(r, name))
	}
	f, ok := e.Catalog().Lookup(r.ID)
	if !ok {
		return c.foreign(d, e, plainText(r, name))
	}
	var list []string
	for _, x := range textFields[name](f) {
		if s := d.text(x); s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, " / ")
}

// foreign marks a text of an edition that is not in the language of the document. A tag that is none comes from a file, and says
// nothing.
func (c *changeReport) foreign(d *document, e diff.Edition, s string) string {
	tag, err := language.Parse(e.Language())
	if s == "" || err != nil || tag == d.localizer.Language() {
		return s
	}
	return fallbackOpen + tag.String() + fallbackText + s + fallbackClose
}
