package firewall

import (
	"maps"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// Side is how a firewall recognizes an end of a connection.
type Side string

// The ways to recognize an end.
const (
	SideOwn           Side = "own"  // by the firewall being that of the host: its address is not matched
	SideIPv4          Side = "ipv4" // by addresses
	SideIPv6          Side = "ipv6"
	SideName          Side = "name"           // by DNS names
	SideSecurityGroup Side = "security-group" // of AWS
	SideLabels        Side = "labels"         // of pods of Kubernetes
)

// Place is an end of a part of a rule, recognized in one way.
type Place struct {
	End    site.End         // the end of the rule that is there
	Side   Side             // what the place is: addresses, names, ...
	Ranges []netipx.IPRange // for addresses: sorted, and none touches another
	Names  []string         // for names; those of clouds can have wildcards
}

// Part is a rule between ends that are each recognized in one way: what a
// firewall can say in one go.
type Part struct {
	Rule     Rule             // the rule that it is a part of
	From, To Place            // one place each
	Ports    portbook.PortSet // those of the rule that exist between such ends
}

// family returns the side by whose addresses the part has a family, or none.
func (x Part) family() Side {
	switch {
	case x.IsIPv4():
		return SideIPv4
	case x.IsIPv6():
		return SideIPv6
	}
	return ""
}

// IsIPv4 reports whether an end is recognized by IPv4 addresses.
func (x Part) IsIPv4() bool { return x.From.Side == SideIPv4 || x.To.Side == SideIPv4 }

// IsIPv6 reports whether an end is recognized by IPv6 addresses.
func (x Part) IsIPv6() bool { return x.From.Side == SideIPv6 || x.To.Side == SideIPv6 }

// Recognizes says how a target can recognize ends and ports. All recognize
// addresses, and the ports of TCP and UDP.
type Recognizes struct {
	Names, SecurityGroups, Labels bool // kinds of ends without addresses
	// Ports returns those of some ports that the target can say; nil for all.
	Ports func(portbook.PortSet) portbook.PortSet
}

// Parts splits the rules for a target that recognizes ends in some ways, and
// lists what gets lost.
//
// A host is recognized in one way, that which says most about it: labels or a
// security group before addresses, and these before names. The host of a policy
// is recognized in that way, too, or else as the firewall's own. A component in
// a cloud is at all of its places at once.
func (p *Policy) Parts(r Recognizes) ([]Part, []Gap) {
	s := splitter{can: r, places: map[site.End][]Place{}, unsaid: map[site.End]*Gap{}, ports: map[familyPorts]portbook.PortSet{}}
	for _, rule := range p.rules {
		s.split(rule)
	}
	return s.parts, s.gaps
}

// splitter splits the rules of a policy.
type splitter struct {
	can    Recognizes
	places map[site.End][]Place
	unsaid map[site.End]*Gap
	ports  map[familyPorts]portbook.PortSet
	parts  []Part
	gaps   []Gap
}

func (s *splitter) split(rule Rule) {
	from, missesFrom := s.recognize(rule.From, rule.Direction == Outbound)
	to, missesTo := s.recognize(rule.To, rule.Direction == Inbound)
	before := len(s.parts)
	var met bool
	var said portbook.PortSet
	for _, a := range from {
		for _, b := range to {
			if a.Side == SideIPv4 && b.Side == SideIPv6 || a.Side == SideIPv6 && b.Side == SideIPv4 {
				continue
			}
			met = true
			x := Part{Rule: rule, From: a, To: b}
			x.Ports = s.portsOf(rule.Ports, x.family())
			if said = said.Union(x.Ports); !x.Ports.IsEmpty() {
				s.parts = append(s.parts, x)
			}
		}
	}
	written := len(s.parts) > before
	for _, g := range []*Gap{missesFrom, missesTo} {
		if g != nil {
			s.gaps = append(s.gaps, Gap{Kind: g.Kind, Rule: rule, End: g.End, What: g.What, Written: written})
		}
	}
	switch {
	case len(from) > 0 && len(to) > 0 && !met:
		s.gaps = append(s.gaps, Gap{Kind: GapFamily, Rule: rule})
	case met && said != rule.Ports:
		s.gaps = append(s.gaps, Gap{Kind: GapProtocol, Rule: rule, What: []string{rule.Ports.Subtract(said).String()}, Written: written})
	}
	if rule.Wide && written {
		s.gaps = append(s.gaps, Gap{Kind: GapWide, Rule: rule, What: []string{rule.Ports.String()}, Written: true})
	}
}

// recognize returns the ways to recognize an end of a rule, and a gap about
// those places that the target cannot recognize and needs to.
func (s *splitter) recognize(end site.End, own bool) ([]Place, *Gap) {
	list, ok := s.places[end]
	if !ok {
		list, s.unsaid[end] = places(end, s.can)
		s.places[end] = list
	}
	if own && len(list) == 0 {
		return []Place{{End: end, Side: SideOwn}}, nil
	}
	return list, s.unsaid[end]
}

// places returns the ways to recognize an end, and a gap about what is lost.
func places(end site.End, can Recognizes) ([]Place, *Gap) {
	h, isHost := end.Host()
	switch {
	case isHost && can.Labels && !h.Kubernetes.IsZero():
		return []Place{{End: end, Side: SideLabels}}, nil
	case isHost && can.SecurityGroups && h.SecurityGroup != "":
		return []Place{{End: end, Side: SideSecurityGroup}}, nil
	}
	list := addresses(end)
	var names []string
	for _, x := range end.Places() {
		if name, ok := x.Name(); ok {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0 && len(list) == 0: // only a selector is known
		return nil, &Gap{Kind: GapSelector, End: end, What: selectors(h)}
	case len(names) == 0 || isHost && len(list) > 0: // the names are those of the same machines
		return list, nil
	case can.Names:
		return append(list, Place{End: end, Side: SideName, Names: names}), nil
	}
	return list, &Gap{Kind: GapName, End: end, What: names}
}

// addresses returns the addresses of an end, one place for each family.
func addresses(end site.End) (list []Place) {
	var all netipx.IPSetBuilder
	for _, x := range end.Places() {
		if first, last, ok := x.Range(); ok {
			all.AddRange(netipx.IPRangeFrom(first, last))
		}
	}
	set, err := all.IPSet()
	if err != nil {
		panic("firewall: " + err.Error()) // the addresses of a site are valid
	}
	ranges := set.Ranges() // IPv4 comes first
	n := slices.IndexFunc(ranges, func(r netipx.IPRange) bool { return r.From().Is6() })
	if n < 0 {
		n = len(ranges)
	}
	if n > 0 {
		list = append(list, Place{End: end, Side: SideIPv4, Ranges: ranges[:n:n]})
	}
	if n < len(ranges) {
		list = append(list, Place{End: end, Side: SideIPv6, Ranges: ranges[n:]})
	}
	return list
}

// selectors returns what selects the machines of a host, for people.
func selectors(h site.Host) (list []string) {
	if h.SecurityGroup != "" {
		list = append(list, h.SecurityGroup)
	}
	if k := h.Kubernetes; !k.IsZero() {
		text := k.Namespace
		for _, key := range slices.Sorted(maps.Keys(k.Labels)) {
			text += " " + key + "=" + k.Labels[key]
		}
		list = append(list, text)
	}
	return list
}
