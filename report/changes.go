package report

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/label"
)

// ChangeFormats returns the formats of [WriteChanges].
func ChangeFormats() []Format { return []Format{Text, Markdown, HTML, JSON} }

// WriteChanges writes what changed between two editions, in one of [ChangeFormats]: the number of changes of each class of impact,
// and then the changes by class, the strongest first, and by product. It says so when there are none. Of the options it heeds
// Languages, Format, Title, Date, AmbiguousWidth and Progress.
//
// Names and texts are those of the catalogs that were compared. A flow of which only a record is known keeps the texts of the
// record, and its components and products are named as in the built-in catalog, or by their ids where that does not know
// them. Errors are those of [Write].
func WriteChanges(w io.Writer, changes diff.Changes, o Options) error {
	c := newChangeReport(changes, o)
	if err := c.check(func(f Format) bool { return slices.Contains(ChangeFormats(), f) }); err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<16)
	var err error
	switch c.Format {
	case Text:
		err = c.writeText(b)
	case Markdown:
		err = c.writeMarkdown(b)
	case HTML:
		err = c.writeHTML(b)
	case JSON:
		err = c.writeJSON(b)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

// changeReport is what a report of changes says, whatever its language.
type changeReport struct {
	*content
	changes  diff.Changes
	catalogs []*portbook.Catalog // that know names, the best first
	classes  []changeClass
	names    map[portbook.Component]portbook.Text
}

// changeClass holds the changes of one class, by product.
type changeClass struct {
	impact   diff.Impact
	products []changeGroup
	count    int
}

type changeGroup struct {
	product portbook.Product
	changes []*diff.Change
}

func newChangeReport(changes diff.Changes, o Options) *changeReport {
	o.View, o.GroupBy, o.Columns, o.Hosts, o.Encoding = "", "", nil, nil, ""
	c := &changeReport{content: newContent(portbook.FlowSet{}, o, false), changes: changes, names: map[portbook.Component]portbook.Text{}}
	for _, x := range []*portbook.Catalog{changes.New.Catalog(), changes.Old.Catalog(), portbook.Builtin()} {
		if x != nil {
			c.catalogs = append(c.catalogs, x)
		}
	}
	c.catalog, c.changed = c.catalogs[0], len(changes.List)
	for _, impact := range diff.Impacts() {
		if class := c.class(impact); class.count > 0 {
			c.classes = append(c.classes, class)
		}
	}
	return c
}

// class gathers the changes of a class, products in the order of their first change.
func (c *changeReport) class(impact diff.Impact) changeClass {
	class := changeClass{impact: impact}
	place := map[portbook.Product]int{}
	for i := range c.changes.List {
		x := &c.changes.List[i]
		if x.Impact != impact {
			continue
		}
		product := x.Record().Product
		at, ok := place[product]
		if !ok {
			at = len(class.products)
			place[product] = at
			class.products = append(class.products, changeGroup{product: product})
			c.products = appendNew(c.products, product)
		}
		class.products[at].changes = append(class.products[at].changes, x)
		class.count++
	}
	return class
}

// ports returns the union of what the changes of a class gained, and of what they lost and no other flow needs: a summary may be
// all that is read.
func (x changeClass) ports() (gained, lost portbook.PortSet) {
	var plus, minus []portbook.PortSet
	for _, g := range x.products {
		for _, change := range g.changes {
			plus, minus = append(plus, change.Gained), append(minus, change.Lost.Subtract(change.StillNeeded))
		}
	}
	return portbook.UnionAll(plus...), portbook.UnionAll(minus...)
}

// title returns the title of the report.
func (c *changeReport) title(d *document) string {
	if d.Title != "" {
		return d.Title
	}
	return d.label(label.DiffTitle)
}

// subtitle counts the changes and names the editions, and the date.
func (c *changeReport) subtitle(d *document) string {
	name := func(e diff.Edition) string {
		if e.Version() == "" {
			return d.label(label.DiffUnnamed)
		}
		return e.Version()
	}
	s := d.fill(label.DiffSubtitle, "changes", fmt.Sprint(len(c.changes.List)), "old", name(c.changes.Old), "new", name(c.changes.New))
	if date := d.date(); date != "" {
		s = d.join([]string{s, date})
	}
	return s
}

// remark tells that texts were not compared; empty when they were.
func (c *changeReport) remark(d *document) string {
	if c.changes.TextsCompared || c.changes.Old.Language() == c.changes.New.Language() {
		return ""
	}
	return d.fill(label.DiffLanguages, "old", c.changes.Old.Language(), "new", c.changes.New.Language())
}

// heading names a class and counts its changes.
func (x changeClass) heading(d *document) string {
	return d.fill(label.DiffHeading, "impact", x.name(d), "n", fmt.Sprint(x.count))
}

func (x changeClass) name(d *document) string { return d.labelOf("diff-impact", string(x.impact)) }

// help tells what is to be done about the changes of a class.
func (x changeClass) help(d *document) string { return d.labelOf("diff-help", string(x.impact)) }

// summary is a table of the classes: how many changes, and which ports they gained and lost.
func (c *changeReport) summary(d *document) (header []string, rows iter.Seq[[]string]) {
	header = []string{d.label(label.DiffImpact), d.label(label.DiffChanges), d.label(label.DiffGained), d.label(label.DiffLost)}
	return header, func(yield func([]string) bool) {
		for _, x := range c.classes {
			gained, lost := x.ports()
			if !yield([]string{x.name(d), fmt.Sprint(x.count), gained.String(), lost.String()}) {
				return
			}
		}
	}
}

// header returns the headings of the columns.
func (c *changeReport) header(d *document) []string {
	var list []string
	for _, x := range c.columns() {
		list = append(list, x.label(d))
	}
	return list
}

// rows yields the rows of a group, as plain text.
func (c *changeReport) rows(d *document, g changeGroup) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, x := range g.changes {
			var row []string
			for _, col := range changeColumns {
				row = append(row, d.plain(col.cell(c, d, x)))
			}
			if !yield(row) {
				return
			}
		}
	}
}

