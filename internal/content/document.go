package content

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/listen"
	"github.com/portbook/portbook/internal/text/printable"
)

// Document is a report in one language.
type Document struct {
	*Report
	Localizer i18n.Localizer
	words     label.Words
	names     map[portbook.Product]string
}

// In returns the report in one language.
func (c *Report) In(l i18n.Localizer) *Document {
	return &Document{c, l, label.In(l), map[portbook.Product]string{}}
}

func (d *Document) Label(l label.Label) string { return d.words.Text(l) }

// Fill returns a label with its placeholders replaced.
func (d *Document) Fill(l label.Label, pairs ...string) string { return d.words.Fill(l, pairs...) }

// LabelOf returns the label of a value of an enumeration.
func (d *Document) LabelOf(kind, value string) string { return d.words.Of(kind, value) }

// A text that fell back to another language stands between marks until a format
// shows it: fallbackOpen, tag, fallbackText, text, fallbackClose. The marks are
// Unicode noncharacters, which are meant for use within a program.
const (
	FallbackOpen  = "\uFDD0"
	fallbackText  = "\uFDD1"
	fallbackClose = "\uFDD2"
)

// Text returns a text, with marks when it is in another language than the report.
func (d *Document) Text(x portbook.Text) string {
	s, tag := d.Localizer.TextLanguage(x)
	if s != "" && tag != d.Localizer.Language() {
		s = FallbackOpen + tag.String() + fallbackText + s + fallbackClose
	}
	return s
}

// span is a piece of text in one language.
type span struct{ Language, Text string }

// Spans splits what a document says by language. What cannot be shown is replaced.
func (d *Document) Spans(s string) []span {
	own := d.Localizer.Language().String()
	var list []span
	add := func(language, s string) {
		if s != "" {
			list = append(list, span{printable.Line(language), printable.Line(s)})
		}
	}
	for {
		before, rest, found := strings.Cut(s, FallbackOpen)
		add(own, before)
		if !found {
			return list
		}
		tag, rest, _ := strings.Cut(rest, fallbackText)
		text, after, _ := strings.Cut(rest, fallbackClose)
		add(tag, text)
		s = after
	}
}

// Plain returns what a document says as plain text, with the language behind
// what fell back: "text [en]".
func (d *Document) Plain(s string) string {
	if !strings.Contains(s, FallbackOpen) {
		return printable.Line(s)
	}
	var b strings.Builder
	for _, x := range d.Spans(s) {
		b.WriteString(x.Text)
		if x.Language != d.Localizer.Language().String() {
			b.WriteString(" [" + x.Language + "]")
		}
	}
	return b.String()
}

// Header returns the headings of the columns.
func (d *Document) Header() []string {
	var list []string
	for _, c := range d.Columns {
		list = append(list, d.LabelOf("column", string(c)))
	}
	return list
}

// Rows yields the rows of a group, as plain text.
func (d *Document) Rows(g Group) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		row := make([]string, len(d.Columns))
		for f := range g.Flows.All() {
			for i, c := range d.Columns {
				row[i] = d.Plain(FlowCells[c](d, f))
			}
			if !yield(row) {
				return
			}
		}
		for _, x := range g.Listeners {
			for i, c := range d.Columns {
				row[i] = d.Plain(ListenerCells[c](d, x))
			}
			if !yield(row) {
				return
			}
		}
	}
}

// AllRows yields the rows without their headings: those of each flow once.
func (d *Document) AllRows() iter.Seq[[]string] {
	if d.View == ViewFlows {
		return d.Rows(Group{Flows: d.Flows})
	}
	return func(yield func([]string) bool) {
		for _, g := range d.Groups {
			for row := range d.Rows(g) {
				if !yield(row) {
					return
				}
			}
		}
	}
}

// TitleText returns the title of the report.
func (d *Document) TitleText() string {
	if d.Title != "" {
		return d.Title
	}
	return d.LabelOf("report-title", string(d.View))
}

