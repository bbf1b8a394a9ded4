package iptables

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

// statement is a rule while its words are read.
type statement struct {
	*reader
	table   *table
	place   ruleset.Place
	words   []word // that are left
	not     bool   // the next match is turned around
	matches readback.Matches
	odd     []string // what was not understood
}

// rule adds a rule to its chain: none where it decides nothing.
func (x *reader) rule(t *table, l line) error {
	c := t.chains[l.words[0].text]
	s := statement{
		reader: x, table: t, words: l.words[1:], matches: readback.OfFamily(t.family),
		place: ruleset.Place{Line: l.number, Name: t.label() + " " + l.words[0].text},
	}
	for len(s.words) > 0 {
		w := s.next()
		switch {
		case w.quoted:
			return fmt.Errorf("%s is not an option; %s", readback.Quote(w.text), expectedSaved)
		case w.text == "-j" || w.text == "-g":
			return s.target(c, w.text == "-g")
		}
		if err := s.match(w.text); err != nil {
			return err
		}
	}
	return nil // counts
}

// next takes the next word.
func (s *statement) next() word {
	if len(s.words) == 0 {
		return word{}
	}
	w := s.words[0]
	s.words = s.words[1:]
	return w
}

// value takes the word that an option needs.
func (s *statement) value(option string) (string, error) {
	if len(s.words) == 0 || s.words[0].isOption() && s.words[0].text != "-" {
		return "", fmt.Errorf("the option %s has no value; %s", option, expectedSaved)
	}
	return s.next().text, nil
}

// narrow lets the rule match less.
func (s *statement) narrow(m readback.Matches) {
	both, fits := s.budget.And(s.matches, m)
	if s.matches = both; !fits {
		s.odd = append(s.odd, "sets that are too large to be combined")
	}
}

// misread notes a match that was not understood, with the words that belong to
// it.
func (s *statement) misread(words ...string) {
	if s.not {
		words = slices.Insert(words, 0, "!")
	}
	for len(s.words) > 0 && !s.words[0].isOption() {
		words = append(words, s.next().text)
	}
	s.odd = append(s.odd, strings.Join(words, " "))
	s.matches.Partial = true
}

// target adds the rule with what it does.
func (s *statement) target(c *chain, isGoto bool) error {
	name, err := s.value("-j")
	if err != nil {
		return err
	}
	if s.matches.IsNever() {
		return nil
	}
	rule := func(action ruleset.Action, to *ruleset.Chain) {
		c.Rules = append(c.Rules, s.matches.Rule(s.place, action, to))
	}
	called := s.table.chains[name]
	switch {
	case called != nil && !called.isBase && isGoto:
		rule(ruleset.Goto, called.Chain)
	case called != nil && !called.isBase:
		rule(ruleset.Call, called.Chain)
	case name == "ACCEPT", name == "SNAT", name == "MASQUERADE", name == "NETMAP":
		rule(ruleset.Permit, nil)
	case name == "DROP", name == "REJECT":
		rule(ruleset.Deny, nil)
	case name == "RETURN":
		rule(ruleset.Return, nil)
	case name == "DNAT", name == "REDIRECT":
		s.odd = append(s.odd, s.rest(name))
		rule(ruleset.Permit, nil)
	case slices.Contains(goingOn, name):
		if name != "NOTRACK" && !slices.ContainsFunc(s.words, func(w word) bool { return w.text == "--notrack" }) {
			return nil
		}
		s.odd = []string{s.rest(name)} // then the state of connections is another
	default:
		s.odd = append(s.odd, s.rest(name))
		c.Rules = append(c.Rules, s.matches.Undecided(s.place)...)
	}
	for _, what := range s.odd {
		s.unread(s.place, what)
	}
	return nil
}

// rest returns a target with its options.
func (s *statement) rest(name string) string {
	text := "-j " + name
	for _, w := range s.words {
		text += " " + w.text
	}
	return text
}

// goingOn are targets that decide nothing.
var goingOn = []string{
	"AUDIT", "CHECKSUM", "CLASSIFY", "CONNMARK", "CONNSECMARK", "CT", "DSCP", "ECN", "HL", "IDLETIMER", "LED", "LOG", "MARK",
	"NFLOG", "NOTRACK", "RATEEST", "SECMARK", "SET", "TCPMSS", "TCPOPTSTRIP", "TEE", "TOS", "TRACE", "TTL", "ULOG",
}

