package report_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/text/grid"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/report"
	format "github.com/portbook/portbook/report/html"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/japanese"
)

// hostileColumns show names, and nothing else.
var hostileColumns = []report.Column{report.ColumnSource, report.ColumnDestination}

// names returns what the rows of hostile.Names must show: each name and the next one.
func names() [][]string {
	var rows [][]string
	for i, name := range hostile.Names[1:] {
		rows = append(rows, []string{printable.Line(hostile.Names[i]), printable.Line(name)})
	}
	return rows
}

func hostileFlows() portbook.FlowSet {
	return hostile.Flows(hostile.Catalog{Names: hostile.Names, Ports: "80/tcp"})
}

// rendered turns Markdown into HTML, as code hosts do, and returns the cells of
// its tables with so many columns; 0 for any.
func rendered(t *testing.T, markdown string, columns int) (rows [][]string, root *html.Node) {
	t.Helper()
	var page bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM)).Convert([]byte(markdown), &page); err != nil {
		t.Fatal(err)
	}
	root = parse(t, page.String())
	for n := range root.Descendants() {
		if n.DataAtom != atom.Tr || n.Parent.DataAtom != atom.Tbody {
			continue
		}
		var row []string
		for c := range n.ChildNodes() {
			if c.DataAtom == atom.Td {
				row = append(row, textOf(c))
			}
		}
		if columns == 0 || len(row) == columns {
			rows = append(rows, row)
		}
	}
	return rows, root
}

// TestMarkdownRenders renders all flows as a code host does, and compares every cell.
func TestMarkdownRenders(t *testing.T) {
	for name, l := range localizers() {
		o := report.Options{Languages: []i18n.Localizer{l}, Columns: pageColumns, Format: report.CSV, Encoding: report.UTF8}
		want, err := csv.NewReader(strings.NewReader(write(t, portbook.Flows(), o))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		o.Format = report.Markdown
		got, _ := rendered(t, write(t, portbook.Flows(), o), len(pageColumns))
		if len(got) != len(want)-1 {
			t.Fatalf("%s: %d rows, want %d", name, len(got), len(want)-1)
		}
		for i, row := range got {
			if g, w := squeezed(row), hyphened.ReplaceAllString(squeezed(want[i+1]), "$1-$3"); g != w {
				t.Errorf("%s, row %d:\n got %s\nwant %s", name, i+1, g, w)
			}
		}
	}
}

// hyphened finds the ranges of CSV, which other formats write with a hyphen.
var hyphened = regexp.MustCompile(`(\d)( to |～)(\d)`)

// squeezed joins cells for comparison: Markdown drops spaces at the ends of a cell, and makes one of several.
func squeezed(row []string) string {
	var list []string
	for _, s := range row {
		list = append(list, strings.Join(strings.Fields(s), " "))
	}
	return strings.Join(list, " | ")
}

func TestHostileMarkdown(t *testing.T) {
	got, root := rendered(t, write(t, hostileFlows(), report.Options{Format: report.Markdown, Columns: hostileColumns, Title: "+ <script>alert(1)</script> | [x](javascript:y)"}), len(hostileColumns))
	for i, want := range names() {
		if g, w := squeezed(got[i]), squeezed(want); g != w {
			t.Errorf("row %d:\n got %.200q\nwant %.200q", i+1, g, w)
		}
	}
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.Ul, atom.Ol:
			if n.Parent.DataAtom == atom.Li || n.Parent.DataAtom == atom.H1 {
				t.Errorf("a text became <%s> within <%s>", n.Data, n.Parent.Data)
			}
		case atom.Script, atom.Em, atom.Strong, atom.Code, atom.Img, atom.Del, atom.Input:
			t.Errorf("a text became <%s>", n.Data)
		}
	}
}

func TestHostileCSV(t *testing.T) {
	out := write(t, hostileFlows(), report.Options{Format: report.CSV, Encoding: report.UTF8, Columns: hostileColumns})
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range names() {
		for k, cell := range rows[i+1] {
			if strings.ContainsAny(strings.TrimSpace(want[k] + "x")[:1], "=+-@") {
				if cell != "'"+want[k] {
					t.Errorf("row %d: a spreadsheet may take %.40q for a formula", i+1, cell)
				}
			} else if cell != want[k] {
				t.Errorf("row %d: got %.200q, want %.200q", i+1, cell, want[k])
			}
		}
	}
}

// TestHostileText checks that nothing reaches a terminal but characters and line ends.
func TestHostileText(t *testing.T) {
	for _, f := range []report.Format{report.Text, report.Markdown, report.CSV, format.Format} {
		out := write(t, hostileFlows(), report.Options{Format: f, Title: "\x1b]0;title\x07"})
		for line := range strings.Lines(out) {
			if line = strings.TrimRight(line, "\r\n"); printable.Line(line) != line && !strings.HasPrefix(line, "\ufeff") {
				t.Errorf("%s: a line holds what cannot be shown: %.80q", f, line)
			}
		}
	}
}

// TestFormulas checks the ways in which a spreadsheet takes text for a formula, those of Japan among them.
func TestFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "＝1": "'＝1", "　=1": "' =1", " @x": "' @x", "a=1": "a=1", "": "", "443": "443",
	} {
		var b bytes.Buffer
		if err := grid.CSV(&b, []string{"h", "i"}, slices.Values([][]string{{text, "x"}}), nil); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || rows[1][0] != want {
			t.Errorf("%q becomes %q, %v; want %q", text, rows, err, want)
		}
	}
}

// TestShiftJIS checks that the encoding holds all that Portbook says in Japanese, and what it says of what it cannot hold.
func TestShiftJIS(t *testing.T) {
	o := report.Options{Languages: []i18n.Localizer{localizers()["ja"]}, Format: report.CSV, Encoding: report.ShiftJIS, Columns: report.Columns(report.ViewFlows)}
	decoded, err := japanese.ShiftJIS.NewDecoder().String(write(t, portbook.Flows(), o))
	o.Encoding = report.UTF8
	if want := write(t, portbook.Flows(), o); err != nil || decoded != want {
		t.Errorf("decoded, Shift_JIS is not what UTF-8 is: %v", err)
	}
	var b bytes.Buffer
	err = report.Write(&b, hostileFlows(), report.Options{Format: report.CSV, Encoding: report.ShiftJIS, Columns: hostileColumns})
	var e *report.EncodeError
	if !errors.As(err, &e) || e.Flow == "" || e.Column != report.ColumnDestination || b.Len() > 0 {
		t.Fatalf("got %v and %d bytes", err, b.Len())
	}
	if want := "report: shift_jis cannot express "; !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), string(e.Flow)) {
		t.Errorf("got %v", err)
	}
}
