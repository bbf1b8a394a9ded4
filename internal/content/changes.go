package content

import (
	"fmt"
	"iter"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/label"
)

// Changes is what a report of changes says, whatever its language.
type Changes struct {
	*Report
	Changes  diff.Changes
	catalogs []*portbook.Catalog // that know names, the best first
	Classes  []ChangeClass
	names    map[portbook.Component]portbook.Text
}

// ChangeClass holds the changes of one class, by product.
type ChangeClass struct {
	Impact   diff.Impact
	Products []changeGroup
	Count    int
}

type changeGroup struct {
	Product portbook.Product
	Changes []*diff.Change
}

// NewChanges gathers what a report of changes says.
func NewChanges(changes diff.Changes, o Options) *Changes {
	o.View, o.GroupBy, o.Columns, o.Hosts = "", "", nil, nil
	c := &Changes{Report: start(portbook.FlowSet{}, o), Changes: changes, names: map[portbook.Component]portbook.Text{}}
	for _, x := range []*portbook.Catalog{changes.New.Catalog(), changes.Old.Catalog(), portbook.Builtin()} {
		if x != nil {
			c.catalogs = append(c.catalogs, x)
		}
	}
	c.Catalog, c.Changed = c.catalogs[0], len(changes.List)
	for _, impact := range diff.Impacts() {
		if class := c.class(impact); class.Count > 0 {
			c.Classes = append(c.Classes, class)
		}
	}
	return c
}

// class gathers the changes of a class, products in the order of their first change.
func (c *Changes) class(impact diff.Impact) ChangeClass {
	class := ChangeClass{Impact: impact}
	place := map[portbook.Product]int{}
	for i := range c.Changes.List {
		x := &c.Changes.List[i]
		if x.Impact != impact {
			continue
		}
		product := x.Record().Product
		at, ok := place[product]
		if !ok {
			at = len(class.Products)
			place[product] = at
			class.Products = append(class.Products, changeGroup{Product: product})
			c.Products = AppendNew(c.Products, product)
		}
		class.Products[at].Changes = append(class.Products[at].Changes, x)
		class.Count++
	}
	return class
}

// Ports returns the union of what the changes of a class gained and was not open
// already, and of what they lost and no other flow needs: a summary may be all
// that is read.
func (x ChangeClass) Ports() (gained, lost portbook.PortSet) {
	var plus, minus []portbook.PortSet
	for _, g := range x.Products {
		for _, change := range g.Changes {
			plus, minus = append(plus, change.Gained.Subtract(change.AlreadyOpen)), append(minus, change.Lost.Subtract(change.StillNeeded))
		}
	}
	return portbook.UnionAll(plus...), portbook.UnionAll(minus...)
}

// TitleText returns the title of the report.
func (c *Changes) TitleText(d *Document) string {
	if d.Title != "" {
		return d.Title
	}
	return d.Label(label.DiffTitle)
}

// Subtitle counts the changes and names the versions, and the date.
func (c *Changes) Subtitle(d *Document) string {
	name := func(e diff.Snapshot) string {
		if e.Version() == "" {
			return d.Label(label.DiffUnnamed)
		}
		return e.Version()
	}
	s := d.Fill(label.DiffSubtitle, "changes", fmt.Sprint(len(c.Changes.List)), "old", name(c.Changes.Old), "new", name(c.Changes.New))
	if date := d.DateText(); date != "" {
		s = d.join([]string{s, date})
	}
	return s
}

// Remark says that texts were not compared; it is empty if they were.
func (c *Changes) Remark(d *Document) string {
	if c.Changes.TextsCompared || c.Changes.Old.Language() == c.Changes.New.Language() {
		return ""
	}
	return d.Fill(label.DiffLanguages, "old", c.Changes.Old.Language(), "new", c.Changes.New.Language())
}

// Heading names a class and counts its changes.
func (x ChangeClass) Heading(d *Document) string {
	return d.Fill(label.DiffHeading, "impact", x.Name(d), "n", fmt.Sprint(x.Count))
}

func (x ChangeClass) Name(d *Document) string { return d.LabelOf("diff-impact", string(x.Impact)) }

// Help says what to do about the changes of a class.
func (x ChangeClass) Help(d *Document) string { return d.LabelOf("diff-help", string(x.Impact)) }

// Summary is a table of the classes: how many changes, and which ports they gained and lost.
func (c *Changes) Summary(d *Document) (header []string, rows iter.Seq[[]string]) {
	header = []string{d.Label(label.DiffImpact), d.Label(label.DiffChanges), d.Label(label.DiffGained), d.Label(label.DiffLost)}
	return header, func(yield func([]string) bool) {
		for _, x := range c.Classes {
			gained, lost := x.Ports()
			if !yield([]string{x.Name(d), fmt.Sprint(x.Count), gained.String(), lost.String()}) {
				return
			}
		}
	}
}

// Header returns the headings of the columns.
func (c *Changes) Header(d *Document) []string {
	var list []string
	for _, x := range ChangeColumns {
		list = append(list, d.Label(x.Label))
	}
	return list
}

// Rows yields the rows of a group, as plain text.
func (c *Changes) Rows(d *Document, g changeGroup) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, x := range g.Changes {
			var row []string
			for _, col := range ChangeColumns {
				row = append(row, d.Plain(col.Cell(c, d, x)))
			}
			if !yield(row) {
				return
			}
		}
	}
}
