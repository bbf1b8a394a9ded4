package portcell

import (
	"slices"

	"github.com/portbook/portbook/internal/portset"
)

// Combine reads the protocol cell and the port cell of one row. Where both name protocols and these differ, the port cell is
// followed, as its protocols stand next to the numbers, and the row has the quirk protocol-against-port.
func Combine(protocol, port string) (Row, error) {
	a, err := ParseProtocols(protocol)
	if err != nil {
		return Row{}, err
	}
	b, err := ParsePorts(port)
	if err != nil {
		return Row{}, err
	}
	return combine(a, b, port)
}

// combine puts two cells together; port is the text of the second.
func combine(a, b Cell, port string) (Row, error) {
	r := Row{Protocol: a, Port: b, Items: b.Items, Kind: b.Kind, Choice: rowChoice(a, b), Source: b.Source}
	r.Quirks = slices.Concat(a.Quirks, b.Quirks)
	switch {
	case len(b.Items) == 0 && len(a.Items) > 0:
		r.Items, r.Kind = a.Items, a.Kind
	case len(b.Items) > 0:
		if err := r.fill(port); err != nil {
			return Row{}, err
		}
	}
	r.Protocols = protocolsOf(r)
	r.Ports = setOf(r.Items)
	r.addQuirks()
	return r, nil
}

// fill gives the items of the port cell the protocols of the protocol cell, unless they have their own.
func (r *Row) fill(cell string) error {
	r.Items = slices.Clone(r.Items)
	for i := range r.Items {
		x := &r.Items[i]
		if x.Protocols != nil {
			continue
		}
		x.Protocols = r.Protocol.Protocols
		if reason := x.fit(); reason != "" {
			return &Error{Column: string(portColumn), Cell: cell, Offset: x.Offset, Piece: x.Text, Reason: reason, Accepted: acceptedPorts}
		}
		if isICMP(x.Protocols) {
			r.Quirks = append(r.Quirks, "icmp-as-port")
		}
	}
	return nil
}

func protocolsOf(r Row) []uint8 {
	if len(r.Port.Protocols) > 0 {
		return r.Port.Protocols
	}
	return r.Protocol.Protocols
}

// addQuirks adds the quirks that only the two cells together tell.
func (r *Row) addQuirks() {
	a, b := r.Protocol, r.Port
	contradict := len(a.Protocols) > 0 && len(b.Protocols) > 0 && !slices.Equal(a.Protocols, b.Protocols)
	if contradict || len(a.Items) > 0 && len(b.Items) > 0 && a.Set() != r.Ports {
		r.Quirks = append(r.Quirks, "protocol-against-port")
	}
	says := b.Kind != Unstated && b.Kind != None || slices.ContainsFunc(a.Words, func(w Annotation) bool { return w.Role == Application })
	if len(r.Protocols) == 0 && !a.varied && says {
		r.Quirks = append(r.Quirks, "transport-not-stated")
	}
	r.Quirks = inOrder(r.Quirks)
}

// rowChoice combines "or" between the protocols with the separators between the ports. More than one port beside more than one
// alternative protocol cannot be told apart.
func rowChoice(a, b Cell) Choice {
	switch {
	case a.Choice == All:
		return b.Choice
	case len(b.Items) <= 1 && b.Choice == All, a.Choice == b.Choice && b.Choice == OneOf:
		return a.Choice
	}
	return ChoiceUnstated
}

// Set returns the items that have a protocol as a set.
func (c Cell) Set() portset.Set { return setOf(c.Items) }

func setOf(items []Item) portset.Set {
	var ranges [][2]uint32
	for _, x := range items {
		for _, p := range x.Protocols {
			ranges = append(ranges, [2]uint32{portset.Key(p, x.First), portset.Key(p, x.Last)})
		}
	}
	return portset.FromRanges(ranges)
}
