package portbook_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/testkit/synthetic"
)

// model is the slow, obvious form of a set of flows.
type model map[portbook.FlowID]bool

func (m model) check(t *testing.T, name string, s portbook.FlowSet) {
	t.Helper()
	n := 0
	for f := range s.Catalog().Flows().All() {
		if s.Contains(f) != m[f.ID()] {
			t.Fatalf("%s: contains %s: %v, want %v", name, f, s.Contains(f), m[f.ID()])
		}
		if m[f.ID()] {
			n++
		}
	}
	if s.Len() != n || s.IsEmpty() != (n == 0) {
		t.Fatalf("%s: Len is %d, want %d", name, s.Len(), n)
	}
}

// pick returns a random set of flows of c, and its model. Some are empty, some
// full.
func pick(c *portbook.Catalog, random *rand.Rand) (portbook.FlowSet, model) {
	m, share := model{}, []int{0, 1, 50, 95, 100}[random.IntN(5)]
	s := c.Flows().Matching(func(f portbook.Flow) bool {
		if random.IntN(100) < share {
			m[f.ID()] = true
		}
		return m[f.ID()]
	})
	return s, m
}

// TestFlowSetAlgebra checks operations against the model, and the laws of sets,
// for which empty sets need to know their catalog.
func TestFlowSetAlgebra(t *testing.T) {
	for name, c := range catalogs() {
		random := rand.New(rand.NewPCG(3, 4))
		rounds := 60
		if c.Flows().Len() > 1000 {
			rounds = 10
		}
		all, none := c.Flows(), c.Flows().Subtract(c.Flows())
		for range rounds {
			a, ma := pick(c, random)
			b, mb := pick(c, random)
			d, _ := pick(c, random)
			both, either, only := model{}, maps.Clone(ma), maps.Clone(ma)
			for id := range mb {
				both[id] = ma[id]
				either[id] = true
				delete(only, id)
			}
			either.check(t, name+": union", a.Union(b))
			both.check(t, name+": intersection", a.Intersect(b))
			only.check(t, name+": difference", a.Subtract(b))
			if (a == b) != maps.Equal(ma, mb) {
				t.Fatalf("%s: a == b is %v", name, a == b)
			}
			for law, sides := range map[string][2]portbook.FlowSet{
				"union is commutative":       {a.Union(b), b.Union(a)},
				"intersection is":            {a.Intersect(b), b.Intersect(a)},
				"union is associative":       {a.Union(b).Union(d), a.Union(b.Union(d))},
				"intersection distributes":   {a.Intersect(b.Union(d)), a.Intersect(b).Union(a.Intersect(d))},
				"De Morgan of union":         {a.Union(b).Complement(), a.Complement().Intersect(b.Complement())},
				"De Morgan of intersection":  {a.Intersect(b).Complement(), a.Complement().Union(b.Complement())},
				"complement twice":           {a.Complement().Complement(), a},
				"complement fills":           {a.Union(a.Complement()), all},
				"complement excludes":        {a.Intersect(a.Complement()), none},
				"difference is intersection": {a.Subtract(b), a.Intersect(b.Complement())},
				"all twice":                  {all.Complement().Complement(), all},
				"none":                       {none.Complement(), all},
				"the zero set adds nothing":  {a.Union(portbook.FlowSet{}), a},
				"the zero set first":         {portbook.FlowSet{}.Union(a), a},
				"the zero set has nothing":   {a.Intersect(portbook.FlowSet{}), none},
				"nothing less":               {a.Subtract(portbook.FlowSet{}), a},
				"less than nothing":          {portbook.FlowSet{}.Subtract(a), none},
				"the sum of its flows":       {sum(c, a), a},
			} {
				if sides[0] != sides[1] {
					t.Fatalf("%s: %s: %v != %v", name, law, sides[0], sides[1])
				}
			}
		}
	}
}

// sum adds the flows of a set up one by one.
func sum(c *portbook.Catalog, s portbook.FlowSet) portbook.FlowSet {
	total := c.Flows().Subtract(c.Flows())
	for f := range s.All() {
		total = total.Union(f.Set())
	}
	return total
}

