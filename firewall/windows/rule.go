package windows

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/internal/ports"
	"github.com/portbook/portbook/firewall/internal/readback"
	"github.com/portbook/portbook/ruleset"
	"go4.org/netipx"
)

// Status of the enforcement of rules. Others say that it matches less.
const (
	enforced        = 1
	offInProfile    = 2
	inactiveProfile = 5
)

// notEnforced are the states of rules that have no effect.
var notEnforced = []int{3, 4, 14, 15, 16, 17, 18}

// known is what a rule matches, to the extent that it is understood.
type known struct {
	*reader
	place   ruleset.Place
	exact   readback.Matches // by what is understood
	widest  readback.Matches // by everything else, too
	hasMore bool             // widest is more than exact
	partial bool
}

// rule returns the rules of a rule of Windows. Overrides says that it permits
// what others block.
func (x *reader) rule(r listedRule, d ruleset.Direction) (rules []ruleset.Rule, overrides bool) {
	k := known{reader: x, place: ruleset.Place{Name: r.ID}, exact: readback.Any(), widest: readback.Any()}
	active := *r.Profiles & x.mask
	if *r.Profiles != 0 && active == 0 || k.isIdle(r.Enforcement) {
		return nil, false
	}
	if *r.Profiles != 0 && active != x.mask {
		k.misread("profiles %d of %d", active, x.mask)
	}
	action := ruleset.Permit
	security, ok := x.securityOf[r.ID]
	switch {
	case *r.Action == blocks:
		action = ruleset.Deny
	case *r.Action != allows || ok && security.Overrides:
		k.misread("it overrides rules that block")
		overrides = true
	}
	if x.twice[r.ID] {
		k.misread("several rules have the id")
		return k.rules(action), overrides
	}
	k.conditions(r, security, ok)
	k.addresses(d)
	k.ports(d)
	return k.rules(action), overrides
}

// misread notes a condition that is not understood: the rule may match less.
func (k *known) misread(format string, args ...any) {
	k.unread(k.place, fmt.Sprintf(format, args...))
	k.partial = true
}

// isIdle reports whether a rule has no effect.
func (k *known) isIdle(states []int) bool {
	odd := slices.DeleteFunc(slices.Clone(states), func(n int) bool { return n == enforced || n == offInProfile || n == inactiveProfile })
	switch {
	case len(odd) == 0:
		return false
	case !slices.Contains(states, enforced) && !slices.ContainsFunc(odd, func(n int) bool { return !slices.Contains(notEnforced, n) }):
		return true
	}
	k.misread("enforcement %d", states)
	return false
}

// conditions reads what a rule asks for, apart from addresses and ports.
func (k *known) conditions(r listedRule, s securityFilter, isListed bool) {
	isAny := func(text string) bool { return text == "" || text == "Any" }
	if !isAny(r.Owner) {
		k.misread("owner %s", r.Owner)
	}
	switch {
	case !isListed:
		k.misread("no security filter")
	case !isZero(s.Authentication) || !isZero(s.Encryption):
		k.misread("authentication or encryption")
	}
	for _, who := range []struct{ what, text string }{{"local user", s.LocalUser}, {"remote user", s.RemoteUser}, {"remote machine", s.RemoteMachine}} {
		if !isAny(who.text) {
			k.misread("%s %s", who.what, who.text)
		}
	}
	if f, ok := k.programOf[r.ID]; !ok || f.Program != "Any" || !isAny(f.Package) {
		k.misread("program %s %s", f.Program, f.Package)
	}
	if f, ok := k.serviceOf[r.ID]; !ok || f.Service != "Any" {
		k.misread("service %s", f.Service)
	}
	if f, ok := k.interfaceOf[r.ID]; !ok || !slices.Equal(f.Alias, []string{"Any"}) {
		k.misread("interface %s", strings.Join(f.Alias, ", "))
	}
	if !isZero(k.typeOf[r.ID].Type) {
		k.misread("interface type")
	}
}

// isZero reports whether a number is there and zero, which is for any.
func isZero(n *int) bool { return n != nil && *n == 0 }

// narrow lets the rule match less: by what is understood of a condition, where
// more says that it matches more than that.
func (k *known) narrow(exact, widest readback.Matches, more bool) {
	k.exact, k.widest, k.hasMore = k.exact.And(exact), k.widest.And(widest), k.hasMore || more
}

// addresses reads the addresses at both ends.
func (k *known) addresses(d ruleset.Direction) {
	f, ok := k.addressesOf[k.place.Name]
	if len(f.Dynamic) > 0 {
		k.misread("addresses %s", strings.Join(f.Dynamic, ", "))
	}
	if !ok {
		k.misread("no address filter")
		return
	}
	for _, end := range []struct {
		list     []string
		isSource bool
	}{{f.Local, d == ruleset.Outbound}, {f.Remote, d == ruleset.Inbound}} {
		set, isAll, odd := addressSet(end.list)
		if isAll {
			continue
		}
		exact := readback.OfAddresses(end.isSource, set, 0)
		widest, more := exact, len(odd) > 0 || len(end.list) == 0
		if more {
			k.unread(k.place, "addresses "+strings.Join(odd, ", "))
			widest = readback.Any()
		}
		k.narrow(exact, widest, more)
	}
}

