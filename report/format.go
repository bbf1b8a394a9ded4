package report

import (
	"bufio"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/text/grid"
)

// Format is the form of a report: one of this package, or that of a renderer,
// html.Format of package report/html, xlsx.Format of package report/xlsx and
// sarif.Format of package report/sarif. A program links the renderers that it
// names. There are no others.
type Format interface {
	Name() string      // such as "csv"
	MediaType() string // such as "text/csv"
	Extension() string // of a file's name, such as ".csv"
}

// The formats of this package. All of them write lists and, but for those of
// CSV, changes.
const (
	Text     proseFormat = "text"     // aligned columns for a terminal
	Markdown proseFormat = "markdown" // tables of GitHub-flavoured Markdown
	CSV      csvFormat   = "csv"      // one table for people and spreadsheets, encoded as Options.Encoding says
	// CSVRows is for programs: a row for each flow, source, destination, protocol
	// and range of ports, with plain values in columns of their own, in UTF-8
	// without a byte order mark. It has fixed columns and ViewFlows alone.
	CSVRows rowsFormat   = "csv-rows"
	JSON    recordFormat = "json" // the schema of portbook.FlowRecord
)

// Formats returns the formats of this package.
func Formats() []Format { return []Format{Text, Markdown, CSV, CSVRows, JSON} }

// ParseFormat returns the format with a name, among those given or else those
// of this package. The error is an *[OptionError].
func ParseFormat(name string, formats ...Format) (Format, error) {
	formats = orAll(formats)
	if i := slices.IndexFunc(formats, func(f Format) bool { return f.Name() == name }); i >= 0 {
		return formats[i], nil
	}
	return nil, &OptionError{"format", name, formatNames(formats)}
}

// FormatOfFile returns the format that the name of a file ends in, among those
// given or else those of this package: the first where several have one ending,
// as CSV and CSVRows do. The error is an *[OptionError].
func FormatOfFile(name string, formats ...Format) (Format, error) {
	formats = orAll(formats)
	extension := strings.ToLower(path.Ext(filepath.ToSlash(name)))
	if long, ok := longExtensions[extension]; ok {
		extension = long
	}
	var known []string
	for _, f := range formats {
		if f.Extension() == extension {
			return f, nil
		}
		known = content.AppendNew(known, f.Extension())
	}
	return nil, &OptionError{"ending of the file name", name, known}
}

// longExtensions gives the usual form of other extensions in use.
var longExtensions = map[string]string{".htm": ".html", ".markdown": ".md", ".text": ".txt"}

func orAll(formats []Format) []Format {
	if len(formats) == 0 {
		return Formats()
	}
	return formats
}

func formatNames(formats []Format) []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.Name())
	}
	return names
}

// proseFormat is Text or Markdown: tables under headings, as people read them.
type proseFormat string

func (f proseFormat) Name() string { return string(f) }

func (f proseFormat) MediaType() string {
	if f == Markdown {
		return "text/markdown; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

func (f proseFormat) Extension() string {
	if f == Markdown {
		return ".md"
	}
	return ".txt"
}

func (f proseFormat) Shape() content.Shape {
	if f == Markdown {
		return content.Wide
	}
	return content.Narrow
}

func (f proseFormat) Write(w *bufio.Writer, r *content.Report) error {
	d := r.Document()
	return writeReport(f.on(w, d), d)
}

func (f proseFormat) WriteList(w *bufio.Writer, r *content.Report) error {
	d := r.Document()
	if f == Markdown {
		return grid.Markdown(w, d.Header(), d.AllRows(), d.Tick)
	}
	if len(d.Groups) == 0 {
		_, err := fmt.Fprintln(w, d.Empty())
		return err
	}
	return grid.Text(w, d.Header(), d.AllRows(), d.Screen, d.Tick)
}

func (f proseFormat) WriteTables(w *bufio.Writer, c content.Tables) error {
	d := c.Base().Document()
	return writeTables(f.on(w, d), d, c)
}

func (f proseFormat) WriteChanges(w *bufio.Writer, c *content.Changes) error {
	d := c.Document()
	return writeChanges(f.on(w, d), d, c)
}

// csvFormat is CSV for people: one table.
type csvFormat string

func (f csvFormat) Name() string       { return string(f) }
func (csvFormat) MediaType() string    { return "text/csv" }
func (csvFormat) Extension() string    { return ".csv" }
func (csvFormat) Shape() content.Shape { return content.Flat }

func (csvFormat) Write(w *bufio.Writer, r *content.Report) error     { return writeCSV(w, r) }
func (csvFormat) WriteList(w *bufio.Writer, r *content.Report) error { return writeCSV(w, r) }

func (csvFormat) WriteTables(w *bufio.Writer, c content.Tables) error {
	d := c.Base().Document()
	t := c.Flat(d)
	return csvTable(w, t.Header, t.Rows, Encoding(d.Encoding), nil)
}

// recordFormat is the format JSON. It is a type of its own, so that programs
// that write tables do not link encoding/json.
type recordFormat string

func (f recordFormat) Name() string       { return string(f) }
func (recordFormat) MediaType() string    { return "application/json" }
func (recordFormat) Extension() string    { return ".json" }
func (recordFormat) Shape() content.Shape { return content.Wide }

func (recordFormat) Write(w *bufio.Writer, r *content.Report) error     { return writeJSON(w, r) }
func (recordFormat) WriteList(w *bufio.Writer, r *content.Report) error { return listJSON(w, r) }

func (recordFormat) WriteTables(w *bufio.Writer, c content.Tables) error {
	if x, ok := c.(*content.Findings); ok {
		return writeJSONFindings(w, x)
	}
	return writeJSONPlan(w, c.(*content.Plan))
}

func (recordFormat) WriteChanges(w *bufio.Writer, c *content.Changes) error {
	return writeJSONChanges(w, c)
}

func noChanges(f Format) error {
	return &OptionError{"format of changes", f.Name(), []string{"text", "markdown", "html", "json"}}
}
