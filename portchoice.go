package portbook

import "github.com/portbook/portbook/internal/table"

// PortChoice is how several ports are used.
type PortChoice string

// How several ports are used.
const (
	PortChoiceAll   PortChoice = "all"    // all of them
	PortChoiceOneOf PortChoice = "one-of" // alternatives, by configuration: "80 or 443"
)

// PortChoice returns whether all of the ports are used or one of them.
func (f Flow) PortChoice() PortChoice {
	return PortChoice(f.value(table.PortChoice, table.PortChoices))
}

func (PortChoice) enumeration() (string, []string) { return "port choice", table.PortChoices }

func (v PortChoice) flows(x *table.Index) table.FlowSet {
	return valueIn(table.PortChoices, string(v), x.Enums[table.PortChoice])
}

// UnmarshalText reads what [ParseValue] reads.
func (v *PortChoice) UnmarshalText(text []byte) error { return unmarshal(v, text) }
