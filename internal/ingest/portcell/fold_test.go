package portcell

import (
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/table"
)

// TestFullWidth checks that a cell in full-width forms, as Japanese tables have
// them, reads as the same cell in ASCII.
func TestFullWidth(t *testing.T) {
	wide := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '\u3000'
			case '!' <= r && r <= '~' && r != '~':
				return r - '!' + '！'
			}
			return r
		}, s)
	}
	read := 0
	for column, cells := range map[column][]string{portColumn: texts(portCells), protocolColumn: texts(protocolCells)} {
		for _, cell := range cells {
			want, err := parse(cell, column)
			if err != nil || strings.ContainsFunc(cell, func(r rune) bool { return r > '~' }) {
				continue
			}
			read++
			got, err := parse(wide(cell), column)
			same := slices.EqualFunc(got.Items, want.Items, func(x, y Item) bool {
				return x.First == y.First && x.Last == y.Last && x.ICMPType == y.ICMPType && slices.Equal(x.Protocols, y.Protocols)
			})
			if err != nil || !same || got.Kind != want.Kind || got.Choice != want.Choice || len(got.Words) != len(want.Words) || len(got.Doubts) != len(want.Doubts) {
				t.Errorf("%q reads as %s, %v, want %s", wide(cell), show(got), err, show(want))
			}
		}
	}
	if read < 50 {
		t.Errorf("only %d cells were read", read)
	}
}

func texts(cells []struct{ cell, want string }) []string {
	var list []string
	for _, c := range cells {
		list = append(list, c.cell)
	}
	return list
}

// TestNamesOfOtherProtocols checks that keywords of protocols that no table
// names, and that mean something else in a sentence, are no protocols.
func TestNamesOfOtherProtocols(t *testing.T) {
	for _, word := range []string{"an", "fire", "mobile", "pipe", "visa"} {
		if classOf(word) != unknown {
			t.Errorf("%q is a word of class %d", word, classOf(word))
		}
		if _, err := ParsePorts(word + " 80"); err == nil {
			t.Errorf("%q is read as a protocol", word)
		}
	}
	for _, p := range transports {
		if names := names([]uint8{p}); classOf(names) != transport {
			t.Errorf("%q is no transport", names)
		}
	}
}

// TestUnknownValues checks that values beyond those of the catalog have the
// name of what is not stated.
func TestUnknownValues(t *testing.T) {
	for i := range 256 {
		if s := Configurable(i).String(); i < len(table.Configurables) && s != table.Configurables[i] || i >= len(table.Configurables) && s != "unstated" {
			t.Errorf("Configurable(%d) is %q", i, s)
		}
		if s := Direction(i).String(); i >= len(table.Directions) && s != "unstated" {
			t.Errorf("Direction(%d) is %q", i, s)
		}
		if s := Kind(i).String(); i > len(table.PortKinds) && s != "unstated" {
			t.Errorf("Kind(%d) is %q", i, s)
		}
	}
}

// TestNoDoubt reads cells that look a little like those with a doubt: a number
// with a thousands comma, a version, the number of a protocol.
func TestNoDoubt(t *testing.T) {
	for _, cell := range []string{
		"443 (HTTPS),319", "80/7", "80/6", "443,8443", "1,2,300", "1000,319", "66,319", "10, 319", "SMB 10", "SMB, 3", "TCP/7", "UDP/7", "ICMP type 1", "TCP (SMB) 3",
	} {
		c, err := ParsePorts(cell)
		if len(c.Doubts) > 0 {
			t.Errorf("%q: %v, %v", cell, c.Doubts, err)
		}
	}
	for cell, piece := range map[string]string{
		"10,319": "10,319", "65,535": "65,535", "SMB 9": "9", "SMB/3": "3", "UDP/17": "17", "TCP 6": "6", "80, 10 (x), 10,319": "",
	} {
		c, err := ParsePorts(cell)
		if err != nil || piece != "" && (len(c.Doubts) != 1 || c.Doubts[0].Piece != piece) {
			t.Errorf("%q: %v, %v, want a doubt about %q", cell, c.Doubts, err, piece)
		}
	}
}
