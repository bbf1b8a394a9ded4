// Package report turns flows into documents for people: a port matrix that a firewall team accepts as it is, in every
// language that package i18n knows.
//
// [Write] makes a whole report with sources, notes and marks; [WriteList] makes the bare list of flows.
package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
)

// Format is the form of a report.
type Format string

// The formats.
const (
	Text     Format = "text"     // aligned columns for a terminal
	Markdown Format = "markdown" // tables of GitHub-flavoured Markdown
	CSV      Format = "csv"      // UTF-8 with a byte order mark, so that spreadsheets read Japanese
	JSON     Format = "json"     // the schema of portbook.FlowRecord
)

// Formats returns all formats.
func Formats() []Format { return []Format{Text, Markdown, CSV, JSON} }

// Grouping tells by what the flows of a report are put under headings. A flow that belongs under several is repeated.
type Grouping string

// The groupings.
const (
	ByProduct     Grouping = "product"     // by product, and by section of its document
	ByComponent   Grouping = "component"   // by the component that the flow is documented under
	BySource      Grouping = "source"      // by the components that open the connection
	ByDestination Grouping = "destination" // by the components that it is opened to
	ByPort        Grouping = "port"        // by destination port
)

// Groupings returns all groupings.
func Groupings() []Grouping {
	return []Grouping{ByProduct, ByComponent, BySource, ByDestination, ByPort}
}

// Options tell how a report looks. The zero value is an English text grouped by product.
type Options struct {
	Localizer i18n.Localizer
	Format    Format   // Text when empty
	GroupBy   Grouping // ByProduct when empty
	Columns   []Column // those that suit the format when empty
	Title     string   // a title in the language of the report when empty
	// AmbiguousWidth is the number of terminal columns of characters whose width Unicode leaves open: see [i18n.Width].
	// 0 means 1.
	AmbiguousWidth int
}

// Write writes a report of the flows. It says so when there are none. Nothing is written unless all of the report can be
// made; errors of w are returned as they are.
func Write(w io.Writer, flows portbook.FlowSet, o Options) error {
	return write(w, newDocument(flows, o), map[Format]renderer{Text: writeText, Markdown: writeMarkdown, CSV: writeCSV, JSON: writeJSON})
}

// WriteList writes the flows alone, without headings, notes and sources: one table, or in JSON one array of
// [portbook.FlowRecord].
func WriteList(w io.Writer, flows portbook.FlowSet, o Options) error {
	d := newDocument(flows, o)
	d.bare = true
	return write(w, d, map[Format]renderer{Text: listText, Markdown: listMarkdown, CSV: writeCSV, JSON: listJSON})
}

type renderer func(b *bytes.Buffer, d *document) error

