package dataset

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"regexp"

	"github.com/portbook/portbook/internal/text/printable"
	"go.yaml.in/yaml/v3"
)

// SiteSchemaFile is the schema of site files.
const SiteSchemaFile = SchemaFolder + "/site.schema.json"

// SiteModeline is the first line of a site file, by which editors find the
// schema beside it.
const SiteModeline = "# yaml-language-server: $schema=site.schema.json\n"

// SiteFile is a site file as read: texts, each with its place. What the texts
// mean is not checked.
type SiteFile struct {
	SiteEntry
	Site, AnsweredFor string
	Catalogs          []SiteValue // folders, relative to that of the file
	Hosts             []SiteHost
	Answers           []SiteAnswer
	source            *Source
}

// SiteEntry is an entry of a site file, or the file itself.
type SiteEntry struct{ object *object }

// Line returns the line of a field's value, or of the entry where it has none.
func (e SiteEntry) Line(field string) int { return e.object.at(field).line }

// SiteValue is a text of a list.
type SiteValue struct {
	Text string
	Line int
}

// SiteHost is a host of a site file.
type SiteHost struct {
	SiteEntry
	Name                                  string
	Addresses, Names, Roles, Serves       []SiteValue
	Zone, SecurityGroup, Group, Namespace string
	Labels                                map[string]string
}

// SiteAnswer is an answer of a site file.
type SiteAnswer struct {
	SiteEntry
	Flow, Condition, Setting, Component, Product string
	Use, Holds, Absent                           string // "yes", "no" or ""
	Ports, Initiator, Region, Why, Until         string
	From, To                                     []SiteValue
}

// ReadSite reads a site file. Problems that it finds, and those that are added,
// are in Problems; nothing else is of use where Broken is true.
func ReadSite(fsys fs.FS, name string, limits Limits) *SiteFile {
	s := &Source{limits: limits.orDefault()}
	s.problems.most = s.limits.Problems
	f := &SiteFile{source: s}
	if node := s.parse(fsys, name); node != nil {
		f.read(newObject(&s.problems, name, "", node))
	}
	return f
}

// Broken reports whether the file could not be read at all.
func (f *SiteFile) Broken() bool { return f.object == nil }

// Problems returns the problems so far, sorted, and the number of those beyond
// the limit.
func (f *SiteFile) Problems() (list []Problem, more int) { return f.source.Problems() }

// Err returns the problems so far as one error, or nil.
func (f *SiteFile) Err() error { return f.source.Err() }

// Add adds a problem of an entry, which is "" for the file.
func (f *SiteFile) Add(line int, entry, message string) {
	f.source.problems.add(pos{f.object.pos.file, line}, entry, "%s", message)
}

// AddProblem adds a problem of another file.
func (f *SiteFile) AddProblem(p Problem) {
	f.source.problems.add(pos{p.File, p.Line}, p.Entry, "%s", p.Message)
}

// HasProblem reports whether an entry has a problem.
func (f *SiteFile) HasProblem(entry string) bool {
	for _, p := range f.source.problems.list {
		if p.Entry == entry {
			return true
		}
	}
	return false
}

// read reads the file. It also describes the format, for a recorder.
func (f *SiteFile) read(o *object) {
	f.object = o
	f.Site = o.required("site")
	f.AnsweredFor = o.date("answeredFor")
	f.Catalogs = o.oneOrMore("catalogs", textValue)
	for _, h := range o.named("hosts", "host") {
		f.Hosts = append(f.Hosts, readSiteHost(h))
	}
	for _, a := range o.objects("answers") {
		f.Answers = append(f.Answers, readSiteAnswer(a))
	}
	o.done()
}

func readSiteHost(o *object) SiteHost {
	h := SiteHost{SiteEntry: SiteEntry{o}, Name: o.name}
	h.Addresses = o.oneOrMore("addresses", textValue)
	h.Names = o.oneOrMore("names", textValue)
	h.Roles = o.oneOrMore("roles", idValue)
	h.Zone = o.str("zone")
	h.Serves = o.oneOrMore("serves", textValue)
	h.Group = o.yesNo("group")
	h.SecurityGroup = o.str("securityGroup")
	if k := o.object("kubernetes"); k != nil {
		h.Namespace = k.required("namespace")
		h.Labels = k.texts("labels")
		k.done()
	}
	o.done()
	return h
}

