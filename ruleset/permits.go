package ruleset

import (
	"net/netip"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// Point is an end of one connection: an address, the end of the site that has
// it, or both.
type Point struct {
	Address netip.Addr
	End     site.End
}

// Permits reports whether the set permits a new connection between two points,
// to a port of a protocol: surely, and possibly. It is asked of one direction,
// and is true where the set says nothing about it.
//
// It follows the rules one by one. It is what faster evaluators are judged by.
func (s *Set) Permits(d Direction, from, to Point, p portbook.Protocol, n portbook.Port) (surely, possibly bool) {
	c := connection{from, to, p, n}
	surely, possibly = true, true
	for _, chain := range s.Chains {
		if chain.Direction == d && chain.protects(c) {
			surely = surely && c.isPermitted(chain, false)
			possibly = possibly && c.isPermitted(chain, true)
		}
	}
	return surely, possibly
}

type connection struct {
	from, to Point
	protocol portbook.Protocol
	port     portbook.Port
}

// protects reports whether a connection passes a base chain.
func (c *Chain) protects(x connection) bool {
	own := x.to.End
	if c.Direction == Outbound {
		own = x.from.End
	}
	return len(c.Own) == 0 || slices.Contains(c.Own, own)
}

// isPermitted reports whether a base chain permits a connection if each partial
// rule does what speaks for it (possibly), or what speaks against it.
func (x connection) isPermitted(base *Chain, possibly bool) bool {
	permitted, denied := x.follow(base, possibly)
	switch {
	case permitted:
		return true
	case denied:
		return false
	}
	return base.Default == Permit
}

// follow runs a chain. Where it returns neither, the caller goes on.
func (x connection) follow(chain *Chain, possibly bool) (permitted, denied bool) {
	for i := range chain.Rules {
		r := &chain.Rules[i]
		if !r.Ports.Contains(x.protocol, x.port) || !r.From.matches(x.from) || !r.To.matches(x.to) {
			continue
		}
		switch r.Action {
		case Permit:
			permitted = possibly || !r.Partial
		case Deny:
			denied = !possibly || !r.Partial
		case Return:
			if !r.Partial {
				return false, false
			}
			// TODO
		case Call, Goto:
			permitted, denied = x.follow(r.Chain, possibly)
		}
		if permitted || denied {
			return permitted, denied
		}
	}
	return false, false
}

func (m Match) matches(p Point) bool {
	if slices.Contains(m.Ends, p.End) {
		return true
	}
	if m.Addresses == nil {
		return len(m.Ends) == 0
	}
	return p.Address.IsValid() && m.Addresses.Contains(p.Address)
}
