package table

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/sparse"
)

// Index leads from values to the flows that have them, so that a filter is a
// few operations on sets.
type Index struct {
	Every     FlowSet
	Unbounded FlowSet // without known destination ports

	Products   []EndIndex // by product
	Components []EndIndex // by component, its own flows alone
	Settings   []FlowSet  // by setting
	Conditions []FlowSet  // by condition

	Enums  [EnumCount][]FlowSet // of each enumerated field, by value
	Quirks []FlowSet            // by code

	Protocols []ProtocolIndex // sorted by number

	// The ports of a protocol fall into classes, runs of neighbouring ports
	// that the same flows use. A port finds its class in four loads without a
	// branch: Slots leads from the protocol to its list of pages, the list to
	// the page, the page to the class, and that to its set. Pages that are
	// alike are kept once, so wide ranges cost nothing.
	Slots   [256]uint8 // number of a protocol's list of pages; list 0 has no flows
	Lists   []uint16   // list i is Lists[i*1024:][:1024], of numbers of pages
	Pages   []uint32   // page i is Pages[i*64:][:64], of numbers of classes; page 0 has no flows
	Classes []uint64   // part of Sets.Pool that holds a class's sparse.Set: begin<<32 | end; class 0 is empty
	// Wide holds the ranges that are not in the classes of the protocols,
	// since they are so wide that the classes would take too much memory. It
	// is a search tree in an array. The built-in catalog has none.
	Wide []WideRange
}

// WideRange is a range of ports of a flow, as portset.Key numbers them. Those
// of a catalog are sorted by First. The middle one is the root of a tree whose
// branches are the ranges before it and after it; Reach is the highest Last in
// the tree below a range, itself included.
type WideRange struct{ First, Last, Reach, Flow uint32 }

// The sizes of Index.Pages and Index.Lists.
const (
	pageSize = 64 // ports
	listSize = 65536 / pageSize
	maxLists = 64 // so that a page number fits in 16 bits; flows of further protocols are wide
)

// EndIndex holds the flows of a product or component: documented under it,
// opened by it, opened to it.
type EndIndex struct{ Of, From, To FlowSet }

// ProtocolIndex leads from a protocol, and from its ports in order, to flows.
type ProtocolIndex struct {
	Protocol uint32
	Flows    FlowSet  // all flows of the protocol
	Starts   []uint32 // ports at which a class starts, in increasing order
	Classes  []uint32 // the class that starts there
}

// Using returns the flows that use a port, other than those of wide ranges.
func (t *Table) Using(protocol uint8, port uint16) sparse.Set {
	x := &t.Index
	page := x.Lists[int(x.Slots[protocol])*listSize+int(port/pageSize)]
	return t.class(x.Pages[int(page)*pageSize+int(port%pageSize)])
}

func (t *Table) class(n uint32) sparse.Set {
	span := t.Index.Classes[n]
	return sparse.Set(t.Sets.Pool[span>>32 : uint32(span)])
}

// AddUsing adds to u the flows that use any of the given ports.
func (t *Table) AddUsing(u *sparse.Union, ports portset.Set) {
	for i := range t.Index.Protocols {
		x := &t.Index.Protocols[i]
		base := portset.Key(uint8(x.Protocol), 0)
		at := 0
		for lo, hi := range ports.Within(base, base|0xffff) {
			at = t.addClasses(u, x, at, lo-base, hi-base)
		}
	}
	if len(t.Index.Wide) > 0 {
		for lo, hi := range ports.Within(0, portset.Universe-1) {
			addWide(u, t.Index.Wide, lo, hi)
		}
	}
}

// addClasses adds the classes of a protocol that have a port from lo to hi. It
// looks at those from number at on, and returns the number of the last one.
func (t *Table) addClasses(u *sparse.Union, x *ProtocolIndex, at int, lo, hi uint32) int {
	next, found := slices.BinarySearch(x.Starts[at:], lo)
	if next += at; !found && next > 0 {
		next-- // the class that lo lies in starts before it
	}
	for at = next; next < len(x.Starts) && x.Starts[next] <= hi; next++ {
		if set := t.class(x.Classes[next]); set != "" {
			u.Add(set)
		}
		at = next
	}
	return at
}

