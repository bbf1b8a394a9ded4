package html

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/listen"
	"github.com/portbook/portbook/internal/table"
	"github.com/portbook/portbook/internal/text/printable"
	"golang.org/x/text/language/display"
)

// The parts of an HTML report that are the same in all of them.
var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// page is an HTML report: one document for each of its languages.
type page struct {
	*content.Report
	documents      []*content.Document
	subjects       []subject
	rare           []content.Column         // of the subject that is written; see ColumnsOf
	rowNumbers     map[portbook.FlowID]int  // of flows whose row is written: only the first has the id
	productNumbers map[portbook.Product]int // likewise
	enums          []*table.Field           // by which rows are filtered
}

func newPage(c *content.Report) *page {
	p := &page{Report: c, rowNumbers: map[portbook.FlowID]int{}, productNumbers: map[portbook.Product]int{}, enums: c.EnumFilters()}
	for i, id := range c.Products {
		p.productNumbers[id] = i
	}
	for _, l := range c.Languages {
		p.documents = append(p.documents, c.In(l))
	}
	p.subjects = p.divide()
	return p
}

// writeHTML writes one file that needs no other. The frame is a template; rows,
// which may be many, are written as they are made.
func writeHTML(w *bufio.Writer, c *content.Report) error {
	p := newPage(c)
	frame, err := template.New("").Parse(pageHTML)
	if err != nil {
		return err
	}
	if err := frame.ExecuteTemplate(w, "head", p.head((*content.Document).TitleText, (*content.Document).Subtitle, slices.Concat(p.columns(p.Columns), openingColumns, summaryColumns()), p.contents())); err != nil {
		return err
	}
	if c.View == content.ViewFlows && len(c.Groups) > 0 {
		if err := frame.ExecuteTemplate(w, "summary", p.summary()); err != nil {
			return err
		}
		if err := p.writeDiagrams(w); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "\n<section aria-labelledby=\"details\">\n<h2 id=\"details\">%s</h2>\n", p.label(label.ReportRows))
	if len(c.Groups) == 0 {
		fmt.Fprintf(w, "<p>%s</p>\n", p.say((*content.Document).Empty))
	} else if err := frame.ExecuteTemplate(w, "filters", p.filters()); err != nil {
		return err
	}
	if err := p.writeGroups(w); err != nil {
		return err
	}
	w.WriteString("</section>\n")
	if err := frame.ExecuteTemplate(w, "tail", p.tail()); err != nil {
		return err
	}
	return frame.ExecuteTemplate(w, "foot", p.foot((*content.Document).Subtitle))
}

// say returns what documents say in each language, as HTML of which the page
// shows one. This is where text becomes HTML.
func (p *page) say(of func(*content.Document) string) template.HTML {
	said := make([]string, len(p.documents))
	same := true
	for i, d := range p.documents {
		said[i] = of(d)
		same = same && said[i] == said[0] && !strings.Contains(said[i], content.FallbackOpen)
	}
	if same {
		return template.HTML(escape(printable.Line(said[0])))
	}
	var b strings.Builder
	for i, d := range p.documents {
		own := d.Localizer.Language().String()
		fmt.Fprintf(&b, `<span data-l="%[1]s" lang="%[1]s">`, html.EscapeString(own))
		for _, x := range d.Spans(said[i]) {
			if x.Language == own {
				b.WriteString(escape(x.Text))
			} else {
				fmt.Fprintf(&b, `<span class="fallback" lang="%s">%s</span>`, html.EscapeString(x.Language), escape(x.Text))
			}
		}
		b.WriteString("</span>")
	}
	return template.HTML(b.String())
}

// tokens finds what a line break in the wrong place would make hard to read:
// host names, ranges and lists of ports such as 1024-65535 and 80/443, and
// words that are longer than any column.
var tokens = regexp.MustCompile(`[\w*-]*[A-Za-z*][\w*-]*(?:\.[\w-]+){2,}|\d+(?:[-–/]\d+)+|[\w.,;&#+=-]{18,}`)

