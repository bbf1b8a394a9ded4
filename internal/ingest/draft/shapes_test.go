package draft_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"html"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/internal/ingest/draft"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/xuri/excelize/v2"
)

// tableOf is a table that a document may hold: headings, and rows of cells.
type tableOf struct {
	headings []string
	rows     [][]string
}

// randomTable makes a table of communications, in any order of columns.
func randomTable(r *rand.Rand) tableOf {
	names := []string{"Potter", "Kiln", "Shelf keeper", "Ledger", "Yard gate", "Barn"}
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	t := tableOf{headings: []string{"Source", "Destination", "Protocol", "Port", "Direction", "Purpose"}}
	for range 3 + r.IntN(5) {
		port := fmt.Sprint(2000 + r.IntN(40000))
		if r.IntN(3) == 0 {
			port = fmt.Sprintf("%d-%d", 2000+r.IntN(100), 2200+r.IntN(100))
		}
		t.rows = append(t.rows, []string{
			names[r.IntN(len(names))], names[r.IntN(len(names))], pick("TCP", "UDP", "TCP, UDP"), port, pick("Inbound", "Outbound"), pick("Firing", "Counting of plates", "Orders"),
		})
	}
	return t
}

// shuffled returns the table with its columns in another order.
func (t tableOf) shuffled(r *rand.Rand) tableOf {
	order := r.Perm(len(t.headings))
	move := func(cells []string) []string {
		moved := make([]string, len(cells))
		for i, k := range order {
			moved[i] = cells[k]
		}
		return moved
	}
	s := tableOf{headings: move(t.headings)}
	for _, row := range t.rows {
		s.rows = append(s.rows, move(row))
	}
	return s
}

func (t tableOf) all() [][]string { return append([][]string{t.headings}, t.rows...) }

// shapes write a table in the shapes that documents have, with the extension
// by which they are read.
var shapes = map[string]func(t tableOf) (ext string, content []byte){
	"pipes": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for i, row := range t.all() {
			fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
			if i == 0 {
				b.WriteString(strings.Repeat("|---", len(row)) + "|\n")
			}
		}
		return "md", b.Bytes()
	},
	"pipes over lines": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for i, row := range t.all() {
			for _, cell := range row {
				fmt.Fprintf(&b, "%s |\n", cell)
			}
			if i == 0 {
				b.WriteString(strings.Repeat("---|", len(row)) + "\n")
			}
		}
		return "md", b.Bytes()
	},
	"pipes at the end": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for _, row := range t.all() {
			fmt.Fprintf(&b, "%s |\n", strings.Join(row, " | "))
		}
		return "txt", b.Bytes()
	},
	"flattened": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for i, row := range t.all() {
			fmt.Fprintf(&b, "| %s | ", strings.Join(row, " | "))
			if i == 0 {
				b.WriteString(strings.Repeat("|---", len(row)) + "| ")
			}
		}
		return "md", b.Bytes()
	},
	"lone pipes": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for i, row := range t.all() {
			if i == 0 {
				fmt.Fprintf(&b, "| %s |\n%s|\n", strings.Join(row, " | "), strings.Repeat("|---", len(row)))
				continue
			}
			b.WriteString("|\n")
			for _, cell := range row {
				fmt.Fprintf(&b, "%s |\n", cell)
			}
		}
		return "md", b.Bytes()
	},
	"html": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		b.WriteString("<table>")
		for i, row := range t.all() {
			b.WriteString("<tr>")
			for _, cell := range row {
				tag := map[bool]string{true: "th", false: "td"}[i == 0]
				fmt.Fprintf(&b, "<%s>%s</%s>\n", tag, html.EscapeString(cell), tag)
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString("</table>")
		return "html", b.Bytes()
	},
	"csv": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := w.WriteAll(t.all()); err != nil {
			panic(err)
		}
		return "csv", b.Bytes()
	},
	"tsv": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for _, row := range t.all() {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
		return "tsv", b.Bytes()
	},
	"workbook": func(t tableOf) (string, []byte) {
		f := excelize.NewFile()
		defer f.Close()
		for i, row := range t.all() {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
				panic(err)
			}
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			panic(err)
		}
		return "xlsx", b.Bytes()
	},
	"aligned": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for _, row := range t.all() {
			for _, cell := range row {
				fmt.Fprintf(&b, "%-24s", cell)
			}
			b.WriteByte('\n')
		}
		return "txt", b.Bytes()
	},
	"tabs": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for _, row := range t.all() {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
		return "txt", b.Bytes()
	},
	"cell a line": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for _, row := range t.all() {
			b.WriteString(strings.Join(row, "\n") + "\n")
		}
		return "txt", b.Bytes()
	},
	"cell a line with gaps": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		for _, row := range t.all() {
			b.WriteString(strings.Join(row, "\n\n") + "\n\n")
		}
		return "txt", b.Bytes()
	},
	"asciidoc": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		fmt.Fprintf(&b, "[cols=\"%d*\",options=\"header\"]\n|===\n", len(t.headings))
		for _, row := range t.all() {
			for _, cell := range row {
				fmt.Fprintf(&b, "|%s\n", cell)
			}
			b.WriteByte('\n')
		}
		b.WriteString("|===\n")
		return "adoc", b.Bytes()
	},
	"grid": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		rule := func(c string) { b.WriteString(strings.Repeat("+"+strings.Repeat(c, 24), len(t.headings)) + "+\n") }
		rule("-")
		for i, row := range t.all() {
			for _, cell := range row {
				fmt.Fprintf(&b, "| %-23s", cell)
			}
			b.WriteString("|\n")
			rule(map[bool]string{true: "=", false: "-"}[i == 0])
		}
		return "rst", b.Bytes()
	},
	"list-table": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		b.WriteString(".. list-table::\n   :header-rows: 1\n\n")
		for _, row := range t.all() {
			for i, cell := range row {
				fmt.Fprintf(&b, "   %s- %s\n", map[bool]string{true: "* ", false: "  "}[i == 0], cell)
			}
		}
		return "rst", b.Bytes()
	},
	"csv-table": func(t tableOf) (string, []byte) {
		var b bytes.Buffer
		quoted := func(row []string) string { return `"` + strings.Join(row, `", "`) + `"` }
		fmt.Fprintf(&b, ".. csv-table::\n   :header: %s\n\n", quoted(t.headings))
		for _, row := range t.rows {
			fmt.Fprintf(&b, "   %s\n", quoted(row))
		}
		return "rst", b.Bytes()
	},
}

