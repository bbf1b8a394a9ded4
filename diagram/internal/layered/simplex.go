package layered

import "math"

// constraint keeps one place at least length behind another, and costs weight
// for each unit of what lies between them beyond that.
type constraint struct{ from, to, length, weight int }

// place finds the places of n things that satisfy the constraints, which must
// not run in circles, at the least cost. It is the network simplex method of
// Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed Graphs"
// (1993). It counts its steps rather than time: what the budget of a hostile
// graph leaves undone costs beauty alone, and the same graph gives the same
// places everywhere.
func place(n int, list []constraint) []int {
	if n == 0 {
		return nil
	}
	s := &simplex{n: n, list: list}
	s.connect()
	s.start()
	s.span()
	const budget = 100_000_000
	for steps := 0; steps < budget && s.improve(); steps += s.n + len(s.list) {
	}
	return s.at[:n]
}

// simplex holds places, and a tree of constraints that are met exactly.
type simplex struct {
	n      int
	list   []constraint
	at     []int
	inTree []bool
	parent []int // the constraint that leads towards the root; -1 at the root
	order  []int // the nodes, parents before children
	first  []int // where a node is in order
	size   []int // of the tree below a node, itself included
	flow   []int // weight that leaves the tree below a node, less what enters
	near   [][]int
}

// connect adds a root in front of everything, at no cost.
func (s *simplex) connect() {
	root := s.n
	s.list = append([]constraint(nil), s.list...)
	for i := range s.n {
		s.list = append(s.list, constraint{root, i, 0, 0})
	}
	s.n++
	s.near = make([][]int, s.n)
	for i, c := range s.list {
		s.near[c.from] = append(s.near[c.from], i)
		s.near[c.to] = append(s.near[c.to], i)
	}
	s.parent, s.first, s.size, s.flow = make([]int, s.n), make([]int, s.n), make([]int, s.n), make([]int, s.n)
	s.inTree = make([]bool, len(s.list))
}

// start puts everything as far in front as the constraints allow.
func (s *simplex) start() {
	s.at = make([]int, s.n)
	open := make([]int, s.n) // constraints that a thing waits for
	for _, c := range s.list {
		open[c.to]++
	}
	queue := []int{s.n - 1}
	for k := 0; k < len(queue); k++ {
		for _, i := range s.near[queue[k]] {
			c := s.list[i]
			if c.from != queue[k] {
				continue
			}
			s.at[c.to] = max(s.at[c.to], s.at[c.from]+c.length)
			if open[c.to]--; open[c.to] == 0 {
				queue = append(queue, c.to)
			}
		}
	}
}

func (s *simplex) slack(i int) int {
	c := s.list[i]
	return s.at[c.to] - s.at[c.from] - c.length
}

// span makes the first tree: each thing stands where it does since a chain of
// exact constraints holds it in place, starting at the root.
func (s *simplex) span() {
	in := make([]bool, s.n)
	in[s.n-1] = true
	for done := false; !done; {
		done = true
		for i, c := range s.list {
			if in[c.from] && !in[c.to] && s.slack(i) == 0 {
				in[c.to], s.inTree[i], done = true, true, false
			}
		}
	}
	s.walk()
}

// walk numbers the tree from its root, and adds up what flows.
func (s *simplex) walk() {
	s.order = s.order[:0]
	stack := []int{s.n - 1}
	s.parent[s.n-1] = -1
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		s.first[v] = len(s.order)
		s.order = append(s.order, v)
		s.size[v], s.flow[v] = 1, 0
		for _, i := range s.near[v] {
			c := s.list[i]
			if c.from == v {
				s.flow[v] += c.weight
			} else {
				s.flow[v] -= c.weight
			}
			if other := c.from + c.to - v; s.inTree[i] && i != s.parent[v] {
				s.parent[other] = i
				stack = append(stack, other)
			}
		}
	}
	for k := len(s.order) - 1; k > 0; k-- {
		v := s.order[k]
		c := s.list[s.parent[v]]
		up := c.from + c.to - v
		s.size[up] += s.size[v]
		s.flow[up] += s.flow[v]
	}
}

// improve gives up the exact constraint that costs most, for the nearest one
// that can take its part. It reports whether there was one.
func (s *simplex) improve() bool {
	worst, branch := 0, -1
	for _, v := range s.order[1:] {
		gain := s.flow[v]
		if s.list[s.parent[v]].to == v {
			gain = -gain
		}
		if gain < worst {
			worst, branch = gain, v
		}
	}
	if branch < 0 {
		return false
	}
	inside := func(v int) bool {
		return s.first[v] >= s.first[branch] && s.first[v] < s.first[branch]+s.size[branch]
	}
	forward := s.list[s.parent[branch]].to == branch // the branch moves backwards, away from its parent
	enter, least := -1, math.MaxInt
	for i, c := range s.list {
		from, to := inside(c.from), inside(c.to)
		if from != to && from == forward && s.slack(i) < least {
			enter, least = i, s.slack(i)
		}
	}
	if enter < 0 {
		return false
	}
	if !forward {
		least = -least
	}
	for _, v := range s.order[s.first[branch] : s.first[branch]+s.size[branch]] {
		s.at[v] += least
	}
	s.inTree[s.parent[branch]], s.inTree[enter] = false, true
	s.walk()
	return true
}
