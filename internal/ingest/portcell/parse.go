package portcell

import (
	"slices"
	"strconv"

	"github.com/portbook/portbook/internal/portset"
)

type column string

const (
	portColumn     column = "port"
	protocolColumn column = "protocol"
)

// What the parser accepts, for its errors.
const (
	acceptedPorts     = "ports such as 80/443, 1024-65535, TCP 443 or 443 (HTTPS), or a word such as Random"
	acceptedProtocols = "protocols such as TCP, TCP/UDP (DNS), PXE over UDP or ICMP Type 8"
	acceptedNumber    = "a number from 1 to 65535"
	acceptedRange     = "a range such as 1024-65535"
	acceptedRemark    = "remarks without numbers of their own, or in brackets"
	acceptedList      = "a separator such as a comma between ports"
	acceptedText      = "text in UTF-8"
)

const reasonIllegal = "is a control character, or not UTF-8"

// separator is what stands between two atoms.
type separator uint8

const (
	adjacent separator = iota // nothing but space
	bySlash
	byComma
	bySemicolon
	byLine
	byAnd
	byOr
	byAndOr
)

var (
	separatorOf     = map[tokenKind]separator{slash: bySlash, comma: byComma, semicolon: bySemicolon, newline: byLine, ampersand: byAnd}
	separatorOfWord = map[class]separator{and: byAnd, or: byOr, andOr: byAndOr}
)

// atom is a protocol or ports: what bind puts together.
type atom struct {
	token
	name      bool      // a protocol or an application
	before    separator // to the atom before it
	number    int       // of the protocol; -1 for an application, which has none
	word      int       // index of the annotation of an application
	kind      Kind      // of ports
	numeric   bool      // ports with numbers, from lo to hi
	everyPort bool      // any port, or any protocol
	lo, hi    uint16
	icmpType  bool
}

// parser turns tokens into atoms, and notes the rest in the cell.
type parser struct {
	Cell
	column    column
	text      string
	tokens    []token
	at        int
	atoms     []atom
	pending   separator // since the last atom
	separator token     // the one that pending comes from
	colonFits bool      // the last token may stand before a colon
	ports     int       // atoms that are ports
	itemOf    []int     // index of their item, or -1
}

// parse reads a cell. Every token passes through exactly one of the functions
// below, so that nothing is skipped.
func parse(cell string, column column) (Cell, error) {
	p := &parser{column: column, text: cell, tokens: scan(cell)}
	if err := p.readAll(); err != nil {
		return Cell{}, err
	}
	p.Quirks = inOrder(p.Quirks)
	return p.Cell, nil
}

func (p *parser) readAll() error {
	if err := p.checkCharacters(); err != nil {
		return err
	}
	switch {
	case p.isOnly(newline): // nothing but empty lines
		return nil
	case p.isOnly(newline, dash):
		p.Kind = None
		return nil
	case p.column == portColumn && p.isReference():
		p.readReference()
	}
	for p.at < len(p.tokens) {
		if err := p.readToken(); err != nil {
			return err
		}
	}
	if p.pending != adjacent && p.pending != byLine {
		return p.fail(p.separator, "has nothing after it", p.accepted())
	}
	if len(p.atoms) == 0 {
		return p.fail(token{end: len(p.text)}, "names nothing", p.accepted())
	}
	return p.bind()
}

func (p *parser) checkCharacters() error {
	for _, t := range p.tokens {
		if t.kind == illegal {
			return p.fail(t, reasonIllegal, acceptedText)
		}
	}
	return nil
}

func (p *parser) isOnly(kinds ...tokenKind) bool {
	return !slices.ContainsFunc(p.tokens, func(t token) bool { return !slices.Contains(kinds, t.kind) })
}

// quirk adds a quirk once.
func (p *parser) quirk(code string) {
	if !slices.Contains(p.Quirks, code) {
		p.Quirks = append(p.Quirks, code)
	}
}

func (p *parser) readToken() error {
	t := p.tokens[p.at]
	wasFit := p.colonFits
	p.colonFits = false
	switch t.kind {
	case number:
		return p.readNumber()
	case word:
		return p.readWord()
	case slash, comma, semicolon, newline, ampersand:
		p.at++
		return p.separate(t, separatorOf[t.kind])
	case colon:
		return p.readColon(t, wasFit)
	case dash:
		return p.readDash(t)
	case stop:
		return p.readStop(t)
	case star:
		return p.readStar(t)
	case mark:
		p.at++
		p.note(Mark, p.at-1, p.at)
		return nil
	case opening:
		p.colonFits = wasFit
		return p.readBrackets(t)
	}
	return p.unreadable(t)
}

