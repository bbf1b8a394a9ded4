// Package dataset is the schema of the source data: it reads the YAML of data/ and i18n/, validates it as a whole, and compiles
// it to the packed table. Everything that is wrong is reported at once, with file, line and entry.
//
// data/README.md describes the format for those who write it.
package dataset

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

// Fallback is the language that every text must have first.
const Fallback = "en"

// Source is the data of a folder as read: entries with their places, and the texts of every language.
type Source struct {
	problems  Problems
	products  []*product
	languages []string // Fallback first, the others sorted
	texts     map[string]map[textKey]text
	published []publishedID // ids that must resolve for ever
	edition   string        // the day of the edition, "" for none
	broken    bool          // a file could not be read, so that references into it would be false alarms
	stopped   bool          // a limit of the whole folder is passed, and nothing more is read

	complete bool    // every language must have every text: see Read
	base     *Source // another catalog, to whose entries those of the folder refer; nil for none
	limits   Limits
	used     Limits // what reading took so far
	ranges   int    // ranges of ports so far
	hints    int    // what looking for the nearest id took so far: see hint
}

type product struct {
	pos                 pos
	id, vendor, edition string
	documents           []*document
	components          []*component
	settings            []*setting
	notes               []*note
	ports               []*namedPort
	flows               []*flow
	mappings            []*actionMapping
	orders              []*decisionOrder
	overrides           []*override
}

type document struct {
	pos                                         pos
	id, publisher, language, url, page, edition string
	file                                        string // name of the copies that the data is compared with
	counts                                      uint8
	rows                                        int
	sections                                    []*section
	excluded                                    []*excludedRow
}

type section struct {
	pos         pos
	id          string
	first, last int
	inferred    bool
}

type excludedRow struct {
	pos    pos
	row    int
	reason string
}

type component struct {
	pos                      pos
	id                       string
	aliases, hosts, inherits []string
}

type setting struct {
	pos         pos
	id          string
	kind        uint8
	component   string
	group       string
	position    int // among the fields of a screen, from 1; 0 for what is no field of one
	requirement uint8
	cite        citations
}

type note struct {
	pos                  pos
	id                   string
	kind                 uint8
	products, components []string
	seconds              int
	addresses            string
	cite                 citations
	reason               bool // it gives the reason of an override, and stands in no data of its own
}

type namedPort struct {
	pos   pos
	id    string
	ports portset.Set
}

type flow struct {
	pos                                                   pos
	id, component                                         string
	from, to                                              []string
	initiator, portKind, portChoice                       uint8
	direction, configurable, requirement                  uint8
	ports, sourcePorts                                    portset.Set
	malformedPorts                                        bool
	protocols                                             []uint8
	settings, appProtocols, osServices, notes             []string
	cite                                                  citations
	hasPublished                                          bool
	publishedProtocol, publishedPorts, publishedDirection string
	inferred, quirks                                      uint32
	retired                                               []string

	readCells    bool // whether cells and cellsProblem are set: see publishedPortSet
	cells        portset.Set
	cellsProblem error
}

type actionMapping struct {
	pos      pos
	object   string
	setting  uint8
	scans    []uint8
	result   uint8
	inferred bool
	cite     citations
}

type decisionOrder struct {
	pos    pos
	object string
	steps  []uint8
	cite   citations
}

// citations are places in one document: rows and sections.
type citations struct {
	pos      pos
	document string // "" for the product's only document
	rows     []int
	sections []string
}

// textKey names a text: the kind of its entry ("flows"), the entry's id, and the field ("purpose").
type textKey struct{ kind, id, field string }

func (k textKey) String() string {
	return strings.TrimRight(strings.TrimRight(k.kind+" "+k.id+" "+k.field, " "), " ")
}

type text struct {
	pos   pos
	value string
}

// labelsFile holds the words of reports and commands, which belong to no product.
const labelsFile = "labels"

// Read reads and validates data/*.yaml and i18n/<language>/*.yaml by the rules of the repository: every text stands in every
// language, and there are labels. Err tells whether the result can be compiled.
func Read(fsys fs.FS) *Source {
	s := &Source{texts: map[string]map[textKey]text{}, limits: DefaultLimits, complete: true}
	s.read(fsys)
	return s
}

