package sparse

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestUnion gathers few and many sets and numbers, in small and large
// universes, and compares what a base has in common with them with a map.
func TestUnion(t *testing.T) {
	for _, universe := range []uint32{40, 1024, 1025, 20_000} {
		random := rand.New(rand.NewPCG(uint64(universe), 5))
		pick := func(most int) (Set, map[uint32]bool) {
			members := map[uint32]bool{}
			var words []Word
			for range random.IntN(most) {
				x := random.Uint32N(universe)
				members[x] = true
				words = Insert(words, x)
			}
			return Freeze(words), members
		}
		for round := range 300 {
			u, in := Union{Words: int(universe)/64 + 1}, map[uint32]bool{}
			sets, numbers := []int{0, 1, 2, 8, 9, 30}[random.IntN(6)], []int{0, 0, 1, 50}[random.IntN(4)]
			var first Set
			for i := range sets {
				s, members := pick(60)
				u.Add(s)
				if i == 0 {
					first = s
				}
				for x := range members {
					in[x] = true
				}
			}
			if only, ok := u.Only(); ok != (sets == 1) || ok && only != first {
				t.Fatalf("%d sets: the only one is %v", sets, ok)
			}
			for range numbers {
				x := random.Uint32N(universe)
				u.AddNumber(x)
				in[x] = true
			}
			if _, ok := u.Only(); ok && numbers > 0 {
				t.Fatal("a set and numbers are only one set")
			}
			base, members := pick(2000)
			name := fmt.Sprintf("universe %d, round %d: %d sets, %d numbers, base of %d words", universe, round, sets, numbers, base.Words())
			for what, got := range map[string]Set{"within": u.Within(base), "and": Freeze(u.And(base.Append(nil)))} {
				n := 0
				for x := range members {
					if got.Has(x) != in[x] {
						t.Fatalf("%s: %s has %d: %v", name, what, x, got.Has(x))
					}
					if in[x] {
						n++
					}
				}
				if got != Freeze(got.Append(nil)) {
					t.Fatalf("%s: %s has a word without a bit", name, what)
				}
				if got.Len() != n {
					t.Fatalf("%s: %s has %d numbers, want %d", name, what, got.Len(), n)
				}
			}
		}
	}
}

// TestMerge merges words that interleave, meet and end at different places.
func TestMerge(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	for range 500 {
		var a, b, want []Word
		for range random.IntN(20) {
			x := random.Uint32N(1500)
			a, want = Insert(a, x), Insert(want, x)
		}
		for range random.IntN(20) {
			x := random.Uint32N(1500)
			b, want = Insert(b, x), Insert(want, x)
		}
		if got := Freeze(Merge(nil, a, b)); got != Freeze(want) {
			t.Fatalf("%v and %v are %v, want %v", a, b, got, Freeze(want))
		}
	}
}
