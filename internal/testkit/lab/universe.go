package lab

import (
	"iter"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/sites"
	"github.com/portbook/portbook/site"
)

// Packet opens a connection.
type Packet struct {
	Direction firewall.Direction
	From, To  netip.Addr
	Protocol  portbook.Protocol
	Port      portbook.Port
}

// Every yields every packet of [sites.Universe], in each direction.
func Every() iter.Seq[Packet] {
	var addresses []netip.Addr
	for _, s := range append(slices.Clone(sites.Universe.IPv4), sites.Universe.IPv6...) {
		addresses = append(addresses, netip.MustParseAddr(s))
	}
	return func(yield func(Packet) bool) {
		for _, d := range []firewall.Direction{firewall.Inbound, firewall.Outbound, firewall.Through} {
			for _, from := range addresses {
				for _, to := range addresses {
					if from.Is4() != to.Is4() {
						continue // no packet has two families
					}
					for _, protocol := range sites.Universe.Protocols {
						for _, port := range sites.Universe.Ports {
							if !yield(Packet{d, from, to, protocol, port}) {
								return
							}
						}
					}
				}
			}
		}
	}
}

// Compare compares what some reader of rules says of every packet with what the
// policy does, and returns how many are permitted.
func Compare(t *testing.T, p *firewall.Policy, permits func(Packet) bool) (permitted int) {
	t.Helper()
	for x := range Every() {
		got, want := permits(x), p.Permits(x.Direction, x.From, x.To, x.Protocol, x.Port)
		if got != want {
			t.Fatalf("%s: %s from %s to port %d of %s (%s): the rules say %v, the policy %v",
				p.Preamble(nil)[0], x.Protocol, x.From, x.Port, x.To, x.Direction, got, want)
		}
		if got {
			permitted++
		}
	}
	return permitted
}

// Policies returns the policy of every host of a site, and of a gateway.
func Policies(t testing.TB, s *site.Site) (list []*firewall.Policy) {
	t.Helper()
	for _, end := range s.Hosts() {
		p, err := firewall.For(s.Plan(), end.Name(), i18n.Localizer{})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	p, err := firewall.Between(s.Plan(), i18n.Localizer{})
	if err != nil {
		t.Fatal(err)
	}
	return append(list, p)
}

// Hostile returns a site whose reasons would break out of comments if they
// could, some of them as long as reasons can be.
func Hostile(t testing.TB) *site.Site {
	const longest = 1000
	texts := append([]string{
		"${jndi:x}", "$(reboot)", "$$(x)", "`id`", `" accept comment "`, `\" -j ACCEPT`, "' ; reboot #", "a\nadd rule inet x y accept", "-j ACCEPT", "*", "%s%n", "\"\\\n", "“quoted”", "COMMIT",
		"#{x} %{y} {{z}}", strings.Repeat("\"", longest), strings.Repeat("*filter\n", longest/8), strings.Repeat("\\\n", longest/2),
	}, hostile.Names...)
	var flows []sites.Flow
	for _, text := range texts {
		if len(text) > longest {
			text = text[:longest] // in the middle of a character, maybe
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		flows = append(flows, sites.Flow{From: "a", To: "b", Ports: "1/tcp", Why: text}, sites.Flow{From: "a", To: "b", Ports: sitesPort(len(flows)), Why: text})
	}
	hosts := []site.Host{sites.Host("a", "one", "192.0.2.1 2001:db8::1"), sites.Host("b", "two", "192.0.2.2 2001:db8::2")}
	return sites.New(t, hosts, nil, flows...)
}

func sitesPort(n int) string { return portbook.PortSetOf(portbook.UDP, portbook.Port(2+n)).String() }

// MadeUp returns a site of both families, ranges, groups, and messages of ICMP.
func MadeUp(t testing.TB) *site.Site {
	hosts := []site.Host{
		sites.Host("web", "servers", "192.0.2.10 2001:db8::10"),
		sites.Host("database", "servers", "192.0.2.20"),
		sites.Host("six", "dmz", "2001:db8:1::10"),
		sites.Host("clients", "clients", "198.51.100.0/25 198.51.100.200-198.51.100.220 2001:db8:2::/64"),
		sites.Host("printers", "clients", "203.0.113.4 203.0.113.8-203.0.113.9"),
		{Name: "named", Names: sites.Hosts("named.example.com")},
	}
	ports := make([]string, 14) // with ranges, more than a match of iptables takes
	for i := range ports {
		ports[i] = strconv.Itoa(3000 + 10*i)
	}
	return sites.New(t, hosts, sites.Cloud{"cloud": {"203.0.113.128/28", "cdn.example.com"}},
		sites.Flow{From: "clients", To: "web", Ports: "80,443/tcp", Why: "The shop: it's \"open\" $(reboot) `id`"},
		sites.Flow{From: "clients", To: "web", Ports: "8/icmp 128/ipv6-icmp"},
		sites.Flow{From: "web", To: "database", Ports: "1433/tcp 1434/udp"},
		sites.Flow{From: "web", To: "six", Ports: "514/udp"},
		sites.Flow{From: "six", To: "web", Ports: "5000-5100/tcp 5050-5060/udp"},
		sites.Flow{From: "clients", To: "printers", Ports: strings.Join(ports, ",") + ",9000-9010,9100-9110,9200/tcp"},
		sites.Flow{From: "clients", To: "clients", Ports: "52028/udp"},
		sites.Flow{From: "database", To: "cloud", Ports: "443/tcp"},
		sites.Flow{From: "printers", To: "six", Ports: "25/tcp"},
		sites.Flow{From: "named", To: "web", Ports: "22/tcp"},
	)
}
