package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/portbook/portbook/internal/table"
)

// withTable returns a Markdown file with an up-to-date table, which stands
// between two lines that name it.
func withTable(name string, file []byte, title, table string) ([]byte, error) {
	begin, end := []byte("<!-- "+title+": written by go generate -->\n"), []byte("<!-- end of "+title+" -->\n")
	before, rest, ok := bytes.Cut(file, begin)
	_, after, ok2 := bytes.Cut(rest, end)
	if !ok || !ok2 {
		return nil, fmt.Errorf("%s: the lines that mark the table of %s are missing", name, title)
	}
	return bytes.Join([][]byte{before, begin, []byte(table), end, after}, nil), nil
}

// fieldRows returns the table of the fields of flows.
func fieldRows() string {
	var b strings.Builder
	b.WriteString("| field | meaning | left out |\n| --- | --- | --- |\n")
	for _, x := range table.Fields {
		about, absent := x.About, x.Default
		switch {
		case x.Needed:
			absent = "required"
		case x.Kind == table.KindEnum:
			about += " Values: `" + strings.Join(x.Values, "`, `") + "`."
			absent = "`" + x.Default + "`"
		case x.Key == "inferred":
			about += " Those that it may leave open: `" + strings.Join(x.Values, "`, `") + "`."
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", x.Key, about, absent)
	}
	return b.String()
}

// coverageRows returns the table of what is covered.
func coverageRows(t *table.Table) string {
	var b strings.Builder
	b.WriteString("| Product | Document | Published | Flows | Components |\n| --- | --- | --- | --- | --- |\n")
	for i, p := range t.Products {
		flows, components := 0, 0
		for _, f := range t.Flows {
			if f.Product == uint32(i) {
				flows++
			}
		}
		for _, c := range t.Components {
			if c.Product == uint32(i) {
				components++
			}
		}
		documents, published := []string{"none: your own infrastructure"}, []string{"-"}
		if list := t.List(p.Documents); len(list) > 0 {
			documents, published = nil, nil
			for _, n := range list {
				documents = append(documents, documentLink(t, t.Documents[n]))
				published = append(published, publishedCount(t.Documents[n]))
			}
		}
		fmt.Fprintf(&b, "| %s (`%s`) | %s | %s | %d | %d |\n", t.Text(p.Name), t.Name(p.ID), strings.Join(documents, "<br>"), strings.Join(published, "<br>"), flows, components)
	}
	return b.String()
}

// documentLink returns the title of a document with its address.
func documentLink(t *table.Table, d table.Document) string {
	link := fmt.Sprintf("[%s](%s)", t.Text(d.Title), t.Name(d.URL))
	if page := t.Name(d.Page); page != "" {
		link += ", page `" + page + "`"
	}
	return link
}

// publishedCount returns how much a document publishes.
func publishedCount(d table.Document) string {
	if d.Rows == 0 {
		return "prose"
	}
	return fmt.Sprintf("%d %s", d.Rows, table.Counts[d.Counts])
}
