package draft

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/ingest/source"
)

// context is what the headings above a row say of it. What a cell says goes
// first.
type context struct {
	direction     portcell.Direction
	directionLine source.Line
	from, to      string
	either        bool // both ends open connections
	endsLine      source.Line
	subject       string // whose communications the section lists
	subjectLine   source.Line
	denies        bool
	denyLine      source.Line
	intro         string // the line above a list that says more than a heading would
	within        string // words that say that the ports are not reached from other computers
}

var (
	inboundHeading  = regexp.MustCompile(`(?i)\b(in-?bound|incoming|ingress|listen(ing|s|er)?|receives?)\b|受信|着信|待ち?受|リスニング|リッスン|インバウンド|待機`)
	outboundHeading = regexp.MustCompile(`(?i)\b(out-?bound|outgoing|egress|sends?)\b|発信|アウトバウンド|外部への|送信`)
	denyHeading     = regexp.MustCompile(`(?i)\b(denied|blocked|prohibited|forbidden)\b|拒否|禁止|遮断`)

	arrowHeading   = regexp.MustCompile(`^(.*?[^\s<=←⇐-])\s*(<-+>|<=+>|←→|⇔|↔|⇄|⇆|-+>|=+>|→|⇒|➔)\s*(\S.*)$`)
	fromToHeading  = regexp.MustCompile(`(?i)\bfrom\s+(?:the\s+|an?\s+)?(.+?)\s+to\s+(?:the\s+|an?\s+)?(.+)$`)
	betweenHeading = regexp.MustCompile(`(?i)\bbetween\s+(?:the\s+)?(.+?)\s+and\s+(?:the\s+)?(.+)$`)
	plainTo        = regexp.MustCompile(`(?i)^(?:ports?\s+(?:used|required)\s+for\s+)?(\S+(?:\s\S+){0,3}?)\s+to\s+(?:the\s+)?(\S+(?:\s\S+){0,3}?)(?:\s+(?:communications?|connections?|traffic|ports?))$`)
	karaHeading    = regexp.MustCompile(`^(?:\d[\d.]*\s*)?(.+?)から(.+?)(?:への?|に対する)(?:.*)$`)
	aidaHeading    = regexp.MustCompile(`^(?:\d[\d.]*\s*)?(.+?)と(.+?)(?:の?間)の.*$`)
	headingPrefix  = regexp.MustCompile(`(?i)^(?:(?:table|figure|section|appendix|表|図)\s*(?:[A-Z][-.])?[0-9０-９][0-9０-９.．-]*[\s:：.]*|(?:表|図)\s+|(?:[A-Z]\.)?\d+(?:\.\d+)*\.?\s+|[■●◆▼○◇□・]+\s*|\(\d+\)\s*|[①-⑳]\s*)`)
)

// contextOf is readContext, once for all rows below the same headings.
func (b *builder) contextOf(path []source.Line) context {
	key := ""
	for _, line := range path {
		key += line.Position.String() + "\x00"
	}
	c, ok := b.contexts[key]
	if !ok {
		c = readContext(path)
		c.within = b.withinSection(path)
		b.contexts[key] = c
	}
	return c
}

// readContext reads the headings above a row, the innermost first.
func readContext(path []source.Line) (c context) {
	for i := len(path) - 1; i >= 0; i-- {
		h := cleanHeading(path[i].Text)
		if path[i].Heading >= titleLevel && strings.ContainsAny(h, " \u3000のはがを") && c.intro == "" {
			c.intro = h
		}
		if h == "" || utf8.RuneCountInString(h) > 160 {
			continue
		}
		sentence := path[i].Heading >= titleLevel && utf8.RuneCountInString(h) > longestName+20
		if !sentence && denyHeading.MatchString(h) && !c.denies && i == len(path)-1 {
			c.denies, c.denyLine = true, path[i]
		}
		found := false
		if c.from == "" && c.subject == "" {
			if from, to, either, ok := endsOfHeading(h); ok {
				c.from, c.to, c.either, c.endsLine = from, to, either, path[i]
				found = true
			}
		}
		if c.direction == portcell.DirectionUnstated && c.from == "" {
			c.direction, c.directionLine = directionOf(h), path[i]
		}
		if !found && !sentence && c.subject == "" {
			if name := subjectOf(h); name != "" {
				c.subject, c.subjectLine = name, path[i]
			}
		}
	}
	return c
}

