package report

import (
	"bytes"
	"fmt"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
)

func writeMarkdown(b *bytes.Buffer, d *document) error {
	fmt.Fprintf(b, "# %s\n\n", markdownEscapes.Replace(d.Title))
	fmt.Fprintf(b, "%s\n", markdownEscapes.Replace(d.subtitle()))
	if len(d.groups) == 0 {
		fmt.Fprintf(b, "\n%s\n", d.label(i18n.LabelReportEmpty))
		return nil
	}
	for _, line := range d.legend() {
		fmt.Fprintf(b, "\n%s\n", markdownEscapes.Replace(line))
	}
	last := ""
	for _, g := range d.groups {
		if g.title != last {
			fmt.Fprintf(b, "\n## %s\n", markdownEscapes.Replace(g.title))
			last = g.title
		}
		if g.subtitle != "" {
			fmt.Fprintf(b, "\n### %s\n", markdownEscapes.Replace(g.subtitle))
		}
		b.WriteByte('\n')
		markdownTable(b, d, g.flows)
	}
	if len(d.notes) > 0 {
		fmt.Fprintf(b, "\n## %s\n\n", d.label(i18n.LabelReportNotes))
		for i, n := range d.notes {
			fmt.Fprintf(b, "%d. %s\n", i+1, markdownEscapes.Replace(d.noteLine(n)))
		}
	}
	fmt.Fprintf(b, "\n## %s\n\n", d.label(i18n.LabelReportSources))
	for _, x := range d.sources {
		fmt.Fprintf(b, "- %s\n", markdownEscapes.Replace(d.sourceLine(x)))
	}
	return nil
}

func listMarkdown(b *bytes.Buffer, d *document) error {
	markdownTable(b, d, d.flows.Slice())
	return nil
}

func markdownTable(b *bytes.Buffer, d *document, flows []portbook.Flow) {
	d.table(flows).writeMarkdown(b)
}

// subtitle counts the flows and names the edition of the data.
func (d *document) subtitle() string {
	return fill(d.label(i18n.LabelReportSubtitle), "flows", fmt.Sprint(d.flows.Len()), "edition", d.catalog.Version())
}
