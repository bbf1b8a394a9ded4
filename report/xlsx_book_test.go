package report_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/xlsx"
	"github.com/xuri/excelize/v2"
)

// bilingual are the languages of workbooks in two.
func bilingual() []i18n.Localizer { return []i18n.Localizer{localizers()["ja"], localizers()["en"]} }

// together are components of two products on one host.
var together = [][]portbook.Component{{portbook.ComponentITMSNotificationServer, portbook.ComponentApexCentralServer}}

// allBooks are workbooks of all kinds, in each language and in two.
func allBooks(t *testing.T) map[string]workbook {
	t.Helper()
	books := map[string]workbook{}
	for lang, languages := range map[string][]i18n.Localizer{"en": {localizers()["en"]}, "ja": {localizers()["ja"]}, "ja,en": bilingual()} {
		for _, v := range report.Views() {
			books[lang+" "+string(v)] = book(t, portbook.Flows(), report.Options{Languages: languages, View: v, Hosts: together})
		}
		o := report.Options{Languages: languages, Format: xlsx.Format, Date: day}
		books[lang+" plan"] = readBook(t, []byte(writePlan(t, examplePlan(t), report.PlanOptions{Options: o})))
		books[lang+" questions"] = readBook(t, []byte(writePlan(t, examplePlan(t), report.PlanOptions{Options: o, QuestionsOnly: true})))
		books[lang+" findings"] = readBook(t, []byte(writeFindings(t, exampleFindings(t), o)))
	}
	return books
}

