package table_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/sparse"
	"github.com/portbook/portbook/internal/table"
	"github.com/portbook/portbook/internal/testkit/synthetic"
)

// using is the slow, obvious form of the index: a walk over all flows.
func using(t *table.Table, protocol uint8, lo, hi uint16) []uint32 {
	var list []uint32
	ports := portset.Range(portset.Key(protocol, lo), portset.Key(protocol, hi))
	for i := range t.Flows {
		if portset.Overlaps(t.PortSet(t.Flows[i].Ports), ports) {
			list = append(list, uint32(i))
		}
	}
	return list
}

// indexed asks the index.
func indexed(t *table.Table, protocol uint8, lo, hi uint16) []uint32 {
	u := sparse.Union{Words: len(t.Flows)/64 + 1}
	t.AddUsing(&u, portset.Range(portset.Key(protocol, lo), portset.Key(protocol, hi)))
	return slices.Collect(u.Within(t.FlowSet(t.Index.Every)).All())
}

// wideTable has so many wide ranges in different places that their classes would exceed the budget.
func wideTable() *table.Table {
	random := rand.New(rand.NewPCG(9, 9))
	return tableOf(2000, func(int) portset.Set {
		first := uint16(random.IntN(60_000))
		width := []int{0, 1, 10, 200, 5000}[random.IntN(5)]
		return portset.Range(portset.Key(6, first), portset.Key(6, uint16(min(65535, int(first)+width))))
	})
}

// tableOf makes a table of flows with the given ports.
func tableOf(n int, ports func(i int) portset.Set) *table.Table {
	b := table.NewBuilder([]string{"en"})
	self := b.List([]uint32{0})
	b.Table.Products = []table.Product{{ID: b.Name("p")}}
	b.Table.Components = []table.Component{{ID: b.Name("p/c"), Lineage: self}}
	for i := range n {
		set := ports(i)
		var protocols []uint32
		for _, p := range set.Protocols() {
			protocols = append(protocols, uint32(p))
		}
		b.Table.Flows = append(b.Table.Flows, table.Flow{ID: b.Name(fmt.Sprintf("p/c/%d", i)), From: self, To: self, Ports: b.Ports(set), Protocols: b.List(protocols)})
	}
	return b.Finish()
}

func TestIndexAgainstWalk(t *testing.T) {
	for _, c := range []struct {
		name     string
		table    *table.Table
		wantWide bool
	}{
		{"no flows", tableOf(0, nil), false},
		{"no ports", tableOf(3, func(int) portset.Set { return portset.Set{} }), false},
		{"the ends of the range", tableOf(3, func(i int) portset.Set {
			return portset.FromRanges([][2]uint32{{portset.Key(6, 0), portset.Key(6, 0)}, {portset.Key(6, 65535), portset.Key(6, 65535)}, {portset.Key(17, 63), portset.Key(17, uint16(64+i))}})
		}), false},
		{"all ports", tableOf(2, func(i int) portset.Set { return portset.Range(portset.Key(6, 0), portset.Key(6, 65535-uint16(i))) }), false},
		{"synthetic", synthetic.Table(500, 60, 3), false},
		{"wide ranges", wideTable(), true},
		{"more protocols than lists", tableOf(200, func(i int) portset.Set { return portset.Range(portset.Key(uint8(i), 5), portset.Key(uint8(i), 8)) }), true},
	} {
		if got := len(c.table.Index.Wide) > 0; got != c.wantWide {
			t.Errorf("%s: wide flows: %v, want %v", c.name, got, c.wantWide)
		}
		random := rand.New(rand.NewPCG(1, 2))
		for range 300 {
			protocol := []uint8{6, 6, 6, 17, 1, uint8(random.Uint32())}[random.IntN(6)]
			lo := uint16(random.Uint32())
			if random.IntN(2) == 0 {
				lo %= 5100
			}
			for _, hi := range []uint16{lo, uint16(min(65535, int(lo)+random.IntN(3000)))} {
				if diff := cmp.Diff(using(c.table, protocol, lo, hi), indexed(c.table, protocol, lo, hi)); diff != "" {
					t.Fatalf("%s: %d-%d/%d (-walk +index):\n%s", c.name, lo, hi, protocol, diff)
				}
			}
		}
		for _, edge := range []uint16{0, 1, 63, 64, 65535} {
			if diff := cmp.Diff(using(c.table, 6, edge, edge), indexed(c.table, 6, edge, edge)); diff != "" {
				t.Fatalf("%s: %d/tcp (-walk +index):\n%s", c.name, edge, diff)
			}
		}
	}
}

