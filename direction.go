package portbook

import "github.com/portbook/portbook/internal/table"

// Direction is a published direction. Who opens the connection is
// another matter: see [Flow.Initiator].
type Direction string

// The published directions.
const (
	DirectionInbound  Direction = "inbound"
	DirectionOutbound Direction = "outbound"
	DirectionBoth     Direction = "both"
	DirectionUnstated Direction = "unstated"
)

// Direction returns the direction as published, seen from Component.
func (f Flow) Direction() Direction { return Direction(f.value(table.Direction, table.Directions)) }

func (Direction) enumeration() (string, []string) {
	return "direction", table.UnstatedLast(table.Directions)
}

func (v Direction) flows(x *table.Index) table.FlowSet {
	return valueIn(table.Directions, string(v), x.Enums[table.Direction])
}

// UnmarshalText reads what [ParseValue] reads.
func (v *Direction) UnmarshalText(text []byte) error { return unmarshal(v, text) }
