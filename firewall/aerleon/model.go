package aerleon

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/internal/ports"
)

// model is what the two files hold.
type model struct {
	site        string
	definitions definitions
	policy      policy
	gaps        []firewall.Gap
}

type definitions struct {
	Networks map[string]network   `yaml:"networks"`
	Services map[string][]service `yaml:"services"`
}

type network struct {
	Values []value `yaml:"values"`
}

type value struct {
	Address string `yaml:"address"`
	Comment string `yaml:"comment,omitempty"`
}

type service struct {
	Port     string `yaml:"port"`
	Protocol string `yaml:"protocol"`
}

type policy struct {
	Filters []filter `yaml:"filters"`
}

type filter struct {
	Header header `yaml:"header"`
	Terms  []term `yaml:"terms"`

	from, to string // zones
}

type header struct {
	Comment string            `yaml:"comment,omitempty"`
	Targets map[string]string `yaml:"targets"`
}

type term struct {
	Name        string   `yaml:"name"`
	Comment     string   `yaml:"comment,omitempty"`
	Source      string   `yaml:"source-address,omitempty"`
	Destination string   `yaml:"destination-address,omitempty"`
	Ports       []string `yaml:"destination-port,flow,omitempty"`
	Protocol    string   `yaml:"protocol,omitempty"`
	Types       []string `yaml:"icmp-type,flow,omitempty"`
	Exclude     string   `yaml:"platform-exclude,omitempty"`
	Action      string   `yaml:"action"`
}

// modelOf makes the files of a policy.
func modelOf(p *firewall.Policy, o firewall.Options) *model {
	parts, gaps := p.Parts(firewall.Recognizes{Ports: sayable})
	m := &model{site: p.Site().Name(), definitions: definitions{map[string]network{}, map[string][]service{}}, gaps: gaps}
	last := "" // rule that has a gap already
	for _, x := range parts {
		if gap := unsaid(x); gap.Kind == "" {
			m.add(x)
		} else if x.Rule.Key() != last {
			last = x.Rule.Key()
			m.gaps = append(m.gaps, gap)
		}
	}
	slices.SortFunc(m.policy.Filters, func(a, b filter) int {
		return cmp.Or(strings.Compare(a.from, b.from), strings.Compare(a.to, b.to))
	})
	if o.DefaultDeny {
		for i := range m.policy.Filters {
			f := &m.policy.Filters[i]
			f.Terms = append(f.Terms, term{Name: shorten("deny-"+f.from+"-"+f.to, f.from+" "+f.to), Action: "deny"})
		}
	}
	return m
}

// unsaid returns why no term can say a part: for an end without a zone, and for
// one without addresses, which would be at any. It returns no kind of gap where
// a term can.
func unsaid(x firewall.Part) firewall.Gap {
	for _, place := range []firewall.Place{x.From, x.To} {
		gap := firewall.Gap{Kind: firewall.GapSelector, Rule: x.Rule, End: place.End, What: []string{place.End.Name()}}
		switch names := place.End.Places(); {
		case !isZone(place.End.Zone()):
			gap.Kind, gap.What = firewall.GapZone, nil
			return gap
		case len(place.Ranges) == 0 && len(names) > 0:
			gap.Kind, gap.What = firewall.GapName, nil
			for _, name := range names {
				gap.What = append(gap.What, name.String())
			}
			return gap
		case len(place.Ranges) == 0:
			return gap
		}
	}
	return firewall.Gap{}
}

// add adds a term for each protocol of a part.
func (m *model) add(x firewall.Part) {
	messages, all := x.Messages()
	if all {
		messages = []firewall.Message{{}}
	}
	f := m.filter(x.Rule.From.Zone(), x.Rule.To.Zone())
	for _, message := range messages {
		t := term{
			Name: termName(x, message), Comment: comment(x.Rule), Action: "accept",
			Source: m.network(x.From), Destination: m.network(x.To),
		}
		if !all {
			m.match(&t, message)
		}
		if t.Ports == nil && (t.Types == nil || message.Protocol == firewall.ICMPv6) {
			// Aerleon would permit all services of FortiGate, or refuse.
			t.Exclude = "fortigate"
			what := cmp.Or(t.Protocol, "*") + " (FortiGate)"
			m.gaps = append(m.gaps, firewall.Gap{Kind: firewall.GapProtocol, Rule: x.Rule, What: []string{what}, Written: true})
		}
		f.Terms = append(f.Terms, t)
	}
}

// isZone reports whether a zone is one of devices: the words are not.
func isZone(zone string) bool { return zone != "" && zone != "any" && zone != "all" }

