package diagram

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/text/printable"
)

// Mermaid returns the diagram as a flowchart of Mermaid, which GitHub and many
// wikis draw. Products are subgraphs, external nodes are stadium-shaped,
// optional edges are dotted, and an edge ends in a circle where no document
// says who opens the connection. Names cannot do harm: what Mermaid could
// interpret stands as numbered entities.
//
// It is written here because package dot, which writes Mermaid too, escapes
// quotation marks in a way that Mermaid does not read, cannot break lines, and
// declares nodes after the edges that use them.
func (g Graph) Mermaid() string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %s\n---\nflowchart LR\n", mermaidTitle(g.Title))
	if g.Empty != "" {
		fmt.Fprintf(&b, "  empty[%s]\n", mermaidText(g.Empty))
	}
	names := map[portbook.Component]string{}
	byName := map[portbook.Component]Node{}
	for i, n := range g.Nodes {
		names[n.Component], byName[n.Component] = fmt.Sprintf("n%d", i), n
	}
	clustered := map[portbook.Component]bool{}
	for i, c := range g.Clusters {
		fmt.Fprintf(&b, "  subgraph c%d[%s]\n", i, mermaidText(c.Name))
		for _, id := range c.Nodes {
			if names[id] != "" && !clustered[id] {
				clustered[id] = true
				b.WriteString("    " + mermaidNode(names[id], byName[id]))
			}
		}
		b.WriteString("  end\n")
	}
	for _, n := range g.Nodes {
		if !clustered[n.Component] {
			b.WriteString("  " + mermaidNode(names[n.Component], n))
		}
	}
	for _, e := range g.Edges {
		if names[e.From] != "" && names[e.To] != "" { // what New did not make may lead nowhere
			fmt.Fprintf(&b, "  %s %s|%s| %s\n", names[e.From], mermaidArrow(e), mermaidText(e.Lines...), names[e.To])
		}
	}
	return b.String()
}

func mermaidNode(name string, n Node) string {
	if n.External {
		return name + "([" + mermaidText(n.Lines...) + "])\n"
	}
	return name + "[" + mermaidText(n.Lines...) + "]\n"
}

func mermaidArrow(e Edge) string {
	arrow := "--"
	if e.Optional {
		arrow = "-.-"
	}
	switch {
	case e.Unstated:
		arrow += "o"
	default:
		arrow += ">"
	}
	if e.Both {
		arrow = "<" + arrow
	}
	return arrow
}

// mermaidText returns lines as a quoted label. Mermaid reads Markdown and HTML
// in labels: all but letters, digits and some punctuation between them is
// encoded, so that it can be neither.
func mermaidText(lines ...string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, s := range lines {
		if i > 0 {
			b.WriteString("<br/>")
		}
		runes := []rune(printable.Text(s))
		for k, r := range runes {
			inWord := k > 0 && k+1 < len(runes) && isWord(runes[k-1]) && isWord(runes[k+1])
			if isWord(r) || unicode.IsMark(r) || r == ' ' || r == ',' || inWord && strings.ContainsRune("-/", r) {
				b.WriteRune(r)
			} else {
				fmt.Fprintf(&b, "#%d;", r)
			}
		}
	}
	if b.Len() == 1 {
		b.WriteByte(' ') // Mermaid does not read an empty label
	}
	b.WriteByte('"')
	return b.String()
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// mermaidTitle returns a double-quoted string of YAML. What Mermaid looks for
// before it reads the YAML is encoded too.
func mermaidTitle(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range printable.Text(s) {
		switch {
		case isWord(r) || unicode.IsMark(r) || r == ' ':
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
