package diagram

import (
	"fmt"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/internal/text/wrap"
)

// words gives the texts of a catalog in the language of a diagram.
type words struct {
	catalog   *portbook.Catalog
	localizer i18n.Localizer
	labels    label.Words
}

// newWords returns the words for flows: of their catalog, or of the built-in
// one when there are none.
func newWords(flows portbook.FlowSet, l i18n.Localizer) words {
	for f := range flows.All() {
		return words{f.Catalog(), l, label.In(l)}
	}
	return words{portbook.Builtin(), l, label.In(l)}
}

func (w words) label(l label.Label) string { return w.labels.Text(l) }

// fill returns a label with its placeholders replaced.
func (w words) fill(l label.Label, pairs ...string) string { return w.labels.Fill(l, pairs...) }

// text returns a text, followed by the language that it fell back to, if any.
func (w words) text(x portbook.Text) string {
	s, tag := w.localizer.TextLanguage(x)
	if s = printable.Text(s); s != "" && tag != w.localizer.Language() {
		s += " [" + tag.String() + "]"
	}
	return s
}

func (w words) productName(id portbook.Product) string {
	p, _ := w.catalog.Product(id)
	name := w.text(p.Name)
	if name == "" {
		name = printable.Text(string(id)) // a box without a name says nothing
	}
	if p.Version != "" {
		name += " " + printable.Text(p.Version)
	}
	return name
}

func (w words) componentName(id portbook.Component) string {
	c, _ := w.catalog.Component(id)
	if name := w.text(c.Name); name != "" {
		return name
	}
	return printable.Text(string(id))
}

// unboundedPorts returns words for the ports of a flow whose document does not bound them.
func (w words) unboundedPorts(f portbook.Flow) string {
	ports := label.DiagramPortsNone
	switch f.PortKind() {
	case portbook.PortKindDynamic:
		ports = label.DiagramPortsDynamic
	case portbook.PortKindReference:
		ports = label.DiagramPortsReference
	case portbook.PortKindVaries:
		ports = label.DiagramPortsVaries
	}
	var protocols []string
	for _, p := range f.Protocols() {
		protocols = append(protocols, strings.ToUpper(p.String()))
	}
	if len(protocols) == 0 {
		return w.label(ports)
	}
	return w.fill(label.DiagramUnbounded, "ports", w.label(ports), "protocols", strings.Join(protocols, ", "))
}

// portItem is a port, a range of ports, or a word for ports; protocol is empty for words.
type portItem struct{ text, protocol string }

// portItems takes the text form of a set apart, which a label may have to shorten.
func portItems(set portbook.PortSet, unbounded []string) []portItem {
	var items []portItem
	for _, group := range strings.Fields(set.String()) {
		ports, protocol, _ := strings.Cut(group, "/")
		for port := range strings.SplitSeq(ports, ",") {
			items = append(items, portItem{port, protocol})
		}
	}
	for _, word := range unbounded {
		items = append(items, portItem{text: word})
	}
	return items
}

// joinItems is the inverse of portItems: "80,443/tcp 514/udp, dynamic port".
func joinItems(items []portItem) string {
	var b strings.Builder
	for i, x := range items {
		b.WriteString(x.text)
		next := portItem{}
		if i+1 < len(items) {
			next = items[i+1]
		}
		switch {
		case x.protocol != "" && x.protocol == next.protocol:
			b.WriteString(",")
			continue
		case x.protocol != "":
			b.WriteString("/" + x.protocol)
		}
		if next.text != "" && next.protocol == "" {
			b.WriteString(", ")
		} else if next.text != "" {
			b.WriteString(" ")
		}
	}
	return b.String()
}

// portLines breaks items into the lines of a label. What does not fit is
// counted; what is shown keeps its protocol.
func (w words) portLines(items []portItem, mark string) []string {
	// An item takes at least two columns, so that no more than this many can fit.
	for n := min(len(items), labelColumns*maxLines/2); n > 0; n-- {
		text := joinItems(items[:n])
		if n < len(items) {
			text += " " + w.fill(label.DiagramMore, "n", fmt.Sprint(len(items)-n))
		}
		if lines := wrap.List(text+mark, labelColumns); len(lines) <= maxLines {
			return lines
		}
	}
	return wrap.Text(joinItems(items)+mark, labelColumns, maxLines)
}
