package portbook

import "github.com/portbook/portbook/internal/table"

// Configurable is whether a port can be changed.
type Configurable string

// Whether a port can be changed.
const (
	ConfigurableYes         Configurable = "yes"
	ConfigurableNo          Configurable = "no"
	ConfigurableDiscouraged Configurable = "discouraged" // it can, and the document advises against it
	ConfigurableUnstated    Configurable = "unstated"
)

// Configurable returns whether the port can be changed.
func (f Flow) Configurable() Configurable {
	return Configurable(f.value(table.Configurable, table.Configurables))
}

func (Configurable) enumeration() (string, []string) {
	return "configurable value", table.UnstatedLast(table.Configurables)
}

func (v Configurable) flows(x *table.Index) table.FlowSet {
	return valueIn(table.Configurables, string(v), x.Enums[table.Configurable])
}

// UnmarshalText reads what [ParseValue] reads.
func (v *Configurable) UnmarshalText(text []byte) error { return unmarshal(v, text) }
