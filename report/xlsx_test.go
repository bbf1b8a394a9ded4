package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"github.com/portbook/portbook/internal/handle"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/table"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/text/wrap"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/xlsx"
	"github.com/xuri/excelize/v2"
)

// day is the date of the workbooks.
var day = time.Date(2026, 4, 1, 23, 30, 0, 0, time.FixedZone("JST", 9*60*60))

// workbook is a workbook that was read back.
type workbook struct {
	*excelize.File
	parts map[string]string // of the zip file
}

func bookBytes(t *testing.T, flows portbook.FlowSet, o report.Options) []byte {
	t.Helper()
	o.Format, o.Date = xlsx.Format, day
	var b bytes.Buffer
	if err := report.Write(&b, flows, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readBook(t *testing.T, data []byte) workbook {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	b := workbook{f, map[string]string{}}
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		b.parts[part.Name] = string(text)
	}
	return b
}

func book(t *testing.T, flows portbook.FlowSet, o report.Options) workbook {
	t.Helper()
	return readBook(t, bookBytes(t, flows, o))
}

// sheetRows are the rows of a sheet of flows by their headings.
type sheetRows struct {
	header []string
	rows   [][]string
	first  int // row number of the first of rows
}

// marks returns 1 where the line above the header says what the mark means, and
// 0 where no row has the mark.
func (s sheetRows) marks(t *testing.T, b workbook, name string) int {
	t.Helper()
	above, err := b.GetCellValue(name, "A"+strconv.Itoa(s.first-2))
	explains := strings.HasPrefix(above, content.Mark+" ")
	if marked := strings.Contains(fmt.Sprint(s.rows), content.Mark); err != nil || explains != marked {
		t.Errorf("%s: above the header is %q, with a mark in the rows: %v, %v", name, above, marked, err)
	}
	if explains {
		return 1
	}
	return 0
}

// flowSheets returns the sheets with a frozen header and columns for the approval.
func (b workbook) flowSheets(t *testing.T, approvedBy string) map[string]sheetRows {
	t.Helper()
	sheets := map[string]sheetRows{}
	for _, name := range b.GetSheetList() {
		rows, err := b.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		if i := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, approvedBy) }); i > 0 {
			sheets[name] = sheetRows{rows[i], rows[i+1:], i + 2}
		}
	}
	return sheets
}

// expected returns the rows that other formats show, by flow.
func expected(t *testing.T, o report.Options, header []string) map[string][]string {
	t.Helper()
	o.Format, o.GroupBy = report.CSV, "" // as a list, which has the notes of flows in their rows, as sheets have
	for _, name := range header {
		for _, c := range report.Columns(report.ViewFlows) {
			if label.In(o.Languages[0]).Of("column", string(c)) == name {
				o.Columns = append(o.Columns, c)
			}
		}
	}
	var out strings.Builder
	if err := report.WriteList(&out, portbook.Flows(), o); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(records[0], header); diff != "" {
		t.Fatalf("the header is not one of columns:\n%s", diff)
	}
	list := map[string][]string{}
	id := slices.Index(header, "ID")
	for _, r := range records[1:] {
		for i := range r {
			r[i] = strings.TrimPrefix(r[i], "'") // a text that would be a formula in CSV
			r[i] = hyphened.ReplaceAllString(r[i], "$1-$3")
		}
		list[r[id]] = r
	}
	return list
}

// TestXLSXHoldsEveryFlow compares every cell of every flow with the catalog, in every language and grouping.
func TestXLSXHoldsEveryFlow(t *testing.T) {
	for name, l := range localizers() {
		for _, g := range report.Groupings(report.ViewFlows) {
			t.Run(name+"/"+string(g), func(t *testing.T) {
				o := report.Options{Languages: []i18n.Localizer{l}, GroupBy: g}
				seen := map[string]int{}
				b := book(t, portbook.Flows(), o)
				for sheet, s := range b.flowSheets(t, label.In(l).Text(label.ReportApprovedBy)) {
					b.restore(t, l, s.rows)
					end, start := len(s.header)-3, 0
					if hasGroupColumn(l, g, s.header) {
						start = 1
					}
					compareRows(t, sheet, s, start, end, expected(t, o, s.header[start:end]), seen)
				}
				for f := range portbook.Flows().All() {
					if n := seen[f.String()]; n == 0 || g == report.ByProduct && n != 1 {
						t.Errorf("%s has %d rows", f, n)
					}
				}
			})
		}
	}
}