// filter returns the filter between two zones.
func (m *model) filter(from, to string) *filter {
	i := slices.IndexFunc(m.policy.Filters, func(f filter) bool { return f.from == from && f.to == to })
	if i < 0 {
		i = len(m.policy.Filters)
		zones := fmt.Sprintf("from-zone %s to-zone %s", from, to)
		m.policy.Filters = append(m.policy.Filters, filter{from: from, to: to, Header: header{Targets: map[string]string{
			"paloalto": zones + " mixed", "fortigate": zones + " mixed", "srx": zones + " mixed",
			"ciscoasa": from + "-" + to,
		}}})
	}
	return &m.policy.Filters[i]
}

// sayable returns those of some ports that Aerleon can say: ports of TCP and UDP
// apart from 0, types of ICMP that it has a name for, and protocols that it
// knows.
func sayable(set portbook.PortSet) portbook.PortSet {
	for _, p := range set.Protocols() {
		all := ports.All(p)
		switch names := icmpTypes[p]; {
		case p == portbook.TCP || p == portbook.UDP:
			if !set.ContainsSet(all) {
				set = set.Subtract(portbook.PortSetOf(p, 0))
			}
		case set.ContainsSet(all) && slices.Contains(protocols, name(p)):
		case names != nil:
			for n := range ports.Each(set, p) {
				if names[int(n)] == "" {
					set = set.Subtract(portbook.PortSetOf(p, n))
				}
			}
		default:
			set = set.Subtract(all)
		}
	}
	return set
}

// match sets protocol and ports, or types, of a term.
func (m *model) match(t *term, x firewall.Message) {
	t.Protocol = name(x.Protocol)
	for _, r := range x.Ranges {
		if x.IsPorts() {
			t.Ports = append(t.Ports, m.service(x.Protocol, r))
			continue
		}
		for n := int(r.First()); n <= int(r.Last()); n++ {
			t.Types = append(t.Types, icmpTypes[x.Protocol][n])
		}
	}
}

// service defines a range of ports and returns its name.
func (m *model) service(p portbook.Protocol, r portbook.PortRange) string {
	token := m.token(fmt.Sprintf("%s-%s", p, r))
	m.definitions.Services[token] = []service{{r.String(), p.String()}}
	return token
}

// network defines where an end is, by addresses of one family, and returns its
// name.
func (m *model) network(x firewall.Place) string {
	token := m.token(x.End.Name() + "-" + string(x.Side))
	var n network
	for _, r := range x.Ranges {
		for _, prefix := range r.Prefixes() {
			n.Values = append(n.Values, value{Address: prefix.String()})
		}
	}
	m.definitions.Networks[token] = n
	return token
}

// token returns a name for Aerleon, which devices take too: of capitals,
// digits, hyphens and underscores, after that of the site. Names that lose a
// character or are too long end in a number of their own.
func (m *model) token(name string) string {
	const longest = 55
	full := m.site + "_" + name
	token := strings.Map(func(c rune) rune {
		if c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c) || c == '-' || c == '_') {
			return unicode.ToUpper(c)
		}
		return '_'
	}, full)
	if strings.EqualFold(token, full) && strings.ToLower(name) == name && len(token) <= longest {
		return token
	}
	return fmt.Sprintf("%s_%08X", token[:min(len(token), longest-9)], hash(full))
}

func hash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// termName returns a name that devices take, and that stays the same as long as
// what it permits does.
func termName(x firewall.Part, m firewall.Message) string {
	port := ""
	if len(m.Ranges) > 0 {
		port = "-" + m.Ranges[0].First().String()
	}
	readable := strings.ReplaceAll(fmt.Sprintf("%s-%s%s", x.Rule.To.Name(), name(m.Protocol), port), ".", "-")
	return shorten(readable, fmt.Sprint(x.Rule.Key(), x.From.Side, x.To.Side, m.Protocol))
}

// shorten returns a name of at most 35 characters that ends in a number made of
// what it names.
func shorten(name, of string) string {
	const longest = 35
	id := fmt.Sprintf("-%08x", hash(of))
	return strings.TrimRight(name[:min(len(name), longest-len(id))], "-") + id
}

// comment returns the reasons of a rule in letters, digits and marks that mean
// nothing in the configuration of any device.
func comment(r firewall.Rule) string {
	const longest = 1000
	const marks = " .,:;()/_-+=@#%&'、。「」・…"
	s := strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || strings.ContainsRune(marks, c) {
			return c
		}
		return ' '
	}, r.Comment(longest))
	return firewall.Comment(s, longest)
}
