package diff

import (
	"maps"
	"reflect"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/table"
)

// Impact says what a change means for those who keep the firewall. A change
// has the strongest of the classes that apply; OpenFirst is the strongest,
// TextOnly the weakest. The empty string is not a class: nothing changed.
//
//	field                     open-first, if required; else review     review                    can-close     text-only
//	------------------------  ---------------------------------------  ------------------------  ------------  -------------
//	(the flow is new)         traffic that was not open                other app protocols, ...                all was open
//	(the flow was removed)                                                                       otherwise     all is needed
//	ports                     gained some that were not open           not bounded, in either    lost some     all moved
//	from, to                  new pair of source and destination                                 lost a pair   all moved
//	initiator                 the other side opens, too                otherwise
//	requirement               became required, was not required, has   otherwise
//	                          ports
//	protocols, source ports,  gained some that no other flow had       told at last, no longer   lost some     all moved
//	hosts
//	id, product, component, purpose, notes, citations, published,
//	statements, inferred, quirks                                                                               yes
//	all others                                                         yes
//
// What is open, and what is needed, is a matter of all flows between the same
// two components, not of the one that changed. For a required flow only what
// required flows called for was open: what is optional may not be. Whether a
// flow is required is what the new version says.
type Impact string

// The classes, the strongest first.
const (
	OpenFirst Impact = "open-first" // open the firewall before the new version is in use: what it describes fails otherwise
	Review    Impact = "review"     // a person must decide
	CanClose  Impact = "can-close"  // the firewall permits more than is needed
	TextOnly  Impact = "text-only"  // the firewall is not concerned
)

// Impacts returns all classes, the strongest first.
func Impacts() []Impact { return []Impact{OpenFirst, Review, CanClose, TextOnly} }

// stronger returns the stronger of two classes.
func stronger(a, b Impact) Impact {
	for _, i := range Impacts() {
		if i == a || i == b {
			return i
		}
	}
	return ""
}

// field is a field of a record: how it is read and compared, and what a difference means.
type field struct {
	name  string
	value func(*portbook.FlowRecord) any
	equal func(a, b *portbook.FlowRecord, texts bool) bool
	judge judge
}

// judge says what a difference of a field means, given what the whole
// snapshots call for.
type judge func(old, new *portbook.FlowRecord, b balance) Impact

// special holds the fields of a record other than enumerated ones, and those of
// these that have a rule of their own.
var special = []field{
	valueField("id", func(r *portbook.FlowRecord) portbook.FlowID { return r.ID }, meaning("id")),
	valueField("product", func(r *portbook.FlowRecord) portbook.Product { return r.Product }, always(TextOnly)),
	valueField("component", func(r *portbook.FlowRecord) portbook.Component { return r.Component }, meaning("component")),
	listField("from", fromOf, judgeEnds),
	listField("to", toOf, judgeEnds),
	valueField("initiator", func(r *portbook.FlowRecord) portbook.Initiator { return r.Initiator }, judgeInitiator),
	listField("protocols", protocolsOf, judgeProtocols),
	valueField("ports", func(r *portbook.FlowRecord) portbook.PortSet { return r.Ports }, judgePorts),
	valueField("sourcePorts", func(r *portbook.FlowRecord) portbook.PortSet { return r.SourcePorts }, judgeSourcePorts),
	textField("setting", func(r *portbook.FlowRecord) string { return r.Setting }, Review), // where the site may have moved the port
	valueField("requirement", func(r *portbook.FlowRecord) portbook.Requirement { return r.Requirement }, judgeRequirement),
	textField("condition", func(r *portbook.FlowRecord) string { return r.Condition }, Review),
	listField("conditions", func(r *portbook.FlowRecord) []portbook.ConditionID { return r.Conditions }, meaning("conditions")),
	listField("appProtocols", func(r *portbook.FlowRecord) []string { return r.AppProtocols }, meaning("appProtocols")), // proxies look at them
	listField("osServices", func(r *portbook.FlowRecord) []string { return r.OSServices }, meaning("osServices")),       // firewalls of hosts do
	listField("hosts", hostsOf, judgeHosts),
	regionsField("regions", func(r *portbook.FlowRecord) map[portbook.Region][]portbook.Host { return r.Regions }),
	textField("purpose", func(r *portbook.FlowRecord) string { return r.Purpose }, TextOnly),
	textsField("notes", func(r *portbook.FlowRecord) []string { return r.Notes }, TextOnly),
	listField("citations", func(r *portbook.FlowRecord) []portbook.Citation { return r.Citations }, always(TextOnly)),
	valueField("published", func(r *portbook.FlowRecord) portbook.Published { return r.Published }, meaning("published")),
	statementsField("statements", func(r *portbook.FlowRecord) []portbook.Statement { return r.Statements }),
	listField("inferred", func(r *portbook.FlowRecord) []portbook.Field { return r.Inferred }, meaning("inferred")),
	listField("quirks", func(r *portbook.FlowRecord) []portbook.Quirk { return r.Quirks }, meaning("quirks")),
}

