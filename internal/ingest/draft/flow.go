package draft

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/ingest/portcell"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/text/printable"
)

// reading is a row while it becomes flows.
type reading struct {
	*builder
	row     source.Row
	context context
	cells   portcell.Row
	loose   bool     // the cells are no plain lists
	headed  []string // application protocols that head columns of ports
	portsAt string   // text of the cells of ports
	flow    dataFlow
	parsed  portcell.Direction // of the row or its heading
	text    string             // purpose, remarks and the like

	condition string // in a cell of ends
	unnamed   bool   // no cell names an end, and no heading both

	directedFrom, directedTo string // ends in the cell of the direction
}

// flows makes the flows of a row: one, or as many as it has pairs of ends. The
// reason is that of a row that is meant to be none; the error says why there is
// none although there should be.
func (b *builder) flows(row source.Row) (list []dataFlow, reason string, err error) {
	if sides := bySides(row); len(sides) > 1 {
		for _, side := range sides {
			flows, why, err := b.flows(side)
			if err != nil || why != "" {
				return nil, why, err
			}
			list = append(list, flows...)
		}
		return list, "", nil
	}
	row = b.peerPorts(row)
	r := &reading{builder: b, row: row, context: b.contextOf(row.Path)}
	if words := r.denied(); words != "" {
		b.say(Excluded, row.Position, row.Number, textDenied, words)
		return nil, reasonDenied, nil
	}
	r.text = r.prose()
	if err := r.ports(); err != nil {
		return nil, "", err
	}
	if row.Shape == source.ShapeSentence {
		r.say(Doubt, textSentence, shorten(r.text))
	}
	r.flow.Cite = []int{row.Number}
	r.direction()
	pairs := r.ends()
	if n := len(r.cells.Items); n > 1 && n == len(pairs) {
		r.say(Doubt, textPairsOfPorts, n)
	}
	r.transport()
	r.requirement()
	r.configurable()
	r.applications()
	r.services()
	r.flow.purpose = b.purposeOf(row)
	if r.flow.Requirement == conditional {
		text, _ := row.Field(source.FieldRequirement)
		r.flow.Conditions = []string{b.conditionOf(text + "\n" + r.text + "\n" + r.condition)}
	}
	for _, p := range pairs {
		f := r.flow
		f.From, f.To, f.Component = p.from, p.to, p.component
		f.Inferred = append(slices.Clone(f.Inferred), p.inferred...)
		f.guesses = append(slices.Clone(f.guesses), p.guesses...)
		if p.initiator != "" {
			f.Initiator = p.initiator
		}
		slices.Sort(f.Quirks)
		f.Quirks = slices.Compact(f.Quirks)
		f.Inferred = compactInOrder(f.Inferred)
		list = append(list, f)
	}
	return list, "", nil
}

// bySides returns a row with a column of ports for each direction as one row
// for each of them.
func bySides(row source.Row) (rows []source.Row) {
	has := func(c source.Cell) bool {
		return c.Meaning == source.FieldPorts && source.Side(c.Heading) != "" && !isNothing(c.Text)
	}
	for at, c := range row.Cells {
		if !has(c) {
			continue
		}
		side := row
		side.Cells = slices.Clone(row.Cells)
		for k := range side.Cells {
			if k != at && has(side.Cells[k]) {
				side.Cells[k].Text, side.Cells[k].Lines = "", nil
			}
		}
		rows = append(rows, side)
	}
	return rows
}

