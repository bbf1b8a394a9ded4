package portbook

import (
	"slices"

	"github.com/portbook/portbook/internal/sparse"
	"github.com/portbook/portbook/internal/table"
)

// query evaluates filters over the index of one catalog.
type query struct {
	t *table.Table
	c *Catalog
}

// all appends to words, which must be empty, the flows of base that every filter selects. It starts from the smallest set at
// hand, so that a selective filter pays for itself alone.
func (q query) all(words []sparse.Word, base sparse.Set, filters []Filter) []sparse.Word {
	smallest, from := base, -1
	for i := range filters {
		if set, ok := q.single(&filters[i]); ok && len(set) < len(smallest) {
			smallest, from = set, i
		}
	}
	words = smallest.Append(words)
	if from >= 0 {
		words = sparse.And(words, base)
	}
	for i := range filters {
		if i != from && len(words) > 0 {
			words = q.keep(words, &filters[i])
		}
	}
	return words
}

// single returns the set that a filter stands for, when the index has it as it is.
func (q query) single(f *Filter) (sparse.Set, bool) {
	x := &q.t.Index
	switch f.op {
	case opUnbounded:
		return q.t.FlowSet(x.Unbounded), true
	case opFrom, opTo:
		if len(f.endpoints) == 1 {
			return q.endpoint(f.endpoints[0], f.op)
		}
	case opProduct:
		if len(f.values) == 1 {
			i, ok := q.t.FindProduct(f.values[0])
			if !ok {
				return "", true
			}
			return q.t.FlowSet(x.Products[i].Of), true
		}
	case opHaving:
		if len(f.enums) == 1 {
			return q.t.FlowSet(q.value(f.enums[0])), true
		}
	}
	return "", false
}

// endpoint returns the flows from, to, or documented under an endpoint, unless they have to be gathered from a lineage.
func (q query) endpoint(e Endpoint, op filterOp) (sparse.Set, bool) {
	x := &q.t.Index
	switch e := e.(type) {
	case Product:
		if i, ok := q.t.FindProduct(string(e)); ok {
			return q.t.FlowSet(side(x.Products[i], op)), true
		}
	case Component:
		if i, ok := q.t.FindComponent(string(e)); ok {
			lineage := q.t.List(q.t.Components[i].Lineage)
			return q.t.FlowSet(side(x.Components[i], op)), len(lineage) == 1
		}
	}
	return "", true // nothing is known of the name
}

// side returns the set that an operation asks for.
func side(x table.EndIndex, op filterOp) table.FlowSet {
	switch op {
	case opFrom:
		return x.From
	case opTo:
		return x.To
	}
	return x.Of
}

// keep keeps in words, in place, what the filter selects.
func (q query) keep(words []sparse.Word, f *Filter) []sparse.Word {
	if set, ok := q.single(f); ok {
		return sparse.And(words, set)
	}
	switch f.op {
	case opEvery:
		return words
	case opNot:
		var buffer [stackWords]sparse.Word
		return sparse.AndNot(words, sparse.Freeze(q.keep(append(buffer[:0], words...), &f.filters[0])))
	case opMatching, opCiting:
		return q.scan(words, f)
	}
	var buffer [stackWords]sparse.Word
	return sparse.And(words, sparse.Freeze(q.gather(buffer[:0], words, f)))
}

// scan keeps the flows that pass a test of their own.
func (q query) scan(words []sparse.Word, f *Filter) []sparse.Word {
	n := 0
	for _, w := range words {
		for i := range sparse.Freeze([]sparse.Word{w}).All() {
			if !q.matches(f, Flow{q.c, i}) {
				w.Bits &^= 1 << (i % 64)
			}
		}
		if w.Bits != 0 {
			words[n] = w
			n++
		}
	}
	return words[:n]
}

func (q query) matches(f *Filter, flow Flow) bool {
	if f.op == opMatching {
		return f.match(flow)
	}
	return slices.ContainsFunc(flow.Citations(), func(x Citation) bool { // opCiting
		return x.Document == f.values[0] && (f.row == 0 || x.Row == f.row)
	})
}

