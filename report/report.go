// Package report turns flows into documents for people: a port matrix that a firewall team accepts as it is, in every
// language that package i18n knows.
//
// [Write] makes a whole report with sources, notes and marks; [WriteList] makes the bare list. What the rows are is a matter
// of [View]: flows, the ports that each host listens on, or ports that several components want on one host.
//
// Rows are written as they are made, so a report takes no memory for its flows, in Text, Markdown, CSV and JSON. Whatever a
// catalog says is data: markup, formulas and control characters in its texts are shown and have no effect.
package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/i18n"
)

// Format is the form of a report.
type Format string

// The formats.
const (
	Text     Format = "text"     // aligned columns for a terminal
	Markdown Format = "markdown" // tables of GitHub-flavoured Markdown
	HTML     Format = "html"     // one file for a browser: search, filters, diagrams, print
	XLSX     Format = "xlsx"     // a workbook for a spreadsheet program
	CSV      Format = "csv"      // one table, encoded as Options.Encoding says
	JSON     Format = "json"     // the schema of portbook.FlowRecord
)

// Formats returns all formats.
func Formats() []Format { return []Format{Text, Markdown, HTML, XLSX, CSV, JSON} }

// ListFormats returns the formats of [WriteList] and, but for JSON, of [Table.Write].
func ListFormats() []Format { return []Format{Text, Markdown, CSV, JSON} }

// View tells what the rows of a report are.
type View string

// The views.
const (
	ViewFlows      View = "flows"      // a row for each flow
	ViewPorts      View = "ports"      // a row for each port that a host listens on, with those that need it
	ViewCollisions View = "collisions" // a row for the ports that several components want on one host
)

// Views returns all views.
func Views() []View { return []View{ViewFlows, ViewPorts, ViewCollisions} }

// Grouping tells by what the flows of a report are put under headings. A flow that belongs under several is repeated. Views
// other than ViewFlows are grouped by host.
type Grouping string

// The groupings.
const (
	ByProduct     Grouping = "product"     // by product, and by section of its document
	ByComponent   Grouping = "component"   // by the component that the flow is documented under
	BySource      Grouping = "source"      // by the components that open the connection
	ByDestination Grouping = "destination" // by the components that it is opened to
	ByPort        Grouping = "port"        // by destination port, in order of number
	ByHost        Grouping = "host"        // by the host that listens: in ViewPorts and ViewCollisions alone
)

// Groupings returns the groupings that a view has, the one that it uses by itself first.
func Groupings(v View) []Grouping {
	if v == ViewPorts || v == ViewCollisions {
		return []Grouping{ByHost}
	}
	return []Grouping{ByProduct, ByComponent, BySource, ByDestination, ByPort}
}

// Encoding is the character encoding of CSV.
type Encoding string

// The encodings.
const (
	UTF8BOM  Encoding = "utf-8-bom" // UTF-8 with a byte order mark, so that spreadsheets read Japanese
	UTF8     Encoding = "utf-8"     // UTF-8 without one, for other programs
	ShiftJIS Encoding = "shift_jis" // for programs that read nothing else
)

// Encodings returns all encodings.
func Encodings() []Encoding { return []Encoding{UTF8BOM, UTF8, ShiftJIS} }

// Options tell how a report looks. The zero value is an English text, a row for each flow, grouped by product.
type Options struct {
	// Languages holds the language of the report; English when empty. HTML takes several, shows the first and switches to
	// the others.
	Languages []i18n.Localizer
	Format    Format    // Text when empty
	View      View      // ViewFlows when empty
	GroupBy   Grouping  // the first of Groupings(View) when empty
	Columns   []Column  // in their order; those that suit the format and view when empty
	Title     string    // a title in the language of the report when empty
	Date      time.Time // printed below the title; not printed when zero
	Encoding  Encoding  // of CSV; UTF8BOM when empty
	// Hosts tells which components share a host, for ViewPorts and ViewCollisions. When it is empty, each component has a
	// host of its own.
	Hosts [][]portbook.Component
	// AmbiguousWidth is the number of terminal columns of characters whose width Unicode leaves open (Greek letters, some
	// arrows): 2 in terminals set up for legacy Japanese fonts, 1 elsewhere and when 0.
	AmbiguousWidth int
	// Draw draws the diagrams of HTML: graphviz.SVG of package diagram/graphviz does. It is an option so that only programs that
	// want diagrams carry Graphviz. Without it HTML has none. In place of a diagram that is too large for it
	// (*diagram.TooLargeError) the report says so; other errors of it are returned, wrapped.
	Draw func(diagram.Graph) ([]byte, error)
	// Progress is called now and then with the number of rows written so far, and with the number of all of them; nil for
	// no calls.
	Progress func(done, total int)
}