// escape makes HTML of text. Tokens are found in the text: an apostrophe is one
// character there, and five in HTML.
func escape(s string) string {
	for range 2 { // the end of one pair may begin the next
		s = slashes.ReplaceAllString(s, "$1/"+breakHere+"$2")
		s = commas.ReplaceAllString(s, "$1,"+breakHere+"$2")
	}
	var b strings.Builder
	last := 0
	for _, place := range tokens.FindAllStringIndex(s, -1) {
		b.WriteString(html.EscapeString(s[last:place[0]]))
		b.WriteString(escapeToken(s[place[0]:place[1]]))
		last = place[1]
	}
	b.WriteString(html.EscapeString(s[last:]))
	return strings.ReplaceAll(b.String(), breakHere, "<wbr>")
}

// breakHere is where a line may break: no printable text has this character.
const breakHere = "\x1f"

// escapeHost makes HTML of the labels of a host name. It breaks after points, and
// within a label that is longer than any column.
func escapeHost(labels []string) string {
	var b strings.Builder
	for i, label := range labels {
		if i > 0 {
			b.WriteString("<wbr>")
		}
		if i < len(labels)-1 {
			label += "."
		}
		if isLong(label) {
			b.WriteString(`<span class="long">` + html.EscapeString(label) + `</span>`)
		} else {
			b.WriteString(`<b class="nb">` + html.EscapeString(label) + `</b>`)
		}
	}
	return b.String()
}

// escapeToken makes HTML of a token, which breaks at the points of host names,
// at hyphens, and between the words of a long name; elsewhere only if nothing
// else helps.
func escapeToken(token string) string {
	if labels := strings.Split(token, "."); len(labels) > 2 {
		return escapeHost(labels)
	}
	if !isLong(token) {
		return `<b class="nb">` + html.EscapeString(token) + `</b>`
	}
	humped := humps.ReplaceAllString(token, "$1"+breakHere+"$2")
	if slices.ContainsFunc(strings.FieldsFunc(humped, func(r rune) bool { return r == '-' || string(r) == breakHere }), isLong) {
		return `<span class="long">` + html.EscapeString(token) + `</span>`
	}
	return html.EscapeString(humped)
}

func isLong(word string) bool { return len(word) >= longWord }

// humps finds where the parts of a long name such as AltirisClientMsgDispatcher meet.
var humps = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// slashes finds words that a slash joins.
var slashes = regexp.MustCompile(`([A-Za-z]{2})/([A-Za-z]{2})`)

// commas finds numbers, and members of JSON, that a comma joins.
var commas = regexp.MustCompile(`([\d"]),([\d"])`)

// longWord is the length from which a word may be broken.
const longWord = 18

// label is say for a label.
func (p *page) label(l label.Label) template.HTML {
	return p.say(func(d *content.Document) string { return d.Label(l) })
}

// words returns a text in every language as JSON, for places that hold no markup.
func (p *page) words(of func(*content.Document) string) string {
	var list []string
	for _, d := range p.documents {
		list = append(list, d.Plain(of(d)))
	}
	b, _ := json.Marshal(list) // strings always have a form
	return string(b)
}

// pageHead is what the frame needs before the rows.
type pageHead struct {
	Language, Version, PlainTitle, TitleWords, ScriptHash            string
	Style                                                            template.CSS
	Title, Subtitle, Skip, LanguageLabel, ColorsLabel, ContentsLabel template.HTML
	Languages                                                        []pageLanguage
	CardLabels                                                       []cardLabel
	Colors                                                           []choice
	Contents                                                         []contentsEntry
}

type pageLanguage struct {
	Tag, Name string
	Shown     bool
}

// cardLabel is the heading of a column in front of its cells, on screens too narrow for a table.
type cardLabel struct{ Tag, Column, Label string }

type choice struct {
	Value string
	Name  template.HTML
	Shown bool
}

type contentsEntry struct {
	ID     string
	Title  template.HTML
	Count  int
	Groups []contentsEntry
}

// pageColumn is a column of the tables of a page: its class, and its heading.
type pageColumn struct {
	class string
	label func(*content.Document) string
}

// columns returns the columns of the rows.
func (p *page) columns(columns []content.Column) []pageColumn {
	var list []pageColumn
	for _, c := range columns {
		list = append(list, pageColumn{string(c), func(d *content.Document) string { return d.LabelOf("column", string(c)) }})
	}
	return list
}

