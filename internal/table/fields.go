package table

import (
	"strings"
	"unicode"
)

// Field describes a field of a flow. What reads, writes, overrides, compiles,
// indexes, compares and explains flows goes by Fields: CONTRIBUTING.md lists
// what a new field takes.
type Field struct {
	Key     string // in data; JSON has most of them under the same name
	Kind    Kind
	Enum    Enum     // of KindEnum
	Values  []string // of KindEnum and KindCodes
	Default string   // what leaving it out means: of KindEnum one of Values, of others some words
	Needed  bool     // it must not be left out
	About   string   // what documentation and editors say about it

	// Change is what a change of the field means for a firewall.
	Change Change

	of func(*Flow) any // the address in a record, of all but KindEnum
}

// Of returns the address of the field in a record: a *uint8 for KindEnum, a
// *[3]Name for KindTokens, and a *uint32 for all others.
func (x *Field) Of(f *Flow) any {
	if x.Kind == KindEnum {
		return &f.Enums[x.Enum]
	}
	return x.of(f)
}

// Value returns the value that a record has of a field of KindEnum.
func (x *Field) Value(f *Flow) string { return x.Values[f.Enums[x.Enum]] }

// Listed returns the values of a field of KindEnum in the order in which
// readers expect them: "unstated", which records have as 0, is the last.
func (x *Field) Listed() []string { return UnstatedLast(x.Values) }

// UnstatedLast returns values with "unstated", where it is the first, at the
// end.
func UnstatedLast(values []string) []string {
	if values[0] != "unstated" {
		return values
	}
	return append(values[1:len(values):len(values)], values[0])
}

