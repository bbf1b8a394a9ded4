package report

import (
	"bufio"
	"fmt"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/text/grid"
)

func writeTextTables(w *bufio.Writer, c content.Tables) error {
	d := c.Base().Document()
	fmt.Fprintf(w, "%s\n%s\n", d.Plain(c.TitleText(d)), d.Plain(c.Subtitle(d)))
	if s := c.Remark(d); s != "" {
		fmt.Fprintf(w, "%s\n", d.Plain(s))
	}
	for _, t := range c.Tables(d) {
		underline(w, d, t.Title, "=")
		if t.Count == 0 {
			fmt.Fprintln(w, t.Empty)
			continue
		}
		if err := grid.Text(w, t.Header, t.Rows, d.Screen, nil); err != nil {
			return err
		}
	}
	textSources(w, d)
	return nil
}

func writeMarkdownTables(w *bufio.Writer, c content.Tables) error {
	d := c.Base().Document()
	fmt.Fprintf(w, "# %s\n\n%s\n", markdown(d, c.TitleText(d)), markdown(d, c.Subtitle(d)))
	if s := c.Remark(d); s != "" {
		fmt.Fprintf(w, "\n%s\n", markdown(d, s))
	}
	for _, line := range d.Legend() {
		fmt.Fprintf(w, "\n%s\n", markdown(d, line))
	}
	for _, t := range c.Tables(d) {
		fmt.Fprintf(w, "\n## %s\n\n", markdown(d, t.Title))
		if t.Count == 0 {
			fmt.Fprintln(w, markdown(d, t.Empty))
			continue
		}
		if err := grid.Markdown(w, t.Header, t.Rows, nil); err != nil {
			return err
		}
	}
	markdownSources(w, d)
	return nil
}

// writeCSVTables writes one table for people.
func writeCSVTables(w *bufio.Writer, c content.Tables) error {
	d := c.Base().Document()
	t := c.Flat(d)
	return csvTable(w, t.Header, t.Rows, Encoding(d.Encoding), nil)
}
