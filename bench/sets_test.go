package bench

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/bits-and-blooms/bitset"
	"github.com/portbook/portbook"
	"go4.org/netipx"
)

// operands makes two port sets of n ranges each from a fixed seed, in every
// form that is compared.
type operands struct {
	portbook [2]portbook.PortSet
	roaring  [2]*roaring.Bitmap
	bitset   [2]*bitset.BitSet
	netipx   [2]*netipx.IPSet
	words    [2][]uint64 // the floor: a plain bitmap of 8 KiB
	edges    [2][]uint32 // first and last+1 of each range
}

func newOperands(n, seed int) operands {
	random := rand.New(rand.NewPCG(uint64(n), uint64(seed)))
	var o operands
	for k := range 2 {
		o.roaring[k], o.bitset[k], o.words[k] = roaring.New(), bitset.New(65536), make([]uint64, 1024)
		var ips netipx.IPSetBuilder
		var sets []portbook.PortSet
		stride := 65536 / n
		for i := range n {
			first := i*stride + random.IntN(stride/2)
			last := first + random.IntN(stride/2)
			r, _ := portbook.PortRangeFrom(portbook.Port(first), portbook.Port(last))
			sets = append(sets, portbook.PortSetFrom(portbook.TCP, r))
			o.edges[k] = append(o.edges[k], uint32(first), uint32(last)+1)
			o.roaring[k].AddRange(uint64(first), uint64(last)+1)
			for p := first; p <= last; p++ {
				o.bitset[k].Set(uint(p))
				o.words[k][p/64] |= 1 << (p % 64)
			}
			ips.AddRange(netipx.IPRangeFrom(address(first), address(last)))
		}
		o.portbook[k] = portbook.UnionAll(sets...)
		o.roaring[k].RunOptimize()
		o.netipx[k], _ = ips.IPSet()
	}
	return o
}

// address maps a port to an address, so that a set of addresses can stand for a
// set of ports.
func address(port int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, 0, byte(port >> 8), byte(port)})
}

var (
	sinkSet  portbook.PortSet
	sinkBool bool
	sinkInt  int
	sinkAny  any
)

func BenchmarkSetOperations(b *testing.B) {
	for _, n := range []int{60, 2000} {
		var pairs [64]operands // so many that no branch predictor learns them by heart
		for seed := range pairs {
			pairs[seed] = newOperands(n, seed)
		}
		for _, op := range []struct {
			name     string
			portbook func(a, b portbook.PortSet) portbook.PortSet
			roaring  func(a, b *roaring.Bitmap) *roaring.Bitmap
			bitset   func(a, b *bitset.BitSet) *bitset.BitSet
			netipx   func(s *netipx.IPSetBuilder, t *netipx.IPSet)
			word     func(a, b uint64) uint64
		}{
			{"union", portbook.PortSet.Union, roaring.Or, (*bitset.BitSet).Union, (*netipx.IPSetBuilder).AddSet, func(a, b uint64) uint64 { return a | b }},
			{"intersect", portbook.PortSet.Intersect, roaring.And, (*bitset.BitSet).Intersection, (*netipx.IPSetBuilder).Intersect, func(a, b uint64) uint64 { return a & b }},
			{"subtract", portbook.PortSet.Subtract, roaring.AndNot, (*bitset.BitSet).Difference, (*netipx.IPSetBuilder).RemoveSet, func(a, b uint64) uint64 { return a &^ b }},
		} {
			prefix := fmt.Sprintf("op=%s/ranges=%d/by=", op.name, n)
			b.Run(prefix+"portbook", func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					o := &pairs[i%64]
					sinkSet = op.portbook(o.portbook[0], o.portbook[1])
				}
			})
			b.Run(prefix+"roaring", func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					o := &pairs[i%64]
					sinkAny = op.roaring(o.roaring[0], o.roaring[1])
				}
			})
			b.Run(prefix+"bitset", func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					o := &pairs[i%64]
					sinkAny = op.bitset(o.bitset[0], o.bitset[1])
				}
			})
			if n <= 60 {
				b.Run(prefix+"netipx", func(b *testing.B) {
					b.ReportAllocs()
					for i := 0; b.Loop(); i++ {
						o := &pairs[i%64]
						var s netipx.IPSetBuilder
						s.AddSet(o.netipx[0])
						op.netipx(&s, o.netipx[1])
						sinkAny, _ = s.IPSet()
					}
				})
			}
			b.Run(prefix+"bitmap-and-back", func(b *testing.B) {
				b.ReportAllocs()
				for k := 0; b.Loop(); k++ {
					o := &pairs[k%64]
					sinkAny = throughBitmap(o.edges[0], o.edges[1], op.word)
				}
			})
			b.Run(prefix+"floor-bitmap", func(b *testing.B) {
				var out [1024]uint64
				for k := 0; b.Loop(); k++ {
					o := &pairs[k%64]
					for i := range out {
						out[i] = op.word(o.words[0][i], o.words[1][i])
					}
				}
				sinkInt = int(out[1])
			})
		}
	}
}

var scratch [2][1024 + 1]uint64

// throughBitmap is the other way to combine sets of ranges: fill two bitmaps
// that are kept for reuse, combine their words, and read the ranges of the
// result.
func throughBitmap(a, b []uint32, op func(a, b uint64) uint64) []uint32 {
	for i, edges := range [2][]uint32{a, b} {
		bitmap := &scratch[i]
		clear(bitmap[:])
		for k := 0; k < len(edges); k += 2 {
			lo, hi := edges[k], edges[k+1]-1
			first, last := lo/64, hi/64
			head, tail := ^uint64(0)<<(lo%64), ^uint64(0)>>(63-hi%64)
			if first == last {
				bitmap[first] |= head & tail
				continue
			}
			bitmap[first] |= head
			for w := first + 1; w < last; w++ {
				bitmap[w] = ^uint64(0)
			}
			bitmap[last] |= tail
		}
	}
	out := make([]uint32, 0, len(a)+len(b))
	var carry uint64
	for w := range 1024 {
		r := op(scratch[0][w], scratch[1][w])
		for changes := r ^ (r<<1 | carry); changes != 0; changes &= changes - 1 {
			out = append(out, uint32(w*64+bits.TrailingZeros64(changes)))
		}
		carry = r >> 63
	}
	if carry == 1 {
		out = append(out, 65536)
	}
	return out
}
