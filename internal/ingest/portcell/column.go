package portcell

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/table"
)

// Direction is what a direction cell says: an index in table.Directions.
type Direction uint8

// The directions, as table.Directions has them.
const (
	DirectionUnstated Direction = iota
	Inbound
	Outbound
	Both
)

func (d Direction) String() string {
	if int(d) >= len(table.Directions) {
		d = DirectionUnstated
	}
	return table.Directions[d]
}

// Configurable is what a cell says about whether a port can be changed: an
// index in table.Configurables.
type Configurable uint8

// The values, as table.Configurables has them.
const (
	ConfigurableUnstated Configurable = iota
	Yes
	No
	Discouraged // it can, and the document advises against it
)

func (c Configurable) String() string {
	if int(c) >= len(table.Configurables) {
		c = ConfigurableUnstated
	}
	return table.Configurables[c]
}

// What the cells of these columns say in words, folded. Directions are seen
// from the component of the row, and so are arrows.
var (
	directions = map[string]Direction{
		"inbound": Inbound, "in": Inbound, "incoming": Inbound, "ingress": Inbound, "input": Inbound, "in-bound": Inbound, "listen": Inbound, "listening": Inbound, "内向き": Inbound, "流入": Inbound, "受信": Inbound, "着信": Inbound, "インバウンド": Inbound, "イン": Inbound,
		"リッスン": Inbound, "リスニング": Inbound, "待ち受け": Inbound, "待受": Inbound, "←": Inbound, "<-": Inbound,
		"outbound": Outbound, "out": Outbound, "outgoing": Outbound, "egress": Outbound, "output": Outbound, "out-bound": Outbound, "外向き": Outbound, "流出": Outbound, "送信": Outbound, "発信": Outbound, "アウトバウンド": Outbound, "アウト": Outbound, "→": Outbound, "->": Outbound,
		"both": Both, "both ways": Both, "both directions": Both, "two-way": Both, "bidirectional": Both, "bi-directional": Both, "送受信": Both, "双方向": Both, "両方向": Both, "両方": Both,
		"⇔": Both, "↔": Both, "⇄": Both, "⇆": Both, "<->": Both, "<=>": Both,
	}
	configurables = map[string]Configurable{
		"yes": Yes, "可": Yes, "可能": Yes, "変更可": Yes, "変更可能": Yes, "○": Yes, "〇": Yes, "◯": Yes, "はい": Yes, "✓": Yes, "✔": Yes,
		"no": No, "不可": No, "不可能": No, "変更不可": No, "変更不可能": No, "×": No, "いいえ": No, "✗": No, "✕": No, "✘": No,
	}
	betweenDirections = map[string]bool{"/": true, "+": true, ",": true, "&": true, "\n": true, "and": true, "および": true, "と": true}
	advisedAgainst    = []string{"but not recommended", "not recommended", "非推奨", "推奨されません"}
)

const (
	acceptedDirection    = "Inbound, Outbound, Inbound/Outbound, Both, 受信, 送信, 双方向, →, ←, ⇔, or nothing"
	acceptedConfigurable = "Yes, No, 可, 不可, 変更可, 変更不可, ○ or ×, alone or before a remark, or nothing"
)

// ParseDirection reads a direction cell: words and arrows, separated by
// slashes, commas, "and" or line breaks. Inbound and outbound together are
// both. An empty cell is unstated; "or" is refused, as it tells neither.
func ParseDirection(cell string) (Direction, error) {
	sum := DirectionUnstated
	end := len(strings.TrimRightFunc(cell, isBlank))
	for at := skip(cell, 0, isBlank); at < end; {
		n, d := longestPrefix(cell[at:end], directions)
		if n == 0 {
			return 0, columnError("direction", cell, at, "is not a direction", acceptedDirection)
		}
		sum |= d // Inbound and Outbound make Both
		if at = skip(cell, at+n, isSpace); at < end {
			if n, _ = longestPrefix(cell[at:end], betweenDirections); n == 0 {
				return 0, columnError("direction", cell, at, "does not separate directions", acceptedDirection)
			}
			if at = skip(cell, at+n, isBlank); at >= end { // beyond it, where blanks follow
				return 0, columnError("direction", cell, at, "should be a direction", acceptedDirection)
			}
		}
	}
	return sum, nil
}

// ParseConfigurable reads a cell that says whether a port can be changed. What
// follows the yes or no is a remark; one that advises against a change makes it
// Discouraged. The remark of a cell without one is empty.
func ParseConfigurable(cell string) (Configurable, Annotation, error) {
	for _, t := range scan(cell) {
		if t.kind == illegal {
			return 0, Annotation{}, &Error{"configurable", cell, t.start, cell[t.start:t.end], reasonIllegal, acceptedText}
		}
	}
	at := skip(cell, 0, isBlank)
	if at == len(cell) {
		return ConfigurableUnstated, Annotation{Item: -1}, nil
	}
	n, value := longestPrefix(cell[at:], configurables)
	if n == 0 || startsWith(cell[at+n:], unicode.IsLetter) { // 可変 is not 可
		return 0, Annotation{}, columnError("configurable", cell, at, "is neither yes nor no", acceptedConfigurable)
	}
	rest := skip(cell, at+n, func(r rune) bool { return isBlank(r) || strings.ContainsRune(",.;:-", fold(r)) })
	remark := Annotation{Role: Remark, Text: strings.TrimRightFunc(cell[rest:], isBlank), Offset: rest, Item: -1}
	for _, advice := range advisedAgainst {
		if value == Yes && prefixLen(strings.TrimLeft(remark.Text, "(（"), advice) > 0 {
			value = Discouraged
		}
	}
	return value, remark, nil
}

func isSpace(r rune) bool { return fold(r) == ' ' }
func isBlank(r rune) bool { return fold(r) == ' ' || fold(r) == '\n' }

// skip returns the first byte of s, from a byte on, that is in no character of the class.
func skip(s string, at int, class func(rune) bool) int {
	return len(s) - len(strings.TrimLeftFunc(s[at:], class))
}

// longestPrefix returns the length and the value of the longest key at the
// beginning of s. A key of Latin letters ends a word of s: "No" is not at the
// beginning of "None".
func longestPrefix[V any](s string, keys map[string]V) (length int, value V) {
	for key, v := range keys {
		n := prefixLen(s, key)
		if n <= length {
			continue
		}
		if last, _ := utf8.DecodeLastRuneInString(key); !isLatin(last) || !startsWith(s[n:], isWordRune) {
			length, value = n, v
		}
	}
	return length, value
}

// columnError returns an error about the word that begins at a byte of the cell.
func columnError(column, cell string, at int, reason, accepted string) error {
	end := len(cell)
	if i := strings.IndexFunc(cell[at:], func(r rune) bool { return isBlank(r) || strings.ContainsRune("/,;.", fold(r)) }); i > 0 {
		end = at + i
	}
	return &Error{Column: column, Cell: cell, Offset: at, Piece: cell[at:end], Reason: reason, Accepted: accepted}
}
