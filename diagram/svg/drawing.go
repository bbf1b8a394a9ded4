package svg

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"

	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/internal/layered"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/internal/text/wrap"
)

// margin is the empty space around a drawing and between its parts.
const margin = 16.0

// minWidth keeps titles and legends of small diagrams from being broken into many lines.
const minWidth = 440.0

// drawing is an SVG document in the making.
type drawing struct {
	b             bytes.Buffer
	g             diagram.Graph
	l             layered.Layout
	places        []int // of the edges in l; -1 for what is not drawn
	width, height float64
	title         []string
	legend        []legendItem
	top           point // where the layout begins
	legendTop     float64
}

// point is a place in the drawing, in pixels; y grows downwards.
type point struct{ x, y float64 }

// newDrawing finds places for title and legend around the layout.
func newDrawing(g diagram.Graph) *drawing {
	in, places := sizes(g)
	d := &drawing{g: g, l: layered.Arrange(in), places: places}
	width := float64(d.l.Width)
	inner := max(width, minWidth)
	if g.Empty != "" {
		inner = max(inner, textWidth(printable.Text(g.Empty), nodeFont))
	}
	d.title = wrap.Text(printable.Text(g.Title), int(inner/(titleSize*fixedWidth)), 3)
	d.width = inner + 2*margin
	d.top = point{margin + (inner-width)/2, margin + textHeight(len(d.title), titleSize) + margin/2}
	d.legendTop = d.top.y + float64(d.l.Height) + margin
	if g.Empty != "" {
		d.legendTop += textHeight(1, nodeFont)
	}
	var bottom float64
	d.legend, bottom = placeLegend(g.Legend, margin, d.legendTop, d.width-margin)
	d.height = bottom + margin/2
	return d
}

func (d *drawing) print(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

// open begins the document.
func (d *drawing) open() {
	id, language := identifier(d.g.ID), escape(d.g.Language)
	d.print(`<svg xmlns="http://www.w3.org/2000/svg" class="pb-diagram" role="img" aria-labelledby="%s-title %s-desc" lang="%s" xml:lang="%s" width="%s" height="%s" viewBox="0 0 %s %s" font-family="%s" font-size="%s">`+"\n",
		id, id, language, language, number(d.width), number(d.height), number(d.width), number(d.height), escape(textFonts), number(nodeFont))
	d.print("<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", id, escape(d.g.Title), id, escape(d.g.Description))
	d.print("<style>\n%s</style>\n", style())
	d.print("<rect class=\"pb-paper\" width=\"100%%\" height=\"100%%\" fill=\"%s\"/>\n", light("paper"))
}

// identifier makes what may begin an id, in XML and in a selector of CSS.
func identifier(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, s)
	if s == "" || s[0] < 'A' {
		return "pb-" + s
	}
	return s
}

func (d *drawing) drawTitle() {
	d.text("pb-title", d.title, point{margin, margin + textHeight(len(d.title), titleSize)/2}, titleSize, `font-weight="600" fill="`+light("ink")+`"`)
	if d.g.Empty != "" {
		d.text("pb-empty", []string{d.g.Empty}, point{margin, d.top.y + textHeight(1, nodeFont)/2}, nodeFont, `fill="`+light("ink")+`"`)
	}
}

// text draws lines around the height of a point, from there to the right unless attributes say otherwise.
func (d *drawing) text(class string, lines []string, at point, size float64, attributes string) {
	d.print(`<text class="%s" font-size="%s" %s>`, class, number(size), attributes)
	// The letters of a line reach from about 0.8 of the size of the font above the base line to 0.2 below.
	y := at.y - textHeight(len(lines), size)/2 + size*(lineHeight/2+0.35)
	for i, s := range lines {
		d.print(`<tspan x="%s" y="%s">%s</tspan>`, number(at.x), number(y+float64(i)*size*lineHeight), escape(s))
	}
	d.print("</text>\n")
}

// clusterLines breaks the name of a product.
func clusterLines(c diagram.Cluster) []string { return wrap.Text(printable.Text(c.Name), 40, 2) }

func (d *drawing) drawClusters() {
	for i, c := range d.g.Clusters {
		x := d.l.Clusters[i]
		if x.Width == 0 { // what New did not make may hold nothing
			continue
		}
		class := "pb-cluster"
		if c.External {
			class += " pb-external"
		}
		d.print(`<g class="%s" data-product="%s">`+"\n", class, escape(string(c.Product)))
		d.rect(d.at(x.Point), x.Size, 6, fmt.Sprintf(`fill="%s" stroke="%s"%s`, light("cluster"), light("cluster-line"), dashes(c.External)))
		d.text("pb-name", clusterLines(c), d.at(x.Name), clusterSize, `text-anchor="middle" font-weight="600" fill="`+light("muted")+`"`)
		d.print("</g>\n")
	}
}

// at turns a place in the layout into one in the drawing.
func (d *drawing) at(p layered.Point) point {
	return point{float64(p.X) + d.top.x, float64(p.Y) + d.top.y}
}

// rect draws a box around its middle.
func (d *drawing) rect(middle point, size layered.Size, radius float64, attributes string) {
	w, h := float64(size.Width), float64(size.Height)
	d.print(`<rect x="%s" y="%s" width="%s" height="%s" rx="%s" %s/>`+"\n",
		number(middle.x-w/2), number(middle.y-h/2), number(w), number(h), number(radius), attributes)
}

