package ruleset

import (
	"encoding/binary"
	"slices"

	"github.com/portbook/portbook"
	"go4.org/netipx"
)

// span is the classes on one side of a rule.
type span struct {
	classes []class
	member  []uint64 // a bit for each class
	blocks  []*block
}

// has reports whether a class is in the span.
func (s *span) has(a class) bool {
	if s.member == nil {
		s.member = make([]uint64, 1+s.classes[len(s.classes)-1]/64)
		for _, x := range s.classes {
			s.member[x/64] |= 1 << (x % 64)
		}
	}
	return int(a/64) < len(s.member) && s.member[a/64]>>(a%64)&1 == 1
}

// block is the classes of a span that are of one kind. There can be many, so
// that what they have in common is found once.
type block struct {
	kind      int32
	classes   []class
	addresses *netipx.IPSet
	ends      map[int32]int // how many of the classes each end has
}

// blocksBy divides the span by the kinds of its classes.
func (s *span) blocksBy(kinds []int32) []*block {
	if s.blocks == nil {
		at := map[int32]*block{}
		for _, a := range s.classes {
			b := at[kinds[a]]
			if b == nil {
				b = &block{kind: kinds[a]}
				at[kinds[a]] = b
				s.blocks = append(s.blocks, b)
			}
			b.classes = append(b.classes, a)
		}
	}
	return s.blocks
}

// describe finds the addresses and the ends of the block.
func (b *block) describe(c *Compiled) {
	if b.ends != nil {
		return
	}
	b.ends = map[int32]int{}
	for _, a := range b.classes {
		for _, e := range c.points[a].ends {
			b.ends[e]++
		}
	}
	b.addresses = c.addresses(b.classes)
}

// classSet is a set of classes of one family, all of addresses or all of ends
// whose addresses are not known: those of a list, and those of blocks but some.
type classSet struct {
	list  []class // sorted
	parts []part
}

// part is the classes of a block but some.
type part struct {
	of     *block
	except []class
}

// one returns any of the classes.
func (s classSet) one() class {
	if len(s.list) > 0 {
		return s.list[0]
	}
	return s.parts[0].of.classes[0]
}

// key is the same for sets of the same classes that are built alike.
func (s classSet) key(c *Compiled) string {
	p := &c.points[s.one()]
	key := []byte(p.family)
	if p.unknown {
		key = append(key, '?')
	}
	add := func(list []class) {
		key = binary.BigEndian.AppendUint32(key, uint32(len(list)))
		for _, a := range list {
			key = binary.BigEndian.AppendUint32(key, uint32(a))
		}
	}
	add(s.list)
	for _, x := range s.parts {
		add(x.of.classes[:1])
		add(x.except)
	}
	return string(key)
}

// union returns the classes of two sets that have none in common.
func (s classSet) union(t classSet) classSet {
	list := append(slices.Clone(s.list), t.list...)
	slices.Sort(list)
	return classSet{list, append(slices.Clone(s.parts), t.parts...)}
}

// pieces gathers connections and puts those together that form a rectangle.
type pieces struct {
	c     *Compiled
	known map[string]*rectangle // by where they lead, and the ports
	order []*rectangle
}

type rectangle struct {
	from, to classSet
	ports    portbook.PortSet
}

func newPieces(c *Compiled) *pieces { return &pieces{c: c, known: map[string]*rectangle{}} }

// add adds connections, none of them twice.
func (p *pieces) add(from, to classSet, ports portbook.PortSet) {
	key := p.c.kindOf(from) + to.key(p.c) + ports.String()
	if r, ok := p.known[key]; ok {
		r.from.list, r.from.parts = append(r.from.list, from.list...), append(r.from.parts, from.parts...)
		return
	}
	r := &rectangle{classSet{slices.Clone(from.list), slices.Clone(from.parts)}, to, ports}
	p.known[key] = r
	p.order = append(p.order, r)
}

// kindOf tells sets of addresses from those of ends whose addresses are not
// known.
func (c *Compiled) kindOf(s classSet) string {
	if c.points[s.one()].unknown {
		return "?"
	}
	return "="
}

// mostPieces is how many pieces are told apart at most.
const mostPieces = 1000

// list returns the pieces, those from the same classes on the same ports put
// together; more says that there were too many.
func (p *pieces) list() (list []Piece, more bool) {
	known := map[string]*rectangle{}
	var order []*rectangle
	for _, r := range p.order {
		slices.Sort(r.from.list)
		key := p.c.kindOf(r.to) + r.from.key(p.c) + r.ports.String()
		if x, ok := known[key]; ok {
			x.to = x.to.union(r.to)
			continue
		}
		known[key] = r
		order = append(order, r)
	}
	if len(order) > mostPieces {
		order, more = order[:mostPieces], true
	}
	for _, r := range order {
		list = append(list, Piece{p.c.side(r.from), p.c.side(r.to), r.ports})
	}
	return list, more
}

// side describes some classes.
func (c *Compiled) side(set classSet) Side {
	var s Side
	var b netipx.IPSetBuilder
	ends := map[int32]int{}
	for _, x := range set.parts {
		x.of.describe(c)
		if x.of.addresses != nil {
			b.AddSet(x.of.addresses)
		}
		for _, a := range x.except {
			for _, r := range c.points[a].ranges {
				b.RemoveRange(r)
			}
			for _, e := range c.points[a].ends {
				ends[e]--
			}
		}
		for e, n := range x.of.ends {
			ends[e] += n
		}
		s.Others = s.Others || len(c.points[x.of.classes[0]].ends) == 0
	}
	for _, a := range set.list {
		for _, e := range c.points[a].ends {
			ends[e]++
		}
		s.Others = s.Others || len(c.points[a].ends) == 0
	}
	if len(set.list) > 0 {
		if addresses := c.addresses(set.list); addresses != nil {
			b.AddSet(addresses)
		}
	}
	for e, n := range ends {
		if n > 0 {
			s.Ends = append(s.Ends, c.ends[e])
		}
	}
	slices.SortFunc(s.Ends, compareEnds)
	if all, err := b.IPSet(); err == nil && len(all.Ranges()) > 0 {
		s.Addresses = all
	}
	return s
}

// addresses returns the addresses of some classes, sorted and of one family; nil
// for none. Of most of a family, those that are left out are taken away.
func (c *Compiled) addresses(classes []class) *netipx.IPSet {
	first := &c.points[classes[0]]
	if first.unknown {
		return nil
	}
	var b netipx.IPSetBuilder
	if len(classes) > len(c.points)/4 {
		b.AddPrefix(everyAddress[first.family])
		rest := classes
		for a := range c.points {
			if len(rest) > 0 && rest[0] == class(a) {
				rest = rest[1:]
			} else if c.points[a].family == first.family {
				for _, r := range c.points[a].ranges {
					b.RemoveRange(r)
				}
			}
		}
	} else {
		for _, a := range classes {
			for _, r := range c.points[a].ranges {
				b.AddRange(r)
			}
		}
	}
	set, err := b.IPSet()
	if err != nil || len(set.Ranges()) == 0 {
		return nil
	}
	return set
}
