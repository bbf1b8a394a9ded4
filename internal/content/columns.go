package content

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/listen"
)

// FlowCells gives the content of each column in ViewFlows.
var FlowCells = func() map[Column]func(*Document, portbook.Flow) string {
	cells := map[Column]func(*Document, portbook.Flow) string{}
	for _, x := range enums {
		cells[Column(x.Word())] = enumCell(x)
	}
	maps.Copy(cells, flowCells)
	return cells
}()

// flowCells gives the content of columns other than those of enumerated fields,
// and of those that hold more than a value.
var flowCells = map[Column]func(*Document, portbook.Flow) string{
	ColumnID:           func(_ *Document, f portbook.Flow) string { return f.String() },
	ColumnProduct:      func(d *Document, f portbook.Flow) string { return d.ProductName(f.Product()) },
	ColumnSection:      func(d *Document, f portbook.Flow) string { return d.sectionTitle(d.section(f.Citations()[0])) },
	ColumnComponent:    func(d *Document, f portbook.Flow) string { return d.ComponentName(f.Component()) },
	ColumnSource:       (*Document).sourceCell,
	ColumnDestination:  func(d *Document, f portbook.Flow) string { return d.endpoints(f, f.To(), "to") },
	ColumnProtocol:     (*Document).ProtocolCell,
	ColumnPorts:        (*Document).PortsCell,
	ColumnSourcePorts:  func(d *Document, f portbook.Flow) string { return d.marked(f, f.SourcePorts().String(), "sourcePorts") },
	ColumnConfigurable: (*Document).configurableCell,
	ColumnPurpose:      func(d *Document, f portbook.Flow) string { return d.Text(f.Purpose()) },
	ColumnAppProtocols: func(d *Document, f portbook.Flow) string {
		return d.marked(f, strings.Join(f.AppProtocols(), ", "), "appProtocols")
	},
	ColumnServices: func(_ *Document, f portbook.Flow) string { return strings.Join(f.OSServices(), ", ") },
	ColumnHosts:    (*Document).hostsCell,
	ColumnRemarks:  (*Document).remarksCell,
	ColumnNotes: func(d *Document, f portbook.Flow) string {
		var list []string
		if len(f.Conditions()) > 0 {
			list = append(list, d.conditionText(f))
		}
		list = append(list, d.decided(f)...)
		for _, n := range f.Notes() {
			list = append(list, d.Text(n.Text))
		}
		return strings.Join(list, " / ")
	},
	ColumnQuirks:   (*Document).quirksCell,
	ColumnCitation: (*Document).citationCell,
}

// marked adds the mark to a value that the document does not state.
func (d *Document) marked(f portbook.Flow, s string, fields ...portbook.Field) string {
	if s != "" && slices.ContainsFunc(fields, f.IsInferred) {
		s += Mark
	}
	return s
}

func (d *Document) endpoints(f portbook.Flow, list []portbook.Component, field portbook.Field) string {
	return d.marked(f, d.ComponentNames(list), field)
}

// sourceCell names who opens the connection, and says so where that is not just
// the source and no other column does.
func (d *Document) sourceCell(f portbook.Flow) string {
	s := d.endpoints(f, f.From(), "from")
	if slices.Contains(d.Columns, ColumnRemarks) || slices.Contains(d.Columns, ColumnInitiator) {
		return s
	}
	return s + d.hint(f)
}

// hint tells in a few words who opens the connection where that is not just the source.
func (d *Document) hint(f portbook.Flow) string {
	if f.Initiator() == portbook.InitiatorFrom {
		return ""
	}
	return " (" + d.LabelOf("initiator-hint", string(f.Initiator())) + ")"
}

// initiator says who opens the connection.
func (d *Document) initiator(f portbook.Flow) string {
	return d.marked(f, d.LabelOf("initiator", string(f.Initiator())), "initiator")
}

func (d *Document) ProtocolCell(f portbook.Flow) string {
	if len(f.Protocols()) == 0 {
		return d.Label(label.ProtocolUnstated)
	}
	return d.marked(f, protocolNames(f.Protocols()), portbook.FieldProtocols)
}

func protocolNames(list []portbook.Protocol) string {
	var names []string
	for _, p := range list {
		names = append(names, strings.ToUpper(p.String()))
	}
	return strings.Join(names, ", ")
}

