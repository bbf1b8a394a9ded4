// Package table defines the packed catalog: flat records of small integers over
// shared pools of strings. It knows neither the data format (package dataset
// compiles to it) nor Go source (the generator prints it).
//
// Records hold no pointers, so that a catalog of any size costs the garbage
// collector nothing and the built-in one needs no initialisation. Five kinds of
// reference are used, all of them indexes with 0 for "none":
//
//   - Name: a language-neutral string (id, host name, cell token) in Names;
//   - Text: a text for people, the same number in every language of Texts;
//   - List: the position in Lists of a count and that many values;
//   - Ports: a set of ports in PortSets;
//   - FlowSet: a sparse.Set of flows in Sets.
//
// References to records (products, components, ...) are plain indexes; the
// slices that hold records have no unused element 0.
package table

import (
	"sort"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/sparse"
)

// The reference types: see the package comment.
type (
	Name    = uint32
	Text    = uint32
	List    = uint32
	Ports   = uint32
	FlowSet = uint32
)

// Table is a whole catalog. Products, components, conditions, notes, named
// ports and regions are sorted by id; documents, sections, settings and flows
// are in reading order: by product, then as the product's documents have
// them.
type Table struct {
	Version string // see portbook.DataVersion

	Names    Strings
	Texts    []Language
	Lists    []uint32
	Sets     Strings   `json:"-"` // binary: flow sets, and the edges of port sets
	PortSets []PortSet `json:"-"`

	Products   []Product
	Documents  []Document
	Sections   []Section
	Components []Component
	Conditions []Condition
	Settings   []Setting
	Notes      []Note
	NamedPorts []NamedPort
	Regions    []Region
	Flows      []Flow
	FlowIDs    []FlowID // sorted by id, former ids included

	ActionMappings []ActionMapping
	DecisionOrders []DecisionOrder
	Overrides      []Override // by flow, then by product
	Statements     []Statement

	Index Index `json:"-"` // made from the records: see Builder.Finish
}

// Strings is a pool of strings: string i is Pool[Ends[i-1]:Ends[i]], and string 0 is empty.
type Strings struct {
	Pool string
	Ends []uint32
}

// At returns string i, or "" when there is none.
func (s *Strings) At(i uint32) string {
	if i == 0 || int(i) >= len(s.Ends) {
		return ""
	}
	return s.Pool[s.Ends[i-1]:s.Ends[i]]
}

// Language holds the texts of one language, under the numbers that all languages share.
type Language struct {
	Tag string
	Strings
}

// PortSet is a portset.Set: its hull, and its packed edges as a string of Sets.
type PortSet struct {
	Hull   uint64
	Packed uint32
}

type Product struct {
	ID, Vendor, Version Name
	Name, Summary       Text
	Documents           List // of document indexes
}

type Document struct {
	ID, Publisher, Language, URL, Page, Version Name
	Product                                     uint32
	Counts                                      uint8 // index in Counts
	Rows                                        uint32
	Title                                       Text
	Sections                                    List // of section indexes
	Excluded                                    List // of triples: row, Name and Text of the reason
}

type Section struct {
	ID          Name
	Document    uint32
	First, Last uint32 // rows; 0 and 0 for a section of prose
	Inferred    bool   // the title is ours
	Title       Text
}

type Component struct {
	ID         Name
	Product    uint32
	Name, Role Text
	Hosting    uint8 // index in Hostings
	Aliases    List  // of Name
	Hosts      List  // of Name: the text forms of internal/host; those of all regions
	Regions    List  // of pairs: region index, List of its hosts
	Inherits   List  // of component indexes, direct ones
	Lineage    List  // of component indexes: itself and all it inherits from, sorted
}

// Condition is a circumstance on which flows depend.
type Condition struct {
	ID        Name
	Product   uint32
	Text      Text
	Citations List
}

type Setting struct {
	ID          Name
	Kind        uint8 // index in SettingKinds
	Product     uint32
	Component   uint32
	Requirement uint8  // index in Requirements
	Position    uint32 // among the fields of a screen, 0 for none
	GroupID     Name
	Group       Text
	Label, Help Text
	Governs     uint32 // bit set over Governs
	Default     Ports  // the published one, 0 for none
	Citations   List
}

type Note struct {
	ID         Name
	Kind       uint8 // index in NoteKinds
	Product    uint32
	Products   List
	Components List
	Seconds    uint32 // a duration, 0 for none
	Addresses  Name   // the text form of internal/host, "" for none
	Text       Text
	Citations  List
}

type NamedPort struct {
	ID      Name
	Product uint32
	Ports   Ports
	Name    Text
}

// Region is where a cloud has hosts of its own.
type Region struct {
	ID      Name
	Product uint32
	Name    Text
}

// Flow is one flow: Fields describes what it has.
type Flow struct {
	ID           Name
	Product      uint32
	Component    uint32
	From, To     List // of component indexes
	Ports        Ports
	SourcePorts  Ports
	Protocols    List // of protocol numbers
	Settings     List // of setting indexes
	AppProtocols List // of Name
	OSServices   List // of Name
	Notes        List // of note indexes
	Citations    List // of section<<16 | row
	Published    [3]Name
	Purpose      Text
	Conditions   List             // of condition indexes, all of which must hold
	FormerIDs    List             // of Name
	Inferred     uint32           // bit set over InferredFields
	Quirks       uint32           // bit set over Quirks
	Enums        [EnumCount]uint8 // places in the values of the enumerated fields
}

