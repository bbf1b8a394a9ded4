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

// stackSets is the number of sets that filters stand for, and stackFilters that of filters, up to which they are gathered on
// the stack.
const (
	stackSets    = 16
	stackFilters = 8
)

// operand is what a filter stands for: the union of the sets from begin to end of a list, or (ok is false) something that has to
// be worked out.
type operand struct {
	begin, end int
	ok         bool
}

// all appends to words, which must be empty, the flows of base that every filter selects. It starts from the smallest sets at
// hand, so that a selective filter pays for itself alone.
func (q query) all(words []sparse.Word, base sparse.Set, filters []Filter) []sparse.Word {
	var setBuffer [stackSets]sparse.Set
	var operandBuffer [stackFilters]operand
	list, operands := setBuffer[:0], operandBuffer[:0]
	smallest, from := len(base), -1
	for i := range filters {
		begin := len(list)
		var ok bool
		list, ok = q.sets(list, &filters[i])
		operands = append(operands, operand{begin, len(list), ok})
		if n := size(list[begin:]); ok && n < smallest {
			smallest, from = n, i
		}
	}
	if from < 0 {
		words = base.Append(words)
	} else {
		for _, set := range list[operands[from].begin:operands[from].end] {
			words = sparse.Or(words, set)
		}
		words = sparse.And(words, base)
	}
	for i := range filters {
		switch {
		case i == from || len(words) == 0:
		case operands[i].ok:
			words = sparse.And(words, list[operands[i].begin:operands[i].end]...)
		default:
			words = q.keep(words, &filters[i])
		}
	}
	return words
}

func size(sets []sparse.Set) int {
	n := 0
	for _, s := range sets {
		n += len(s)
	}
	return n
}

// keep keeps in words, in place, what the filter selects.
func (q query) keep(words []sparse.Word, f *Filter) []sparse.Word {
	var sets [stackSets]sparse.Set
	if list, ok := q.sets(sets[:0], f); ok {
		return sparse.And(words, list...)
	}
	var buffer [stackWords]sparse.Word
	switch f.op {
	case opNot:
		return sparse.AndNot(words, sparse.Freeze(q.keep(append(buffer[:0], words...), &f.filters[0])))
	case opAny:
		var any []sparse.Word
		for i := range f.filters {
			any = sparse.Or(any, sparse.Freeze(q.keep(append(buffer[:0], words...), &f.filters[i])))
		}
		return sparse.And(words, sparse.Freeze(any))
	case opBetween:
		there := q.keep(q.keep(append(buffer[:0], words...), &Filter{op: opFrom, endpoints: f.endpoints[:1]}), &Filter{op: opTo, endpoints: f.endpoints[1:]})
		one := sparse.Freeze(there)
		back := q.keep(q.keep(append(buffer[:0], words...), &Filter{op: opFrom, endpoints: f.endpoints[1:]}), &Filter{op: opTo, endpoints: f.endpoints[:1]})
		return sparse.And(words, one, sparse.Freeze(back))
	case opTouching:
		return sparse.And(words, sparse.Freeze(q.touching(f.ports)))
	case opWithin:
		words = sparse.And(words, sparse.Freeze(q.touching(f.ports)))
		return sparse.AndNot(words, sparse.Freeze(q.touching(f.ports.Complement())))
	case opMatching, opCiting:
		return q.scan(words, f)
	}
	return words // opEvery
}

// sets appends the sets of which the filter selects the union; ok is false when it is no such union.
func (q query) sets(list []sparse.Set, f *Filter) (sets []sparse.Set, ok bool) {
	x := &q.t.Index
	switch f.op {
	case opFrom, opTo, opComponent:
		list = q.ends(list, f.endpoints, f.op)
	case opInvolving:
		list = q.ends(q.ends(list, f.endpoints, opFrom), f.endpoints, opTo)
	case opProduct:
		for _, name := range f.values {
			if i, ok := q.t.FindProduct(name); ok {
				list = append(list, q.t.FlowSet(x.Products[i].Of))
			}
		}
	case opProtocol:
		for i := range x.Protocols {
			if slices.Contains(f.protocols, Protocol(x.Protocols[i].Protocol)) {
				list = append(list, q.t.FlowSet(x.Protocols[i].Flows))
			}
		}
	case opHaving:
		for _, v := range f.enums {
			list = append(list, q.t.FlowSet(q.value(v)))
		}
	case opSetting:
		for i := range q.t.Settings {
			if slices.Contains(f.values, q.t.Name(q.t.Settings[i].ID)) {
				list = append(list, q.t.FlowSet(x.Settings[i]))
			}
		}
	case opUnbounded:
		list = append(list, q.t.FlowSet(x.Unbounded))
	default:
		return list, false
	}
	return list, true
}

// ends appends the flows from, to, or documented under each of the endpoints. A component answers for its lineage too; of a name
// that is not known there are none.
func (q query) ends(list []sparse.Set, endpoints []Endpoint, op filterOp) []sparse.Set {
	x := &q.t.Index
	for _, e := range endpoints {
		switch e := e.(type) {
		case Product:
			if i, ok := q.t.FindProduct(string(e)); ok {
				list = append(list, q.t.FlowSet(side(x.Products[i], op)))
			}
		case Component:
			if i, ok := q.t.FindComponent(string(e)); ok {
				for _, ancestor := range q.t.List(q.t.Components[i].Lineage) {
					list = append(list, q.t.FlowSet(side(x.Components[ancestor], op)))
				}
			}
		}
	}
	return list
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
