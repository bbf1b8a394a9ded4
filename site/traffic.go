package site

import (
	"iter"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/portset"
)

// Traffic is an immutable set of (from, to, protocol, port): what passes
// between the ends of a site. It has the algebra of the other sets. It is
// comparable: sets of a site are equal (==) exactly when their members are. The
// zero value is the empty set of every site.
//
// Names mean nothing across sites, so an operation on sets of two sites panics.
// Operations take time in proportion to the size of both sets.
type Traffic struct {
	site *Site
	set  portset.Keyed
}

// Stream is the ports on which one end opens connections to another.
type Stream struct {
	From, To End              // From opens the connection
	Ports    portbook.PortSet // destination ports; types of ICMP
}

// Traffic returns the set of the given streams, such as a rule set permits.
func (s *Site) Traffic(streams ...Stream) Traffic {
	b := trafficBuilder{site: s}
	for _, x := range streams {
		if x.From.site != s || x.To.site != s {
			panic("site: a stream between ends of another site")
		}
		b.add(pair{x.From.index, x.To.index}, x.Ports)
	}
	return b.traffic()
}

// trafficBuilder gathers the members of a set.
type trafficBuilder struct {
	site    *Site
	entries []portset.Entry
	packed  map[portbook.PortSet]portset.Set
}

func (b *trafficBuilder) add(x pair, ports portbook.PortSet) {
	if b.packed == nil {
		b.packed = map[portbook.PortSet]portset.Set{}
	}
	set, ok := b.packed[ports]
	if !ok {
		set = pack(ports)
		b.packed[ports] = set
	}
	b.entries = append(b.entries, portset.Entry{Key: portset.Pair(x.from, x.to), Set: set})
}

func (b *trafficBuilder) traffic() Traffic { return b.site.traffic(portset.KeyedOf(b.entries)) }

// traffic returns a set in canonical form.
func (s *Site) traffic(set portset.Keyed) Traffic {
	if set.IsEmpty() {
		return Traffic{}
	}
	return Traffic{s, set}
}

// pack returns ports as the keyed sets have them.
func pack(ports portbook.PortSet) portset.Set {
	var ranges [][2]uint32
	for p, x := range ports.All() {
		ranges = append(ranges, [2]uint32{portset.Key(uint8(p), uint16(x.First())), portset.Key(uint8(p), uint16(x.Last()))})
	}
	return portset.FromRanges(ranges)
}

// unpack is the inverse of pack.
func unpack(set portset.Set) portbook.PortSet {
	ports, err := portbook.ParsePortSet(set.String())
	if err != nil {
		panic(err) // a set's text is that of its ports
	}
	return ports
}

// Traffic returns what has to pass over the network for the needs whose ports
// are known. Needs without a rule pass nothing: see [Need.NeedsRule].
func (p *Plan) Traffic() Traffic {
	b := trafficBuilder{site: p.site}
	for n := range p.Needs() {
		if n.NeedsRule() && !n.IsOpen() {
			b.add(pair{n.From.index, n.To.index}, n.Options[0])
		}
	}
	return b.traffic()
}

func (t Traffic) common(u Traffic) *Site {
	switch {
	case t.site == nil:
		return u.site
	case u.site != nil && u.site != t.site:
		panic("site: set operation on traffic of different sites")
	}
	return t.site
}

// Union returns the traffic of t or of u.
func (t Traffic) Union(u Traffic) Traffic { return t.common(u).traffic(t.set.Union(u.set)) }

// Intersect returns the traffic of both t and u.
func (t Traffic) Intersect(u Traffic) Traffic { return t.common(u).traffic(t.set.Intersect(u.set)) }

// Subtract returns the traffic of t that is not in u.
func (t Traffic) Subtract(u Traffic) Traffic { return t.common(u).traffic(t.set.Subtract(u.set)) }

// IsEmpty reports whether there is no traffic in t.
func (t Traffic) IsEmpty() bool { return t.set.IsEmpty() }

