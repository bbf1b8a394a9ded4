package dataset

import (
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
	"golang.org/x/text/unicode/norm"
)

var (
	idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*$`)
	digits = regexp.MustCompile(`^[0-9]{2,}$`)
)

// explainsPorts holds the quirks that say why published tokens do not parse to
// the normalized ports.
var explainsPorts = quirkBits("port-above-65535", "protocol-against-port", "transport-not-stated", "application-as-protocol",
	"suite-as-protocol", "protocol-not-specific", "port-not-numeric", "icmp-as-port", "source-ports-in-port-column")

func quirkBits(codes ...string) (set uint32) {
	for _, code := range codes {
		set |= 1 << slices.Index(table.Quirks, code)
	}
	return set
}

// index resolves ids while a source is validated.
type index struct {
	documents  map[string]*document
	owner      map[*document]*product
	regions    map[string]*region
	components map[string]*component
	conditions map[string]*condition
	settings   map[string]*setting
	notes      map[string]*note
	flows      map[string]*flow
	products   map[string]*product
	sections   map[*document]map[string]bool
	used       map[string]bool // conditions, settings and notes that something refers to
}

func (s *Source) validate() {
	if s.complete && len(s.languages) > 0 && s.languages[0] != Fallback {
		s.problems.add(pos{file: "i18n/" + Fallback}, "", "no texts in %q, which every other language falls back to", Fallback)
	}
	ix := s.index()
	for _, p := range s.products {
		for _, d := range p.documents {
			s.checkDocument(p, d)
		}
		for _, c := range p.components {
			s.checkComponent(ix, p, c)
		}
		for _, x := range p.conditions {
			s.checkCitations(ix, p, "condition "+x.id, x.cite)
		}
		for _, x := range p.settings {
			s.checkSetting(ix, p, x)
		}
		for _, n := range p.notes {
			s.checkNote(ix, p, n)
		}
		for _, x := range p.ports {
			s.checkNamedPort(x)
		}
		for _, f := range p.flows {
			s.checkFlow(ix, p, f)
		}
		for i, m := range p.mappings {
			s.checkCitations(ix, p, fmt.Sprintf("actionMapping %d", i+1), m.cite)
		}
		for i, d := range p.orders {
			s.checkCitations(ix, p, fmt.Sprintf("decisionOrder %d", i+1), d.cite)
		}
	}
	s.checkOverrides(ix)
	s.checkInheritance(ix)
	s.checkCoverage(ix)
	s.checkUse(ix)
	s.checkTexts()
	s.checkPublishedIDs(ix)
}

func keys[T any](m map[string]T) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// declare registers an entry under its id and reports ids that are malformed or taken.
func declare[T any](s *Source, m map[string]T, kind, id, prefix string, segments int, at pos, entry T, where map[string]pos) {
	switch first, taken := where[id]; {
	case id == "":
		return // reported as a missing field
	case taken:
		s.problems.add(at, kind+" "+id, "id stands twice (first in %s)", first)
		return
	case !idForm.MatchString(id) || !norm.NFC.IsNormalString(id):
		s.problems.add(at, kind+" "+id, "id is malformed; expected: lowercase words joined by hyphens, segments joined by slashes")
	case prefix != "" && (!strings.HasPrefix(id, prefix+"/") || strings.Count(id, "/") < segments-1):
		s.problems.add(at, kind+" "+id, "id is malformed; expected: %d or more segments, the first of them %q", segments, prefix)
	}
	for word := range strings.FieldsFuncSeq(id, func(r rune) bool { return r == '-' || r == '/' }) {
		if prefix != "" && digits.MatchString(word) {
			s.problems.add(at, kind+" "+id, "id holds the number %s; expected: words, since a port can change and an id cannot", word)
		}
	}
	where[id] = at
	m[id] = entry
}

// places remembers where ids were declared, by kind.
type places map[string]map[string]pos

func newPlaces() places {
	places := places{}
	for _, kind := range []string{"product", "document", "region", "component", "condition", "setting", "note", "port", "flow"} {
		places[kind] = map[string]pos{}
	}
	return places
}

func (s *Source) index() *index {
	ix := &index{
		documents: map[string]*document{}, owner: map[*document]*product{}, regions: map[string]*region{}, components: map[string]*component{}, conditions: map[string]*condition{}, settings: map[string]*setting{},
		notes: map[string]*note{}, flows: map[string]*flow{}, products: map[string]*product{}, sections: map[*document]map[string]bool{}, used: map[string]bool{},
	}
	places := newPlaces()
	sections := 0
	if s.base != nil {
		s.base.declareAll(ix, places)
	}
	s.declareAll(ix, places)
	for d := range ix.owner {
		sections += len(d.sections)
	}
	if sections > maxSections {
		s.fail(pos{file: "data"}, "holds %d sections of documents; expected: at most %d", sections, maxSections)
	}
	return ix
}

// declareAll declares the entries of every product.
func (s *Source) declareAll(ix *index, places places) {
	ports := map[string]*namedPort{}
	for _, p := range s.products {
		declare(s, ix.products, "product", p.id, "", 1, p.pos, p, places["product"])
		for _, d := range p.documents {
			declare(s, ix.documents, "document", d.id, "", 1, d.pos, d, places["document"])
			ix.owner[d] = p
			ix.sections[d] = map[string]bool{}
			for _, x := range d.sections {
				ix.sections[d][x.id] = true
			}
		}
		for _, x := range p.regions {
			declare(s, ix.regions, "region", x.id, "", 1, x.pos, x, places["region"])
		}
		for _, c := range p.components {
			declare(s, ix.components, "component", c.id, p.id, 2, c.pos, c, places["component"])
		}
		for _, x := range p.conditions {
			declare(s, ix.conditions, "condition", x.id, p.id, 2, x.pos, x, places["condition"])
		}
		for _, x := range p.settings {
			declare(s, ix.settings, "setting", x.id, p.id, 2, x.pos, x, places["setting"])
		}
		for _, n := range p.notes {
			declare(s, ix.notes, "note", n.id, p.id, 2, n.pos, n, places["note"])
		}
		for _, x := range p.ports {
			declare(s, ports, "port", x.id, p.id, 2, x.pos, x, places["port"])
		}
		for _, f := range p.flows {
			declare(s, ix.flows, "flow", f.id, p.id, 2, f.pos, f, places["flow"])
		}
		for _, x := range p.overrides {
			declare(s, map[string]*override{}, "note", x.noteID(), p.id, 2, x.pos, x, places["note"])
		}
	}
	for _, p := range s.products {
		for _, f := range p.flows {
			for _, id := range f.retired {
				declare(s, ix.flows, "flow", id, p.id, 2, f.pos, f, places["flow"])
			}
		}
	}
}

// refer reports a reference to an entry that does not exist, with the nearest id that does.
func refer[T any](s *Source, known map[string]T, at pos, entry, kind, id string) {
	if _, ok := known[id]; ok || id == "" {
		return
	}
	s.problems.add(at, entry, "unknown %s %q%s", kind, id, hint(s, known, id))
}

func (s *Source) checkDocument(p *product, d *document) {
	entry := "document " + d.id
	if d.file != "" && (d.file != path.Base(d.file) || strings.HasPrefix(d.file, ".")) {
		s.problems.add(d.pos, entry, "file %q is malformed; expected: the name of a file, without folders", d.file)
	}
	next := 1
	seen := map[string]bool{}
	for _, sec := range d.sections {
		if seen[sec.id] {
			s.problems.add(sec.pos, entry, "section %q stands twice", sec.id)
		}
		seen[sec.id] = true
		if sec.last == 0 {
			continue
		}
		if sec.first != next {
			s.problems.add(sec.pos, entry, "section %q begins at row %d; expected: %d, so that every row has one section", sec.id, sec.first, next)
		}
		next = sec.last + 1
	}
	if next != d.rows+1 {
		s.problems.add(d.pos, entry, "sections end at row %d of %d; expected: every row has one section", next-1, d.rows)
	}
	for _, x := range d.excluded {
		if x.row < 1 || x.row > d.rows {
			s.problems.add(x.pos, entry, "excluded row %d is not one of its %d", x.row, d.rows)
		}
	}
}

func (s *Source) checkComponent(ix *index, p *product, c *component) {
	entry := "component " + c.id
	if s.complete && !c.hasHosting && c.id != "" {
		s.problems.add(c.pos, entry, "has no hosting; expected: premises, or cloud for someone else's cloud")
	}
	for _, id := range c.inherits {
		refer(s, ix.components, c.pos, entry, "component", id)
	}
	s.checkRegional(ix, c)
}

// checkRegional reports hosts of regions that are those of a component anyway,
// and regions that do not exist or occur twice.
func (s *Source) checkRegional(ix *index, c *component) {
	seen := map[string]bool{}
	for _, x := range c.regional {
		problem := func(format string, args ...any) { s.problems.add(x.pos, "component "+c.id, format, args...) }
		refer(s, ix.regions, x.pos, "component "+c.id, "region", x.region)
		ix.used["region "+x.region] = true
		if seen[x.region] {
			problem("has hosts of region %s twice; expected: one list for each region", x.region)
		}
		seen[x.region] = true
		if len(x.hosts) == 0 {
			problem("has no hosts in region %s; expected: one or more, or no such entry", x.region)
		}
		for _, h := range x.hosts {
			if slices.Contains(c.hosts, h) {
				problem("has the host %s in all regions, and in region %s; expected: one of both", h, x.region)
			}
		}
	}
}

func (s *Source) checkSetting(ix *index, p *product, x *setting) {
	entry := "setting " + x.id
	refer(s, ix.components, x.pos, entry, "component", x.component)
	if !x.hasGoverns {
		s.problems.add(x.pos, entry, "does not say what it governs; expected: governs with any of %s, or [] for none of them", strings.Join(table.Governs, ", "))
	} else if !x.governsPort() && !x.byDefault.IsEmpty() {
		s.problems.add(x.pos, entry, "has the default %q, and does not govern the port; expected: port in governs, or no default", x.byDefault)
	}
	if len(x.cite.rows)+len(x.cite.sections) == 0 {
		s.problems.add(x.pos, entry, "cites nothing; expected: rows and sections of a document")
	}
	s.checkCitations(ix, p, entry, x.cite)
}

// governsPort reports whether the setting decides which port its flows use.
func (x *setting) governsPort() bool { return x.governs>>slices.Index(table.Governs, "port")&1 == 1 }

// checkNamedPort reports a named port without exactly one number, since it becomes a constant.
func (s *Source) checkNamedPort(x *namedPort) {
	numbers := map[uint32]bool{}
	for _, p := range x.ports.Protocols() {
		// A range may run on from one protocol to the next, so each is looked
		// at by itself.
		for lo, hi := range x.ports.Within(portset.Key(p, 0), portset.Key(p, math.MaxUint16)) {
			numbers[lo&math.MaxUint16], numbers[hi&math.MaxUint16] = true, true
		}
	}
	if len(numbers) != 1 {
		s.problems.add(x.pos, "port "+x.id, "is %q; expected: one port number, of one or more protocols", x.ports)
	}
}

func readDuration(o *object, s string) int {
	d, err := time.ParseDuration(s)
	if err != nil || d < time.Second || d%time.Second != 0 || d/time.Second > math.MaxUint32 {
		o.problems.add(o.at("duration"), o.entry, `field "duration" is %q; expected: whole seconds or more, such as 20m`, s)
	}
	return int(d / time.Second)
}

func (s *Source) checkNote(ix *index, p *product, n *note) {
	entry := "note " + n.id
	for _, id := range n.products {
		refer(s, ix.products, n.pos, entry, "product", id)
	}
	for _, id := range n.components {
		refer(s, ix.components, n.pos, entry, "component", id)
	}
	if len(n.products)+len(n.components) > 0 {
		ix.used["note "+n.id] = true
	}
	s.checkCitations(ix, p, entry, n.cite)
}

func (s *Source) checkFlow(ix *index, p *product, f *flow) {
	entry := "flow " + f.id
	refer(s, ix.components, f.pos, entry, "component", f.component)
	s.checkSettingsOf(ix, f)
	for _, id := range f.notes {
		refer(s, ix.notes, f.pos, entry, "note", id)
		ix.used["note "+id] = true
	}
	s.checkVersion(ix, p, f)
	s.checkStatements(ix, p, f)
}

// checkVersion checks a flow as one of its documents has it.
func (s *Source) checkVersion(ix *index, p *product, f *flow) {
	entry := "flow " + f.id
	problem := func(format string, args ...any) { s.problems.add(f.pos, entry, format, args...) }
	for _, id := range slices.Concat(f.from, f.to) {
		refer(s, ix.components, f.pos, entry, "component", id)
	}
	if len(f.from) == 0 || len(f.to) == 0 {
		problem("has no %s; expected: components, site/unspecified where nothing can be inferred", map[bool]string{true: "from", false: "to"}[len(f.from) == 0])
	}
	for _, id := range f.conditions {
		refer(s, ix.conditions, f.pos, entry, "condition", id)
		ix.used["condition "+id] = true
	}
	s.checkFields(f.pos, entry, f)
	s.checkPublished(p, f)
	if len(f.cite.rows)+len(f.cite.sections) == 0 {
		problem("cites nothing; expected: rows and sections of a document")
	}
	s.checkCitations(ix, p, entry, f.cite)
}

// checkSettingsOf reports settings that do not exist, and those that do not go
// with what is said about the ports.
func (s *Source) checkSettingsOf(ix *index, f *flow) {
	problem := func(format string, args ...any) { s.problems.add(f.pos, "flow "+f.id, format, args...) }
	lead, missing := false, false // whether one of them leads to the port
	for _, id := range f.settings {
		refer(s, ix.settings, f.pos, "flow "+f.id, "setting", id)
		ix.used["setting "+id] = true
		x := ix.settings[id]
		if x == nil {
			missing = true
			continue
		}
		if !x.governsPort() {
			continue
		}
		lead = true
		if table.Configurables[f.enums[table.Configurable]] == "no" {
			problem("is not configurable, and its setting %s governs the port; expected: another value of configurable, or no such setting", id)
		}
		if !x.byDefault.IsEmpty() && !f.ports.IsEmpty() && !portset.Overlaps(f.ports, x.byDefault) {
			problem("has ports %q, and its setting %s the default %q; expected: one of its ports", f.ports, id, x.byDefault)
		}
	}
	if table.PortKinds[f.enums[table.PortKind]] == "reference" && !lead && !missing {
		problem("has its ports by reference, and no setting that governs them; expected: one in settings")
	}
}

// checkFields reports fields that do not go together.
func (s *Source) checkFields(at pos, entry string, f *flow) {
	problem := func(format string, args ...any) { s.problems.add(at, entry, format, args...) }
	kind := table.PortKinds[f.enums[table.PortKind]]
	switch {
	case f.malformedPorts:
	case f.ports.IsEmpty() && kind == "listed":
		problem("has no ports; expected: ports, or a portKind that says why there are none")
	case !f.ports.IsEmpty() && (kind == "none" || kind == "reference"):
		problem("has ports %q although its portKind is %q", f.ports, kind)
	case !f.ports.IsEmpty() && f.protocols != nil:
		problem("has both ports and protocols; expected: protocols only where the ports are unknown")
	}
	if table.PortChoices[f.enums[table.PortChoice]] == "one-of" && f.ports.Len() == 1 {
		problem("is a choice of one port")
	}
	switch {
	case f.isConditional() && len(f.conditions) == 0:
		problem("is conditional and names no condition; expected: one or more in conditions")
	case !f.isConditional() && len(f.conditions) > 0:
		problem("has conditions although its requirement is %q; expected: conditional", table.Requirements[f.enums[table.Requirement]])
	}
}

// checkPublished compares the published tokens with the normalized values.
func (s *Source) checkPublished(p *product, f *flow) {
	problem := func(format string, args ...any) { s.problems.add(f.pos, "flow "+f.id, format, args...) }
	want, err := portcell.ParseDirection(f.published.direction)
	if got := table.Directions[f.enums[table.Direction]]; err != nil {
		problem("published %v", err)
	} else if f.published.direction != "" && want.String() != got {
		problem("published direction %q reads as %q, not %q", f.published.direction, want, got)
	}
	if f.quirks&quirkBits("missing-direction") != 0 && f.published.direction != "" {
		problem("has the quirk missing-direction and the published direction %q", f.published.direction)
	}
	if !f.comparable() {
		return
	}
	set, err := f.publishedPortSet()
	switch {
	case err != nil:
		problem("%v; expected: tokens that read as %q, or a quirk that says why they do not", err, f.ports)
	case !portset.ContainsSet(set, f.ports) || f.ports.IsEmpty() != set.IsEmpty():
		problem("published %q %q reads as %q, not %q; expected: a quirk that says why", f.published.protocol, f.published.ports, set, f.ports)
	}
}

// comparable reports whether the published port cell must read as the flow's ports.
func (f *flow) comparable() bool {
	return f.published.ports != "" && f.quirks&explainsPorts == 0 && !f.malformedPorts
}

// publishedPortSet reads the published cells, once.
func (f *flow) publishedPortSet() (portset.Set, error) {
	if !f.readCells {
		f.cells, f.cellsProblem = parsePublished(f.published.protocol, f.published.ports)
		f.readCells = true
	}
	return f.cells, f.cellsProblem
}

// documentOf resolves what an entry of p cites: the named document, or the
// first one that p has.
func (s *Source) documentOf(ix *index, p *product, c citations) *document {
	if c.document != "" {
		return ix.documents[c.document]
	}
	if len(p.documents) > 0 {
		return p.documents[0]
	}
	return nil
}

func (s *Source) checkCitations(ix *index, p *product, entry string, c citations) {
	if len(c.rows)+len(c.sections) == 0 {
		return
	}
	d := s.documentOf(ix, p, c)
	if d == nil {
		s.problems.add(c.pos, entry, "cites an unknown document %q; expected: a document of the data, or a product that has one", c.document)
		return
	}
	for _, row := range c.rows {
		if row > d.rows {
			s.problems.add(c.pos, entry, "cites row %d of document %s, which has %d", row, d.id, d.rows)
		}
	}
	for _, id := range c.sections {
		refer(s, ix.sections[d], c.pos, entry, "section of document "+d.id, id)
	}
}

// checkCoverage reports rows that no flow cites, rows that are both cited and
// excluded, and published cells of which the flows of a row leave ports out.
func (s *Source) checkCoverage(ix *index) {
	type rowKey struct {
		document *document
		row      int
	}
	citing := map[rowKey][]*flow{}
	for _, p := range s.products {
		for _, f := range p.flows {
			for _, version := range f.versions() {
				d := s.documentOf(ix, p, version.cite)
				for _, row := range version.cite.rows {
					citing[rowKey{d, row}] = append(citing[rowKey{d, row}], version)
				}
			}
		}
	}
	for _, p := range s.products {
		for _, d := range p.documents {
			excluded := map[int]pos{}
			for _, x := range d.excluded {
				excluded[x.row] = x.pos
			}
			for row := 1; row <= d.rows; row++ {
				flows := citing[rowKey{d, row}]
				at, isExcluded := excluded[row]
				switch {
				case len(flows) == 0 && !isExcluded:
					s.problems.add(d.pos, "document "+d.id, "row %d is neither cited by a flow nor excluded", row)
				case len(flows) > 0 && isExcluded:
					s.problems.add(at, "document "+d.id, "row %d is excluded, and cited by flow %s", row, flows[0].id)
				}
				s.checkRowPorts(d, row, flows)
			}
		}
	}
}

func (s *Source) checkRowPorts(d *document, row int, flows []*flow) {
	var all, published portset.Uniter
	for _, f := range flows {
		if !f.comparable() {
			return // explained by a quirk
		}
		set, err := f.publishedPortSet()
		if err != nil || !portset.ContainsSet(set, f.ports) {
			return // reported with the flow
		}
		all.Add(f.ports)
		published.Add(set)
	}
	if left := portset.Subtract(published.Union(), all.Union()); !left.IsEmpty() {
		s.problems.add(flows[0].pos, "flow "+flows[0].id, "row %d of document %s publishes %q, which no flow that cites it has", row, d.id, left)
	}
}

// checkUse reports conditions, settings and notes that belong to nothing.
func (s *Source) checkUse(ix *index) {
	for _, p := range s.products {
		for _, x := range p.regions {
			if !ix.used["region "+x.id] {
				s.problems.add(x.pos, "region "+x.id, "is that of no host; expected: named in regionalHosts of at least one component")
			}
		}
		for _, x := range p.conditions {
			if !ix.used["condition "+x.id] {
				s.problems.add(x.pos, "condition "+x.id, "is that of no flow; expected: named in conditions of at least one")
			}
		}
		for _, x := range p.settings {
			if !ix.used["setting "+x.id] {
				s.problems.add(x.pos, "setting "+x.id, "affects no flow; expected: named in settings of at least one")
			}
		}
		for _, n := range p.notes {
			if !ix.used["note "+n.id] {
				s.problems.add(n.pos, "note "+n.id, "is attached to nothing; expected: products, components, or named in notes of a flow")
			}
		}
	}
}
