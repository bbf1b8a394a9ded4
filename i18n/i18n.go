// Package i18n returns the texts of a catalog in the language of their reader: it
// matches languages, falls back text by text, and reports which language it used.
//
//	l := i18n.FromAcceptLanguage(r.Header.Get("Accept-Language"))
//	fmt.Println(l.Text(flow.Purpose()))
//	record := l.Record(flow) // a flow as data, with all texts in one language
//
// The root package has English; this package has every other language of the
// built-in catalog. A program that does not import it links none of them.
// [Languages] lists them. Package report takes a [Localizer] for whole
// documents.
package i18n

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/translations"
	"golang.org/x/text/language"
)

// builtinLanguage is a language of the built-in catalog.
type builtinLanguage struct {
	tag string
}

// builtin is what is made of languages on first use: programs that give no
// text pay for nothing.
var builtin struct {
	once    sync.Once
	tags    []language.Tag
	matcher language.Matcher
	chains  []*chain
}

func prepare() {
	builtin.once.Do(func() {
		for _, l := range languages {
			builtin.tags = append(builtin.tags, language.Make(l.tag))
			builtin.chains = append(builtin.chains, newChain(l.tag))
		}
		builtin.matcher = language.NewMatcher(builtin.tags)
	})
}

// A chain is a language and its parents, the nearest first: those in which a
// text is looked for.
type chain struct {
	tags  []language.Tag
	names []string
}

func newChain(tag string) *chain {
	var c chain
	for t := language.Make(tag); t != language.Und; t = t.Parent() {
		c.tags = append(c.tags, t)
		c.names = append(c.names, t.String())
	}
	return &c
}

// chains holds the chains of the languages of loaded catalogs, by tag. There is
// one for each, so that equal localizers are equal.
var chains sync.Map

func chainOf(tag string) *chain {
	c, ok := chains.Load(tag)
	if !ok {
		c, _ = chains.LoadOrStore(tag, newChain(tag))
	}
	return c.(*chain)
}

// Languages returns the languages in which the built-in catalog and the labels are complete, English first.
func Languages() []language.Tag {
	prepare()
	return slices.Clone(builtin.tags)
}

// Localizer gives texts in one language, chosen once when it is made. It is immutable, comparable, and safe for concurrent
// use. The zero value gives English.
type Localizer struct {
	chosen int    // index in languages: the language of labels
	texts  *chain // the language of texts; nil for that of labels
}

// New returns a localizer for the best match of the preferred languages, the most wanted first. Without a match it gives
// English.
func New(preferred ...language.Tag) Localizer {
	prepare()
	// The index is what tells the languages apart: the tag that the matcher returns carries the extensions of the request.
	_, index, _ := builtin.matcher.Match(preferred...)
	return Localizer{chosen: index}
}

// For returns a localizer for a catalog that may hold texts in further languages: the best match of the preferred languages
// among those of the catalog and those of this package. Labels, and texts that the catalog lacks in that language, are given
// in the best match among the languages of this package. Without a match it gives the catalog's first language.
//
// It serves any catalog that is loaded or merged; for the built-in catalog it is the same as [New].
func For(c *portbook.Catalog, preferred ...language.Tag) Localizer {
	l := New(preferred...)
	var tags []language.Tag
	for _, tag := range c.Languages() {
		tags = append(tags, language.Make(tag))
	}
	tags = append(tags, builtin.tags...)
	_, index, _ := language.NewMatcher(tags).Match(preferred...)
	if tag := tags[index].String(); tag != languages[l.chosen].tag {
		l.texts = chainOf(tag)
	}
	return l
}

// TextLanguages returns the languages in which texts of a catalog can be given: those that it holds, and, for the built-in
// catalog, those of this package. The first is the one that it falls back to.
func TextLanguages(c *portbook.Catalog) []language.Tag {
	if c == portbook.Builtin() {
		return Languages()
	}
	var list []language.Tag
	for _, tag := range c.Languages() {
		list = append(list, language.Make(tag))
	}
	return list
}

