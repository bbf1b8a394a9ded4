package cli

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

func (a *app) productsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "products",
		Short: a.say(phrase.HelpProducts),
		Long:  a.paragraphs(phrase.HelpProducts, phrase.AboutJSON),
		Args:  a.arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, o, err := a.listing()
			if err != nil {
				return err
			}
			l := o.Languages[0]
			t := grid.Table{Header: header(l, label.ColumnID, label.ColumnName, label.ColumnVendor, label.ColumnVersion, label.ColumnFlows, label.ColumnRole)}
			list := []jsonProduct{}
			for _, id := range c.Products() {
				p, _ := c.Product(id)
				list = append(list, productRecord(c, p, l))
				t.Rows = append(t.Rows, []string{string(id), l.Text(p.Name), p.Vendor, p.Version, fmt.Sprint(c.Flows().DocumentedBy(id).Len()), l.Text(p.Summary)})
			}
			return a.emitText(cmd, o, func(w io.Writer) error { return writeList(w, o, t, list) })
		},
	}
	a.addOutput(cmd)
	a.addJSON(cmd, records{"", nil, fieldsOf(jsonProduct{})})
	return cmd
}

func (a *app) componentsCommand() *cobra.Command {
	var products []string
	cmd := &cobra.Command{
		Use:   "components",
		Short: a.say(phrase.HelpComponents),
		Long:  a.paragraphs(phrase.HelpComponents, phrase.AboutJSON),
		Args:  a.arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, o, err := a.listing()
			if err != nil {
				return err
			}
			chosen, err := read(c, products, product)
			if err != nil {
				return err
			}
			l := o.Languages[0]
			t := grid.Table{Header: header(l, label.ColumnID, label.ColumnName, label.ColumnFlows, label.ColumnInherits, label.ColumnRole)}
			list := []jsonComponent{}
			for _, id := range c.Components() {
				x, _ := c.Component(id)
				if len(chosen) > 0 && !slices.Contains(chosen, x.Product) {
					continue
				}
				list = append(list, componentRecord(c, x, l))
				t.Rows = append(t.Rows, []string{string(id), l.Text(x.Name), fmt.Sprint(flowsOf(c.Flows(), id).Len()), strings.Join(ids(x.Inherits), ", "), l.Text(x.Role)})
			}
			return a.emitText(cmd, o, func(w io.Writer) error { return writeList(w, o, t, list) })
		},
	}
	a.listFlag(cmd, &products, "product", phrase.FlagProductComponents, a.offering(productIDs))
	a.addOutput(cmd)
	a.addJSON(cmd, records{"", nil, componentRecords.fields})
	return cmd
}

func header(l i18n.Localizer, labels ...label.Label) []string {
	var list []string
	for _, x := range labels {
		list = append(list, label.In(l).Text(x))
	}
	return list
}

// writeList writes a table, or the records that it is made of.
func writeList(w io.Writer, o report.Options, t grid.Table, records any) error {
	if o.Format == report.JSON {
		return writeJSON(w, records)
	}
	return writeTable(w, o, t)
}

// writeTable writes a table as Text, Markdown or CSV.
func writeTable(w io.Writer, o report.Options, t grid.Table) error {
	b := bufio.NewWriter(w)
	var err error
	switch o.Format {
	case report.Markdown:
		err = grid.Markdown(b, t.Header, t.All(), nil)
	case report.CSV:
		if o.Encoding == report.UTF8BOM {
			b.WriteString(grid.ByteOrderMark)
		}
		err = grid.CSV(b, t.Header, t.All(), nil)
	default:
		err = grid.Text(b, t.Header, t.All(), grid.Screen{Width: o.Width, Emphasis: o.Emphasis}, nil)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}