// Subtitle counts the flows and names the version of the data, and the date.
func (d *Document) Subtitle() string {
	s := d.Fill(label.ReportSubtitle, "flows", fmt.Sprint(d.Flows.Len()), "version", d.Catalog.Version())
	if date := d.DateText(); date != "" {
		s = d.join([]string{s, date})
	}
	return s
}

// DateText returns the date of the report; empty for none.
func (d *Document) DateText() string {
	if d.Date.IsZero() {
		return ""
	}
	return d.Date.Format(d.Label(label.ReportDate))
}

// Empty says that there is nothing to report.
func (d *Document) Empty() string {
	if d.View == ViewCollisions {
		return d.Label(label.ReportNoCollision)
	}
	return d.Label(label.ReportEmpty)
}

// TitleOf returns the title of a group of the highest level.
func (d *Document) TitleOf(g Group) string {
	h := g.heading
	switch {
	case h.product != "":
		return d.ProductName(h.product)
	case h.component != "":
		return d.ComponentName(h.component)
	case h.host > 0:
		return d.ComponentNames(g.Listeners[0].Host.Components)
	}
	return d.socketName(h.socket)
}

// QualifiedTitleOf is TitleOf with the products of a host, which its components
// alone leave open.
func (d *Document) QualifiedTitleOf(g Group) string {
	title := d.TitleOf(g)
	if len(g.Listeners) == 0 {
		return title
	}
	var names []string
	for _, x := range g.Listeners[0].Host.Components {
		names = AppendNew(names, d.ProductName(d.Info(x).Product))
	}
	return title + " (" + d.join(names) + ")"
}

// ColumnsOf returns the columns that say something in the rows of groups. Those
// that do so in few rows are apart: they are not worth the width, and their cells
// are remarks: see [Document.RemarksWith]. Columns that were asked for stay.
func (c *Report) ColumnsOf(d *Document, groups []Group) (columns, rare []Column) {
	if c.Chosen {
		return c.Columns, nil
	}
	says, rows := map[Column]int{}, 0
	see := func(column Column, cell string) {
		if d.says(column, cell) {
			says[column]++
		}
	}
	for _, g := range groups {
		rows += g.Flows.Len() + len(g.Listeners)
		for _, column := range c.Columns {
			for f := range g.Flows.All() {
				see(column, FlowCells[column](d, f))
			}
			for _, x := range g.Listeners {
				see(column, ListenerCells[column](d, x))
			}
		}
	}
	canMove := c.View == ViewFlows && slices.Contains(c.Columns, ColumnRemarks)
	for _, x := range c.Columns {
		switch {
		case says[x] == 0:
		case canMove && d.mayMove(x) && says[x]*rareShare < rows:
			rare = append(rare, x)
		default:
			columns = append(columns, x)
		}
	}
	return columns, rare
}

// rareShare is the share of rows, one in so many, below which a column is rare.
const rareShare = 8

// says reports whether a cell of a column says anything.
func (d *Document) says(column Column, cell string) bool {
	return cell != "" && strings.TrimSuffix(cell, Mark) != d.Nothing(column)
}

// mayMove reports whether the cells of a column can be remarks: those of fields
// that most documents leave out.
func (d *Document) mayMove(column Column) bool {
	return column == ColumnServices || d.Nothing(column) != ""
}

// RemarksWith returns the remarks on a flow, and before them what rare columns
// say of it.
func (d *Document) RemarksWith(rare []Column, f portbook.Flow) []string {
	var list []string
	for _, x := range rare {
		if cell := FlowCells[x](d, f); d.says(x, cell) {
			list = append(list, d.LabelOf("column", string(x))+": "+cell)
		}
	}
	return append(list, d.Remarks(f)...)
}

// SubtitleOf returns the title of a group within its product; empty where groups have one level.
func (d *Document) SubtitleOf(g Group) string {
	if g.heading.product == "" {
		return ""
	}
	return d.sectionTitle(d.sections[g.heading.place])
}

