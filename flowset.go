package portbook

import (
	"encoding/json"
	"errors"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/sparse"
)

// FlowSet is an immutable set of flows of one catalog. It is comparable: sets
// of a catalog are equal (==) exactly when their members are. An empty set
// still belongs to its catalog, so the laws of sets hold for every set of it,
// and [FlowSet.Complement] of the empty one is all flows.
//
// The zero value belongs to no catalog. It is the empty set of whatever catalog
// it is combined with, so that a union can begin with it; its complement is
// itself.
//
// Flows of different catalogs have no order and no identity in common, so a set
// operation on sets of two catalogs panics, also where one of them is empty:
// merge the catalogs first, or extend one by the other.
//
// A set takes 12 bytes for each run of 64 flows of the catalog in which it has
// a member; operations take time in proportion to the number of these runs.
type FlowSet struct {
	catalog *Catalog
	set     sparse.Set
}

// Catalog returns the catalog that the set belongs to; nil for the zero value.
func (s FlowSet) Catalog() *Catalog { return s.catalog }

// Set returns the set that holds f alone; the zero set for the zero value.
func (f Flow) Set() FlowSet {
	if f.IsZero() {
		return FlowSet{}
	}
	return FlowSet{f.catalog, sparse.Of([]uint32{f.index})}
}

// stackWords is the number of words up to which operations work on the stack:
// sets of catalogs of up to 1,024 flows, and small sets of larger ones.
const stackWords = 16

// common returns the catalog of two sets.
func (s FlowSet) common(t FlowSet) *Catalog {
	switch {
	case s.catalog == nil:
		return t.catalog
	case t.catalog != nil && t.catalog != s.catalog:
		panic("portbook: set operation on flows of different catalogs (" + s.catalog.Version() + ", " + t.catalog.Version() + "): merge the catalogs first")
	}
	return s.catalog
}

// Union returns the flows that are in s or in t.
func (s FlowSet) Union(t FlowSet) FlowSet {
	var buffer [stackWords]sparse.Word
	c := s.common(t)
	return FlowSet{c, sparse.Freeze(sparse.Or(s.set.Append(buffer[:0]), t.set))}
}

// Intersect returns the flows that are in both s and t.
func (s FlowSet) Intersect(t FlowSet) FlowSet {
	var buffer [stackWords]sparse.Word
	c := s.common(t)
	if len(t.set) < len(s.set) {
		s, t = t, s
	}
	return FlowSet{c, sparse.Freeze(sparse.And(s.set.Append(buffer[:0]), t.set))}
}

// Subtract returns the flows of s that are not in t.
func (s FlowSet) Subtract(t FlowSet) FlowSet {
	var buffer [stackWords]sparse.Word
	c := s.common(t)
	return FlowSet{c, sparse.Freeze(sparse.AndNot(s.set.Append(buffer[:0]), t.set))}
}

// Complement returns the flows of the set's catalog that are not in s; the
// zero set for the zero set.
func (s FlowSet) Complement() FlowSet { return s.catalog.Flows().Subtract(s) }

// Contains reports whether f is in s. A flow of another catalog is not, even
// if it has the same id.
func (s FlowSet) Contains(f Flow) bool {
	return !f.IsZero() && s.catalog == f.catalog && s.set.Has(f.index)
}

// IsEmpty reports whether s has no flows.
func (s FlowSet) IsEmpty() bool { return s.set == "" }

// Len returns the number of flows in s.
func (s FlowSet) Len() int { return s.set.Len() }

// All yields the flows in the order in which their documents have them: by product, section and row.
func (s FlowSet) All() iter.Seq[Flow] {
	return func(yield func(Flow) bool) {
		for i := range s.set.All() {
			if !yield(Flow{s.catalog, i}) {
				return
			}
		}
	}
}

// Group puts the flows of s under keys, of which a flow may have one, several or none. It yields each key once, in the order
// in which flows first have it, with the flows that have it. It takes one pass over s, and 12 bytes for each key and run of
// 64 flows in which the key occurs.
func Group[K comparable](s FlowSet, keys func(Flow) []K) iter.Seq2[K, FlowSet] {
	return func(yield func(K, FlowSet) bool) {
		var order []K
		var words [][]sparse.Word
		place := map[K]int{}
		for i := range s.set.All() {
			for _, k := range keys(Flow{s.catalog, i}) {
				at, ok := place[k]
				if !ok {
					at = len(order)
					place[k] = at
					order, words = append(order, k), append(words, nil)
				}
				words[at] = sparse.Insert(words[at], i)
			}
		}
		for at, k := range order {
			if !yield(k, FlowSet{s.catalog, sparse.Freeze(words[at])}) {
				return
			}
		}
	}
}

// Ports returns the union of the destination ports of the flows. Flows whose
// ports the document does not bound add nothing: [FlowSet.Unbounded] returns
// them.
func (s FlowSet) Ports() PortSet {
	t := s.catalog.t()
	var u portset.Uniter
	var seen [32]uint64 // flows often share a set of ports: those of small catalogs are added once
	for i := range s.set.Words() {
		w := s.set.At(i)
		for b := w.Bits; b != 0; b &= b - 1 {
			p := t.Flows[w.Position*64+uint32(bits.TrailingZeros64(b))].Ports
			if k := p / 64; k < uint32(len(seen)) {
				if seen[k]>>(p%64)&1 == 1 {
					continue
				}
				seen[k] |= 1 << (p % 64)
			}
			u.Add(t.PortSet(p))
		}
	}
	return PortSet{u.Union()}
}

// MarshalJSON returns the array of the flows, each as [Flow.MarshalJSON] does.
func (s FlowSet) MarshalJSON() ([]byte, error) {
	flows := make([]Flow, 0, s.Len())
	return json.Marshal(slices.AppendSeq(flows, s.All()))
}

// UnmarshalJSON returns an error: what MarshalJSON writes can be read into a
// []FlowRecord.
func (*FlowSet) UnmarshalJSON([]byte) error {
	return errors.New("portbook: a FlowSet cannot be read from JSON, since it belongs to a catalog (expected: a []FlowRecord in its place)")
}

// String returns the ids of the flows, separated by spaces.
func (s FlowSet) String() string {
	var ids []string
	for f := range s.All() {
		ids = append(ids, f.String())
	}
	return strings.Join(ids, " ")
}
