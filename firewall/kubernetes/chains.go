package kubernetes

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/internal/ports"
	"github.com/portbook/portbook/firewall/internal/readback"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// build makes the chains of each host that is pods: one for each direction, or
// one for each policy where none selects all of its pods.
func (x *reader) build() error {
	for _, own := range x.pods {
		for _, d := range []ruleset.Direction{ruleset.Inbound, ruleset.Outbound} {
			if err := x.chains(own, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// isolates reports whether a policy isolates pods in a direction.
func (p *listedPolicy) isolates(d ruleset.Direction) bool {
	way := ingress
	if d == ruleset.Outbound {
		way = egress
	}
	if len(p.spec.PolicyTypes) > 0 {
		return slices.Contains(p.spec.PolicyTypes, way)
	}
	return way == ingress || len(p.spec.Egress) > 0
}

func (x *reader) chains(own podsAt, d ruleset.Direction) error {
	base := func(name string, action ruleset.Action) *ruleset.Chain {
		c := &ruleset.Chain{
			Name: name, Place: ruleset.Place{Name: name}, Direction: d, Own: []site.End{own.end}, Default: action,
		}
		if x.others { // which may permit more, or less
			c.Rules = readback.Unknown().Undecided(c.Place)
		}
		x.set.Chains = append(x.set.Chains, c)
		return c
	}
	whole, part, err := x.selecting(own, d)
	switch {
	case err != nil:
		return err
	case len(whole) > 0:
		c := base(own.end.Name(), ruleset.Deny)
		for _, p := range whole {
			if err := x.rulesOf(c, p, false); err != nil {
				return err
			}
		}
		for _, p := range part {
			if err := x.rulesOf(c, p, true); err != nil {
				return err
			}
		}
		return nil
	case len(part) == 0:
		base(own.end.Name(), ruleset.Permit)
		return nil
	}
	for _, p := range part { // pods may be selected by this one alone, or by none
		c := base(own.end.Name()+" "+p.label(), ruleset.Deny)
		c.Rules = append(c.Rules, readback.Unknown().Rule(c.Place, ruleset.Permit, nil))
		if err := x.rulesOf(c, p, false); err != nil {
			return err
		}
	}
	return nil
}

func (p *listedPolicy) label() string { return p.namespace + "/" + p.name }

// selecting returns the policies that select all pods of a host, and those that
// may select some.
func (x *reader) selecting(own podsAt, d ruleset.Direction) (whole, part []*listedPolicy, err error) {
	for _, p := range x.policies {
		if p.namespace != own.pods.Namespace || !p.isolates(d) {
			continue
		}
		selected, err := p.spec.PodSelector.selects(known{labels: own.pods.Labels})
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", p.line, err)
		}
		switch selected {
		case all:
			whole = append(whole, p)
		case some:
			part = append(part, p)
			x.unread(ruleset.Place{Line: p.line, Name: p.label()}, fmt.Sprintf("podSelector %s, which may select some pods of %s", &p.spec.PodSelector, own.end.Name()))
		}
	}
	return whole, part, nil
}

// rulesOf adds the rules of a policy to a chain.
func (x *reader) rulesOf(c *ruleset.Chain, p *listedPolicy, partial bool) error {
	list, way := p.spec.Ingress, "ingress"
	if c.Direction == ruleset.Outbound {
		list, way = p.spec.Egress, "egress"
	}
	for i, r := range list {
		place := ruleset.Place{Line: r.line, Name: fmt.Sprintf("%s %s %d", p.label(), way, i+1)}
		sure, unsure, err := portsOf(r.Ports)
		if err != nil {
			return fmt.Errorf("line %d: %w", r.line, err)
		}
		if !unsure.IsEmpty() {
			x.unread(place, "named ports")
		}
		peers, err := x.peersOf(place, p, append(slices.Clone(r.From), r.To...))
		if err != nil {
			return fmt.Errorf("line %d: %w", r.line, err)
		}
		for _, peer := range peers {
			for _, part := range []struct {
				ports   portbook.PortSet
				partial bool
			}{{sure, partial || peer.partial}, {unsure, true}} {
				if part.ports.IsEmpty() {
					continue
				}
				if x.rules++; x.rules > readback.MostRules {
					return fmt.Errorf("the rules of all hosts are more than %d (expected: those of one cluster)", readback.MostRules)
				}
				if peer.elsewhere {
					c.Rules = append(c.Rules, readback.Elsewhere(c.Direction, place, part.ports, x.ends))
					continue
				}
				rule := readback.PeerRule(c.Direction, place, peer.Match, part.ports)
				rule.Partial = part.partial
				c.Rules = append(c.Rules, rule)
			}
		}
	}
	return nil
}

// matched is the other end of a rule: hosts or addresses, or elsewhere, which is
// what the site does not know.
type matched struct {
	ruleset.Match
	partial, elsewhere bool
}

// peersOf returns the other ends of a rule: one without peers permits all.
func (x *reader) peersOf(place ruleset.Place, p *listedPolicy, peers []listedPeer) (list []matched, err error) {
	if len(peers) == 0 {
		return []matched{{}}, nil
	}
	for _, peer := range peers {
		switch {
		case peer.IPBlock != nil && (peer.PodSelector != nil || peer.NamespaceSelector != nil) || peer == (listedPeer{}):
			return nil, fmt.Errorf("a peer is not one; expected: podSelector, namespaceSelector, both of them, or ipBlock")
		case peer.IPBlock != nil:
			set, err := blockOf(peer.IPBlock.CIDR, peer.IPBlock.Except)
			if err != nil {
				return nil, err
			}
			list = append(list, matched{Match: ruleset.Match{Addresses: set}})
		default:
			more, err := x.podsOf(place, p, peer)
			if err != nil {
				return nil, err
			}
			list = append(list, more...)
		}
	}
	return list, nil
}

// podsOf returns the hosts that a peer selects: those of which it selects all
// pods, and those of which it may select some. One that selects none may select
// pods that the site does not know.
func (x *reader) podsOf(place ruleset.Place, p *listedPolicy, peer listedPeer) (list []matched, err error) {
	var whole, part []site.End
	for _, other := range x.pods {
		selected := all
		if peer.NamespaceSelector != nil {
			selected, err = peer.NamespaceSelector.selects(x.namespace(other.pods.Namespace))
		} else if p.namespace != other.pods.Namespace {
			selected = none
		}
		if err == nil && peer.PodSelector != nil {
			var pods share
			pods, err = peer.PodSelector.selects(known{labels: other.pods.Labels})
			selected = least(selected, pods)
		}
		switch {
		case err != nil:
			return nil, err
		case selected == all:
			whole = append(whole, other.end)
		case selected == some:
			part = append(part, other.end)
		}
	}
	if len(whole) > 0 {
		list = append(list, matched{Match: ruleset.Match{Ends: whole}})
	}
	if len(part) > 0 {
		list = append(list, matched{Match: ruleset.Match{Ends: part}, partial: true})
	}
	if len(whole) == 0 {
		x.unread(place, peer.String())
	}
	if len(list) == 0 {
		list = append(list, matched{elsewhere: true})
	}
	return list, nil
}

// String returns the selectors on one line.
func (p listedPeer) String() string {
	var parts []string
	if p.NamespaceSelector != nil {
		parts = append(parts, "namespaceSelector "+p.NamespaceSelector.String())
	}
	if p.PodSelector != nil {
		parts = append(parts, "podSelector "+p.PodSelector.String())
	}
	return strings.Join(parts, ", ")
}

// blockOf returns the addresses of a block.
func blockOf(cidr string, except []string) (*netipx.IPSet, error) {
	var b netipx.IPSetBuilder
	for i, s := range append([]string{cidr}, except...) {
		prefix, err := netip.ParsePrefix(s)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s is not a prefix; expected: one such as 192.0.2.0/24", readback.Quote(s))
		case i == 0:
			b.AddPrefix(prefix.Masked())
		default:
			b.RemovePrefix(prefix.Masked())
		}
	}
	return readback.Built(&b), nil
}

// protocols are those that network policies know.
var protocols = map[string]portbook.Protocol{"": portbook.TCP, "TCP": portbook.TCP, "UDP": portbook.UDP, "SCTP": firewall.SCTP}

// portsOf returns the ports of a rule: those that are numbers, and those among
// which the named ones are. A rule without ports permits everything.
func portsOf(list []listedPort) (sure, unsure portbook.PortSet, err error) {
	if len(list) == 0 {
		return readback.Everything, unsure, nil
	}
	for _, p := range list {
		protocol, ok := protocols[p.Protocol]
		if !ok {
			return sure, unsure, fmt.Errorf("the protocol %s is unknown; expected: TCP, UDP or SCTP", readback.Quote(p.Protocol))
		}
		value := resolved(&p.Port)
		switch {
		case value.IsZero() || value.Tag == "!!null":
			sure = sure.Union(ports.All(protocol))
			continue
		case value.Tag != "!!int":
			unsure = unsure.Union(ports.All(protocol))
			continue
		}
		first, err := portbook.ParsePort(value.Value)
		last := first
		if p.EndPort != 0 {
			last = portbook.Port(p.EndPort)
		}
		r, ok := portbook.PortRangeFrom(first, last)
		if err != nil || !ok || first == 0 || p.EndPort < 0 || p.EndPort > 65535 {
			text := value.Value
			if p.EndPort != 0 {
				text += fmt.Sprintf("-%d", p.EndPort)
			}
			return sure, unsure, fmt.Errorf("%s are not ports; expected: one from 1 to 65535, or endPort above port", readback.Quote(text))
		}
		sure = sure.Union(portbook.PortSetFrom(protocol, r))
	}
	return sure, unsure, nil
}