func write(w io.Writer, d *document, renderers map[Format]renderer) error {
	if err := d.check(); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := renderers[d.Format](&b, d); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// check refuses options with values that are not known.
func (d *document) check() error {
	if !slices.Contains(Formats(), d.Format) {
		return &OptionError{"format", string(d.Format), names(Formats())}
	}
	if !slices.Contains(Groupings(), d.GroupBy) {
		return &OptionError{"grouping", string(d.GroupBy), names(Groupings())}
	}
	for _, c := range d.Columns {
		if _, ok := cells[c]; !ok {
			return &OptionError{"column", string(c), names(Columns())}
		}
	}
	return nil
}

// OptionError tells that an option has a value that is not known.
type OptionError struct {
	Option, Value string
	Accepted      []string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("report: unknown %s %q (accepted: %s)", e.Option, e.Value, strings.Join(e.Accepted, ", "))
}

func names[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// withDefaults fills in what is left open.
func (o Options) withDefaults() Options {
	if o.Format == "" {
		o.Format = Text
	}
	if o.GroupBy == "" {
		o.GroupBy = ByProduct
	}
	if o.AmbiguousWidth == 0 {
		o.AmbiguousWidth = 1
	}
	if len(o.Columns) == 0 {
		o.Columns = defaultColumns(o.Format)
	}
	return o
}

// document is what all formats render: groups of flows under headings, and what a reader needs beside them.
type document struct {
	Options
	flows    portbook.FlowSet
	catalog  *portbook.Catalog
	groups   []group
	sources  []portbook.Document // of the flows, in the catalog's order
	numbers  map[string]int      // note id -> number in the report
	notes    []portbook.Note     // in the order of their numbers
	inferred bool                // some value is marked as inferred
	bare     bool                // only the flows are written: notes stand with them
}

// group is a heading and the flows below it. Groups of products have a heading of two levels.
type group struct {
	title, subtitle string
	flows           []portbook.Flow
}

func newDocument(flows portbook.FlowSet, o Options) *document {
	d := &document{Options: o.withDefaults(), flows: flows, catalog: portbook.Builtin(), numbers: map[string]int{}}
	for f := range flows.All() {
		d.catalog = f.Catalog()
		break
	}
	if d.Title == "" {
		d.Title = d.label(i18n.LabelReportTitle)
	}
	cited := map[string]bool{}
	products := map[portbook.Product]bool{}
	for f := range flows.All() {
		products[f.Product()] = true
		for _, c := range f.Citations() {
			cited[c.Document] = true
		}
		for _, n := range f.Notes() {
			d.number(n)
		}
		d.inferred = d.inferred || len(f.Inferred()) > 0
	}
	for _, x := range d.catalog.Documents() {
		if cited[x.ID] {
			d.sources = append(d.sources, x)
		}
	}
	d.addGeneralNotes(products)
	d.groups = d.group()
	return d
}

// number gives a note the next number of the report unless it has one.
func (d *document) number(n portbook.Note) {
	if d.numbers[n.ID] == 0 {
		d.notes = append(d.notes, n)
		d.numbers[n.ID] = len(d.notes)
	}
}

// addGeneralNotes numbers the notes on the products of the flows and on the components that take part in them.
func (d *document) addGeneralNotes(products map[portbook.Product]bool) {
	components := map[portbook.Component]bool{}
	for f := range d.flows.All() {
		for _, c := range slices.Concat([]portbook.Component{f.Component()}, f.From(), f.To()) {
			components[c] = true
		}
	}
	for _, n := range d.catalog.Notes() {
		if slices.ContainsFunc(n.Products, func(p portbook.Product) bool { return products[p] }) ||
			slices.ContainsFunc(n.Components, func(c portbook.Component) bool { return components[c] }) {
			d.number(n)
		}
	}
}

func (d *document) label(l i18n.Label) string { return d.Localizer.Label(l) }

// labelOf returns the label of a value of an enumeration.
func (d *document) labelOf(kind, value string) string {
	if s, ok := d.Localizer.LabelOf(kind + "/" + value); ok {
		return s
	}
	return value
}

// fill replaces the placeholders of a label: {name} by the value that follows the name.
func fill(label string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(label)
}

// text returns a text, followed by the language that it fell back to, if any.
func (d *document) text(x portbook.Text) string {
	s, tag := d.Localizer.TextLanguage(x)
	if s != "" && tag != d.Localizer.Language() {
		s += " [" + tag.String() + "]"
	}
	return s
}

// group puts the flows under headings.
func (d *document) group() []group {
	var groups []group
	index := map[[2]string]int{}
	for f := range d.flows.All() {
		for _, h := range d.headings(f) {
			i, ok := index[h]
			if !ok {
				i = len(groups)
				index[h] = i
				groups = append(groups, group{title: h[0], subtitle: h[1]})
			}
			if !slices.Contains(groups[i].flows, f) {
				groups[i].flows = append(groups[i].flows, f)
			}
		}
	}
	return groups
}

// headings returns the headings that a flow stands under.
func (d *document) headings(f portbook.Flow) [][2]string {
	var list [][2]string
	switch d.GroupBy {
	case ByProduct:
		return [][2]string{{d.productName(f.Product()), d.sectionTitle(f.Citations()[0])}}
	case ByComponent:
		return [][2]string{{d.componentName(f.Component()), ""}}
	case BySource:
		for _, c := range f.From() {
			list = append(list, [2]string{d.componentName(c), ""})
		}
	case ByDestination:
		for _, c := range f.To() {
			list = append(list, [2]string{d.componentName(c), ""})
		}
	case ByPort:
		for p, r := range f.Ports().All() {
			list = append(list, [2]string{r.String() + "/" + p.String(), ""})
		}
		if len(list) == 0 {
			list = append(list, [2]string{d.portsCell(f), ""})
		}
	}
	return list
}

func (d *document) productName(id portbook.Product) string {
	p, _ := d.catalog.Product(id)
	name := d.text(p.Name)
	if p.Edition != "" {
		name += " " + p.Edition
	}
	return name
}

func (d *document) componentName(id portbook.Component) string {
	c, _ := d.catalog.Component(id)
	return d.text(c.Name)
}

// section finds the section that a citation leads to.
func (d *document) section(c portbook.Citation) (portbook.Document, portbook.Section) {
	for _, x := range d.catalog.Documents() {
		if x.ID != c.Document {
			continue
		}
		for _, s := range x.Sections {
			if s.ID == c.Section {
				return x, s
			}
		}
	}
	return portbook.Document{}, portbook.Section{}
}

func (d *document) sectionTitle(c portbook.Citation) string {
	_, s := d.section(c)
	title := d.text(s.Title)
	if s.Inferred {
		title += mark
	}
	return title
}

// mark follows every value that the document does not state.
const mark = "†"

// sourceLine describes a document: title, publisher, address, and what it counts.
func (d *document) sourceLine(x portbook.Document) string {
	parts := []string{d.text(x.Title), x.Publisher, x.URL}
	if x.Page != "" {
		parts = append(parts, fill(d.label(i18n.LabelReportPage), "page", x.Page))
	}
	if x.Rows > 0 {
		parts = append(parts, fill(d.labelOf("report-counts", x.Counts), "n", fmt.Sprint(x.Rows)))
	}
	return strings.Join(parts, ", ")
}

// noteLine describes a note: what kind it is, what it is about, and its text.
func (d *document) noteLine(n portbook.Note) string {
	var about []string
	for _, p := range n.Products {
		about = append(about, d.productName(p))
	}
	for _, c := range n.Components {
		about = append(about, d.componentName(c))
	}
	s := "[" + d.labelOf("note-kind", string(n.Kind)) + "] "
	if len(about) > 0 {
		s += d.join(about) + ": "
	}
	return s + d.text(n.Text)
}

// legend returns the lines that explain marks.
func (d *document) legend() []string {
	var lines []string
	if d.inferred {
		lines = append(lines, mark+" "+d.label(i18n.LabelReportInferred))
	}
	return lines
}
