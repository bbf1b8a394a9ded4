package portcell

import (
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/portset"
)

// Loosely reads cells that the grammar refuses, and sentences: "TCP port 443 is
// used; for sharing also UDP ports 137 and 138". It takes the numbers that a
// protocol, the word port, or another such number announces, and returns the
// numbers that it left. A caller marks the result as one to be checked. The
// error is that of [Combine] where nothing could be taken.
func Loosely(protocol, port string) (Row, []Doubt, error) {
	a, err := ParseProtocols(protocol)
	if err != nil {
		a = looseProtocols(protocol)
	}
	b, refused := ParsePorts(port)
	var left []Doubt
	if refused != nil {
		b, left = looseCell(port, a.Protocols)
		if len(b.Items) == 0 && b.Kind == Unstated {
			return Row{}, left, refused
		}
	}
	row, err := combine(a, b, port)
	return row, left, err
}

// maxLoose is the longest text that is read loosely, in bytes.
const maxLoose = 16 << 10

// looseProtocols takes the protocols and names of a cell like "gRPC (TLS)".
func looseProtocols(cell string) (c Cell) {
	if len(cell) > maxLoose {
		return Cell{}
	}
	tokens := scan(cell)
	implied, over := []uint8(nil), false
	for i, t := range tokens {
		if t.kind != word {
			continue
		}
		switch class := classOf(t.text); class {
		case transport, suite:
			if !network[t.text] {
				c.Protocols = append(c.Protocols, protocolOf(t.text))
			}
		case application:
			implied = append(implied, Transports(t.text)...)
			over = over || t.text == "tls" || t.text == "ssl" // "Syslog over TLS" is TCP
			if t.text != "tls" && t.text != "ssl" || len(tokens) == 1 {
				c.Words = append(c.Words, Annotation{Role: Application, Text: cell[t.start:t.end], Offset: t.start, Item: -1})
			}
		case unknown:
			if i == 0 && len(t.text) < 30 {
				c.Words = append(c.Words, Annotation{Role: Application, Text: cell[t.start:t.end], Offset: t.start, Item: -1})
			}
		case or:
			c.Choice = OneOf
		}
	}
	if len(c.Protocols) == 0 && over {
		c.implied = []uint8{6}
	} else if len(c.Protocols) == 0 {
		c.implied = numbersOf(implied)
	}
	if c.Protocols = numbersOf(c.Protocols); len(c.Protocols) < 2 {
		c.Choice = All
	}
	return c
}

// network are protocols that carry others: "TCP over IPv6" is TCP.
var network = map[string]bool{"ip": true, "ipv4": true, "ipv6": true}

func protocolOf(text string) uint8 {
	if classOf(text) == suite {
		text = "tcp"
	}
	n, _ := portset.ParseProtocol(text)
	return uint8(n)
}

// udpApplications and bothApplications are the names of protocols that do not
// run over TCP alone.
var (
	udpApplications  = []string{"ntp", "snmp", "tftp", "syslog", "dhcp", "dhcpv6", "bootp", "radius", "ssdp", "mdns", "llmnr", "rtp", "quic", "dtls", "ike", "ipsec", "wins", "pxe"}
	bothApplications = []string{"dns", "kerberos", "sip", "netbios"}
)

// Transports returns the transport protocols over which an application
// protocol usually runs: none for names that are not known.
func Transports(name string) []uint8 {
	name = foldText(name)
	switch {
	case slices.Contains(udpApplications, name):
		return []uint8{17}
	case slices.Contains(bothApplications, name):
		return []uint8{6, 17}
	case classOf(name) == application && name != "ping":
		return []uint8{6}
	}
	return nil
}

// Implied returns the transports of what a cell names without a transport, as
// TCP for "Syslog over TLS". It is empty where the cell states a transport.
func (c Cell) Implied() []uint8 { return c.implied }

// looseReader walks over the tokens of a cell.
type looseReader struct {
	Cell
	text    string
	tokens  []token
	current []uint8 // protocols that were named last
	joined  bool    // the last token was a protocol, so that another one adds to it
	listing bool    // a number would be a port
	depth   int     // of brackets
	numbers int     // items since the last protocol
	bound   int     // items to which the last protocol was given, while another may follow
	outer   []uint8 // protocols of the protocol cell
	left    []Doubt
}

