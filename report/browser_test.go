package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"golang.org/x/text/unicode/norm"
)

// browserReport tells testdata/browser/check.mjs what a report must show.
type browserReport struct {
	File      string            `json:"file"`
	Hostile   bool              `json:"hostile"`
	Flows     int               `json:"flows"`
	Rows      int               `json:"rows"`
	Nodes     int               `json:"nodes"`  // in diagrams
	Column    string            `json:"column"` // whose heading tells the language
	Languages []browserLanguage `json:"languages"`
	Searches  []browserSearch   `json:"searches"`
	Filters   []browserFilter   `json:"filters"`
	Link      portbook.FlowID   `json:"link"`
	PDF       string            `json:"pdf"`
	Modes     []string          `json:"modes"` // in which axe-core looks at it: light, dark, phone
}

type browserLanguage struct {
	Tag      string `json:"tag"`
	Title    string `json:"title"`
	Source   string `json:"source"` // heading of Column
	Required string `json:"required"`
	Purpose  string `json:"purpose"` // of Link
}

type browserSearch struct {
	Text  string            `json:"text"`
	Flows []portbook.FlowID `json:"flows"`
}

type browserFilter struct {
	Choose map[string]string `json:"choose"` // filter -> label of the option
	Flows  []portbook.FlowID `json:"flows"`
}

// TestBrowser opens reports in Chromium: search, filters, sorting, languages, links, the keyboard, print, and axe-core.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it starts a browser")
	}
	chromium := consumer.Program(t, "chromium", "chromium-browser", "google-chrome")
	pdftotext := consumer.Program(t, "pdftotext")
	dir := installBrowserTest(t)

	ja, en := localizers()["ja"], localizers()["en"]
	plan := struct {
		Chromium   string           `json:"chromium"`
		Reports    []browserReport  `json:"reports"`
		Mermaid    []browserDiagram `json:"mermaid"`
		Screenshot [2]string        `json:"screenshot"` // a report, and its picture for the README; empty for none
	}{Chromium: chromium, Mermaid: mermaidDiagrams(ja, en), Reports: []browserReport{
		browserPlan(t, filepath.Join(dir, "ja.html"), portbook.Flows(), ja, en),
		browserPlan(t, filepath.Join(dir, "en.html"), portbook.Flows().DocumentedBy(portbook.ProductITMS), en),
		{File: filepath.Join(dir, "hostile.html"), Hostile: true, Flows: len(hostile.Names) - 1, Modes: []string{"light"}},
		changesPlan(t, filepath.Join(dir, "changes.html"), ja, en),
		hostileChangesPlan(t, filepath.Join(dir, "hostile-changes.html"), ja, en),
	}}
	plan.Reports[0].Modes, plan.Reports[1].Modes = []string{"light", "dark"}, []string{"light", "phone"}
	hostileFlows := hostile.Flows(hostile.Catalog{Names: hostile.Names, Ports: "80/tcp"})
	writeFile(t, plan.Reports[2].File, hostileFlows, report.Options{Languages: []i18n.Localizer{ja, en}, Draw: svg.Draw})

	if golden.Update() {
		picture, err := filepath.Abs("../docs/report.png")
		if err != nil {
			t.Fatal(err)
		}
		plan.Screenshot = [2]string{filepath.Join(dir, "screenshot.html"), picture}
		writeFile(t, plan.Screenshot[0], portbook.Flows().DocumentedBy(portbook.ProductServiceGateway), report.Options{Languages: []i18n.Localizer{en, ja}, Draw: svg.Draw})
	}

	input := filepath.Join(dir, "plan.json")
	content, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(input, content, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(consumer.Program(t, "node"), "check.mjs", input)
	command.Dir = dir
	out, err := command.CombinedOutput()
	if err != nil {
		t.Error(err)
	}
	if len(out) > 0 {
		t.Logf("%s", out)
	}
	for _, r := range plan.Reports[:2] {
		checkPDF(t, pdftotext, r)
	}
}

// browserDiagram is a diagram in Mermaid, and what it must show.
type browserDiagram struct {
	Name   string `json:"name"`
	Source string `json:"source"`
	Nodes  int    `json:"nodes"`
	Edges  int    `json:"edges"`
}

