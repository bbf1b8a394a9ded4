package report

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/text/printable"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/transform"
)

// byteOrderMark tells spreadsheets that the file is UTF-8.
const byteOrderMark = "\ufeff"

// writeCSV writes one table, whatever the grouping: a spreadsheet groups by itself.
func writeCSV(w *bufio.Writer, c *content) error {
	d := c.document()
	switch d.Encoding {
	case UTF8:
		return csvRecords(w, d.header(), d.counted(d.allRows()))
	case ShiftJIS:
		if err := d.checkShiftJIS(); err != nil {
			return err
		}
		encoder := transform.NewWriter(w, japanese.ShiftJIS.NewEncoder())
		if err := csvRecords(encoder, d.header(), d.counted(d.allRows())); err != nil {
			return err
		}
		return encoder.Close()
	}
	return csvTable(w, d.header(), d.counted(d.allRows()))
}

// csvTable writes records in UTF-8 after a byte order mark.
func csvTable(w *bufio.Writer, header []string, rows iter.Seq[[]string]) error {
	w.WriteString(byteOrderMark)
	return csvRecords(w, header, rows)
}

// csvRecords writes records that end in CR LF (RFC 4180).
func csvRecords(w io.Writer, header []string, rows iter.Seq[[]string]) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	err := eachRow(header, rows, func(row []string) error {
		safe := make([]string, len(row))
		for i, s := range row {
			safe[i] = neutral(printable.Line(s))
		}
		return c.Write(safe)
	})
	if err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

// neutral keeps a spreadsheet from reading a cell as a formula, by a leading apostrophe. In Japan spreadsheets take
// full-width signs for formulas too.
func neutral(s string) string {
	if isFormula(s) {
		return "'" + s
	}
	return s
}

func isFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u3000"))
	return r != utf8.RuneError && strings.ContainsRune("=+-@＝＋－＠", r)
}

// EncodeError tells that the encoding of a report cannot express a character.
type EncodeError struct {
	Encoding  Encoding
	Character rune
	Column    Column
	Flow      portbook.FlowID // empty in the heading of the column; in the views by host, the first flow of the row
}

func (e *EncodeError) Error() string {
	at := "the heading of column " + string(e.Column)
	if e.Flow != "" {
		at = fmt.Sprintf("column %s of flow %s", e.Column, e.Flow)
	}
	return fmt.Sprintf("report: %s cannot express %q (%U) in %s (accepted: encoding %s, or columns without it)", e.Encoding, e.Character, e.Character, at, UTF8BOM)
}

// checkShiftJIS finds the first character that Shift_JIS cannot express, so that nothing is written when there is one.
func (d *document) checkShiftJIS() error {
	encoder := japanese.ShiftJIS.NewEncoder()
	check := func(row []string, flow func() portbook.FlowID) error {
		for i, s := range row {
			if _, err := encoder.String(s); err == nil {
				continue
			}
			for _, r := range s {
				if _, err := encoder.String(string(r)); err != nil {
					return &EncodeError{ShiftJIS, r, d.Columns[i], flow()}
				}
			}
		}
		return nil
	}
	if err := check(d.header(), func() portbook.FlowID { return "" }); err != nil {
		return err
	}
	n := 0
	for row := range d.allRows() {
		if err := check(row, func() portbook.FlowID { return d.flowOfRow(n) }); err != nil {
			return err
		}
		n++
	}
	return nil
}

// flowOfRow returns the flow of row n of allRows, or the first flow that it stands for.
func (d *document) flowOfRow(n int) portbook.FlowID {
	if d.View == ViewFlows {
		return d.flows.Slice()[n].ID()
	}
	for _, g := range d.groups {
		if n < len(g.listeners) {
			return g.listeners[n].Flows.Slice()[0].ID()
		}
		n -= len(g.listeners)
	}
	return ""
}
