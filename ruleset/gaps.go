package ruleset

import (
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// Side is one end of the connections of a piece.
type Side struct {
	// Addresses are those of the side; none where only ends are known.
	Addresses *netipx.IPSet
	// Ends are the ends of the site that have any of the addresses, sorted by
	// name; Others says that some addresses are those of no end.
	Ends   []site.End
	Others bool
}

// Piece is connections from any point of one side to any point of the same
// family of another one.
type Piece struct {
	From, To Side
	Ports    portbook.PortSet
}

// Decider is a rule that decides, or the default of a base chain.
type Decider struct {
	Rule  *Rule  // nil for a default
	Chain *Chain // that has the rule, or the default
}

// Place returns where the rule or the default is written.
func (d Decider) Place() Place {
	if d.Rule == nil {
		return d.Chain.Place
	}
	return d.Rule.Place
}

// Missing is what is needed between two ends and not surely permitted.
type Missing struct {
	Ports    portbook.PortSet // none where all are surely permitted
	Possibly portbook.PortSet // of these, what is possibly permitted everywhere
	Pieces   []Piece
	By       []Decider // what denies them, in the order of the set
}

// Missing returns the ports that are not surely permitted from one end to
// another, of those that exist between their addresses.
func (c *Compiled) Missing(from, to site.End, ports portbook.PortSet) Missing {
	var m Missing
	var never portbook.PortSet // not even possibly permitted somewhere
	by := map[int32]bool{}
	gathered := newPieces(c)
	for a, b := range c.pairs(from, to) {
		needed := existing(ports, c.points[a].family)
		r := c.result(a, b, needed)
		missing := needed.Subtract(r.surely)
		if missing.IsEmpty() {
			continue
		}
		m.Ports = m.Ports.Union(missing)
		never = never.Union(needed.Subtract(r.possibly))
		gathered.add([]class{a}, []class{b}, missing)
		for _, d := range r.decides {
			if d.action == Deny && d.ports.Overlaps(missing) {
				by[d.rule] = true
			}
		}
	}
	m.Possibly = m.Ports.Subtract(never)
	m.Pieces, _ = gathered.list()
	var rules []int32
	for r := range by {
		rules = append(rules, r)
	}
	slices.SortFunc(rules, compareDeciders)
	for _, r := range rules {
		m.By = append(m.By, c.decider(r))
	}
	return m
}

// compareDeciders puts defaults behind rules.
func compareDeciders(a, b int32) int {
	if (a < 0) != (b < 0) {
		return int(b - a)
	}
	if a < 0 {
		return int(b - a)
	}
	return int(a - b)
}

func (c *Compiled) decider(r int32) Decider {
	if r < 0 {
		return Decider{Chain: c.bases[-1-r]}
	}
	i, found := slices.BinarySearch(c.firsts, r)
	if !found {
		i--
	}
	for c.firsts[i+1] == c.firsts[i] {
		i++ // chains without rules
	}
	return Decider{Rule: c.rules[r].Rule, Chain: c.chains[i]}
}

// The protocols that are more than one of package portbook's.
const icmpv6 portbook.Protocol = 58

var (
	ofICMP     = portbook.MustParsePortSet("*/1")
	ofICMPv6   = portbook.MustParsePortSet("*/58")
	ofNothing  = portbook.MustParsePortSet("*/0") // the number means any protocol, and is that of none
	beyondICMP = portbook.MustParsePortSet("256-65535/1 256-65535/58")
)

// existing returns the ports that there are between addresses of a family: ICMP
// belongs to IPv4 and ICMPv6 to IPv6, both with types up to 255.
func existing(ports portbook.PortSet, f Family) portbook.PortSet {
	switch ports = ports.Subtract(ofNothing).Subtract(beyondICMP); f {
	case IPv4:
		return ports.Subtract(ofICMPv6)
	case IPv6:
		return ports.Subtract(ofICMP)
	}
	return ports
}

// pieces gathers connections and puts those together that form a rectangle.
type pieces struct {
	c     *Compiled
	rows  map[string]*rectangle // by the classes they lead to, and the ports
	order []*rectangle
}

type rectangle struct {
	from, to []class
	ports    portbook.PortSet
}

func newPieces(c *Compiled) *pieces { return &pieces{c: c, rows: map[string]*rectangle{}} }

// add adds connections, the classes sorted and of one family, and no connection
// twice.
func (p *pieces) add(from, to []class, ports portbook.PortSet) {
	key := classKey(p.c.points[to[0]].family, to, ports)
	r, ok := p.rows[key]
	if !ok {
		r = &rectangle{nil, slices.Clone(to), ports}
		p.rows[key] = r
		p.order = append(p.order, r)
	}
	r.from = append(r.from, from...)
}

func classKey(f Family, list []class, ports portbook.PortSet) string {
	key := []byte(string(f) + " " + ports.String() + " ")
	for _, x := range list {
		key = append(key, byte(x), byte(x>>8), byte(x>>16), byte(x>>24))
	}
	return string(key)
}

// mostPieces is how many pieces are told apart at most.
const mostPieces = 1000

// list returns the pieces, those from the same classes on the same ports put
// together; more says that there were too many.
func (p *pieces) list() (list []Piece, more bool) {
	columns := map[string]*rectangle{}
	var order []*rectangle
	for _, r := range p.order {
		slices.Sort(r.from)
		key := classKey(p.c.points[r.from[0]].family, r.from, r.ports)
		if x, ok := columns[key]; ok {
			x.to = append(x.to, r.to...)
			continue
		}
		columns[key] = r
		order = append(order, r)
	}
	if len(order) > mostPieces {
		order, more = order[:mostPieces], true
	}
	for _, r := range order {
		slices.Sort(r.to)
		list = append(list, Piece{p.c.side(r.from), p.c.side(r.to), r.ports})
	}
	return list, more
}

// side describes some classes, sorted and of one family.
func (c *Compiled) side(classes []class) Side {
	var s Side
	ends := map[int32]bool{}
	for _, x := range classes {
		p := &c.points[x]
		for _, e := range p.ends {
			ends[e] = true
		}
		s.Others = s.Others || len(p.ends) == 0
	}
	for e := range ends {
		s.Ends = append(s.Ends, c.ends[e])
	}
	slices.SortFunc(s.Ends, compareEnds)
	s.Addresses = c.addresses(classes)
	return s
}

// addresses returns the addresses of some classes; nil for none. Of most of a
// family, those that are left out are taken away.
func (c *Compiled) addresses(classes []class) *netipx.IPSet {
	var b netipx.IPSetBuilder
	every, isKnown := everyAddress[c.points[classes[0]].family]
	if isKnown && len(classes) > len(c.points)/4 {
		b.AddPrefix(every)
		rest := classes
		for x := range c.points {
			if len(rest) > 0 && rest[0] == class(x) {
				rest = rest[1:]
			} else if c.points[x].family == c.points[classes[0]].family {
				for _, r := range c.points[x].ranges {
					b.RemoveRange(r)
				}
			}
		}
	} else {
		for _, x := range classes {
			for _, r := range c.points[x].ranges {
				b.AddRange(r)
			}
		}
	}
	set, err := b.IPSet()
	if err != nil || len(set.Ranges()) == 0 || c.points[classes[0]].unknown {
		return nil
	}
	return set
}
