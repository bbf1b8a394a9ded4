package report_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
)

// hostRecord is what tests read of a host in JSON.
type hostRecord struct {
	Components []portbook.Component
	Heirs      []portbook.Component
	Listeners  []struct {
		Components []portbook.Component
		Protocols  []portbook.Protocol
		Ports      portbook.PortSet
		PortKind   portbook.PortKind
		NeededBy   []portbook.Component
		Flows      []portbook.FlowID
	}
}

func hosts(t *testing.T, o report.Options) []hostRecord {
	t.Helper()
	o.Format = report.JSON
	var r struct{ Hosts []hostRecord }
	if err := json.Unmarshal([]byte(write(t, portbook.Flows(), o)), &r); err != nil {
		t.Fatal(err)
	}
	return r.Hosts
}

// ancestors returns a component and all that it inherits from.
func ancestors(id portbook.Component) []portbook.Component {
	list := []portbook.Component{id}
	info, _ := portbook.Builtin().Component(id)
	for _, x := range info.Inherits {
		for _, y := range ancestors(x) {
			if !slices.Contains(list, y) {
				list = append(list, y)
			}
		}
	}
	return list
}

// needs walks over all flows and says who needs which port of a host, in the slow and obvious way.
func needs(components ...portbook.Component) map[string][]string {
	var lineage []portbook.Component
	for _, c := range components {
		lineage = append(lineage, ancestors(c)...)
	}
	need := map[string][]string{}
	add := func(f portbook.Flow, here, there []portbook.Component) {
		if !slices.ContainsFunc(here, func(c portbook.Component) bool { return slices.Contains(lineage, c) }) {
			return
		}
		var ports []string
		for p, r := range f.Ports().All() {
			ports = append(ports, portbook.PortSetFrom(p, r).String())
		}
		for _, p := range f.Protocols() {
			if f.Ports().IsEmpty() {
				ports = append(ports, string(f.PortKind())+"/"+p.String())
			}
		}
		if len(ports) == 0 {
			ports = []string{string(f.PortKind())}
		}
		for _, port := range ports {
			for _, c := range there {
				need[port] = append(need[port], string(c))
			}
		}
	}
	for f := range portbook.Flows().All() {
		add(f, f.To(), f.From())
		if f.Initiator() == portbook.InitiatorEither {
			add(f, f.From(), f.To())
		}
	}
	for port := range need {
		slices.Sort(need[port])
		need[port] = slices.Compact(need[port])
	}
	return need
}

// TestPortView compares what each host listens on, and who needs it, with a walk over all flows.
func TestPortView(t *testing.T) {
	check := func(h hostRecord) {
		got := map[string][]string{}
		for _, x := range h.Listeners {
			key := x.Ports.String()
			if key == "" {
				key = string(x.PortKind)
				for _, p := range x.Protocols {
					key += "/" + p.String()
				}
			}
			for _, c := range x.NeededBy {
				got[key] = append(got[key], string(c))
			}
			slices.Sort(got[key])
		}
		if diff := cmp.Diff(needs(h.Components...), got); diff != "" {
			t.Errorf("%v (-walk +report):\n%s", h.Components, diff)
		}
	}
	listening := map[portbook.Component]bool{}
	for _, h := range hosts(t, report.Options{View: report.ViewPorts}) {
		check(h)
		for _, c := range append(h.Components, h.Heirs...) {
			listening[c] = true
		}
	}
	for _, c := range portbook.Builtin().Components() {
		if want := len(needs(c)) > 0; listening[c] != want {
			t.Errorf("%s listens: %v; the report says %v", c, want, listening[c])
		}
	}
	together := [][]portbook.Component{{portbook.ComponentITMSNotificationServer, portbook.ComponentITMSTaskServer}, {portbook.ComponentITMSInventory}}
	list := hosts(t, report.Options{View: report.ViewPorts, Hosts: together})
	if len(list) != 2 {
		t.Fatalf("%d hosts, want the two that were told", len(list))
	}
	for _, h := range list {
		check(h)
	}
}

