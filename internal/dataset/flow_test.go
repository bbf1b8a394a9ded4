package dataset

import (
	"testing"

	"github.com/portbook/portbook/internal/table"
)

// TestFields checks that the entries of flows and the records of the table have
// the same fields, in the same order, and that each of them is one of its own.
func TestFields(t *testing.T) {
	var f flow
	var record table.Flow
	seen := map[any]string{}
	for i, want := range table.Fields {
		if i >= len(fields) || fields[i].Key != want.Key {
			t.Fatalf("field %d is not %q", i, want.Key)
		}
		for _, place := range []any{fields[i].of(&f), want.Of(&record)} {
			if first, taken := seen[place]; taken {
				t.Errorf("%q is kept where %q is", want.Key, first)
			}
			seen[place] = want.Key
		}
		if want.Kind == table.KindEnum {
			if want.Default != want.Values[0] {
				t.Errorf("%q is %q when it is left out, want %q, which a record has as 0", want.Key, want.Default, want.Values[0])
			}
			record.Enums[want.Enum]++ // each number once: see below
		}
		if (want.Kind == table.KindEnum || want.Kind == table.KindCodes) == (len(want.Values) == 0) {
			t.Errorf("%q has the values %q", want.Key, want.Values)
		}
	}
	for e, n := range record.Enums {
		if n != 1 {
			t.Errorf("%d fields have the number %d among enumerated ones", n, e)
		}
	}
	if len(fields) != len(table.Fields) {
		t.Errorf("entries have %d fields, records %d", len(fields), len(table.Fields))
	}
	for i, key := range table.InferredFields {
		if openFields[i].Key != key {
			t.Errorf("open field %d is %q, want %q", i, openFields[i].Key, key)
		}
		openFields[i].text(&f) // panics for a field that has no text form
	}
}
