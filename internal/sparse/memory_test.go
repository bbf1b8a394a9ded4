package sparse

import (
	"slices"
	"testing"
)

// TestNoEmptyWords checks that what And and AndNot keep has no word without a
// bit: callers take a list of words for empty when it has none.
func TestNoEmptyWords(t *testing.T) {
	words := func() []Word { return []Word{{1, 0b01}, {2, 0b11}, {3, 0b10}} }
	other, same := Freeze([]Word{{1, 0b10}, {2, 0b01}, {3, 0b10}}), Freeze(words())
	var union Union
	union.Add(other)
	dense := Union{Words: 4}
	for range 9 {
		dense.Add(other)
	}
	for name, c := range map[string]struct{ got, want []Word }{
		"and":                  {And(words(), other), []Word{{2, 0b01}, {3, 0b10}}},
		"and one of two":       {And(words(), other, other), []Word{{2, 0b01}, {3, 0b10}}},
		"and not":              {AndNot(words(), other), []Word{{1, 0b01}, {2, 0b10}}},
		"and not the same":     {AndNot(words(), same), nil},
		"and a union of few":   {union.And(words()), []Word{{2, 0b01}, {3, 0b10}}},
		"and a union of many":  {dense.And(words()), []Word{{2, 0b01}, {3, 0b10}}},
		"append of a union":    {union.Append(nil, same), []Word{{2, 0b01}, {3, 0b10}}},
		"append of a big base": {dense.Append(nil, same), []Word{{2, 0b01}, {3, 0b10}}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

// TestOrInPlace checks that words take up a set in place where its positions
// are among theirs, or follow them: only what interleaves is built anew.
func TestOrInPlace(t *testing.T) {
	words := make([]Word, 0, 8)
	words = append(words, Word{2, 1}, Word{4, 1}, Word{6, 1})
	var got []Word
	set := Freeze([]Word{{2, 2}, {6, 2}, {9, 2}})
	if n := testing.AllocsPerRun(100, func() { got = Or(words, set) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if want := []Word{{2, 3}, {4, 1}, {6, 3}, {9, 2}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestAllocations checks that a result takes the memory of its string alone,
// once, of whatever size it is and however it came about.
func TestAllocations(t *testing.T) {
	for _, n := range []uint32{1, 16, 17, 42, 43, 500} {
		var words []Word
		for i := range n {
			words = append(words, Word{i, 0b101})
		}
		base := Freeze(words)
		union := Union{Words: int(n)}
		for i := range n { // half of the base
			union.AddNumber(64*i + 2*(i%2))
			union.AddNumber(64 * (i - i%2))
		}
		union.bitmap()
		for name, f := range map[string]func() Set{
			"freeze": func() Set { return Freeze(words) },
			"within": func() Set { return union.Within(base) },
		} {
			var s Set
			if got := testing.AllocsPerRun(50, func() { s = f() }); got != 1 {
				t.Errorf("%s of %d words: %v allocations", name, n, got)
			}
			if s.Words() != int(n) {
				t.Errorf("%s of %d words has %d", name, n, s.Words())
			}
		}
	}
}
