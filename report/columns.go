package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
)

// Column is a column of a table of flows.
type Column string

// The columns.
const (
	ColumnID           Column = "id"
	ColumnProduct      Column = "product"
	ColumnSection      Column = "section"
	ColumnComponent    Column = "component" // that the flow is documented under
	ColumnSource       Column = "source"
	ColumnDestination  Column = "destination"
	ColumnProtocol     Column = "protocol"
	ColumnPorts        Column = "ports"
	ColumnSourcePorts  Column = "source-ports"
	ColumnInitiator    Column = "initiator"
	ColumnDirection    Column = "direction" // as published
	ColumnRequirement  Column = "requirement"
	ColumnConfigurable Column = "configurable"
	ColumnPurpose      Column = "purpose"
	ColumnAppProtocols Column = "app-protocols"
	ColumnServices     Column = "services"
	ColumnHosts        Column = "hosts"
	ColumnRemarks      Column = "remarks" // condition, initiator, source ports, hosts, quirks, and notes (in a report their numbers)
	ColumnNotes        Column = "notes"   // the texts of the notes
	ColumnQuirks       Column = "quirks"  // with the published tokens
	ColumnCitation     Column = "citation"
)

// Columns returns all columns.
func Columns() []Column {
	return []Column{
		ColumnID, ColumnProduct, ColumnSection, ColumnComponent, ColumnSource, ColumnDestination, ColumnProtocol, ColumnPorts, ColumnSourcePorts,
		ColumnInitiator, ColumnDirection, ColumnRequirement, ColumnConfigurable, ColumnPurpose, ColumnAppProtocols, ColumnServices, ColumnHosts,
		ColumnRemarks, ColumnNotes, ColumnQuirks, ColumnCitation,
	}
}

func defaultColumns(f Format) []Column {
	switch f {
	case Text:
		return []Column{ColumnID, ColumnSource, ColumnDestination, ColumnProtocol, ColumnPorts, ColumnRequirement, ColumnPurpose}
	case CSV:
		return slices.DeleteFunc(Columns(), func(c Column) bool { return c == ColumnRemarks })
	}
	return []Column{
		ColumnSource, ColumnDestination, ColumnProtocol, ColumnPorts, ColumnDirection, ColumnRequirement, ColumnConfigurable, ColumnPurpose, ColumnServices,
		ColumnRemarks, ColumnCitation, ColumnID,
	}
}

// cells gives the content of each column.
var cells = map[Column]func(*document, portbook.Flow) string{
	ColumnID:          func(_ *document, f portbook.Flow) string { return f.String() },
	ColumnProduct:     func(d *document, f portbook.Flow) string { return d.productName(f.Product()) },
	ColumnSection:     func(d *document, f portbook.Flow) string { return d.sectionTitle(f.Citations()[0]) },
	ColumnComponent:   func(d *document, f portbook.Flow) string { return d.componentName(f.Component()) },
	ColumnSource:      func(d *document, f portbook.Flow) string { return d.endpoints(f, f.From(), "from") },
	ColumnDestination: func(d *document, f portbook.Flow) string { return d.endpoints(f, f.To(), "to") },
	ColumnProtocol:    (*document).protocolCell,
	ColumnPorts:       (*document).portsCell,
	ColumnSourcePorts: func(d *document, f portbook.Flow) string { return d.marked(f, f.SourcePorts().String(), "sourcePorts") },
	ColumnInitiator: func(d *document, f portbook.Flow) string {
		return d.marked(f, d.labelOf("initiator", string(f.Initiator())), "initiator")
	},
	ColumnDirection: func(d *document, f portbook.Flow) string { return d.labelOf("direction", string(f.Direction())) },
	ColumnRequirement: func(d *document, f portbook.Flow) string {
		return d.marked(f, d.labelOf("requirement", string(f.Requirement())), "requirement")
	},
	ColumnConfigurable: (*document).configurableCell,
	ColumnPurpose:      func(d *document, f portbook.Flow) string { return d.text(f.Purpose()) },
	ColumnAppProtocols: func(d *document, f portbook.Flow) string {
		return d.marked(f, strings.Join(f.AppProtocols(), ", "), "appProtocols")
	},
	ColumnServices: func(_ *document, f portbook.Flow) string { return strings.Join(f.OSServices(), ", ") },
	ColumnHosts:    func(_ *document, f portbook.Flow) string { return strings.Join(f.Hosts(), ", ") },
	ColumnRemarks:  (*document).remarksCell,
	ColumnNotes: func(d *document, f portbook.Flow) string {
		var list []string
		if s := d.text(f.Condition()); s != "" {
			list = append(list, d.conditionText(f))
		}
		for _, n := range f.Notes() {
			list = append(list, d.text(n.Text))
		}
		return strings.Join(list, " / ")
	},
	ColumnQuirks:   (*document).quirksCell,
	ColumnCitation: (*document).citationCell,
}

// marked adds the mark to a value that the document does not state.
func (d *document) marked(f portbook.Flow, s string, fields ...string) string {
	if s != "" && slices.ContainsFunc(fields, f.IsInferred) {
		s += mark
	}
	return s
}

func (d *document) endpoints(f portbook.Flow, list []portbook.Component, field string) string {
	var names []string
	for _, c := range list {
		names = append(names, d.componentName(c))
	}
	return d.marked(f, d.join(names), field)
}

// join makes a list of words in the way of the language: with commas, or with 「、」 in Japanese.
func (d *document) join(words []string) string {
	if len(words) == 0 {
		return ""
	}
	s := words[0]
	for _, w := range words[1:] {
		s = fill(d.label(i18n.LabelReportList), "a", s, "b", w)
	}
	return s
}

