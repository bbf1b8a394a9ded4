package content

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/label"
	"golang.org/x/text/language"
)

// ChangeColumn is a column of a report of changes.
type ChangeColumn struct {
	Class string
	Label label.Label
	Cell  func(*Changes, *Document, *diff.Change) string
}

var ChangeColumns = []ChangeColumn{
	{"id", label.ColumnID, func(_ *Changes, _ *Document, x *diff.Change) string { return string(x.ID) }},
	{"ends", label.DiffEnds, (*Changes).endsCell},
	{"change", label.DiffChange, func(c *Changes, d *Document, x *diff.Change) string {
		return strings.Join(c.Items(d, x), " / ")
	}},
	{"gained", label.DiffGained, func(_ *Changes, _ *Document, x *diff.Change) string { return x.Gained.String() }},
	{"lost", label.DiffLost, func(_ *Changes, _ *Document, x *diff.Change) string { return x.Lost.String() }},
	{"purpose", label.ColumnPurpose, (*Changes).purposeCell},
}

// componentName returns the name of a component: in the language of the document
// where a catalog knows it, else as an export has it, else its id.
func (c *Changes) componentName(d *Document, id portbook.Component) string {
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
	if s := d.Text(name); s != "" {
		return s
	}
	return c.exported(d, id)
}

// exported returns the name that an export has for a product or component, or
// its id.
func (c *Changes) exported(d *Document, id portbook.Endpoint) string {
	for _, s := range []diff.Snapshot{c.Changes.New, c.Changes.Old} {
		if name := s.Name(id); name != "" {
			return c.foreign(d, s, name)
		}
	}
	return fmt.Sprint(id)
}

func (c *Changes) componentNames(d *Document, list []portbook.Component) string {
	var names []string
	for _, id := range list {
		names = append(names, c.componentName(d, id))
	}
	return d.join(names)
}

// ProductName returns the name of a product, by the same rules.
func (c *Changes) ProductName(d *Document, id portbook.Product) string {
	for _, x := range c.catalogs {
		p, ok := x.Product(id)
		if s := d.Text(p.Name); ok && s != "" {
			return strings.TrimSpace(s + " " + p.Version)
		}
	}
	return c.exported(d, id)
}

func (c *Changes) endsCell(d *Document, x *diff.Change) string {
	r := x.Record()
	arrow := " → "
	if r.Initiator == portbook.InitiatorEither {
		arrow = " ↔ "
	}
	s := c.componentNames(d, r.From) + arrow + c.componentNames(d, r.To)
	if r.Initiator == portbook.InitiatorUnstated {
		s += " (" + d.LabelOf("initiator-hint", string(r.Initiator)) + ")"
	}
	return s
}

func (c *Changes) purposeCell(d *Document, x *diff.Change) string {
	e, r := c.Changes.New, x.New
	if r == nil {
		e, r = c.Changes.Old, x.Old
	}
	return c.textOf(d, e, r, "purpose")
}

// Items lists what changed in a flow, one change per item.
func (c *Changes) Items(d *Document, x *diff.Change) []string {
	var list []string
	switch {
	case x.Old == nil:
		list = c.newFlow(d, x.New)
	case x.New == nil:
		list = append(list, d.Label(label.DiffRemoved))
	}
	for _, f := range x.Fields {
		list = append(list, c.fieldItem(d, x, f))
	}
	if x.Old != nil && x.New != nil && x.Impact != diff.TextOnly && x.Old.Ports == x.New.Ports { // a rule needs them, too
		list = append(list, portsItem(d, x.New))
	}
	if !x.AlreadyOpen.IsEmpty() {
		list = append(list, d.Fill(label.DiffAlreadyOpen, "ports", x.AlreadyOpen.String()))
	}
	if !x.StillNeeded.IsEmpty() {
		list = append(list, d.Fill(label.DiffStillNeeded, "ports", x.StillNeeded.String()))
	}
	return list
}

// newFlow says what a new flow needs: whether it is needed, when, and why
// it has no ports if it has none.
func (c *Changes) newFlow(d *Document, r *portbook.FlowRecord) []string {
	list := []string{d.Fill(label.DiffNew, "requirement", d.LabelOf("requirement", string(r.Requirement)))}
	if s := c.textOf(d, c.Changes.New, r, "condition"); s != "" {
		list = append(list, d.Label(label.ColumnCondition)+": "+s)
	}
	if r.Ports.IsEmpty() {
		list = append(list, portsItem(d, r))
	}
	return list
}

// portsItem tells the ports of a flow, or why it has none.
func portsItem(d *Document, r *portbook.FlowRecord) string {
	ports := r.Ports.String()
	if ports == "" {
		ports = d.LabelOf("port-kind", string(r.PortKind))
	}
	return d.Label(label.ColumnPorts) + ": " + ports
}

