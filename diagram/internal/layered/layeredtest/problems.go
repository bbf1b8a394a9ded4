// Package layeredtest finds what a reader of a layout would stumble over.
package layeredtest

import (
	"fmt"

	"github.com/portbook/portbook/diagram/internal/layered"
)

// thing takes a place that nothing else may take.
type thing struct {
	name string
	layered.Rectangle
}

// Problems returns what is wrong with a layout: things that cover each other,
// lines that run through them, boxes in foreign frames.
func Problems(g layered.Graph, l layered.Layout) []string {
	p := &problems{g: g, l: l}
	p.collect()
	p.overlaps()
	p.frames()
	for i := range l.Edges {
		p.line(i)
	}
	return p.list
}

type problems struct {
	g      layered.Graph
	l      layered.Layout
	boxes  []thing
	labels []thing // of edges, and the names of frames
	list   []string
}

func (p *problems) add(format string, args ...any) {
	p.list = append(p.list, fmt.Sprintf(format, args...))
}

func (p *problems) collect() {
	for i, n := range p.l.Nodes {
		p.boxes = append(p.boxes, thing{fmt.Sprintf("box %d", i), n})
		if want := p.g.Nodes[i].Size; n.Width < want.Width || n.Height < want.Height {
			p.add("box %d is smaller than asked for: %v, want %v", i, n.Size, want)
		}
	}
	for i, e := range p.l.Edges {
		if size := p.g.Edges[i].Label; size.Height > 0 && e.Joins == layered.Neither {
			p.labels = append(p.labels, thing{fmt.Sprintf("label %d", i), layered.Rectangle{Point: e.Label, Size: size}})
		}
	}
	for i, c := range p.l.Clusters {
		if size := p.g.Clusters[i]; c.Width > 0 {
			p.labels = append(p.labels, thing{fmt.Sprintf("name %d", i), layered.Rectangle{Point: c.Name, Size: size}})
		}
	}
}

func (p *problems) overlaps() {
	all := append(append([]thing(nil), p.boxes...), p.labels...)
	page := layered.Rectangle{Point: layered.Point{X: p.l.Width / 2, Y: p.l.Height / 2}, Size: layered.Size{Width: p.l.Width + 2, Height: p.l.Height + 2}}
	for i, x := range all {
		for _, y := range all[:i] {
			if overlap(x.Rectangle, y.Rectangle) {
				p.add("%s covers %s", x.name, y.name)
			}
		}
		if !within(x.Rectangle, page) {
			p.add("%s stands outside of the drawing", x.name)
		}
	}
}

func (p *problems) frames() {
	for c, f := range p.l.Clusters {
		for i, n := range p.l.Nodes {
			if in := p.g.Nodes[i].Cluster == c; in && !within(n, f.Rectangle) {
				p.add("box %d stands outside of frame %d", i, c)
			} else if !in && overlap(n, f.Rectangle) {
				p.add("box %d is in frame %d, to which it does not belong", i, c)
			}
		}
		for d, other := range p.l.Clusters[:c] {
			if f.Width > 0 && other.Width > 0 && overlap(f.Rectangle, other.Rectangle) {
				p.add("frames %d and %d cover each other", c, d)
			}
		}
	}
}

// line walks along an edge.
func (p *problems) line(i int) {
	e, points := p.g.Edges[i], p.l.Edges[i].Points
	if len(points)%3 != 1 || len(points) < 4 {
		p.add("edge %d has %d points", i, len(points))
		return
	}
	p.ends(i)
	for k := 0; k+3 < len(points); k += 3 {
		if hit := p.hit(points[k : k+4]); hit != "" {
			p.add("edge %d (%d to %d) runs through %s", i, e.From, e.To, hit)
			return
		}
	}
}

// hit returns what a curve runs through. A curve never leaves the rectangle
// around its four points.
func (p *problems) hit(curve []layered.Point) string {
	left, right, top, bottom := curve[0].X, curve[0].X, curve[0].Y, curve[0].Y
	for _, q := range curve {
		left, right, top, bottom = min(left, q.X), max(right, q.X), min(top, q.Y), max(bottom, q.Y)
	}
	around := layered.Rectangle{
		Point: layered.Point{X: (left + right) / 2, Y: (top + bottom) / 2},
		Size:  layered.Size{Width: right - left + 4, Height: bottom - top + 4},
	}
	steps := (right-left+bottom-top)/2 + 4
	for n, b := range append(p.boxes[:len(p.boxes):len(p.boxes)], p.labels...) {
		if !overlap(b.Rectangle, around) {
			continue
		}
		rim := 0.0
		if n < len(p.boxes) {
			rim = 1 // lines end at the borders of boxes
		}
		for t := 0; t <= steps; t++ {
			if x, y := at(curve, float64(t)/float64(steps)); inside(x, y, b.Rectangle, rim) {
				return b.name
			}
		}
	}
	return ""
}

// ends checks that an edge begins and ends at the borders of its boxes.
func (p *problems) ends(i int) {
	e, way := p.g.Edges[i], p.l.Edges[i]
	if way.Joins != layered.From && !onBorder(way.Points[0], p.l.Nodes[e.From]) {
		p.add("edge %d does not begin at box %d", i, e.From)
	}
	if way.Joins != layered.To && !onBorder(way.Points[len(way.Points)-1], p.l.Nodes[e.To]) {
		p.add("edge %d does not end at box %d", i, e.To)
	}
}

func onBorder(q layered.Point, r layered.Rectangle) bool {
	return within(layered.Rectangle{Point: q}, r) && !inside(float64(q.X), float64(q.Y), r, 1)
}

func at(p []layered.Point, t float64) (x, y float64) {
	s := 1 - t
	mix := func(a, b, c, d int) float64 {
		return s*s*s*float64(a) + 3*s*s*t*float64(b) + 3*s*t*t*float64(c) + t*t*t*float64(d)
	}
	return mix(p[0].X, p[1].X, p[2].X, p[3].X), mix(p[0].Y, p[1].Y, p[2].Y, p[3].Y)
}

// inside reports whether a place is in a rectangle, and further than a rim
// from its border.
func inside(x, y float64, r layered.Rectangle, rim float64) bool {
	dx, dy := x-float64(r.X), y-float64(r.Y)
	return max(dx, -dx) < float64(r.Width)/2-rim && max(dy, -dy) < float64(r.Height)/2-rim
}

func overlap(a, b layered.Rectangle) bool {
	return 2*max(a.X-b.X, b.X-a.X) < a.Width+b.Width && 2*max(a.Y-b.Y, b.Y-a.Y) < a.Height+b.Height
}

// within reports whether a is in b, but for a unit that halves cost.
func within(a, b layered.Rectangle) bool {
	return 2*max(a.X-b.X, b.X-a.X) <= b.Width-a.Width+2 && 2*max(a.Y-b.Y, b.Y-a.Y) <= b.Height-a.Height+2
}
