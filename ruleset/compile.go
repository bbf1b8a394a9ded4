package ruleset

import (
	"encoding/binary"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// Compiled is a set prepared for the connections of one direction between ends
// of a site. It is for one goroutine.
type Compiled struct {
	direction Direction
	ends      []site.End
	endAt     map[site.End]int32
	bases     []*Chain // of the direction
	chains    []*Chain // all that these lead to, each before those that it calls
	chainAt   map[*Chain]int32
	// rules are those of the chains, in their order; firsts says where those of
	// each chain begin, and has the end as well.
	rules  []rule
	firsts []int32
	// matches are all distinct matches of rules. between has the rules by those of
	// both ends, byFrom and byTo by that of one.
	matches      []Match
	between      map[uint64][]int32
	byFrom, byTo [][]int32
	points       []point
	where        [][]class // of each end
	matched      [][]class // of each match, for sure
	known        map[string]*result
	hitBuffer    []hit // of the last result, to be used again
	keyBuffer    []byte
}

// anyMatch is the match that matches every end.
const anyMatch int32 = 0

// rule is a rule with the places of what it has.
type rule struct {
	*Rule
	from, to int32
	called   int32 // the chain that it calls; -1 for none
}

// Compile prepares a set for the connections of a direction between some ends,
// and between these and all other addresses.
func Compile(s *Set, d Direction, ends []site.End) (*Compiled, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	c := &Compiled{
		direction: d, ends: ends, endAt: map[site.End]int32{}, chainAt: map[*Chain]int32{},
		between: map[uint64][]int32{}, matches: []Match{{}}, known: map[string]*result{},
	}
	for i, e := range ends {
		c.endAt[e] = int32(i)
	}
	for _, chain := range s.Chains {
		if chain.Direction == d {
			c.bases = append(c.bases, chain)
		}
	}
	c.orderChains()
	c.addRules()
	c.cut()
	return c, nil
}

// IsEmpty reports whether no base chain has the direction, so that the set says
// nothing about it.
func (c *Compiled) IsEmpty() bool { return len(c.bases) == 0 }

// orderChains lists the chains, each before those that it calls.
func (c *Compiled) orderChains() {
	seen := map[*Chain]bool{}
	var visit func(*Chain)
	visit = func(chain *Chain) {
		if seen[chain] {
			return
		}
		seen[chain] = true
		for i := range chain.Rules {
			if called := chain.Rules[i].Chain; called != nil {
				visit(called)
			}
		}
		c.chains = append(c.chains, chain)
	}
	for _, base := range c.bases {
		visit(base)
	}
	slices.Reverse(c.chains)
	for i, chain := range c.chains {
		c.chainAt[chain] = int32(i)
	}
}

func (c *Compiled) addRules() {
	known := map[string]int32{}
	for _, chain := range c.chains {
		c.firsts = append(c.firsts, int32(len(c.rules)))
		for i := range chain.Rules {
			r := rule{Rule: &chain.Rules[i], called: -1}
			r.from, r.to = c.matchAt(known, r.From), c.matchAt(known, r.To)
			if r.Chain != nil {
				r.called = c.chainAt[r.Chain]
			}
			c.rules = append(c.rules, r)
		}
	}
	c.firsts = append(c.firsts, int32(len(c.rules)))
	c.byFrom, c.byTo = make([][]int32, len(c.matches)), make([][]int32, len(c.matches))
	for i, r := range c.rules {
		key := pairKey(r.from, r.to)
		c.between[key] = append(c.between[key], int32(i))
		c.byFrom[r.from] = append(c.byFrom[r.from], int32(i))
		c.byTo[r.to] = append(c.byTo[r.to], int32(i))
	}
}

func pairKey(from, to int32) uint64 { return uint64(uint32(from))<<32 | uint64(uint32(to)) }

// matchAt returns the place of a match.
func (c *Compiled) matchAt(known map[string]int32, m Match) int32 {
	if m.isAny() {
		return anyMatch
	}
	var key []byte
	if m.Addresses != nil {
		for _, r := range m.Addresses.Ranges() {
			key = append(append(key, r.From().AsSlice()...), r.To().AsSlice()...)
		}
	}
	key = append(key, '|')
	for _, e := range m.Ends {
		key = append(append(key, e.Name()...), 0)
	}
	at, ok := known[string(key)]
	if !ok {
		at = int32(len(c.matches))
		known[string(key)] = at
		c.matches = append(c.matches, m)
	}
	return at
}

// hit is a rule that a connection matches, but for its ports.
type hit struct {
	rule int32
	sure bool
}

// hits appends the rules between two classes that have any of some ports, in
// their order.
func (c *Compiled) hits(list []hit, a, b class, ports portbook.PortSet) []hit {
	from, to := &c.points[a], &c.points[b]
	add := func(from, to []int32, sure bool) {
		for _, f := range from {
			for _, t := range to {
				for _, r := range c.between[pairKey(f, t)] {
					if c.rules[r].Ports.Overlaps(ports) {
						list = append(list, hit{r, sure && !c.rules[r].Partial})
					}
				}
			}
		}
	}
	add(from.sure, to.sure, true)
	add(from.maybe, to.sure, false)
	add(from.sure, to.maybe, false)
	add(from.maybe, to.maybe, false)
	slices.SortFunc(list, func(x, y hit) int { return int(x.rule - y.rule) })
	return list
}

// passed returns the base chains that connections between two classes pass, as
// their places in bases.
func (c *Compiled) passed(a, b class) []int32 {
	from, to := c.pointOf(a), c.pointOf(b)
	family := c.points[a].family
	var list []int32
	for i, base := range c.bases {
		if base.isPassed(from, to, family) {
			list = append(list, int32(i))
		}
	}
	return list
}

// pointOf returns a point of a class, as [Set.Permits] takes it.
func (c *Compiled) pointOf(a class) Point {
	var p Point
	if x := &c.points[a]; !x.unknown {
		p.Address = x.ranges[0].From()
	}
	for _, e := range c.points[a].ends {
		p.Ends = append(p.Ends, c.ends[e])
	}
	return p
}

// pairs yields the pairs of classes of two ends between which there are
// connections. Where addresses of both are known, these have a family; where one
// is not, it is of that of the other.
func (c *Compiled) pairs(from, to site.End) func(func(a, b class) bool) {
	return func(yield func(a, b class) bool) {
		for _, a := range c.where[c.endAt[from]] {
			for _, b := range c.where[c.endAt[to]] {
				if c.isPair(a, b) && !yield(a, b) {
					return
				}
			}
		}
	}
}

// isPair reports whether there are connections between two classes. Between two
// ends whose addresses are not known, those of any family stand for all.
func (c *Compiled) isPair(a, b class) bool {
	x, y := &c.points[a], &c.points[b]
	return x.family == y.family && (!x.unknown || !y.unknown || x.family == AnyFamily)
}

// result is what becomes of some ports between two classes.
type result struct {
	surely, possibly portbook.PortSet
	decides          []decision
}

// decision is the ports that a rule, or the default of a base chain, may decide
// on.
type decision struct {
	rule   int32 // or -1 less the place of a base chain, for its default
	action Action
	ports  portbook.PortSet
}

func defaultOf(base int32) int32 { return -1 - base }

// result follows ports between two classes.
func (c *Compiled) result(a, b class, ports portbook.PortSet) *result {
	hits, passed := c.hits(c.hitBuffer[:0], a, b, ports), c.passed(a, b)
	key, _ := ports.AppendText(c.keyBuffer[:0])
	for _, base := range passed {
		key = binary.BigEndian.AppendUint32(key, uint32(base)|1<<31)
	}
	for _, h := range hits {
		x := uint32(h.rule) << 1
		if h.sure {
			x |= 1
		}
		key = binary.BigEndian.AppendUint32(key, x)
	}
	c.hitBuffer, c.keyBuffer = hits, key
	if r, ok := c.known[string(key)]; ok {
		return r
	}
	if len(c.known) >= mostKnown {
		clear(c.known)
	}
	r := c.evaluate(hits, passed, ports)
	c.known[string(key)] = r
	return r
}

// mostKnown bounds the memory of results.
const mostKnown = 1 << 16

// evaluation follows ports through the rules that match.
type evaluation struct {
	c     *Compiled
	hits  []hit
	ports portbook.PortSet
	// outcomes are those of whole chains; reached, the ports that reach them.
	outcomes map[int32]outcomePorts
	reached  map[int32]portbook.PortSet
	result   result
}

// outcomePorts is the ports of each outcome of a chain.
type outcomePorts struct{ permitted, denied, undecided portbook.PortSet }

func (c *Compiled) evaluate(hits []hit, passed []int32, ports portbook.PortSet) *result {
	e := evaluation{c: c, hits: hits, ports: ports, outcomes: map[int32]outcomePorts{}, reached: map[int32]portbook.PortSet{}}
	e.result.surely, e.result.possibly = ports, ports
	for _, base := range passed {
		chain := c.bases[base]
		at := c.chainAt[chain]
		o := e.follow(at)
		e.decide(defaultOf(base), chain.Default, o.undecided)
		if chain.Default == Permit {
			o.permitted = o.permitted.Union(o.undecided)
		} else {
			o.denied = o.denied.Union(o.undecided)
		}
		e.result.surely = e.result.surely.Intersect(o.permitted.Subtract(o.denied))
		e.result.possibly = e.result.possibly.Intersect(o.permitted)
		e.reached[at] = ports
	}
	for at := range c.chains {
		if reached := e.reached[int32(at)]; !reached.IsEmpty() {
			e.pass(int32(at), reached)
		}
	}
	return &e.result
}

// of returns the hits of a chain.
func (e *evaluation) of(chain int32) []hit {
	at := func(first int32) int {
		i, _ := slices.BinarySearchFunc(e.hits, first, func(h hit, first int32) int { return int(h.rule - first) })
		return i
	}
	return e.hits[at(e.c.firsts[chain]):at(e.c.firsts[chain+1])]
}

// follow returns the outcomes of a chain for all ports.
func (e *evaluation) follow(chain int32) outcomePorts {
	if o, ok := e.outcomes[chain]; ok {
		return o
	}
	var o outcomePorts
	rest := e.walk(chain, e.ports, func(h hit, ports portbook.PortSet) portbook.PortSet {
		r := &e.c.rules[h.rule]
		switch r.Action {
		case Permit:
			o.permitted = o.permitted.Union(ports)
		case Deny:
			o.denied = o.denied.Union(ports)
		case Return:
			o.undecided = o.undecided.Union(ports)
		case Call, Goto:
			called := e.follow(r.called)
			o.permitted = o.permitted.Union(called.permitted.Intersect(ports))
			o.denied = o.denied.Union(called.denied.Intersect(ports))
			returned := called.undecided.Intersect(ports)
			if r.Action == Call {
				return returned
			}
			o.undecided = o.undecided.Union(returned)
		}
		return portbook.PortSet{}
	})
	o.undecided = o.undecided.Union(rest)
	e.outcomes[chain] = o
	return o
}

// walk passes ports along the rules of a chain and returns those that pass all.
// Act says what of the ports that match a rule goes on to the next one; where the
// rule may not match, all may.
func (e *evaluation) walk(chain int32, ports portbook.PortSet, act func(hit, portbook.PortSet) portbook.PortSet) portbook.PortSet {
	for _, h := range e.of(chain) {
		r := &e.c.rules[h.rule]
		if !r.Ports.Overlaps(ports) {
			continue
		}
		matched := ports.Intersect(r.Ports)
		if goesOn := act(h, matched); h.sure {
			ports = ports.Subtract(matched).Union(goesOn)
		}
		if ports.IsEmpty() {
			break
		}
	}
	return ports
}

// pass notes what the rules of a chain decide of the ports that reach it, and
// passes these on to the chains that it calls.
func (e *evaluation) pass(chain int32, reached portbook.PortSet) {
	e.walk(chain, reached, func(h hit, ports portbook.PortSet) portbook.PortSet {
		r := &e.c.rules[h.rule]
		switch r.Action {
		case Permit, Deny:
			e.decide(h.rule, r.Action, ports)
		case Call, Goto:
			e.reached[r.called] = e.reached[r.called].Union(ports)
			if r.Action == Call {
				return e.follow(r.called).undecided.Intersect(ports)
			}
		}
		return portbook.PortSet{}
	})
}

func (e *evaluation) decide(rule int32, action Action, ports portbook.PortSet) {
	if !ports.IsEmpty() {
		e.result.decides = append(e.result.decides, decision{rule, action, ports})
	}
}