// Word returns the key as labels, columns and flags have it: port-kind.
func (x *Field) Word() string {
	var b strings.Builder
	for _, r := range x.Key {
		if unicode.IsUpper(r) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Enum numbers the enumerated fields of a flow, where records and indexes have
// them.
type Enum uint8

// The enumerated fields.
const (
	Initiator Enum = iota
	PortKind
	PortChoice
	Direction
	Configurable
	Requirement
	Firewall
	EnumCount = iota
)

// Their values. A record holds the place of one.
var (
	Initiators    = []string{"from", "either", "unstated"}
	PortKinds     = []string{"listed", "dynamic", "reference", "varies", "none"}
	PortChoices   = []string{"all", "one-of"}
	Directions    = []string{"unstated", "inbound", "outbound", "both"}
	Configurables = []string{"unstated", "yes", "no", "discouraged"}
	Requirements  = []string{"required", "optional", "conditional"}
	Firewalls     = []string{"unstated", "needed", "not-needed"}
)

// Change is what a change of a field means for a firewall.
type Change uint8

// What changes of fields mean.
const (
	ChangeJudged Change = iota // package diff has a rule for it
	ChangeReview               // a person must decide
	ChangeText                 // nothing
)

// Kind is what the value of a field consists of.
type Kind uint8

// The kinds of fields.
const (
	KindID         Kind = iota // the flow's own id
	KindComponent              // the id of a component
	KindComponents             // ids of components
	KindConditions             // ids of conditions
	KindSettings               // ids of settings
	KindNotes                  // ids of notes
	KindFormerIDs              // ids that the flow had before
	KindNames                  // words that need no translation
	KindEnum                   // one of Values
	KindCodes                  // a set of Values
	KindPorts                  // a set of ports
	KindProtocols              // protocols
	KindCitations              // places in a document
	KindTokens                 // what the document prints
)

// Fields are the fields of a flow in the order in which they are written.
var Fields = []Field{
	{
		Key: "id", Kind: KindID, Needed: true, Change: ChangeText, of: func(f *Flow) any { return &f.ID },
		About: "Unique over all products: product/subject/what, in lowercase words joined by hyphens. It must not contain a port number, and is permanent once published.",
	},
	{
		Key: "component", Kind: KindComponent, Needed: true, Change: ChangeText, of: func(f *Flow) any { return &f.Component },
		About: "The component that the document lists the row under.",
	},
	{
		Key: "from", Kind: KindComponents, Needed: true, of: func(f *Flow) any { return &f.From },
		About: "Components that open the connection; `site/unspecified` if nothing can be inferred.",
	},
	{
		Key: "to", Kind: KindComponents, Needed: true, of: func(f *Flow) any { return &f.To },
		About: "Components that accept the connection; `site/unspecified` if nothing can be inferred.",
	},
	{
		Key: "initiator", Kind: KindEnum, Enum: Initiator, Values: Initiators, Default: "from",
		About: "Which side opens the connection. `either`: only if the document says so; `unstated`: both directions are published and nothing says which side opens it.",
	},
	{
		Key: "ports", Kind: KindPorts, Default: "none known", of: func(f *Flow) any { return &f.Ports },
		About: "Destination ports: `443/tcp`, `80,443/tcp 514/udp`, `1024-65535/udp`, `8/icmp` (the number is the message type); numbers without leading zeros and without commas between thousands.",
	},
	{
		Key: "protocols", Kind: KindProtocols, Default: "those of `ports`", of: func(f *Flow) any { return &f.Protocols },
		About: "`tcp`, `udp`, ...: only if the protocol is known and the ports are not.",
	},
	{
		Key: "sourcePorts", Kind: KindPorts, Default: "not stated", of: func(f *Flow) any { return &f.SourcePorts },
		About: "Source ports in the same form as `ports`, if the document lists them.",
	},
	{
		Key: "portKind", Kind: KindEnum, Enum: PortKind, Values: PortKinds, Default: "listed", Change: ChangeReview,
		About: "Where ports come from. `dynamic`: assigned on demand, with or without a stated range; `reference`: configured in another product; `varies`: depends on the deployment; `none`: the document gives no port.",
	},
	{
		Key: "portChoice", Kind: KindEnum, Enum: PortChoice, Values: PortChoices, Default: "all", Change: ChangeReview,
		About: "`all`: every port is used; `one-of`: alternatives from which the configuration chooses one, as with `80/443`.",
	},
	{
		Key: "direction", Kind: KindEnum, Enum: Direction, Values: Directions, Default: "unstated", Change: ChangeReview,
		About: "As published, seen from `component`.",
	},
	{
		Key: "configurable", Kind: KindEnum, Enum: Configurable, Values: Configurables, Default: "unstated", Change: ChangeReview,
		About: "Whether the port can be changed. Quoted, since YAML 1.1 tools read `no` as false.",
	},
	{
		Key: "settings", Kind: KindSettings, Default: "none", Change: ChangeReview, of: func(f *Flow) any { return &f.Settings },
		About: "Settings that determine the port, the use, or the peer of the flow. Ports by `reference` need one that governs the port; `configurable: \"no\"` excludes one.",
	},
	{
		Key: "requirement", Kind: KindEnum, Enum: Requirement, Values: Requirements, Default: "required",
		About: "`optional`: the document says so, or the user enables it; `conditional`: needed only if all of its conditions apply.",
	},
	{
		Key: "conditions", Kind: KindConditions, Default: "none", Change: ChangeReview, of: func(f *Flow) any { return &f.Conditions },
		About: "Conditions that must all apply: one or more for a `conditional` flow, none for others.",
	},
	{
		Key: "firewall", Kind: KindEnum, Enum: Firewall, Values: Firewalls, Default: "unstated", Change: ChangeReview,
		About: "Whether a firewall needs a rule for the flow. `not-needed`: for example, if it stays within one host.",
	},
	{
		Key: "appProtocols", Kind: KindNames, Default: "none", Change: ChangeReview, of: func(f *Flow) any { return &f.AppProtocols },
		About: "Application protocols by name: HTTP, HTTPS, SMB, DNS, LDAP, SNMP.",
	},
	{
		Key: "osServices", Kind: KindNames, Default: "none", Change: ChangeReview, of: func(f *Flow) any { return &f.OSServices },
		About: "Names of services or processes, as published.",
	},
	{
		Key: "notes", Kind: KindNotes, Default: "none", Change: ChangeText, of: func(f *Flow) any { return &f.Notes },
		About: "Notes about the flow.",
	},
	{
		Key: "cite", Kind: KindCitations, Needed: true, Change: ChangeText, of: func(f *Flow) any { return &f.Citations },
		About: "Citation: row numbers and section ids of the document; `document` names it unless it is the first one of the product.",
	},
	{
		Key: "published", Kind: KindTokens, Default: "nothing published", Change: ChangeText, of: func(f *Flow) any { return &f.Published },
		About: "The cells of the document, verbatim: `protocol`, `ports`, `direction`. Omit cells that it does not have.",
	},
	{
		Key: "inferred", Kind: KindCodes, Values: InferredFields, Default: "all stated", Change: ChangeText, of: func(f *Flow) any { return &f.Inferred },
		About: "Fields that the document does not state.",
	},
	{
		Key: "quirks", Kind: KindCodes, Values: Quirks, Default: "none", Change: ChangeText, of: func(f *Flow) any { return &f.Quirks },
		About: "Discrepancies in the document. data/README.md of Portbook explains each code.",
	},
	{
		Key: "retired", Kind: KindFormerIDs, Default: "none", Change: ChangeText, of: func(f *Flow) any { return &f.FormerIDs },
		About: "Former ids of the flow; they still find it.",
	},
}

// InferredFields are the keys of the fields that a document may leave open: they
// can be inferred, and a site can override them. Records hold sets of them, bit
// i for the key i, so a new one is added at the end.
var InferredFields = []string{
	"from", "to", "initiator", "protocols", "ports", "sourcePorts", "portKind", "portChoice", "requirement", "configurable", "appProtocols",
	"conditions", "firewall",
}

// FieldOf returns the field with a key, nil for none.
func FieldOf(key string) *Field {
	for i := range Fields {
		if Fields[i].Key == key {
			return &Fields[i]
		}
	}
	return nil
}
