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
	"strings"
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
	// packed holds all edges, four bytes each, little-endian. It is empty for a set of one interval, which the hull
	// describes in full, so that single ports and single ranges allocate nothing.
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

// FromRanges returns the union of inclusive ranges, given in any order and free to overlap. It sorts ranges in place.
func FromRanges(ranges [][2]uint32) Set {
	slices.SortFunc(ranges, func(a, b [2]uint32) int {
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		return int(a[1]) - int(b[1])
	})
	edges := make([]uint32, 0, 2*len(ranges))
	for _, r := range ranges {
		lo, end := r[0], min(r[1], Universe-1)+1
		if lo >= end {
			continue
		}
		if n := len(edges); n > 0 && lo <= edges[n-1] {
			edges[n-1] = max(edges[n-1], end)
			continue
		}
		edges = append(edges, lo, end)
	}
	return fromEdges(edges)
}

// fromEdges freezes canonical edges (strictly increasing, even in number) into a set.
func fromEdges(edges []uint32) Set {
	if len(edges) == 0 {
		return Set{}
	}
	s := Set{hull: uint64(edges[0])<<32 | uint64(edges[len(edges)-1])}
	if len(edges) == 2 {
		return s
	}
	var b strings.Builder
	b.Grow(4 * len(edges))
	for _, e := range edges {
		b.Write([]byte{byte(e), byte(e >> 8), byte(e >> 16), byte(e >> 24)})
	}
	s.packed = b.String()
	return s
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

// edges returns the number of edges: twice the number of intervals.
func (s Set) edges() int {
	switch {
	case s.hull == 0:
		return 0
	case s.packed == "":
		return 2
	}
	return len(s.packed) / 4
}

// edge returns edge i, which must be below s.edges().
func (s Set) edge(i int) uint32 {
	if s.packed == "" {
		return uint32(s.hull >> (32 * uint(1-i)))
	}
	p := s.packed[4*i : 4*i+4]
	return uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16 | uint32(p[3])<<24
}

// passed returns how many edges lie at or before key: odd when key is a member.
func (s Set) passed(key uint32) int {
	lo, hi := 0, s.edges()
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if s.edge(mid) <= key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Contains reports whether key is a member.
func (s Set) Contains(key uint32) bool {
	if key-s.first() >= s.end()-s.first() { // outside the hull; the empty hull has no inside
		return false
	}
	return s.packed == "" || s.passed(key)&1 == 1
}

// NumRanges returns the number of maximal intervals of keys. An interval may run over the border of two protocols.
func (s Set) NumRanges() int { return s.edges() / 2 }

// All yields the maximal intervals of keys in increasing order, both ends inclusive.
func (s Set) All() iter.Seq2[uint32, uint32] {
	return func(yield func(lo, hi uint32) bool) {
		for i, n := 0, s.edges(); i < n; i += 2 {
			if !yield(s.edge(i), s.edge(i+1)-1) {
				return
			}
		}
	}
}

// Within yields what Ranges yields, clipped to the keys from lo to hi inclusive.
func (s Set) Within(lo, hi uint32) iter.Seq2[uint32, uint32] {
	return func(yield func(lo, hi uint32) bool) {
		for i, n := s.passed(lo)&^1, s.edges(); i < n && s.edge(i) <= hi; i += 2 {
			if !yield(max(lo, s.edge(i)), min(hi, s.edge(i+1)-1)) {
				return
			}
		}
	}
}

// Len returns the number of members.
func (s Set) Len() int {
	n := 0
	for lo, hi := range s.All() {
		n += int(hi-lo) + 1
	}
	return n
}

// An op is the truth table of a set operation: bit (inA | inB<<1) tells whether such keys belong to the result. Bit 0 is
// never set, since a key of neither operand never belongs to the result of a closed operation.
type op uint8

const (
	union     op = 0b1110
	intersect op = 0b1000
	subtract  op = 0b0010
)

// combine sweeps over the edges of both operands in order. Parity of the edges passed tells whether the sweep is inside an
// operand; an edge of the result stands wherever the truth table's answer changes.
func combine(a, b Set, f op) Set {
	na, nb := a.edges(), b.edges()
	var buffer [64]uint32
	out := buffer[:0]
	if na+nb > len(buffer) {
		out = make([]uint32, 0, na+nb)
	}
	const beyond = Universe + 1
	inside := op(0)
	for i, j := 0, 0; i < na || j < nb; {
		x, y := uint32(beyond), uint32(beyond)
		if i < na {
			x = a.edge(i)
		}
		if j < nb {
			y = b.edge(j)
		}
		at := min(x, y)
		if x == at {
			i++
		}
		if y == at {
			j++
		}
		if now := f >> (i&1 | j&1<<1) & 1; now != inside {
			out = append(out, at)
			inside = now
		}
	}
	return fromEdges(out)
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
	}
	return combine(a, b, union)
}

// Intersect returns the keys of both a and b.
func Intersect(a, b Set) Set {
	if disjointHulls(a, b) {
		return Set{}
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
	var ranges [][2]uint32
	for s := range sets {
		for lo, hi := range s.All() {
			ranges = append(ranges, [2]uint32{lo, hi})
		}
	}
	return FromRanges(ranges)
}

// Overlaps reports whether a and b have a key in common.
func Overlaps(a, b Set) bool {
	if disjointHulls(a, b) {
		return false
	}
	for i, j, na, nb := 0, 0, a.edges(), b.edges(); i < na && j < nb; {
		switch {
		case a.edge(i+1) <= b.edge(j):
			i += 2
		case b.edge(j+1) <= a.edge(i):
			j += 2
		default:
			return true
		}
	}
	return false
}

// ContainsSet reports whether every key of b is a member of a.
func ContainsSet(a, b Set) bool {
	na := a.edges()
	for i, j, nb := 0, 0, b.edges(); j < nb; j += 2 {
		for i < na && a.edge(i+1) <= b.edge(j) {
			i += 2
		}
		if i == na || a.edge(i) > b.edge(j) || a.edge(i+1) < b.edge(j+1) {
			return false
		}
	}
	return true
}
