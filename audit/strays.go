package audit

import (
	"net/netip"
	"slices"

	"github.com/portbook/portbook"
)

// What tallies keep of records that no need explains is bounded, and yet does
// not depend on the order of the records or on how tallies were merged: of what
// there is too much, that with the lowest hashes is kept. What is among the
// lowest of all is among the lowest of any part, so that no part has dropped it.
const (
	mostStrays   = 1 << 13 // that are kept, each of a pair of classes, a protocol and an outcome
	mostPorts    = 16      // of a stray that are kept one by one; more are kept as a map
	mostMaps     = 1 << 8  // of 8 KiB
	mostExamples = 3       // of pairs of addresses of a stray
)

// stray is records between two classes that no need explains.
type stray struct {
	key         uint64
	hash        uint64
	records     uint64
	first, last int64
	sources     sources
	// ports has n ports, sorted; where there are more, n is mostPorts+1, and
	// all is the map of them if it is one of those that are kept.
	ports    [mostPorts]portbook.Port
	n        uint8
	nSamples uint8
	examples [mostExamples]example // by their hashes
	all      *portMap
}

// portMap has a bit for each port.
type portMap [1 << 16 / 64]uint64

func (p *portMap) set(n portbook.Port)      { p[n>>6] |= 1 << (n & 63) }
func (p *portMap) has(n portbook.Port) bool { return p[n>>6]>>(n&63)&1 != 0 }

// example is the pair of addresses of a record.
type example struct {
	hash     uint64
	from, to netip.Addr
}

// strayKey puts what strays are told apart by into one number. Classes have 24
// bits, which no site reaches: a plan of so many would not fit in memory.
func strayKey(from, to class, p portbook.Protocol, o Outcome, ambiguous bool) uint64 {
	key := uint64(from)<<36 | uint64(to)<<12 | uint64(p)<<4 | uint64(o)<<1
	if ambiguous {
		key |= 1
	}
	return key
}

func (s *stray) from() class                 { return class(s.key >> 36) }
func (s *stray) to() class                   { return class(s.key >> 12 & 0xffffff) }
func (s *stray) protocol() portbook.Protocol { return portbook.Protocol(s.key >> 4) }
func (s *stray) outcome() Outcome            { return Outcome(s.key >> 1 & 7) }
func (s *stray) isAmbiguous() bool           { return s.key&1 != 0 }
func (s *stray) hasMany() bool               { return s.n > mostPorts }

// strays is a table with open addressing of those that are kept.
type strays struct {
	index []uint32 // places in list, from 1; a power of two
	list  []stray
	// limit is the highest hash that is still kept.
	limit uint64
	total [outcomes]uint64 // of all records, also of strays that were dropped
	maps  []uint32         // places in list of those with a map
}

func (t *strays) init() { t.limit = ^uint64(0) }

// add counts a record.
func (t *strays) add(key uint64, n portbook.Port, from, to netip.Addr, r *Record, source sources) {
	t.total[r.Outcome]++
	hash := mix(key)
	if hash > t.limit {
		return
	}
	at := t.place(key, hash)
	s := &t.list[at]
	s.records++
	s.sources |= source
	s.first, s.last = span(s.first, s.last, r.First, r.Last)
	t.addPort(at, n)
	s.addExample(example{hashAddresses(from, to), from, to})
}

// place returns the place of the stray of a key, a new one if need be.
func (t *strays) place(key, hash uint64) uint32 {
	if 2*len(t.list) >= len(t.index) {
		t.grow()
	}
	slot := t.slot(key, hash)
	if *slot == 0 {
		t.list = append(t.list, stray{key: key, hash: hash})
		*slot = uint32(len(t.list))
	}
	return *slot - 1
}

func (t *strays) slot(key, hash uint64) *uint32 {
	mask := uint64(len(t.index) - 1)
	for i := hash; ; i++ {
		if at := &t.index[i&mask]; *at == 0 || t.list[*at-1].key == key {
			return at
		}
	}
}