func looseCell(cell string, outer []uint8) (Cell, []Doubt) {
	if len(cell) > maxLoose {
		return Cell{}, nil
	}
	r := &looseReader{text: cell, tokens: scan(cell), outer: outer}
	r.listing = len(r.tokens) > 0 && r.tokens[0].kind == number
	for i := 0; i < len(r.tokens); {
		i = r.read(i)
	}
	r.left = slices.DeleteFunc(r.left, func(d Doubt) bool { // said again in other words
		return slices.ContainsFunc(r.Items, func(x Item) bool { return strings.Contains(x.Text, d.Piece) })
	})
	r.Protocols = numbersOf(r.Protocols)
	if len(r.Items) > 0 && r.Kind != Dynamic {
		r.Kind = Listed
	}
	if len(r.Items) == 0 && len(r.left) == 0 && r.Kind == Unstated && setElsewhere.MatchString(cell) {
		r.Kind = Varies
		r.quirk("port-not-numeric")
	}
	if slices.ContainsFunc(r.Items, func(x Item) bool { return x.Protocols == nil }) && len(outer) == 0 {
		for i := range r.Items { // one protocol for all, or none
			if r.Items[i].Protocols == nil && len(r.Protocols) == 1 {
				r.Items[i].Protocols = r.Protocols
			}
		}
	}
	return r.Cell, r.left
}

// setElsewhere finds cells that leave the port to a setting.
var setElsewhere = regexp.MustCompile(`(?i)\b(?:defined|configured|configurable|custom|user-defined|set|depends?|depending|specified|chosen)\b|定義|指定|設定|依存|環境により|任意`)

// read reads the token at an index, and returns the next one.
func (r *looseReader) read(i int) int {
	t := r.tokens[i]
	wasJoined, wasBound := r.joined, r.bound
	r.joined, r.bound = false, 0
	switch t.kind {
	case number:
		if r.isNote(i) {
			return i + 1
		}
		if n := r.notDecimal(i); n > 0 {
			r.left = append(r.left, Doubt{r.text[t.start:r.tokens[i+n-1].end], t.start, "is not a port"})
			return i + n
		}
		if higher, _ := r.isAbove(i); !r.listing && !higher && !r.isChoice(i) {
			r.left = append(r.left, Doubt{t.text, t.start, "is a number in a text"})
			return i + 1
		}
		return r.readPorts(i)
	case word:
		c, n := r.classAt(i)
		if c == and || c == or {
			r.bound = wasBound
		}
		if network[t.text] {
			r.joined, r.bound = wasJoined, wasBound
			return i + n
		}
		if wasBound > 0 && c == transport && !(i+1 < len(r.tokens) && r.tokens[i+1].kind == number) {
			r.bindToo(protocolOf(t.text), wasBound)
			return i + n
		}
		r.readWord(i, c, n, wasJoined)
		return i + n
	case opening:
		r.depth++
		if r.Kind == Dynamic {
			r.listing = true
		} else {
			r.listing = i+2 < len(r.tokens) && (r.listing && (r.tokens[i+1].kind == word || i > 0 && endsInPort(r.tokens[i-1].text)) || len(r.Items) == 0 && r.tokens[i+1].kind == number)
		}
	case closing:
		r.depth--
	case colon:
		r.listing = r.listing || i+1 < len(r.tokens) && r.tokens[i+1].kind == number // "Oracle: 1521"
	case slash, comma, semicolon, newline, ampersand, plus:
		if t.kind != semicolon && t.kind != newline {
			r.bound = wasBound
		}
		r.joined = wasJoined && (t.kind == slash || t.kind == comma || t.kind == plus || t.kind == ampersand)
	case stop, dash, star, mark:
		if t.kind == stop && (i+1 == len(r.tokens) || r.tokens[i+1].spaced || t.end-t.start > 1) {
			r.listing, r.current = false, nil
		}
		r.joined = wasJoined && t.kind == dash
	default:
		r.listing = r.listing && aboveSign.MatchString(r.wordAt(i))
	}
	return i + 1
}

// isChoice reports whether a number follows the word for a choice between it
// and the ports before it: "4100 TCP (north) or 4101 (south)".
func (r *looseReader) isChoice(i int) bool {
	if i == 0 || len(r.Items) == 0 || r.depth > 0 || r.tokens[i-1].kind != word || classOf(r.tokens[i-1].text) != or {
		return false
	}
	r.Choice = OneOf
	return true
}

