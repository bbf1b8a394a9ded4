// Package layered finds places for boxes, arrows and their labels: boxes in
// columns, arrows from left to right as far as they do not run in circles, and
// the boxes of a cluster in a frame of their own. It is the method of Sugiyama
// with the refinements of Graphviz and dagre: columns and places at the least
// cost, labels as things that need room in columns of their own.
//
// A line crosses a column level, at a place that nothing else in the column
// takes, and changes its height between columns, where nothing else stands. So
// no line can run through a foreign box, a label or the name of a frame.
//
// All numbers are integers: the same graph gives the same places on every
// platform.
package layered

import "slices"

// Point is a place; y grows downwards.
type Point struct{ X, Y int }

// Size is the size of a box or a text; it is zero where there is none.
type Size struct{ Width, Height int }

// Rectangle is given by its middle.
type Rectangle struct {
	Point
	Size
}

// Graph is what to lay out.
type Graph struct {
	Clusters []Size // of their names
	Nodes    []Node
	Edges    []Edge
}

// Node is a box. It becomes higher where many lines end at it.
type Node struct {
	Size
	Cluster int // index; -1 outside of all clusters
}

// Edge is an arrow. Edges of the same Kind, which is not zero, have labels that
// say the same: where at least three of them share an end, they share the way
// from there to one label.
type Edge struct {
	From, To int
	Label    Size
	Kind     int
}

// Layout holds the places. Its slices are parallel to those of the graph.
type Layout struct {
	Size
	Clusters []Frame
	Nodes    []Rectangle
	Edges    []Route
}

// Frame is the place of a cluster and of its name.
type Frame struct {
	Rectangle
	Name Point
}

// Route is the way of an edge: a Bézier curve of the third degree, and so a
// number of points that is one more than a multiple of three. It ends at the
// borders of boxes, to which it is at right angles.
type Route struct {
	Points []Point
	Label  Point // its middle
	// Joins says which end is not a box but the label of another edge, whose way
	// and label this one shares from there.
	Joins End
}

// End is an end of an edge.
type End int

// The ends.
const (
	Neither End = iota
	From
	To
)

// The space between things.
const (
	itemGap     = 14 // boxes and lines of a column
	lineGap     = 10 // lines
	portGap     = 9  // the ends of lines at a box
	framePad    = 14 // a frame and what is inside
	columnPad   = 12 // arrowheads beside a box
	loopHeight  = 18
	minChannel  = 40 // between columns
	maxChannel  = 120
	labelOffset = 3 // a label above its line
)

// Arrange lays out a graph. Edges must lead to nodes of the graph.
func Arrange(g Graph) Layout {
	a := &arrangement{g: g}
	a.rank()
	a.makeItems()
	a.untangle()
	a.ports()
	a.placeRows()
	a.placeColumns()
	return a.layout()
}

// item is what takes a place in a column: a box, a label with the line below
// it, a line, or nothing, where a frame passes.
type item struct {
	rank, cluster int
	kind          itemKind
	up, down      int // from the line, or the middle of a box, to its borders
	width         int
	next, last    []int // segments to the right and to the left
	row           int
}

type itemKind int

const (
	box itemKind = iota
	label
	line
	filler
)

// segment joins items of neighboring columns.
type segment struct {
	from, to       int
	fromPort, port int // where it ends, from the middle of the item
}

// arrangement is a layout in the making.
type arrangement struct {
	g        Graph
	ranks    []int  // of the nodes; even
	span     []span // of the frames
	turned   []bool // edges that run from right to left
	items    []item // those of the nodes first
	chains   [][]int
	labels   []int // the item that holds the label of an edge; -1 for none
	shared   []bool
	segments []segment
	bySpan   map[[2]int]int // segments by their items
	columns  [][]int        // items, from top to bottom
	clusters []int          // from top to bottom
	tops     []int          // of the frames
	bottoms  []int
	left     []int // of the columns
	width    []int
}

// rank gives each node a column, so that edges lead to the right and are short.
// Columns between those of the nodes are for labels.
func (a *arrangement) rank() {
	a.turned = turn(a.g)
	var list []constraint
	for i, e := range a.g.Edges {
		if e.From == e.To {
			continue
		}
		from, to := e.From, e.To
		if a.turned[i] {
			from, to = to, from
		}
		list = append(list, constraint{from, to, 1, 1})
	}
	a.ranks = place(len(a.g.Nodes), list)
	for i := range a.ranks {
		a.ranks[i] *= 2
	}
}

