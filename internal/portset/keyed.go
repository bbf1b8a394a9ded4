package portset

import (
	"encoding/binary"
	"iter"
	"slices"
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
	head := line{lineOf(s).p, entryHead / 4}
	size = entryHead + int(head.at(4))
	return Entry{
		uint64(head.at(0)) | uint64(head.at(1))<<32,
		Set{uint64(head.at(2)) | uint64(head.at(3))<<32, s[entryHead:size]},
	}, size
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
	out := make([]byte, 0, len(a.entries)+len(b.entries))
	restA, restB := a.entries, b.entries
	for restA != "" && restB != "" {
		x, sizeX := entry(restA)
		y, sizeY := entry(restB)
		switch {
		case x.Key < y.Key:
			if onlyA {
				out = append(out, restA[:sizeX]...)
			}
			restA = restA[sizeX:]
		case y.Key < x.Key:
			if onlyB {
				out = append(out, restB[:sizeY]...)
			}
			restB = restB[sizeY:]
		default:
			out = appendEntry(out, Entry{x.Key, both(x.Set, y.Set)})
			restA, restB = restA[sizeX:], restB[sizeY:]
		}
	}
	if onlyA {
		out = append(out, restA...)
	}
	if onlyB {
		out = append(out, restB...)
	}
	return Keyed{string(out)}
}

// Union returns the members of s or t.
func (s Keyed) Union(t Keyed) Keyed { return merge(s, t, true, true, Union) }

// Intersect returns the members of both s and t.
func (s Keyed) Intersect(t Keyed) Keyed { return merge(s, t, false, false, Intersect) }

// Subtract returns the members of s that are not in t.
func (s Keyed) Subtract(t Keyed) Keyed { return merge(s, t, true, false, Subtract) }
