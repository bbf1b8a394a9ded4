package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/listen"
)

// Column is a column of a table.
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
	ColumnHosts        Column = "hosts"   // published host names and addresses of the endpoints
	ColumnRemarks      Column = "remarks" // condition, initiator, source ports, hosts, quirks, and notes (in a report their numbers)
	ColumnNotes        Column = "notes"   // the texts of the notes
	ColumnQuirks       Column = "quirks"  // with the published tokens
	ColumnCitation     Column = "citation"
	ColumnHost         Column = "host"     // that listens, in the views by host
	ColumnListener     Column = "listener" // the components of the host that listen
	ColumnFlows        Column = "flows"    // the ids of the flows behind a row of a host
)

// Columns returns the columns that a view has.
func Columns(v View) []Column {
	switch v {
	case ViewPorts, ViewCollisions:
		return []Column{
			ColumnHost, ColumnProtocol, ColumnPorts, ColumnListener, ColumnSource, ColumnRequirement, ColumnConfigurable, ColumnPurpose, ColumnServices,
			ColumnRemarks, ColumnFlows,
		}
	}
	return []Column{
		ColumnID, ColumnProduct, ColumnSection, ColumnComponent, ColumnSource, ColumnDestination, ColumnProtocol, ColumnPorts, ColumnSourcePorts,
		ColumnInitiator, ColumnDirection, ColumnRequirement, ColumnConfigurable, ColumnPurpose, ColumnAppProtocols, ColumnServices, ColumnHosts,
		ColumnRemarks, ColumnNotes, ColumnQuirks, ColumnCitation,
	}
}

func defaultColumns(v View, f Format) []Column {
	switch {
	case v == ViewPorts && f == Text:
		return []Column{ColumnHost, ColumnProtocol, ColumnPorts, ColumnSource, ColumnRequirement}
	case v == ViewPorts:
		return slices.DeleteFunc(Columns(v), func(c Column) bool { return c == ColumnListener })
	case v == ViewCollisions:
		return []Column{ColumnHost, ColumnPorts, ColumnListener, ColumnFlows}
	case f == Text:
		return []Column{ColumnID, ColumnSource, ColumnDestination, ColumnProtocol, ColumnPorts, ColumnRequirement, ColumnPurpose}
	case f == CSV:
		return slices.DeleteFunc(Columns(v), func(c Column) bool { return c == ColumnRemarks })
	}
	return []Column{
		ColumnSource, ColumnDestination, ColumnProtocol, ColumnPorts, ColumnDirection, ColumnRequirement, ColumnConfigurable, ColumnPurpose, ColumnServices,
		ColumnRemarks, ColumnCitation, ColumnID,
	}
}

// flowCells gives the content of each column in ViewFlows.
var flowCells = map[Column]func(*document, portbook.Flow) string{
	ColumnID:          func(_ *document, f portbook.Flow) string { return f.String() },
	ColumnProduct:     func(d *document, f portbook.Flow) string { return d.productName(f.Product()) },
	ColumnSection:     func(d *document, f portbook.Flow) string { return d.sectionTitle(d.section(f.Citations()[0])) },
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
	return d.marked(f, d.componentNames(list), field)
}

func (d *document) protocolCell(f portbook.Flow) string {
	if len(f.Protocols()) == 0 {
		return d.label(label.ProtocolUnstated)
	}
	return d.marked(f, protocolNames(f.Protocols()), "protocol")
}

func protocolNames(list []portbook.Protocol) string {
	var names []string
	for _, p := range list {
		names = append(names, strings.ToUpper(p.String()))
	}
	return strings.Join(names, ", ")
}

// portRange returns a range of ports; of ICMP it is one of types.
func (d *document) portRange(p portbook.Protocol, r portbook.PortRange) string {
	if p == portbook.ICMP {
		return d.fill(label.PortICMPType, "n", r.String())
	}
	return r.String()
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
			ranges = append(ranges, d.portRange(p, r))
		}
		lists = append(lists, strings.Join(ranges, ", "))
	}
	s := lists[0]
	if len(slices.Compact(slices.Clone(lists))) > 1 {
		s = f.Ports().String()
	}
	if f.PortChoice() == portbook.PortsOneOf {
		s = d.fill(label.PortOneOf, "ports", s)
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
		s = d.label(label.ColumnSetting)
	}
	return s + ": " + d.join(labels)
}

// settingName returns the name of a setting, in quotation marks where it is a label of a screen. A path of several labels has
// them already.
func (d *document) settingName(x portbook.Setting) string {
	name, quotes := d.text(x.Label), d.fill(label.ReportOnScreen, "label", "")
	_, size := utf8.DecodeRuneInString(quotes)
	if x.Kind == portbook.SettingFile || x.Kind == portbook.SettingExternal || strings.HasPrefix(name, quotes[:size]) {
		return name
	}
	return d.fill(label.ReportOnScreen, "label", name)
}

func (d *document) conditionText(f portbook.Flow) string {
	return d.label(label.ColumnCondition) + ": " + d.text(f.Condition())
}

func (d *document) remarksCell(f portbook.Flow) string {
	list := d.remarks(f)
	for _, n := range f.Notes() {
		if d.bare {
			list = append(list, d.text(n.Text))
			continue
		}
		list = append(list, d.noteReference(n))
	}
	return strings.Join(list, " / ")
}

