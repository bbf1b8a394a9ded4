package dataset

import "strings"

// MissingText is a text that a language lacks.
type MissingText struct {
	Language, Product, Kind, ID, Field string
}

// MissingTexts returns the texts that the data calls for and a language lacks,
// in the order of the data.
func (s *Source) MissingTexts(language string) []MissingText {
	var list []MissingText
	byProduct := s.textsByProduct()
	for _, id := range keys(byProduct) {
		for _, key := range byProduct[id] {
			if s.texts[language][key].value == "" {
				list = append(list, MissingText{language, id, key.kind, key.id, key.field})
			}
		}
	}
	return list
}

// Text returns the text of an entry in a language, "" when it has none.
func (s *Source) Text(language string, x MissingText) string {
	return s.texts[language][textKey{x.Kind, x.ID, x.Field}].value
}

// Key returns the id as written in the file of texts.
func (x MissingText) Key() string {
	switch x.Kind {
	case "product":
		return ""
	case overridesKind:
		return strings.TrimPrefix(x.ID, x.Product+"/")
	}
	return x.ID
}
