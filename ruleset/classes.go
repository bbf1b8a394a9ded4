package ruleset

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// class is the place of a point in Compiled.points: of addresses that the same
// matches and the same ends have, or of an end whose addresses are not known.
type class = int32

// point is what the connections of a class have in common at one end.
type point struct {
	family  Family
	unknown bool // an end whose addresses are not known
	ends    []int32
	ranges  []netipx.IPRange
	// sure and maybe are the matches that it matches, sorted.
	sure, maybe []int32
}

// bound is where the addresses of something begin, or where they have ended.
type bound struct {
	at   netip.Addr
	what int32 // a match, or behind them an end; nothing where a family begins
	step int
}

const nothing int32 = -1

// cutter cuts all addresses into classes.
type cutter struct {
	c      *Compiled
	bounds []bound
	known  map[string]class
	active map[int32]int // how often the ranges of something overlap here
}

// cut makes the classes of the addresses, and those of the ends that have none.
func (c *Compiled) cut() {
	k := cutter{c: c, known: map[string]class{}, active: map[int32]int{}}
	for _, every := range everyAddress {
		k.bounds = append(k.bounds, bound{every.Addr(), nothing, 0})
	}
	for i, m := range c.matches {
		if m.Addresses != nil {
			for _, r := range m.Addresses.Ranges() {
				k.add(r, int32(i))
			}
		}
	}
	for i, e := range c.ends {
		for _, place := range e.Places() {
			if first, last, ok := place.Range(); ok {
				k.add(netipx.IPRangeFrom(first, last), int32(len(c.matches)+i))
			}
		}
	}
	k.sweep()
	c.where = make([][]class, len(c.ends))
	for at := range c.points {
		for _, e := range c.points[at].ends {
			c.where[e] = append(c.where[e], class(at))
		}
	}
	c.addUnknown()
	c.match()
}

func (k *cutter) add(r netipx.IPRange, what int32) {
	k.bounds = append(k.bounds, bound{r.From(), what, 1})
	if next := r.To().Next(); next.IsValid() {
		k.bounds = append(k.bounds, bound{next, what, -1})
	}
}

// sweep passes the bounds in order, and gives the addresses between two of them
// to their class.
func (k *cutter) sweep() {
	slices.SortFunc(k.bounds, func(x, y bound) int { return x.at.Compare(y.at) })
	for i := 0; i < len(k.bounds); {
		at := k.bounds[i].at
		if at == netip.IPv6Unspecified() {
			clear(k.active) // what reaches the last address of IPv4 has no bound
		}
		for ; i < len(k.bounds) && k.bounds[i].at == at; i++ {
			k.pass(k.bounds[i])
		}
		last := netipx.PrefixLastIP(every(at))
		if i < len(k.bounds) && k.bounds[i].at.Is4() == at.Is4() {
			last = k.bounds[i].at.Prev()
		}
		p := &k.c.points[k.class(at)]
		p.ranges = append(p.ranges, netipx.IPRangeFrom(at, last))
	}
}

func every(a netip.Addr) netip.Prefix { return everyAddress[Point{Address: a}.family()] }

func (k *cutter) pass(b bound) {
	if b.what == nothing {
		return
	}
	if k.active[b.what] += b.step; k.active[b.what] == 0 {
		delete(k.active, b.what)
	}
}

// class returns the class of what is active in the family of an address.
func (k *cutter) class(at netip.Addr) class {
	list := make([]int32, 0, len(k.active))
	for what := range k.active {
		list = append(list, what)
	}
	slices.Sort(list)
	family := Point{Address: at}.family()
	key := []byte(family)
	for _, what := range list {
		key = binary.BigEndian.AppendUint32(key, uint32(what))
	}
	known, ok := k.known[string(key)]
	if !ok {
		p := point{family: family}
		for _, what := range list {
			if e := what - int32(len(k.c.matches)); e >= 0 {
				p.ends = append(p.ends, e)
			} else {
				p.sure = append(p.sure, what)
			}
		}
		known = class(len(k.c.points))
		k.known[string(key)] = known
		k.c.points = append(k.c.points, p)
	}
	return known
}

// addUnknown makes the classes of the ends that have no addresses: one in each
// family, and one for connections whose family is not known.
func (c *Compiled) addUnknown() {
	for e := range c.ends {
		if len(c.where[e]) > 0 {
			continue
		}
		for _, f := range []Family{AnyFamily, IPv4, IPv6} {
			c.where[e] = append(c.where[e], class(len(c.points)))
			c.points = append(c.points, point{family: f, unknown: true, ends: []int32{int32(e)}})
		}
	}
}

// match notes which matches each class matches, and the classes of each match.
func (c *Compiled) match() {
	byEnd := map[site.End][]int32{}
	for i, m := range c.matches {
		for _, e := range m.Ends {
			byEnd[e] = append(byEnd[e], int32(i))
		}
	}
	c.matched = make([][]class, len(c.matches))
	for at := range c.points {
		p := &c.points[at]
		p.sure = append(p.sure, anyMatch)
		for _, e := range p.ends {
			p.sure = append(p.sure, byEnd[c.ends[e]]...)
		}
		if p.unknown {
			c.matchUnknown(p)
		}
		slices.Sort(p.sure)
		p.sure = slices.Compact(p.sure)
		for _, m := range p.sure {
			c.matched[m] = append(c.matched[m], class(at))
		}
	}
}

// matchUnknown adds the matches of addresses to an end that has none.
func (c *Compiled) matchUnknown(p *point) {
	for i, m := range c.matches {
		if m.Addresses == nil || slices.Contains(p.sure, int32(i)) {
			continue
		}
		switch m.matchesUnknown(p.family) {
		case yes:
			p.sure = append(p.sure, int32(i))
		case maybe:
			p.maybe = append(p.maybe, int32(i))
		}
	}
}
