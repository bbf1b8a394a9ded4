package handle

import (
	"reflect"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/table"
)

// TestLayout checks what the conversions rely on: each type has exactly the
// fields, in order, that it is read as.
func TestLayout(t *testing.T) {
	for _, c := range []struct {
		got  reflect.Type
		want []reflect.Type
	}{
		{reflect.TypeFor[portbook.Catalog](), []reflect.Type{reflect.TypeFor[table.Table]()}},
		{reflect.TypeFor[portbook.Text](), []reflect.Type{reflect.TypeFor[*portbook.Catalog](), reflect.TypeFor[table.Text]()}},
		{reflect.TypeFor[portbook.Flow](), []reflect.Type{reflect.TypeFor[*portbook.Catalog](), reflect.TypeFor[uint32]()}},
		{reflect.TypeFor[entry](), []reflect.Type{reflect.TypeFor[*portbook.Catalog](), reflect.TypeFor[uint32]()}},
	} {
		if c.got.NumField() != len(c.want) {
			t.Fatalf("%s has %d fields, want %d", c.got, c.got.NumField(), len(c.want))
		}
		for i, want := range c.want {
			if got := c.got.Field(i).Type; got != want {
				t.Errorf("field %d of %s is a %s, want %s", i, c.got, got, want)
			}
		}
	}
}

// TestThereAndBack reads a catalog through its table, and the other way round.
func TestThereAndBack(t *testing.T) {
	c := portbook.Builtin()
	x := Table(c)
	if Catalog(x) != c || x.Version != portbook.DataVersion || len(x.Flows) != c.Flows().Len() {
		t.Errorf("the table of the built-in catalog is of version %s, with %d flows", x.Version, len(x.Flows))
	}
	for f := range c.Flows().All() {
		if got := x.Text(Text(f.Purpose())); got != f.Purpose().String() {
			t.Errorf("%s: text %d is %q, want %q", f, Text(f.Purpose()), got, f.Purpose())
		}
		if got := x.Name(Flow(f).ID); got != f.String() {
			t.Errorf("%s: the record is that of %s", f, got)
		}
	}
	if Catalog(nil) != nil || len(Table(nil).Flows) != 0 || Text(portbook.Text{}) != 0 {
		t.Error("nothing leads to something")
	}
}
