package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// A sentence that states ports is a row only where nothing else in the document
// does: beside a table it would state the same ports again. Only what names its
// protocol, or says "port", is taken: "listens on TCP 8500", "LDAP, port 389",
// "TCPの443番".
var (
	sentencePorts = regexp.MustCompile(`(?i)\b(tcp|udp|sctp)(?:/ip)?(?:\s*(?:/|,|&|and|or|および|または|と)\s*(tcp|udp|sctp))?(?:の|\s)*(?:ports?|ポート)?(?:番号)?(?:の|\s)*(` + itemNumbers + `)|` +
		`(` + itemNumbers + `)\s*[/(]\s*(tcp|udp|sctp)\b(?:\s*(?:and|&|,|/)\s*(tcp|udp|sctp)\b)?|` +
		`(?:\bports?|ポート)(?:番号)?,?\s*(?:numbers?\s+)?(?:default\s+)?(?:(?:range|from|between)\s+)*(?:(?:は|が|で)[、\s]*(?:通常|デフォルトで|既定で|標準で)?は?\s*)?(` + itemNumbers + `)`)
	betweenPorts = regexp.MustCompile(`(?i)\bbetween\s+(\d{2,5})\s+and\s+(\d{2,5})\b`)
	// "The agent port ...; its default is 4100": a port by its name first
	sentenceDefault = regexp.MustCompile(`(?i)(?:\bports?\b|ポート).*?(?:\bdefaults? (?:(?:values?|ports?|settings?|numbers?) )*(?:is|are|to)|デフォルト(?:値|のポート番号)?は|既定値?は|初期値は|[(（](?:by )?(?:defaults?|デフォルト|既定値?|初期値)(?: is|[:：=は])?)\s*(` + itemNumbers + `)`)
	sentenceDenies  = regexp.MustCompile(`(?i)\b(?:not|never|no|cannot|longer|instead|block(?:s|ed)?|deny|den(?:ies|ied))\b|n't\b|ない|ません|不要|禁止|拒否|遮断`)
	// a condition may deny what the sentence does not: "if TLS is not used"
	conditionInText = regexp.MustCompile(`(?i)\b(?:if|unless|when|where)\b[^.;,]*|[^、。]*(?:場合|ときは)`)
)

// longestSentence is the number of bytes up to which a line is read as one.
const longestSentence = 600

// sentences makes rows of the sentences that state ports, in a document in
// which no table and no list of labels does, and whose items do not state them
// already.
func (a *assembly) sentences() {
	stated := map[string]bool{}
	for _, row := range a.doc.Rows {
		if row.Shape != ShapeItem {
			return
		}
		for _, c := range row.With(FieldPorts) {
			for _, n := range digits.FindAllString(width.Fold.String(c.Text), -1) {
				stated[n] = true
			}
		}
	}
	clear(a.sections[:])
	a.side = Line{}
	var prose []Line
	for i := 0; i < len(a.doc.Prose); i++ {
		line := a.doc.Prose[i]
		if line.Heading > 0 {
			level := min(line.Heading, len(a.sections)) - 1
			clear(a.sections[level:])
			a.sections[level], a.side = line, Line{}
		}
		if line.Heading == 0 && a.statingLine(line, stated) {
			continue
		}
		if n := a.brokenLines(i); n > 0 {
			whole := line
			for _, l := range a.doc.Prose[i+1 : i+n] {
				whole.Text += " " + l.Text
			}
			if a.statingLine(whole, stated) {
				i += n - 1
				continue
			}
		}
		a.noteIntro(line)
		prose = append(prose, line)
	}
	a.doc.Prose = prose
	slices.SortStableFunc(a.doc.Rows, func(x, y Row) int { return x.Line - y.Line })
	for i := range a.doc.Rows {
		a.doc.Rows[i].Number = i + 1
	}
}

// brokenLines returns how many lines of prose are one text from a line about
// ports on, broken where pages end their lines; 0 where it ends there, or goes
// on to a line that is read by itself.
func (a *assembly) brokenLines(i int) int {
	const most = 6
	if !aboutPortsLine.MatchString(a.doc.Prose[i].Text) {
		return 0
	}
	n := 1
	for ; n < most && i+n < len(a.doc.Prose); n++ {
		above, below := a.doc.Prose[i+n-1], a.doc.Prose[i+n]
		_, bullet := cutBullet(below.Text)
		last, _ := utf8.DecodeLastRuneInString(above.Text)
		if below.Heading > 0 || above.Heading > 0 || bullet || below.Sheet != above.Sheet || below.Line != above.Line+1 || strings.ContainsRune(".。:：!?|", last) || len(above.Text) < 20 {
			break
		}
	}
	if n == 1 {
		return 0
	}
	return n
}

