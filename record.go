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
	ID           FlowID        `json:"id"`
	Product      Product       `json:"product"`
	Component    Component     `json:"component"`
	From         []Component   `json:"from"`
	To           []Component   `json:"to"`
	Initiator    Initiator     `json:"initiator"`
	Protocols    []Protocol    `json:"protocols"`
	Ports        PortSet       `json:"ports"`
	SourcePorts  PortSet       `json:"sourcePorts"`
	PortKind     PortKind      `json:"portKind"`
	PortChoice   PortChoice    `json:"portChoice"`
	Direction    Direction     `json:"direction"`
	Configurable Configurable  `json:"configurable"`
	Setting      string        `json:"setting"` // the labels of the settings that govern the port, joined by "; "
	Requirement  Requirement   `json:"requirement"`
	Condition    string        `json:"condition"` // the texts of all conditions, joined by "; "
	Conditions   []ConditionID `json:"conditions"`
	Firewall     Firewall      `json:"firewall"`
	AppProtocols []string      `json:"appProtocols"`
	OSServices   []string      `json:"osServices"`
	Hosts        []Host        `json:"hosts"`

	Regions map[Region][]Host `json:"regions,omitempty"` // those of Hosts that are for one region alone

	Purpose    string      `json:"purpose"`
	Notes      []string    `json:"notes"`
	Citations  []Citation  `json:"citations"`
	Published  Published   `json:"published"`
	Statements []Statement `json:"statements"` // of each document, where several describe the flow
	Inferred   []Field     `json:"inferred"`
	Quirks     []Quirk     `json:"quirks"`
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
