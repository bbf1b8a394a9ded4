// Package report turns flows into documents for people: a port matrix that a
// firewall team accepts unchanged, in every language that package i18n knows.
//
//	err := report.Write(w, portbook.Flows().DocumentedBy(product), report.Options{
//		Format:    html.Format,
//		Languages: []i18n.Localizer{i18n.New(language.Japanese)},
//		Draw:      svg.Draw,
//	})
//
// [Write] writes an entire report with sources, notes and marks; [WriteList] the
// bare list. A [View] chooses the rows: flows, the ports that each host listens
// on, or ports that several components want on one host. [WriteChanges],
// [WritePlan] and [WriteFindings] write what packages diff, site and audit found.
//
// This package writes Text, Markdown, CSV, CSVRows and JSON; packages report/html
// and report/xlsx write pages for browsers and workbooks, and report/sarif
// findings, so that a program links what it uses.
//
// The formats of this package write rows one by one, so that memory does not grow
// with the number of flows. Whatever a catalog says is data: markup, formulas and
// control characters in its texts are shown and have no effect.
package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/text/grid"
)

// View says what the rows of a report are.
type View string

// The views.
const (
	ViewFlows      View = "flows"      // a row for each flow
	ViewPorts      View = "ports"      // a row for each port that a host listens on, with those that need it
	ViewCollisions View = "collisions" // a row for the ports that several components want on one host
)

// Views returns all views.
func Views() []View { return []View{ViewFlows, ViewPorts, ViewCollisions} }

// Grouping tells by what the flows of a report are put under headings. A flow
// that belongs under several is repeated. Views other than ViewFlows are
// grouped by host.
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
func Groupings(v View) []Grouping { return convert[Grouping](content.Groupings(content.View(v))) }

// Column is a column of a table.
type Column string

// The columns. Those of fields that have a few values follow.
const (
	ColumnID           Column = "id"
	ColumnProduct      Column = "product"
	ColumnSection      Column = "section"
	ColumnComponent    Column = "component" // that the flow is documented under
	ColumnSource       Column = "source"
	ColumnDestination  Column = "destination"
	ColumnProtocol     Column = "protocol"
	ColumnPorts        Column = "ports"
	ColumnSourcePorts  Column = "source-ports"
	ColumnPurpose      Column = "purpose"
	ColumnAppProtocols Column = "app-protocols"
	ColumnServices     Column = "services"
	ColumnHosts        Column = "hosts"   // published host names and addresses of the endpoints
	ColumnRemarks      Column = "remarks" // condition, initiator, source ports, hosts, quirks, and notes (in a report their numbers)
	ColumnNotes        Column = "notes"   // the texts of the notes
	ColumnQuirks       Column = "quirks"  // with the published tokens
	ColumnCitation     Column = "citation"
	ColumnHost         Column = "host"     // that listens, in the views by host
	ColumnListener     Column = "listener" // the components of the host that listen
	ColumnFlows        Column = "flows"    // the ids of the flows behind a row of a host
)

// Columns returns the columns that a view has.
func Columns(v View) []Column { return convert[Column](content.Columns(content.View(v))) }

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

// Options choose how a report looks. The zero value is an English text, a row for
// each flow, grouped by product.
type Options struct {
	// Languages holds the language of the report; English when empty. HTML and
	// XLSX take several: a page switches between them, and a workbook has all of
	// them in each cell, the first one on top.
	Languages []i18n.Localizer
	Format    Format    // Text when empty
	View      View      // ViewFlows when empty
	GroupBy   Grouping  // the first of Groupings(View) when empty
	Columns   []Column  // in their order; those that suit the format and view when empty
	Title     string    // a title in the language of the report when empty
	Date      time.Time // printed below the title; not printed when zero
	Encoding  Encoding  // of CSV; UTF8BOM when empty
	// Hosts says which components share a host, for ViewPorts and
	// ViewCollisions. When it is empty, each component has a host of its own.
	Hosts [][]portbook.Component
	// AmbiguousWidth is the number of terminal columns of characters whose
	// width Unicode leaves open (Greek letters, some arrows): 2 in terminals
	// set up for legacy Japanese fonts, 1 elsewhere and when 0.
	AmbiguousWidth int
	// Width is the number of columns of the terminal that shows Text, into which
	// tables are fitted; 0 for any. Emphasis makes headings of tables bold there,
	// by escape sequences.
	Width    int
	Emphasis bool
	// Draw draws the diagrams of HTML and XLSX as SVG: svg.Draw of package
	// diagram/svg does. It is an option since not every report wants diagrams.
	// Without it there are none. In place of a diagram that is too large for it
	// (*diagram.TooLargeError) the report says so; other errors of it are
	// returned, wrapped.
	Draw func(diagram.Graph) ([]byte, error)
	// Progress is called now and then with the number of rows written so far,
	// and with the number of all of them; nil for no calls.
	Progress func(done, total int)
}

// Write writes a report of the flows. It says so when there are none.
//
// Options that are not known are an *[OptionError]; text that the encoding
// cannot express is an *[EncodeError]; both come before anything is written.
// Errors of w are returned as they are, and leave a part of the report behind.
func Write(w io.Writer, flows portbook.FlowSet, o Options) error {
	f, err := o.renderer("html", "xlsx")
	if err != nil {
		return err
	}
	return flush(w, func(b *bufio.Writer) error { return f.Write(b, content.New(flows, o.content(f, false))) })
}

// WriteList writes the rows alone, without headings, notes and sources, in one
// of [Formats]: one table, or in JSON one array, of [portbook.FlowRecord] for
// ViewFlows. Errors are those of [Write].
func WriteList(w io.Writer, flows portbook.FlowSet, o Options) error {
	f, err := o.renderer()
	if err != nil {
		return err
	}
	list, ok := f.(content.Lister)
	if !ok {
		return &OptionError{"format of lists", o.Format.Name(), listFormats()}
	}
	return flush(w, func(b *bufio.Writer) error { return list.WriteList(b, content.New(flows, o.content(f, true))) })
}

