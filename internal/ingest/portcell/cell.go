// Package portcell reads the cells of published port tables: which protocols
// and ports a cell names, on which side, whether all of them or one of them,
// and which words are beside them.
//
// Tables are written for people, so one cell may hold "80/443", "UDP 10319 –
// Heartbeat port", "25または587" or "Random". Every byte of a cell is either
// understood (a number, a separator, a protocol, a word of the tables in
// words.go), kept as a remark (in brackets, after a dash, after a full stop),
// or an error that tells where it stands. What can be read in two ways is an
// error too, or, where one reading is by far the usual one, a Doubt beside the
// result.
//
// How a cell is read:
//
//   - Numbers are decimal, without leading zeros, up to 65535. Only the end of a range may be higher: it is clipped, and the
//     cell has the quirk port-above-65535. A lone 0 is refused, as tables print it for "any" and for "none".
//   - A protocol belongs to the numbers after it ("TCP 80, 443 / UDP 53") when the cell begins with one, and to the numbers
//     before it ("53/tcp, 53/udp", "443 (TCP)") when the cell begins with a number. Then every number must have one.
//   - Commas, semicolons, line breaks and "and" separate ports that are all used; "or" separates alternatives. A slash
//     separates ports of a list, and can mean either. Between protocols a slash means both.
//   - A number of an ICMP protocol is a message type.
//   - Brackets hold a remark, which may have numbers (with a Doubt: "443 (8443 for the console)"), but not numbers alone;
//     protocols alone are no remark: "443 (TCP)". A remark after a dash or a full stop ends with its line and has no numbers.
//   - "any" and * are all ports. Words that end in "port" and hold a possessive are a Reference. Other words are refused.
//   - 10,319 is two ports, with a Doubt; so are a version after the name of an application ("SMB 3") and the number of a
//     protocol after its name ("UDP/17") ports with a Doubt.
package portcell

import (
	"slices"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

// Kind says what a port cell says about ports.
type Kind uint8

// The kinds. All but the first are the values of table.PortKinds.
const (
	Unstated  Kind = iota // nothing: the cell is empty, or names a protocol only
	Listed                // numbers, or all ports
	Dynamic               // assigned when needed, from a stated range or not
	Reference             // the port of something else
	Varies                // by what is deployed
	None                  // there is no port
)

func (k Kind) String() string {
	if k == Unstated || int(k) > len(table.PortKinds) {
		return "unstated"
	}
	return table.PortKinds[k-1]
}

// Choice says whether a flow uses all ports of a cell.
type Choice uint8

// The choices. All but the last are the values of table.PortChoices.
const (
	All            Choice = iota // every port is used
	OneOf                        // one of them is used
	ChoiceUnstated               // the cell does not say which: 80/443, "and/or", "and" beside "or"
)

func (c Choice) String() string {
	if c >= ChoiceUnstated {
		return "unstated"
	}
	return table.PortChoices[c]
}

// Item is a port, a range of ports, or a range of ICMP message types.
type Item struct {
	Protocols   []uint8 // sorted; nil where the cell states none. Items share them: they must not be changed
	First, Last uint16
	Text        string // as published
	Offset      int    // byte of the cell at which it begins
	ICMPType    bool   // the cell calls it a type
}

// Role says what an annotation is in its cell.
type Role uint8

// The roles.
const (
	Remark      Role = iota // words in brackets, after a dash or after a full stop: "(SSH)", "– Heartbeat port"
	Mark                    // the mark of a footnote: "*", "※1", "[2]"
	Application             // the name of an application protocol, in line: "PXE" of "PXE over UDP"
	Phrase                  // words in line that are neither: "by default", "Target product's web console port"
)

// Annotation is a piece of a cell that qualifies its ports and is not
// interpreted. Text is as published, without the brackets or the dash.
type Annotation struct {
	Role   Role
	Text   string
	Offset int
	Item   int // index of the item that it belongs to; -1 for none
}

// Doubt marks a piece of a cell that has a second, less usual reading than that of the result.
type Doubt struct {
	Piece  string
	Offset int
	Reason string
}

// Cell is what one cell says. The zero value is an empty cell.
type Cell struct {
	Protocols []uint8 // all that the cell names, sorted
	Items     []Item  // as they are in the cell
	Kind      Kind
	Choice    Choice
	Source    bool // the cell calls its ports source ports
	Words     []Annotation
	Doubts    []Doubt
	Quirks    []string // codes of table.Quirks that are due, in their order
	varied    bool     // a protocol cell that says that protocols vary
	implied   []uint8  // the transports of the applications that a cell names; see Transports
}

// Row is what the protocol cell and the port cell of one row say together.
type Row struct {
	Protocol, Port Cell
	// Ports holds the items that have a protocol; those that have none in
	// either cell are in Items only.
	Ports portset.Set
	// Items are those of the port cell, with the protocols of the protocol cell
	// where the port cell names none; those of the protocol cell where only it
	// has any, as with "ICMP Type 8".
	Items     []Item
	Protocols []uint8 // of both cells; of the port cell alone where the two contradict each other
	Kind      Kind
	Choice    Choice
	Source    bool
	Quirks    []string // of both cells, and of the two together
}

// ParsePorts reads a port cell.
func ParsePorts(cell string) (Cell, error) { return parse(cell, portColumn) }

// ParseProtocols reads a protocol cell. A number is a protocol number, or a
// message type after "ICMP type". A cell that says that protocols vary, or that
// any will do, names none and has the quirk protocol-not-specific.
func ParseProtocols(cell string) (Cell, error) { return parse(cell, protocolColumn) }

// inOrder sorts quirk codes as table.Quirks has them, and drops repetitions.
func inOrder(codes []string) []string {
	slices.SortFunc(codes, func(a, b string) int { return slices.Index(table.Quirks, a) - slices.Index(table.Quirks, b) })
	return slices.Compact(codes)
}

// numbersOf sorts protocol numbers and drops repetitions.
func numbersOf(list []uint8) []uint8 {
	slices.Sort(list)
	return slices.Compact(list)
}