func readSiteAnswer(o *object) SiteAnswer {
	a := SiteAnswer{SiteEntry: SiteEntry{o}}
	a.Flow, a.Condition, a.Setting = o.ref("flow"), o.ref("condition"), o.ref("setting")
	a.Component, a.Product = o.ref("component"), o.ref("product")
	a.Use, a.Holds = o.yesNo("use"), o.yesNo("holds")
	a.Ports = o.portsText("ports")
	a.Initiator = o.choice("initiator", []string{"from", "to", "either"})
	a.From, a.To = o.oneOrMore("from", textValue), o.oneOrMore("to", textValue)
	a.Absent = o.yesNo("absent")
	a.Region = o.ref("region")
	a.Why = o.str("why")
	a.Until = o.date("until")
	o.expect("why")
	o.done()
	return a
}

// oneOrMore reads one value or a list of values.
func (o *object) oneOrMore(key string, kind valueKind) []SiteValue {
	v := o.get(key)
	o.note(key, form{kind: kind, list: true, single: true})
	if v == nil {
		return nil
	}
	nodes := []*yaml.Node{v}
	if v.Kind == yaml.SequenceNode {
		nodes = v.Content
	}
	var list []SiteValue
	for _, node := range nodes {
		if node.Tag == "!!null" {
			continue
		}
		if s := o.scalar(key, node); s != "" {
			list = append(list, SiteValue{s, node.Line})
		}
	}
	return list
}

// yesNo reads yes or no. They are texts to YAML 1.2 and booleans to YAML 1.1,
// as are true and false to both; other words for them are not read, since
// parsers disagree about them.
func (o *object) yesNo(key string) string {
	s := o.str(key)
	o.note(key, form{kind: yesNoValue})
	switch s {
	case "":
		return ""
	case "yes", "true":
		return "yes"
	case "no", "false":
		return "no"
	}
	o.problems.add(o.at(key), o.entry, "field %q is %q; expected: yes, no, true or false", key, s)
	return ""
}

var dateForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// date reads a day in the form 2006-01-02.
func (o *object) date(key string) string {
	s := o.str(key)
	o.note(key, form{kind: dateValue})
	if s != "" && !dateForm.MatchString(s) {
		o.problems.add(o.at(key), o.entry, "field %q is %q; expected: a day such as 2027-03-31", key, s)
		return ""
	}
	return s
}

// portsText reads ports in text form.
func (o *object) portsText(key string) string {
	s := o.str(key)
	o.note(key, form{kind: portsValue})
	return s
}

// choice reads one of several values, which can be left out. Package site
// checks it.
func (o *object) choice(key string, values []string) string {
	s := o.str(key)
	if o.schema != nil {
		o.schema.forms[key] = form{kind: enumValue, values: values} // without a default
	}
	return s
}

// texts reads a mapping of texts.
func (o *object) texts(key string) map[string]string {
	v := o.get(key)
	o.note(key, form{kind: textValue, named: true})
	if v == nil {
		return nil
	}
	list := map[string]string{}
	child := newObject(o.problems, o.pos.file, o.entry, v)
	for name := range child.keys {
		list[name] = child.str(name)
	}
	return list
}

// named reads a mapping of mappings by name.
func (o *object) named(key, kind string) []*object {
	v := o.get(key)
	if o.schema != nil {
		child := newRecorder()
		o.note(key, form{kind: entryValue, named: true, entry: child.schema})
		return []*object{child}
	}
	if v == nil {
		return nil
	}
	if v.Kind != yaml.MappingNode {
		o.problemAt(v, "field %q is %s; expected: a mapping of names", key, describe(v))
		return nil
	}
	var list []*object
	first := map[string]int{}
	for i := 0; i+1 < len(v.Content) && !o.problems.full(); i += 2 {
		name, value := v.Content[i], v.Content[i+1]
		entry := kind + " " + printable.Beginning(name.Value, 100)
		if line, ok := first[name.Value]; ok {
			o.problems.add(pos{o.pos.file, name.Line}, entry, "occurs twice (first on line %d)", line)
			continue
		}
		first[name.Value] = name.Line
		child := newObject(o.problems, o.pos.file, entry, value)
		child.name, child.pos.line = name.Value, name.Line
		list = append(list, child)
	}
	return list
}

