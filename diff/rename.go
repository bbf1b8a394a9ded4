package diff

import (
	"fmt"
	"slices"

	"github.com/portbook/portbook"
)

// likeness is what a flow keeps when nothing but its id changes.
type likeness struct {
	from, to, protocols string
	initiator           portbook.Initiator
	portKind            portbook.PortKind
	ports               portbook.PortSet
	purpose             string
}

func likenessOf(r *portbook.FlowRecord, purpose string) likeness {
	x := likeness{setText(r.From), setText(r.To), setText(r.Protocols), r.Initiator, r.PortKind, r.Ports, purpose}
	if r.Initiator == portbook.InitiatorEither && x.to < x.from {
		x.from, x.to = x.to, x.from
	}
	return x
}

// setText returns a text that equal sets share.
func setText[T any](values []T) string {
	var list []string
	for _, v := range values {
		list = append(list, fmt.Sprintf("%q", fmt.Sprint(v)))
	}
	slices.Sort(list)
	return fmt.Sprint(slices.Compact(list))
}

// guess matches flows that no catalog knows to be the same: those that are
// alike and have no double. Their purpose is compared in the language of both
// snapshots, and where they are catalogs in the first language of each, since a
// translation can be missing in one of them. It returns the numbers of the new
// flows that it matched.
func (x *snapshotIndex) guess(new *snapshotIndex, match []int, texts bool) map[int]bool {
	guessed := map[int]bool{}
	if texts {
		x.guessBy(new, match, guessed, func(_ *snapshotIndex, _ int, r *portbook.FlowRecord) string { return r.Purpose })
	}
	if x.catalog != nil && new.catalog != nil {
		x.guessBy(new, match, guessed, func(s *snapshotIndex, i int, _ *portbook.FlowRecord) string { return s.flows[i].Purpose().String() })
	}
	return guessed
}

type purposeOf func(s *snapshotIndex, i int, r *portbook.FlowRecord) string

func (x *snapshotIndex) guessBy(new *snapshotIndex, match []int, guessed map[int]bool, purpose purposeOf) {
	matched := make([]bool, len(x.ids))
	added := make([]bool, len(new.ids))
	for i, k := range match {
		if added[i] = k < 0; k >= 0 {
			matched[k] = true
		}
	}
	removed := make([]bool, len(x.ids))
	for k := range removed {
		removed[k] = !matched[k]
	}
	gone, come := x.singles(removed, purpose), new.singles(added, purpose)
	for like, i := range come {
		if k, ok := gone[like]; ok && k >= 0 && i >= 0 {
			match[i], guessed[i] = k, true
		}
	}
}

// singles returns the chosen flows by what they are like, -1 for several.
func (x *snapshotIndex) singles(chosen []bool, purpose purposeOf) map[likeness]int {
	list := map[likeness]int{}
	for i, ok := range chosen {
		if !ok {
			continue
		}
		r := x.record(i)
		like := likenessOf(r, purpose(x, i, r))
		if like.purpose == "" {
			continue // nothing but ports and ends would be compared
		}
		if _, double := list[like]; double {
			i = -1
		}
		list[like] = i
	}
	return list
}
