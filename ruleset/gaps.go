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
	From, To Side             // the sides; From opens the connection
	Ports    portbook.PortSet // destination ports; types of ICMP
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
	Pieces   []Piece          // the connections that are not surely permitted
	By       []Decider        // what denies them, in the order of the set
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
		gathered.add(classSet{list: []class{a}}, classSet{list: []class{b}}, missing)
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
