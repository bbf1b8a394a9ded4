package ruleset

import (
	"net/netip"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// Point is an end of one connection: an address, and the ends of the site that
// have it. Without an address it is an end whose addresses are not known.
type Point struct {
	Address netip.Addr // the zero value where it is not known
	Ends    []site.End // ends of the site with that address
}

// Permits reports whether the set permits a new connection between two points,
// to a port of a protocol: surely, and possibly. It is asked of one direction,
// and is true where the set says nothing about the connection. Between addresses
// of two families there is none.
//
// A rule that is partial, or that matches addresses where one is not known, may
// match or not, whatever others do. A set surely permits what it permits
// whichever do, and possibly what it permits if some do.
//
// Permits follows the rules one by one. It is what [Compile] is judged by.
func (s *Set) Permits(d Direction, from, to Point, p portbook.Protocol, n portbook.Port) (surely, possibly bool) {
	family, ok := commonFamily(from.family(), to.family())
	if !ok {
		return false, false
	}
	c := connection{from, to, family, p, n, map[*Chain]outcomes{}}
	surely, possibly = true, true
	for _, chain := range s.Chains {
		if chain.Direction == d && chain.isPassed(from, to, family) {
			o := c.follow(chain).decide(chain.Default)
			surely = surely && o == permitted
			possibly = possibly && o&permitted != 0
		}
	}
	return surely, possibly
}

// connection is one connection that is followed through chains.
type connection struct {
	from, to Point
	family   Family
	protocol portbook.Protocol
	port     portbook.Port
	known    map[*Chain]outcomes // of chains that were followed already
}

// outcomes are what can become of a connection in a chain, of which one happens.
type outcomes uint8

const (
	permitted outcomes = 1 << iota
	denied
	undecided
)

// decide lets the default of a base chain decide.
func (o outcomes) decide(action Action) outcomes {
	switch {
	case o&undecided == 0:
		return o
	case action == Permit:
		return o&^undecided | permitted
	}
	return o&^undecided | denied
}

// commonFamily returns the family of a connection between ends of two: there is
// none where they differ.
func commonFamily(from, to Family) (f Family, ok bool) {
	switch {
	case from == AnyFamily:
		return to, true
	case to == AnyFamily, to == from:
		return from, true
	}
	return AnyFamily, false
}

func (p Point) family() Family {
	switch {
	case p.Address.Is4() || p.Address.Is4In6():
		return IPv4
	case p.Address.Is6():
		return IPv6
	}
	return AnyFamily
}

// isPassed reports whether a connection passes a base chain. One whose family
// is not known passes those of both.
func (c *Chain) isPassed(from, to Point, family Family) bool {
	if c.Family != AnyFamily && family != AnyFamily && c.Family != family {
		return false
	}
	own := to
	if c.Direction == Outbound {
		own = from
	}
	return len(c.Own) == 0 || own.isOneOf(c.Own)
}

func (p Point) isOneOf(ends []site.End) bool {
	return slices.ContainsFunc(p.Ends, func(e site.End) bool { return slices.Contains(ends, e) })
}

// follow returns what can become of the connection in a chain.
func (c *connection) follow(chain *Chain) outcomes {
	if o, ok := c.known[chain]; ok {
		return o
	}
	var all outcomes
	passes := true // the rule may be reached
	for i := range chain.Rules {
		r := &chain.Rules[i]
		m := c.matches(r)
		if m == no {
			continue
		}
		o, goesOn := c.act(r)
		all |= o
		if passes = goesOn || m == maybe; !passes {
			break
		}
	}
	if passes {
		all |= undecided
	}
	c.known[chain] = all
	return all
}

// act returns what can become of the connection by a rule that matches, and
// whether the rules after it may be reached.
func (c *connection) act(r *Rule) (o outcomes, goesOn bool) {
	switch r.Action {
	case Permit:
		return permitted, false
	case Deny:
		return denied, false
	case Return:
		return undecided, false
	case Goto:
		return c.follow(r.Chain), false
	}
	o = c.follow(r.Chain)
	return o &^ undecided, o&undecided != 0
}

// answer is whether something matches.
type answer uint8

const (
	no answer = iota
	maybe
	yes
)

func (c *connection) matches(r *Rule) answer {
	if !r.Ports.Contains(c.protocol, c.port) {
		return no
	}
	m := min(r.From.matches(c.from, c.family), r.To.matches(c.to, c.family))
	if m == yes && r.Partial {
		return maybe
	}
	return m
}

// matches reports whether a point matches in a connection of a family. An
// address that is not known may be any of the family.
func (m Match) matches(p Point, f Family) answer {
	switch {
	case m.isAny() || p.isOneOf(m.Ends):
		return yes
	case m.Addresses == nil:
		return no
	case !p.Address.IsValid():
		return m.matchesUnknown(f)
	case m.Addresses.Contains(p.Address.Unmap()):
		return yes
	}
	return no
}

func (m Match) isAny() bool { return m.Addresses == nil && len(m.Ends) == 0 }

var everyAddress = map[Family]netip.Prefix{
	IPv4: netip.MustParsePrefix("0.0.0.0/0"),
	IPv6: netip.MustParsePrefix("::/0"),
}

// matchesUnknown reports whether an address of a family matches that is not
// known.
func (m Match) matchesUnknown(f Family) answer {
	all, none := true, true
	for family, every := range everyAddress {
		if f == AnyFamily || f == family {
			all = all && m.Addresses.ContainsPrefix(every)
			none = none && !m.Addresses.OverlapsPrefix(every)
		}
	}
	switch {
	case all:
		return yes
	case none:
		return no
	}
	return maybe
}