func (c *changeReport) writeText(w *bufio.Writer) error {
	d := c.document()
	fmt.Fprintf(w, "%s\n%s\n", d.plain(c.title(d)), d.plain(c.subtitle(d)))
	if s := c.remark(d); s != "" {
		fmt.Fprintf(w, "%s\n", d.plain(s))
	}
	w.WriteByte('\n')
	if len(c.classes) == 0 {
		_, err := fmt.Fprintln(w, d.label(label.DiffEmpty))
		return err
	}
	header, rows := c.summary(d)
	if err := textTable(w, header, rows, d.AmbiguousWidth, func() {}); err != nil {
		return err
	}
	for _, x := range c.classes {
		d.underline(w, x.heading(d), "=")
		fmt.Fprintf(w, "%s\n", d.plain(x.help(d)))
		for _, g := range x.products {
			d.underline(w, c.productName(d, g.product), "-")
			if err := textTable(w, c.header(d), c.rows(d, g), d.AmbiguousWidth, d.tick); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *changeReport) writeMarkdown(w *bufio.Writer) error {
	d := c.document()
	fmt.Fprintf(w, "# %s\n\n%s\n\n", d.markdown(c.title(d)), d.markdown(c.subtitle(d)))
	if s := c.remark(d); s != "" {
		fmt.Fprintf(w, "%s\n\n", d.markdown(s))
	}
	if len(c.classes) == 0 {
		_, err := fmt.Fprintln(w, d.markdown(d.label(label.DiffEmpty)))
		return err
	}
	header, rows := c.summary(d)
	if err := markdownTable(w, header, rows); err != nil {
		return err
	}
	for _, x := range c.classes {
		fmt.Fprintf(w, "\n## %s\n\n%s\n", d.markdown(x.heading(d)), d.markdown(x.help(d)))
		for _, g := range x.products {
			fmt.Fprintf(w, "\n### %s\n\n", d.markdown(c.productName(d, g.product)))
			if err := markdownTable(w, c.header(d), d.counted(c.rows(d, g))); err != nil {
				return err
			}
		}
	}
	return nil
}

// jsonChanges is a report of changes in JSON, but for the changes, which follow as the last field. A change is written as
// diff.Change has it, with texts in the language in which the editions were compared.
type jsonChanges struct {
	Title         string        `json:"title"`
	Language      string        `json:"language"`
	Date          string        `json:"date,omitempty"`
	Old           jsonEdition   `json:"old"`
	New           jsonEdition   `json:"new"`
	TextsCompared bool          `json:"textsCompared"`
	Summary       []jsonSummary `json:"summary"` // every class, the strongest first
}

type jsonEdition struct {
	Edition  string `json:"edition"`
	Language string `json:"language"`
}

type jsonSummary struct {
	Impact  diff.Impact `json:"impact"`
	Name    string      `json:"name"`
	Help    string      `json:"help"`
	Changes int         `json:"changes"`
}

func (c *changeReport) writeJSON(w *bufio.Writer) error {
	d := c.document()
	r := jsonChanges{
		Title: c.title(d), Language: d.localizer.Language().String(), Old: jsonEdition{c.changes.Old.Version(), c.changes.Old.Language()},
		New: jsonEdition{c.changes.New.Version(), c.changes.New.Language()}, TextsCompared: c.changes.TextsCompared,
	}
	if !d.Date.IsZero() {
		r.Date = d.Date.Format("2006-01-02")
	}
	for _, impact := range diff.Impacts() {
		x := changeClass{impact: impact}
		r.Summary = append(r.Summary, jsonSummary{impact, x.name(d), x.help(d), c.changes.Count(impact)})
	}
	return writeObject(w, r, "changes", func(yield func(any) bool) {
		for _, class := range c.classes {
			for _, g := range class.products {
				for _, x := range g.changes {
					if !yield(x) {
						return
					}
					d.tick()
				}
			}
		}
	})
}
