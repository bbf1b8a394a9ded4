package report

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

// document is a report in one language.
type document struct {
	*content
	localizer i18n.Localizer
	words     label.Words
	names     map[portbook.Product]string
}

// in returns the report in one language.
func (c *content) in(l i18n.Localizer) *document {
	return &document{c, l, label.In(l), map[portbook.Product]string{}}
}

func (d *document) label(l label.Label) string { return d.words.Text(l) }

// fill returns a label with its placeholders replaced.
func (d *document) fill(l label.Label, pairs ...string) string { return d.words.Fill(l, pairs...) }

// labelOf returns the label of a value of an enumeration.
func (d *document) labelOf(kind, value string) string { return d.words.Of(kind, value) }

// A text that fell back to another language stands between marks until a format shows it: fallbackOpen, tag, fallbackText,
// text, fallbackClose. The marks are Unicode noncharacters, which are meant for use within a program.
const (
	fallbackOpen  = "\uFDD0"
	fallbackText  = "\uFDD1"
	fallbackClose = "\uFDD2"
)

// text returns a text, with marks when it is in another language than the report.
func (d *document) text(x portbook.Text) string {
	s, tag := d.localizer.TextLanguage(x)
	if s != "" && tag != d.localizer.Language() {
		s = fallbackOpen + tag.String() + fallbackText + s + fallbackClose
	}
	return s
}

// span is a piece of text in one language.
type span struct{ language, text string }

// spans splits what a document says by language. What cannot be shown is replaced.
func (d *document) spans(s string) []span {
	own := d.localizer.Language().String()
	var list []span
	add := func(language, s string) {
		if s != "" {
			list = append(list, span{printable.Line(language), printable.Line(s)})
		}
	}
	for {
		before, rest, found := strings.Cut(s, fallbackOpen)
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

// plain returns what a document says as plain text, with the language behind what fell back: "text [en]".
func (d *document) plain(s string) string {
	if !strings.Contains(s, fallbackOpen) {
		return printable.Line(s)
	}
	var b strings.Builder
	for _, x := range d.spans(s) {
		b.WriteString(x.text)
		if x.language != d.localizer.Language().String() {
			b.WriteString(" [" + x.language + "]")
		}
	}
	return b.String()
}

// header returns the headings of the columns.
func (d *document) header() []string {
	var list []string
	for _, c := range d.Columns {
		list = append(list, d.labelOf("column", string(c)))
	}
	return list
}

// rows yields the rows of a group, as plain text.
func (d *document) rows(g group) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		row := make([]string, len(d.Columns))
		for f := range g.flows.All() {
			for i, c := range d.Columns {
				row[i] = d.plain(flowCells[c](d, f))
			}
			if !yield(row) {
				return
			}
		}
		for _, x := range g.listeners {
			for i, c := range d.Columns {
				row[i] = d.plain(listenerCells[c](d, x))
			}
			if !yield(row) {
				return
			}
		}
	}
}

// allRows yields the rows without their headings: those of each flow once.
func (d *document) allRows() iter.Seq[[]string] {
	if d.View == ViewFlows {
		return d.rows(group{flows: d.flows})
	}
	return func(yield func([]string) bool) {
		for _, g := range d.groups {
			for row := range d.rows(g) {
				if !yield(row) {
					return
				}
			}
		}
	}
}

// title returns the title of the report.
func (d *document) title() string {
	if d.Title != "" {
		return d.Title
	}
	return d.labelOf("report-title", string(d.View))
}

// subtitle counts the flows and names the edition of the data, and the date.
func (d *document) subtitle() string {
	s := d.fill(label.ReportSubtitle, "flows", fmt.Sprint(d.flows.Len()), "edition", d.catalog.Version())
	if date := d.date(); date != "" {
		s = d.join([]string{s, date})
	}
	return s
}

// date returns the date of the report; empty for none.
func (d *document) date() string {
	if d.Date.IsZero() {
		return ""
	}
	return d.Date.Format(d.label(label.ReportDate))
}

