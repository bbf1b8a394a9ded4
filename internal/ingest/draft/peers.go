package draft

import (
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/ingest/source"
)

// Tables of the ports of one computer name the other end with its port in
// brackets: the ports of the Kiln, and "Connects to [port]" with "Oven [8443]"
// or "Oven [ephemeral]". The end whose port is dynamic opens the connection.

var (
	peerPortHeading = regexp.MustCompile(`(?i)[\[(（][^\])）]*(?:ports?|ポート)[^\[(（]*[\])）]$`)
	peerPort        = regexp.MustCompile(`\s*[\[［]([^\]］]*)[\]］]`)
	ownPortHeading  = regexp.MustCompile(`(?i)^(.+?)(?:\s+ports?(?:\s+numbers?)?|の?(?:使用)?ポート(?:番号)?)$`)
	dynamicPort     = regexp.MustCompile(`(?i)^(?:ephemeral|dynamic|random|any|エフェメラル|動的|任意|不定|自動)`)
)

// peerPorts returns a row of such a table with its ports and ends in columns
// of their own. Other rows stay as they are.
func (b *builder) peerPorts(row source.Row) source.Row {
	at := slices.IndexFunc(row.Cells, func(c source.Cell) bool {
		return c.Meaning == source.FieldDestination && peerPortHeading.MatchString(c.Heading)
	})
	own := slices.IndexFunc(row.Cells, func(c source.Cell) bool { return c.Meaning == source.FieldPorts })
	if at < 0 || own < 0 || len(row.With(source.FieldPorts)) > 1 || len(row.With(source.FieldSource)) > 0 {
		return row
	}
	var name string
	if m := ownPortHeading.FindStringSubmatch(row.Cells[own].Heading); m != nil {
		name = m[1]
	}
	row.Cells = slices.Clone(row.Cells)
	peer, ports := &row.Cells[at], &row.Cells[own]
	var theirs []string
	for _, m := range peerPort.FindAllStringSubmatch(lines(*peer), -1) {
		theirs = append(theirs, strings.TrimSpace(m[1]))
	}
	this := source.Cell{Position: ports.Position, Heading: ports.Heading, Field: source.FieldOther, Text: name}
	switch {
	case len(theirs) > 0 && dynamicPort.MatchString(ports.Text) && strings.ContainsAny(theirs[0], "0123456789"):
		this.Meaning, ports.Text, ports.Lines = source.FieldSource, strings.Join(compactInOrder(theirs), ", "), nil
	case isNothing(peer.Text) || len(peer.Lines) > 0 && !slices.ContainsFunc(peer.Lines, func(s string) bool { return !isNothing(s) }):
		this.Meaning, peer.Meaning, peer.Text, peer.Lines = source.FieldDestination, source.FieldSource, name, nil // its own processes
		b.say(Doubt, row.Position, row.Number, textOneHost, peer.Heading)
	case len(theirs) > 0 && !slices.ContainsFunc(theirs, func(s string) bool { return !dynamicPort.MatchString(s) }):
		this.Meaning, peer.Meaning = source.FieldDestination, source.FieldSource
	default:
		return row
	}
	peer.Text = peerPort.ReplaceAllString(peer.Text, "")
	peer.Lines = slices.Clone(peer.Lines)
	for i, s := range peer.Lines {
		peer.Lines[i] = peerPort.ReplaceAllString(strings.TrimLeft(s, "-・ "), "")
	}
	if name != "" {
		row.Cells = append(row.Cells, this)
		b.say(Guess, row.Position, row.Number, textPeerPort, name, ports.Heading)
	}
	return row
}
