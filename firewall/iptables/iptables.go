// Package iptables writes policies for iptables-restore and ip6tables-restore,
// the older firewalls of Linux: one file for each family of addresses. It also
// reads what iptables-save and ip6tables-save print.
//
//	err := iptables.WriteIPv4(w, policy, firewall.Options{})
//	err = iptables.WriteIPv6(w6, policy, firewall.Options{})
//	set, err := iptables.Read(r, nil)
//
// A file has chains of its own and leaves all others alone: load it with
// --noflush, as often as needed. The commands at its beginning load it, and make
// the chains of the kernel call its chains; repeating them does no harm.
package iptables

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"go4.org/netipx"
)

// Gaps returns what the files of both families cannot say of a policy: ends that
// have no addresses, and type 255 of ICMP, which iptables takes for any.
func Gaps(p *firewall.Policy) []firewall.Gap {
	parts, gaps := p.Parts(firewall.Recognizes{})
	for i, x := range parts {
		if !saysTooMuch(x.Ports) {
			continue
		}
		same := func(y firewall.Part) bool { return y.Rule.Key() == x.Rule.Key() && !sayable(y).IsEmpty() }
		gaps = append(gaps, firewall.Gap{
			Kind: firewall.GapProtocol, Rule: x.Rule, What: []string{x.Ports.Subtract(sayable(x)).String()},
			Written: slices.ContainsFunc(parts[:i], same) || slices.ContainsFunc(parts[i:], same),
		})
	}
	return gaps
}

// WriteIPv4 writes a file for iptables-restore.
func WriteIPv4(w io.Writer, p *firewall.Policy, o firewall.Options) error {
	return write(w, p, o, family{"iptables", firewall.SideIPv4, "icmp", "--icmp-type"})
}

// WriteIPv6 writes a file for ip6tables-restore.
func WriteIPv6(w io.Writer, p *firewall.Policy, o firewall.Options) error {
	return write(w, p, o, family{"ip6tables", firewall.SideIPv6, "icmp6", "--icmpv6-type"})
}

// family is what differs between the files.
type family struct {
	program     string
	side        firewall.Side
	match, flag string // for types of ICMP
}

// hook is a chain of the kernel, and the direction of its rules.
type hook struct {
	name      string
	direction firewall.Direction
}

func write(w io.Writer, p *firewall.Policy, o firewall.Options, f family) error {
	all, _ := p.Parts(firewall.Recognizes{})
	hooks := []hook{{"FORWARD", firewall.Through}}
	if _, isHost := p.Host(); isHost {
		hooks = []hook{{"INPUT", firewall.Inbound}, {"OUTPUT", firewall.Outbound}}
	}
	var parts []firewall.Part
	for _, x := range all {
		if x.From.Side == f.side || x.To.Side == f.side {
			x.Ports = sayable(x)
			parts = append(parts, x)
		}
	}
	x := writer{bufio.NewWriter(w), f}
	for _, line := range p.Preamble(Gaps(p)) {
		x.line("# %s", line)
	}
	x.line("# %s-restore --noflush FILE", f.program)
	for _, h := range hooks {
		x.line("# %[1]s -C %[2]s -j PORTBOOK-%[2]s || %[1]s -I %[2]s -j PORTBOOK-%[2]s", f.program, h.name)
	}
	x.line("*filter")
	for _, h := range hooks {
		x.line(":PORTBOOK-%s - [0:0]", h.name)
	}
	for _, part := range parts {
		if crossed(part) {
			x.line(":%s - [0:0]", chainOf(part))
		}
	}
	for _, h := range hooks {
		x.chain(h, parts, o)
	}
	x.line("COMMIT")
	return x.Flush()
}

type writer struct {
	*bufio.Writer // keeps the first error until Flush
	family
}

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

// chain writes the rules of a hook.
func (w *writer) chain(h hook, parts []firewall.Part, o firewall.Options) {
	name := "PORTBOOK-" + h.name
	w.line("-A %s -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT", name)
	if o.DefaultDeny {
		w.basics(h)
	}
	last := ""
	for _, x := range parts {
		if x.Rule.Direction != h.direction {
			continue
		}
		if key := x.Rule.Key(); key != last {
			last = key
			for _, line := range x.Rule.Lines() {
				w.line("# %s", line)
			}
		}
		w.part(name, x)
	}
	if o.DefaultDeny {
		w.line("-A %s -j DROP", name)
	}
}

