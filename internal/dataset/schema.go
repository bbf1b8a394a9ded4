package dataset

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/portset"
)

// The schema files that gen writes, and the folder that holds them: the same in
// the repository and beside anybody's own data.
const (
	SchemaFolder    = "data/schema"
	DataSchemaFile  = SchemaFolder + "/data.schema.json"
	TextsSchemaFile = SchemaFolder + "/texts.schema.json"
)

// The first lines of files of data and texts, by which editors find their schemas.
const (
	DataModeline  = "# yaml-language-server: $schema=schema/data.schema.json\n"
	TextsModeline = "# yaml-language-server: $schema=../../" + TextsSchemaFile + "\n"
)

// schema is what reading an entry asks for. An object that has one notes its
// keys in it, so that what is read and what the JSON Schema says cannot differ.
type schema struct {
	keys     []string // in the order of reading
	forms    map[string]form
	required []string
}

// form is what a key accepts.
type form struct {
	kind     valueKind
	list     bool     // a list of it
	single   bool     // or one without a list
	named    bool     // a mapping of names to it
	values   []string // of an enumeration
	fallback string   // of an enumeration: what an absent key stands for, "" where it must not be absent
	entry    *schema  // of a mapping
}

type valueKind uint8

const (
	anyValue valueKind = iota // the reader asks for a key, and has not said as what
	textValue
	idValue
	numberValue
	booleanValue
	enumValue
	portsValue
	citeValue
	entryValue
	yesNoValue
	dateValue
)

// note records what a key accepts. The method that knows most about a key calls it last.
func (o *object) note(key string, f form) {
	if o.schema == nil {
		return
	}
	if _, known := o.schema.forms[key]; !known {
		o.schema.keys = append(o.schema.keys, key)
	}
	o.schema.forms[key] = f
	if f.kind == enumValue && !f.list && f.fallback == "" {
		o.expect(key)
	}
}

// expect records that keys must be there. It is for those, too, whose absence
// the validation reports, with more to say.
func (o *object) expect(keys ...string) {
	if o.schema == nil {
		return
	}
	for _, key := range keys {
		if !slices.Contains(o.schema.required, key) {
			o.schema.required = append(o.schema.required, key)
		}
	}
}

// describe returns an object that notes the keys of the mapping that stands
// under a key, or of each mapping of a list there.
func (o *object) describe(key string, list bool) *object {
	child := newRecorder()
	o.note(key, form{kind: entryValue, list: list, entry: child.schema})
	return child
}

// newRecorder returns an object that notes what it is asked for, and has nothing to read.
func newRecorder() *object {
	return &object{problems: &Problems{}, schema: &schema{forms: map[string]form{}}}
}

// Schemas returns the JSON Schemas of the format by path: one for data/*.yaml,
// one for i18n/<language>/*.yaml except the labels. They are made by the code
// that reads and validates the format. The content does not change from call to
// call.
func Schemas() (map[string][]byte, error) {
	root := newRecorder()
	p := (&Source{}).readEntries(root)
	w := &schemaWriter{used: map[string]bool{}, descriptions: allDescriptions()}
	data := w.entry("", root.schema)
	data.Title, data.Description = "Data of Portbook", "Facts about a product and its network flows. Words for people are in i18n/<language>/, in the file of the same name."
	texts := w.texts(p)
	texts.Title, texts.Description = "Texts of Portbook", "The words of a product's data in one language, under the ids of the data."
	if err := w.err(); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, s := range map[string]*jsonSchema{DataSchemaFile: data, TextsSchemaFile: texts} {
		s.Draft = schemaDraft
		var b bytes.Buffer
		if err := json.Indent(&b, encode(s), "", "  "); err != nil {
			return nil, err
		}
		files[name] = b.Bytes()
	}
	return files, nil
}

// schemaDraft is the version of JSON Schema that the schemas are in.
const schemaDraft = "https://json-schema.org/draft/2020-12/schema"

// jsonSchema is a JSON Schema of the keywords that the format needs, which every editor knows.
type jsonSchema struct {
	Draft         string         `json:"$schema,omitempty"`
	Title         string         `json:"title,omitempty"`
	Description   string         `json:"description,omitempty"`
	Type          any            `json:"type,omitempty"`
	Enum          []string       `json:"enum,omitempty"`
	Default       string         `json:"default,omitempty"`
	Pattern       string         `json:"pattern,omitempty"`
	MinLength     int            `json:"minLength,omitempty"`
	Minimum       *int           `json:"minimum,omitempty"`
	Items         *jsonSchema    `json:"items,omitempty"`
	UniqueItems   bool           `json:"uniqueItems,omitempty"`
	Properties    jsonProperties `json:"properties,omitempty"`
	PropertyNames *jsonSchema    `json:"propertyNames,omitempty"`
	Additional    any            `json:"additionalProperties,omitempty"`
	Required      []string       `json:"required,omitempty"`
}

// jsonProperties are properties in their order, which is the one in which an
// editor should offer them.
type jsonProperties []jsonProperty

type jsonProperty struct {
	key    string
	schema *jsonSchema
}

func (list jsonProperties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(encode(p.key))
		b.WriteByte(':')
		b.Write(encode(p.schema))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// encode returns JSON in which < stays readable.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // the types above are all that it gets
	}
	return b.Bytes()
}

