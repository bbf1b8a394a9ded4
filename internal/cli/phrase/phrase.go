// Package phrase holds the words of the command line in every language of
// package i18n: its help, its messages and its errors. They are apart from the
// words of reports, which other programs link too.
package phrase

import (
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/table"
)

// Phrase is a word, a phrase or a paragraph.
type Phrase uint16

// language holds the phrases of a language.
type language struct {
	tag   string
	words *table.Strings
}

// Words gives phrases in one language. The zero value gives English.
type Words struct{ words *table.Strings }

// In returns the phrases in the language of a localizer's labels.
func In(l i18n.Localizer) Words {
	tag := l.LabelLanguage().String()
	for _, x := range languages {
		if x.tag == tag {
			return Words{x.words}
		}
	}
	return Words{}
}

// Fill returns a phrase with its placeholders replaced, as [label.Words.Fill]
// does.
func (w Words) Fill(p Phrase, pairs ...string) string {
	if w.words == nil {
		w.words = languages[0].words
	}
	return label.Fill(w.words.At(uint32(p)), pairs...)
}

// Key returns the name of a phrase in its files: "flag/json".
func (p Phrase) Key() string { return keys[p-1] }

// All returns all phrases.
func All() []Phrase {
	list := make([]Phrase, len(keys))
	for i := range list {
		list[i] = Phrase(i + 1)
	}
	return list
}