// headerRow returns the number of the header of a table, which is frozen; 0 for
// a sheet that has none.
func (b workbook) headerRow(t *testing.T, sheet string) int {
	t.Helper()
	panes, err := b.GetPanes(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return panes.YSplit
}

// TestXLSXTables checks that the table of every sheet of every kind of workbook
// has a frozen header that filters and is printed on each page, and that no
// column is empty, unless people fill it in.
func TestXLSXTables(t *testing.T) {
	for kind, b := range allBooks(t) {
		names := map[string]string{}
		for _, d := range b.GetDefinedName() {
			names[d.Scope+"/"+d.Name] = d.RefersTo
		}
		tables := 0
		for _, name := range b.GetSheetList()[1:] { // the first is the cover
			head := b.headerRow(t, name)
			rows, err := b.GetRows(name)
			if err != nil || head == 0 || len(rows) <= head {
				t.Fatalf("%s, %s: %d rows with the header in row %d, %v", kind, name, len(rows), head, err)
			}
			tables++
			first := head
			if above := rows[head-2][0]; strings.HasPrefix(above, content.Mark+" ") {
				first--
			}
			last, _ := excelize.ColumnNumberToName(len(rows[head-1]))
			checkNames(t, names, map[string]string{
				name + "/_xlnm.Print_Titles":    fmt.Sprintf("'%s'!$%d:$%d", name, first, head),
				name + "/_xlnm._FilterDatabase": fmt.Sprintf("'%s'!$A$%d:$%s$%d", name, head, last, len(rows)),
			})
			fillIn, err := b.GetDataValidations(name)
			if err != nil {
				t.Fatal(err)
			}
			for i, heading := range rows[head-1][:len(rows[head-1])-len(fillIn)] {
				if !slices.ContainsFunc(rows[head:], func(row []string) bool { return i < len(row) && row[i] != "" }) {
					t.Errorf("%s, %s: the column %q is empty", kind, name, heading)
				}
			}
		}
		if tables == 0 {
			t.Errorf("%s: no table", kind)
		}
	}
}

// TestXLSXMarks checks that every sheet with a mark says what it means above its
// header, that no other does, and that the cover explains nothing that no sheet
// has.
func TestXLSXMarks(t *testing.T) {
	marked, plain := 0, 0
	for kind, b := range allBooks(t) {
		headings := map[string]bool{}
		for _, name := range b.GetSheetList()[1:] {
			head := b.headerRow(t, name)
			rows, err := b.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range rows[head-1] {
				headings[s] = true
			}
			explained := strings.HasPrefix(rows[head-2][0], content.Mark+" ")
			if used := strings.Contains(fmt.Sprint(rows[head:]), content.Mark); used != explained {
				t.Errorf("%s, %s: the mark is used: %v, and explained: %v", kind, name, used, explained)
			}
			if explained {
				marked++
			} else {
				plain++
			}
		}
		cover, err := b.GetRows(b.GetSheetList()[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range localizers() {
			for _, column := range []report.Column{report.ColumnDirection, report.ColumnRequirement} {
				checkTerm(t, kind, cover, headings, label.In(l).Of("column", string(column)))
			}
		}
		if strings.Contains(fmt.Sprint(cover), content.Mark) {
			t.Errorf("%s: the cover explains a mark that it does not have", kind)
		}
	}
	if marked == 0 || plain == 0 {
		t.Errorf("%d sheets have the mark, %d do not", marked, plain)
	}
}

// TestXLSXMarkStaysOnItsLine checks that a mark cannot begin a line of Japanese,
// away from what it is about.
func TestXLSXMarkStaysOnItsLine(t *testing.T) {
	loose := regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}ー）」]` + content.Mark)
	kept := 0
	for _, languages := range [][]i18n.Localizer{bilingual()[:1], bilingual()} {
		b := book(t, portbook.Flows(), report.Options{Languages: languages})
		for part, text := range b.parts {
			if strings.HasPrefix(part, "xl/worksheets/") {
				if s := loose.FindString(text); s != "" {
					t.Errorf("%s: %q may be broken", part, s)
				}
				kept += strings.Count(text, "\u00a0"+content.Mark)
			}
		}
	}
	if kept < 100 {
		t.Errorf("only %d marks follow Japanese", kept)
	}
}

// checkTerm checks that the legend of a cover has a term that is a heading, and
// no other.
func checkTerm(t *testing.T, kind string, cover [][]string, headings map[string]bool, term string) {
	t.Helper()
	is := func(s string) bool { return slices.Contains(strings.Split(s, "\n"), term) }
	explained := slices.ContainsFunc(cover, func(row []string) bool { return len(row) == 2 && is(row[0]) })
	used := slices.ContainsFunc(slices.Collect(maps.Keys(headings)), is)
	if flows := strings.HasSuffix(kind, " flows"); flows && used && !explained || explained && !used {
		t.Errorf("%s: %q is a heading: %v, and explained: %v", kind, term, used, explained)
	}
}

// TestXLSXColumnsThatSayNothing checks that each sheet lacks the columns in which
// its own rows say nothing, and has those that are asked for.
func TestXLSXColumnsThatSayNothing(t *testing.T) {
	with := portbook.Flows().DocumentedBy(portbook.ProductITMS)
	without := portbook.Flows().DocumentedBy(portbook.ProductApexCentral).Matching(func(f portbook.Flow) bool { return len(f.OSServices()) == 0 })
	for _, languages := range [][]i18n.Localizer{{localizers()["en"]}, {localizers()["en"], localizers()["ja"]}} {
		words := func(c report.Column) string {
			var list []string
			for _, l := range languages {
				list = append(list, label.In(l).Of("column", string(c)))
			}
			return strings.Join(list, "\n")
		}
		for _, columns := range [][]report.Column{nil, report.Columns(report.ViewFlows)} {
			b := book(t, with.Union(without), report.Options{Languages: languages, Columns: columns})
			for name, s := range b.flowSheets(t, strings.ReplaceAll(approvedBy(languages), "|", "\n")) {
				for _, c := range []report.Column{report.ColumnServices, report.ColumnDirection} {
					want := columns != nil || strings.HasPrefix(name, "IT Management")
					if shown := slices.Contains(s.header, words(c)); shown != want {
						t.Errorf("%s: %q is shown: %v, want %v", name, words(c), shown, want)
					}
				}
			}
		}
	}
}

// approvedBy returns a heading in several languages.
func approvedBy(languages []i18n.Localizer) string {
	var list []string
	for _, l := range languages {
		list = append(list, label.In(l).Text(label.ReportApprovedBy))
	}
	return strings.Join(list, "|")
}

// TestXLSXLanguages checks that a workbook in two languages has in each row, cell
// by cell, what the workbooks of these languages have, what they have in common
// once, and one place for each approval.
func TestXLSXLanguages(t *testing.T) {
	two := book(t, portbook.Flows(), report.Options{Languages: bilingual()})
	ones := map[string]workbook{}
	for lang, l := range localizers() {
		ones[lang] = book(t, portbook.Flows(), report.Options{Languages: []i18n.Localizer{l}})
	}
	both, common := 0, 0
	for i, name := range two.GetSheetList()[:len(ones["en"].GetSheetList())] { // one of long texts may follow
		rows := two.sheetRows(t, i)
		ja, en := ones["ja"].sheetRows(t, i), ones["en"].sheetRows(t, i)
		if i == 0 {
			continue // the cover, which is checked below
		}
		if len(rows) != len(ja) || len(rows) != len(en) {
			t.Fatalf("%s: %d rows, and %d and %d in one language", name, len(rows), len(ja), len(en))
		}
		for n := two.headerRow(t, name) - 1; n < len(rows); n++ {
			for x := range rows[n] {
				want := ja[n][x]
				if en[n][x] != want {
					want += "\n" + en[n][x]
					both++
				} else {
					common++
				}
				if got := rows[n][x]; got != want && !strings.Contains(got+want, "… (") { // which is cut
					t.Fatalf("%s, row %d: %q, want %q", name, n+1, got, want)
				}
			}
		}
		if list, err := two.GetDataValidations(name); err != nil || len(list) > 3 {
			t.Errorf("%s: %d columns to fill in, %v", name, len(list), err)
		}
	}
	if both < 1000 || common < 1000 {
		t.Errorf("%d cells in both languages, %d that are the same", both, common)
	}
	if got := two.GetSheetList()[:2]; !slices.Equal(got, []string{"表紙 Cover", "概要 Summary"}) {
		t.Errorf("sheets %q", got)
	}
	cover, err := two.GetRows("表紙 Cover")
	if text := fmt.Sprint(cover); err != nil || !strings.Contains(text, "ポート一覧") || !strings.Contains(text, "Port matrix") || !strings.Contains(text, "2026-04-01") {
		t.Errorf("the cover lacks a title or the date: %s, %v", text, err)
	}
	page, err := two.GetPageLayout("概要 Summary")
	if err != nil || *page.Size != 8 {
		t.Errorf("paper %v, want A3, %v", *page.Size, err)
	}
}

func isDate(s string) bool { return regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(s) }

// sheetRows returns the rows of a sheet.
func (b workbook) sheetRows(t *testing.T, sheet int) [][]string {
	t.Helper()
	rows, err := b.GetRows(b.GetSheetList()[sheet])
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestXLSXLanguageThatLacksTexts checks that a text that one of two languages
// lacks is in a workbook once, and without the tag of the other.
func TestXLSXLanguageThatLacksTexts(t *testing.T) {
	flows := hostile.Flows(hostile.Catalog{Names: []string{"Alpha", "Beta"}, Ports: "80/tcp"}) // which has English alone
	for _, languages := range [][]i18n.Localizer{bilingual(), {localizers()["en"], localizers()["ja"]}} {
		b := book(t, flows, report.Options{Languages: languages})
		sheets := b.flowSheets(t, strings.ReplaceAll(approvedBy(languages), "|", "\n"))
		if len(sheets) != 1 {
			t.Fatalf("sheets %q", b.GetSheetList())
		}
		for _, s := range sheets {
			if got := s.rows[0][1:3]; !slices.Equal(got, []string{"Alpha", "Beta"}) {
				t.Errorf("the ends are %q", got)
			}
		}
	}
	if out := fmt.Sprint(book(t, flows, report.Options{Languages: bilingual()[:1]}).parts); !strings.Contains(out, "Alpha [en]") {
		t.Error("a workbook in one language does not say that a text is in another")
	}
}

// TestXLSXTypes checks that numbers and days are such in every kind of workbook,
// and that programs do not complain of numbers that are texts.
func TestXLSXTypes(t *testing.T) {
	days := 0
	for kind, b := range allBooks(t) {
		for _, name := range b.GetSheetList()[1:] {
			rows, err := b.GetRows(name, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			head := b.headerRow(t, name)
			for n, row := range rows[head:] {
				for i, s := range row {
					cell, _ := excelize.CoordinatesToCellName(i+1, head+n+1)
					typ, err := b.GetCellType(name, cell)
					if err != nil {
						t.Fatal(err)
					}
					isNumber := typ == excelize.CellTypeUnset || typ == excelize.CellTypeNumber
					if looks := regexp.MustCompile(`^(0|[1-9][0-9]*)$`).MatchString(s); s != "" && looks != isNumber {
						t.Errorf("%s, %s!%s: %q has type %d", kind, name, cell, s, typ)
					}
					if isDate(s) {
						t.Errorf("%s, %s!%s: %q is a day and a text", kind, name, cell, s)
					}
					if shown, _ := b.GetCellValue(name, cell); shown != s && isNumber {
						days++
						if s != "72775" { // 2099-03-31
							t.Errorf("%s, %s!%s: %q is shown as %q", kind, name, cell, s, shown)
						}
					}
				}
			}
		}
	}
	if days < 3 {
		t.Errorf("%d days in the plans, want the one in which an answer ends in each", days)
	}
}

// TestXLSXPlanNotes checks that the form of a site has the notes of a flow in its
// row.
func TestXLSXPlanNotes(t *testing.T) {
	p := examplePlan(t)
	for _, l := range localizers() {
		b := readBook(t, []byte(writePlan(t, p, report.PlanOptions{Options: report.Options{Format: xlsx.Format, Languages: []i18n.Localizer{l}}})))
		noted := 0
		whole, err := b.GetRows(label.In(l).Text(label.XlsxLong)) // texts that are cut in their cells
		if err != nil {
			t.Fatal(err)
		}
		for name, s := range b.flowSheets(t, label.In(l).Text(label.ReportApprovedBy)) {
			for _, row := range s.rows {
				f, ok := portbook.Builtin().Lookup(portbook.FlowID(row[slices.Index(s.header, "ID")]))
				for _, n := range f.Notes() {
					noted++
					if text := l.Text(n.Text); !ok || !strings.Contains(strings.Join(row, "\n"), text) && !strings.Contains(fmt.Sprint(whole), text) {
						t.Errorf("%s: the row of %s lacks %q", name, f, text)
					}
				}
			}
		}
		if noted < 10 {
			t.Errorf("only %d notes", noted)
		}
	}
}

// picture is a picture on a sheet, as the file has it.
type picture struct {
	Row    int `xml:"from>row"`
	Offset int `xml:"from>rowOff"`
	Extent struct {
		Width  int64 `xml:"cx,attr"`
		Height int64 `xml:"cy,attr"`
	} `xml:"ext"`
	About struct {
		Text string `xml:"descr,attr"`
	} `xml:"pic>nvPicPr>cNvPr"`
	Blip struct {
		Embed string `xml:"embed,attr"`
		SVG   struct {
			Embed string `xml:"embed,attr"`
		} `xml:"extLst>ext>svgBlip"`
	} `xml:"pic>blipFill>blip"`
}

// pictures returns the pictures of a workbook, and their files.
func (b workbook) pictures(t *testing.T) (list []picture, files []string) {
	t.Helper()
	var drawing struct {
		Pictures []picture `xml:"oneCellAnchor"`
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if b.parts["xl/drawings/drawing1.xml"] == "" {
		return nil, nil
	}
	if err := errors.Join(xml.Unmarshal([]byte(b.parts["xl/drawings/drawing1.xml"]), &drawing), xml.Unmarshal([]byte(b.parts["xl/drawings/_rels/drawing1.xml.rels"]), &relations)); err != nil {
		t.Fatal(err)
	}
	for _, p := range drawing.Pictures {
		for _, r := range relations.List {
			if r.ID == p.Blip.Embed && p.Blip.SVG.Embed == r.ID {
				files = append(files, b.parts[path.Join("xl/drawings", r.Target)])
			}
		}
	}
	return drawing.Pictures, files
}

// TestXLSXDiagrams checks that a workbook has the diagrams of its flows in each
// of its languages, each on a page, with a text for those who cannot see it.
func TestXLSXDiagrams(t *testing.T) {
	flows := portbook.Flows().DocumentedBy(portbook.ProductITMS, portbook.ProductApexCentral)
	for _, languages := range [][]i18n.Localizer{{localizers()["en"]}, bilingual()} {
		b := book(t, flows, report.Options{Languages: languages, Draw: svg.Draw})
		sheet := b.GetSheetList()[2]
		if !strings.HasSuffix(sheet, "Connection diagrams") {
			t.Fatalf("sheets %q", b.GetSheetList())
		}
		pictures, files := b.pictures(t)
		parts := diagram.Parts(flows, diagram.Auto, languages[0])
		if len(pictures) != len(parts)*len(languages) || len(files) != len(pictures) {
			t.Fatalf("%d pictures with %d files, want %d", len(pictures), len(files), len(parts)*len(languages))
		}
		row := 0
		for i, p := range pictures {
			l := languages[i%len(languages)]
			part := diagram.Parts(flows, diagram.Auto, l)[i/len(languages)]
			g := diagram.New(part.Flows, diagram.Options{Localizer: l, Title: part.Title})
			if p.About.Text != part.Title+". "+g.Description {
				t.Errorf("picture %d is described as %q, want %q and %q", i, p.About.Text, part.Title, g.Description)
			}
			checkDrawing(t, files[i], g, p)
			if i > 0 && p.Row != row {
				t.Errorf("picture %d is in row %d, want %d, where the rows of the one before end", i, p.Row, row)
			}
			row = checkRoom(t, b, sheet, p)
		}
		breaks := regexp.MustCompile(`<brk [^>]*id="([0-9]+)"`).FindAllStringSubmatch(b.parts["xl/worksheets/sheet3.xml"], -1)
		for i, p := range pictures[1:] {
			if i >= len(breaks) || breaks[i][1] != strconv.Itoa(p.Row) {
				t.Errorf("no page begins at row %d: %v", p.Row, breaks)
			}
		}
	}
}

// checkDrawing checks that a picture is the drawing of a graph, in the form that
// spreadsheet programs understand, and in its proportions.
func checkDrawing(t *testing.T, file string, g diagram.Graph, p picture) {
	t.Helper()
	if !strings.HasPrefix(file, "<svg") || strings.Contains(file, "<style") {
		t.Errorf("the drawing begins with %.40q, or has styles", file)
	}
	var root struct {
		Width  float64 `xml:"width,attr"`
		Height float64 `xml:"height,attr"`
		Title  string  `xml:"title"`
		Texts  []struct {
			Lines []string `xml:"tspan"`
		} `xml:"g>text"`
	}
	if err := xml.Unmarshal([]byte(file), &root); err != nil || root.Title != g.Title {
		t.Errorf("the drawing is of %q, want %q, %v", root.Title, g.Title, err)
	}
	for _, n := range g.Nodes {
		if !strings.Contains(fmt.Sprint(root.Texts), n.Lines[0]) {
			t.Errorf("%s: no box of %q", g.Title, n.Name)
		}
	}
	w, h := float64(p.Extent.Width)/9525, float64(p.Extent.Height)/9525
	if w > 961 || h > 521 || w > root.Width+1 || h > root.Height+1 || w/h < 0.98*root.Width/root.Height || w/h > 1.02*root.Width/root.Height {
		t.Errorf("%s: %vx%v pixels in a picture of %vx%v", g.Title, root.Width, root.Height, w, h)
	}
}

// checkRoom checks that the rows of a picture are as high as it, and returns the
// one after them.
func checkRoom(t *testing.T, b workbook, sheet string, p picture) int {
	t.Helper()
	need := float64(p.Extent.Height+int64(p.Offset)) / 12700 // in points
	row := p.Row
	for ; need > 0; row++ {
		height, err := b.GetRowHeight(sheet, row+1)
		if err != nil || height > 409 {
			t.Fatalf("row %d is %v high, %v", row+1, height, err)
		}
		need -= height
		if text, _ := b.GetCellValue(sheet, "A"+strconv.Itoa(row+1)); text != "" {
			t.Errorf("%q is behind a picture", text)
		}
	}
	return row
}

// TestXLSXDiagramsThatFail checks what becomes of drawings that are too large or
// not SVG, and that views by host have none.
func TestXLSXDiagramsThatFail(t *testing.T) {
	flows := portbook.Flows().DocumentedBy(portbook.ProductApexCentral)
	tooLarge := func(diagram.Graph) ([]byte, error) { return nil, &diagram.TooLargeError{Nodes: 300, Edges: 700} }
	b := book(t, flows, report.Options{Draw: tooLarge})
	rows, err := b.GetRows("Connection diagrams")
	if text := fmt.Sprint(rows); err != nil || !strings.Contains(text, "300 components") || !strings.Contains(text, "Apex Central") {
		t.Errorf("the sheet does not say that a diagram is too large: %s, %v", text, err)
	}
	if list, _ := b.pictures(t); len(list) > 0 {
		t.Errorf("%d pictures", len(list))
	}
	failure := errors.New("no ink")
	for _, c := range []struct {
		drawing string
		err     error
		want    string
	}{
		{"", failure, "report: diagram apex-central: no ink"},
		{"digraph {}", nil, "report: diagram apex-central: the drawing is not SVG (expected: an svg element)"},
		{`<svg width="100%" height="20"/>`, nil, "report: diagram apex-central: the drawing has no size (expected: width and height in pixels)"},
		{`<svg width="10`, nil, "report: diagram apex-central: XML syntax error on line 1: unexpected EOF"},
	} {
		var out strings.Builder
		draw := func(diagram.Graph) ([]byte, error) { return []byte(c.drawing), c.err }
		err := report.Write(&out, flows, report.Options{Format: xlsx.Format, Draw: draw})
		if err == nil || err.Error() != c.want || out.Len() > 0 {
			t.Errorf("%q: got %v and %d bytes, want %s", c.drawing, err, out.Len(), c.want)
		}
		if c.err != nil && !errors.Is(err, c.err) {
			t.Errorf("%v is not %v", err, c.err)
		}
	}
	declared := func(g diagram.Graph) ([]byte, error) {
		return []byte(`<?xml version="1.0"?><svg width="20" height="10.5"/>`), nil
	}
	if list, files := book(t, flows, report.Options{Draw: declared}).pictures(t); len(list) != 1 || files[0] != `<svg width="20" height="10.5"/>` {
		t.Errorf("a drawing with a declaration becomes %q", files)
	}
	odd := hostile.Flows(hostile.Catalog{Names: hostile.Names[:20], Ports: "80/tcp"})
	if list, files := book(t, odd, report.Options{Draw: svg.Draw}).pictures(t); len(list) != len(diagram.Parts(odd, diagram.Auto, i18n.Localizer{})) || len(files) != len(list) {
		t.Errorf("%d pictures of odd names, and %d files", len(list), len(files))
	}
	for _, v := range []report.View{report.ViewPorts, report.ViewCollisions} {
		if list, _ := book(t, flows, report.Options{View: v, Draw: svg.Draw}).pictures(t); len(list) > 0 {
			t.Errorf("%s has %d diagrams", v, len(list))
		}
	}
}
