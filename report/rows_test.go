package report_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/site"
)

// rowsOf reads CSV for programs as RFC 4180 has it, by the names of its columns.
func rowsOf(t *testing.T, text string) []map[string]string {
	t.Helper()
	if strings.HasPrefix(text, "\ufeff") || strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "\r\n") {
		t.Fatalf("it begins with a mark, or has lines that do not end in CR LF: %.40q", text)
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll() // which demands equal lengths
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// TestRowsForPrograms makes the flows again from their rows, and checks that
// each row is a flow, two ends and a range, once.
func TestRowsForPrograms(t *testing.T) {
	for _, l := range localizers() {
		var b bytes.Buffer
		if err := report.Write(&b, portbook.Flows(), report.Options{Format: report.CSVRows, Languages: []i18n.Localizer{l}, Encoding: report.UTF8BOM}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "†") {
			t.Error("values have marks")
		}
		ports, ends := map[string]portbook.PortSet{}, map[string][]string{}
		seen := map[string]bool{}
		for _, row := range rowsOf(t, b.String()) {
			key := strings.Join([]string{row["flow"], row["from"], row["to"], row["protocol"], row["first"], row["last"]}, " ")
			if seen[key] {
				t.Errorf("%s stands twice", key)
			}
			seen[key] = true
			f, ok := portbook.Lookup(portbook.FlowID(row["flow"]))
			if !ok {
				t.Fatalf("no flow %q", row["flow"])
			}
			checkRow(t, f, row, l)
			id := row["flow"]
			if end := row["from"] + " " + row["to"]; !slices.Contains(ends[id], end) {
				ends[id] = append(ends[id], end)
			}
			if row["first"] != "" {
				set, err := portbook.ParsePortSet(row["first"] + "-" + row["last"] + "/" + row["protocol"])
				if err != nil {
					t.Fatal(err)
				}
				ports[id] = ports[id].Union(set)
			}
		}
		for f := range portbook.Flows().All() {
			want := len(f.From()) * len(f.To())
			if f.Initiator() == portbook.InitiatorEither && !slices.Equal(f.From(), f.To()) {
				want *= 2
			}
			if id := f.String(); len(ends[id]) != want || ports[id] != f.Ports() {
				t.Errorf("%s has the ends %q and the ports %s, want %d ends and %s", id, ends[id], ports[id], want, f.Ports())
			}
		}
	}
}

// checkRow compares what a row says of its flow with the catalog.
func checkRow(t *testing.T, f portbook.Flow, row map[string]string, l i18n.Localizer) {
	t.Helper()
	product, _ := portbook.Builtin().Product(f.Product())
	want := map[string]string{
		"product": string(f.Product()), "productName": strings.TrimSpace(l.Text(product.Name) + " " + product.Version), "initiator": string(f.Initiator()),
		"portKind": string(f.PortKind()), "portChoice": string(f.PortChoice()), "sourcePorts": f.SourcePorts().String(),
		"requirement": string(f.Requirement()), "configurable": string(f.Configurable()), "purpose": l.Text(f.Purpose()),
	}
	for _, side := range []string{"from", "to"} {
		x, ok := portbook.Builtin().Component(portbook.Component(row[side]))
		if !ok {
			t.Errorf("%s: no component %q", f, row[side])
		}
		want[side+"Name"], want[side+"Hosts"] = l.Text(x.Name), strings.Trim(fmt.Sprint(x.Hosts), "[]")
	}
	for name, value := range want {
		if row[name] != value {
			t.Errorf("%s: %s is %q, want %q", f, name, row[name], value)
		}
	}
	if (row["first"] == "") != (row["last"] == "") || row["first"] == "" && !f.Ports().IsEmpty() && f.PortKind() == portbook.PortKindListed {
		t.Errorf("%s: ports from %q to %q", f, row["first"], row["last"])
	}
}

// TestRowsKeepTexts checks that texts are not changed on their way to a program.
func TestRowsKeepTexts(t *testing.T) {
	flows := hostile.Flows(hostile.Catalog{Names: hostile.Names, Ports: "80/tcp"})
	var b bytes.Buffer
	if err := report.WriteList(&b, flows, report.Options{Format: report.CSVRows}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rowsOf(t, b.String()) {
		got = append(got, row["fromName"])
	}
	for f := range flows.All() {
		x, _ := flows.Catalog().Component(f.From()[0])
		// encoding/csv reads CR LF in a cell as LF.
		if name := strings.ReplaceAll(x.Name.String(), "\r\n", "\n"); !slices.Contains(got, name) {
			t.Errorf("no row has the name %q", name)
		}
	}
}

// TestRowsRefuse checks what CSV for programs does not have.
func TestRowsRefuse(t *testing.T) {
	for want, o := range map[string]report.Options{
		`report: unknown view of csv-rows "ports" (expected: flows)`:                         {View: report.ViewPorts},
		`report: unknown column of csv-rows "id" (expected: none, as its columns are fixed)`: {Columns: []report.Column{report.ColumnID}},
	} {
		var b bytes.Buffer
		o.Format = report.CSVRows
		err := report.Write(&b, portbook.Flows(), o)
		var e *report.OptionError
		if !errors.As(err, &e) || err.Error() != want || b.Len() > 0 {
			t.Errorf("got %v and %d bytes, want %s", err, b.Len(), want)
		}
	}
}

// TestPlanRows checks that a row of a plan for programs is what a rule is made
// of, and that no pair of addresses is left out.
func TestPlanRows(t *testing.T) {
	p := examplePlan(t)
	got := map[string]int{}
	for _, row := range rowsOf(t, writePlan(t, p, report.PlanOptions{Options: report.Options{Format: report.CSVRows}})) {
		got[strings.Join([]string{
			row["flow"], row["from"], row["fromAddress"], row["fromZone"], row["to"], row["toAddress"], row["toZone"], row["protocol"], row["first"], row["last"], row["option"], row["local"],
		}, " ")]++
	}
	want := map[string]int{}
	for n := range p.Needs() {
		for i, option := range n.Options {
			for protocol, r := range option.All() {
				for _, pair := range placePairs(n.From, n.To) {
					want[fmt.Sprint(n.Flow, " ", n.From, " ", pair[0], " ", n.From.Zone(), " ", n.To, " ", pair[1], " ", n.To.Zone(), " ", protocol, " ", r.First(), " ", r.Last(), " ", i+1, " ", n.Local)]++
				}
			}
		}
	}
	for row, n := range want {
		if got[row] != n {
			t.Errorf("%d rows, want %d: %s", got[row], n, row)
		}
	}
	if len(got) != len(want) || len(got) == 0 {
		t.Errorf("%d different rows, want %d", len(got), len(want))
	}
}

// placePairs are the pairs of places of one family, without the names of a host
// that has addresses.
func placePairs(from, to site.End) [][2]string {
	family := func(h portbook.Host) int {
		addr, err := netip.ParsePrefix(strings.Split(strings.Split(h.String(), "-")[0], "/")[0] + "/0")
		switch {
		case err != nil:
			return 0
		case addr.Addr().Is4():
			return 4
		}
		return 6
	}
	places := func(e site.End) []portbook.Host {
		list := e.Places()
		if _, ok := e.Host(); ok && slices.ContainsFunc(list, func(h portbook.Host) bool { return family(h) > 0 }) {
			list = slices.DeleteFunc(list, func(h portbook.Host) bool { return family(h) == 0 })
		}
		if len(list) == 0 {
			return []portbook.Host{{}}
		}
		return list
	}
	var pairs [][2]string
	for _, a := range places(from) {
		for _, b := range places(to) {
			if family(a)*family(b) != 24 {
				pairs = append(pairs, [2]string{a.String(), b.String()})
			}
		}
	}
	if pairs == nil {
		pairs = [][2]string{{"", ""}}
	}
	return pairs
}