// modules are those whose options are understood. The options of others are
// not, and matching by them alone neither.
var modules = []string{"tcp", "udp", "udplite", "sctp", "dccp", "icmp", "icmp6", "multiport", "iprange", "conntrack", "state", "set", "comment", "hl"}

// match reads an option and its values.
func (s *statement) match(option string) error {
	if option == "!" {
		s.not = true
		return nil
	}
	defer func() { s.not = false }()
	var m readback.Matches
	understood := true
	switch option {
	case "-m":
		name, err := s.value(option)
		if err == nil && !slices.Contains(modules, name) {
			s.module(name)
		}
		return err
	case "--comment", "-c":
		s.skip()
		return nil
	case "-f": // the second piece of a packet, and those after it
		s.narrow(readback.OfEither(s.not))
		return nil
	case "--syn":
		s.syn(!s.not)
		return nil
	}
	read, known := options[option]
	if !known {
		s.misread(option)
		return nil
	}
	value, err := s.value(option)
	if err != nil {
		return err
	}
	if m, understood, err = read(s, value); err != nil {
		return err
	}
	if s.narrow(m); !understood {
		s.misread(option, value)
	}
	return nil
}

// skip leaves out the values of an option.
func (s *statement) skip() {
	for len(s.words) > 0 && !s.words[0].isOption() {
		s.next()
	}
}

// module notes a module that is not understood, with all of its options.
func (s *statement) module(name string) {
	words := []string{"-m", name}
	for len(s.words) > 0 {
		w := s.words[0]
		if w.isOption() && (len(w.text) == 2 && w.text != "--" || w.text == "!" && len(s.words) > 1 && len(s.words[1].text) == 2) {
			break
		}
		words = append(words, s.next().text)
	}
	s.odd = append(s.odd, strings.Join(words, " "))
	s.matches.Partial = true
}

// options are the matches that have a value. They return what matches, and
// whether that is all.
var options = map[string]func(*statement, string) (readback.Matches, bool, error){
	"-s":          func(s *statement, v string) (readback.Matches, bool, error) { return s.address(true, v) },
	"-d":          func(s *statement, v string) (readback.Matches, bool, error) { return s.address(false, v) },
	"--src-range": func(s *statement, v string) (readback.Matches, bool, error) { return s.addressRange(true, v) },
	"--dst-range": func(s *statement, v string) (readback.Matches, bool, error) { return s.addressRange(false, v) },
	"-i":          (*statement).device, "-o": (*statement).device,
	"-p":      (*statement).protocol,
	"--dport": (*statement).ports, "--dports": (*statement).ports,
	"--sport": (*statement).sourcePorts, "--sports": (*statement).sourcePorts,
	"--icmp-type": (*statement).types, "--icmpv6-type": (*statement).types,
	"--tcp-flags": (*statement).flags,
	"--ctstate":   (*statement).state, "--state": (*statement).state, "--ctdir": (*statement).way,
	"--match-set": (*statement).inSet,
	"--hl-eq":     (*statement).hopLimit,
}

// addresses matches addresses, or those that are not.
func (s *statement) addresses(isSource bool, set *netipx.IPSet) readback.Matches {
	if s.not {
		set = readback.Without(s.table.family.Set(), set)
	}
	return readback.OfAddresses(isSource, set, s.table.family)
}

func (s *statement) address(isSource bool, value string) (readback.Matches, bool, error) {
	text, mask, hasMask := strings.Cut(value, "/")
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" || readback.FamilyOf(a) != s.table.family {
		return readback.Never(), false, fmt.Errorf("%s is not an address; expected: one of IPv%d, such as %s", readback.Quote(value), s.table.family, s.example())
	}
	bits := a.BitLen()
	if hasMask {
		if bits, err = maskBits(mask, a.BitLen()); err != nil {
			return readback.OfFamily(s.table.family), false, nil // single bits
		}
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return readback.Never(), false, fmt.Errorf("%s is not a prefix; expected: at most %d bits", readback.Quote(value), a.BitLen())
	}
	return s.addresses(isSource, readback.SetOf(p)), true, nil
}

func (s *statement) example() string {
	if s.table.family == readback.IPv6 {
		return "2001:db8::/32"
	}
	return "192.0.2.0/24"
}

