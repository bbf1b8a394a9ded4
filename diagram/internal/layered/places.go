package layered

import "slices"

// placeRows finds the heights: lines as straight as there is room for, those
// of long ways most of all.
func (a *arrangement) placeRows() {
	var list []constraint
	for _, column := range a.columns {
		for k := range column {
			list = append(list, a.below(column[:k+1])...)
		}
		list = append(list, a.closeFrame(column)...)
	}
	for c := range a.g.Clusters {
		list = append(list, constraint{a.topOf(c), a.bottomOf(c), 0, 1})
	}
	total := len(a.items) + 2*len(a.g.Clusters)
	for _, s := range a.segments {
		weight := 1
		for _, i := range []int{s.from, s.to} {
			if a.items[i].kind != box {
				weight *= 3
			}
		}
		// A thing that both ends pull at, and that costs nothing where the
		// segment is level.
		list = append(list, constraint{total, s.from, -s.fromPort, weight}, constraint{total, s.to, -s.port, weight})
		total++
	}
	rows := place(total, list)
	for i := range a.items {
		a.items[i].row = rows[i]
	}
	for c := range a.g.Clusters {
		a.tops = append(a.tops, rows[a.topOf(c)])
		a.bottoms = append(a.bottoms, rows[a.bottomOf(c)])
	}
}

// The borders of frames are numbered behind the items.
func (a *arrangement) topOf(c int) int    { return len(a.items) + 2*c }
func (a *arrangement) bottomOf(c int) int { return len(a.items) + 2*c + 1 }

// below keeps the last of the items below those before it, and frames apart.
func (a *arrangement) below(column []int) []constraint {
	last := len(column) - 1
	i, x := column[last], a.items[column[last]]
	if last == 0 {
		if x.cluster < 0 {
			return nil
		}
		return []constraint{{a.topOf(x.cluster), i, a.frameTop(x.cluster) + x.up, 0}}
	}
	before := a.items[column[last-1]]
	if x.cluster == before.cluster {
		return []constraint{{column[last-1], i, before.down + gap(before, x) + x.up, 0}}
	}
	list := a.closeFrame(column[:last])
	from, length := column[last-1], before.down
	if before.cluster >= 0 {
		from, length = a.bottomOf(before.cluster), 0
	}
	if x.cluster < 0 {
		return append(list, constraint{from, i, length + itemGap + x.up, 0})
	}
	top := a.topOf(x.cluster)
	return append(list, constraint{from, top, length + itemGap, 0}, constraint{top, i, a.frameTop(x.cluster) + x.up, 0})
}

// closeFrame keeps the last item inside of its frame, if it has one.
func (a *arrangement) closeFrame(column []int) []constraint {
	if len(column) == 0 {
		return nil
	}
	i := column[len(column)-1]
	x := a.items[i]
	if x.cluster < 0 {
		return nil
	}
	return []constraint{{i, a.bottomOf(x.cluster), x.down + framePad, 0}}
}

// frameTop is the space between the top of a frame and what is inside.
func (a *arrangement) frameTop(c int) int {
	return framePad + a.g.Clusters[c].Height + framePad/2
}

// gap is the space between neighbors of a column.
func gap(x, y item) int {
	if x.kind == box && y.kind == box {
		return itemGap + 6
	}
	if x.kind == box || y.kind == box {
		return itemGap
	}
	return 2
}

// placeColumns finds where columns begin: as wide as what they hold, with
// channels between them in which lines can turn without being too steep.
func (a *arrangement) placeColumns() {
	a.left, a.width = make([]int, len(a.columns)), make([]int, len(a.columns))
	for _, x := range a.items {
		w := x.width
		if x.kind == box {
			w += 2 * columnPad
		}
		a.width[x.rank] = max(a.width[x.rank], w)
	}
	for c, name := range a.g.Clusters { // the name is in the first column
		if s := a.span[c]; s.last >= 0 {
			a.width[s.first] = max(a.width[s.first], name.Width)
		}
	}
	channel := make([]int, len(a.columns)) // behind a column
	for _, s := range a.segments {
		rise := a.items[s.from].row + s.fromPort - a.items[s.to].row - s.port
		k := a.items[s.from].rank
		channel[k] = max(channel[k], min(maxChannel, max(minChannel, max(rise, -rise)/4)))
	}
	x := 0
	for k := range a.columns {
		a.left[k] = x
		x += a.width[k] + max(channel[k], minChannel)
	}
}

func (a *arrangement) middle(rank int) int { return a.left[rank] + a.width[rank]/2 }

// layout tells the places of everything, counted from the top left corner.
func (a *arrangement) layout() Layout {
	var l Layout
	for i, n := range a.g.Nodes {
		x := a.items[i]
		height := 2 * x.down
		l.Nodes = append(l.Nodes, Rectangle{Point{a.middle(x.rank), x.row}, Size{n.Width, height}})
	}
	for c, name := range a.g.Clusters {
		l.Clusters = append(l.Clusters, a.frame(c, name))
	}
	for i := range a.g.Edges {
		l.Edges = append(l.Edges, a.route(i))
	}
	a.trim(&l)
	return l
}

