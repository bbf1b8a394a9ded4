package draft

import (
	"bytes"
	"strings"

	"github.com/portbook/portbook/internal/dataset"
	"go.yaml.in/yaml/v3"
)

// This file is the only one that knows the data format.

// The data file, as YAML has it.
type (
	dataFile struct {
		Product    dataProduct     `yaml:"product"`
		Documents  []dataDocument  `yaml:"documents"`
		Components []dataComponent `yaml:"components,omitempty"`
		Conditions []dataCondition `yaml:"conditions,omitempty"`
		Flows      []dataFlow      `yaml:"flows,omitempty"`
	}
	dataCondition struct {
		ID string `yaml:"id"`
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

		title string // as published
	}
	dataExcluded struct {
		Row    int    `yaml:"row"`
		Reason string `yaml:"reason"`
	}
	dataComponent struct {
		ID      string   `yaml:"id"`
		Hosting string   `yaml:"hosting,omitempty"`
		Aliases []string `yaml:"aliases,omitempty,flow"`
		Hosts   []string `yaml:"hosts,omitempty,flow"`

		name string // as published; empty where it has none
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
		Requirement  string        `yaml:"requirement,omitempty"`
		Conditions   []string      `yaml:"conditions,omitempty,flow"`
		AppProtocols []string      `yaml:"appProtocols,omitempty,flow"`
		OSServices   []string      `yaml:"osServices,omitempty,flow"`
		Cite         []int         `yaml:"cite,flow"`
		Published    dataPublished `yaml:"published,omitempty,flow"`
		Inferred     []string      `yaml:"inferred,omitempty,flow"`
		Quirks       []string      `yaml:"quirks,omitempty,flow"`

		guesses []string // for comments: what was guessed, and from what
		purpose []string // for comments: what the document says, for the editor to write in other words
	}
	dataPublished struct {
		Protocol  string `yaml:"protocol,omitempty"`
		Ports     string `yaml:"ports,omitempty"`
		Direction string `yaml:"direction,omitempty"`
	}
)

// Names of fields and values that the rest of the package writes.
const (
	fieldFrom         = "from"
	fieldTo           = "to"
	fieldInitiator    = "initiator"
	fieldProtocol     = "protocols"
	fieldPorts        = "ports"
	fieldRequirement  = "requirement"
	fieldConfigurable = "configurable"
	fieldApplications = "appProtocols"

	initiatorEither   = "either"
	initiatorUnstated = "unstated"
	optional          = "optional"
	conditional       = "conditional"
	cloud             = "cloud"
)

// The reasons for which rows are excluded.
const (
	reasonNotRead = "not-read"
	reasonDenied  = "denied"
)

// files returns the files of the draft, by path.
func (b *builder) files() (map[string][]byte, error) {
	data, err := encode(dataset.DataModeline, b.data, b.flowComments)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"data/" + b.options.Product + ".yaml": data}
	for _, language := range b.options.Languages {
		texts, err := encode(dataset.TextsModeline, b.texts(language), b.textComments)
		if err != nil {
			return nil, err
		}
		files["i18n/"+language+"/"+b.options.Product+".yaml"] = texts
	}
	return files, nil
}

// encode returns YAML below a line that leads editors to its schema. Comment
// adds comments to the tree.
func encode(modeline string, v any, comment func(*yaml.Node)) ([]byte, error) {
	var node yaml.Node
	if err := node.Encode(v); err != nil {
		return nil, err
	}
	comment(&node)
	var b bytes.Buffer
	b.WriteString(modeline)
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&node); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// lookup returns the value of a key, or nil.
func lookup(node *yaml.Node, key string) *yaml.Node {
	for i := 0; node != nil && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// flowComments writes beside each flow what was guessed.
func (b *builder) flowComments(root *yaml.Node) {
	flows := lookup(root, "flows")
	for i, f := range b.data.Flows {
		if len(f.guesses) > 0 {
			flows.Content[i].HeadComment = commentOf(f.guesses)
		}
	}
}

// textComments writes beside each purpose what the document says.
func (b *builder) textComments(root *yaml.Node) {
	flows := lookup(root, "flows")
	for _, f := range b.data.Flows {
		if texts := lookup(flows, f.ID); texts != nil && len(f.purpose) > 0 {
			texts.Content[0].HeadComment = commentOf(f.purpose)
		}
	}
}

func commentOf(lines []string) string {
	for i, s := range lines {
		lines[i] = "# " + strings.Join(strings.Fields(s), " ")
	}
	return strings.Join(lines, "\n")
}

// text is a text of a language: names in the order in which they came.
type texts struct {
	Product    map[string]string            `yaml:"product"`
	Documents  map[string]string            `yaml:"documents"`
	Sections   map[string]string            `yaml:"sections"`
	Excluded   map[string]string            `yaml:"excluded,omitempty"`
	Components map[string]map[string]string `yaml:"components,omitempty"`
	Conditions map[string]string            `yaml:"conditions,omitempty"`
	Flows      map[string]map[string]string `yaml:"flows,omitempty"`
}

// texts marks the texts that the data calls for as ones to be written, but for
// names that the document gives in the language.
func (b *builder) texts(language string) texts {
	const todo = dataset.ToBeWritten
	named := func(name string) string {
		if name != "" && (language == b.options.Language || isASCII(name)) {
			return name
		}
		return todo
	}
	document := b.data.Documents[0]
	t := texts{
		Product: map[string]string{"name": todo, "summary": todo}, Documents: map[string]string{document.ID: named(b.title)},
		Sections: map[string]string{}, Excluded: map[string]string{}, Components: map[string]map[string]string{}, Conditions: map[string]string{}, Flows: map[string]map[string]string{},
	}
	for _, s := range document.Sections {
		t.Sections[document.ID+"/"+s.ID] = named(s.title)
	}
	for _, c := range b.data.Components {
		t.Components[c.ID] = map[string]string{"name": named(c.name), "role": todo}
	}
	for _, c := range b.data.Conditions {
		t.Conditions[c.ID] = todo
	}
	for _, f := range b.data.Flows {
		t.Flows[f.ID] = map[string]string{"purpose": todo}
	}
	for _, x := range document.Excluded {
		t.Excluded[document.ID+"/"+x.Reason] = say(language, reasons[x.Reason])
	}
	return t
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 0x7e }) < 0
}

// conditionOf returns the id of the condition that a text states: the same one
// for the same text.
func (b *builder) conditionOf(text string) string {
	key := "condition:" + text
	if b.components[key] == "" {
		b.components[key] = b.unique("condition:", b.options.Product+"/condition-to-be-named")
		b.data.Conditions = append(b.data.Conditions, dataCondition{b.components[key]})
	}
	return b.components[key]
}
