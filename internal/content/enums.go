package content

import (
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/table"
)

// Each enumerated field of a flow has a column, and labels of its values, under
// the word of the field. Those of told are told in other columns too: they are
// shown where they are asked for.
var told = []Column{ColumnInitiator, ColumnPortKind, ColumnPortChoice}

// enums holds the enumerated fields.
var enums = func() []*table.Field {
	var list []*table.Field
	for i := range table.Fields {
		if x := &table.Fields[i]; x.Kind == table.KindEnum {
			list = append(list, x)
		}
	}
	return list
}()

// enumOf returns the enumerated field of a key, nil for none.
func enumOf(key string) *table.Field {
	if x := table.FieldOf(key); x != nil && x.Kind == table.KindEnum {
		return x
	}
	return nil
}

// withEnums returns columns followed by those of the enumerated fields that
// they lack.
func withEnums(columns ...Column) []Column {
	for _, x := range enums {
		if c := Column(x.Word()); !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
	}
	return columns
}

// isTold reports whether other columns repeat what a column says.
func isTold(c Column) bool { return slices.Contains(told, c) }

// EnumFilters are the enumerated fields by whose values readers choose flows:
// those that no other column tells.
var EnumFilters = slices.DeleteFunc(slices.Clone(enums), func(x *table.Field) bool { return isTold(Column(x.Word())) })

// EnumFilters returns those of EnumFilters that tell flows of the report apart:
// documents state them of some.
func (c *Report) EnumFilters() []*table.Field {
	return slices.DeleteFunc(slices.Clone(EnumFilters), c.isUnstated)
}

// EnumValue returns the value of an enumerated field.
func EnumValue(f portbook.Flow, x *table.Field) string { return x.Value(handle.Flow(f)) }

// enumCell returns what the column of an enumerated field holds.
func enumCell(x *table.Field) func(*Document, portbook.Flow) string {
	return func(d *Document, f portbook.Flow) string {
		return d.marked(f, d.LabelOf(x.Word(), EnumValue(f, x)), portbook.Field(x.Key))
	}
}

// isUnstated reports whether no document states an enumerated field of any flow
// of the report.
func (c *Report) isUnstated(x *table.Field) bool {
	if x.Default != "unstated" {
		return false
	}
	for f := range c.Flows.All() {
		if EnumValue(f, x) != x.Default {
			return false
		}
	}
	return true
}

// isEmpty reports whether a column holds nothing but an enumerated field that
// no document states.
func (c *Report) isEmpty(column Column) bool {
	i := slices.IndexFunc(enums, func(x *table.Field) bool { return Column(x.Word()) == column })
	return i >= 0 && flowCells[column] == nil && c.isUnstated(enums[i])
}

// Nothing returns what the column of an enumerated field that a document may
// leave out holds where it does; "" for other columns.
func (d *Document) Nothing(column Column) string {
	for _, x := range enums {
		if Column(x.Word()) == column && x.Default == "unstated" {
			return d.LabelOf(x.Word(), x.Default)
		}
	}
	return ""
}