func (a *arrangement) frame(c int, name Size) Frame {
	first, last := a.span[c].first, a.span[c].last
	if last < 0 {
		return Frame{}
	}
	left, right := a.left[first]-framePad, a.left[last]+a.width[last]+framePad
	return Frame{
		Rectangle{Point{(left + right) / 2, (a.tops[c] + a.bottoms[c]) / 2}, Size{right - left, a.bottoms[c] - a.tops[c]}},
		Point{a.left[first] + name.Width/2, a.tops[c] + framePad*2/3 + name.Height/2},
	}
}

// route follows a chain: level in columns, and in a curve between them.
func (a *arrangement) route(i int) Route {
	e := a.g.Edges[i]
	if e.From == e.To {
		return a.loop(e)
	}
	chain, joins := a.ownChain(i)
	r := Route{Points: []Point{a.leave(chain[0], a.bySpan[[2]int{chain[0], chain[1]}])}, Joins: joins}
	for k, id := range chain[:len(chain)-1] {
		x, y := a.items[id], a.items[chain[k+1]]
		s := a.segments[a.bySpan[[2]int{id, chain[k+1]}]]
		from := Point{a.left[x.rank] + a.width[x.rank], x.row + s.fromPort}
		to := Point{a.left[y.rank], y.row + s.port}
		r.level(from)
		if half := (from.X + to.X) / 2; from.Y == to.Y {
			r.level(to)
		} else {
			r.Points = append(r.Points, Point{half, from.Y}, Point{half, to.Y}, to)
		}
		if y.kind == box {
			r.level(Point{a.middle(y.rank) - a.g.Nodes[chain[k+1]].Width/2, to.Y})
		}
	}
	if a.turned[i] {
		slices.Reverse(r.Points)
	}
	if k := a.labels[i]; k >= 0 {
		x := a.items[k]
		r.Label = Point{a.middle(x.rank), x.row - labelOffset - e.Label.Height/2}
	}
	return r
}

// leave is where a way to the right begins: at the border of a box, or where
// the column of a label ends.
func (a *arrangement) leave(i, segment int) Point {
	x, s := a.items[i], a.segments[segment]
	if x.kind == box {
		return Point{a.middle(x.rank) + a.g.Nodes[i].Width/2, x.row + s.fromPort}
	}
	return Point{a.left[x.rank] + a.width[x.rank], x.row}
}

// ownChain is the part of the chain of an edge that no other edge draws.
func (a *arrangement) ownChain(i int) ([]int, End) {
	chain := a.chains[i]
	if !a.shared[i] {
		return chain, Neither
	}
	start, end := From, To
	if a.turned[i] {
		start, end = To, From
	}
	if chain[1] == a.labels[i] {
		return chain[1:], start
	}
	return chain[:len(chain)-1], end
}

// level goes on to a point at the same height.
func (r *Route) level(to Point) {
	n := len(r.Points)
	from := r.Points[n-1]
	if n >= 4 && r.Points[n-2].Y == to.Y && r.Points[n-3].Y == to.Y && r.Points[n-4].Y == to.Y {
		r.Points = r.Points[:n-3] // one piece for what is one line
		from = r.Points[n-4]
	}
	if from == to {
		return
	}
	third := (to.X - from.X) / 3
	r.Points = append(r.Points, Point{from.X + third, to.Y}, Point{to.X - third, to.Y}, to)
}

// loop leads from a box to itself, above it.
func (a *arrangement) loop(e Edge) Route {
	x := a.items[e.From]
	m, top := a.middle(x.rank), x.row-x.down
	w := min(22, a.g.Nodes[e.From].Width/3)
	up := top - loopHeight*4/3
	return Route{
		Points: []Point{{m - w, top}, {m - w, up}, {m + w, up}, {m + w, top}},
		Label:  Point{m, top - loopHeight - labelOffset - e.Label.Height/2},
	}
}

// trim moves everything to the top left corner, and measures it.
func (a *arrangement) trim(l *Layout) {
	var all []Rectangle
	all = append(all, l.Nodes...)
	for _, f := range l.Clusters {
		if f.Width > 0 {
			all = append(all, f.Rectangle)
		}
	}
	for i, r := range l.Edges {
		all = append(all, Rectangle{r.Label, a.g.Edges[i].Label})
		for _, p := range r.Points {
			all = append(all, Rectangle{p, Size{2, 2}})
		}
	}
	if len(all) == 0 {
		return
	}
	left, top, right, bottom := 1<<30, 1<<30, -1<<30, -1<<30
	for _, r := range all {
		left, right = min(left, r.X-(r.Width+1)/2), max(right, r.X+(r.Width+1)/2)
		top, bottom = min(top, r.Y-(r.Height+1)/2), max(bottom, r.Y+(r.Height+1)/2)
	}
	move := func(p *Point) { p.X, p.Y = p.X-left, p.Y-top }
	for i := range l.Nodes {
		move(&l.Nodes[i].Point)
	}
	for i := range l.Clusters {
		move(&l.Clusters[i].Point)
		move(&l.Clusters[i].Name)
	}
	for i := range l.Edges {
		move(&l.Edges[i].Label)
		for k := range l.Edges[i].Points {
			move(&l.Edges[i].Points[k])
		}
	}
	l.Size = Size{right - left, bottom - top}
}
