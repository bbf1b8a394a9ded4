// Package draft makes a data file to edit of a vendor's document: what cells state is filled in, what they do not state is
// marked as inferred, and every text is left to be written.
package draft

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/portset"
	"go.yaml.in/yaml/v3"
)

// Options tell what a document does not tell itself.
type Options struct {
	Product   string   // id
	Vendor    string   // and publisher; the id of the product when empty
	Language  string   // of the document
	URL       string   // of the document; a placeholder when empty
	File      string   // name of the document
	Languages []string // in which texts are to be written
}

// Draft is what was made of a document.
type Draft struct {
	Files  map[string][]byte // by path: data, and texts of each language
	Rows   int               // of the document
	Flows  int               // that were made of them
	Unread []string          // rows that are no flow yet, and why
	Doubts []string          // what is odd in the document, was read in one of several ways, or had to be assumed
}

// unspecified is the component that stands for what a document does not name.
const unspecified = "site/unspecified"

// placeholder is the address of a document whose address is not given.
const placeholder = "https://example.com/to-be-written"

// The data file, as YAML has it.
type (
	dataFile struct {
		Product    dataProduct     `yaml:"product"`
		Documents  []dataDocument  `yaml:"documents"`
		Components []dataComponent `yaml:"components,omitempty"`
		Flows      []dataFlow      `yaml:"flows,omitempty"`
	}
	dataProduct struct {
		ID     string `yaml:"id"`
		Vendor string `yaml:"vendor"`
	}
	dataDocument struct {
		ID        string         `yaml:"id"`
		Publisher string         `yaml:"publisher"`
		Language  string         `yaml:"language"`
		URL       string         `yaml:"url"`
		File      string         `yaml:"file"`
		Counts    string         `yaml:"counts"`
		Rows      int            `yaml:"rows"`
		Sections  []dataSection  `yaml:"sections"`
		Excluded  []dataExcluded `yaml:"excluded,omitempty"`
	}
	dataSection struct {
		ID       string `yaml:"id"`
		Rows     string `yaml:"rows,omitempty"`
		Inferred bool   `yaml:"inferred,omitempty"`
	}
	dataExcluded struct {
		Row    int    `yaml:"row"`
		Reason string `yaml:"reason"`
	}
	dataComponent struct {
		ID      string   `yaml:"id"`
		Aliases []string `yaml:"aliases,omitempty,flow"`
		Hosts   []string `yaml:"hosts,omitempty,flow"`
	}
	dataFlow struct {
		ID           string        `yaml:"id"`
		Component    string        `yaml:"component"`
		From         []string      `yaml:"from,flow"`
		To           []string      `yaml:"to,flow"`
		Initiator    string        `yaml:"initiator,omitempty"`
		Ports        string        `yaml:"ports,omitempty"`
		Protocols    []string      `yaml:"protocols,omitempty,flow"`
		SourcePorts  string        `yaml:"sourcePorts,omitempty"`
		PortKind     string        `yaml:"portKind,omitempty"`
		PortChoice   string        `yaml:"portChoice,omitempty"`
		Direction    string        `yaml:"direction,omitempty"`
		Configurable string        `yaml:"configurable,omitempty"`
		AppProtocols []string      `yaml:"appProtocols,omitempty,flow"`
		OSServices   []string      `yaml:"osServices,omitempty,flow"`
		Cite         []int         `yaml:"cite,flow"`
		Published    dataPublished `yaml:"published,omitempty,flow"`
		Inferred     []string      `yaml:"inferred,omitempty,flow"`
		Quirks       []string      `yaml:"quirks,omitempty,flow"`
	}
	dataPublished struct {
		Protocol  string `yaml:"protocol,omitempty"`
		Ports     string `yaml:"ports,omitempty"`
		Direction string `yaml:"direction,omitempty"`
	}
)

// builder makes a draft, row by row.
type builder struct {
	options    Options
	data       dataFile
	draft      Draft
	components map[string]string // published name -> id
	ids        map[string]int    // how often an id was wanted
}