// ReadOver reads and validates a folder by the rules of any catalog: a text stands in one language at least. Entries may refer
// to those of base, and base may be nil. Err tells whether the result can be compiled, which gives the entries of both.
func ReadOver(fsys fs.FS, limits Limits, base *Source) *Source {
	s := &Source{texts: map[string]map[textKey]text{}, limits: limits.orDefault(), base: base}
	s.problems.most = s.limits.Problems
	s.readEdition(fsys)
	s.read(fsys)
	return s
}

func (s *Source) read(fsys fs.FS) {
	for _, name := range s.yamlFiles(fsys, "data") {
		if node := s.parse(fsys, name); node != nil {
			s.products = append(s.products, s.readProduct(name, node))
		}
	}
	s.readLanguages(fsys)
	for _, tag := range s.languages {
		s.texts[tag] = map[textKey]text{}
		for _, name := range s.yamlFiles(fsys, "i18n/"+tag) {
			if !s.complete && path.Base(name) == labelsFile+".yaml" {
				continue // labels are compiled into package i18n
			}
			if node := s.parse(fsys, name); node != nil {
				s.readTexts(tag, name, node)
			}
		}
	}
	slices.SortFunc(s.products, func(a, b *product) int { return strings.Compare(a.id, b.id) })
	s.readPublishedIDs(fsys)
	if !s.broken {
		s.validate()
	}
}

// readLanguages finds the folders of languages.
func (s *Source) readLanguages(fsys fs.FS) {
	entries := s.list(fsys, "i18n")
	if len(entries) == 0 && !s.stopped {
		s.problems.add(pos{file: "i18n/*"}, "", "no such file")
	}
	for _, entry := range entries {
		dir := "i18n/" + entry.Name()
		if info, err := fs.Stat(fsys, dir); err != nil || !info.IsDir() {
			continue
		}
		// No tag is as long as a name can be, and parsing takes time.
		if tag, err := language.Parse(cut(entry.Name(), 100)); err != nil || tag.String() != entry.Name() {
			s.problems.add(pos{file: dir}, "", "is no folder of a language; accepted: a BCP 47 tag in canonical form, such as ja or pt-BR")
			continue
		}
		s.languages = append(s.languages, entry.Name())
	}
	if len(entries) > 0 && len(s.languages) == 0 {
		s.problems.add(pos{file: "i18n"}, "", "has no folder of a language")
	}
	if len(s.languages) > maxLanguages {
		s.fail(pos{file: "i18n"}, "has %d languages; accepted: at most %d", len(s.languages), maxLanguages)
		s.languages = nil
	}
	sortLanguages(s.languages)
}

// sortLanguages puts the fallback first, and the others in order.
func sortLanguages(tags []string) {
	slices.SortFunc(tags, func(a, b string) int {
		if (a == Fallback) != (b == Fallback) {
			return map[bool]int{true: -1, false: 1}[a == Fallback]
		}
		return strings.Compare(a, b)
	})
}

// Files returns the names of the copies that documents are compared with, by document id. Documents without one are left out.
func (s *Source) Files() map[string]string {
	files := map[string]string{}
	for _, p := range s.products {
		for _, d := range p.documents {
			if d.file != "" {
				files[d.id] = d.file
			}
		}
	}
	return files
}

// Err returns every problem found so far as one error, or nil.
func (s *Source) Err() error { return s.problems.Err() }

// Problems returns the problems found so far, sorted, and the number of those beyond the limit.
func (s *Source) Problems() (list []Problem, more int) { return s.problems.List(), s.problems.more }

// Languages returns the languages that have texts, the fallback first.
func (s *Source) Languages() []string { return s.languages }

func (s *Source) readProduct(file string, node *yaml.Node) *product {
	p := s.readEntries(newObject(&s.problems, file, "", node))
	if want := strings.TrimSuffix(path.Base(file), ".yaml"); p.id != "" && p.id != want {
		s.problems.add(p.pos, "product "+p.id, "stands in the file of product %q; accepted: one file per product, named after it", want)
		s.broken = true
	}
	return p
}