// maskBits returns the length of a mask: 8, or 255.0.0.0.
func maskBits(mask string, all int) (int, error) {
	if n, err := strconv.ParseUint(mask, 10, 8); err == nil {
		return int(n), nil
	}
	a, err := netip.ParseAddr(mask)
	if err != nil {
		return 0, err
	}
	for bits := range all + 1 {
		ones, zeros := netip.MustParseAddr("255.255.255.255"), netip.IPv4Unspecified()
		if all == 128 {
			ones, zeros = netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), netip.IPv6Unspecified()
		}
		if p, err := ones.Prefix(bits); err == nil && p.Addr() == a || bits == 0 && a == zeros {
			return bits, nil
		}
	}
	return 0, fmt.Errorf("%s is not a mask", mask)
}

func (s *statement) addressRange(isSource bool, value string) (readback.Matches, bool, error) {
	r, err := netipx.ParseIPRange(value)
	if first, _, isRange := strings.Cut(value, "-"); !isRange { // of one address
		a, failed := netip.ParseAddr(first)
		r, err = netipx.IPRangeFrom(a, a), failed
	}
	if err != nil || !r.IsValid() || r.From().Zone() != "" || readback.FamilyOf(r.From()) != s.table.family {
		return readback.Never(), false, fmt.Errorf("%s is not a range of addresses; expected: two of IPv%d, such as 192.0.2.1-192.0.2.9", readback.Quote(value), s.table.family)
	}
	var b netipx.IPSetBuilder
	b.AddRange(r)
	return s.addresses(isSource, readback.Built(&b)), true, nil
}

// device matches an interface: connections between machines never pass lo.
func (s *statement) device(value string) (readback.Matches, bool, error) {
	if value == "lo" {
		return readback.OfEither(s.not), true, nil
	}
	return readback.Any(), false, nil
}

func (s *statement) protocol(value string) (readback.Matches, bool, error) {
	if value == "all" || value == "0" {
		return readback.OfEither(!s.not), true, nil
	}
	if value == "ipv6-icmp" || value == "icmpv6" || value == "icmp6" {
		value = "58"
	}
	p, err := portbook.ParseProtocol(value)
	if err != nil {
		return readback.Never(), false, fmt.Errorf("%s is not a protocol; expected: a name or a number such as tcp or 6", readback.Quote(value))
	}
	return readback.OfPorts(s.turned(ports.All(p), readback.Everything)), true, nil
}

// turned returns a set, or what it leaves of another.
func (s *statement) turned(set, all portbook.PortSet) portbook.PortSet {
	if s.not {
		return all.Subtract(set)
	}
	return set
}

// everyPort is all ports of the protocols that have some.
var everyPort = portbook.UnionAll(ports.All(portbook.TCP), ports.All(portbook.UDP), ports.All(firewall.DCCP), ports.All(firewall.SCTP), ports.All(firewall.UDPLite))

// portsOf reads ports: "22", "80:90", "22,80:90".
func portsOf(value string) (set portbook.PortSet, err error) {
	var all []portbook.PortSet
	for _, part := range strings.Split(value, ",") {
		first, last, isRange := strings.Cut(part, ":")
		if !isRange {
			last = first
		}
		if isRange && first == "" {
			first = "0"
		}
		if isRange && last == "" {
			last = "65535"
		}
		from, failed := portbook.ParsePort(first)
		to, err := portbook.ParsePort(last)
		r, ok := portbook.PortRangeFrom(from, to)
		if failed != nil || err != nil || !ok {
			return set, fmt.Errorf("%s are not ports; expected: numbers such as 22,80:90", readback.Quote(value))
		}
		for _, p := range everyPort.Protocols() {
			all = append(all, portbook.PortSetFrom(p, r))
		}
	}
	return portbook.UnionAll(all...), nil
}

func (s *statement) ports(value string) (readback.Matches, bool, error) {
	set, err := portsOf(value)
	return readback.OfPorts(s.turned(set, everyPort)), true, err
}

// ofClients is the ports from which connections are opened.
var ofClients = portbook.MustParsePortSet("1024-65535/tcp")

// sourcePorts matches source ports: all that clients have, or some.
func (s *statement) sourcePorts(value string) (readback.Matches, bool, error) {
	set, err := portsOf(value)
	return readback.OfPorts(everyPort), s.turned(set, everyPort).ContainsSet(ofClients), err
}

