// Package wrap breaks text into lines of limited width, as the language of the text allows.
package wrap

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portbook/portbook/i18n"
	"github.com/rivo/uniseg"
)

// ellipsis ends a text that is shortened.
const ellipsis = "…"

// Text breaks text into at most maxLines lines of at most columns columns, as [i18n.Width] counts them; a single word may take a
// sixth more, so that it need not be broken. A text that needs more lines is cut and ends in an ellipsis. columns and maxLines are
// at least 4 and 1. White space counts as single spaces.
func Text(s string, columns, maxLines int) []string {
	s = strings.Join(strings.Fields(s), " ")
	// Combining marks take no columns: a text could have any number of them.
	if r := []rune(s); len(r) > 4*columns*maxLines {
		s = string(r[:4*columns*maxLines]) + ellipsis
	}
	lines, broken := fold(segments(s), columns)
	if len(lines) <= maxLines {
		if !broken {
			lines = balance(s, lines, columns)
		}
		return lines
	}
	lines = lines[:maxLines]
	last := &lines[maxLines-1]
	if width(*last) >= columns {
		*last = cut(*last, columns-1)
	}
	*last += ellipsis
	return lines
}

// balance returns the same number of lines, of about the same width, rather than full lines and a rest.
func balance(s string, lines []string, columns int) []string {
	for columns--; len(lines) > 1 && columns > 1; columns-- {
		narrower, broken := fold(segments(s), columns)
		if broken || len(narrower) > len(lines) {
			break
		}
		lines = narrower
	}
	return lines
}

// List breaks a list, such as "80,443/tcp, others", into any number of lines of about columns columns. It breaks "80,443/tcp" after a
// comma where a line is too short for it, and never after the slash.
func List(s string, columns int) []string {
	lines, _ := fold(func(yield func(string) bool) {
		held := "" // ends in a slash
		for part := range segments(s) {
			if part = held + part; strings.HasSuffix(part, "/") {
				held = part
				continue
			}
			held = ""
			if width(strings.TrimRight(part, " ")) <= columns {
				if !yield(part) {
					return
				}
				continue
			}
			for piece := range strings.SplitAfterSeq(part, ",") {
				if piece != "" && !yield(piece) {
					return
				}
			}
		}
		if held != "" {
			yield(held)
		}
	}, columns)
	return lines
}

// segments yields the pieces of a text between which a line may end: where Unicode allows it, less what tears Japanese words
// apart. Unicode allows an end between most characters of Japanese, but サー and ビス on two lines are hard to read.
func segments(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		begin := 0 // of what is not yielded yet
		for at, state, rest := 0, -1, s; rest != ""; {
			var segment string
			segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
			at += len(segment)
			if rest != "" && inWord(s, at) {
				continue
			}
			if !yield(s[begin:at]) {
				return
			}
			begin = at
		}
	}
}

// inWord reports whether a position seems to be within a Japanese word: between characters of one script, or before hiragana, which
// mostly are an ending or a particle.
func inWord(s string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at:])
	x, y := scriptOf(before), scriptOf(after)
	return x != other && (x == y || y == hiragana)
}

type script uint8

const (
	other script = iota
	katakana
	hiragana
	han
)

func scriptOf(r rune) script {
	switch {
	case unicode.Is(unicode.Katakana, r) || r == 'ー':
		return katakana
	case unicode.Is(unicode.Hiragana, r):
		return hiragana
	case unicode.Is(unicode.Han, r):
		return han
	}
	return other
}

// fold fills lines with segments. A segment that is much wider than a line is broken between its characters, into parts of about
// the same width; broken tells that this was so.
func fold(segments iter.Seq[string], columns int) (lines []string, broken bool) {
	line := ""
	end := func() {
		if line = strings.TrimRight(line, " "); line != "" {
			lines, line = append(lines, line), ""
		}
	}
	for s := range segments {
		w := width(strings.TrimRight(s, " "))
		if line != "" && width(line)+w > columns {
			end()
		}
		if line == "" && w > columns+slack(columns) {
			broken = true
			parts := (w + columns - 1) / columns
			for part := (w + parts - 1) / parts; width(strings.TrimRight(s, " ")) > part; {
				head := cut(s, part)
				lines, s = append(lines, head), s[len(head):]
			}
		}
		line += s
	}
	end()
	return lines, broken
}

// slack is how much wider than a line a single word may be before it is broken.
func slack(columns int) int { return columns / 6 }

// cut returns as much of the beginning of s as fits, and at least one character.
func cut(s string, columns int) string {
	end, total := 0, 0
	for rest, state := s, -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if total += width(cluster); total > columns && end > 0 {
			break
		}
		end += len(cluster)
	}
	return s[:end]
}

// width measures text as it stands in a drawing, where characters of ambiguous width are narrow.
func width(s string) int { return i18n.Width(s, 1) }