// turn chooses edges that must run from right to left: the heuristic of Eades,
// Lin and Smyth, which takes sources and sinks away, and where there are none,
// the node that is most like a source.
func turn(g Graph) []bool {
	in, out := make([]int, len(g.Nodes)), make([]int, len(g.Nodes))
	for _, e := range g.Edges {
		if e.From != e.To {
			out[e.From]++
			in[e.To]++
		}
	}
	at := make([]int, len(g.Nodes)) // place in the sequence
	taken := make([]bool, len(g.Nodes))
	front, back := 1, len(g.Nodes)
	for range g.Nodes {
		best := -1
		for v := range g.Nodes {
			if !taken[v] && (best < 0 || eagerness(in[v], out[v]) > eagerness(in[best], out[best])) {
				best = v
			}
		}
		taken[best] = true
		if out[best] == 0 {
			at[best] = back
			back--
		} else {
			at[best] = front
			front++
		}
		for _, e := range g.Edges {
			if e.From == best && e.To != best {
				in[e.To]--
			}
			if e.To == best && e.From != best {
				out[e.From]--
			}
		}
	}
	turned := make([]bool, len(g.Edges))
	for i, e := range g.Edges {
		turned[i] = at[e.From] > at[e.To]
	}
	return turned
}

// eagerness says how soon a node is taken away: sinks, sources, others.
func eagerness(in, out int) int {
	switch {
	case out == 0:
		return 1 << 30
	case in == 0:
		return 1 << 29
	}
	return out - in
}

// makeItems fills the columns.
func (a *arrangement) makeItems() {
	a.bySpan = map[[2]int]int{}
	a.spans()
	for i, n := range a.g.Nodes {
		half := (n.Height + 1) / 2
		a.items = append(a.items, item{rank: a.ranks[i], cluster: n.Cluster, kind: box, up: half, down: half, width: n.Width})
	}
	a.chains, a.labels, a.shared = make([][]int, len(a.g.Edges)), make([]int, len(a.g.Edges)), make([]bool, len(a.g.Edges))
	trunks := a.trunks()
	made := map[trunk]int{}
	for i := range a.g.Edges {
		a.chain(i, trunks[i], made)
	}
	a.fillFrames()
	last := 0
	for _, x := range a.items {
		last = max(last, x.rank)
	}
	a.columns = make([][]int, last+1)
	for i, x := range a.items {
		a.columns[x.rank] = append(a.columns[x.rank], i)
	}
}

// trunk is what edges share: an end, a kind, the side of the box, and the
// cluster of the other end.
type trunk struct {
	kind, node, cluster int
	atStart             bool // of the way from left to right
}

// trunks chooses the trunk of each edge, whose kind is zero where it has none.
func (a *arrangement) trunks() []trunk {
	count := map[trunk]int{}
	both := make([][2]trunk, len(a.g.Edges))
	for i, e := range a.g.Edges {
		if e.Kind == 0 || e.From == e.To {
			continue
		}
		from, to := a.ends(i)
		both[i] = [2]trunk{
			{e.Kind, from, a.g.Nodes[to].Cluster, true},
			{e.Kind, to, a.g.Nodes[from].Cluster, false},
		}
		count[both[i][0]]++
		count[both[i][1]]++
	}
	chosen := make([]trunk, len(a.g.Edges))
	members := map[trunk]int{}
	for i, x := range both {
		chosen[i] = x[0]
		if count[x[1]] > count[x[0]] {
			chosen[i] = x[1]
		}
		members[chosen[i]]++
	}
	for i := range chosen {
		if members[chosen[i]] < 3 {
			chosen[i] = trunk{}
		}
	}
	return chosen
}

// ends returns the left and the right end of an edge.
func (a *arrangement) ends(i int) (left, right int) {
	e := a.g.Edges[i]
	if a.turned[i] {
		return e.To, e.From
	}
	return e.From, e.To
}

