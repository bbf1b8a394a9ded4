package dataset

import (
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook/internal/text/nearest"
)

// checkInheritance reports every component that inherits from itself, and inheritance that takes more room than all else.
func (s *Source) checkInheritance(ix *index) {
	if suspects := unsettled(ix); len(suspects) > 0 {
		s.reportCycles(ix, suspects)
		return
	}
	pairs := 0
	for _, p := range s.products {
		for _, c := range p.components {
			if ix.components[c.id] == nil {
				continue // it has no id, which is reported
			}
			if pairs += len(ancestors(ix, c.id, maxLineages-pairs)); pairs >= maxLineages {
				s.fail(c.pos, "component %s inherits, with those before it, from more than %d components", c.id, maxLineages)
				return
			}
		}
	}
}

// maxCycles bounds the components that are looked at for a way back to themselves.
const maxCycles = 20

func (s *Source) reportCycles(ix *index, suspects []string) {
	found := false
	for _, id := range suspects[:min(len(suspects), maxCycles)] {
		if cycle := cycleOf(ix, id); cycle != nil {
			s.problems.add(ix.components[id].pos, "component "+id, "inherits from itself: %s", strings.Join(cycle, " -> "))
			found = true
		}
	}
	if !found {
		s.problems.add(ix.components[suspects[0]].pos, "component "+suspects[0], "inherits from a component that inherits from itself")
	}
}

// unsettled returns the components that are left when those without an ancestor that is left are taken away, one after the
// other, sorted: all that are in a cycle, and those that inherit from one.
func unsettled(ix *index) []string {
	open := map[string]int{} // ancestors that are left; no entry for none
	heirs := map[string][]string{}
	var settled []string
	for id, c := range ix.components {
		for _, next := range c.inherits {
			if ix.components[next] != nil {
				open[id]++
				heirs[next] = append(heirs[next], id)
			}
		}
		if open[id] == 0 {
			settled = append(settled, id)
		}
	}
	for len(settled) > 0 {
		id := settled[len(settled)-1]
		settled = settled[:len(settled)-1]
		for _, heir := range heirs[id] {
			if open[heir]--; open[heir] == 0 {
				settled = append(settled, heir)
				delete(open, heir)
			}
		}
	}
	return keys(open)
}

// cycleOf returns the shortest way from a component to itself, both ends included; nil when there is none.
func cycleOf(ix *index, id string) []string {
	from := map[string]string{} // where the way to a component comes from
	for queue := []string{id}; len(queue) > 0; queue = queue[1:] {
		for _, next := range ix.components[queue[0]].inherits {
			if next == id {
				cycle := []string{id}
				for at := queue[0]; at != id; at = from[at] {
					cycle = append(cycle, at)
				}
				cycle = append(cycle, id)
				slices.Reverse(cycle)
				return cycle
			}
			if _, seen := from[next]; !seen && ix.components[next] != nil {
				from[next] = queue[0]
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// ancestors returns a component and all that it inherits from, in no order. It stops soon after most of them.
func ancestors(ix *index, id string, most int) []string {
	list := []string{id}
	seen := map[string]bool{id: true}
	for i := 0; i < len(list) && len(list) < most; i++ {
		for _, next := range ix.components[list[i]].inherits {
			if !seen[next] && ix.components[next] != nil {
				seen[next] = true
				list = append(list, next)
			}
		}
	}
	return list
}

// hintBudget bounds what looking for near ids takes over a whole folder, in comparisons of letters: all unknown ids of a
// catalog of usual size have a hint, and a hostile one costs less than a second.
const (
	hintBudget = 100_000_000
	hintLength = 100 // of the ids that are compared
	hintUsual  = 32
)

// hint names the known id that is nearest to an unknown one, where there is one.
func hint[T any](s *Source, known map[string]T, id string) string {
	cost := len(known) * len(id) * hintUsual
	if s.problems.full() || len(id) > hintLength || s.hints+cost > hintBudget {
		return ""
	}
	s.hints += cost
	ids := slices.DeleteFunc(keys(known), func(k string) bool { return len(k) > hintLength })
	if near := nearest.Of(id, ids, 1); len(near) > 0 {
		return "; did you mean " + strconv.Quote(near[0]) + "?"
	}
	return ""
}