// empty says that there is nothing to report.
func (d *document) empty() string {
	if d.View == ViewCollisions {
		return d.label(label.ReportNoCollision)
	}
	return d.label(label.ReportEmpty)
}

// titleOf returns the title of a group of the highest level.
func (d *document) titleOf(g group) string {
	h := g.heading
	switch {
	case h.product != "":
		return d.productName(h.product)
	case h.component != "":
		return d.componentName(h.component)
	case h.host > 0:
		return d.componentNames(g.listeners[0].Host.Components)
	}
	return d.socketName(h.socket)
}

// subtitleOf returns the title of a group within its product; empty where groups have one level.
func (d *document) subtitleOf(g group) string {
	if g.heading.product == "" {
		return ""
	}
	return d.sectionTitle(d.sections[g.heading.place])
}

// about returns what stands below the title of a group; empty for nothing.
func (d *document) about(g group) string {
	if len(g.listeners) == 0 || len(g.listeners[0].Host.Heirs) == 0 {
		return ""
	}
	return d.fill(label.ReportAlsoFor, "components", d.componentNames(g.listeners[0].Host.Heirs))
}

// socketName returns the name of a port: "443/tcp", or why there is none.
func (d *document) socketName(s listen.Socket) string {
	if s.Kind == "" {
		return portbook.PortSetFrom(s.Protocol, s.Ports).String()
	}
	name := d.labelOf("port-kind", string(s.Kind))
	if s.Protocol != 0 {
		name = strings.ToUpper(s.Protocol.String()) + ": " + name
	}
	return name
}

func (d *document) productName(id portbook.Product) string {
	name, ok := d.names[id]
	if !ok {
		p, _ := d.catalog.Product(id)
		if name = d.text(p.Name); p.Edition != "" {
			name += " " + p.Edition
		}
		d.names[id] = name
	}
	return name
}

func (d *document) componentName(id portbook.Component) string { return d.text(d.info(id).Name) }

func (d *document) componentNames(list []portbook.Component) string {
	var names []string
	for _, c := range list {
		names = append(names, d.componentName(c))
	}
	return d.join(names)
}

// join makes a list of words in the way of the language: with commas, or with 「、」 in Japanese.
func (d *document) join(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, d.fill(label.ReportList, "a", "", "b", ""))
}

func (d *document) sectionTitle(s portbook.Section) string {
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
	return strings.Join(slices.DeleteFunc([]string{d.text(x.Title), x.Publisher, x.URL, d.sourcePage(x), d.sourceCount(x)}, isEmpty), ", ")
}

func isEmpty(s string) bool { return s == "" }

// sourcePage names the page of a document whose full address is not known.
func (d *document) sourcePage(x portbook.Document) string {
	if x.Page == "" {
		return ""
	}
	return d.fill(label.ReportPage, "page", x.Page)
}

// sourceCount counts the rows or entries of a document.
func (d *document) sourceCount(x portbook.Document) string {
	if x.Rows == 0 {
		return ""
	}
	return label.Fill(d.labelOf("report-counts", x.Counts), "n", fmt.Sprint(x.Rows))
}

// noteLine describes a note: what kind it is, what it is about, and its text.
func (d *document) noteLine(n portbook.Note) string {
	s := "[" + d.labelOf("note-kind", string(n.Kind)) + "] "
	if about := d.noteSubject(n); about != "" {
		s += about + ": "
	}
	return s + d.text(n.Text)
}

// noteSubject names the products and components that a note is about.
func (d *document) noteSubject(n portbook.Note) string {
	var about []string
	for _, p := range n.Products {
		about = append(about, d.productName(p))
	}
	for _, c := range n.Components {
		about = append(about, d.componentName(c))
	}
	return d.join(about)
}

// markMeaning explains the mark.
func (d *document) markMeaning() string {
	if len(d.catalog.Overrides()) > 0 {
		return d.label(label.ReportInferredOrOverridden)
	}
	return d.label(label.ReportInferred)
}

// legend returns the lines that explain marks.
func (d *document) legend() []string {
	var lines []string
	if d.inferred {
		lines = append(lines, mark+" "+d.markMeaning())
	}
	return lines
}
