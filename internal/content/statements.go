package content

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/label"
)

// disagreements says in words what further documents say otherwise than the one
// that a flow is from.
func (d *Document) disagreements(f portbook.Flow) []string {
	var list []string
	statements := f.Statements()
	for i := 1; i < len(statements); i++ {
		var values []string
		for _, field := range portbook.Values[portbook.Field]() {
			first, ok := statements[0].Values[field]
			if other, also := statements[i].Values[field]; ok && also && first != other {
				values = append(values, d.FieldName(field)+": "+d.ValueInWords(field, other))
			}
		}
		if len(values) > 0 {
			list = append(list, d.Fill(label.ReportDisagreement, "place", d.citations(statements[i].Citations), "values", strings.Join(values, "; ")))
		}
	}
	return list
}

// FieldName names an open field of a flow.
func (d *Document) FieldName(field portbook.Field) string { return fieldName(d, string(field)) }

// ValueInWords returns the value of an open field, given in text form, in the
// words of reports.
func (d *Document) ValueInWords(field portbook.Field, text string) string {
	if x := enumOf(string(field)); x != nil {
		return d.LabelOf(x.Word(), text)
	}
	parts := strings.Split(text, ", ")
	for i, part := range parts {
		switch field {
		case portbook.FieldFrom, portbook.FieldTo:
			parts[i] = d.ComponentName(portbook.Component(part))
		case portbook.FieldProtocols:
			parts[i] = strings.ToUpper(part)
		case portbook.FieldConditions:
			if x, ok := d.Catalog.Condition(portbook.ConditionID(part)); ok {
				parts[i] = d.Text(x.Text)
			}
		}
	}
	return d.join(parts)
}

// Places names places in a document.
func (d *Document) Places(citations []portbook.Citation) string {
	return d.join(named(citations, d.place))
}

func (d *Document) place(c portbook.Citation) string {
	if c.Row == 0 {
		return d.Fill(label.ReportCiteProse, "section", d.sectionTitle(d.section(c)))
	}
	source, _ := d.source(c.Document)
	return label.Fill(d.LabelOf("report-cite", string(source.Counts)), "n", fmt.Sprint(c.Row))
}

// citations names places in documents. A document is named where it is not the
// first one of its product, since rows of several could be meant.
func (d *Document) citations(list []portbook.Citation) string {
	return d.join(named(list, func(c portbook.Citation) string {
		source, _ := d.source(c.Document)
		if n := d.documentNumber(source); n > 1 {
			return d.Fill(label.ReportCiteOther, "document", d.documentName(n), "place", d.place(c))
		}
		return d.place(c)
	}))
}

// documentNumber counts the documents of a product from 1; it is 0 for the only
// one.
func (d *Document) documentNumber(x portbook.Document) int {
	p, _ := d.Catalog.Product(x.Product)
	if len(p.Documents) < 2 {
		return 0
	}
	return 1 + slices.IndexFunc(p.Documents, func(y portbook.Document) bool { return y.ID == x.ID })
}

func (d *Document) documentName(n int) string {
	return d.Fill(label.ReportDocument, "n", fmt.Sprint(n))
}

// SourceTitle returns the title of a document, with its number where its product
// has several.
func (d *Document) SourceTitle(x portbook.Document) string {
	if n := d.documentNumber(x); n > 0 {
		return d.Fill(label.ReportSourceTitle, "document", d.documentName(n), "title", d.Text(x.Title))
	}
	return d.Text(x.Title)
}

// source returns a document that the report cites.
func (d *Document) source(id portbook.DocumentID) (portbook.Document, bool) {
	for _, x := range d.Sources {
		if x.ID == id {
			return x, true
		}
	}
	return portbook.Document{}, false
}

// statement names a document and the fields that it states.
func (d *Document) statement(x portbook.Statement) string {
	var values []string
	for _, field := range portbook.Values[portbook.Field]() {
		if v, ok := x.Values[field]; ok {
			values = append(values, d.FieldName(field)+": "+d.ValueInWords(field, v))
		}
	}
	return string(x.Document()) + " (" + strings.Join(values, "; ") + ")"
}
