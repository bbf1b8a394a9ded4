package audit

import "slices"

// sources is a set of where records come from: a bit for each vantage of a
// tally, and one that says that some were found by sampling.
type sources uint64

const (
	sampled      sources = 1 << 63
	mostVantages         = 63
)

// vantages are the names of places where logs were made, each with a bit. The
// first is "", of records that name none and of those beyond the bound.
type vantages struct {
	names  []string
	last   string
	source sources // of last
}

func newVantages() vantages { return vantages{names: []string{""}, source: 1} }

// of returns the set of one vantage.
func (v *vantages) of(name string) sources {
	if name != v.last {
		v.last, v.source = name, v.add(name)
	}
	return v.source
}

func (v *vantages) add(name string) sources {
	i := slices.Index(v.names, name)
	switch {
	case i >= 0:
	case len(v.names) < mostVantages:
		i = len(v.names)
		v.names = append(v.names, name)
	default:
		i = 0
	}
	return 1 << i
}

// from returns how sets of another tally are those of this one.
func (v *vantages) from(other *vantages) func(sources) sources {
	if slices.Equal(v.names, other.names) {
		return func(s sources) sources { return s }
	}
	bits := make([]sources, len(other.names))
	for i, name := range other.names {
		bits[i] = v.add(name)
	}
	return func(s sources) sources {
		t := s & sampled
		for i, bit := range bits {
			if s>>i&1 != 0 {
				t |= bit
			}
		}
		return t
	}
}

// in returns the names of a set, sorted.
func (v *vantages) in(s sources) []string {
	var list []string
	for i, name := range v.names {
		if s>>i&1 != 0 && name != "" {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}
