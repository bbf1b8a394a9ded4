package diff

import (
	"encoding"
	"reflect"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/table"
)

// enum is an enumerated field of a record.
type enum struct {
	*table.Field
	place int // in a record
}

// enums holds the enumerated fields of a record, in its order.
var enums = func() []enum {
	var list []enum
	record := reflect.TypeFor[portbook.FlowRecord]()
	for i := range record.NumField() {
		if x := table.FieldOf(jsonName(record.Field(i))); x != nil && x.Kind == table.KindEnum {
			list = append(list, enum{x, i})
		}
	}
	return list
}()

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// in returns the value of a record.
func (x enum) in(r *portbook.FlowRecord) reflect.Value {
	return reflect.ValueOf(r).Elem().Field(x.place)
}

// check returns an error for what is not a value of the enumeration.
func (x enum) check(r *portbook.FlowRecord) error {
	v := x.in(r)
	return reflect.New(v.Type()).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(v.String()))
}

// complete makes a value that is missing "unstated", if the enumeration has
// that: the release that made the export may not know the field.
func (x enum) complete(r *portbook.FlowRecord) {
	if v := x.in(r); v.String() == "" && x.Default == "unstated" {
		v.SetString(x.Default)
	}
}

// field returns the field for comparing.
func (x enum) field() field {
	return field{
		name: x.Key, judge: meaning(x.Key), value: func(r *portbook.FlowRecord) any { return x.in(r).Interface() },
		equal: func(a, b *portbook.FlowRecord, _ bool) bool { return x.in(a).String() == x.in(b).String() },
	}
}
