package dataset

import (
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook/internal/text/printable"
	"go.yaml.in/yaml/v3"
)

// object reads the fields of one YAML mapping. Every method records what is
// wrong and returns a zero value, so that reading goes on to the next problem;
// done reports the keys that nobody asked for.
type object struct {
	problems *Problems
	pos      pos
	entry    string // how problems name the entry: "flow itms/console/http"
	name     string // under which a mapping of names has the entry; "" elsewhere
	values   map[string]*yaml.Node
	keys     map[string]*yaml.Node
	asked    []string
	schema   *schema // the keys that are asked for, when the reader describes itself instead of reading; nil otherwise
}

// newObject reads node as a mapping, which problems call entry.
func newObject(problems *Problems, file, entry string, node *yaml.Node) *object {
	o := &object{
		problems: problems, pos: pos{file, node.Line}, entry: entry,
		values: map[string]*yaml.Node{}, keys: map[string]*yaml.Node{},
	}
	if node.Kind != yaml.MappingNode {
		o.problem("is %s; expected: a mapping of fields", describe(node))
		return o
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if first := o.keys[key.Value]; first != nil {
			o.problemAt(key, "duplicate key %q (first on line %d)", key.Value, first.Line)
			continue
		}
		o.keys[key.Value] = key
		if !isNull(value) { // what is null is absent, wherever it is
			o.values[key.Value] = value
		}
	}
	return o
}

func describe(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	return strconv.Quote(node.Value)
}

func (o *object) problem(format string, args ...any) {
	o.problems.add(o.pos, o.entry, format, args...)
}

func (o *object) problemAt(node *yaml.Node, format string, args ...any) {
	o.problems.add(pos{o.pos.file, node.Line}, o.entry, format, args...)
}

// at returns the place of a field's value, or of the entry when the field is absent.
func (o *object) at(key string) pos {
	if v := o.values[key]; v != nil {
		return pos{o.pos.file, v.Line}
	}
	return o.pos
}

// isNull reports whether a node is a null of YAML: ~, null, or nothing at all.
func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

// has reports whether a field is present.
func (o *object) has(key string) bool { return o.values[key] != nil }

// get returns the value of a field, nil when it is absent.
func (o *object) get(key string) *yaml.Node {
	o.asked = append(o.asked, key)
	o.note(key, form{})
	return o.values[key]
}

func (o *object) required(key string) string {
	o.expect(key)
	s := o.str(key)
	if v := o.values[key]; v == nil || v.Kind == yaml.ScalarNode && v.Value == "" { // an empty value is none
		o.problem("field %q is missing", key)
	}
	return s
}

func (o *object) str(key string) string {
	v := o.get(key)
	o.note(key, form{kind: textValue})
	if v == nil {
		return ""
	}
	return o.scalar(key, v)
}

// id reads an id, which must be there.
func (o *object) id(key string) string {
	s := o.required(key)
	o.note(key, form{kind: idValue})
	return s
}

// ref reads the id of another entry.
func (o *object) ref(key string) string {
	s := o.str(key)
	o.note(key, form{kind: idValue})
	return s
}

// refs reads a list of ids.
func (o *object) refs(key string) []string {
	list := o.strs(key)
	o.note(key, form{kind: idValue, list: true})
	return list
}

func (o *object) scalar(key string, v *yaml.Node) string {
	if v.Kind != yaml.ScalarNode {
		o.problemAt(v, "field %q is %s; expected: one value", key, describe(v))
		return ""
	}
	if v.Value != "" && !printable.Visible(v.Value) {
		o.problemAt(v, "field %q is %q, which shows nothing; expected: characters that can be seen", key, v.Value)
		return ""
	}
	return v.Value
}

// strs reads a list of scalars.
func (o *object) strs(key string) []string {
	var list []string
	for _, v := range o.sequence(key) {
		if s := o.scalar(key, v); s != "" {
			list = append(list, s)
		}
	}
	o.note(key, form{kind: textValue, list: true})
	return list
}

