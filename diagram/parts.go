package diagram

import (
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
)

// Division says how flows are divided into diagrams.
type Division string

// The divisions.
const (
	Auto      Division = "auto"    // by product, and a product with too many components for one diagram by section
	ByProduct Division = "product" // one diagram for each product that flows are documented under
	BySection Division = "section" // one for each section of its document
	Whole     Division = "all"     // one diagram of everything
)

// Divisions returns all divisions.
func Divisions() []Division { return []Division{Auto, ByProduct, BySection, Whole} }

// readable is the number of components up to which one diagram of a product is
// easier to read than one for each section.
const readable = 18

// Part is a piece of a selection of flows that makes one diagram.
type Part struct {
	ID    string           // the product, or product and section: unique among the parts, stable, and fit for the name of a file
	Title string           // for people
	Flows portbook.FlowSet // what to draw
}

// Parts divides flows into diagrams that can be read. Every flow is in exactly
// one part; parts are in the order of the flows. A flow belongs to the section
// of its first citation. A division that is not known works as [Auto]. No flows
// have no parts.
func Parts(flows portbook.FlowSet, by Division, l i18n.Localizer) []Part {
	if flows.IsEmpty() {
		return nil
	}
	d := divider{words: newWords(flows, l), index: map[string]int{}}
	if by == Whole {
		b := newBuilder(flows, l)
		for f := range flows.All() {
			b.documented[f.Product()] = true
		}
		return []Part{{ID: string(Whole), Title: b.title("", flows), Flows: flows}}
	}
	for _, product := range d.catalog.Products() {
		own := flows.DocumentedBy(product)
		if by == BySection || by != ByProduct && countComponents(own) > readable {
			d.addSections(product, own)
		} else if !own.IsEmpty() {
			d.add(string(product), d.productName(product), own)
		}
	}
	return d.parts
}

func countComponents(flows portbook.FlowSet) int {
	seen := map[portbook.Component]bool{}
	for f := range flows.All() {
		for _, c := range f.From() {
			seen[c] = true
		}
		for _, c := range f.To() {
			seen[c] = true
		}
	}
	return len(seen)
}

// divider gathers parts.
type divider struct {
	words
	parts []Part
	index map[string]int // of an id
}

// add adds flows to the part with the id.
func (d *divider) add(id, title string, flows portbook.FlowSet) {
	id = fileName(id)
	i, ok := d.index[id]
	if !ok {
		i = len(d.parts)
		d.index[id] = i
		d.parts = append(d.parts, Part{ID: id, Title: title})
	}
	d.parts[i].Flows = d.parts[i].Flows.Union(flows)
}

func (d *divider) addSections(product portbook.Product, flows portbook.FlowSet) {
	info, _ := d.catalog.Product(product)
	for f := range flows.All() {
		var at portbook.Citation
		if list := f.Citations(); len(list) > 0 {
			at = list[0]
		}
		id := string(product) + "-" + string(at.Section)
		if len(info.Documents) > 1 { // their sections may have the same ids
			id = string(product) + "-" + string(at.Document) + "-" + string(at.Section)
		}
		d.add(id, d.sectionTitle(info, at), f.Set())
	}
}

func (d *divider) sectionTitle(p portbook.ProductInfo, at portbook.Citation) string {
	for _, x := range p.Documents {
		for _, s := range x.Sections {
			if x.ID == at.Document && s.ID == at.Section {
				return d.fill(label.DiagramSection, "product", d.productName(p.ID), "section", d.text(s.Title))
			}
		}
	}
	return d.productName(p.ID)
}

// fileName makes a name that every file system accepts.
func fileName(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '-'
	}, id)
}
