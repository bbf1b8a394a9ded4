// Package probe writes scripts that test from a host whether it reaches what it
// needs: before a product is installed there, or after a firewall was changed.
//
//	policy, err := firewall.For(plan, "central", i18n.Localizer{})
//	err = probe.WriteBash(w, policy, firewall.Options{}) // or WritePowerShell
//
// A TCP port is open if a connection succeeds, which is closed again with nothing
// sent. For a UDP port only a refusal is certain: an application that does not
// answer looks like a firewall that drops.
package probe

import (
	"fmt"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
)

// kind is how a script tests a port.
type kind string

const (
	tcp  kind = "tcp"
	udp  kind = "udp"
	ping kind = "ping"
	none kind = "untested" // the script lists it
)

// test is a row of a script's table.
type test struct {
	kind    kind
	address string // or a name
	port    string
	cells   [4]string // destination, address, port, reason
}

// mostPorts is the number of ports of a range that are tested one by one. Wider
// ranges are those that are assigned when needed: nothing listens on most of
// their ports.
const mostPorts = 16

// longestReason is the number of bytes of a row's reasons.
const longestReason = 300

// Gaps returns what scripts list and do not test: groups of machines, wide
// ranges of ports, and what no script can try.
func Gaps(p *firewall.Policy) []firewall.Gap {
	_, gaps := tests(p)
	return gaps
}

// tests makes the tests of the rules that go out from a host. What comes in is
// tested from the other end.
func tests(p *firewall.Policy) (list []test, gaps []firewall.Gap) {
	for r := range p.Rules() {
		if r.Direction != firewall.Outbound {
			continue
		}
		var untested []string
		for _, place := range placesOf(r) {
			for protocol, ports := range r.Ports.All() {
				made := testsOf(r, place, protocol, ports)
				if list = append(list, made...); len(made) == 1 && made[0].kind == none {
					untested = append(untested, strings.TrimSpace(place.String()+" "+made[0].cells[2]))
				}
			}
		}
		if untested != nil {
			gaps = append(gaps, firewall.Gap{Kind: firewall.GapUntested, Rule: r, End: r.To, What: untested, Written: true})
		}
	}
	return list, gaps
}

// placesOf returns the addresses and the names at the other end of a rule; the
// zero value where there is only a selector.
func placesOf(r firewall.Rule) []portbook.Host {
	if places := r.To.Places(); len(places) > 0 {
		return places
	}
	return make([]portbook.Host, 1)
}

// testsOf makes the tests of ports of a place, or one row that tests nothing.
// There are none for the ICMP of the other family.
func testsOf(r firewall.Rule, place portbook.Host, p portbook.Protocol, ports portbook.PortRange) (list []test) {
	row := test{kind: none, address: place.String(), cells: [4]string{r.To.Name(), place.String(), portbook.PortSetFrom(p, ports).String(), r.Comment(longestReason)}}
	first, _, isAddress := place.Range()
	switch {
	case isAddress && (p == portbook.ICMP && first.Is6() || p == firewall.ICMPv6 && first.Is4()):
		return nil
	case !isSingle(place):
		return []test{row}
	case p == portbook.ICMP && ports.Contains(8), p == firewall.ICMPv6 && ports.Contains(128):
		row.kind = ping
		return []test{row}
	case p != portbook.TCP && p != portbook.UDP, ports.Len() > mostPorts:
		return []test{row}
	}
	for n := int(ports.First()); n <= int(ports.Last()); n++ {
		row.kind, row.port, row.cells[2] = kind(p.String()), fmt.Sprint(n), fmt.Sprintf("%d/%s", n, p)
		list = append(list, row)
	}
	return list
}

// isSingle reports whether a place is one that can be tested: an address, or a
// name without wildcards.
func isSingle(place portbook.Host) bool {
	if first, last, ok := place.Range(); ok {
		return first == last
	}
	return !place.IsZero() && !strings.Contains(place.String(), "*")
}
