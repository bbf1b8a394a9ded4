package dataset

import (
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

type flow struct {
	pos                             pos
	id, component                   string
	from, to                        []string
	enums                           [table.EnumCount]uint8
	ports, sourcePorts              portset.Set
	malformedPorts                  bool
	protocols                       []uint8
	settings, conditions            []string
	appProtocols, osServices, notes []string
	cite                            citations
	published                       tokens
	inferred, quirks                uint32
	retired                         []string
	also                            []*statement

	readCells    bool // whether cells and cellsProblem are set: see publishedPortSet
	cells        portset.Set
	cellsProblem error
}

// tokens are what a document prints, to the letter.
type tokens struct{ protocol, ports, direction string }

// field is a field of a flow: its description in package table, and where an
// entry holds it.
type field struct {
	*table.Field
	of func(*flow) any // its address in an entry
}

// addresses leads to the fields of an entry other than enumerated ones.
var addresses = map[string]func(*flow) any{
	"id":           func(f *flow) any { return &f.id },
	"component":    func(f *flow) any { return &f.component },
	"from":         func(f *flow) any { return &f.from },
	"to":           func(f *flow) any { return &f.to },
	"ports":        func(f *flow) any { return &f.ports },
	"protocols":    func(f *flow) any { return &f.protocols },
	"sourcePorts":  func(f *flow) any { return &f.sourcePorts },
	"settings":     func(f *flow) any { return &f.settings },
	"conditions":   func(f *flow) any { return &f.conditions },
	"appProtocols": func(f *flow) any { return &f.appProtocols },
	"osServices":   func(f *flow) any { return &f.osServices },
	"notes":        func(f *flow) any { return &f.notes },
	"cite":         func(f *flow) any { return &f.cite },
	"published":    func(f *flow) any { return &f.published },
	"inferred":     func(f *flow) any { return &f.inferred },
	"quirks":       func(f *flow) any { return &f.quirks },
	"retired":      func(f *flow) any { return &f.retired },
}

// fields holds a line for each of table.Fields, in their order.
var fields = func() []field {
	var list []field
	for i := range table.Fields {
		x := &table.Fields[i]
		of := addresses[x.Key]
		if x.Kind == table.KindEnum {
			of = func(f *flow) any { return &f.enums[x.Enum] }
		}
		list = append(list, field{x, of})
	}
	return list
}()

// openFields holds the fields of table.InferredFields, in their order.
var openFields = func() []field {
	var list []field
	for _, key := range table.InferredFields {
		list = append(list, fields[slices.IndexFunc(fields, func(x field) bool { return x.Key == key })])
	}
	return list
}()

// fieldBit returns the bit of a key of table.InferredFields.
func fieldBit(key string) uint32 { return 1 << slices.Index(table.InferredFields, key) }

func (s *Source) readFlow(o *object) *flow {
	f := &flow{pos: o.pos}
	for _, x := range fields {
		if x.Needed {
			o.expect(x.Key)
		}
		x.read(s, o, f)
	}
	f.also = each(o, "also", s.readStatement)
	o.done()
	return f
}

// read reads the field of an entry.
func (x field) read(s *Source, o *object, f *flow) {
	switch v := x.of(f).(type) {
	case *string:
		*v = o.id(x.Key)
	case *[]string:
		if x.Kind == table.KindNames {
			*v = o.strs(x.Key)
		} else {
			*v = o.refs(x.Key)
		}
	case *uint8:
		*v = o.enum(x.Key, x.Values, x.Default)
	case *uint32:
		*v = o.bits(x.Key, x.Values)
	case *[]uint8:
		*v = readProtocols(o, x.Key)
	case *portset.Set:
		var ok bool
		*v, ok = s.readPorts(o, x.Key)
		if x.Key == "ports" {
			f.malformedPorts = !ok
		}
	case *citations:
		*v = readCitations(o)
	case *tokens:
		*v = readTokens(o, x.Key)
	}
}

func readProtocols(o *object, key string) []uint8 {
	var list []uint8
	for _, name := range o.strs(key) {
		p, err := portset.ParseProtocol(name)
		if err != nil {
			o.problems.add(o.at(key), o.entry, "field %q: %v", key, err)
		}
		list = append(list, p)
	}
	slices.Sort(list)
	return list
}

func readTokens(o *object, key string) (t tokens) {
	if po := o.object(key); po != nil {
		t = tokens{po.str("protocol"), po.str("ports"), po.str("direction")}
		po.done()
	}
	return t
}

// write writes the field of an entry; an empty one only if always is set.
func (x field) write(w *writer, f *flow, always bool) {
	switch v := x.of(f).(type) {
	case *string:
		w.str(x.Key, *v)
	case *[]string:
		w.list(x.Key, *v, always)
	case *[]uint8:
		w.list(x.Key, protocolNames(*v), always)
	case *uint8:
		if always || x.Values[*v] != x.Default {
			w.str(x.Key, x.Values[*v])
		}
	case *uint32:
		w.list(x.Key, bitNames(*v, x.Values), always)
	case *portset.Set:
		if always || !v.IsEmpty() {
			w.add(x.Key, scalar(v.String()))
		}
	case *citations:
		w.cite(*v)
	case *tokens:
		w.tokens(x.Key, *v)
	}
}

// text returns an open field of an entry in text form.
func (x field) text(f *flow) string {
	switch v := x.of(f).(type) {
	case *[]string:
		return strings.Join(*v, ", ")
	case *[]uint8:
		return strings.Join(protocolNames(*v), ", ")
	case *uint8:
		return x.Values[*v]
	case *portset.Set:
		return v.String()
	}
	panic("dataset: " + x.Key + " is not an open field")
}

// copy copies an open field from one entry to another.
func (x field) copy(to, from *flow) {
	switch v := x.of(to).(type) {
	case *[]string:
		*v = *x.of(from).(*[]string)
	case *[]uint8:
		*v = *x.of(from).(*[]uint8)
	case *uint8:
		*v = *x.of(from).(*uint8)
	case *portset.Set:
		*v = *x.of(from).(*portset.Set)
	}
	switch {
	case x.Key == "ports":
		to.malformedPorts = from.malformedPorts
		if !to.ports.IsEmpty() {
			to.protocols = nil // now known from the ports
		}
	case x.Key == "requirement" && !to.isConditional():
		to.conditions = nil // nothing depends on them any more
	}
}

// isConditional reports whether the flow depends on conditions.
func (f *flow) isConditional() bool {
	return table.Requirements[f.enums[table.Requirement]] == "conditional"
}

// allProtocols returns the protocols of a flow, whether they follow from its
// ports or are given themselves.
func (f *flow) allProtocols() []uint8 {
	if !f.ports.IsEmpty() {
		return f.ports.Protocols()
	}
	return f.protocols
}

func protocolNames(protocols []uint8) []string {
	var names []string
	for _, p := range protocols {
		names = append(names, portset.ProtocolName(p))
	}
	return names
}
