package dataset

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

// override sets fields of a flow that another product's data describes.
type override struct {
	pos    pos
	by     string // the product whose data it stands in
	flow   string
	fields uint32 // bit set over table.InferredFields
	values *flow  // holds the values of these fields

	malformed bool // some of the values are not what the data says, which is reported
}

// overridesKind is the kind of the texts of overrides.
const overridesKind = "overrides"

// fieldBit returns the bit of a field of table.InferredFields.
func fieldBit(name string) uint32 { return 1 << slices.Index(table.InferredFields, name) }

// noteID returns the id of the note that gives an override's reason, under which its texts stand too.
func (x *override) noteID() string { return x.by + "/" + x.flow }

func (s *Source) readOverride(p *product, o *object) *override {
	problems := o.problems.count()
	x := &override{pos: o.pos, by: p.id, flow: o.id("flow")}
	if x.flow != "" {
		o.entry = "override " + x.flow
	}
	for i, key := range table.InferredFields {
		if v := o.values[key]; v != nil {
			x.fields |= 1 << i
		}
	}
	f := &flow{
		pos: o.pos, id: x.flow, from: o.refs("from"), to: o.refs("to"), initiator: o.enum("initiator", table.Initiators, "from"),
		portKind: o.enum("portKind", table.PortKinds, "listed"), portChoice: o.enum("portChoice", table.PortChoices, "all"),
		configurable: o.enum("configurable", table.Configurables, "unstated"), requirement: o.enum("requirement", table.Requirements, "required"),
		appProtocols: o.strs("appProtocols"), protocols: readProtocols(o),
	}
	var ok bool
	f.ports, ok = s.readPorts(o, "ports")
	f.malformedPorts = !ok
	f.sourcePorts, _ = s.readPorts(o, "sourcePorts")
	x.values = f
	o.done()
	x.malformed = o.problems.count() > problems
	return x
}

// apply returns f with the fields of the overrides. They are marked as not stated by the document.
func apply(f *flow, overrides []*override) *flow {
	g := *f
	for _, x := range overrides {
		for i, name := range table.InferredFields {
			if x.fields>>i&1 == 1 {
				g.set(name, x.values)
			}
		}
		g.inferred |= x.fields
	}
	if !slices.Equal(g.allProtocols(), f.allProtocols()) {
		g.inferred |= fieldBit("protocols")
	}
	return &g
}

// set copies a field of table.InferredFields.
func (f *flow) set(name string, from *flow) {
	switch name {
	case "from":
		f.from = from.from
	case "to":
		f.to = from.to
	case "initiator":
		f.initiator = from.initiator
	case "protocols":
		f.protocols = from.protocols
	case "ports":
		f.ports, f.malformedPorts = from.ports, from.malformedPorts
		if !f.ports.IsEmpty() {
			f.protocols = nil // now known from the ports
		}
	case "sourcePorts":
		f.sourcePorts = from.sourcePorts
	case "portKind":
		f.portKind = from.portKind
	case "portChoice":
		f.portChoice = from.portChoice
	case "requirement":
		f.requirement = from.requirement
	case "configurable":
		f.configurable = from.configurable
	case "appProtocols":
		f.appProtocols = from.appProtocols
	}
}

// allProtocols returns the protocols of a flow, whether they follow from its ports or stand alone.
func (f *flow) allProtocols() []uint8 {
	if !f.ports.IsEmpty() {
		return f.ports.Protocols()
	}
	return f.protocols
}

// effective gathers the overrides by flow, in the order of products. Those of the base that the folder's own replace are
// taken from the base.
func (s *Source) effective() map[string][]*override {
	list := map[string][]*override{}
	for _, p := range s.allProducts() {
		for _, x := range p.overrides {
			list[x.flow] = append(list[x.flow], x)
		}
	}
	return list
}

// replaceOverrides takes from the base the fields that the folder overrides anew: the latest catalog tells.
func (s *Source) replaceOverrides() {
	if s.base == nil {
		return
	}
	replaced := map[string]uint32{}
	for _, p := range s.products {
		for _, x := range p.overrides {
			replaced[x.flow] |= x.fields
		}
	}
	for _, p := range s.base.products {
		p.overrides = slices.DeleteFunc(p.overrides, func(x *override) bool {
			x.fields &^= replaced[x.flow]
			return x.fields == 0
		})
	}
}