func (p *parser) accepted() string {
	if p.column == protocolColumn {
		return acceptedProtocols
	}
	return acceptedPorts
}

func (p *parser) fail(t token, reason, accepted string) error {
	return &Error{Column: string(p.column), Cell: p.text, Offset: t.start, Piece: p.text[t.start:t.end], Reason: reason, Accepted: accepted}
}

func (p *parser) unreadable(t token) error { return p.fail(t, "is not understood", p.accepted()) }

// next returns the token n after the current one, or a newline at the end of the cell.
func (p *parser) next(n int) token {
	if p.at+n < len(p.tokens) {
		return p.tokens[p.at+n]
	}
	return token{kind: newline, start: len(p.text), end: len(p.text), spaced: true}
}

// separate notes a separator. Two of them count as one where one is a line
// break or where "and" or "or" ends a list.
func (p *parser) separate(t token, s separator) error {
	switch {
	case len(p.atoms) == 0 && s != byLine:
		return p.fail(t, "has nothing before it", p.accepted())
	case len(p.atoms) == 0 || s == byLine && p.pending != adjacent:
		return nil
	case p.pending != adjacent && p.pending != byLine && (p.pending != byComma || s != byAnd && s != byOr):
		return p.fail(t, "has nothing before it", p.accepted())
	}
	p.pending, p.separator = s, t
	return nil
}

// readColon reads a colon after a protocol or a word such as "port". A line
// break may follow: the ports are below.
func (p *parser) readColon(t token, fits bool) error {
	if !fits {
		return p.unreadable(t)
	}
	for p.at++; p.at < len(p.tokens); p.at++ {
		if p.next(0).kind != newline {
			return nil
		}
	}
	return p.fail(t, "has nothing after it", p.accepted())
}

// add adds an atom after the pending separator.
func (p *parser) add(a atom) {
	a.before, p.pending = p.pending, adjacent
	p.atoms = append(p.atoms, a)
	if !a.name {
		p.ports++
	}
}

// last returns the last atom, or one that is neither a name nor ports.
func (p *parser) last() atom {
	if len(p.atoms) == 0 {
		return atom{number: -1}
	}
	return p.atoms[len(p.atoms)-1]
}

// note keeps the tokens from index first to index end-1 as an annotation, at
// the last of the atoms that are ports: bind knows which item that is.
func (p *parser) note(role Role, first, end int) {
	if first >= end {
		return
	}
	from, to := p.tokens[first].start, p.tokens[end-1].end
	p.Words = append(p.Words, Annotation{Role: role, Text: p.text[from:to], Offset: from, Item: p.ports - 1})
}

// readNumber reads a port or a range of ports; in a protocol cell, the number of a protocol.
func (p *parser) readNumber() error {
	t := p.tokens[p.at]
	isType := p.at > 0 && classOf(p.tokens[p.at-1].text) == typeNoun
	if p.column == protocolColumn && !isType {
		return p.readProtocolNumber(t)
	}
	lo, err := p.portNumber(t)
	if err != nil {
		return err
	}
	p.doubtThousands()
	p.doubtVersion(t, lo, isType)
	p.at++
	a := atom{token: t, number: -1, kind: Listed, numeric: true, icmpType: isType}
	hi, err := p.readRangeEnd(&a, lo)
	if err != nil {
		return err
	}
	if err := p.checkRange(&a, lo, hi); err != nil {
		return err
	}
	p.addNumbers(a)
	return nil
}

// readRangeEnd reads what makes a range of the number before it: a dash and a
// number, or words. It returns lo where there is no range.
func (p *parser) readRangeEnd(a *atom, lo int) (hi int, err error) {
	hi = lo
	if end := p.rangeEnd(); end > 0 {
		last := p.next(end)
		a.end = last.end
		hi, err = p.portNumber(last)
		p.at += end + 1
		if c, n := p.classAt(p.at); c == upToEnd {
			p.at += n
		}
		return hi, err
	}
	n := 0
	if c, words := p.classAt(p.at); c == above {
		n = words
	} else if p.next(0).kind == plus && !p.next(0).spaced && p.next(1).kind != number {
		n = 1
	}
	if n > 0 {
		hi, a.end = 65535, p.next(n-1).end
		p.at += n
	}
	return hi, nil
}

// rangeEnd returns how many tokens after the current one the last port of a
// range stands, or 0 where there is no range.
func (p *parser) rangeEnd() int {
	n := 0
	if c, words := p.classAt(p.at); c == upTo {
		n = words
	} else if p.next(0).kind == dash {
		n = 1
	}
	if n > 0 && p.next(n).kind == number {
		return n
	}
	return 0
}

