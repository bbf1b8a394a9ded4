package report

import (
	"bufio"
	"fmt"
	"github.com/portbook/portbook/internal/content"
	"strings"

	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/internal/text/wrap"
)

func writeText(w *bufio.Writer, c *content.Report) error {
	d := c.Document()
	fmt.Fprintf(w, "%s\n%s\n", d.Plain(d.TitleText()), d.Plain(d.Subtitle()))
	if len(d.Groups) == 0 {
		fmt.Fprintf(w, "\n%s\n", d.Empty())
	}
	for _, line := range d.Legend() {
		fmt.Fprintf(w, "%s\n", line)
	}
	last := content.Heading{}
	for _, g := range d.Groups {
		if subject := g.Subject(); subject != last {
			underline(w, d, d.TitleOf(g), "=")
			last = subject
		}
		if s := d.SubtitleOf(g); s != "" {
			underline(w, d, s, "-")
		}
		if s := d.About(g); s != "" {
			fmt.Fprintf(w, "\n%s\n", d.Plain(s))
		}
		w.WriteByte('\n')
		if err := grid.Text(w, d.Header(), d.Rows(g), d.Screen, d.Tick); err != nil {
			return err
		}
	}
	if len(d.Notes) > 0 {
		fmt.Fprintf(w, "\n%s\n", d.Label(label.ReportNotes))
		for i, n := range d.Notes {
			fmt.Fprintf(w, "%4d. %s\n", i+1, d.Plain(d.NoteLine(n)))
		}
	}
	textSources(w, d)
	return nil
}

// textSources lists the documents.
func textSources(w *bufio.Writer, d *content.Document) {
	if len(d.Sources) > 0 {
		fmt.Fprintf(w, "\n%s\n", d.Label(label.ReportSources))
	}
	for _, x := range d.Sources {
		fmt.Fprintf(w, "    - %s\n", d.Plain(d.SourceLine(x)))
	}
}

// underline writes a heading.
func underline(w *bufio.Writer, d *content.Document, heading, line string) {
	heading = d.Plain(heading)
	fmt.Fprintf(w, "\n%s\n%s\n", heading, strings.Repeat(line, wrap.Columns(heading, d.Screen.Ambiguous)))
}

func listText(w *bufio.Writer, c *content.Report) error {
	d := c.Document()
	if len(d.Groups) == 0 {
		_, err := fmt.Fprintln(w, d.Empty())
		return err
	}
	return grid.Text(w, d.Header(), d.AllRows(), d.Screen, d.Tick)
}
