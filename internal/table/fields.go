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
		About: "Unique over all products: product/subject/what, in lower-case words joined by hyphens. It holds no port number, and never changes once published.",
	},
	{
		Key: "component", Kind: KindComponent, Needed: true, Change: ChangeText, of: func(f *Flow) any { return &f.Component },
		About: "The component that the row of the document is about.",
	},
	{
		Key: "from", Kind: KindComponents, Needed: true, of: func(f *Flow) any { return &f.From },
		About: "Components that send the packet which opens the connection; `site/unspecified` where nothing can be inferred.",
	},
	{
		Key: "to", Kind: KindComponents, Needed: true, of: func(f *Flow) any { return &f.To },
		About: "Components that it is sent to; `site/unspecified` where nothing can be inferred.",
	},
	{
		Key: "initiator", Kind: KindEnum, Enum: Initiator, Values: Initiators, Default: "from",
		About: "Who opens the connection. `either`: only where the document means it; `unstated`: both directions are published and nothing says who opens it.",
	},
	{
		Key: "ports", Kind: KindPorts, Default: "none known", of: func(f *Flow) any { return &f.Ports },
		About: "Destination ports: `443/tcp`, `80,443/tcp 514/udp`, `1024-65535/udp`, `8/icmp` (the number is the message type); numbers without leading zeros and without commas between thousands.",
	},
	{
		Key: "protocols", Kind: KindProtocols, Default: "those of `ports`", of: func(f *Flow) any { return &f.Protocols },
		About: "`tcp`, `udp`, ...: only where the protocol is known and the ports are not.",
	},
	{
		Key: "sourcePorts", Kind: KindPorts, Default: "not stated", of: func(f *Flow) any { return &f.SourcePorts },
		About: "Source ports in the form of `ports`, where the document has them.",
	},
	{
		Key: "portKind", Kind: KindEnum, Enum: PortKind, Values: PortKinds, Default: "listed", Change: ChangeReview,
		About: "Where ports come from. `dynamic`: assigned when needed, from a stated range or not; `reference`: what another product is set to; `varies`: by what is deployed; `none`: no ports at all, as with a flow that the document describes without any.",
	},
	{
		Key: "portChoice", Kind: KindEnum, Enum: PortChoice, Values: PortChoices, Default: "all", Change: ChangeReview,
		About: "`all`: every port is used; `one-of`: alternatives, the configuration picks one, as with `80/443`.",
	},
	{
		Key: "direction", Kind: KindEnum, Enum: Direction, Values: Directions, Default: "unstated", Change: ChangeReview,
		About: "As published, seen from `component`.",
	},
	{
		Key: "configurable", Kind: KindEnum, Enum: Configurable, Values: Configurables, Default: "unstated", Change: ChangeReview,
		About: "Can the port be changed. Quoted, since tools of YAML 1.1 read `no` as false.",
	},
	{
		Key: "settings", Kind: KindSettings, Default: "none", Change: ChangeReview, of: func(f *Flow) any { return &f.Settings },
		About: "Settings that decide on the port, the use or the peer of the flow. Ports by `reference` need one that governs the port; `configurable: \"no\"` excludes one.",
	},
	{
		Key: "requirement", Kind: KindEnum, Enum: Requirement, Values: Requirements, Default: "required",
		About: "`optional`: the document calls it so, or the user turns it on; `conditional`: needed when all of its conditions hold.",
	},
	{
		Key: "conditions", Kind: KindConditions, Default: "none", Change: ChangeReview, of: func(f *Flow) any { return &f.Conditions },
		About: "Conditions, all of which must hold: one or more for a `conditional` flow, none for others.",
	},
	{
		Key: "firewall", Kind: KindEnum, Enum: Firewall, Values: Firewalls, Default: "unstated", Change: ChangeReview,
		About: "Whether a firewall needs a rule for the flow. `not-needed`: as where it stays inside of one host.",
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
		About: "Where it is written: numbers of rows and ids of sections of the document, which `document` names where it is not the first one of the product.",
	},
	{
		Key: "published", Kind: KindTokens, Default: "nothing published", Change: ChangeText, of: func(f *Flow) any { return &f.Published },
		About: "The cells of the document, to the letter: `protocol`, `ports`, `direction`. A cell that it does not have is left out.",
	},
	{
		Key: "inferred", Kind: KindCodes, Values: InferredFields, Default: "all stated", Change: ChangeText, of: func(f *Flow) any { return &f.Inferred },
		About: "Fields that the document does not state.",
	},
	{
		Key: "quirks", Kind: KindCodes, Values: Quirks, Default: "none", Change: ChangeText, of: func(f *Flow) any { return &f.Quirks },
		About: "What is odd in the document. data/README.md of Portbook lists what each code means.",
	},
	{
		Key: "retired", Kind: KindFormerIDs, Default: "none", Change: ChangeText, of: func(f *Flow) any { return &f.FormerIDs },
		About: "Former ids of the flow, which still lead to it.",
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
