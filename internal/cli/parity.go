package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/table"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

func (a *app) parityCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:     "parity",
		Short:   a.say(phrase.HelpParity),
		Long:    a.paragraphs(phrase.HelpParity, phrase.AboutParity, phrase.AboutParityStatus, phrase.AboutJSON),
		Example: "  portbook parity --product apex-central\n  portbook parity --product apex-central --lang ja --format csv",
		Args:    a.arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, o, err := a.listing()
			if err != nil {
				return err
			}
			p, err := comparedProduct(c, name)
			if err != nil {
				return err
			}
			found := discrepancies(c, p)
			err = a.emitText(cmd, o, func(w io.Writer) error { return writeParity(w, o, c, p, found) })
			if err == nil && len(found) > 0 {
				return findings{}
			}
			return err
		},
	}
	cmd.Flags().StringVar(&name, "product", "", a.say(phrase.FlagProductParity))
	complete(cmd, "product", a.offering(compared))
	a.addOutput(cmd)
	a.addJSON(cmd, records{"", nil, fieldsOf(discrepancy{Field: portbook.FieldFrom})})
	return cmd
}

// comparedProduct returns the product of a name, which must have several
// documents.
func comparedProduct(c *portbook.Catalog, name string) (portbook.ProductInfo, error) {
	if name == "" {
		return portbook.ProductInfo{}, failure(phrase.ErrorProductMissing)
	}
	id, err := product(c, name)
	if err != nil {
		return portbook.ProductInfo{}, err
	}
	p, _ := c.Product(id)
	if len(p.Documents) < 2 {
		return p, failure(phrase.ErrorOneDocument, "name", quoted(id), "known", strings.Join(compared(c), ", "))
	}
	return p, nil
}

// compared returns the ids of the products that have several documents.
func compared(c *portbook.Catalog) []string {
	var list []string
	for _, id := range c.Products() {
		if p, _ := c.Product(id); len(p.Documents) > 1 {
			list = append(list, string(id))
		}
	}
	return list
}

// discrepancy is a field of a flow that the documents of a product do not all
// state alike; or the flow itself, when not all of them describe it.
type discrepancy struct {
	Flow       portbook.FlowID `json:"flow"`
	Field      portbook.Field  `json:"field,omitempty"` // none for the flow itself
	Statements []stated        `json:"statements"`
}

// stated is what a document says of a field. Documents that say nothing have
// none.
type stated struct {
	Document  portbook.DocumentID `json:"document"`
	Citations []portbook.Citation `json:"citations"`
	Value     string              `json:"value"` // in text form; empty for the flow itself
}

// discrepancies compares the documents of a product.
func discrepancies(c *portbook.Catalog, p portbook.ProductInfo) []discrepancy {
	list := []discrepancy{}
	for f := range c.Flows().DocumentedBy(p.ID).All() {
		statements := f.Statements()
		if len(statements) == 0 {
			x := f.Citations()
			statements = []portbook.Statement{{Citations: x}}
		}
		if len(statements) < len(p.Documents) {
			d := discrepancy{Flow: f.ID()}
			for _, x := range statements {
				d.Statements = append(d.Statements, stated{x.Document(), x.Citations, ""})
			}
			list = append(list, d)
		}
		if len(statements) == 1 {
			continue
		}
		for _, field := range portbook.Values[portbook.Field]() {
			if d := (discrepancy{f.ID(), field, valuesOf(statements, field)}); differ(d, len(statements)) {
				list = append(list, d)
			}
		}
	}
	return list
}

func valuesOf(statements []portbook.Statement, field portbook.Field) []stated {
	var list []stated
	for _, x := range statements {
		if v, ok := x.Values[field]; ok {
			list = append(list, stated{x.Document(), x.Citations, v})
		}
	}
	return list
}

// differ reports whether documents differ in a field: they state other values,
// or some of them state one that leaving it out does not mean.
func differ(d discrepancy, documents int) bool {
	usual := table.FieldOf(string(d.Field)).Default
	for _, x := range d.Statements {
		if x.Value != d.Statements[0].Value || len(d.Statements) < documents && x.Value != usual {
			return true
		}
	}
	return false
}

// writeParity writes a row for each discrepancy, with a column for each
// document.
func writeParity(w io.Writer, o report.Options, c *portbook.Catalog, p portbook.ProductInfo, found []discrepancy) error {
	l := o.Languages[0]
	d := content.New(c.Flows().DocumentedBy(p.ID), content.Options{Languages: o.Languages}).Document()
	t := grid.Table{Header: header(l, label.ColumnID, label.ColumnPurpose, label.ParityField)}
	for _, x := range p.Documents {
		t.Header = append(t.Header, l.Text(x.Title))
	}
	for _, x := range found {
		f, _ := c.Lookup(x.Flow)
		row := []string{string(x.Flow), l.Text(f.Purpose()), label.In(l).Text(label.ParityFlow)}
		if x.Field != "" {
			row[2] = d.FieldName(x.Field)
		}
		for _, document := range p.Documents {
			row = append(row, cellOf(d, x, document.ID))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(found) == 0 && o.Format == report.Text {
		_, err := fmt.Fprintln(w, label.In(l).Text(label.ParityNone))
		return err
	}
	return writeList(w, o, t, found)
}

// cellOf returns what a document says of a discrepancy.
func cellOf(d *content.Document, x discrepancy, document portbook.DocumentID) string {
	for _, s := range x.Statements {
		switch {
		case s.Document != document:
		case x.Field == "":
			return d.Places(s.Citations)
		default:
			return d.ValueInWords(x.Field, s.Value)
		}
	}
	return d.Label(label.ParitySilent)
}
