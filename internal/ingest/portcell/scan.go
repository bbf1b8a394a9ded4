package portcell

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	number tokenKind = iota // decimal digits
	word                    // letters, as of one entry of the table of words where there is one
	dash                    // any hyphen, dash or tilde
	slash
	comma // and its relatives of other scripts
	semicolon
	colon
	newline
	ampersand
	star
	plus
	stop // a full stop
	opening
	closing
	mark    // of a footnote, other than a star
	other   // a character without a meaning in cells
	illegal // a control character, or no UTF-8
)

// token is a piece of a cell. Its text is folded: in lower case, with ASCII for full-width forms.
type token struct {
	kind       tokenKind
	text       string
	start, end int  // bytes of the cell
	spaced     bool // space, or the beginning of the cell, stands before it
}

// fold maps the characters that tables use for the same thing to one of them.
// It leaves offsets alone, as the scanner counts the bytes of the cell itself.
func fold(r rune) rune {
	switch {
	case '!' <= r && r < utf8.RuneSelf:
		return foldASCII(r)
	case '！' <= r && r <= '～' && r != '～':
		r -= '！' - '!'
	case unicode.IsSpace(r) && r != '\n' && r != '\r' && r != '\u0085' && r != '\u2028' && r != '\u2029', r == '\u200b', r == '\u2060', r == '\ufeff':
		return ' '
	}
	if k, ok := folded[r]; ok {
		return k
	}
	if r < utf8.RuneSelf { // after full-width forms
		return foldASCII(r)
	}
	return unicode.ToLower(r)
}

func foldASCII(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r - 'A' + 'a'
	case r == '~':
		return '-'
	case r == '[':
		return '('
	case r == ']':
		return ')'
	}
	return r
}

var folded = map[rune]rune{
	'\r': '\n', '\u0085': '\n', '\u2028': '\n', '\u2029': '\n',
	'‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '―': '-', '−': '-', '～': '-', '〜': '-',
	'、': ',', '､': ',', '・': ',', '･': ',',
	'。': '.', '｡': '.', '’': '\'', '‘': '\'', '∗': '*',
	'【': '(', '】': ')', '〔': '(', '〕': ')',
}

// of maps the folded characters that are tokens by themselves.
var of = map[rune]tokenKind{
	'-': dash, '/': slash, ',': comma, ';': semicolon, ':': colon, '\n': newline, '&': ampersand, '*': star, '+': plus, '.': stop, '(': opening, ')': closing,
	'¹': mark, '²': mark, '³': mark, '※': mark, '†': mark, '‡': mark,
}

// scan cuts a cell into tokens. It takes any input; what has no meaning becomes a token too.
func scan(cell string) []token {
	var tokens []token
	spaced := true
	for at := 0; at < len(cell); {
		r, size := utf8.DecodeRuneInString(cell[at:])
		f := fold(r)
		if f == ' ' {
			spaced, at = true, at+size
			continue
		}
		t := token{start: at, end: at + size, spaced: spaced}
		kind, single := of[f]
		switch {
		case r == utf8.RuneError && size == 1, unicode.IsControl(f) && f != '\n':
			t.kind = illegal
		case single:
			t.kind = kind
			if kind == mark {
				t.end += markDigits(cell[t.end:])
			}
		case isDigit(f):
			t.kind, t.text, t.end = number, "", at+spanOf(cell[at:], isDigit)
			t.text = foldText(cell[at:t.end])
		case r == 'ー': // the long vowel mark of Japanese, where no vowel is: a dash
			t.kind = dash
		case unicode.IsLetter(f):
			t.kind, t.end = word, at+wordLen(cell[at:])
			t.text = foldText(cell[at:t.end])
		default:
			t.kind = other
		}
		tokens = append(tokens, t)
		spaced, at = false, t.end
	}
	return tokens
}

// wordLen returns the length of the word at the beginning of s.
func wordLen(s string) int {
	r, _ := utf8.DecodeRuneInString(s)
	if isEastAsian(fold(r)) {
		if n := longestWord(s); n > 0 {
			return n
		}
		return spanOf(s, func(r rune) bool { return unicode.IsLetter(r) && isEastAsian(r) })
	}
	for _, known := range slashedWords {
		if n := prefixLen(s, known); n > 0 && !startsWith(s[n:], isWordRune) {
			return n
		}
	}
	n := latinLen(s)
	text := foldText(s[:n])
	if letters := strings.TrimRight(text, "0123456789"); len(letters) < len(text) && !isKnown(text) && joinsNumber(letters) {
		return spanOf(s[:n], func(r rune) bool { return !isDigit(r) })
	}
	return n
}

// latinLen returns the length of a word of letters, digits, and hyphens or
// apostrophes between letters; "(s)" belongs to the word before it.
func latinLen(s string) int {
	n := spanOf(s, isWordRune)
	for {
		r, size := utf8.DecodeRuneInString(s[n:])
		f := fold(r)
		possessive := f == '\'' && strings.HasSuffix(foldText(s[max(0, n-3):n]), "s")
		if f != '\'' && r != '-' && r != '‑' && r != '－' || !possessive && !startsWith(s[n+size:], isLatin) {
			break
		}
		n += size
		n += spanOf(s[n:], isWordRune)
	}
	if plural := prefixLen(s[n:], "(s)"); plural > 0 {
		n += plural
	}
	return n
}

func isDigit(r rune) bool     { return '0' <= r && r <= '9' }
func isEastAsian(r rune) bool { return r >= 0x2e80 }
func isLatin(r rune) bool     { return unicode.IsLetter(r) && !isEastAsian(r) }
func isWordRune(r rune) bool  { return isLatin(r) || isDigit(r) }

// spanOf returns the length of the longest beginning of s of which every folded
// character is in the class.
func spanOf(s string, class func(rune) bool) int {
	for i, r := range s {
		if !class(fold(r)) {
			return i
		}
	}
	return len(s)
}

func startsWith(s string, class func(rune) bool) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && class(fold(r))
}

// prefixLen returns the length of the beginning of s that folds to prefix, or 0.
func prefixLen(s, prefix string) int {
	n := 0
	for _, want := range prefix {
		r, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || fold(r) != want {
			return 0
		}
		n += size
	}
	return n
}

// markDigits returns the length of the number of a footnote, of one or two
// digits, at the beginning of s.
func markDigits(s string) int {
	n := spanOf(s, isDigit)
	if text := foldText(s[:min(n, 6)]); len(text) > 2 || n > 6 || strings.HasPrefix(text, "0") {
		return 0
	}
	return n
}

func foldText(s string) string { return strings.Map(fold, s) }
