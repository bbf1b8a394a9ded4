// Package label holds the words of reports, which belong to no
// product, in every language of package i18n. They are data of this module and
// not part of its API: adding one renumbers the others.
package label

import (
	"slices"
	"strings"

	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/table"
)

// Label is a word or phrase.
type Label uint16

// language holds the words of a language.
type language struct {
	tag   string
	words *table.Strings
}

// Words gives labels in one language. The zero value gives English.
type Words struct{ words *table.Strings }

// In returns the words in the language of a localizer's labels.
func In(l i18n.Localizer) Words {
	tag := l.LabelLanguage().String()
	for _, x := range languages {
		if x.tag == tag {
			return Words{x.words}
		}
	}
	return Words{}
}

// Text returns a label.
func (w Words) Text(l Label) string {
	if w.words == nil {
		w.words = languages[0].words
	}
	return w.words.At(uint32(l))
}

// Of returns the label of a value of an enumeration, such as "optional" of
// "requirement", or the value itself where it has none.
func (w Words) Of(kind, value string) string {
	i, ok := slices.BinarySearch(keys, kind+"/"+value)
	if !ok {
		return value
	}
	return w.Text(Label(i + 1))
}

// Fill returns a label with its placeholders replaced: {name} by the value that
// follows the name in pairs.
func (w Words) Fill(l Label, pairs ...string) string { return Fill(w.Text(l), pairs...) }

// Quote returns the label of a screen in quotation marks. A label that has some,
// such as a path of several labels, is returned unchanged: they do not nest.
func (w Words) Quote(name string) string {
	before, after, _ := strings.Cut(w.Text(ReportOnScreen), "{label}")
	if strings.Contains(name, before) || strings.Contains(name, after) {
		return name
	}
	return before + name + after
}

// Join makes a list in the way of the language: with commas, or with 「、」 in
// Japanese.
func (w Words) Join(list []string) string {
	if len(list) == 1 { // most of all
		return list[0]
	}
	return strings.Join(list, w.Fill(ReportList, "a", "", "b", ""))
}

// Fill is [Words.Fill] for the text of a label.
func Fill(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
