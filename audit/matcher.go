package audit

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// Matcher finds the needs of a plan that explain a record. It is immutable and
// safe for concurrent use.
type Matcher struct {
	plan    *site.Plan
	classes *classes
	ends    []site.End
	// needs are those of the plan, followed by what an open question could make
	// one; certain is the number of the former.
	needs   []site.Need
	certain int
	// segments are cut so that within each the same needs use all ports: those of
	// a pair of classes follow each other by their keys. pairs leads to them.
	segments []segment
	pairs    pairTable
	print    uint64 // the same for matchers of the same plan
}

// segment is ports between two classes that the same needs use.
type segment struct {
	first, last uint32 // as portKey has them
	needs       []uint32
	// named says that the needs lead to an end that has names only, so that an
	// address elsewhere can be of it and of anything else.
	named bool
}

// portKey puts a protocol and a port into one number, so that the ports of a
// protocol follow each other.
func portKey(p portbook.Protocol, n portbook.Port) uint32 { return uint32(p)<<16 | uint32(n) }

// Compile prepares the needs and questions of a plan for records. It takes time
// and memory in proportion to the needs, and to how many hosts share addresses.
func Compile(p *site.Plan) *Matcher {
	m := &Matcher{plan: p}
	for n := range p.Needs() {
		m.needs = append(m.needs, n)
	}
	m.certain = len(m.needs)
	for n := range p.Possible() {
		m.needs = append(m.needs, n)
	}
	m.collectEnds()
	m.classes = newClasses(m.ends)
	m.cut()
	m.seal()
	return m
}

// Plan returns the plan that the matcher was made of.
func (m *Matcher) Plan() *site.Plan { return m.plan }

// collectEnds lists the ends: the hosts of the site, and clouds of its needs.
func (m *Matcher) collectEnds() {
	m.ends = m.plan.Site().Hosts()
	known := map[site.End]bool{}
	for _, e := range m.ends {
		known[e] = true
	}
	for _, n := range m.needs {
		for _, e := range []site.End{n.From, n.To} {
			if !known[e] {
				known[e] = true
				m.ends = append(m.ends, e)
			}
		}
	}
}

// use is that a need uses ports between two classes.
type use struct {
	pair        uint64
	first, last uint32
	need        uint32
	named       bool
}

// cut makes the segments of the needs.
func (m *Matcher) cut() {
	where := m.places()
	var uses []use
	for i, n := range m.needs {
		from, to := where[n.From], where[n.To]
		named := len(from)*len(to) == 0
		for _, a := range orElsewhere(from) {
			for _, b := range orElsewhere(to) {
				if a == elsewhere && b == elsewhere {
					continue
				}
				for _, option := range n.Options {
					for p, r := range option.All() {
						uses = append(uses, use{pairKey(a, b), portKey(p, r.First()), portKey(p, r.Last()), uint32(i), named})
					}
				}
			}
		}
	}
	slices.SortFunc(uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.pair, b.pair), cmp.Compare(a.first, b.first), cmp.Compare(a.need, b.need))
	})
	print := binary.BigEndian.AppendUint32(nil, uint32(m.certain))
	for len(uses) > 0 {
		n := 1
		for n < len(uses) && uses[n].pair == uses[0].pair {
			n++
		}
		at := len(m.segments)
		m.cutPair(uses[:n])
		m.pairs.add(uses[0].pair, uint32(at), uint32(len(m.segments)))
		for _, u := range uses[:n] {
			print = binary.BigEndian.AppendUint64(print, u.pair)
			print = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(print, u.first), u.last)
			print = binary.BigEndian.AppendUint32(print, u.need)
		}
		uses = uses[n:]
	}
	m.print = sum(print)
}

// places returns the classes of each end, none where it has names only.
func (m *Matcher) places() map[site.End][]class {
	where := map[site.End][]class{}
	for c, members := range m.classes.members {
		for _, end := range members {
			where[m.ends[end]] = append(where[m.ends[end]], class(c))
		}
	}
	return where
}

func orElsewhere(list []class) []class {
	if len(list) == 0 {
		return []class{elsewhere}
	}
	return list
}

// cutPair makes the segments between two classes, of uses sorted by their first
// port.
func (m *Matcher) cutPair(uses []use) {
	var bounds []uint32
	for _, u := range uses {
		bounds = append(bounds, u.first, u.last+1)
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	var active []use
	for i := range len(bounds) - 1 {
		s := segment{first: bounds[i], last: bounds[i+1] - 1}
		active = slices.DeleteFunc(active, func(u use) bool { return u.last < s.first })
		for len(uses) > 0 && uses[0].first == s.first {
			active, uses = append(active, uses[0]), uses[1:]
		}
		for _, u := range active {
			s.needs = append(s.needs, u.need)
			s.named = s.named || u.named
		}
		if len(s.needs) > 0 {
			slices.Sort(s.needs)
			s.needs = slices.Compact(s.needs)
			m.segments = append(m.segments, s)
		}
	}
}

// none is the place of no segment.
const none = ^uint32(0)

// segment returns the place of the segment that a port between two classes is
// of.
func (m *Matcher) segment(from, to class, key uint32) uint32 {
	lo, hi := m.pairs.get(pairKey(from, to))
	for lo < hi {
		mid := (lo + hi) >> 1
		switch s := &m.segments[mid]; {
		case key < s.first:
			hi = mid
		case key > s.last:
			lo = mid + 1
		default:
			return mid
		}
	}
	return none
}

func pairKey(from, to class) uint64 { return uint64(from)<<32 | uint64(to) }

// pairTable leads from a pair of classes to a run of segments. It is a table
// with open addressing.
type pairTable struct {
	slots []pairSlot // a power of two, at most half of them used
	used  int
}

type pairSlot struct {
	key    uint64
	lo, hi uint32 // both 0 in a free slot
}

func (t *pairTable) add(key uint64, lo, hi uint32) {
	if 2*t.used >= len(t.slots) {
		old := t.slots
		t.slots = make([]pairSlot, max(16, 2*len(old)))
		for _, s := range old {
			if s.hi != 0 {
				*t.slot(s.key) = s
			}
		}
	}
	t.used++
	*t.slot(key) = pairSlot{key, lo, hi}
}

func (t *pairTable) get(key uint64) (lo, hi uint32) {
	if len(t.slots) == 0 {
		return 0, 0
	}
	s := t.slot(key)
	return s.lo, s.hi
}

// slot returns the slot of a key, or the free one where it belongs.
func (t *pairTable) slot(key uint64) *pairSlot {
	mask := uint64(len(t.slots) - 1)
	for i := mix(key); ; i++ {
		if s := &t.slots[i&mask]; s.key == key || s.hi == 0 {
			return s
		}
	}
}

// mix spreads the bits of a key over a hash. It has no seed: what a tally keeps
// must not depend on the process that made it.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// sum is a checksum of bytes.
func sum(b []byte) uint64 {
	h := uint64(len(b))
	for len(b) >= 8 {
		h = mix(h ^ binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	for _, x := range b {
		h = mix(h ^ uint64(x))
	}
	return h
}
