package xlsx

import (
	"bufio"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
)

// writeTablesXLSX writes a workbook: a cover, and a sheet for each table. That of
// a plan's needs is the application form, with columns for those who approve it.
// The bytes depend on the report alone.
func writeTablesXLSX(w *bufio.Writer, c content.Tables) error {
	r := c.Base()
	r.Title = c.TitleText(r.Document())
	b := newWorkbook(r)
	defer b.file.Close() // removes its temporary files
	if err := b.writeBook(func() error { return b.writeTables(c) }); err != nil {
		return err
	}
	return pack(w, b.file)
}

func (b *workbook) writeTables(c content.Tables) error {
	for _, t := range c.Tables(b.Document) {
		x := &listing{title: t.Title, columns: make([]content.Column, len(t.Header)), header: t.Header, size: t.Count}
		x.widths = columnWidths(t.Header, t.Rows, tableWidth)
		if t.Approval {
			x.approvals = append([]approval{{b.Label(label.PlanRule), b.Label(label.ReportApprovalTextError), 10, b.styles.approval, false}}, b.newApprovals()...)
			for _, a := range x.approvals {
				x.header, x.widths = append(x.header, a.heading), append(x.widths, a.width)
			}
		}
		if err := b.writeRows(x, t.Rows); err != nil {
			return err
		}
	}
	return nil
}
