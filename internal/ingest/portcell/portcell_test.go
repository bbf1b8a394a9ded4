package portcell

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

// show prints all that a cell says. What is usual is left out: the kind Listed of a cell with items, the choice All, and the
// protocols of the cell that its items have.
func show(c Cell) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	var protocols []uint8
	for _, x := range c.Items {
		text := string(portset.AppendPortRange(nil, x.First, x.Last))
		if x.ICMPType {
			text = "type " + text
		}
		if x.Protocols != nil {
			text = names(x.Protocols) + " " + text
		}
		add("%s@%d", text, x.Offset)
		protocols = numbersOf(slices.Concat(protocols, x.Protocols))
	}
	if !slices.Equal(protocols, c.Protocols) {
		add("protocols %s", names(c.Protocols))
	}
	if c.Kind != Listed {
		add("%s", c.Kind)
	}
	if c.Choice != All {
		add("choice %s", c.Choice)
	}
	if c.Source {
		add("source")
	}
	for _, w := range c.Words {
		add("%s %q@%d#%d", []string{"remark", "mark", "application", "phrase"}[w.Role], w.Text, w.Offset, w.Item)
	}
	for _, d := range c.Doubts {
		add("doubt %q@%d %s", d.Piece, d.Offset, d.Reason)
	}
	if c.Quirks != nil {
		add("quirks %s", strings.Join(c.Quirks, ","))
	}
	return strings.Join(parts, "; ")
}

func names(protocols []uint8) string {
	var list []string
	for _, p := range protocols {
		list = append(list, portset.ProtocolName(p))
	}
	return strings.Join(list, "+")
}

func TestParsePorts(t *testing.T) {
	for _, c := range portCells {
		cell, err := ParsePorts(c.cell)
		if got := show(cell); err != nil || got != c.want {
			t.Errorf("ParsePorts(%q):\n got %s, %v\nwant %s", c.cell, got, err, c.want)
		}
		checkCell(t, c.cell, cell, err)
	}
}

func TestParseProtocols(t *testing.T) {
	for _, c := range protocolCells {
		cell, err := ParseProtocols(c.cell)
		if got := show(cell); err != nil || got != c.want {
			t.Errorf("ParseProtocols(%q):\n got %s, %v\nwant %s", c.cell, got, err, c.want)
		}
		checkCell(t, c.cell, cell, err)
	}
}

func TestErrors(t *testing.T) {
	test := func(name string, parse func(string) (Cell, error), cases []struct{ cell, want string }) {
		for _, c := range cases {
			cell, err := parse(c.cell)
			// What is accepted is the same for many and says nothing about the cell.
			message, _, _ := strings.Cut(fmt.Sprint(err), " (expected: ")
			if message != c.want {
				t.Errorf("%s(%q):\n got %s\nwant %s", name, c.cell, message, c.want)
			}
			checkCell(t, c.cell, cell, err)
		}
	}
	test("ParsePorts", ParsePorts, portErrors)
	test("ParseProtocols", ParseProtocols, protocolErrors)

	_, err := ParsePorts("TCP 80 / 443x")
	want := `port cell: "x" is not understood, at byte 12 of "TCP 80 / 443x" (expected: ports such as 80/443, 1024-65535, TCP 443 or 443 (HTTPS), or a word such as Random)`
	if fmt.Sprint(err) != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	_, err = ParsePorts(strings.Repeat("１, ", 1000) + "x\ny")
	if n := len(fmt.Sprint(err)); n > 400 || strings.Contains(fmt.Sprint(err), "\n") {
		t.Errorf("the error about a long cell has %d bytes: %v", n, err)
	}
}