// About returns the text below the title of a group, or an empty string.
func (d *Document) About(g Group) string {
	if len(g.Listeners) == 0 || len(g.Listeners[0].Host.Heirs) == 0 {
		return ""
	}
	return d.Fill(label.ReportAlsoFor, "components", d.ComponentNames(g.Listeners[0].Host.Heirs))
}

// socketName returns the name of a port: "443/tcp", or why there is none.
func (d *Document) socketName(s listen.Socket) string {
	if s.Kind == "" {
		return portbook.PortSetFrom(s.Protocol, s.Ports).String()
	}
	name := d.LabelOf("port-kind", string(s.Kind))
	if s.Protocol != 0 {
		name = strings.ToUpper(s.Protocol.String()) + ": " + name
	}
	return name
}

func (d *Document) ProductName(id portbook.Product) string {
	name, ok := d.names[id]
	if !ok {
		p, _ := d.Catalog.Product(id)
		if name = d.Text(p.Name); p.Version != "" {
			name += " " + p.Version
		}
		d.names[id] = name
	}
	return name
}

func (d *Document) ComponentName(id portbook.Component) string { return d.Text(d.Info(id).Name) }

func (d *Document) ComponentNames(list []portbook.Component) string {
	var names []string
	for _, c := range list {
		names = append(names, d.ComponentName(c))
	}
	return d.join(names)
}

// Connection names the ends of a flow, and says who opens the connection where
// that is not just the source.
func (d *Document) Connection(f portbook.Flow) string {
	return d.ComponentNames(f.From()) + " → " + d.ComponentNames(f.To()) + d.hint(f)
}

// join makes a list in the way of the language.
func (d *Document) join(list []string) string { return d.words.Join(list) }

func (d *Document) sectionTitle(s portbook.Section) string {
	title := d.Text(s.Title)
	if s.Inferred {
		title += Mark
	}
	return title
}

// Mark follows every value that the document does not state.
const Mark = "†"

// SourceLine describes a document: title, publisher, address, and what it counts.
func (d *Document) SourceLine(x portbook.Document) string {
	return strings.Join(slices.DeleteFunc([]string{d.SourceTitle(x), x.Publisher, x.URL, d.SourcePage(x), d.SourceCount(x)}, isEmpty), ", ")
}

func isEmpty(s string) bool { return s == "" }

// SourcePage names the page of a document whose full address is not known.
func (d *Document) SourcePage(x portbook.Document) string {
	if x.Page == "" {
		return ""
	}
	return d.Fill(label.ReportPage, "page", x.Page)
}

// SourceCount counts the rows or entries of a document.
func (d *Document) SourceCount(x portbook.Document) string {
	if x.Rows == 0 {
		return ""
	}
	return label.Fill(d.LabelOf("report-counts", string(x.Counts)), "n", fmt.Sprint(x.Rows))
}

// NoteLine describes a note: what kind it is, what it is about, and its text.
func (d *Document) NoteLine(n portbook.Note) string {
	s := "[" + d.LabelOf("note-kind", string(n.Kind)) + "] "
	if about := d.NoteSubject(n); about != "" {
		s += about + ": "
	}
	return s + d.Text(n.Text)
}

// NoteSubject names the products and components that a note is about.
func (d *Document) NoteSubject(n portbook.Note) string {
	var about []string
	for _, p := range n.Products {
		about = append(about, d.ProductName(p))
	}
	for _, c := range n.Components {
		about = append(about, d.ComponentName(c))
	}
	return d.join(about)
}

// MarkMeaning explains the mark.
func (d *Document) MarkMeaning() string {
	if len(d.Catalog.Overrides()) > 0 {
		return d.Label(label.ReportInferredOrOverridden)
	}
	return d.Label(label.ReportInferred)
}

// Legend returns the lines that explain marks.
func (d *Document) Legend() []string {
	var lines []string
	if d.Inferred {
		lines = append(lines, Mark+" "+d.MarkMeaning())
	}
	return lines
}
