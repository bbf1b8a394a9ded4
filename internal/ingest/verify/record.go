// Package verify compares a vendor's document with what the data was taken
// from, and says what changed.
//
// Documents belong to others and are not kept. What is kept of each is a
// [Record]: the headings of its tables, which are names, and a fingerprint of
// every cell and paragraph. It is enough to find what changed, and where, and
// holds no sentence.
package verify

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook/internal/ingest/source"
)

// Record is what a document said when its data was written.
type Record struct {
	Rows   []Row
	Prose  []Print // of the lines outside of rows, in order
	Unread []Print // of why something could not be read, where it is known
}

// Row is a recorded row of a table, or entry of a list.
type Row struct {
	Section  Print // of the heading above
	Headings []string
	Cells    []Print // one for each heading
}

// Print is the fingerprint of a text: equal texts have equal prints, and a
// print does not tell its text.
type Print string

// printSize is the number of hexadecimal digits of a print. Prints are only
// compared with those of texts in the same place.
const printSize = 8

func printOf(text string) Print {
	if text == "" {
		return "-"
	}
	sum := sha256.Sum256([]byte(text))
	return Print(hex.EncodeToString(sum[:])[:printSize])
}

// RecordOf takes the record of a document.
func RecordOf(d source.Document) Record {
	var r Record
	for _, row := range d.Rows {
		r.Rows = append(r.Rows, rowOf(row))
	}
	for _, line := range d.Prose {
		r.Prose = append(r.Prose, printOf(line.Text))
	}
	for _, p := range d.Problems {
		r.Unread = append(r.Unread, printOf(p.Why)) // not of the text, which its row tells
	}
	return r
}

func rowOf(row source.Row) Row {
	x := Row{Section: printOf(row.Section)}
	for _, c := range row.Cells {
		x.Headings = append(x.Headings, c.Heading)
		x.Cells = append(x.Cells, printOf(c.Text))
	}
	return x
}

// The text form of a record has a line for each row, and lines before it where
// headings or section differ from those of the row before. Prints of prose
// stand a few to a line.
const (
	wordHeadings = "headings"
	wordSection  = "section"
	wordRow      = "row"
	wordProse    = "prose"
	wordUnread   = "unread"
	printsOnLine = 12
)

// Format returns the text form of a record, after a comment.
func (r Record) Format(comment string) []byte {
	var b strings.Builder
	for line := range strings.Lines(comment) {
		fmt.Fprintf(&b, "# %s\n", strings.TrimRight(line, "\n"))
	}
	var last Row
	for i, row := range r.Rows {
		if !slices.Equal(row.Headings, last.Headings) || i == 0 {
			fmt.Fprintf(&b, "\n%s", wordHeadings)
			for _, h := range row.Headings {
				b.WriteString(" " + strconv.Quote(h))
			}
			b.WriteByte('\n')
		}
		if row.Section != last.Section || i == 0 {
			fmt.Fprintf(&b, "%s %s\n", wordSection, row.Section)
		}
		fmt.Fprintf(&b, "%s %d", wordRow, i+1)
		for _, c := range row.Cells {
			b.WriteString(" " + string(c))
		}
		b.WriteByte('\n')
		last = row
	}
	writePrints(&b, wordProse, r.Prose)
	writePrints(&b, wordUnread, r.Unread)
	return []byte(b.String())
}

func writePrints(b *strings.Builder, word string, list []Print) {
	if len(list) > 0 {
		b.WriteByte('\n')
	}
	for prints := range slices.Chunk(list, printsOnLine) {
		b.WriteString(word)
		for _, p := range prints {
			b.WriteString(" " + string(p))
		}
		b.WriteByte('\n')
	}
}

// ParseRecord reads the text form. The error names the line.
func ParseRecord(text []byte) (Record, error) {
	var r Record
	var current Row
	s := bufio.NewScanner(strings.NewReader(string(text)))
	s.Buffer(nil, len(text)+1)
	for n := 1; s.Scan(); n++ {
		word, rest, _ := strings.Cut(s.Text(), " ")
		var err error
		switch {
		case word == "" || strings.HasPrefix(word, "#"):
		case word == wordHeadings:
			current.Headings, err = quoted(rest)
		case word == wordSection:
			current.Section = Print(rest)
		case word == wordProse:
			r.Prose = append(r.Prose, prints(rest)...)
		case word == wordUnread:
			r.Unread = append(r.Unread, prints(rest)...)
		case word == wordRow:
			err = r.addRow(current, strings.Fields(rest))
		default:
			err = fmt.Errorf("%q; expected: %s, %s, %s, %s or %s", word, wordHeadings, wordSection, wordRow, wordProse, wordUnread)
		}
		if err != nil {
			return Record{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return r, s.Err()
}

func prints(s string) []Print {
	var list []Print
	for _, p := range strings.Fields(s) {
		list = append(list, Print(p))
	}
	return list
}

// addRow adds a row: its number, and a print for each heading.
func (r *Record) addRow(row Row, fields []string) error {
	if len(fields) == 0 || fields[0] != strconv.Itoa(len(r.Rows)+1) {
		return fmt.Errorf("row %q; expected: row %d", strings.Join(fields[:min(1, len(fields))], ""), len(r.Rows)+1)
	}
	if len(fields)-1 != len(row.Headings) {
		return fmt.Errorf("row %s has %d prints for %d headings", fields[0], len(fields)-1, len(row.Headings))
	}
	row.Cells = prints(strings.Join(fields[1:], " "))
	r.Rows = append(r.Rows, row)
	return nil
}

// quoted reads strings in quotation marks with spaces between them.
func quoted(s string) ([]string, error) {
	list := []string{}
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		prefix, err := strconv.QuotedPrefix(s)
		if err != nil {
			return nil, errors.New("a heading is not in quotation marks")
		}
		heading, err := strconv.Unquote(prefix)
		if err != nil {
			return nil, err
		}
		list, s = append(list, heading), s[len(prefix):]
	}
	return list, nil
}