// portRange returns a range of ports; of ICMP it is one of types.
func (d *Document) portRange(p portbook.Protocol, r portbook.PortRange) string {
	s := r.String()
	if d.Shape == Flat && r.First() != r.Last() { // spreadsheets take 10-12 for a date
		s = d.Fill(label.PortRange, "first", r.First().String(), "last", r.Last().String())
	}
	if p == portbook.ICMP {
		return d.Fill(label.PortICMPType, "n", s)
	}
	return s
}

// rangeList lists the ranges of one protocol.
func (d *Document) rangeList(p portbook.Protocol, ports portbook.PortSet) string {
	var list []string
	for r := range ports.Ranges(p) {
		list = append(list, d.portRange(p, r))
	}
	return strings.Join(list, ", ")
}

// PortsCell lists the ports once where all protocols share them, and with their
// protocols where they do not.
func (d *Document) PortsCell(f portbook.Flow) string {
	kind := string(f.PortKind())
	if f.Ports().IsEmpty() {
		return d.marked(f, d.LabelOf("port-kind", kind), "ports", "portKind")
	}
	var lists []string
	for _, p := range f.Protocols() {
		lists = append(lists, d.rangeList(p, f.Ports()))
	}
	s := lists[0]
	if len(slices.Compact(slices.Clone(lists))) > 1 {
		s = f.Ports().String()
	}
	if f.PortChoice() == portbook.PortChoiceOneOf {
		s = d.Fill(label.PortOneOf, "ports", s)
	}
	if f.PortKind() != portbook.PortKindListed {
		s += " (" + d.LabelOf("port-kind", kind) + ")"
	}
	return d.marked(f, s, "ports", "portKind", "portChoice")
}

func (d *Document) configurableCell(f portbook.Flow) string {
	s := d.marked(f, d.LabelOf("configurable", string(f.Configurable())), "configurable")
	labels := d.settings(f, portbook.GovernsPort)
	switch {
	case len(labels) == 0:
		return s
	case f.Configurable() == portbook.ConfigurableUnstated:
		s = d.Label(label.ColumnSetting)
	}
	return s + ": " + d.join(labels)
}

// settings returns the names of the settings that govern something of a flow.
func (d *Document) settings(f portbook.Flow, what portbook.Governs) []string {
	var list []string
	for _, x := range f.Settings() {
		if slices.Contains(x.Governs, what) {
			list = append(list, d.settingName(x))
		}
	}
	return list
}

// decided names the settings that decide whether a flow is used, and who its
// peer is. Those that decide on its port are in a column of their own.
func (d *Document) decided(f portbook.Flow) []string {
	var list []string
	if names := d.settings(f, portbook.GovernsUse); len(names) > 0 {
		list = append(list, d.Fill(label.ReportGovernsUse, "settings", d.join(names)))
	}
	if names := d.settings(f, portbook.GovernsPeer); len(names) > 0 {
		list = append(list, d.Fill(label.ReportGovernsPeer, "settings", d.join(names)))
	}
	return list
}

// settingName returns the name of a setting, in quotation marks where it is a
// label that a screen has: readers look for it there.
func (d *Document) settingName(x portbook.Setting) string {
	name := d.Text(x.Label)
	if x.Position == 0 {
		return name
	}
	return d.words.Quote(name)
}

func (d *Document) conditionText(f portbook.Flow) string {
	return d.Label(label.ColumnCondition) + ": " + d.conditions(f)
}

// conditions returns the texts of a flow's conditions, all of which must hold.
func (d *Document) conditions(f portbook.Flow) string {
	var list []string
	for _, x := range f.Conditions() {
		list = append(list, d.Text(x.Text))
	}
	return strings.Join(list, "; ")
}

func hostTexts(hosts []portbook.Host) []string {
	var list []string
	for _, h := range hosts {
		list = append(list, h.String())
	}
	return list
}

func (d *Document) remarksCell(f portbook.Flow) string {
	list := d.Remarks(f)
	for _, n := range f.Notes() {
		if d.inlineNotes() {
			list = append(list, d.Text(n.Text))
			continue
		}
		list = append(list, d.NoteReference(n))
	}
	return strings.Join(list, " / ")
}