func (p *page) head(title, subtitle func(*content.Document) string, columns []pageColumn, contents []contentsEntry) pageHead {
	first := p.documents[0]
	hash := sha256.Sum256([]byte(pageJS))
	h := pageHead{
		Language: first.Localizer.Language().String(), Version: printable.Line(p.Catalog.Version()), PlainTitle: first.Plain(title(first)), TitleWords: p.words(title),
		ScriptHash: "sha256-" + base64.StdEncoding.EncodeToString(hash[:]), Style: template.CSS(pageCSS), Title: p.say(title),
		Subtitle: p.say(subtitle), Skip: p.label(label.ReportSkip), LanguageLabel: p.label(label.ReportLanguage),
		ColorsLabel: p.label(label.ReportColors), ContentsLabel: p.label(label.ReportContents), Contents: contents,
	}
	for i, d := range p.documents {
		tag := d.Localizer.Language()
		h.Languages = append(h.Languages, pageLanguage{tag.String(), display.Self.Name(tag), i == 0})
		for _, c := range columns {
			h.CardLabels = append(h.CardLabels, cardLabel{tag.String(), c.class, c.label(d)})
		}
	}
	for i, value := range []string{"auto", "light", "dark"} {
		h.Colors = append(h.Colors, choice{value, p.say(func(d *content.Document) string { return d.LabelOf("report-colors", value) }), i == 0})
	}
	return h
}

// contents lists the sections of the page.
func (p *page) contents() []contentsEntry {
	var list []contentsEntry
	add := func(show bool, id string, l label.Label, groups ...contentsEntry) {
		if show {
			list = append(list, contentsEntry{ID: id, Title: p.label(l), Groups: groups})
		}
	}
	var groups []contentsEntry
	for _, s := range p.subjects {
		groups = append(groups, contentsEntry{ID: s.id, Title: p.titleOf(s.groups[0]), Count: s.rows()})
	}
	flows := p.View == content.ViewFlows && len(p.Groups) > 0
	add(flows, "summary", label.ReportSummary)
	add(flows && p.Draw != nil, "diagrams", label.ReportDiagrams)
	add(true, "details", label.ReportRows, groups...)
	add(len(p.Notes) > 0, "notes", label.ReportNotes)
	add(len(p.reading()) > 0, "reading", label.ReportReading)
	add(len(p.Sources) > 0, "sources", label.ReportSources)
	return list
}

func (p *page) titleOf(g content.Group) template.HTML {
	return p.say(func(d *content.Document) string { return d.QualifiedTitleOf(g) })
}

// subject is what has a table of its own: a product with its sections, or another group.
type subject struct {
	id            string
	groups        []content.Group
	columns, rare []content.Column // see ColumnsOf
}

func (s subject) rows() int {
	n := 0
	for _, g := range s.groups {
		n += g.Flows.Len() + len(g.Listeners)
	}
	return n
}

// divide puts groups of the same subject together.
func (p *page) divide() []subject {
	var list []subject
	last := content.Heading{}
	for _, g := range p.Groups {
		if x := g.Subject(); len(list) == 0 || x != last {
			list = append(list, subject{id: fmt.Sprintf("group-%d", len(list)+1)})
			last = x
		}
		s := &list[len(list)-1]
		s.groups = append(s.groups, g)
	}
	for i := range list {
		s := &list[i]
		s.columns, s.rare = p.ColumnsOf(p.documents[0], s.groups)
	}
	return list
}

// breakable begins a line with each protocol of a list of ports.
func breakable(s portbook.PortSet) template.HTML {
	var lines []string
	for _, line := range strings.Fields(s.String()) {
		lines = append(lines, escape(line))
	}
	return template.HTML(strings.Join(lines, "<br>"))
}

// pageFilters are the controls above the rows.
type pageFilters struct {
	SearchLabel, Reset, Shown, NoRow template.HTML
	All, AllWords                    string
	Filters                          []pageFilter
}

type pageFilter struct {
	Name    string // the attribute of rows, after "data-", that holds the values
	Label   template.HTML
	Options []filterOption
}

type filterOption struct{ Value, Text, Words string }

// search makes the controls that do not depend on what the rows are: of a
// number, all of them are shown at first.
func (p *page) search(rows int) pageFilters {
	all := func(d *content.Document) string { return d.Label(label.ReportAll) }
	return pageFilters{
		SearchLabel: p.label(label.ReportSearch), Reset: p.label(label.ReportReset), NoRow: p.label(label.ReportNoRow),
		All: all(p.documents[0]), AllWords: p.words(all), Shown: p.shownRows(rows),
	}
}

