package portcell

import (
	"slices"
)

// group is a run of names and the ports that they belong to, in either order.
// Its parts share the parser's atoms.
type group struct{ names, ports []atom }

// bind turns the atoms into items: it finds out which protocols belong to which
// ports. In a cell that begins with a name, names stand before their ports;
// otherwise after them.
func (p *parser) bind() error {
	if p.column == protocolColumn && !p.atoms[0].name && !p.atoms[0].numeric {
		return p.bindProtocolPhrase()
	}
	groups := split(p.atoms)
	for _, g := range groups {
		if err := p.checkGroup(g, len(groups)); err != nil {
			return err
		}
		if err := p.bindGroup(g); err != nil {
			return err
		}
	}
	if err := p.checkLists(groups); err != nil {
		return err
	}
	for i, w := range p.Words {
		if w.Role != Application && w.Item >= 0 {
			p.Words[i].Item = p.itemOf[w.Item]
		}
	}
	p.Protocols = numbersOf(p.Protocols)
	p.Choice = p.choice()
	return p.checkTransports()
}

// split cuts atoms where a new pair of names and ports begins.
func split(atoms []atom) (groups []group) {
	for len(atoms) > 0 {
		prefix := atoms[0].name
		mid := runLen(atoms, prefix)
		end := mid + runLen(atoms[mid:], !prefix)
		if prefix {
			groups = append(groups, group{atoms[:mid], atoms[mid:end]})
		} else {
			groups = append(groups, group{atoms[mid:end], atoms[:mid]})
		}
		atoms = atoms[end:]
	}
	return groups
}

func runLen(atoms []atom, name bool) int {
	if i := slices.IndexFunc(atoms, func(a atom) bool { return a.name != name }); i >= 0 {
		return i
	}
	return len(atoms)
}

// checkGroup checks that a group is complete and that its parts are joined as its kind of group is.
func (p *parser) checkGroup(g group, n int) error {
	switch {
	case n > 1 && len(g.names) == 0:
		return p.fail(g.ports[0].token, "has no protocol, although others have", "a protocol at every port, or before all of them")
	case n > 1 && len(g.ports) == 0:
		return p.fail(g.names[0].token, "has no port, although others have", p.accepted())
	}
	for k, a := range g.names {
		if k > 0 && a.before == adjacent && !a.fitsBeside(g.names[k-1]) {
			return p.fail(a.token, "is next to another protocol", "a separator such as a slash between protocols")
		}
	}
	for k, a := range g.ports {
		switch {
		case k > 0 && a.before == adjacent:
			return p.fail(a.token, "is next to another port", acceptedList)
		case len(g.ports) > 1 && (!a.numeric || a.kind != Listed):
			return p.fail(a.token, "is next to other ports", "numbers in lists, and one word alone")
		}
	}
	if len(g.names) > 0 && len(g.ports) > 0 {
		return p.checkJoint(g)
	}
	return nil
}

// fitsBeside reports whether a name may stand next to another without a
// separator: an application and its transport, or one protocol as a number and
// as a name.
func (a atom) fitsBeside(b atom) bool {
	return a.number < 0 != (b.number < 0) || a.number >= 0 && a.number == b.number
}

// checkJoint checks where the names and the ports of a group meet.
func (p *parser) checkJoint(g group) error {
	second := g.names[0]
	if second.start < g.ports[0].start {
		second = g.ports[0]
	}
	if second.before != adjacent && second.before != bySlash {
		return p.fail(second.token, "is separated from what it belongs to", "443/tcp, TCP 443 or TCP/443")
	}
	return nil
}

// checkLists checks lists before a protocol, where there are several protocols.
// Ports of such a list could also have none: the separators between groups must
// differ from those within.
//
//	80,443/tcp 53/udp       two groups
//	80, 443/tcp, 53/udp     does tcp hold for 80?
func (p *parser) checkLists(groups []group) error {
	isList := func(g group) bool { return len(g.ports) > 1 }
	if p.atoms[0].name || len(groups) == 1 || !slices.ContainsFunc(groups, isList) {
		return nil
	}
	for i, g := range groups {
		for k, a := range g.ports {
			loose := a.before == adjacent || a.before == byLine || a.before == bySemicolon
			if i+k > 0 && loose != (k == 0) {
				return p.fail(a.token, "follows a list that may belong to the next protocol or to none", "a protocol at every port, or before all of them")
			}
		}
	}
	return nil
}

