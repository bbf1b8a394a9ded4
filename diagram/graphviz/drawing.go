package graphviz

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/portbook/portbook/diagram"
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
	l             layout
	width, height float64
	title         []string
	legend        []legendItem
	top           point // where the layout begins
	legendTop     float64
}

// newDrawing finds places for title and legend around the layout.
func newDrawing(g diagram.Graph, l layout) *drawing {
	d := &drawing{g: g, l: l}
	inner := max(l.width, minWidth)
	if g.Empty != "" {
		inner = max(inner, textWidth(printable.Text(g.Empty), nodeFont))
	}
	d.title = wrap.Text(printable.Text(g.Title), int(inner/(titleSize*fixedWidth)), 3)
	d.width = inner + 2*margin
	d.top = point{margin + (inner-l.width)/2, margin + textHeight(len(d.title), titleSize) + margin/2}
	d.legendTop = d.top.y + l.height + margin
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
	d.print("<style>\n%s</style>\n", style)
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
		x := d.l.clusters[i]
		class := "pb-cluster"
		if c.External {
			class += " pb-external"
		}
		d.print(`<g class="%s" data-product="%s">`+"\n", class, escape(string(c.Product)))
		d.rect(x, 6, fmt.Sprintf(`fill="%s" stroke="%s"%s`, light("cluster"), light("cluster-line"), dashes(c.External)))
		d.text("pb-name", clusterLines(c), d.at(d.l.clusterLabels[i]), clusterSize, `text-anchor="middle" font-weight="600" fill="`+light("muted")+`"`)
		d.print("</g>\n")
	}
}

// at turns a place in the layout into one in the drawing.
func (d *drawing) at(p point) point { return point{p.x + d.top.x, p.y + d.top.y} }

func (d *drawing) rect(x rectangle, radius float64, attributes string) {
	p := d.at(x.point)
	d.print(`<rect x="%s" y="%s" width="%s" height="%s" rx="%s" %s/>`+"\n",
		number(p.x-x.width/2), number(p.y-x.height/2), number(x.width), number(x.height), number(radius), attributes)
}

func dashes(yes bool) string {
	if yes {
		return ` stroke-dasharray="5 4"`
	}
	return ""
}

func (d *drawing) drawNodes() {
	for i, n := range d.g.Nodes {
		x := d.l.nodes[i]
		class, radius, fill, line := "pb-node", 3.0, "node", "node-line"
		if n.External {
			class, radius, fill, line = "pb-node pb-external", min(18, x.height/2), "outside", "outside-line"
		}
		d.print(`<g class="%s" data-component="%s" data-product="%s">`+"\n<title>%s</title>\n", class, escape(string(n.Component)), escape(string(n.Product)), escape(n.Name))
		d.rect(x, radius, fmt.Sprintf(`fill="%s" stroke="%s"`, light(fill), light(line)))
		d.text("pb-name", n.Lines, d.at(x.point), nodeFont, `text-anchor="middle" fill="`+light("ink")+`"`)
		d.print("</g>\n")
	}
}

func (d *drawing) drawEdges() {
	for i, e := range d.g.Edges {
		way := d.l.edges[i]
		if len(way.curves) == 0 {
			continue
		}
		d.edgeGroup("pb-edge", e)
		d.print(`<path d="%s" fill="none" stroke="%s"%s/>`+"\n", d.path(way), light("line"), dashes(e.Optional))
		first, last := way.curves[0], way.curves[len(way.curves)-1]
		if way.end != nil {
			d.arrow(d.at(last[len(last)-1]), d.at(*way.end), e.Unstated)
		}
		if way.start != nil {
			d.arrow(d.at(first[0]), d.at(*way.start), e.Unstated)
		}
		d.print("</g>\n")
	}
}

// edgeGroup begins a group that belongs to an edge, with its tooltip.
func (d *drawing) edgeGroup(class string, e diagram.Edge) {
	if e.Optional {
		class += " pb-optional"
	}
	d.print(`<g class="%s" data-from="%s" data-to="%s">`+"\n<title>%s</title>\n", class, escape(string(e.From)), escape(string(e.To)), escape(e.Title))
}

// drawLabels draws the ports after all lines and boxes, so that nothing runs through them.
func (d *drawing) drawLabels() {
	for i, e := range d.g.Edges {
		if way := d.l.edges[i]; len(way.curves) > 0 && len(e.Lines) > 0 {
			d.edgeGroup("pb-ports", e)
			d.text("pb-label", e.Lines, d.at(way.label), labelSize, fmt.Sprintf(`text-anchor="middle" font-family="%s" fill="%s"`, escape(fixedFonts), light("ink")))
			d.print("</g>\n")
		}
	}
}

// path describes the curves of an edge.
func (d *drawing) path(way route) string {
	var b strings.Builder
	for _, curve := range way.curves {
		for i, p := range curve {
			switch q := d.at(p); {
			case i == 0:
				b.WriteString("M")
				b.WriteString(coordinates(q))
			case i%3 == 1:
				b.WriteString("C" + coordinates(q))
			default:
				b.WriteString(" " + coordinates(q))
			}
		}
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

// number prints a coordinate with one decimal at most: finer differences cannot be seen, and make files large.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64) // +0 makes -0 to 0
}

// escape makes text of XML, which also fits in attributes. Characters that XML does not allow are not printable either.
func escape(s string) string { return entities.Replace(printable.Text(s)) }

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")