// chain makes the items that an edge passes.
func (a *arrangement) chain(i int, t trunk, made map[trunk]int) {
	e := a.g.Edges[i]
	a.labels[i] = -1
	if e.From == e.To {
		x := &a.items[e.From]
		x.up += loopHeight + e.Label.Height + labelOffset
		x.width = max(x.width, e.Label.Width)
		return
	}
	from, to := a.ends(i)
	first, last := a.ranks[from]+1, a.ranks[to]-1
	// A line leaves the frame at its left end late, and enters the one at its
	// right end early: frames hold what belongs to them.
	left, right := a.g.Nodes[from].Cluster, a.g.Nodes[to].Cluster
	labelAt := first + (last-first)/4*2
	if t.kind != 0 && !t.atStart {
		labelAt = last
	} else if t.kind != 0 {
		labelAt = first
	}
	chain := []int{from}
	for rank := first; rank <= last; rank++ {
		k := len(a.items)
		cluster := -1
		if left >= 0 && rank <= a.span[left].last {
			cluster = left
		} else if right >= 0 && rank >= a.span[right].first {
			cluster = right
		}
		x := item{rank: rank, cluster: cluster, kind: line, up: lineGap / 2, down: lineGap / 2}
		if rank == labelAt {
			if old, ok := made[t]; ok && t.kind != 0 {
				chain, a.labels[i], a.shared[i] = append(chain, old), old, true
				continue
			}
			if e.Label.Height > 0 {
				x.kind, x.width, x.up = label, e.Label.Width, e.Label.Height+labelOffset
			}
			made[t], a.labels[i] = k, k
		}
		a.items = append(a.items, x)
		chain = append(chain, k)
	}
	a.chains[i] = append(chain, to)
	for k := range len(a.chains[i]) - 1 {
		a.join(a.chains[i][k], a.chains[i][k+1])
	}
}

// join makes a segment, unless there is one.
func (a *arrangement) join(from, to int) {
	if _, ok := a.bySpan[[2]int{from, to}]; ok {
		return
	}
	k := len(a.segments)
	a.bySpan[[2]int{from, to}] = k
	a.segments = append(a.segments, segment{from: from, to: to})
	a.items[from].next = append(a.items[from].next, k)
	a.items[to].last = append(a.items[to].last, k)
}

// fillFrames puts something into each column that a frame passes and holds
// nothing of it.
func (a *arrangement) fillFrames() {
	held := map[[2]int]bool{}
	for _, x := range a.items {
		held[[2]int{x.cluster, x.rank}] = true
	}
	for c, s := range a.span {
		for rank := s.first; rank <= s.last; rank++ {
			if !held[[2]int{c, rank}] {
				a.items = append(a.items, item{rank: rank, cluster: c, kind: filler})
			}
		}
	}
}

// ports spreads the ends of lines over the sides of boxes, in the order of
// where they lead, and makes boxes high enough for them.
func (a *arrangement) ports() {
	at := make([]int, len(a.items))
	for _, column := range a.columns {
		for i, x := range column {
			at[x] = i
		}
	}
	for i := range a.g.Nodes {
		x := &a.items[i]
		slices.SortStableFunc(x.next, func(s, t int) int { return at[a.segments[s].to] - at[a.segments[t].to] })
		slices.SortStableFunc(x.last, func(s, t int) int { return at[a.segments[s].from] - at[a.segments[t].from] })
		for k, s := range x.next {
			a.segments[s].fromPort = spread(k, len(x.next))
		}
		for k, s := range x.last {
			a.segments[s].port = spread(k, len(x.last))
		}
		half := (a.g.Nodes[i].Height + 1) / 2
		more := max(0, (max(len(x.next), len(x.last))+1)*portGap/2-half)
		x.up, x.down = x.up+more, x.down+more
	}
}

// spread is the place of one of n ports, from their middle.
func spread(k, n int) int { return (2*k - n + 1) * portGap / 2 }

// span is where a frame begins and ends.
type span struct{ first, last int }

// spans finds the columns of the frames by their boxes.
func (a *arrangement) spans() {
	a.span = make([]span, len(a.g.Clusters))
	for i := range a.span {
		a.span[i] = span{1 << 30, -1}
	}
	for i, n := range a.g.Nodes {
		if n.Cluster >= 0 {
			s := &a.span[n.Cluster]
			s.first, s.last = min(s.first, a.ranks[i]), max(s.last, a.ranks[i])
		}
	}
}