func TestCombine(t *testing.T) {
	for _, c := range []struct{ protocol, port, want string }{
		{"TCP", "80/443", "80,443/tcp listed choice unstated"},
		{"TCP/UDP (DNS)", "53", "53/tcp 53/udp listed"},
		{"TCP/UDP(DNS)", "53", "53/tcp 53/udp listed"},
		{"UDP (NetBIOS)", "137, 138", "137-138/udp listed"},
		{"TCP (RPC/WMI)", "135, 49152-65535", "135,49152-65535/tcp listed"},
		{"PXE over UDP", "67-68/4011", "67-68,4011/udp listed choice unstated"},
		{"TCP", "443*", "443/tcp listed"},
		{"TCP", "22 (SSH)", "22/tcp listed"},
		{"TCP", "80、443", "80,443/tcp listed"},
		{"tcp", "25または587", "25,587/tcp listed choice one-of"},
		{"TCP", "80 and 443", "80,443/tcp listed"},
		{"TCP", "Random", " dynamic protocols tcp quirks port-not-numeric"},
		{"Various", "Various", " varies quirks protocol-not-specific,port-not-numeric"},
		{"Various", "TCP 80", "80/tcp listed quirks protocol-not-specific"},
		{"TCP/IP", "80", "80/tcp listed quirks suite-as-protocol"},
		{"HTTP/HTTPS", "80/443", " listed choice unstated quirks transport-not-stated,application-as-protocol"},
		{"HTTP/HTTPS", "TCP 80", "80/tcp listed quirks application-as-protocol"},
		{"", "80", " listed quirks transport-not-stated"},
		{"", "TCP 80、443", "80,443/tcp listed"},
		{"", "", " unstated"},
		{"", "N/A", " none"},
		{"", "Random", " dynamic quirks transport-not-stated,port-not-numeric"},
		{"TCP", "", " unstated protocols tcp"},
		{"UDP", "1024-65536", "1024-65535/udp listed quirks port-above-65535"},
		{"TCP", "Source ports 1024 and above", "1024-65535/tcp listed source quirks source-ports-in-port-column"},
		{"TCP", "Target product’s web console port", " reference protocols tcp quirks port-not-numeric"},
		// the protocols of the port cell stand next to the numbers, and are followed
		{"PXE over UDP", "TCP 4433", "4433/tcp listed quirks protocol-against-port"},
		{"TCP, UDP", "UDP port 137", "137/udp listed quirks protocol-against-port"},
		{"TCP/UDP", "TCP 80, UDP 53", "80/tcp 53/udp listed"},
		{"TCP", "443 (TCP)", "443/tcp listed"},
		{"TCP", "any", "*/tcp listed quirks port-not-numeric"},
		// message types
		{"ICMP Type 8 (PING)", "", "8/icmp listed quirks icmp-as-port"},
		{"", "ICMP Type 8 (PING)", "8/icmp listed quirks icmp-as-port"},
		{"ICMP Type 8", "ICMP Type 8 (PING)", "8/icmp listed quirks icmp-as-port"},
		{"ICMP Type 8", "Type 0", "0/icmp listed quirks protocol-against-port,icmp-as-port"},
		{"ICMP", "8", "8/icmp listed quirks icmp-as-port"},
		{"ICMP", "*", "0-255/icmp listed quirks icmp-as-port"},
		{"ICMP", "N/A", " none protocols icmp"},
		// "or" on either side
		{"TCP or UDP", "53", "53/tcp 53/udp listed choice one-of"},
		{"TCP or UDP", "53, 54", "53-54/tcp 53-54/udp listed choice unstated"},
		{"TCP or UDP", "53 or 54", "53-54/tcp 53-54/udp listed choice one-of"},
		// what cannot be read
		{"ICMP", "443", `port cell: "443" is above 255, the highest message type`},
		{"TCP", "Type 8", `port cell: "8" is a message type, which its protocol does not have, at byte 5 of "Type 8"`},
		{"GRE", "47", `port cell: "47" would be a port of a protocol, which has none`},
		{"TCP/ICMP", "8", `port cell: "8" would be a port of one protocol and a message type of another`},
		{"Foo", "80", `protocol cell: "Foo" is not understood`},
		{"TCP", "bar", `port cell: "bar" is not understood`},
	} {
		r, err := Combine(c.protocol, c.port)
		got := fmt.Sprintf("%s %s", r.Ports, r.Kind)
		if r.Source {
			got += " source"
		}
		if r.Choice != All {
			got += " choice " + r.Choice.String()
		}
		if !slices.Equal(r.Protocols, r.Ports.Protocols()) {
			got += " protocols " + names(r.Protocols)
		}
		if r.Quirks != nil {
			got += " quirks " + strings.Join(r.Quirks, ",")
		}
		if err != nil {
			got, _, _ = strings.Cut(err.Error(), " (expected: ")
		}
		if got != c.want {
			t.Errorf("Combine(%q, %q):\n got %s\nwant %s", c.protocol, c.port, got, c.want)
		}
	}
}

