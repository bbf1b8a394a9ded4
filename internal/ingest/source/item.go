package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"golang.org/x/text/width"
)

// An item is a line that says no more than ports, or hosts, and what they are
// for: "443/tcp: Web console", "80 (TCP)", "HTTPS (443) is used by ...". Pages
// list them with bullets, or a line each. A sentence in which a port occurs is
// none: it stays prose.

const (
	itemTransport = `(?:tcp|udp|sctp|icmp)`
	itemNumber    = `\d{1,5}(?:\s*(?:[-–~〜～]|\.\.|\bto\b|\bthrough\b|\bthru\b|\btill\b|\buntil\b)\s*\d{1,5})?`
	itemNumbers   = itemNumber + `(?:\s*(?:,?\s*\b(?:and|or)\b|[,、/&・]|および|または|及び|と)\s*` + itemNumber + `)*`
	itemPorts     = `(?:ports?\s*|ポート\s*)?(?:` +
		itemTransport + `(?:\s*[/,&と]\s*` + itemTransport + `)*\s*[/:\s]?\s*(?:ports?\s*|ポート\s*)?` + itemNumbers + `|` +
		itemNumbers + `\s*(?:/|\(|,\s|\s)\s*` + itemTransport + `(?:\s*[/,&]\s*` + itemTransport + `)*\)?)` +
		`(?:\s*[,、;]\s*(?:and\s+)?(?:` + itemTransport + `\s*[/\s]?\s*` + itemNumbers + `|` + itemNumbers + `\s*(?:/|\()\s*` + itemTransport + `\)?))*`
)

var (
	// TCP 443, 443/tcp, port 443 (TCP), and then nothing, or what it is for
	leadingPorts = regexp.MustCompile(`(?i)^(` + itemPorts + `)\s*(?:::|[:：]|\s[-–—]\s|[-–—]\s|[(（]|$|\s{2,})\s*(.*)$`)
	// Port 443: what it is for; 25 (SMTP)
	leadingPort = regexp.MustCompile(`(?i)^((?:ports?\s+|ポート\s*)` + itemNumbers + `)\s*(?:::|[:：]|\s?[-–—]\s|[(（]|$)\s*(.*)$|^(` + itemNumber + `)\s*[(（]([^()（）]{1,30}(?:[(（][^()（）]*[)）])?)[)）]$`)
	// Web console: 443/tcp; Management Server TCP 4109, TCP 4110; Http   80/443
	namedItem = regexp.MustCompile(`(?i)^([^\d:：]{2,40}?)(?:\s*[:：]\s*|\s{2,}|\s+)(` + itemPorts + `)[.。]?(?:\s*[(（]([^()（）]*)[)）])?$`)
	spacedOut = regexp.MustCompile(`(?i)^(\S(?:[^\d]|[^\d]\d){1,39}?)\s+(` + itemNumbers + `(?:\s*\(.*\))?.{0,60})$`)
	// HTTPS (443) is used by ...
	nameThenPort = regexp.MustCompile(`^([A-Za-z][A-Za-z/() -]{1,20}?)\s+\((` + `\d{2,5}` + `)\)\s*(.*)$`)
	hostLine     = regexp.MustCompile(`(?i)^(?:https?://)?(?:\*[.-]?)?(?:[a-z0-9_-]+\.)+[a-z]{2,12}(?::\d{1,5})?/?(?:\s*[(（][^()（）]*[)）])?$`)
)

