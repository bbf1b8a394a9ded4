package content

import (
	"iter"
	"slices"
	"strings"
)

// Tables is a report of tables under headings: the plan of a site, or what an
// audit found.
type Tables interface {
	// Base returns what all reports have.
	Base() *Report
	TitleText(*Document) string
	// Subtitle counts what the report has.
	Subtitle(*Document) string
	// Remark is what to know first; "" for nothing.
	Remark(*Document) string
	Tables(*Document) []Table
	// Filters are those that readers of the tables need; see [Filled].
	Filters() []Filter
	// Flat returns what formats of one table hold.
	Flat(*Document) Table
}

// Base returns the report itself.
func (c *Report) Base() *Report { return c }

// Table is a table of a report.
type Table struct {
	ID       string // for links to it
	Title    string
	Empty    string // in place of no rows; "" where the table is then left out
	Header   []string
	Rows     iter.Seq[[]string]
	Keys     iter.Seq[Key] // of the rows, in their order
	Count    int
	Approval bool // whether its rows are approved by somebody
}

// HasMark reports whether some cell has the mark, which then needs an
// explanation.
func (t Table) HasMark() bool {
	for row := range t.Rows {
		if slices.ContainsFunc(row, func(s string) bool { return strings.Contains(s, Mark) }) {
			return true
		}
	}
	return false
}
