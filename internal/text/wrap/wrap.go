// Package wrap measures text and breaks it into lines of limited width, as the
// language of the text allows.
//
// [Font] is the one model of widths: the same classes of characters, with widths
// for terminals, drawings and spreadsheets. [Text] and [List] decide where the
// lines of a drawing end; [Lines] foresees where a spreadsheet program will end
// them.
package wrap

import (
	"iter"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// ellipsis ends a text that is shortened.
const ellipsis = "…"

// Text breaks text into at most maxLines lines of at most columns columns, as
// [Columns] counts them; a single word may take a sixth more, so that it need
// not be broken. A text that needs more lines is cut and ends in an ellipsis.
// columns and maxLines are at least 4 and 1. White space counts as single
// spaces.
func Text(s string, columns, maxLines int) []string {
	s = strings.Join(strings.Fields(s), " ")
	// Combining marks take no columns: a text could have any number of them.
	if r := []rune(s); len(r) > 4*columns*maxLines {
		s = string(r[:4*columns*maxLines]) + ellipsis
	}
	lines, broken := fold(s, segments(s), columns)
	if len(lines) <= maxLines {
		if !broken {
			lines = balance(s, lines, columns)
		}
		return lines
	}
	lines = lines[:maxLines]
	last := &lines[maxLines-1]
	if columnsOf.Width(*last) >= float64(columns) {
		*last = head(*last, columnsOf, float64(columns-1))
	}
	*last += ellipsis
	return lines
}

// Fill breaks text into lines of at most columns columns, as a terminal shows
// them: see [Terminal] for ambiguous. Words that are wider are broken. An empty
// text is one empty line. White space within a line is kept.
func Fill(s string, columns, ambiguous int) []string {
	var lines []string
	b := breaker{font: Terminal(ambiguous), column: float64(max(1, columns))}
	for line := range b.lines(s, segments(s)) {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	if len(lines) == 0 {
		return []string{""}
	}
	return lines
}

// Word returns the width of the widest word of s: what [Fill] needs to break
// none of them.
func Word(s string, ambiguous int) int {
	widest, font := 0.0, Terminal(ambiguous)
	for segment := range segments(s) {
		widest = max(widest, font.Width(strings.TrimRight(segment, " ")))
	}
	return int(widest)
}

// balance returns the same number of lines, of about the same width, rather
// than full lines and a rest.
func balance(s string, lines []string, columns int) []string {
	for columns--; len(lines) > 1 && columns > 1; columns-- {
		narrower, broken := fold(s, segments(s), columns)
		if broken || len(narrower) > len(lines) {
			break
		}
		lines = narrower
	}
	return lines
}

// List breaks a list, such as "80,443/tcp, others", into any number of lines of
// about columns columns. It breaks "80,443/tcp" after a comma where a line is
// too short for it, and never after the slash.
func List(s string, columns int) []string {
	lines, _ := fold(s, func(yield func(string) bool) {
		held := "" // ends in a slash
		for part := range segments(s) {
			if part = held + part; strings.HasSuffix(part, "/") {
				held = part
				continue
			}
			held = ""
			if columnsOf.Width(strings.TrimRight(part, " ")) <= float64(columns) {
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

// segments yields the pieces of a text between which a line may end: where
// Unicode allows it, less what tears Japanese words apart, and what separates
// the dashes of a flag from its name. Unicode allows an end between most
// characters of Japanese, but サー and ビス on two lines are hard to read.
func segments(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		begin := 0 // of what is not yielded yet
		for at, state, rest := 0, -1, s; rest != ""; {
			var segment string
			segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
			at += len(segment)
			if rest != "" && (inWord(s, at) || strings.HasSuffix(s[:at], "--")) {
				continue
			}
			if !yield(s[begin:at]) {
				return
			}
			begin = at
		}
	}
}

// inWord reports whether a position seems to be within a Japanese word: between
// characters of one script, or before hiragana, which mostly are an ending or a
// particle.
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

// columnsOf measures the texts of drawings, where characters of ambiguous width
// are narrow.
var columnsOf = Terminal(1)

// fold breaks s into lines for a reader: an overlong word into parts of about
// the same width; broken reports whether there was one.
func fold(s string, segments iter.Seq[string], columns int) (lines []string, broken bool) {
	b := breaker{font: columnsOf, column: float64(columns), slack: float64(columns / 6), even: true}
	for line := range b.lines(s, segments) {
		if line = strings.TrimRight(line, " "); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, b.broken
}

// breaker fills lines with the segments of a text, as many on each as fit.
type breaker struct {
	font   Font
	column float64 // width of a line
	slack  float64 // that a single word may be wider before it is broken
	even   bool    // parts of a broken word are about the same width
	broken bool    // some word was broken
}

// lines yields the lines of s, which the segments make up. Spaces at the end of
// a line hang over.
func (b *breaker) lines(s string, segments iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, end, used := 0, 0, 0.0 // of the line
		for segment := range segments {
			word := strings.TrimRight(segment, " ")
			wide := b.font.Width(word)
			if used > 0 && used+wide > b.column {
				if !yield(s[start:end]) {
					return
				}
				start, used = end, 0
			}
			end += len(segment)
			if used == 0 && wide > b.column+b.slack {
				b.broken = true
				for limit := b.part(wide); wide > limit; {
					part := head(s[start:end], b.font, limit)
					if !yield(part) {
						return
					}
					start, wide = start+len(part), wide-b.font.Width(part)
				}
			}
			used += wide + b.font.Width(segment[len(word):])
		}
		if start < end {
			yield(s[start:end])
		}
	}
}

// part returns the width of the parts of a word that is wider than a line.
func (b *breaker) part(wide float64) float64 {
	if !b.even {
		return b.column
	}
	parts := math.Ceil(wide / b.column)
	return math.Ceil(wide / parts)
}

// head returns as much of the beginning of s as fits, and at least one
// character with all that is combined with it.
func head(s string, font Font, limit float64) string {
	end, total := 0, 0.0
	for rest, state := s, -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if total += font.Width(cluster); total > limit && end > 0 {
			break
		}
		end += len(cluster)
	}
	return s[:end]
}