// item makes a row of the piece of text that is an item, with the lines that go
// on below it. It returns how many pieces it took.
func (a *assembly) item(pieces []piece) int {
	p := pieces[0]
	if isLoneBullet(p) && len(pieces) > 1 && !pieces[1].gap {
		return a.loneItem(pieces)
	}
	if p.kind != textBlock || p.label != "" && p.field != FieldPorts || p.tail || len(p.pasted) > 4*longest {
		return 0
	}
	if len(pieces) > 1 && pieces[1].block == p.block {
		return 0 // several labels on a line
	}
	if a.parent.Text != "" && p.indent <= a.parentIndent {
		a.parent = Line{}
	}
	body, _ := cutBullet(p.pasted)
	body = strings.TrimSpace(roleMark.ReplaceAllString(strings.NewReplacer("**", "", "`", "").Replace(body), ""))
	a.work += len(body)
	if n := a.portAlone(pieces, width.Fold.String(body)); n > 0 {
		return n
	}
	about := p.bullet && a.aboutPorts(p)
	if n := a.belowProtocol(pieces, width.Fold.String(body)); n > 0 {
		return n
	}
	name, ports, purpose := readItem(width.Fold.String(body), about)
	if ports == "" && (about || a.aboutPorts(p)) {
		name, ports, purpose = a.bareItem(width.Fold.String(body), pieces)
	}
	host := ports == "" && hostLine.MatchString(body) && isHost(body)
	if ports == "" && !host {
		a.noteParent(p, body)
		return 0
	}
	n, lines := 1, []string{}
	if purpose != "" {
		lines = append(lines, purpose)
	}
	for p.bullet && n < len(pieces) && goesOnBelow(p, pieces[n]) {
		lines = append(lines, pieces[n].pasted)
		n++
	}
	below := a.parent.Text != "" && p.bullet
	if name == "" && len(lines) == 0 && !host && !below && (len(pieces) < 2 || !isItem(pieces[1])) && !a.afterItem(p) {
		return 0 // a number on a line of its own is a part of something that is lost
	}
	var cells []Cell
	add := func(f Field, texts []string) {
		if len(texts) > 0 {
			cells = append(cells, a.itemCell(p, f, texts))
		}
	}
	if host {
		add(FieldDestination, []string{body})
	} else {
		if to := strings.TrimSuffix(strings.TrimSuffix(name, "て"), "宛"); to != name && to != "" {
			add(FieldDestination, []string{strings.TrimSpace(to)})
		} else if f := itemField(name); below && f == FieldComponent { // whose port it is, stands above
			lines = append([]string{name}, lines...)
		} else if name != "" {
			add(f, []string{name})
		}
		if m := portsThenTransport.FindStringSubmatch(ports); m != nil {
			add(FieldProtocol, []string{m[2]})
			ports = m[1]
		}
		add(FieldPorts, []string{ports})
		add(FieldPurpose, lines)
	}
	a.itemRow(p, cells)
	return n
}

var (
	// 4567 For replication; 9090 - Kiln server
	bareItemText = regexp.MustCompile(`^(` + itemNumbers + `)(?:\s*([-–—:：]+)\s*|\s+|\s*\|-+\|\s*)([^\s\d].*)$`)
	unitWord     = regexp.MustCompile(`^(?:[KMGTkmgt]i?[Bb]|[KMGkmg]?bps|bytes?|bits?|ms|m?secs?|(?:milli)?seconds?|min(?:ute)?s?|hours?|days?|weeks?|months?|years?|percent|users?|servers?|hosts?|agents?|clients?|nodes?|cores?|v?cpus?|` +
		`connections?|sessions?|threads?|steps?|items?|characters?|times|ports?|vlans?|or (?:more|later|higher)|x\d)\b|^(?:秒|分|時間|日|台|件|個|文字|回|名|人|以上|以下)`)
	unusedPort = regexp.MustCompile(`(?i)^(?:un(?:allocated|assigned|used)|reserved|not (?:used|in use)|deprecated|free\b|n/?a\b|未使用|予約|使用しない|欠番)`)
)

// portAlone reads a line that says no more than "Port 4100", with the text
// below it, as pages have it that describe a port after the other.
func (a *assembly) portAlone(pieces []piece, body string) int {
	m := portAlone.FindStringSubmatch(body)
	if m == nil || pieces[0].bullet {
		return 0
	}
	n, lines := 1, []string{}
	for n < len(pieces) && n < maxCellRun && pieces[n].kind == textBlock && !(n > 1 && pieces[n].gap && strings.HasSuffix(pieces[n].pasted, ":")) && !portAlone.MatchString(width.Fold.String(pieces[n].pasted)) {
		lines = append(lines, pieces[n].pasted)
		n++
	}
	cells := []Cell{a.itemCell(pieces[0], FieldPorts, []string{body})}
	switch {
	case len(lines) == 0 && pieces[0].label != "" && a.aboutPorts(pieces[0]): // "Port: 4100"
	case len(lines) == 0 || !wordy(lines[0]):
		return 0
	default:
		cells = append(cells, a.itemCell(pieces[0], FieldPurpose, lines))
	}
	a.itemRow(pieces[0], cells)
	return n
}

var portAlone = regexp.MustCompile(`(?i)^(?:(?:tcp|udp)\s*)?(?:ports?\s*|ポート(?:番号)?\s*)[:：]?\s*(` + itemNumbers + `)(?:\s*(?:[(（](?:tcp|udp)(?:\s*[/,]\s*(?:tcp|udp))*[)）]|番))?$`)

// portsThenTransport are the ports of "4100, TCP: ...".
var portsThenTransport = regexp.MustCompile(`(?i)^(` + itemNumbers + `),\s(` + itemTransport + `(?:\s*[/,&]\s*` + itemTransport + `)*)$`)