// fields holds all fields of a record, in its order.
var fields = func() []field {
	known := slices.Clone(special)
	for _, x := range enums {
		if indexOf(special, x.Key) < 0 {
			known = append(known, x.field())
		}
	}
	var list []field
	record := reflect.TypeFor[portbook.FlowRecord]()
	for i := range record.NumField() {
		list = append(list, known[indexOf(known, jsonName(record.Field(i)))])
	}
	return list
}()

func indexOf(list []field, name string) int {
	return slices.IndexFunc(list, func(f field) bool { return f.name == name })
}

// fieldNamed returns the field with a name in JSON.
func fieldNamed(name string) *field {
	return &fields[indexOf(fields, name)]
}

func fromOf(r *portbook.FlowRecord) []portbook.Component     { return r.From }
func toOf(r *portbook.FlowRecord) []portbook.Component       { return r.To }
func protocolsOf(r *portbook.FlowRecord) []portbook.Protocol { return r.Protocols }
func hostsOf(r *portbook.FlowRecord) []portbook.Host         { return r.Hosts }

func valueField[T comparable](name string, of func(*portbook.FlowRecord) T, judge judge) field {
	return field{
		name: name, judge: judge, value: func(r *portbook.FlowRecord) any { return of(r) },
		equal: func(a, b *portbook.FlowRecord, _ bool) bool { return of(a) == of(b) },
	}
}

// statementsField is a field that holds what documents say. The values in effect
// are fields of their own, so that it concerns no firewall.
func statementsField(name string, of func(*portbook.FlowRecord) []portbook.Statement) field {
	return field{
		name: name, judge: always(TextOnly), value: func(r *portbook.FlowRecord) any { return of(r) },
		equal: func(a, b *portbook.FlowRecord, _ bool) bool {
			return slices.EqualFunc(of(a), of(b), func(x, y portbook.Statement) bool {
				return slices.Equal(x.Citations, y.Citations) && x.Published == y.Published && maps.Equal(x.Values, y.Values)
			})
		},
	}
}

// regionsField is a field that holds hosts by region: which of them a site needs
// may have changed.
func regionsField(name string, of func(*portbook.FlowRecord) map[portbook.Region][]portbook.Host) field {
	return field{
		name: name, judge: always(Review), value: func(r *portbook.FlowRecord) any { return of(r) },
		equal: func(a, b *portbook.FlowRecord, _ bool) bool {
			return maps.EqualFunc(of(a), of(b), func(x, y []portbook.Host) bool { return slices.Equal(x, y) })
		},
	}
}

// listField is a field that holds a list. Another order is a difference, though
// no [Impact] but TextOnly may come from it alone.
func listField[T comparable](name string, of func(*portbook.FlowRecord) []T, judge judge) field {
	return field{
		name: name, value: func(r *portbook.FlowRecord) any { return of(r) },
		equal: func(a, b *portbook.FlowRecord, _ bool) bool { return slices.Equal(of(a), of(b)) },
		judge: func(old, new *portbook.FlowRecord, b balance) Impact {
			if includes(of(old), of(new)) && includes(of(new), of(old)) {
				return TextOnly
			}
			return judge(old, new, b)
		},
	}
}

// textField is a field in the language of the version: of another language only
// the presence can be compared.
func textField(name string, of func(*portbook.FlowRecord) string, impact Impact) field {
	f := valueField(name, of, always(impact))
	f.equal = func(a, b *portbook.FlowRecord, texts bool) bool {
		return of(a) == of(b) || !texts && (of(a) == "") == (of(b) == "")
	}
	return f
}

