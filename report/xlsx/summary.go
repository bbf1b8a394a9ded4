package xlsx

import (
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
)

// writeSummary writes what must be open, product by product, from which people
// approve.
func (b *workbook) writeSummary() error {
	if !b.HasSummary() {
		return nil
	}
	header := append([]string{b.Label(label.ColumnProduct)}, b.OpeningHeader()...)
	widths := []float64{18, 20, 24, 28, 30, 26, 22, 9}
	var rows [][]cell
	for _, id := range b.Products {
		for _, x := range b.Openings(id) {
			row := b.shownCells(header, append([]string{b.Plain(b.ProductName(id))}, b.OpeningRow(x)...), widths)
			count := &row[len(row)-1]
			*count = cell{text: count.text, value: x.Flows.Len(), style: b.styles.number}
			rows = append(rows, row)
		}
	}
	return b.writeList(b.Label(label.ReportSummary), header, widths, rows)
}

// writeDecisions writes the flows that people must decide on.
func (b *workbook) writeDecisions() error {
	if !b.HasSummary() {
		return nil
	}
	header, widths := b.DecisionHeader(), []float64{26, 20, 60, 44, 30}
	var rows [][]cell
	for f := range content.UndecidedAny(b.Flows).All() {
		rows = append(rows, b.shownCells(header, b.DecisionRow(f), widths))
	}
	return b.writeList(b.Label(label.ReportDecisions), header, widths, rows)
}

// shownCells returns the cells of texts. What does not fit is cut and kept for
// the sheet of long texts.
func (b *workbook) shownCells(header, texts []string, widths []float64) []cell {
	cells := make([]cell, len(texts))
	for i, s := range texts {
		cells[i] = b.textCell(b.shown(header[i], s, widths[i]))
	}
	return cells
}