// mermaidDiagrams are those of all products in each language, and those of names that try to be more than names.
func mermaidDiagrams(languages ...i18n.Localizer) []browserDiagram {
	var list []browserDiagram
	add := func(name string, flows portbook.FlowSet, l i18n.Localizer) {
		g := diagram.New(flows, diagram.Options{Localizer: l})
		list = append(list, browserDiagram{name, g.Mermaid(), len(g.Nodes), len(g.Edges)})
	}
	for _, l := range languages {
		for _, part := range diagram.Parts(portbook.Flows(), diagram.Auto, l) {
			add(part.ID+" in "+l.Language().String(), part.Flows, l)
		}
	}
	for i := range hostile.Names[1:] {
		add(fmt.Sprintf("%.40q", hostile.Names[i+1]), hostile.Flows(hostile.Catalog{Names: hostile.Names[i : i+2], Ports: "80/tcp"}), languages[0])
	}
	return list
}

// installBrowserTest copies the script to a folder of its own and installs what it needs there.
func installBrowserTest(t *testing.T) string {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/browser")); err != nil {
		t.Fatal(err)
	}
	install := exec.Command(consumer.Program(t, "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		consumer.Missing(t, "what the browser test needs cannot be installed: "+err.Error()+"\n"+string(out))
	}
	return dir
}

