package aws

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall/internal/readback"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// mostEntries is many times what AWS gives an ACL.
const mostEntries = 1000

// entry is an entry of an ACL.
type entry struct {
	aclEntry
	prefix  netip.Prefix
	ports   portbook.PortSet
	partial bool
	answers bool // the opposite direction surely permits the replies
}

// acl makes the chains of an ACL: for each of its subnets one in each direction.
// One without subnets concerns nothing.
func (x *reader) acl(a networkACL) error {
	if len(a.Entries) > mostEntries {
		return fmt.Errorf("%s: there are %d entries; expected: at most %d", a.NetworkACLID, len(a.Entries), mostEntries)
	}
	var ways [2][]entry // ingress, egress
	for _, e := range a.Entries {
		made, err := entryOf(e)
		if err != nil {
			return fmt.Errorf("%s rule %d: %w", a.NetworkACLID, e.RuleNumber, err)
		}
		i := 0
		if e.Egress {
			i = 1
		}
		ways[i] = append(ways[i], made)
	}
	for i := range ways {
		slices.SortStableFunc(ways[i], func(a, b entry) int { return cmp.Compare(a.RuleNumber, b.RuleNumber) })
	}
	for i := range ways {
		for j := range ways[i] {
			ways[i][j].answers = passes(ways[i][j], ways[1-i])
		}
	}
	for _, subnet := range a.Associations {
		where, known, err := x.addressesOf(subnet.SubnetID)
		if err != nil {
			return err
		}
		own := slices.DeleteFunc(slices.Clone(x.hosts), func(e site.End) bool { return known && isElsewhere(e, where) })
		if len(own) == 0 {
			continue
		}
		name := a.NetworkACLID + " " + subnet.SubnetID
		if !known {
			x.unread(ruleset.Place{Name: name}, "addresses of the subnet")
		}
		for i, d := range []ruleset.Direction{ruleset.Inbound, ruleset.Outbound} {
			if err := x.subnet(name, d, own, where, ways[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// addressesOf returns the addresses of a subnet, where they are listed.
func (x *reader) addressesOf(id string) (set *netipx.IPSet, known bool, err error) {
	s, known := x.subnets[id]
	if !known {
		return nil, false, nil
	}
	all := []string{s.CidrBlock}
	for _, six := range s.Ipv6CidrBlockAssociationSet {
		all = append(all, six.Ipv6CidrBlock)
	}
	var prefixes []netip.Prefix
	for _, text := range all {
		if text == "" { // a subnet of IPv6 alone
			continue
		}
		p, err := prefixOf(text)
		if err != nil {
			return nil, false, fmt.Errorf("%s: %w", id, err)
		}
		prefixes = append(prefixes, p)
	}
	return readback.SetOf(prefixes...), true, nil
}

// isElsewhere reports whether an end has addresses, and none in a subnet.
func isElsewhere(e site.End, where *netipx.IPSet) bool {
	own := readback.AddressesOf(e)
	return len(own.Ranges()) > 0 && !own.Overlaps(where)
}

// subnet makes the chain of a subnet in a direction. Connections within a subnet
// do not pass its ACL, and neither do those to addresses outside of it.
func (x *reader) subnet(name string, d ruleset.Direction, own []site.End, where *netipx.IPSet, entries []entry) error {
	place := ruleset.Place{Name: name}
	c := &ruleset.Chain{Name: name, Place: place, Direction: d, Own: own, Default: ruleset.Deny}
	x.set.Chains = append(x.set.Chains, c)
	first := []ruleset.Rule{readback.Unknown().Rule(place, ruleset.Permit, nil)}
	if where != nil {
		outside := readback.Without(bothFamilies, where)
		within := ruleset.Rule{Place: place, From: ruleset.Match{Addresses: where}, To: ruleset.Match{Addresses: where}, Ports: readback.Everything, Action: ruleset.Permit}
		away := ruleset.Rule{Place: place, To: ruleset.Match{Addresses: outside}, Ports: readback.Everything, Action: ruleset.Permit}
		if d == ruleset.Outbound {
			away.From, away.To = away.To, away.From
		}
		first = []ruleset.Rule{within, away}
	}
	for _, r := range first {
		if err := x.add(c, r); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if err := x.entry(c, e); err != nil {
			return err
		}
	}
	return nil
}

var bothFamilies = readback.SetOf(netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0"))

// entry adds the rule of an entry.
func (x *reader) entry(c *ruleset.Chain, e entry) error {
	place := ruleset.Place{Name: fmt.Sprintf("%s rule %d", c.Name, e.RuleNumber)}
	r := readback.PeerRule(c.Direction, place, ruleset.Match{Addresses: readback.SetOf(e.prefix)}, e.ports)
	r.Partial = e.partial
	if e.partial {
		x.unread(place, fmt.Sprintf("code %d of ICMP", e.IcmpTypeCode.Code))
	}
	if e.RuleAction == "deny" {
		r.Action = ruleset.Deny
	} else if !e.answers {
		r.Partial = true
		x.unread(place, "replies, which the opposite direction does not surely permit")
	}
	return x.add(c, r)
}

// replies are the ports of clients, to which replies go.
var replies = portbook.MustParsePortSet("1024-65535/tcp 1024-65535/udp")

// passes reports whether the opposite direction surely permits the replies of
// what an entry permits.
func passes(e entry, back []entry) bool {
	var needed portbook.PortSet
	for _, p := range e.ports.Protocols() {
		whole := portbook.PortSetFrom(p, allPorts)
		if p == portbook.TCP || p == portbook.UDP {
			whole = whole.Intersect(replies)
		}
		needed = needed.Union(whole)
	}
	for _, b := range back {
		switch {
		case !b.prefix.Overlaps(e.prefix) || !b.ports.Overlaps(needed):
		case b.RuleAction == "deny" || b.partial || b.prefix.Bits() > e.prefix.Bits():
			return false
		case b.ports.ContainsSet(needed):
			return true
		default:
			needed = needed.Subtract(b.ports)
		}
	}
	return needed.IsEmpty()
}

var allPorts, _ = portbook.PortRangeFrom(0, 65535)

// entryOf reads an entry.
func entryOf(e aclEntry) (made entry, err error) {
	made.aclEntry = e
	if e.RuleAction != "allow" && e.RuleAction != "deny" {
		return made, fmt.Errorf("the action is %s; expected: allow or deny", readback.Quote(e.RuleAction))
	}
	if made.prefix, err = prefixOf(cmp.Or(e.CidrBlock, e.Ipv6CidrBlock)); err != nil {
		return made, err
	}
	from, to, kind, code := -1, -1, -1, -1
	if e.PortRange != nil {
		from, to = e.PortRange.From, e.PortRange.To
	}
	if e.IcmpTypeCode != nil {
		kind, code = e.IcmpTypeCode.Type, e.IcmpTypeCode.Code
	}
	var exact bool
	made.ports, exact, err = portsOf(e.Protocol, from, to, kind, code)
	made.partial = !exact
	return made, err
}
