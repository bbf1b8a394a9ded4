package portbook

import (
	"time"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/sparse"
	"github.com/portbook/portbook/internal/table"
)

// Catalog is an immutable collection of products, components, documents and flows. [Builtin] is the one that Portbook
// carries; the package-level functions are shortcuts to it. The zero value is an empty catalog. A catalog is safe for
// concurrent use.
type Catalog struct{ table *table.Table }

// builtin refers to tables that the linker lays out: importing the package runs no code.
var builtin = Catalog{table: &builtinTable}

// Builtin returns the catalog that is compiled into the package. Its edition is [DataVersion].
func Builtin() *Catalog { return &builtin }

// NewCatalog returns a catalog over a packed table. It serves packages of this module that make tables; others cannot
// name its parameter.
func NewCatalog(t *table.Table) *Catalog { return &Catalog{table: t} }

// Products returns the ids of the built-in products, sorted.
func Products() []Product { return builtin.Products() }

// Components returns the ids of the built-in components, sorted.
func Components() []Component { return builtin.Components() }

// Flows returns all built-in flows.
func Flows() FlowSet { return builtin.Flows() }

// Lookup returns the built-in flow with the id. It also finds ids that a flow had in earlier editions.
func Lookup(id FlowID) (Flow, bool) { return builtin.Lookup(id) }

// FlowsUsing returns the built-in flows that may use port n of protocol p as their destination port. Flows whose ports the
// document does not bound (see [Flow.Ports]) are not among them.
func FlowsUsing(p Protocol, n Port) FlowSet { return builtin.FlowsUsing(p, n) }

// t returns the table, an empty one for the zero catalog.
func (c *Catalog) t() *table.Table {
	if c == nil || c.table == nil {
		return &emptyTable
	}
	return c.table
}

var emptyTable table.Table

// UnpackCatalog calls read with the packed table of a catalog, which must not be changed. It serves packages of this module
// that merge and write catalogs; others cannot write its parameter.
func UnpackCatalog(c *Catalog, read func(*table.Table)) { read(c.t()) }

// Version names the edition of the data: a date and a hash of the content. The date of a catalog that is loaded is that of
// its file data/edition.txt, the latest one where several catalogs are merged, and "undated" where there is none.
func (c *Catalog) Version() string { return c.t().Version }

// Languages returns the languages in which the catalog itself holds texts, as BCP 47 tags: English first, where it is one of
// them, then the others in order. A text can be missing in any of them, but not in all. The built-in catalog holds English
// alone; package i18n carries its other languages.
func (c *Catalog) Languages() []string {
	t := c.t()
	list := make([]string, len(t.Texts))
	for i := range t.Texts {
		list[i] = t.Texts[i].Tag
	}
	return list
}

// Products returns the ids of the catalog's products, sorted.
func (c *Catalog) Products() []Product {
	t := c.t()
	list := make([]Product, len(t.Products))
	for i := range t.Products {
		list[i] = c.productID(uint32(i))
	}
	return list
}

// Components returns the ids of the catalog's components, sorted.
func (c *Catalog) Components() []Component {
	t := c.t()
	list := make([]Component, len(t.Components))
	for i := range t.Components {
		list[i] = c.componentID(uint32(i))
	}
	return list
}

// Flows returns all flows of the catalog.
func (c *Catalog) Flows() FlowSet { return c.flowSet(c.t().FlowSet(c.t().Index.Every)) }

// Lookup returns the flow with the id. It also finds ids that a flow had in earlier editions.
func (c *Catalog) Lookup(id FlowID) (Flow, bool) {
	i, ok := c.t().FindFlow(string(id))
	if !ok {
		return Flow{}, false
	}
	return Flow{c, uint32(i)}, true
}

// FlowsUsing returns the flows that may use port n of protocol p as their destination port. Flows whose ports the document
// does not bound (see [Flow.Ports]) are not among them.
func (c *Catalog) FlowsUsing(p Protocol, n Port) FlowSet {
	t := c.table
	if t == nil {
		return FlowSet{}
	}
	set := t.Using(uint8(p), uint16(n))
	if t.Index.Wide != 0 {
		set = c.withWide(set, portset.Key(uint8(p), uint16(n)))
	}
	return c.flowSet(set)
}

// withWide adds the wide flows that use a port.
func (c *Catalog) withWide(set sparse.Set, key uint32) sparse.Set {
	t := c.t()
	words := set.Append(nil)
	for _, i := range t.List(t.Index.Wide) {
		if t.PortSet(t.Flows[i].Ports).Contains(key) {
			words = sparse.Insert(words, i)
		}
	}
	return sparse.Freeze(words)
}