func writeFile(t *testing.T, name string, flows portbook.FlowSet, o report.Options) {
	t.Helper()
	o.Format = html.Format
	var b bytes.Buffer
	if err := report.Write(&b, flows, o); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// pageColumns are the columns of the reports, in HTML and where the expectations come from.
var pageColumns = []report.Column{
	report.ColumnSource, report.ColumnDestination, report.ColumnProtocol, report.ColumnPorts, report.ColumnDirection, report.ColumnRequirement,
	report.ColumnConfigurable, report.ColumnPurpose, report.ColumnServices, report.ColumnRemarks, report.ColumnCitation, report.ColumnID,
}

// browserPlan writes a report and computes what it must show from the catalog alone.
func browserPlan(t *testing.T, file string, flows portbook.FlowSet, languages ...i18n.Localizer) browserReport {
	t.Helper()
	o := report.Options{Languages: languages, Columns: pageColumns, Draw: svg.Draw}
	writeFile(t, file, flows, o)
	l := languages[0]
	link, _ := portbook.Lookup(portbook.FlowITMSPXEServerFileTransfer)
	r := browserReport{File: file, Flows: flows.Len(), Rows: flows.Len(), Column: "source", Link: link.ID(), PDF: strings.TrimSuffix(file, ".html") + ".pdf"}
	components := map[portbook.Component]bool{}
	for f := range flows.All() {
		for _, c := range slices.Concat(f.From(), f.To()) {
			components[c] = true
		}
	}
	r.Nodes = len(components)
	for _, l := range languages {
		r.Languages = append(r.Languages, browserLanguage{
			l.Language().String(), label.In(l).Text(label.ReportTitleFlows), label.In(l).Text(label.ColumnSource), label.In(l).Text(label.RequirementRequired), l.Text(link.Purpose()),
		})
	}
	for _, text := range []string{"ＵＮＣ－ｉｎｂｏｕｎｄ", "4726", "Package Server 445", "80/443", "no flow has this"} {
		r.Searches = append(r.Searches, browserSearch{text, found(t, flows, l, text)})
	}
	product, _ := portbook.Builtin().Product(portbook.ProductITMS)
	server, _ := portbook.Builtin().Component(portbook.ComponentITMSPackageServer)
	itms := l.Text(product.Name) + " " + product.Version
	filter := func(choose map[string]string, chosen portbook.FlowSet) {
		r.Filters = append(r.Filters, browserFilter{choose, sortedIDs(chosen)})
	}
	filter(map[string]string{"product": itms}, flows.DocumentedBy(portbook.ProductITMS))
	filter(map[string]string{"components": l.Text(server.Name) + " (" + itms + ")"},
		flows.DocumentedBy(server.ID).Union(flows.Involving(server.ID)))
	filter(map[string]string{"protocol": "UDP"}, flows.Using(portbook.UDP))
	filter(map[string]string{"direction": label.In(l).Text(label.DirectionInbound), "requirement": label.In(l).Text(label.RequirementOptional)},
		flows.Having(portbook.DirectionInbound).Having(portbook.RequirementOptional))
	filter(map[string]string{"configurable": label.In(l).Text(label.ConfigurableYes), "protocol": "TCP"},
		flows.Having(portbook.ConfigurableYes).Using(portbook.TCP))
	return r
}

// found returns the flows whose row has all words of the text.
func found(t *testing.T, flows portbook.FlowSet, l i18n.Localizer, text string) []portbook.FlowID {
	t.Helper()
	var b bytes.Buffer
	o := report.Options{Languages: []i18n.Localizer{l}, Format: report.CSV, Encoding: report.UTF8, Columns: pageColumns}
	if err := report.Write(&b, flows, o); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	fold := func(s string) string { return strings.ToLower(norm.NFKC.String(s)) }
	ids := []portbook.FlowID{}
	for _, row := range rows[1:] {
		line := fold(strings.Join(row, "\n"))
		if !slices.ContainsFunc(strings.Fields(fold(text)), func(word string) bool { return !strings.Contains(line, word) }) {
			ids = append(ids, portbook.FlowID(row[len(row)-1]))
		}
	}
	slices.Sort(ids)
	return ids
}

func sortedIDs(flows portbook.FlowSet) []portbook.FlowID {
	ids := []portbook.FlowID{}
	for f := range flows.All() {
		ids = append(ids, f.ID())
	}
	slices.Sort(ids)
	return ids
}

// a4Landscape is 297 x 210 mm, in points.
var a4Landscape = regexp.MustCompile(`Page size: +84[12](\.\d+)? x 59[45](\.\d+)? pts`)

// checkPDF checks that print leaves nothing out, repeats the header on every page of the table, and fits on A4 landscape.
func checkPDF(t *testing.T, pdftotext string, r browserReport) {
	t.Helper()
	text, err := exec.Command(pdftotext, "-layout", r.PDF, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := exec.Command(pdftotext, "-raw", r.PDF, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	all := squeeze(string(raw))
	pages := strings.Split(string(text), "\f")
	l := localizers()[r.Languages[0].Tag]
	header := squeeze(label.In(l).Text(label.ColumnSource) + label.In(l).Text(label.ColumnDestination))
	hasHeader := func(page string) bool {
		return slices.ContainsFunc(strings.Split(page, "\n"), func(line string) bool { return strings.HasPrefix(squeeze(line), header) })
	}
	for f := range portbook.Flows().All() {
		if r.Flows < portbook.Flows().Len() && f.Product() != portbook.ProductITMS {
			continue
		}
		if !strings.Contains(all, squeeze(f.String())) {
			t.Errorf("%s: the print lacks %s", r.PDF, f)
		}
	}
	first := slices.IndexFunc(pages, hasHeader)
	last := len(pages) - 1
	for last > first && !hasHeader(pages[last]) {
		last--
	}
	if last-first < 5 {
		t.Errorf("%s: the tables stand on pages %d to %d of %d", r.PDF, first+1, last+1, len(pages))
	}
	for i := first; i >= 0 && i <= last; i++ {
		if !hasHeader(pages[i]) {
			t.Errorf("%s: page %d has no header", r.PDF, i+1)
		}
	}
	for i, page := range pages[:len(pages)-1] { // a heading without what it heads
		if lines := strings.Fields(page); len(lines) < 12 {
			t.Errorf("%s: page %d holds %q alone", r.PDF, i+1, lines)
		}
	}
	if limit := 10 + r.Flows/2; len(pages) > limit { // cards for phones made it twice as many
		t.Errorf("%s has %d pages, want %d at most", r.PDF, len(pages), limit)
	}
	info, err := exec.Command(consumer.Program(t, "pdfinfo"), r.PDF).Output()
	if err != nil || !a4Landscape.Match(info) {
		t.Errorf("%s: the pages are no A4 landscape: %s, %v", r.PDF, info, err)
	}
}
