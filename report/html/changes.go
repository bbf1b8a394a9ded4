package html

import (
	"bufio"
	"fmt"
	"github.com/portbook/portbook/internal/content"
	"html"
	"html/template"
	"slices"
	"strings"

	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
)

// writeHTML writes one file that needs no other, in the frame of all reports.
func writeChangesPage(w *bufio.Writer, c *content.Changes) error {
	p := newPage(c.Report)
	frame, err := template.New("").Parse(pageHTML)
	if err != nil {
		return err
	}
	if err := frame.ExecuteTemplate(w, "head", p.head(c.TitleText, c.Subtitle, slices.Concat(changeHeadings(), changesSummaryColumns()), changesContents(c, p))); err != nil {
		return err
	}
	if len(c.Classes) > 0 {
		if err := frame.ExecuteTemplate(w, "summary", changesSummary(c, p)); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n<section aria-labelledby=\"details\">\n<h2 id=\"details\">%s</h2>\n", p.label(label.ReportRows))
	if remark := p.say(c.Remark); remark != "" {
		fmt.Fprintf(w, "<p>%s</p>\n", remark)
	}
	if len(c.Classes) == 0 {
		fmt.Fprintf(w, "<p>%s</p>\n", p.label(label.DiffEmpty))
	} else if err := frame.ExecuteTemplate(w, "filters", changesFilters(c, p)); err != nil {
		return err
	}
	if err := writeClasses(w, c, p); err != nil {
		return err
	}
	w.WriteString("</section>\n")
	return frame.ExecuteTemplate(w, "foot", p.foot(c.Subtitle))
}

// changesContents lists the sections of the page.
func changesContents(c *content.Changes, p *page) []contentsEntry {
	details := contentsEntry{ID: "details", Title: p.label(label.ReportRows)}
	for _, x := range c.Classes {
		details.Groups = append(details.Groups, contentsEntry{ID: "impact-" + string(x.Impact), Title: p.say(x.Name), Count: x.Count})
	}
	if len(c.Classes) == 0 {
		return []contentsEntry{details}
	}
	return []contentsEntry{{ID: "summary", Title: p.label(label.ReportSummary)}, details}
}

func changesSummary(c *content.Changes, p *page) pageSummary {
	var rows []summaryRow
	for _, x := range c.Classes {
		gained, lost := x.Ports()
		rows = append(rows, summaryRow{Name: p.linkTo("impact-"+string(x.Impact), p.say(x.Name)), Cells: []summaryCell{
			countCell(x.Count, template.HTML(fmt.Sprint(x.Count))), portsCell(breakable(gained)), portsCell(breakable(lost)),
		}})
	}
	return p.newSummary(changesSummaryColumns(), rows)
}

func changesSummaryColumns() []pageColumn {
	return labelColumns("summary", label.DiffImpact, label.DiffChanges, label.DiffGained, label.DiffLost)
}

func changesFilters(c *content.Changes, p *page) pageFilters {
	x := p.search(c.Changed)
	var impacts, products []filterOption
	for _, class := range c.Classes {
		impacts = append(impacts, p.option(string(class.Impact), class.Name))
	}
	for i, id := range c.Products {
		products = append(products, p.option(fmt.Sprint(i), func(d *content.Document) string { return c.ProductName(d, id) }))
	}
	x.add(p, "impact", label.DiffImpact, impacts)
	x.add(p, "product", label.ColumnProduct, products)
	x.add(p, "requirement", label.ColumnRequirement, enumOptions(p, "requirement", requirements))
	return x
}

// writeClasses writes a table for each class, with a section for each product.
func writeClasses(w *bufio.Writer, c *content.Changes, p *page) error {
	number := 0
	for _, x := range c.Classes {
		filled := filledColumns(c, p, x)
		columns := headingsOf(filled)
		p.openTable(w, "impact-"+string(x.Impact), x.Name, x.Help, x.Count, columns)
		for _, g := range x.Products {
			p.openSection(w, func(d *content.Document) string { return c.ProductName(d, g.Product) }, columns)
			for _, change := range g.Changes {
				number++
				if err := writeChange(w, c, p, filled, change, number); err != nil {
					return err
				}
			}
			w.WriteString("</tbody>\n")
		}
		w.WriteString("</table></div></details>\n")
	}
	return nil
}

// filledColumns returns the columns that some change of a class fills.
func filledColumns(c *content.Changes, p *page, x content.ChangeClass) []content.ChangeColumn {
	return slices.DeleteFunc(slices.Clone(content.ChangeColumns), func(col content.ChangeColumn) bool {
		for _, g := range x.Products {
			for _, change := range g.Changes {
				if changeCell(c, p, col, change) != "" {
					return false
				}
			}
		}
		return true
	})
}

// writeChange writes the row of a change, with the values that filters look at.
func writeChange(w *bufio.Writer, c *content.Changes, p *page, columns []content.ChangeColumn, x *diff.Change, number int) error {
	r := x.Record()
	fmt.Fprintf(w, `<tr id="%s" data-f="%d" data-impact="%s" data-product="%d" data-requirement="%s">`, html.EscapeString(printable.Line(string(x.ID))),
		number, x.Impact, p.productNumbers[r.Product], html.EscapeString(string(r.Requirement)))
	for _, col := range columns {
		fmt.Fprintf(w, `<td class="c-%s">%s</td>`, col.Class, changeCell(c, p, col, x))
	}
	_, err := w.WriteString("</tr>\n")
	p.Tick()
	return err
}

// changeCell is a cell of a change, with places where it may break, and a line
// for each thing that changed.
func changeCell(c *content.Changes, p *page, col content.ChangeColumn, x *diff.Change) template.HTML {
	switch col.Class {
	case "id":
		return p.linkTo(string(x.ID), template.HTML(strings.ReplaceAll(html.EscapeString(printable.Line(string(x.ID))), "/", "/<wbr>")))
	case "gained":
		return breakable(x.Gained)
	case "lost":
		return breakable(x.Lost)
	case "change":
		var b strings.Builder
		for i := range c.Items(p.documents[0], x) {
			fmt.Fprintf(&b, "<div>%s</div>", p.say(func(d *content.Document) string { return c.Items(d, x)[i] }))
		}
		return template.HTML(b.String())
	}
	return p.say(func(d *content.Document) string { return col.Cell(c, d, x) })
}

// changeHeadings returns the columns of a page of changes.
func changeHeadings() []pageColumn { return headingsOf(content.ChangeColumns) }

func headingsOf(columns []content.ChangeColumn) []pageColumn {
	var list []pageColumn
	for _, x := range columns {
		list = append(list, pageColumn{x.Class, func(d *content.Document) string { return d.Label(x.Label) }})
	}
	return list
}