// readEntries reads the root of a file. It defines the format: Schemas has it describe itself.
func (s *Source) readEntries(root *object) *product {
	p := &product{pos: root.pos}
	root.expect("product")
	if o := root.object("product"); o != nil {
		p.pos, p.id, p.vendor, p.edition = o.pos, o.id("id"), o.str("vendor"), o.str("edition")
		o.done()
	} else {
		root.problem(`field "product" is missing`)
	}
	for _, o := range root.objects("documents") {
		p.documents = append(p.documents, readDocument(o))
	}
	for _, o := range root.objects("components") {
		c := &component{pos: o.pos, id: o.id("id"), aliases: o.strs("aliases"), hosts: o.strs("hosts"), inherits: o.refs("inherits")}
		p.components = append(p.components, c)
		o.done()
	}
	for _, o := range root.objects("settings") {
		o.expect("cite")
		p.settings = append(p.settings, &setting{
			pos: o.pos, id: o.id("id"), kind: o.enum("kind", table.SettingKinds, ""), component: o.id("component"),
			group: o.str("group"), position: o.number("position"), requirement: o.enum("requirement", table.Requirements, "optional"), cite: readCitations(o),
		})
		o.done()
	}
	for _, o := range root.objects("notes") {
		p.notes = append(p.notes, readNote(o))
	}
	for _, o := range root.objects("ports") {
		o.expect("ports")
		ports, _ := s.readPorts(o, "ports")
		p.ports = append(p.ports, &namedPort{pos: o.pos, id: o.id("id"), ports: ports})
		o.done()
	}
	for _, o := range root.objects("flows") {
		p.flows = append(p.flows, s.readFlow(o))
	}
	for _, o := range root.objects("overrides") {
		if x := s.readOverride(p, o); x.flow != "" {
			p.overrides = append(p.overrides, x)
		}
	}
	for _, o := range root.objects("actionMappings") {
		p.mappings = append(p.mappings, &actionMapping{
			pos: o.pos, object: o.required("object"), setting: o.enum("setting", table.ObjectActions, ""), scans: o.enums("scans", table.ScanTypes),
			result: o.enum("result", table.ScanActions, ""), inferred: o.bits("inferred", []string{"scans"}) != 0, cite: readCitations(o),
		})
		o.done()
	}
	for _, o := range root.objects("decisionOrders") {
		p.orders = append(p.orders, &decisionOrder{
			pos: o.pos, object: o.required("object"), steps: o.enums("steps", table.DecisionSteps), cite: readCitations(o),
		})
		o.done()
	}
	root.done()
	return p
}

func readDocument(o *object) *document {
	d := &document{
		pos: o.pos, id: o.id("id"), publisher: o.required("publisher"), language: o.required("language"), url: o.required("url"),
		page: o.str("page"), edition: o.str("edition"), file: o.str("file"), counts: o.enum("counts", table.Counts, "rows"), rows: o.number("rows"),
	}
	if d.rows > maxRows {
		o.problems.add(o.at("rows"), o.entry, "has %d rows; accepted: at most %d", d.rows, maxRows)
		d.rows = 0
	}
	for _, so := range o.objects("sections") {
		sec := &section{pos: so.pos, id: so.required("id"), inferred: so.boolean("inferred")}
		if rows := so.str("rows"); rows != "" {
			lo, hi, err := portset.ParsePortRange(rows)
			if err != nil || lo == 0 || int(hi) > d.rows {
				so.problem("rows %q; accepted: a range within 1-%d", rows, d.rows)
			}
			sec.first, sec.last = int(lo), int(hi)
		}
		d.sections = append(d.sections, sec)
		so.done()
	}
	for _, eo := range o.objects("excluded") {
		eo.expect("row")
		d.excluded = append(d.excluded, &excludedRow{pos: eo.pos, row: eo.number("row"), reason: eo.required("reason")})
		eo.done()
	}
	o.done()
	return d
}

func readNote(o *object) *note {
	n := &note{
		pos: o.pos, id: o.id("id"), kind: o.enum("kind", table.NoteKinds, "information"), products: o.refs("products"),
		components: o.refs("components"), addresses: o.str("addresses"), cite: readCitations(o),
	}
	if s := o.str("duration"); s != "" {
		n.seconds = readDuration(o, s)
	}
	o.done()
	return n
}