func (r *looseReader) classAt(i int) (class, int) {
	p := parser{tokens: r.tokens}
	c, n := p.classAt(i)
	return c, max(n, 1)
}

// noteWords stand before the number of a footnote, or of something else that
// is counted.
var noteWords = []string{"note", "notes", "step", "table", "figure", "version", "v", "注", "注記", "表", "図", "type", "rfc", "kb", "tls", "windows", "server", "第", "バージョン"}

func (r *looseReader) isNote(i int) bool {
	if i > 1 && r.tokens[i-1].kind == opening && endsInPort(r.tokens[i-2].text) {
		return false // the port of HTTP (80)
	}
	return i > 0 && r.tokens[i-1].kind == word && slices.Contains(noteWords, r.tokens[i-1].text) ||
		i > 0 && r.tokens[i-1].kind == opening && i+1 < len(r.tokens) && r.tokens[i+1].kind == closing && len(r.tokens[i].text) < 3
}

// notDecimal returns how many tokens an address, a version or a number with
// thousands commas has, or 0.
func (r *looseReader) notDecimal(i int) int {
	n := 1
	for i+n+1 < len(r.tokens) && r.tokens[i+n].kind == stop && !r.tokens[i+n].spaced && r.tokens[i+n+1].kind == number && !r.tokens[i+n+1].spaced {
		n += 2
	}
	if n > 1 {
		return n
	}
	p := parser{text: r.text, tokens: r.tokens}
	if p.gluedByComma(i+1) && !p.gluedByComma(i+3) && len(r.tokens[i+2].text) == 3 && len(r.tokens[i].text) < 3 {
		return 3
	}
	return 0
}

func (r *looseReader) readWord(i int, c class, n int, wasJoined bool) {
	t := r.tokens[i]
	switch c {
	case transport, suite:
		p := protocolOf(t.text)
		r.Protocols = append(r.Protocols, p)
		if r.afterNumber(i) && !(i+1 < len(r.tokens) && r.tokens[i+1].kind == number) {
			r.bindBefore(p)
			r.listing = true
			return
		}
		if wasJoined {
			r.current = numbersOf(append(slices.Clone(r.current), p))
		} else {
			r.current = []uint8{p}
		}
		r.joined, r.listing, r.numbers = true, true, 0
	case application:
		r.Words = append(r.Words, Annotation{Role: Application, Text: r.text[t.start:r.tokens[i+n-1].end], Offset: t.start, Item: -1})
		r.listing = i+1 < len(r.tokens) && (r.tokens[i+1].kind == slash || r.tokens[i+1].kind == opening)
	case portNoun:
		r.listing = true
	case and, or, andOr, upToEnd, typeNoun, above, byDefault, destinationSide, sourceSide, protocolNoun:
		r.joined = wasJoined
		if c == or {
			r.Choice = OneOf
		}
	case dynamic, varies:
		if len(r.Items) == 0 {
			r.Kind = Dynamic
			r.quirk("port-not-numeric")
		}
	default:
		if beforePorts[t.text] {
			return
		}
		if text, ok := strings.CutPrefix(t.text, "dynamic"); ok && text != "" || strings.HasPrefix(t.text, "random") {
			r.readWord(i, dynamic, n, false)
			return
		}
		r.listing = endsInPort(t.text)
	}
}

// beforePorts are words that may stand between "port" and its number.
var beforePorts = map[string]bool{"is": true, "number": true, "numbers": true, "no": true, "than": true, "greater": true, "from": true, "via": true, "on": true, "は": true,
	"の": true, "が": true, "を": true, "high": true, "high-port": true, "higher": true, "larger": true, "above": true, "over": true, "more": true, "to": true, "between": true, "range": true, "the": true}

// afterNumber reports whether a protocol belongs to the ports before it:
// "53/udp", "443 (TCP)", "443 tcp".
func (r *looseReader) afterNumber(i int) bool {
	if i == 0 || len(r.Items) == 0 || r.numbers == 0 {
		return false
	}
	at := i - 1
	if k := r.tokens[at].kind; k == slash || k == opening {
		at--
	}
	return at >= 0 && r.tokens[at].kind == number && r.Items[len(r.Items)-1].Protocols == nil
}

// bindBefore gives a protocol to the ports since the last one.
func (r *looseReader) bindBefore(p uint8) {
	for i := len(r.Items) - 1; i >= 0 && r.Items[i].Protocols == nil; i-- {
		r.Items[i].Protocols = []uint8{p}
		r.bound++
	}
	r.numbers = 0
}

