package xlsx

import (
	"iter"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
)

// writeSummary writes what must be open, product by product, from which people
// approve.
func (b *workbook) writeSummary() error {
	if !b.HasSummary() {
		return nil
	}
	type opening struct {
		product portbook.Product
		content.Opening
	}
	var list []opening
	for _, id := range b.Products {
		for _, x := range b.Openings(id) {
			list = append(list, opening{id, x})
		}
	}
	return b.writeTable(&table{
		title: b.wordInLine(label.ReportSummary), name: b.spaced(label.ReportSummary), about: []string{b.wordInLine(label.ReportOpeningsHelp)},
		header: append([]string{b.word(label.ColumnProduct)}, b.cells((*content.Document).OpeningHeader)...), size: len(list),
		rows: b.rows(func(d *content.Document) iter.Seq[[]string] {
			return func(yield func([]string) bool) {
				for _, x := range list {
					if !yield(append([]string{d.Plain(d.ProductName(x.product))}, d.OpeningRow(x.Opening)...)) {
						return
					}
				}
			}
		}),
	})
}

// writeDecisions writes the flows that people must decide on.
func (b *workbook) writeDecisions() error {
	if !b.HasSummary() {
		return nil
	}
	flows := content.UndecidedAny(b.Flows)
	return b.writeTable(&table{
		title: b.wordInLine(label.ReportDecisions), name: b.spaced(label.ReportDecisions), about: []string{b.wordInLine(label.ReportDecisionsHelp)},
		header: b.cells((*content.Document).DecisionHeader), size: flows.Len(),
		rows: b.rows(func(d *content.Document) iter.Seq[[]string] {
			return func(yield func([]string) bool) {
				for f := range flows.All() {
					if !yield(d.DecisionRow(f)) {
						return
					}
				}
			}
		}),
	})
}

// writeNotes writes the notes that no row has, and what is to be said about
// hosts: sheets have little room for it, or none.
func (b *workbook) writeNotes() error {
	notes := b.NotesElsewhere()
	rows := func(d *content.Document) [][]string {
		var list [][]string
		for _, n := range notes {
			list = append(list, []string{d.Plain(d.NoteSubject(n)), d.LabelOf("note-kind", string(n.Kind)), d.Plain(d.Text(n.Text))})
		}
		for _, g := range d.Groups {
			if about := d.About(g); about != "" {
				list = append(list, []string{d.Plain(d.TitleOf(g)), d.LabelOf("note-kind", string(portbook.NoteKindInformation)), d.Plain(about)})
			}
		}
		return list
	}
	t := &table{
		title: b.wordInLine(label.ReportNotes), name: b.spaced(label.ReportNotes),
		header: b.words(label.XlsxNoteAbout, label.ColumnKind, label.XlsxNoteText), size: len(rows(b.Document)),
		rows: b.rows(func(d *content.Document) iter.Seq[[]string] { return slices.Values(rows(d)) }),
	}
	if len(notes) < len(b.Notes) {
		t.about = []string{b.wordInLine(label.XlsxNotesHelp)}
	}
	return b.writeTable(t)
}
