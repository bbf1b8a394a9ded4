package verify

import (
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/table"
)

// Facts are what the data has of a document.
type Facts struct {
	Flows []Flow
	Ports map[uint16]bool // that its flows use, and that they come from; of ranges the ends
}

// Flow is what the data has of the rows that a flow cites.
type Flow struct {
	ID                         string
	Rows                       []int
	Protocol, Ports, Direction string   // published tokens
	Services                   []string // as published
}

// FactsOf gathers what a table has of one of its documents.
func FactsOf(t *table.Table, document int) Facts {
	x := Facts{Ports: map[uint16]bool{}}
	for i := range t.Flows {
		f := asDocumented(t, i, document)
		rows, cites := rowsOf(t, f, document)
		if !cites {
			continue
		}
		flow := Flow{ID: t.Name(t.Flows[i].ID), Rows: rows, Protocol: t.Name(f.Published[0]), Ports: t.Name(f.Published[1]), Direction: t.Name(f.Published[2])}
		for _, s := range t.List(f.OSServices) {
			flow.Services = append(flow.Services, t.Name(s))
		}
		x.Flows = append(x.Flows, flow)
		for _, set := range []uint32{f.Ports, f.SourcePorts} {
			for lo, hi := range t.PortSet(set).All() {
				x.Ports[uint16(lo)], x.Ports[uint16(hi)] = true, true
			}
		}
	}
	return x
}

// asDocumented returns the record of a flow as a document has it.
func asDocumented(t *table.Table, flow, document int) *table.Flow {
	statements := t.StatementsOf(uint32(flow))
	for i := range statements {
		if _, cites := rowsOf(t, &statements[i].Values, document); cites {
			return &statements[i].Values
		}
	}
	return &t.Flows[flow]
}

// rowsOf returns the rows of a document that a record cites, and whether it
// cites the document.
func rowsOf(t *table.Table, f *table.Flow, document int) (rows []int, cites bool) {
	for _, packed := range t.List(f.Citations) {
		if t.Sections[packed>>16].Document != uint32(document) {
			continue
		}
		cites = true
		if row := int(packed & 0xffff); row > 0 {
			rows = append(rows, row)
		}
	}
	return rows, cites
}

// citing returns the flows that cite a row.
func (x Facts) citing(row int) []Flow {
	var list []Flow
	for _, f := range x.Flows {
		if slices.Contains(f.Rows, row) {
			list = append(list, f)
		}
	}
	return list
}

// tokens returns what a flow keeps of a column.
func (f Flow) tokens(field source.Field) []string {
	var list []string
	switch field {
	case source.FieldProtocol:
		list = []string{f.Protocol}
	case source.FieldPorts:
		list = []string{f.Ports}
	case source.FieldDirection:
		list = []string{f.Direction}
	case source.FieldService:
		list = f.Services
	}
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
}

// token returns what the flows that cite a row keep of a column; empty for nothing.
func (x Facts) token(row int, field source.Field) string {
	var list []string
	for _, f := range x.citing(row) {
		for _, s := range f.tokens(field) {
			if !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	return strings.Join(list, ", ")
}

// row describes a row by what the data keeps of it.
func (x Facts) row(n int) string {
	var list []string
	for _, field := range []source.Field{source.FieldProtocol, source.FieldPorts, source.FieldDirection} {
		if s := x.token(n, field); s != "" {
			list = append(list, s)
		}
	}
	for _, f := range x.citing(n) {
		list = append(list, f.ID)
	}
	return strings.Join(list, " | ")
}

// agree checks that a row which did not change says what the data says. A token
// may be in any cell of the row, since cells are shifted in some; where the
// row has no such column, it may stand outside of rows, as with "inbound" above
// a table.
func (c *comparison) agree(p pair, row source.Row) {
	var all []string
	for _, cell := range row.Cells {
		all = append(all, cell.Text)
	}
	text := strings.Join(all, "\n")
	for _, f := range c.facts.citing(p.old + 1) {
		for _, field := range []source.Field{source.FieldProtocol, source.FieldPorts, source.FieldDirection, source.FieldService} {
			said, has := row.Field(field)
			for _, token := range f.tokens(field) {
				if !strings.Contains(text, token) && (has || !c.inProse(token)) {
					c.add(Difference{Kind: Data, Old: p.old + 1, New: p.new + 1, Line: row.Line, Field: field, From: token, To: shorten(said), Flow: f.ID})
				}
			}
		}
	}
}

func (c *comparison) inProse(token string) bool {
	return slices.ContainsFunc(c.document.Prose, func(line source.Line) bool { return strings.Contains(line.Text, token) })
}
