package audit

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"sort"

	"github.com/portbook/portbook/site"
)

// class is a set of addresses that the same ends have. Addresses that no end
// has are of class elsewhere.
type class = uint32

const elsewhere class = 0

// classes finds the class of an address.
type classes struct {
	// v4 has, by the first 16 bits of an address of IPv4, its class, or where
	// those differ the place in cuts of the runs that tell it, with isCut set.
	v4   [1 << 16]uint32
	cuts [][]run4
	v6   []run6
	// members has the ends of each class, by their places in matcher.ends.
	members [][]uint32
}

const isCut = 1 << 31

// run4 is the addresses from first to that before the next run.
type run4 struct {
	first uint32
	class class
}

// run6 is the same for IPv6.
type run6 struct {
	first netip.Addr
	class class
}

// newClasses cuts the addresses of ends into classes.
func newClasses(ends []site.End) *classes {
	b := classBuilder{c: &classes{members: [][]uint32{nil}}, known: map[string]class{"": elsewhere}}
	for i, e := range ends {
		for _, place := range e.Places() {
			if first, last, ok := place.Range(); ok {
				b.bounds = append(b.bounds, bound{first, uint32(i), true})
				if next := last.Next(); next.IsValid() && next.Is4() == first.Is4() {
					b.bounds = append(b.bounds, bound{next, uint32(i), false})
				}
			}
		}
	}
	b.sweep()
	b.index4()
	return b.c
}

// bound is where the addresses of an end begin, or where they have ended.
type bound struct {
	at     netip.Addr
	end    uint32
	begins bool
}

type classBuilder struct {
	c      *classes
	bounds []bound
	known  map[string]class // by the members
	runs4  []run4
}

// sweep passes all bounds in order and makes a run at each address where the
// ends change.
func (b *classBuilder) sweep() {
	slices.SortFunc(b.bounds, func(x, y bound) int { return x.at.Compare(y.at) })
	depth := map[uint32]int{} // of addresses that an end has several times
	for rest := b.bounds; len(rest) > 0; {
		at := rest[0].at
		if at.Is6() && len(b.c.v6) == 0 {
			clear(depth) // what reaches the last address of IPv4 has no bound
		}
		for len(rest) > 0 && rest[0].at == at {
			if x := rest[0]; x.begins {
				depth[x.end]++
			} else if depth[x.end]--; depth[x.end] == 0 {
				delete(depth, x.end)
			}
			rest = rest[1:]
		}
		if c := b.class(depth); at.Is4() {
			v := at.As4()
			b.runs4 = append(b.runs4, run4{binary.BigEndian.Uint32(v[:]), c})
		} else {
			b.c.v6 = append(b.c.v6, run6{at, c})
		}
	}
}

// class returns the class of the addresses that some ends have.
func (b *classBuilder) class(depth map[uint32]int) class {
	var members []uint32
	for end := range depth {
		members = append(members, end)
	}
	slices.Sort(members)
	var key []byte
	for _, end := range members {
		key = binary.BigEndian.AppendUint32(key, end)
	}
	c, ok := b.known[string(key)]
	if !ok {
		c = class(len(b.c.members))
		b.known[string(key)] = c
		b.c.members = append(b.c.members, members)
	}
	return c
}

// index4 fills the table of the first 16 bits.
func (b *classBuilder) index4() {
	current := elsewhere
	rest := b.runs4
	for high := range b.c.v4 {
		first := uint32(high) << 16
		n := sort.Search(len(rest), func(i int) bool { return rest[i].first>>16 > uint32(high) })
		switch {
		case n == 0 || n == 1 && rest[0].first == first:
			if n == 1 {
				current = rest[0].class
			}
			b.c.v4[high] = current
		default:
			b.c.v4[high] = isCut | uint32(len(b.c.cuts))
			runs := rest[:n]
			if runs[0].first != first {
				runs = append([]run4{{first, current}}, runs...)
			}
			b.c.cuts = append(b.c.cuts, runs)
			current = runs[len(runs)-1].class
		}
		rest = rest[n:]
	}
}

// of returns the class of an address.
func (c *classes) of(a netip.Addr) class {
	if !a.Is4() {
		return c.of6(a)
	}
	v := a.As4()
	x := c.v4[uint32(v[0])<<8|uint32(v[1])]
	if x&isCut == 0 {
		return x
	}
	runs, at := c.cuts[x&^isCut], binary.BigEndian.Uint32(v[:])
	// The runs begin with the first address, so that one is always found.
	base, n := 0, len(runs)
	for n > 1 {
		half := n >> 1
		if runs[base+half].first <= at {
			base += half
		}
		n -= half
	}
	return runs[base].class
}

func (c *classes) of6(a netip.Addr) class {
	i := sort.Search(len(c.v6), func(i int) bool { return a.Less(c.v6[i].first) })
	if i == 0 {
		return elsewhere
	}
	return c.v6[i-1].class
}
