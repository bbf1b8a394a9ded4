package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mega = 1 << 20

// hostile are documents that make naive readers slow, deep or large. They are repeated up to some size.
var hostile = []struct{ name, start, repeat string }{
	{"pipes.md", "", "|"},
	{"pipes-after-heading.md", "| a | b |\n|---|---|\n", "|"},
	{"delimiters.md", "", "|---|---|\n"},
	{"delimiter.md", "a|b\n", "|-"},
	{"open-rows.md", "| a | b | c |\n|---|---|---|\n", "| x\n"},
	{"open-rows-and-text.md", "| a | b | c |\n|---|---|---|\n", "| x\ny\n"},
	{"rows-of-one-pipe.txt", "a | b |\n---|---|\n", "x |\n"},
	{"text-below-table.txt", "a | b |\n---|---|\n", "x\n"},
	{"tables.txt", "", "a | b |\n---|---|\nx\n"},
	{"escapes.md", "| a | b |\n|---|---|\n| ", `\|`},
	{"labels.txt", "Title\n", "- Source: x - Destination: y"},
	{"label-lines.txt", "Title\n", "- Source: x\n- Port: 1\n"},
	{"titles.txt", "", "Title\n- Source: x\nmore\n"},
	{"repeated-label.txt", "Title\n- Source: x\n- Port: 1\n", "- Port: 2\ntext\n\ntext\n"},
	{"dashes.txt", "", " - a:"},
	{"brackets.md", "| a | b |\n|---|---|\n", "| [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ |\n"},
	{"long-brackets.md", "", "["},
	{"emphasis.md", "", "*a _b "},
	{"backticks.md", "", "`a ``b "},
	{"entities.md", "", "&amp;"},
	{"entity.md", "", "&"},
	{"quotes.md", "", "> "},
	{"headings.md", "", "# x\n"},
	{"numbers.txt", "", "1."},
	{"fences.md", "", "```\n"},
	{"comments.md", "", "<!-- \n"},
	{"table-tags.md", "", "<table>\n"},
	{"open-tables.html", "<html>", "<table>"},
	{"nested-tables.html", "<html>", "<table><tr><td>x"},
	{"cells.html", "<html><table>", "<td>"},
	{"rows.html", "<html><table>", "<tr>"},
	{"spans.html", "<html><table>", "<tr><td colspan=1000 rowspan=65000>"},
	{"long-spans.html", "<html><table><tr><td rowspan=0>" + strings.Repeat("x", 1000), "<tr><td>"},
	{"headings.html", "<html><table>", "<tr><th>a<th>b"},
	{"tags.html", "<html>", "<"},
	{"attributes.html", "<html><td", " colspan=1"},
	{"captions.html", "<html><table>", "<caption>x"},
	{"comments.html", "<html>", "<!--"},
	{"commas.csv", "", ","},
	{"quotes.csv", "a,b\n", "\"x\n"},
	{"lines.csv", "port,protocol\n", "1,tcp\n"},
	{"blank.txt", "", "\n"},
	{"heading-cells.txt", "", "Port\n"},
	{"heading-and-text.txt", "", "Port\nx\n"},
	{"heading-gaps.txt", "", "Port\n\nProtocol\n\n"},
	{"cells.txt", "Port\nProtocol\n", "443\nTCP\n"},
	{"small-cell-tables.txt", "", "Port\nProtocol\nPurpose\n443\nTCP\nx\nA sentence.\n"},
	{"long-cells.txt", "", "Port\n\nProtocol\n\nPurpose\n\n443\nx\nx\nx\n\nTCP\n\n"},
	{"groups.txt", "", "Feature\nPort\nProtocol\nPurpose\nx\n443\nTCP\ny\n80\nTCP\nz\n"},
	{"group-headings.txt", "", "Feature\nPort\nDirection\nProtocol\n"},
	{"open-groups.txt", "Feature\nPort\nProtocol\nPurpose\n", "443\nTCP\nx\ny\n"},
	{"no-headings.txt", "", "443\nTCP\nx\n"},
	{"lone-bullets.txt", "Ports\n\n", "-\n443\nx\n"},
	{"flattened.md", "| a | b | c | |---|---|---| ", "| x | y | z | "},
	{"flattened-tables.md", "", "| a | b | c | |---|---|---| | x | y | z | "},
	{"flattened-open.md", "| a | b | c | |---|---|---| ", "| x "},
	{"plain-rows.txt", "Port | Protocol | Purpose |\n", "443 | TCP | x\n"},
	{"cells-over-lines.md", "| a | b | c |\n|---|---|---|\n", "| x |\ny\n"},
	{"glued.txt", "", "Port Protocol Purpose\n443 TCP x\n"},
	{"glued-headings.txt", "", "Port Protocol Purpose "},
	{"glued-rows.txt", "Port Protocol Purpose\n", "443 TCP x\ny\n"},
	{"aligned.txt", "", "Port  Protocol\n443  TCP\n"},
	{"aligned-headings.txt", "", "Port  Protocol\n\n"},
	{"grid.rst", "+---+---+\n", "| a | b |\n+   +---+\n"},
	{"grid-spans.rst", "+---+---+\n| " + strings.Repeat("x", 1000) + " | b |\n+   +---+\n", "|   | b |\n+   +---+\n"},
	{"grid-rules.rst", "", "+---+\n"},
	{"asciidoc.adoc", "", "|===\n"},
	{"asciidoc-cells.adoc", "|===\n", "|a "},
	{"asciidoc-spans.adoc", "[cols=\"9*\"]\n|===\n", ".9999+|a\n"},
	{"list-table.rst", ".. list-table::\n", "   * - a\n     - b\n"},
	{"list-tables.rst", "", ".. list-table::\n"},
	{"csv-table.rst", ".. csv-table::\n", "   \"a\n"},
	{"csv-tables.rst", "", ".. csv-table::\n   a,b\n"},
	{"items.md", "", "* 443/tcp: x\n"},
	{"item-lines.md", "* 443/tcp: x\n", "  y\n"},
	{"long-item.md", "* 443/tcp: ", "443, "},
	{"host-lines.md", "", "a.example.com\n"},
	{"lone-pipes.md", "| a | b |\n|---|---|\n", "|\n"},
	{"definitions.html", "<html><dl>", "<dt>Port 443<dd>x"},
	{"headings-on-lines.txt", "", "a |\n"},
	{"shifted.md", "| a | Direction | Port | Purpose | Service | Configurable |\n|---|---|---|---|---|---|\n", "| x | 443 | y | No |||\n"},
}