// directionOf returns the direction that a heading or phrase says.
func directionOf(s string) portcell.Direction {
	switch in, out := inboundHeading.MatchString(s), outboundHeading.MatchString(s); {
	case in && out:
		return portcell.Both
	case in:
		return portcell.Inbound
	case out:
		return portcell.Outbound
	}
	return portcell.DirectionUnstated
}

func cleanHeading(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.Index(s, "{#"); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	s = headingPrefix.ReplaceAllString(s, "")
	return strings.Trim(s, " *_`:：.。[]【】《》<>¶")
}

// endsOfHeading reads a heading that says from where to where.
func endsOfHeading(h string) (from, to string, either, ok bool) {
	if m := arrowHeading.FindStringSubmatch(h); m != nil {
		from, to, either = m[1], m[3], isTwoWay(m[2])
	} else if m := fromToHeading.FindStringSubmatch(h); m != nil {
		from, to = m[1], m[2]
	} else if m := betweenHeading.FindStringSubmatch(h); m != nil {
		from, to, either = m[1], m[2], true
	} else if m := plainTo.FindStringSubmatch(h); m != nil {
		from, to = m[1], m[2]
	} else if m := karaHeading.FindStringSubmatch(h); m != nil {
		from, to = m[1], m[2]
	} else if m := aidaHeading.FindStringSubmatch(h); m != nil {
		from, to, either = m[1], m[2], true
	} else {
		return "", "", false, false
	}
	from, to = trimGeneric(from), trimGeneric(to)
	if utf8.RuneCountInString(from) > longestName || utf8.RuneCountInString(to) > longestName || from == "" || to == "" {
		return "", "", false, false
	}
	if n := nameOf(from); len(n.hosts) > 0 || strings.Trim(from, "0123456789.") == "" {
		return "", "", false, false // versions, or ports
	}
	return from, to, either, true
}

func isTwoWay(arrow string) bool {
	return strings.ContainsAny(arrow, "⇔↔⇄⇆") || strings.HasPrefix(arrow, "<") && strings.HasSuffix(arrow, ">") || arrow == "←→"
}

