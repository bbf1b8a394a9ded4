package verify

import (
	"cmp"
	"slices"
	"strings"
)

// pair is a recorded row and the row of the document that it became, both
// counted from 0; -1 for none.
type pair struct{ old, new int }

// align finds what became of each recorded row: the row with the same cells,
// wherever it stands, or else the one that has most of its cells. Pairs are
// sorted by the new row, and what is removed comes last.
func align(old, new []Row) []pair {
	var pairs []pair
	places := map[string][]int{} // cells -> new rows that have them
	for i, row := range new {
		k := row.key()
		places[k] = append(places[k], i)
	}
	taken := make([]bool, len(new))
	var restOld, restNew []int
	for i, row := range old {
		k := row.key()
		if len(places[k]) == 0 {
			restOld = append(restOld, i)
			continue
		}
		pairs = append(pairs, pair{i, places[k][0]})
		taken[places[k][0]] = true
		places[k] = places[k][1:]
	}
	for i := range new {
		if !taken[i] {
			restNew = append(restNew, i)
		}
	}
	pairs = append(pairs, alignChanged(old, new, restOld, restNew, pairs)...)
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if (a.new < 0) != (b.new < 0) {
			return cmp.Compare(b.new, a.new)
		}
		return cmp.Or(cmp.Compare(a.new, b.new), cmp.Compare(a.old, b.old))
	})
	return pairs
}

// key tells rows apart by their cells. Headings and sections may be renamed.
func (r Row) key() string {
	cells := make([]string, len(r.Cells))
	for i, c := range r.Cells {
		cells[i] = string(c)
	}
	return strings.Join(cells, " ")
}

// alignChanged pairs rows that are left, the likest first. Rows that have less
// than half of their cells in common are different ones.
func alignChanged(old, new []Row, restOld, restNew []int, certain []pair) []pair {
	type candidate struct {
		pair
		score, distance int
	}
	var list []candidate
	for _, i := range restOld {
		expected := i + shift(certain, i)
		for _, j := range restNew {
			common := inCommon(old[i], new[j])
			if 2*common < max(len(old[i].Cells), len(new[j].Cells)) {
				continue
			}
			list = append(list, candidate{pair{i, j}, common, abs(j - expected)})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.distance, b.distance))
	})
	var pairs []pair
	usedOld, usedNew := map[int]bool{}, map[int]bool{}
	for _, c := range list {
		if !usedOld[c.old] && !usedNew[c.new] {
			usedOld[c.old], usedNew[c.new] = true, true
			pairs = append(pairs, c.pair)
		}
	}
	for _, i := range restOld {
		if !usedOld[i] {
			pairs = append(pairs, pair{i, -1})
		}
	}
	for _, j := range restNew {
		if !usedNew[j] {
			pairs = append(pairs, pair{-1, j})
		}
	}
	return pairs
}

// shift returns by how much the nearest row before i that is certain was moved.
func shift(certain []pair, i int) int {
	best, by := -1, 0
	for _, p := range certain {
		if p.old < i && p.old > best {
			best, by = p.old, p.new-p.old
		}
	}
	return by
}

// inCommon counts the cells that are the same in both rows, by place, or by
// heading where a cell came or went.
func inCommon(a, b Row) int {
	n := 0
	for i, c := range a.Cells {
		if j := a.counterpart(b, i); j >= 0 && b.Cells[j] == c {
			n++
		}
	}
	return n
}

// counterpart returns the cell of another row that cell i became: the one in its
// place, or the one below the same heading; -1 for none.
func (r Row) counterpart(other Row, i int) int {
	if len(r.Cells) == len(other.Cells) {
		return i
	}
	return slices.Index(other.Headings, r.Headings[i])
}

func abs(n int) int { return max(n, -n) }
