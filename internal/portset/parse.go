package portset

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// MaxRanges is how many ranges of ports a text may write out, those of each
// protocol counted apart. All sets of ports of one protocol stay within it.
// Without it, a text of some kilobytes writes out gigabytes: "1,3,5/*" is 768
// ranges.
const MaxRanges = 1 << 15

// Pattern is a regular expression, of Go and of JSON Schema, that matches every
// text that Parse reads: its outline, which leaves the highest numbers, the
// order of a range and the names of protocols to Parse.
const (
	Pattern = `^\s*(` + list + `(\s+` + list + `)*)?\s*$`

	list   = `(` + item + `/[^\s,]+(` + comma + item + `/[^\s,]+)*|` + word + port + `(` + comma + word + `?` + port + `)*)`
	item   = port + `(` + comma + port + `)*`
	port   = `(\*|` + number + `(-` + number + `)?)`
	number = `(0|[1-9][0-9]*)`
	word   = `([0-9]*[A-Za-z][^\s,/]*/)`
	comma  = `\s*,\s*`
)

// What the parser of sets expects, for its errors.
const (
	expectedSet     = "ports and a protocol, such as 80,443/tcp or 1024-65535/udp, separated by spaces"
	expectedOneForm = "443/tcp,53/udp or tcp/443,udp/53, not both in one list"
	expectedFewer   = "fewer ports, or fewer protocols"
)

// Parse reads the text form of a set, whose grammar is described at parser.
func Parse(s string) (Set, error) {
	set, _, err := ParseWithin(s, MaxRanges)
	return set, err
}

// ParseWithin is Parse with a bound of its own, at most MaxRanges, on the ranges
// that the text writes out, for those who read many texts. It returns their
// number, which is above the bound if and only if that is why the text is
// refused. What is beyond the bound costs neither time nor memory.
func ParseWithin(s string, most int) (set Set, ranges int, err error) {
	var small struct {
		runs  [4]run
		ports [16]uint32
	}
	p := parser{most: min(most, MaxRanges), runs: small.runs[:0], ports: small.ports[:0]}
	if err := p.parse(s); err != nil {
		e := err.(*Error)
		e.Input = s
		switch {
		case p.ranges > p.most:
			e.Part = s
		case e.Reason == reversed && hasThousands(s):
			e.Expected = expectedPlain
		}
		return Set{}, p.ranges, e
	}
	return p.set(), p.ranges, nil
}

// A parser reads the text form of a set: lists separated by spaces. The items
// of a list are separated by commas, with or without spaces around them. A list
// has one of two forms:
//
//	80,443/tcp,53/udp    each protocol after its ports
//	tcp/80,443,udp/53    each protocol before its ports
//
// What is before the slash is a protocol if it is a keyword; of two numbers the
// second is: "6/17" is port 6 of protocol 17. After a slash there may also be a
// range of protocol numbers, or * for all protocols. The empty text is the
// empty set.
//
// A comma always separates: "10,319/tcp" is ports 10 and 319. Thousands commas
// are refused where they show, by a leading zero ("1,024") or a reversed range
// ("49,152-65,535").
type parser struct {
	most   int // bound of ranges
	ranges int // that the runs write out

	// The list that is being read.
	protocolFirst, portsFirst bool // its form, once it is known
	first, last               uint8
	waiting                   string // the first item that waits for a protocol

	runs  []run
	ports []uint32 // ranges as lo<<16 | hi: those of runs, then those that were read since
	begin int      // where the latter begin
}

// A run is ranges of ports, united, with the protocols that they are of.
type run struct {
	first, last uint8
	end         uint16 // of its ranges in parser.ports; they begin where the run before ends
}

func (p *parser) parse(text string) (err error) {
	for text = trimSpace(text); text != ""; {
		if text, err = p.readList(text); err != nil {
			return err
		}
	}
	return nil
}

// readList reads items up to the first that no comma joins to the next one, and
// returns the rest of the text.
func (p *parser) readList(text string) (rest string, err error) {
	p.protocolFirst, p.portsFirst, p.waiting = false, false, ""
	for joined := true; joined; {
		var item string
		if item, text, joined = nextItem(text); item == "" {
			return "", &Error{Part: ",", Reason: "does not join two ports", Expected: expectedSet}
		}
		if err := p.readItem(item); err != nil {
			return "", err
		}
	}
	if p.waiting != "" {
		return "", noProtocol(p.waiting)
	}
	if p.protocolFirst {
		return text, p.endRun()
	}
	return text, nil
}

// nextItem returns the next item, the text after it and the separators that
// follow, and whether a comma is among them.
func nextItem(text string) (item, rest string, joined bool) {
	n := 0
	for n < len(text) && '!' <= text[n] && text[n] <= '~' && text[n] != ',' {
		n++ // as nearly every character
	}
	if n < len(text) {
		if i := strings.IndexFunc(text[n:], isSeparator); i >= 0 {
			n += i
		} else {
			n = len(text)
		}
	}
	rest = trimSpace(text[n:])
	if strings.HasPrefix(rest, ",") {
		return text[:n], trimSpace(rest[1:]), true
	}
	return text[:n], rest, false
}

func isSeparator(r rune) bool { return r == ',' || unicode.IsSpace(r) }

func trimSpace(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) }

