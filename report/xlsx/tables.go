package xlsx

import (
	"bufio"
	"iter"
	"strings"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
)

// writeTablesXLSX writes a workbook: a cover, and a sheet for each table. That of
// a plan's needs is the application form, with columns for those who approve it.
// The bytes depend on the report alone.
func writeTablesXLSX(w *bufio.Writer, c content.Tables) error {
	b := newWorkbook(c.Base())
	b.title, b.subtitle, b.remark = c.TitleText, c.Subtitle, c.Remark
	defer b.file.Close() // removes its temporary files
	if err := b.writeBook(func() error { return b.writeTables(c) }); err != nil {
		return err
	}
	return pack(w, b.file)
}

func (b *workbook) writeTables(c content.Tables) error {
	tables := map[*content.Document][]content.Table{}
	for _, d := range b.documents {
		tables[d] = c.Tables(d)
	}
	for n, first := range tables[b.Document] {
		title := func(d *content.Document) string { return tables[d][n].Title }
		if first.Count == 0 {
			b.sheets = append(b.sheets, entry{title: b.sayInLine(title) + ": " + b.sayInLine(func(d *content.Document) string { return tables[d][n].Empty })})
			continue
		}
		t := &table{
			title: b.sayInLine(title), name: strings.Join(b.inEach(title), " "), size: first.Count,
			header: b.cells(func(d *content.Document) []string { return tables[d][n].Header }),
			rows:   b.rows(func(d *content.Document) iter.Seq[[]string] { return tables[d][n].Rows }),
		}
		if first.Approval {
			rule := approval{b.word(label.PlanRule), b.wordInLine(label.ReportApprovalTextError), 10, b.styles.approval, false}
			t.approvals = append([]approval{rule}, b.newApprovals()...)
		}
		if err := b.writeTable(t); err != nil {
			return err
		}
	}
	return nil
}