// gather appends to set, which must be empty, the flows that a filter of several alternatives selects. within bounds what is
// asked for: filters that look at each flow look at these alone.
func (q query) gather(set []sparse.Word, within []sparse.Word, f *Filter) []sparse.Word {
	x := &q.t.Index
	or := func(s table.FlowSet) { set = sparse.Or(set, q.t.FlowSet(s)) }
	switch f.op {
	case opAny:
		for i := range f.filters {
			set = sparse.Or(set, sparse.Freeze(q.keep(slices.Clone(within), &f.filters[i])))
		}
	case opFrom, opTo, opComponent:
		set = q.ends(set, f.endpoints, f.op)
	case opInvolving:
		set = q.ends(q.ends(set, f.endpoints, opFrom), f.endpoints, opTo)
	case opBetween:
		set = q.between(f.endpoints[:1], f.endpoints[1:])
	case opProduct:
		for _, name := range f.values {
			if i, ok := q.t.FindProduct(name); ok {
				or(x.Products[i].Of)
			}
		}
	case opProtocol:
		for i := range x.Protocols {
			if slices.Contains(f.protocols, Protocol(x.Protocols[i].Protocol)) {
				or(x.Protocols[i].Flows)
			}
		}
	case opHaving:
		for _, v := range f.enums {
			or(q.value(v))
		}
	case opSetting:
		for i := range q.t.Settings {
			if slices.Contains(f.values, q.t.Name(q.t.Settings[i].ID)) {
				or(x.Settings[i])
			}
		}
	case opTouching:
		set = q.touching(f.ports)
	case opWithin:
		set = sparse.AndNot(q.touching(f.ports), sparse.Freeze(q.touching(f.ports.Complement())))
	}
	return set
}

// ends merges the flows from, to, or documented under any of the endpoints into set. A component answers for its lineage.
func (q query) ends(set []sparse.Word, endpoints []Endpoint, op filterOp) []sparse.Word {
	for _, e := range endpoints {
		if single, ok := q.endpoint(e, op); ok {
			set = sparse.Or(set, single)
			continue
		}
		i, _ := q.t.FindComponent(string(e.(Component)))
		for _, ancestor := range q.t.List(q.t.Components[i].Lineage) {
			set = sparse.Or(set, q.t.FlowSet(side(q.t.Index.Components[ancestor], op)))
		}
	}
	return set
}

// between returns the flows that lead from one side to the other, in both directions.
func (q query) between(a, b []Endpoint) []sparse.Word {
	there := sparse.And(q.ends(nil, a, opFrom), sparse.Freeze(q.ends(nil, b, opTo)))
	back := sparse.And(q.ends(nil, b, opFrom), sparse.Freeze(q.ends(nil, a, opTo)))
	return sparse.Or(there, sparse.Freeze(back))
}

// touching returns the flows that have a port in common with ports.
func (q query) touching(ports PortSet) []sparse.Word {
	var words []sparse.Word
	for i := range q.t.Index.Protocols {
		x := &q.t.Index.Protocols[i]
		for r := range ports.Ranges(Protocol(x.Protocol)) {
			words = q.t.ClassesWithin(words, x, uint16(r.first), uint16(r.last))
		}
	}
	for _, i := range q.t.List(q.t.Index.Wide) {
		if (PortSet{q.t.PortSet(q.t.Flows[i].Ports)}).Overlaps(ports) {
			words = sparse.Insert(words, i)
		}
	}
	return words
}

// value returns the flows that have a value; none for one that is not known.
func (q query) value(v Value) table.FlowSet {
	x := &q.t.Index
	switch v := v.(type) {
	case Direction:
		return valueIn(table.Directions, string(v), x.Directions)
	case Requirement:
		return valueIn(table.Requirements, string(v), x.Requirements)
	case Configurable:
		return valueIn(table.Configurables, string(v), x.Configurables)
	case Initiator:
		return valueIn(table.Initiators, string(v), x.Initiators)
	case PortKind:
		return valueIn(table.PortKinds, string(v), x.PortKinds)
	case PortChoice:
		return valueIn(table.PortChoices, string(v), x.PortChoices)
	case Quirk:
		return valueIn(table.Quirks, string(v), x.Quirks)
	}
	return 0
}

func valueIn(values []string, value string, sets []table.FlowSet) table.FlowSet {
	if i := slices.Index(values, value); i >= 0 && i < len(sets) {
		return sets[i]
	}
	return 0
}