// portNumber returns the value of a number, which may be above 65535.
func (p *parser) portNumber(t token) (int, error) {
	switch {
	case len(t.text) > 1 && t.text[0] == '0':
		return 0, p.fail(t, "has leading zeros", acceptedNumber)
	case len(t.text) > 5:
		return 0, p.fail(t, "has more digits than a port", acceptedNumber)
	}
	return strconv.Atoi(t.text)
}

// checkRange gives a its ports. Only the end of a range may lie above 65535.
func (p *parser) checkRange(a *atom, lo, hi int) error {
	switch {
	case lo > 65535:
		return p.fail(a.token, "is above 65535, the highest port", acceptedNumber)
	case hi < lo:
		return p.fail(a.token, "is a reversed range", acceptedRange)
	case hi == 0 && !a.icmpType:
		return p.fail(a.token, `may mean "any" or "none"`, acceptedNumber)
	case hi > 65535:
		hi = 65535
		p.quirk("port-above-65535")
	}
	a.lo, a.hi = uint16(lo), uint16(hi)
	return nil
}

// addNumbers adds numbers, which may be the range of dynamic ports that the
// word before them refers to.
func (p *parser) addNumbers(a atom) {
	if last := p.last(); last.kind == Dynamic && !last.numeric && p.pending == adjacent {
		a.kind, a.before = Dynamic, last.before
		p.atoms[len(p.atoms)-1] = a
		return
	}
	p.add(a)
}

// doubtThousands notes that the number before the current one and this one, as
// in 10,319, may be one. In a longer list, or with other than three digits,
// they may not.
func (p *parser) doubtThousands() {
	if !p.gluedByComma(p.at-1) || p.gluedByComma(p.at-3) || p.gluedByComma(p.at+1) {
		return
	}
	first, second := p.tokens[p.at-2], p.tokens[p.at]
	if n, _ := strconv.Atoi(first.text + second.text); len(second.text) == 3 && n <= 65535 {
		p.Doubts = append(p.Doubts, Doubt{p.text[first.start:second.end], first.start, "may be one number, with a comma between its digits"})
	}
}

// doubtVersion notes that a number after a name may be no port: SMB 3 is a
// version, UDP/17 the protocol's own number.
func (p *parser) doubtVersion(t token, n int, isType bool) {
	last, before := p.last(), p.tokens[max(0, p.at-1)]
	if !last.name || isType || p.pending > bySlash || before.end > last.end && before.kind != slash {
		return
	}
	reason := ""
	switch {
	case last.number < 0 && n < 10:
		reason = "may be a version"
	case last.number == n:
		reason = "may be the number of the protocol"
	default:
		return
	}
	p.Doubts = append(p.Doubts, Doubt{p.text[t.start:t.end], t.start, reason})
}

// gluedByComma reports whether token i is a comma between two numbers without any space.
func (p *parser) gluedByComma(i int) bool {
	return i > 0 && i+1 < len(p.tokens) && p.tokens[i].kind == comma && p.tokens[i-1].kind == number && p.tokens[i+1].kind == number &&
		!p.tokens[i].spaced && !p.tokens[i+1].spaced
}

// readProtocolNumber reads the number of a protocol, as 47 or "protocol 47".
func (p *parser) readProtocolNumber(t token) error {
	n, err := strconv.ParseUint(t.text, 10, 8)
	switch {
	case len(p.atoms) > 0 && p.pending == adjacent:
		return p.fail(t, "is a number beside a protocol", "ports in the port cell, and "+acceptedProtocols)
	case err != nil:
		return p.fail(t, "is above 255, the highest protocol number", acceptedProtocols)
	case len(t.text) > 1 && t.text[0] == '0':
		return p.fail(t, "has leading zeros", acceptedProtocols)
	}
	p.at++
	p.add(atom{token: t, name: true, number: int(n)})
	return nil
}

// classAt returns the class of the longest phrase of the table that begins at a
// token, and the number of its tokens.
func (p *parser) classAt(at int) (c class, n int) {
	if at >= len(p.tokens) || p.tokens[at].kind != word {
		return unknown, 0
	}
	c, n = classOf(p.tokens[at].text), 1
	phrase := p.tokens[at].text
	for i := at + 1; i < min(at+vocabulary.longest, len(p.tokens)) && p.tokens[i].kind == word && len(phrase) < 64; i++ {
		phrase += " " + p.tokens[i].text
		if longer, ok := vocabulary.classes[phrase]; ok {
			c, n = longer, i-at+1
		}
	}
	return c, n
}

