package nftables

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/internal/ports"
	"github.com/portbook/portbook/firewall/internal/readback"
	"go4.org/netipx"
)

// field is what a match looks at.
type field struct {
	kind     fieldKind
	family   readback.Family   // of addresses, of the protocol's number, of messages
	protocol portbook.Protocol // of ports; 0 for any that has ports
	isSource bool              // of addresses
}

type fieldKind string

const (
	ofAddress    fieldKind = "address"
	ofPort       fieldKind = "port"
	ofSourcePort fieldKind = "source port"
	ofProtocol   fieldKind = "protocol"
	ofFamily     fieldKind = "family"
	ofType       fieldKind = "type"
	ofState      fieldKind = "state"
	ofWay        fieldKind = "direction"
	ofInterface  fieldKind = "interface"
	ofHopLimit   fieldKind = "hop limit"
	ofFlags      fieldKind = "flags"
)

// payloads are the fields of packets, by protocol and name.
var payloads = map[string]field{
	"ip saddr":      {kind: ofAddress, family: readback.IPv4, isSource: true},
	"ip daddr":      {kind: ofAddress, family: readback.IPv4},
	"ip6 saddr":     {kind: ofAddress, family: readback.IPv6, isSource: true},
	"ip6 daddr":     {kind: ofAddress, family: readback.IPv6},
	"ip protocol":   {kind: ofProtocol, family: readback.IPv4},
	"ip6 nexthdr":   {kind: ofProtocol, family: readback.IPv6},
	"ip6 hoplimit":  {kind: ofHopLimit, family: readback.IPv6},
	"icmp type":     {kind: ofType, family: readback.IPv4},
	"icmpv6 type":   {kind: ofType, family: readback.IPv6},
	"tcp flags":     {kind: ofFlags},
	"th dport":      {kind: ofPort},
	"th sport":      {kind: ofSourcePort},
	"tcp dport":     {kind: ofPort, protocol: portbook.TCP},
	"tcp sport":     {kind: ofSourcePort, protocol: portbook.TCP},
	"udp dport":     {kind: ofPort, protocol: portbook.UDP},
	"udp sport":     {kind: ofSourcePort, protocol: portbook.UDP},
	"udplite dport": {kind: ofPort, protocol: firewall.UDPLite},
	"udplite sport": {kind: ofSourcePort, protocol: firewall.UDPLite},
	"sctp dport":    {kind: ofPort, protocol: firewall.SCTP},
	"sctp sport":    {kind: ofSourcePort, protocol: firewall.SCTP},
	"dccp dport":    {kind: ofPort, protocol: firewall.DCCP},
	"dccp sport":    {kind: ofSourcePort, protocol: firewall.DCCP},
}

// metas are what the kernel knows of packets.
var metas = map[string]field{
	"l4proto": {kind: ofProtocol}, "nfproto": {kind: ofFamily}, "protocol": {kind: ofFamily},
	"iif": {kind: ofInterface}, "iifname": {kind: ofInterface}, "oif": {kind: ofInterface}, "oifname": {kind: ofInterface},
}

// fieldOf reads the left side of a match.
func fieldOf(left any) (field, bool) {
	m, _ := left.(map[string]any)
	if p, ok := m["payload"].(map[string]any); ok {
		f, ok := payloads[text(p["protocol"])+" "+text(p["field"])]
		return f, ok
	}
	if p, ok := m["meta"].(map[string]any); ok {
		f, ok := metas[text(p["key"])]
		return f, ok
	}
	if p, ok := m["ct"].(map[string]any); ok && len(p) == 1 {
		switch text(p["key"]) {
		case "state":
			return field{kind: ofState}, true
		case "direction":
			return field{kind: ofWay}, true
		}
	}
	return field{}, false
}

// fieldsOf reads what a match looks up: one field, or several at once.
func fieldsOf(left any) (fields []field, ok bool) {
	parts := []any{left}
	if m, isMap := left.(map[string]any); isMap && m["concat"] != nil {
		parts, _ = m["concat"].([]any)
	}
	for _, part := range parts {
		f, ok := fieldOf(part)
		if !ok {
			return nil, false
		}
		fields = append(fields, f)
	}
	return fields, len(fields) > 0
}