func (o *object) sequence(key string) []*yaml.Node {
	v := o.get(key)
	if v == nil {
		return nil
	}
	if v.Kind != yaml.SequenceNode {
		o.problemAt(v, "field %q is %s; expected: a list", key, describe(v))
		return nil
	}
	return slices.DeleteFunc(slices.Clone(v.Content), isNull)
}

func (o *object) number(key string) int {
	s := o.str(key)
	o.note(key, form{kind: numberValue})
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || strconv.Itoa(n) != s { // 010 is 8 to some readers of YAML
		o.problems.add(o.at(key), o.entry, "field %q is %q; expected: a whole number", key, s)
	}
	return max(n, 0)
}

func (o *object) boolean(key string) bool {
	s := o.str(key)
	o.note(key, form{kind: booleanValue})
	switch s {
	case "", "false":
		return false
	case "true":
		return true
	default:
		o.problems.add(o.at(key), o.entry, "field %q is %q; expected: true or false", key, s)
		return false
	}
}

// enum reads one of values and returns its index; an absent field is fallback.
func (o *object) enum(key string, values []string, fallback string) uint8 {
	s := o.str(key)
	o.note(key, form{kind: enumValue, values: values, fallback: fallback})
	if s == "" {
		s = fallback
	}
	return o.index(key, s, o.at(key), values)
}

func (o *object) index(key, s string, at pos, values []string) uint8 {
	i := slices.Index(values, s)
	if i < 0 {
		o.problems.add(at, o.entry, "field %q is %q; expected: %s", key, s, strings.Join(values, ", "))
		return 0
	}
	return uint8(i)
}

// enums reads a list of values and returns their indexes, in the order of the data.
func (o *object) enums(key string, values []string) []uint8 {
	var list []uint8
	for _, v := range o.sequence(key) {
		i := o.index(key, o.scalar(key, v), pos{o.pos.file, v.Line}, values)
		if slices.Contains(list, i) {
			o.problemAt(v, "field %q names %q twice", key, v.Value)
			continue
		}
		list = append(list, i)
	}
	o.note(key, form{kind: enumValue, values: values, list: true})
	return list
}

// bits reads a list of values as a bit set over their indexes.
func (o *object) bits(key string, values []string) uint32 {
	var set uint32
	for _, i := range o.enums(key, values) {
		set |= 1 << i
	}
	return set
}

// objects reads a list of mappings. Each is called after the list and its id,
// or its number where it has none.
func (o *object) objects(key string) []*object {
	if o.schema != nil {
		o.get(key)
		return []*object{o.describe(key, true)}
	}
	var list []*object
	for i, v := range o.sequence(key) {
		if o.problems.full() {
			break // what follows could only be counted
		}
		name := idOf(v)
		if name == "" {
			name = strconv.Itoa(i + 1)
		}
		entry := strings.TrimSuffix(key, "s") + " " + name
		if o.entry != "" {
			entry = o.entry + ", " + entry
		}
		list = append(list, newObject(o.problems, o.pos.file, entry, v))
	}
	return list
}

// idOf returns the id of a mapping, "" when it has none.
func idOf(node *yaml.Node) string {
	if node.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == "id" && !isNull(node.Content[i+1]) {
				return node.Content[i+1].Value
			}
		}
	}
	return ""
}

// object reads a mapping, nil when it is absent. It is called after its id, or
// as a part of the entry that it is in.
func (o *object) object(key string) *object {
	v := o.get(key)
	if o.schema != nil {
		return o.describe(key, false)
	}
	if v == nil {
		return nil
	}
	entry := o.entry
	if entry == "" {
		entry = strings.TrimSpace(key + " " + idOf(v))
	}
	return newObject(o.problems, o.pos.file, entry, v)
}

// done reports the keys that no method asked for.
func (o *object) done() {
	for name, key := range o.keys {
		if !slices.Contains(o.asked, name) {
			o.problemAt(key, "unknown key %q; expected: %s", name, strings.Join(o.asked, ", "))
		}
	}
}
