package dataset

import (
	"iter"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/text/printable"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"
)

// textKey names a text: the kind of its entry ("flows"), the entry's id, and the field ("purpose").
type textKey struct{ kind, id, field string }

func (k textKey) String() string {
	return strings.TrimRight(strings.TrimRight(k.kind+" "+k.id+" "+k.field, " "), " ")
}

type text struct {
	pos   pos
	value string
}

// The files of words that belong to no product.
const (
	labelsFile   = "labels"       // of reports
	commandsFile = "command-line" // of the command line
)

// IsWords reports whether a file, or the kind of a text, is one of words.
func IsWords(base string) bool { return base == labelsFile || base == commandsFile }

func (s *Source) readTexts(tag, file string, node *yaml.Node) {
	base := strings.TrimSuffix(path.Base(file), ".yaml")
	add := func(key textKey, node *yaml.Node) {
		at := pos{file, node.Line}
		switch {
		case node.Kind != yaml.ScalarNode || !printable.Visible(node.Value):
			s.problems.add(at, key.String(), "is %s; expected: a text", describe(node))
		case s.texts[tag][key] != text{}:
			s.problems.add(at, key.String(), "stands twice (first in %s)", s.texts[tag][key].pos.file)
		default:
			s.texts[tag][key] = text{at, node.Value}
		}
	}
	root := newObject(&s.problems, file, "", node)
	for kind, value := range root.values {
		switch {
		case IsWords(base):
			add(textKey{base, kind, ""}, value)
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

// ToBeWritten takes the place of texts that a draft of a data file leaves to be
// written. It is reported until it is replaced.
const ToBeWritten = "(to be written)"

// requiredText is a text that the data calls for, and the product whose file holds it.
type requiredText struct {
	key     textKey
	product string
}

// requiredTexts lists the texts that the data calls for, in a fixed order.
func (s *Source) requiredTexts() []requiredText {
	var list []requiredText
	for _, p := range s.products {
		need := func(kind, id string, fields ...string) {
			for _, field := range fields {
				list = append(list, requiredText{textKey{kind, id, field}, p.id})
			}
		}
		need("product", p.id, "name", "summary")
		for _, d := range p.documents {
			need("documents", d.id, "")
			for _, sec := range d.sections {
				need("sections", d.id+"/"+sec.id, "")
			}
			for _, x := range d.excluded {
				need("excluded", d.id+"/"+x.reason, "")
			}
		}
		for _, x := range p.regions {
			need("regions", x.id, "")
		}
		for _, c := range p.components {
			need("components", c.id, "name", "role")
		}
		for _, x := range p.conditions {
			need("conditions", x.id, "")
		}
		for _, x := range p.settings {
			if x.group != "" {
				need("settingGroups", x.group, "")
			}
			need("settings", x.id, "label", "help")
		}
		for _, n := range p.notes {
			need("notes", n.id, "")
		}
		for _, x := range p.ports {
			need("ports", x.id, "")
		}
		for _, f := range p.flows {
			need("flows", f.id, "purpose")
		}
		for _, x := range p.overrides {
			need(overridesKind, x.noteID(), "reason")
		}
	}
	return list
}

// checkTexts reports texts that are missing in a language, that nothing asks
// for, or that are not in normal form.
func (s *Source) checkTexts() {
	required := map[textKey]bool{}
	for _, r := range s.requiredTexts() {
		if required[r.key] || r.key.id == "" {
			continue // setting groups and reasons are shared; an entry without an id is reported
		}
		required[r.key] = true
		s.checkMissing(r)
	}
	if s.base != nil {
		for _, r := range s.base.requiredTexts() {
			required[r.key] = true // a translation of what the base has in other languages
		}
	}
	for _, language := range s.languages {
		for key, t := range s.texts[language] {
			if IsWords(key.kind) && s.complete {
				s.checkLabel(language, key, t)
			} else if !required[key] {
				s.problems.add(t.pos, key.String(), "is a text that no entry of the data asks for")
			} else if s.base != nil && s.base.texts[language][key] != (text{}) {
				s.problems.add(t.pos, key.String(), "is in %s too; expected: languages that it lacks", s.base.texts[language][key].pos)
			}
			if t.value == ToBeWritten {
				s.problems.add(t.pos, key.String(), "is to be written")
			}
			if !norm.NFC.IsNormalString(t.value) {
				s.problems.add(t.pos, key.String(), "is not in Unicode normal form C; expected: %q", norm.NFC.String(t.value))
			}
			if strings.TrimSpace(t.value) != t.value || strings.ContainsAny(t.value, "\n\t") {
				s.problems.add(t.pos, key.String(), "has white space at an end, a tab or a line break; expected: one line of text")
			}
		}
	}
}

// checkMissing reports a text that is missing: in a language of the repository,
// or in all languages of another catalog.
func (s *Source) checkMissing(r requiredText) {
	file := func(language string) pos { return pos{file: "i18n/" + language + "/" + r.product + ".yaml"} }
	found := false
	for _, language := range s.languages {
		_, ok := s.texts[language][r.key]
		if found = found || ok; !ok && s.complete {
			s.problems.add(file(language), r.key.String(), "has no text in %q", language)
		}
	}
	if !found && !s.complete && len(s.languages) > 0 {
		s.problems.add(file(s.languages[0]), r.key.String(), "has no text in any language; expected: one in %s", strings.Join(s.languages, " or "))
	}
}

// checkLabel reports a label that another language lacks, and placeholders that
// differ from those of the fallback.
func (s *Source) checkLabel(language string, key textKey, t text) {
	for _, other := range s.languages {
		if _, ok := s.texts[other][key]; !ok {
			s.problems.add(pos{file: "i18n/" + other + "/" + key.kind + ".yaml"}, key.String(), "has no text in %q (%s:%d has one)", other, t.pos.file, t.pos.line)
		}
	}
	fallback, ok := s.texts[Fallback][key]
	if got, want := placeholders(t.value), placeholders(fallback.value); ok && got != want {
		s.problems.add(t.pos, key.String(), "has the placeholders %s; expected: %s, as in %s:%d", got, want, fallback.pos.file, fallback.pos.line)
	}
}

var placeholderForm = regexp.MustCompile(`\{[a-z]+\}`)

// placeholders returns the sorted placeholders of a label.
func placeholders(label string) string {
	list := placeholderForm.FindAllString(label, -1)
	slices.Sort(list)
	return strings.Join(list, " ")
}

// FallbackTexts yields the product and the text of every entry in the fallback language.
func (s *Source) FallbackTexts() iter.Seq2[string, string] {
	return func(yield func(product, text string) bool) {
		for _, r := range s.requiredTexts() {
			if !yield(r.product, s.texts[Fallback][r.key].value) {
				return
			}
		}
	}
}
