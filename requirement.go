package portbook

import "github.com/portbook/portbook/internal/table"

// Requirement is whether something is needed.
type Requirement string

// Whether something is needed.
const (
	RequirementRequired    Requirement = "required"
	RequirementOptional    Requirement = "optional"    // the document calls it optional, or the user turns it on
	RequirementConditional Requirement = "conditional" // needed when its conditions hold
)

// Requirement returns whether the flow is needed.
func (f Flow) Requirement() Requirement {
	return Requirement(f.value(table.Requirement, table.Requirements))
}

func (Requirement) enumeration() (string, []string) { return "requirement", table.Requirements }

func (v Requirement) flows(x *table.Index) table.FlowSet {
	return valueIn(table.Requirements, string(v), x.Enums[table.Requirement])
}

// UnmarshalText reads what [ParseValue] reads.
func (v *Requirement) UnmarshalText(text []byte) error { return unmarshal(v, text) }
