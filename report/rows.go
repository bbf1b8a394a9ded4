package report

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/site"
)

// rowsFormat is CSV for programs.
type rowsFormat string

func (f rowsFormat) Name() string       { return string(f) }
func (rowsFormat) MediaType() string    { return "text/csv; charset=utf-8" }
func (rowsFormat) Extension() string    { return ".csv" }
func (rowsFormat) Shape() content.Shape { return content.Flat }

func (f rowsFormat) Write(w *bufio.Writer, r *content.Report) error {
	if r.View != content.ViewFlows {
		return &OptionError{"view of csv-rows", string(r.View), []string{string(ViewFlows)}}
	}
	if r.Chosen {
		return &OptionError{"column of csv-rows", string(r.Columns[0]), []string{"none, as its columns are fixed"}}
	}
	return writeRows(w, flowHeader, flowRows(r.Document()))
}

func (f rowsFormat) WriteList(w *bufio.Writer, r *content.Report) error { return f.Write(w, r) }

func (rowsFormat) WriteTables(w *bufio.Writer, t content.Tables) error {
	c, ok := t.(*content.Plan)
	if !ok {
		return &OptionError{"format of findings", string(CSVRows), []string{"text", "markdown", "html", "xlsx", "csv", "json", "sarif"}}
	}
	if c.QuestionsOnly {
		return &OptionError{"format of questions", string(CSVRows), []string{"text", "markdown", "html", "xlsx", "csv", "json"}}
	}
	return writeRows(w, needHeader, needRows(c))
}

// writeRows writes CSV with values as they are: a program that reads it wants
// neither a byte order mark nor the apostrophes that keep spreadsheets from
// taking texts for something else.
func writeRows(w io.Writer, header []string, rows iter.Seq[[]string]) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(header); err != nil {
		return err
	}
	for row := range rows {
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// flowHeader names the columns of flows. Where JSON has the same value, it has
// the same name there.
var flowHeader = []string{
	"flow", "product", "productName", "from", "fromName", "fromHosts", "to", "toName", "toHosts", "initiator", "protocol", "first", "last",
	"portKind", "portChoice", "sourcePorts", "requirement", "conditions", "configurable", "purpose", "inferred",
}

// flowRows yields a row for each source, destination, protocol and range of
// ports. A list within a cell has spaces between its values, none of which has
// any.
func flowRows(d *content.Document) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for f := range d.Flows.All() {
			for from, to := range content.Pairs(f) {
				for x := range socketsOf(f) {
					row := slices.Concat(
						[]string{string(f.ID()), string(f.Product()), productName(d, f.Product())}, componentCells(d, from), componentCells(d, to),
						[]string{
							string(f.Initiator()), x.protocol, x.first, x.last, string(f.PortKind()), string(f.PortChoice()), f.SourcePorts().String(),
							string(f.Requirement()), conditionIDs(f), string(f.Configurable()), d.Localizer.Text(f.Purpose()), joined(f.Inferred()),
						})
					if !yield(row) {
						return
					}
				}
			}
			d.Tick()
		}
	}
}

// productName returns the name of a product with its version.
func productName(d *content.Document, id portbook.Product) string {
	info, _ := d.Catalog.Product(id)
	return strings.TrimSpace(d.Localizer.Text(info.Name) + " " + info.Version)
}

// componentCells returns the id, the name and the published hosts of a
// component.
func componentCells(d *content.Document, id portbook.Component) []string {
	x := d.Info(id)
	return []string{string(id), d.Localizer.Text(x.Name), joined(x.Hosts)}
}

func conditionIDs(f portbook.Flow) string {
	var list []portbook.ConditionID
	for _, x := range f.Conditions() {
		list = append(list, x.ID)
	}
	return joined(list)
}

// joined joins values by spaces.
func joined[T any](list []T) string {
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = fmt.Sprint(x)
	}
	return strings.Join(texts, " ")
}

// socket is a protocol and a range of ports; what is not known is empty.
type socket struct{ protocol, first, last string }

// socketsOf yields a socket for each protocol and range of ports, for each
// protocol without ports, and for a flow that has neither.
func socketsOf(f portbook.Flow) iter.Seq[socket] {
	return func(yield func(socket) bool) {
		if len(f.Protocols()) == 0 {
			yield(socket{})
			return
		}
		for _, p := range f.Protocols() {
			known := false
			for r := range f.Ports().Ranges(p) {
				known = true
				if !yield(socket{p.String(), r.First().String(), r.Last().String()}) {
					return
				}
			}
			if !known && !yield(socket{protocol: p.String()}) {
				return
			}
		}
	}
}

// needHeader names the columns of needs, as those of flows where they are the
// same.
var needHeader = []string{
	"flow", "product", "from", "fromName", "fromAddress", "fromZone", "to", "toName", "toAddress", "toZone", "protocol", "first", "last",
	"option", "local", "until", "purpose",
}

// needRows yields a row for each need, option, protocol, range of ports and
// pair of addresses: what a rule of a firewall is made of. An end without an
// address has an empty one.
func needRows(c *content.Plan) iter.Seq[[]string] {
	d := c.Document()
	return func(yield func([]string) bool) {
		for n := range c.Plan.Needs() {
			until := content.NeedUntil(n)
			for i, option := range n.Options {
				for protocol, r := range option.All() {
					for from, to := range addressPairs(n) {
						row := []string{
							string(n.Flow.ID()), string(n.Flow.Product()), n.From.Name(), endName(d, n.From), from, n.From.Zone(),
							n.To.Name(), endName(d, n.To), to, n.To.Zone(), protocol.String(), r.First().String(), r.Last().String(),
							fmt.Sprint(i + 1), fmt.Sprint(n.Local), until, d.Localizer.Text(n.Flow.Purpose()),
						}
						if !yield(row) {
							return
						}
					}
				}
			}
		}
	}
}

func endName(d *content.Document, e site.End) string {
	x, _ := e.Component()
	return cmp.Or(d.Localizer.Text(x.Name), e.Name())
}

// addressPairs yields the pairs of addresses between which a need is: those of
// one family, and names with any. When there are none, it yields an empty pair.
func addressPairs(n site.Need) iter.Seq2[string, string] {
	return func(yield func(from, to string) bool) {
		found := false
		for _, from := range addresses(n.From) {
			for _, to := range addresses(n.To) {
				if !sameFamily(from, to) {
					continue
				}
				found = true
				if !yield(from.String(), to.String()) {
					return
				}
			}
		}
		if !found {
			yield("", "")
		}
	}
}

// addresses returns where an end is: the addresses of a host, or the names of
// one that has no addresses, and all that is published of a cloud. The zero
// value is for nothing.
func addresses(e site.End) []portbook.Host {
	list := e.Places()
	if h, ok := e.Host(); ok && len(h.Addresses) > 0 {
		list = h.Addresses
	}
	if len(list) == 0 {
		return []portbook.Host{{}}
	}
	return list
}

// sameFamily reports whether packets can pass between two places.
func sameFamily(a, b portbook.Host) bool {
	first, _, ok := a.Range()
	second, _, too := b.Range()
	return !ok || !too || first.Is4() == second.Is4()
}
