package portbook

import "github.com/portbook/portbook/internal/table"

// PortKind is where destination ports come from.
type PortKind string

// Where destination ports come from.
const (
	PortKindListed    PortKind = "listed"    // the document lists them
	PortKindDynamic   PortKind = "dynamic"   // assigned when needed, from Ports where that is not empty
	PortKindReference PortKind = "reference" // whatever another product is set to
	PortKindVaries    PortKind = "varies"    // depends on what is deployed
	PortKindNone      PortKind = "none"      // the document describes the flow without any
)

// PortKind returns where the destination ports come from.
func (f Flow) PortKind() PortKind { return PortKind(f.value(table.PortKind, table.PortKinds)) }

func (PortKind) enumeration() (string, []string) { return "port kind", table.PortKinds }

func (v PortKind) flows(x *table.Index) table.FlowSet {
	return valueIn(table.PortKinds, string(v), x.Enums[table.PortKind])
}

// UnmarshalText reads what [ParseValue] reads.
func (v *PortKind) UnmarshalText(text []byte) error { return unmarshal(v, text) }