// ProductInfo describes a product.
type ProductInfo struct {
	ID        Product
	Name      Text
	Summary   Text       // one sentence
	Vendor    string     // empty for the customer's own infrastructure
	Edition   string     // the edition that the data describes, empty when the documents name none
	Documents []Document // where its flows are published
	Notes     []Note     // what is said of the product as a whole
}

// Product returns what is known of a product.
func (c *Catalog) Product(id Product) (ProductInfo, bool) {
	t := c.t()
	i, ok := t.FindProduct(string(id))
	if !ok {
		return ProductInfo{}, false
	}
	p := &t.Products[i]
	info := ProductInfo{
		ID: id, Name: c.text(p.Name), Summary: c.text(p.Summary), Vendor: t.Name(p.Vendor), Edition: t.Name(p.Edition),
		Notes: c.notesWhere(func(n *table.Note) bool { return contains(t.List(n.Products), uint32(i)) }),
	}
	for _, d := range t.List(p.Documents) {
		info.Documents = append(info.Documents, c.document(d))
	}
	return info, true
}

// ComponentInfo describes a component: an endpoint role of a product.
type ComponentInfo struct {
	ID       Component
	Product  Product
	Name     Text
	Role     Text        // what it does, one sentence
	Hosting  Hosting     // where it runs
	Aliases  []string    // other names that the documents use
	Hosts    []Host      // published ones
	Inherits []Component // components whose flows are flows of this one too
	Notes    []Note
}

// Component returns what is known of a component.
func (c *Catalog) Component(id Component) (ComponentInfo, bool) {
	t := c.t()
	i, ok := t.FindComponent(string(id))
	if !ok {
		return ComponentInfo{}, false
	}
	x := &t.Components[i]
	return ComponentInfo{
		ID: id, Product: c.productID(x.Product), Name: c.text(x.Name), Role: c.text(x.Role),
		Hosting: Hosting(table.Hostings[x.Hosting]), Aliases: c.strings(x.Aliases), Hosts: c.hosts(nil, x.Hosts), Inherits: c.components(x.Inherits),
		Notes: c.notesWhere(func(n *table.Note) bool { return contains(t.List(n.Components), uint32(i)) }),
	}, true
}

// OwnFlows returns the flows that the component takes part in: those that are documented under it, and those that name it
// as an endpoint.
func (c *Catalog) OwnFlows(id Component) FlowSet {
	i, ok := c.t().FindComponent(string(id))
	if !ok {
		return FlowSet{}
	}
	return c.flowsOf([]uint32{uint32(i)})
}

// FlowsOf returns the component's own flows and those of all components that it inherits from, directly or not.
func (c *Catalog) FlowsOf(id Component) FlowSet {
	t := c.t()
	i, ok := t.FindComponent(string(id))
	if !ok {
		return FlowSet{}
	}
	return c.flowsOf(t.List(t.Components[i].Lineage))
}

// flowsOf returns the flows that are documented under any of the components, or that lead from or to one.
func (c *Catalog) flowsOf(components []uint32) FlowSet {
	t := c.t()
	var words []sparse.Word
	for _, i := range components {
		x := t.Index.Components[i]
		for _, set := range [...]table.FlowSet{x.Of, x.From, x.To} {
			words = sparse.Or(words, t.FlowSet(set))
		}
	}
	return c.flowSet(sparse.Freeze(words))
}

// Document is a published source. Portbook holds its facts, not its text.
type Document struct {
	ID        string
	Product   Product
	Publisher string
	Language  string // BCP 47 tag of the published page
	URL       string
	Page      string // the page's name where the full address is not known
	Edition   string
	Counts    string // what Rows and [Citation.Row] count: "rows" of tables or "entries" of lists
	Rows      int
	Title     Text
	Sections  []Section
	Excluded  []ExcludedRow
}

// Section is a part of a document.
type Section struct {
	ID          string
	First, Last int  // its rows; 0 and 0 for a section of prose
	Inferred    bool // the title is Portbook's, the document has none
	Title       Text
}

// ExcludedRow is a published row that is no flow.
type ExcludedRow struct {
	Row    int
	Reason Text
}

