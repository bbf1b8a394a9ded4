package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/portbook/portbook/internal/table"
)

// The table of what is covered stands between these lines of README.md.
const (
	coverageBegin = "<!-- coverage: written by go generate -->\n"
	coverageEnd   = "<!-- end of coverage -->\n"
)

// readmeTable returns the README with an up-to-date table of what is covered.
func readmeTable(t *table.Table, readme []byte) ([]byte, error) {
	before, rest, ok := bytes.Cut(readme, []byte(coverageBegin))
	_, after, ok2 := bytes.Cut(rest, []byte(coverageEnd))
	if !ok || !ok2 {
		return nil, errors.New("README.md: the lines that mark the table of what is covered are missing")
	}
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
		document, published := "none: the customer's own infrastructure", "-"
		for _, n := range t.List(p.Documents) {
			d := t.Documents[n]
			document = fmt.Sprintf("[%s](%s)", t.Text(d.Title), t.Name(d.URL))
			if page := t.Name(d.Page); page != "" {
				document += ", page `" + page + "`"
			}
			published = "prose"
			if d.Rows > 0 {
				published = fmt.Sprintf("%d %s", d.Rows, table.Counts[d.Counts])
			}
		}
		fmt.Fprintf(&b, "| %s (`%s`) | %s | %s | %d | %d |\n", t.Text(p.Name), t.Name(p.ID), document, published, flows, components)
	}
	return bytes.Join([][]byte{before, []byte(coverageBegin), []byte(b.String()), []byte(coverageEnd), after}, nil), nil
}