// hasGroupColumn reports whether a column for the group is in front of those of the report.
func hasGroupColumn(l i18n.Localizer, g report.Grouping, header []string) bool {
	first := label.In(l).Text(label.ColumnSource)
	if g == report.ByProduct {
		first = label.In(l).Text(label.ColumnSection)
	}
	return header[0] != first
}

func compareRows(t *testing.T, sheet string, s sheetRows, start, end int, want map[string][]string, seen map[string]int) {
	t.Helper()
	id := slices.Index(s.header, "ID")
	for n, row := range s.rows {
		row = append(row, make([]string, end)...)[:end]
		for i := range row {
			row[i] = hyphened.ReplaceAllString(strings.ReplaceAll(row[i], "\u00a0†", "†"), "$1-$3")
		}
		flow := row[id]
		seen[flow]++
		if diff := cmp.Diff(want[flow], row[start:]); diff != "" {
			t.Errorf("%s, row %d, %s (-catalog +workbook):\n%s", sheet, n+s.first, flow, diff)
		}
	}
}

// restore puts the long texts into the cells that cut them.
func (b workbook) restore(t *testing.T, l i18n.Localizer, rows [][]string) {
	t.Helper()
	mark := regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(" "+label.In(l).Fill(label.XlsxCut, "n", "0")), "0", "([0-9]+)") + "$")
	for _, row := range rows {
		for i, text := range row {
			if m := mark.FindStringSubmatch(text); m != nil {
				row[i] = longText(t, b, label.In(l).Text(label.XlsxLong), m[1])
			}
		}
	}
}

// TestXLSXNumbers checks that single ports are numbers without separators, and that nothing is a formula.
func TestXLSXNumbers(t *testing.T) {
	b := book(t, portbook.Flows(), report.Options{})
	port := regexp.MustCompile(`^[0-9]+$`)
	numbers := 0
	for name, s := range b.flowSheets(t, "Approved by") {
		column := slices.Index(s.header, "Port") + 1
		for i, row := range s.rows {
			cell, _ := excelize.CoordinatesToCellName(column, s.first+i)
			kind, err := b.GetCellType(name, cell)
			if err != nil {
				t.Fatal(err)
			}
			isNumber := kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber
			if text := row[column-1]; isNumber != port.MatchString(text) {
				t.Errorf("%s!%s: %q has type %d", name, cell, text, kind)
			}
			if isNumber {
				numbers++
			}
		}
	}
	if numbers < 50 {
		t.Errorf("only %d ports are numbers", numbers)
	}
	for part, text := range b.parts {
		if strings.Contains(text, "<f>") {
			t.Errorf("%s holds a formula", part)
		}
	}
}

// TestXLSXFurniture checks what makes the sheets of flows usable: header, filter, print, approval.
func TestXLSXFurniture(t *testing.T) {
	for lang, l := range localizers() {
		b := book(t, portbook.Flows(), report.Options{Languages: []i18n.Localizer{l}, Title: "A & B &P"})
		sheets := b.flowSheets(t, label.In(l).Text(label.ReportApprovedBy))
		if len(sheets) != 10 {
			t.Fatalf("%s: %d sheets of flows, want one for each product: %v", lang, len(sheets), slices.Collect(maps.Keys(sheets)))
		}
		names := map[string]string{}
		for _, d := range b.GetDefinedName() {
			names[d.Scope+"/"+d.Name] = d.RefersTo
		}
		for name, s := range sheets {
			head := s.first - 1
			last, _ := excelize.ColumnNumberToName(len(s.header))
			end := fmt.Sprintf("$%s$%d", last, head+len(s.rows))
			checkNames(t, names, map[string]string{
				name + "/_xlnm.Print_Titles":    fmt.Sprintf("'%s'!$%d:$%d", name, head-s.marks(t, b, name), head),
				name + "/_xlnm.Print_Area":      fmt.Sprintf("'%s'!$A$1:%s", name, end),
				name + "/_xlnm._FilterDatabase": fmt.Sprintf("'%s'!$A$%d:%s", name, head, end),
			})
			if !slices.Contains(slices.Collect(maps.Values(names)), fmt.Sprintf("'%s'!$A$%d:%s", name, head, end)) {
				t.Errorf("%s: the rows have no name", name)
			}
			checkPage(t, b, name, head)
			checkApproval(t, b, name, l, fmt.Sprintf("%d:", s.first), strconv.Itoa(head+len(s.rows)))
			if ref, _ := b.GetSheetDimension(name); ref != "A1:"+strings.ReplaceAll(end, "$", "") {
				t.Errorf("%s: the dimension is %s, not to %s", name, ref, end)
			}
		}
		props, err := b.GetDocProps()
		if err != nil || props.Title != "A & B &P" || props.Language != lang || props.Created != "2026-04-01T00:00:00Z" {
			t.Errorf("%s: properties %+v, %v", lang, props, err)
		}
	}
}

