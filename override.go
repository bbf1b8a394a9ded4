package portbook

import (
	"strings"

	"github.com/portbook/portbook/internal/table"
)

// Override says that the data of one product sets a field of another product's flow, as with a site's own port. The methods
// of [Flow] give the value in effect; the field is among [Flow.Inferred], since no document states it, and the reason is one
// of [Flow.Notes].
type Override struct {
	Flow       FlowID  `json:"flow"`       // the flow that is changed
	Field      Field   `json:"field"`      // the field that is changed
	Documented string  `json:"documented"` // the value without the override, in text form; lists are joined by ", "
	Value      string  `json:"value"`      // the value in effect
	By         Product `json:"by"`         // the product whose data overrides
	Reason     Text    `json:"reason"`     // why, as that data says
}

// Overrides returns every field of every flow that is overridden, in the order of the flows. The built-in catalog has none.
func (c *Catalog) Overrides() []Override {
	var list []Override
	t := c.t()
	for i := range t.Overrides {
		list = c.appendOverride(list, &t.Overrides[i])
	}
	return list
}

// Overrides returns the fields of the flow that are overridden. It looks at all overrides of the catalog.
func (f Flow) Overrides() []Override {
	var list []Override
	t := f.catalog.t()
	for i := range t.Overrides {
		if x := &t.Overrides[i]; x.Flow == f.index && !f.IsZero() {
			list = f.catalog.appendOverride(list, x)
		}
	}
	return list
}

// appendOverride appends one entry for each field.
func (c *Catalog) appendOverride(list []Override, x *table.Override) []Override {
	t := c.t()
	f := &t.Flows[x.Flow]
	for i, field := range table.InferredFields {
		if x.Fields>>i&1 == 1 {
			list = append(list, Override{
				Flow: FlowID(t.Name(f.ID)), Field: Field(field), Documented: c.fieldText(&x.Documented, field), Value: c.fieldText(f, field),
				By: c.productID(x.Product), Reason: c.text(t.Notes[x.Note].Text),
			})
		}
	}
	return list
}

// fieldText returns an open field of a record in text form.
func (c *Catalog) fieldText(f *table.Flow, key string) string {
	t := c.t()
	field := table.FieldOf(key)
	switch v := field.Of(f).(type) {
	case *uint8:
		return field.Values[*v]
	case *uint32:
		switch field.Kind {
		case table.KindComponents:
			return joined(c.components(*v))
		case table.KindConditions:
			return joined(c.conditionIDs(*v))
		case table.KindProtocols:
			var names []string
			for _, p := range t.List(*v) {
				names = append(names, Protocol(p).String())
			}
			return joined(names)
		case table.KindPorts:
			return t.PortSet(*v).String()
		case table.KindNames:
			return joined(c.strings(*v))
		}
	}
	return ""
}

func joined[T ~string](values []T) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return strings.Join(list, ", ")
}