// protocolAlone is a line that says of which protocol the ports below it are.
var (
	protocolAlone = regexp.MustCompile(`(?i)^(tcp|udp)\s*(?:ports?|ポート(?:番号)?)?\s*[:：]?$`)
	portsFirst    = regexp.MustCompile(`^(` + itemNumbers + `)(?:$|\s*[,、.。:：(（-]\s*(.*)$)`)
)

// belowProtocol reads ports on the line below their protocol: "TCP ports", and
// then "4100, 4101".
func (a *assembly) belowProtocol(pieces []piece, body string) int {
	m := protocolAlone.FindStringSubmatch(body)
	if m == nil || len(pieces) < 2 || pieces[1].kind != textBlock || pieces[1].gap || pieces[1].bullet || pieces[1].label != "" {
		return 0
	}
	p := pieces[1]
	ports := portsFirst.FindStringSubmatch(width.Fold.String(p.pasted))
	if ports == nil || decimal.MatchString(ports[0]) || !portWord.MatchString(body) && !a.aboutPorts(p) {
		return 0
	}
	cells := []Cell{a.itemCell(p, FieldProtocol, []string{m[1]}), a.itemCell(p, FieldPorts, []string{ports[1]})}
	if ports[2] != "" {
		cells = append(cells, a.itemCell(p, FieldPurpose, []string{ports[2]}))
	}
	a.itemRow(p, cells)
	return 2
}

// wordy reports whether a text describes something.
func wordy(s string) bool {
	return len(strings.Fields(s)) > 2 || utf8.RuneCountInString(s) > 12 && isWide(s)
}

// bareItem reads an item that begins with ports alone, in a list about ports
// in which another line does too.
func (a *assembly) bareItem(s string, pieces []piece) (name, ports, purpose string) {
	m := readBare(s)
	p := pieces[0]
	if m == nil || !p.bullet && m[2] == "" {
		return "", "", ""
	}
	next := 1
	for next < len(pieces) && pieces[next].kind == textBlock && !pieces[next].bullet && pieces[next].indent > p.indent {
		next++
	}
	again := next < len(pieces) && pieces[next].kind == textBlock && pieces[next].bullet == p.bullet && pieces[next].label == p.label &&
		readBare(width.Fold.String(strings.NewReplacer("**", "", "`", "").Replace(bodyOf(pieces[next])))) != nil
	if n := len(a.doc.Rows); !again && (n == 0 || a.doc.Rows[n-1].Shape != ShapeItem || p.at.Line-a.doc.Rows[n-1].Line > 6) {
		return "", "", ""
	}
	if isItemName(m[3]) && (nameEnd.MatchString(m[3]) || itemField(m[3]) == FieldApplication) {
		return m[3], m[1], ""
	}
	return "", m[1], m[3]
}

func bodyOf(p piece) string {
	body, _ := cutBullet(p.pasted)
	return strings.TrimSpace(body)
}

// readBare cuts an item into its ports, the mark after them and the rest. It
// returns nothing where the number counts something.
func readBare(s string) []string {
	if utf8.RuneCountInString(s) > 300 || decimal.MatchString(s) {
		return nil
	}
	m := bareItemText.FindStringSubmatch(s)
	if m == nil || len(m[1]) < 2 || unitWord.MatchString(m[3]) || unusedPort.MatchString(m[3]) {
		return nil
	}
	return m
}

// isLoneBullet reports whether a piece is the mark of a list item alone on its
// line, as pages copied from HTML have it: the item is on the lines below.
func isLoneBullet(p piece) bool {
	return p.kind == textBlock && p.label == "" && slices.Contains([]string{"-", "*", "•", "・"}, p.pasted)
}

var onlyPorts = regexp.MustCompile(`^` + itemNumbers + `$`)

// loneItem is item for an item below its mark: ports on a line, and on the
// next ones, up to another mark or a gap, what they are for.
func (a *assembly) loneItem(pieces []piece) int {
	p := pieces[1]
	if p.kind != textBlock || p.label != "" || !a.aboutPorts(p) {
		return 0
	}
	text := width.Fold.String(strings.NewReplacer("**", "", "`", "").Replace(p.pasted))
	name, ports, purpose := "", text, ""
	if !onlyPorts.MatchString(text) {
		if name, ports, purpose = readItem(text, true); ports == "" {
			if m := readBare(text); m != nil {
				ports, purpose = m[1], m[3]
			}
		}
	}
	n, lines := 2, []string{}
	if purpose != "" {
		lines = append(lines, purpose)
	}
	for n < len(pieces) && pieces[n].kind == textBlock && !pieces[n].gap && !isLoneBullet(pieces[n]) && n < maxCellRun {
		lines = append(lines, pieces[n].pasted)
		n++
	}
	if ports == "" || name == "" && len(lines) == 0 {
		return 0
	}
	cells := []Cell{a.itemCell(p, FieldPorts, []string{ports})}
	if name != "" {
		cells = append(cells, a.itemCell(p, itemField(name), []string{name}))
	}
	if len(lines) > 0 {
		cells = append(cells, a.itemCell(p, FieldPurpose, lines))
	}
	a.itemRow(p, cells)
	return n
}

