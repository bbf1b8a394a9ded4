package ruleset

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// Needed is what may be permitted without being in excess.
type Needed struct {
	Streams []site.Stream // what the site needs
	// Always are ports that everything needs: what permits these alone is not in
	// excess.
	Always portbook.PortSet
	// Own is the host of the firewall. Of a rule that matches none of its
	// addresses, all that no end has count as its own: the site may not know all
	// of a host.
	Own site.End
}

// Excess is what a rule, or the default of a base chain, possibly permits and
// nothing needs.
type Excess struct {
	Decider
	Pieces []Piece // what it permits in excess
	More   bool    // there are more pieces than these
	// Serves are the streams that the rule possibly permits some of, by their
	// places.
	Serves []int32
}

// Excess returns what is possibly permitted and not needed, for each rule and
// default that permits any of it, in their order; with all, for each that
// permits anything. What an earlier rule decides is not counted for a later one.
//
// An address that no end has may be that of any end whose addresses are not
// known, so that what these need is not in excess there. At a gateway, what
// passes between ends of one zone is left out, and so is at a host what it sends
// to itself.
func (c *Compiled) Excess(n Needed, all bool) []Excess {
	x := newExcess(c, n)
	var list []Excess
	for at := range c.chains {
		var closed portbook.PortSet // to later rules, between all ends
		for r := c.firsts[at]; r < c.firsts[at+1]; r++ {
			rule := &c.rules[r]
			if rule.Action == Permit {
				x.look(r, rule.from, rule.to, rule.Ports.Subtract(closed))
				list = x.take(list, r, all)
			}
			if rule.from == anyMatch && rule.to == anyMatch && !rule.Partial && rule.Action != Call {
				closed = closed.Union(rule.Ports)
			}
		}
	}
	for i, base := range c.bases {
		if base.Default == Permit {
			x.look(defaultOf(int32(i)), anyMatch, anyMatch, everything)
			list = x.take(list, defaultOf(int32(i)), all)
		}
	}
	return list
}

var everything = portbook.PortSet{}.Complement()

// excess looks for what is in excess, one rule after the other.
type excess struct {
	c       *Compiled
	always  portbook.PortSet
	own     int32 // -1 for none
	unknown []int32
	streams []site.Stream
	needs   map[uint64][]int32 // the streams between two ends
	// forth and back are the ends between which there are streams.
	forth, back [][]int32
	// kinds are the same for classes that only their rules and needs tell apart.
	kinds []int32
	// sides has what split returns.
	sides map[sideKey][2]*span
	// Of the rule at hand:
	rule   int32
	ports  portbook.PortSet
	pieces *pieces
	serves map[int32]bool
	// overlap says which rules have any of its ports: 0 for not known yet.
	overlap []uint8
	// marks has the classes of the columns that are special, as those with the
	// number of this row.
	marks  []int32
	mark   int32
	marked []class
}

type sideKey struct {
	match int32
	f     Family
	own   bool
}

func newExcess(c *Compiled, n Needed) *excess {
	x := &excess{
		c: c, always: n.Always, own: -1, streams: n.Streams, needs: map[uint64][]int32{}, sides: map[sideKey][2]*span{},
		overlap: make([]uint8, len(c.rules)), marks: make([]int32, len(c.points)),
	}
	x.forth, x.back = make([][]int32, len(c.ends)), make([][]int32, len(c.ends))
	if !n.Own.IsZero() {
		x.own = c.endAt[n.Own]
	}
	for i, s := range n.Streams {
		from, to := c.endAt[s.From], c.endAt[s.To]
		key := pairKey(from, to)
		if x.needs[key] == nil {
			x.forth[from], x.back[to] = append(x.forth[from], to), append(x.back[to], from)
		}
		x.needs[key] = append(x.needs[key], int32(i))
	}
	for e, where := range c.where {
		if c.points[where[0]].unknown {
			x.unknown = append(x.unknown, int32(e))
		}
	}
	x.addKinds()
	return x
}

