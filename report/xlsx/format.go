// Package xlsx writes reports of package report as a workbook for a spreadsheet
// program, in which rows can be filtered and approved, and sheets printed.
//
//	err := report.Write(w, flows, report.Options{Format: xlsx.Format, Draw: svg.Draw})
//
// A workbook in several languages has all of them in each cell, the first one on
// top, so that a row is approved once. Its diagrams are pictures in SVG, which
// Excel 2019 and later, Microsoft 365 and LibreOffice show.
package xlsx

import (
	"bufio"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/report"
)

// Format is the format of package report: see [report.Options].
const Format = format("xlsx")

type format string

var (
	_ report.Format    = Format
	_ content.Renderer = Format
)

func (f format) Name() string { return string(f) }
func (format) MediaType() string {
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}
func (format) Extension() string    { return ".xlsx" }
func (format) Shape() content.Shape { return content.Sheets }

func (format) Write(w *bufio.Writer, r *content.Report) error { return writeXLSX(w, r) }

func (format) WriteTables(w *bufio.Writer, t content.Tables) error { return writeTablesXLSX(w, t) }