// readPorts reads the text form of a set; ok is false when it is malformed.
func (s *Source) readPorts(o *object, key string) (set portset.Set, ok bool) {
	value := o.str(key)
	o.note(key, form{kind: portsValue})
	if s.ranges > maxRanges {
		return set, false // reported once
	}
	set, err := portset.Parse(value)
	if err != nil {
		o.problems.add(o.at(key), o.entry, "field %q: %v", key, err)
	}
	// A few letters stand for many ranges: "1,3,5/*" for 768.
	if s.ranges += set.NumRanges(); s.ranges > maxRanges {
		s.stop(o.at(key), "holds, with the files before it, more than %d ranges of ports", maxRanges)
	}
	return set, err == nil
}

func (s *Source) readFlow(o *object) *flow {
	o.expect("from", "to", "cite")
	f := &flow{
		pos: o.pos, id: o.id("id"), component: o.id("component"), from: o.refs("from"), to: o.refs("to"),
		initiator: o.enum("initiator", table.Initiators, "from"),
		portKind:  o.enum("portKind", table.PortKinds, "listed"), portChoice: o.enum("portChoice", table.PortChoices, "all"),
		direction: o.enum("direction", table.Directions, "unstated"), configurable: o.enum("configurable", table.Configurables, "unstated"),
		requirement: o.enum("requirement", table.Requirements, "required"), settings: o.refs("settings"),
		appProtocols: o.strs("appProtocols"), osServices: o.strs("osServices"), notes: o.refs("notes"), cite: readCitations(o),
		inferred: o.bits("inferred", table.InferredFields), quirks: o.bits("quirks", table.Quirks), retired: o.refs("retired"),
	}
	var ok bool
	f.ports, ok = s.readPorts(o, "ports")
	f.malformedPorts = !ok
	f.sourcePorts, _ = s.readPorts(o, "sourcePorts")
	f.protocols = readProtocols(o)
	if po := o.object("published"); po != nil {
		f.hasPublished = true
		f.publishedProtocol, f.publishedPorts, f.publishedDirection = po.str("protocol"), po.str("ports"), po.str("direction")
		po.done()
	}
	o.done()
	return f
}

func readProtocols(o *object) []uint8 {
	var list []uint8
	for _, name := range o.strs("protocols") {
		p, err := portset.ParseProtocol(name)
		if err != nil {
			o.problems.add(o.at("protocols"), o.entry, `field "protocols": %v`, err)
		}
		list = append(list, p)
	}
	slices.Sort(list)
	return list
}

// readCitations reads cite, a list of row numbers and section ids, and document, which it refers to.
func readCitations(o *object) citations {
	c := citations{pos: o.at("cite"), document: o.ref("document")}
	places := o.sequence("cite")
	o.note("cite", form{kind: citeValue, list: true})
	for _, v := range places {
		s := o.scalar("cite", v)
		if v.Tag != "!!int" {
			c.sections = append(c.sections, s)
			continue
		}
		lo, _, err := portset.ParsePortRange(s)
		if err != nil || lo == 0 {
			o.problemAt(v, "cited row %q; accepted: a row number from 1, or the id of a section", s)
			continue
		}
		c.rows = append(c.rows, int(lo))
	}
	slices.Sort(c.rows)
	return c
}

func (s *Source) readTexts(tag, file string, node *yaml.Node) {
	base := strings.TrimSuffix(path.Base(file), ".yaml")
	add := func(key textKey, node *yaml.Node) {
		at := pos{file, node.Line}
		switch {
		case node.Kind != yaml.ScalarNode || node.Value == "":
			s.problems.add(at, key.String(), "is %s; accepted: a text", describe(node))
		case s.texts[tag][key] != text{}:
			s.problems.add(at, key.String(), "stands twice (first in %s)", s.texts[tag][key].pos.file)
		default:
			s.texts[tag][key] = text{at, node.Value}
		}
	}
	root := newObject(&s.problems, file, "", node)
	for kind, value := range root.values {
		switch {
		case base == labelsFile:
			add(textKey{"labels", kind, ""}, value)
			continue
		case kind == "product":
			for field, v := range newObject(&s.problems, file, kind, value).values {
				add(textKey{kind, base, field}, v)
			}
			continue
		}
		for id, v := range newObject(&s.problems, file, kind, value).values {
			if kind == overridesKind {
				id = base + "/" + id // several products may override a flow, each with a reason of its own
			}
			if v.Kind != yaml.MappingNode {
				add(textKey{kind, id, ""}, v)
				continue
			}
			for field, v := range newObject(&s.problems, file, kind+" "+id, v).values {
				add(textKey{kind, id, field}, v)
			}
		}
	}
}
