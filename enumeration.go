package portbook

import (
	"fmt"
	"strings"

	"github.com/portbook/portbook/internal/table"
)

// Enumeration is any type of this package with a fixed set of values, each of
// which has a constant named after its type: RequirementOptional. In JSON and
// in data files a value is its text, and reading refuses all others.
type Enumeration interface {
	~string
	enumeration() (name string, values []string)
}

// Values returns the values of an enumeration, in the order of their constants:
// Values[Requirement]().
func Values[E Enumeration]() []E {
	var zero E
	_, values := zero.enumeration()
	list := make([]E, len(values))
	for i, v := range values {
		list[i] = E(v)
	}
	return list
}

// ParseValue reads a value of an enumeration: ParseValue[Requirement]("optional").
// The error is an *[UnknownError] that lists the values.
func ParseValue[E Enumeration](s string) (E, error) {
	name, values := E("").enumeration()
	for _, v := range values {
		if v == s {
			return E(v), nil
		}
	}
	return "", &UnknownError{s, fmt.Errorf("unknown %s %q (expected: %s)", name, shortened(s), strings.Join(values, ", "))}
}

// shortened keeps messages readable, whatever a file holds.
func shortened(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

func unmarshal[E Enumeration](v *E, text []byte) error {
	x, err := ParseValue[E](string(text))
	if err == nil {
		*v = x
	}
	return err
}

func (Hosting) enumeration() (string, []string)      { return "hosting", table.Hostings }
func (Governs) enumeration() (string, []string)      { return "subject of a setting", table.Governs }
func (Counts) enumeration() (string, []string)       { return "unit of counting", table.Counts }
func (NoteKind) enumeration() (string, []string)     { return "kind of note", table.NoteKinds }
func (SettingKind) enumeration() (string, []string)  { return "kind of setting", table.SettingKinds }
func (ObjectAction) enumeration() (string, []string) { return "action on objects", table.ObjectActions }
func (ScanType) enumeration() (string, []string)     { return "type of scan", table.ScanTypes }
func (ScanAction) enumeration() (string, []string)   { return "action of a scan", table.ScanActions }
func (DecisionStep) enumeration() (string, []string) {
	return "step of a decision", table.DecisionSteps
}

// UnmarshalText reads what [ParseValue] reads.
func (v *Hosting) UnmarshalText(text []byte) error { return unmarshal(v, text) }

// UnmarshalText reads what [ParseValue] reads.
func (v *Governs) UnmarshalText(text []byte) error { return unmarshal(v, text) }

// UnmarshalText reads what [ParseValue] reads.
func (v *Counts) UnmarshalText(text []byte) error { return unmarshal(v, text) }

// UnmarshalText reads what [ParseValue] reads.
func (v *NoteKind) UnmarshalText(text []byte) error { return unmarshal(v, text) }

// UnmarshalText reads what [ParseValue] reads.
func (v *SettingKind) UnmarshalText(text []byte) error { return unmarshal(v, text) }

// UnmarshalText reads what [ParseValue] reads.
func (v *ObjectAction) UnmarshalText(text []byte) error { return unmarshal(v, text) }

// UnmarshalText reads what [ParseValue] reads.
func (v *ScanType) UnmarshalText(text []byte) error { return unmarshal(v, text) }

// UnmarshalText reads what [ParseValue] reads.
func (v *ScanAction) UnmarshalText(text []byte) error { return unmarshal(v, text) }

// UnmarshalText reads what [ParseValue] reads.
func (v *DecisionStep) UnmarshalText(text []byte) error { return unmarshal(v, text) }
