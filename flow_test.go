package portbook_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/table"
)

// TestEveryFlow checks what must hold of every flow of the catalog.
func TestEveryFlow(t *testing.T) {
	documents := map[portbook.DocumentID]portbook.Document{}
	for _, d := range portbook.Builtin().Documents() {
		documents[d.ID] = d
	}
	for f := range portbook.Flows().All() {
		if got, ok := portbook.Lookup(f.ID()); !ok || got != f {
			t.Errorf("%s: Lookup returns %v, %v", f, got, ok)
		}
		if f.Purpose().String() == "" || len(f.From()) == 0 || len(f.To()) == 0 || len(f.Citations()) == 0 {
			t.Errorf("%s: purpose, endpoints or citations are missing", f)
		}
		if (f.Requirement() == portbook.RequirementConditional) != (len(f.Conditions()) > 0) {
			t.Errorf("%s: requirement %q and conditions %v do not go together", f, f.Requirement(), f.Conditions())
		}
		if _, ok := portbook.Builtin().Product(f.Product()); !ok {
			t.Errorf("%s: unknown product %q", f, f.Product())
		}
		for _, c := range append(append(f.From(), f.To()...), f.Component()) {
			if _, ok := portbook.Builtin().Component(c); !ok {
				t.Errorf("%s: unknown component %q", f, c)
			}
			if all := portbook.Flows(); !all.DocumentedBy(c).Union(all.Involving(c)).Contains(f) {
				t.Errorf("%s: is not a flow of %q", f, c)
			}
		}
		for _, c := range f.Citations() {
			if d, ok := documents[c.Document]; !ok || c.Row > d.Rows {
				t.Errorf("%s: cites row %d of %q", f, c.Row, c.Document)
			}
		}
		for p, r := range f.Ports().All() {
			if !portbook.FlowsUsing(p, r.First()).Contains(f) || !portbook.FlowsUsing(p, r.Last()).Contains(f) {
				t.Errorf("%s: FlowsUsing does not find it by %v/%v", f, r, p)
			}
		}
	}
}

// TestEveryRowIsCited counts the citations of every published row.
func TestEveryRowIsCited(t *testing.T) {
	for _, d := range portbook.Builtin().Documents() {
		excluded := map[int]bool{}
		for _, x := range d.Excluded {
			excluded[x.Row] = true
		}
		for row := 1; row <= d.Rows; row++ {
			if portbook.Flows().Citing(d.ID, row).IsEmpty() != excluded[row] {
				t.Errorf("%s row %d: cited and excluded do not exclude each other", d.ID, row)
			}
		}
	}
}

func TestLookupUnknown(t *testing.T) {
	c := portbook.Builtin()
	if f, ok := portbook.Lookup("itms/no/such-flow"); ok || !f.IsZero() {
		t.Errorf("Lookup of an unknown id returns %v, %v", f, ok)
	}
	for name, ok := range map[string]bool{
		"product": found(c.Product("typo")), "component": found(c.Component("itms/typo")), "document": found(c.Document("typo")),
		"note": found(c.Note("typo")), "setting": found(c.Setting("typo")), "port": found(c.NamedPort("typo")),
	} {
		if ok {
			t.Errorf("an unknown %s is found", name)
		}
	}
}

func found[T any](_ T, ok bool) bool { return ok }

// TestEveryEntity finds each entity of the catalogs by its id, as listed.
func TestEveryEntity(t *testing.T) {
	for name, c := range catalogs() {
		for _, id := range c.Products() {
			if x, ok := c.Product(id); !ok || x.ID != id {
				t.Errorf("%s: product %s is %v, %v", name, id, x, ok)
			}
		}
		for _, id := range c.Components() {
			if x, ok := c.Component(id); !ok || x.ID != id || !strings.HasPrefix(string(id), string(x.Product)+"/") {
				t.Errorf("%s: component %s is %v, %v", name, id, x, ok)
			}
		}
		for _, x := range c.Documents() {
			if got, ok := c.Document(x.ID); !ok || !cmp.Equal(got, x, comparable) {
				t.Errorf("%s: document %s is %v, %v", name, x.ID, got, ok)
			}
		}
		for _, x := range c.Notes() {
			if got, ok := c.Note(x.ID); !ok || !cmp.Equal(got, x, comparable) {
				t.Errorf("%s: note %s is %v, %v", name, x.ID, got, ok)
			}
		}
		for _, x := range c.Conditions() {
			if got, ok := c.Condition(x.ID); !ok || !cmp.Equal(got, x, comparable) {
				t.Errorf("%s: condition %s is %v, %v", name, x.ID, got, ok)
			}
		}
		for _, x := range c.Settings() {
			if got, ok := c.Setting(x.ID); !ok || !cmp.Equal(got, x, comparable) {
				t.Errorf("%s: setting %s is %v, %v", name, x.ID, got, ok)
			}
		}
		for _, x := range c.NamedPorts() {
			if got, ok := c.NamedPort(x.ID); !ok || got != x {
				t.Errorf("%s: port %s is %v, %v", name, x.ID, got, ok)
			}
		}
	}
}

