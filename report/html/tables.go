package html

import (
	"bufio"
	"fmt"
	"html"
	"html/template"
	"iter"
	"strings"
	"unicode"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/text/wrap"
)

// tablesPage is a report of tables: one file that needs no other, in the frame of
// all reports.
type tablesPage struct {
	*page
	tables  [][]content.Table // of each document
	columns [][]tableColumn   // of each table
	filters []content.Filter
	number  int // rows written
}

func writeTablesPage(w *bufio.Writer, c content.Tables) error {
	p := &tablesPage{page: newPage(c.Base())}
	rows := 0
	for _, d := range p.documents {
		p.tables = append(p.tables, c.Tables(d))
	}
	for i, t := range p.tables[0] {
		rows += t.Count
		p.columns = append(p.columns, p.columnsOf(i))
	}
	p.filters = content.Filled(c.Filters(), p.tables[0])
	frame, err := template.New("").Parse(pageHTML)
	if err != nil {
		return err
	}
	if err := frame.ExecuteTemplate(w, "head", p.head(c.TitleText, c.Subtitle, p.allColumns(), p.tablesContents())); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n<section aria-labelledby=\"details\">\n<h2 id=\"details\">%s</h2>\n", p.label(label.ReportRows))
	if remark := p.say(c.Remark); remark != "" {
		fmt.Fprintf(w, "<p>%s</p>\n", remark)
	}
	if rows > 0 {
		if err := frame.ExecuteTemplate(w, "filters", p.controls(rows)); err != nil {
			return err
		}
	}
	for i := range p.tables[0] {
		p.writeTable(w, i)
	}
	w.WriteString("</section>\n")
	tail := p.tail()
	tail.Quirks = nil // they would link to rows of flows; remarks have them
	if err := frame.ExecuteTemplate(w, "tail", tail); err != nil {
		return err
	}
	return frame.ExecuteTemplate(w, "foot", p.foot(c.Subtitle))
}

// controls are the search, and the filters that have something to choose.
func (p *tablesPage) controls(rows int) pageFilters {
	x := p.search(rows)
	for _, f := range p.filters {
		var options []filterOption
		for _, choice := range f.Choices {
			options = append(options, p.option(choice.Value, choice.Text))
		}
		x.add(p.page, f.Name, f.Label, options)
	}
	return x
}

// openRow writes what filters and notes need to know of a row.
func (p *tablesPage) openRow(w *bufio.Writer, key content.Key) {
	p.number++
	fmt.Fprintf(w, `<tr data-f="%d"`, p.number)
	for _, f := range p.filters {
		var list []string
		for _, choice := range key.Choices[f.Name] {
			list = append(list, choice.Value)
		}
		if len(list) > 0 {
			fmt.Fprintf(w, ` data-%s="%s"`, f.Name, values(list))
		}
	}
	var notes []string
	for _, x := range key.Flows {
		for _, n := range x.Notes() {
			notes = append(notes, fmt.Sprintf("note-%d", p.Numbers[n.ID]))
		}
	}
	if len(notes) > 0 {
		fmt.Fprintf(w, ` data-notes="%s"`, values(notes))
	}
	w.WriteString(">")
}

// of returns what a document's table has.
func (p *tablesPage) of(i int, get func(content.Table) string) func(*content.Document) string {
	return func(d *content.Document) string {
		for n, x := range p.documents {
			if x == d {
				return get(p.tables[n][i])
			}
		}
		return ""
	}
}

func title(t content.Table) string { return t.Title }
func empty(t content.Table) string { return t.Empty }

// tableColumn is a column that some row of a table fills.
type tableColumn struct {
	pageColumn
	number int  // in the rows
	prose  bool // sentences, which need width
}

// columnsOf returns the columns of a table.
func (p *tablesPage) columnsOf(i int) []tableColumn {
	t := p.tables[0][i]
	filled, prose := make([]bool, len(t.Header)), make([]bool, len(t.Header))
	for row := range t.Rows {
		for n, cell := range row {
			filled[n] = filled[n] || cell != ""
			prose[n] = prose[n] || isProse(cell)
		}
	}
	var list []tableColumn
	for n := range t.Header {
		if filled[n] {
			list = append(list, tableColumn{pageColumn{fmt.Sprintf("%s-%d", t.ID, n), p.of(i, func(t content.Table) string { return t.Header[n] })}, n, prose[n]})
		}
	}
	return list
}

// proseWidth is the width from which a cell is taken for sentences.
const proseWidth = 40

// isProse reports whether a cell holds sentences: it is long, and made of words
// or of a script that writes none.
func isProse(cell string) bool {
	return wrap.Columns(cell, 1) > proseWidth && strings.ContainsFunc(cell, func(r rune) bool { return r == ' ' || r > unicode.MaxLatin1 })
}

func (p *tablesPage) allColumns() []pageColumn {
	var list []pageColumn
	for i := range p.tables[0] {
		list = append(list, headings(p.columns[i])...)
	}
	return list
}

func headings(columns []tableColumn) []pageColumn {
	var list []pageColumn
	for _, c := range columns {
		list = append(list, c.pageColumn)
	}
	return list
}

func (p *tablesPage) tablesContents() []contentsEntry {
	details := contentsEntry{ID: "details", Title: p.label(label.ReportRows)}
	for i, t := range p.tables[0] {
		details.Groups = append(details.Groups, contentsEntry{ID: t.ID, Title: p.say(p.of(i, title)), Count: t.Count})
	}
	return []contentsEntry{details}
}

// writeTable writes a table, or says that it is empty.
func (p *tablesPage) writeTable(w *bufio.Writer, i int) {
	t := p.tables[0][i]
	if t.Count == 0 {
		fmt.Fprintf(w, "<h3 id=\"%s\">%s</h3>\n<p>%s</p>\n", t.ID, p.say(p.of(i, title)), p.say(p.of(i, empty)))
		return
	}
	columns := p.columns[i]
	p.openTable(w, t.ID, p.of(i, title), func(*content.Document) string { return "" }, t.Count, headings(columns))
	w.WriteString("<tbody>\n")
	nextKey, stop := iter.Pull(t.Keys)
	defer stop()
	for rows := range p.rows(i) {
		key, _ := nextKey()
		p.openRow(w, key)
		for _, c := range columns {
			cell := p.say(func(d *content.Document) string { return rows[d][c.number] })
			class := "c-" + c.class
			if c.prose {
				class += " prose"
			}
			fmt.Fprintf(w, `<td class="%s">%s</td>`, html.EscapeString(class), cell)
		}
		w.WriteString("</tr>\n")
	}
	w.WriteString("</tbody>\n</table></div></details>\n")
}

// rows yields the rows of a table in all languages.
func (p *tablesPage) rows(i int) iter.Seq[map[*content.Document][]string] {
	return func(yield func(map[*content.Document][]string) bool) {
		var more []func() ([]string, bool)
		for n := range p.documents {
			next, stop := iter.Pull(p.tables[n][i].Rows)
			defer stop()
			more = append(more, next)
		}
		for {
			rows := map[*content.Document][]string{}
			for n, d := range p.documents {
				row, ok := more[n]()
				if !ok {
					return
				}
				rows[d] = row
			}
			if !yield(rows) {
				return
			}
		}
	}
}