// checkOverrides reports overrides of flows that do not exist or belong to the product itself, that change nothing, or whose
// results no flow may have.
func (s *Source) checkOverrides(ix *index) {
	s.replaceOverrides()
	first := map[string]pos{}
	own := map[*override]bool{}
	for _, p := range s.products {
		for _, x := range p.overrides {
			own[x] = !x.malformed
			s.checkOverride(ix, p, x)
			for i, key := range table.InferredFields {
				if x.fields>>i&1 == 0 {
					continue
				}
				if at, taken := first[x.flow+" "+key]; taken {
					s.problems.add(x.pos, "override "+x.flow, "field %q is overridden twice (first in %s)", key, at)
				} else {
					first[x.flow+" "+key] = x.pos
				}
			}
		}
	}
	for id, list := range s.effective() {
		f := ix.flows[id]
		if i := slices.IndexFunc(list, func(x *override) bool { return own[x] }); f != nil && i >= 0 {
			s.checkPorts(list[i].pos, "override "+id, apply(f, list))
		}
	}
}

func (s *Source) checkOverride(ix *index, p *product, x *override) {
	entry := "override " + x.flow
	problem := func(format string, args ...any) { s.problems.add(x.pos, entry, format, args...) }
	f := ix.flows[x.flow]
	switch {
	case f == nil:
		refer(s, ix.flows, x.pos, entry, "flow", x.flow)
		return
	case f.id != x.flow:
		problem("is a former id; accepted: %q", f.id)
		return
	case strings.HasPrefix(x.flow, p.id+"/"):
		problem("is a flow of the product itself; accepted: a flow of another product")
		return
	case x.fields == 0:
		problem("changes nothing; accepted: one or more of %s", strings.Join(table.InferredFields, ", "))
		return
	}
	for i, key := range table.InferredFields {
		if x.fields>>i&1 == 0 {
			continue
		}
		if old := f.value(key); old == x.values.value(key) && !x.malformed {
			problem("field %q is %q without it too; accepted: another value", key, old)
		}
	}
	for _, end := range []struct {
		name string
		ids  []string
	}{{"from", x.values.from}, {"to", x.values.to}} {
		for _, id := range end.ids {
			refer(s, ix.components, x.pos, entry, "component", id)
		}
		if x.fields&fieldBit(end.name) != 0 && len(end.ids) == 0 {
			problem("has no %s; accepted: components, site/unspecified where nothing can be inferred", end.name)
		}
	}
}

// value returns a field of table.InferredFields in text form.
func (f *flow) value(key string) string {
	switch key {
	case "from":
		return strings.Join(f.from, ", ")
	case "to":
		return strings.Join(f.to, ", ")
	case "initiator":
		return table.Initiators[f.initiator]
	case "protocols":
		return strings.Join(protocolNames(f.protocols), ", ")
	case "ports":
		return f.ports.String()
	case "sourcePorts":
		return f.sourcePorts.String()
	case "portKind":
		return table.PortKinds[f.portKind]
	case "portChoice":
		return table.PortChoices[f.portChoice]
	case "requirement":
		return table.Requirements[f.requirement]
	case "configurable":
		return table.Configurables[f.configurable]
	}
	return strings.Join(f.appProtocols, ", ")
}

func protocolNames(protocols []uint8) []string {
	var names []string
	for _, p := range protocols {
		names = append(names, portset.ProtocolName(p))
	}
	return names
}

// EditionFile holds the day of a catalog's edition.
const EditionFile = "data/edition.txt"

// readEdition reads the day of the edition, which a user's own data need not have.
func (s *Source) readEdition(fsys fs.FS) {
	data, err := s.readFile(fsys, EditionFile)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		s.problems.add(pos{file: EditionFile}, "", "cannot be read: %v", err)
		return
	}
	s.edition = strings.TrimSpace(string(data))
	if _, err := time.Parse(time.DateOnly, s.edition); err != nil {
		s.problems.add(pos{EditionFile, 1}, "", "%q is no date; accepted: a date such as 2026-01-31", s.edition)
	}
}