// Make makes a draft of a document.
func Make(d source.Document, o Options) (Draft, error) {
	b := &builder{options: o, components: map[string]string{}, ids: map[string]int{}}
	b.data.Product = dataProduct{o.Product, or(o.Vendor, o.Product)}
	b.draft.Rows = len(d.Rows)
	document := dataDocument{
		ID: o.Product + "-ports", Publisher: or(o.Vendor, o.Product), Language: o.Language, URL: or(o.URL, placeholder), File: o.File,
		Counts: "rows", Rows: len(d.Rows),
	}
	if len(d.Rows) > 0 && d.Rows[0].Shape == source.ShapeList {
		document.Counts = "entries"
	}
	document.Sections = b.sections(d.Rows)
	for _, row := range d.Rows {
		if flow, err := b.flow(row); err != nil {
			b.draft.Unread = append(b.draft.Unread, fmt.Sprintf("%v: row %d: %v", row.Position, row.Number, err))
			document.Excluded = append(document.Excluded, dataExcluded{row.Number, "not-read"})
		} else {
			b.data.Flows = append(b.data.Flows, flow)
		}
	}
	for _, p := range d.Problems {
		b.draft.Doubts = append(b.draft.Doubts, p.String())
	}
	b.data.Documents = []dataDocument{document}
	b.draft.Flows = len(b.data.Flows)
	return b.draft, b.write()
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// sections makes a section of each run of rows below one heading.
func (b *builder) sections(rows []source.Row) []dataSection {
	if len(rows) == 0 {
		return []dataSection{{ID: "prose", Inferred: true}}
	}
	var list []dataSection
	first := 0
	for i := range rows {
		if i+1 < len(rows) && rows[i+1].Section == rows[i].Section {
			continue
		}
		span := fmt.Sprint(first + 1)
		if i > first {
			span = fmt.Sprintf("%d-%d", first+1, i+1)
		}
		list = append(list, dataSection{ID: b.unique("section:", slug(rows[i].Section, "section")), Rows: span, Inferred: rows[i].Section == ""})
		first = i + 1
	}
	return list
}

// unique returns an id that was not given yet: the one that is wanted, or with a letter behind it. Ids hold no numbers.
func (b *builder) unique(space, wanted string) string {
	n := b.ids[space+wanted]
	b.ids[space+wanted]++
	if n == 0 {
		return wanted
	}
	return b.unique(space, wanted+"-"+letters(n))
}

// letters returns b, c, ... z, aa, ab, ... for 1, 2, ...
func letters(n int) string {
	s := ""
	for n++; n > 0; n = (n - 1) / 26 {
		s = string(rune('a'+(n-1)%26)) + s
	}
	return s
}

// slug makes the last part of an id of a name: its Latin words, without numbers.
func slug(name, otherwise string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' })
	if len(words) > 5 {
		words = words[:5]
	}
	return or(strings.Join(words, "-"), otherwise)
}

// longestName is the number of characters up to which a cell is a name. A longer one describes something.
const longestName = 40

// nothing holds what stands in cells for no name.
var nothing = []string{"", "-", "–", "none", "n/a", "なし", "―"}

// name returns the name that a cell gives: its first line, since what follows describes it.
func name(row source.Row, field source.Field) string {
	for _, c := range row.With(field) {
		lines := append(slices.Clone(c.Lines), c.Text)
		if !slices.Contains(nothing, strings.ToLower(lines[0])) {
			return lines[0]
		}
	}
	return ""
}

// ends returns the components that a cell of sources or destinations names: its hosts where each line has one, or else one name.
func (b *builder) ends(row source.Row, field source.Field) []string {
	var hosts []string
	for _, c := range row.With(field) {
		for _, line := range c.Lines {
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			host := hostOf(words[len(words)-1])
			if host == "" {
				b.doubt(row, "%s: of %q only the first line is taken as a name", field, c.Text)
				return []string{b.component(row, name(row, field))}
			}
			hosts = append(hosts, b.component(row, host))
		}
	}
	if len(hosts) > 0 {
		return hosts
	}
	return []string{b.component(row, name(row, field))}
}

// hasColumn reports whether the table of a row has a column for a field, though the row may have no cell for it.
func hasColumn(row source.Row, field source.Field) bool {
	return slices.ContainsFunc(row.Cells, func(c source.Cell) bool { return c.Field == field || c.Meaning == field })
}

// hostOf returns the host that a name is, or the one of an address; empty for other names.
func hostOf(name string) string {
	if u, err := url.Parse(name); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		name = u.Hostname()
	}
	if hostForm.MatchString(name) {
		return name
	}
	return ""
}

var hostForm = regexp.MustCompile(`^(\*\.)?([A-Za-z0-9-]+\.)+[A-Za-z]{2,}$`)

// component returns the id for a published name, and keeps the name: as an alias, or as a host.
func (b *builder) component(row source.Row, name string) string {
	if name == "" {
		return unspecified
	}
	id, ok := b.components[name]
	if ok {
		return id
	}
	id = b.unique("component:", b.options.Product+"/"+slug(name, "component"))
	b.components[name] = id
	c := dataComponent{ID: id}
	switch {
	case hostOf(name) != "":
		c.Hosts = []string{hostOf(name)}
	case utf8.RuneCountInString(name) <= longestName:
		c.Aliases = []string{name}
	default:
		b.doubt(row, "%s is what is described as %q: it needs a name", id, name)
	}
	b.data.Components = append(b.data.Components, c)
	return id
}

