// Package sites makes sites over made-up catalogs, for tests of what is made of
// sites.
package sites

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/site"
)

// Flow is a flow of a made-up catalog, between the roles of two hosts.
type Flow struct {
	From, To string // names of hosts, or of components in clouds
	Ports    string // as in the data: "443/tcp"
	More     string // other fields of the data: "portKind: dynamic"
	Why      string // the reason of an answer that the flow is used; it is optional then
}

// Cloud is the published places of components in a cloud, by their names.
type Cloud map[string][]string

// New returns a site of hosts, each of which plays a role of its own name, over
// a catalog of flows between these roles. Flow number i has the id t/i.
func New(t testing.TB, hosts []site.Host, cloud Cloud, flows ...Flow) *site.Site {
	t.Helper()
	var data, words, flowWords strings.Builder
	fmt.Fprintf(&data, "product: {id: t}\ndocuments:\n  - {id: t-ports, publisher: Example, language: en, url: https://example.com/ports, counts: rows, rows: %d, sections: [{id: all, rows: 1-%d}]}\ncomponents:\n", len(flows), len(flows))
	words.WriteString("product: {name: T, summary: A product for tests.}\ndocuments: {t-ports: Ports}\nsections: {t-ports/all: All}\ncomponents:\n")
	component := func(name, more string) {
		fmt.Fprintf(&data, "  - {id: t/%s, hosting: %s}\n", name, more)
		fmt.Fprintf(&words, "  t/%s: {name: The %s, role: \"It is %s.\"}\n", name, name, name)
	}
	hosts = slices.Clone(hosts)
	for i := range hosts {
		hosts[i].Roles = []portbook.Component{portbook.Component("t/" + hosts[i].Name)}
		component(hosts[i].Name, "premises")
	}
	for _, name := range slices.Sorted(maps.Keys(cloud)) {
		component(name, "cloud, hosts: [\""+strings.Join(cloud[name], `", "`)+"\"]")
	}
	d := site.Definition{Name: "made-up", Hosts: hosts}
	data.WriteString("flows:\n")
	for i, f := range flows {
		id := fmt.Sprintf("t/f%d", i)
		if f.Why != "" {
			f.More = strings.TrimPrefix(f.More+", requirement: optional", ", ")
			d.Answers = append(d.Answers, site.Answer{Flow: portbook.FlowID(id), Use: site.Yes, Why: f.Why})
		}
		fmt.Fprintf(&data, "  - {id: %s, component: t/%s, from: [t/%s], to: [t/%s], ports: %q, configurable: \"yes\", cite: [%d]", id, hosts[0].Name, f.From, f.To, f.Ports, i+1)
		if f.More != "" {
			data.WriteString(", " + f.More)
		}
		data.WriteString("}\n")
		fmt.Fprintf(&flowWords, "  %s: {purpose: \"Flow %d from %s to %s\"}\n", id, i, f.From, f.To)
	}
	c, err := catalog.Load(fstest.MapFS{
		"data/t.yaml":    {Data: []byte(data.String())},
		"i18n/en/t.yaml": {Data: []byte(words.String() + "flows:\n" + flowWords.String())},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.New(c, d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Hosts parses places: addresses, prefixes, ranges and names.
func Hosts(places ...string) (list []portbook.Host) {
	for _, s := range places {
		list = append(list, portbook.MustParseHost(s))
	}
	return list
}

// Ports parses a set of ports.
func Ports(s string) portbook.PortSet { return portbook.MustParsePortSet(s) }

// Host returns a host at addresses, which are separated by spaces.
func Host(name, zone, addresses string) site.Host {
	return site.Host{Name: name, Zone: zone, Addresses: Hosts(strings.Fields(addresses)...)}
}

// Universe is the addresses and ports over which [Random] makes sites, so that
// tests can try them all.
var Universe = struct {
	IPv4, IPv6 []string
	Ports      []portbook.Port
	Protocols  []portbook.Protocol
}{
	[]string{"192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.7"},
	[]string{"2001:db8::", "2001:db8::1", "2001:db8::2", "2001:db8::3"},
	[]portbook.Port{0, 1, 2, 3, 4, 5, 6, 7, 8, 128, 65535},
	[]portbook.Protocol{portbook.TCP, portbook.UDP, portbook.ICMP, 47, 58, 132},
}

// Random returns a site of a few hosts in zones a, b, and none.
func Random(t testing.TB, random *rand.Rand) *site.Site {
	t.Helper()
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	v4 := append([]string{"192.0.2.0/30", "192.0.2.2-192.0.2.5", "192.0.2.4/31"}, Universe.IPv4...)
	v6 := append([]string{"2001:db8::/127", "2001:db8::1-2001:db8::3"}, Universe.IPv6...)
	var hosts []site.Host
	for i := range 2 + random.IntN(4) {
		h := site.Host{Name: fmt.Sprintf("h%d", i), Zone: pick([]string{"", "a", "b"})}
		for range random.IntN(3) {
			h.Addresses = append(h.Addresses, portbook.MustParseHost(pick(v4)))
		}
		for range random.IntN(2) {
			h.Addresses = append(h.Addresses, portbook.MustParseHost(pick(v6)))
		}
		slices.SortFunc(h.Addresses, func(a, b portbook.Host) int { return strings.Compare(a.String(), b.String()) })
		h.Addresses = slices.Compact(h.Addresses)
		if len(h.Addresses) == 0 {
			h.Names, h.Group = Hosts("db.example.com"), site.Choice(random.IntN(3))
		}
		hosts = append(hosts, h)
	}
	var flows []Flow
	for range 1 + random.IntN(8) {
		flows = append(flows, Flow{
			From: hosts[random.IntN(len(hosts))].Name, To: hosts[random.IntN(len(hosts))].Name,
			Ports: pick([]string{"1/tcp", "1,3,5,7/tcp", "2-6/udp", "1/tcp 1/udp", "8/icmp", "128/ipv6-icmp", "0-8/icmp", "*/tcp", "*/gre", "2/sctp", "*/icmp", "8/icmp 128/ipv6-icmp 3/udp", "0/tcp", "65535/udp"}),
			Why:   pick([]string{"", "asked for"}),
		})
	}
	return New(t, hosts, Cloud{"cloud": {"192.0.2.7", "cdn.example.com"}}, append(flows, Flow{From: hosts[0].Name, To: "cloud", Ports: "4/tcp"})...)
}