func compactInOrder(list []string) []string {
	var kept []string
	for _, s := range list {
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

func (r *reading) say(kind Kind, t text, args ...any) {
	r.builder.say(kind, r.row.Position, r.row.Number, t, args...)
}

// guess reports a guess, and writes it beside the flow.
func (r *reading) guess(t text, args ...any) {
	r.say(Guess, t, args...)
	r.flow.guesses = append(r.flow.guesses, "guessed: "+fmt.Sprintf(say(r.options.ReportLanguage, t), args...))
}

// denied returns the words by which a row says that it forbids.
func (r *reading) denied() string {
	for _, c := range r.row.Cells {
		switch c.Meaning {
		case source.FieldAction, source.FieldOther, source.FieldRequirement, source.FieldRemarks:
			if denies.MatchString(c.Text) || c.Meaning == source.FieldAction && deniesAction(c) {
				return c.Text
			}
		}
	}
	if r.context.denies {
		return r.context.denyLine.Text
	}
	return ""
}

// deniesAction reports whether the cell of an action denies: "Deny direct
// access", or no below "Allowed".
func deniesAction(c source.Cell) bool {
	return deniesFirst.MatchString(c.Text) || allowHeading.MatchString(c.Heading) && noMark.MatchString(c.Text)
}

// prose returns the texts of a row that describe its communication.
func (r *reading) prose() string {
	var list []string
	for _, c := range r.row.Cells {
		switch c.Meaning {
		case source.FieldPurpose, source.FieldRemarks, source.FieldTitle, source.FieldOther:
			if c.Text != "" {
				list = append(list, c.Text)
			}
		}
	}
	return strings.Join(list, "\n")
}

// lines returns the text of a cell, with the line breaks that separate ports.
func lines(c source.Cell) string {
	if len(c.Lines) > 1 {
		return strings.Join(c.Lines, "\n")
	}
	return c.Text
}

func textOf(cells []source.Cell) string {
	var list []string
	for _, c := range cells {
		if s := lines(c); s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, "\n")
}

// ports reads the cells of protocols and ports.
func (r *reading) ports() error {
	protocol := r.protocolText()
	var rows []portcell.Row
	var texts []string
	cells := r.portCells()
	if r.row.Shape == source.ShapeList && len(cells) > 1 {
		cells = []source.Cell{{Text: textOf(cells)}} // lines of one value
	}
	for _, c := range cells {
		p := protocol
		if name, ok := source.HeadingProtocol(c.Heading); ok {
			p = name
		}
		if name, ok := headsApplication(c.Heading); ok && !isNothing(c.Text) {
			r.headed = append(r.headed, name)
		}
		text := lines(c)
		if anyPort.MatchString(text) {
			text = "any"
		}
		if isNothing(text) && (p != protocol || len(rows) > 0) {
			continue
		}
		row, err := r.read(p, text)
		if err != nil {
			return err
		}
		rows, texts = append(rows, row), append(texts, text)
	}
	r.portsAt = strings.Join(texts, "\n")
	if len(rows) == 0 {
		row, err := r.read(protocol, "")
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	r.cells = merge(rows)
	return r.checkPorts(protocol)
}

// protocolText returns the protocol cell, or the heads of the columns of
// protocols that have a mark.
func (r *reading) protocolText() string {
	var list []string
	for _, c := range r.row.With(source.FieldProtocol) {
		if name, ok := source.HeadingProtocol(c.Heading); ok && yes.MatchString(c.Text) {
			list = append(list, name)
		} else if c.Text == "-1" || anyProtocol.MatchString(c.Text) { // as rules of clouds write any protocol
			list = append(list, "any")
		} else if c.Text != "" {
			list = append(list, inShort(lines(c)))
		}
	}
	return strings.Join(list, "\n")
}

var (
	anyProtocol = regexp.MustCompile(`(?i)^(?:(?:全て?の?|すべての|任意の)プロトコル|(?:all|any) protocols?)$`)
	anyPort     = regexp.MustCompile(`(?i)^(?:(?:全て?の?|すべての|任意の)ポート(?:番号)?|(?:all|any) ports?)$`)
)

var longProtocol = regexp.MustCompile(`(?i)` + source.LongProtocols)

// inShort writes transport protocols that a cell names in full with their
// abbreviations, which a cell may have beside them: "Transmission Control
// Protocol (TCP)".
func inShort(cell string) string {
	if !longProtocol.MatchString(cell) {
		return cell
	}
	if short := statedInText(cell); len(short) > 0 {
		return strings.ReplaceAll(protocolNames(short), ", ", "/")
	}
	return longProtocol.ReplaceAllStringFunc(cell, func(name string) string {
		if strings.Contains(strings.ToLower(name), "datagram") || strings.Contains(name, "データグラム") {
			return "UDP"
		}
		return "TCP"
	})
}

// portCells returns the cells whose ports are those of the flow. Two columns
// of one meaning are two editions of the ports, and never a list or a range.
func (r *reading) portCells() []source.Cell {
	cells := r.row.With(source.FieldPorts)
	if len(cells) < 2 || r.row.Shape == source.ShapeList {
		return cells
	}
	var chosen []source.Cell
	var plain []source.Cell
	for _, c := range cells {
		if _, ok := source.HeadingProtocol(c.Heading); ok {
			chosen = append(chosen, c)
		} else {
			plain = append(plain, c)
		}
	}
	if len(plain) < 2 || !severalEditions(r.row) {
		return cells
	}
	if len(plain) == 2 && isRangeStart(plain[0].Heading) && isRangeEnd(plain[1].Heading) {
		return append(chosen, rangeOf(plain[0], plain[1]))
	}
	best := 0
	for i, c := range plain {
		if portRank(c, r.row) > portRank(plain[best], r.row) {
			best = i
		}
	}
	for i, c := range plain {
		if i != best && !isNothing(c.Text) {
			r.say(Doubt, textTwoColumns, plain[best].Heading, c.Heading)
		}
	}
	return append(chosen, plain[best])
}

var (
	rangeStart = regexp.MustCompile(`(?i)^(?:from[ _-]?port|port[ _-]?from|start(?:ing)?[ _-]?port|port[ _-]?start|min(?:imum)?[ _-]?port|port[ _-]?(?:range[ _-]?)?min|開始ポート)$`)
	rangeEnd   = regexp.MustCompile(`(?i)^(?:to[ _-]?port|port[ _-]?to|end(?:ing)?[ _-]?port|port[ _-]?end|max(?:imum)?[ _-]?port|port[ _-]?(?:range[ _-]?)?max|終了ポート)$`)
)

func isRangeStart(heading string) bool { return rangeStart.MatchString(strings.TrimSpace(heading)) }
func isRangeEnd(heading string) bool   { return rangeEnd.MatchString(strings.TrimSpace(heading)) }

// rangeOf joins the columns of the first and the last port of ranges, as rules
// of clouds have them: 0 to 0 is any port.
func rangeOf(first, last source.Cell) source.Cell {
	switch lo, hi := strings.TrimSpace(first.Text), strings.TrimSpace(last.Text); {
	case lo == "0" && (hi == "0" || hi == "65535"), lo == "-1":
		first.Text = "any"
	case hi != lo && hi != "":
		first.Text = lo + "-" + hi
	}
	first.Lines = nil
	return first
}

// headsApplication reports whether the heading of a column of ports names the
// application protocol that uses them: "HTTPS port".
func headsApplication(heading string) (string, bool) {
	name := strings.ToLower(strings.TrimSpace(heading))
	for _, end := range []string{" port number", " ports", " port", "ポート番号", "ポート"} {
		name = strings.TrimSpace(strings.TrimSuffix(name, end))
	}
	return name, portcell.Transports(name) != nil
}

// severalEditions reports whether a row has several columns of ports that are
// no list: portCells then takes one.
func severalEditions(row source.Row) bool {
	heading, n := "", 0
	for _, c := range row.With(source.FieldPorts) {
		_, transport := source.HeadingProtocol(c.Heading)
		_, application := headsApplication(c.Heading)
		if !transport && !application && c.Heading != heading {
			heading = c.Heading
			n++
		}
	}
	return n > 1 && row.Shape == source.ShapeTable
}

// portRank says how much a column of ports is the one to take.
func portRank(c source.Cell, row source.Row) int {
	h := strings.ToLower(c.Heading)
	direction, _ := row.Field(source.FieldDirection)
	d, _ := portcell.ParseDirection(direction)
	switch {
	case isNothing(c.Text):
		return 0
	case strings.Contains(h, "remote") && d == portcell.Outbound, strings.Contains(h, "local") && d == portcell.Inbound:
		return 4
	case strings.Contains(h, "default"), strings.Contains(h, "デフォルト"), strings.Contains(h, "既定"):
		return 3
	case strings.Contains(h, "destination"), strings.Contains(h, "宛先"), strings.Contains(h, "listen"), strings.Contains(h, "待"):
		return 2
	}
	return 1
}

// read reads a protocol and a port cell: by the grammar, or else loosely.
func (r *reading) read(protocol, port string) (portcell.Row, error) {
	row, err := portcell.Combine(protocol, port)
	if err == nil && row.Kind == portcell.Unstated && len(row.Items) == 0 {
		if inner := inBrackets(port); inner != "" {
			return r.read(protocol, inner)
		}
	}
	if err == nil {
		for _, d := range slices.Concat(row.Protocol.Doubts, row.Port.Doubts) {
			r.say(Doubt, textCellDoubt, d.Piece, r.options.phrase(d.Reason))
		}
		return r.kindInBrackets(row), nil
	}
	loose, left, looseErr := portcell.Loosely(protocol, port)
	if looseErr != nil {
		return portcell.Row{}, err
	}
	r.loose = true
	what := string(loose.Ports.AppendText(nil))
	if what == "" {
		what = or(itemTexts(loose.Items), loose.Kind.String())
	}
	cell := port
	if port == "" || protocolRefused(protocol) {
		cell = strings.TrimSpace(protocol + " " + port)
	}
	r.say(Doubt, textLoose, shorten(cell), what)
	for _, d := range left {
		r.say(Doubt, textLeft, shorten(cell), d.Piece, r.options.phrase(d.Reason))
	}
	return loose, nil
}

var portsInBrackets = regexp.MustCompile(`[(（]([^()（）]*\d[^()（）]*)[)）]`)

// inBrackets returns the ports that a cell has in brackets behind names alone:
// "SMB (445/TCP)".
func inBrackets(cell string) string {
	var list []string
	for _, m := range portsInBrackets.FindAllStringSubmatch(cell, 20) {
		list = append(list, m[1])
	}
	return strings.Join(list, ", ")
}

// kindInBrackets reads a cell like "TCP (random)", whose brackets say what kind
// of port there is.
func (r *reading) kindInBrackets(row portcell.Row) portcell.Row {
	if row.Kind != portcell.Unstated || len(row.Items) > 0 {
		return row
	}
	for _, w := range row.Port.Words {
		if cell, err := portcell.ParsePorts(w.Text); err == nil && (cell.Kind == portcell.Dynamic || cell.Kind == portcell.Varies) {
			row.Kind = cell.Kind
			row.Quirks = append(slices.Clone(row.Quirks), cell.Quirks...)
			r.say(Doubt, textLoose, w.Text, cell.Kind.String())
		}
	}
	return row
}

func protocolRefused(cell string) bool {
	_, err := portcell.ParseProtocols(cell)
	return err != nil
}

func itemTexts(items []portcell.Item) string {
	var list []string
	for _, x := range items {
		list = append(list, x.Text)
	}
	return strings.Join(list, ", ")
}

// shorten returns the beginning of a text, for messages.
func shorten(s string) string { return printable.Beginning(strings.Join(strings.Fields(s), " "), 60) }

// merge puts the ports of several columns together.
func merge(rows []portcell.Row) portcell.Row {
	sum := rows[0]
	for _, x := range rows[1:] {
		sum.Items = append(slices.Clone(sum.Items), x.Items...)
		sum.Ports = portset.Union(sum.Ports, x.Ports)
		sum.Protocols = append(slices.Clone(sum.Protocols), x.Protocols...)
		sum.Quirks = append(slices.Clone(sum.Quirks), x.Quirks...)
		sum.Port.Words = append(slices.Clone(sum.Port.Words), x.Port.Words...)
		if sum.Kind == portcell.Unstated || sum.Kind == portcell.None || x.Kind == portcell.Listed {
			sum.Kind = x.Kind
		}
	}
	slices.Sort(sum.Protocols)
	sum.Protocols = slices.Compact(sum.Protocols)
	return sum
}

// checkPorts refuses rows without ports that hold numbers in other columns,
// and those that say nothing at all.
func (r *reading) checkPorts(protocol string) error {
	if len(r.cells.Items) > 0 || r.cells.Kind != portcell.Unstated {
		return nil
	}
	_, hasDestination := r.row.Field(source.FieldDestination)
	hasDestination = hasDestination || len(r.row.With(source.FieldEnds)) > 0
	if len(r.row.With(source.FieldPorts)) == 0 {
		if numbers := r.account.candidates(r.row); len(numbers) > 0 && (protocol != "" || hasDestination) {
			return fmt.Errorf(say(r.options.ReportLanguage, textNumbers), strings.Join(numbers, ", "))
		}
	}
	source, _ := r.row.Field(source.FieldSourcePorts)
	if protocol == "" && source == "" && !hasDestination {
		return errors.New(say(r.options.ReportLanguage, textNoField))
	}
	return nil
}

// transport fills in the ports, with a protocol where none is stated.
func (r *reading) transport() {
	f, cells := &r.flow, r.cells
	f.Quirks = append(f.Quirks, cells.Quirks...)
	set := cells.Ports
	assumed := ""
	for _, item := range cells.Items {
		if len(item.Protocols) > 0 {
			continue
		}
		protocols := r.assumedProtocols(item)
		for _, p := range protocols {
			set = portset.Union(set, portset.Range(portset.Key(p, item.First), portset.Key(p, item.Last)))
		}
		assumed = protocolNames(protocols)
	}
	if assumed != "" {
		f.Inferred, f.Quirks = append(f.Inferred, fieldProtocol), append(f.Quirks, "transport-not-stated")
		r.say(Doubt, textTransport, assumed)
	}
	text := string(set.AppendText(nil))
	if cells.Source {
		f.SourcePorts, text = text, ""
		f.PortKind = portcell.None.String()
	}
	f.Ports = text
	if f.Ports == "" {
		protocols := cells.Protocols
		if stated := statedInText(r.text); len(protocols) == 0 && cells.Kind != portcell.Unstated && len(stated) > 0 {
			protocols = stated
			f.Inferred = append(f.Inferred, fieldProtocol)
			r.say(Doubt, textTransport, protocolNames(stated))
		}
		for _, p := range protocols {
			f.Protocols = append(f.Protocols, portset.ProtocolName(p))
		}
	}
	switch {
	case cells.Kind == portcell.Unstated && f.Ports == "":
		f.PortKind = portcell.None.String()
		if len(cells.Protocols) == 0 && !r.schemePorts() {
			r.say(Doubt, textNoPort)
		} else if slices.Contains(f.Protocols, "tcp") || slices.Contains(f.Protocols, "udp") {
			r.say(Doubt, textOnlyProtocol)
		}
	case cells.Kind != portcell.Listed && cells.Kind != portcell.Unstated:
		f.PortKind = cells.Kind.String()
	}
	for _, h := range r.row.Path {
		if localPorts.MatchString(h.Text) && r.parsed != portcell.Inbound {
			r.say(Doubt, textLocalPorts, h.Text)
		}
	}
	r.choice(set)
	r.sourcePorts()
	r.publish()
}

// localPorts are headings of ports that their own computer opens, for whatever
// direction.
var localPorts = regexp.MustCompile(`(?i)^\W*(?:local|source)\s+ports?\b|^(?:ローカル|送信元)ポート`)

// choice says whether all ports are used. The doubt hangs on the number of
// items: 3268/3269 reads as a range only after both are one set.
func (r *reading) choice(set portset.Set) {
	switch r.cells.Choice {
	case portcell.OneOf:
		if set.Len() > 1 {
			r.flow.PortChoice = portcell.OneOf.String()
		}
	case portcell.ChoiceUnstated:
		if len(r.cells.Items) > 1 && r.flow.Ports != "" {
			r.say(Doubt, textChoice, r.flow.Ports)
		}
	}
}

// assumedProtocols returns the protocols of ports that state none: those of
// the application that the row names, those that the port is known for, or TCP.
func (r *reading) assumedProtocols(item portcell.Item) []uint8 {
	if p := r.cells.Protocol.Implied(); len(p) > 0 {
		return p
	}
	for _, name := range r.applicationNames() {
		if p := portcell.Transports(name); len(p) > 0 {
			return p
		}
	}
	if p := statedInText(r.text); len(p) > 0 && (!r.loose || protocolRefused(r.protocolText())) {
		return p
	}
	switch {
	case item.First == 53 && item.Last == 53:
		return []uint8{6, 17}
	case item.First == item.Last && udpPorts[item.First]:
		return []uint8{17}
	}
	return []uint8{6}
}

var transportWord = regexp.MustCompile(`\b(TCP|UDP)\b`)

// statedInText returns the protocols that the description of a row names.
func statedInText(text string) []uint8 {
	var list []uint8
	for _, m := range transportWord.FindAllString(text, -1) {
		n, _ := portset.ParseProtocol(strings.ToLower(m))
		list = append(list, uint8(n))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func protocolNames(protocols []uint8) string {
	var names []string
	for _, p := range protocols {
		names = append(names, strings.ToUpper(portset.ProtocolName(p)))
	}
	return strings.Join(names, ", ")
}

// schemePorts takes the ports of addresses: 443 of https://, or the one that
// an address names.
func (r *reading) schemePorts() bool {
	found := false
	set := portset.Set{}
	for _, c := range r.row.With(source.FieldDestination) {
		e := splitHosts(lines(c))
		for _, scheme := range e.schemes {
			p := map[string]uint16{"https": 443, "http": 80, "wss": 443, "ws": 80, "ldap": 389, "ldaps": 636, "ftp": 21, "sftp": 22, "ssh": 22}[scheme]
			name := applicationName(scheme)
			if p == 0 {
				continue
			}
			if len(e.ports) == 0 {
				set, found = portset.Union(set, portset.Range(portset.Key(6, p), portset.Key(6, p))), true
			}
			if !slices.Contains(r.flow.AppProtocols, name) && (scheme == "https" || scheme == "http" || scheme == "ldap" || scheme == "ldaps") {
				r.flow.AppProtocols = append(r.flow.AppProtocols, name)
			}
		}
		for _, port := range e.ports {
			if one, err := portset.Parse(port + "/tcp"); err == nil {
				set, found = portset.Union(set, one), true
			}
		}
		if found {
			r.guess(textSchemePorts, strings.Join(compactInOrder(e.schemes), ", "), string(set.AppendText(nil)))
		}
	}
	if found {
		r.flow.Ports, r.flow.PortKind = string(set.AppendText(nil)), ""
		r.flow.Inferred = append(r.flow.Inferred, fieldPorts, fieldProtocol)
	}
	return found
}

// sourcePorts fills in ports that have a column of their own.
func (r *reading) sourcePorts() {
	cell := textOf(r.row.With(source.FieldSourcePorts))
	if isNothing(cell) || r.flow.SourcePorts != "" {
		return
	}
	protocol := r.protocolText()
	if len(r.cells.Protocols) == 0 {
		protocol = "tcp"
	}
	cells, err := r.read(protocol, cell)
	if err != nil {
		r.say(Doubt, textRefused, r.options.cellError(err))
		return
	}
	if cells.Kind == portcell.Listed {
		r.flow.SourcePorts = string(cells.Ports.AppendText(nil))
	}
}

// longestToken is the number of bytes up to which a cell is a token. A longer
// one is a sentence, of which only the ports are taken.
const longestToken = 40

// publish keeps the published tokens: the cells where they are short and read
// as the ports, or else the ports in a form that does.
func (r *reading) publish() {
	protocol := textOf(r.row.With(source.FieldProtocol))
	if protocolRefused(protocol) || r.protocolText() != protocol {
		protocol = ""
	}
	f := &r.flow
	f.Published.Protocol = token(protocol, r.cells.Protocol)
	if r.portsAt == "" {
		return
	}
	if f.Published.Ports = token(r.portsAt, r.cells.Port); !r.loose && r.oneColumn() {
		return
	}
	f.Published.Ports = ""
	if set, err := portset.Parse(f.Ports); err == nil && f.Ports != "" {
		f.Published.Protocol = ""
		var list []string
		for lo, hi := range set.All() {
			name := strings.ToUpper(portset.ProtocolName(uint8(lo >> 16)))
			if lo == hi {
				list = append(list, fmt.Sprintf("%s %d", name, uint16(lo)))
			} else {
				list = append(list, fmt.Sprintf("%s %d-%d", name, uint16(lo), uint16(hi)))
			}
		}
		if len(list) <= 20 {
			f.Published.Ports = strings.Join(list, ", ")
		}
	}
}

// oneColumn reports whether the ports are of one cell, whose heading names no
// protocol.
func (r *reading) oneColumn() bool {
	cells := r.row.With(source.FieldPorts)
	for _, c := range cells {
		if _, ok := source.HeadingProtocol(c.Heading); ok {
			return false
		}
	}
	return len(cells) == 1 || !severalEditions(r.row) && !strings.Contains(r.portsAt, "\n") || r.row.Shape == source.ShapeList || cells[0].Heading == "" || cells[0].Heading == cells[1].Heading || !strings.Contains(r.portsAt, "\n")
}

func token(cell string, read portcell.Cell) string {
	if len(cell) <= longestToken && !strings.Contains(cell, "\n") {
		return cell
	}
	var list []string
	for _, item := range read.Items {
		var names []string
		for _, p := range item.Protocols {
			names = append(names, strings.ToUpper(portset.ProtocolName(p)))
		}
		list = append(list, strings.TrimSpace(strings.Join(names, "/")+" "+item.Text))
	}
	return strings.Join(list, ", ")
}

// direction reads the direction of the row, or that of a heading above it.
func (r *reading) direction() {
	f := &r.flow
	cell, _ := r.row.Field(source.FieldDirection)
	published := cell
	cell = directionWord.ReplaceAllString(strings.ReplaceAll(strings.TrimRight(cell, " *※"), "di-rectional", "directional"), "")
	has := len(r.row.With(source.FieldDirection)) > 0 || hasColumn(r.row, source.FieldDirection)
	d, err := portcell.ParseDirection(cell)
	if inner := directionOf(cell); err != nil && inner != portcell.DirectionUnstated && r.endOfDirection(cell) {
		d, err = inner, nil
	}
	switch {
	case err != nil:
		r.say(Doubt, textDirection, r.options.cellError(err))
		f.Quirks = append(f.Quirks, "missing-direction")
	case d != portcell.DirectionUnstated:
		if f.Published.Direction = cell; cell != published {
			r.guess(textDirection, fmt.Sprintf("%s (%q)", d, published))
		}
	case has:
		f.Quirks = append(f.Quirks, "missing-direction")
	}
	if d == portcell.DirectionUnstated {
		for _, w := range r.cells.Port.Words {
			if in, err := portcell.ParseDirection(w.Text); err == nil && in != portcell.DirectionUnstated {
				d = in
				r.guess(textDirection, fmt.Sprintf("%s (%q)", in, w.Text))
			}
		}
	}
	if d == portcell.DirectionUnstated {
		d = r.directionInHeads()
	}
	if d == portcell.DirectionUnstated {
		d = r.directionOfSides()
	}
	if d == portcell.DirectionUnstated {
		if m := directionInText.FindString(r.text); m != "" {
			d = directionOf(m)
			r.guess(textDirection, fmt.Sprintf("%s (%q)", d, m))
		}
	}
	if d == portcell.DirectionUnstated && r.context.direction != portcell.DirectionUnstated {
		d = r.context.direction
		r.guess(textFromHeading, d, r.context.directionLine.Text, place(r.context.directionLine.Position))
	}
	if r.parsed = d; d != portcell.DirectionUnstated {
		f.Direction = d.String()
	}
	if d == portcell.Both {
		f.Initiator = initiatorUnstated
	}
}

// directionWord is what a direction may be of.
var directionWord = regexp.MustCompile(`(?i)(?:通信|ポート|の?方向|\s+traffic|\s+ports?|\s+connections?)$`)

var (
	directedFrom = regexp.MustCompile(`(?i)^(?:\S+\s+)?from\s+(?:the\s+|an?\s+)?(.+)$|^(.+?)\s*からの`)
	directedTo   = regexp.MustCompile(`(?i)^(?:\S+\s+)?(?:to|on)\s+(?:the\s+|an?\s+)?(.+)$|^(.+?)\s*への`)
	directedBy   = regexp.MustCompile(`(?i)^(.+?)\s+(?:in-?bound|out-?bound|ingress|egress|incoming|outgoing)$|^(?:in-?bound|out-?bound|ingress|egress|incoming|outgoing)\s+(?:only|traffic|ports?|connections?)$`)
)

// endOfDirection keeps the end that a direction comes with: "Inbound to
// the Kiln", 棚からのインバウンド. It reports whether the cell says no
// more.
func (r *reading) endOfDirection(cell string) bool {
	name := func(m []string) string {
		if m == nil {
			return ""
		}
		return m[1] + m[2]
	}
	r.directedFrom, r.directedTo = name(directedFrom.FindStringSubmatch(cell)), name(directedTo.FindStringSubmatch(cell))
	return r.directedFrom != "" || r.directedTo != "" || directedBy.MatchString(cell)
}

// directionInText finds the direction of a port in a description.
var directionInText = regexp.MustCompile(`(?i)\b(?:in-?bound|incoming|out-?bound|outgoing)\s+(?:(?:tcp|udp)\s+)?(?:port|connection)s?\b`)

// directionInHeads reads the only heading of a table, which is none of a
// column: "Inbound:".
func (r *reading) directionInHeads() portcell.Direction {
	var only source.Cell
	for _, c := range r.row.Cells {
		if c.Heading != "" && only.Heading != "" {
			return portcell.DirectionUnstated
		} else if c.Heading != "" {
			only = c
		}
	}
	d, err := portcell.ParseDirection(strings.TrimRight(strings.TrimSpace(only.Heading), ":： "))
	if err != nil || d == portcell.DirectionUnstated {
		return portcell.DirectionUnstated
	}
	r.guess(textFromHeading, d, only.Heading, place(only.Position))
	return d
}

// directionOfSides reads tables with a column for each direction: its ports, or
// a mark.
func (r *reading) directionOfSides() (sum portcell.Direction) {
	for _, c := range r.row.Cells {
		side := source.Side(c.Heading)
		if side == "" || isNothing(c.Text) || c.Meaning != source.FieldPorts && !yes.MatchString(c.Text) {
			continue
		}
		d, err := portcell.ParseDirection(side)
		switch {
		case err != nil:
		case sum == portcell.DirectionUnstated:
			sum = d
		case sum != d:
			sum = portcell.Both
		}
		r.guess(textFromHeading, d, c.Heading, place(c.Position))
	}
	return sum
}

// hasColumn reports whether the table of a row has a column for a field, though
// the row may have no cell for it.
func hasColumn(row source.Row, field source.Field) bool {
	return slices.ContainsFunc(row.Cells, func(c source.Cell) bool { return c.Meaning == field || c.Field == field && c.Text == "" })
}

// requirement reads whether the communication is needed.
func (r *reading) requirement() {
	f := &r.flow
	for _, c := range r.row.With(source.FieldRequirement) {
		if f.Requirement = requirementOf(c.Heading, c.Text); f.Requirement != "" {
			return
		}
		if c.Text != "" {
			return
		}
	}
	value, words := find(requirementPhrases, strings.Join([]string{r.text, r.portsAt, r.protocolText()}, "\n"))
	if value == "" && r.condition != "" {
		value, words = conditional, r.condition
	}
	if value == "" {
		value, words = r.requirementOfEnds()
	}
	if value == "" {
		return
	}
	f.Requirement = value
	f.Inferred = append(f.Inferred, fieldRequirement)
	r.guess(textRequirement, value, shorten(words))
}

// requirementOfEnds reads whether an end is there at all: "Proxy server (if
// any)". Of several names, all must say so.
func (r *reading) requirementOfEnds() (value, words string) {
	for _, field := range []source.Field{source.FieldSource, source.FieldDestination, source.FieldComponent} {
		for _, c := range r.row.With(field) {
			names := len(splitNames(c.Text))
			if len(c.Lines) > 0 {
				names = len(c.Lines)
			}
			if list := ifAnyInCell.FindAllString(c.Text, -1); len(list) > 0 && len(list) >= names {
				r.condition = list[0]
				return conditional, list[0]
			} else if list := optionalInCell.FindAllString(c.Text, -1); len(list) > 0 && len(list) >= names {
				return optional, list[0]
			}
		}
	}
	return "", ""
}

// configurable reads whether the port can be changed.
func (r *reading) configurable() {
	f := &r.flow
	if cell := textOf(r.row.With(source.FieldConfigurable)); cell != "" {
		value, _, err := portcell.ParseConfigurable(cell)
		if err == nil {
			f.Configurable = value.String()
			return
		}
		r.say(Doubt, textConfigurable, r.options.cellError(err))
	}
	if len(r.row.With(source.FieldConfigurable)) > 0 || f.Ports == "" {
		if hasColumn(r.row, source.FieldConfigurable) {
			f.Quirks = append(f.Quirks, "missing-configurable")
		}
		return
	}
	var words []string
	for _, w := range r.cells.Port.Words {
		words = append(words, w.Text)
	}
	heads := ""
	for _, c := range r.row.With(source.FieldPorts) {
		heads += "\n" + c.Heading
	}
	value, found := find(configurablePhrases, r.portsAt+"\n"+strings.Join(words, "\n")+"\n"+r.text+heads)
	if found == "" {
		if found = defaultInCell.FindString(strings.ReplaceAll(r.portsAt, "\n", " ")); found == "" {
			found = defaultInHeading.FindString(heads)
		}
		if found != "" {
			value = "yes"
		}
	}
	if value != "" {
		found = or(defaultWord.FindString(found), found)
		f.Configurable = value
		f.Inferred = append(f.Inferred, fieldConfigurable)
		r.guess(textChangeable, value, shorten(found))
	}
}

// applicationNames returns what the cells name as application protocols.
func (r *reading) applicationNames() []string {
	var list []string
	for _, s := range append(applications(r.cells.Protocol), applications(r.cells.Port)...) {
		list = append(list, splitOutside(s)...)
	}
	list = append(list, r.headed...)
	for _, c := range r.row.With(source.FieldApplication) {
		for _, s := range splitOutside(lines(c)) {
			if s = nameOf(s).name; s != "" && len(s) <= longestName {
				list = append(list, s)
			}
		}
	}
	return list
}

// secures are protocols that carry others, so that they say nothing beside them.
var secures = []string{"tls", "ssl", "starttls", "dtls"}

// applications fills in application protocols: those that cells name, or that
// of a well-known port.
func (r *reading) applications() {
	f := &r.flow
	names := r.applicationNames()
	for _, s := range names {
		name := applicationName(s)
		if slices.Contains(secures, strings.ToLower(name)) && len(names) > 1 || len(name) > longestName {
			continue
		}
		if !slices.Contains(f.AppProtocols, name) {
			f.AppProtocols = append(f.AppProtocols, name)
		}
	}
	if len(f.AppProtocols) > 0 || len(r.cells.Items) != 1 || f.Ports == "" {
		return
	}
	if x := r.cells.Items[0]; x.First == x.Last && applicationOf[x.First] != "" && !x.ICMPType {
		f.AppProtocols = []string{applicationOf[x.First]}
		f.Inferred = append(f.Inferred, fieldApplications)
		f.guesses = append(f.guesses, "guessed: "+applicationOf[x.First]+" by the port")
	}
}

// services fills in the services of an operating system, and what the row
// should say and does not.
func (r *reading) services() {
	f := &r.flow
	missing := func(field source.Field, quirk string) string {
		cell, _ := r.row.Field(field)
		if hasColumn(r.row, field) && cell == "" {
			f.Quirks = append(f.Quirks, quirk)
		}
		return cell
	}
	missing(source.FieldPurpose, "missing-purpose")
	if services := missing(source.FieldService, "missing-service-name"); !isNothing(services) {
		for _, s := range strings.FieldsFunc(services, func(c rune) bool { return strings.ContainsRune(",、;", c) }) {
			if s = strings.TrimSpace(footnoteMark.ReplaceAllString(strings.TrimSpace(s), "")); s != "" {
				f.OSServices = append(f.OSServices, s)
			}
		}
	}
	if r.row.Shifted {
		f.Quirks = append(f.Quirks, "shifted-columns")
	}
}
