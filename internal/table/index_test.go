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