// flow makes a flow of a row. The error tells why there is none.
func (b *builder) flow(row source.Row) (dataFlow, error) {
	protocol, port, sourcePort := lines(row, source.FieldProtocol), lines(row, source.FieldPorts), lines(row, source.FieldSourcePorts)
	if protocol == "" && port == "" && sourcePort == "" {
		if _, ok := row.Field(source.FieldDestination); !ok {
			return dataFlow{}, errors.New("no cell holds a port, a protocol or a destination")
		}
		b.doubt(row, "no port and no protocol is stated")
	}
	cells, err := portcell.Combine(protocol, port)
	if err != nil {
		return dataFlow{}, err
	}
	f := dataFlow{Cite: []int{row.Number}, Quirks: slices.Clone(cells.Quirks)}
	b.endpoints(&f, row)
	b.ports(&f, row, cells)
	if err := b.sourcePorts(&f, protocol, sourcePort); err != nil {
		return dataFlow{}, err
	}
	b.other(&f, row)
	f.Published.Protocol, f.Published.Ports = token(protocol, cells.Protocol), token(port, cells.Port)
	for _, d := range slices.Concat(cells.Protocol.Doubts, cells.Port.Doubts) {
		b.doubt(row, "%q: %s", d.Piece, d.Reason)
	}
	f.ID = b.unique("flow:", f.Component+"/to-be-named")
	if f.Component == unspecified {
		f.ID = b.unique("flow:", b.options.Product+"/unspecified/to-be-named")
	}
	slices.Sort(f.Quirks)
	f.Quirks = slices.Compact(f.Quirks)
	return f, nil
}

// lines returns the text of the cells that mean a field, with the line breaks that separate ports.
func lines(row source.Row, field source.Field) string {
	var list []string
	for _, c := range row.With(field) {
		if len(c.Lines) > 1 {
			list = append(list, c.Lines...)
		} else if c.Text != "" {
			list = append(list, c.Text)
		}
	}
	return strings.Join(list, "\n")
}

func (b *builder) doubt(row source.Row, format string, args ...any) {
	b.draft.Doubts = append(b.draft.Doubts, fmt.Sprintf("%v: row %d: %s", row.Position, row.Number, fmt.Sprintf(format, args...)))
}

// endpoints fills in who talks to whom: from the cells of source and destination, or from the direction.
func (b *builder) endpoints(f *dataFlow, row source.Row) {
	cell, _ := row.Field(source.FieldDirection)
	direction, err := portcell.ParseDirection(cell)
	if err != nil {
		b.doubt(row, "%v", err)
		f.Quirks = append(f.Quirks, "missing-direction")
	} else {
		f.Published.Direction = cell
	}
	if hasColumn(row, source.FieldDirection) && cell == "" {
		f.Quirks = append(f.Quirks, "missing-direction")
	}
	if direction != portcell.DirectionUnstated {
		f.Direction = direction.String()
	}
	hasSource, hasDestination := hasColumn(row, source.FieldSource), hasColumn(row, source.FieldDestination)
	f.From, f.To = b.ends(row, source.FieldSource), b.ends(row, source.FieldDestination)
	f.Component = b.subject(row, f)
	switch {
	case !hasSource && hasDestination:
		f.From = []string{b.component(row, name(row, source.FieldComponent))}
		f.Inferred = append(f.Inferred, "from")
	case !hasSource && direction == portcell.Outbound:
		f.From = []string{f.Component}
	case !hasSource && !hasDestination:
		f.To = []string{f.Component}
	}
	if direction == portcell.Both {
		f.Initiator = "unstated"
	}
	if f.From[0] == unspecified && !slices.Contains(f.Inferred, "from") {
		f.Inferred = append(f.Inferred, "from")
	}
	if f.To[0] == unspecified || !hasDestination && direction != portcell.Inbound {
		f.Inferred = append(f.Inferred, "to")
	}
}

// subject returns the component that a row is about: the one that it names as such, or its destination, or its source, or the
// title of the entry.
func (b *builder) subject(row source.Row, f *dataFlow) string {
	switch subject := name(row, source.FieldComponent); {
	case subject != "":
		return b.component(row, subject)
	case f.To[0] != unspecified:
		return f.To[0]
	case f.From[0] != unspecified:
		return f.From[0]
	}
	return b.component(row, name(row, source.FieldTitle))
}

