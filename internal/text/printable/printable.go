// Package printable makes text safe to show: what a reader sees is what the text holds.
package printable

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s as one line of characters that can be shown. Spaces of any
// kind and line breaks become spaces. Format characters that nobody sees are
// dropped, among them those that turn the direction of writing: they can make a
// text look like another one. Only those stay that join letters or mark the
// direction of a single place, which scripts need. Other control characters,
// private ones, noncharacters and bytes that are no UTF-8 become U+FFFD, so
// that it shows that something was there.
func Line(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return shown(r) != r }) < 0 {
		return s
	}
	return strings.Map(shown, s)
}

// Text is Line with single spaces, and none at its ends.
func Text(s string) string { return strings.Join(strings.Fields(Line(s)), " ") }

// shown returns what stands for a character; a negative number for nothing.
func shown(r rune) rune {
	switch {
	case unicode.IsPrint(r) || isJoiner(r):
		return r
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return unicode.ReplacementChar
}

// isJoiner reports whether r joins letters or keeps them apart (U+200C,
// U+200D), or is a mark of direction.
func isJoiner(r rune) bool { return r >= '\u200c' && r <= '\u200f' || r == '\u061c' }

// Visible reports whether s has a character that a reader can see: no space, no
// format character, no mark without a letter, and none of the letters and
// symbols that fonts leave blank.
func Visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		const brailleBlank = '\u2800'
		return unicode.IsPrint(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.M, r) &&
			!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) && r != brailleBlank && r != unicode.ReplacementChar
	})
}

// Beginning returns s, or as much of it as leaves room for an ellipsis within a
// number of characters, for messages that quote what somebody wrote.
func Beginning(s string, most int) string {
	n, end := 0, 0 // end is where the last character that is kept ends
	for i := range s {
		if n == most-1 {
			end = i
		}
		if n++; n > most {
			return s[:end] + "…"
		}
	}
	return s
}