func checkNames(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, ref := range want {
		if got[name] != ref {
			t.Errorf("%s refers to %q, not %q", name, got[name], ref)
		}
	}
}

func checkPage(t *testing.T, b workbook, name string, head int) {
	t.Helper()
	panes, err := b.GetPanes(name)
	if err != nil || !panes.Freeze || panes.YSplit != head {
		t.Errorf("%s: panes %+v, %v", name, panes, err)
	}
	page, err := b.GetPageLayout(name)
	if err != nil || *page.Size != 9 || *page.Orientation != "landscape" || *page.FitToWidth != 1 || *page.FitToHeight != 0 {
		t.Errorf("%s: page %+v, %v", name, page, err)
	}
	props, err := b.GetSheetProps(name)
	if err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("%s: sheet does not fit pages, %v", name, err)
	}
	lines, err := b.GetHeaderFooter(name)
	if err != nil || lines.OddHeader != "&LA && B &&P&R&A" || !strings.Contains(lines.OddFooter, "&P") || !strings.Contains(lines.OddFooter, "&N") {
		t.Errorf("%s: header and footer %+v, %v", name, lines, err)
	}
}

func checkApproval(t *testing.T, b workbook, name string, l i18n.Localizer, first, last string) {
	t.Helper()
	list, err := b.GetDataValidations(name)
	if err != nil || len(list) != 3 {
		t.Fatalf("%s: %d validations, %v", name, len(list), err)
	}
	for i, v := range list {
		kind, complaint := "textLength", label.In(l).Text(label.ReportApprovalTextError)
		if i == 1 {
			kind, complaint = "date", label.In(l).Text(label.ReportApprovalDateError)
		}
		if v.Type != kind || *v.Error != complaint || !v.ShowErrorMessage || !strings.Contains(v.Sqref, first) || !strings.HasSuffix(v.Sqref, last) {
			t.Errorf("%s: validation %+v", name, v)
		}
	}
}

// TestXLSXCover checks the date, the counts and the links of the cover.
func TestXLSXCover(t *testing.T) {
	b := book(t, portbook.Flows(), report.Options{Languages: []i18n.Localizer{localizers()["ja"]}, Title: "申請書"})
	rows, err := b.GetRows("表紙", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"申請書"}, {"作成日", "46113"}, {"データのバージョン", portbook.DataVersion}, {"通信の件数", strconv.Itoa(portbook.Flows().Len())},
		{"Service Gateway", "11"}, {"表の列ずれ", "13"},
	}
	for _, w := range want {
		if !slices.ContainsFunc(rows, func(row []string) bool {
			return slices.Equal(slices.DeleteFunc(slices.Clone(row), func(s string) bool { return s == "" }), w)
		}) {
			t.Errorf("the cover lacks the row %q", w)
		}
	}
	links := map[string]bool{}
	for n := range rows {
		for _, column := range []string{"A", "C"} {
			if ok, target, _ := b.GetCellHyperLink("表紙", column+strconv.Itoa(n+1)); ok {
				links[target] = true
			}
		}
	}
	for _, target := range []string{"'Service Gateway'!A1", "'注記'!A1", "https://docs.trendmicro.com"} {
		if !links[target] {
			t.Errorf("the cover does not link to %s: %v", target, links)
		}
	}
	if cell, err := b.GetCellValue("表紙", "B3"); err != nil || cell != "2026年4月1日" {
		t.Errorf("the date is shown as %q, %v", cell, err)
	}
}

