package dataset

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/host"
	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
	"go.yaml.in/yaml/v3"
)

// Export returns the files of the source, by path: data/, i18n/ and the day of
// the version. Reading them gives the source again. It refuses what YAML cannot
// hold, which no folder that was read has.
func (s *Source) Export() (map[string][]byte, error) {
	if len(s.products) == 0 {
		return nil, errors.New("the catalog is empty: there is nothing to write")
	}
	files := map[string][]byte{}
	add := func(name string, root *writer) error {
		data, err := root.bytes()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		files[name] = data
		return nil
	}
	if s.version != "" {
		files[VersionFile] = []byte(s.version + "\n")
	}
	texts := s.textsByProduct()
	for _, p := range s.products {
		if !idForm.MatchString(p.id) { // it is a part of the path
			return nil, fmt.Errorf("product %q: id is malformed", p.id)
		}
		if err := add("data/"+p.id+".yaml", p.write()); err != nil {
			return nil, err
		}
		for _, tag := range s.languages {
			root := s.writeTexts(p, tag, texts[p.id])
			if len(root.node.Content) == 0 {
				continue
			}
			if err := add("i18n/"+tag+"/"+p.id+".yaml", root); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

// textsByProduct returns what texts the data calls for, by product, each once.
func (s *Source) textsByProduct() map[string][]textKey {
	list := map[string][]textKey{}
	seen := map[textKey]bool{}
	for _, r := range s.requiredTexts() {
		if !seen[r.key] {
			seen[r.key] = true
			list[r.product] = append(list[r.product], r.key)
		}
	}
	return list
}

// writer builds a YAML mapping, the keys in the order in which they are
// written. What is empty is left out.
type writer struct {
	node yaml.Node
	err  error
}

func newWriter() *writer { return &writer{node: yaml.Node{Kind: yaml.MappingNode}} }

func (w *writer) bytes() ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(&w.node); err != nil {
		return nil, err
	}
	return b.Bytes(), encoder.Close()
}

func scalar(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

func (w *writer) add(key string, value *yaml.Node) {
	w.node.Content = append(w.node.Content, scalar(key), value)
}

func (w *writer) str(key, value string) {
	if value == "" {
		return
	}
	if !utf8.ValidString(value) {
		w.err = fmt.Errorf("field %q is not valid UTF-8: %q", key, value)
	}
	w.add(key, scalar(value))
}

// enum writes a value unless it is the one that a field without a value has.
func (w *writer) enum(key string, values []string, i uint8, fallback string) {
	if values[i] != fallback {
		w.str(key, values[i])
	}
}

func (w *writer) number(key string, n int) {
	if n != 0 {
		w.add(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(n)})
	}
}

func (w *writer) boolean(key string, v bool) {
	if v {
		w.add(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	}
}

// list writes a list; an empty one only if always is set.
func (w *writer) list(key string, values []string, always bool) {
	if len(values) == 0 && !always {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, v := range values {
		if !utf8.ValidString(v) {
			w.err = fmt.Errorf("field %q is not valid UTF-8: %q", key, v)
		}
		list.Content = append(list.Content, scalar(v))
	}
	w.add(key, list)
}

func (w *writer) indexes(key string, values []string, indexes []uint8) {
	var list []string
	for _, i := range indexes {
		list = append(list, values[i])
	}
	w.list(key, list, false)
}

// entries writes a list of mappings.
func entries[T any](w *writer, key string, list []T, write func(T) *writer) {
	if len(list) == 0 {
		return
	}
	node := &yaml.Node{Kind: yaml.SequenceNode}
	for _, x := range list {
		entry := write(x)
		if entry.err != nil {
			w.err = entry.err
		}
		node.Content = append(node.Content, &entry.node)
	}
	w.add(key, node)
}

func (w *writer) cite(c citations) {
	w.str("document", c.document)
	if len(c.rows)+len(c.sections) == 0 {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, row := range c.rows {
		list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(row)})
	}
	for _, id := range c.sections {
		list.Content = append(list.Content, scalar(id))
	}
	w.add("cite", list)
}

func (w *writer) tokens(key string, t tokens) {
	if t == (tokens{}) {
		return
	}
	published := newWriter()
	published.node.Style = yaml.FlowStyle
	published.str("protocol", t.protocol)
	published.str("ports", t.ports)
	published.str("direction", t.direction)
	w.err = cmp.Or(w.err, published.err)
	w.add(key, &published.node)
}

func (p *product) write() *writer {
	w := newWriter()
	header := p.writeHeader()
	w.err = header.err
	w.add("product", &header.node)
	entries(w, "documents", p.documents, (*document).write)
	entries(w, "regions", p.regions, (*region).write)
	entries(w, "components", p.components, (*component).write)
	entries(w, "conditions", p.conditions, (*condition).write)
	entries(w, "settings", p.settings, (*setting).write)
	entries(w, "notes", p.notes, (*note).write)
	entries(w, "ports", p.ports, (*namedPort).write)
	entries(w, "flows", p.flows, (*flow).write)
	entries(w, "actionMappings", p.mappings, (*actionMapping).write)
	entries(w, "decisionOrders", p.orders, (*decisionOrder).write)
	entries(w, "overrides", p.overrides, (*override).write)
	return w
}

func (p *product) writeHeader() *writer {
	w := newWriter()
	w.str("id", p.id)
	w.str("vendor", p.vendor)
	w.str("version", p.version)
	return w
}

func (d *document) write() *writer {
	w := newWriter()
	w.str("id", d.id)
	w.str("publisher", d.publisher)
	w.str("language", d.language)
	w.str("url", d.url)
	w.str("page", d.page)
	w.str("version", d.version)
	w.enum("counts", table.Counts, d.counts, "rows")
	w.number("rows", d.rows)
	entries(w, "sections", d.sections, func(x *section) *writer {
		w := newWriter()
		w.node.Style = yaml.FlowStyle
		w.str("id", x.id)
		if x.last > 0 {
			w.str("rows", string(portset.AppendPortRange(nil, uint16(x.first), uint16(x.last))))
		}
		w.boolean("inferred", x.inferred)
		return w
	})
	entries(w, "excluded", d.excluded, func(x *excludedRow) *writer {
		w := newWriter()
		w.node.Style = yaml.FlowStyle
		w.number("row", x.row)
		w.str("reason", x.reason)
		return w
	})
	return w
}

func (c *component) write() *writer {
	w := newWriter()
	w.str("id", c.id)
	w.str("hosting", table.Hostings[c.hosting])
	w.list("aliases", c.aliases, false)
	w.list("hosts", hostTexts(c.hosts), false)
	w.list("inherits", c.inherits, false)
	entries(w, "regionalHosts", c.regional, (*regional).write)
	return w
}

func (x *region) write() *writer {
	w := newWriter()
	w.str("id", x.id)
	return w
}

func (x *regional) write() *writer {
	w := newWriter()
	w.str("region", x.region)
	w.list("hosts", hostTexts(x.hosts), true)
	return w
}

func hostTexts(hosts []host.Host) []string {
	var list []string
	for _, h := range hosts {
		list = append(list, h.String())
	}
	return list
}

func (c *condition) write() *writer {
	w := newWriter()
	w.str("id", c.id)
	w.cite(c.cite)
	return w
}

func (x *setting) write() *writer {
	w := newWriter()
	w.str("id", x.id)
	w.str("kind", table.SettingKinds[x.kind])
	w.str("component", x.component)
	w.list("governs", bitNames(x.governs, table.Governs), true)
	w.str("default", x.byDefault.String())
	w.str("group", x.group)
	w.number("position", x.position)
	w.str("requirement", table.Requirements[x.requirement])
	w.cite(x.cite)
	return w
}

func (n *note) write() *writer {
	w := newWriter()
	w.str("id", n.id)
	w.str("kind", table.NoteKinds[n.kind])
	w.list("products", n.products, false)
	w.list("components", n.components, false)
	if n.seconds > 0 {
		w.str("duration", strconv.Itoa(n.seconds)+"s")
	}
	w.str("addresses", n.addresses.String())
	w.cite(n.cite)
	return w
}

func (x *namedPort) write() *writer {
	w := newWriter()
	w.str("id", x.id)
	w.str("ports", x.ports.String())
	return w
}

func (f *flow) write() *writer {
	w := newWriter()
	for _, x := range fields {
		x.write(w, f, false)
	}
	entries(w, "also", f.also, (*statement).write)
	return w
}

func (x *actionMapping) write() *writer {
	w := newWriter()
	w.node.Style = yaml.FlowStyle
	w.str("object", x.object)
	w.str("setting", table.ObjectActions[x.setting])
	w.indexes("scans", table.ScanTypes, x.scans)
	w.str("result", table.ScanActions[x.result])
	if x.inferred {
		w.list("inferred", []string{"scans"}, false)
	}
	w.cite(x.cite)
	return w
}

func (x *decisionOrder) write() *writer {
	w := newWriter()
	w.node.Style = yaml.FlowStyle
	w.str("object", x.object)
	w.indexes("steps", table.DecisionSteps, x.steps)
	w.cite(x.cite)
	return w
}

func (x *override) write() *writer {
	w := newWriter()
	w.str("flow", x.flow)
	for i, field := range openFields {
		if x.fields>>i&1 == 1 {
			field.write(w, x.values, true) // an empty value says something too
		}
	}
	return w
}

// writeTexts returns the texts of a product in a language.
func (s *Source) writeTexts(p *product, tag string, required []textKey) *writer {
	root := newWriter()
	kinds := map[string]*writer{}    // by kind
	objects := map[textKey]*writer{} // by kind and id, for entries with several texts
	for _, key := range required {
		value := s.texts[tag][key].value
		if value == "" {
			continue
		}
		parent := child(root, kinds, key.kind, key.kind)
		id := key.id
		if key.kind == overridesKind {
			id = strings.TrimPrefix(id, p.id+"/")
		}
		switch {
		case key.kind == "product":
			parent.text(key.field, value)
		case key.field == "":
			parent.text(id, value)
		default:
			child(parent, objects, textKey{key.kind, key.id, ""}, id).text(key.field, value)
		}
	}
	for _, w := range slices.Concat(values(kinds), values(objects)) {
		if w.err != nil {
			root.err = w.err
		}
	}
	return root
}

// child returns the mapping under a key, adding it first if need be.
func child[K comparable](parent *writer, known map[K]*writer, k K, key string) *writer {
	w := known[k]
	if w == nil {
		w = newWriter()
		known[k] = w
		parent.add(key, &w.node)
	}
	return w
}

func values[K comparable](m map[K]*writer) []*writer {
	var list []*writer
	for _, w := range m {
		list = append(list, w)
	}
	return list
}

func (w *writer) text(key, value string) {
	w.str(key, value)
	w.node.Content[len(w.node.Content)-1].Style = yaml.DoubleQuotedStyle
}
