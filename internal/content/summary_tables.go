package content

import (
	"fmt"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
)

// HasSummary reports whether the report has a summary: that of flows has one,
// unless it has no flows.
func (c *Report) HasSummary() bool { return c.View == ViewFlows && c.Flows.Len() > 0 }

// OpeningHeader names the columns of [Document.OpeningRow].
func (d *Document) OpeningHeader() []string {
	var list []string
	for _, x := range []label.Label{
		label.ReportBoundary, label.ColumnDestination, label.ReportHosts, label.ColumnSource, label.ReportRequiredPorts, label.ReportOtherPorts, label.ColumnFlows,
	} {
		list = append(list, d.Label(x))
	}
	return list
}

// OpeningRow says as plain text what must be open to a component.
func (d *Document) OpeningRow(x Opening) []string {
	return d.plain(
		d.BoundaryName(x.Boundary), d.ComponentName(x.To), strings.Join(d.HostsOf(x.To), ", "), d.ComponentNames(x.From),
		strings.Join(d.SumPorts(x.Required()), "; "), strings.Join(d.SumPorts(x.Others()), "; "), fmt.Sprint(x.Flows.Len()),
	)
}

// OpeningTable is what must be open for a product. Columns that say nothing are
// left out.
func (d *Document) OpeningTable(product portbook.Product) grid.Table {
	t := grid.Table{Header: d.OpeningHeader()}
	for _, x := range d.Openings(product) {
		t.Rows = append(t.Rows, d.OpeningRow(x))
	}
	return t.WithoutEmpty()
}

// DecisionHeader names the columns of [Document.DecisionRow].
func (d *Document) DecisionHeader() []string {
	return []string{d.Label(label.ReportWhy), d.Label(label.ColumnProduct), d.Label(label.ReportConnection), d.Label(label.ColumnPurpose), d.Label(label.ColumnID)}
}

// DecisionRow says as plain text what is to be decided on a flow.
func (d *Document) DecisionRow(f portbook.Flow) []string {
	var why []string
	for _, x := range Decisions(f) {
		why = append(why, d.DecisionName(x))
	}
	return d.plain(strings.Join(why, ", "), d.ProductName(f.Product()), d.Decide(f), d.Text(f.Purpose()), f.String())
}

// DecisionList is a kind of decision and the flows that need it.
type DecisionList struct {
	Decision Decision
	Flows    portbook.FlowSet
}

// DecisionLists returns the flows that need a decision, by its kind.
func (c *Report) DecisionLists() []DecisionList {
	var list []DecisionList
	for _, x := range AllDecisions {
		if flows := Undecided(c.Flows, x); !flows.IsEmpty() {
			list = append(list, DecisionList{x, flows})
		}
	}
	return list
}

func (d *Document) plain(texts ...string) []string {
	for i, s := range texts {
		texts[i] = d.Plain(s)
	}
	return texts
}
