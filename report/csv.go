package report

import (
	"bufio"
	"fmt"
	"iter"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/text/grid"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/transform"
)

// writeCSV writes one table, whatever the grouping: a spreadsheet groups by itself.
func writeCSV(w *bufio.Writer, c *content.Report) error {
	d := c.Document()
	encoding := Encoding(d.Encoding)
	if encoding == ShiftJIS {
		if err := checkShiftJIS(d); err != nil {
			return err
		}
	}
	return csvTable(w, d.Header(), d.AllRows(), encoding, d.Tick)
}

// csvTable writes a table in an encoding. done, unless nil, is called for each row that is written.
func csvTable(w *bufio.Writer, header []string, rows iter.Seq[[]string], encoding Encoding, done func()) error {
	switch encoding {
	case ShiftJIS:
		encoder := transform.NewWriter(w, japanese.ShiftJIS.NewEncoder())
		if err := grid.CSV(encoder, header, rows, done); err != nil {
			return err
		}
		return encoder.Close()
	case UTF8BOM:
		w.WriteString(grid.ByteOrderMark)
	}
	return grid.CSV(w, header, rows, done)
}

// EncodeError says that the encoding of a report cannot express a character.
type EncodeError struct {
	Encoding  Encoding        // of the report
	Character rune            // the first that it cannot express
	Column    Column          // that has the character
	Flow      portbook.FlowID // empty in the heading of the column; in the views by host, the first flow of the row
}

// Error names the character and where it is.
func (e *EncodeError) Error() string {
	at := "the heading of column " + string(e.Column)
	if e.Flow != "" {
		at = fmt.Sprintf("column %s of flow %s", e.Column, e.Flow)
	}
	return fmt.Sprintf("report: %s cannot express %q (%U) in %s (expected: encoding %s, or columns without it)", e.Encoding, e.Character, e.Character, at, UTF8BOM)
}

// checkShiftJIS finds the first character that Shift_JIS cannot express, so
// that nothing is written when there is one.
func checkShiftJIS(d *content.Document) error {
	encoder := japanese.ShiftJIS.NewEncoder()
	check := func(row []string, flow func() portbook.FlowID) error {
		for i, s := range row {
			if _, err := encoder.String(s); err == nil {
				continue
			}
			for _, r := range s {
				if _, err := encoder.String(string(r)); err != nil {
					return &EncodeError{ShiftJIS, r, Column(d.Columns[i]), flow()}
				}
			}
		}
		return nil
	}
	if err := check(d.Header(), func() portbook.FlowID { return "" }); err != nil {
		return err
	}
	n := 0
	for row := range d.AllRows() {
		if err := check(row, func() portbook.FlowID { return flowOfRow(d, n) }); err != nil {
			return err
		}
		n++
	}
	return nil
}

// flowOfRow returns the flow of row n of allRows, or the first flow that it stands for.
func flowOfRow(d *content.Document, n int) portbook.FlowID {
	if d.View == content.ViewFlows {
		return slices.Collect(d.Flows.All())[n].ID()
	}
	for _, g := range d.Groups {
		if n < len(g.Listeners) {
			return slices.Collect(g.Listeners[n].Flows.All())[0].ID()
		}
		n -= len(g.Listeners)
	}
	return ""
}