// TestCollisionView puts two servers with web consoles on one host, and on hosts of their own.
func TestCollisionView(t *testing.T) {
	server, console := portbook.ComponentITMSNotificationServer, portbook.ComponentApexCentralServer
	list := hosts(t, report.Options{View: report.ViewCollisions, Hosts: [][]portbook.Component{{server, console}}})
	if len(list) != 1 || len(list[0].Listeners) != 1 {
		t.Fatalf("got %v, want one collision", list)
	}
	x := list[0].Listeners[0]
	if x.Ports != portbook.MustParsePortSet("80,443/tcp") || !slices.Contains(x.Components, server) || !slices.Contains(x.Components, console) {
		t.Errorf("got %v of %v", x.Ports, x.Components)
	}
	for _, id := range x.Flows {
		if f, _ := portbook.Lookup(id); !f.Ports().Overlaps(x.Ports) {
			t.Errorf("%s does not use %v", id, x.Ports)
		}
	}
	apart := report.Options{View: report.ViewCollisions, Hosts: [][]portbook.Component{{server}, {console}}}
	if list := hosts(t, apart); len(list) != 0 {
		t.Errorf("on hosts of their own they collide: %v", list)
	}
	if out := write(t, portbook.Flows(), apart); !strings.Contains(out, "No port is used by more than one component.") {
		t.Errorf("a report without collisions does not say so:\n%s", out)
	}
}

