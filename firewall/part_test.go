package firewall_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/site"
)

// describe returns parts and gaps as lines.
func describe(p *firewall.Policy, r firewall.Recognizes) string {
	place := func(x firewall.Place) string {
		text := string(x.Side) + " " + x.End.Name()
		for _, r := range x.Ranges {
			text += " " + r.String()
		}
		return strings.Join(append([]string{text}, x.Names...), " ")
	}
	var lines []string
	parts, gaps := p.Parts(r)
	for _, x := range parts {
		lines = append(lines, fmt.Sprintf("%s | %s | %s | %s", x.Rule.Direction, place(x.From), place(x.To), x.Ports))
	}
	for _, g := range gaps {
		lines = append(lines, fmt.Sprintf("gap %s, written: %v: %s", g.Kind, g.Written, g.Text(i18n.Localizer{})))
	}
	return strings.Join(lines, "\n")
}

// TestParts checks how rules are split, and what gets lost, for each shape of
// ends and ports.
func TestParts(t *testing.T) {
	all := firewall.Recognizes{Names: true, SecurityGroups: true, Labels: true}
	hosts := []site.Host{
		sites.Host("own", "a", "192.0.2.1 2001:db8::1"),
		sites.Host("four", "b", "192.0.2.4 192.0.2.5 192.0.2.8/29"),
		sites.Host("six", "b", "2001:db8::6"),
		sites.Host("other", "b", "2001:db8::7"),
		sites.Host("three", "a", "192.0.2.3"),
		{Name: "mail", Zone: "b", Addresses: sites.Hosts("192.0.2.25"), Names: sites.Hosts("mail.example.com")},
		{Name: "named", Zone: "b", Names: sites.Hosts("named.example.com")},
		{Name: "group", Zone: "b", SecurityGroup: "sg-0123456789abcdef0", Addresses: sites.Hosts("192.0.2.64/28")},
		{Name: "selected", Zone: "b", SecurityGroup: "sg-0123456789abcdef1"},
		{Name: "pods", Zone: "b", Kubernetes: site.Kubernetes{Namespace: "shop", Labels: map[string]string{"tier": "1", "app": "x"}}},
	}
	cloud := sites.Cloud{"cloud": {"cdn.example.com", "*.example.net", "198.51.100.0/24"}, "named-cloud": {"x.example.com"}}
	for _, c := range []struct {
		name string
		flow sites.Flow
		host string
		can  firewall.Recognizes
		want string
	}{
		{"both families", sites.Flow{From: "own", To: "four", Ports: "443/tcp"}, "own", firewall.Recognizes{},
			"outbound | ipv4 own 192.0.2.1-192.0.2.1 | ipv4 four 192.0.2.4-192.0.2.5 192.0.2.8-192.0.2.15 | 443/tcp"},
		{"the other family", sites.Flow{From: "six", To: "own", Ports: "443/tcp"}, "own", firewall.Recognizes{},
			"inbound | ipv6 six 2001:db8::6-2001:db8::6 | ipv6 own 2001:db8::1-2001:db8::1 | 443/tcp"},
		{"no family in common", sites.Flow{From: "four", To: "six", Ports: "443/tcp"}, "four", firewall.Recognizes{},
			"gap family, written: false: four and six have no addresses in a common family; no rule is written"},
		{"a machine by address and name", sites.Flow{From: "own", To: "mail", Ports: "25/tcp"}, "own", all,
			"outbound | ipv4 own 192.0.2.1-192.0.2.1 | ipv4 mail 192.0.2.25-192.0.2.25 | 25/tcp"},
		{"a name", sites.Flow{From: "four", To: "named", Ports: "25/tcp"}, "four", firewall.Recognizes{},
			"gap name, written: false: named has only DNS names (named.example.com), but this firewall requires addresses; no rule is written"},
		{"a name that is recognized", sites.Flow{From: "four", To: "named", Ports: "25/tcp"}, "four", all,
			"outbound | ipv4 four 192.0.2.4-192.0.2.5 192.0.2.8-192.0.2.15 | name named named.example.com | 25/tcp"},
		{"a host without addresses of its own", sites.Flow{From: "four", To: "named", Ports: "25/tcp"}, "named", firewall.Recognizes{},
			"inbound | ipv4 four 192.0.2.4-192.0.2.5 192.0.2.8-192.0.2.15 | own named | 25/tcp"},
		{"a cloud at some addresses", sites.Flow{From: "four", To: "cloud", Ports: "443/tcp"}, "four", firewall.Recognizes{},
			"outbound | ipv4 four 192.0.2.4-192.0.2.5 192.0.2.8-192.0.2.15 | ipv4 cloud 198.51.100.0-198.51.100.255 | 443/tcp\n" +
				"gap name, written: true: t/cloud has only DNS names (cdn.example.com, *.example.net), but this firewall requires addresses; the rest is written"},
		{"a cloud, names recognized", sites.Flow{From: "three", To: "cloud", Ports: "443/tcp"}, "three", all,
			"outbound | ipv4 three 192.0.2.3-192.0.2.3 | ipv4 cloud 198.51.100.0-198.51.100.255 | 443/tcp\n" +
				"outbound | ipv4 three 192.0.2.3-192.0.2.3 | name cloud cdn.example.com *.example.net | 443/tcp"},
		{"a cloud of names", sites.Flow{From: "three", To: "named-cloud", Ports: "443/tcp"}, "three", firewall.Recognizes{},
			"gap name, written: false: t/named-cloud has only DNS names (x.example.com), but this firewall requires addresses; no rule is written"},
		{"a group by addresses", sites.Flow{From: "three", To: "group", Ports: "443/tcp"}, "three", firewall.Recognizes{},
			"outbound | ipv4 three 192.0.2.3-192.0.2.3 | ipv4 group 192.0.2.64-192.0.2.79 | 443/tcp"},
		{"a group by its security group", sites.Flow{From: "three", To: "group", Ports: "443/tcp"}, "three", all,
			"outbound | ipv4 three 192.0.2.3-192.0.2.3 | security-group group | 443/tcp"},
		{"a selector alone", sites.Flow{From: "three", To: "selected", Ports: "443/tcp"}, "three", firewall.Recognizes{Names: true, Labels: true},
			"gap selector, written: false: selected has only a selector (sg-0123456789abcdef1), but this firewall does not support selectors; no rule is written"},
		{"labels alone", sites.Flow{From: "three", To: "pods", Ports: "443/tcp"}, "three", firewall.Recognizes{},
			"gap selector, written: false: pods has only a selector (shop app=x tier=1), but this firewall does not support selectors; no rule is written"},
		{"labels", sites.Flow{From: "three", To: "pods", Ports: "443/tcp"}, "pods", all,
			"inbound | ipv4 three 192.0.2.3-192.0.2.3 | labels pods | 443/tcp"},
		{"pods that are the host", sites.Flow{From: "three", To: "pods", Ports: "443/tcp"}, "pods", firewall.Recognizes{},
			"inbound | ipv4 three 192.0.2.3-192.0.2.3 | own pods | 443/tcp"},
		{"among the machines of a group", sites.Flow{From: "four", To: "four", Ports: "1/udp"}, "four", firewall.Recognizes{},
			"inbound | ipv4 four 192.0.2.4-192.0.2.5 192.0.2.8-192.0.2.15 | ipv4 four 192.0.2.4-192.0.2.5 192.0.2.8-192.0.2.15 | 1/udp\n" +
				"outbound | ipv4 four 192.0.2.4-192.0.2.5 192.0.2.8-192.0.2.15 | ipv4 four 192.0.2.4-192.0.2.5 192.0.2.8-192.0.2.15 | 1/udp"},
		{"within one machine", sites.Flow{From: "three", To: "three", Ports: "1/udp"}, "three", firewall.Recognizes{}, ""},
		{"ICMP of both families", sites.Flow{From: "own", To: "three", Ports: "8/icmp 128/ipv6-icmp"}, "three", firewall.Recognizes{},
			"inbound | ipv4 own 192.0.2.1-192.0.2.1 | ipv4 three 192.0.2.3-192.0.2.3 | 8/icmp\n" +
				"gap protocol, written: true: ports that this firewall cannot express for own and three: 128/ipv6-icmp; the rest is written"},
		{"ICMP of IPv4 over IPv6", sites.Flow{From: "own", To: "six", Ports: "8/icmp"}, "six", firewall.Recognizes{},
			"gap protocol, written: false: ports that this firewall cannot express for own and six: 8/icmp; no rule is written"},
		{"types that do not exist", sites.Flow{From: "own", To: "three", Ports: "8,300/icmp"}, "three", firewall.Recognizes{},
			"inbound | ipv4 own 192.0.2.1-192.0.2.1 | ipv4 three 192.0.2.3-192.0.2.3 | 8/icmp\n" +
				"gap protocol, written: true: ports that this firewall cannot express for own and three: 300/icmp; the rest is written"},
		{"a port of a protocol without ports", sites.Flow{From: "own", To: "three", Ports: "5/gre */esp */0"}, "three", firewall.Recognizes{},
			"inbound | ipv4 own 192.0.2.1-192.0.2.1 | ipv4 three 192.0.2.3-192.0.2.3 | */esp\n" +
				"gap protocol, written: true: ports that this firewall cannot express for own and three: */hopopt 5/gre; the rest is written"},
		{"everything", sites.Flow{From: "own", To: "three", Ports: "*/*"}, "three", firewall.Recognizes{},
			"inbound | ipv4 own 192.0.2.1-192.0.2.1 | ipv4 three 192.0.2.3-192.0.2.3 | */*"},
		{"a wide range", sites.Flow{From: "own", To: "three", Ports: "5000-5999/tcp", More: "portKind: dynamic"}, "three", firewall.Recognizes{},
			"inbound | ipv4 own 192.0.2.1-192.0.2.1 | ipv4 three 192.0.2.3-192.0.2.3 | 5000-5999/tcp\n" +
				"gap wide, written: true: the rule opens the entire range 5000-5999/tcp, from which some ports are assigned dynamically"},
		{"a wide range to a name", sites.Flow{From: "own", To: "named", Ports: "5000-5999/tcp", More: "portKind: dynamic"}, "own", firewall.Recognizes{},
			"gap name, written: false: named has only DNS names (named.example.com), but this firewall requires addresses; no rule is written"},
	} {
		p, err := firewall.For(sites.New(t, hosts, cloud, c.flow).Plan(), c.host, i18n.Localizer{})
		if err != nil {
			t.Fatal(err)
		}
		if got := describe(p, c.can); got != strings.ReplaceAll(c.want, " cloud ", " t/cloud ") {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestPartsAgainstPermits compares parts with the evaluator over every packet of
// a small universe.
func TestPartsAgainstPermits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	permitted := 0
	for range 20 {
		for _, p := range lab.Policies(t, sites.Random(t, random)) {
			parts, _ := p.Parts(firewall.Recognizes{})
			permitted += lab.Compare(t, p, func(packet lab.Packet) bool {
				return slices.ContainsFunc(parts, func(x firewall.Part) bool {
					return x.Rule.Direction == packet.Direction && isIn(x.From, packet.From) && isIn(x.To, packet.To) &&
						x.Ports.Contains(packet.Protocol, packet.Port)
				})
			})
		}
	}
	if permitted < 500 {
		t.Errorf("%d packets are permitted", permitted)
	}
}

func isIn(x firewall.Place, a netip.Addr) bool {
	if x.Side == firewall.SideOwn {
		return true
	}
	for _, r := range x.Ranges {
		if r.Contains(a) {
			return true
		}
	}
	return false
}