var comparable = cmp.Options{
	cmp.Comparer(func(a, b portbook.Text) bool { return a == b }),
	cmp.Comparer(func(a, b portbook.Host) bool { return a == b }),
	cmp.Comparer(func(a, b portbook.PortSet) bool { return a == b }),
}

// TestPublishedFacts pins facts of each kind that are converted on the way from
// the data.
func TestPublishedFacts(t *testing.T) {
	c := portbook.Builtin()
	durations := map[time.Duration]int{}
	for _, n := range c.Notes() {
		durations[n.Duration]++
	}
	if durations[20*time.Minute] == 0 || durations[0] == 0 {
		t.Errorf("the durations of notes are %v, want some of 20 minutes and some of none", durations)
	}
	if x, _ := c.Component(portbook.ComponentApexCentralServer); !slices.Contains(x.Aliases, "TMCM") {
		t.Errorf("the other names of %s are %q", x.ID, x.Aliases)
	}
	d, _ := c.Document("apex-central-ports")
	if d.Counts != portbook.CountsEntries || d.Rows != 12 || d.Sections[0].First != 1 {
		t.Errorf("%s has %d %s, and begins at %d", d.ID, d.Rows, d.Counts, d.Sections[0].First)
	}
	if got := c.CitationURL(portbook.Citation{Document: d.ID, Row: 3}); got != d.URL || !strings.HasPrefix(got, "https://") {
		t.Errorf("row 3 of %s is at %q, want %q", d.ID, got, d.URL)
	}
	if got := c.CitationURL(portbook.Citation{Document: "typo"}); got != "" {
		t.Errorf("an unknown document is at %q", got)
	}
}

// TestZeroValues calls every method on zero values: none may panic.
func TestZeroValues(t *testing.T) {
	var f portbook.Flow
	r := f.Record(nil)
	want := portbook.FlowRecord{
		From: []portbook.Component{}, To: []portbook.Component{}, Protocols: []portbook.Protocol{}, AppProtocols: []string{}, OSServices: []string{},
		Conditions: []portbook.ConditionID{}, Hosts: []portbook.Host{}, Notes: []string{}, Citations: []portbook.Citation{}, Statements: []portbook.Statement{}, Inferred: []portbook.Field{}, Quirks: []portbook.Quirk{},
	}
	if diff := cmp.Diff(want, r, cmp.AllowUnexported(portbook.PortSet{}), cmp.Comparer(func(a, b portbook.PortSet) bool { return a == b }), cmp.Comparer(func(a, b portbook.Host) bool { return a == b })); diff != "" {
		t.Errorf("record of the zero flow (-want +got):\n%s", diff)
	}
	if f.FormerIDs() != nil || f.Set() != (portbook.FlowSet{}) {
		t.Error("the zero flow has former ids or is in a set")
	}
	var s portbook.FlowSet
	if s.Len() != 0 || s.Complement() != s || s.Contains(f) || s.Catalog() != nil || s.Ports() != (portbook.PortSet{}) {
		t.Error("the zero set is not empty")
	}
	for _, x := range selections(portbook.Builtin(), rand.New(rand.NewPCG(1, 1))) {
		if got := x.from(s); got != s {
			t.Errorf("%s of the zero set is %v", x.name, got)
		}
	}
	var x portbook.Text
	if x.String() != "" || x.Catalog() != nil {
		t.Errorf("the zero text is %q", x)
	}
}

// TestEmptyCatalogs calls every method of catalogs that hold nothing, with zero
// values and with ids: no method panics, and none finds anything.
func TestEmptyCatalogs(t *testing.T) {
	for name, c := range map[string]*portbook.Catalog{"nil": nil, "zero": {}, "built of nothing": handle.Catalog(table.NewBuilder(nil).Finish())} {
		v := reflect.ValueOf(c)
		for i := range v.NumMethod() {
			method := v.Type().Method(i)
			if strings.HasSuffix(method.Name, "JSON") {
				continue // a value receiver, and a refusal: TestJSON
			}
			for _, text := range []string{"", "itms"} {
				args := []reflect.Value{v}
				for k := 1; k < method.Type.NumIn(); k++ {
					x := reflect.New(method.Type.In(k)).Elem()
					if x.Kind() == reflect.String {
						x.SetString(text)
					}
					args = append(args, x)
				}
				for _, result := range method.Func.Call(args) {
					switch s, isSet := result.Interface().(portbook.FlowSet); {
					case isSet:
						if !s.IsEmpty() || s.Catalog() != c || s.Complement() != s {
							t.Errorf("%s: %s returns %v", name, method.Name, s)
						}
					case result.Kind() == reflect.Slice && result.Len() > 0,
						result.Kind() != reflect.Slice && !result.IsZero() && method.Name != "String":
						t.Errorf("%s: %s returns %v", name, method.Name, result)
					}
				}
			}
		}
	}
}

// TestConcurrentUse reads the catalog from many goroutines; the race detector watches.
func TestConcurrentUse(t *testing.T) {
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for f := range portbook.Flows().From(portbook.ProductITMS).All() {
				_ = f.Record(nil)
			}
			_ = portbook.Flows().Involving(portbook.ComponentITMSMonitor).Ports()
		})
	}
	wait.Wait()
}
