package portcell

import "strings"

// readDash reads a dash that is not inside a range: a remark follows, up to the end of the line.
func (p *parser) readDash(t token) error {
	after := p.next(1)
	switch {
	case after.kind == number:
		return p.fail(t, "does not stand between two ports", acceptedRange)
	case after.kind == newline:
		return p.fail(t, "has nothing after it", p.accepted())
	case len(p.atoms) == 0 || !t.spaced && !after.spaced:
		return p.unreadable(t)
	}
	p.at++
	return p.readLine()
}

// readStop reads a full stop at the end of a sentence. Sentences after it are a remark.
func (p *parser) readStop(t token) error {
	after := p.next(1)
	ideographic := t.end-t.start > 1
	if len(p.atoms) == 0 || after.kind != newline && !after.spaced && !ideographic {
		return p.unreadable(t)
	}
	p.at++
	if after.kind == newline {
		return nil
	}
	return p.readLine()
}

// readLine keeps the rest of the line as a remark. Nothing tells where such a
// remark ends, so a number in it may be a port and is refused.
func (p *parser) readLine() error {
	first, hasWords := p.at, false
	for ; p.at < len(p.tokens) && p.tokens[p.at].kind != newline; p.at++ {
		t := p.tokens[p.at]
		if t.kind == number {
			return p.fail(t, "is a number in a remark", acceptedRemark)
		}
		hasWords = hasWords || t.kind == word
		p.doubt(t)
	}
	if !hasWords {
		return p.unreadable(p.tokens[first])
	}
	p.note(Remark, first, p.at)
	return nil
}

// doubt notes that a word or number of a remark may be meant for the ports.
func (p *parser) doubt(t token) {
	c := unknown
	if t.kind == word {
		c = classOf(t.text)
	}
	reason := ""
	switch {
	case t.kind == number:
		reason = "is a number in a remark"
	case c == transport || c == suite:
		reason = "is a protocol in a remark"
	case c == sourceSide || c == destinationSide:
		reason = "is a side in a remark"
	case c == unknown && endsInDigits(t.text): // HTTP8080; SSH2 and AS400 are names
		reason = "ends in a number, in a remark"
	default:
		return
	}
	p.Doubts = append(p.Doubts, Doubt{p.text[t.start:t.end], t.start, reason})
}

// endsInDigits reports whether a word ends in so many digits that they look like a port.
func endsInDigits(text string) bool {
	return len(text)-len(strings.TrimRight(text, "0123456789")) > 3
}

// readStar reads a star: the mark of a footnote after ports or when glued to a
// word, otherwise any port.
func (p *parser) readStar(t token) error {
	glued := p.at > 0 && !t.spaced && p.tokens[p.at-1].kind != slash
	afterPorts := len(p.atoms) > 0 && !p.last().name
	p.at++
	if p.pending == adjacent && len(p.atoms) > 0 && (glued || afterPorts) {
		first := p.at - 1
		if n := p.next(0); n.kind == number && !n.spaced && len(n.text) == 1 {
			p.at++
		}
		p.note(Mark, first, p.at)
		return nil
	}
	if p.column == protocolColumn && len(p.atoms) > 0 {
		return p.unreadable(t)
	}
	t.text = "*"
	p.add(atom{token: t, number: -1, kind: Listed, everyPort: true, hi: 65535})
	return nil
}

// readBrackets reads brackets and what they hold: protocols, the mark of a footnote, or a remark.
func (p *parser) readBrackets(t token) error {
	first := p.at + 1
	end := p.closingBracket()
	if end < 0 {
		return p.fail(t, "is not closed", p.accepted())
	}
	all := p.tokens[p.at : end+1]
	whole := token{start: t.start, end: p.tokens[end].end}
	onlyProtocols, onlyNumbers := contents(all[1 : len(all)-1])
	switch {
	case len(all) == 2:
		return p.fail(whole, "is empty", p.accepted())
	case onlyProtocols:
		p.at++
		for p.at < end {
			if err := p.readToken(); err != nil {
				return err
			}
		}
		p.at = end + 1
		return nil
	case onlyNumbers && !p.isNumberMark(all):
		return p.fail(whole, "holds nothing but numbers", "brackets with words")
	case onlyNumbers:
		p.at = end + 1
		p.note(Mark, first-1, p.at)
		return nil
	}
	for _, t := range all {
		p.doubt(t)
	}
	p.at = end + 1
	p.note(Remark, first, end)
	return nil
}

// closingBracket returns the index of the token that closes the current one, or -1.
func (p *parser) closingBracket() int {
	depth := 0
	for i := p.at; i < len(p.tokens); i++ {
		switch p.tokens[i].kind {
		case opening:
			depth++
		case closing:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// contents reports whether tokens are protocols with separators, or numbers with separators.
func contents(tokens []token) (onlyProtocols, onlyNumbers bool) {
	onlyProtocols, onlyNumbers = true, true
	for _, t := range tokens {
		c := unknown
		if t.kind == word {
			c = classOf(t.text)
		}
		switch {
		case t.kind == number:
			onlyProtocols = false
		case c == transport:
			onlyNumbers = false
		case c == and, c == or, c == andOr, t.kind == slash, t.kind == comma, t.kind == semicolon, t.kind == ampersand:
		case t.kind == dash:
			onlyProtocols = false
		default:
			return false, false
		}
	}
	return onlyProtocols, onlyNumbers
}

// isNumberMark reports whether brackets mark a footnote: [2].
func (p *parser) isNumberMark(all []token) bool {
	return len(all) == 3 && all[1].kind == number && len(all[1].text) <= 2 && startsWithBracket(p.text[all[0].start:])
}

// startsWithBracket reports whether s begins with a square bracket, which
// folds to a round one.
func startsWithBracket(s string) bool {
	return strings.HasPrefix(s, "[") || strings.HasPrefix(s, "［")
}

// isReference reports whether the cell begins with the port of something else:
// words that end in "port", one of them a possessive. A protocol among them is
// not expected.
func (p *parser) isReference() bool {
	possessive, n := false, 0
	for ; p.next(n).kind == word; n++ {
		text := p.next(n).text
		possessive = possessive || isPossessive(text)
		if c := classOf(text); c == transport || c == suite {
			return false
		}
	}
	return n > 0 && possessive && endsInPort(p.next(n-1).text)
}

func (p *parser) readReference() {
	first := p.at
	t := p.tokens[first]
	for p.next(0).kind == word {
		t.end = p.next(0).end
		p.at++
	}
	p.note(Phrase, first, p.at)
	p.add(atom{token: t, number: -1, kind: Reference})
}