// WriteDetails writes everything that is known of a flow as a table of two
// columns, the name of a column and its content, in Text, Markdown or CSV.
// Columns without content are left out, and Options.Columns chooses others.
// Errors are those of [Write].
func WriteDetails(w io.Writer, flow portbook.Flow, o Options) error {
	f, err := o.renderer()
	if err != nil {
		return err
	}
	if o.encoding() == ShiftJIS {
		return &OptionError{"encoding of details", string(ShiftJIS), convert[string]([]Encoding{UTF8BOM, UTF8})}
	}
	model := o.content(f, false)
	model.Shape = content.Flat
	t := details(content.New(flow.Set(), model))
	return flush(w, func(b *bufio.Writer) error {
		switch o.Format {
		case nil, Text:
			return grid.Text(b, t.Header, t.All(), grid.Screen{Width: o.Width, Ambiguous: o.AmbiguousWidth, Emphasis: o.Emphasis}, nil)
		case Markdown:
			return grid.Markdown(b, t.Header, t.All(), nil)
		case CSV:
			return csvTable(b, t.Header, t.All(), o.encoding(), nil)
		}
		return &OptionError{"format of details", o.Format.Name(), formatNames([]Format{Text, Markdown, CSV})}
	})
}

// WriteChanges writes what changed between two versions, as Text, Markdown,
// JSON or html.Format: the number of changes of each class of impact, and then
// the changes by class, the strongest first, and by product. It says so when
// there are none. Of the options it heeds Languages, Format, Title, Date,
// AmbiguousWidth, Width, Emphasis and Progress.
//
// Names and texts are those of the catalogs that were compared. A flow of which
// only a record is known keeps the texts of the record, and its components and
// products are named as in the built-in catalog, or by their ids where that
// does not know them. A change that no comparison makes is a *[ChangeError];
// other errors are those of [Write].
func WriteChanges(w io.Writer, changes diff.Changes, o Options) error {
	o = Options{
		Languages: o.Languages, Format: o.Format, Title: o.Title, Date: o.Date, AmbiguousWidth: o.AmbiguousWidth, Width: o.Width, Emphasis: o.Emphasis,
		Progress: o.Progress,
	}
	f, err := o.renderer("html")
	if err != nil {
		return err
	}
	c, ok := f.(content.ChangesWriter)
	if !ok {
		return noChanges(o.Format)
	}
	if err := checkChanges(changes); err != nil {
		return err
	}
	return flush(w, func(b *bufio.Writer) error {
		return c.WriteChanges(b, content.NewChanges(changes, o.content(f, false)))
	})
}

// flush calls write with a buffer.
func flush(w io.Writer, write func(*bufio.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// renderer returns what writes the format of the options, which it checks.
// Formats that can hold several languages are named in an error.
func (o Options) renderer(multilingual ...string) (content.Renderer, error) {
	if o.Format == nil {
		o.Format = Text
	}
	f, ok := o.Format.(content.Renderer)
	if !ok {
		return nil, &OptionError{"format", o.Format.Name(), listFormats()}
	}
	view := cmp.Or(o.View, ViewFlows)
	err := cmp.Or(
		accept("view", view, Views()), accept("grouping", o.GroupBy, append(Groupings(view), "")), accept("encoding", o.encoding(), Encodings()),
	)
	for _, c := range o.Columns {
		err = cmp.Or(err, accept("column", c, Columns(view)))
	}
	if err == nil && len(o.Languages) > 1 && !slices.Contains(multilingual, o.Format.Name()) {
		err = &OptionError{"format for several languages", o.Format.Name(), multilingual}
		if len(multilingual) == 0 {
			err = &OptionError{"number of languages", fmt.Sprint(len(o.Languages)), []string{"1"}}
		}
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (o Options) encoding() Encoding { return cmp.Or(o.Encoding, UTF8BOM) }

// listFormats names the formats of this package without linking them.
func listFormats() []string { return []string{"text", "markdown", "csv", "csv-rows", "json"} }

// content returns the options as the model has them.
func (o Options) content(f content.Renderer, bare bool) content.Options {
	return content.Options{
		Languages: o.Languages, View: content.View(o.View), GroupBy: content.Grouping(o.GroupBy), Columns: convert[content.Column](o.Columns), Title: o.Title,
		Date: o.Date, Hosts: o.Hosts, Draw: o.Draw, Progress: o.Progress, Bare: bare, Shape: f.Shape(), Encoding: string(o.encoding()), Screen: grid.Screen{Width: o.Width, Ambiguous: o.AmbiguousWidth, Emphasis: o.Emphasis},
	}
}

func convert[T, U ~string](list []U) []T {
	converted := make([]T, len(list))
	for i, v := range list {
		converted[i] = T(v)
	}
	return converted
}

// accept returns an error unless an option has one of the known values.
func accept[T ~string](option string, value T, known []T) *OptionError {
	if slices.Contains(known, value) {
		return nil
	}
	known = slices.DeleteFunc(slices.Clone(known), func(v T) bool { return v == "" })
	return &OptionError{option, string(value), convert[string](known)}
}

// OptionError reports an option with a value that is not known.
type OptionError struct {
	Option, Value string   // the name of the field, and what it was set to
	Expected      []string // values that it can have
}

// Error quotes the value and lists those that are expected.
func (e *OptionError) Error() string {
	return fmt.Sprintf("report: unknown %s %q (expected: %s)", e.Option, e.Value, strings.Join(e.Expected, ", "))
}
