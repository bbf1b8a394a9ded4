package layered

import "slices"

// untangle orders the items of each column so that few lines cross. The items
// of a cluster stay together, and clusters are in the same order in all
// columns.
func (a *arrangement) untangle() {
	a.clusters = make([]int, len(a.g.Clusters))
	for i := range a.clusters {
		a.clusters[i] = i
	}
	best := a.sweeps()
	kept := a.snapshot()
	// Neighboring clusters change places while that helps.
	tries := 60
	for better := true; better; {
		better = false
		for i := range len(a.clusters) - 1 {
			if tries--; tries < 0 || best == 0 {
				break
			}
			a.swapClusters(i)
			if n := a.sweeps(); n < best {
				best, kept, better = n, a.snapshot(), true
			} else {
				a.swapClusters(i)
			}
		}
	}
	a.columns = kept
}

func (a *arrangement) swapClusters(i int) {
	a.clusters[i], a.clusters[i+1] = a.clusters[i+1], a.clusters[i]
}

func (a *arrangement) snapshot() [][]int {
	list := make([][]int, len(a.columns))
	for i, c := range a.columns {
		list[i] = slices.Clone(c)
	}
	return list
}

// sweeps orders the columns by the middle of what their items are joined to,
// to the right and to the left in turn, and keeps the best order that it saw.
func (a *arrangement) sweeps() int {
	places := make([]int, len(a.items))
	a.start()
	for _, c := range a.columns {
		number(c, places)
	}
	best, kept := 1<<60, a.snapshot()
	for round := range 12 {
		for k := range a.columns {
			if round%2 == 0 {
				a.sortColumn(k, places, func(x item) []int { return x.last })
			} else {
				a.sortColumn(len(a.columns)-1-k, places, func(x item) []int { return x.next })
			}
		}
		a.transpose(places)
		if n := a.crossings(places); n < best {
			best, kept = n, a.snapshot()
		}
		if best == 0 {
			break
		}
	}
	a.columns = kept
	return best
}

// start orders items in the order in which a walk along the lines meets them.
func (a *arrangement) start() {
	met := make([]int, len(a.items))
	count := 0
	var walk func(i int)
	walk = func(i int) {
		if met[i] > 0 {
			return
		}
		count++
		met[i] = count
		for _, s := range a.items[i].next {
			walk(a.segments[s].to)
		}
		for _, s := range a.items[i].last {
			walk(a.segments[s].from)
		}
	}
	for i := range a.items {
		walk(i)
	}
	for _, c := range a.columns {
		slices.SortStableFunc(c, func(i, j int) int { return met[i] - met[j] })
	}
}

func number(column, places []int) {
	for i, x := range column {
		places[x] = i
	}
}

// scale is the distance of neighbors in a column when means are taken.
const scale = 1 << 16

// block is what moves as one: an item outside of clusters, or all items of a
// cluster that are in a column.
type block struct {
	items   []int
	cluster int
	mean    int
}

// sortColumn orders a column by the means of the places of neighbors.
func (a *arrangement) sortColumn(k int, places []int, neighbors func(item) []int) {
	mean := func(i int) int {
		list := neighbors(a.items[i])
		if len(list) == 0 {
			return places[i] * scale
		}
		sum := 0
		for _, s := range list {
			sum += places[a.segments[s].from+a.segments[s].to-i] * scale
		}
		return sum / len(list)
	}
	means := map[int]int{}
	var free, held []block
	byCluster := map[int][]int{}
	for _, i := range a.columns[k] {
		means[i] = mean(i)
		if c := a.items[i].cluster; c >= 0 {
			byCluster[c] = append(byCluster[c], i)
		} else {
			free = append(free, block{[]int{i}, -1, means[i]})
		}
	}
	for _, c := range a.clusters {
		if list := byCluster[c]; len(list) > 0 {
			slices.SortStableFunc(list, func(i, j int) int { return means[i] - means[j] })
			sum := 0
			for _, i := range list {
				sum += means[i]
			}
			held = append(held, block{list, c, sum / len(list)})
		}
	}
	for i := 1; i < len(held); i++ { // the order of the clusters comes first
		held[i].mean = max(held[i].mean, held[i-1].mean)
	}
	slices.SortStableFunc(free, func(x, y block) int { return x.mean - y.mean })
	column := a.columns[k][:0]
	for _, b := range merge(free, held) {
		column = append(column, b.items...)
	}
	number(column, places)
}

// merge keeps the order of both lists, and sorts by mean.
func merge(x, y []block) []block {
	var list []block
	for len(x) > 0 && len(y) > 0 {
		if x[0].mean < y[0].mean {
			list, x = append(list, x[0]), x[1:]
		} else {
			list, y = append(list, y[0]), y[1:]
		}
	}
	return append(append(list, x...), y...)
}

// transpose lets neighbors change places while fewer lines cross then: items
// of one cluster, and blocks that are not both clusters.
func (a *arrangement) transpose(places []int) {
	for range 8 {
		better := false
		for k := range a.columns {
			better = a.transposeItems(k, places) || better
			better = a.transposeBlocks(k, places) || better
		}
		if !better {
			return
		}
	}
}

func (a *arrangement) transposeItems(k int, places []int) bool {
	column, better := a.columns[k], false
	for i := range len(column) - 1 {
		x, y := column[i], column[i+1]
		if a.items[x].cluster == a.items[y].cluster && a.pair(x, y, places) > a.pair(y, x, places) {
			column[i], column[i+1] = y, x
			places[x], places[y] = i+1, i
			better = true
		}
	}
	return better
}

func (a *arrangement) transposeBlocks(k int, places []int) bool {
	var blocks []block
	for _, i := range a.columns[k] {
		c := a.items[i].cluster
		if n := len(blocks); c >= 0 && n > 0 && blocks[n-1].cluster == c {
			blocks[n-1].items = append(blocks[n-1].items, i)
		} else {
			blocks = append(blocks, block{items: []int{i}, cluster: c})
		}
	}
	better := false
	for i := range len(blocks) - 1 {
		x, y := blocks[i], blocks[i+1]
		if (x.cluster < 0) == (y.cluster < 0) {
			continue
		}
		before, after := 0, 0
		for _, u := range x.items {
			for _, v := range y.items {
				before += a.pair(u, v, places)
				after += a.pair(v, u, places)
			}
		}
		if after < before {
			blocks[i], blocks[i+1], better = y, x, true
		}
	}
	column := a.columns[k][:0]
	for _, b := range blocks {
		column = append(column, b.items...)
	}
	number(column, places)
	return better
}

// pair counts how often the lines of x cross those of y when x is above y.
func (a *arrangement) pair(x, y int, places []int) int {
	n := 0
	for _, s := range a.items[x].next {
		for _, t := range a.items[y].next {
			if places[a.segments[s].to] > places[a.segments[t].to] {
				n++
			}
		}
	}
	for _, s := range a.items[x].last {
		for _, t := range a.items[y].last {
			if places[a.segments[s].from] > places[a.segments[t].from] {
				n++
			}
		}
	}
	return n
}

// crossings counts how often lines cross.
func (a *arrangement) crossings(places []int) int {
	n := 0
	for _, column := range a.columns {
		var ends []int
		for _, x := range column {
			from := len(ends)
			for _, s := range a.items[x].next {
				ends = append(ends, places[a.segments[s].to])
			}
			slices.Sort(ends[from:])
		}
		for i := range ends {
			for _, earlier := range ends[:i] {
				if earlier > ends[i] {
					n++
				}
			}
		}
	}
	return n
}
