package portcell

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/portset"
)

var plainList = regexp.MustCompile(`^[0-9]+(-[0-9]+)?((, ?|/)[0-9]+(-[0-9]+)?)*$`)

// readPlainList reads a list of numbers and ranges in a slow, obvious way. It leaves out what a cell may clip.
func readPlainList(s string) (set portset.Set, ok bool) {
	var ranges [][2]uint32
	for _, item := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", /", r) }) {
		for _, n := range strings.Split(item, "-") {
			if len(n) > 1 && n[0] == '0' {
				return portset.Set{}, false
			}
		}
		lo, hi, err := portset.ParsePortRange(item)
		if err != nil || hi == 0 {
			return portset.Set{}, false
		}
		ranges = append(ranges, [2]uint32{portset.Key(6, lo), portset.Key(6, hi)})
	}
	return portset.FromRanges(ranges), true
}

func checkPlainList(t *testing.T, s string) {
	want, ok := readPlainList(s)
	row, err := Combine("TCP", s)
	if ok && (err != nil || row.Ports != want || row.Kind != Listed || row.Source) {
		t.Errorf("Combine(TCP, %q) = %q, %v; want %q", s, row.Ports, err, want)
	}
	if !ok && err == nil && !slices.Contains(row.Quirks, "port-above-65535") {
		t.Errorf("Combine(TCP, %q) = %q, want an error", s, row.Ports)
	}
	if strings.Contains(s, "/") != (row.Choice == ChoiceUnstated) && err == nil {
		t.Errorf("Combine(TCP, %q) has the choice %s", s, row.Choice)
	}
}

func TestPlainLists(t *testing.T) {
	for _, s := range []string{"80", "80,443", "80/443", "1-2,2-3", "1-65535", "0-9", "0", "9-5", "65535", "65536", "1-65536", "1-100000", "080", "1-010", "5-5", "80, 443/8080"} {
		if !plainList.MatchString(s) {
			t.Errorf("%q is not a plain list", s)
		}
		checkPlainList(t, s)
	}
}

// FuzzParsePorts reads anything as a port cell, a protocol cell, and cells of the other columns.
func FuzzParsePorts(f *testing.F) {
	for _, c := range portCells {
		f.Add(c.cell)
	}
	for _, c := range protocolCells {
		f.Add(c.cell)
	}
	for _, c := range slices.Concat(portErrors, protocolErrors) {
		f.Add(c.cell)
	}
	f.Fuzz(func(t *testing.T, s string) {
		port, err := ParsePorts(s)
		checkCell(t, s, port, err)
		protocol, protocolErr := ParseProtocols(s)
		checkCell(t, s, protocol, protocolErr)
		if plainList.MatchString(s) {
			checkPlainList(t, s)
		}
		// A protocol of its own column is the same as one in front of every port.
		row, rowErr := Combine("TCP", s)
		if err == nil && rowErr == nil && len(port.Protocols) == 0 && !row.Ports.IsEmpty() && !slices.Equal(row.Ports.Protocols(), []uint8{6}) {
			t.Errorf("Combine(TCP, %q) = %q", s, row.Ports)
		}
		if err != nil && rowErr == nil {
			t.Errorf("Combine(TCP, %q) reads what ParsePorts does not: %v", s, err)
		}
		if _, err := ParseDirection(s); err != nil {
			checkCell(t, s, Cell{}, err)
		}
		if _, remark, err := ParseConfigurable(s); err != nil {
			checkCell(t, s, Cell{}, err)
		} else if !stands(s, remark.Text, remark.Offset) {
			t.Errorf("ParseConfigurable(%q): remark %+v", s, remark)
		}
	})
}

// TestRandomCells puts cells together from the pieces of real ones, which a fuzzer of bytes seldom finds.
func TestRandomCells(t *testing.T) {
	pieces := []string{
		"80", "443", "1024-65535", "1024-65536", "8", "０", "10", "319", "TCP", "udp", "ICMP", "GRE", "TCP/IP", "HTTP", "PXE", "over", "port", "ポート", "番", "type",
		"source", "宛先", "and", "or", "および", "または", "and/or", "to", "から", "まで", "以上", "and above", "+", "default", "any", "*", "Random", "動的",
		"N/A", "Various", "Target's", "(", ")", "（", "）", "[1]", "(TCP)", "(SSH)", "※1", "-", "–", "～", "/", "/", ",", ",", "、", ";", ":", "\n", ".", "。", "&", "x",
		"の", " ", " ", " ", " ",
	}
	random := rand.New(rand.NewPCG(1, 2))
	read := 0
	for range 300_000 {
		var b strings.Builder
		for range 1 + random.IntN(8) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		cell, err := ParsePorts(b.String())
		checkCell(t, b.String(), cell, err)
		if err == nil {
			read++
		}
		cell, err = ParseProtocols(b.String())
		checkCell(t, b.String(), cell, err)
		if t.Failed() {
			return
		}
	}
	if read < 10_000 {
		t.Errorf("only %d cells can be read", read)
	}
}

// FuzzLoosely reads any text: what it takes are ports that are in the text,
// in place, and it takes no port above the highest.
func FuzzLoosely(f *testing.F) {
	for _, s := range []string{"TCP port 443 is used; also UDP 137 and 138", "7500..7509", "random (49152-65535)", "greater than 1023", "TCP ポート 80、UDP 53", "Oracle: 1521", "0, 8 *"} {
		f.Add("TCP", s)
		f.Add("ICMP", s)
		f.Add("Syslog over TLS", s)
	}
	f.Fuzz(func(t *testing.T, protocol, port string) {
		row, left, err := Loosely(protocol, port)
		if err != nil {
			return
		}
		for _, x := range row.Items {
			if x.First > x.Last || x.Offset < 0 || x.Offset+len(x.Text) > max(len(port), len(protocol)) {
				t.Errorf("%q %q: item %+v", protocol, port, x)
			}
		}
		for _, d := range left {
			if !strings.Contains(port, d.Piece) {
				t.Errorf("%q leaves %q", port, d.Piece)
			}
		}
	})
}
