package report

import (
	"bufio"
	"fmt"
	"iter"
	"strings"

	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/wrap"
)

func writeText(w *bufio.Writer, c *content) error {
	d := c.document()
	fmt.Fprintf(w, "%s\n%s\n", d.plain(d.title()), d.plain(d.subtitle()))
	if len(d.groups) == 0 {
		fmt.Fprintf(w, "\n%s\n", d.empty())
	}
	for _, line := range d.legend() {
		fmt.Fprintf(w, "%s\n", line)
	}
	last := heading{}
	for _, g := range d.groups {
		if subject := g.subject(); subject != last {
			d.underline(w, d.titleOf(g), "=")
			last = subject
		}
		if s := d.subtitleOf(g); s != "" {
			d.underline(w, s, "-")
		}
		if s := d.about(g); s != "" {
			fmt.Fprintf(w, "\n%s\n", d.plain(s))
		}
		w.WriteByte('\n')
		if err := textTable(w, d.header(), d.rows(g), d.AmbiguousWidth, d.tick); err != nil {
			return err
		}
	}
	if len(d.notes) > 0 {
		fmt.Fprintf(w, "\n%s\n", d.label(label.ReportNotes))
		for i, n := range d.notes {
			fmt.Fprintf(w, "%4d. %s\n", i+1, d.plain(d.noteLine(n)))
		}
	}
	if len(d.sources) > 0 {
		fmt.Fprintf(w, "\n%s\n", d.label(label.ReportSources))
	}
	for _, x := range d.sources {
		fmt.Fprintf(w, "    - %s\n", d.plain(d.sourceLine(x)))
	}
	return nil
}

// underline writes a heading.
func (d *document) underline(w *bufio.Writer, heading, line string) {
	heading = d.plain(heading)
	fmt.Fprintf(w, "\n%s\n%s\n", heading, strings.Repeat(line, wrap.Columns(heading, d.AmbiguousWidth)))
}

// counted tells the progress of rows.
func (d *document) counted(rows iter.Seq[[]string]) iter.Seq[[]string] { return ticking(rows, d.tick) }

func listText(w *bufio.Writer, c *content) error {
	d := c.document()
	if len(d.groups) == 0 {
		_, err := fmt.Fprintln(w, d.empty())
		return err
	}
	return textTable(w, d.header(), d.allRows(), d.AmbiguousWidth, d.tick)
}