// TestEmptySetsKeepTheirCatalog goes through what can leave nothing.
func TestEmptySetsKeepTheirCatalog(t *testing.T) {
	for name, c := range catalogs() {
		all := c.Flows()
		for what, s := range map[string]portbook.FlowSet{
			"complement": all.Complement(), "difference": all.Subtract(all), "from": all.From(), "having": all.Having(),
			"product": all.DocumentedBy(portbook.Product("typo")), "touching": all.Touching(portbook.PortSet{}),
			"citing": all.Citing("typo"), "port": c.FlowsUsing(portbook.SCTP, 9), "between": all.Between(portbook.Product("typo"), portbook.Product("typo")),
			"matching": all.Matching(func(portbook.Flow) bool { return false }),
		} {
			if !s.IsEmpty() || s.Catalog() != c || s.Complement() != all || s != all.Complement() {
				t.Errorf("%s: %s: %d flows of %v", name, what, s.Len(), s.Catalog())
			}
		}
	}
}

// TestGroup compares groups with selections.
func TestGroup(t *testing.T) {
	for name, c := range catalogs() {
		var order []portbook.Component
		for x, flows := range portbook.Group(c.Flows(), portbook.Flow.From) {
			order = append(order, x)
			want := c.Flows().Matching(func(f portbook.Flow) bool { return slices.Contains(f.From(), x) })
			if flows != want {
				t.Fatalf("%s: from %s: %v, want %v", name, x, flows, want)
			}
		}
		var want []portbook.Component
		for f := range c.Flows().All() {
			for _, x := range f.From() {
				if !slices.Contains(want, x) {
					want = append(want, x)
				}
			}
		}
		if !slices.Equal(order, want) {
			t.Errorf("%s: the order of groups is %v, want %v", name, order, want)
		}
		for range portbook.Group(c.Flows(), portbook.Flow.From) {
			break // a loop may stop early
		}
	}
}

// TestPorts compares the ports of random sets with a sum over their flows.
func TestPorts(t *testing.T) {
	for name, c := range catalogs() {
		random := rand.New(rand.NewPCG(5, 6))
		for range 10 {
			s, _ := pick(c, random)
			var want portbook.PortSet
			for f := range s.All() {
				want = want.Union(f.Ports())
			}
			if got := s.Ports(); got != want {
				t.Fatalf("%s: %v, want %v", name, got, want)
			}
		}
	}
}

func TestFlowSetString(t *testing.T) {
	s := portbook.Flows().DocumentedBy(portbook.ProductScanMail)
	var ids []string
	for f := range s.All() {
		ids = append(ids, f.String())
	}
	if len(ids) < 2 || fmt.Sprint(s) != strings.Join(ids, " ") || fmt.Sprintf("%v", portbook.FlowSet{}) != "" {
		t.Errorf("%d flows are printed as %q", len(ids), fmt.Sprint(s))
	}
}

// TestDifferentCatalogs brings sets of two catalogs together: every operation
// says that they do not go together, also where one of them is empty.
func TestDifferentCatalogs(t *testing.T) {
	other := handle.Catalog(synthetic.Table(100, 20, 1))
	ours, theirs := portbook.Flows(), other.Flows()
	for f := range theirs.All() {
		if ours.Contains(f) || f.Set().Contains(portbook.Flow{}) {
			t.Errorf("the built-in catalog contains %s of another", f)
		}
	}
	if ours == theirs || ours.Complement() == theirs.Complement() {
		t.Error("sets of different catalogs are equal")
	}
	sets := func(s portbook.FlowSet) []portbook.FlowSet { return []portbook.FlowSet{s, s.Complement()} }
	for _, a := range sets(ours) {
		for _, b := range sets(theirs) {
			for name, operation := range map[string]func(a, b portbook.FlowSet) portbook.FlowSet{
				"union": portbook.FlowSet.Union, "intersection": portbook.FlowSet.Intersect, "difference": portbook.FlowSet.Subtract,
			} {
				want := "portbook: set operation on flows of different catalogs (" + portbook.DataVersion + ", " + other.Version() + "): merge the catalogs first"
				if got := panicOf(func() { operation(a, b) }); got != want {
					t.Errorf("%s of %d and %d flows: %v, want %v", name, a.Len(), b.Len(), got, want)
				}
			}
		}
	}
}

func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}
