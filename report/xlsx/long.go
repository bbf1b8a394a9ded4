package xlsx

import (
	"fmt"
	"slices"

	"github.com/portbook/portbook/internal/label"
)

// writeLongTexts writes the texts that their cells cannot show, each in as many
// rows as it needs. All of these have its number, so that sorting keeps them
// together.
func (b *workbook) writeLongTexts() error {
	var rows [][]string
	widths := []float64{8, 30, 116}
	for i, x := range b.long {
		for _, piece := range pieces(x.text, widths[2], maxLines) {
			rows = append(rows, []string{fmt.Sprint(i + 1), x.column, piece})
		}
	}
	return b.writeTable(&table{
		title: b.wordInLine(label.XlsxLong), name: b.spaced(label.XlsxLong), header: b.words(label.XlsxNumber, label.XlsxLongColumn, label.XlsxLongText),
		rows: slices.Values(rows), size: len(rows), widths: widths, whole: true,
	})
}
