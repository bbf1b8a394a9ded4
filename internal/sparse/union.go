package sparse

import "strings"

// Union gathers sets, and at last returns what a base has in common with any
// of them: see Within. A few sets are kept as they are, so that what a base
// needs of them is looked up; many are added up in a bitmap, which takes time
// in proportion to their entries. The zero value is ready for use once Words
// is set. Up to 1,024 numbers it needs no memory of its own.
type Union struct {
	Words int // above the position of every set

	sets  [8]Set
	n     int  // sets in use
	dense bool // everything is in the bitmap
	small [16]uint64
	large []uint64
}

// Add adds a set.
func (u *Union) Add(s Set) {
	if !u.dense && u.n < len(u.sets) {
		u.sets[u.n] = s
		u.n++
		return
	}
	u.thicken()
	orInto(u.bitmap(), s)
}

// AddNumber adds a single number.
func (u *Union) AddNumber(x uint32) {
	u.thicken()
	u.bitmap()[x/64] |= 1 << (x % 64)
}

// bitmap returns the memory of the bitmap.
func (u *Union) bitmap() []uint64 {
	if u.Words <= len(u.small) {
		return u.small[:]
	}
	if u.large == nil {
		u.large = make([]uint64, u.Words)
	}
	return u.large
}

// thicken moves everything to the bitmap.
func (u *Union) thicken() {
	if u.dense {
		return
	}
	u.dense = true
	bitmap := u.bitmap()
	for _, s := range u.sets[:u.n] {
		orInto(bitmap, s)
	}
}

func orInto(bitmap []uint64, s Set) {
	for len(s) >= entrySize { // cutting the string checks bounds once an entry
		w := s.At(0)
		bitmap[w.Position] |= w.Bits
		s = s[entrySize:]
	}
}

// Only returns the set, when there was just one.
func (u *Union) Only() (s Set, ok bool) {
	return u.sets[0], u.n == 1 && !u.dense
}

// Within returns what base has in common with any of the sets.
func (u *Union) Within(base Set) Set {
	if u.dense && base.Words() > len(u.small) {
		return u.denseWithin(base)
	}
	var buffer [16]Word
	return Freeze(u.Append(buffer[:0], base))
}

// denseWithin is Within for a bitmap and a large base. It goes over the base
// twice, so that it needs memory for the result alone.
func (u *Union) denseWithin(base Set) Set {
	bitmap, n := u.bitmap(), 0
	for i := range base.Words() {
		if w := base.At(i); w.Bits&bitmap[w.Position] != 0 {
			n++
		}
	}
	var s strings.Builder
	s.Grow(entrySize * n)
	var buffer [entrySize]byte
	for i := range base.Words() {
		if w := base.At(i); w.Bits&bitmap[w.Position] != 0 {
			w.Bits &= bitmap[w.Position]
			s.Write(appendWord(buffer[:0], w))
		}
	}
	return Set(s.String())
}

// Append appends what base has in common with any of the sets to words, which
// must be empty. It goes over the smaller of the two.
func (u *Union) Append(words []Word, base Set) []Word {
	if u.dense || u.size() >= base.Words() {
		return u.And(base.Append(words))
	}
	for _, s := range u.sets[:u.n] {
		words = Or(words, s)
	}
	return And(words, base)
}

// And keeps in words, in place, what is in any of the sets.
func (u *Union) And(words []Word) []Word {
	if !u.dense {
		return And(words, u.sets[:u.n]...)
	}
	bitmap, n := u.bitmap(), 0
	for _, w := range words {
		if w.Bits &= bitmap[w.Position]; w.Bits != 0 {
			words[n] = w
			n++
		}
	}
	return words[:n]
}

// size returns the number of entries of the sets.
func (u *Union) size() int {
	n := 0
	for _, s := range u.sets[:u.n] {
		n += s.Words()
	}
	return n
}
