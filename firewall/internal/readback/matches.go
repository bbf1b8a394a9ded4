package readback

import (
	"net/netip"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/ruleset"
	"go4.org/netipx"
)

// Everything is all ports of all protocols.
var Everything = portbook.PortSet{}.Complement()

// Family is a family of addresses; the zero value is both.
type Family int

// The families.
const (
	IPv4 Family = 4
	IPv6 Family = 6
)

var (
	all4 = SetOf(netip.MustParsePrefix("0.0.0.0/0"))
	all6 = SetOf(netip.MustParsePrefix("::/0"))
)

// Set returns all addresses of a family.
func (f Family) Set() *netipx.IPSet {
	if f == IPv6 {
		return all6
	}
	return all4
}

// Other returns the other family.
func (f Family) Other() Family { return IPv4 + IPv6 - f }

// FamilyOf returns the family of an address.
func FamilyOf(a netip.Addr) Family {
	if a.Is4() {
		return IPv4
	}
	return IPv6
}

// SetOf returns the addresses of prefixes.
func SetOf(prefixes ...netip.Prefix) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, p := range prefixes {
		b.AddPrefix(p)
	}
	return Built(&b)
}

// Built returns the addresses of a builder that has valid ones alone.
func Built(b *netipx.IPSetBuilder) *netipx.IPSet {
	set, err := b.IPSet()
	if err != nil {
		panic("readback: " + err.Error())
	}
	return set
}

// Without returns the addresses of a set that are not in another.
func Without(set, other *netipx.IPSet) *netipx.IPSet {
	var b netipx.IPSetBuilder
	b.AddSet(set)
	b.RemoveSet(other)
	return Built(&b)
}

// Matches is what the matches of a rule leave of all connections. Use [Any] and
// [Never] to begin with.
type Matches struct {
	From, To *netipx.IPSet // nil for all
	Family   Family        // of both ends
	Ports    portbook.PortSet
	Partial  bool // a match was not understood
}

// Any matches everything.
func Any() Matches { return Matches{Ports: Everything} }

// Never matches nothing.
func Never() Matches { return Matches{} }

// Unknown may match anything.
func Unknown() Matches { return Matches{Ports: Everything, Partial: true} }

// OfPorts matches ports.
func OfPorts(p portbook.PortSet) Matches { return Matches{Ports: p} }

// OfFamily matches a family.
func OfFamily(f Family) Matches { return Matches{Ports: Everything, Family: f} }

// OfAddresses matches the source or the destination by addresses of a family.
func OfAddresses(isSource bool, set *netipx.IPSet, f Family) Matches {
	if isSource {
		return Matches{From: set, Family: f, Ports: Everything}
	}
	return Matches{To: set, Family: f, Ports: Everything}
}

// OfEither matches where a condition holds or does not.
func OfEither(holds bool) Matches {
	if holds {
		return Any()
	}
	return Never()
}

// And returns what both match.
func (m Matches) And(o Matches) Matches {
	if m.Family != 0 && o.Family != 0 && m.Family != o.Family {
		return Never()
	}
	return Matches{
		From: intersect(m.From, o.From), To: intersect(m.To, o.To), Family: max(m.Family, o.Family),
		Ports: m.Ports.Intersect(o.Ports), Partial: m.Partial || o.Partial,
	}
}

// Budget bounds the ranges of addresses that the matches of a rule set combine.
// The zero value is a whole one.
type Budget struct{ spent int }

// mostRanges is far more than rule sets need, and little memory.
const mostRanges = 1 << 21

// And returns what both match. Beyond the budget that is what the first one
// matches, as a partial match, and fits is false.
func (b *Budget) And(m, n Matches) (both Matches, fits bool) {
	cost := 0
	for _, pair := range [][2]*netipx.IPSet{{m.From, n.From}, {m.To, n.To}} {
		if x, y := pair[0], pair[1]; x != nil && y != nil && x != y {
			cost += len(x.Ranges()) + len(y.Ranges())
		}
	}
	if b.spent += cost; cost > 0 && b.spent > mostRanges {
		m.Partial = true
		return m, false
	}
	return m.And(n), true
}

func intersect(a, b *netipx.IPSet) *netipx.IPSet {
	switch {
	case a == nil || a == b:
		return b
	case b == nil:
		return a
	}
	var both netipx.IPSetBuilder
	both.AddSet(a)
	both.Intersect(b)
	return Built(&both)
}

// IsNever reports whether nothing matches.
func (m Matches) IsNever() bool {
	return m.Ports.IsEmpty() || isEmpty(m.From) || isEmpty(m.To)
}

func isEmpty(s *netipx.IPSet) bool {
	return s != nil && !s.Overlaps(all4) && !s.Overlaps(all6)
}

// Rule returns a rule of what matches.
func (m Matches) Rule(place ruleset.Place, action ruleset.Action, chain *ruleset.Chain) ruleset.Rule {
	if m.Family != 0 && m.From == nil && m.To == nil {
		m.From = m.Family.Set()
	}
	return ruleset.Rule{
		Place: place, From: ruleset.Match{Addresses: m.From}, To: ruleset.Match{Addresses: m.To},
		Ports: m.Ports, Partial: m.Partial, Action: action, Chain: chain,
	}
}

// Undecided returns the rules of a match after which it is not known whether a
// connection is permitted, or goes on.
func (m Matches) Undecided(place ruleset.Place) []ruleset.Rule {
	m.Partial = true
	return []ruleset.Rule{m.Rule(place, ruleset.Permit, nil), m.Rule(place, ruleset.Deny, nil)}
}