// basics writes what a machine needs whatever its site needs: itself, and its
// neighbors over IPv6. A gateway passes neither on.
func (w *writer) basics(h hook) {
	switch h.direction {
	case firewall.Inbound:
		w.line("-A PORTBOOK-%s -i lo -j ACCEPT", h.name)
	case firewall.Outbound:
		w.line("-A PORTBOOK-%s -o lo -j ACCEPT", h.name)
	default:
		return
	}
	if w.side != firewall.SideIPv6 {
		return
	}
	for _, kind := range []int{133, 134, 135, 136} { // routers and neighbors, never through a router
		w.line("-A PORTBOOK-%s -p ipv6-icmp -m icmp6 --icmpv6-type %d -m hl --hl-eq 255 -j ACCEPT", h.name, kind)
	}
	for _, kind := range []int{130, 131, 132, 143} { // listeners of multicast
		w.line("-A PORTBOOK-%s -p ipv6-icmp -m icmp6 --icmpv6-type %d -j ACCEPT", h.name, kind)
	}
}

// crossed reports whether a part has several ranges at both ends. Its sources
// then call a chain of its destinations, so that not every pair makes a rule.
func crossed(x firewall.Part) bool { return len(x.From.Ranges) > 1 && len(x.To.Ranges) > 1 }

// chainOf returns the name of the chain of a part, which may have 28 bytes.
func chainOf(x firewall.Part) string { return "PORTBOOK-" + x.Rule.Key() }

// part writes a part: one rule for each source, destination, and match of ports.
func (w *writer) part(chain string, x firewall.Part) {
	comment := ` -m comment --comment "` + x.Rule.Comment(maxComment) + `"`
	sources := rangeMatches(x.From.Ranges, "-s", "--src-range")
	if crossed(x) {
		for _, source := range sources {
			w.line("-A %s%s%s -j %s", chain, source, comment, chainOf(x))
		}
		chain, sources = chainOf(x), []string{""}
	}
	for _, source := range sources {
		for _, destination := range rangeMatches(x.To.Ranges, "-d", "--dst-range") {
			for _, match := range w.matches(x) {
				w.line("-A %s%s%s%s%s -j ACCEPT", chain, source, destination, match, comment)
			}
		}
	}
}

// maxComment is how many bytes a comment of iptables has at most.
const maxComment = 255

// rangeMatches returns a match for each range of addresses; one that matches all
// where there are none.
func rangeMatches(ranges []netipx.IPRange, prefixFlag, rangeFlag string) (list []string) {
	for _, r := range ranges {
		if p, ok := r.Prefix(); ok {
			list = append(list, " "+prefixFlag+" "+p.String())
		} else {
			list = append(list, " -m iprange "+rangeFlag+" "+r.String())
		}
	}
	if len(list) == 0 {
		return []string{""}
	}
	return list
}

// matches returns the matches of ports, in as few rules as iptables allows.
func (w *writer) matches(x firewall.Part) (list []string) {
	messages, all := x.Messages()
	if all {
		return []string{""}
	}
	for _, m := range messages {
		protocol := fmt.Sprintf(" -p %d", m.Protocol)
		switch {
		case len(m.Ranges) == 0:
			list = append(list, protocol)
		case m.IsTypes():
			for _, r := range m.Ranges {
				for kind := int(r.First()); kind <= int(r.Last()); kind++ {
					list = append(list, fmt.Sprintf("%s -m %s %s %d", protocol, w.match, w.flag, kind))
				}
			}
		default:
			for _, ports := range multiports(m.Ranges) {
				list = append(list, protocol+" -m multiport --dports "+ports)
			}
		}
	}
	return list
}

// multiports returns lists of ports for the match multiport, which takes 15; a
// range counts as two.
func multiports(ranges []portbook.PortRange) (list []string) {
	const most = 15
	var ports []string
	used := 0
	for _, r := range ranges {
		size, text := 1, fmt.Sprint(int(r.First()))
		if r.Len() > 1 {
			size, text = 2, fmt.Sprintf("%d:%d", r.First(), r.Last())
		}
		if used+size > most {
			list = append(list, strings.Join(ports, ","))
			ports, used = nil, 0
		}
		ports, used = append(ports, text), used+size
	}
	return append(list, strings.Join(ports, ","))
}

// anyType is type 255 of ICMP, which iptables takes for any type.
var anyType = portbook.PortSetOf(portbook.ICMP, 255)

// saysTooMuch reports whether ports have type 255 of ICMP, and not all types.
func saysTooMuch(ports portbook.PortSet) bool {
	all, _ := portbook.PortRangeFrom(0, 65535)
	return ports.Overlaps(anyType) && !ports.ContainsSet(portbook.PortSetFrom(portbook.ICMP, all))
}

// sayable returns the ports of a part that iptables can say.
func sayable(x firewall.Part) portbook.PortSet {
	if saysTooMuch(x.Ports) {
		return x.Ports.Subtract(anyType)
	}
	return x.Ports
}