// SiteSchema returns the JSON Schema of site files, made by the code that reads
// them.
func SiteSchema() ([]byte, error) {
	root := newRecorder()
	new(SiteFile).read(root)
	w := &schemaWriter{used: map[string]bool{}, descriptions: siteDescriptions}
	s := w.entry("", root.schema)
	s.Draft = schemaDraft
	s.Title, s.Description = "Site of Portbook", "Who plays which role in a network, and answers to what documents leave open."
	if err := w.err(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, encode(s), "", "  "); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// siteDescriptions are what an editor shows of each key of a site file.
var siteDescriptions = map[string]string{
	"site":        "The name of the site.",
	"answeredFor": "The version of the data that the answers are for, by its day: the plan says when the data is newer.",
	"catalogs":    "Folders of catalogs of your own over the built-in one, relative to this file.",

	"hosts":                      "Machines, and groups of machines that play the same roles, by name.",
	"hosts.addresses":            "Addresses, prefixes and ranges, such as 192.0.2.1, 2001:db8::/64 or 192.0.2.1-192.0.2.9: one or a list.",
	"hosts.names":                "DNS names: one or a list.",
	"hosts.roles":                "Ids of components that the host is in the documents: `portbook components` lists them.",
	"hosts.zone":                 "The zone of the network that the host is in.",
	"hosts.serves":               "The hosts that alone use this one: of the roles that these play, only they are paired with it.",
	"hosts.group":                "Whether the host is several machines. Left out: it is if it has more than one address of a family, or a selector.",
	"hosts.securityGroup":        "The id of a security group of AWS.",
	"hosts.kubernetes":           "Selects pods of Kubernetes.",
	"hosts.kubernetes.namespace": "The namespace of the pods.",
	"hosts.kubernetes.labels":    "The labels of the pods.",

	"answers":           "What the documents leave open, and where this site differs from them. Each answer is about one flow, condition, setting, component or product.",
	"answers.flow":      "The flow that the answer is about: use, ports, initiator, from, to.",
	"answers.condition": "The condition that the answer is about: holds.",
	"answers.setting":   "The setting that the answer is about: use, ports, from, to. It reaches all flows that the setting governs.",
	"answers.component": "The component that the answer is about: absent, or the initiator of its flows where it is unstated.",
	"answers.product":   "The product that the answer is about: absent, region, or the initiator of its flows where it is unstated.",
	"answers.use":       "Whether the flow, or what the setting turns on, is used.",
	"answers.holds":     "Whether the condition holds.",
	"answers.ports":     "The destination ports, such as 8443/tcp.",
	"answers.initiator": "Who opens the connection: the components in from, those in to, or either.",
	"answers.from":      "The hosts that are at the from end of the flow: one or a list.",
	"answers.to":        "The hosts that are at the to end of the flow: one or a list.",
	"answers.absent":    "Nothing plays the role here.",
	"answers.region":    "The region of the product's cloud, such as japan.",
	"answers.why":       "The reason, which rules repeat.",
	"answers.until":     "The last day on which the answer holds.",
}

// namesPattern is the outline of names of hosts.
const namesPattern = `^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`

// namedValue returns the schema of a mapping of names to values.
func (w *schemaWriter) namedValue(path string, f form) *jsonSchema {
	f.named = false
	s := &jsonSchema{Type: "object", Additional: w.value(path, f)}
	if f.kind == entryValue {
		s.PropertyNames = &jsonSchema{Pattern: namesPattern}
	}
	return s
}

// singleOrList returns the schema of one value or a list of values.
func (w *schemaWriter) singleOrList(path string, f form) *jsonSchema {
	f.single, f.list = false, false
	s := w.value(path, f)
	types, ok := s.Type.([]string)
	if !ok {
		types = []string{s.Type.(string)}
	}
	return &jsonSchema{Type: append(types, "array"), Pattern: s.Pattern, Items: w.value(path, f)}
}