// FlowID leads from a present or former id to a flow.
type FlowID struct {
	ID   Name
	Flow uint32
}

type ActionMapping struct {
	Product   uint32
	Object    Name
	Setting   uint8 // index in ObjectActions
	Scan      uint8 // index in ScanTypes
	Result    uint8 // index in ScanActions
	Inferred  bool  // the scan type is inferred
	Citations List
}

type DecisionOrder struct {
	Product   uint32
	Object    Name
	Steps     List // of indexes in DecisionSteps
	Citations List
}

// Override says that the data of a product sets fields of another product's
// flow. The flow's record holds the values in effect; no two overrides set the
// same field of a flow.
type Override struct {
	Product    uint32
	Flow       uint32
	Fields     uint32 // bit set over InferredFields
	Note       uint32 // the note that gives the reason
	Documented Flow   // the flow without any override
}

// Statement is what one document says about a flow that several describe. They
// are sorted by flow; the first of a flow is that of the document which the
// flow is from. The flow's own record has the values in effect.
type Statement struct {
	Flow   uint32
	Fields uint32 // bit set over InferredFields: those that the document states
	Values Flow   // with the citations, the published tokens and the quirks of this document
}

// StatementsOf returns the statements about a flow.
func (t *Table) StatementsOf(flow uint32) []Statement {
	first := sort.Search(len(t.Statements), func(i int) bool { return t.Statements[i].Flow >= flow })
	last := first
	for last < len(t.Statements) && t.Statements[last].Flow == flow {
		last++
	}
	return t.Statements[first:last]
}

// The values of the enumerations, in the text form that data, JSON and the
// public API share. A record holds the index. Those of flows are beside Fields.
var (
	Counts       = []string{"rows", "entries"}
	SettingKinds = []string{"toggle", "text", "address", "port", "choice", "list", "secret", "page", "file", "external"}
	Hostings     = []string{"premises", "cloud"}
	Governs      = []string{"port", "use", "peer"}
	NoteKinds    = []string{"prerequisite", "limitation", "recommendation", "warning", "information"}
	Quirks       = []string{
		"port-above-65535", "shifted-columns", "missing-direction", "missing-purpose", "missing-service-name", "missing-configurable",
		"missing-host", "missing-link", "heading-against-body", "text-against-cells", "condition-against-port", "protocol-against-port",
		"transport-not-stated", "application-as-protocol", "suite-as-protocol", "protocol-not-specific", "port-not-numeric", "icmp-as-port",
		"source-ports-in-port-column", "outbound-for-listener", "two-names",
		"documents-disagree", "repeated", "products-disagree",
	}
	ObjectActions = []string{"log", "block", "quarantine"}
	ScanTypes     = []string{"real-time", "manual", "scheduled"}
	ScanActions   = []string{"pass", "replace-with-text-or-file", "quarantine-entire-message", "quarantine-message-part"}
	DecisionSteps = []string{"user-defined-suspicious-object", "pattern-based-local-scan", "virtual-analyzer-suspicious-object"}
)

// List returns the values of a list. The result shares the table's memory and must not be changed.
func (t *Table) List(l List) []uint32 {
	if l == 0 || int(l) >= len(t.Lists) {
		return nil
	}
	n := t.Lists[l]
	return t.Lists[l+1 : l+1+n : l+1+n]
}

// FlowSet returns a set of flows.
func (t *Table) FlowSet(s FlowSet) sparse.Set { return sparse.Set(t.Sets.At(s)) }

// PortSet returns a set of ports. It copies nothing.
func (t *Table) PortSet(p Ports) portset.Set {
	if int(p) >= len(t.PortSets) {
		return portset.Set{}
	}
	return portset.FromPacked(t.PortSets[p].Hull, t.Sets.At(t.PortSets[p].Packed))
}

// Name returns a string of the pool of names.
func (t *Table) Name(n Name) string { return t.Names.At(n) }

// Text returns a text in the table's first language.
func (t *Table) Text(x Text) string {
	if len(t.Texts) == 0 {
		return ""
	}
	return t.Texts[0].At(x)
}

// Find returns the index of the first of n records, sorted by id, that has the
// id. It costs about log2 n comparisons.
func (t *Table) Find(id string, n int, at func(int) Name) (int, bool) {
	i, found := sort.Find(n, func(i int) int {
		switch name := t.Name(at(i)); {
		case id < name:
			return -1
		case id > name:
			return 1
		}
		return 0
	})
	return i, found
}

// FindProduct returns the index of the product with the id.
func (t *Table) FindProduct(id string) (int, bool) {
	return t.Find(id, len(t.Products), func(i int) Name { return t.Products[i].ID })
}

// FindComponent returns the index of the component with the id.
func (t *Table) FindComponent(id string) (int, bool) {
	return t.Find(id, len(t.Components), func(i int) Name { return t.Components[i].ID })
}

// FindCondition returns the index of the condition with the id.
func (t *Table) FindCondition(id string) (int, bool) {
	return t.Find(id, len(t.Conditions), func(i int) Name { return t.Conditions[i].ID })
}

// FindFlow returns the index of the flow that has, or once had, the id.
func (t *Table) FindFlow(id string) (int, bool) {
	i, ok := t.Find(id, len(t.FlowIDs), func(i int) Name { return t.FlowIDs[i].ID })
	if !ok {
		return 0, false
	}
	return int(t.FlowIDs[i].Flow), true
}
