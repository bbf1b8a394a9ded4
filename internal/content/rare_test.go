package content

import (
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"golang.org/x/text/language"
)

// TestRareColumns leaves out columns of pages, and loses nothing that they say:
// each cell that says something is in a column, or in the remarks. Some columns
// have to be rare, and none of the views without remarks on flows.
func TestRareColumns(t *testing.T) {
	moved := 0
	for _, v := range Views() {
		for _, tag := range []language.Tag{language.English, language.Japanese} {
			r := New(portbook.Flows(), Options{View: v, Shape: Wide, Languages: []i18n.Localizer{i18n.New(tag)}})
			d := r.Document()
			for _, g := range r.Groups {
				same := slices.DeleteFunc(slices.Clone(r.Groups), func(x Group) bool { return x.Subject() != g.Subject() })
				columns, rare := r.ColumnsOf(d, same) // those of a table
				if v != ViewFlows && len(rare) > 0 {
					t.Errorf("%s: the columns %v of %s are lost", v, rare, d.TitleOf(g))
				}
				for f := range g.Flows.All() {
					remarks := d.RemarksWith(rare, f)
					for _, c := range r.Columns {
						cell := FlowCells[c](d, f)
						if !d.says(c, cell) || slices.Contains(columns, c) {
							continue
						}
						moved++
						if line := d.LabelOf("column", string(c)) + ": " + cell; !slices.Contains(rare, c) || !slices.Contains(remarks, line) {
							t.Errorf("%s: %q is in no column and not in the remarks %q", f, line, remarks)
						}
					}
				}
				for _, x := range g.Listeners {
					for _, c := range r.Columns {
						if cell := ListenerCells[c](d, x); d.says(c, cell) && !slices.Contains(columns, c) {
							t.Errorf("%s of %s: %q is lost", v, d.TitleOf(g), cell)
						}
					}
				}
			}
		}
	}
	if moved == 0 {
		t.Error("no column is rare")
	}
	chosen := New(portbook.Flows(), Options{Columns: []Column{ColumnID, ColumnServices, ColumnRemarks}, Shape: Wide})
	if columns, rare := chosen.ColumnsOf(chosen.Document(), chosen.Groups); len(columns) != 3 || len(rare) > 0 {
		t.Errorf("columns that were asked for are %v, and rare %v", columns, rare)
	}
}
