package dataset

import (
	"github.com/portbook/portbook/internal/host"
	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

type component struct {
	pos               pos
	id                string
	hosting           uint8
	hasHosting        bool // whether the data says it, or leaves it at premises
	aliases, inherits []string
	hosts             []host.Host
	regional          []*regional
}

// region is where a cloud has hosts of its own.
type region struct {
	pos pos
	id  string
}

// regional are the hosts that a component has in a region alone.
type regional struct {
	pos    pos
	region string
	hosts  []host.Host
}

type condition struct {
	pos  pos
	id   string
	cite citations
}

type setting struct {
	pos         pos
	id          string
	kind        uint8
	component   string
	governs     uint32 // bit set over table.Governs
	hasGoverns  bool   // an empty list says that it governs nothing, an absent one is reported
	byDefault   portset.Set
	group       string
	position    int // among the fields of a screen, from 1; 0 for what is not on a screen
	requirement uint8
	cite        citations
}

type note struct {
	pos                  pos
	id                   string
	kind                 uint8
	products, components []string
	seconds              int
	addresses            host.Host
	cite                 citations
	reason               bool // it gives the reason of an override, and is in no data of its own
}

type namedPort struct {
	pos   pos
	id    string
	ports portset.Set
}

func readComponent(o *object) *component {
	c := &component{
		pos: o.pos, id: o.id("id"), hosting: o.enum("hosting", table.Hostings, "premises"), hasHosting: o.has("hosting"),
		aliases: o.strs("aliases"), hosts: readHosts(o, "hosts"), inherits: o.refs("inherits"), regional: each(o, "regionalHosts", readRegional),
	}
	o.done()
	return c
}

func readRegion(o *object) *region {
	x := &region{pos: o.pos, id: o.id("id")}
	o.done()
	return x
}

func readRegional(o *object) *regional {
	o.expect("region", "hosts")
	x := &regional{pos: o.pos, region: o.ref("region"), hosts: readHosts(o, "hosts")}
	o.done()
	return x
}

func readCondition(o *object) *condition {
	c := &condition{pos: o.pos, id: o.id("id"), cite: readCitations(o)}
	o.done()
	return c
}

func (s *Source) readSetting(o *object) *setting {
	o.expect("governs", "cite")
	x := &setting{
		pos: o.pos, id: o.id("id"), kind: o.enum("kind", table.SettingKinds, ""), component: o.id("component"),
		governs: o.bits("governs", table.Governs), hasGoverns: o.has("governs"),
		group: o.str("group"), position: o.number("position"), requirement: o.enum("requirement", table.Requirements, "optional"),
		cite: readCitations(o),
	}
	x.byDefault, _ = s.readPorts(o, "default")
	o.done()
	return x
}

func readNote(o *object) *note {
	n := &note{
		pos: o.pos, id: o.id("id"), kind: o.enum("kind", table.NoteKinds, "information"), products: o.refs("products"),
		components: o.refs("components"), cite: readCitations(o),
	}
	if s := o.str("addresses"); s != "" {
		h, err := host.Parse(s)
		if _, isName := h.Name(); err != nil || isName {
			o.problems.add(o.at("addresses"), o.entry, `field "addresses" is %q; expected: an address, a prefix, or a range of addresses of one family`, s)
		}
		n.addresses = h
	}
	if s := o.str("duration"); s != "" {
		n.seconds = readDuration(o, s)
	}
	o.done()
	return n
}

// readHosts reads a list of hosts.
func readHosts(o *object, key string) []host.Host {
	var list []host.Host
	for _, v := range o.sequence(key) {
		if s := o.scalar(key, v); s != "" {
			list = append(list, readHost(o, key, pos{o.pos.file, v.Line}, s))
		}
	}
	o.note(key, form{kind: textValue, list: true})
	return list
}

func readHost(o *object, key string, at pos, s string) host.Host {
	h, err := host.Parse(s)
	if err != nil {
		o.problems.add(at, o.entry, "field %q: %v", key, err)
	}
	return h
}

func (s *Source) readNamedPort(o *object) *namedPort {
	o.expect("ports")
	ports, _ := s.readPorts(o, "ports")
	x := &namedPort{pos: o.pos, id: o.id("id"), ports: ports}
	o.done()
	return x
}
