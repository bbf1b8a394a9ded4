package report

import (
	"github.com/portbook/portbook/internal/content"
	"strings"

	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/grid"
)

// details returns a report of one flow as a table of two columns.
func details(c *content.Report) grid.Table {
	d := c.Document()
	var id string
	for f := range c.Flows.All() {
		id = f.String()
	}
	t := grid.Table{Header: []string{d.Label(label.ColumnID), id}}
	header := d.Header()
	for row := range d.AllRows() {
		for i, s := range row {
			if s != "" && d.Columns[i] != content.ColumnID {
				t.Rows = append(t.Rows, []string{header[i], s})
			}
		}
	}
	for _, line := range d.Legend() {
		t.Rows = append(t.Rows, []string{content.Mark, strings.TrimPrefix(line, content.Mark+" ")})
	}
	return t
}