// bindToo gives the last n ports a further protocol: "53/tcp+udp".
func (r *looseReader) bindToo(p uint8, n int) {
	r.Protocols = append(r.Protocols, p)
	for i := len(r.Items) - n; i < len(r.Items); i++ {
		r.Items[i].Protocols = numbersOf(append(slices.Clone(r.Items[i].Protocols), p))
	}
	r.listing, r.bound = true, n
}

func (r *looseReader) quirk(code string) {
	if !slices.Contains(r.Quirks, code) {
		r.Quirks = append(r.Quirks, code)
	}
}

// readPorts reads a port or a range, and returns the token after it.
func (r *looseReader) readPorts(i int) int {
	first := r.tokens[i]
	p := parser{text: r.text}
	lo, err := p.portNumber(first)
	end := i + 1
	hi := lo
	if next, ok := r.rangeEnd(i + 1); ok && err == nil {
		end = next + 1
		hi, err = p.portNumber(r.tokens[next])
	} else if higher, by := r.isAbove(i); higher && err == nil {
		lo, hi = lo+by, 65535
	} else if c, n := r.classAt(min(i+1, len(r.tokens)-1)); i+1 < len(r.tokens) && c == above {
		hi, end = 65535, i+1+n
	}
	icmp := isICMP(r.current) || len(r.current) == 0 && isICMP(r.outer)
	if err != nil || lo > 65535 || hi < lo || hi == 0 && !icmp || icmp && hi > 255 {
		r.left = append(r.left, Doubt{first.text, first.start, "is not a port"})
		return end
	}
	if hi > 65535 {
		hi = 65535
		r.quirk("port-above-65535")
	}
	x := Item{Protocols: slices.Clone(r.current), First: uint16(lo), Last: uint16(hi), Text: r.text[first.start:r.tokens[end-1].end], Offset: first.start}
	if len(r.current) == 0 {
		x.Protocols = nil
	}
	if !slices.ContainsFunc(r.Items, func(y Item) bool {
		return y.First == x.First && y.Last == x.Last && (x.Protocols == nil || slices.Equal(x.Protocols, y.Protocols))
	}) {
		r.Items = append(r.Items, x)
		r.numbers++
	}
	r.listing = true
	return end
}

// rangeEnd returns the token of the last port of a range: after a dash, after
// dots, or after "to".
func (r *looseReader) rangeEnd(i int) (int, bool) {
	n := i
	switch {
	case n >= len(r.tokens):
		return 0, false
	case r.tokens[n].kind == dash:
		n++
	case r.tokens[n].kind == stop:
		for n < len(r.tokens) && r.tokens[n].kind == stop {
			n++
		}
		if n-i < 2 {
			return 0, false
		}
	default:
		c, words := r.classAt(n)
		if c != upTo {
			return 0, false
		}
		n += words
	}
	return n, n < len(r.tokens) && r.tokens[n].kind == number
}

var (
	aboveSign  = regexp.MustCompile(`^(?:[>＞=]|[≥≧])$`)
	aboveWords = []string{"greater", "higher", "above", "larger", "more"}
	aboveAfter = regexp.MustCompile(`^(?:より(?:大き|上)|を(?:超|上回))`)
)

// wordAt returns a token as a folded word, or the sign that it is.
func (r *looseReader) wordAt(i int) string {
	if t := r.tokens[i]; t.text == "" {
		return r.text[t.start:t.end]
	}
	return r.tokens[i].text
}

// isAbove reports whether the words or signs beside a number say that ports are
// higher than it, and by how much the first of them is.
func (r *looseReader) isAbove(i int) (above bool, by int) {
	if i+1 < len(r.tokens) && aboveAfter.MatchString(r.wordAt(i+1)) {
		return true, 1
	}
	if i == 0 {
		return false, 0
	}
	switch before := r.wordAt(i - 1); {
	case before == "=" && i > 1 && aboveSign.MatchString(r.wordAt(i-2)), before == "≥", before == "≧":
		return true, 0
	case aboveSign.MatchString(before), before == "above", before == "over" && i > 1 && endsInPort(r.tokens[i-2].text):
		return true, 1
	case before == "than" && i > 1:
		return slices.Contains(aboveWords, r.tokens[i-2].text), 1
	}
	return false, 0
}
