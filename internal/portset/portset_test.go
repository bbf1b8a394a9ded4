package portset

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fromMask is the slow, obvious model: bit i of mask is key i.
func fromMask(mask uint) Set {
	var ranges [][2]uint32
	for k := uint32(0); mask>>k != 0; k++ {
		if mask>>k&1 == 1 {
			ranges = append(ranges, [2]uint32{k, k})
		}
	}
	return FromRanges(ranges)
}

// TestSmallUniverse checks every operation on every pair of subsets of eight keys.
func TestSmallUniverse(t *testing.T) {
	const keys = 8
	for a := uint(0); a < 1<<keys; a++ {
		s := fromMask(a)
		if s.IsEmpty() != (a == 0) {
			t.Fatalf("IsEmpty(%b) = %v", a, s.IsEmpty())
		}
		n := 0
		for k := range uint32(keys) {
			in := a>>k&1 == 1
			if in {
				n++
			}
			if s.Contains(k) != in {
				t.Fatalf("Contains(%b, %d) = %v", a, k, !in)
			}
			if c := Complement(s); c.Contains(k) == in {
				t.Fatalf("Complement(%b) and key %d", a, k)
			}
		}
		if s.Len() != n {
			t.Fatalf("Len(%b) = %d, want %d", a, s.Len(), n)
		}
		if Complement(Complement(s)) != s {
			t.Fatalf("Complement twice of %b differs", a)
		}
		for b := uint(0); b < 1<<keys; b++ {
			u := fromMask(b)
			for _, c := range []struct {
				name string
				got  Set
				want uint
			}{
				{"Union", Union(s, u), a | b},
				{"Intersect", Intersect(s, u), a & b},
				{"Subtract", Subtract(s, u), a &^ b},
				{"UnionAll", UnionAll(slices.Values([]Set{s, u})), a | b},
			} {
				if c.got != fromMask(c.want) {
					t.Fatalf("%s(%b, %b) is not %b", c.name, a, b, c.want)
				}
			}
			if Overlaps(s, u) != (a&b != 0) {
				t.Fatalf("Overlaps(%b, %b)", a, b)
			}
			if ContainsSet(s, u) != (a|b == a) {
				t.Fatalf("ContainsSet(%b, %b)", a, b)
			}
			if (s == u) != (a == b) {
				t.Fatalf("(%b == %b) = %v", a, b, s == u)
			}
		}
	}
}

// TestRandomAgainstBools runs random operations over the keys of two protocols beside a plain array of bool.
func TestRandomAgainstBools(t *testing.T) {
	const base, keys = 6 << 16, 2 << 16
	random := rand.New(rand.NewPCG(1, 2))
	model := make([]bool, keys)
	set := Set{}
	for step := range 300 {
		lo := random.Uint32N(keys)
		hi := min(keys-1, lo+random.Uint32N(2000))
		r := Range(base+lo, base+hi)
		switch step % 3 {
		case 0, 1:
			set = Union(set, r)
			for k := lo; k <= hi; k++ {
				model[k] = true
			}
		case 2:
			set = Subtract(set, r)
			for k := lo; k <= hi; k++ {
				model[k] = false
			}
		}
		if step%50 == 49 {
			compare(t, set, model, base)
		}
	}
	compare(t, Intersect(set, Range(base, base+0xffff)), append(slices.Clone(model[:1<<16]), make([]bool, 1<<16)...), base)
}

func compare(t *testing.T, set Set, model []bool, base uint32) {
	t.Helper()
	var want, got [][2]uint32
	for k := 0; k < len(model); k++ {
		if !model[k] {
			continue
		}
		lo := k
		for k+1 < len(model) && model[k+1] {
			k++
		}
		want = append(want, [2]uint32{base + uint32(lo), base + uint32(k)})
	}
	for lo, hi := range set.All() {
		got = append(got, [2]uint32{lo, hi})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("ranges (-model +set):\n%s", diff)
	}
}

func TestWithin(t *testing.T) {
	s := FromRanges([][2]uint32{{2, 4}, {6, 6}, {9, 12}})
	for _, c := range []struct {
		lo, hi uint32
		want   [][2]uint32
	}{
		{0, 20, [][2]uint32{{2, 4}, {6, 6}, {9, 12}}},
		{3, 10, [][2]uint32{{3, 4}, {6, 6}, {9, 10}}},
		{5, 5, nil},
		{13, 20, nil},
		{0, 1, nil},
	} {
		var got [][2]uint32
		for lo, hi := range s.Within(c.lo, c.hi) {
			got = append(got, [2]uint32{lo, hi})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("Within(%d, %d) (-want +got):\n%s", c.lo, c.hi, diff)
		}
	}
}

func TestRangeBounds(t *testing.T) {
	if s := Range(5, 4); s != (Set{}) {
		t.Errorf("Range(5, 4) = %v, want the empty set", s)
	}
	if s := Range(Universe-1, Universe+7); s != Range(Universe-1, Universe-1) {
		t.Errorf("a range beyond the universe is not clipped: %v", s)
	}
}

func TestAllocations(t *testing.T) {
	a, b := Range(443, 443), Range(80, 80)
	if n := testing.AllocsPerRun(100, func() {
		sink = Intersect(a, b).IsEmpty() || a.Contains(443) || Overlaps(a, b)
		_ = Range(1, 2)
	}); n != 0 {
		t.Errorf("single ranges allocate %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { sinkSet = Union(a, b) }); n > 1 {
		t.Errorf("union of two ports allocates %v times, want at most 1", n)
	}
}

var (
	sink    bool
	sinkSet Set
)
