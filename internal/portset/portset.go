// Package portset implements the canonical, immutable set of (protocol, port) pairs behind portbook.PortSet.
//
// A pair is one 24-bit key, protocol<<16 | port, so that a set of pairs is a set of integers below Universe and the whole
// algebra is that of intervals on one line. A set is kept as its edges: the sorted positions at which membership
// changes. Edge 0 enters the set, edge 1 leaves it, and so on; intervals that touch have no edge between them, so
// equal sets have equal edges.
//
//	keys      0 1 2 3 4 5 6 7 8 9
//	members       x x x     x x
//	edges         2     5   7   9     (half-open: [2,5) and [7,9))
package portset

import (
	"iter"
	"slices"
)

// Universe is the number of keys: 256 protocols of 65,536 numbers each.
const Universe = 1 << 24

// Key packs a protocol number and a port number.
func Key(protocol uint8, port uint16) uint32 { return uint32(protocol)<<16 | uint32(port) }

// Set is a set of keys. The zero value is the empty set. Sets are equal (==) exactly when their members are.
type Set struct {
	// hull is first<<32 | end: the half-open interval from the first edge to the last. Zero only for the empty set,
	// since end is at least 1.
	hull uint64
	// packed holds the edges between the sentinels 0 and Universe: see line. It is empty for a set of one interval,
	// which the hull describes in full, so that single ports and single ranges allocate nothing.
	packed string
}

// Range returns the set of the keys from lo to hi inclusive. It is empty when lo > hi.
func Range(lo, hi uint32) Set {
	hi = min(hi, Universe-1)
	if lo > hi {
		return Set{}
	}
	return Set{hull: uint64(lo)<<32 | uint64(hi+1)}
}

// FromRanges returns the union of inclusive ranges, given in any order and free to overlap.
func FromRanges(ranges [][2]uint32) Set {
	var buffer [64]uint64
	hulls := buffer[:0]
	for _, r := range ranges {
		hulls = append(hulls, Range(r[0], r[1]).hull)
	}
	return fromHulls(hulls)
}

// fromHulls returns the union of intervals in the form of hulls, empty ones included. It sorts them in place.
func fromHulls(hulls []uint64) Set {
	slices.Sort(hulls)
	var buffer [stackEdges]uint32
	line := append(buffer[:0], 0)
	if need := 2*len(hulls) + 2; need > len(buffer) {
		line = append(make([]uint32, 0, need), 0)
	}
	for _, h := range hulls {
		lo, end := uint32(h>>32), uint32(h)
		switch last := len(line) - 1; {
		case lo >= end:
		case last > 0 && lo <= line[last]:
			line[last] = max(line[last], end)
		default:
			line = append(line, lo, end)
		}
	}
	return freeze(append(line, Universe))
}

// FromPacked returns the set of Hull and Packed of another set, without copying. It checks nothing: it is for tables
// that were built from sets.
func FromPacked(hull uint64, packed string) Set { return Set{hull, packed} }

// Hull returns the interval from the first member to the last, as first<<32 | last+1; 0 for the empty set.
func (s Set) Hull() uint64 { return s.hull }

// Packed returns the packed edges; empty for at most one interval.
func (s Set) Packed() string { return s.packed }

// IsEmpty reports whether s has no members.
func (s Set) IsEmpty() bool { return s.hull == 0 }

func (s Set) first() uint32 { return uint32(s.hull >> 32) }
func (s Set) end() uint32   { return uint32(s.hull) }

// Contains reports whether key is a member. A set of n intervals takes about log2 n steps.
func (s Set) Contains(key uint32) bool {
	if key-s.first() >= s.end()-s.first() { // outside the hull; the empty hull has no inside
		return false
	}
	return s.packed == "" || lineOf(s.packed).passed(key)&1 == 1
}

// NumRanges returns the number of maximal intervals of keys. An interval may run over the border of two protocols.
func (s Set) NumRanges() int {
	switch {
	case s.hull == 0:
		return 0
	case s.packed == "":
		return 1
	}
	return lineOf(s.packed).intervals()
}

// interval returns interval i, half-open.
func (s Set) interval(i int) (lo, end uint32) {
	if s.packed == "" {
		return s.first(), s.end()
	}
	l := lineOf(s.packed)
	return l.at(2*i + 1), l.at(2*i + 2)
}

// All yields the maximal intervals of keys in increasing order, both ends inclusive.
func (s Set) All() iter.Seq2[uint32, uint32] { return s.Within(0, Universe-1) }