// condition is a match with a named set, which many rules can have.
type condition struct {
	field field
	op    string
	set   name
}

type known struct {
	matches readback.Matches
	ok      bool
}

// match reads a match. It returns what may match, one for each rule that it
// becomes. Where it is not understood, that is as little as is known.
func (e *expansion) match(m map[string]any) ([]readback.Matches, bool) {
	op := text(m["op"])
	if e.isHopLimit(m) {
		return []readback.Matches{readback.OfFamily(readback.IPv6)}, true
	}
	if masked, isMap := m["left"].(map[string]any); isMap && masked["&"] != nil {
		n, ok := matchFlags(masked["&"], op, m["right"])
		return []readback.Matches{n}, ok
	}
	fields, ok := fieldsOf(m["left"])
	if !ok {
		return []readback.Matches{readback.Unknown()}, false
	}
	set, isNamed := strings.CutPrefix(text(m["right"]), "@")
	key := condition{fields[0], op, name{e.entry.Family, e.entry.Table, set}}
	if found, ok := e.conditions[key]; ok && isNamed && len(fields) == 1 {
		return []readback.Matches{found.matches}, found.ok
	}
	list, ok := e.look(fields, op, m["right"])
	if isNamed && len(fields) == 1 {
		e.conditions[key] = known{list[0], ok}
	}
	return list, ok
}

// isHopLimit reports whether a match asks messages among neighbors for the hop
// limit that all of them have.
func (e *expansion) isHopLimit(m map[string]any) bool {
	f, _ := fieldOf(m["left"])
	return f.kind == ofHopLimit && text(m["op"]) == "==" && m["right"] == 255.0 &&
		!slices.ContainsFunc(e.alike, func(m readback.Matches) bool { return !neighborhood.ContainsSet(m.Ports) })
}

// neighborhood is the messages by which IPv6 finds routers and neighbors.
var neighborhood = portbook.MustParsePortSet("133-137/ipv6-icmp")

// look matches fields with what is at the right.
func (e *expansion) look(fields []field, op string, right any) ([]readback.Matches, bool) {
	elements, changes, found := e.elements(right)
	if !found || changes {
		return []readback.Matches{fields[0].least()}, false
	}
	if len(fields) == 1 {
		m, ok := fields[0].match(op, elements)
		return []readback.Matches{m}, ok
	}
	if op != "==" && op != "in" && op != "" || !e.fits(len(elements)) {
		return []readback.Matches{readback.Unknown()}, false
	}
	var list []readback.Matches
	understood := true
	for _, element := range elements {
		m, ok := matchOne(fields, element)
		understood = understood && ok
		list = append(list, m)
	}
	return list, understood
}

// matchOne matches fields with an element that has a part for each. What is not
// understood of it is partial.
func matchOne(fields []field, element any) (all readback.Matches, understood bool) {
	parts := []any{element}
	if m, ok := element.(map[string]any); ok && m["concat"] != nil {
		parts, _ = m["concat"].([]any)
	}
	if len(parts) != len(fields) { // as is "*", which is for all others
		return readback.Unknown(), false
	}
	all, understood = readback.Any(), true
	for i, f := range fields {
		m, ok := f.match("==", []any{bare(parts[i])})
		all, understood = all.And(m), understood && ok
	}
	return all, understood
}

// elements returns what is at the right side of a match, sets looked up;
// changes says that packets or the time change it.
func (e *expansion) elements(right any) (list []any, changes, found bool) {
	switch v := right.(type) {
	case string:
		set, isNamed := strings.CutPrefix(v, "@")
		if !isNamed {
			return []any{v}, false, true
		}
		s := e.sets[name{e.entry.Family, e.entry.Table, set}]
		if s == nil {
			return nil, false, false
		}
		// One without elements is to be filled, or was listed without them.
		return bareAll(s.Elem), s.changes || len(s.Elem) == 0, true
	case []any:
		return bareAll(v), false, true
	case map[string]any:
		for _, key := range []string{"set", "|"} {
			if v[key] != nil {
				if many, ok := v[key].([]any); ok {
					return bareAll(many), false, true
				}
				return e.elements(v[key])
			}
		}
	case nil:
		return nil, false, false
	}
	return []any{bare(right)}, false, true
}