// The time for a document must grow with its size and not faster. Clocks differ, so that the reader counts what it looks at.
func TestWork(t *testing.T) {
	size := mega / 8 // what is not linear is far above its limit here already
	if testing.Short() {
		size /= 4
	}
	for _, h := range hostile {
		work(t, h.name, h.start+strings.Repeat(h.repeat, size/len(h.repeat)), Options{MaxItems: 4 * size})
		if !testing.Short() && h.repeat == "|" {
			work(t, h.name, h.start+strings.Repeat(h.repeat, 10*mega), Options{})
			work(t, h.name, h.start+strings.Repeat("| a | TCP | 443 |\n", 10*mega/18), Options{MaxItems: 10 * mega})
		}
	}
}

func work(t *testing.T, name, content string, o Options) {
	t.Helper()
	r, err := newReader(strings.NewReader(content), o)
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.read(formats[filepath.Ext(name)])
	if err != nil && !errors.Is(err, ErrTooLarge) {
		t.Errorf("%s: %v", name, err)
	}
	check(t, d, []byte(content))
	if most := 30 * len(content); r.work > most {
		t.Errorf("%s: looked at %d bytes and cells of a document of %d", name, r.work, len(content))
	}
}

func TestLimits(t *testing.T) {
	endless := endlessReader{}
	if _, err := Read("a.md", endless, Options{}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("endless document: %v", err)
	}
	for _, c := range []struct{ name, content string }{
		{"a.md", strings.Repeat("| a ", 1000)},
		{"a.md", strings.Repeat("| a |\n", 1000)},
		{"a.md", "a|b\n" + strings.Repeat("|-", 1000)},
		{"a.csv", strings.Repeat("a,", 1000)},
		{"a.html", strings.Repeat("<p>a", 1000)},
		{"a.html", "<table>" + strings.Repeat("<td>", 1000)},
		{"a.html", "<table><tr><td colspan=900>"},
	} {
		if _, err := Read(c.name, strings.NewReader(c.content), Options{MaxItems: 500}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s %.20q: %v", c.name, c.content, err)
		}
	}
}