// inlineNotes reports whether remarks hold the texts of notes: those of rows
// that are filtered and sorted away from all else do, and a number would lead
// to another sheet.
func (c *Report) inlineNotes() bool { return c.Bare || c.Shape == Sheets }

// noteTexts returns the texts of a flow's notes where they are beside its row.
func (d *Document) noteTexts(f portbook.Flow) []string {
	var list []string
	if d.inlineNotes() {
		for _, n := range f.Notes() {
			list = AppendNew(list, d.Text(n.Text))
		}
	}
	return list
}

// NotesElsewhere returns the notes that are not beside the rows of flows.
func (c *Report) NotesElsewhere() []portbook.Note {
	beside := map[portbook.NoteID]bool{}
	for f := range c.annotated.All() {
		for _, n := range f.Notes() {
			beside[n.ID] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(c.Notes), func(n portbook.Note) bool { return beside[n.ID] })
}

// hasNotes reports whether rows of flows hold the texts of their notes.
func (c *Report) hasNotes() bool {
	remarks := slices.Contains(c.Columns, ColumnRemarks) && c.inlineNotes()
	return remarks || c.View == ViewFlows && slices.Contains(c.Columns, ColumnNotes)
}

// NoteReference names a note by its number in the report.
func (d *Document) NoteReference(n portbook.Note) string {
	return d.Fill(label.ReportNote, "n", fmt.Sprint(d.Numbers[n.ID]))
}

// Remarks has what no other column has, except notes.
func (d *Document) Remarks(f portbook.Flow) []string {
	var list []string
	if len(f.Conditions()) > 0 {
		list = append(list, d.conditionText(f))
	}
	list = append(list, d.decided(f)...)
	if f.Initiator() != portbook.InitiatorFrom {
		list = append(list, d.initiator(f))
	}
	if !f.SourcePorts().IsEmpty() {
		list = append(list, d.Label(label.ColumnSourcePorts)+": "+d.marked(f, f.SourcePorts().String(), "sourcePorts"))
	}
	if hosts := d.hostsCell(f); hosts != "" {
		list = append(list, hosts)
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

// quirksCell explains the quirks, and shows the published tokens where they are wrong or ambiguous.
func (d *Document) quirksCell(f portbook.Flow) string {
	var list, tokens []string
	for _, q := range f.Quirks() {
		name := d.LabelOf("quirk", string(q))
		if q == portbook.QuirkDocumentsDisagree {
			name += ": " + strings.Join(d.disagreements(f), "; ")
		}
		list = append(list, name)
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
	return s + " (" + d.Fill(label.ReportPublished, "tokens", strings.Join(tokens, " ")) + ")"
}

func (d *Document) citationCell(f portbook.Flow) string { return d.citations(f.Citations()) }

// ListenerCells gives the content of each column in the views by host.
var ListenerCells = map[Column]func(*Document, listen.Listener) string{
	ColumnHost:     func(d *Document, x listen.Listener) string { return d.ComponentNames(x.Host.Components) },
	ColumnProtocol: (*Document).listenerProtocol,
	ColumnPorts:    (*Document).listenerPorts,
	ColumnListener: func(d *Document, x listen.Listener) string {
		return d.join(d.each(x, func(f portbook.Flow) []value {
			here, _ := x.Host.Ends(f)
			return d.ends(f, here, f.To(), "to", "from")
		}))
	},
	ColumnSource: (*Document).listenerSource,
	ColumnRequirement: func(d *Document, x listen.Listener) string {
		return strings.Join(d.each(x, func(f portbook.Flow) []value {
			if f.Requirement() != x.Requirement {
				return nil
			}
			return []value{{d.LabelOf("requirement", string(f.Requirement())), f.IsInferred("requirement")}}
		}), "")
	},
	ColumnConfigurable: func(d *Document, x listen.Listener) string {
		return strings.Join(d.each(x, func(f portbook.Flow) []value {
			return []value{{d.LabelOf("configurable", string(f.Configurable())), f.IsInferred("configurable")}}
		}), " / ")
	},
	ColumnPurpose: func(d *Document, x listen.Listener) string {
		return strings.Join(d.each(x, func(f portbook.Flow) []value { return []value{{d.Text(f.Purpose()), false}} }), " / ")
	},
	ColumnServices: func(d *Document, x listen.Listener) string {
		return strings.Join(d.each(x, func(f portbook.Flow) []value {
			var list []value
			for _, s := range f.OSServices() {
				list = append(list, value{s, false})
			}
			return list
		}), ", ")
	},
	ColumnRemarks: (*Document).listenerRemarks,
	ColumnFlows: func(_ *Document, x listen.Listener) string {
		return strings.Join(strings.Fields(x.Flows.String()), ", ")
	},
}

// listenerSource names who opens connections to a listener, and says so where
// that is not just the source and no other column does.
func (d *Document) listenerSource(x listen.Listener) string {
	s := d.join(d.each(x, func(f portbook.Flow) []value {
		_, there := x.Host.Ends(f)
		return d.ends(f, there, f.From(), "from", "to")
	}))
	if slices.Contains(d.Columns, ColumnRemarks) {
		return s
	}
	return s + strings.Join(d.each(x, func(f portbook.Flow) []value { return []value{{d.hint(f), false}} }), "")
}

// value is what a flow has in a column of a listener.
type value struct {
	text     string
	inferred bool
}

// each returns what the flows of a listener have, each value once. One that no
// flow states has the mark.
func (d *Document) each(x listen.Listener, of func(portbook.Flow) []value) []string {
	var list []string
	stated := map[string]bool{}
	for f := range x.Flows.All() {
		for _, v := range of(f) {
			if v.text == "" {
				continue
			}
			if _, known := stated[v.text]; !known {
				list = append(list, v.text)
			}
			stated[v.text] = stated[v.text] || !v.inferred
		}
	}
	for i, s := range list {
		if !stated[s] {
			list[i] += Mark
		}
	}
	return list
}

// ends returns the names of components that are ends of a flow: those of side
// have one field, the others, where either side opens the connection, another.
func (d *Document) ends(f portbook.Flow, components, side []portbook.Component, field, other portbook.Field) []value {
	var list []value
	for _, x := range components {
		in := other
		if slices.Contains(side, x) {
			in = field
		}
		list = append(list, value{d.ComponentName(x), f.IsInferred(in)})
	}
	return list
}

// markedIfAll adds the mark to a value of a listener that none of its flows states.
func (d *Document) markedIfAll(x listen.Listener, s string, fields ...portbook.Field) string {
	return strings.Join(d.each(x, func(f portbook.Flow) []value { return []value{{s, slices.ContainsFunc(fields, f.IsInferred)}} }), "")
}

func (d *Document) listenerProtocol(x listen.Listener) string {
	if list := x.Protocols(); len(list) > 0 {
		return d.markedIfAll(x, protocolNames(list), portbook.FieldProtocols)
	}
	return d.Label(label.ProtocolUnstated)
}

func (d *Document) listenerPorts(x listen.Listener) string {
	s := d.portRange(x.Socket.Protocol, x.Socket.Ports)
	switch {
	case d.View == ViewCollisions:
		s = x.Ports.String()
	case x.Socket.Kind != "":
		s = d.LabelOf("port-kind", string(x.Socket.Kind))
	}
	return d.markedIfAll(x, s, "ports", "portKind")
}

// listenerRemarks says what other columns do not: alternatives, ports that are
// assigned when needed, conditions, who opens the connection where that is not
// just the source, and notes.
func (d *Document) listenerRemarks(x listen.Listener) string {
	notes := d.each(x, func(f portbook.Flow) []value {
		var list []value
		for _, s := range d.noteTexts(f) {
			list = append(list, value{s, false})
		}
		return list
	})
	return strings.Join(append(d.each(x, func(f portbook.Flow) []value {
		var list []string
		if f.PortChoice() == portbook.PortChoiceOneOf || x.Socket.Kind == "" && f.PortKind() != portbook.PortKindListed {
			list = append(list, d.PortsCell(f))
		}
		if len(f.Conditions()) > 0 {
			list = append(list, d.conditionText(f))
		}
		if f.Initiator() != portbook.InitiatorFrom {
			list = append(list, d.initiator(f))
		}
		return []value{{strings.Join(list, " / "), false}}
	}), notes...), " / ")
}
