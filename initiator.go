package portbook

import "github.com/portbook/portbook/internal/table"

// Initiator is who opens a connection.
type Initiator string

// Who opens a connection.
const (
	InitiatorFrom     Initiator = "from"     // the components of From
	InitiatorEither   Initiator = "either"   // From and To both do
	InitiatorUnstated Initiator = "unstated" // the document lists both directions and does not say
)

// Initiator returns who opens the connection.
func (f Flow) Initiator() Initiator { return Initiator(f.value(table.Initiator, table.Initiators)) }

func (Initiator) enumeration() (string, []string) { return "initiator", table.Initiators }

func (v Initiator) flows(x *table.Index) table.FlowSet {
	return valueIn(table.Initiators, string(v), x.Enums[table.Initiator])
}

// UnmarshalText reads what [ParseValue] reads.
func (v *Initiator) UnmarshalText(text []byte) error { return unmarshal(v, text) }