// Within yields what All yields, clipped to the keys from lo to hi inclusive.
func (s Set) Within(lo, hi uint32) iter.Seq2[uint32, uint32] {
	return func(yield func(lo, hi uint32) bool) {
		i, n := 0, s.NumRanges()
		if s.packed != "" && lo > s.first() {
			i = lineOf(s.packed).passed(lo) / 2
		}
		for ; i < n; i++ {
			a, end := s.interval(i)
			if a > hi || end > lo && !yield(max(lo, a), min(hi, end-1)) {
				return
			}
		}
	}
}

// Len returns the number of members.
func (s Set) Len() int {
	n := 0
	for i := range s.NumRanges() {
		lo, end := s.interval(i)
		n += int(end - lo)
	}
	return n
}

// disjointHulls reports whether the hulls have no key in common, which an empty operand never has.
func disjointHulls(a, b Set) bool { return a.end() <= b.first() || b.end() <= a.first() }

// Union returns the keys of a or b.
func Union(a, b Set) Set {
	switch {
	case a.IsEmpty() || a == b:
		return b
	case b.IsEmpty():
		return a
	case a.packed == "" && b.packed == "":
		return unionOfRanges(a, b)
	}
	return combine(a, b, union)
}

// unionOfRanges returns the union of two sets of one interval each.
func unionOfRanges(a, b Set) Set {
	if b.first() < a.first() {
		a, b = b, a
	}
	if b.first() <= a.end() {
		return Set{hull: a.hull&^0xffffffff | uint64(max(a.end(), b.end()))}
	}
	return freeze([]uint32{0, a.first(), a.end(), b.first(), b.end(), Universe})
}

// Intersect returns the keys of both a and b.
func Intersect(a, b Set) Set {
	switch {
	case disjointHulls(a, b):
		return Set{}
	case a.packed == "" && b.packed == "":
		return Set{hull: uint64(max(a.first(), b.first()))<<32 | uint64(min(a.end(), b.end()))}
	}
	return combine(a, b, intersect)
}

// Subtract returns the keys of a that are not in b.
func Subtract(a, b Set) Set {
	if disjointHulls(a, b) {
		return a
	}
	return combine(a, b, subtract)
}

// Complement returns the keys below Universe that are not in s.
func Complement(s Set) Set { return Subtract(Range(0, Universe-1), s) }

// UnionAll returns the keys of any of the sets. It costs one sort of all intervals, whatever their number.
func UnionAll(sets iter.Seq[Set]) Set {
	var u Uniter
	for s := range sets {
		u.Add(s)
	}
	return u.Union()
}

// Uniter gathers sets for their union. The zero value is ready for use. It is large, so that gathering hundreds of intervals
// needs no memory beside it: keep it on the stack.
type Uniter struct {
	n      int
	buffer [512]uint64
	more   []uint64 // all intervals, once the buffer is full
}

// Add adds a set.
func (u *Uniter) Add(s Set) {
	for i := range s.NumRanges() {
		lo, end := s.interval(i)
		hull := uint64(lo)<<32 | uint64(end)
		if u.more == nil && u.n < len(u.buffer) {
			u.buffer[u.n] = hull
			u.n++
			continue
		}
		if u.more == nil {
			u.more = append(make([]uint64, 0, 4*len(u.buffer)), u.buffer[:]...)
		}
		u.more = append(u.more, hull)
	}
}

// Union returns the union of the sets so far.
func (u *Uniter) Union() Set {
	if u.more != nil {
		return fromHulls(u.more)
	}
	return fromHulls(u.buffer[:u.n])
}

// Overlaps reports whether a and b have a key in common.
func Overlaps(a, b Set) bool {
	if disjointHulls(a, b) {
		return false
	}
	if a.packed == "" && b.packed == "" {
		return true
	}
	for i, j, na, nb := 0, 0, a.NumRanges(), b.NumRanges(); i < na && j < nb; {
		aLo, aEnd := a.interval(i)
		bLo, bEnd := b.interval(j)
		switch {
		case aEnd <= bLo:
			i++
		case bEnd <= aLo:
			j++
		default:
			return true
		}
	}
	return false
}

// ContainsSet reports whether every key of b is a member of a.
func ContainsSet(a, b Set) bool {
	i, na := 0, a.NumRanges()
	for j := range b.NumRanges() {
		bLo, bEnd := b.interval(j)
		for {
			if i == na {
				return false
			}
			aLo, aEnd := a.interval(i)
			if aEnd > bLo {
				if aLo > bLo || aEnd < bEnd {
					return false
				}
				break
			}
			i++
		}
	}
	return true
}
