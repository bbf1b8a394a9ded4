// Package html writes reports of package report as one file for a browser, without
// references to others: with search, filters, sorting, diagrams, and a layout for
// paper. It can hold several languages, shows the first, and switches to the
// others.
//
//	err := report.Write(w, flows, report.Options{Format: html.Format, Draw: svg.Draw})
//
// [Format] is all there is: package report has the options.
package html

import (
	"bufio"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/report"
)

// Format is the format of package report: see [report.Options].
const Format = format("html")

type format string

var (
	_ report.Format         = Format
	_ content.ChangesWriter = Format
)

func (f format) Name() string       { return string(f) }
func (format) MediaType() string    { return "text/html; charset=utf-8" }
func (format) Extension() string    { return ".html" }
func (format) Shape() content.Shape { return content.Wide }

func (format) Write(w *bufio.Writer, r *content.Report) error { return writeHTML(w, r) }

func (format) WriteChanges(w *bufio.Writer, c *content.Changes) error { return writeChangesPage(w, c) }

func (format) WriteTables(w *bufio.Writer, t content.Tables) error { return writeTablesPage(w, t) }
