package portbook

import (
	"slices"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/sparse"
	"github.com/portbook/portbook/internal/table"
)

// Selections are methods of FlowSet: each returns the flows of the set that
// have something. They are answered from indexes, in time that follows the
// smaller of the set and the answer, so a chain is fastest with its most
// selective step first. Matching and Citing look at flows one by one.

// Endpoint is what a flow can lead from or to, and be documented by: a
// [Component], which also answers for all that it inherits from, or a
// [Product], which answers for each of its components.
type Endpoint interface{ isEndpoint() }

func (Product) isEndpoint()   {}
func (Component) isEndpoint() {}

// From returns the flows of s that any of the endpoints opens. Endpoints that
// the catalog does not have open none: see [Catalog.Component].
func (s FlowSet) From(endpoints ...Endpoint) FlowSet {
	u := s.union()
	s.catalog.addEnds(&u, sideFrom, endpoints)
	return s.keep(&u)
}

// To returns the flows of s that are opened to any of the endpoints.
func (s FlowSet) To(endpoints ...Endpoint) FlowSet {
	u := s.union()
	s.catalog.addEnds(&u, sideTo, endpoints)
	return s.keep(&u)
}

// Involving returns the flows of s that lead from or to any of the endpoints.
func (s FlowSet) Involving(endpoints ...Endpoint) FlowSet {
	u := s.union()
	s.catalog.addEnds(&u, sideFrom, endpoints)
	s.catalog.addEnds(&u, sideTo, endpoints)
	return s.keep(&u)
}

// DocumentedBy returns the flows of s that are listed in the documents of any
// of the products, or there under any of the components.
func (s FlowSet) DocumentedBy(endpoints ...Endpoint) FlowSet {
	u := s.union()
	s.catalog.addEnds(&u, sideOf, endpoints)
	return s.keep(&u)
}

// Between returns the flows of s from a to b and those from b to a: what must
// be open between the two.
func (s FlowSet) Between(a, b Endpoint) FlowSet {
	var there, back, both [stackWords]sparse.Word
	return FlowSet{s.catalog, sparse.Freeze(sparse.Merge(both[:0], s.led(there[:0], a, b), s.led(back[:0], b, a)))}
}

// led appends the flows of s from one endpoint to another to words.
func (s FlowSet) led(words []sparse.Word, from, to Endpoint) []sparse.Word {
	f, t := s.union(), s.union()
	s.catalog.addEnds(&f, sideFrom, []Endpoint{from})
	s.catalog.addEnds(&t, sideTo, []Endpoint{to})
	return t.And(f.Append(words, s.set))
}

// Touching returns the flows of s that have a destination port in common with
// ports.
func (s FlowSet) Touching(ports PortSet) FlowSet {
	if s.isSmall() {
		return s.matching(func(f *table.Flow) bool { return overlaps(s.catalog.t().PortSet(f.Ports), ports.set) })
	}
	u := s.union()
	s.catalog.t().AddUsing(&u, ports.set)
	return s.keep(&u)
}

// isSmall reports whether looking at each flow of s is faster than an index of
// many ports.
func (s FlowSet) isSmall() bool { return s.set.Words() <= 32 && s.set.Len() <= 32 && s.catalog != nil }

// overlaps is portset.Overlaps for a set of few ranges, each of which it looks
// up in many.
func overlaps(few, many portset.Set) bool {
	for lo, hi := range few.Within(0, portset.Universe-1) {
		for range many.Within(lo, hi) {
			return true
		}
	}
	return false
}

// Within returns the flows of s all of whose destination ports are in ports.
// Flows whose ports the document does not bound are not among them.
func (s FlowSet) Within(ports PortSet) FlowSet {
	s = s.Touching(ports)
	if s.set.Words() > stackWords { // many ports outside are one union, many flows are not
		return s.Subtract(s.Touching(ports.Complement()))
	}
	return s.matching(func(f *table.Flow) bool {
		return portset.ContainsSet(ports.set, s.catalog.t().PortSet(f.Ports))
	})
}

// Unbounded returns the flows of s whose destination ports the document does
// not bound: [Flow.Ports] is empty.
func (s FlowSet) Unbounded() FlowSet {
	u, t := s.union(), s.catalog.t()
	u.Add(t.FlowSet(t.Index.Unbounded))
	return s.keep(&u)
}

// Using returns the flows of s of any of the protocols.
func (s FlowSet) Using(protocols ...Protocol) FlowSet {
	u, t := s.union(), s.catalog.t()
	for i := range t.Index.Protocols {
		if x := &t.Index.Protocols[i]; slices.Contains(protocols, Protocol(x.Protocol)) {
			u.Add(t.FlowSet(x.Flows))
		}
	}
	return s.keep(&u)
}

// Value is a value of an enumerated field of a flow, such as a [Direction] or a
// [Requirement], or a [Quirk].
type Value interface {
	flows(*table.Index) table.FlowSet // those that have it; none for one that is not known
}