// TestXLSXNotes checks that the notes of a flow are in its row, that the sheet of
// notes has all others and no more, and that nothing refers to a note by number.
func TestXLSXNotes(t *testing.T) {
	for lang, l := range localizers() {
		words := label.In(l)
		for _, columns := range [][]report.Column{nil, {report.ColumnID, report.ColumnNotes}, {report.ColumnID, report.ColumnPorts}} {
			b := book(t, portbook.Flows(), report.Options{Languages: []i18n.Localizer{l}, Columns: columns})
			beside := map[string]bool{}
			for name, s := range b.flowSheets(t, words.Text(label.ReportApprovedBy)) {
				b.restore(t, l, s.rows)
				for _, row := range s.rows {
					f, _ := portbook.Builtin().Lookup(portbook.FlowID(row[slices.Index(s.header, "ID")]))
					for _, n := range f.Notes() {
						if text := l.Text(n.Text); strings.Contains(strings.Join(row, "\n"), text) {
							beside[text] = true
						} else if len(columns) == 0 || columns[1] == report.ColumnNotes {
							t.Errorf("%s, %s: the row of %s lacks the note %q", lang, name, f, text)
						}
					}
					if number := regexp.MustCompile(`(^| / )(note |注記)[0-9]+`).FindString(strings.Join(row, " / ")); number != "" {
						t.Errorf("%s, %s: %s refers to %q", lang, name, f, number)
					}
				}
			}
			rows, err := b.GetRows(words.Text(label.ReportNotes))
			if err != nil {
				t.Fatal(err)
			}
			var elsewhere []string
			for _, row := range rows {
				elsewhere = append(elsewhere, row[len(row)-1])
			}
			for _, n := range content.New(portbook.Flows(), content.Options{}).Notes {
				if text := l.Text(n.Text); slices.Contains(elsewhere, text) == beside[text] {
					t.Errorf("%s, columns %q: the sheet of notes has %q: %v", lang, columns, text, beside[text])
				}
			}
		}
	}
}

// TestXLSXIsDeterministic writes the same report again and again.
func TestXLSXIsDeterministic(t *testing.T) {
	first := bookBytes(t, portbook.Flows(), report.Options{GroupBy: report.BySource})
	for range 4 {
		if !bytes.Equal(first, bookBytes(t, portbook.Flows(), report.Options{GroupBy: report.BySource})) {
			t.Fatal("two workbooks of the same report differ")
		}
	}
}

// TestXLSXViews checks the views by host, on sheets of their own and on one.
func TestXLSXViews(t *testing.T) {
	for _, product := range []portbook.Product{portbook.ProductITMS, portbook.ProductServiceGateway} {
		flows := portbook.Flows().DocumentedBy(product)
		b := book(t, flows, report.Options{View: report.ViewPorts})
		n := 0
		for _, s := range b.flowSheets(t, "Approved by") {
			n += len(s.rows)
			if shared := s.header[0] == "Host"; shared != (product == portbook.ProductITMS) {
				t.Errorf("%s: header %q", product, s.header)
			}
		}
		var list bytes.Buffer
		if err := report.WriteList(&list, flows, report.Options{Format: report.CSV, View: report.ViewPorts}); err != nil {
			t.Fatal(err)
		}
		if want := strings.Count(list.String(), "\r\n") - 1; n != want {
			t.Errorf("%s: %d listening ports, want %d", product, n, want)
		}
	}
	b := book(t, portbook.Flows(), report.Options{View: report.ViewCollisions, Hosts: together})
	if len(b.flowSheets(t, "Approved by")) > 0 || !slices.Contains(b.GetSheetList(), "Notes") {
		t.Errorf("the collisions ask for approval, or lack notes: %v", b.GetSheetList())
	}
}