// Write writes a report of the flows. It says so when there are none.
//
// Options that are not known are an *[OptionError]; text that the encoding cannot express is an *[EncodeError]; both come before
// anything is written. Errors of w are returned as they are, and leave a part of the report behind.
func Write(w io.Writer, flows portbook.FlowSet, o Options) error {
	return write(w, newContent(flows, o, false), map[Format]renderer{
		Text: writeText, Markdown: writeMarkdown, HTML: writeHTML, XLSX: writeXLSX, CSV: writeCSV, JSON: writeJSON,
	})
}

// WriteList writes the rows alone, without headings, notes and sources, in one of [ListFormats]: one table, or in JSON one
// array, of [portbook.FlowRecord] for ViewFlows. Errors are those of [Write].
func WriteList(w io.Writer, flows portbook.FlowSet, o Options) error {
	return write(w, newContent(flows, o, true), map[Format]renderer{Text: listText, Markdown: listMarkdown, CSV: writeCSV, JSON: listJSON})
}

type renderer func(w *bufio.Writer, c *content) error

func write(w io.Writer, c *content, renderers map[Format]renderer) error {
	if err := c.check(func(f Format) bool { return renderers[f] != nil }); err != nil {
		return err
	}
	c.fill()
	b := bufio.NewWriterSize(w, 1<<16)
	if err := renderers[c.Format](b, c); err != nil {
		return err
	}
	return b.Flush()
}

// check refuses options with values that are not known, and formats that there are not.
func (o Options) check(has func(Format) bool) error {
	formats := slices.DeleteFunc(Formats(), func(f Format) bool { return !has(f) })
	if err := accept("format", o.Format, formats); err != nil {
		return err
	}
	if err := accept("view", o.View, Views()); err != nil {
		return err
	}
	if err := accept("grouping", o.GroupBy, Groupings(o.View)); err != nil {
		return err
	}
	if err := accept("encoding", o.Encoding, Encodings()); err != nil {
		return err
	}
	for _, c := range o.Columns {
		if err := accept("column", c, Columns(o.View)); err != nil {
			return err
		}
	}
	if len(o.Languages) > 1 && o.Format != HTML {
		return &OptionError{"format for several languages", string(o.Format), []string{string(HTML)}}
	}
	return nil
}

func accept[T ~string](option string, value T, accepted []T) error {
	if slices.Contains(accepted, value) {
		return nil
	}
	list := make([]string, len(accepted))
	for i, v := range accepted {
		list[i] = string(v)
	}
	return &OptionError{option, string(value), list}
}

// OptionError tells that an option has a value that is not known.
type OptionError struct {
	Option, Value string
	Accepted      []string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("report: unknown %s %q (accepted: %s)", e.Option, e.Value, strings.Join(e.Accepted, ", "))
}

// withDefaults fills in what is left open.
func (o Options) withDefaults() Options {
	setDefault(&o.Format, Text)
	setDefault(&o.View, ViewFlows)
	setDefault(&o.GroupBy, Groupings(o.View)[0])
	setDefault(&o.Encoding, UTF8BOM)
	setDefault(&o.AmbiguousWidth, 1)
	if len(o.Languages) == 0 {
		o.Languages = []i18n.Localizer{{}}
	}
	return o
}

func setDefault[T comparable](p *T, v T) {
	var zero T
	if *p == zero {
		*p = v
	}
}