func (p *parser) readItem(item string) error {
	before, after, hasSlash := strings.Cut(item, "/")
	switch {
	case !hasSlash:
		return p.readBare(item)
	case !isProtocolFirst(before, after):
		return p.readPortsFirst(item, before, after)
	}
	return p.readProtocolFirst(item, before, after)
}

// isProtocolFirst reports whether the text before a slash is, or is meant as,
// the protocol.
func isProtocolFirst(before, after string) bool {
	if _, ok := findKeyword(before); ok {
		return true
	}
	_, ok := findKeyword(after)
	return !ok && after != "*" && before != "" && isLetter(before[0])
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// readBare reads an item without a slash, whose protocol is that of the items
// before it or after it.
func (p *parser) readBare(item string) error {
	lo, hi, err := ParsePortRange(item)
	if err != nil {
		return explainBare(item, err)
	}
	if !p.protocolFirst && p.waiting == "" {
		p.waiting = item
	}
	return p.add(lo, hi)
}

func (p *parser) readPortsFirst(item, ports, protocols string) error {
	if p.protocolFirst {
		return &Error{Part: item, Reason: "has its protocol after its ports", Expected: expectedOneForm}
	}
	lo, hi, err := ParsePortRange(ports)
	if err != nil {
		return err
	}
	if err := p.add(lo, hi); err != nil {
		return err
	}
	p.portsFirst, p.waiting = true, ""
	if p.first, p.last, err = parseProtocols(protocols); err != nil {
		return err
	}
	return p.endRun()
}

func (p *parser) readProtocolFirst(item, protocol, ports string) error {
	switch {
	case p.waiting != "":
		return noProtocol(p.waiting)
	case p.portsFirst:
		return &Error{Part: item, Reason: "has its protocol before its ports", Expected: expectedOneForm}
	case p.protocolFirst:
		if err := p.endRun(); err != nil {
			return err
		}
	}
	number, err := ParseProtocol(protocol)
	if err != nil {
		return err
	}
	lo, hi, err := ParsePortRange(ports)
	if err != nil {
		return err
	}
	p.protocolFirst, p.first, p.last = true, number, number
	return p.add(lo, hi)
}

// noProtocol copies the ports: what an error keeps of a parser would move all of
// it to the heap.
func noProtocol(ports string) error {
	ports = strings.Clone(ports)
	return &Error{Part: ports, Reason: "has no protocol", Expected: "a protocol too, such as " + ports + "/tcp or " + ports + "/udp"}
}

// explainBare returns the error for an item that has no slash and is not ports.
func explainBare(item string, err error) error {
	if _, ok := findKeyword(item); ok {
		return &Error{Part: item, Reason: "has no ports", Expected: "ports too, such as 443/" + item}
	}
	if _, ok := findKeyword(strings.Trim(item, "0123456789-:")); ok {
		return &Error{Part: item, Reason: "has no slash between ports and protocol", Expected: expectedSet}
	}
	return err
}

// hasThousands reports whether a text has a comma between a digit and exactly
// three digits.
func hasThousands(s string) bool {
	for i := 1; i+4 < len(s); i++ { // a slash and a protocol follow
		if s[i] == ',' && isDigits(s[i-1:i]) && isDigits(s[i+1:i+4]) && !isDigits(s[i+4:i+5]) {
			return true
		}
	}
	return false
}

// add adds a range to those that wait for the end of their run. When memory is
// full they are united, so that repeated ports need none.
func (p *parser) add(lo, hi uint16) error {
	if len(p.ports) == cap(p.ports) {
		n := p.unite()
		if p.ranges+n > p.most {
			return p.tooMany(n)
		}
		p.ports = slices.Grow(p.ports, len(p.ports)+n+1)
	}
	p.ports = append(p.ports, uint32(lo)<<16|uint32(hi))
	return nil
}

// unite unites the ranges that wait, in place, and returns their number.
func (p *parser) unite() int {
	list := p.ports[p.begin:]
	slices.Sort(list)
	n := 0
	for _, r := range list {
		if n > 0 && r>>16 <= list[n-1]&0xffff+1 { // overlap or touch
			list[n-1] = max(list[n-1], list[n-1]&^0xffff|r&0xffff)
			continue
		}
		list[n] = r
		n++
	}
	p.ports = p.ports[:p.begin+n]
	return n
}

// endRun makes a run of the ranges that wait.
func (p *parser) endRun() error {
	n := p.unite() * (int(p.last) - int(p.first) + 1)
	if p.ranges+n > p.most {
		return p.tooMany(n)
	}
	p.ranges += n
	p.runs = append(p.runs, run{p.first, p.last, uint16(len(p.ports))})
	p.begin = len(p.ports)
	return nil
}

// tooMany returns the error for n ranges more than there may be.
func (p *parser) tooMany(n int) error {
	p.ranges += n
	return &Error{Reason: "is more than " + strconv.Itoa(p.most) + " ranges of ports", Expected: expectedFewer}
}

// set writes out the runs.
func (p *parser) set() Set {
	var buffer [32]uint64
	hulls := slices.Grow(buffer[:0], p.ranges)
	begin := uint16(0)
	for _, r := range p.runs {
		for protocol := int(r.first); protocol <= int(r.last); protocol++ {
			for _, x := range p.ports[begin:r.end] {
				hulls = append(hulls, Range(Key(uint8(protocol), uint16(x>>16)), Key(uint8(protocol), uint16(x))).hull)
			}
		}
		begin = r.end
	}
	return fromHulls(hulls)
}