// readWord reads a word or a phrase.
func (p *parser) readWord() error {
	first := p.at
	c, n := p.classAt(first)
	if c == unknown {
		if n = p.wordsBeforeOver(); n == 0 {
			return p.unreadable(p.tokens[first])
		}
		c = application // whatever goes over a transport is a name
	}
	t := p.tokens[first]
	t.end = p.tokens[first+n-1].end
	p.at += n
	switch c {
	case transport, suite:
		p.addTransport(t, c)
		return nil
	case application:
		return p.addApplication(t, first)
	case over:
		if !p.last().name || p.pending != adjacent || !carries(p.next(0)) {
			return p.fail(t, "does not stand between a name and a transport protocol", p.accepted())
		}
		if isEncryption(p.next(0)) {
			p.at++
			p.note(Application, p.at-1, p.at)
			p.Words[len(p.Words)-1].Item = -1
			p.implied = []uint8{6}
		}
		return nil
	case portNoun, protocolNoun, typeNoun:
		return p.readNoun(t, c)
	case sourceSide, destinationSide:
		return p.readSide(t, c)
	case and, or, andOr:
		return p.separate(t, separatorOfWord[c])
	case byDefault:
		if len(p.atoms) == 0 {
			return p.fail(t, "has nothing before it", p.accepted())
		}
		p.note(Phrase, first, p.at)
		return nil
	case anyPort, dynamic, varies, none:
		return p.addPhrase(t, c)
	}
	return p.unreadable(t)
}

// wordsBeforeOver returns how many words, from the current one, stand before
// "over" and what it goes over, or 0.
func (p *parser) wordsBeforeOver() int {
	for n := range longestName {
		switch t := p.next(n); {
		case t.kind != word:
			return 0
		case classOf(t.text) == over && carries(p.next(n+1)):
			return n
		}
	}
	return 0
}

// longestName is how many words a name may have. Without a limit, the search
// for its end would make long cells slow.
const longestName = 8

// readNoun reads a word that names what the number after it is.
func (p *parser) readNoun(t token, c class) error {
	switch {
	case c == portNoun && p.column == protocolColumn, c == protocolNoun && p.column == portColumn:
		return p.unreadable(t)
	case c == typeNoun && p.next(0).kind != number:
		return p.fail(t, "has no number after it", "a message type such as ICMP Type 8")
	}
	p.colonFits = true
	return nil
}

// carries reports whether a token may follow "over": a transport protocol, or
// the encryption above one.
func carries(t token) bool {
	return t.kind == word && classOf(t.text) == transport || isEncryption(t)
}

func isEncryption(t token) bool { return t.kind == word && (t.text == "tls" || t.text == "ssl") }

func (p *parser) addTransport(t token, c class) {
	if c == suite {
		t.text = "tcp"
		p.quirk("suite-as-protocol")
	}
	n, _ := portset.ParseProtocol(t.text)
	p.colonFits = true
	p.add(atom{token: t, name: true, number: int(n)})
}

// addApplication adds the name of an application, which ends before the current token.
func (p *parser) addApplication(t token, first int) error {
	if after := p.next(0); after.kind == number && !after.spaced {
		return p.fail(token{start: t.start, end: after.end}, "is not understood", p.accepted())
	}
	p.colonFits = true
	p.add(atom{token: t, name: true, number: -1, word: len(p.Words)})
	p.note(Application, first, p.at)
	p.Words[len(p.Words)-1].Item = -1 // bind knows better
	return nil
}

// readSide reads "source" or "destination", which stands before the ports that it is about.
func (p *parser) readSide(t token, c class) error {
	switch {
	case p.column != portColumn:
		return p.unreadable(t)
	case p.ports > 0 || p.Source:
		return p.fail(t, "stands after ports of another side, or after its own", "one side a cell, named before its ports")
	}
	p.Source, p.colonFits = c == sourceSide, true
	if p.Source {
		p.quirk("source-ports-in-port-column")
	}
	return nil
}

// phraseKinds are the meanings of words where ports belong.
var phraseKinds = map[class]Kind{anyPort: Listed, dynamic: Dynamic, varies: Varies, none: None}

// addPhrase adds a word that stands where ports or protocols belong.
func (p *parser) addPhrase(t token, c class) error {
	if p.column == protocolColumn && (c == dynamic || len(p.atoms) > 0) {
		return p.unreadable(t)
	}
	a := atom{token: t, number: -1, kind: phraseKinds[c]}
	if c == anyPort {
		a.everyPort, a.hi = true, 65535
	}
	last := p.last()
	if c == dynamic && last.kind == Listed && last.numeric && p.pending == adjacent {
		p.atoms[len(p.atoms)-1].kind = Dynamic
		return nil
	}
	p.colonFits = true
	p.add(a)
	return nil
}