func bareAll(list []any) []any {
	made := make([]any, len(list))
	for i, x := range list {
		made[i] = bare(x)
	}
	return made
}

// bare returns an element without its comment and its time.
func bare(x any) any {
	if m, ok := x.(map[string]any); ok {
		if e, ok := m["elem"].(map[string]any); ok {
			return e["val"]
		}
	}
	return x
}

func text(x any) string {
	s, _ := x.(string)
	return s
}

// portsOf returns the ports of a field's protocols.
func (f field) portsOf() portbook.PortSet {
	switch {
	case f.kind == ofType && f.family == readback.IPv4:
		return ports.All(portbook.ICMP)
	case f.kind == ofType:
		return ports.All(firewall.ICMPv6)
	case f.kind == ofFlags:
		return ports.All(portbook.TCP)
	case f.protocol != 0:
		return ports.All(f.protocol)
	case f.kind == ofPort || f.kind == ofSourcePort:
		var all portbook.PortSet
		for _, p := range []portbook.Protocol{portbook.TCP, portbook.UDP, firewall.DCCP, firewall.SCTP, firewall.UDPLite} {
			all = all.Union(ports.All(p))
		}
		return all
	}
	return readback.Everything
}

// least returns what is known of a match that is not understood: that packets
// have the field.
func (f field) least() readback.Matches {
	return readback.Matches{Family: f.family, Ports: f.portsOf(), Partial: true}
}

// match matches a field with any of some elements, or with none of them.
func (f field) match(op string, elements []any) (readback.Matches, bool) {
	switch f.kind {
	case ofAddress:
		return f.matchAddresses(op, elements)
	case ofState:
		return f.matchState(op, elements)
	case ofWay:
		if len(elements) == 1 && (op == "==" || op == "!=") {
			is := text(elements[0]) == "original"
			return readback.OfEither(is == (op == "==")), is || text(elements[0]) == "reply"
		}
		return readback.Unknown(), false
	case ofInterface:
		return matchInterface(op, elements)
	case ofFlags: // without a mask: one of the flags
		switch {
		case op == "in" && hasText(elements, "syn"):
			return readback.OfPorts(f.portsOf()), true
		case op == "in" && !hasText(elements, "ecn") && !hasText(elements, "cwr"):
			return readback.Never(), true
		}
		return f.least(), false
	case ofHopLimit:
		return f.least(), false
	}
	ranges, ok := f.ranges(op, elements)
	if !ok {
		return f.least(), false
	}
	return f.matchNumbers(ranges)
}

// matchNumbers matches the number of a field.
func (f field) matchNumbers(ranges []portbook.PortRange) (readback.Matches, bool) {
	m := readback.Matches{Family: f.family}
	var sets []portbook.PortSet
	switch f.kind {
	case ofSourcePort:
		if covers(ranges, 1024, 65535) {
			return readback.OfPorts(f.portsOf()), true
		}
		if len(ranges) == 0 {
			return readback.Never(), true
		}
		return f.least(), false
	case ofFamily:
		four, six := contains(ranges, numberOfIPv4), contains(ranges, numberOfIPv6)
		switch {
		case four && six:
			return readback.Any(), true
		case four:
			return readback.OfFamily(readback.IPv4), true
		case six:
			return readback.OfFamily(readback.IPv6), true
		}
		return readback.Never(), true
	case ofProtocol:
		for _, r := range ranges {
			for p := int(r.First()); p <= min(int(r.Last()), 255); p++ {
				sets = append(sets, ports.All(portbook.Protocol(p)))
			}
		}
	default:
		for _, p := range f.portsOf().Protocols() {
			for _, r := range ranges {
				sets = append(sets, portbook.PortSetFrom(p, r))
			}
		}
	}
	m.Ports = portbook.UnionAll(sets...)
	return m, true
}

// The numbers of families, as meta nfproto has them.
const (
	numberOfIPv4 = 2
	numberOfIPv6 = 10
)

func contains(ranges []portbook.PortRange, n portbook.Port) bool {
	return slices.ContainsFunc(ranges, func(r portbook.PortRange) bool { return r.Contains(n) })
}