// types matches a type of ICMP: "8", "3/4", "echo-request", "any".
func (s *statement) types(value string) (readback.Matches, bool, error) {
	protocol := portbook.ICMP
	if s.table.family == readback.IPv6 {
		protocol = firewall.ICMPv6
	}
	all := ports.All(protocol)
	number, code, hasCode := strings.Cut(value, "/")
	if value == "any" || number == "255" && protocol == portbook.ICMP {
		return readback.OfPorts(s.turned(all, all)), true, nil
	}
	n, named := typeNames[s.table.family][number]
	if !named {
		parsed, err := strconv.ParseUint(number, 10, 8)
		if err != nil {
			return readback.OfPorts(all), false, nil
		}
		n = int(parsed)
	}
	one := portbook.PortSetOf(protocol, portbook.Port(n))
	if hasCode && (code != "0" || !slices.Contains(codeless[s.table.family], n)) {
		if s.not {
			return readback.OfPorts(all), false, nil
		}
		return readback.OfPorts(one), false, nil
	}
	return readback.OfPorts(s.turned(one, all)), true, nil
}

// codeless are the types that have the code 0 alone.
var codeless = map[readback.Family][]int{readback.IPv4: {0, 8, 13, 14, 15, 16, 17, 18}, readback.IPv6: {128, 129, 133, 134, 135, 136, 137}}

// typeNames are the names that iptables has for types of ICMP.
var typeNames = map[readback.Family]map[string]int{
	readback.IPv4: {
		"echo-reply": 0, "pong": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8, "ping": 8,
		"router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "ttl-exceeded": 11, "parameter-problem": 12,
		"timestamp-request": 13, "timestamp-reply": 14, "address-mask-request": 17, "address-mask-reply": 18,
	},
	readback.IPv6: {
		"destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "ttl-exceeded": 3, "parameter-problem": 4,
		"echo-request": 128, "ping": 128, "echo-reply": 129, "pong": 129, "mld-listener-query": 130, "mld-listener-report": 131,
		"mld-listener-done": 132, "mld-listener-reduction": 132, "router-solicitation": 133, "router-advertisement": 134,
		"neighbour-solicitation": 135, "neighbor-solicitation": 135, "neighbour-advertisement": 136, "neighbor-advertisement": 136,
		"redirect": 137,
	},
}

// syn matches the first packet of a connection, or others.
func (s *statement) syn(first bool) {
	s.narrow(readback.OfEither(first))
	s.narrow(readback.OfPorts(ports.All(portbook.TCP)))
}

// flags matches the flags of TCP under a mask: "FIN,SYN,RST,ACK SYN". The first
// packet has the flag SYN, and may have those of congestion.
func (s *statement) flags(mask string) (readback.Matches, bool, error) {
	want, err := s.value("--tcp-flags")
	if err != nil {
		return readback.Never(), false, err
	}
	names := strings.Split(mask, ",")
	tcp := readback.OfPorts(ports.All(portbook.TCP))
	if slices.Contains(names, "ECE") || slices.Contains(names, "CWR") {
		s.words = slices.Insert(s.words, 0, word{want, false})
		return tcp, false, nil
	}
	has := "NONE"
	if slices.Contains(names, "SYN") || mask == "ALL" {
		has = "SYN"
	}
	if (want == has) == s.not {
		return readback.Never(), true, nil
	}
	return tcp, true, nil
}

// state matches the state of connections, which is new.
func (s *statement) state(value string) (readback.Matches, bool, error) {
	list := strings.Split(value, ",")
	has := slices.Contains(list, "NEW")
	if !has && (slices.Contains(list, "DNAT") || slices.Contains(list, "SNAT")) {
		return readback.Any(), false, nil
	}
	return readback.OfEither(has != s.not), true, nil
}

// way matches the direction of packets within a connection.
func (s *statement) way(value string) (readback.Matches, bool, error) {
	return readback.OfEither((value == "ORIGINAL") != s.not), value == "ORIGINAL" || value == "REPLY", nil
}

// neighborhood is the messages by which IPv6 finds routers and neighbors. All of
// them have a hop limit of 255.
var neighborhood = portbook.MustParsePortSet("133-137/ipv6-icmp")

func (s *statement) hopLimit(value string) (readback.Matches, bool, error) {
	return readback.Any(), value == "255" && !s.not && neighborhood.ContainsSet(s.matches.Ports), nil
}
