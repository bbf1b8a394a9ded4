package report_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/report"
	format "github.com/portbook/portbook/report/html"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func openingsOf(product portbook.Product) []content.Opening {
	return content.New(portbook.Flows(), content.Options{}).Openings(product)
}

// TestOpenings checks what an approver must see, product by product. The license servers and other clouds were filed under
// "between its components", or left out where they publish no host.
func TestOpenings(t *testing.T) {
	for _, c := range []struct {
		product  portbook.Product
		boundary content.Boundary
		to       portbook.Component
		ports    string
		hosts    bool
	}{
		{portbook.ProductApexCentral, content.BoundaryCloud, portbook.ComponentApexCentralLicenseUpdateServer, "443/tcp", true},
		{portbook.ProductApexCentral, content.BoundaryCloud, portbook.ComponentApexCentralLicenseRenewalServer, "443/tcp", true},
		{portbook.ProductApexCentral, content.BoundaryCloud, portbook.ComponentApexCentralCloudInformationService, "80,443/tcp", true},
		{portbook.ProductServiceGateway, content.BoundaryCloud, portbook.ComponentVisionOneServiceGatewayRemoteShell, "443/tcp", true},
		{portbook.ProductTippingPoint, content.BoundaryCloud, portbook.ComponentVisionOnePlatform, "", false},
	} {
		list := openingsOf(c.product)
		i := slices.IndexFunc(list, func(x content.Opening) bool { return x.Boundary == c.boundary && x.To == c.to })
		if i < 0 {
			t.Errorf("%s: nothing is open to %s at %q: %v", c.product, c.to, c.boundary, list)
			continue
		}
		if got := list[i].Required().Ports().String(); got != c.ports {
			t.Errorf("%s: %s has %s, want %s", c.product, c.to, got, c.ports)
		}
		if info, _ := portbook.Builtin().Component(c.to); len(info.Hosts) > 0 != c.hosts {
			t.Errorf("%s has the hosts %v", c.to, info.Hosts)
		}
	}
}

// TestOpeningsHoldEveryFlow checks that a summary leaves no flow out, that where a component runs decides on its boundary, and
// that diagrams agree.
func TestOpeningsHoldEveryFlow(t *testing.T) {
	for _, p := range portbook.Builtin().Products() {
		flows := portbook.Flows().DocumentedBy(p)
		outside := map[portbook.Component]bool{}
		for _, n := range diagram.New(flows, diagram.Options{}).Nodes {
			outside[n.Component] = n.External
		}
		var shown portbook.FlowSet
		for _, x := range openingsOf(p) {
			shown = shown.Union(x.Flows)
			info, _ := portbook.Builtin().Component(x.To)
			if cloud := info.Hosting == portbook.HostingCloud; cloud != (x.Boundary == content.BoundaryCloud) {
				t.Errorf("%s: %s, in a cloud: %v, is at %q", p, x.To, cloud, x.Boundary)
			}
			within := x.Boundary == content.BoundaryIn || x.Boundary == content.BoundaryInside
			if within && info.Product == p && outside[x.To] {
				t.Errorf("%s: the diagram draws %s outside, the summary has it inside", p, x.To)
			}
			if !within && !outside[x.To] && info.Product == p {
				t.Errorf("%s: the diagram draws %s inside, the summary has it at %q", p, x.To, x.Boundary)
			}
			if len(x.From) == 0 || x.Flows.IsEmpty() {
				t.Errorf("%s: an opening to %s has no source or flow", p, x.To)
			}
		}
		if left := flows.Subtract(shown); !left.IsEmpty() {
			t.Errorf("%s: the summary leaves out %v", p, left)
		}
	}
}

// TestSumPorts checks that no flow of a summary is without words for its ports.
func TestSumPorts(t *testing.T) {
	d := content.New(portbook.Flows(), content.Options{}).Document()
	for f := range portbook.Flows().All() {
		list := strings.Join(d.SumPorts(f.Set()), " ")
		if list == "" || f.PortChoice() == portbook.PortChoiceOneOf && !strings.Contains(list, "one of") {
			t.Errorf("%s: got %q", f, list)
		}
	}
}

