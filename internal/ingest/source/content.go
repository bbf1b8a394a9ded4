package source

import (
	"regexp"
	"strings"

	"golang.org/x/text/width"
)

// What a cell reads as. Each of these is about the whole cell and says yes only
// where nothing else can be meant: a cell that is in the wrong column is known
// by it.
var (
	directions = regexp.MustCompile(`^(` + direction + `)(通信|方向|ポート| traffic| ports?)?([\s/,、・&＆と]+(and\s+)?(` + direction + `)(通信|ポート)?)*\s*\**$`)
	protocols  = regexp.MustCompile(`^(` + transport + `)([\s/,、・&]+(and\s+|or\s+)?(` + transport + `))*(\s*\([^()]*\))?$`)
	ports      = regexp.MustCompile(`^(((` + transport + `|ports?|ポート)[\s/:]*)*\d{1,5}(\s*[-~〜–]\s*\d{1,5})?\**([\s/,、・;]+|\s*(and|or|または|及び|および|と)\s*|$))+(\([^()]*\))?$`)
	answers    = regexp.MustCompile(`^(yes|no|はい|いいえ|可|不可|可能|不可能|変更可|変更不可|変更可能|変更不可能|○|×|✓|✔)([\s*]*$|\s*[,.;:、。(（–—-])`)
	empties    = regexp.MustCompile(`^(-+|–+|—+|ー|―|n/?a|none|なし|無し|該当なし|any|all|various|random|dynamic|varies|任意|すべて|全て|可変|\*)\**$`)
	sentence   = regexp.MustCompile(`[.。]\**$`)
	namedPorts = regexp.MustCompile(`^(tcp|udp)([\s/,]*(tcp|udp|port|ports|ポート|:))*\s*\d{1,5}\b`)
)

const (
	direction = `(?:uni|bi)-?di-?rectional|in-?bound|out-?bound|in|out|both|both ways|both directions|bi-?directional|two-way|one-way|incoming|outgoing|ingress|egress|listen(?:ing)?|` +
		`受信|送信|着信|発信|送受信|双方向|両方向|片方向|内向き|外向き|インバウンド|アウトバウンド|イン|アウト|リッスン|リスニング|待ち?受け?`
	transport = `tcp/ip|tcp|udp|icmpv6|icmp|sctp|dccp|gre|esp|ah`
)

// content is what the text of a cell reads as.
type content struct {
	direction, protocol, ports, answer bool // surely this and nothing else
	empty                              bool // says that there is nothing, or nothing certain
	sentence                           bool
	named                              bool // has the name of a transport protocol, or begins with it
	digit                              bool
	words                              int
}

// longest is how long a cell may be to be anything but a text.
const longest = 200

func readContent(text string) content {
	if len(text) > longest {
		start := strings.ToLower(text[:20])
		return content{sentence: true, words: 100, answer: answers.MatchString(start)}
	}
	s := strings.ToLower(strings.TrimSpace(width.Fold.String(text)))
	c := content{
		direction: directions.MatchString(s), protocol: protocols.MatchString(s), ports: ports.MatchString(s), answer: answers.MatchString(s),
		empty: s == "" || empties.MatchString(s), digit: strings.ContainsAny(s, "0123456789"), words: len(strings.Fields(s)),
		named: protocolName.MatchString(s),
	}
	c.sentence = sentence.MatchString(s) && (c.words >= 4 || c.words == 1 && strings.HasSuffix(s, "。"))
	return c
}

// LongProtocols finds transport protocols by their names in full.
const LongProtocols = `transmission control protocol|user datagram protocol|(?:伝送|転送)制御プロトコル|ユーザー?・?データグラム・?プロトコル`

var protocolName = regexp.MustCompile(`\b(tcp|udp|icmp|icmpv6|sctp|gre|esp|https?|s?ftp|tftp|nfs|smb|dns|ldaps?|snmp|ssh|rpc|smtp|ntp|rdp|tls|ssl)\b|` + LongProtocols)

// isContent reports whether a text reads as a cell of a row, so that it is not a heading.
func isContent(text string) bool {
	c := readContent(text)
	return c.direction || c.protocol || c.ports || c.answer && c.words == 1 || namesPorts(text)
}

// isRowContent is isContent for a cell that may head a column: "UDP" can.
func isRowContent(text string) bool {
	_, heading := HeadingProtocol(text)
	return !heading && isContent(text)
}

// namesPorts reports whether a line begins with a protocol and a port.
func namesPorts(line string) bool {
	return len(line) <= longest && namedPorts.MatchString(strings.ToLower(width.Fold.String(line)))
}

// fits reports whether a cell may be below a heading.
func (c content) fits(f Field) bool {
	if c.empty {
		return true
	}
	certain := c.direction || c.ports || c.answer
	switch f {
	case FieldDirection:
		return c.direction
	case FieldConfigurable:
		return c.answer
	case FieldProtocol:
		return c.protocol || c.named && !c.sentence && !c.direction && !c.answer && (!c.ports || !c.digit)
	case FieldPorts, FieldSourcePorts:
		return c.ports || !c.sentence && !c.direction && !c.answer && !c.protocol && (c.digit || c.words <= 4)
	case FieldService:
		return !certain && !c.sentence && !c.protocol
	case FieldPurpose, FieldRemarks:
		return !certain
	}
	return true
}