func TestXLSXEmpty(t *testing.T) {
	b := book(t, portbook.FlowSet{}, report.Options{Languages: []i18n.Localizer{localizers()["ja"]}})
	if got := b.GetSheetList(); !slices.Equal(got, []string{"表紙"}) {
		t.Errorf("sheets %q", got)
	}
	rows, err := b.GetRows("表紙")
	if err != nil || !strings.Contains(fmt.Sprint(rows), "該当する通信なし") {
		t.Errorf("the cover does not say that there is no flow: %q, %v", rows, err)
	}
}

// TestXLSXRowsAreHighEnough measures every cell by a rule of thumb.
func TestXLSXRowsAreHighEnough(t *testing.T) {
	for lang, languages := range map[string][]i18n.Localizer{"en": {localizers()["en"]}, "ja": {localizers()["ja"]}, "ja,en": bilingual()} {
		point := map[string]float64{"en": 12.75, "ja": 15, "ja,en": 15}[lang]
		for _, v := range report.Views() {
			b := book(t, portbook.Flows(), report.Options{Languages: languages, View: v})
			for _, name := range b.GetSheetList()[1:] {
				rows, err := b.GetRows(name)
				if err != nil {
					t.Fatal(err)
				}
				merged, err := b.GetMergeCells(name)
				if err != nil {
					t.Fatal(err)
				}
				for i, row := range rows {
					if slices.ContainsFunc(merged, func(m excelize.MergeCell) bool { return m.GetStartAxis() == "A"+strconv.Itoa(i+1) }) {
						continue // a title or a note, over all columns
					}
					height, _ := b.GetRowHeight(name, i+1)
					for j, text := range row {
						column, _ := excelize.ColumnNumberToName(j + 1)
						width, _ := b.GetColWidth(name, column)
						if need := float64(thumbLines(text, width-0.75)) * point; height < need || height > 409 {
							t.Errorf("%s, %s!%s%d: height %v, needs %v for %q", lang, name, column, i+1, height, need, text)
						}
					}
				}
			}
		}
	}
}

// thumbLines wraps text at spaces, and in words that are Japanese or longer than a line.
func thumbLines(text string, width float64) int {
	if first, rest, ok := strings.Cut(text, "\n"); ok {
		return thumbLines(first, width) + thumbLines(rest, width)
	}
	lines, line := 1, 0.0
	for _, word := range strings.SplitAfter(text, " ") {
		w := thumbWidth(strings.TrimRight(word, " "))
		if line > 0 && line+w > width && w <= width && utf8.RuneCountInString(word) == len(word) {
			lines, line = lines+1, 0
		}
		line += thumbWidth(word)
		for line > width+1 {
			lines, line = lines+1, line-width
		}
	}
	return lines
}

// thumbWidth takes Latin characters for 0.85 digits wide, which they are in long texts, and others for twice that.
func thumbWidth(s string) float64 { return 0.85 * float64(wrap.Columns(s, 1)) }

// hostileBook is a catalog of two products of the same name, with texts that try to break a workbook.
func hostileBook(purposes ...string) portbook.FlowSet {
	b := table.NewBuilder([]string{"en"})
	name, self := b.Text("=1'[]:*?/\\ &A<x>\x01\u202e History "+strings.Repeat("名", 40)+"'"), b.List([]uint32{0})
	b.Table.Products = []table.Product{{ID: b.Name("p"), Name: name, Documents: self}, {ID: b.Name("q"), Name: name}}
	b.Table.Documents = []table.Document{{ID: b.Name("d"), Title: b.Text(strings.Repeat("=1+1 ", 10000)), URL: b.Name("javascript:alert(1)"), Sections: self}}
	b.Table.Sections = []table.Section{{ID: b.Name("s"), Title: b.Text("@SUM(1)")}}
	b.Table.Components = []table.Component{{ID: b.Name("p/c"), Name: b.Text(`=HYPERLINK("x")`), Lineage: self}}
	for i, s := range purposes {
		id := b.Name(fmt.Sprintf("p/c/f%d", i))
		b.Table.Flows = append(b.Table.Flows, table.Flow{ID: id, Product: uint32(i % 2), From: self, To: self, Citations: self, Purpose: b.Text(s)})
		b.Table.FlowIDs = append(b.Table.FlowIDs, table.FlowID{ID: id, Flow: uint32(i)})
	}
	return handle.Catalog(b.Finish()).Flows()
}

