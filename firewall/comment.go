package firewall

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/text/printable"
)

// Comment returns a text for the comment of a rule: one line of at most limit
// bytes, or of any length where the limit is 0. What is cut ends in an ellipsis,
// and no character is cut in two.
//
// The text cannot become code: quotation marks and backquotes become
// apostrophes, backslashes become slashes, and a dollar sign before a bracket is
// left out. What cannot be shown, or turns the direction of writing, is treated
// as in reports.
func Comment(text string, limit int) string {
	text = plain(printable.Text(text))
	if limit <= 0 || len(text) <= limit {
		return text
	}
	const ellipsis = "…"
	end := max(0, limit-len(ellipsis))
	for end > 0 && !isBoundary(text, end) {
		end--
	}
	if limit < len(ellipsis) {
		return ""
	}
	return strings.TrimRight(text[:end], " ") + ellipsis
}

// plain replaces what has a meaning within a quoted text of some language.
func plain(s string) string {
	if strings.IndexFunc(s, isSpecial) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\\':
			b.WriteByte('/')
		case r == '$' && isCodeAfter(s[i+1:]):
		case r != '$' && isSpecial(r):
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isSpecial reports whether plain looks at a character. PowerShell takes
// typographic quotation marks for straight ones.
func isSpecial(r rune) bool {
	switch r {
	case '$', '\\', '"', '`', '“', '”', '„', '‟', '‘', '’', '‚', '‛':
		return true
	}
	return false
}

// isCodeAfter reports whether dollar signs and then a bracket begin a text.
func isCodeAfter(s string) bool {
	s = strings.TrimLeft(s, "$")
	return s != "" && strings.ContainsRune("{([", rune(s[0]))
}

// isBoundary reports whether a text can be cut before a byte: between
// characters, and not before a mark or a joiner that belongs to the one before.
func isBoundary(s string, at int) bool {
	if !utf8.RuneStart(s[at]) {
		return false
	}
	const joiner = '\u200d'
	r, _ := utf8.DecodeRuneInString(s[at:])
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	return !unicode.Is(unicode.M, r) && r != joiner && before != joiner
}

// String returns the reason: the flow, its purpose, and the reasons of the
// answers or, where they have none, what they are about.
func (r Reason) String() string {
	text := string(r.Flow) + ": " + r.Purpose
	var answers []string
	for _, a := range r.Answers {
		_, subject := a.Subject()
		answers = append(answers, cmp.Or(a.Why, subject))
	}
	if len(answers) > 0 {
		text += " (" + strings.Join(answers, "; ") + ")"
	}
	return text
}

// Comment returns the reasons of the rule as [Comment] does. Where they do not
// fit, several give the ids of their flows alone.
func (r Rule) Comment(limit int) string {
	var full, ids []string
	for _, reason := range r.Reasons {
		full = append(full, reason.String())
		ids = append(ids, string(reason.Flow))
	}
	text := Comment(strings.Join(full, "; "), 0)
	if limit > 0 && len(text) > limit && len(ids) > 1 {
		text = strings.Join(ids, ", ")
	}
	return Comment(text, limit)
}