// take adds what was found for a rule to a list.
func (x *excess) take(list []Excess, rule int32, all bool) []Excess {
	e := Excess{Decider: x.c.decider(rule)}
	e.Pieces, e.More = x.pieces.list()
	for s := range x.serves {
		e.Serves = append(e.Serves, s)
	}
	slices.Sort(e.Serves)
	if len(e.Pieces) > 0 || all && len(e.Serves) > 0 {
		list = append(list, e)
	}
	return list
}

// look looks at all pairs of classes that a rule matches. Pairs that the same
// rules match and that have no needs are looked at once.
func (x *excess) look(rule, from, to int32, ports portbook.PortSet) {
	x.rule, x.ports, x.pieces, x.serves = rule, ports, newPieces(x.c), map[int32]bool{}
	clear(x.overlap)
	if ports.IsEmpty() {
		return
	}
	for _, f := range []Family{IPv4, IPv6, AnyFamily} {
		known, unknown := x.split(from, f, x.c.direction == Outbound)
		knownTo, unknownTo := x.split(to, f, x.c.direction == Inbound)
		if f == AnyFamily {
			x.rectangle(unknown, unknownTo)
			continue
		}
		x.rectangle(known, knownTo)
		x.rectangle(unknown, knownTo)
		x.rectangle(known, unknownTo)
	}
}

// split returns the classes of a family that a match matches: those of
// addresses, and of ends whose addresses are not known, as far as these are
// selected or protected.
func (x *excess) split(match int32, f Family, own bool) (known, unknown *span) {
	key := sideKey{match, f, own}
	if s, ok := x.sides[key]; ok {
		return s[0], s[1]
	}
	known, unknown = &span{}, &span{}
	for _, a := range x.c.matched[match] {
		p := &x.c.points[a]
		switch {
		case p.family != f, own && x.isForeign(p):
		case p.unknown:
			end := x.c.ends[p.ends[0]]
			if slices.Contains(x.c.matches[match].Ends, end) || own && x.isProtected(p.ends[0]) {
				unknown.classes = append(unknown.classes, a)
			}
		default:
			known.classes = append(known.classes, a)
		}
	}
	if own && x.own >= 0 {
		known.classes = x.atHost(known.classes)
	}
	x.sides[key] = [2]*span{known, unknown}
	return known, unknown
}

// atHost returns the classes of addresses that the host of the firewall has, of
// those that a rule matches; all of them where it has none.
func (x *excess) atHost(known []class) []class {
	var list []class
	for _, a := range known {
		if len(x.c.points[a].ends) > 0 {
			list = append(list, a)
		}
	}
	if len(list) == 0 {
		return known
	}
	return list
}

// isForeign reports whether a class is of other hosts than that of the firewall.
func (x *excess) isForeign(p *point) bool {
	return x.own >= 0 && len(p.ends) > 0 && !slices.Contains(p.ends, x.own)
}

// isProtected reports whether a firewall is known to be that of an end.
func (x *excess) isProtected(e int32) bool {
	return e == x.own || slices.ContainsFunc(x.c.bases, func(b *Chain) bool { return slices.Contains(b.Own, x.c.ends[e]) })
}

// rectangle looks at the pairs of some classes, by rows on the side that has
// fewer. Rows that cannot be told apart are one.
func (x *excess) rectangle(from, to *span) {
	if len(from.classes) == 0 || len(to.classes) == 0 {
		return
	}
	swapped := len(to.classes) < len(from.classes)
	rows, columns := from.classes, to
	if swapped {
		rows, columns = to.classes, from
	}
	groups := map[string][]class{}
	var order []string
	for _, row := range rows {
		key := x.rowKey(row, swapped)
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], row)
	}
	for _, key := range order {
		if len(x.pieces.order) > mostPieces {
			return
		}
		x.row(groups[key], columns, swapped)
	}
}

