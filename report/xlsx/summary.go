package xlsx

import (
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
)

// writeSummary writes what must be open, product by product, from which people
// approve.
func (b *workbook) writeSummary() error {
	if b.View != content.ViewFlows {
		return nil
	}
	header := []string{
		b.Label(label.ColumnProduct), b.Label(label.ReportBoundary), b.Label(label.ColumnDestination), b.Label(label.ReportHosts), b.Label(label.ColumnSource),
		b.Label(label.ReportRequiredPorts), b.Label(label.ReportOtherPorts), b.Label(label.ColumnFlows),
	}
	widths := []float64{18, 20, 24, 28, 30, 26, 22, 9}
	var rows [][]cell
	for _, id := range b.Products {
		for _, x := range b.Openings(id) {
			row := b.textCells(
				b.ProductName(id), b.BoundaryName(x.Boundary), b.ComponentName(x.To), strings.Join(b.HostsOf(x.To), ", "), b.ComponentNames(x.From),
				b.portsText(x.Required()), b.portsText(x.Others()),
			)
			for i := range row {
				row[i].text = b.shown(header[i], row[i].text, widths[i])
			}
			rows = append(rows, append(row, cell{value: x.Flows.Len(), style: b.styles.number}))
		}
	}
	return b.writeList(b.Label(label.ReportSummary), header, widths, rows)
}

// writeDecisions writes the flows that people must decide on.
func (b *workbook) writeDecisions() error {
	if b.View != content.ViewFlows {
		return nil
	}
	header := []string{b.Label(label.ReportWhy), b.Label(label.ColumnProduct), b.Label(label.ReportConnection), b.Label(label.ColumnPurpose), b.Label(label.ColumnID)}
	widths := []float64{26, 20, 60, 44, 30}
	var rows [][]cell
	for f := range content.UndecidedAny(b.Flows).All() {
		var why []string
		for _, x := range content.Decisions(f) {
			why = append(why, b.DecisionName(x))
		}
		row := b.textCells(strings.Join(why, ", "), b.ProductName(f.Product()), b.Decide(f), b.Text(f.Purpose()), f.String())
		for i := range row {
			row[i].text = b.shown(header[i], row[i].text, widths[i])
		}
		rows = append(rows, row)
	}
	return b.writeList(b.Label(label.ReportDecisions), header, widths, rows)
}

// portsText words the ports of flows in a cell.
func (b *workbook) portsText(flows portbook.FlowSet) string {
	return strings.Join(b.SumPorts(flows), "; ")
}

func (b *workbook) textCells(texts ...string) []cell {
	cells := make([]cell, len(texts))
	for i, s := range texts {
		cells[i] = b.textCell(b.Plain(s))
	}
	return cells
}
