package portbook

import (
	"errors"

	"github.com/portbook/portbook/internal/table"
)

// Text is a text of a catalog, in every language that it has. The zero value
// is the empty text.
type Text struct {
	catalog *Catalog
	index   uint32
}

// String returns the text in the catalog's first language, which is English
// for the built-in catalog. A text that is missing there is given in the first
// of the other languages that has it.
func (x Text) String() string {
	s, _ := x.first()
	return s
}

// MarshalText returns what String returns. To write texts in another language,
// use [Text.In] or package i18n.
func (x Text) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText returns an error: a text belongs to a catalog.
func (*Text) UnmarshalText([]byte) error {
	return errors.New("portbook: a Text cannot be read back, since it belongs to a catalog (expected: a string in its place)")
}

// Language returns the language of String, as a BCP 47 tag; "" for the empty
// text.
func (x Text) Language() string {
	_, tag := x.first()
	return tag
}

func (x Text) first() (s, tag string) {
	languages := x.catalog.t().Texts
	for i := range languages {
		if s := languages[i].At(x.index); s != "" {
			return s, languages[i].Tag
		}
	}
	return "", ""
}

// In returns the text in one of the languages that the catalog itself has, by
// BCP 47 tag. The built-in catalog has English; package i18n adds its other
// languages.
func (x Text) In(language string) (string, bool) {
	for i := range x.catalog.t().Texts {
		if l := &x.catalog.t().Texts[i]; l.Tag == language {
			s := l.At(x.index)
			return s, s != "" || x.index == 0
		}
	}
	return "", false
}

// Catalog returns the catalog that the text belongs to; nil for the zero value.
func (x Text) Catalog() *Catalog { return x.catalog }

func (c *Catalog) text(x table.Text) Text {
	if x == 0 {
		return Text{}
	}
	return Text{c, x}
}