// ports fills in the ports. TCP is assumed where no protocol is stated.
func (b *builder) ports(f *dataFlow, row source.Row, cells portcell.Row) {
	set := cells.Ports
	var stated []uint8
	for _, item := range cells.Items {
		if len(item.Protocols) > 0 {
			continue
		}
		lo, hi := portset.Key(6, item.First), portset.Key(6, item.Last)
		set = portset.Union(set, portset.Range(lo, hi))
		if !slices.Contains(f.Inferred, "protocols") {
			f.Inferred, f.Quirks = append(f.Inferred, "protocols"), append(f.Quirks, "transport-not-stated")
			b.doubt(row, "no protocol is stated for %s: TCP is assumed", item.Text)
		}
	}
	stated = cells.Protocols
	text := string(set.AppendText(nil))
	if cells.Source {
		f.SourcePorts, text = text, ""
		f.PortKind = "none"
	}
	f.Ports = text
	if f.Ports == "" {
		for _, p := range stated {
			f.Protocols = append(f.Protocols, portset.ProtocolName(p))
		}
	}
	switch {
	case cells.Kind == portcell.Unstated && f.Ports == "":
		f.PortKind = "none"
	case cells.Kind != portcell.Listed && cells.Kind != portcell.Unstated:
		f.PortKind = cells.Kind.String()
	}
	switch cells.Choice {
	case portcell.OneOf:
		f.PortChoice = portcell.OneOf.String()
	case portcell.ChoiceUnstated:
		if strings.Contains(text, ",") {
			b.doubt(row, "%s: the row does not tell whether all of the ports are used or one of them: all are assumed", text)
		}
	}
}

// sourcePorts fills in ports that have a column of their own.
func (b *builder) sourcePorts(f *dataFlow, protocol, cell string) error {
	if cell == "" || f.SourcePorts != "" {
		return nil
	}
	cells, err := portcell.Combine(protocol, cell)
	if err != nil {
		return err
	}
	f.SourcePorts = string(cells.Ports.AppendText(nil))
	return nil
}

// other fills in what the remaining columns tell, and what they should.
func (b *builder) other(f *dataFlow, row source.Row) {
	missing := func(field source.Field, quirk string) string {
		cell, _ := row.Field(field)
		if hasColumn(row, field) && cell == "" {
			f.Quirks = append(f.Quirks, quirk)
		}
		return cell
	}
	missing(source.FieldPurpose, "missing-purpose")
	if services := missing(source.FieldService, "missing-service-name"); services != "" {
		f.OSServices = strings.FieldsFunc(services, func(r rune) bool { return strings.ContainsRune(",、;", r) })
		for i := range f.OSServices {
			f.OSServices[i] = strings.TrimSpace(f.OSServices[i])
		}
	}
	if cell := missing(source.FieldConfigurable, "missing-configurable"); cell != "" {
		value, _, err := portcell.ParseConfigurable(cell)
		if err != nil {
			b.doubt(row, "%v", err)
		} else {
			f.Configurable = value.String()
		}
	}
	if row.Shifted {
		f.Quirks = append(f.Quirks, "shifted-columns")
	}
}

// longestToken is the number of bytes up to which a cell is a token. A longer one is a sentence, of which only the ports
// are taken.
const longestToken = 40

func token(cell string, read portcell.Cell) string {
	if len(cell) <= longestToken && !strings.Contains(cell, "\n") {
		return cell
	}
	var list []string
	for _, item := range read.Items {
		var names []string
		for _, p := range item.Protocols {
			names = append(names, strings.ToUpper(portset.ProtocolName(p)))
		}
		list = append(list, strings.TrimSpace(strings.Join(names, "/")+" "+item.Text))
	}
	return strings.Join(list, ", ")
}

// write makes the files.
func (b *builder) write() error {
	data, err := encode(dataset.DataModeline, b.data)
	if err != nil {
		return err
	}
	b.draft.Files = map[string][]byte{"data/" + b.options.Product + ".yaml": data}
	for _, language := range b.options.Languages {
		texts, err := encode(dataset.TextsModeline, b.texts())
		if err != nil {
			return err
		}
		b.draft.Files["i18n/"+language+"/"+b.options.Product+".yaml"] = texts
	}
	return nil
}

// encode returns YAML below a line that leads editors to its schema.
func encode(modeline string, v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(modeline)
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// texts marks every text that the data calls for as one to be written.
func (b *builder) texts() map[string]any {
	todo := dataset.ToBeWritten
	sections, components, flows := map[string]string{}, map[string]any{}, map[string]any{}
	document := b.data.Documents[0]
	for _, s := range document.Sections {
		sections[document.ID+"/"+s.ID] = todo
	}
	for _, c := range b.data.Components {
		components[c.ID] = map[string]string{"name": todo, "role": todo}
	}
	for _, f := range b.data.Flows {
		flows[f.ID] = map[string]string{"purpose": todo}
	}
	texts := map[string]any{
		"product": map[string]string{"name": todo, "summary": todo}, "documents": map[string]string{document.ID: todo}, "sections": sections,
	}
	if len(components) > 0 {
		texts["components"] = components
	}
	if len(flows) > 0 {
		texts["flows"] = flows
	}
	if len(document.Excluded) > 0 {
		texts["excluded"] = map[string]string{document.ID + "/not-read": todo}
	}
	return texts
}