// covers reports whether ranges have all numbers of another.
func covers(ranges []portbook.PortRange, first, last portbook.Port) bool {
	all, _ := portbook.PortRangeFrom(first, last)
	var sets []portbook.PortSet
	for _, r := range ranges {
		sets = append(sets, portbook.PortSetFrom(portbook.TCP, r))
	}
	return portbook.UnionAll(sets...).ContainsSet(portbook.PortSetFrom(portbook.TCP, all))
}

// matchState matches the state of connections, which is new.
func (f field) matchState(op string, elements []any) (readback.Matches, bool) {
	const bitOfNew = 8
	has := hasText(elements, "new")
	for _, e := range elements {
		if n, ok := e.(float64); ok {
			has = has || int(n)&bitOfNew != 0
		} else if text(e) == "" {
			return readback.Unknown(), false
		}
	}
	switch op {
	case "==", "in":
		return readback.OfEither(has), true
	case "!=":
		return readback.OfEither(!has), true
	}
	return readback.Unknown(), false
}

func hasText(elements []any, word string) bool {
	return slices.ContainsFunc(elements, func(x any) bool { return text(x) == word })
}

// matchInterface matches interfaces: connections between machines never pass lo.
func matchInterface(op string, elements []any) (readback.Matches, bool) {
	for _, e := range elements {
		if text(e) != "lo" {
			return readback.Unknown(), false
		}
	}
	switch op {
	case "==", "in":
		return readback.Never(), true
	case "!=":
		return readback.Any(), true
	}
	return readback.Unknown(), false
}

// matchFlags matches the flags of TCP under a mask. The first packet of a
// connection has the flag syn, and may have those of congestion.
func matchFlags(parts any, op string, right any) (readback.Matches, bool) {
	flags := field{kind: ofFlags}
	pair, _ := parts.([]any)
	if len(pair) != 2 {
		return readback.Unknown(), false
	}
	if f, ok := fieldOf(pair[0]); !ok || f != flags {
		return readback.Unknown(), false
	}
	mask, ok := flagsOf(pair[1])
	want, fine := flagsOf(right)
	if !ok || !fine || slices.Contains(mask, "ecn") || slices.Contains(mask, "cwr") || op != "==" && op != "!=" {
		return flags.least(), false
	}
	same := len(want) == 0
	if slices.Contains(mask, "syn") {
		same = len(want) == 1 && want[0] == "syn"
	}
	if same != (op == "==") {
		return readback.Never(), true
	}
	return readback.OfPorts(flags.portsOf()), true
}

// flagsOf returns the names of flags.
func flagsOf(x any) (list []string, ok bool) {
	switch v := x.(type) {
	case string:
		return []string{v}, true
	case float64:
		return nil, v == 0
	case map[string]any:
		return flagsOf(v["|"])
	case []any:
		for _, e := range v {
			more, ok := flagsOf(e)
			if !ok {
				return nil, false
			}
			list = append(list, more...)
		}
		return list, true
	}
	return nil, false
}

// matchAddresses matches addresses.
func (f field) matchAddresses(op string, elements []any) (readback.Matches, bool) {
	var b netipx.IPSetBuilder
	for _, e := range elements {
		r, ok := addresses(e)
		if !ok || readback.FamilyOf(r.From()) != f.family {
			return f.least(), false
		}
		switch op {
		case "<", "<=":
			r = netipx.IPRangeFrom(netipx.RangeOfPrefix(f.family.Set().Prefixes()[0]).From(), r.To())
		case ">", ">=":
			r = netipx.IPRangeFrom(r.From(), netipx.RangeOfPrefix(f.family.Set().Prefixes()[0]).To())
		}
		b.AddRange(r)
		if op == "<" || op == ">" {
			b.RemoveRange(mustRange(e))
		}
	}
	set := readback.Built(&b)
	if op == "!=" {
		set = readback.Without(f.family.Set(), set)
	} else if !slices.Contains([]string{"==", "in", "<", "<=", ">", ">="}, op) {
		return f.least(), false
	}
	return readback.OfAddresses(f.isSource, set, f.family), true
}

func mustRange(e any) netipx.IPRange {
	r, _ := addresses(e)
	return r
}