// textsField is textField for a field that holds several.
func textsField(name string, of func(*portbook.FlowRecord) []string, impact Impact) field {
	f := listField(name, of, always(impact))
	f.equal = func(a, b *portbook.FlowRecord, texts bool) bool {
		return slices.Equal(of(a), of(b)) || !texts && len(of(a)) == len(of(b))
	}
	return f
}

func always(i Impact) judge {
	return func(_, _ *portbook.FlowRecord, _ balance) Impact { return i }
}

// meaning is the judgement that the description of flows has for a field.
func meaning(key string) judge {
	switch table.FieldOf(key).Change {
	case table.ChangeReview:
		return always(Review)
	case table.ChangeText:
		return always(TextOnly)
	}
	panic("diff: field " + key + " needs a rule")
}

// opens is the class of what has to pass now and had not to pass before.
func opens(new *portbook.FlowRecord) Impact {
	if new.Requirement == portbook.RequirementRequired {
		return OpenFirst
	}
	return Review
}

// judgePorts compares destination ports. An empty set does not mean that no
// port is used but that the document does not bound them: what was listed
// before may be in use still.
func judgePorts(old, new *portbook.FlowRecord, b balance) Impact {
	switch {
	case !b.opens.ports.IsEmpty():
		return opens(new)
	case old.Ports.IsEmpty() || new.Ports.IsEmpty():
		return Review
	case !b.closes.ports.IsEmpty():
		return CanClose
	}
	return TextOnly
}

// The fields below are such that a rule of the firewall may be bound to their
// values. A document that names none leaves the rule open, so that the step
// from none to some, or back, is for a person to judge.

func judgeSourcePorts(old, new *portbook.FlowRecord, b balance) Impact {
	x, y := old.SourcePorts, new.SourcePorts
	return judgeConstraint(x.IsEmpty() || y.IsEmpty(), !x.ContainsSet(y) && b.opens.sources, !y.ContainsSet(x) && b.closes.sources, new)
}

func judgeHosts(old, new *portbook.FlowRecord, b balance) Impact {
	untold := len(old.Hosts) == 0 || len(new.Hosts) == 0
	return judgeConstraint(untold, lacks(b.opens.known, words(wordHost, new.Hosts)), lacks(b.closes.known, words(wordHost, old.Hosts)), new)
}

func judgeProtocols(old, new *portbook.FlowRecord, b balance) Impact {
	untold := len(old.Protocols) == 0 || len(new.Protocols) == 0
	return judgeConstraint(untold, addsProtocol(old, new, b.opens), addsProtocol(new, old, b.closes), new)
}

// addsProtocol reports whether one of the protocols that b has and a has not is
// among the traffic of a side.
func addsProtocol(a, b *portbook.FlowRecord, s side) bool {
	return slices.ContainsFunc(b.Protocols, func(p portbook.Protocol) bool {
		switch {
		case slices.Contains(a.Protocols, p):
			return false
		case b.Ports.IsEmpty():
			return s.any
		}
		return !slices.Contains(b.Ports.Protocols(), p) || slices.Contains(s.ports.Protocols(), p)
	})
}

func judgeConstraint(untold, opening, closing bool, new *portbook.FlowRecord) Impact {
	switch {
	case untold:
		return Review
	case opening:
		return opens(new)
	case closing:
		return CanClose
	}
	return TextOnly
}

func judgeRequirement(_, new *portbook.FlowRecord, b balance) Impact {
	if new.Ports.IsEmpty() || !b.opens.any { // there is nothing that could be opened without a decision
		return Review
	}
	return opens(new)
}

// judgeEnds compares who opens connections to whom.
func judgeEnds(_, new *portbook.FlowRecord, b balance) Impact {
	switch {
	case b.opens.ends:
		return opens(new)
	case b.closes.ends:
		return CanClose
	}
	return TextOnly
}

func judgeInitiator(_, new *portbook.FlowRecord, b balance) Impact {
	if b.opens.ends {
		return opens(new)
	}
	return Review
}

func setOf[T comparable](values []T) map[T]bool {
	set := make(map[T]bool, len(values))
	for _, v := range values {
		set[v] = true
	}
	return set
}

// includes reports whether every value of b is in a.
func includes[T comparable](a, b []T) bool {
	if len(a) <= 8 { // nearly always, and faster without a map
		return !slices.ContainsFunc(b, func(v T) bool { return !slices.Contains(a, v) })
	}
	set := setOf(a)
	return !slices.ContainsFunc(b, func(v T) bool { return !set[v] })
}
