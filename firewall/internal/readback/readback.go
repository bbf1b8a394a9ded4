// Package readback helps the targets to read rule sets: what rules match, what
// they leave undecided, and how much is read.
package readback

import (
	"errors"
	"io"
	"strconv"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// MostBytes bounds a rule set: some hundred thousand rules.
const MostBytes = 64 << 20

// MostRules bounds the rules that a rule set expands into.
const MostRules = 1 << 18

// ErrLong is what reading a larger rule set fails with.
var ErrLong = errors.New("the rule set is longer than 64 MiB; expected: the rules of one firewall")

// All reads a whole rule set.
func All(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MostBytes+1))
	if err == nil && len(data) > MostBytes {
		err = ErrLong
	}
	return data, err
}

// Line returns the line of a byte, 1 for the first.
func Line(data []byte, at int64) int {
	line := 1
	for _, b := range data[:min(max(at, 0), int64(len(data)))] {
		if b == '\n' {
			line++
		}
	}
	return line
}

// longest bounds what messages and lists of unread parts quote.
const longest = 200

// Quote quotes the beginning of an input for a message.
func Quote(s string) string { return strconv.Quote(printable.Beginning(s, longest)) }

// Unread returns an unread part.
func Unread(place ruleset.Place, what string) ruleset.Unread {
	return ruleset.Unread{Place: place, What: printable.Beginning(what, longest)}
}

// CanDeny reports whether a base chain can refuse anything.
func CanDeny(c *ruleset.Chain) bool {
	seen := map[*ruleset.Chain]bool{}
	var denies func(c *ruleset.Chain) bool
	denies = func(c *ruleset.Chain) bool {
		if seen[c] {
			return false
		}
		seen[c] = true
		for i := range c.Rules {
			r := &c.Rules[i]
			if r.Action == ruleset.Deny || r.Chain != nil && denies(r.Chain) {
				return true
			}
		}
		return false
	}
	return c.Default == ruleset.Deny || denies(c)
}

// AddressesOf returns the addresses of an end.
func AddressesOf(e site.End) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, place := range e.Places() {
		if first, last, ok := place.Range(); ok {
			b.AddRange(netipx.IPRangeFrom(first, last))
		}
	}
	return Built(&b)
}

// Elsewhere returns a rule that possibly permits ports with other ends than
// those that are known not to be meant.
func Elsewhere(d ruleset.Direction, place ruleset.Place, set portbook.PortSet, known []site.End) ruleset.Rule {
	c := &ruleset.Chain{Name: place.Name, Place: place}
	if len(known) > 0 {
		r := PeerRule(d, place, ruleset.Match{Ends: known}, Everything)
		r.Action = ruleset.Return
		c.Rules = append(c.Rules, r)
	}
	permit := PeerRule(d, place, ruleset.Match{}, Everything)
	permit.Partial = true
	c.Rules = append(c.Rules, permit)
	return ruleset.Rule{Place: place, Ports: set, Action: ruleset.Call, Chain: c}
}

// PeerRule returns a rule that permits ports with the other end of a direction.
func PeerRule(d ruleset.Direction, place ruleset.Place, peer ruleset.Match, set portbook.PortSet) ruleset.Rule {
	r := ruleset.Rule{Place: place, Ports: set, Action: ruleset.Permit}
	if d == ruleset.Inbound {
		r.From = peer
	} else {
		r.To = peer
	}
	return r
}