// TestCollisionNotes puts two servers on one host, and checks that the report of their collision has the notes of the flows
// that collide and notes on the servers themselves, and none of other flows, of other components, or of whole products.
func TestCollisionNotes(t *testing.T) {
	appliance, server := portbook.ComponentServiceGatewayAppliance, portbook.ComponentApexCentralServer
	var r struct {
		Hosts []hostRecord
		Notes []struct{ ID portbook.NoteID }
	}
	o := report.Options{View: report.ViewCollisions, Hosts: [][]portbook.Component{{appliance, server}}, Format: report.JSON}
	if err := json.Unmarshal([]byte(write(t, portbook.Flows(), o)), &r); err != nil {
		t.Fatal(err)
	}
	ofFlows, shown := map[portbook.NoteID]bool{}, map[portbook.NoteID]bool{}
	for f := range portbook.Flows().All() {
		for _, n := range f.Notes() {
			ofFlows[n.ID] = true
			shown[n.ID] = shown[n.ID] || slices.Contains(r.Hosts[0].Listeners[0].Flows, f.ID())
		}
	}
	var want []portbook.NoteID
	for _, n := range portbook.Builtin().Notes() {
		general := slices.Contains(n.Components, appliance) || slices.Contains(n.Components, server)
		if shown[n.ID] || general && !ofFlows[n.ID] {
			want = append(want, n.ID)
		}
	}
	var got []portbook.NoteID
	for _, n := range r.Notes {
		got = append(got, n.ID)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 2 {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// TestInitiatorIsShown checks that each flow whose source need not open the connection says so wherever its ends are shown: in
// lists and reports of every format, whatever the columns, and among the flows that need a decision.
func TestInitiatorIsShown(t *testing.T) {
	open := portbook.Flows().Having(portbook.InitiatorUnstated, portbook.InitiatorEither)
	if open.Len() < 38 {
		t.Fatalf("only %d flows leave the initiator open", open.Len())
	}
	for lang, l := range localizers() {
		words := label.In(l)
		for f := range open.All() {
			said := []string{words.Of("initiator", string(f.Initiator())), words.Of("initiator-hint", string(f.Initiator()))}
			for _, format := range append(report.Formats(), html.Format) {
				for _, columns := range [][]report.Column{nil, {report.ColumnSource, report.ColumnDestination}, {report.ColumnSource, report.ColumnRemarks}} {
					if format == report.JSON || format == report.CSVRows {
						continue // they have the value itself
					}
					out := write(t, f.Set(), report.Options{Format: format, Columns: columns, Languages: []i18n.Localizer{l}})
					if !strings.Contains(out, said[0]) && !strings.Contains(out, said[1]) {
						t.Errorf("%s: %s as %s with columns %v does not say who opens the connection", lang, f, format.Name(), columns)
					}
				}
			}
			for _, format := range []report.Format{report.Text, report.Markdown, report.CSV, html.Format} { // some have a column of remarks
				ports := write(t, f.Set(), report.Options{Format: format, View: report.ViewPorts, Languages: []i18n.Localizer{l}})
				if !strings.Contains(ports, said[0]) && !strings.Contains(ports, said[1]) {
					t.Errorf("%s: the ports of %s as %s do not say who opens the connection", lang, f, format.Name())
				}
			}
			if f.Initiator() == portbook.InitiatorUnstated {
				page := write(t, f.Set(), report.Options{Format: html.Format, Languages: []i18n.Localizer{l}})
				if !strings.Contains(page, words.Text(label.ReportDecisionsHelp)) {
					t.Errorf("%s: %s needs no decision", lang, f)
				}
			}
		}
	}
}

// TestPortMarks checks the marks of the ports of hosts, in every flow, against what flows infer: a value of a row has the mark
// exactly when no flow of the row states it.
func TestPortMarks(t *testing.T) {
	columns := []report.Column{report.ColumnHost, report.ColumnProtocol, report.ColumnPorts, report.ColumnSource, report.ColumnListener, report.ColumnRequirement, report.ColumnConfigurable}
	for f := range portbook.Flows().All() {
		out := write(t, f.Set(), report.Options{Format: report.CSV, Encoding: report.UTF8, View: report.ViewPorts, Columns: columns})
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %v, %d rows", f, err, len(rows))
		}
		either := f.Initiator() == portbook.InitiatorEither // ends change places
		for _, row := range rows[1:] {
			for i, fields := range map[int][]portbook.Field{1: {"protocols"}, 2: {"ports", "portKind"}, 3: {"from"}, 4: {"to"}, 5: {"requirement"}, 6: {"configurable"}} {
				if either && (i == 3 || i == 4) || i == 1 && len(f.Protocols()) == 0 {
					continue
				}
				if want := slices.ContainsFunc(fields, f.IsInferred); strings.Contains(row[i], "†") != want {
					t.Errorf("%s: %s is %q; inferred: %v", f, columns[i], row[i], want)
				}
			}
		}
	}
}

// TestViewsGolden shows the views by host as text and CSV, in their usual columns and in all: dynamic ports and alternatives,
// flows that share a port, components on one host, and what is not stated.
func TestViewsGolden(t *testing.T) {
	plugin := portbook.Flows().Involving(portbook.ComponentITMSPPAWMIPlugin, portbook.ComponentITMSTaskServer)
	together := [][]portbook.Component{{portbook.ComponentITMSNotificationServer, portbook.ComponentITMSTaskServer}}
	for name, c := range map[string]struct {
		flows portbook.FlowSet
		o     report.Options
	}{
		"ports.en.txt":      {sample(t).Union(plugin), report.Options{View: report.ViewPorts}},
		"ports.ja.csv":      {sample(t).Union(plugin), report.Options{View: report.ViewPorts, Format: report.CSV, Languages: []i18n.Localizer{localizers()["ja"]}}},
		"ports-all.en.csv":  {plugin, report.Options{View: report.ViewPorts, Format: report.CSV, Columns: report.Columns(report.ViewPorts), Hosts: together}},
		"collisions.en.txt": {portbook.Flows(), report.Options{View: report.ViewCollisions, Hosts: together, Columns: report.Columns(report.ViewCollisions)}},
		"collisions.en.csv": {portbook.Flows(), report.Options{View: report.ViewCollisions, Hosts: together, Format: report.CSV}},
	} {
		golden.Check(t, "testdata/"+name, []byte(strings.ReplaceAll(write(t, c.flows, c.o), portbook.DataVersion, "EDITION")))
	}
}

// TestEncodeErrorOfHosts checks that the error names the row of a view by host by its first flow.
func TestEncodeErrorOfHosts(t *testing.T) {
	o := report.Options{View: report.ViewPorts, Format: report.CSV, Columns: report.Columns(report.ViewPorts), Encoding: report.ShiftJIS}
	var e *report.EncodeError
	err := report.WriteList(io.Discard, hostileFlows(), o)
	if !errors.As(err, &e) || e.Flow == "" || !slices.ContainsFunc(slices.Collect(hostileFlows().All()), func(f portbook.Flow) bool { return f.ID() == e.Flow }) {
		t.Errorf("got %v", err)
	}
}
