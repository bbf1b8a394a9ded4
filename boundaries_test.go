package portbook_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/portbook/portbook"
)

// TestPortRangeEnds asks for the ends of ranges, and for what is beside them.
func TestPortRangeEnds(t *testing.T) {
	for _, c := range [][2]portbook.Port{{0, 0}, {1, 1}, {80, 90}, {0, 65535}, {65535, 65535}, {1024, 1025}} {
		r, ok := portbook.PortRangeFrom(c[0], c[1])
		if !ok || r.First() != c[0] || r.Last() != c[1] || r.Len() != int(c[1])-int(c[0])+1 {
			t.Errorf("%d to %d: %v, %v", c[0], c[1], r, ok)
		}
		for n := range 65536 {
			n := portbook.Port(n)
			if r.Contains(n) != (c[0] <= n && n <= c[1]) {
				t.Fatalf("%v contains %d: %v", r, n, r.Contains(n))
			}
		}
		if c[0] < c[1] {
			if r, ok := portbook.PortRangeFrom(c[1], c[0]); ok || r != (portbook.PortRange{}) {
				t.Errorf("%d to %d: %v, %v", c[1], c[0], r, ok)
			}
		}
	}
}

// TestPortQuotes reads ports with one quotation mark, two and none.
func TestPortQuotes(t *testing.T) {
	for text, want := range map[string]portbook.Port{`80`: 80, `"80"`: 80, `"0"`: 0, `7`: 7, `"65535"`: 65535} {
		var p portbook.Port
		if err := p.UnmarshalJSON([]byte(text)); err != nil || p != want {
			t.Errorf("%s: %d, %v", text, p, err)
		}
		var keyed map[portbook.Port]bool
		if err := json.Unmarshal(fmt.Appendf(nil, `{"%d": true}`, want), &keyed); err != nil || !keyed[want] {
			t.Errorf("the key %d: %v, %v", want, keyed, err)
		}
	}
	for _, text := range []string{``, `"`, `""`, `"80`, `80"`, `'80'`, `"65536"`, `8"0`} {
		var p portbook.Port
		if err := p.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s is read as %d", text, p)
		}
	}
}

// TestSelectionsOfNothing selects by every value from the zero set and from
// one without flows: there is nothing, and nothing goes wrong.
func TestSelectionsOfNothing(t *testing.T) {
	var values []portbook.Value
	add := func(list ...portbook.Value) { values = append(values, list...) }
	for _, x := range portbook.Values[portbook.Direction]() {
		add(x)
	}
	for _, x := range portbook.Values[portbook.Requirement]() {
		add(x)
	}
	for _, x := range portbook.Values[portbook.Configurable]() {
		add(x)
	}
	for _, x := range portbook.Values[portbook.Initiator]() {
		add(x)
	}
	for _, x := range portbook.Values[portbook.PortKind]() {
		add(x)
	}
	for _, x := range portbook.Values[portbook.PortChoice]() {
		add(x)
	}
	for _, x := range portbook.Values[portbook.Quirk]() {
		add(x)
	}
	var zero portbook.FlowSet
	var none portbook.Catalog
	for _, v := range values {
		if n := zero.Having(v).Len() + none.Flows().Having(v).Len(); n != 0 {
			t.Errorf("%v of nothing are %d flows", v, n)
		}
		all := portbook.Flows().Having(v)
		if portbook.Flows().Having(v, v) != all || all.Union(all.Complement()) != portbook.Flows() {
			t.Errorf("the flows with %v are not what they are twice, or have no complement", v)
		}
	}
}

// TestActionFor asks for every action mapping by its whole key, and by keys
// that differ from it in one part.
func TestActionFor(t *testing.T) {
	c := portbook.Builtin()
	list := c.ActionMappings()
	if len(list) == 0 {
		t.Fatal("there are no action mappings")
	}
	for _, m := range list {
		if got, ok := c.ActionFor(m.Product, m.Object, m.Action, m.Scan); !ok || got != m.Result {
			t.Errorf("%+v: got %s, %v", m, got, ok)
		}
		for i := range 4 {
			x := m
			switch i {
			case 0:
				x.Product = "no-such-product"
			case 1:
				x.Object = "no-such-object"
			case 2:
				x.Action = "no-such-action"
			case 3:
				x.Scan = "no-such-scan"
			}
			if got, ok := c.ActionFor(x.Product, x.Object, x.Action, x.Scan); ok || got != "" {
				t.Errorf("%s %s %s %s: got %s, %v", x.Product, x.Object, x.Action, x.Scan, got, ok)
			}
		}
	}
}

// TestTextIn asks for texts in the languages that a catalog has and has not.
func TestTextIn(t *testing.T) {
	if s, ok := (portbook.Text{}).In("en"); s != "" || ok {
		t.Errorf("the zero text in English is %q, %v", s, ok)
	}
	for f := range portbook.Flows().All() {
		for _, x := range []portbook.Text{f.Purpose()} {
			if s, ok := x.In("en"); s != x.String() || ok != (x.Catalog() != nil) || s == "" && ok {
				t.Errorf("%s: %q in English is %q, %v", f, x, s, ok)
			}
			if s, ok := x.In("xx"); s != "" || ok {
				t.Errorf("%s: %q in another language is %q, %v", f, x, s, ok)
			}
		}
	}
}

// TestNotesOfSubjects checks that a product and a component have the notes that
// name them, and no others.
func TestNotesOfSubjects(t *testing.T) {
	c, found := portbook.Builtin(), 0
	for _, n := range c.Notes() {
		for _, id := range c.Products() {
			p, _ := c.Product(id)
			has := slices.ContainsFunc(p.Notes, func(x portbook.Note) bool { return x.ID == n.ID })
			if has != slices.Contains(n.Products, id) {
				t.Errorf("product %s has note %s: %v", id, n.ID, has)
			}
			if has {
				found++
			}
		}
		for _, id := range c.Components() {
			x, _ := c.Component(id)
			if has := slices.ContainsFunc(x.Notes, func(x portbook.Note) bool { return x.ID == n.ID }); has != slices.Contains(n.Components, id) {
				t.Errorf("component %s has note %s: %v", id, n.ID, has)
			}
		}
	}
	if found == 0 {
		t.Error("no product has a note")
	}
}

// TestUnionOfAny unites none, one, two and more sets, and expects what uniting
// them one after the other gives.
func TestUnionOfAny(t *testing.T) {
	var sets []portbook.PortSet
	want := portbook.PortSet{}
	for i, text := range []string{"443/tcp", "80/tcp", "", "81-90/tcp 53/udp", "1-65535/tcp", "443/tcp"} {
		if got := portbook.UnionAll(sets...); got != want {
			t.Errorf("the union of %d sets is %s, want %s", i, got, want)
		}
		sets = append(sets, portbook.MustParsePortSet(text))
		want = want.Union(sets[i])
	}
	if got := portbook.UnionAll(sets...); got != want {
		t.Errorf("the union of all is %s, want %s", got, want)
	}
}
