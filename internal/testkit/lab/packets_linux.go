package lab

import (
	"fmt"
	"maps"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site"
)

var ids atomic.Int32

// nextID returns an identifier for messages, of 16 bits.
func nextID() int { return int(ids.Add(1)) & 0xffff }

// Machine is where rules are loaded.
type Machine struct {
	t    *testing.T
	name string
}

// Do runs a program on the machine, and fails the test if that fails.
func (m Machine) Do(input string, program string, args ...string) {
	m.t.Helper()
	cmd := exec.Command("ip", append([]string{"netns", "exec", m.name, program}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		m.t.Fatalf("%s on %s: %v\n%s", program, m.name, err, out)
	}
}

// Target is how a test loads rules, and removes them.
type Target struct {
	Load   func(Machine, *firewall.Policy, firewall.Options)
	Unload func(Machine)
}

// stranger is a machine that no site has, at the addresses beside those of its
// ends.
const stranger = "stranger"

// Packets loads the rules of each host of a site and of gateways, one after the
// other, all with default deny. For each need a connection has to succeed, and
// for its neighbors it must not, unless another need is just that: the ports
// beside, other sources, the other direction, the other protocol, the other
// family. It must only be called by a test within [Run].
func Packets(t *testing.T, s *site.Site, target Target) {
	x := &trial{t: t, site: s, plan: s.Plan(), machines: map[site.End]string{}}
	x.build()
	defer x.network.close()
	for _, end := range s.Hosts() {
		p, err := firewall.For(x.plan, end.Name(), i18n.Localizer{})
		if err != nil {
			t.Fatal(err)
		}
		x.try(target, x.machines[end], p, func(n site.Need) bool { return n.From == end || n.To == end })
	}
	for _, zones := range [][]string{nil, firewall.ZoneNames(s)[1:3]} {
		p, err := firewall.Between(x.plan, i18n.Localizer{}, zones...)
		if err != nil {
			t.Fatal(err)
		}
		x.try(target, router, p, func(n site.Need) bool {
			from, to := n.From.Zone(), n.To.Zone()
			return from != to && (zones == nil || slices.Contains(zones, from) && slices.Contains(zones, to))
		})
	}
	x.open(target)
	if x.reached < 20 || x.refused < 20 {
		t.Errorf("few probes: %d expected to reach, %d not to", x.reached, x.refused)
	}
	t.Logf("%d connections succeed, %d do not", x.reached, x.refused)
}

type trial struct {
	t                *testing.T
	site             *site.Site
	plan             *site.Plan
	network          *network
	machines         map[site.End]string
	strangers        []netip.Addr
	listening        map[listener]bool
	reached, refused int
}

// build makes the machines: one for each end with addresses, with one address of
// each family. A family that the site does not know of gets one, too.
func (x *trial) build() {
	addresses := map[string][]netip.Addr{}
	var ends []site.End
	for n := range x.plan.Needs() {
		ends = append(ends, n.From, n.To)
	}
	for _, end := range append(ends, x.site.Hosts()...) {
		if x.machines[end] != "" {
			continue
		}
		name := fmt.Sprintf("m%d", len(x.machines))
		x.machines[end] = name
		addresses[name] = representatives(end)
		for _, form := range []string{"100.64.1.%d", "fd00::%d"} {
			spare := netip.MustParseAddr(fmt.Sprintf(form, len(x.machines)))
			if !slices.ContainsFunc(addresses[name], func(a netip.Addr) bool { return a.Is4() == spare.Is4() }) {
				addresses[name] = append(addresses[name], spare)
			}
		}
	}
	x.strangers = x.beside(addresses)
	addresses[stranger] = x.strangers
	x.network = newNetwork(x.t, addresses)
	x.listening = map[listener]bool{}
	for n := range x.plan.Needs() {
		for p := range x.probes(n) {
			x.listen(n, p)
		}
	}
}

// listener is where a machine listens.
type listener struct {
	to       netip.Addr
	protocol portbook.Protocol
	port     portbook.Port
}

// listen listens for a probe that is expected to succeed.
func (x *trial) listen(n site.Need, p probe) {
	at := listener{p.to, p.protocol, p.port}
	if p.protocol != portbook.TCP && p.protocol != portbook.UDP || !x.expects(n.From, n.To, n.From, p) || x.listening[at] {
		return
	}
	x.listening[at] = true
	x.network.listen(x.machines[n.To], p.to, p.protocol, p.port)
}

// representatives returns an address of each family of an end: of ranges the
// second one, since the first can be that of a network.
func representatives(end site.End) (list []netip.Addr) {
	for _, place := range end.Places() {
		first, last, ok := place.Range()
		if !ok || slices.ContainsFunc(list, func(a netip.Addr) bool { return a.Is4() == first.Is4() }) {
			continue
		}
		if first != last {
			first = first.Next()
		}
		list = append(list, first)
	}
	return list
}

// beside returns the addresses before and after those of the site's ends, as far
// as they are of no end.
func (x *trial) beside(taken map[string][]netip.Addr) []netip.Addr {
	found := map[netip.Addr]bool{netip.MustParseAddr("100.64.0.99"): true, netip.MustParseAddr("fd00::9999"): true}
	for end := range x.machines {
		for _, place := range end.Places() {
			first, last, ok := place.Range()
			if !ok {
				continue
			}
			for _, a := range []netip.Addr{first.Prev(), last.Next()} {
				if !x.isTaken(a) {
					found[a] = true
				}
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), netip.Addr.Compare)
}

func (x *trial) isTaken(a netip.Addr) bool {
	for end := range x.machines {
		if isAt(end, a) {
			return true
		}
	}
	return false
}

func isAt(end site.End, a netip.Addr) bool {
	return slices.ContainsFunc(end.Places(), func(place portbook.Host) bool {
		first, last, ok := place.Range()
		return ok && first.Is4() == a.Is4() && first.Compare(a) <= 0 && a.Compare(last) <= 0
	})
}

// probes yields the probes of a need: the ends of each range of its ports, over
// each family that both ends have. Those of the ports beside, of the other
// protocol and of the other family are among them: see expects.
func (x *trial) probes(n site.Need) func(func(probe) bool) {
	return func(yield func(probe) bool) {
		if !n.NeedsRule() || n.IsOpen() {
			return
		}
		for _, from := range x.network.at(x.machines[n.From]) {
			for _, to := range x.network.at(x.machines[n.To]) {
				if from.Is4() != to.Is4() {
					continue
				}
				for p := range around(n.Options[0], to.Is6()) {
					p.machine, p.from, p.to = x.machines[n.From], from, to
					if !yield(p) {
						return
					}
				}
			}
		}
	}
}

func (n *network) at(machine string) []netip.Addr { return n.addresses[machine] }

// around yields the ports at the ends of ranges, those beside, and all of these
// for the other protocol. Of ICMP these are the messages that ask for an answer.
func around(ports portbook.PortSet, six bool) func(func(probe) bool) {
	seen := map[probe]bool{}
	add := func(protocol portbook.Protocol, port int) {
		if port > 0 && port < 65536 {
			seen[probe{protocol: protocol, port: portbook.Port(port)}] = true
		}
	}
	for protocol, r := range ports.All() {
		switch protocol {
		case portbook.TCP, portbook.UDP:
			for _, port := range []int{int(r.First()) - 1, int(r.First()), int(r.Last()), int(r.Last()) + 1} {
				add(portbook.TCP, port)
				add(portbook.UDP, port)
			}
		}
	}
	if six {
		add(firewall.ICMPv6, 128)
	} else {
		add(portbook.ICMP, 8)
		add(portbook.ICMP, 13)
	}
	return func(yield func(probe) bool) {
		for p := range seen {
			if !yield(p) {
				return
			}
		}
	}
}

// expects reports whether the plan needs just what a probe tries. In the firewall
// of its own, a host without known addresses is at whatever it has.
func (x *trial) expects(from, to, own site.End, p probe) bool {
	isHere := func(end site.End, a netip.Addr) bool {
		return isAt(end, a) || end == own && len(representatives(end)) == 0
	}
	return isHere(from, p.from) && isHere(to, p.to) && x.plan.Traffic().Contains(from, to, p.protocol, p.port)
}

// try loads a policy and tries the needs that concern it, with their neighbors.
func (x *trial) try(target Target, machine string, policy *firewall.Policy, concerns func(site.Need) bool) {
	m := Machine{x.t, machine}
	for range 2 { // loads again
		target.Load(m, policy, firewall.Options{DefaultDeny: true})
	}
	defer target.Unload(m)
	own, _ := policy.Host()
	wanted := map[probe]bool{}
	for n := range x.plan.Needs() {
		if !n.NeedsRule() || n.IsOpen() || !concerns(n) || n.From == n.To {
			continue
		}
		for p := range x.probes(n) {
			wanted[p] = x.expects(n.From, n.To, own, p)
			back := probe{x.machines[n.To], p.to, p.from, p.protocol, p.port}
			opposite := site.Need{From: n.To, To: n.From}
			wanted[back] = concerns(opposite) && x.expects(n.To, n.From, own, back)
			if machine == p.machine {
				continue // a stranger as the source says nothing of what this machine opens
			}
			for _, a := range x.strangers {
				if a.Is4() == p.to.Is4() && wanted[p] {
					wanted[probe{stranger, a, p.to, p.protocol, p.port}] = false
				}
			}
		}
	}
	x.run(wanted, policy)
}

// run tries probes, many at the same time.
func (x *trial) run(wanted map[probe]bool, policy *firewall.Policy) {
	var all sync.WaitGroup
	tickets := make(chan bool, 1000)
	for p, want := range wanted {
		if want {
			x.reached++
		} else {
			x.refused++
		}
		all.Add(1)
		tickets <- true
		go func() {
			defer func() { <-tickets; all.Done() }()
			got, err := p.reaches(want)
			if err != nil || got != want {
				x.t.Errorf("%s: %s from %s to port %d of %s: reached %v, want %v (%v)", strings.Join(policy.Preamble(nil)[:1], ""), p.protocol, p.from, p.port, p.to, got, want, err)
			}
		}()
	}
	all.Wait()
}

// open expects that without default deny all passes.
func (x *trial) open(target Target) {
	p, err := firewall.Between(x.plan, i18n.Localizer{})
	if err != nil {
		x.t.Fatal(err)
	}
	m := Machine{x.t, router}
	target.Load(m, p, firewall.Options{})
	defer target.Unload(m)
	for end, machine := range x.machines {
		for _, to := range x.network.at(machine) {
			for _, from := range x.strangers {
				if from.Is4() == to.Is4() {
					if ok, err := (probe{stranger, from, to, portbook.TCP, 9}).reaches(false); !ok || err != nil {
						x.t.Errorf("without default deny %s does not reach %s (%s): %v", from, to, end, err)
					}
					break
				}
			}
		}
	}
}
