package report

import (
	"bufio"
	"fmt"
	"html"
	"html/template"
	"strings"

	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
)

// writeHTML writes one file that needs no other, in the frame of all reports.
func (c *changeReport) writeHTML(w *bufio.Writer) error {
	p := newPage(c.content)
	frame, err := template.New("").Parse(pageHTML)
	if err != nil {
		return err
	}
	if err := frame.ExecuteTemplate(w, "head", p.head(c.title, c.subtitle, c.columns(), c.pageContents(p))); err != nil {
		return err
	}
	if len(c.classes) > 0 {
		if err := frame.ExecuteTemplate(w, "summary", c.pageSummary(p)); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n<section aria-labelledby=\"details\">\n<h2 id=\"details\">%s</h2>\n", p.label(label.ReportRows))
	if remark := p.say(c.remark); remark != "" {
		fmt.Fprintf(w, "<p>%s</p>\n", remark)
	}
	if len(c.classes) == 0 {
		fmt.Fprintf(w, "<p>%s</p>\n", p.label(label.DiffEmpty))
	} else if err := frame.ExecuteTemplate(w, "filters", c.pageFilters(p)); err != nil {
		return err
	}
	if err := c.writeClasses(w, p); err != nil {
		return err
	}
	w.WriteString("</section>\n")
	return frame.ExecuteTemplate(w, "foot", p.foot(c.subtitle))
}

// pageContents lists the sections of the page.
func (c *changeReport) pageContents(p *page) []contentsEntry {
	details := contentsEntry{ID: "details", Title: p.label(label.ReportRows)}
	for _, x := range c.classes {
		details.Groups = append(details.Groups, contentsEntry{ID: "impact-" + string(x.impact), Title: p.say(x.name), Count: x.count})
	}
	if len(c.classes) == 0 {
		return []contentsEntry{details}
	}
	return []contentsEntry{{ID: "summary", Title: p.label(label.ReportSummary)}, details}
}

func (c *changeReport) pageSummary(p *page) pageSummary {
	s := pageSummary{Label: p.label(label.ReportSummary)}
	for _, l := range []label.Label{label.DiffImpact, label.DiffChanges, label.DiffGained, label.DiffLost} {
		s.Header = append(s.Header, p.label(l))
	}
	for _, x := range c.classes {
		gained, lost := x.ports()
		s.Rows = append(s.Rows, summaryRow{
			Name: p.linkTo("impact-"+string(x.impact), p.say(x.name)), Counts: []int{x.count}, Ports: []template.HTML{breakable(gained), breakable(lost)},
		})
	}
	return s
}

func (c *changeReport) pageFilters(p *page) pageFilters {
	x := p.search(c.changed)
	var impacts, products []filterOption
	for _, class := range c.classes {
		impacts = append(impacts, p.option(string(class.impact), class.name))
	}
	for i, id := range c.products {
		products = append(products, p.option(fmt.Sprint(i), func(d *document) string { return c.productName(d, id) }))
	}
	x.add(p, "impact", label.DiffImpact, impacts)
	x.add(p, "product", label.ColumnProduct, products)
	x.add(p, "requirement", label.ColumnRequirement, enumOptions(p, "requirement", requirements))
	return x
}

// writeClasses writes a table for each class, with a section for each product.
func (c *changeReport) writeClasses(w *bufio.Writer, p *page) error {
	columns := c.columns()
	number := 0
	for _, x := range c.classes {
		p.openTable(w, "impact-"+string(x.impact), x.name, x.help, x.count, columns)
		for _, g := range x.products {
			p.openSection(w, func(d *document) string { return c.productName(d, g.product) }, columns)
			for _, change := range g.changes {
				number++
				if err := c.writeChange(w, p, change, number); err != nil {
					return err
				}
			}
			w.WriteString("</tbody>\n")
		}
		w.WriteString("</table></div></details>\n")
	}
	return nil
}

// writeChange writes the row of a change, with the values that filters look at.
func (c *changeReport) writeChange(w *bufio.Writer, p *page, x *diff.Change, number int) error {
	r := x.Record()
	fmt.Fprintf(w, `<tr id="%s" data-f="%d" data-impact="%s" data-product="%d" data-requirement="%s">`, html.EscapeString(printable.Line(string(x.ID))),
		number, x.Impact, p.productNumbers[r.Product], html.EscapeString(string(r.Requirement)))
	for _, col := range changeColumns {
		fmt.Fprintf(w, `<td class="c-%s">%s</td>`, col.class, c.pageCell(p, col, x))
	}
	_, err := w.WriteString("</tr>\n")
	p.tick()
	return err
}

// pageCell is a cell of a change, with places where it may break, and a line for each thing that changed.
func (c *changeReport) pageCell(p *page, col changeColumn, x *diff.Change) template.HTML {
	switch col.class {
	case "id":
		return p.linkTo(string(x.ID), template.HTML(strings.ReplaceAll(html.EscapeString(printable.Line(string(x.ID))), "/", "/<wbr>")))
	case "gained":
		return breakable(x.Gained)
	case "lost":
		return breakable(x.Lost)
	case "change":
		var b strings.Builder
		for i := range c.items(p.documents[0], x) {
			fmt.Fprintf(&b, "<div>%s</div>", p.say(func(d *document) string { return c.items(d, x)[i] }))
		}
		return template.HTML(b.String())
	}
	return p.say(func(d *document) string { return col.cell(c, d, x) })
}
