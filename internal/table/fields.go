package table

// Field describes a field of a flow. What reads, writes, overrides, compiles
// and explains flows goes by Fields: a new field is a line there, and a field of
// the records that it leads to.
type Field struct {
	Key     string // in data; JSON has most of them under the same name
	Kind    Kind
	Values  []string // of KindEnum and KindCodes
	Default string   // of KindEnum: the value of a field that is left out
	Needed  bool     // it must not be left out

	// Change is what a change of the field means for a firewall.
	Change Change

	// Of returns the address of the field in a record: a *uint8 for KindEnum,
	// a *[3]Name for KindTokens, and a *uint32 for all others.
	Of func(*Flow) any
}

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
	{Key: "id", Kind: KindID, Needed: true, Change: ChangeText, Of: func(f *Flow) any { return &f.ID }},
	{Key: "component", Kind: KindComponent, Needed: true, Change: ChangeText, Of: func(f *Flow) any { return &f.Component }},
	{Key: "from", Kind: KindComponents, Needed: true, Of: func(f *Flow) any { return &f.From }},
	{Key: "to", Kind: KindComponents, Needed: true, Of: func(f *Flow) any { return &f.To }},
	{Key: "initiator", Kind: KindEnum, Values: Initiators, Default: "from", Of: func(f *Flow) any { return &f.Initiator }},
	{Key: "ports", Kind: KindPorts, Of: func(f *Flow) any { return &f.Ports }},
	{Key: "protocols", Kind: KindProtocols, Of: func(f *Flow) any { return &f.Protocols }},
	{Key: "sourcePorts", Kind: KindPorts, Of: func(f *Flow) any { return &f.SourcePorts }},
	{Key: "portKind", Kind: KindEnum, Values: PortKinds, Default: "listed", Change: ChangeReview, Of: func(f *Flow) any { return &f.PortKind }},
	{Key: "portChoice", Kind: KindEnum, Values: PortChoices, Default: "all", Change: ChangeReview, Of: func(f *Flow) any { return &f.PortChoice }},
	{Key: "direction", Kind: KindEnum, Values: Directions, Default: "unstated", Change: ChangeReview, Of: func(f *Flow) any { return &f.Direction }},
	{Key: "configurable", Kind: KindEnum, Values: Configurables, Default: "unstated", Change: ChangeReview, Of: func(f *Flow) any { return &f.Configurable }},
	{Key: "settings", Kind: KindSettings, Change: ChangeReview, Of: func(f *Flow) any { return &f.Settings }},
	{Key: "requirement", Kind: KindEnum, Values: Requirements, Default: "required", Of: func(f *Flow) any { return &f.Requirement }},
	{Key: "conditions", Kind: KindConditions, Change: ChangeReview, Of: func(f *Flow) any { return &f.Conditions }},
	{Key: "appProtocols", Kind: KindNames, Change: ChangeReview, Of: func(f *Flow) any { return &f.AppProtocols }},
	{Key: "osServices", Kind: KindNames, Change: ChangeReview, Of: func(f *Flow) any { return &f.OSServices }},
	{Key: "notes", Kind: KindNotes, Change: ChangeText, Of: func(f *Flow) any { return &f.Notes }},
	{Key: "cite", Kind: KindCitations, Needed: true, Change: ChangeText, Of: func(f *Flow) any { return &f.Citations }},
	{Key: "published", Kind: KindTokens, Change: ChangeText, Of: func(f *Flow) any { return &f.Published }},
	{Key: "inferred", Kind: KindCodes, Values: InferredFields, Change: ChangeText, Of: func(f *Flow) any { return &f.Inferred }},
	{Key: "quirks", Kind: KindCodes, Values: Quirks, Change: ChangeText, Of: func(f *Flow) any { return &f.Quirks }},
	{Key: "retired", Kind: KindFormerIDs, Change: ChangeText, Of: func(f *Flow) any { return &f.FormerIDs }},
}

// InferredFields are the keys of the fields that a document may leave open: they
// can be inferred, and a site can override them. Records hold sets of them, bit
// i for the key i, so a new one is added at the end.
var InferredFields = []string{
	"from", "to", "initiator", "protocols", "ports", "sourcePorts", "portKind", "portChoice", "requirement", "configurable", "appProtocols",
	"conditions",
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