// limits are the widths of ranges, from the largest, up to which flows may be in
// the classes.
var limits = []int{1 << 16, 256, 16, 1}

// TestWideRanges checks that the limit is the largest for which the classes fit
// in the budget, and that the flows beyond it, and no others, are wide.
func TestWideRanges(t *testing.T) {
	widths := []int{1, 2, 15, 16, 17, 255, 256, 257, 5000}
	for _, n := range []int{1, 9, 60, 100, 150, 200, 300, 500, 700, 1000, 2000} {
		for _, spread := range []int{1, 3, 30} {
			x := tableOf(n, func(i int) portset.Set {
				first := uint16(spread * i % 60_000)
				return portset.Range(portset.Key(6, first), portset.Key(6, first+uint16(widths[i%len(widths)])-1))
			})
			budget := 16<<10 + 64*n
			limit := 1
			for _, l := range limits {
				if l == 1 || classBytes(x, l) <= budget {
					limit = l
					break
				}
			}
			var want []uint32
			for i := range n {
				if widths[i%len(widths)] > limit {
					want = append(want, uint32(i))
				}
			}
			if diff := cmp.Diff(want, wideFlows(x)); diff != "" {
				t.Errorf("%d flows, %d ports apart, limit %d: wide flows (-want +got):\n%s", n, spread, limit, diff)
			}
		}
	}
}

// wideFlows returns the flows of ranges that are in no class.
func wideFlows(x *table.Table) (flows []uint32) {
	for _, r := range x.Index.Wide {
		flows = append(flows, r.Flow)
	}
	slices.Sort(flows)
	return flows
}

// classBytes returns the bytes of the sets of the classes of TCP, for ranges of
// at most limit ports: a set for each port at which one begins or has ended.
func classBytes(x *table.Table, limit int) (size int) {
	starts := map[uint32]bool{}
	for i := range x.Flows {
		for lo, hi := range x.PortSet(x.Flows[i].Ports).All() {
			if int(hi-lo) < limit {
				starts[lo], starts[hi+1] = true, true
			}
		}
	}
	for start := range starts {
		words := map[int]bool{}
		for i := range x.Flows {
			for lo, hi := range x.PortSet(x.Flows[i].Ports).All() {
				if int(hi-lo) < limit && lo <= start && start <= hi {
					words[i/64] = true
				}
			}
		}
		size += 12 * len(words)
	}
	return size
}

// TestProtocolsBeyondLists checks how many protocols have lists: 63 beside that
// of no flows.
func TestProtocolsBeyondLists(t *testing.T) {
	x := tableOf(200, func(i int) portset.Set { return portset.Range(portset.Key(uint8(i), 5), portset.Key(uint8(i), 5)) })
	slots := map[uint8]bool{}
	for _, slot := range x.Index.Slots {
		slots[slot] = true
	}
	if len(slots) != 64 || len(x.Index.Lists) != 64*1024 {
		t.Errorf("%d slots and %d pages in lists, want 64 slots", len(slots), len(x.Index.Lists))
	}
	var want []uint32
	for i := uint32(63); i < 200; i++ {
		want = append(want, i)
	}
	if diff := cmp.Diff(want, wideFlows(x)); diff != "" {
		t.Errorf("wide flows (-want +got):\n%s", diff)
	}
}

