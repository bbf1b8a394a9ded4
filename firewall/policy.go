// Package firewall turns what a site needs into rules that name no vendor.
package firewall

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site"
)

// Direction is where a rule applies, seen from where the firewall is.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"  // to the host of the firewall
	Outbound Direction = "outbound" // from the host of the firewall
	Through  Direction = "through"  // a gateway between zones
)

// Reason is a need behind a rule.
type Reason struct {
	Flow    portbook.FlowID
	Purpose string        // of the flow, in the language of the policy
	Answers []site.Answer // that the need follows from
}

// Rule permits connections to be opened from one end to another. What belongs
// to an open connection is permitted with it.
type Rule struct {
	Direction Direction
	From, To  site.End
	Ports     portbook.PortSet
	Reasons   []Reason // in the order of the catalog
}

// Policy is the rules of one firewall. It is immutable and safe for concurrent
// use.
type Policy struct{ rules []Rule }

// Rules yields the rules by direction, ends and ports. Needs of the same ends
// and ports share a rule, which has the reasons of all.
func (p *Policy) Rules() iter.Seq[Rule] {
	return func(yield func(Rule) bool) {
		for _, r := range p.rules {
			r.Reasons = slices.Clone(r.Reasons)
			if !yield(r) {
				return
			}
		}
	}
}

// For returns the policy of a host's own firewall, with purposes in the
// language of a localizer. Needs that are local or open make no rule.
func For(p *site.Plan, host string, l i18n.Localizer) (*Policy, error) {
	end, ok := p.Site().End(host)
	if _, isHost := end.Host(); !ok || !isHost {
		return nil, fmt.Errorf("firewall: unknown host %q (expected: a host of the site)", host)
	}
	return collect(p, l, func(n site.Need) (list []Direction) {
		if n.To == end {
			list = append(list, Inbound)
		}
		if n.From == end {
			list = append(list, Outbound)
		}
		return list
	}), nil
}

// Between returns the policy of a gateway between zones: between any two of
// those named, or of all zones where none is named. Hosts without a zone and
// components in clouds are in the zone "". Needs that are open make no rule.
func Between(p *site.Plan, l i18n.Localizer, zones ...string) (*Policy, error) {
	known := map[string]bool{"": true}
	for _, end := range p.Site().Hosts() {
		known[end.Zone()] = true
	}
	for _, zone := range zones {
		if !known[zone] {
			return nil, fmt.Errorf("firewall: unknown zone %q (expected: a zone of a host of the site)", zone)
		}
	}
	in := func(zone string) bool { return len(zones) == 0 || slices.Contains(zones, zone) }
	return collect(p, l, func(n site.Need) []Direction {
		if from, to := n.From.Zone(), n.To.Zone(); from != to && in(from) && in(to) {
			return []Direction{Through}
		}
		return nil
	}), nil
}

// collect makes rules of the needs for which directions has any.
func collect(p *site.Plan, l i18n.Localizer, directions func(site.Need) []Direction) *Policy {
	type key struct {
		direction Direction
		from, to  site.End
		ports     portbook.PortSet
	}
	policy, place := &Policy{}, map[key]int{}
	for n := range p.Needs() {
		if n.Local || n.IsOpen() {
			continue
		}
		reason := Reason{n.Flow.ID(), l.Text(n.Flow.Purpose()), n.Answers()}
		for _, d := range directions(n) {
			k := key{d, n.From, n.To, n.Options[0]}
			i, ok := place[k]
			if !ok {
				i = len(policy.rules)
				place[k] = i
				policy.rules = append(policy.rules, Rule{Direction: d, From: k.from, To: k.to, Ports: k.ports})
			}
			policy.rules[i].Reasons = append(policy.rules[i].Reasons, reason)
		}
	}
	slices.SortFunc(policy.rules, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.From.Name(), b.From.Name()),
			cmp.Compare(a.To.Name(), b.To.Name()), cmp.Compare(a.Ports.String(), b.Ports.String()))
	})
	return policy
}