// add adds a choice of the values that an attribute of rows has.
func (x *pageFilters) add(p *page, name string, label label.Label, options []filterOption) {
	x.Filters = append(x.Filters, pageFilter{name, p.label(label), options})
}

func (p *page) filters() pageFilters {
	if p.View != content.ViewFlows {
		return p.search(p.Total())
	}
	x := p.search(p.Flows.Len())
	var products, protocols []filterOption
	for _, id := range p.Products {
		products = append(products, p.option(string(id), func(d *content.Document) string { return d.ProductName(id) }))
	}
	for _, proto := range p.protocols() {
		protocols = append(protocols, p.option(proto.String(), func(*content.Document) string { return strings.ToUpper(proto.String()) }))
	}
	protocols = append(protocols, p.option("none", func(d *content.Document) string { return d.Label(label.ProtocolUnstated) }))
	x.add(p, "product", label.ColumnProduct, products)
	x.add(p, "components", label.ColumnComponent, p.componentOptions())
	x.add(p, "source", label.ColumnSource, p.endOptions(sources))
	x.add(p, "destination", label.ColumnDestination, p.endOptions(destinations))
	x.add(p, "boundary", label.ReportBoundary, boundaryOptions(p))
	x.add(p, "protocol", label.ColumnProtocol, protocols)
	for _, e := range p.enums {
		heading := p.say(func(d *content.Document) string { return d.LabelOf("column", e.Word()) })
		x.Filters = append(x.Filters, pageFilter{e.Word(), heading, enumOptions(p, e.Word(), e.Listed())})
	}
	x.add(p, "decision", label.ReportDecisions, decisionOptions(p))
	return x
}

// shownRows counts the rows that are shown, in places that the script fills in.
func (p *page) shownRows(rows int) template.HTML {
	var b strings.Builder
	n := fmt.Sprint(rows)
	for _, d := range p.documents {
		text := html.EscapeString(d.Label(label.ReportShown))
		text = label.Fill(text, "n", `<b class="n">`+n+`</b>`, "total", `<span class="total">`+n+`</span>`)
		tag := html.EscapeString(d.Localizer.Language().String())
		fmt.Fprintf(&b, `<span data-l="%[1]s" lang="%[1]s">%[2]s</span>`, tag, text)
	}
	return template.HTML(b.String())
}

func (p *page) option(value string, of func(*content.Document) string) filterOption {
	return filterOption{printable.Line(value), p.documents[0].Plain(of(p.documents[0])), p.words(of)}
}

func boundaryOptions(p *page) []filterOption {
	var list []filterOption
	for _, x := range content.Boundaries {
		list = append(list, p.option(string(x), func(d *content.Document) string { return d.BoundaryName(x) }))
	}
	return list
}

// decisionOptions begins with a choice of all decisions.
func decisionOptions(p *page) []filterOption {
	list := []filterOption{p.option(anyDecision, func(d *content.Document) string { return d.Label(label.ReportAnyDecision) })}
	return append(list, enumOptions(p, "report-decision", content.AllDecisions)...)
}

func enumOptions[T ~string](p *page, kind string, values []T) []filterOption {
	var list []filterOption
	for _, v := range values {
		list = append(list, p.option(string(v), func(d *content.Document) string { return d.LabelOf(kind, string(v)) }))
	}
	return list
}

// componentOptions makes a choice of each component of the flows: it includes
// those that the component inherits from, as FlowSet.Involving does.
func (p *page) componentOptions() []filterOption {
	involved := map[portbook.Component]bool{}
	for f := range p.Flows.All() {
		for _, x := range rowComponents(f) {
			involved[x] = true
		}
	}
	var list []filterOption
	lineage := listen.Lineages(p.Catalog)
	for _, x := range p.Catalog.Components() {
		var ids []string
		for _, y := range lineage(x) {
			if involved[y] {
				ids = append(ids, string(y))
			}
		}
		if len(ids) > 0 {
			list = append(list, p.componentOption(x, strings.Join(ids, " ")))
		}
	}
	return list
}

func (p *page) componentOption(x portbook.Component, value string) filterOption {
	return p.option(value, func(d *content.Document) string {
		return d.ComponentName(x) + " (" + d.ProductName(d.Info(x).Product) + ")"
	})
}