func dashes(yes bool) string {
	if yes {
		return ` stroke-dasharray="5 4"`
	}
	return ""
}

func (d *drawing) drawNodes() {
	for i, n := range d.g.Nodes {
		x := d.l.Nodes[i]
		class, radius, fill, line := "pb-node", 3.0, "node", "node-line"
		if n.External {
			class, radius, fill, line = "pb-node pb-external", min(18, float64(x.Height)/2), "outside", "outside-line"
		}
		d.print(`<g class="%s" data-component="%s" data-product="%s">`+"\n<title>%s</title>\n", class, escape(string(n.Component)), escape(string(n.Product)), escape(n.Name))
		d.rect(d.at(x.Point), x.Size, radius, fmt.Sprintf(`fill="%s" stroke="%s"`, light(fill), light(line)))
		d.text("pb-name", n.Lines, d.at(x.Point), nodeFont, `text-anchor="middle" fill="`+light("ink")+`"`)
		d.print("</g>\n")
	}
}

// headLength is the length of an arrowhead.
const headLength = 8.0

func (d *drawing) drawEdges() {
	for i, e := range d.g.Edges {
		if d.places[i] < 0 {
			continue
		}
		route := d.l.Edges[d.places[i]]
		var way []point
		for _, p := range route.Points {
			way = append(way, d.at(p))
		}
		last := len(way) - 1
		start, end := way[0], way[last]
		headAtStart, headAtEnd := e.Both && route.Joins != layered.From, route.Joins != layered.To
		if headAtStart {
			way[0] = towards(start, way[1])
		}
		if headAtEnd {
			way[last] = towards(end, way[last-1])
		}
		d.edgeGroup("pb-edge", e)
		d.print(`<path d="%s" fill="none" stroke="%s"%s/>`+"\n", path(way), light("line"), dashes(e.Optional))
		if headAtEnd {
			d.arrow(way[last], end, e.Unstated)
		}
		if headAtStart {
			d.arrow(way[0], start, e.Unstated)
		}
		d.print("</g>\n")
	}
}

// towards is where an arrowhead begins whose tip is at p.
func towards(p, q point) point {
	dx, dy := q.x-p.x, q.y-p.y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return p
	}
	return point{p.x + dx/length*headLength, p.y + dy/length*headLength}
}

// edgeGroup begins a group that belongs to an edge, with its tooltip.
func (d *drawing) edgeGroup(class string, e diagram.Edge) {
	if e.Optional {
		class += " pb-optional"
	}
	d.print(`<g class="%s" data-from="%s" data-to="%s">`+"\n<title>%s</title>\n", class, escape(string(e.From)), escape(string(e.To)), escape(e.Title))
}

// drawLabels draws the ports. Edges that share a label have it once.
func (d *drawing) drawLabels() {
	for i, e := range d.g.Edges {
		if d.places[i] < 0 || len(e.Lines) == 0 || d.l.Edges[d.places[i]].Joins != layered.Neither {
			continue
		}
		d.edgeGroup("pb-ports", e)
		d.text("pb-label", e.Lines, d.at(d.l.Edges[d.places[i]].Label), labelSize, fmt.Sprintf(`text-anchor="middle" font-family="%s" fill="%s"`, escape(fixedFonts), light("ink")))
		d.print("</g>\n")
	}
}

// path describes the curves of an edge. Curves at one height are lines.
func path(way []point) string {
	var b strings.Builder
	b.WriteString("M" + coordinates(way[0]))
	for i := 1; i+2 < len(way); i += 3 {
		if y := way[i-1].y; way[i].y == y && way[i+1].y == y && way[i+2].y == y {
			b.WriteString("H" + number(way[i+2].x))
			continue
		}
		b.WriteString("C" + coordinates(way[i]) + " " + coordinates(way[i+1]) + " " + coordinates(way[i+2]))
	}
	return b.String()
}

// arrow draws an arrowhead from its base to its tip. Arrowheads are drawn one by one since markers need ids.
func (d *drawing) arrow(base, tip point, hollow bool) {
	dx, dy := tip.x-base.x, tip.y-base.y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return
	}
	const half = 3.5
	sx, sy := -dy/length*half, dx/length*half
	class, fill := "pb-arrow", light("line")
	if hollow {
		class, fill = "pb-arrow pb-hollow", light("paper")
	}
	d.print(`<path class="%s" d="M%sL%sL%sZ" fill="%s" stroke="%s"/>`+"\n",
		class, coordinates(tip), coordinates(point{base.x + sx, base.y + sy}), coordinates(point{base.x - sx, base.y - sy}), fill, light("line"))
}

func coordinates(p point) string { return number(p.x) + "," + number(p.y) }

// number prints a coordinate with one decimal at most: finer differences cannot
// be seen, and make files large. Halves are rounded up by more than the last
// bits in which processors differ.
func number(v float64) string {
	return strconv.FormatFloat(math.Floor(v*10+0.5+1e-6)/10+0, 'f', -1, 64) // +0 makes -0 to 0
}

// escape makes text of XML, which also fits in attributes. Characters that XML does not allow are not printable either.
func escape(s string) string { return html.EscapeString(printable.Text(s)) }