// schemaWriter turns what was noted into JSON Schema, with descriptions.
type schemaWriter struct {
	descriptions map[string]string
	used         map[string]bool // of descriptions
	problems     []string
}

// err reports keys that are not described and descriptions of keys that do not exist.
func (w *schemaWriter) err() error {
	for _, path := range slices.Sorted(maps.Keys(w.descriptions)) {
		if !w.used[path] {
			w.problems = append(w.problems, path+" is described and never read")
		}
	}
	if len(w.problems) == 0 {
		return nil
	}
	return fmt.Errorf("the schema is not complete: %s", strings.Join(w.problems, "; "))
}

// describe returns the description of a key: its own, or the one that it has wherever it stands.
func (w *schemaWriter) describe(path string) string {
	key := path[strings.LastIndex(path, ".")+1:]
	names := []string{path, "*." + key}
	for _, part := range []string{overridesKind + ".", "flows.also."} { // which set what the flow has
		if field, ok := strings.CutPrefix(path, part); ok {
			names = append(names, "flows."+field)
		}
	}
	for _, name := range names {
		if s := w.descriptions[name]; s != "" {
			w.used[name] = true
			return s
		}
	}
	w.problems = append(w.problems, path+" has no description")
	return ""
}

// entry returns the schema of a mapping.
func (w *schemaWriter) entry(path string, s *schema) *jsonSchema {
	j := &jsonSchema{Type: "object", Additional: false, Required: s.required}
	for _, key := range s.keys {
		at := strings.TrimPrefix(path+"."+key, ".")
		f := s.forms[key]
		value := w.value(at, f)
		if strings.HasPrefix(at, overridesKind+".") || strings.HasPrefix(at, "flows.also.") {
			value.Default = "" // what they leave out stays as the flow has it
		}
		value.Description = w.describe(at)
		j.Properties = append(j.Properties, jsonProperty{key, value})
	}
	return j
}

// linePattern is one line of text without white space around it.
const linePattern = `^\S([^\n\t]*\S)?$`

// value returns the schema of what a key accepts.
func (w *schemaWriter) value(path string, f form) *jsonSchema {
	if f.named {
		return w.namedValue(path, f)
	}
	if f.single {
		return w.singleOrList(path, f)
	}
	if f.list {
		list := &jsonSchema{Type: "array", UniqueItems: f.kind == enumValue}
		f.list = false
		list.Items = w.value(path, f)
		return list
	}
	zero, one := 0, 1
	switch f.kind {
	case textValue:
		return &jsonSchema{Type: []string{"string", "number"}} // 7 needs no quotes
	case idValue:
		return &jsonSchema{Type: "string", Pattern: idForm.String()}
	case numberValue:
		return &jsonSchema{Type: "integer", Minimum: &zero}
	case booleanValue:
		return &jsonSchema{Type: "boolean"}
	case enumValue:
		return &jsonSchema{Enum: f.values, Default: f.fallback}
	case portsValue:
		return &jsonSchema{Type: "string", Pattern: portset.Pattern}
	case citeValue:
		return &jsonSchema{Type: []string{"integer", "string"}, Minimum: &one}
	case entryValue:
		return w.entry(path, f.entry)
	case yesNoValue: // a text to YAML 1.2
		return &jsonSchema{Type: []string{"boolean", "string"}, Pattern: `^(yes|no)$`}
	case dateValue:
		return &jsonSchema{Type: "string", Pattern: dateForm.String()}
	}
	w.problems = append(w.problems, path+" is read as anything")
	return &jsonSchema{}
}

// texts returns the schema of texts: of those that requiredTexts calls for
// where an entry of every kind has all that it can have.
func (w *schemaWriter) texts(p *product) *jsonSchema {
	p.settings[0].group = "group"
	p.overrides = []*override{{values: &flow{}}}
	root := &jsonSchema{Type: "object", Additional: false}
	for _, r := range (&Source{products: []*product{p}}).requiredTexts() {
		w.addText(root, r.key.kind, r.key.field)
	}
	return root
}

// addText adds a text to the schema of texts: below its kind, its id where it
// has one, and its field where it has one.
func (w *schemaWriter) addText(root *jsonSchema, kind, field string) {
	path := "texts." + kind
	text := &jsonSchema{Type: []string{"string", "number"}, MinLength: 1, Pattern: linePattern}
	group := root.property(kind)
	if group == nil {
		group = &jsonSchema{Type: "object", Description: w.describe(path)}
		root.Properties = append(root.Properties, jsonProperty{kind, group})
	}
	entry := group
	switch {
	case kind == "product":
		group.Additional = false
	case field == "":
		group.Additional = text
	case group.Additional == nil:
		group.Additional = &jsonSchema{Type: "object", Additional: false}
	}
	// Sections and excluded rows are named below their document in ways of their own.
	if kind != "product" && kind != "sections" && kind != "excluded" && kind != "settingGroups" {
		group.PropertyNames = &jsonSchema{Pattern: idForm.String()}
	}
	if field == "" {
		return
	}
	if kind != "product" {
		entry = group.Additional.(*jsonSchema)
	}
	text.Description = w.describe(path + "." + field)
	entry.Properties = append(entry.Properties, jsonProperty{field, text})
}

func (s *jsonSchema) property(key string) *jsonSchema {
	for _, p := range s.Properties {
		if p.key == key {
			return p.schema
		}
	}
	return nil
}