// TestPostings checks the sets of flows by field against a walk.
func TestPostings(t *testing.T) {
	b := table.NewBuilder([]string{"en"})
	self := b.List([]uint32{0})
	b.Table.Products = []table.Product{{ID: b.Name("p")}}
	b.Table.Components = []table.Component{{ID: b.Name("p/c"), Lineage: self}}
	for i := range 300 {
		f := table.Flow{ID: b.Name(fmt.Sprint(i)), From: self, To: self, Quirks: uint32(i*7) & (1<<len(table.Quirks) - 1)}
		if i%3 == 0 {
			f.Ports = b.Ports(portset.Range(portset.Key(6, uint16(i)), portset.Key(6, uint16(i))))
		}
		b.Table.Flows = append(b.Table.Flows, f)
	}
	x := b.Finish()
	check := func(name string, got table.FlowSet, in func(f *table.Flow) bool) {
		t.Helper()
		var want []uint32
		for i := range x.Flows {
			if in(&x.Flows[i]) {
				want = append(want, uint32(i))
			}
		}
		if diff := cmp.Diff(want, slices.Collect(x.FlowSet(got).All())); diff != "" {
			t.Errorf("%s (-walk +index):\n%s", name, diff)
		}
	}
	check("every", x.Index.Every, func(*table.Flow) bool { return true })
	check("unbounded", x.Index.Unbounded, func(f *table.Flow) bool { return f.Ports == 0 })
	for q, set := range x.Index.Quirks {
		check(table.Quirks[q], set, func(f *table.Flow) bool { return f.Quirks>>q&1 == 1 })
	}
}

// TestFind looks for every id, and for ids before, between and after them.
func TestFind(t *testing.T) {
	b := table.NewBuilder([]string{"en"})
	ids := []string{"b", "bb", "d", "f/x", "f/y", "z"}
	for i, id := range ids {
		b.Table.Products = append(b.Table.Products, table.Product{ID: b.Name(id)})
		b.Table.Components = append(b.Table.Components, table.Component{ID: b.Name(id)})
		b.Table.FlowIDs = append(b.Table.FlowIDs, table.FlowID{ID: b.Name(ids[len(ids)-1-i]), Flow: uint32(10 + i)})
	}
	x := b.Finish()
	for i, id := range ids {
		if got, ok := x.FindProduct(id); got != i || !ok {
			t.Errorf("product %q is %d, %v", id, got, ok)
		}
		if got, ok := x.FindComponent(id); got != i || !ok {
			t.Errorf("component %q is %d, %v", id, got, ok)
		}
		if got, ok := x.FindFlow(id); got != 10+len(ids)-1-i || !ok {
			t.Errorf("flow %q is %d, %v", id, got, ok)
		}
	}
	for _, id := range []string{"", "a", "ba", "c", "f", "f/xx", "zz"} {
		_, ok1 := x.FindProduct(id)
		_, ok2 := x.FindComponent(id)
		if i, ok3 := x.FindFlow(id); ok1 || ok2 || ok3 || i != 0 {
			t.Errorf("%q is found", id)
		}
	}
}

// TestBuilderTellsApart adds what differs in one byte or in one language.
func TestBuilderTellsApart(t *testing.T) {
	b := table.NewBuilder([]string{"en", "ja"})
	seen := map[table.Text]string{}
	for _, x := range [][2]string{{"a", "y"}, {"b", "y"}, {"ay", ""}, {"", "ay"}, {"a", ""}, {"", "y"}} {
		n := b.Text(x[0], x[1])
		if other, ok := seen[n]; ok {
			t.Errorf("%q has the number of %q", x, other)
		}
		seen[n] = fmt.Sprint(x)
	}
	lists := map[table.List]uint32{}
	for bit := range 32 {
		v := uint32(1) << bit
		l := b.List([]uint32{v})
		if other, ok := lists[l]; ok {
			t.Errorf("the list of %#x has the number of that of %#x", v, other)
		}
		lists[l] = v
	}
	finished := b.Finish()
	for l, v := range lists {
		if got := finished.List(l); len(got) != 1 || got[0] != v || cap(got) != 1 {
			t.Errorf("list %d is %v, want %#x", l, got, v)
		}
	}
}