// addresses reads an address, a prefix or a range.
func addresses(x any) (r netipx.IPRange, ok bool) {
	switch v := x.(type) {
	case string:
		a, err := netip.ParseAddr(v)
		return netipx.IPRangeFrom(a, a), err == nil && a.Zone() == ""
	case map[string]any:
		if p, ok := v["prefix"].(map[string]any); ok {
			a, err := netip.ParseAddr(text(p["addr"]))
			bits, isNumber := p["len"].(float64)
			if err != nil || !isNumber || a.Zone() != "" {
				return r, false
			}
			prefix, err := a.Prefix(int(bits))
			return netipx.RangeOfPrefix(prefix), err == nil
		}
		if ends, ok := v["range"].([]any); ok && len(ends) == 2 {
			first, ok := addresses(ends[0])
			last, fine := addresses(ends[1])
			if !ok || !fine {
				return r, false
			}
			r = netipx.IPRangeFrom(first.From(), last.To())
			return r, r.IsValid()
		}
	}
	return r, false
}

// ranges returns the numbers that a match with an operator matches.
func (f field) ranges(op string, elements []any) (list []portbook.PortRange, ok bool) {
	var sets []portbook.PortSet
	last := f.last()
	for _, e := range elements {
		first, end, ok := f.numbers(e)
		if !ok {
			return nil, false
		}
		switch op {
		case "<":
			first, end = 0, first-1
		case "<=":
			first = 0
		case ">":
			first, end = end+1, last
		case ">=":
			end = last
		}
		if first > end {
			continue
		}
		r, ok := portbook.PortRangeFrom(portbook.Port(first), portbook.Port(end))
		if !ok {
			return nil, false
		}
		sets = append(sets, portbook.PortSetFrom(portbook.TCP, r))
	}
	set := portbook.UnionAll(sets...)
	switch op {
	case "!=":
		set = ports.All(portbook.TCP).Subtract(set)
	case "==", "in", "<", "<=", ">", ">=":
	default:
		return nil, false
	}
	return slices.Collect(set.Ranges(portbook.TCP)), true
}

// last returns the highest number of a field.
func (f field) last() int {
	switch f.kind {
	case ofPort, ofSourcePort, ofFamily:
		return 65535
	}
	return 255
}

// numbers reads a number, a name or a range.
func (f field) numbers(x any) (first, last int, ok bool) {
	switch v := x.(type) {
	case float64:
		n := int(v)
		return n, n, float64(n) == v && n >= 0 && n <= f.last()
	case string:
		n, ok := f.named(v)
		return n, n, ok
	case map[string]any:
		if ends, ok := v["range"].([]any); ok && len(ends) == 2 {
			first, _, ok := f.numbers(ends[0])
			_, last, fine := f.numbers(ends[1])
			return first, last, ok && fine && first <= last
		}
	}
	return 0, 0, false
}

// named returns the number of a name, or of digits.
func (f field) named(s string) (int, bool) {
	if n, err := strconv.ParseUint(s, 0, 16); err == nil {
		return int(n), int(n) <= f.last()
	}
	switch f.kind {
	case ofProtocol:
		if s == "comp" {
			return 108, true
		}
		p, err := portbook.ParseProtocol(s)
		return int(p), err == nil
	case ofFamily:
		n, ok := map[string]int{"ipv4": numberOfIPv4, "ipv6": numberOfIPv6, "ip": numberOfIPv4, "ip6": numberOfIPv6}[s]
		return n, ok
	case ofType:
		n, ok := types[f.family][s]
		return n, ok
	}
	return 0, false
}

// types are nft's names of messages of ICMP.
var types = map[readback.Family]map[string]int{
	readback.IPv4: {
		"echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8,
		"router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12,
		"timestamp-request": 13, "timestamp-reply": 14, "info-request": 15, "info-reply": 16,
		"address-mask-request": 17, "address-mask-reply": 18,
	},
	readback.IPv6: {
		"destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4,
		"echo-request": 128, "echo-reply": 129, "mld-listener-query": 130, "mld-listener-report": 131,
		"mld-listener-done": 132, "mld-listener-reduction": 132, "nd-router-solicit": 133, "nd-router-advert": 134,
		"nd-neighbor-solicit": 135, "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138,
		"ind-neighbor-solicit": 141, "ind-neighbor-advert": 142, "mld2-listener-report": 143,
	},
}
