package graphviz

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
)

// point is a place in the drawing, in pixels; y grows downwards.
type point struct{ x, y float64 }

// rectangle is given by its middle.
type rectangle struct {
	point
	width, height float64
}

// layout tells where everything stands. Its slices are parallel to those of the graph.
type layout struct {
	width, height float64
	clusters      []rectangle
	clusterLabels []point
	nodes         []rectangle
	edges         []route
}

// route is the way of an edge: Bézier curves, of which each has three more points, and the tips of arrowheads.
type route struct {
	curves     [][]point
	start, end *point
	label      point
}

// Layouts that need less than this to fit are as good as any: it is what a screen and a landscape page show.
const wantedWidth, wantedHeight = 1200, 800

// arrange lays out a graph from left to right, and from top to bottom where that fits better.
func arrange(g diagram.Graph) (layout, error) {
	across, err := arrangeIn(g, "LR")
	if err != nil || across.excess() <= 1 {
		return across, err
	}
	down, err := arrangeIn(g, "TB")
	if err != nil || across.excess() <= down.excess() {
		return across, err
	}
	return down, nil
}

// excess is how many times too large a layout is for a page.
func (l layout) excess() float64 { return max(l.width/wantedWidth, l.height/wantedHeight) }

func arrangeIn(g diagram.Graph, direction string) (layout, error) {
	out, err := run(source(g, direction))
	if err != nil {
		return layout{}, err
	}
	return read(out, g)
}

// source describes a graph to Graphviz by numbers alone: it never sees a text of the catalog. Names have boxes of a size that we
// measured; labels are placeholders of a fixed-width font, so that Graphviz keeps the place that they need.
func source(g diagram.Graph, direction string) string {
	var b strings.Builder
	distance := 0.8
	if 4*len(g.Edges) > 5*len(g.Nodes) { // many arrows cross each other: they can be told apart at flat angles
		distance = 1.6
	}
	fmt.Fprintf(&b, "digraph{rankdir=%s;nodesep=0.3;ranksep=%.1f;labeljust=l;mclimit=4;", direction, distance)
	b.WriteString("node[shape=box,fixedsize=true,label=\"\"];edge[fontname=Courier,fontsize=11,arrowsize=0.8];graph[fontname=Courier,fontsize=12];\n")
	number := numbers(g)
	for i, c := range g.Clusters {
		fmt.Fprintf(&b, "subgraph cluster_%d{id=c%d;margin=14;label=\"%s\";", i, i, placeholder(clusterLines(c), clusterSize))
		for _, n := range c.Nodes {
			if k, ok := number[n]; ok {
				fmt.Fprintf(&b, "n%d;", k)
			}
		}
		b.WriteString("}\n")
	}
	for i, n := range g.Nodes {
		w, h := nodeSize(n)
		fmt.Fprintf(&b, "n%d[id=n%d,width=%.3f,height=%.3f];\n", i, i, w/72, h/72)
	}
	for i, e := range g.Edges {
		from, ok := number[e.From]
		to, ok2 := number[e.To]
		if !ok || !ok2 {
			continue
		}
		dir := ""
		if e.Both {
			dir = ",dir=both"
		}
		fmt.Fprintf(&b, "n%d->n%d[id=e%d,label=\"%s\"%s];\n", from, to, i, placeholder(e.Lines, labelSize), dir)
	}
	b.WriteString("}\n")
	return b.String()
}

// numbers tells the index of each node.
func numbers(g diagram.Graph) map[portbook.Component]int {
	m := map[portbook.Component]int{}
	for i, n := range g.Nodes {
		m[n.Component] = i
	}
	return m
}

// placeholder returns as many lines of as many letters of a fixed-width font of the same size as the text takes.
func placeholder(lines []string, size float64) string {
	var list []string
	for _, s := range lines {
		list = append(list, strings.Repeat("X", max(1, int(textWidth(s, size)/(size*fixedWidth)+0.999))))
	}
	return strings.Join(list, `\n`)
}

// output is what Graphviz returns, as far as it matters here.
type output struct {
	BB      string `json:"bb"`
	Objects []struct {
		ID, BB, LP, Pos, Width, Height string
	}
	Edges []struct {
		ID, Pos, LP string
	}
}

// read turns a layout of Graphviz, whose y grows upwards, into ours.
func read(out []byte, g diagram.Graph) (layout, error) {
	var o output
	if err := json.Unmarshal(out, &o); err != nil {
		return layout{}, fmt.Errorf("graphviz: reading the layout: %w", err)
	}
	r := reader{}
	bb := r.numbers(o.BB, 4)
	r.top = bb[3]
	l := layout{
		width: bb[2] - bb[0], height: bb[3] - bb[1], clusters: make([]rectangle, len(g.Clusters)), clusterLabels: make([]point, len(g.Clusters)),
		nodes: make([]rectangle, len(g.Nodes)), edges: make([]route, len(g.Edges)),
	}
	for _, x := range o.Objects {
		switch kind, i := r.id(x.ID); {
		case kind == 'c' && i < len(l.clusters):
			b := r.numbers(x.BB, 4)
			l.clusters[i] = rectangle{point{(b[0] + b[2]) / 2, r.top - (b[1]+b[3])/2}, b[2] - b[0], b[3] - b[1]}
			l.clusterLabels[i] = r.point(x.LP)
		case kind == 'n' && i < len(l.nodes):
			l.nodes[i] = rectangle{r.point(x.Pos), r.numbers(x.Width, 1)[0] * 72, r.numbers(x.Height, 1)[0] * 72}
		}
	}
	for _, x := range o.Edges {
		if kind, i := r.id(x.ID); kind == 'e' && i < len(l.edges) {
			l.edges[i] = r.route(x.Pos)
			l.edges[i].label = r.point(x.LP)
		}
	}
	return l, r.err
}

// reader reads numbers; it keeps the first error.
type reader struct {
	top float64
	err error
}

// id reads "n12" as 'n' and 12.
func (r *reader) id(s string) (kind byte, i int) {
	if s == "" {
		return 0, 0
	}
	i, err := strconv.Atoi(s[1:])
	if err != nil || i < 0 {
		return 0, 0
	}
	return s[0], i
}

// numbers reads n numbers between commas.
func (r *reader) numbers(s string, n int) []float64 {
	list := make([]float64, n)
	fields := strings.Split(s, ",")
	if len(fields) != n {
		r.fail(s)
		return list
	}
	for i, field := range fields {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil {
			r.fail(s)
		}
		list[i] = v
	}
	return list
}

func (r *reader) fail(s string) {
	if r.err == nil {
		r.err = fmt.Errorf("graphviz: the layout holds %q where numbers are due", s)
	}
}

// point reads the place of something. What has no label has no place for it either.
func (r *reader) point(s string) point {
	if s == "" {
		return point{}
	}
	n := r.numbers(s, 2)
	return point{n[0], r.top - n[1]}
}

// route reads "s,x,y e,x,y x,y x,y x,y x,y", in which s and e are the tips of arrowheads.
func (r *reader) route(s string) route {
	var way route
	for spline := range strings.SplitSeq(s, ";") {
		var points []point
		for _, field := range strings.Fields(spline) {
			if rest, ok := strings.CutPrefix(field, "s,"); ok {
				p := r.point(rest)
				way.start = &p
			} else if rest, ok := strings.CutPrefix(field, "e,"); ok {
				p := r.point(rest)
				way.end = &p
			} else {
				points = append(points, r.point(field))
			}
		}
		if len(points) > 0 && len(points)%3 == 1 {
			way.curves = append(way.curves, slices.Clip(points))
		}
	}
	return way
}