// TestFinishedTableIsItsOwn checks that the pools that grew with the builder can
// go: what is written to them does not change the table.
func TestFinishedTableIsItsOwn(t *testing.T) {
	b := table.NewBuilder([]string{"en"})
	name, list, set := b.Name("p"), b.List([]uint32{5}), b.Ports(portset.FromRanges([][2]uint32{{1, 1}, {3, 3}}))
	b.Table.Products = []table.Product{{ID: name}}
	b.Table.Components = []table.Component{{ID: name}}
	b.Table.Flows = []table.Flow{{ID: name, Ports: set}}
	b.Table.FlowIDs = []table.FlowID{{ID: name}}
	grown := b.Table
	x := b.Finish()
	clear(grown.Names.Ends)
	clear(grown.Sets.Ends)
	clear(grown.Lists)
	clear(grown.Flows)
	clear(grown.FlowIDs)
	if x.Name(name) != "p" || x.List(list)[0] != 5 || x.PortSet(set).NumRanges() != 2 || x.Flows[0].Ports != set || x.FlowIDs[0].ID != name {
		t.Error("the table shares memory with its builder")
	}
}

// TestNumbersNotInUse checks the first number beyond each pool.
func TestNumbersNotInUse(t *testing.T) {
	b := table.NewBuilder([]string{"en"})
	name, list, ports, text := b.Name("a"), b.List([]uint32{1}), b.Ports(portset.Range(1, 2)), b.Text("x")
	x := b.Finish()
	for _, c := range []struct {
		name string
		ok   bool
	}{
		{"in use", x.Name(name) == "a" && len(x.List(list)) == 1 && x.PortSet(ports).Len() == 2 && x.Text(text) == "x"},
		{"name", x.Name(0) == "" && x.Name(uint32(len(x.Names.Ends))) == ""},
		{"list", x.List(0) == nil && x.List(uint32(len(x.Lists))) == nil},
		{"ports", x.PortSet(0).IsEmpty() && x.PortSet(uint32(len(x.PortSets))).IsEmpty()},
		{"text", x.Text(0) == "" && x.Text(uint32(len(x.Texts[0].Ends))) == "" && (&table.Table{}).Text(1) == ""},
	} {
		if !c.ok {
			t.Errorf("%s: a number does not stand for what it should", c.name)
		}
	}
}

// TestBuilderKeepsOnce checks that equal strings, texts, lists and sets get one number.
func TestBuilderKeepsOnce(t *testing.T) {
	b := table.NewBuilder([]string{"en", "ja"})
	for _, c := range []struct {
		name           string
		first, again   uint32
		other, nothing uint32
		wantNothing    bool
	}{
		{"name", b.Name("a"), b.Name("a"), b.Name("b"), b.Name(""), true},
		{"text", b.Text("a", "x"), b.Text("a", "x"), b.Text("a", "y"), 0, true},
		{"list", b.List([]uint32{1}), b.List([]uint32{1}), b.List([]uint32{1, 2}), b.List(nil), true},
		{"ports", b.Ports(portset.Range(1, 2)), b.Ports(portset.Range(1, 2)), b.Ports(portset.Range(1, 3)), b.Ports(portset.Set{}), true},
	} {
		if c.first != c.again || c.first == c.other || c.first == 0 || (c.nothing == 0) != c.wantNothing {
			t.Errorf("%s: %d, %d, %d, %d", c.name, c.first, c.again, c.other, c.nothing)
		}
	}
	finished := b.Finish()
	if got := finished.Texts[1].At(b.Text("a", "y")); got != "y" {
		t.Errorf("the second language has %q", got)
	}
	if finished.Name(99) != "" || finished.List(99) != nil || !finished.PortSet(99).IsEmpty() {
		t.Error("numbers that are not in use do not stand for nothing")
	}
}