func TestParseDirection(t *testing.T) {
	for want, cells := range map[Direction][]string{
		DirectionUnstated: {"", " ", "\n", "　"},
		Inbound:           {"Inbound", "inbound", "In", "受信", "インバウンド", "←", " Inbound\n", "Inbound, Inbound"},
		Outbound:          {"Outbound", "OutBound", "送信", "アウトバウンド", "→", "->"},
		Both: {"Inbound/Outbound", "Outbound/Inbound", "Inbound / Outbound", "Inbound and Outbound", "Inbound\nOutbound", "In, Out", "Both",
			"Bidirectional", "Bi-directional", "双方向", "送受信", "受信/送信", "受信、送信", "受信および送信", "⇔", "↔", "<->", "←/→", "ＩＮ／ＯＵＴ"},
	} {
		for _, cell := range cells {
			if got, err := ParseDirection(cell); err != nil || got != want {
				t.Errorf("ParseDirection(%q) = %v, %v; want %v", cell, got, err, want)
			}
		}
	}
	for _, c := range []struct{ cell, want string }{
		{"Sideways", `direction cell: "Sideways" is not a direction`},
		{"Inbound/", `direction cell: the end should be a direction, at byte 8 of "Inbound/"`},
		{"/Inbound", `direction cell: "/Inbound" is not a direction`},
		{"Inbound or Outbound", `direction cell: "or" does not separate directions, at byte 8 of "Inbound or Outbound"`},
		{"Inbounds", `direction cell: "Inbounds" is not a direction`},
		{"受信 送信", `direction cell: "送信" does not separate directions, at byte 7 of "受信 送信"`},
		{"-", `direction cell: "-" is not a direction`},
		{"\xff", `direction cell: "\xff" is not a direction`},
	} {
		_, err := ParseDirection(c.cell)
		if got, _, _ := strings.Cut(fmt.Sprint(err), " (expected: "); got != c.want {
			t.Errorf("ParseDirection(%q):\n got %s\nwant %s", c.cell, got, c.want)
		}
	}
}

func TestParseConfigurable(t *testing.T) {
	for _, c := range []struct {
		cell   string
		value  Configurable
		remark string
		offset int
	}{
		{"", ConfigurableUnstated, "", 0},
		{"\n ", ConfigurableUnstated, "", 0},
		{"Yes", Yes, "", 3},
		{"yes ", Yes, "", 4},
		{"Yes.", Yes, "", 4},
		{"Yes, in the console.", Yes, "in the console.", 5},
		{"Yes. In the console", Yes, "In the console", 5},
		{"Yes (port 8080)", Yes, "(port 8080)", 4},
		{"Yes, but not recommended.", Discouraged, "but not recommended.", 5},
		{"可（非推奨）", Discouraged, "（非推奨）", 3},
		{"No", No, "", 2},
		{"No, not recommended", No, "not recommended", 4},
		{"NO – fixed", No, "fixed", 7},
		{"可", Yes, "", 3},
		{"不可", No, "", 6},
		{"変更可", Yes, "", 9},
		{"変更不可", No, "", 12},
		{"変更可能（コンソール）", Yes, "（コンソール）", 12},
		{"○", Yes, "", 3},
		{"×", No, "", 2},
		{"〇　コンソール", Yes, "コンソール", 6},
	} {
		value, remark, err := ParseConfigurable(c.cell)
		if err != nil || value != c.value || remark.Text != c.remark || remark.Offset != c.offset {
			t.Errorf("ParseConfigurable(%q) = %v, %+v, %v; want %v, %q at %d", c.cell, value, remark, err, c.value, c.remark, c.offset)
		}
	}
	for _, c := range []struct{ cell, want string }{
		{"None", `configurable cell: "None" is neither yes nor no`},
		{" Yesterday, maybe", `configurable cell: "Yesterday" is neither yes nor no, at byte 1 of " Yesterday, maybe"`},
		{"可変", `configurable cell: "可変" is neither yes nor no`},
		{"-", `configurable cell: "-" is neither yes nor no`},
		{"Yes\xff", `configurable cell: "\xff" is a control character, or not UTF-8, at byte 3 of "Yes\xff"`},
	} {
		_, _, err := ParseConfigurable(c.cell)
		if got, _, _ := strings.Cut(fmt.Sprint(err), " (expected: "); got != c.want {
			t.Errorf("ParseConfigurable(%q):\n got %s\nwant %s", c.cell, got, c.want)
		}
	}
}

