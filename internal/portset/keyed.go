package portset

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"strings"
)

// Keyed is an immutable set of (key, protocol, port): for each key, a set of
// ports. The zero value is the empty set. Sets are equal (==) exactly when
// their members are.
//
// The key of traffic from one host to another, which are known by their
// indexes, is Pair(from, to): the pairs are then in the order of from, and of
// to where from is the same. Keys have no universe, so there is no complement;
// what is not in s of the keys that matter is Subtract(s) of their full sets.
type Keyed struct {
	// heads has an entry of headSize bytes for each key that has ports, in the
	// order of keys, so that a key is found by halving: the key and the hull of
	// its set, of 8 bytes each, and in 4 bytes where the packed edges of the set
	// end in edges. They begin where those of the entry before end. All numbers
	// are little-endian.
	heads string
	edges string
}

// Pair is the key of a pair of indexes.
func Pair(from, to uint32) uint64 { return uint64(from)<<32 | uint64(to) }

// Entry is a key with its ports.
type Entry struct {
	Key uint64
	Set Set
}

const headSize = 20

// KeyedOf returns the set of entries, given in any order; those of one key are
// united. It sorts them in place.
func KeyedOf(entries []Entry) Keyed {
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Key, b.Key) })
	var b keyedBuilder
	b.heads.Grow(headSize * len(entries))
	for len(entries) > 0 {
		n := 1
		for n < len(entries) && entries[n].Key == entries[0].Key {
			n++
		}
		b.add(entries[0].Key, unionOf(entries[:n]))
		entries = entries[n:]
	}
	return b.keyed()
}

func unionOf(entries []Entry) Set {
	if len(entries) == 1 {
		return entries[0].Set
	}
	var u Uniter
	for _, e := range entries {
		u.Add(e.Set)
	}
	return u.Union()
}

// A keyedBuilder takes entries in the order of their keys.
type keyedBuilder struct{ heads, edges strings.Builder }

// add adds an entry unless its set is empty.
func (b *keyedBuilder) add(key uint64, set Set) {
	if set.IsEmpty() {
		return
	}
	b.edges.WriteString(set.packed)
	var head [headSize]byte
	binary.LittleEndian.PutUint64(head[:], key)
	binary.LittleEndian.PutUint64(head[8:], set.hull)
	binary.LittleEndian.PutUint32(head[16:], uint32(b.edges.Len()))
	b.heads.Write(head[:])
}

func (b *keyedBuilder) keyed() Keyed { return Keyed{b.heads.String(), b.edges.String()} }

// Len returns the number of keys that have ports.
func (s Keyed) Len() int { return len(s.heads) / headSize }

// IsEmpty reports whether s has no members.
func (s Keyed) IsEmpty() bool { return s.heads == "" }

func (s Keyed) key(i int) uint64 { return load64(s.heads[headSize*i:]) }

// set returns the ports of entry i.
func (s Keyed) set(i int) Set {
	head := s.heads[headSize*i:]
	return Set{load64(head[8:]), s.edges[s.edgesEnd(i-1):load32(head[16:])]}
}

// edgesEnd returns where the edges of entry i end; entry -1 is before them all.
func (s Keyed) edgesEnd(i int) uint32 {
	if i < 0 {
		return 0
	}
	return load32(s.heads[headSize*i+16:])
}

// load64 reads 8 bytes, little-endian: compilers turn it into one load.
func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// load32 reads 4 bytes, little-endian.
func load32(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// search returns the first entry whose key is at least key.
func (s Keyed) search(key uint64) int {
	lo, hi := 0, s.Len()
	for lo < hi {
		if mid := int(uint(lo+hi) / 2); s.key(mid) < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Get returns the ports of a key. A set of n keys takes about log2 n steps.
func (s Keyed) Get(key uint64) Set {
	if i := s.search(key); i < s.Len() && s.key(i) == key {
		return s.set(i)
	}
	return Set{}
}

// Contains reports whether a port, packed by Key, is in the ports of a key.
func (s Keyed) Contains(key uint64, port uint32) bool { return s.Get(key).Contains(port) }

// All yields the entries in the order of their keys.
func (s Keyed) All() iter.Seq2[uint64, Set] {
	return func(yield func(uint64, Set) bool) {
		for i := range s.Len() {
			if !yield(s.key(i), s.set(i)) {
				return
			}
		}
	}
}

// Union returns the members of s or t.
func (s Keyed) Union(t Keyed) Keyed { return mergeKeyed(s, t, true, true, Union) }

// Intersect returns the members of both s and t.
func (s Keyed) Intersect(t Keyed) Keyed { return mergeKeyed(s, t, false, false, Intersect) }

// Subtract returns the members of s that are not in t.
func (s Keyed) Subtract(t Keyed) Keyed { return mergeKeyed(s, t, true, false, Subtract) }

// mergeKeyed combines two sets: onlyA and onlyB say whether an entry is kept
// whose key the other set lacks; both combines the sets of a key of both.
func mergeKeyed(a, b Keyed, onlyA, onlyB bool, both func(a, b Set) Set) Keyed {
	var out keyedBuilder
	if onlyA || onlyB {
		out.heads.Grow(len(a.heads) + len(b.heads))
		out.edges.Grow(len(a.edges) + len(b.edges))
	}
	i, j := 0, 0
	for i < a.Len() || j < b.Len() {
		switch {
		case j == b.Len() || i < a.Len() && a.key(i) < b.key(j):
			if onlyA {
				out.add(a.key(i), a.set(i))
			}
			i++
		case i == a.Len() || b.key(j) < a.key(i):
			if onlyB {
				out.add(b.key(j), b.set(j))
			}
			j++
		default:
			out.add(a.key(i), both(a.set(i), b.set(j)))
			i++
			j++
		}
	}
	return out.keyed()
}
