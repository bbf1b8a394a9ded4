package portset

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"unsafe"
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

const (
	headSize = 20

	// rangesApart is the size of the edges of two ranges, which have none of
	// their own.
	rangesApart = 4 * 6
)

// KeyedOf returns the set of entries, given in any order; those of one key are
// united. It sorts them in place.
func KeyedOf(entries []Entry) Keyed {
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Key, b.Key) })
	var b keyedBuilder
	b.heads = make([]byte, 0, headSize*len(entries))
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
type keyedBuilder struct{ heads, edges []byte }

// add adds an entry unless its set is empty.
func (b *keyedBuilder) add(key uint64, set Set) {
	if set.IsEmpty() {
		return
	}
	b.edges = append(b.edges, set.packed...)
	b.heads = binary.LittleEndian.AppendUint64(b.heads, key)
	b.heads = binary.LittleEndian.AppendUint64(b.heads, set.hull)
	b.heads = binary.LittleEndian.AppendUint32(b.heads, uint32(len(b.edges)))
}

// addRun adds the entries of s from i to j-1.
func (b *keyedBuilder) addRun(s Keyed, i, j int) {
	begin, end, at := s.edgesEnd(i-1), s.edgesEnd(j-1), len(b.heads)
	shift := uint32(len(b.edges)) - begin
	b.edges = append(b.edges, s.edges[begin:end]...)
	b.heads = append(b.heads, s.heads[headSize*i:headSize*j]...)
	for at += 16; shift != 0 && at < len(b.heads); at += headSize {
		binary.LittleEndian.PutUint32(b.heads[at:], binary.LittleEndian.Uint32(b.heads[at:])+shift)
	}
}

// keyed returns the set without copying it: nothing may be added any more.
func (b *keyedBuilder) keyed() Keyed {
	return Keyed{unsafe.String(unsafe.SliceData(b.heads), len(b.heads)), unsafe.String(unsafe.SliceData(b.edges), len(b.edges))}
}

// Len returns the number of keys that have ports.
func (s Keyed) Len() int { return len(s.heads) / headSize }

// IsEmpty reports whether s has no members.
func (s Keyed) IsEmpty() bool { return s.heads == "" }

// key returns the key of entry i. It checks no bounds: i is below Len.
func (s Keyed) key(i int) uint64 {
	return load64(unsafe.Add(unsafe.Pointer(unsafe.StringData(s.heads)), headSize*i))
}

// set returns the ports of entry i, which is below Len.
func (s Keyed) set(i int) Set {
	head := s.heads[headSize*i : headSize*i+headSize]
	return Set{load64(unsafe.Add(unsafe.Pointer(unsafe.StringData(head)), 8)), s.edges[s.edgesEnd(i-1):s.edgesEnd(i)]}
}

// edgesEnd returns where the edges of entry i end; entry -1 is before them all.
func (s Keyed) edgesEnd(i int) uint32 {
	if i < 0 {
		return 0
	}
	return lineOf(s.heads).at(headSize/4*i + 4)
}

// load64 reads 8 bytes, little-endian: compilers turn it into one load.
func load64(p unsafe.Pointer) uint64 {
	b := (*[8]byte)(p)
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
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
	if onlyA {
		out.heads = make([]byte, 0, len(a.heads)+len(b.heads))
		out.edges = make([]byte, 0, len(a.edges)+len(b.edges)+rangesApart*min(a.Len(), b.Len()))
	}
	i, j, nA, nB := 0, 0, a.Len(), b.Len()
	for i < nA && j < nB {
		// Entries that only one side has are copied run by run.
		if n := a.below(i, b.key(j)); n > i {
			if onlyA {
				out.addRun(a, i, n)
			}
			i = n
			continue
		}
		if n := b.below(j, a.key(i)); n > j {
			if onlyB {
				out.addRun(b, j, n)
			}
			j = n
			continue
		}
		out.add(a.key(i), both(a.set(i), b.set(j)))
		i++
		j++
	}
	if onlyA {
		out.addRun(a, i, nA)
	}
	if onlyB {
		out.addRun(b, j, nB)
	}
	return out.keyed()
}

// below returns the first entry from i on whose key is not below limit.
func (s Keyed) below(i int, limit uint64) int {
	for n := s.Len(); i < n && s.key(i) < limit; {
		i++
	}
	return i
}
