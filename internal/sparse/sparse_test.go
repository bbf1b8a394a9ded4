package sparse

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAgainstMap runs random operations beside a map, over universes that are dense and sparse.
func TestAgainstMap(t *testing.T) {
	for _, universe := range []uint32{40, 200, 20_000} {
		random := rand.New(rand.NewPCG(uint64(universe), 1))
		pick := func() (Set, map[uint32]bool) {
			members := map[uint32]bool{}
			var words []Word
			for range random.IntN(60) {
				x := random.Uint32N(universe)
				members[x] = true
				words = Insert(words, x)
				if x%5 == 0 {
					delete(members, x)
					words = Remove(Remove(words, x), x)
				}
			}
			return Freeze(words), members
		}
		for range 200 {
			a, ma := pick()
			b, mb := pick()
			for _, c := range []struct {
				name string
				got  Set
				in   func(x uint32) bool
			}{
				{"self", a, func(x uint32) bool { return ma[x] }},
				{"and", Freeze(And(a.Append(nil), b)), func(x uint32) bool { return ma[x] && mb[x] }},
				{"and not", Freeze(AndNot(a.Append(nil), b)), func(x uint32) bool { return ma[x] && !mb[x] }},
				{"or", Freeze(Or(a.Append(nil), b)), func(x uint32) bool { return ma[x] || mb[x] }},
			} {
				var want []uint32
				for x := range universe {
					if c.in(x) {
						want = append(want, x)
					}
				}
				if diff := cmp.Diff(want, slices.Collect(c.got.All())); diff != "" {
					t.Fatalf("%s over %d (-want +got):\n%s", c.name, universe, diff)
				}
				if c.got != Of(want) || c.got.Len() != len(want) {
					t.Fatalf("%s over %d: not canonical, or its length is wrong", c.name, universe)
				}
				for range 20 {
					if x := random.Uint32N(universe); c.got.Has(x) != c.in(x) {
						t.Fatalf("%s over %d: Has(%d) = %v", c.name, universe, x, c.got.Has(x))
					}
				}
			}
		}
	}
}

func TestEarlyStop(t *testing.T) {
	for x := range Of([]uint32{3, 70, 200}).All() {
		if x == 70 {
			return
		}
	}
	t.Error("the loop does not reach 70")
}