// endOptions makes a choice of each component that is one of the ends of a flow.
func (p *page) endOptions(ends func(portbook.Flow) []portbook.Component) []filterOption {
	involved := map[portbook.Component]bool{}
	for f := range p.Flows.All() {
		for _, x := range ends(f) {
			involved[x] = true
		}
	}
	var list []filterOption
	for _, x := range p.Catalog.Components() {
		if involved[x] {
			list = append(list, p.componentOption(x, string(x)))
		}
	}
	return list
}

// sources are the components that may open the connection of a flow.
func sources(f portbook.Flow) []portbook.Component { return openers(f, f.From(), f.To()) }

// destinations are the components to which it may be opened.
func destinations(f portbook.Flow) []portbook.Component { return openers(f, f.To(), f.From()) }

func openers(f portbook.Flow, one, other []portbook.Component) []portbook.Component {
	if f.Initiator() == portbook.InitiatorEither {
		return slices.Concat(one, other)
	}
	return one
}

// values joins the values of an attribute of a row.
func values[T ~string](list []T) string {
	var words []string
	for _, x := range list {
		words = content.AppendNew(words, string(x))
	}
	return html.EscapeString(printable.Line(strings.Join(words, " ")))
}

// rowComponents are the components that lead to a row when they are chosen.
func rowComponents(f portbook.Flow) []portbook.Component {
	return slices.Concat([]portbook.Component{f.Component()}, f.From(), f.To())
}

func (p *page) protocols() []portbook.Protocol {
	var list []portbook.Protocol
	for f := range p.Flows.All() {
		list = content.AppendNew(list, f.Protocols()...)
	}
	slices.Sort(list)
	return list
}

// openTable writes what stands before the rows of a table: a heading with their
// number, what there is to say about them, and the headings of the columns.
// "</table></div></details>" closes it.
func (p *page) openTable(w *bufio.Writer, id string, title, about func(*content.Document) string, rows int, columns []pageColumn) {
	fmt.Fprintf(w, "<details open id=\"%s\"><summary><h3>%s</h3> <span class=\"count\">%d</span></summary>\n", id, p.say(title), rows)
	if about := p.say(about); about != "" {
		fmt.Fprintf(w, "<p class=\"about\">%s</p>\n", about)
	}
	first := p.documents[0]
	fmt.Fprintf(w, "<div class=\"rows scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table%s>\n<thead><tr>", html.EscapeString(first.Plain(title(first))), density(columns))
	for _, c := range columns {
		// Browsers repeat a header on every printed page only when no button is
		// drawn in it: print has the label alone.
		fmt.Fprintf(w, `<th scope="col" class="c-%[1]s" aria-sort="none"><button type="button">%[2]s</button><span class="printed">%[2]s</span></th>`, c.class, p.say(c.label))
	}
	w.WriteString("</tr></thead>\n")
}

// density is the class of a table with so many columns that they have to be
// narrow.
func density(columns []pageColumn) string {
	if len(columns) < manyColumns {
		return ""
	}
	return ` class="dense"`
}

const manyColumns = 14

// openSection begins rows under a heading of their own, unless it is empty. "</tbody>" closes it.
func (p *page) openSection(w *bufio.Writer, title func(*content.Document) string, columns []pageColumn) {
	w.WriteString("<tbody>\n")
	if section := p.say(title); section != "" {
		fmt.Fprintf(w, "<tr class=\"section\"><th scope=\"rowgroup\" colspan=\"%d\">%s</th></tr>\n", len(columns), section)
	}
}

// writeGroups writes a table for each subject.
func (p *page) writeGroups(w *bufio.Writer) error {
	flow := 0
	for _, s := range p.subjects {
		first := s.groups[0]
		p.rare = s.rare
		columns := p.columns(s.columns)
		p.openTable(w, s.id, func(d *content.Document) string { return d.QualifiedTitleOf(first) }, func(d *content.Document) string { return d.About(first) }, s.rows(), columns)
		for _, g := range s.groups {
			p.openSection(w, func(d *content.Document) string { return d.SubtitleOf(g) }, columns)
			for f := range g.Flows.All() {
				if err := p.writeFlow(w, s.columns, f); err != nil {
					return err
				}
			}
			for _, x := range g.Listeners {
				flow++
				if err := p.writeListener(w, s.columns, x, flow); err != nil {
					return err
				}
			}
			w.WriteString("</tbody>\n")
		}
		w.WriteString("</table></div></details>\n")
	}
	return nil
}

