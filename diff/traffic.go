package diff

import (
	"iter"
	"slices"

	"github.com/portbook/portbook"
)

// A flow calls for traffic: each of its ports between each pair of its
// components. What a change means for a firewall is judged by the traffic of
// whole snapshots, since rules know no flows: where a flow gains what another
// one called for before, nothing must be opened, and where it drops what
// another one needs now, nothing can be closed.

// pair is who opens connections, and to whom.
type pair struct{ from, to portbook.Component }

// pairs yields the pairs of a flow, some of them twice when either side opens
// connections; none for nil.
func pairs(r *portbook.FlowRecord) iter.Seq[pair] {
	return func(yield func(pair) bool) {
		if r == nil {
			return
		}
		for _, a := range r.From {
			for _, b := range r.To {
				if !yield(pair{a, b}) || r.Initiator == portbook.InitiatorEither && !yield(pair{b, a}) {
					return
				}
			}
		}
	}
}

// ends says which pairs a flow has.
type ends struct {
	from, to map[portbook.Component]bool
	either   bool
}

func endsOf(r *portbook.FlowRecord) ends {
	if r == nil {
		return ends{}
	}
	return ends{setOf(r.From), setOf(r.To), r.Initiator == portbook.InitiatorEither}
}

func (e ends) has(p pair) bool {
	return e.from[p.from] && e.to[p.to] || e.either && e.from[p.to] && e.to[p.from]
}

// passage is what some flows of a snapshot call for between one pair. The zero
// value is that of no flows.
type passage struct {
	ports     portbook.PortSet
	sources   portbook.PortSet
	anySource bool // a flow names no source ports
	unbounded bool // a flow has no bounded ports
	words     map[word]bool
	gathered  struct{ ports, sources []portbook.PortSet } // until finish
}

// word is a member of a field that flows name, such as a host.
type word struct {
	field string
	value any
}

// The fields of words. Protocols are those of flows without bounded ports.
const (
	wordHost     = "host"
	wordApp      = "application"
	wordService  = "service"
	wordProtocol = "protocol"
)

func words[T any](field string, values []T) iter.Seq[word] {
	return func(yield func(word) bool) {
		for _, v := range values {
			if !yield(word{field, v}) {
				return
			}
		}
	}
}

func (x *passage) add(r *portbook.FlowRecord) {
	x.gathered.ports = append(x.gathered.ports, r.Ports)
	x.gathered.sources = append(x.gathered.sources, r.SourcePorts)
	x.anySource = x.anySource || r.SourcePorts.IsEmpty()
	if x.words == nil {
		x.words = map[word]bool{}
	}
	lists := []iter.Seq[word]{words(wordHost, r.Hosts), words(wordApp, r.AppProtocols), words(wordService, r.OSServices)}
	if r.Ports.IsEmpty() {
		x.unbounded = true
		lists = append(lists, words(wordProtocol, r.Protocols))
	}
	for _, list := range lists {
		for w := range list {
			x.words[w] = true
		}
	}
}

func (x *passage) finish() {
	x.ports, x.sources = portbook.UnionAll(x.gathered.ports...), portbook.UnionAll(x.gathered.sources...)
	x.gathered.ports, x.gathered.sources = nil, nil
}

// lacks returns the ports that a flow calls for and the passage has not; some
// is also true for a flow without bounded ports that it has not.
func (x *passage) lacks(r *portbook.FlowRecord) (ports portbook.PortSet, some bool) {
	if !r.Ports.IsEmpty() {
		ports = r.Ports.Subtract(x.ports)
		return ports, !ports.IsEmpty()
	}
	if !x.unbounded {
		return ports, true
	}
	for w := range words(wordProtocol, r.Protocols) {
		some = some || !x.words[w]
	}
	return ports, some
}

// lacksSources reports whether a flow comes from other ports than the passage
// has.
func (x *passage) lacksSources(r *portbook.FlowRecord) bool {
	return !x.anySource && !x.sources.ContainsSet(r.SourcePorts)
}

// passages holds what a snapshot calls for between each pair of interest.
type passages map[pair]*passage

var nothing = &passage{anySource: true}

func (x passages) at(p pair) *passage {
	if found := x[p]; found != nil {
		return found
	}
	return nothing
}

// passages gathers what flows of a snapshot call for between the pairs: all
// flows, and those that are required.
func (x *snapshotIndex) passages(of map[pair]bool) (all, required passages) {
	all, required = passages{}, passages{}
	if len(of) == 0 {
		return all, required
	}
	add := func(to passages, p pair, r *portbook.FlowRecord) {
		if to[p] == nil {
			to[p] = &passage{}
		}
		to[p].add(r)
	}
	for i := range x.ids {
		r := x.traffic(i)
		once := r.Initiator == portbook.InitiatorEither && slices.ContainsFunc(r.From, func(c portbook.Component) bool { return slices.Contains(r.To, c) })
		seen := map[pair]bool{}
		for p := range pairs(&r) {
			if !of[p] || once && seen[p] {
				continue
			}
			if once {
				seen[p] = true
			}
			add(all, p, &r)
			if r.Requirement == portbook.RequirementRequired {
				add(required, p, &r)
			}
		}
	}
	for _, list := range []passages{all, required} {
		for _, x := range list {
			x.finish()
		}
	}
	return all, required
}