// fieldItem says how a field changed. A renamed flow needs its former id only:
// the present one is beside it.
func (c *Changes) fieldItem(d *Document, x *diff.Change, f diff.FieldChange) string {
	if f.Name == "id" && x.RenameInferred {
		return d.Fill(label.DiffFormerIDInferred, "id", string(x.FormerID))
	}
	if f.Name == "id" {
		return d.Fill(label.DiffFormerID, "id", string(x.FormerID))
	}
	old, new := c.value(d, f.Name, f.Old), c.value(d, f.Name, f.New)
	if textFields[f.Name] != nil {
		old, new = c.textOf(d, c.Changes.Old, x.Old, f.Name), c.textOf(d, c.Changes.New, x.New, f.Name)
		if old == new { // they differ in the language in which they were compared alone
			old, new = c.foreign(d, c.Changes.Old, plainText(x.Old, f.Name)), c.foreign(d, c.Changes.New, plainText(x.New, f.Name))
		}
	}
	for _, s := range []*string{&old, &new} {
		if *s == "" {
			*s = d.Label(label.DiffNothing)
		}
	}
	return d.Fill(label.DiffField, "field", fieldName(d, f.Name), "old", old, "new", new)
}

// fieldLabels names the fields of a record other than enumerated ones.
var fieldLabels = map[string]label.Label{
	"product": label.ColumnProduct, "component": label.ColumnComponent, "from": label.ColumnSource, "to": label.ColumnDestination,
	"protocols": label.ColumnProtocol, "ports": label.ColumnPorts,
	"sourcePorts": label.ColumnSourcePorts, "setting": label.ColumnSetting,
	"condition": label.ColumnCondition, "conditions": label.ColumnCondition, "appProtocols": label.ColumnAppProtocols, "osServices": label.ColumnServices, "hosts": label.ColumnHosts,
	"purpose": label.ColumnPurpose, "notes": label.ColumnNotes, "citations": label.ColumnCitation, "published": label.DiffPublished, "statements": label.DiffStatements, "regions": label.DiffRegions,
	"inferred": label.DiffInferred, "quirks": label.ColumnQuirks,
}

// fieldName names a field; one that is not known by its name in JSON, since
// lists of fields come from files, too.
func fieldName(d *Document, name string) string {
	if l, ok := fieldLabels[name]; ok {
		return d.Label(l)
	}
	if x := enumOf(name); x != nil {
		return d.LabelOf("column", x.Word())
	}
	return name
}

// value returns the value of a field that is not in any language.
func (c *Changes) value(d *Document, name string, v any) string {
	if x := enumOf(name); x != nil {
		return d.LabelOf(x.Word(), fmt.Sprint(v))
	}
	switch v := v.(type) {
	case portbook.Product:
		return c.ProductName(d, v)
	case portbook.Component:
		return c.componentName(d, v)
	case []portbook.Component:
		return c.componentNames(d, v)
	case []portbook.Host:
		return strings.Join(hostTexts(v), ", ")
	case []portbook.ConditionID:
		return strings.Join(named(v, func(id portbook.ConditionID) string { return string(id) }), ", ")
	case []portbook.Protocol:
		return protocolNames(v)
	case []portbook.Citation:
		return d.join(named(v, func(x portbook.Citation) string { return fmt.Sprintf("%s/%s/%d", x.Document, x.Section, x.Row) }))
	case map[portbook.Region][]portbook.Host:
		return strings.Join(d.regionalHosts(v), "; ")
	case []portbook.Statement:
		return d.join(named(v, func(x portbook.Statement) string { return d.statement(x) }))
	case portbook.Published:
		tokens := slices.DeleteFunc([]string{v.Protocol, v.Ports, v.Direction}, isEmpty)
		return strings.Join(named(tokens, func(s string) string { return `"` + s + `"` }), " ")
	case []portbook.Quirk:
		return d.join(named(v, func(q portbook.Quirk) string { return d.LabelOf("quirk", string(q)) }))
	case []portbook.Field:
		return d.join(named(v, func(field portbook.Field) string { return fieldName(d, string(field)) }))
	case []string:
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
	"purpose": func(f portbook.Flow) []portbook.Text { return []portbook.Text{f.Purpose()} },
	"condition": func(f portbook.Flow) []portbook.Text {
		return texts(f.Conditions(), func(x portbook.Condition) portbook.Text { return x.Text })
	},
	"setting": func(f portbook.Flow) []portbook.Text {
		port := slices.DeleteFunc(f.Settings(), func(x portbook.Setting) bool { return !slices.Contains(x.Governs, portbook.GovernsPort) })
		return texts(port, func(x portbook.Setting) portbook.Text { return x.Label })
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

// textOf returns the words of a field in the language of the document where the
// catalog of the version has them, and else as the record has them.
func (c *Changes) textOf(d *Document, e diff.Snapshot, r *portbook.FlowRecord, name string) string {
	if e.Catalog() == nil {
		return c.foreign(d, e, plainText(r, name))
	}
	f, ok := e.Catalog().Lookup(r.ID)
	if !ok {
		return c.foreign(d, e, plainText(r, name))
	}
	var list []string
	for _, x := range textFields[name](f) {
		if s := d.Text(x); s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, " / ")
}

// foreign marks a text of a version that is not in the language of the
// document. A tag that is none comes from a file, and says nothing.
func (c *Changes) foreign(d *Document, e diff.Snapshot, s string) string {
	tag, err := language.Parse(e.Language())
	if s == "" || err != nil || tag == d.Localizer.Language() {
		return s
	}
	return FallbackOpen + tag.String() + fallbackText + s + fallbackClose
}
