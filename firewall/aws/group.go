package aws

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/internal/ports"
	"github.com/portbook/portbook/firewall/internal/readback"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// buildGroups makes the chains of the groups that hosts of the site have.
func (x *reader) buildGroups() error {
	listed := map[string]bool{}
	for _, g := range x.groups {
		if listed[g.GroupID] {
			return fmt.Errorf("the security group %s is listed twice; expected: each group once", readback.Quote(g.GroupID))
		}
		listed[g.GroupID] = true
		if own := x.ends[g.GroupID]; own != nil {
			if err := x.group(g, own); err != nil {
				return err
			}
		}
	}
	if len(x.groups) == 0 {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(x.ends)) {
		if !listed[id] {
			x.unknown(id, ruleset.Inbound, x.ends[id])
			x.unknown(id, ruleset.Outbound, x.ends[id])
			x.unread(ruleset.Place{Name: id}, "not listed")
		}
	}
	return nil
}

// unknown adds a base chain of which nothing is known.
func (x *reader) unknown(name string, d ruleset.Direction, own []site.End) {
	place := ruleset.Place{Name: name}
	x.set.Chains = append(x.set.Chains, &ruleset.Chain{
		Name: name, Place: place, Direction: d, Own: own, Default: ruleset.Deny,
		Rules: []ruleset.Rule{readback.Unknown().Rule(place, ruleset.Permit, nil)},
	})
}

// group makes the chains of a group.
func (x *reader) group(g securityGroup, own []site.End) error {
	for _, way := range []struct {
		name        string
		direction   ruleset.Direction
		permissions *[]permission
	}{{"ingress", ruleset.Inbound, g.IPPermissions}, {"egress", ruleset.Outbound, g.IPPermissionsEgress}} {
		name := g.GroupID + " " + way.name
		if way.permissions == nil {
			x.unknown(name, way.direction, own)
			x.unread(ruleset.Place{Name: name}, "not listed")
			continue
		}
		c := &ruleset.Chain{Name: name, Place: ruleset.Place{Name: name}, Direction: way.direction, Own: own, Default: ruleset.Deny}
		x.set.Chains = append(x.set.Chains, c)
		for i, p := range *way.permissions {
			if err := x.permission(c, ruleset.Place{Name: fmt.Sprintf("%s %d", name, i+1)}, p); err != nil {
				return fmt.Errorf("%s %d: %w", name, i+1, err)
			}
		}
	}
	return nil
}

// permission adds the rules of a permission: one of what is known at its other
// end, and one of what is not.
func (x *reader) permission(c *ruleset.Chain, place ruleset.Place, p permission) error {
	set, exact, err := p.ports()
	if err != nil {
		return err
	}
	peer, foreign, err := x.peer(place, p)
	if err != nil {
		return err
	}
	if !exact {
		x.unread(place, fmt.Sprintf("code %d of %s", *p.ToPort, p.IPProtocol))
	}
	if peer.Addresses.Overlaps(readback.IPv4.Set()) || peer.Addresses.Overlaps(readback.IPv6.Set()) || len(peer.Ends) > 0 {
		r := readback.PeerRule(c.Direction, place, peer, set)
		r.Partial = !exact
		if err := x.add(c, r); err != nil {
			return err
		}
	}
	if foreign {
		return x.add(c, readback.Elsewhere(c.Direction, place, set, x.grouped))
	}
	return nil
}

// peer returns the other end of a permission; foreign says that something else,
// of which the site does not know where it is, is permitted, too.
func (x *reader) peer(place ruleset.Place, p permission) (m ruleset.Match, foreign bool, err error) {
	var all []string
	for _, r := range p.IPRanges {
		all = append(all, r.CidrIP)
	}
	for _, r := range p.Ipv6Ranges {
		all = append(all, r.CidrIpv6)
	}
	for _, l := range p.PrefixListIds {
		list, known := x.lists[l.PrefixListID]
		if all = append(all, list...); !known {
			foreign = true
			x.unread(place, l.PrefixListID)
		}
	}
	var prefixes []netip.Prefix
	for _, s := range all {
		prefix, err := prefixOf(s)
		if err != nil {
			return m, false, err
		}
		prefixes = append(prefixes, prefix)
	}
	m.Addresses = readback.SetOf(prefixes...)
	for _, pair := range p.UserIDGroupPairs {
		ends := x.ends[pair.GroupID]
		if m.Ends = append(m.Ends, ends...); ends == nil {
			foreign = true
			x.unread(place, pair.GroupID)
		}
	}
	return m, foreign, nil
}

func prefixOf(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("%s is not a prefix; expected: one such as 192.0.2.0/24", readback.Quote(s))
	}
	return p.Masked(), nil
}

// protocolOf reads a protocol; all is for -1.
func protocolOf(s string) (p portbook.Protocol, all bool, err error) {
	switch s = strings.ToLower(s); s {
	case "-1":
		return 0, true, nil
	case "icmpv6":
		return firewall.ICMPv6, false, nil
	}
	if p, err = portbook.ParseProtocol(s); err != nil {
		return p, false, fmt.Errorf("%s is not a protocol; expected: tcp, udp, icmp, icmpv6, a number, or -1", readback.Quote(s))
	}
	return p, false, nil
}

// ports returns the ports of a permission; exact is false where a code of ICMP
// permits less.
func (p permission) ports() (set portbook.PortSet, exact bool, err error) {
	from, to := -1, -1
	if p.FromPort != nil && p.ToPort != nil {
		from, to = *p.FromPort, *p.ToPort
	}
	return portsOf(p.IPProtocol, from, to, from, to)
}

// codeless are the types of ICMP that have the code 0 alone.
var codeless = portbook.MustParsePortSet("0,8,13-18/icmp 128-129,133-137/ipv6-icmp")

// portsOf returns the ports of a protocol, or its types of ICMP; -1 is for all.
func portsOf(name string, from, to, kind, code int) (set portbook.PortSet, exact bool, err error) {
	protocol, all, err := protocolOf(name)
	switch {
	case err != nil:
		return set, false, err
	case all:
		return readback.Everything, true, nil
	case protocol == portbook.ICMP || protocol == firewall.ICMPv6:
		if kind == -1 {
			return ports.All(protocol), true, nil
		}
		if kind < 0 || kind > 255 {
			return set, false, fmt.Errorf("%d is not a type of ICMP; expected: 0 to 255, or -1", kind)
		}
		one := portbook.PortSetOf(protocol, portbook.Port(kind))
		return one, code == -1 || code == 0 && codeless.ContainsSet(one), nil
	case protocol != portbook.TCP && protocol != portbook.UDP, from == -1 && to == -1:
		return ports.All(protocol), true, nil
	}
	r, ok := portbook.PortRangeFrom(portbook.Port(from), portbook.Port(to))
	if !ok || from < 0 || to > 65535 {
		return set, false, fmt.Errorf("the ports %d to %d are not a range; expected: 0 to 65535", from, to)
	}
	return portbook.PortSetFrom(protocol, r), true, nil
}