// writeFlow writes the row of a flow, with the values that filters look at.
func (p *page) writeFlow(w *bufio.Writer, columns []content.Column, f portbook.Flow) error {
	var protocols []string
	for _, x := range f.Protocols() {
		protocols = append(protocols, x.String())
	}
	if len(protocols) == 0 {
		protocols = []string{"none"}
	}
	w.WriteString("<tr")
	number, again := p.rowNumbers[f.ID()]
	if !again {
		number = len(p.rowNumbers) + 1
		p.rowNumbers[f.ID()] = number
		fmt.Fprintf(w, ` id="%s"`, html.EscapeString(printable.Line(f.String())))
	}
	fmt.Fprintf(w, ` data-f="%d"`, number)
	for _, x := range []struct{ name, values string }{
		{"product", values([]portbook.Product{f.Product()})}, {"components", values(rowComponents(f))}, {"source", values(sources(f))},
		{"destination", values(destinations(f))}, {"boundary", values(p.Boundaries(f))}, {"decision", values(content.Decisions(f))},
		{"protocol", values(protocols)},
	} {
		fmt.Fprintf(w, ` data-%s="%s"`, x.name, x.values)
	}
	for _, e := range p.enums {
		fmt.Fprintf(w, ` data-%s="%s"`, e.Word(), content.EnumValue(f, e))
	}
	w.WriteString(">")
	for _, c := range columns {
		p.cell(w, c, listen.First(f.Ports()), p.flowCell(c, f))
	}
	_, err := w.WriteString("</tr>\n")
	p.Tick()
	return err
}

// cell writes a cell. Ports sort by their first number.
func (p *page) cell(w *bufio.Writer, c content.Column, s listen.Socket, inner template.HTML) {
	fmt.Fprintf(w, `<td class="c-%s"`, c)
	if c == content.ColumnPorts {
		key := ""
		if s.Protocol != 0 {
			key = s.Ports.First().String()
		}
		fmt.Fprintf(w, ` data-s="%s"`, key)
	}
	w.WriteString(">" + string(inner) + "</td>")
}

// flowCell is a cell of a flow, with links to its citations and notes.
func (p *page) flowCell(c content.Column, f portbook.Flow) template.HTML {
	switch c {
	case content.ColumnID:
		return p.link(f)
	case content.ColumnRemarks:
		return p.remarks(f)
	case content.ColumnCitation:
		return p.linkTo("source-"+string(f.Citations()[0].Document), p.say(func(d *content.Document) string { return content.FlowCells[c](d, f) }))
	}
	return p.say(func(d *content.Document) string { return content.FlowCells[c](d, f) })
}

// linkTo makes a link to an id of the page.
func (p *page) linkTo(id string, text template.HTML) template.HTML {
	fragment := (&url.URL{Fragment: printable.Line(id)}).String()
	return template.HTML(fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(fragment), text))
}

// link links to the row of a flow, by its id, which may break after each part.
// The views by host have no such rows.
func (p *page) link(f portbook.Flow) template.HTML {
	text := template.HTML(strings.ReplaceAll(html.EscapeString(printable.Line(f.String())), "/", "/<wbr>"))
	if p.View != content.ViewFlows {
		return text
	}
	return p.linkTo(f.String(), text)
}

// remarks has a line for each remark, and links to the notes.
func (p *page) remarks(f portbook.Flow) template.HTML {
	var b strings.Builder
	for i := range p.documents[0].RemarksWith(p.rare, f) {
		fmt.Fprintf(&b, "<div>%s</div>", p.say(func(d *content.Document) string { return d.RemarksWith(p.rare, f)[i] }))
	}
	for i, n := range f.Notes() {
		if i > 0 {
			b.WriteString(" / ")
		}
		fmt.Fprintf(&b, `<a href="#note-%d">%s</a>`, p.Numbers[n.ID], p.say(func(d *content.Document) string { return d.NoteReference(n) }))
	}
	return template.HTML(b.String())
}