// itemCell makes a cell of an item.
func (a *assembly) itemCell(p piece, f Field, texts []string) Cell {
	cell := a.newCell(p.at.Line, texts)
	cell.Position, cell.Field, cell.Meaning = p.at, f, f
	return cell
}

// itemRow adds the row of an item, below the headings above it.
func (a *assembly) itemRow(p piece, cells []Cell) {
	row := Row{Position: p.at, Shape: ShapeItem, Section: a.section(len(a.sections)), Path: a.path(len(a.sections)), Cells: cells}
	for _, above := range []Line{a.side, a.parent} {
		if above.Text != "" && p.bullet {
			row.Path = append(row.Path, above)
		}
	}
	a.take(1 + len(cells))
	a.addRow(row)
}

// noteParent keeps the item of a list that names what the items below it are
// about.
func (a *assembly) noteParent(p piece, body string) {
	body = strings.TrimRight(body, ":： ")
	body = strings.TrimSpace(portsEnd.ReplaceAllString(body, ""))
	if p.bullet && isItemName(body) && utf8.RuneCountInString(body) <= 40 && !strings.ContainsAny(body, "0123456789.。") {
		a.parent, a.parentIndent = Line{Position: p.at, Text: body}, p.indent
	}
}

// portsEnd is what follows the name in "Kiln ports (without TLS)".
var portsEnd = regexp.MustCompile(`(?i)(?:\s+ports?|の?ポート)?(?:\s*[(（][^()（）]*[)）])?$`)

// sideLine is a line that says of the list below it what a heading would.
var sideLine = regexp.MustCompile(`(?i)^(?:` + direction + `)(?:\s*(?:ports?|traffic|connections?|rules?|ポート|通信))?\s*[:：]?$`)

// noteSide keeps such a line until another line of text.
func (a *assembly) noteSide(p piece) {
	if p.bullet || isLoneBullet(p) {
		return
	}
	if a.side = (Line{}); sideLine.MatchString(p.pasted) {
		a.side = Line{Position: p.at, Text: p.pasted, Heading: len(a.sections)}
		return
	}
	a.noteIntro(Line{Position: p.at, Text: p.pasted})
}

// roleMark is what AsciiDoc writes before a text in monospace.
var roleMark = regexp.MustCompile(`^\[\w+\]`)

var portWord = regexp.MustCompile(`(?i)\bports?\b|ポート|\bfirewall|ファイアウォール`)

// aboutPorts reports whether the headings above a list, or the text just before
// it, are about ports, so that "SSH 22" in it is about one.
func (a *assembly) aboutPorts(p piece) bool {
	for _, h := range a.sections {
		if portWord.MatchString(h.Text) {
			return true
		}
	}
	if n := len(a.doc.Rows); n > 0 && a.doc.Rows[n-1].Shape == ShapeItem && p.at.Line-a.doc.Rows[n-1].Line < 20 {
		return true
	}
	for i := len(a.doc.Prose) - 1; i >= max(0, len(a.doc.Prose)-4); i-- {
		if portWord.MatchString(a.doc.Prose[i].Text) {
			return true
		}
	}
	return false
}

// isItem reports whether a piece is a line of ports.
func isItem(p piece) bool {
	if p.kind != textBlock || len(p.pasted) > 4*longest {
		return false
	}
	body, _ := cutBullet(p.pasted)
	_, ports, _ := readItem(width.Fold.String(body), p.bullet)
	return ports != ""
}

// afterItem reports whether the last row is an item on the lines just above.
func (a *assembly) afterItem(p piece) bool {
	n := len(a.doc.Rows)
	return n > 0 && a.doc.Rows[n-1].Shape == ShapeItem && p.at.Line-a.doc.Rows[n-1].Line <= 2
}

func goesOnBelow(p, below piece) bool {
	return below.kind == textBlock && !below.bullet && !below.gap && below.label == "" && below.indent > p.indent
}

