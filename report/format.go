package report

import (
	"bufio"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/content"
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
	Text     tableFormat = "text"     // aligned columns for a terminal
	Markdown tableFormat = "markdown" // tables of GitHub-flavoured Markdown
	CSV      tableFormat = "csv"      // one table for people and spreadsheets, encoded as Options.Encoding says
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

// tableFormat is a format of this package that holds plain tables.
type tableFormat string

// facts holds what the formats of this package are.
var facts = map[tableFormat]struct {
	mediaType, extension string
	shape                content.Shape
}{
	Text:     {"text/plain; charset=utf-8", ".txt", content.Narrow},
	Markdown: {"text/markdown; charset=utf-8", ".md", content.Wide},
	CSV:      {"text/csv", ".csv", content.Flat},
}

func (f tableFormat) Name() string         { return string(f) }
func (f tableFormat) MediaType() string    { return facts[f].mediaType }
func (f tableFormat) Extension() string    { return facts[f].extension }
func (f tableFormat) Shape() content.Shape { return facts[f].shape }
func (f tableFormat) Multilingual() bool   { return false }

func (f tableFormat) Write(w *bufio.Writer, r *content.Report) error {
	switch f {
	case Markdown:
		return writeMarkdown(w, r)
	case CSV:
		return writeCSV(w, r)
	}
	return writeText(w, r)
}

func (f tableFormat) WriteList(w *bufio.Writer, r *content.Report) error {
	switch f {
	case Markdown:
		return listMarkdown(w, r)
	case CSV:
		return writeCSV(w, r)
	}
	return listText(w, r)
}

func (f tableFormat) WriteChanges(w *bufio.Writer, c *content.Changes) error {
	switch f {
	case Markdown:
		return writeMarkdownChanges(w, c)
	case CSV:
		return noChanges(f)
	}
	return writeTextChanges(w, c)
}

// recordFormat is the format JSON. It is a type of its own, so that programs
// that write tables do not link encoding/json.
type recordFormat string

func (f recordFormat) Name() string       { return string(f) }
func (recordFormat) MediaType() string    { return "application/json" }
func (recordFormat) Extension() string    { return ".json" }
func (recordFormat) Shape() content.Shape { return content.Wide }
func (recordFormat) Multilingual() bool   { return false }

func (recordFormat) Write(w *bufio.Writer, r *content.Report) error     { return writeJSON(w, r) }
func (recordFormat) WriteList(w *bufio.Writer, r *content.Report) error { return listJSON(w, r) }

func (f tableFormat) WriteTables(w *bufio.Writer, c content.Tables) error {
	switch f {
	case Markdown:
		return writeMarkdownTables(w, c)
	case CSV:
		return writeCSVTables(w, c)
	}
	return writeTextTables(w, c)
}

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