// grow makes room for a stray: the table doubles until twice as many are in it
// as are kept, and from then on the others are dropped.
func (t *strays) grow() {
	if len(t.list) >= 2*mostStrays {
		t.trim()
		return
	}
	t.index = make([]uint32, max(64, 2*len(t.index)))
	t.reindex()
}

// trim drops all but those that are kept, and sorts these by their hashes.
func (t *strays) trim() {
	slices.SortFunc(t.list, func(a, b stray) int {
		if a.hash < b.hash {
			return -1
		}
		return 1 // no two keys have the same hash: mix is a bijection
	})
	if len(t.list) > mostStrays {
		clear(t.list[mostStrays:])
		t.list = t.list[:mostStrays]
		t.limit = t.list[mostStrays-1].hash
	}
	clear(t.index)
	t.reindex()
}

// reindex finds out the places of all strays, whose table is empty.
func (t *strays) reindex() {
	t.maps = t.maps[:0]
	for i := range t.list {
		s := &t.list[i]
		*t.slot(s.key, s.hash) = uint32(i + 1)
		if s.all != nil {
			t.maps = append(t.maps, uint32(i))
		}
	}
}

// addPort adds a port to the stray at a place.
func (t *strays) addPort(at uint32, n portbook.Port) {
	s := &t.list[at]
	if s.hasMany() {
		if s.all != nil {
			s.all.set(n)
		}
		return
	}
	i, found := slices.BinarySearch(s.ports[:s.n], n)
	switch {
	case found:
	case s.n == mostPorts:
		t.makeMany(at)
		t.addPort(at, n)
	default:
		copy(s.ports[i+1:s.n+1], s.ports[i:s.n])
		s.ports[i] = n
		s.n++
	}
}

// makeMany puts the ports of a stray into a map, or drops them.
func (t *strays) makeMany(at uint32) {
	s := &t.list[at]
	few := s.ports[:min(s.n, mostPorts)]
	s.n = mostPorts + 1
	if s.all = t.portMap(at); s.all == nil {
		return
	}
	for _, n := range few {
		s.all.set(n)
	}
}

// portMap returns a map for the stray at a place, if need be that of the stray
// with the highest hash, if that is higher.
func (t *strays) portMap(at uint32) *portMap {
	if len(t.maps) < mostMaps {
		t.maps = append(t.maps, at)
		return new(portMap)
	}
	highest := 0
	for i := range t.maps {
		if t.list[t.maps[i]].hash > t.list[t.maps[highest]].hash {
			highest = i
		}
	}
	other := &t.list[t.maps[highest]]
	if other.hash < t.list[at].hash {
		return nil
	}
	all := other.all
	other.all, t.maps[highest] = nil, at
	*all = portMap{}
	return all
}

// addExample keeps an example if its hash is low enough.
func (s *stray) addExample(x example) {
	i := 0
	for ; i < int(s.nSamples); i++ {
		if x.hash == s.examples[i].hash {
			return
		}
		if x.hash < s.examples[i].hash {
			break
		}
	}
	if i == mostExamples {
		return
	}
	if s.nSamples < mostExamples {
		s.nSamples++
	}
	copy(s.examples[i+1:s.nSamples], s.examples[i:])
	s.examples[i] = x
}

// merge adds those of another table.
func (t *strays) merge(u *strays, same func(sources) sources) {
	for i, n := range u.total {
		t.total[i] += n
	}
	for i := range u.list {
		if from := &u.list[i]; from.hash <= t.limit {
			t.mergeStray(from, same(from.sources))
		}
	}
}

func (t *strays) mergeStray(from *stray, source sources) {
	at := t.place(from.key, from.hash)
	s := &t.list[at]
	s.records += from.records
	s.sources |= source
	s.first, s.last = span(s.first, s.last, from.first, from.last)
	for _, x := range from.examples[:from.nSamples] {
		s.addExample(x)
	}
	if !from.hasMany() {
		for _, n := range from.ports[:from.n] {
			t.addPort(at, n)
		}
		return
	}
	if !s.hasMany() {
		t.makeMany(at)
	}
	if s.all != nil && from.all != nil {
		for i, bits := range from.all {
			s.all[i] |= bits
		}
	}
}