// Having returns the flows of s that have any of the values:
// Having(RequirementOptional, RequirementConditional), Having(QuirkMissingHost).
func (s FlowSet) Having(values ...Value) FlowSet {
	u, t := s.union(), s.catalog.t()
	for _, v := range values {
		if set := t.FlowSet(v.flows(&t.Index)); set != "" {
			u.Add(set)
		}
	}
	return s.keep(&u)
}

// Decider is what a person answers about a site: a [SettingID] or a
// [ConditionID].
type Decider interface{ isDecider() }

func (SettingID) isDecider()   {}
func (ConditionID) isDecider() {}

// AffectedBy returns the flows of s that any of the settings governs or that
// depend on any of the conditions: those that change with the answer. Ids that
// the catalog does not have affect none: see [Catalog.Setting] and
// [Catalog.Condition].
func (s FlowSet) AffectedBy(deciders ...Decider) FlowSet {
	u, t := s.union(), s.catalog.t()
	for _, x := range deciders {
		switch id := x.(type) {
		case SettingID:
			for i := range t.Settings {
				if t.Name(t.Settings[i].ID) == string(id) {
					addSet(&u, t.FlowSet(t.Index.Settings[i]))
				}
			}
		case ConditionID:
			if i, ok := t.FindCondition(string(id)); ok {
				addSet(&u, t.FlowSet(t.Index.Conditions[i]))
			}
		}
	}
	return s.keep(&u)
}

// Citing returns the flows of s that cite any of the rows of a document; those
// that cite the document at all when no rows are given. Row 0 is its prose.
func (s FlowSet) Citing(document DocumentID, rows ...int) FlowSet {
	t := s.catalog.t()
	d, ok := s.catalog.documentIndex(document)
	if !ok {
		return FlowSet{catalog: s.catalog}
	}
	return s.matching(func(f *table.Flow) bool {
		for _, packed := range t.List(f.Citations) {
			if t.Sections[packed>>16].Document == d && (len(rows) == 0 || slices.Contains(rows, int(packed&0xffff))) {
				return true
			}
		}
		return false
	})
}

// Matching returns the flows of s for which match returns true.
func (s FlowSet) Matching(match func(Flow) bool) FlowSet {
	return s.filter(func(i uint32) bool { return match(Flow{s.catalog, i}) })
}

// matching is Matching on records.
func (s FlowSet) matching(match func(*table.Flow) bool) FlowSet {
	flows := s.catalog.t().Flows
	return s.filter(func(i uint32) bool { return match(&flows[i]) })
}

// filter returns the flows of s whose numbers pass a test.
func (s FlowSet) filter(test func(uint32) bool) FlowSet {
	var buffer [stackWords]sparse.Word
	words := s.set.Append(buffer[:0])
	for i := range words {
		w := &words[i]
		for b := w.Bits; b != 0; b &= b - 1 {
			if lowest := b & -b; !test(w.Number(lowest)) {
				w.Bits &^= lowest
			}
		}
	}
	return FlowSet{s.catalog, sparse.Freeze(words)}
}

// union begins to gather sets of flows.
func (s FlowSet) union() sparse.Union {
	return sparse.Union{Words: len(s.catalog.t().Flows)/64 + 1}
}

// keep returns the flows of s that are in any of the gathered sets.
func (s FlowSet) keep(u *sparse.Union) FlowSet {
	t := s.catalog.t()
	if only, ok := u.Only(); ok && s.set == t.FlowSet(t.Index.Every) {
		return FlowSet{s.catalog, only}
	}
	return FlowSet{s.catalog, u.Within(s.set)}
}

// side is how a flow belongs to an endpoint.
type side uint8

const (
	sideOf side = iota // documented by it
	sideFrom
	sideTo
)

func (x side) of(e table.EndIndex) table.FlowSet {
	switch x {
	case sideFrom:
		return e.From
	case sideTo:
		return e.To
	}
	return e.Of
}

// addEnds gathers the flows on one side of each of the endpoints. A component
// answers for its lineage too.
func (c *Catalog) addEnds(u *sparse.Union, x side, endpoints []Endpoint) {
	t := c.t()
	for _, e := range endpoints {
		switch e := e.(type) {
		case Product:
			if i, ok := t.FindProduct(string(e)); ok {
				addSet(u, t.FlowSet(x.of(t.Index.Products[i])))
			}
		case Component:
			if i, ok := t.FindComponent(string(e)); ok {
				for _, ancestor := range t.List(t.Components[i].Lineage) {
					addSet(u, t.FlowSet(x.of(t.Index.Components[ancestor])))
				}
			}
		}
	}
}

func addSet(u *sparse.Union, s sparse.Set) {
	if s != "" {
		u.Add(s)
	}
}

func valueIn(values []string, value string, sets []table.FlowSet) table.FlowSet {
	if i := slices.Index(values, value); i >= 0 && i < len(sets) {
		return sets[i]
	}
	return 0
}