// TestNames pins the enumerations to those of the catalog.
func TestNames(t *testing.T) {
	for k, want := range append([]string{"unstated"}, table.PortKinds...) {
		if got := Kind(k).String(); got != want {
			t.Errorf("Kind(%d) is %q, want %q", k, got, want)
		}
	}
	for i, want := range append(slices.Clone(table.PortChoices), "unstated", "unstated") {
		if got := Choice(i).String(); got != want {
			t.Errorf("Choice(%d) is %q, want %q", i, got, want)
		}
	}
	for d, want := range map[Direction]string{DirectionUnstated: "unstated", Inbound: "inbound", Outbound: "outbound", Both: "both", 200: "unstated"} {
		if got := d.String(); got != want {
			t.Errorf("Direction(%d) is %q, want %q", d, got, want)
		}
	}
	for c, want := range map[Configurable]string{ConfigurableUnstated: "unstated", Yes: "yes", No: "no", Discouraged: "discouraged", 200: "unstated"} {
		if got := c.String(); got != want {
			t.Errorf("Configurable(%d) is %q, want %q", c, got, want)
		}
	}
	if got := Kind(200).String(); got != "unstated" {
		t.Errorf("an unknown kind is %q", got)
	}
}

// TestVocabulary checks that every word of the tables can be found as the scanner finds it.
func TestVocabulary(t *testing.T) {
	seen := map[string]class{}
	for c, list := range words {
		for _, text := range list {
			if other, ok := seen[text]; ok {
				t.Errorf("%q has the classes %d and %d", text, other, c)
			}
			seen[text] = c
			p := parser{tokens: scan(text)}
			got, n := p.classAt(0)
			if got != c || n != len(p.tokens) || n != 1+strings.Count(text, " ") {
				t.Errorf("%q reads as class %d of %d tokens of %d, want %d of all", text, got, n, len(p.tokens), c)
			}
		}
	}
	for key := range directions {
		if foldText(key) != key {
			t.Errorf("direction %q is not folded", key)
		}
	}
	for key := range configurables {
		if foldText(key) != key {
			t.Errorf("value %q is not folded", key)
		}
	}
}

// TestLongCells reads cells that are longer than any table has: their errors stay short. What is not linear shows in the time.
func TestLongCells(t *testing.T) {
	const size = 1 << 14
	for _, piece := range []string{
		"80,", "80/443\n", "a", "あ", "ポート", "HTTP ", "HTTP/", "TCP ", "TCP/", "TCP 80 ", "80/tcp ", "(", "()", "(a) ", "80 (a(b", "- ", "* ", "1", "1-70000,",
		"80 or ", "type 8 ", "over ", "a over ", "a's ", "の", "\n", " ", "\xff", "※1", "80 – a, ", "any ", "and above ", "Random ", "source ", "10,319;",
		"80、", "「", "in/", "in\n", "-> ", "可 ", "a-", "n/a", "tcp/ip ", "PXE over UDP/",
	} {
		for _, prefix := range []string{"", "80 (", "80 – ", "TCP 80, "} {
			cell := prefix + strings.Repeat(piece, size/len(piece))
			for _, parse := range []func(string) error{
				func(s string) error { _, err := ParsePorts(s); return err },
				func(s string) error { _, err := ParsePorts(s + "80)"); return err },
				func(s string) error { _, err := ParseProtocols(s); return err },
				func(s string) error { _, err := ParseDirection(s); return err },
				func(s string) error { _, _, err := ParseConfigurable(s); return err },
			} {
				if err := parse(cell); err != nil && len(err.Error()) > 1000 {
					t.Errorf("the error about %d bytes of %q has %d bytes", len(cell), piece, len(err.Error()))
				}
			}
		}
	}
	cell := "TCP 1024-65535" + strings.Repeat("、 10319 (heartbeat)", 50_000) // more than a megabyte
	if c, err := ParsePorts(cell); err != nil || len(c.Items) != 50_001 || len(c.Words) != 50_000 {
		t.Errorf("a cell of %d bytes: %d items, %d annotations, %v", len(cell), len(c.Items), len(c.Words), err)
	}
}