// writeListener writes a row of the views by host.
func (p *page) writeListener(w *bufio.Writer, columns []content.Column, x listen.Listener, number int) error {
	fmt.Fprintf(w, `<tr data-f="%d">`, number)
	s := x.Socket
	if p.View == content.ViewCollisions {
		s = listen.First(x.Ports)
	}
	for _, c := range columns {
		p.cell(w, c, s, p.say(func(d *content.Document) string { return content.ListenerCells[c](d, x) }))
	}
	_, err := w.WriteString("</tr>\n")
	p.Tick()
	return err
}

// pageTail is what follows the rows.
type pageTail struct {
	NotesLabel, ReadingLabel, QuirksLabel, QuirksHelp, SourcesLabel template.HTML
	Notes                                                           []pageNote
	Reading                                                         []explanation
	Quirks                                                          []pageQuirk
	Sources                                                         []pageSource
}

// pageFoot closes a page.
type pageFoot struct {
	Footer template.HTML
	Script template.JS
}

func (p *page) foot(footer func(*content.Document) string) pageFoot {
	return pageFoot{p.say(footer), template.JS(pageJS)}
}

type pageNote struct {
	Number                 int
	Kind                   portbook.NoteKind
	KindLabel, About, Text template.HTML
	Subjects               string // ids of what it is about
}

type explanation struct{ Term, Text template.HTML }

type pageQuirk struct {
	Label template.HTML
	Flows []template.HTML
}

type pageSource struct {
	ID, URL string
	Link    bool
	Title   template.HTML
	Facts   []template.HTML
}

func (p *page) tail() pageTail {
	t := pageTail{
		NotesLabel: p.label(label.ReportNotes), ReadingLabel: p.label(label.ReportReading), QuirksLabel: p.label(label.ReportQuirks),
		QuirksHelp: p.label(label.ReportQuirksHelp), SourcesLabel: p.label(label.ReportSources), Reading: p.reading(),
	}
	for i, n := range p.Notes {
		t.Notes = append(t.Notes, pageNote{
			i + 1, n.Kind, p.say(func(d *content.Document) string { return d.LabelOf("note-kind", string(n.Kind)) }),
			p.say(func(d *content.Document) string { return d.NoteSubject(n) }), p.say(func(d *content.Document) string { return d.Text(n.Text) }),
			noteSubjects(n),
		})
	}
	for _, q := range p.Quirks {
		x := pageQuirk{Label: p.say(func(d *content.Document) string { return d.LabelOf("quirk", string(q)) })}
		for f := range p.Flows.Having(q).All() {
			x.Flows = append(x.Flows, p.link(f))
		}
		t.Quirks = append(t.Quirks, x)
	}
	for _, x := range p.Sources {
		t.Sources = append(t.Sources, p.source(x))
	}
	return t
}

// reading explains what needs it in the columns that are shown.
func (p *page) reading() []explanation {
	var list []explanation
	if p.Inferred {
		list = append(list, explanation{content.Mark, p.say((*content.Document).MarkMeaning)})
	}
	for _, x := range []struct {
		column     content.Column
		term, help label.Label
	}{
		{content.ColumnDirection, label.ColumnDirection, label.ReportDirectionHelp},
		{content.ColumnRequirement, label.ColumnRequirement, label.ReportConditionsHelp},
	} {
		if slices.ContainsFunc(p.subjects, func(s subject) bool { return slices.Contains(slices.Concat(s.columns, s.rare), x.column) }) {
			list = append(list, explanation{p.label(x.term), p.label(x.help)})
		}
	}
	return list
}

// noteSubjects returns the ids of the products and components that a note is about.
func noteSubjects(n portbook.Note) string {
	var list []string
	for _, x := range n.Products {
		list = append(list, string(x))
	}
	for _, x := range n.Components {
		list = append(list, string(x))
	}
	return printable.Line(strings.Join(list, " "))
}

func (p *page) source(x portbook.Document) pageSource {
	s := pageSource{ID: printable.Line(string(x.ID)), URL: x.URL, Title: p.say(func(d *content.Document) string { return d.SourceTitle(x) })}
	s.Link = strings.HasPrefix(x.URL, "https://") || strings.HasPrefix(x.URL, "http://")
	for _, of := range []func(*content.Document) string{
		func(*content.Document) string { return x.Publisher },
		func(d *content.Document) string { return d.SourcePage(x) },
		func(d *content.Document) string { return d.SourceCount(x) },
	} {
		if fact := p.say(of); fact != "" {
			s.Facts = append(s.Facts, fact)
		}
	}
	return s
}