// Documents returns the documents that the catalog cites, by product.
func (c *Catalog) Documents() []Document {
	list := make([]Document, len(c.t().Documents))
	for i := range list {
		list[i] = c.document(uint32(i))
	}
	return list
}

func (c *Catalog) document(i uint32) Document {
	t := c.t()
	d := &t.Documents[i]
	doc := Document{
		ID: t.Name(d.ID), Product: c.productID(d.Product), Publisher: t.Name(d.Publisher), Language: t.Name(d.Language), URL: t.Name(d.URL),
		Page: t.Name(d.Page), Edition: t.Name(d.Edition), Counts: table.Counts[d.Counts], Rows: int(d.Rows), Title: c.text(d.Title),
	}
	for _, i := range t.List(d.Sections) {
		s := &t.Sections[i]
		doc.Sections = append(doc.Sections, Section{t.Name(s.ID), int(s.First), int(s.Last), s.Inferred, c.text(s.Title)})
	}
	for triples := t.List(d.Excluded); len(triples) > 0; triples = triples[3:] {
		doc.Excluded = append(doc.Excluded, ExcludedRow{int(triples[0]), c.text(triples[2])})
	}
	return doc
}

// Citation is a place in a document.
type Citation struct {
	Document string `json:"document"`
	Section  string `json:"section"`
	// Row counts the data rows, or the listed entries, of the whole document from 1. It is 0 for prose.
	Row int `json:"row"`
}

func (c *Catalog) citations(l table.List) []Citation {
	t := c.t()
	var list []Citation
	for _, packed := range t.List(l) {
		s := &t.Sections[packed>>16]
		list = append(list, Citation{t.Name(t.Documents[s.Document].ID), t.Name(s.ID), int(packed & 0xffff)})
	}
	return list
}

// Note is a statement of a document that is no flow.
type Note struct {
	ID         string
	Kind       NoteKind
	Product    Product       // whose documents make it
	Products   []Product     // products that it is about as a whole
	Components []Component   // components that it is about
	Duration   time.Duration // 0 when the note states none
	Addresses  Host          // an address, a prefix or a range of addresses; zero when the note states none
	Text       Text
	Citations  []Citation
}

// NoteKind tells what a note asks of its reader.
type NoteKind string

// The kinds of notes.
const (
	NotePrerequisite   NoteKind = "prerequisite"   // must hold before the product works
	NoteLimitation     NoteKind = "limitation"     // is not supported or does not happen
	NoteRecommendation NoteKind = "recommendation" // is advised
	NoteWarning        NoteKind = "warning"        // can go wrong
	NoteInformation    NoteKind = "information"    // helps to understand
)

// Notes returns all notes of the catalog, by id.
func (c *Catalog) Notes() []Note { return c.notesWhere(func(*table.Note) bool { return true }) }

func (c *Catalog) notesWhere(match func(*table.Note) bool) []Note {
	t := c.t()
	var list []Note
	for i := range t.Notes {
		if match(&t.Notes[i]) {
			list = append(list, c.note(uint32(i)))
		}
	}
	return list
}

func (c *Catalog) note(i uint32) Note {
	t := c.t()
	n := &t.Notes[i]
	note := Note{
		ID: t.Name(n.ID), Kind: NoteKind(table.NoteKinds[n.Kind]), Product: c.productID(n.Product), Components: c.components(n.Components),
		Duration: time.Duration(n.Seconds) * time.Second, Addresses: hostOf(t.Name(n.Addresses)), Text: c.text(n.Text), Citations: c.citations(n.Citations),
	}
	for _, p := range t.List(n.Products) {
		note.Products = append(note.Products, c.productID(p))
	}
	return note
}

// Setting is a configuration field that a document names. [AffectedBy] leads to the flows that it changes.
type Setting struct {
	ID          string
	Kind        SettingKind
	Product     Product     // whose documents name it
	Component   Component   // where it is set
	Requirement Requirement // whether it must be filled in; Help tells when
	Group       Text        // heading of the fields that it stands among; empty for none
	Label       Text        // its name on the screen, or the name of the file or page
	Help        Text        // what it does
	Governs     []Governs   // what it decides of the flows that name it; none for what no flow shows
	Default     PortSet     // the published default of the port; empty for none
	Citations   []Citation
}

// SettingKind tells what a setting is.
type SettingKind string

