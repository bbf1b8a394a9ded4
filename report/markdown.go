package report

import (
	"bufio"
	"fmt"
	"github.com/portbook/portbook/internal/content"

	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
)

func writeMarkdown(w *bufio.Writer, c *content.Report) error {
	d := c.Document()
	fmt.Fprintf(w, "# %s\n\n%s\n", markdown(d, d.TitleText()), markdown(d, d.Subtitle()))
	if len(d.Groups) == 0 {
		fmt.Fprintf(w, "\n%s\n", d.Empty())
	}
	for _, line := range d.Legend() {
		fmt.Fprintf(w, "\n%s\n", markdown(d, line))
	}
	if err := markdownSummary(w, d); err != nil {
		return err
	}
	last := content.Heading{}
	for _, g := range d.Groups {
		if subject := g.Subject(); subject != last {
			fmt.Fprintf(w, "\n## %s\n", markdown(d, d.TitleOf(g)))
			last = subject
		}
		if s := d.SubtitleOf(g); s != "" {
			fmt.Fprintf(w, "\n### %s\n", markdown(d, s))
		}
		if s := d.About(g); s != "" {
			fmt.Fprintf(w, "\n%s\n", markdown(d, s))
		}
		w.WriteByte('\n')
		if err := grid.Markdown(w, d.Header(), d.Rows(g), d.Tick); err != nil {
			return err
		}
	}
	if len(d.Notes) > 0 {
		fmt.Fprintf(w, "\n## %s\n\n", d.Label(label.ReportNotes))
		for i, n := range d.Notes {
			fmt.Fprintf(w, "%d. %s\n", i+1, markdown(d, d.NoteLine(n)))
		}
	}
	markdownSources(w, d)
	return nil
}

// markdownSummary writes what must be open for each product, and what needs a
// decision.
func markdownSummary(w *bufio.Writer, d *content.Document) error {
	if !d.HasSummary() {
		return nil
	}
	fmt.Fprintf(w, "\n## %s\n\n%s\n", d.Label(label.ReportOpenings), markdown(d, d.Label(label.ReportOpeningsHelp)))
	for _, id := range d.Products {
		fmt.Fprintf(w, "\n### %s\n\n", markdown(d, d.ProductName(id)))
		t := d.OpeningTable(id)
		if err := grid.Markdown(w, t.Header, t.All(), nil); err != nil {
			return err
		}
	}
	lists := d.DecisionLists()
	if len(lists) > 0 {
		fmt.Fprintf(w, "\n## %s\n\n%s\n", d.Label(label.ReportDecisions), markdown(d, d.Label(label.ReportDecisionsHelp)))
	}
	for _, x := range lists {
		fmt.Fprintf(w, "\n### %s (%d)\n\n", markdown(d, d.DecisionName(x.Decision)), x.Flows.Len())
		for f := range x.Flows.All() {
			fmt.Fprintf(w, "- %s\n", markdown(d, d.Decide(f)))
		}
	}
	return nil
}

// markdownSources lists the documents.
func markdownSources(w *bufio.Writer, d *content.Document) {
	if len(d.Sources) > 0 {
		fmt.Fprintf(w, "\n## %s\n\n", d.Label(label.ReportSources))
	}
	for _, x := range d.Sources {
		fmt.Fprintf(w, "- %s\n", markdown(d, d.SourceLine(x)))
	}
}

func listMarkdown(w *bufio.Writer, c *content.Report) error {
	d := c.Document()
	return grid.Markdown(w, d.Header(), d.AllRows(), d.Tick)
}

func markdown(d *content.Document, s string) string { return grid.EscapeMarkdown(d.Plain(s)) }
