package diff

import (
	"slices"

	"github.com/portbook/portbook"
)

// Impact tells what a change means for those who keep the firewall. A change has the strongest of the classes that apply;
// OpenFirst is the strongest, TextOnly the weakest. The empty string is no class: nothing changed.
//
//	field                         open-first, if the flow is required   review                         can-close      text-only
//	----------------------------  ------------------------------------  -----------------------------  -------------  ------------
//	(the flow is new)             yes                                   otherwise
//	(the flow was removed)                                                                             yes
//	ports                         gained some                           otherwise; no longer bounded   only lost
//	from, to                      new pair of source and destination    otherwise                      only lost      same pairs
//	initiator                     new pair: the other side opens, too   otherwise
//	requirement                   became required, and has ports        otherwise
//	protocols, source ports,      gained some of several                otherwise; told at last or     only lost      another order
//	hosts                                                               no longer told
//	condition, port kind, port choice,
//	direction, configurable, setting,
//	application protocols, OS services                                  yes
//	id, product, component, purpose, notes,
//	citations, published, inferred, quirks                                                                            yes
//
// Whether a flow is required is what the new edition says. "Otherwise" stands for flows that are optional or conditional: they
// are a matter of whether the site uses them.
type Impact string

// The classes, the strongest first.
const (
	OpenFirst Impact = "open-first" // open the firewall before the new edition is in use: what it describes fails otherwise
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
	judge func(old, new *portbook.FlowRecord) Impact
}

// fields holds all fields of a record, in its order.
var fields = []field{
	valueField("id", func(r *portbook.FlowRecord) portbook.FlowID { return r.ID }, always(TextOnly)),
	valueField("product", func(r *portbook.FlowRecord) portbook.Product { return r.Product }, always(TextOnly)),
	valueField("component", func(r *portbook.FlowRecord) portbook.Component { return r.Component }, always(TextOnly)),
	listField("from", fromOf, judgeEnds),
	listField("to", toOf, judgeEnds),
	valueField("initiator", func(r *portbook.FlowRecord) portbook.Initiator { return r.Initiator }, judgeInitiator),
	listField("protocols", protocolsOf, judgeMembers(protocolsOf)),
	valueField("ports", func(r *portbook.FlowRecord) portbook.PortSet { return r.Ports }, judgePorts),
	valueField("sourcePorts", func(r *portbook.FlowRecord) portbook.PortSet { return r.SourcePorts }, judgeSourcePorts),
	valueField("portKind", func(r *portbook.FlowRecord) portbook.PortKind { return r.PortKind }, always(Review)),
	valueField("portChoice", func(r *portbook.FlowRecord) portbook.PortChoice { return r.PortChoice }, always(Review)),
	valueField("direction", func(r *portbook.FlowRecord) portbook.Direction { return r.Direction }, always(Review)),
	valueField("configurable", func(r *portbook.FlowRecord) portbook.Configurable { return r.Configurable }, always(Review)),
	textField("setting", func(r *portbook.FlowRecord) string { return r.Setting }, Review), // where the site may have moved the port
	valueField("requirement", func(r *portbook.FlowRecord) portbook.Requirement { return r.Requirement }, judgeRequirement),
	textField("condition", func(r *portbook.FlowRecord) string { return r.Condition }, Review),
	listField("conditions", func(r *portbook.FlowRecord) []portbook.ConditionID { return r.Conditions }, always(Review)),
	listField("appProtocols", func(r *portbook.FlowRecord) []string { return r.AppProtocols }, always(Review)), // proxies look at them
	listField("osServices", func(r *portbook.FlowRecord) []string { return r.OSServices }, always(Review)),     // firewalls of hosts do
	listField("hosts", hostsOf, judgeMembers(hostsOf)),
	textField("purpose", func(r *portbook.FlowRecord) string { return r.Purpose }, TextOnly),
	textsField("notes", func(r *portbook.FlowRecord) []string { return r.Notes }, TextOnly),
	listField("citations", func(r *portbook.FlowRecord) []portbook.Citation { return r.Citations }, always(TextOnly)),
	valueField("published", func(r *portbook.FlowRecord) portbook.Published { return r.Published }, always(TextOnly)),
	listField("inferred", func(r *portbook.FlowRecord) []portbook.Field { return r.Inferred }, always(TextOnly)),
	listField("quirks", func(r *portbook.FlowRecord) []portbook.Quirk { return r.Quirks }, always(TextOnly)),
}

func fromOf(r *portbook.FlowRecord) []portbook.Component     { return r.From }
func toOf(r *portbook.FlowRecord) []portbook.Component       { return r.To }
func protocolsOf(r *portbook.FlowRecord) []portbook.Protocol { return r.Protocols }
func hostsOf(r *portbook.FlowRecord) []portbook.Host         { return r.Hosts }

