package portbook

import "github.com/portbook/portbook/internal/table"

// Field is the name of a field of a flow that a document may leave to be
// inferred and a catalog may override: see [Flow.Inferred] and [Override]. It
// is the name of the field in JSON.
type Field string

func (Field) enumeration() (string, []string) { return "field", table.InferredFields }

// UnmarshalText reads what [ParseValue] reads.
func (v *Field) UnmarshalText(text []byte) error { return unmarshal(v, text) }