// TestSummaryLinks checks that each count of the summary leads, by the filters that it names, to as many flows as it says.
func TestSummaryLinks(t *testing.T) {
	root := parse(t, write(t, portbook.Flows(), report.Options{Format: format.Format, Languages: []i18n.Localizer{localizers()["en"]}}))
	var rows []*html.Node
	options := map[string][]string{}
	for n := range root.Descendants() {
		if n.DataAtom == atom.Tr && attribute(n, "data-f") != "" {
			rows = append(rows, n)
		}
		if n.DataAtom == atom.Option {
			name := attribute(n.Parent, "data-filter")
			options[name] = append(options[name], attribute(n, "value"))
		}
	}
	links := 0
	for n := range root.Descendants() {
		state, ok := strings.CutPrefix(attribute(n, "href"), "#?")
		if !ok {
			continue
		}
		links++
		wanted, err := url.ParseQuery(state)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, row := range rows {
			match := true
			for name, values := range wanted {
				if !slices.Contains(options[name], values[0]) {
					t.Fatalf("%s: the filter %s has no choice %q", state, name, values[0])
				}
				match = match && slices.ContainsFunc(strings.Fields(attribute(row, "data-"+name)), func(v string) bool {
					return slices.Contains(strings.Fields(values[0]), v)
				})
			}
			if match {
				found++
			}
		}
		if count, err := strconv.Atoi(textOf(n)); err != nil || count != found {
			t.Errorf("%q leads to %d flows by %s", textOf(n), found, state)
		}
	}
	if links < 100 {
		t.Errorf("only %d links", links)
	}
}

// TestXLSXSummary checks that a workbook has what must be open, and every flow that needs a decision.
func TestXLSXSummary(t *testing.T) {
	b := book(t, portbook.Flows().DocumentedBy(portbook.ProductApexCentral), report.Options{})
	rows, err := b.GetRows("Summary")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(rows, func(row []string) bool {
		return len(row) > 5 && row[1] == "Outbound, to clouds" && row[3] == "licenseupdate.trendmicro.com" && row[5] == "443/tcp"
	}) {
		t.Errorf("the license server is not among the clouds: %q", rows)
	}
	if want := len(openingsOf(portbook.ProductApexCentral)) + 3; len(rows) != want {
		t.Errorf("the summary has %d rows, want %d", len(rows), want)
	}
	decisions, err := b.GetRows("Decisions needed")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range decisions[4:] { // below the title, what decisions and the mark are, and the header
		got = append(got, row[len(row)-1])
	}
	var want []string
	for f := range content.UndecidedAny(portbook.Flows().DocumentedBy(portbook.ProductApexCentral)).All() {
		want = append(want, f.String())
	}
	if !slices.Equal(got, want) || len(want) < 5 {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEmptyColumns checks that columns which say nothing are left out, unless they are asked for.
func TestEmptyColumns(t *testing.T) {
	flows := portbook.Flows().DocumentedBy(portbook.ProductApexCentral).Matching(func(f portbook.Flow) bool { return len(f.OSServices()) == 0 })
	for _, columns := range [][]report.Column{nil, report.Columns(report.ViewFlows)} {
		page := write(t, flows, report.Options{Format: format.Format, Columns: columns})
		for _, x := range []report.Column{report.ColumnServices, report.ColumnDirection} {
			if shown := strings.Contains(page, `<td class="c-`+string(x)+`"`); shown != (columns != nil) {
				t.Errorf("%s, asked for: %v, shown: %v", x, columns != nil, shown)
			}
		}
	}
}

// TestSummaryInText checks that reports as text and as Markdown begin with what
// must be open and what needs a decision, as pages do.
func TestSummaryInText(t *testing.T) {
	for lang, l := range localizers() {
		for _, f := range []report.Format{report.Text, report.Markdown} {
			out := write(t, portbook.Flows(), report.Options{Format: f, Languages: []i18n.Localizer{l}, Columns: []report.Column{report.ColumnSection}})
			c := content.New(portbook.Flows(), content.Options{Languages: []i18n.Localizer{l}})
			d := c.In(l)
			for _, id := range c.Products {
				for _, x := range c.Openings(id) {
					row := d.OpeningRow(x)
					if !slices.ContainsFunc(strings.Split(out, "\n"), func(line string) bool {
						return !slices.ContainsFunc(row, func(s string) bool {
							return !strings.Contains(line, s) && !strings.Contains(line, grid.EscapeMarkdown(s))
						})
					}) {
						t.Errorf("%s as %s: no line says %q", lang, f.Name(), row)
					}
				}
			}
			for _, x := range c.DecisionLists() {
				for g := range x.Flows.All() {
					if s := "- " + d.Plain(d.Decide(g)); !strings.Contains(out, s) && !strings.Contains(out, "- "+grid.EscapeMarkdown(d.Plain(d.Decide(g)))) {
						t.Errorf("%s as %s lacks %q", lang, f.Name(), s)
					}
				}
			}
			if list := write(t, portbook.Flows(), report.Options{Format: f, View: report.ViewPorts, Languages: []i18n.Localizer{l}}); strings.Contains(list, d.Label(label.ReportOpenings)) {
				t.Errorf("%s as %s: a view by host has a summary of flows", lang, f.Name())
			}
		}
	}
}
