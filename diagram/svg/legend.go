package svg

import (
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/internal/layered"
	"github.com/portbook/portbook/internal/text/printable"
)

// sampleWidth is the width of what stands before the text of a legend entry.
const sampleWidth = 34.0

// legendItem is an entry of the legend with its place: the middle of its left border.
type legendItem struct {
	diagram.LegendEntry
	point
}

// placeLegend puts the entries side by side, in as many rows as they need, and returns where they end.
func placeLegend(entries []diagram.LegendEntry, left, top, right float64) (items []legendItem, bottom float64) {
	row := textHeight(1, labelSize) + 6
	x, y := left, top+row/2
	for _, e := range entries {
		w := sampleWidth + 6 + textWidth(printable.Text(e.Text), labelSize)
		if x > left && x+w > right {
			x, y = left, y+row
		}
		items = append(items, legendItem{e, point{x, y}})
		x += w + margin
	}
	if len(items) == 0 {
		return nil, top
	}
	return items, y + row/2
}

func (d *drawing) drawLegend() {
	if len(d.legend) == 0 {
		return
	}
	d.print("<g class=\"pb-legend\">\n")
	for _, x := range d.legend {
		d.drawSample(x)
		d.text("pb-name", []string{x.Text}, point{x.x + sampleWidth + 6, x.y}, labelSize, `fill="`+light("muted")+`"`)
	}
	d.print("</g>\n")
}

// drawSample draws what an entry explains.
func (d *drawing) drawSample(x legendItem) {
	switch x.Mark {
	case diagram.MarkExternal:
		d.print("<g class=\"pb-node pb-external\">\n")
		d.rect(point{x.x + sampleWidth/2, x.y}, layered.Size{Width: sampleWidth - 4, Height: 14}, 7, `fill="`+light("outside")+`" stroke="`+light("outside-line")+`"`)
	case diagram.MarkInferred:
		d.print("<g class=\"pb-node\">\n")
		d.text("pb-label", []string{"†"}, point{x.x + sampleWidth/2, x.y}, labelSize, `text-anchor="middle" fill="`+light("ink")+`"`)
	default:
		d.sampleLine(x)
	}
	d.print("</g>\n")
}

func (d *drawing) sampleLine(x legendItem) {
	class := "pb-edge"
	if x.Mark == diagram.MarkOptional {
		class += " pb-optional"
	}
	from, to := x.x, x.x+sampleWidth-headLength
	if x.Mark == diagram.MarkEither {
		from += headLength
	}
	d.print("<g class=\"%s\">\n", class)
	d.print(`<path d="M%sL%s" fill="none" stroke="%s"%s/>`+"\n", coordinates(point{from, x.y}), coordinates(point{to, x.y}), light("line"), dashes(x.Mark == diagram.MarkOptional))
	d.arrow(point{to, x.y}, point{to + headLength, x.y}, x.Mark == diagram.MarkUnstated)
	if x.Mark == diagram.MarkEither {
		d.arrow(point{from, x.y}, point{from - headLength, x.y}, false)
	}
}
