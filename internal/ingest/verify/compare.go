package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/text/printable"
)

// Kind says what a difference is.
type Kind string

// The kinds of differences.
const (
	Added      Kind = "added"      // a row that was not there
	Removed    Kind = "removed"    // a row that is gone
	Changed    Kind = "changed"    // a cell of a row
	Renumbered Kind = "renumbered" // rows that moved
	Heading    Kind = "heading"    // the heading of a column
	Section    Kind = "section"    // the heading above rows
	Prose      Kind = "prose"      // text outside of rows
	Number     Kind = "number"     // a number that looks like a port, and is in no row and no flow
	Data       Kind = "data"       // the data says something else than an unchanged row
	Unread     Kind = "unread"     // something that could not be read
)

// Difference is something that a document says now and did not say when its
// data was written, or the other way round. Numbers are counted from 1, and 0
// where they do not apply.
type Difference struct {
	Kind  Kind         `json:"kind"`
	Old   int          `json:"oldRow"` // in the data
	New   int          `json:"newRow"` // in the document
	Count int          `json:"count"`  // of rows, from Old and New on
	Line  int          `json:"line"`   // in the document
	Field source.Field `json:"field"`
	Name  string       `json:"heading"` // of the column, as published
	From  string       `json:"from"`    // what the data was taken from, where it keeps the token
	To    string       `json:"to"`      // what the document says, shortened
	Flow  string       `json:"flow"`    // of Data
}

// String describes the difference in a line.
func (d Difference) String() string {
	switch d.Kind {
	case Added:
		return fmt.Sprintf("line %d: row %d is new: %s", d.Line, d.New, d.To)
	case Removed:
		return fmt.Sprintf("row %d is gone%s", d.Old, was(d.From))
	case Changed:
		return fmt.Sprintf("line %d: row %d, %s: %s -> %s", d.Line, d.Old, d.column(), or(d.From, "(changed)"), quote(d.To))
	case Renumbered:
		return fmt.Sprintf("line %d: %s now %s", d.Line, rows(d.Old, d.Count), span(d.New, d.Count))
	case Heading:
		return fmt.Sprintf("line %d: %s called %s, and no longer %s", d.Line, columns(d.Old, d.Count), quote(d.To), quote(d.From))
	case Section:
		return fmt.Sprintf("line %d: %s below another heading: %s", d.Line, rows(d.Old, d.Count), quote(d.To))
	case Prose:
		if d.To == "" {
			return fmt.Sprintf("line %d: text outside of rows is gone before it: %s", d.Line, lines(d.Count))
		}
		return fmt.Sprintf("line %d: text outside of rows is new or changed: %s", d.Line, quote(d.To))
	case Number:
		return fmt.Sprintf("line %d: %s looks like a port and is in no row and no flow: %s", d.Line, d.From, quote(d.To))
	case Data:
		return fmt.Sprintf("line %d: row %d, %s: flow %s says %s, and the row %s", d.Line, d.Old, d.Field, d.Flow, quote(d.From), quote(d.To))
	}
	return fmt.Sprintf("line %d: cannot be read: %s", d.Line, d.To)
}

func (d Difference) column() string {
	if d.Name == "" {
		return string(d.Field)
	}
	return quote(d.Name)
}

func was(token string) string {
	if token == "" {
		return ""
	}
	return ": " + token
}

func or(token, otherwise string) string {
	if token == "" {
		return otherwise
	}
	return quote(token)
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

func rows(first, count int) string {
	if count > 1 {
		return "rows " + span(first, count) + " are"
	}
	return "row " + span(first, count) + " is"
}

// columns names a column of rows.
func columns(first, count int) string {
	if count > 1 {
		return "a column of rows " + span(first, count) + " is"
	}
	return "a column of row " + span(first, count) + " is"
}

func lines(n int) string {
	if n > 1 {
		return fmt.Sprintf("%d lines", n)
	}
	return "1 line"
}

func span(first, count int) string {
	if count > 1 {
		return fmt.Sprintf("%d-%d", first, first+count-1)
	}
	return fmt.Sprint(first)
}

// shortest is how much of a document's text a difference shows, in characters.
const shortest = 80

func shorten(s string) string { return printable.Beginning(s, shortest) }

// comparison is one of a record and a document.
type comparison struct {
	record   Record
	now      Record
	document source.Document
	facts    Facts
	renamed  map[string]bool // headings above rows that were told to be other ones
	list     []Difference
}

// Compare says what differs between a record and a document, in the order of
// the document. facts is what the data has of it.
func Compare(r Record, d source.Document, facts Facts) []Difference {
	c := &comparison{record: r, now: RecordOf(d), document: d, facts: facts, renamed: map[string]bool{}}
	pairs := align(c.record.Rows, c.now.Rows)
	for _, p := range pairs {
		c.row(p)
	}
	c.headings(pairs)
	c.sections(pairs)
	c.moves(pairs)
	c.prose()
	c.numbers()
	for i, p := range d.Problems {
		if !slices.Contains(r.Unread, c.now.Unread[i]) {
			c.add(Difference{Kind: Unread, Line: p.Line, To: fmt.Sprintf("%s: %s", quote(shorten(p.Text)), p.Why)})
		}
	}
	slices.SortStableFunc(c.list, func(a, b Difference) int {
		if (a.Line == 0) != (b.Line == 0) {
			return cmp.Compare(b.Line, a.Line) // what is gone has no line: it comes last
		}
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Old, b.Old))
	})
	return c.list
}

