package site

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
)

// QuestionKind is what a question asks for.
type QuestionKind string

// The kinds of questions.
const (
	QuestionUse       QuestionKind = "use"       // is a flow or a setting used?
	QuestionCondition QuestionKind = "condition" // does a condition hold?
	QuestionPeer      QuestionKind = "peer"      // which host is at the other end?
	QuestionInitiator QuestionKind = "initiator" // who opens the connection?
	QuestionPorts     QuestionKind = "ports"     // which ports are used?
	QuestionRegion    QuestionKind = "region"    // which region of a cloud is used?
)

// QuestionKinds returns all kinds of questions.
func QuestionKinds() []QuestionKind {
	return []QuestionKind{QuestionUse, QuestionCondition, QuestionPeer, QuestionInitiator, QuestionPorts, QuestionRegion}
}

// Question is what has to be known before flows can be needs. Plans make them;
// the zero value asks nothing.
type Question struct {
	Kind    QuestionKind // what it asks for
	subject subject
	site    *Site
	flows   []portbook.Flow
}

// Flows returns the flows that wait for the answer, in the order of the
// catalog.
func (q Question) Flows() []portbook.Flow { return slices.Clone(q.flows) }

// SubjectKind says what the question is about: "flow", "condition", "setting",
// "component" or "product".
func (q Question) SubjectKind() string { return q.subject.kind.String() }

// Subject returns the id of what the question is about.
func (q Question) Subject() string { return q.subject.id }

// placeholders in answers, which their reader replaces.
const (
	placeholderHost = "HOST"
	placeholderPort = "PORT"
	placeholderWhy  = "..."
)

// Answer returns an answer to paste into the site file and to edit: what is in
// capitals, the value, and the reason. It is one line of YAML.
func (q Question) Answer() string {
	if q.site == nil {
		return ""
	}
	var value string
	switch q.Kind {
	case QuestionUse:
		value = "use: yes"
	case QuestionCondition:
		value = "holds: yes"
	case QuestionInitiator:
		value = "initiator: from"
	case QuestionPorts:
		value = "ports: " + q.offeredPorts()
	case QuestionPeer:
		value = q.offeredPeer()
	case QuestionRegion:
		value = "region: " + string(q.Regions()[0])
	}
	return fmt.Sprintf("{%s: %s, %s, why: %q}", q.subject.kind, q.subject.id, value, placeholderWhy)
}

// offeredPeer returns the value of an answer about the other end: that a role is
// absent, or the host that takes part.
func (q Question) offeredPeer() string {
	if q.subject.kind == aboutComponent {
		return "absent: true"
	}
	side := "to"
	if slices.Equal(q.flows[0].From(), []portbook.Component{unspecified}) {
		side = "from"
	}
	return side + ": [" + placeholderHost + "]"
}

// offeredPorts returns the value of an answer about ports: the published default
// of the setting, the last of several alternatives (which is HTTPS rather than
// HTTP), or a placeholder.
func (q Question) offeredPorts() string {
	if ports := q.Default(); !ports.IsEmpty() {
		return yamlPorts(ports)
	}
	if options := q.Options(); len(options) > 0 {
		return yamlPorts(options[len(options)-1])
	}
	protocol := "tcp"
	if list := q.flows[0].Protocols(); len(list) > 0 {
		protocol = list[0].String()
	}
	return placeholderPort + "/" + protocol
}

// yamlPorts returns ports as a value within a mapping in braces, where a comma
// would end it.
func yamlPorts(ports portbook.PortSet) string {
	if s := ports.String(); strings.Contains(s, ",") {
		return `"` + s + `"`
	}
	return ports.String()
}

// Default returns the published default of the setting that a question about
// ports is about; the empty set where there is none.
func (q Question) Default() portbook.PortSet {
	if q.Kind != QuestionPorts || q.subject.kind != aboutSetting {
		return portbook.PortSet{}
	}
	s, _ := q.site.catalog.Setting(portbook.SettingID(q.subject.id))
	return s.Default
}

// Options returns the ports that documents offer for a question about ports:
// those of which one is used, or the published defaults of the settings that
// govern them; none where there are none.
func (q Question) Options() []portbook.PortSet {
	if q.Kind != QuestionPorts {
		return nil
	}
	var list []portbook.PortSet
	add := func(ports portbook.PortSet) {
		if !ports.IsEmpty() && !slices.Contains(list, ports) {
			list = append(list, ports)
		}
	}
	for _, f := range q.flows {
		if f.PortChoice() == portbook.PortChoiceOneOf {
			for _, option := range alternatives(f.Ports()) {
				add(option)
			}
		}
		if f.Ports().IsEmpty() {
			for _, s := range f.Settings() {
				add(s.Default)
			}
		}
	}
	return list
}
