package wrap

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lines returns the greatest number of lines that spreadsheet programs make of
// s in a column of the given width, in the unit of [Sheet]. A newline ends a
// line. It stops counting above limit.
func Lines(s string, column float64, limit int) int {
	n := 0
	for part := range strings.SplitSeq(s, "\n") {
		switch {
		case n > limit:
			return n
		case float64(len(part))*1.8 <= column: // no character is wider for each of its bytes
			n++
		default:
			n += max(lines(part, column, limit-n, false), lines(part, column, limit-n, true))
		}
	}
	return n
}

func lines(s string, column float64, limit int, afterSigns bool) int {
	n := 0
	b := breaker{font: Sheet, column: column}
	for range b.lines(s, words(s, afterSigns)) {
		if n++; n > limit {
			break
		}
	}
	return max(1, n)
}

// LongestWord returns the width of the widest piece of s that spreadsheet
// programs do not break.
func LongestWord(s string) float64 {
	widest := 0.0
	for word := range words(s, true) {
		widest = max(widest, Sheet.Width(strings.TrimRight(word, " \n")))
	}
	return widest
}

// words yields the pieces of s between which programs may end a line. They do
// not agree whether that is after hyphens and slashes too.
func words(s string, afterSigns bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, before := 0, rune(0)
		for i, r := range s {
			if mayEnd(before, r, afterSigns) {
				if !yield(s[start:i]) {
					return
				}
				start = i
			}
			before = r
		}
		if start < len(s) {
			yield(s[start:])
		}
	}
}

const noBreakSpace = '\u00a0'

// mayEnd reports whether a line may end between two characters.
func mayEnd(before, r rune, afterSigns bool) bool {
	sign := afterSigns && (before == '-' || before == '/')
	switch {
	case before == 0:
		return false
	case before < utf8.RuneSelf && r < utf8.RuneSelf: // most of all
		return before == ' ' && r != ' ' || before == '\n' || sign
	case before == ' ':
		return r != ' '
	case before == '\n':
		return true
	case before == noBreakSpace || r == noBreakSpace:
		return false
	case sign:
		return true
	case r == ' ' || isClosing(r) || isOpening(before):
		return false
	}
	return isSquare(before) || isSquare(r)
}

// isSquare reports whether r is as wide as high in Japanese fonts.
func isSquare(r rune) bool { return r >= utf8.RuneSelf && Terminal(2).rune(r) == 2 }

// isClosing reports whether r cannot begin a line of Japanese.
func isClosing(r rune) bool {
	return unicode.In(r, unicode.Pe, unicode.Pf, unicode.Po, unicode.Lm, unicode.Mn) && r != '†' || r == '々'
}

// isOpening reports whether r cannot end a line of Japanese.
func isOpening(r rune) bool { return unicode.In(r, unicode.Ps, unicode.Pi) }
