package portcell

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Error says why a cell cannot be read.
type Error struct {
	Column   string // "port", "protocol", "direction" or "configurable"
	Cell     string
	Offset   int    // byte of Cell at which Piece begins
	Piece    string // the offending part of Cell; empty at its end
	Reason   string
	Accepted string
}

// quoted is how many bytes of a piece or a cell an error prints.
const quoted = 120

// Error returns one line, whatever the cell holds.
func (e *Error) Error() string {
	piece := "the end"
	if e.Piece != "" {
		piece = quote(e.Piece)
	}
	at := ""
	if e.Piece != e.Cell {
		at = fmt.Sprintf(", at byte %d of %s", e.Offset, quote(e.Cell))
	}
	return fmt.Sprintf("%s cell: %s %s%s (expected: %s)", e.Column, piece, e.Reason, at, e.Accepted)
}

func quote(s string) string {
	if len(s) <= quoted {
		return strconv.Quote(s)
	}
	end := quoted
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strconv.Quote(s[:end]) + "..."
}
