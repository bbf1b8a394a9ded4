package wrap

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Font gives the width of characters by their class, in a unit of its own.
// Texts are measured in normal form C, which those of a catalog are in.
type Font struct {
	Narrow    float64
	Ambiguous float64 // Greek letters, some arrows: Unicode leaves it open
	Wide      float64
	Rare      float64       // emoji and rare ideographs; 0 for that of their class
	ASCII     *[128]float64 // nil for fonts whose ASCII characters are narrow
}

// Terminal measures in the columns of a terminal. Characters of ambiguous width
// take two columns in terminals set up for legacy Japanese fonts, and one
// elsewhere.
func Terminal(ambiguous int) Font { return Font{Narrow: 1, Ambiguous: float64(ambiguous), Wide: 2} }

// Drawing measures in the size of the font, generously, since the reader's font
// is not known: 0.6 is more than the average of proportional fonts and exact
// for fixed-width ones.
var Drawing = Font{Narrow: 0.6, Ambiguous: 0.6, Wide: 13.0 / 12}

// Sheet measures in the width of a digit, as spreadsheets measure columns. It
// errs on the wide side of Calibri, Meiryo UI, DejaVu Sans and Noto Sans CJK:
// what a workbook asks for may be missing, and its replacement is wider.
var Sheet = Font{Narrow: 1.3, Ambiguous: 2, Wide: 2, Rare: 2.7, ASCII: proportional()}

// proportional returns the widths of ASCII characters in proportional fonts.
func proportional() *[128]float64 {
	var widths [128]float64
	for i := range widths {
		widths[i] = 1
	}
	for _, class := range []struct {
		characters string
		width      float64
	}{
		{"ijl|'", 0.6}, {" frt.,:;!/\\-()[]{}`IJ\"", 0.75}, {"ckszvxy", 0.93}, {"ABCEFKLPRSTVXYZ", 1.12}, {"DGHNOQU+=<>", 1.3},
		{"~#^&%", 1.5}, {"mw", 1.55}, {"MW@", 1.8},
	} {
		for _, r := range class.characters {
			widths[r] = class.width
		}
	}
	return &widths
}

// Width returns the width of a text.
func (f Font) Width(s string) float64 {
	sum := 0.0
	for _, r := range s {
		sum += f.rune(r)
	}
	return sum
}

// rune returns the width of a character. Combining marks and control characters
// take no room.
func (f Font) rune(r rune) float64 {
	if r < utf8.RuneSelf {
		switch {
		case f.ASCII != nil:
			return f.ASCII[r]
		case r < ' ' || r == 0x7f:
			return 0
		}
		return f.Narrow
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cc, unicode.Cf) {
		return 0
	}
	if r > 0xffff && f.Rare > 0 {
		return f.Rare
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return f.Wide
	case width.EastAsianAmbiguous:
		return f.Ambiguous
	}
	return f.Narrow
}

// IsWide reports whether a character is as wide as high, in fonts of any
// language.
func IsWide(r rune) bool {
	if r < 0x1100 { // below are none
		return false
	}
	kind := width.LookupRune(r).Kind()
	return kind == width.EastAsianWide || kind == width.EastAsianFullwidth
}

// Columns returns the number of terminal columns of a text: see [Terminal].
func Columns(s string, ambiguous int) int { return int(Terminal(ambiguous).Width(s)) }

// Pad appends spaces to a text until it is some columns wide.
func Pad(s string, columns, ambiguous int) string {
	return s + strings.Repeat(" ", max(0, columns-Columns(s, ambiguous)))
}