// addWide adds the flows of the ranges in a tree that have a port from lo to
// hi. It takes time in proportion to the number of these ranges, and to the
// depth of the tree.
func addWide(u *sparse.Union, tree []WideRange, lo, hi uint32) {
	for len(tree) > 0 {
		root := len(tree) / 2
		x := &tree[root]
		if x.Reach < lo {
			return
		}
		addWide(u, tree[:root], lo, hi)
		if x.First > hi {
			return
		}
		if x.Last >= lo {
			u.AddNumber(x.Flow)
		}
		tree = tree[root+1:]
	}
}

// plant sorts ranges into a tree.
func plant(tree []WideRange) []WideRange {
	slices.SortFunc(tree, func(a, b WideRange) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last), cmp.Compare(a.Flow, b.Flow))
	})
	reach(tree)
	return tree
}

// reach fills in the highest end in each part of a tree.
func reach(tree []WideRange) uint32 {
	if len(tree) == 0 {
		return 0
	}
	root := len(tree) / 2
	tree[root].Reach = max(tree[root].Last, reach(tree[:root]), reach(tree[root+1:]))
	return tree[root].Reach
}

// postings gathers flows by a number; flows must come in increasing order.
type postings [][]sparse.Word

func (p postings) add(number, flow uint32) { p[number] = sparse.Insert(p[number], flow) }

// freeze turns postings into sets of the pool.
func (b *Builder) freeze(p postings) []FlowSet {
	sets := make([]FlowSet, len(p))
	for i, words := range p {
		sets[i] = b.set(string(sparse.Freeze(words)))
	}
	return sets
}

// index makes the index from the records.
func (b *Builder) index() {
	t := &b.Table
	x := &t.Index
	every := make(postings, 2) // all flows, and those without known ports
	var products, components [3]postings
	for i := range 3 {
		products[i], components[i] = make(postings, len(t.Products)), make(postings, len(t.Components))
	}
	settings, conditions := make(postings, len(t.Settings)), make(postings, len(t.Conditions))
	protocols, quirks := make(postings, 256), make(postings, len(Quirks))
	var enums [EnumCount]postings
	for i := range Fields {
		if field := &Fields[i]; field.Kind == KindEnum {
			enums[field.Enum] = make(postings, len(field.Values))
		}
	}
	for i := range t.Flows {
		f, n := &t.Flows[i], uint32(i)
		every.add(0, n)
		if f.Ports == 0 {
			every.add(1, n)
		}
		products[0].add(f.Product, n)
		components[0].add(f.Component, n)
		for k, list := range []List{f.From, f.To} {
			for _, c := range t.List(list) {
				components[k+1].add(c, n)
				products[k+1].add(t.Components[c].Product, n)
			}
		}
		for _, s := range t.List(f.Settings) {
			settings.add(s, n)
		}
		for _, c := range t.List(f.Conditions) {
			conditions.add(c, n)
		}
		for _, p := range t.List(f.Protocols) {
			protocols.add(p, n)
		}
		for k, v := range f.Enums {
			enums[k].add(uint32(v), n)
		}
		for q := f.Quirks; q != 0; q &= q - 1 {
			quirks.add(uint32(bits.TrailingZeros32(q)), n)
		}
	}
	all := b.freeze(every)
	x.Every, x.Unbounded = all[0], all[1]
	x.Products, x.Components = b.ends(products), b.ends(components)
	x.Settings, x.Conditions, x.Quirks = b.freeze(settings), b.freeze(conditions), b.freeze(quirks)
	for i := range enums {
		x.Enums[i] = b.freeze(enums[i])
	}
	b.indexPorts(protocols)
}

func (b *Builder) ends(p [3]postings) []EndIndex {
	of, from, to := b.freeze(p[0]), b.freeze(p[1]), b.freeze(p[2])
	ends := make([]EndIndex, len(of))
	for i := range ends {
		ends[i] = EndIndex{of[i], from[i], to[i]}
	}
	return ends
}

// event is a flow that starts, or no longer uses, a port.
type event struct {
	port, flow uint32
	leaves     bool
}