// traffic returns what a flow calls for: a record of which only these fields
// are filled, since a catalog makes them quickly.
func (x *snapshotIndex) traffic(i int) portbook.FlowRecord {
	if x.catalog == nil {
		return x.records[i]
	}
	f := x.flows[i]
	return portbook.FlowRecord{
		From: f.From(), To: f.To(), Initiator: f.Initiator(), Ports: f.Ports(), Protocols: f.Protocols(), SourcePorts: f.SourcePorts(),
		Requirement: f.Requirement(), Hosts: f.Hosts(), AppProtocols: f.AppProtocols(), OSServices: f.OSServices(),
	}
}

// balance compares the traffic of a flow, before and after, with that of the
// whole snapshots.
type balance struct {
	opens  side // what the flow calls for now that the old snapshot did not
	closes side // what the flow called for that the new snapshot does not
}

// side is traffic of a flow that the other snapshot lacks.
type side struct {
	any     bool             // some traffic
	ports   portbook.PortSet // its ports, but for those that the flow has in both snapshots
	ends    bool             // some of it between a pair that the flow has in one snapshot only
	sources bool             // other source ports
	known   map[word]bool    // the words of the other snapshot between the pairs of the flow

	// present are the ports that the flow has in one snapshot only and that
	// the other snapshot has between each such pair.
	present portbook.PortSet
}

// sideOf returns the traffic of r, which is other in the other snapshot, that
// the other snapshot lacks.
func sideOf(r, other *portbook.FlowRecord, there passages) side {
	s := side{known: map[word]bool{}}
	if r == nil {
		return s
	}
	var before portbook.PortSet
	if other != nil {
		before = other.Ports
	}
	kept, all := endsOf(other), portbook.PortSet{}
	for p := range pairs(r) {
		x := there.at(p)
		lacking, some := x.lacks(r)
		fresh := r.Ports.Subtract(before)
		if !kept.has(p) {
			fresh = r.Ports
			s.ends = s.ends || some
		}
		s.any = s.any || some
		s.ports = s.ports.Union(lacking.Subtract(before))
		s.sources = s.sources || x.lacksSources(r)
		s.present, all = s.present.Union(fresh.Intersect(x.ports)), all.Union(lacking)
		for w := range x.words {
			s.known[w] = true
		}
	}
	s.present = s.present.Subtract(all)
	return s
}

// lacks reports whether the other snapshot names none of some words.
func lacks(known map[word]bool, list iter.Seq[word]) bool {
	for w := range list {
		if !known[w] {
			return true
		}
	}
	return false
}

// weigh sets the impacts of all changes by the traffic of the snapshots.
func (c *Changes) weigh(old, new *snapshotIndex) {
	touched := map[pair]bool{}
	for i := range c.List {
		for _, r := range []*portbook.FlowRecord{c.List[i].Old, c.List[i].New} {
			for p := range pairs(r) {
				touched[p] = true
			}
		}
	}
	before, beforeRequired := old.passages(touched)
	after, _ := new.passages(touched)
	for i := range c.List {
		x := &c.List[i]
		open := before
		if x.New != nil && x.New.Requirement == portbook.RequirementRequired {
			open = beforeRequired
		}
		x.judge(balance{sideOf(x.New, x.Old, open), sideOf(x.Old, x.New, after)})
	}
}

// judge sets the impacts of a change.
func (x *Change) judge(b balance) {
	x.AlreadyOpen, x.StillNeeded = b.opens.present, b.closes.present
	switch {
	case x.Old == nil:
		x.Impact = b.judgeNew(x.New)
		return
	case x.New == nil:
		x.Impact = b.judgeRemoved(x.Old)
		return
	}
	for i := range x.Fields {
		f := &x.Fields[i]
		f.Impact = fieldNamed(f.Name).judge(x.Old, x.New, b)
		x.Impact = stronger(x.Impact, f.Impact)
	}
}

// judgeNew judges a flow that the old snapshot has not.
func (b balance) judgeNew(r *portbook.FlowRecord) Impact {
	known := b.opens.known
	switch {
	case b.opens.any || b.opens.sources:
		return opens(r)
	case lacks(known, words(wordHost, r.Hosts)):
		return opens(r)
	case lacks(known, words(wordApp, r.AppProtocols)) || lacks(known, words(wordService, r.OSServices)):
		return Review
	}
	return TextOnly
}

// judgeRemoved judges a flow that the new snapshot has not.
func (b balance) judgeRemoved(r *portbook.FlowRecord) Impact {
	if b.closes.any || b.closes.sources || lacks(b.closes.known, words(wordHost, r.Hosts)) {
		return CanClose
	}
	return TextOnly
}
