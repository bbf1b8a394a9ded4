// Package content is what reports say: rows under headings, notes and sources,
// and the words for them in each language. Package report fills it, and
// renderers write it: those of package report, report/html and report/xlsx.
package content

import "bufio"

// Renderer is what a report.Format is besides its name: it writes reports. Those
// that are a [Lister] write bare rows too, those that are a [ChangesWriter] write
// what changed between two versions, and those that are a [TablesWriter] write
// the plans of sites and the findings of audits.
type Renderer interface {
	// Shape returns what the format makes of rows.
	Shape() Shape
	Write(*bufio.Writer, *Report) error
}

// Lister writes rows without headings, notes and sources.
type Lister interface {
	Renderer
	WriteList(*bufio.Writer, *Report) error
}

// ChangesWriter writes what changed between two versions.
type ChangesWriter interface {
	Renderer
	WriteChanges(*bufio.Writer, *Changes) error
}

// TablesWriter writes the plans of sites and the findings of audits.
type TablesWriter interface {
	Renderer
	WriteTables(*bufio.Writer, Tables) error
}
