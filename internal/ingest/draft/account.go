package draft

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/portset"
	"golang.org/x/text/width"
)

// account holds every number of the document that could be a port to its
// place: it is in a flow, it is known for something else, or it is reported
// with its line.
type account struct {
	*builder
	used map[int]map[int]bool // row -> ports of its flows; nil for rows that are refused or excluded
	all  map[int]bool         // ports of all flows
}

// candidate is a number that could be a port.
type candidate struct {
	text string
	port int
}

var numberInText = regexp.MustCompile(`[0-9]+`)

// Numbers in these places are no ports: addresses, host names and paths,
// versions and decimals, dates and times, marks of footnotes, numbers of
// headings and lists, and counts with a unit.
var noPorts = []*regexp.Regexp{
	regexp.MustCompile(`(?i)[a-z][a-z0-9+]*://[^\s/:]+`),
	regexp.MustCompile(`(?i)\b(?:[a-z0-9*_-]+\.)+[a-z]{2,}\b`),
	regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\b`),
	regexp.MustCompile(`(?i)\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,}(?:/\d{1,3})?`),
	regexp.MustCompile(`(?i)\bv?\d+(?:\.\d+)+[a-z]?\b|\bv\d+\b`),
	regexp.MustCompile(`\b[A-Z]\.\d{2,4}\b|^-1$`),
	regexp.MustCompile(`\d+,\d{3}\b(?:,\d{3})*`),
	regexp.MustCompile(`\b\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\d+年|\d+月|\d+日|\b\d{1,2}:\d{2}(?::\d{2})?\b`),
	regexp.MustCompile(`(?i)(?:\*[0-9]|[#＃][0-9]{1,2}\b|(?:※|＊|†|‡|注|\bnotes?\s|\bstep\s|\btable\s|\bfigure\s|\bfig\.\s|\bchapter\s|\bsection\s|\bappendix\s|表|図|第|手順|\brfc[\s-]?|\bkb|\bcve-|\bpage\s|\btype\s)\s*[0-9]+)(?:[-.]?[0-9]+)*`),
	regexp.MustCompile(`\[\d{1,2}\]|[(（](?:\d|1\d|2[6-9]|[34]\d|5[0-24-9]|6[0-6]|7\d|8[1-79]|9\d)[)）]`), // and no well-known port, as in "HTTP (80)"
	regexp.MustCompile(`(?i)\b(?:windows(?: server)?|sql server|exchange(?: server)?|office|sharepoint(?: server)?|version|ver\.?|release|edition|server|java|python|tls|ssl|smb|ipv|http|openssl|rhel|sles|ubuntu|バージョン)\s*v?\d{1,4}(?:\s*(?:r\d|sp\d))?\b`),
	regexp.MustCompile(`(?i)\b\d{1,3}\s*(?:and|or|/)\s*\d{1,3}[\s-]*bit\b|\b\d+\s*(?:[kmgt]i?b(?:ps|/s)?|bytes?|bits?|-bit|ms|msec|milliseconds?|secs?|seconds?|mins?|minutes?|hours?|hrs?|days?|weeks?|months?|years?|%|percent|px|pt|rpm|times|users?|servers?|hosts?|agents?|clients?|nodes?|cores?|cpus?|vcpus?|connections?|sessions?|threads?|steps?|columns?|rows?|entries|items?|characters?|different|ports\b|ms\b|vlans?|th|nd|rd|st)\b`),
	regexp.MustCompile(`\d+\s*(?:%|％|秒|分|時間|日間|週間|か月|ヶ月|年|台|件|個|文字|バイト|ビット|回|名|人|行|列|本|種類|つ|以内|倍|度|桁|世代|階層)`),
	regexp.MustCompile(`^\s*(?:\d+[.)．)]|\d+(?:\.\d+)+\.?|[A-Z](?:\.\d+)+\.?)\s`),
	regexp.MustCompile(`^\s*(?:[①-⑳]|\(\d{1,2}\))`),
	regexp.MustCompile(`&#\d+;|#[0-9a-fA-F]{3,8}\b|\bU\+[0-9A-Fa-f]+`),
	regexp.MustCompile(`(?i)(?:href|src|name|id|class)="[^"]*"|\]\([^)]*\)|/[^\s]*/[^\s]*`),
}

// glued are letters to which a number may be glued and still be a port.
var glued = regexp.MustCompile(`(?i)(?:tcp|udp|ports?|sctp|icmp|ポート|番|は|の|が|を|、|,|/|:|・|と|^)$`)

// candidates returns the numbers of a text that could be ports.
func candidates(text string) []candidate {
	const most = 32 << 10 // at once, so that a page on one line takes no time
	if len(text) > most {
		cut := strings.LastIndexByte(text[:most], ' ') + 1
		if cut == 0 {
			cut = most
		}
		return append(candidates(text[:cut]), candidates(text[cut:])...)
	}
	if !strings.ContainsAny(text, "0123456789") && strings.IndexFunc(text, func(r rune) bool { return r >= '０' && r <= '９' }) < 0 {
		return nil
	}
	text = width.Fold.String(text)
	var list []candidate
	var masked []byte
	for _, m := range numberInText.FindAllStringIndex(text, -1) {
		if masked == nil {
			masked = mask(text)
		}
		digits := text[m[0]:m[1]]
		n, err := strconv.Atoi(digits)
		if masked[m[0]] != 0 || err != nil || len(digits) > 5 || n < 1 || n > 65535 || len(digits) > 1 && digits[0] == '0' {
			continue
		}
		if letterBefore(text[:m[0]]) || letterAfter(text[m[1]:]) {
			continue
		}
		list = append(list, candidate{digits, n})
	}
	return list
}

func mask(text string) []byte {
	masked := make([]byte, len(text))
	for _, p := range noPorts {
		for _, m := range p.FindAllStringIndex(text, -1) {
			for i := m[0]; i < m[1]; i++ {
				masked[i] = 1
			}
		}
	}
	return masked
}

func letterBefore(s string) bool {
	if s == "" || glued.MatchString(s[max(0, len(s)-12):]) {
		return false
	}
	c := s[len(s)-1]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-' && len(s) > 1 && isLetter(s[len(s)-2])
}

func letterAfter(s string) bool {
	return s != "" && (isLetter(s[0]) || s[0] == '_' || s[0] == '-' && len(s) > 1 && isLetter(s[1])) && !strings.HasPrefix(strings.ToLower(s), "tcp") &&
		!strings.HasPrefix(strings.ToLower(s), "udp")
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// candidates returns the numbers in the cells of a row that no field was taken
// from.
func (a *account) candidates(row source.Row) []string {
	var list []string
	for _, c := range row.Cells {
		switch c.Meaning {
		case source.FieldOther, source.FieldRemarks, source.FieldDirection, source.FieldService, source.FieldApplication, source.FieldConfigurable:
			for _, x := range candidates(c.Text) {
				list = append(list, x.text)
			}
		case source.FieldPurpose:
			if x := candidates(c.Text); len(x) > 0 && len(c.Text) <= 20 { // no text, but a number
				list = append(list, x[0].text)
			}
		}
	}
	return list
}

// refuse notes that a row has its line in the report.
func (a *account) refuse(row source.Row) { a.used[row.Number] = nil }

// row checks that the numbers of a row are in its flows.
func (a *account) row(row source.Row) {
	used := map[int]bool{}
	for _, f := range a.data.Flows[max(0, len(a.data.Flows)-50):] {
		if slices.Contains(f.Cite, row.Number) {
			addPorts(used, f.Ports)
			addPorts(used, f.SourcePorts)
		}
	}
	a.used[row.Number] = used
	for _, c := range row.Cells {
		var left []string
		for _, x := range candidates(c.Text) {
			if !used[x.port] && !a.explained(c, row) && !slices.Contains(left, x.text) {
				left = append(left, x.text)
			}
		}
		if len(left) > 0 && c.Meaning != source.FieldOther {
			a.say(Doubt, c.Position, row.Number, textCellNumbers, a.columnName(c), strings.Join(left, ", "))
		} else if len(left) > 0 {
			a.say(Column, c.Position, row.Number, textColumnPorts, a.columnName(c), a.columnName(c)+"=ports")
		}
	}
}

// explained reports whether numbers of a cell are what its column is about, or
// the row is reported for them already.
func (a *account) explained(c source.Cell, row source.Row) bool {
	return c.Meaning == source.FieldCounter || c.Meaning == source.FieldPorts && severalEditions(row)
}

func (a *account) columnName(c source.Cell) string {
	if c.Heading != "" {
		return c.Heading
	}
	return string(c.Meaning)
}

func addPorts(used map[int]bool, ports string) {
	set, err := portset.Parse(ports)
	if err != nil {
		return
	}
	for lo, hi := range set.All() {
		used[int(uint16(lo))], used[int(uint16(hi))] = true, true
		used[int(uint16(lo))-1] = used[int(uint16(lo))-1] || hi-lo > 1000 // "greater than 1023"
		if hi-lo < 1000 {
			for p := lo; p <= hi; p++ {
				used[int(uint16(p))] = true
			}
		}
	}
}

// columns names each column that no field was taken from, once, and numbers in
// headings.
func (a *account) columns(rows []source.Row) {
	seen := map[string]bool{}
	heads := map[string]bool{}
	for _, row := range rows {
		for _, c := range row.Cells {
			if c.Heading != "" && !heads[c.Heading] && row.Shape == source.ShapeTable {
				heads[c.Heading] = true
				if list := candidates(c.Heading); len(list) > 0 {
					a.say(Unread, c.Position, 0, textHeadNumbers, c.Heading, candidateTexts(list))
				}
			}
			if c.Meaning != source.FieldOther || source.Side(c.Heading) != "" && yes.MatchString(c.Text) || row.Shifted || isNothing(c.Text) || seen[c.Heading] || a.used[row.Number] == nil {
				continue
			}
			if seen[c.Heading] = true; c.Heading == "" {
				a.say(Column, c.Position, row.Number, textOtherCells, shorten(c.Text))
			} else if len(candidates(c.Text)) == 0 {
				a.say(Column, c.Position, row.Number, textColumn, c.Heading, c.Heading+"=...")
			}
		}
	}
	a.all = map[int]bool{}
	for _, f := range a.data.Flows {
		addPorts(a.all, f.Ports)
		addPorts(a.all, f.SourcePorts)
	}
}

func candidateTexts(list []candidate) string {
	var texts []string
	for _, x := range list {
		if !slices.Contains(texts, x.text) {
			texts = append(texts, x.text)
		}
	}
	return strings.Join(texts, ", ")
}

// speaksOfPorts finds lines that are about ports.
var speaksOfPorts = regexp.MustCompile(`(?i)\bports?\b|\btcp\b|\budp\b|ポート|\bfirewall\b|ファイアウォール`)

// dynamicPorts finds ports that are named without a number.
var dynamicPorts = regexp.MustCompile(`(?i)\b(?:random|dynamic|ephemeral)(?:ally)?\s+(?:\S+\s+)?ports?\b|動的(?:な)?ポート|ランダム(?:な)?ポート|エフェメラルポート`)

// prose reports the numbers outside of rows.
func (a *account) prose() {
	for _, line := range a.document.Prose {
		var left []candidate
		text := line.Text
		if line.Heading > 0 {
			text = titleVersion.ReplaceAllString(text, "$1")
		}
		for _, x := range candidates(text) {
			if !a.all[x.port] {
				left = append(left, x)
			}
		}
		if len(left) == 0 && line.Heading == 0 && looksLikeRow(text) {
			if again := candidates(text); len(again) > 0 {
				a.say(Unread, line.Position, 0, textProseRow, candidateTexts(again))
			}
		}
		if m := dynamicPorts.FindString(line.Text); m != "" && len(left) == 0 {
			a.say(Unread, line.Position, 0, textProsePorts, shorten(m))
		}
		switch about := speaksOfPorts.MatchString(line.Text); {
		case len(left) == 0:
		case about:
			a.say(Unread, line.Position, 0, textProsePorts, candidateTexts(left))
		default:
			a.say(Unread, line.Position, 0, textProseNumbers)
		}
	}
}

// looksLikeRow reports whether a line that is not a row may be one: it is short,
// no sentence, and names a protocol or a host, or begins or ends with a number.
// That its ports are also those of a row does not say that it is read.
func looksLikeRow(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) <= 160 && !sentenceEnds.MatchString(text) && !strings.HasSuffix(text, ":") && rowMark.MatchString(text)
}

var (
	sentenceEnds = regexp.MustCompile(`[.。!?！？]["”）)]?(?:\s|$)|\b(?:is|are|must|should|can|will|if|when|see)\b|です|ます|ください|場合|参照`)
	rowMark      = regexp.MustCompile(`(?i)\b(?:tcp|udp)\b|^\d{2,5}\b|\b\d{2,5}$|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b.*\d{2,5}|\d{2,5}.*\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b`)
)

// titleVersion is the version of a product at the end of a heading.
var titleVersion = regexp.MustCompile(`([A-Za-z]) \d{1,2}(?:$|:)`)

var footnoteLine = regexp.MustCompile(`^[-・]?\s*(※\s*\d*|＊\d*|\*{1,3}\d*|†|‡|\[\d{1,2}\]|注※?\s*\d*|\(注\s*\d*\)|(?i:note)\s+\d+)[\s:：.)]*(\S.*)$`)

// readProse notes the title of the document and its footnotes.
func (b *builder) readProse() {
	rows, prose := b.document.Rows, b.document.Prose
	b.introduced = len(prose) > 0 && len(rows) > 0 && (prose[0].Sheet != rows[0].Sheet || prose[0].Line < rows[0].Line)
	b.footnotes = map[string]string{}
	for _, line := range b.document.Prose {
		if text := strings.TrimSpace(line.Text); b.title == "" && (line.Heading > 0 && !plainSheet.MatchString(text) || line.Sheet != "" && utf8.RuneCountInString(text) <= longestName) {
			b.title = text
		}
		if m := footnoteLine.FindStringSubmatch(line.Text); m != nil {
			if mark := footnoteKey(m[1]); mark != "" && b.footnotes[mark] == "" {
				b.footnotes[mark] = m[2]
			}
		}
	}
}

// plainSheet is the name that a workbook gives a sheet by itself: the title is
// above the table then.
var plainSheet = regexp.MustCompile(`(?i)^(?:sheet|シート)\s*\d*$`)

func footnoteKey(mark string) string {
	mark = strings.ToLower(strings.Join(strings.Fields(width.Fold.String(mark)), ""))
	return strings.TrimPrefix(strings.Trim(mark, "()"), "注")
}

var footnoteUse = regexp.MustCompile(`(?i)※\s*\d*|＊\d*|\*{1,3}\d*|†|‡|\[\d{1,2}\]|注\s*\d+|note\s+\d+`)

// purposeOf returns what a row says it is for, and the footnotes that it
// refers to, for the editor to write in other words.
func (b *builder) purposeOf(row source.Row) []string {
	var list []string
	marks := map[string]bool{}
	for _, c := range row.Cells {
		switch c.Meaning {
		case source.FieldPurpose, source.FieldRemarks:
			if c.Text != "" {
				list = append(list, c.Text)
			}
		}
		for _, m := range footnoteUse.FindAllString(c.Text, -1) {
			key := footnoteKey(m)
			if note := b.footnotes[key]; note != "" && !marks[key] {
				marks[key] = true
				list = append(list, m+" "+note)
			}
		}
	}
	return list
}
