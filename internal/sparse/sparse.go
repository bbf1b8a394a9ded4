// Package sparse implements the immutable sets of flow numbers behind portbook.FlowSet.
//
// A set is a string of entries in increasing order, one for each 64-bit word
// that has a bit: the word's position and the word, little-endian. Words
// without a bit are left out, so equal sets are equal strings, a small set in a
// large catalog is small, and a set can be a part of a constant.
package sparse

import (
	"encoding/binary"
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// Set is a set of numbers below 1<<38. The zero value is the empty set.
type Set string

// entrySize is the number of bytes of an entry: a position of 4, a word of 8.
const entrySize = 12

// Word is one entry of a set: the bits of numbers 64*Position to 64*Position+63.
type Word struct {
	Position uint32
	Bits     uint64
}

// Number returns the number of a single bit of w.
func (w Word) Number(bit uint64) uint32 {
	return w.Position*64 + uint32(bits.TrailingZeros64(bit))
}

// Words returns the number of entries.
func (s Set) Words() int { return len(s) / entrySize }

// At returns entry i, which must be below Words.
func (s Set) At(i int) Word {
	e := s[entrySize*i : entrySize*i+entrySize]
	return Word{
		uint32(e[0]) | uint32(e[1])<<8 | uint32(e[2])<<16 | uint32(e[3])<<24,
		uint64(e[4]) | uint64(e[5])<<8 | uint64(e[6])<<16 | uint64(e[7])<<24 |
			uint64(e[8])<<32 | uint64(e[9])<<40 | uint64(e[10])<<48 | uint64(e[11])<<56,
	}
}

// find returns the first entry from i on whose position is at least p. Dense
// sets answer at once: their entry p is at place p.
func (s Set) find(i int, p uint32) int {
	n := s.Words()
	if at := int(p); at < n && at >= i && s.At(at).Position == p {
		return at
	}
	for hi := n; i < hi; {
		if mid := (i + hi) / 2; s.At(mid).Position < p {
			i = mid + 1
		} else {
			hi = mid
		}
	}
	return i
}

// Has reports whether number x is a member.
func (s Set) Has(x uint32) bool {
	i := s.find(0, x/64)
	if i == s.Words() {
		return false
	}
	w := s.At(i)
	return w.Position == x/64 && w.Bits>>(x%64)&1 == 1
}

// Len returns the number of members.
func (s Set) Len() int {
	n := 0
	for i := range s.Words() {
		n += bits.OnesCount64(s.At(i).Bits)
	}
	return n
}

// All yields the members in increasing order.
func (s Set) All() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i := range s.Words() {
			w := s.At(i)
			for b := w.Bits; b != 0; b &= b - 1 {
				if !yield(w.Number(b)) {
					return
				}
			}
		}
	}
}

// Append appends the entries of s to words.
func (s Set) Append(words []Word) []Word {
	for i := range s.Words() {
		words = append(words, s.At(i))
	}
	return words
}

// Freeze returns the set of words in increasing order of their positions; those
// without a bit are left out.
func Freeze(words []Word) Set {
	if entrySize*len(words) > 512 {
		return freezeLarge(words)
	}
	var buffer [512]byte
	b := buffer[:0]
	for _, w := range words {
		if w.Bits != 0 {
			b = appendWord(b, w)
		}
	}
	return Set(b)
}

// freezeLarge writes into the memory of the set itself, so that it is not
// copied once more.
func freezeLarge(words []Word) Set {
	var s strings.Builder
	s.Grow(entrySize * len(words))
	var buffer [entrySize]byte
	for _, w := range words {
		if w.Bits != 0 {
			s.Write(appendWord(buffer[:0], w))
		}
	}
	return Set(s.String())
}

func appendWord(b []byte, w Word) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint32(b, w.Position), w.Bits)
}

// Of returns the set of numbers in increasing order.
func Of(numbers []uint32) Set {
	var words []Word
	for _, x := range numbers {
		words = Insert(words, x)
	}
	return Freeze(words)
}

func byPosition(w Word, p uint32) int { return int(w.Position) - int(p) }

// Insert adds a number to words. It is fast for numbers in increasing order.
func Insert(words []Word, x uint32) []Word {
	i := len(words)
	if i > 0 && words[i-1].Position >= x/64 {
		i, _ = slices.BinarySearchFunc(words, x/64, byPosition)
	}
	if i == len(words) || words[i].Position != x/64 {
		words = slices.Insert(words, i, Word{Position: x / 64})
	}
	words[i].Bits |= 1 << (x % 64)
	return words
}

// Remove takes a number out of words, in place.
func Remove(words []Word, x uint32) []Word {
	i, ok := slices.BinarySearchFunc(words, x/64, byPosition)
	if !ok {
		return words
	}
	if words[i].Bits &^= 1 << (x % 64); words[i].Bits == 0 {
		return slices.Delete(words, i, i+1)
	}
	return words
}

// And keeps in words, in place, what is in any of the sets too. It looks up
// each word in each set, so a few words cost little beside large sets.
func And(words []Word, sets ...Set) []Word {
	n := 0
	if len(sets) == 1 {
		at := 0
		for _, w := range words {
			var mask uint64
			if at, mask = sets[0].from(at, w.Position); w.Bits&mask != 0 {
				words[n] = Word{w.Position, w.Bits & mask}
				n++
			}
		}
		return words[:n]
	}
	for _, w := range words {
		var any uint64
		for _, s := range sets {
			_, mask := s.from(0, w.Position)
			any |= mask
		}
		if w.Bits &= any; w.Bits != 0 {
			words[n] = w
			n++
		}
	}
	return words[:n]
}

// AndNot keeps in words, in place, what is not in s.
func AndNot(words []Word, s Set) []Word {
	n, at := 0, 0
	for _, w := range words {
		var mask uint64
		if at, mask = s.from(at, w.Position); w.Bits&^mask != 0 {
			words[n] = Word{w.Position, w.Bits &^ mask}
			n++
		}
	}
	return words[:n]
}

// from returns the bits at a position, and the first entry, from i on, that is not before it.
func (s Set) from(i int, p uint32) (at int, bits uint64) {
	if at = s.find(i, p); at < s.Words() {
		if w := s.At(at); w.Position == p {
			return at, w.Bits
		}
	}
	return at, 0
}

// Or merges s into words and returns the result, which may share memory with words.
func Or(words []Word, s Set) []Word {
	if len(words) == 0 {
		return s.Append(words)
	}
	i := 0
	for j := range s.Words() {
		w := s.At(j)
		for i < len(words) && words[i].Position < w.Position {
			i++
		}
		if i < len(words) && words[i].Position == w.Position {
			words[i].Bits |= w.Bits
			continue
		}
		if i == len(words) {
			words = append(words, w)
			continue
		}
		return merge(words, s)
	}
	return words
}

// merge is Or for sets whose positions interleave: it builds the result anew.
// Bits that are in words already do no harm.
func merge(words []Word, s Set) []Word {
	return Merge(make([]Word, 0, len(words)+s.Words()), words, s.Append(nil))
}

// Merge appends what is in a or b to words, which must be empty and share no
// memory with them.
func Merge(words, a, b []Word) []Word {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Position < b[0].Position:
			words, a = append(words, a[0]), a[1:]
		case a[0].Position > b[0].Position:
			words, b = append(words, b[0]), b[1:]
		default:
			words = append(words, Word{a[0].Position, a[0].Bits | b[0].Bits})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(words, a...), b...)
}