func TestXLSXHostile(t *testing.T) {
	long, longer := strings.Repeat("0123456789 ", 1000), strings.Repeat("長い文", 40000/3)
	purposes := []string{"＝1+1", "-1", "a\x00b\x1b[31m\u202e\uffff", "_x0041_ _x005F_", long, longer, strings.Repeat("\u0301", 40000), "12345"}
	b := book(t, hostileBook(purposes...), report.Options{Title: strings.Repeat("&\"Arial\"=T", 5000)})
	list := b.GetSheetList()
	if len(list) != 5 || strings.EqualFold(list[2], list[3]) { // cover, summary, two groups, long texts
		t.Fatalf("sheets %q", list)
	}
	got := map[string]string{}
	for _, s := range b.flowSheets(t, "Approved by") {
		for _, row := range s.rows {
			got[row[slices.Index(s.header, "ID")]] = row[slices.Index(s.header, "Purpose")]
			if row[0] != "@SUM(1)" || row[1] != `=HYPERLINK("x")` {
				t.Errorf("row %q", row)
			}
		}
	}
	want := []string{"＝1+1", "-1", "a\ufffdb\ufffd[31m\ufffd", "_x0041_ _x005F_"}
	for i, w := range append(want, "", "", "", "12345") {
		if id := fmt.Sprintf("p/c/f%d", i); w != "" && got[id] != w {
			t.Errorf("%s shows %q, want %q", id, got[id], w)
		}
	}
	for n, i := range []int{4, 6, 5} { // the flows of one product, then those of the other
		if cell, mark := got[fmt.Sprintf("p/c/f%d", i)], fmt.Sprintf(" … (full text: %d)", n+1); !strings.HasSuffix(cell, mark) {
			t.Errorf("purpose %d does not end with %q: %q", i, mark, cell)
		}
		if full := longText(t, b, "Long texts", strconv.Itoa(n+1)); full != purposes[i] {
			t.Errorf("long text %d has %d characters, want %d", n+1, len(full), len(purposes[i]))
		}
	}
	for cell, quoted := range map[string]bool{"A1": true, "A3": true, "B3": true, "D3": false} {
		id, err := b.GetCellStyle(list[2], cell)
		if err != nil {
			t.Fatal(err)
		}
		if q := b.Styles.CellXfs.Xf[id].QuotePrefix; (q != nil && *q) != quoted {
			text, _ := b.GetCellValue(list[2], cell)
			t.Errorf("%s, %q: quoted %v, want %v", cell, text, !quoted, quoted)
		}
	}
	for part, text := range b.parts {
		if strings.Contains(part, "rels") && strings.Contains(text, "javascript") || strings.Contains(text, "<f>") {
			t.Errorf("%s holds a script or a formula", part)
		}
	}
}

// longText puts a text together that stands on the sheet of long texts.
func longText(t *testing.T, b workbook, sheet, number string) string {
	t.Helper()
	rows, err := b.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var s strings.Builder
	for _, row := range rows[2:] {
		if row[0] == number {
			s.WriteString(row[2])
		}
	}
	return s.String()
}

// TestXLSXGolden shows a workbook: its sheets, widths and cells.
func TestXLSXGolden(t *testing.T) {
	flows := portbook.Flows().DocumentedBy(portbook.ProductServiceGateway)
	for lang, l := range localizers() {
		b := book(t, flows, report.Options{Languages: []i18n.Localizer{l}})
		var out strings.Builder
		for _, name := range b.GetSheetList() {
			rows, err := b.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "== %s\n", name)
			columns := 0
			for _, row := range rows {
				columns = max(columns, len(row))
			}
			for i := range columns {
				column, _ := excelize.ColumnNumberToName(i + 1)
				width, _ := b.GetColWidth(name, column)
				fmt.Fprintf(&out, "%s=%v ", column, width)
			}
			out.WriteString("\n")
			for i, row := range rows {
				height, _ := b.GetRowHeight(name, i+1)
				fmt.Fprintf(&out, "%d (%.1f): %s\n", i+1, height, strings.Join(row, " | "))
			}
		}
		golden.Check(t, "testdata/workbook."+lang+".txt", []byte(strings.ReplaceAll(out.String(), portbook.DataVersion, "EDITION")))
	}
}