func valueField[T comparable](name string, of func(*portbook.FlowRecord) T, judge func(old, new *portbook.FlowRecord) Impact) field {
	return field{
		name: name, judge: judge, value: func(r *portbook.FlowRecord) any { return of(r) },
		equal: func(a, b *portbook.FlowRecord, _ bool) bool { return of(a) == of(b) },
	}
}

// listField is a field that holds a list. Another order is a difference, though no [Impact] but TextOnly may come from it alone.
func listField[T comparable](name string, of func(*portbook.FlowRecord) []T, judge func(old, new *portbook.FlowRecord) Impact) field {
	return field{
		name: name, value: func(r *portbook.FlowRecord) any { return of(r) },
		equal: func(a, b *portbook.FlowRecord, _ bool) bool { return slices.Equal(of(a), of(b)) },
		judge: func(old, new *portbook.FlowRecord) Impact {
			if includes(of(old), of(new)) && includes(of(new), of(old)) {
				return TextOnly
			}
			return judge(old, new)
		},
	}
}

// textField is a field in the language of the edition: of another language only the presence can be compared.
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

func always(i Impact) func(old, new *portbook.FlowRecord) Impact {
	return func(_, _ *portbook.FlowRecord) Impact { return i }
}

// opens is the class of what has to pass now and had not to pass before.
func opens(new *portbook.FlowRecord) Impact {
	if new.Requirement == portbook.RequirementRequired {
		return OpenFirst
	}
	return Review
}

// judgePorts compares destination ports. An empty set does not mean that no port is used but that the document does not
// bound them: what was listed before may be in use still.
func judgePorts(old, new *portbook.FlowRecord) Impact {
	switch {
	case !old.Ports.ContainsSet(new.Ports):
		return opens(new)
	case new.Ports.IsEmpty():
		return Review
	}
	return CanClose
}

func judgeSourcePorts(old, new *portbook.FlowRecord) Impact {
	a, b := old.SourcePorts, new.SourcePorts
	return judgeConstraint(a.IsEmpty() || b.IsEmpty(), !a.ContainsSet(b), new)
}

func judgeMembers[T comparable](of func(*portbook.FlowRecord) []T) func(old, new *portbook.FlowRecord) Impact {
	return func(old, new *portbook.FlowRecord) Impact {
		a, b := of(old), of(new)
		return judgeConstraint(len(a) == 0 || len(b) == 0, !includes(a, b), new)
	}
}

// judgeConstraint judges values that a rule of the firewall may be bound to. A document that names none leaves the rule open,
// so that the step from none to some, or back, is for a person to judge.
func judgeConstraint(untold, gained bool, new *portbook.FlowRecord) Impact {
	switch {
	case untold:
		return Review
	case gained:
		return opens(new)
	}
	return CanClose
}

func judgeRequirement(_, new *portbook.FlowRecord) Impact {
	if new.Ports.IsEmpty() { // there is nothing that could be opened without a decision
		return Review
	}
	return opens(new)
}

// judgeEnds compares who opens connections to whom.
func judgeEnds(old, new *portbook.FlowRecord) Impact {
	switch {
	case !covers(old, new):
		return opens(new)
	case !covers(new, old):
		return CanClose
	}
	return TextOnly
}

func judgeInitiator(old, new *portbook.FlowRecord) Impact {
	if !covers(old, new) {
		return opens(new)
	}
	return Review
}

// covers reports whether every pair of components of which b lets one open connections to the other is such a pair of a, too.
func covers(a, b *portbook.FlowRecord) bool {
	return coversPairs(a, b.From, b.To) && (b.Initiator != portbook.InitiatorEither || coversPairs(a, b.To, b.From))
}

// coversPairs reports whether a lets each component of from open connections to each one of to. It does not go through the
// pairs, of which there may be many: how far a component reaches depends only on which side of a it is on.
func coversPairs(a *portbook.FlowRecord, from, to []portbook.Component) bool {
	forth, back := setOf(a.From), map[portbook.Component]bool{}
	if a.Initiator == portbook.InitiatorEither {
		back = setOf(a.To)
	}
	toBoth, toForth, toBack := includes(slices.Concat(a.To, a.From), to), includes(a.To, to), includes(a.From, to)
	for _, x := range from {
		reached := len(to) == 0
		switch {
		case forth[x] && back[x]:
			reached = toBoth
		case forth[x]:
			reached = toForth
		case back[x]:
			reached = toBack
		}
		if !reached {
			return false
		}
	}
	return true
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
