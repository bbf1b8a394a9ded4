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
// at least 2 and 1.
func Text(s string, columns, maxLines int) []string {
	// Combining marks take no columns: a text could have any number of them.
	if r := []rune(s); len(r) > 4*columns*maxLines {
		s = string(r[:4*columns*maxLines]) + ellipsis
	}
	lines := fold(segments(s), columns)
	if len(lines) <= maxLines {
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

// List breaks a list, such as "80,443/tcp, others", into any number of lines of about columns columns: after commas too, but not
// within "443/tcp".
func List(s string, columns int) []string {
	return fold(func(yield func(string) bool) {
		held := "" // ends in a slash
		for part := range segments(s) {
			if part = held + part; strings.HasSuffix(part, "/") {
				held = part
				continue
			}
			held = ""
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
}

// segments yields the pieces of a text between which a line may end, as Unicode has it: between words, and between most
// characters of Japanese. A word in katakana stays whole, which Unicode does not ask for: サー and ビス apart are hard to read.
func segments(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		begin := 0 // of what is not yielded yet
		for at, state, rest := 0, -1, s; rest != ""; {
			var segment string
			segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
			at += len(segment)
			if rest != "" && katakanaAround(s, at) {
				continue
			}
			if !yield(s[begin:at]) {
				return
			}
			begin = at
		}
	}
}

// katakanaAround reports whether s has katakana on both sides of a position within it.
func katakanaAround(s string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at:])
	return katakana(before) && katakana(after)
}

func katakana(r rune) bool { return unicode.Is(unicode.Katakana, r) || r == 'ー' }

// fold fills lines with segments. A segment that is much wider than a line is broken between its characters, into parts of about
// the same width.
func fold(segments iter.Seq[string], columns int) []string {
	var lines []string
	line := ""
	for s := range segments {
		w := width(strings.TrimRight(s, " "))
		if line != "" && width(line)+w > columns {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		if line == "" && w > columns+slack(columns) {
			parts := (w + columns - 1) / columns
			for part := (w + parts - 1) / parts; width(s) > part; {
				head := cut(s, part)
				lines, s = append(lines, head), s[len(head):]
			}
		}
		line += s
	}
	if line = strings.TrimRight(line, " "); line != "" {
		lines = append(lines, line)
	}
	return lines
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
