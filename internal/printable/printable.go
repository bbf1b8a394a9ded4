// Package printable makes text safe to stand in a drawing: what a reader sees is what the text holds.
package printable

import (
	"strings"
	"unicode"
)

// Text returns s as one line of visible characters. Spaces of any kind and line breaks become single spaces. Characters that
// nobody sees (format characters, among them those that turn the direction of writing) are dropped, since they can make a
// text look like another one. Other control characters, private ones and bytes that are no UTF-8 become U+FFFD, so that it
// shows that something was there.
func Text(s string) string {
	var b strings.Builder
	space := false // one is due before the next character
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case unicode.Is(unicode.Cf, r):
			continue
		case !unicode.IsPrint(r):
			r = unicode.ReplacementChar
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
