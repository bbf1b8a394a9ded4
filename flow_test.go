package portbook_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/table"
)

// TestEveryFlow checks what must hold of every flow of the catalog.
func TestEveryFlow(t *testing.T) {
	documents := map[string]portbook.Document{}
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
		if (f.Requirement() == portbook.Conditional) != (len(f.Conditions()) > 0) {
			t.Errorf("%s: requirement %q and conditions %v do not go together", f, f.Requirement(), f.Conditions())
		}
		if _, ok := f.Product().Info(); !ok {
			t.Errorf("%s: unknown product %q", f, f.Product())
		}
		for _, c := range append(append(f.From(), f.To()...), f.Component()) {
			if _, ok := c.Info(); !ok {
				t.Errorf("%s: unknown component %q", f, c)
			}
			if !c.OwnFlows().Contains(f) || !c.Flows().Contains(f) {
				t.Errorf("%s: is no flow of %q", f, c)
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
			if portbook.Flows().Where(portbook.Citing(d.ID, row)).IsEmpty() != excluded[row] {
				t.Errorf("%s row %d: cited and excluded do not exclude each other", d.ID, row)
			}
		}
	}
}

func TestLookupUnknown(t *testing.T) {
	if f, ok := portbook.Lookup("itms/no/such-flow"); ok || !f.IsZero() {
		t.Errorf("Lookup of an unknown id returns %v, %v", f, ok)
	}
	if _, ok := portbook.Product("no-such-product").Info(); ok {
		t.Error("an unknown product has an info")
	}
	if s := portbook.Component("itms/no-such-component").Flows(); !s.IsEmpty() {
		t.Errorf("an unknown component has flows: %v", s)
	}
}

// TestZeroValues calls every method on zero values: none may panic.
func TestZeroValues(t *testing.T) {
	var f portbook.Flow
	r := f.Record(nil)
	want := portbook.FlowRecord{
		From: []portbook.Component{}, To: []portbook.Component{}, Protocols: []portbook.Protocol{}, AppProtocols: []string{}, OSServices: []string{},
		Conditions: []portbook.ConditionID{}, Hosts: []portbook.Host{}, Notes: []string{}, Citations: []portbook.Citation{}, Inferred: []string{}, Quirks: []portbook.Quirk{},
	}
	if diff := cmp.Diff(want, r, cmp.AllowUnexported(portbook.PortSet{}), cmp.Comparer(func(a, b portbook.PortSet) bool { return a == b }), cmp.Comparer(func(a, b portbook.Host) bool { return a == b })); diff != "" {
		t.Errorf("record of the zero flow (-want +got):\n%s", diff)
	}
	if f.FormerIDs() != nil || !f.Set().IsEmpty() {
		t.Error("the zero flow has former ids or is in a set")
	}
	var s portbook.FlowSet
	if s.Len() != 0 || s.Slice() != nil || !s.Where(portbook.Not(portbook.Filter{})).IsEmpty() || !s.Ports().IsEmpty() || !s.Complement().IsEmpty() || s.Contains(f) {
		t.Error("the zero set is not empty")
	}
	var c portbook.Catalog
	if len(c.Products())+len(c.Components())+len(c.Documents())+len(c.Settings())+len(c.Notes())+len(c.NamedPorts())+len(c.ActionMappings())+len(c.DecisionOrders()) != 0 || !c.Flows().IsEmpty() || !c.FlowsUsing(6, 80).IsEmpty() {
		t.Error("the zero catalog is not empty")
	}
	var x portbook.Text
	if x.String() != "" || x.Catalog() != nil {
		t.Errorf("the zero text is %q", x)
	}
}

// TestFlowSetAlgebra runs random operations beside a map of ids.
func TestFlowSetAlgebra(t *testing.T) {
	all := portbook.Flows().Slice()
	random := rand.New(rand.NewPCG(3, 4))
	pick := func() (portbook.FlowSet, map[portbook.FlowID]bool) {
		var s portbook.FlowSet
		m := map[portbook.FlowID]bool{}
		for range random.IntN(40) {
			f := all[random.IntN(len(all))]
			s = s.Union(f.Set())
			m[f.ID()] = true
		}
		return s, m
	}
	for range 200 {
		a, ma := pick()
		b, mb := pick()
		for _, c := range []struct {
			name string
			got  portbook.FlowSet
			in   func(id portbook.FlowID) bool
		}{
			{"union", a.Union(b), func(id portbook.FlowID) bool { return ma[id] || mb[id] }},
			{"intersect", a.Intersect(b), func(id portbook.FlowID) bool { return ma[id] && mb[id] }},
			{"subtract", a.Subtract(b), func(id portbook.FlowID) bool { return ma[id] && !mb[id] }},
			{"where", a.Where(portbook.Matching(b.Contains)), func(id portbook.FlowID) bool { return ma[id] && mb[id] }},
		} {
			n := 0
			for _, f := range all {
				if c.got.Contains(f) != c.in(f.ID()) {
					t.Fatalf("%s: flow %s: got %v", c.name, f, c.got.Contains(f))
				}
				if c.in(f.ID()) {
					n++
				}
			}
			if c.got.Len() != n {
				t.Fatalf("%s: Len is %d, want %d", c.name, c.got.Len(), n)
			}
		}
		if (a == b) != (cmp.Equal(ma, mb)) {
			t.Fatal("sets are equal without equal members, or the other way round")
		}
		if !a.IsEmpty() && a.Complement().Union(a) != portbook.Flows() {
			t.Fatal("a set and its complement are not all flows")
		}
	}
	for range portbook.Flows().All() {
		break // a loop may stop early
	}
}

// otherCatalog returns a catalog that is not the built-in one, with one product and one flow.
func otherCatalog() *portbook.Catalog {
	b := table.NewBuilder([]string{"en"})
	b.Table.Products = []table.Product{{ID: b.Name("p")}}
	self := b.List([]uint32{0})
	b.Table.Components = []table.Component{{ID: b.Name("p/c"), Lineage: self}}
	b.Table.Flows = []table.Flow{{ID: b.Name("p/c/f"), From: self, To: self}}
	b.Table.FlowIDs = []table.FlowID{{ID: b.Name("p/c/f"), Flow: 0}}
	return portbook.NewCatalog(b.Finish())
}

func TestDifferentCatalogs(t *testing.T) {
	other := otherCatalog()
	f, ok := other.Lookup("p/c/f")
	if !ok || f.From()[0] != "p/c" {
		t.Fatalf("the other catalog's flow is %v, %v", f, ok)
	}
	if portbook.Flows().Contains(f) {
		t.Error("the built-in catalog contains a flow of another")
	}
	if got := (portbook.FlowSet{}).Union(other.Flows()); got != other.Flows() {
		t.Error("the empty set does not belong to every catalog")
	}
	defer func() {
		if r := recover(); r != "portbook: set operation on flows of different catalogs: merge the catalogs first" {
			t.Errorf("union over two catalogs: %v", r)
		}
	}()
	portbook.Flows().Union(other.Flows())
}

// TestConcurrentUse reads the catalog from many goroutines; the race detector watches.
func TestConcurrentUse(t *testing.T) {
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for f := range portbook.Flows().Where(portbook.From(portbook.ProductITMS)).All() {
				_ = f.Record(nil)
			}
			_ = portbook.ComponentITMSMonitor.Flows().Ports()
		})
	}
	wait.Wait()
}
