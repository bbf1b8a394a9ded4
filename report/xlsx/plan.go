package xlsx

import (
	"bufio"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
)

// writePlanXLSX writes a workbook: a cover, and a sheet for each table of the
// plan. That of the needs is the application form, with columns for those who
// approve it. The bytes depend on the report alone.
func writePlanXLSX(w *bufio.Writer, c *content.Plan) error {
	c.Title = c.TitleText(c.Document())
	b := newWorkbook(c.Report)
	defer b.file.Close() // removes its temporary files
	if err := b.writeBook(func() error { return b.writePlanTables(c) }); err != nil {
		return err
	}
	return pack(w, b.file)
}

func (b *workbook) writePlanTables(c *content.Plan) error {
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