// applicationNames are names of protocols with slashes between them.
var applicationNames = regexp.MustCompile(`(?i)^(?:https?|s?ftps?|ssh|dns|ldaps?|snmp|smtps?|ntp|rdp|smb|nfs|pop3s?|imaps?|wmi|rpc)(?:\s*/\s*(?:https?|s?ftps?|ssh|dns|ldaps?|snmp|smtps?|pop3s?|imaps?))*$`)

// itemField returns what the name before the ports of an item is: an
// application protocol, or a component.
func itemField(name string) Field {
	switch {
	case arrowCell.MatchString(name):
		return FieldEnds
	case applicationNames.MatchString(name), acronym.MatchString(name), portcell.Transports(name) != nil:
		return FieldApplication
	}
	return FieldComponent
}

// readItem takes an item apart. Ports are empty where the text is none.
func readItem(s string, bullet bool) (name, ports, purpose string) {
	if utf8.RuneCountInString(s) > 300 {
		return "", "", ""
	}
	if m := leadingPorts.FindStringSubmatch(s); m != nil && !isSentenceAfter(s, m[1], m[2]) {
		return "", m[1], closeBracket(s, m[2])
	}
	if m := leadingPort.FindStringSubmatch(s); m != nil {
		if m[3] != "" {
			return "", m[3] + " (" + m[4] + ")", m[4]
		}
		if (bullet || m[2] != "") && !isSentenceAfter(s, m[1], m[2]) {
			return "", m[1], closeBracket(s, m[2])
		}
	}
	if m := namedItem.FindStringSubmatch(s); m != nil && isItemName(m[1]) {
		return m[1], m[2], m[3]
	}
	if !bullet {
		return "", "", ""
	}
	if m := spacedOut.FindStringSubmatch(s); m != nil && isItemName(m[1]) && !decimal.MatchString(m[2]) && !(versioned.MatchString(m[1]) && versionNumber.MatchString(m[2])) {
		return m[1], m[2], ""
	}
	if m := nameThenPort.FindStringSubmatch(s); m != nil && isItemName(m[1]) {
		return m[1], m[2], strings.TrimSpace(m[1] + " " + m[3])
	}
	return "", "", ""
}

// isSentenceAfter reports whether the ports and a bracket behind them begin a
// sentence: "Port 443 (HTTPS) is required ...".
func isSentenceAfter(s, ports, rest string) bool {
	after := strings.TrimSpace(s[len(ports):])
	if !strings.HasPrefix(after, "(") {
		return false
	}
	_, after, _ = strings.Cut(rest, ")")
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(after))
	return first >= 'a' && first <= 'z' || first >= 0x3041 && first < 0x3097
}

// closeBracket drops the bracket that closes one which the pattern took.
func closeBracket(s, rest string) string {
	if strings.Count(rest, ")")+strings.Count(rest, "）") > strings.Count(rest, "(")+strings.Count(rest, "（") {
		rest = strings.TrimSpace(strings.TrimRight(rest, " )）"))
	}
	return strings.TrimSpace(rest)
}

var sentenceWords = regexp.MustCompile(`(?i)\b(?:is|are|on|via|uses?|using|requires?|required|open|allow|the|to|for|of|with|from|must|should|port|ports|through|over|at|by|in|and|or|version|table|figure|step|page|release|rfc|vlan|id|no|number|edition|update|build|up|least|most|than)\s*$|を|が|は|に|で$`)

var endsInProtocol = regexp.MustCompile(`(?i)\b(?:tcp|udp)$`)

var verbs = regexp.MustCompile(`(?i)\b(?:is|are|was|listens?|listening|uses?|using|requires?|needs?|opens?|can|must|should|also|allows?|changes?|see|if|when)\b`)

// decimal is the beginning of a version: 6.13.1.
var decimal = regexp.MustCompile(`^\d+\.\d`)

// versionNumber is a year or a small number.
var versionNumber = regexp.MustCompile(`^(?:(?:19|20)\d\d|\d{1,2})$`)

// acronym is the name of a protocol that is not known.
var acronym = regexp.MustCompile(`^[A-Z]{2,8}$`)

// versioned are names whose number is a version: Windows Server 2019.
var versioned = regexp.MustCompile(`(?i)\b(?:windows|server|office|exchange|java|tls|ssl|python|linux|ubuntu|rhel|http|version|sp)\s*$`)

// isItemName reports whether the text before ports is a name, and not the
// beginning of a sentence.
func isItemName(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && !strings.ContainsAny(s, ":：") && !endsInProtocol.MatchString(s) && !sentenceWords.MatchString(s) && !verbs.MatchString(s) && len(strings.Fields(s)) <= 6 && !strings.ContainsAny(s, ".。!?")
}