// rowKey is the same for rows that the same rules match, of those that concern
// the rule at hand, and that need the same.
func (x *excess) rowKey(row class, swapped bool) string {
	p := &x.c.points[row]
	key := make([]byte, 0, 64)
	for _, matches := range [][]int32{p.sure, p.maybe} {
		for _, m := range matches {
			// What matches everything is the same for all.
			if m != anyMatch && slices.ContainsFunc(x.rules(m, swapped), x.concerns) {
				key = binary.BigEndian.AppendUint32(key, uint32(m))
			}
		}
		key = append(key, '/')
	}
	key = binary.BigEndian.AppendUint32(key, uint32(x.kinds[row]))
	if x.needing(p.ends, swapped) || x.hasOwn() {
		for _, e := range p.ends {
			key = binary.BigEndian.AppendUint32(key, uint32(e))
		}
	}
	return string(key)
}

// addKinds gives the same number to classes that have no ends, to those whose
// ends are in the same zones where these matter, and to those of the host of the
// firewall.
func (x *excess) addKinds() {
	known := map[string]int32{}
	for at := range x.c.points {
		p := &x.c.points[at]
		key := fmt.Sprint(len(p.ends) == 0, slices.Contains(p.ends, x.own))
		if x.c.direction == Through {
			for _, e := range p.ends {
				key += "\x00" + x.c.ends[e].Zone()
			}
		}
		kind, ok := known[key]
		if !ok {
			kind = int32(len(known))
			known[key] = kind
		}
		x.kinds = append(x.kinds, kind)
	}
}

// rules returns those with a match on the side of the rows.
func (x *excess) rules(match int32, swapped bool) []int32 {
	if swapped {
		return x.c.byTo[match]
	}
	return x.c.byFrom[match]
}

// concerns reports whether a rule has any of the ports of the rule at hand.
func (x *excess) concerns(r int32) bool {
	if x.overlap[r] == 0 {
		x.overlap[r] = 1
		if x.c.rules[r].Ports.Overlaps(x.ports) {
			x.overlap[r] = 2
		}
	}
	return x.overlap[r] == 2
}

// needing reports whether any of some ends takes part in a stream on that side.
func (x *excess) needing(ends []int32, swapped bool) bool {
	partners := x.forth
	if swapped {
		partners = x.back
	}
	return slices.ContainsFunc(ends, func(e int32) bool { return len(partners[e]) > 0 })
}

func (x *excess) hasOwn() bool {
	return slices.ContainsFunc(x.c.bases, func(b *Chain) bool { return len(b.Own) > 0 })
}

// few is how many columns are looked at one by one; a variable for tests.
var few = 16

// row looks at the columns of some rows that cannot be told apart. Columns that
// nothing sets apart are looked at once for each of their blocks.
func (x *excess) row(rows []class, columns *span, swapped bool) {
	found := map[portbook.PortSet]*classSet{} // the columns, by the ports in excess
	setOf := func(column class) *classSet {
		ports := x.cell(rows[0], column, swapped)
		if found[ports] == nil {
			found[ports] = &classSet{}
		}
		return found[ports]
	}
	special := columns.classes
	if len(special) > few {
		x.setApart(rows[0], swapped)
		special = nil
		apart := map[int32][]class{} // the special columns of each kind
		for _, column := range x.marked {
			if columns.has(column) {
				special = append(special, column)
				apart[x.kinds[column]] = append(apart[x.kinds[column]], column)
			}
		}
		for _, b := range columns.blocksBy(x.kinds) {
			except := apart[b.kind]
			slices.Sort(except)
			if i := slices.IndexFunc(b.classes, func(a class) bool { return x.marks[a] != x.mark }); i >= 0 {
				set := setOf(b.classes[i])
				set.parts = append(set.parts, part{b, except})
			}
		}
	}
	for _, column := range special {
		set := setOf(column)
		set.list = append(set.list, column)
	}
	delete(found, portbook.PortSet{})
	var sets []portbook.PortSet
	for ports := range found {
		sets = append(sets, ports)
	}
	slices.SortFunc(sets, func(a, b portbook.PortSet) int { return strings.Compare(a.String(), b.String()) })
	for _, ports := range sets {
		slices.Sort(found[ports].list)
		if swapped {
			x.pieces.add(*found[ports], classSet{list: rows}, ports)
		} else {
			x.pieces.add(classSet{list: rows}, *found[ports], ports)
		}
	}
}

