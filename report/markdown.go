package report

import (
	"bufio"
	"fmt"
	"iter"
	"strings"

	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/printable"
)

func writeMarkdown(w *bufio.Writer, c *content) error {
	d := c.document()
	fmt.Fprintf(w, "# %s\n\n%s\n", d.markdown(d.title()), d.markdown(d.subtitle()))
	if len(d.groups) == 0 {
		fmt.Fprintf(w, "\n%s\n", d.empty())
	}
	for _, line := range d.legend() {
		fmt.Fprintf(w, "\n%s\n", d.markdown(line))
	}
	last := heading{}
	for _, g := range d.groups {
		if subject := g.subject(); subject != last {
			fmt.Fprintf(w, "\n## %s\n", d.markdown(d.titleOf(g)))
			last = subject
		}
		if s := d.subtitleOf(g); s != "" {
			fmt.Fprintf(w, "\n### %s\n", d.markdown(s))
		}
		if s := d.about(g); s != "" {
			fmt.Fprintf(w, "\n%s\n", d.markdown(s))
		}
		w.WriteByte('\n')
		if err := markdownTable(w, d.header(), d.counted(d.rows(g))); err != nil {
			return err
		}
	}
	if len(d.notes) > 0 {
		fmt.Fprintf(w, "\n## %s\n\n", d.label(label.ReportNotes))
		for i, n := range d.notes {
			fmt.Fprintf(w, "%d. %s\n", i+1, d.markdown(d.noteLine(n)))
		}
	}
	if len(d.sources) > 0 {
		fmt.Fprintf(w, "\n## %s\n\n", d.label(label.ReportSources))
	}
	for _, x := range d.sources {
		fmt.Fprintf(w, "- %s\n", d.markdown(d.sourceLine(x)))
	}
	return nil
}

func listMarkdown(w *bufio.Writer, c *content) error {
	d := c.document()
	return markdownTable(w, d.header(), d.counted(d.allRows()))
}

func (d *document) markdown(s string) string { return markdownEscapes.Replace(d.plain(s)) }

// markdownEscapes keeps text from being read as markup. Line breaks cannot occur: printable.Line takes them out.
var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", ">", "&gt;", "&", "&amp;", "[", `\[`, "]", `\]`, "~", `\~`, "#", `\#`, "$", `\$`,
)

func markdownTable(w *bufio.Writer, header []string, rows iter.Seq[[]string]) error {
	line := func(cells []string) error {
		for _, s := range cells {
			w.WriteString("| ")
			w.WriteString(markdownEscapes.Replace(printable.Line(s)))
			w.WriteByte(' ')
		}
		_, err := w.WriteString("|\n")
		return err
	}
	first := true
	return eachRow(header, rows, func(cells []string) error {
		err := line(cells)
		if first && err == nil {
			first = false
			_, err = w.WriteString(strings.Repeat("| --- ", len(header)) + "|\n")
		}
		return err
	})
}
