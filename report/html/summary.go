package html

import (
	"fmt"
	"html"
	"html/template"
	"net/url"
	"slices"
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
	Columns  []summaryColumn // the first names the rows
	Rows     []summaryRow
	Openings *pageOpenings
	Decision *pageDecisions
}

type summaryColumn struct {
	Class string
	Label template.HTML
}

type summaryRow struct {
	Name  template.HTML
	Cells []summaryCell // of the columns after the first
}

type summaryCell struct {
	Class string // of its column
	Kind  string // count or ports
	Text  template.HTML
	None  bool // it says that there are none
}

func countCell(n int, text template.HTML) summaryCell {
	return summaryCell{Kind: "number", Text: text, None: n == 0}
}

func portsCell(text template.HTML) summaryCell {
	return summaryCell{Kind: "ports", Text: text, None: text == ""}
}

// newSummary makes a summary of rows; columns in which all of them have none are
// left out.
func (p *page) newSummary(columns []pageColumn, rows []summaryRow) pageSummary {
	s := pageSummary{Label: p.label(label.ReportSummary), Rows: rows}
	for i, c := range columns {
		if i > 0 && !slices.ContainsFunc(rows, func(r summaryRow) bool { return !r.Cells[i-1].None }) {
			continue
		}
		s.Columns = append(s.Columns, summaryColumn{c.class, p.say(c.label)})
		for n := range rows {
			if i > 0 {
				rows[n].Cells[i-1].Class = c.class
			}
		}
	}
	for n := range rows {
		rows[n].Cells = slices.DeleteFunc(rows[n].Cells, func(c summaryCell) bool { return c.Class == "" })
	}
	return s
}

// pageOpenings is what must be open, by product and boundary.
type pageOpenings struct {
	Label, Help template.HTML
	Header      []template.HTML
	Products    []productOpenings
	Open        bool // unfolded
}

type productOpenings struct {
	ID               string
	Name             template.HTML
	Boundaries       []boundaryOpenings
	Required, Others bool // whether a row has any: columns without are left out
}

// Columns returns the number of columns.
func (x productOpenings) Columns() int {
	n := 3
	for _, shown := range []bool{x.Required, x.Others} {
		if shown {
			n++
		}
	}
	return n
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
	var rows []summaryRow
	for i, id := range p.Products {
		rows = append(rows, p.summaryRow(i, id))
	}
	s := p.newSummary(summaryColumns(), rows)
	s.Openings, s.Decision = p.openings(), p.decisions()
	return s
}

// summaryColumns are the columns of [page.summaryRow].
func summaryColumns() []pageColumn {
	columns := labelColumns("summary", label.ColumnProduct, label.ColumnFlows, label.RequirementRequired)
	for _, x := range content.AllDecisions {
		columns = append(columns, pageColumn{"summary-" + string(x), func(d *content.Document) string { return d.DecisionName(x) }})
	}
	for _, x := range content.Boundaries {
		columns = append(columns, pageColumn{"summary-" + string(x), func(d *content.Document) string { return d.BoundaryName(x) }})
	}
	return columns
}

// labelColumns are columns that labels name.
func labelColumns(class string, labels ...label.Label) []pageColumn {
	var columns []pageColumn
	for i, x := range labels {
		columns = append(columns, pageColumn{fmt.Sprintf("%s-%d", class, i), func(d *content.Document) string { return d.Label(x) }})
	}
	return columns
}

// summaryRow adds up the flows of a product. Its counts lead to the rows that
// they count.
func (p *page) summaryRow(i int, id portbook.Product) summaryRow {
	flows, product := p.Flows.DocumentedBy(id), [2]string{"product", string(id)}
	name := p.say(func(d *content.Document) string { return d.ProductName(id) })
	required := flows.Having(portbook.RequirementRequired)
	row := summaryRow{Name: p.linkTo(openingsID(i), name)}
	count := func(n int, filters ...[2]string) {
		row.Cells = append(row.Cells, countCell(n, rowsLink(n, filters...)))
	}
	count(flows.Len(), product)
	count(required.Len(), product, [2]string{"requirement", string(portbook.RequirementRequired)})
	for _, x := range content.AllDecisions {
		count(content.Undecided(flows, x).Len(), product, [2]string{"decision", string(x)})
	}
	crossing := map[content.Boundary]portbook.FlowSet{}
	for _, x := range p.Report.Openings(id) {
		crossing[x.Boundary] = crossing[x.Boundary].Union(x.Flows)
	}
	for _, x := range content.Boundaries {
		row.Cells = append(row.Cells, portsCell(p.sum(crossing[x])))
	}
	return row
}

func openingsID(product int) string { return fmt.Sprintf("openings-%d", product+1) }

// sum words the ports of flows, an item on each line.
func (p *page) sum(flows portbook.FlowSet) template.HTML {
	return p.lines(func(d *content.Document) []string { return d.SumPorts(flows) })
}

// lines is say for items, each on a line.
func (p *page) lines(of func(*content.Document) []string) template.HTML {
	var list []string
	for i := range of(p.documents[0]) {
		list = append(list, string(p.say(func(d *content.Document) string { return of(d)[i] })))
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
			row := p.openingRow(id, x)
			b.Rows = append(b.Rows, row)
			product.Required, product.Others = product.Required || row.Required != "", product.Others || row.Others != ""
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