type endlessReader struct{}

func (endlessReader) Read(p []byte) (int, error) { return copy(p, "| a "), nil }

func TestProblemsAreLimited(t *testing.T) {
	d, err := Read("a.md", strings.NewReader(strings.Repeat("x | y | z\n", 5000)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(d.Problems); n != MaxProblems || !strings.Contains(d.Problems[n-1].Why, "left out") {
		t.Errorf("%d problems, the last %v", n, d.Problems[n-1])
	}
}

// bomb returns a workbook in which a part is replaced, as often as it has to be for its size.
func bomb(t testing.TB, part, start, repeat, end string, size int) []byte {
	old, err := zip.NewReader(bytes.NewReader(workbook(t)), int64(len(workbook(t))))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range old.File {
		out, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			_, err = io.WriteString(out, start+strings.Repeat(repeat, size/max(len(repeat), 1))+end)
		} else {
			in, openErr := f.Open()
			if openErr != nil {
				t.Fatal(openErr)
			}
			_, err = io.Copy(out, in)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbookBombs(t *testing.T) {
	const sheet, start, end = "xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`, `</sheetData></worksheet>`
	for _, c := range []struct {
		name, part, start, repeat, end string
		size                           int
		large                          bool
	}{
		{"zeros", sheet, start, " ", end, 100 * mega, true},
		{"far cells", sheet, start, `<row><c r="XFD1"><v>1</v></c></row>`, end, 4 * mega, true},
		{"far rows", sheet, start, `<row r="1048576"><c r="A1048576"><v>1</v></c></row>`, end, 60, false},
		{"tags", sheet, start, `<c/>`, end, 40 * mega, true},
		{"strings", "xl/sharedStrings.xml", "<sst>", `<si/>`, "</sst>", 50 * mega, true},
		{"open tags", sheet, start, `<row>`, "", mega, false},
		{"merged cells", sheet, start + end[:len("</sheetData>")] + "<mergeCells>", `<mergeCell ref="A1:XFD1048576"/>`, "</mergeCells></worksheet>", mega, false},
		{"no XML", sheet, "", "<", "", 100, false},
		{"no workbook", "xl/workbook.xml", "", "<", "", 100, false},
		{"no relations", "xl/_rels/workbook.xml.rels", "", "<", "", 100, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Read("a.xlsx", bytes.NewReader(bomb(t, c.part, c.start, c.repeat, c.end, c.size)), Options{})
			if errors.Is(err, ErrTooLarge) != c.large {
				t.Errorf("too large: %v, want %v", err, c.large)
			}
			if broken := strings.HasPrefix(c.name, "no ") || c.end == ""; broken && err == nil && len(d.Problems) == 0 {
				t.Errorf("read without an error or a problem: %s", dump(d))
			}
		})
	}
}

// FuzzWorkbook reads sheets of a workbook that may be anything.
func FuzzWorkbook(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="2"><c r="B2" t="inlineStr"><is><t>Port</t></is></c></row></sheetData><mergeCells><mergeCell ref="A1:C3"/></mergeCells></worksheet>`))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		content := bomb(t, "xl/worksheets/sheet1.xml", string(sheet), "", "", 0)
		_, _ = Read("x.xlsx", bytes.NewReader(content), Options{MaxBytes: mega, MaxItems: 10000})
	})
}

// FuzzRead reads whatever comes, in all formats of text: without panics, and with what check verifies.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob("testdata/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		if content, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, ".golden") {
			f.Add(content, uint8(0))
		}
	}
	for i, h := range hostile {
		f.Add([]byte(h.start+strings.Repeat(h.repeat, 10)), uint8(i))
	}
	all := []Format{FormatMarkdown, FormatText, FormatHTML, FormatCSV, FormatTSV}
	f.Fuzz(func(t *testing.T, content []byte, which uint8) {
		format := all[int(which)%len(all)]
		d, err := Read("x", bytes.NewReader(content), Options{Format: format, MaxBytes: mega, MaxItems: 10000})
		if err != nil {
			return
		}
		check(t, d, content)
		again, err := Read("x", bytes.NewReader(content), Options{Format: format, MaxBytes: mega, MaxItems: 10000})
		if err != nil || fmt.Sprint(again) != fmt.Sprint(d) {
			t.Error("read twice, two results")
		}
	})
}