// noteReference names a note by its number in the report.
func (d *document) noteReference(n portbook.Note) string {
	return d.fill(label.ReportNote, "n", fmt.Sprint(d.numbers[n.ID]))
}

// remarks tells what other columns do not, but for the notes.
func (d *document) remarks(f portbook.Flow) []string {
	var list []string
	if d.text(f.Condition()) != "" {
		list = append(list, d.conditionText(f))
	}
	if f.Initiator() != portbook.InitiatorFrom {
		list = append(list, d.marked(f, d.labelOf("initiator", string(f.Initiator())), "initiator"))
	}
	if !f.SourcePorts().IsEmpty() {
		list = append(list, d.label(label.ColumnSourcePorts)+": "+d.marked(f, f.SourcePorts().String(), "sourcePorts"))
	}
	if hosts := f.Hosts(); len(hosts) > 0 {
		list = append(list, strings.Join(hosts, ", "))
	}
	if s := d.quirksCell(f); s != "" {
		list = append(list, s)
	}
	return list
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
	return s + " (" + d.fill(label.ReportPublished, "tokens", strings.Join(tokens, " ")) + ")"
}

func (d *document) citationCell(f portbook.Flow) string {
	var list []string
	for _, c := range f.Citations() {
		list = append(list, d.citation(c))
	}
	return d.join(list)
}

// citation names a place in a document.
func (d *document) citation(c portbook.Citation) string {
	if c.Row == 0 {
		return d.fill(label.ReportCiteProse, "section", d.sectionTitle(d.section(c)))
	}
	counts := ""
	if i := slices.IndexFunc(d.sources, func(x portbook.Document) bool { return x.ID == c.Document }); i >= 0 {
		counts = d.sources[i].Counts
	}
	return label.Fill(d.labelOf("report-cite", counts), "n", fmt.Sprint(c.Row))
}

// listenerCells gives the content of each column in the views by host.
var listenerCells = map[Column]func(*document, listen.Listener) string{
	ColumnHost:     func(d *document, x listen.Listener) string { return d.componentNames(x.Host.Components) },
	ColumnProtocol: (*document).listenerProtocol,
	ColumnPorts:    (*document).listenerPorts,
	ColumnListener: func(d *document, x listen.Listener) string {
		return d.markedIfAll(x, d.componentNames(x.Components), "to")
	},
	ColumnSource: func(d *document, x listen.Listener) string {
		return d.markedIfAll(x, d.componentNames(x.NeededBy), "from")
	},
	ColumnRequirement: func(d *document, x listen.Listener) string {
		return d.markedIfAll(x, d.labelOf("requirement", string(x.Requirement)), "requirement")
	},
	ColumnConfigurable: func(d *document, x listen.Listener) string {
		return d.each(x, func(f portbook.Flow) string { return d.labelOf("configurable", string(f.Configurable())) })
	},
	ColumnPurpose: func(d *document, x listen.Listener) string {
		return d.each(x, func(f portbook.Flow) string { return d.text(f.Purpose()) })
	},
	ColumnServices: func(d *document, x listen.Listener) string {
		var list []string
		for f := range x.Flows.All() {
			list = appendNew(list, f.OSServices()...)
		}
		return strings.Join(list, ", ")
	},
	ColumnRemarks: (*document).listenerRemarks,
	ColumnFlows: func(_ *document, x listen.Listener) string {
		return strings.Join(strings.Fields(x.Flows.String()), ", ")
	},
}

// markedIfAll adds the mark to a value of a listener that none of its flows states.
func (d *document) markedIfAll(x listen.Listener, s string, fields ...string) string {
	for f := range x.Flows.All() {
		if d.marked(f, s, fields...) == s {
			return s
		}
	}
	return s + mark
}

// each joins what differs between the flows of a listener.
func (d *document) each(x listen.Listener, of func(portbook.Flow) string) string {
	var list []string
	for f := range x.Flows.All() {
		list = appendNew(list, of(f))
	}
	return strings.Join(slices.DeleteFunc(list, isEmpty), " / ")
}

func (d *document) listenerProtocol(x listen.Listener) string {
	if list := x.Protocols(); len(list) > 0 {
		return d.markedIfAll(x, protocolNames(list), "protocol")
	}
	return d.label(label.ProtocolUnstated)
}

func (d *document) listenerPorts(x listen.Listener) string {
	s := d.portRange(x.Socket.Protocol, x.Socket.Ports)
	switch {
	case d.View == ViewCollisions:
		s = x.Ports.String()
	case x.Socket.Kind != "":
		s = d.labelOf("port-kind", string(x.Socket.Kind))
	}
	return d.markedIfAll(x, s, "ports", "portKind")
}

// listenerRemarks tells alternatives, ports that are assigned when needed, and conditions.
func (d *document) listenerRemarks(x listen.Listener) string {
	return d.each(x, func(f portbook.Flow) string {
		var list []string
		if f.PortChoice() == portbook.PortsOneOf || x.Socket.Kind == "" && f.PortKind() != portbook.PortsListed {
			list = append(list, d.portsCell(f))
		}
		if d.text(f.Condition()) != "" {
			list = append(list, d.conditionText(f))
		}
		return strings.Join(list, " / ")
	})
}
