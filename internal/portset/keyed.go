package portset

import (
	"encoding/binary"
	"iter"
	"slices"
	"strings"
	"unsafe"
)

// Keyed is an immutable set of (key, protocol, port): for each key, a set of ports. The zero value is the empty set. Sets are
// equal (==) exactly when their members are.
//
// It is a string of entries in the order of their keys, one for each key that has ports: key and hull of 8 bytes each, length of
// the packed edges of 4 bytes, and those edges, all little-endian.
type Keyed struct{ entries string }

// Entry is a key with its ports.
type Entry struct {
	Key uint64
	Set Set
}

const entryHead = 20

// KeyedOf returns the set of entries, given in any order; those of one key are united. It sorts them in place.
func KeyedOf(entries []Entry) Keyed {
	slices.SortFunc(entries, func(a, b Entry) int {
		switch {
		case a.Key < b.Key:
			return -1
		case a.Key > b.Key:
			return 1
		}
		return 0
	})
	var out []byte
	for i := 0; i < len(entries); {
		key, first := entries[i].Key, i
		for i < len(entries) && entries[i].Key == key {
			i++
		}
		set := entries[first].Set
		if i-first > 1 {
			set = UnionAll(func(yield func(Set) bool) {
				for _, e := range entries[first:i] {
					if !yield(e.Set) {
						return
					}
				}
			})
		}
		out = appendEntry(out, Entry{key, set})
	}
	return Keyed{string(out)}
}

// appendEntry appends an entry unless its set is empty.
func appendEntry(out []byte, e Entry) []byte {
	if e.Set.IsEmpty() {
		return out
	}
	out = binary.LittleEndian.AppendUint64(out, e.Key)
	out = binary.LittleEndian.AppendUint64(out, e.Set.hull)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(e.Set.packed)))
	return append(out, e.Set.packed...)
}

// entry reads the entry at the beginning of s, and returns its length.
func entry(s string) (e Entry, size int) {
	head := lineOf(s)
	size = entryHead + int(head.at(4))
	return Entry{key(s), Set{load64(unsafe.Add(head.p, 8)), s[entryHead:size]}}, size
}

// IsEmpty reports whether s has no members.
func (s Keyed) IsEmpty() bool { return s.entries == "" }

// All yields the entries in the order of their keys.
func (s Keyed) All() iter.Seq2[uint64, Set] {
	return func(yield func(uint64, Set) bool) {
		for rest := s.entries; rest != ""; {
			e, size := entry(rest)
			if !yield(e.Key, e.Set) {
				return
			}
			rest = rest[size:]
		}
	}
}

// Get returns the ports of a key. It goes over the entries before it.
func (s Keyed) Get(key uint64) Set {
	for k, set := range s.All() {
		if k >= key {
			if k > key {
				break
			}
			return set
		}
	}
	return Set{}
}

// merge combines two sets: onlyA and onlyB tell whether entries whose key the other lacks are kept, and both combines the sets
// of a key that both have.
func merge(a, b Keyed, onlyA, onlyB bool, both func(a, b Set) Set) Keyed {
	var out strings.Builder
	switch {
	case onlyB:
		out.Grow(len(a.entries) + len(b.entries))
	case onlyA:
		out.Grow(len(a.entries))
	}
	restA, restB := a.entries, b.entries
	for restA != "" && restB != "" {
		// Entries that only one side has are copied run by run.
		if n := before(restA, key(restB)); n > 0 {
			if onlyA {
				out.WriteString(restA[:n])
			}
			restA = restA[n:]
			continue
		}
		if n := before(restB, key(restA)); n > 0 {
			if onlyB {
				out.WriteString(restB[:n])
			}
			restB = restB[n:]
			continue
		}
		x, sizeA := entry(restA)
		y, sizeB := entry(restB)
		var buffer [256]byte
		out.Write(appendEntry(buffer[:0], Entry{x.Key, both(x.Set, y.Set)}))
		restA, restB = restA[sizeA:], restB[sizeB:]
	}
	if onlyA {
		out.WriteString(restA)
	}
	if onlyB {
		out.WriteString(restB)
	}
	return Keyed{out.String()}
}

// key returns the key of the entry at the beginning of s.
func key(s string) uint64 { return load64(unsafe.Pointer(unsafe.StringData(s))) }

// load64 reads 8 bytes, little-endian: compilers turn it into one load.
func load64(p unsafe.Pointer) uint64 {
	b := (*[8]byte)(p)
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// before returns the length of the entries at the beginning of s whose keys are below limit.
func before(s string, limit uint64) int {
	p, n := unsafe.Pointer(unsafe.StringData(s)), 0
	for n < len(s) {
		e := unsafe.Add(p, n)
		if load64(e) >= limit {
			break
		}
		n += entryHead + int(line{e, entryHead / 4}.at(4))
	}
	return n
}

// Union returns the members of s or t.
func (s Keyed) Union(t Keyed) Keyed { return merge(s, t, true, true, Union) }

// Intersect returns the members of both s and t.
func (s Keyed) Intersect(t Keyed) Keyed { return merge(s, t, false, false, Intersect) }

// Subtract returns the members of s that are not in t.
func (s Keyed) Subtract(t Keyed) Keyed { return merge(s, t, true, false, Subtract) }