var aboutPortsLine = regexp.MustCompile(`(?i)\bports?\b|\btcp\b|\budp\b|ポート`)

var digits = regexp.MustCompile(`\d+`)

// statingLine makes rows of a line, one for each sentence that states ports
// that are new, and reports whether there is one. What else it says belongs to
// the sentence before it, or to the first.
func (a *assembly) statingLine(line Line, stated map[string]bool) bool {
	if len(line.Text) > longestLine {
		return false
	}
	isNew := func(found string) bool {
		return slices.ContainsFunc(digits.FindAllString(found, -1), func(n string) bool { return !stated[n] })
	}
	var texts, ports []string
	lead := ""
	for _, sentence := range splitSentences(line.Text) {
		found := portsOfSentence(sentence)
		switch {
		case found != "" && isNew(found):
			texts, ports = append(texts, lead+sentence), append(ports, found)
			lead = ""
		case len(texts) > 0:
			texts[len(texts)-1] += sentence
		default:
			lead += sentence
		}
	}
	if found := portsOfSentence(line.Text); len(texts) == 0 && found != "" && isNew(found) { // "The port ... . Its default is 4100."
		texts, ports = []string{line.Text}, []string{found}
	}
	for i, text := range texts {
		row := Row{Position: line.Position, Shape: ShapeSentence, Section: a.section(len(a.sections)), Path: a.path(len(a.sections))}
		if a.side.Text != "" {
			row.Path = append(row.Path, a.side)
		}
		for _, c := range []Cell{{Field: FieldPorts, Text: ports[i]}, {Field: FieldPurpose, Text: strings.TrimSpace(text)}} {
			c.Position, c.Meaning = line.Position, c.Field
			row.Cells = append(row.Cells, c)
		}
		a.take(1 + len(row.Cells))
		a.doc.Rows = append(a.doc.Rows, row)
	}
	return len(texts) > 0
}

// longestLine is the number of bytes up to which a line is read as sentences.
const longestLine = 4000

var sentenceEnd = regexp.MustCompile(`。|[.!?]\s+`)

// splitSentences cuts a line after its sentences.
func splitSentences(text string) (list []string) {
	from := 0
	for _, m := range sentenceEnd.FindAllStringIndex(text, -1) {
		next := text[m[1]:]
		first, _ := utf8.DecodeRuneInString(next)
		if text[m[0]] < utf8.RuneSelf && !unicode.IsUpper(first) || next == "" || m[0]-from < 20 && text[m[0]] < utf8.RuneSelf {
			continue // "e.g. 4100", and the number of a list
		}
		list = append(list, text[from:m[1]])
		from = m[1]
	}
	return append(list, text[from:])
}

// noteIntro keeps the line that says of the lines below it whose they are:
// "The Kiln must be able to reach the following:".
func (a *assembly) noteIntro(line Line) {
	text := strings.TrimRight(line.Text, "*_ ")
	if a.side = (Line{}); line.Heading == 0 && len(text) <= longestSentence && strings.HasSuffix(width.Fold.String(text), ":") {
		a.side = Line{Position: line.Position, Text: text, Heading: len(a.sections)}
	}
}

// portsOfSentence returns the ports that a sentence states, as a cell has them.
func portsOfSentence(text string) string {
	if len(text) > longestSentence || sentenceDenies.MatchString(conditionInText.ReplaceAllString(text, "")) || strings.ContainsAny(text, "→←↔⇔⇒") || strings.Contains(text, "->") || strings.Contains(text, "<-") {
		return "" // a page whose rows were copied into one line has arrows
	}
	text = betweenPorts.ReplaceAllString(width.Fold.String(text), "$1-$2")
	var list []string
	for _, m := range sentencePorts.FindAllStringSubmatch(text, -1) {
		protocol, ports := strings.ToUpper(m[1]+m[5]), m[3]+m[4]+m[7]
		if second := m[2] + m[6]; second != "" {
			protocol += "/" + strings.ToUpper(second)
		}
		if piece := strings.TrimSpace(protocol + " " + ports); !slices.Contains(list, piece) && !slices.Contains(list, "TCP "+piece) {
			list = append(list, piece)
		}
	}
	if m := sentenceDefault.FindStringSubmatch(text); m != nil && len(list) == 0 {
		list = append(list, m[1])
	}
	return strings.Join(list, ", ")
}
