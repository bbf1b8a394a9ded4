package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
)

func writeText(b *bytes.Buffer, d *document) error {
	fmt.Fprintf(b, "%s\n%s\n", d.Title, d.subtitle())
	if len(d.groups) == 0 {
		fmt.Fprintf(b, "\n%s\n", d.label(i18n.LabelReportEmpty))
		return nil
	}
	for _, line := range d.legend() {
		fmt.Fprintf(b, "%s\n", line)
	}
	last := ""
	for _, g := range d.groups {
		if g.title != last {
			fmt.Fprintf(b, "\n%s\n%s\n", g.title, strings.Repeat("=", i18n.Width(g.title, d.AmbiguousWidth)))
			last = g.title
		}
		if g.subtitle != "" {
			fmt.Fprintf(b, "\n%s\n%s\n", g.subtitle, strings.Repeat("-", i18n.Width(g.subtitle, d.AmbiguousWidth)))
		}
		b.WriteByte('\n')
		textTable(b, d, g.flows)
	}
	if len(d.notes) > 0 {
		fmt.Fprintf(b, "\n%s\n", d.label(i18n.LabelReportNotes))
		for i, n := range d.notes {
			fmt.Fprintf(b, "%4d. %s\n", i+1, d.noteLine(n))
		}
	}
	fmt.Fprintf(b, "\n%s\n", d.label(i18n.LabelReportSources))
	for _, x := range d.sources {
		fmt.Fprintf(b, "    - %s\n", d.sourceLine(x))
	}
	return nil
}

func listText(b *bytes.Buffer, d *document) error {
	if d.flows.IsEmpty() {
		fmt.Fprintln(b, d.label(i18n.LabelReportEmpty))
		return nil
	}
	textTable(b, d, d.flows.Slice())
	return nil
}

func textTable(b *bytes.Buffer, d *document, flows []portbook.Flow) {
	d.table(flows).writeText(b, d.AmbiguousWidth)
}
