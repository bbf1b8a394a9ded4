package report

import (
	"bufio"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/internal/text/wrap"
)

// prose is what a report is written as, block by block: text for a terminal, or
// Markdown. A blank line is between blocks.
type prose interface {
	title(title, subtitle string)
	heading(level int, s string) // 2 or 3
	paragraph(s string)
	list(items []string)
	numbered(items []string)
	table(header []string, rows iter.Seq[[]string], done func()) error
}

// textProse underlines its headings.
type textProse struct {
	w *bufio.Writer
	d *content.Document
}

func (p textProse) title(title, subtitle string) {
	fmt.Fprintf(p.w, "%s\n%s\n", p.d.Plain(title), p.d.Plain(subtitle))
}

func (p textProse) heading(level int, s string) {
	s = p.d.Plain(s)
	line := map[int]string{2: "=", 3: "-"}[level]
	fmt.Fprintf(p.w, "\n%s\n%s\n", s, strings.Repeat(line, wrap.Columns(s, p.d.Screen.Ambiguous)))
}

func (p textProse) paragraph(s string) { fmt.Fprintf(p.w, "\n%s\n", p.d.Plain(s)) }

func (p textProse) list(items []string) {
	p.w.WriteByte('\n')
	for _, s := range items {
		fmt.Fprintf(p.w, "- %s\n", p.d.Plain(s))
	}
}

func (p textProse) numbered(items []string) {
	p.w.WriteByte('\n')
	for i, s := range items {
		fmt.Fprintf(p.w, "%4d. %s\n", i+1, p.d.Plain(s))
	}
}

func (p textProse) table(header []string, rows iter.Seq[[]string], done func()) error {
	p.w.WriteByte('\n')
	return grid.Text(p.w, header, rows, p.d.Screen, done)
}

// markdownProse is GitHub-flavoured Markdown.
type markdownProse struct {
	w *bufio.Writer
	d *content.Document
}

func (p markdownProse) escape(s string) string { return grid.EscapeMarkdown(p.d.Plain(s)) }

func (p markdownProse) title(title, subtitle string) {
	fmt.Fprintf(p.w, "# %s\n\n%s\n", p.escape(title), p.escape(subtitle))
}

func (p markdownProse) heading(level int, s string) {
	fmt.Fprintf(p.w, "\n%s %s\n", strings.Repeat("#", level), p.escape(s))
}

func (p markdownProse) paragraph(s string) { fmt.Fprintf(p.w, "\n%s\n", p.escape(s)) }

func (p markdownProse) list(items []string) {
	p.w.WriteByte('\n')
	for _, s := range items {
		fmt.Fprintf(p.w, "- %s\n", p.escape(s))
	}
}

func (p markdownProse) numbered(items []string) {
	p.w.WriteByte('\n')
	for i, s := range items {
		fmt.Fprintf(p.w, "%d. %s\n", i+1, p.escape(s))
	}
}

func (p markdownProse) table(header []string, rows iter.Seq[[]string], done func()) error {
	p.w.WriteByte('\n')
	return grid.Markdown(p.w, header, rows, done)
}

// on returns the prose of a format on a writer.
func (f proseFormat) on(w *bufio.Writer, d *content.Document) prose {
	if f == Markdown {
		return markdownProse{w, d}
	}
	return textProse{w, d}
}

// writeReport writes a report of flows.
func writeReport(p prose, d *content.Document) error {
	p.title(d.TitleText(), d.Subtitle())
	if len(d.Groups) == 0 {
		p.paragraph(d.Empty())
	}
	for _, line := range d.Legend() {
		p.paragraph(line)
	}
	if err := writeSummary(p, d); err != nil {
		return err
	}
	last := content.Heading{}
	for _, g := range d.Groups {
		if subject := g.Subject(); subject != last {
			p.heading(2, d.TitleOf(g))
			last = subject
		}
		if s := d.SubtitleOf(g); s != "" {
			p.heading(3, s)
		}
		if s := d.About(g); s != "" {
			p.paragraph(s)
		}
		if err := p.table(d.Header(), d.Rows(g), d.Tick); err != nil {
			return err
		}
	}
	if len(d.Notes) > 0 {
		p.heading(2, d.Label(label.ReportNotes))
		p.numbered(each(d.Notes, d.NoteLine))
	}
	writeSources(p, d)
	return nil
}

func each[T any](list []T, of func(T) string) []string {
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = of(x)
	}
	return texts
}

// writeSummary writes what must be open for each product, and what needs a
// decision.
func writeSummary(p prose, d *content.Document) error {
	if !d.HasSummary() {
		return nil
	}
	p.heading(2, d.Label(label.ReportOpenings))
	p.paragraph(d.Label(label.ReportOpeningsHelp))
	for _, id := range d.Products {
		p.heading(3, d.ProductName(id))
		t := d.OpeningTable(id)
		if err := p.table(t.Header, t.All(), nil); err != nil {
			return err
		}
	}
	lists := d.DecisionLists()
	if len(lists) > 0 {
		p.heading(2, d.Label(label.ReportDecisions))
		p.paragraph(d.Label(label.ReportDecisionsHelp))
	}
	for _, x := range lists {
		p.heading(3, fmt.Sprintf("%s (%d)", d.DecisionName(x.Decision), x.Flows.Len()))
		var items []string
		for f := range x.Flows.All() {
			items = append(items, d.Decide(f))
		}
		p.list(items)
	}
	return nil
}

// writeSources lists the documents.
func writeSources(p prose, d *content.Document) {
	if len(d.Sources) > 0 {
		p.heading(2, d.Label(label.ReportSources))
		p.list(each(d.Sources, d.SourceLine))
	}
}

// writeTables writes the plan of a site, or what an audit found.
func writeTables(p prose, d *content.Document, c content.Tables) error {
	p.title(c.TitleText(d), c.Subtitle(d))
	if s := c.Remark(d); s != "" {
		p.paragraph(s)
	}
	tables := c.Tables(d)
	if slices.ContainsFunc(tables, content.Table.HasMark) {
		p.paragraph(content.Mark + " " + d.MarkMeaning())
	}
	for _, t := range tables {
		p.heading(2, t.Title)
		if t.Count == 0 {
			p.paragraph(t.Empty)
			continue
		}
		if err := p.table(t.Header, t.Rows, nil); err != nil {
			return err
		}
	}
	writeSources(p, d)
	return nil
}

// writeChanges writes what changed between two versions.
func writeChanges(p prose, d *content.Document, c *content.Changes) error {
	p.title(c.TitleText(d), c.Subtitle(d))
	if s := c.Remark(d); s != "" {
		p.paragraph(s)
	}
	if len(c.Classes) == 0 {
		p.paragraph(d.Label(label.DiffEmpty))
		return nil
	}
	header, rows := c.Summary(d)
	if err := p.table(header, rows, nil); err != nil {
		return err
	}
	for _, x := range c.Classes {
		p.heading(2, x.Heading(d))
		p.paragraph(x.Help(d))
		for _, g := range x.Products {
			p.heading(3, c.ProductName(d, g.Product))
			if err := p.table(c.Header(d), c.Rows(d, g), d.Tick); err != nil {
				return err
			}
		}
	}
	return nil
}