func (c *comparison) add(d Difference) { c.list = append(c.list, d) }

// row compares a row with what it was, or with the data where it is unchanged.
func (c *comparison) row(p pair) {
	switch {
	case p.new < 0:
		c.add(Difference{Kind: Removed, Old: p.old + 1, From: c.facts.row(p.old + 1)})
		return
	case p.old < 0:
		row := c.document.Rows[p.new]
		c.add(Difference{Kind: Added, New: p.new + 1, Line: row.Line, To: rowText(row)})
		return
	}
	old, row := c.record.Rows[p.old], c.document.Rows[p.new]
	same := true
	seen := make([]bool, len(row.Cells))
	for i, print := range old.Cells {
		j := old.counterpart(c.now.Rows[p.new], i)
		if j < 0 {
			same = false
			field := source.Recognize(old.Headings[i])
			c.add(Difference{Kind: Changed, Old: p.old + 1, New: p.new + 1, Line: row.Line, Field: field, Name: old.Headings[i], From: c.facts.token(p.old+1, field)})
			continue
		}
		seen[j] = true
		if cell := row.Cells[j]; c.now.Rows[p.new].Cells[j] != print {
			same = false
			c.change(p, cell)
		}
	}
	for j, cell := range row.Cells {
		if !seen[j] {
			same = false
			c.change(p, cell)
		}
	}
	if same {
		c.agree(p, row)
	}
}

// change reports a cell whose text changed.
func (c *comparison) change(p pair, cell source.Cell) {
	c.add(Difference{
		Kind: Changed, Old: p.old + 1, New: p.new + 1, Line: cell.Line, Field: cell.Meaning, Name: cell.Heading,
		From: c.facts.token(p.old+1, cell.Meaning), To: shorten(cell.Text),
	})
}

func rowText(row source.Row) string {
	var cells []string
	for _, c := range row.Cells {
		cells = append(cells, c.Text)
	}
	return quote(shorten(strings.Join(cells, " | ")))
}

// headings reports renamed columns, once for all rows of a table.
func (c *comparison) headings(pairs []pair) {
	open := map[int]int{} // column -> difference that may go on
	for _, p := range pairs {
		if p.old < 0 || p.new < 0 || len(c.record.Rows[p.old].Cells) != len(c.now.Rows[p.new].Cells) {
			clear(open)
			continue
		}
		for i, from := range c.record.Rows[p.old].Headings {
			to := c.document.Rows[p.new].Cells[i]
			if to.Heading == from {
				delete(open, i)
				continue
			}
			if n, ok := open[i]; ok && c.list[n].From == from && c.list[n].To == to.Heading && c.list[n].Old+c.list[n].Count == p.old+1 {
				c.list[n].Count++
				continue
			}
			c.add(Difference{Kind: Heading, Old: p.old + 1, New: p.new + 1, Count: 1, Line: c.document.Rows[p.new].Line, Field: to.Field, From: from, To: to.Heading})
			open[i] = len(c.list) - 1
		}
	}
}

// sections reports rows that moved below another heading, once for adjacent rows.
func (c *comparison) sections(pairs []pair) {
	open := -1
	for _, p := range pairs {
		if p.old < 0 || p.new < 0 || c.record.Rows[p.old].Section == c.now.Rows[p.new].Section {
			open = -1
			continue
		}
		to := shorten(c.document.Rows[p.new].Section)
		c.renamed[c.document.Rows[p.new].Section] = true
		if open >= 0 && c.list[open].To == to && c.list[open].Old+c.list[open].Count == p.old+1 {
			c.list[open].Count++
			continue
		}
		c.add(Difference{Kind: Section, Old: p.old + 1, New: p.new + 1, Count: 1, Line: c.document.Rows[p.new].Line, To: to})
		open = len(c.list) - 1
	}
}

// moves reports renumbered rows, once for rows that moved together.
func (c *comparison) moves(pairs []pair) {
	open := -1
	for _, p := range pairs {
		if p.old < 0 || p.new < 0 || p.old == p.new {
			continue
		}
		if open >= 0 && c.list[open].Old+c.list[open].Count == p.old+1 && c.list[open].New+c.list[open].Count == p.new+1 {
			c.list[open].Count++
			continue
		}
		c.add(Difference{Kind: Renumbered, Old: p.old + 1, New: p.new + 1, Count: 1, Line: c.document.Rows[p.new].Line})
		open = len(c.list) - 1
	}
}