// indexPorts makes the classes of every protocol. Ranges that are wider than a
// limit go to Index.Wide; the limit is the largest for which the classes take
// no more memory than the flows themselves can justify.
func (b *Builder) indexPorts(protocols postings) {
	t := &b.Table
	budget := 16<<10 + 64*len(t.Flows)
	for _, limit := range []uint32{1 << 16, 256, 16, 1} {
		classes, wide, ok := b.classes(protocols, limit, budget)
		if !ok {
			continue
		}
		t.Index.Wide = plant(wide)
		known := packer{map[[pageSize]uint32]uint16{{}: 0}, map[uint64]uint32{0: 0}}
		t.Index.Lists, t.Index.Pages, t.Index.Classes = make([]uint16, listSize), make([]uint32, pageSize), []uint64{0}
		for _, c := range classes {
			t.Index.Protocols = append(t.Index.Protocols, b.protocolIndex(c, known))
		}
		return
	}
}

// protocolClasses are the classes of a protocol before they are packed: class i
// starts at starts[i].
type protocolClasses struct {
	protocol uint32
	flows    sparse.Set
	starts   []uint32
	sets     []sparse.Set
}

// classes computes the classes over all ranges of at most limit ports; ok is
// false when they exceed the budget of bytes.
func (b *Builder) classes(protocols postings, limit uint32, budget int) (list []protocolClasses, wide []WideRange, ok bool) {
	t := &b.Table
	for p, words := range protocols {
		if len(words) == 0 {
			continue
		}
		flows := sparse.Freeze(words)
		var events []event
		for n := range flows.All() {
			lo, hi := portset.Key(uint8(p), 0), portset.Key(uint8(p), 65535)
			for first, last := range t.PortSet(t.Flows[n].Ports).Within(lo, hi) {
				if last-first >= limit || len(list) >= maxLists-1 {
					wide = append(wide, WideRange{First: first, Last: last, Flow: n})
					continue
				}
				events = append(events, event{first - lo, n, false}, event{last - lo + 1, n, true})
			}
		}
		if limit == 1 {
			budget = math.MaxInt // single ports cannot take more than the flows that list them
		}
		c, size := sweep(events, budget)
		if budget -= size; budget < 0 {
			return nil, nil, false
		}
		c.protocol, c.flows = uint32(p), flows
		list = append(list, c)
	}
	return list, wide, true
}

// sweep goes over the events by port and takes down the flows in use after each
// port with an event. It returns the classes and the number of bytes of their
// sets, and gives up when these are more than budget.
func sweep(events []event, budget int) (c protocolClasses, size int) {
	slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.port, b.port) })
	var active []sparse.Word
	for i := 0; i < len(events) && size <= budget; {
		port := events[i].port
		for ; i < len(events) && events[i].port == port; i++ {
			if e := events[i]; e.leaves {
				active = sparse.Remove(active, e.flow)
			} else {
				active = sparse.Insert(active, e.flow)
			}
		}
		if port > 65535 {
			break
		}
		set := sparse.Freeze(active)
		size += len(set)
		c.starts, c.sets = append(c.starts, port), append(c.sets, set)
	}
	return c, size
}

// packer numbers the pages and classes that are known already.
type packer struct {
	pages   map[[pageSize]uint32]uint16
	classes map[uint64]uint32
}

// protocolIndex packs the classes of a protocol.
func (b *Builder) protocolIndex(c protocolClasses, known packer) ProtocolIndex {
	index := &b.Table.Index
	x := ProtocolIndex{Protocol: c.protocol, Flows: b.set(string(c.flows)), Starts: c.starts}
	for _, set := range c.sets {
		span := b.span(b.set(string(set)))
		if _, ok := known.classes[span]; !ok {
			known.classes[span] = uint32(len(index.Classes))
			index.Classes = append(index.Classes, span)
		}
		x.Classes = append(x.Classes, known.classes[span])
	}
	if len(x.Starts) == 0 {
		return x // all of its flows are wide, or have no ports: list 0 serves it
	}
	index.Slots[c.protocol] = uint8(len(index.Lists) / listSize)
	var page [pageSize]uint32
	class, next := uint32(0), 0
	for port := range uint32(1 << 16) {
		if next < len(x.Starts) && x.Starts[next] == port {
			class = x.Classes[next]
			next++
		}
		if page[port%pageSize] = class; port%pageSize < pageSize-1 {
			continue
		}
		if _, ok := known.pages[page]; !ok {
			known.pages[page] = uint16(len(known.pages))
			index.Pages = append(index.Pages, page[:]...)
		}
		index.Lists = append(index.Lists, known.pages[page])
	}
	return x
}