// setApart marks the columns that a rule or a need of a row sets apart.
func (x *excess) setApart(row class, swapped bool) {
	x.mark++
	x.marked = x.marked[:0]
	p := &x.c.points[row]
	for _, matches := range [][]int32{p.sure, p.maybe} {
		for _, m := range matches {
			for _, r := range x.rules(m, swapped) {
				other := x.c.rules[r].to
				if swapped {
					other = x.c.rules[r].from
				}
				if other != anyMatch && x.concerns(r) {
					x.markAll(x.c.matched[other])
				}
			}
		}
	}
	x.setPartnersApart(p, swapped)
}

func (x *excess) markAll(list []class) {
	for _, a := range list {
		if x.marks[a] != x.mark {
			x.marks[a] = x.mark
			x.marked = append(x.marked, a)
		}
	}
}

// setPartnersApart marks the classes with which one has needs, and those that
// base chains protect.
func (x *excess) setPartnersApart(p *point, swapped bool) {
	partners := x.forth
	if swapped {
		partners = x.back
	}
	for _, e := range x.endsOf(p, swapped == (x.c.direction == Inbound)) {
		for _, partner := range partners[e] {
			x.markAll(x.c.where[partner])
		}
	}
	for _, e := range x.unknown {
		x.markAll(x.c.where[e]) // these may match more
	}
	if x.hasOwn() {
		for e := range x.c.ends {
			if x.isProtected(int32(e)) {
				x.markAll(x.c.where[e])
			}
		}
	}
}

// endsOf returns the ends that a class may be: where no end has its addresses,
// any whose addresses are not known, or the host of the firewall on its own side.
func (x *excess) endsOf(p *point, own bool) []int32 {
	switch {
	case own && x.own >= 0 && x.c.direction != Through:
		return []int32{x.own}
	case len(p.ends) == 0:
		return x.unknown
	}
	return p.ends
}

// cell returns the ports that the rule permits between two classes in excess.
func (x *excess) cell(row, column class, swapped bool) portbook.PortSet {
	a, b := row, column
	if swapped {
		a, b = b, a
	}
	if x.isWithinZone(a, b) || x.isWithinHost(a, b) {
		return portbook.PortSet{}
	}
	var permitted portbook.PortSet
	r := x.c.result(a, b, x.ports)
	for _, d := range r.decides {
		if d.rule == x.rule {
			permitted = d.ports.Intersect(r.possibly)
		}
	}
	rest := permitted
	for _, from := range x.endsOf(&x.c.points[a], x.c.direction == Outbound) {
		for _, to := range x.endsOf(&x.c.points[b], x.c.direction == Inbound) {
			for _, i := range x.needs[pairKey(from, to)] {
				if x.streams[i].Ports.Overlaps(permitted) {
					x.serves[i] = true
					rest = rest.Subtract(x.streams[i].Ports)
				}
			}
		}
	}
	if existing(rest, x.c.points[a].family).Subtract(x.always).IsEmpty() {
		return portbook.PortSet{}
	}
	return rest
}

// isWithinZone reports whether what passes between two classes does not pass a
// gateway, since all of their ends are in one zone.
func (x *excess) isWithinZone(a, b class) bool {
	from, to := x.c.points[a].ends, x.c.points[b].ends
	if x.c.direction != Through || len(from) == 0 || len(to) == 0 {
		return false
	}
	zone := x.c.ends[from[0]].Zone()
	same := func(e int32) bool { return x.c.ends[e].Zone() == zone }
	return !slices.ContainsFunc(append(slices.Clone(from), to...), func(e int32) bool { return !same(e) })
}

// isWithinHost reports whether both classes are the host of the firewall, which
// is one machine.
func (x *excess) isWithinHost(a, b class) bool {
	return x.own >= 0 && !x.c.ends[x.own].IsGroup() && slices.Contains(x.c.points[a].ends, x.own) && slices.Contains(x.c.points[b].ends, x.own)
}

func compareEnds(a, b site.End) int { return strings.Compare(a.Name(), b.Name()) }