var (
	genericStart   = regexp.MustCompile(`(?i)^(?:(?:the|all|default|required|mandatory|requirements?|necessary|network|networking|firewall|tcp|udp|tcp/ip|ip|and|&|list of|listing of|overview of|external|internal|additional|optional|other|inbound|outbound|incoming|outgoing|listening|ingress|egress|common|standard|open|used|communications?|connectivity|ports?(?: and protocols?)?|port numbers?|ports and urls?|urls?|protocols?|exceptions?|rules?|settings?|configurations?|traffic|usage|connections?|port/protocol|information|tables?|allow(?:ed)?|access|matrix|references?|addresses|ip addresses|domains|services?|endpoints|which|that|are|is|must be|need(?:ed)?|to be|opened|on|in|of|by|for|to|from|with)\s+)+`)
	genericEnd     = regexp.MustCompile(`(?i)(?:(?:^|\s+)(?:the|all|default|required|requirements?|necessary|network|networking|firewall|tcp|udp|tcp/ip|ip|and|&|list|overview|inbound|outbound|incoming|outgoing|listening|ingress|egress|open|used|communications?|connectivity|ports?|port numbers?|urls?|protocols?|exceptions?|rules?|settings?|configurations?|traffic|usage|connections?|information|tables?|matrix|references?|addresses|domains|considerations|summary|details?|notes?|introduction|prerequisites?|needed|by|for|to|in|of|default ports))+$`)
	genericJa      = regexp.MustCompile(`(?:(?:で|が|に|の|を)?(?:使用|利用|必要|開放|許可)(?:する|される|な|と|している)*)?(?:デフォルト)?(?:の)?(?:ネットワーク|ファイアウォール|通信|待ち?受け?|受信|送信|使用|利用|TCP|UDP|TCP/IP|リスニング|インバウンド|アウトバウンド|必要)*(?:の)?(?:ポート番号|ポート|通信要件|通信|ルール|設定|一覧|要件|通過方向|プロトコル|経路|準備|条件|許可)+(?:の|と|および|、)?(?:一覧表?|要件|設定|について|番号|プロトコル|表|リスト|情報|方向|準備)*$`)
	genericJaStart = regexp.MustCompile(`^(?:(?:必要な|使用する|利用する|開放する|一般的な|標準の|既定の|デフォルトの|主な|受信|送信|発信|着信)\s*)+`)
	genericTitle   = regexp.MustCompile(`(?i)^(?:overview|introduction|appendix.*|notes?|summary|sheet\s*\d*|system requirements?|see also|references?|contents|概要|はじめに|付録.*|備考|一覧|注意事項|基本機能|前提条件|参照|補足|用語|n/?a|other|others|その他|共通|全般|general|misc.*|administrative|application|recommended|custom|basic|additional|advanced|settings?|list|default|external|internal|optional|required|必須|任意|ネットワーク|トラフィック|通信|接続|要件|local|remote|ローカル|リモート)$`)
)

// trimGeneric takes off what headings say of ports in general: of "Ports used
// by the Tarn appliance" the name is left.
func trimGeneric(h string) string {
	h = strings.TrimSpace(genericStart.ReplaceAllString(h+" ", ""))
	h = strings.TrimSpace(genericEnd.ReplaceAllString(h, ""))
	if strings.IndexFunc(h, func(r rune) bool { return r > 0x3000 }) >= 0 {
		h = genericJaStart.ReplaceAllString(h, "")
		h = strings.TrimSpace(genericJa.ReplaceAllString(h, ""))
		h = strings.TrimRight(strings.TrimSuffix(h, "の接続"), "のでがをは")
	}
	return strings.Trim(h, " :：,、-–()（）")
}

// aboutPorts finds what is left of a heading about ports, and no name.
var aboutPorts = regexp.MustCompile(`(?i)\bports?\b|\b(?:allow|allow-?list|white-?list|permit|urls?|domains?|hostnames?)\b|ポート|\bfirewall|ファイアウォール|\b(?:using|use|uses|used|that|which|your|you|how|what|if|when)\b|通信|推奨`)

// portsOfName are headings with a verb: "Ports the Kiln listens on".
var portsOfName = regexp.MustCompile(`(?i)^ports?\s+(?:that\s+)?(?:the\s+)?(.+?)\s+(?:listens?|receives?|sends?|uses?|opens?|accepts?|connects?)\b`)

// subjectOf returns the name of a product or component in a heading; empty for
// headings that name none.
func subjectOf(h string) string {
	if m := bracketEnd.FindStringSubmatch(h); m != nil {
		h = m[1]
	}
	if m := portsOfName.FindStringSubmatch(h); m != nil {
		h = m[1]
	}
	name := trimGeneric(h)
	if name == "" || utf8.RuneCountInString(name) > longestName || len(strings.Fields(name)) > 5 || genericTitle.MatchString(name) ||
		strings.ContainsAny(name, "?!.。？！,、") || aboutPorts.MatchString(name) || strings.Trim(name, "0123456789.- ") == "" {
		return ""
	}
	if portcell.Transports(name) != nil || strings.EqualFold(name, "api") || strings.EqualFold(name, "email") {
		return "" // a heading about a protocol
	}
	if first, _ := utf8.DecodeRuneInString(name); first >= 'a' && first <= 'z' {
		return "" // a sentence, or a part of one
	}
	return name
}
