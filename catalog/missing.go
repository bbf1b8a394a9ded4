package catalog

import (
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/dataset"
	"golang.org/x/text/language"
)

// MissingText is a text that a catalog lacks in a language.
type MissingText struct {
	Language language.Tag     // the language that lacks the text
	Product  portbook.Product // whose file of texts it belongs to
	File     string           // that file: "i18n/de/inhouse.yaml"
	Kind     string           // the key at the top of the file: "flows"
	ID       string           // the key below it; empty for the texts of the product itself
	Field    string           // the key below that, such as "purpose"; empty for entries with one text
	Fallback string           // the text that is shown instead
	Shown    language.Tag     // the language of Fallback
}

// String returns where the text belongs: "i18n/de/inhouse.yaml: flows inhouse/portal/login purpose".
func (m MissingText) String() string {
	return m.File + ": " + strings.Join(strings.Fields(m.Kind+" "+m.ID+" "+m.Field), " ")
}

// MissingTexts returns what texts a catalog lacks in each of the languages, by language, product and the order of the data.
// Without languages it looks at all that the catalog has texts in: see [i18n.TextLanguages]. It takes time in proportion to
// the size of the catalog.
func MissingTexts(c *portbook.Catalog, languages ...language.Tag) []MissingText {
	if len(languages) == 0 {
		languages = i18n.TextLanguages(c)
	}
	s := sourceOf(c, "")
	var list []MissingText
	for _, tag := range languages {
		for _, x := range s.MissingTexts(tag.String()) {
			list = append(list, missingText(s, tag, x))
		}
	}
	return list
}

func missingText(s *dataset.Source, tag language.Tag, x dataset.MissingText) MissingText {
	m := MissingText{
		Language: tag, Product: portbook.Product(x.Product), File: "i18n/" + tag.String() + "/" + x.Product + ".yaml",
		Kind: x.Kind, ID: x.Key(), Field: x.Field,
	}
	for _, other := range s.Languages() {
		if m.Fallback = s.Text(other, x); m.Fallback != "" {
			m.Shown = language.Make(other)
			break
		}
	}
	return m
}