func (d *document) protocolCell(f portbook.Flow) string {
	var list []string
	for _, p := range f.Protocols() {
		list = append(list, strings.ToUpper(p.String()))
	}
	if len(list) == 0 {
		return d.label(i18n.LabelProtocolUnstated)
	}
	return d.marked(f, strings.Join(list, ", "), "protocol")
}

// portsCell lists the ports once where all protocols share them, and with their protocols where they do not.
func (d *document) portsCell(f portbook.Flow) string {
	kind := string(f.PortKind())
	if f.Ports().IsEmpty() {
		return d.marked(f, d.labelOf("port-kind", kind), "ports", "portKind")
	}
	var lists []string
	for _, p := range f.Protocols() {
		var ranges []string
		for r := range f.Ports().Ranges(p) {
			ranges = append(ranges, r.String())
		}
		lists = append(lists, strings.Join(ranges, ", "))
	}
	s := lists[0]
	if len(slices.Compact(slices.Clone(lists))) > 1 {
		s = f.Ports().String()
	}
	if f.Ports() == portbook.PortSetOf(portbook.ICMP, 8) {
		s = fill(d.label(i18n.LabelPortICMPType), "n", s)
	}
	if f.PortChoice() == portbook.PortsOneOf {
		s = fill(d.label(i18n.LabelPortOneOf), "ports", s)
	}
	if f.PortKind() != portbook.PortsListed {
		s += " (" + d.labelOf("port-kind", kind) + ")"
	}
	return d.marked(f, s, "ports", "portKind", "portChoice")
}

func (d *document) configurableCell(f portbook.Flow) string {
	s := d.marked(f, d.labelOf("configurable", string(f.Configurable())), "configurable")
	var labels []string
	for _, x := range f.Settings() {
		labels = append(labels, d.settingName(x))
	}
	switch {
	case len(labels) == 0:
		return s
	case f.Configurable() == portbook.ConfigurableUnstated:
		s = d.label(i18n.LabelColumnSetting)
	}
	return s + ": " + d.join(labels)
}

// settingName returns the name of a setting, in quotation marks where it is a label of a screen.
func (d *document) settingName(x portbook.Setting) string {
	if x.Kind == portbook.SettingFile || x.Kind == portbook.SettingExternal {
		return d.text(x.Label)
	}
	return fill(d.label(i18n.LabelReportOnScreen), "label", d.text(x.Label))
}

func (d *document) conditionText(f portbook.Flow) string {
	return d.label(i18n.LabelColumnCondition) + ": " + d.text(f.Condition())
}

func (d *document) remarksCell(f portbook.Flow) string {
	var list []string
	if d.text(f.Condition()) != "" {
		list = append(list, d.conditionText(f))
	}
	if f.Initiator() != portbook.InitiatorFrom {
		list = append(list, d.marked(f, d.labelOf("initiator", string(f.Initiator())), "initiator"))
	}
	if !f.SourcePorts().IsEmpty() {
		list = append(list, d.label(i18n.LabelColumnSourcePorts)+": "+d.marked(f, f.SourcePorts().String(), "sourcePorts"))
	}
	if hosts := f.Hosts(); len(hosts) > 0 {
		list = append(list, strings.Join(hosts, ", "))
	}
	if s := d.quirksCell(f); s != "" {
		list = append(list, s)
	}
	for _, n := range f.Notes() {
		if d.bare {
			list = append(list, d.text(n.Text))
			continue
		}
		list = append(list, fill(d.label(i18n.LabelReportNote), "n", fmt.Sprint(d.numbers[n.ID])))
	}
	return strings.Join(list, " / ")
}

// aboutTokens holds the quirks that the published tokens show.
var aboutTokens = []portbook.Quirk{
	portbook.QuirkPortAbove65535, portbook.QuirkProtocolAgainstPort, portbook.QuirkApplicationAsProtocol, portbook.QuirkSuiteAsProtocol,
	portbook.QuirkProtocolNotSpecific, portbook.QuirkPortNotNumeric, portbook.QuirkICMPAsPort, portbook.QuirkSourcePortsInPortColumn,
	portbook.QuirkOutboundForListener,
}

// quirksCell explains the quirks, and shows the published tokens where they are what is odd.
func (d *document) quirksCell(f portbook.Flow) string {
	var list, tokens []string
	for _, q := range f.Quirks() {
		list = append(list, d.labelOf("quirk", string(q)))
	}
	s := d.join(list)
	if !slices.ContainsFunc(f.Quirks(), func(q portbook.Quirk) bool { return slices.Contains(aboutTokens, q) }) {
		return s
	}
	p := f.Published()
	for _, token := range []string{p.Protocol, p.Ports, p.Direction} {
		if token != "" {
			tokens = append(tokens, `"`+token+`"`)
		}
	}
	return s + " (" + fill(d.label(i18n.LabelReportPublished), "tokens", strings.Join(tokens, " ")) + ")"
}

func (d *document) citationCell(f portbook.Flow) string {
	var list []string
	for _, c := range f.Citations() {
		x, _ := d.section(c)
		s := fill(d.labelOf("report-cite", x.Counts), "n", fmt.Sprint(c.Row))
		if c.Row == 0 {
			s = fill(d.label(i18n.LabelReportCiteProse), "section", d.sectionTitle(c))
		}
		list = append(list, s)
	}
	return d.join(list)
}

// header returns the headings of the columns.
func (d *document) header() []string {
	var list []string
	for _, c := range d.Columns {
		list = append(list, d.labelOf("column", string(c)))
	}
	return list
}

// row returns the cells of a flow.
func (d *document) row(f portbook.Flow) []string {
	var list []string
	for _, c := range d.Columns {
		list = append(list, cells[c](d, f))
	}
	return list
}