// flowsOf drafts a table in a shape.
func flowsOf(t testing.TB, shape string, table tableOf) []string {
	t.Helper()
	ext, content := shapes[shape](table)
	d, err := source.Read("kiln."+ext, bytes.NewReader(content), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := draft.Make(d, draft.Options{Product: "kiln", Language: "en", Languages: []string{"en"}})
	if err != nil {
		t.Fatalf("%s: %v\n%s", shape, err, content)
	}
	list := []string{}
	for _, f := range dataOf(t, made).Flows {
		list = append(list, f.String())
	}
	return list
}

// seeds returns how many random tables are tried.
func seeds(n uint64) uint64 {
	if testing.Short() {
		return n / 5
	}
	return n
}

// TestShapes puts tables through every shape: the flows are the same, and each
// row is one. Headings on lines without a mark are told from cells by the
// dictionary alone, hence the order of columns matters there.
func TestShapes(t *testing.T) {
	for seed := range seeds(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		table := randomTable(r)
		want := flowsOf(t, "pipes", table)
		if len(want) != len(table.rows) {
			t.Fatalf("seed %d: %d flows of %d rows: %q", seed, len(want), len(table.rows), table)
		}
		for shape := range shapes {
			if diff := cmp.Diff(want, flowsOf(t, shape, table)); diff != "" {
				_, content := shapes[shape](table)
				t.Errorf("seed %d, %s (-pipes +%s):\n%s\n%s", seed, shape, shape, diff, content)
			}
			if diff := cmp.Diff(want, flowsOf(t, shape, table.shuffled(r))); diff != "" {
				t.Errorf("seed %d, %s, shuffled (-pipes +%s):\n%s", seed, shape, shape, diff)
			}
		}
		if t.Failed() {
			break
		}
	}
}

// TestOneRowLess deletes a row: the others stay as they are.
func TestOneRowLess(t *testing.T) {
	for seed := range seeds(10) {
		r := rand.New(rand.NewPCG(seed, 2))
		table := randomTable(r)
		gone := r.IntN(len(table.rows))
		less := tableOf{table.headings, slices.Delete(slices.Clone(table.rows), gone, gone+1)}
		for shape := range shapes {
			strip := func(list []string) []string {
				stripped := []string{}
				for _, s := range list {
					_, s, _ = strings.Cut(s, ": ")
					stripped = append(stripped, s)
				}
				return stripped
			}
			want := slices.Delete(strip(flowsOf(t, shape, table)), gone, gone+1)
			if diff := cmp.Diff(want, strip(flowsOf(t, shape, less))); diff != "" {
				t.Errorf("seed %d, %s: %s", seed, shape, diff)
			}
		}
	}
}

// TestNoNoneBesideNumbers gives the column of ports headings that no
// dictionary has: its ports are read by content, or the row is refused, and
// never is a flow without ports.
func TestNoNoneBesideNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, heading := range []string{"Kanal", "Spalte 4", "Purpose", "Remarks", "Service", "Direction", "Component", "Configurable", "窓", "Timeout"} {
		for shape := range shapes {
			table := tableOf{headings: []string{"Source", "Destination", "Protocol", heading}}
			for range 4 {
				table.rows = append(table.rows, []string{"Potter", "Kiln", "TCP", fmt.Sprint(2000 + r.IntN(40000))})
			}
			ext, content := shapes[shape](table)
			d, err := source.Read("kiln."+ext, bytes.NewReader(content), source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			made, err := draft.Make(d, draft.Options{Product: "kiln", Language: "en", Languages: []string{"en"}})
			if err != nil && !errors.Is(err, draft.ErrNoRows) {
				t.Fatal(err)
			}
			for _, f := range dataOf(t, made).Flows {
				if f.PortKind == "none" {
					t.Errorf("%s, ports below %q: %v\n%v", shape, heading, f, made.Report.Messages)
					break
				}
			}
		}
	}
}

// dictionary has other headings for the columns of randomTable, in the order
// of its columns.
var dictionary = [][]string{
	{"From", "Client", "Initiated by", "Source server", "送信元", "通信元", "接続元サーバー", "ソース"},
	{"To", "Target", "Destination server", "Listening host", "宛先", "通信先", "接続先サーバー", "デスティネーション"},
	{"Transport", "TCP/UDP", "Protocol Type", "L4 protocol", "プロトコル", "通信プロトコル", "使用プロトコル"},
	{"Port number", "Ports used", "Destination port", "Listening port", "ポート", "ポート番号", "宛先ポート番号", "待ち受けポート"},
	{"Traffic direction", "In/Out", "Inbound/Outbound", "方向", "通信方向", "通信の流れ"},
	{"Description", "Usage", "Used for", "用途", "説明", "目的"},
}

// TestOtherHeadings gives the columns other headings of the dictionary: the
// flows stay the same in every shape.
func TestOtherHeadings(t *testing.T) {
	for seed := range seeds(40) {
		r := rand.New(rand.NewPCG(seed, 4))
		table := randomTable(r)
		want := flowsOf(t, "pipes", table)
		other := tableOf{rows: table.rows}
		for _, names := range dictionary {
			other.headings = append(other.headings, names[r.IntN(len(names))])
		}
		for shape := range shapes {
			if diff := cmp.Diff(want, flowsOf(t, shape, other)); diff != "" {
				_, content := shapes[shape](other)
				t.Errorf("seed %d, %s (-pipes +%s):\n%s\n%s", seed, shape, shape, diff, content)
			}
		}
		if t.Failed() {
			break
		}
	}
}

// TestRowsWithSpaces writes rows with single spaces between their cells, as
// pages have them that were copied as text: columns of certain cells stand
// between those of names.
func TestRowsWithSpaces(t *testing.T) {
	for seed := range seeds(40) {
		r := rand.New(rand.NewPCG(seed, 5))
		table := randomTable(r)
		order := tableOf{}
		move := func(cells []string) []string {
			return []string{cells[0], cells[4], cells[1], cells[3], cells[2], cells[5]}
		}
		for _, row := range table.rows {
			order.rows = append(order.rows, move(row))
		}
		order.headings = move(table.headings)
		lines := []string{}
		for _, row := range order.all() {
			lines = append(lines, strings.Join(row, " "))
		}
		d, err := source.Read("kiln.txt", strings.NewReader(strings.Join(lines, "\n")), source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		made, err := draft.Make(d, draft.Options{Product: "kiln", Language: "en", Languages: []string{"en"}})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, strings.Join(lines, "\n"))
		}
		got := []string{}
		for _, f := range dataOf(t, made).Flows {
			got = append(got, f.String())
		}
		if diff := cmp.Diff(flowsOf(t, "pipes", order), got); diff != "" {
			t.Fatalf("seed %d (-pipes +spaces):\n%s\n%s", seed, diff, strings.Join(lines, "\n"))
		}
	}
}
