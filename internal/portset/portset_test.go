package portset

import (
	"math/rand/v2"
	"slices"
	"strings"
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

// rounds returns n, or a fifth of it for those who are in a hurry.
func rounds(n int) int {
	if testing.Short() {
		return n / 5
	}
	return n
}

// randomSet returns up to n ranges in all of the universe, which often touch
// its ends.
func randomSet(random *rand.Rand, n int) Set {
	ranges := make([][2]uint32, random.IntN(n+1))
	for i := range ranges {
		lo := random.Uint32N(Universe)
		ranges[i] = [2]uint32{lo, lo + random.Uint32N(1<<uint(random.IntN(14)))}
	}
	if random.IntN(4) == 0 {
		ranges = append(ranges, [2]uint32{0, random.Uint32N(50)})
	}
	if random.IntN(4) == 0 {
		ranges = append(ranges, [2]uint32{Universe - 1 - random.Uint32N(50), Universe - 1})
	}
	return FromRanges(ranges)
}

// slowCombine decides membership at every edge of either set, where alone it
// can change.
func slowCombine(a, b Set, in func(a, b bool) bool) Set {
	edges := []uint32{0, Universe}
	for _, s := range []Set{a, b} {
		for lo, hi := range s.All() {
			edges = append(edges, lo, hi+1)
		}
	}
	slices.Sort(edges)
	var ranges [][2]uint32
	for i, lo := range edges[:len(edges)-1] {
		if end := edges[i+1]; end > lo && in(a.Contains(lo), b.Contains(lo)) {
			ranges = append(ranges, [2]uint32{lo, end - 1})
		}
	}
	return FromRanges(ranges)
}

// TestLargeOperands combines two large sets, which is what the heap is for:
// results and operands beyond stackEdges, again and again so that buffers are
// borrowed anew, and sets that fill a buffer to the last word.
func TestLargeOperands(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for round := range rounds(300) {
		n := []int{3, 70, 130, 600, 3000}[random.IntN(5)]
		a, b := randomSet(random, n), randomSet(random, n)
		switch round % 4 {
		case 0:
			b = randomSet(random, 2)
		case 1:
			a = randomSet(random, 2)
		case 2: // the most words that two operands can give
			a, b = comb(random.IntN(140), 4, 0), comb(random.IntN(140), 4, 2)
		}
		checkOperations(t, a, b)
	}
}

// comb returns n ranges of one key each, step keys apart.
func comb(n int, step, first uint32) Set {
	ranges := make([][2]uint32, n)
	for i := range ranges {
		lo := first + step*uint32(i)
		ranges[i] = [2]uint32{lo, lo}
	}
	return FromRanges(ranges)
}

// TestBufferBounds combines combs of every size about the size of the buffers.
func TestBufferBounds(t *testing.T) {
	for n := 55; n <= 70; n++ {
		for m := 55; m <= 70; m++ {
			a, b := comb(n, 4, 0), comb(m, 4, 2)
			if got := Union(a, b); got.NumRanges() != n+m || ContainsSet(got, a) != true || ContainsSet(got, b) != true {
				t.Fatalf("union of %d and %d ranges has %d", n, m, got.NumRanges())
			}
			checkOperations(t, Complement(a), b)
		}
	}
	for n := 120; n <= 135; n++ {
		a := comb(n, 4, 0)
		checkOperations(t, a, Range(2, 2))
		checkOperations(t, a, Range(0, Universe-1))
		if s := FromRanges(slices.Collect(pairs(a))); s != a || Complement(Complement(a)) != a {
			t.Fatalf("%d ranges are not themselves", n)
		}
	}
}

// TestPackedInPool reads sets from a pool of strings, as tables hold them: what
// lies before and after a set has no effect.
func TestPackedInPool(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	for _, filler := range []string{"\x00", "\xff", "\x01\x00\x00\x00"} {
		around := strings.Repeat(filler, 64)
		for n := 2; n < 70; n++ {
			s := comb(n, 5, random.Uint32N(100))
			pool := around + s.Packed() + around
			pooled := FromPacked(s.Hull(), pool[len(around):len(around)+len(s.Packed())])
			if pooled != s {
				t.Fatal("the set from the pool differs")
			}
			for key := range uint32(5*n + 110) {
				if pooled.Contains(key) != s.Contains(key) || s.Contains(key) != (key >= s.first() && (key-s.first())%5 == 0 && key < s.end()) {
					t.Fatalf("%d ranges: Contains(%d) = %v in a pool", n, key, pooled.Contains(key))
				}
			}
			checkOperations(t, pooled, comb(random.IntN(40), 3, 1))
			checkOperations(t, comb(random.IntN(40), 3, 1), pooled)
			if got := slices.Collect(pairs(Intersect(pooled, Range(50, 90)))); !slices.Equal(got, within(pooled, 50, 90)) {
				t.Fatalf("%d ranges: within 50 and 90 there are %v", n, got)
			}
		}
	}
}

func within(s Set, lo, hi uint32) (list [][2]uint32) {
	for a, b := range s.Within(lo, hi) {
		list = append(list, [2]uint32{a, b})
	}
	return list
}

func pairs(s Set) func(yield func([2]uint32) bool) {
	return func(yield func([2]uint32) bool) {
		for lo, hi := range s.All() {
			if !yield([2]uint32{lo, hi}) {
				return
			}
		}
	}
}

// checkOperations checks every operation on two sets against slowCombine.
func checkOperations(t *testing.T, a, b Set) {
	t.Helper()
	both := slowCombine(a, b, func(a, b bool) bool { return a && b })
	onlyA := slowCombine(a, b, func(a, b bool) bool { return a && !b })
	onlyB := slowCombine(a, b, func(a, b bool) bool { return b && !a })
	for _, c := range []struct {
		name      string
		got, want Set
	}{
		{"union", Union(a, b), slowCombine(a, b, func(a, b bool) bool { return a || b })},
		{"union of all", UnionAll(slices.Values([]Set{a, b, {}, a})), slowCombine(a, b, func(a, b bool) bool { return a || b })},
		{"intersection", Intersect(a, b), both},
		{"difference", Subtract(a, b), onlyA},
		{"difference, turned round", Subtract(b, a), onlyB},
		{"complement", Complement(a), slowCombine(a, b, func(a, b bool) bool { return !a })},
	} {
		if c.got != c.want {
			t.Fatalf("%s of %d and %d ranges has %d ranges, want %d", c.name, a.NumRanges(), b.NumRanges(), c.got.NumRanges(), c.want.NumRanges())
		}
	}
	if Overlaps(a, b) == both.IsEmpty() || ContainsSet(a, b) != onlyB.IsEmpty() || !ContainsSet(a, both) {
		t.Fatalf("Overlaps or ContainsSet of %d and %d ranges is wrong", a.NumRanges(), b.NumRanges())
	}
}

// TestUniter adds intervals one by one past the buffer, and sets that fill it
// in one step.
func TestUniter(t *testing.T) {
	for _, size := range []int{0, 1, 511, 512, 513, 514, 1025, 2048, 2049, 5000} {
		want := comb(size, 3, 7)
		var u, inOne Uniter
		for lo, hi := range want.All() {
			u.Add(Range(lo, hi))
		}
		inOne.Add(Range(1, 1))
		inOne.Add(want)
		inOne.Add(Set{})
		if got := u.Union(); got != want {
			t.Errorf("%d ranges unite to %d", size, got.NumRanges())
		}
		if got := inOne.Union(); got != Union(want, Range(1, 1)) {
			t.Errorf("a set of %d ranges unites to %d", size, got.NumRanges())
		}
	}
}

// TestFromRanges checks ranges that are empty, reversed, out of order, or reach
// the ends of the universe, and more than fit on the stack.
func TestFromRanges(t *testing.T) {
	for _, c := range []struct{ in, want [][2]uint32 }{
		{nil, nil},
		{[][2]uint32{{5, 4}}, nil},
		{[][2]uint32{{9, 2}, {3, 3}, {8, 1}}, [][2]uint32{{3, 3}}},
		{[][2]uint32{{0, 0}, {1, 1}}, [][2]uint32{{0, 1}}},
		{[][2]uint32{{7, 9}, {0, 2}, {3, 3}, {5, 5}}, [][2]uint32{{0, 3}, {5, 5}, {7, 9}}},
		{[][2]uint32{{1, 9}, {2, 3}, {8, 10}}, [][2]uint32{{1, 10}}},
		{[][2]uint32{{Universe - 1, Universe + 5}, {0, 0}}, [][2]uint32{{0, 0}, {Universe - 1, Universe - 1}}},
		{[][2]uint32{{0, Universe - 1}}, [][2]uint32{{0, Universe - 1}}},
		{[][2]uint32{{Universe, Universe + 1}}, nil},
	} {
		if got := slices.Collect(pairs(FromRanges(c.in))); !slices.Equal(got, c.want) {
			t.Errorf("FromRanges(%v) = %v, want %v", c.in, got, c.want)
		}
	}
	for _, n := range []int{63, 64, 65, 126, 127, 128, 129, 1000} {
		s := comb(n, 2, 1)
		if s.NumRanges() != n || s.Len() != n {
			t.Errorf("%d ranges make a set of %d, with %d members", n, s.NumRanges(), s.Len())
		}
		for k := range uint32(2 * n) {
			if s.Contains(k) != (k%2 == 1) {
				t.Fatalf("%d ranges: Contains(%d) = %v", n, k, k%2 == 0)
			}
		}
		if back := FromPacked(s.Hull(), s.Packed()); back != s {
			t.Errorf("%d ranges: the packed form is another set", n)
		}
	}
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
		{4, 6, [][2]uint32{{4, 4}, {6, 6}}},
		{12, 12, [][2]uint32{{12, 12}}},
		{2, 2, [][2]uint32{{2, 2}}},
		{7, 8, nil},
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