// bindGroup adds the names and the ports of a group to the cell.
func (p *parser) bindGroup(g group) error {
	protocols, first := p.bindNames(g), len(p.Items)
	for _, a := range g.ports {
		if p.Kind != Unstated && p.Kind != a.kind {
			return p.fail(a.token, "is of another kind than the ports before it", "numbers only, or one word")
		}
		p.Kind = a.kind
		if !a.numeric && a.text != "*" && a.kind != None {
			p.quirk("port-not-numeric")
		}
		if !a.numeric && !a.everyPort {
			p.itemOf = append(p.itemOf, -1)
			continue
		}
		p.itemOf = append(p.itemOf, len(p.Items))
		item := Item{Protocols: protocols, First: a.lo, Last: a.hi, Text: p.text[a.start:a.end], Offset: a.start, ICMPType: a.icmpType}
		if reason := item.fit(); reason != "" {
			return p.fail(a.token, reason, p.accepted())
		}
		if item.ICMPType || isICMP(protocols) {
			p.quirk("icmp-as-port")
		}
		p.Items = append(p.Items, item)
	}
	for _, a := range g.names {
		if a.number < 0 && first < len(p.Items) {
			p.Words[a.word].Item = first
		}
	}
	return nil
}

// bindNames adds the names of a group to the cell, and returns the protocols among them.
func (p *parser) bindNames(g group) (protocols []uint8) {
	for _, a := range g.names {
		if a.number >= 0 {
			protocols = append(protocols, uint8(a.number))
		}
	}
	protocols = numbersOf(protocols)
	p.Protocols = append(p.Protocols, protocols...)
	if len(protocols) == 0 && len(g.names) > 0 && p.column == protocolColumn {
		p.quirk("application-as-protocol")
	}
	return protocols
}

// bindProtocolPhrase reads a protocol cell that says that there is no certain protocol.
func (p *parser) bindProtocolPhrase() error {
	if len(p.atoms) > 1 {
		return p.fail(p.atoms[1].token, "is next to a word for any protocol or none", p.accepted())
	}
	if p.atoms[0].kind == None {
		p.Kind = None
	} else {
		p.varied = true
		p.quirk("protocol-not-specific")
	}
	for i := range p.Words {
		p.Words[i].Item = -1
	}
	return nil
}

// checkTransports checks that either all items of a cell have a protocol or none has.
func (p *parser) checkTransports() error {
	for i, x := range p.Items {
		if i > 0 && (x.Protocols == nil) != (p.Items[0].Protocols == nil) {
			bare := p.Items[0]
			if x.Protocols == nil {
				bare = x
			}
			t := p.tokens[slices.IndexFunc(p.tokens, func(t token) bool { return t.start >= bare.Offset })]
			return p.fail(t, "has no protocol, although others have", "a protocol at every port, or before all of them")
		}
	}
	return nil
}

// choice tells from the separators between ports, and from "or" between
// protocols, whether all ports are used.
func (p *parser) choice() Choice {
	var seen [byAndOr + 1]bool
	names, more := false, false // "or" between names; other separators after an "or"
	for i, a := range p.atoms {
		switch {
		case i == 0:
		case a.name && p.atoms[i-1].name:
			names = names || a.before == byOr
			seen[byAndOr] = seen[byAndOr] || a.before == byAndOr
		case p.ports > 1 && a.startsPort(p.atoms[i-1], p.atoms[0].name):
			more = more || seen[byOr] && a.before != byOr
			seen[a.before] = true
		}
	}
	switch {
	case seen[bySlash], seen[byAndOr], seen[byOr] && (more || seen[byAnd]), names && p.ports > 1:
		return ChoiceUnstated
	case seen[byOr], names:
		return OneOf
	}
	return All
}

// startsPort reports whether a separator before a separates ports, rather than
// ports from their protocol.
func (a atom) startsPort(previous atom, prefix bool) bool {
	return !a.name && !previous.name || a.name != previous.name && a.name == prefix
}

// isICMP reports whether all protocols number message types instead of ports.
func isICMP(protocols []uint8) bool {
	return len(protocols) > 0 && !slices.ContainsFunc(protocols, func(p uint8) bool { return !typed[p] })
}

var (
	typed  = map[uint8]bool{1: true, 58: true}                                 // ICMP of both families
	ported = map[uint8]bool{6: true, 17: true, 33: true, 132: true, 136: true} // TCP, UDP, DCCP, SCTP, UDP-Lite
)

// fit says why the item's numbers cannot belong to its protocols; it is empty
// when they can. Every port of ICMP is every message type.
func (x *Item) fit() (reason string) {
	if isICMP(x.Protocols) {
		if x.First == 0 && x.Last == 65535 {
			x.Last = 255
		}
		if x.Last > 255 {
			return "is above 255, the highest message type"
		}
		return ""
	}
	for _, p := range x.Protocols {
		switch {
		case typed[p]:
			return "would be a port of one protocol and a message type of another"
		case x.ICMPType:
			return "is a message type, which its protocol does not have"
		case !ported[p]:
			return "would be a port of a protocol, which has none"
		}
	}
	return ""
}
