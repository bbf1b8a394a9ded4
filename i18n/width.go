package i18n

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Width returns the number of terminal columns that s occupies: 2 for wide and full-width characters, 0 for combining
// marks and control characters, 1 for others. Characters whose width Unicode leaves open (Greek letters, some arrows) count
// as ambiguous says, which is 2 in terminals set up for legacy Japanese fonts and 1 elsewhere. Texts of a catalog are in
// normal form C, as the measure requires.
func Width(s string, ambiguous int) int {
	n := 0
	for _, r := range s {
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cc, unicode.Cf) {
			continue
		}
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		case width.EastAsianAmbiguous:
			n += ambiguous
		default:
			n++
		}
	}
	return n
}

// Pad appends spaces to s until it is columns wide.
func Pad(s string, columns, ambiguous int) string {
	return s + strings.Repeat(" ", max(0, columns-Width(s, ambiguous)))
}
