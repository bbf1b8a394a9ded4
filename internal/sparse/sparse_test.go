package sparse

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// universes are numbers to choose from: dense and sparse ones, and ones that
// need each byte of a word's position, as catalogs of millions of flows do.
func universes() map[string][]uint32 {
	run := func(first, n uint32) (list []uint32) {
		for x := range n {
			list = append(list, first+x)
		}
		return list
	}
	spread := slices.Concat(run(0, 70), run(1<<14-3, 70), run(1<<22-3, 70), run(1<<30-3, 70), run(1<<31, 3), run(1<<32-70, 70))
	return map[string][]uint32{"one word": run(0, 40), "few words": run(0, 200), "many words": run(0, 20_000), "all positions": spread}
}

// TestAgainstMap runs random operations beside a map.
func TestAgainstMap(t *testing.T) {
	for name, universe := range universes() {
		random := rand.New(rand.NewPCG(uint64(len(universe)), 1))
		pick := func() (Set, map[uint32]bool) {
			members := map[uint32]bool{}
			var words []Word
			for range random.IntN(60) {
				x := universe[random.IntN(len(universe))]
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
			d, md := pick()
			for _, c := range []struct {
				name string
				got  Set
				in   func(x uint32) bool
			}{
				{"self", a, func(x uint32) bool { return ma[x] }},
				{"and", Freeze(And(a.Append(nil), b)), func(x uint32) bool { return ma[x] && mb[x] }},
				{"and any of two", Freeze(And(a.Append(nil), b, d)), func(x uint32) bool { return ma[x] && (mb[x] || md[x]) }},
				{"and any of three", Freeze(And(a.Append(nil), b, "", d)), func(x uint32) bool { return ma[x] && (mb[x] || md[x]) }},
				{"and any of none", Freeze(And(a.Append(nil))), func(x uint32) bool { return false }},
				{"and not", Freeze(AndNot(a.Append(nil), b)), func(x uint32) bool { return ma[x] && !mb[x] }},
				{"or", Freeze(Or(a.Append(nil), b)), func(x uint32) bool { return ma[x] || mb[x] }},
				{"or of three", Freeze(Or(Or(a.Append(nil), b), d)), func(x uint32) bool { return ma[x] || mb[x] || md[x] }},
			} {
				var want []uint32
				for _, x := range universe {
					if c.in(x) {
						want = append(want, x)
					}
				}
				if diff := cmp.Diff(want, slices.Collect(c.got.All())); diff != "" {
					t.Fatalf("%s over %s (-want +got):\n%s", c.name, name, diff)
				}
				if c.got != Of(want) || c.got.Len() != len(want) {
					t.Fatalf("%s over %s: not canonical, or its length is wrong", c.name, name)
				}
				for range 20 {
					if x := universe[random.IntN(len(universe))]; c.got.Has(x) != c.in(x) {
						t.Fatalf("%s over %s: Has(%d) = %v", c.name, name, x, c.got.Has(x))
					}
				}
			}
		}
	}
}

// TestWords checks the entries of a set whose words differ in every byte.
func TestWords(t *testing.T) {
	want := []Word{{0, 1}, {0x04030201, 0x0807060504030201}, {1<<32 - 1, 1<<64 - 1}}
	s := Freeze(slices.Insert(slices.Clone(want), 1, Word{7, 0})) // a word without a bit is left out
	if s.Words() != 3 {
		t.Fatalf("the set has %d words", s.Words())
	}
	if got := s.Append(nil); !slices.Equal(got, want) {
		t.Errorf("the words are %x, want %x", got, want)
	}
	for i, w := range want {
		if s.At(i) != w {
			t.Errorf("word %d is %x, want %x", i, s.At(i), w)
		}
	}
	// More words than fit on the stack.
	var many []Word
	for i := range uint32(100) {
		many = append(many, Word{3 * i, uint64(i) + 1})
	}
	for n := range many {
		if got := Freeze(many[:n]).Append(nil); !slices.Equal(got, many[:n]) {
			t.Fatalf("%d words come back as %d", n, len(got))
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
