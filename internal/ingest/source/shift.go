package source

import (
	"slices"
	"strings"
)

// When a page is copied, empty cells get lost: those after them move to the
// left, and the row ends in empty cells or too early. Nothing marks such a row
// but its content. It is repaired when its cells, in their order, fit below the
// headings in one way only; where several are possible, what the other rows
// have in each column may decide. Otherwise no column is named.

// repair finds rows whose cells are in wrong columns, and what the cells of
// tables without headings mean.
func (r *reader) repair() {
	var shifts []*shift
	for i := range r.blocks {
		switch b := &r.blocks[i]; {
		case b.kind != rowBlock:
		case b.table.lost():
			b.row.byContent()
		case r.isShifted(b):
			b.row.Shifted = true
			shifts = append(shifts, newShift(b))
		}
	}
	seen := r.evidence(shifts)
	for _, s := range shifts {
		s.exclude(seen)
		if !s.assign() {
			r.problem(s.row.Position, s.row.text(), "cells are in the wrong columns, and their content does not say which are the right ones")
		}
	}
}

// byContent gives cells without headings a meaning where exactly one cell of the row reads as it.
func (r *Row) byContent() {
	found := map[Field][]int{}
	for i, c := range r.Cells {
		switch content := readContent(c.Text); {
		case c.Text == "":
		case content.direction:
			found[FieldDirection] = append(found[FieldDirection], i)
		case content.protocol:
			found[FieldProtocol] = append(found[FieldProtocol], i)
		case content.ports:
			found[FieldPorts] = append(found[FieldPorts], i)
		}
	}
	for field, cells := range found {
		if len(cells) == 1 {
			r.Cells[cells[0]].Meaning = field
		}
	}
}

// filled returns how many cells there are up to the last that is not empty.
func (r Row) filled() int {
	n := len(r.Cells)
	for n > 0 && r.Cells[n-1].Text == "" {
		n--
	}
	return n
}

func (r Row) text() string {
	texts := make([]string, 0, len(r.Cells))
	for _, c := range r.Cells {
		texts = append(texts, c.Text)
	}
	return strings.Join(texts, " | ")
}

// maxShift is the most columns for which rows are repaired.
const maxShift = 64

// isShifted reports whether cells of a row are surely something else than their
// headings say, while there is room at its end.
func (r *reader) isShifted(b *block) bool {
	n := b.row.filled()
	r.work += n
	if n >= len(b.table.fields) || len(b.table.fields) > maxShift {
		return false
	}
	for _, cell := range b.row.Cells[:n] {
		c := readContent(cell.Text)
		if (c.direction || c.ports || c.answer) && !c.fits(cell.Field) {
			return true
		}
	}
	return false
}

// shift is a row to repair: its cells, and the columns that each may belong to.
type shift struct {
	*block
	cells []Cell // up to the last that is not empty
	may   [][]bool
}

// newShift finds the columns that fit. Cells move to the left when one before
// them is lost, so that none belongs further left than it stands.
func newShift(b *block) *shift {
	s := &shift{block: b, cells: b.row.Cells[:b.row.filled()]}
	for i, cell := range s.cells {
		c := readContent(cell.Text)
		may := make([]bool, len(b.table.fields))
		for j := i; j < len(may); j++ {
			may[j] = c.fits(b.table.fields[j])
		}
		s.may = append(s.may, may)
	}
	s.solve()
	return s
}

// solve keeps the columns that a cell can have while all others find theirs, in
// order: none when that is impossible.
func (s *shift) solve() {
	columns := len(s.table.fields)
	for i, next := 0, 0; i < len(s.may); i++ { // those before take the leftmost columns that they can
		clear(s.may[i][:min(next, columns)])
		next = slices.Index(s.may[i], true) + 1
		if next == 0 {
			s.impossible()
			return
		}
	}
	for i, end := len(s.may)-1, columns; i >= 0; i-- { // those after take the rightmost ones
		clear(s.may[i][end:])
		for end--; !s.may[i][end]; end-- {
		}
	}
}

func (s *shift) impossible() {
	for i := range s.may {
		clear(s.may[i])
	}
}

// column returns the only column that a cell may have, or -1.
func (s *shift) column(i int) int {
	j := slices.Index(s.may[i], true)
	if j < 0 || slices.Contains(s.may[i][j+1:], true) {
		return -1
	}
	return j
}

// evidence maps texts to their headings in rows that are not shifted.
type evidence map[string]map[string]bool

// evidence looks for the cells that are still ambiguous.
func (r *reader) evidence(shifts []*shift) evidence {
	seen := evidence{}
	for _, s := range shifts {
		for i, cell := range s.cells {
			if s.column(i) < 0 && cell.Text != "" {
				seen[cell.Text] = map[string]bool{}
			}
		}
	}
	if len(seen) == 0 {
		return nil
	}
	for i := range r.blocks {
		if b := &r.blocks[i]; b.kind == rowBlock && !b.row.Shifted {
			for _, cell := range b.row.Cells {
				if below := seen[cell.Text]; below != nil && cell.Heading != "" {
					below[cell.Heading] = true
				}
			}
		}
	}
	return seen
}

// exclude drops the columns in which no other row has the text of an ambiguous
// cell, where one of the columns does have it.
func (s *shift) exclude(seen evidence) {
	for i, cell := range s.cells {
		below := seen[cell.Text]
		if s.column(i) >= 0 || len(below) == 0 {
			continue
		}
		stands := make([]bool, len(s.may[i]))
		for j, may := range s.may[i] {
			stands[j] = may && below[s.table.headings[j]]
		}
		if slices.Contains(stands, true) {
			s.may[i] = stands
		}
	}
	s.solve()
}

// assign gives the cells their meaning, and reports whether all have one. Cells
// whose column is not certain have none.
func (s *shift) assign() bool {
	certain := true
	for i := range s.row.Cells {
		cell := &s.row.Cells[i]
		cell.Meaning = FieldOther
		if i >= len(s.cells) {
			continue // empty, at the end: its column has another cell, or none
		}
		if j := s.column(i); j >= 0 {
			cell.Meaning = s.table.fields[j]
		} else if cell.Text != "" {
			certain = false
			if c := readContent(cell.Text); c.direction && cell.Field == FieldDirection || c.ports && cell.Field == FieldPorts || c.protocol && cell.Field == FieldProtocol {
				cell.Meaning = cell.Field
			}
		}
	}
	return certain
}