// checkCell checks what holds for every cell.
func checkCell(t *testing.T, text string, c Cell, err error) {
	t.Helper()
	if err != nil {
		var e *Error
		if !errors.As(err, &e) || e.Cell != text || e.Reason == "" || e.Accepted == "" || e.Column == "" || !stands(text, e.Piece, e.Offset) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: poor error %#v", text, err)
		}
		return
	}
	covered := make([]bool, len(text))
	cover := func(what, piece string, offset int) {
		if !stands(text, piece, offset) {
			t.Fatalf("%q: %s %q is not at byte %d", text, what, piece, offset)
		}
		for i := range piece {
			covered[offset+i] = true
		}
	}
	for _, x := range c.Items {
		cover("item", x.Text, x.Offset)
		checkItem(t, text, x)
	}
	for _, w := range c.Words {
		cover("annotation", w.Text, w.Offset)
		if w.Item >= len(c.Items) || w.Item < -1 {
			t.Errorf("%q: annotation %q at item %d of %d", text, w.Text, w.Item, len(c.Items))
		}
	}
	for _, d := range c.Doubts {
		cover("doubt", d.Piece, d.Offset)
	}
	checkDigits(t, text, c, covered)
	for _, code := range c.Quirks {
		if !slices.Contains(table.Quirks, code) {
			t.Errorf("%q: quirk %q", text, code)
		}
	}
	checkRoundTrip(t, text, c)
}

func stands(text, piece string, offset int) bool {
	return offset >= 0 && offset <= len(text) && strings.HasPrefix(text[offset:], piece)
}

// checkItem checks that the numbers of an item are in its text. Only the end of a range may be another: where words make
// it 65535, and where 65535 is as high as ports go.
func checkItem(t *testing.T, text string, x Item) {
	t.Helper()
	numbers := strings.FieldsFunc(foldText(x.Text), func(r rune) bool { return !isDigit(r) })
	first, last := fmt.Sprint(x.First), fmt.Sprint(x.Last)
	switch {
	case x.First > x.Last:
		t.Errorf("%q: item %q is the empty range %s-%s", text, x.Text, first, last)
	case len(numbers) == 0 && x.First == 0 && (x.Last == 65535 || x.Last == 255): // any
	case len(numbers) == 1 && numbers[0] == first && (x.Last == 65535 || first == last):
	case len(numbers) == 2 && numbers[0] == first && (numbers[1] == last || x.Last == 65535 && len(numbers[1]) == 5 || x.Last == 255 && isICMP(x.Protocols)):
	default:
		t.Errorf("%q: item %q reads as %s-%s", text, x.Text, first, last)
	}
}

// checkDigits checks that every digit is in an item, in an annotation, in the name of a protocol, or a protocol's number.
func checkDigits(t *testing.T, text string, c Cell, covered []bool) {
	t.Helper()
	for _, token := range scan(text) {
		digits := strings.ContainsAny(token.text, "0123456789") || token.kind == mark
		if !digits || covered[token.start] || token.kind == word && isKnown(token.text) {
			continue
		}
		if !slices.ContainsFunc(c.Protocols, func(p uint8) bool { return fmt.Sprint(p) == token.text }) {
			t.Errorf("%q: %q is lost", text, text[token.start:token.end])
		}
	}
}

// checkRoundTrip prints the set of a cell and reads it back, as a set and as a cell.
func checkRoundTrip(t *testing.T, text string, c Cell) {
	t.Helper()
	set := c.Set()
	if back, err := portset.Parse(set.String()); err != nil || back != set {
		t.Errorf("%q: %q reads back as %q, %v", text, set, back, err)
	}
	if slices.ContainsFunc(set.Protocols(), func(p uint8) bool { return typed[p] }) {
		return // message types have another form in cells: ICMP Type 8
	}
	if back, err := ParsePorts(set.String()); err != nil || back.Set() != set {
		t.Errorf("%q: the cell %q reads as %q, %v", text, set, back.Set(), err)
	}
}
