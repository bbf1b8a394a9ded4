package portset

import (
	"sync"
	"unsafe"
)

// line is the edges of a set between the sentinels 0 and Universe, as little-endian 32-bit words of a string.
//
//	index      0   1    2    3    4   ...   n    n+1
//	word       0   e0   e1   e2   e3  ...        Universe
//	intervals      [e0,  e1) [e2,  e3)            words 1+2i and 2+2i
//	gaps      [0,  e0)  [e1,  e2)  ...            words 2i and 2i+1
//
// Thanks to the sentinels, the intervals of the complement (the gaps) are there without copying: one kernel that
// intersects intervals or gaps is the whole algebra.
//
// Words are read through an unsafe pointer without bounds checks: every function stays within 0 to words()-1. They are read
// byte by byte, which compilers turn into one load, since strings of constant pools are not aligned.
type line struct {
	p     unsafe.Pointer
	words int
}

// lineOf views a packed string, which must not be empty.
func lineOf(packed string) line {
	return line{unsafe.Pointer(unsafe.StringData(packed)), len(packed) / 4}
}

// at returns word i.
func (l line) at(i int) uint32 {
	b := (*[4]byte)(unsafe.Add(l.p, 4*i))
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func (l line) intervals() int { return l.words/2 - 1 }

// passed returns how many edges lie at or before key: odd when key is a member. Which half to look in follows no pattern, so it
// costs no branch: the comparison is the sign of a difference, and the number of steps depends on the number of edges alone.
func (l line) passed(key uint32) int {
	n, passed := uint(l.words-2), uint(0)
	for n > 1 {
		half := n / 2
		passed += half & l.atMost(passed+half, key)
		n -= half
	}
	return int(passed - l.atMost(passed+1, key))
}

// atMost returns all ones when word i is at most key, and 0 otherwise.
func (l line) atMost(i uint, key uint32) uint { return uint(int32(l.at(int(i))-key-1) >> 31) }

// stackEdges is the number of words up to which results are built on the stack.
const stackEdges = 256

// freeze turns words, sentinels included, into a set. It copies them.
func freeze(words []uint32) Set {
	if len(words) == 2 {
		return Set{}
	}
	s := Set{hull: uint64(words[1])<<32 | uint64(words[len(words)-2])}
	if len(words) > 4 {
		s.packed = pack(words)
	}
	return s
}

// pack returns the words as a little-endian string.
func pack(words []uint32) string {
	if one := uint16(1); *(*byte)(unsafe.Pointer(&one)) == 1 { // this machine is little-endian: the words are the bytes
		return string(unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), 4*len(words)))
	}
	packed := make([]byte, 0, 4*len(words))
	for _, w := range words {
		packed = append(packed, byte(w), byte(w>>8), byte(w>>16), byte(w>>24))
	}
	return string(packed)
}

// An op tells for each operand, and for the result, whether its gaps stand for it: a union is the complement of the
// intersection of complements, a difference is an intersection with a complement.
type op struct{ gapsA, gapsB, gapsOut bool }

var (
	union     = op{true, true, true}
	intersect = op{false, false, false}
	subtract  = op{false, true, false}
)

// combine applies an operation of which at least one operand is not empty.
func combine(a, b Set, f op) Set {
	var bytesA, bytesB [16]byte
	la, lb := a.view(&bytesA), b.view(&bytesB)
	var buffer [stackEdges]uint32
	out := buffer[:]
	if need := la.words + lb.words + 8; need > len(out) {
		heap := borrow(need)
		defer scratch.Put(heap)
		out = *heap
	}
	// Words 0 and 1 of out are left free: for the sentinel, or for a first interval that begins at 0.
	n := 2 + intersectLines(out[2:], la, lb, f.gapsA, f.gapsB)
	if !f.gapsOut {
		out[1], out[n] = 0, Universe
		return freeze(out[1 : n+1])
	}
	// The intervals in out are the gaps of the result. They begin and end with the sentinels unless the result itself
	// reaches the ends of the universe.
	start := 0
	if n > 2 && out[2] == 0 {
		start = 2
	} else {
		out[0], out[1] = 0, 0
	}
	if n == 2 || out[n-1] != Universe {
		out[n], out[n+1] = Universe, Universe
		n += 2
	}
	return freeze(out[start:n])
}

// scratch keeps buffers for results that are too large for the stack.
var scratch sync.Pool // of *[]uint32

func borrow(words int) *[]uint32 {
	if p, ok := scratch.Get().(*[]uint32); ok && len(*p) >= words {
		return p
	}
	p := make([]uint32, words)
	return &p
}

// view returns the line of a set that is not empty; that of a single interval is written to buffer.
func (s Set) view(buffer *[16]byte) line {
	if s.packed != "" {
		return lineOf(s.packed)
	}
	for i, w := range [4]uint32{0, s.first(), s.end(), Universe} {
		buffer[4*i], buffer[4*i+1], buffer[4*i+2], buffer[4*i+3] = byte(w), byte(w>>8), byte(w>>16), byte(w>>24)
	}
	return line{unsafe.Pointer(buffer), 4}
}

// intersectLines writes the non-empty intersections of the intervals (or gaps) of a with those of b to out, which must have
// room for the words of both, and returns the number of words written. Each step intersects the two current intervals and goes
// on from the one that ends first.
//
// Whether an intersection is empty follows no pattern, so it costs no branch: it is written always, and kept by the sign of a
// difference (words have 25 bits). Which side goes on is a branch: a kernel without it was measured at half the speed, since
// the next load then waits for the comparison (see bench/README.md).
func intersectLines(out []uint32, a, b line, gapsA, gapsB bool) int {
	i, lastA := a.span(gapsA)
	j, lastB := b.span(gapsB)
	aLo, aEnd, bLo, bEnd := a.at(i), a.at(i+1), b.at(j), b.at(j+1)
	to := unsafe.Pointer(unsafe.SliceData(out))
	for n := 0; ; {
		lo, end := max(aLo, bLo), min(aEnd, bEnd)
		*(*[2]uint32)(unsafe.Add(to, 4*n)) = [2]uint32{lo, end}
		n += int((lo-end)>>31) * 2
		if aEnd <= bEnd {
			if i == lastA {
				return n
			}
			i += 2
			aLo, aEnd = a.at(i), a.at(i+1)
			continue
		}
		if j == lastB {
			return n
		}
		j += 2
		bLo, bEnd = b.at(j), b.at(j+1)
	}
}

// span returns the first words of the first and the last interval, or gap, of l. There is always one.
func (l line) span(gaps bool) (first, last int) {
	if gaps {
		return 0, l.words - 2
	}
	return 1, l.words - 3
}
