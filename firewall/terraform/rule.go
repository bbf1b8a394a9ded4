package terraform

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/internal/ports"
	"github.com/portbook/portbook/firewall/internal/side"
	"github.com/portbook/portbook/site"
)

// match is what a rule of a security group permits. AWS refuses a second rule
// of a group with the same match.
type match struct {
	way          string // ingress or egress
	group        string // whose rule it is
	field, place string // at the other end
	protocol     string
	from, to     int // ports, or a type and a code of ICMP
}

const (
	every = -1 // type or code of ICMP
	none  = -2 // no ports
)

// rule is a rule of a security group.
type rule struct {
	match
	own, peer site.End
	of        firewall.Rule // the first that needs it
	reasons   []firewall.Reason
}

// rulesOf makes the rules of every end of a policy that has a security group,
// by name.
func rulesOf(p *firewall.Policy) (rules []*rule, gaps []firewall.Gap) {
	parts, gaps := p.Parts(firewall.Recognizes{SecurityGroups: true, Ports: ports.TCPAndUDP})
	known, groupless := map[match]*rule{}, map[string]bool{}
	for _, x := range parts {
		made := false
		for _, s := range side.Of(x) {
			if s.Own.Side != firewall.SideSecurityGroup {
				continue
			}
			made = true
			for _, r := range rulesAt(s, x) {
				if first := known[r.match]; first != nil {
					first.add(r.reasons)
					continue
				}
				known[r.match] = r
				rules = append(rules, r)
			}
		}
		if key := x.Rule.Key(); !made && !groupless[key] {
			groupless[key] = true
			gaps = append(gaps, firewall.Gap{Kind: firewall.GapGroup, Rule: x.Rule, End: side.Of(x)[0].Own.End})
		}
	}
	slices.SortFunc(rules, func(a, b *rule) int { return cmp.Compare(a.name(), b.name()) })
	return rules, append(gaps, overQuota(rules)...)
}

// add adds reasons of a rule with the same match.
func (r *rule) add(reasons []firewall.Reason) {
	for _, reason := range reasons {
		if !slices.ContainsFunc(r.reasons, func(x firewall.Reason) bool { return x.Flow == reason.Flow }) {
			r.reasons = append(r.reasons, reason)
		}
	}
}

// rulesAt makes the rules of a side of a part: one for each place and range.
func rulesAt(s side.Side, x firewall.Part) (rules []*rule) {
	for _, m := range matches(s, x) {
		add := func(field, place string) {
			m.field, m.place = field, place
			rules = append(rules, &rule{m, s.Own.End, s.Peer.End, x.Rule, x.Rule.Reasons})
		}
		switch s.Peer.Side {
		case firewall.SideSecurityGroup:
			h, _ := s.Peer.End.Host()
			add("referenced_security_group_id", h.SecurityGroup)
		case firewall.SideIPv4, firewall.SideIPv6:
			for _, r := range s.Peer.Ranges {
				for _, prefix := range r.Prefixes() {
					add("cidr_"+string(s.Peer.Side), prefix.String())
				}
			}
		}
	}
	return rules
}

// matches returns the protocols and ranges of a part, without the other end.
func matches(s side.Side, x firewall.Part) (list []match) {
	h, _ := s.Own.End.Host()
	way := "ingress"
	if s.Direction == firewall.Outbound {
		way = "egress"
	}
	add := func(protocol string, from, to int) {
		list = append(list, match{way: way, group: h.SecurityGroup, protocol: protocol, from: from, to: to})
	}
	messages, all := x.Messages()
	if all {
		add("-1", none, none)
	}
	for _, m := range messages {
		name := m.Protocol.String()
		if m.Protocol == firewall.ICMPv6 {
			name = "icmpv6"
		}
		switch {
		case m.IsTypes() && m.Ranges == nil:
			add(name, every, every)
		case m.Protocol == portbook.TCP || m.Protocol == portbook.UDP:
			if m.Ranges == nil {
				add(name, 0, 65535)
			}
			for _, r := range m.Ranges {
				add(name, int(r.First()), int(r.Last()))
			}
		case m.IsTypes():
			for _, r := range m.Ranges {
				for n := int(r.First()); n <= int(r.Last()); n++ {
					add(name, n, every)
				}
			}
		default:
			add(fmt.Sprint(int(m.Protocol)), none, none)
		}
	}
	return list
}

// name returns the name of a resource: readable, and the same as long as the
// match is.
func (r *rule) name() string {
	h := fnv.New32a()
	fmt.Fprint(h, r.match)
	port := ""
	if r.from >= 0 {
		port = fmt.Sprintf("_%d", r.from)
	}
	return identifier(fmt.Sprintf("%s_%s_%s_%s%s_%08x", r.way, r.own, r.peer, r.protocol, port, h.Sum32()))
}

// identifier replaces what names of resources cannot have.
func identifier(s string) string {
	return strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' {
			return c
		}
		return '_'
	}, s)
}

// quota is the number of rules that a security group can have in a direction
// and a family, unless the account has a higher one. What refers to another
// group counts in both families.
const quota = 60

// overQuota returns a gap for each group that has more rules than the quota.
func overQuota(rules []*rule) (gaps []firewall.Gap) {
	type key struct{ group, way, family string }
	count := map[key]int{}
	at := map[key]*rule{}
	var over []key
	for _, r := range rules {
		for _, family := range []string{"ipv4", "ipv6"} {
			if strings.HasPrefix(r.field, "cidr_") && r.field != "cidr_"+family {
				continue
			}
			k := key{r.group, r.way, family}
			if count[k]++; count[k] == quota+1 {
				over, at[k] = append(over, k), r
			}
		}
	}
	for _, k := range over {
		what := fmt.Sprintf("%s %s %s %d > %d", k.group, k.way, k.family, count[k], quota)
		gaps = append(gaps, firewall.Gap{Kind: firewall.GapQuota, Rule: at[k].of, End: at[k].own, What: []string{what}, Written: true})
	}
	return gaps
}