// addressSet reads addresses, prefixes and ranges; odd are keywords.
func addressSet(list []string) (set *netipx.IPSet, isAll bool, odd []string) {
	var b netipx.IPSetBuilder
	for _, s := range list {
		if s == "Any" || s == "*" {
			return nil, true, nil
		}
		if r, ok := addressRange(s); ok {
			b.AddRange(r)
		} else {
			odd = append(odd, s)
		}
	}
	return readback.Built(&b), false, odd
}

// addressRange reads an address, a range, or a prefix with its length or mask.
func addressRange(s string) (r netipx.IPRange, ok bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netipx.IPRangeFrom(a, a), a.Zone() == ""
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return netipx.RangeOfPrefix(p.Masked()), true
	}
	if r, err := netipx.ParseIPRange(s); err == nil {
		return r, r.IsValid() && r.From().Zone() == ""
	}
	text, mask, _ := strings.Cut(s, "/")
	a, err := netip.ParseAddr(text)
	m, failed := netip.ParseAddr(mask)
	if err != nil || failed != nil || !a.Is4() || !m.Is4() {
		return r, false
	}
	for n := range 33 {
		p, err := netip.AddrFrom4([4]byte{255, 255, 255, 255}).Prefix(n)
		if err == nil && p.Addr() == m {
			return netipx.RangeOfPrefix(netip.PrefixFrom(a, n).Masked()), true
		}
	}
	return r, false
}

// ports reads the protocol of a rule, and its ports or its types of ICMP.
func (k *known) ports(d ruleset.Direction) {
	f, ok := k.portsOf[k.place.Name]
	if !ok {
		k.misread("no port filter")
		return
	}
	if !isZero(f.Transport) {
		k.misread("transport")
	}
	if f.Protocol == "Any" {
		return
	}
	protocol, ok := protocolOf(f.Protocol)
	if !ok {
		k.misread("protocol %s", f.Protocol)
		return
	}
	k.protocol(protocol)
	to, from := f.LocalPort, f.RemotePort
	if d == ruleset.Outbound {
		to, from = from, to
	}
	switch protocol {
	case portbook.ICMP, firewall.ICMPv6:
		k.numbers(protocol, f.IcmpType, typeRange)
	case portbook.TCP, portbook.UDP:
		k.numbers(protocol, to, portRange)
		source, isAll, odd := rangesOf(portbook.TCP, from, portRange)
		if !isAll && (len(odd) > 0 || !source.ContainsSet(ofClients)) {
			k.misread("source ports %s", strings.Join(from, ", "))
		}
	}
}

// ofClients is the ports from which connections are opened.
var ofClients = portbook.MustParsePortSet("1024-65535/tcp")

// protocol narrows the rule to a protocol and, for ICMP, to its family.
func (k *known) protocol(p portbook.Protocol) {
	m := readback.OfPorts(ports.All(p))
	switch p {
	case portbook.ICMP:
		m.From, m.Family = readback.IPv4.Set(), readback.IPv4
	case firewall.ICMPv6:
		m.From, m.Family = readback.IPv6.Set(), readback.IPv6
	}
	k.narrow(m, m, false)
}

// protocolOf reads a protocol as Windows writes it.
func protocolOf(s string) (portbook.Protocol, bool) {
	switch s {
	case "ICMPv4":
		return portbook.ICMP, true
	case "ICMPv6":
		return firewall.ICMPv6, true
	}
	p, err := portbook.ParseProtocol(s)
	return p, err == nil
}

// numbers narrows the rule to ports or types of ICMP.
func (k *known) numbers(p portbook.Protocol, list []string, read func(string) (portbook.PortRange, bool)) {
	set, isAll, odd := rangesOf(p, list, read)
	if isAll {
		return
	}
	more := len(odd) > 0 || len(list) == 0
	widest := readback.OfPorts(set)
	if more {
		k.unread(k.place, fmt.Sprintf("%s %s", p, strings.Join(odd, ", ")))
		widest = readback.OfPorts(ports.All(p))
	}
	k.narrow(readback.OfPorts(set), widest, more)
}

// rangesOf reads numbers and ranges; odd are keywords.
func rangesOf(p portbook.Protocol, list []string, read func(string) (portbook.PortRange, bool)) (set portbook.PortSet, isAll bool, odd []string) {
	var sets []portbook.PortSet
	for _, s := range list {
		if s == "Any" || s == "*" {
			return ports.All(p), true, nil
		}
		if r, ok := read(s); ok {
			sets = append(sets, portbook.PortSetFrom(p, r))
		} else {
			odd = append(odd, s)
		}
	}
	return portbook.UnionAll(sets...), false, odd
}

func portRange(s string) (portbook.PortRange, bool) {
	r, err := portbook.ParsePortRange(s)
	return r, err == nil
}

// typeRange reads a type of ICMP; one with a code matches less.
func typeRange(s string) (r portbook.PortRange, ok bool) {
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return r, false
	}
	return portbook.PortRangeFrom(portbook.Port(n), portbook.Port(n))
}

// rules returns the rule of what is understood, and that of the rest, which is
// partial.
func (k *known) rules(action ruleset.Action) (list []ruleset.Rule) {
	if exact := k.exact; !exact.IsNever() {
		exact.Partial = k.partial
		list = append(list, exact.Rule(k.place, action, nil))
	}
	if widest := k.widest; k.hasMore && !widest.IsNever() {
		widest.Partial = true
		list = append(list, widest.Rule(k.place, action, nil))
	}
	return list
}
