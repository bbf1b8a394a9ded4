package source

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// A sentence that states ports is a row only where nothing else in the document
// does: beside a table it would state the same ports again. Only what names its
// protocol, or says "port", is taken: "listens on TCP 8500", "LDAP, port 389",
// "TCPの443番".
var (
	sentencePorts = regexp.MustCompile(`(?i)\b(tcp|udp|sctp)(?:/ip)?の?\s*(?:ports?|ポート)?(?:番号)?\s*(` + itemNumbers + `)|` +
		`(` + itemNumbers + `)\s*[/(]\s*(tcp|udp|sctp)\b(?:\s*(?:and|&|,|/)\s*(tcp|udp|sctp)\b)?|` +
		`(?:\bports?|ポート)(?:番号)?,?\s*(?:number\s+)?(?:default\s+)?(` + itemNumbers + `)`)
	// "The agent port ...; its default is 4100": a port by its name first
	sentenceDefault = regexp.MustCompile(`(?i)(?:\bports?\b|ポート).*?(?:\bdefaults? (?:is|to|value is|port is)|デフォルト(?:値|のポート番号)?は|既定値?は|初期値は)\s*(` + itemNumbers + `)`)
	sentenceDenies  = regexp.MustCompile(`(?i)\b(?:not|never|no|cannot|longer|instead|block(?:s|ed)?|deny|den(?:ies|ied))\b|n't\b|ない|ません|不要|禁止|拒否|遮断`)
)

// longestSentence is the number of bytes up to which a line is read as one.
const longestSentence = 600

// sentences makes rows of the lines that state ports, in a document in which
// no row does.
func (a *assembly) sentences() {
	if slices.ContainsFunc(a.doc.Rows, func(row Row) bool { return len(row.With(FieldPorts)) > 0 || row.Shape != ShapeItem }) {
		return
	}
	clear(a.sections[:])
	var prose []Line
	for _, line := range a.doc.Prose {
		if line.Heading > 0 {
			level := min(line.Heading, len(a.sections)) - 1
			clear(a.sections[level:])
			a.sections[level] = line
		}
		ports := portsOfSentence(line.Text)
		if line.Heading > 0 || ports == "" {
			prose = append(prose, line)
			continue
		}
		row := Row{Position: line.Position, Shape: ShapeSentence, Section: a.section(len(a.sections)), Path: a.path(len(a.sections))}
		for _, c := range []Cell{{Field: FieldPorts, Text: ports}, {Field: FieldPurpose, Text: line.Text}} {
			c.Position, c.Meaning = line.Position, c.Field
			row.Cells = append(row.Cells, c)
		}
		a.take(1 + len(row.Cells))
		a.doc.Rows = append(a.doc.Rows, row)
	}
	a.doc.Prose = prose
	slices.SortStableFunc(a.doc.Rows, func(x, y Row) int { return x.Line - y.Line })
	for i := range a.doc.Rows {
		a.doc.Rows[i].Number = i + 1
	}
}

// portsOfSentence returns the ports that a sentence states, as a cell has them.
func portsOfSentence(text string) string {
	if len(text) > longestSentence || sentenceDenies.MatchString(text) || strings.ContainsAny(text, "→←↔⇔⇒") || strings.Contains(text, "->") {
		return "" // a page whose rows were copied into one line has arrows
	}
	var list []string
	for _, m := range sentencePorts.FindAllStringSubmatch(width.Fold.String(text), -1) {
		protocol, ports := strings.ToUpper(m[1]+m[4]), m[2]+m[3]+m[6]
		if m[5] != "" {
			protocol += "/" + strings.ToUpper(m[5])
		}
		if piece := strings.TrimSpace(protocol + " " + ports); !slices.Contains(list, piece) && !slices.Contains(list, "TCP "+piece) {
			list = append(list, piece)
		}
	}
	if m := sentenceDefault.FindStringSubmatch(width.Fold.String(text)); m != nil && len(list) == 0 {
		list = append(list, m[1])
	}
	return strings.Join(list, ", ")
}