// FromAcceptLanguage returns a localizer for the Accept-Language header of an HTTP request. A header that is empty or
// malformed gives English.
func FromAcceptLanguage(header string) Localizer {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return Localizer{}
	}
	return New(tags...)
}

// FromEnvironment returns a localizer for the environment of a POSIX program: the first of LC_ALL, LC_MESSAGES and LANG
// that is set, such as "ja_JP.UTF-8". getenv is os.Getenv in most programs. The values "C" and "POSIX" give English.
func FromEnvironment(getenv func(string) string) Localizer {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		value := getenv(name)
		if value == "" {
			continue
		}
		locale, _, _ := strings.Cut(value, ".")
		locale, _, _ = strings.Cut(locale, "@")
		tag, err := language.Parse(locale)
		if err != nil {
			return Localizer{}
		}
		return New(tag)
	}
	return Localizer{}
}

// Parse returns a localizer for one BCP 47 tag, such as "ja". Unlike New it does not fall back: it returns an error that
// names the known languages when the tag is malformed or matches none of them.
func Parse(tag string) (Localizer, error) {
	t, err := language.Parse(tag)
	if err == nil {
		prepare()
		if _, index, confidence := builtin.matcher.Match(t); confidence >= language.High {
			return Localizer{chosen: index}, nil
		}
	}
	return Localizer{}, &LanguageError{tag, Languages()}
}

// LanguageError says that there are no texts in a language.
type LanguageError struct {
	Tag   string         // as given
	Known []language.Tag // the languages in which there are texts
}

// Error quotes the tag and lists the languages that have texts.
func (e *LanguageError) Error() string {
	known := make([]string, len(e.Known))
	for i, t := range e.Known {
		known[i] = t.String()
	}
	return fmt.Sprintf("i18n: no texts in language %q (expected: %s)", e.Tag, strings.Join(known, ", "))
}

// Language returns the language of the localizer's texts.
func (l Localizer) Language() language.Tag { return l.chain().tags[0] }

// LabelLanguage returns the language of the localizer's labels. It differs from that of its texts where [For] chose a language
// that this package does not carry.
func (l Localizer) LabelLanguage() language.Tag { return l.labelChain().tags[0] }

func (l Localizer) labelChain() *chain {
	prepare()
	return builtin.chains[l.chosen]
}

func (l Localizer) chain() *chain {
	if l.texts != nil {
		return l.texts
	}
	return l.labelChain()
}

// Text returns a text in the localizer's language, in the nearest parent of it that has the text, in the language of labels,
// or else in the first language of the catalog that has it.
func (l Localizer) Text(x portbook.Text) string {
	if s, _, ok := l.find(x); ok {
		return s
	}
	return x.String()
}

// TextLanguage returns what Text returns, and the language that it is in.
func (l Localizer) TextLanguage(x portbook.Text) (string, language.Tag) {
	if s, tag, ok := l.find(x); ok {
		return s, tag
	}
	return x.String(), language.Make(x.Language())
}

// find looks for a text in the localizer's languages. The empty text is in the
// first.
func (l Localizer) find(x portbook.Text) (s string, tag language.Tag, ok bool) {
	if x == (portbook.Text{}) {
		return "", l.Language(), true
	}
	for c := l.chain(); ; c = l.labelChain() {
		for i, name := range c.names {
			if s, ok := lookup(x, name); ok {
				return s, c.tags[i], true
			}
		}
		if c == l.labelChain() {
			return "", language.Und, false
		}
	}
}

// lookup finds a text in exactly one language: among those that its catalog holds, then among those of this package.
func lookup(x portbook.Text, tag string) (string, bool) {
	if s, ok := x.In(tag); ok {
		return s, true
	}
	if x.Catalog() != portbook.Builtin() {
		return "", false
	}
	translated := translations.Builtin()
	for i := range translated {
		if l := &translated[i]; l.Tag == tag {
			s := l.At(handle.Text(x))
			return s, s != ""
		}
	}
	return "", false
}

// Record returns a flow as plain data with its texts in the localizer's language.
func (l Localizer) Record(f portbook.Flow) portbook.FlowRecord { return f.Record(l.Text) }