// The kinds of settings.
const (
	SettingToggle   SettingKind = "toggle"   // on or off
	SettingText     SettingKind = "text"     // free text
	SettingAddress  SettingKind = "address"  // a host name or an IP address
	SettingPort     SettingKind = "port"     // a port number
	SettingChoice   SettingKind = "choice"   // one of several values
	SettingList     SettingKind = "list"     // any of several values
	SettingSecret   SettingKind = "secret"   // a password
	SettingPage     SettingKind = "page"     // a page of a console
	SettingFile     SettingKind = "file"     // a configuration file
	SettingExternal SettingKind = "external" // the configuration of another product
)

// Settings returns all settings of the catalog, in the order in which their documents name them.
func (c *Catalog) Settings() []Setting {
	list := make([]Setting, len(c.t().Settings))
	for i := range list {
		list[i] = c.setting(uint32(i))
	}
	return list
}

func (c *Catalog) setting(i uint32) Setting {
	t := c.t()
	s := &t.Settings[i]
	return Setting{
		ID: t.Name(s.ID), Kind: SettingKind(table.SettingKinds[s.Kind]), Product: c.productID(s.Product), Component: c.componentID(s.Component),
		Requirement: Requirement(table.Requirements[s.Requirement]), Group: c.text(s.Group), Label: c.text(s.Label), Help: c.text(s.Help),
		Governs: namedAs[Governs](s.Governs, table.Governs), Default: PortSet{t.PortSet(s.Default)}, Citations: c.citations(s.Citations),
	}
}

// NamedPort is a port with a role of its own, for which the package has a constant.
type NamedPort struct {
	ID      string
	Product Product
	Ports   PortSet // its numbers, with their protocols
	Name    Text
}

// NamedPorts returns all named ports of the catalog, by id.
func (c *Catalog) NamedPorts() []NamedPort {
	t := c.t()
	list := make([]NamedPort, len(t.NamedPorts))
	for i, p := range t.NamedPorts {
		list[i] = NamedPort{t.Name(p.ID), c.productID(p.Product), PortSet{t.PortSet(p.Ports)}, c.text(p.Name)}
	}
	return list
}

// Text is a text of a catalog, in every language that it has. The zero value is the empty text.
type Text struct {
	catalog *Catalog
	index   uint32
}

// String returns the text in the catalog's first language, which is English for the built-in catalog. A text that is
// missing there is given in the first of the other languages that has it.
func (x Text) String() string {
	s, _ := x.first()
	return s
}

// Language returns the language of String, as a BCP 47 tag; "" for the empty text.
func (x Text) Language() string {
	_, tag := x.first()
	return tag
}

func (x Text) first() (s, tag string) {
	languages := x.catalog.t().Texts
	for i := range languages {
		if s := languages[i].At(x.index); s != "" {
			return s, languages[i].Tag
		}
	}
	return "", ""
}

// In returns the text in one of the languages that the catalog itself holds, by BCP 47 tag. The built-in catalog holds
// English; package i18n adds its other languages.
func (x Text) In(language string) (string, bool) {
	for i := range x.catalog.t().Texts {
		if l := &x.catalog.t().Texts[i]; l.Tag == language {
			s := l.At(x.index)
			return s, s != "" || x.index == 0
		}
	}
	return "", false
}

// Catalog returns the catalog that the text belongs to; nil for the zero value.
func (x Text) Catalog() *Catalog { return x.catalog }

// Index returns the number of the text in its catalog, the same in every language. It is for packages that carry
// translations, and changes with the edition of the data.
func (x Text) Index() int { return int(x.index) }

func (c *Catalog) text(x table.Text) Text {
	if x == 0 {
		return Text{}
	}
	return Text{c, x}
}

func (c *Catalog) productID(i uint32) Product { return Product(c.t().Name(c.t().Products[i].ID)) }

func (c *Catalog) componentID(i uint32) Component {
	return Component(c.t().Name(c.t().Components[i].ID))
}

func (c *Catalog) components(l table.List) []Component {
	var list []Component
	for _, i := range c.t().List(l) {
		list = append(list, c.componentID(i))
	}
	return list
}

func (c *Catalog) strings(l table.List) []string {
	var list []string
	for _, n := range c.t().List(l) {
		list = append(list, c.t().Name(n))
	}
	return list
}

// hosts appends the hosts of a list of names.
func (c *Catalog) hosts(list []Host, names table.List) []Host {
	for _, n := range c.t().List(names) {
		list = append(list, hostOf(c.t().Name(n)))
	}
	return list
}

func contains(list []uint32, x uint32) bool {
	for _, v := range list {
		if v == x {
			return true
		}
	}
	return false
}
