package portbook

import (
	"encoding/json"
	"errors"
	"strings"
)

// FlowRecord is a flow as plain data: the schema that [Flow.MarshalJSON],
// reports and the command line share. Lists are never nil, so that they are
// arrays in JSON.
type FlowRecord struct {
	ID           FlowID        `json:"id"`           // see [Flow.ID]
	Product      Product       `json:"product"`      // whose documents publish it
	Component    Component     `json:"component"`    // the component under which it is documented
	From         []Component   `json:"from"`         // components that open the connection, each on its own
	To           []Component   `json:"to"`           // components that accept it, each on its own
	Initiator    Initiator     `json:"initiator"`    // whether From alone opens connections
	Protocols    []Protocol    `json:"protocols"`    // in increasing order; none when not stated
	Ports        PortSet       `json:"ports"`        // destination ports
	SourcePorts  PortSet       `json:"sourcePorts"`  // empty when no document states them
	PortKind     PortKind      `json:"portKind"`     // where Ports come from
	PortChoice   PortChoice    `json:"portChoice"`   // whether all of Ports are used, or one of them
	Direction    Direction     `json:"direction"`    // seen from Component
	Configurable Configurable  `json:"configurable"` // whether the port can be changed
	Setting      string        `json:"setting"`      // the labels of the settings that govern the port, joined by "; "
	Requirement  Requirement   `json:"requirement"`  // whether the flow is needed
	Condition    string        `json:"condition"`    // the texts of all conditions, joined by "; "
	Conditions   []ConditionID `json:"conditions"`   // all of which must hold; none unless conditional
	Firewall     Firewall      `json:"firewall"`     // whether a firewall needs a rule
	AppProtocols []string      `json:"appProtocols"` // such as HTTPS or LDAP
	OSServices   []string      `json:"osServices"`   // services of the operating system that take part
	Hosts        []Host        `json:"hosts"`        // published host names and addresses of the ends, of all regions

	Regions map[Region][]Host `json:"regions,omitempty"` // those of Hosts that are for one region alone

	Purpose    string      `json:"purpose"`    // why the flow exists
	Notes      []string    `json:"notes"`      // on this flow alone
	Citations  []Citation  `json:"citations"`  // where it is written; at least one
	Published  Published   `json:"published"`  // as the document prints it
	Statements []Statement `json:"statements"` // of each document, where several describe the flow
	Inferred   []Field     `json:"inferred"`   // fields that the document does not state
	Quirks     []Quirk     `json:"quirks"`     // what is wrong or ambiguous in the cited row
}

// Record returns the flow as plain data. translate turns each text into the
// language of the record; nil leaves them in the catalog's first language.
func (f Flow) Record(translate func(Text) string) FlowRecord {
	if translate == nil {
		translate = Text.String
	}
	var settings []string
	for _, s := range f.Settings() {
		if s.governs(GovernsPort) {
			settings = append(settings, translate(s.Label))
		}
	}
	var conditions []string
	for _, x := range f.Conditions() {
		conditions = append(conditions, translate(x.Text))
	}
	notes := []string{}
	for _, n := range f.Notes() {
		notes = append(notes, translate(n.Text))
	}
	return FlowRecord{
		ID: f.ID(), Product: f.Product(), Component: f.Component(), From: notNil(f.From()), To: notNil(f.To()), Initiator: f.Initiator(),
		Protocols: notNil(f.Protocols()), Ports: f.Ports(), SourcePorts: f.SourcePorts(), PortKind: f.PortKind(), PortChoice: f.PortChoice(),
		Direction: f.Direction(), Configurable: f.Configurable(), Setting: strings.Join(settings, "; "), Requirement: f.Requirement(),
		Condition: strings.Join(conditions, "; "), Conditions: notNil(f.catalog.conditionIDs(f.record().Conditions)), Firewall: f.Firewall(), AppProtocols: notNil(f.AppProtocols()), OSServices: notNil(f.OSServices()), Hosts: notNil(f.Hosts()), Regions: f.catalog.regionsOf(f.ends()...),
		Purpose: translate(f.Purpose()), Notes: notes, Citations: notNil(f.Citations()), Published: f.Published(), Statements: notNil(f.Statements()),
		Inferred: notNil(f.Inferred()), Quirks: notNil(f.Quirks()),
	}
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// MarshalJSON returns the flow's [FlowRecord] in JSON, with texts in the
// catalog's first language; null for the zero value.
func (f Flow) MarshalJSON() ([]byte, error) {
	if f.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(f.Record(nil))
}

// UnmarshalJSON returns an error: what MarshalJSON writes can be read into a
// [FlowRecord], and a catalog has the flow of its id.
func (*Flow) UnmarshalJSON([]byte) error {
	return errors.New("portbook: a Flow cannot be read from JSON, since it belongs to a catalog (expected: a FlowRecord in its place)")
}
