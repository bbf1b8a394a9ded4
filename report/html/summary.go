package html

import (
	"fmt"
	"html"
	"html/template"
	"net/url"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
)

// pageSummary is what people approve from: what the flows of each product add up
// to, and what must be open for them.
type pageSummary struct {
	Label    template.HTML
	Header   []template.HTML
	Rows     []summaryRow
	Openings *pageOpenings
	Decision *pageDecisions
}

type summaryRow struct {
	Name   template.HTML
	Counts []template.HTML
	Ports  []template.HTML
}

// pageOpenings is what must be open, by product and boundary.
type pageOpenings struct {
	Label, Help template.HTML
	Header      []template.HTML
	Products    []productOpenings
	Open        bool // unfolded
}

type productOpenings struct {
	ID         string
	Name       template.HTML
	Boundaries []boundaryOpenings
}

type boundaryOpenings struct {
	Name template.HTML
	Rows []openingRow
}

type openingRow struct{ To, Hosts, From, Required, Others, Count template.HTML }

// pageDecisions lists the flows that need a decision.
type pageDecisions struct {
	Label, Help template.HTML
	Kinds       []decisionKind
	Count       int
}

type decisionKind struct {
	Name  template.HTML
	Flows []template.HTML
}

var requirements = portbook.Values[portbook.Requirement]()

// anyDecision is the value of a filter for all decisions.
var anyDecision = values(content.AllDecisions)

func (p *page) summary() pageSummary {
	s := pageSummary{
		Label: p.label(label.ReportSummary), Openings: p.openings(), Decision: p.decisions(),
		Header: []template.HTML{p.label(label.ColumnProduct), p.label(label.ColumnFlows), p.label(label.RequirementRequired)},
	}
	for _, x := range content.AllDecisions {
		s.Header = append(s.Header, p.say(func(d *content.Document) string { return d.DecisionName(x) }))
	}
	for _, x := range content.Boundaries {
		s.Header = append(s.Header, p.say(func(d *content.Document) string { return d.BoundaryName(x) }))
	}
	for i, id := range p.Products {
		s.Rows = append(s.Rows, p.summaryRow(i, id))
	}
	return s
}

// summaryRow adds up the flows of a product. Its counts lead to the rows that
// they count.
func (p *page) summaryRow(i int, id portbook.Product) summaryRow {
	flows, product := p.Flows.DocumentedBy(id), [2]string{"product", string(id)}
	name := p.say(func(d *content.Document) string { return d.ProductName(id) })
	required := flows.Having(portbook.RequirementRequired)
	row := summaryRow{Name: p.linkTo(openingsID(i), name), Counts: []template.HTML{
		rowsLink(flows.Len(), product), rowsLink(required.Len(), product, [2]string{"requirement", string(portbook.RequirementRequired)}),
	}}
	for _, x := range content.AllDecisions {
		row.Counts = append(row.Counts, rowsLink(content.Undecided(flows, x).Len(), product, [2]string{"decision", string(x)}))
	}
	crossing := map[content.Boundary]portbook.FlowSet{}
	for _, x := range p.Report.Openings(id) {
		crossing[x.Boundary] = crossing[x.Boundary].Union(x.Flows)
	}
	for _, x := range content.Boundaries {
		row.Ports = append(row.Ports, p.sum(crossing[x]))
	}
	return row
}

func openingsID(product int) string { return fmt.Sprintf("openings-%d", product+1) }

// sum words the ports of flows, an item on each line.
func (p *page) sum(flows portbook.FlowSet) template.HTML {
	return p.lines(func(d *content.Document) []string { return d.SumPorts(flows) })
}

// lines is say for items, each on a line that may break after its commas.
func (p *page) lines(of func(*content.Document) []string) template.HTML {
	var list []string
	for i := range of(p.documents[0]) {
		line := string(p.say(func(d *content.Document) string { return of(d)[i] }))
		list = append(list, strings.ReplaceAll(line, ",", ",<wbr>"))
	}
	return template.HTML(strings.Join(list, "<br>"))
}

// rowsLink shows a count that leads to its rows: the script of the page sets the
// filters that the link names.
func rowsLink(n int, filters ...[2]string) template.HTML {
	text := template.HTML(fmt.Sprint(n))
	if n == 0 {
		return text
	}
	var list []string
	for _, x := range filters {
		list = append(list, url.QueryEscape(x[0])+"="+url.QueryEscape(printable.Line(x[1])))
	}
	return template.HTML(fmt.Sprintf(`<a href="#?%s">%s</a>`, html.EscapeString(strings.Join(list, "&")), text))
}

// openingColumns are the columns of what must be open.
var openingColumns = []pageColumn{
	{"opening-destination", func(d *content.Document) string { return d.Label(label.ColumnDestination) }},
	{"opening-source", func(d *content.Document) string { return d.Label(label.ColumnSource) }},
	{"opening-required", func(d *content.Document) string { return d.Label(label.ReportRequiredPorts) }},
	{"opening-others", func(d *content.Document) string { return d.Label(label.ReportOtherPorts) }},
	{"opening-flows", func(d *content.Document) string { return d.Label(label.ColumnFlows) }},
}

// fewOpenings is the number of products up to which all of them are unfolded.
const fewOpenings = 3

func (p *page) openings() *pageOpenings {
	s := &pageOpenings{Label: p.label(label.ReportOpenings), Help: p.label(label.ReportOpeningsHelp), Open: len(p.Products) <= fewOpenings}
	for _, c := range openingColumns {
		s.Header = append(s.Header, p.say(c.label))
	}
	for i, id := range p.Products {
		product := productOpenings{ID: openingsID(i), Name: p.say(func(d *content.Document) string { return d.ProductName(id) })}
		last := content.Boundary("")
		for _, x := range p.Report.Openings(id) {
			if x.Boundary != last {
				product.Boundaries = append(product.Boundaries, boundaryOpenings{Name: p.say(func(d *content.Document) string { return d.BoundaryName(x.Boundary) })})
				last = x.Boundary
			}
			b := &product.Boundaries[len(product.Boundaries)-1]
			b.Rows = append(b.Rows, p.openingRow(id, x))
		}
		s.Products = append(s.Products, product)
	}
	return s
}

func (p *page) openingRow(product portbook.Product, x content.Opening) openingRow {
	return openingRow{
		To:       p.say(func(d *content.Document) string { return d.ComponentName(x.To) }),
		Hosts:    p.lines(func(d *content.Document) []string { return d.HostsOf(x.To) }),
		From:     p.say(func(d *content.Document) string { return d.ComponentNames(x.From) }),
		Required: p.sum(x.Required()), Others: p.sum(x.Others()),
		Count: rowsLink(x.Flows.Len(), [2]string{"product", string(product)}, [2]string{"boundary", string(x.Boundary)}, [2]string{"destination", string(x.To)}),
	}
}

// decisions lists the flows that need a decision, by kind; nil for none.
func (p *page) decisions() *pageDecisions {
	s := &pageDecisions{Label: p.label(label.ReportDecisions), Help: p.label(label.ReportDecisionsHelp), Count: content.UndecidedAny(p.Flows).Len()}
	for _, x := range content.AllDecisions {
		kind := decisionKind{Name: p.say(func(d *content.Document) string { return d.DecisionName(x) })}
		for f := range content.Undecided(p.Flows, x).All() {
			kind.Flows = append(kind.Flows, p.linkTo(f.String(), p.say(func(d *content.Document) string { return d.Decide(f) })))
		}
		if len(kind.Flows) > 0 {
			s.Kinds = append(s.Kinds, kind)
		}
	}
	if s.Count == 0 {
		return nil
	}
	return s
}