// Contains reports whether a port of a protocol from one end to another is in
// t, in time logarithmic in the number of pairs.
func (t Traffic) Contains(from, to End, p portbook.Protocol, n portbook.Port) bool {
	return t.site != nil && from.site == t.site && to.site == t.site &&
		t.set.Contains(portset.Pair(from.index, to.index), portset.Key(uint8(p), uint16(n)))
}

// ContainsTraffic reports whether all of u is in t.
func (t Traffic) ContainsTraffic(u Traffic) bool { return u.Subtract(t).IsEmpty() }

// All yields the traffic, one stream for each pair of ends that has any, by the
// names of their hosts.
func (t Traffic) All() iter.Seq[Stream] {
	return func(yield func(Stream) bool) {
		for key, set := range t.set.All() {
			if !yield(Stream{End{t.site, uint32(key >> 32)}, End{t.site, uint32(key)}, unpack(set)}) {
				return
			}
		}
	}
}

// ports returns the ports from one end to another.
func (t Traffic) ports(x pair) portset.Set { return t.set.Get(portset.Pair(x.from, x.to)) }

// Gap is traffic between two ends that is needed and not permitted.
type Gap struct {
	From, To End // From opens the connection
	// Options are what is missing: one of them is enough, each of which is
	// ports that have to be permitted in addition.
	Options []portbook.PortSet
	Needs   []Need // that are behind it
}

// Missing yields what the plan needs over the network and permitted does not
// have: for each pair of ends one gap for all needs whose ports are known, and
// one for each need of several options, none of which is permitted in full.
func (p *Plan) Missing(permitted Traffic) iter.Seq[Gap] {
	permitted.common(Traffic{site: p.site})
	return func(yield func(Gap) bool) {
		for _, x := range p.byPair() {
			for _, g := range x.gaps(permitted) {
				if !yield(g) {
					return
				}
			}
		}
	}
}

// Excess returns what is permitted and no need would use, whatever its option
// is. What an open question could come to need is in the excess.
func (p *Plan) Excess(permitted Traffic) Traffic {
	b := trafficBuilder{site: p.site}
	for n := range p.Needs() {
		for _, option := range n.Options {
			b.add(pair{n.From.index, n.To.index}, option)
		}
	}
	return permitted.Subtract(b.traffic())
}

// pairNeeds is the needs over the network between two ends.
type pairNeeds struct {
	pair
	needs []Need
}

// byPair returns the needs over the network by their ends, sorted.
func (p *Plan) byPair() []pairNeeds {
	place := map[pair]int{}
	var list []pairNeeds
	for n := range p.Needs() {
		if !n.NeedsRule() {
			continue
		}
		x := pair{n.From.index, n.To.index}
		at, ok := place[x]
		if !ok {
			at = len(list)
			place[x] = at
			list = append(list, pairNeeds{pair: x})
		}
		list[at].needs = append(list[at].needs, n)
	}
	slices.SortFunc(list, func(a, b pairNeeds) int { return comparePairs(a.pair, b.pair) })
	return list
}

// gaps returns what is missing between two ends.
func (x pairNeeds) gaps(permitted Traffic) []Gap {
	var list []Gap
	var known Gap
	have := unpack(permitted.ports(x.pair))
	for _, n := range x.needs {
		var missing []portbook.PortSet
		for _, option := range n.Options {
			missing = append(missing, option.Subtract(have))
		}
		g := Gap{n.From, n.To, missing, []Need{n}}
		switch {
		case g.isClosed():
		case n.IsOpen():
			list = append(list, g)
		case known.Needs == nil:
			known = g
		default:
			known.Options[0] = known.Options[0].Union(missing[0])
			known.Needs = append(known.Needs, n)
		}
	}
	if known.Needs != nil {
		list = append([]Gap{known}, list...)
	}
	return list
}

// isClosed reports whether some option misses nothing.
func (g Gap) isClosed() bool {
	return slices.ContainsFunc(g.Options, portbook.PortSet.IsEmpty)
}
