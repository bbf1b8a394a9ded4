package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/table"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/text/wrap"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"github.com/portbook/portbook/report/xlsx"
	"golang.org/x/text/language"
)

// sample is a selection with most of what a report shows: alternatives, dynamic and unstated ports, ICMP, conditions, quirks,
// hosts, source ports and notes.
func sample(t *testing.T) portbook.FlowSet {
	t.Helper()
	var s portbook.FlowSet
	for _, id := range []portbook.FlowID{
		portbook.FlowApexCentralConsoleHTTPSReverse, portbook.FlowApexCentralLicenseRenewal, portbook.FlowApexCentralSuspiciousObjectsSynchronization,
		portbook.FlowHostSecurityMailSenderSMTP, portbook.FlowITMSSymantecManagementAgentPackageServerPing, portbook.FlowITMSDataConnectorDataSources,
		portbook.FlowITMSComputerDiscoveryDNS, portbook.FlowITMSSymantecManagementAgentULMSourcePorts, portbook.FlowITMSPXEServerFileTransfer,
		portbook.FlowITMSWorkflowComponentsIntegration, portbook.FlowServiceGatewayApplianceSSH,
	} {
		f, ok := portbook.Lookup(id)
		if !ok {
			t.Fatalf("no flow %s", id)
		}
		s = s.Union(f.Set())
	}
	return s
}

func localizers() map[string]i18n.Localizer {
	return map[string]i18n.Localizer{"en": i18n.New(), "ja": i18n.New(language.Japanese)}
}

func write(t *testing.T, flows portbook.FlowSet, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, flows, o); err != nil {
		t.Fatal(err)
	}
	// The version changes with every change of the data; it does not belong in golden files.
	return strings.ReplaceAll(b.String(), portbook.DataVersion, "EDITION")
}

// TestGolden shows the sample in every format and language.
func TestGolden(t *testing.T) {
	extensions := map[report.Format]string{report.Text: "txt", report.Markdown: "md", report.CSV: "csv", report.CSVRows: "rows.csv", report.JSON: "json"}
	for name, l := range localizers() {
		for _, f := range report.Formats() {
			golden.Check(t, "testdata/sample."+name+"."+extensions[f], []byte(write(t, sample(t), report.Options{Languages: []i18n.Localizer{l}, Format: f})))
		}
	}
}

// TestGroupings checks that every flow stands under at least one heading of every grouping.
func TestGroupings(t *testing.T) {
	for _, g := range report.Groupings(report.ViewFlows) {
		out := write(t, portbook.Flows(), report.Options{Format: report.Markdown, GroupBy: g, Columns: []report.Column{report.ColumnID}})
		for f := range portbook.Flows().All() {
			if !strings.Contains(out, "| "+f.String()+" |\n") {
				t.Errorf("grouped by %s, the report lacks %s", g, f)
			}
		}
	}
	out := write(t, sample(t), report.Options{Format: report.Markdown, GroupBy: report.ByPort, Columns: []report.Column{report.ColumnID}})
	for _, heading := range []string{"\n## 53/tcp\n", "\n## 53/udp\n", "\n## 8/icmp\n"} {
		if !strings.Contains(out, heading) {
			t.Errorf("grouped by port, the report lacks the heading %q", heading)
		}
	}
}

// TestTextAligns measures every line of a table: columns begin at the same terminal column in every row.
func TestTextAligns(t *testing.T) {
	for name, l := range localizers() {
		for _, ambiguous := range []int{1, 2} {
			var b bytes.Buffer
			columns := []report.Column{report.ColumnSource, report.ColumnPorts, report.ColumnID}
			o := report.Options{Languages: []i18n.Localizer{l}, Columns: columns, AmbiguousWidth: ambiguous}
			if err := report.WriteList(&b, portbook.Flows(), o); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
			start := wrap.Columns(lines[0][:strings.Index(lines[0], "ID")], ambiguous)
			for i, f := range slices.Collect(portbook.Flows().All()) {
				line := lines[i+1]
				if at := wrap.Columns(strings.TrimSuffix(line, f.String()), ambiguous); at != start || !strings.HasSuffix(line, f.String()) {
					t.Errorf("%s, ambiguous %d: ID stands in column %d, not %d: %s", name, ambiguous, at, start, line)
				}
			}
		}
	}
}

// TestMarkdownTables checks that every row has as many cells as its header, whatever the texts hold.
func TestMarkdownTables(t *testing.T) {
	for name, l := range localizers() {
		cells := 0
		for line := range strings.Lines(write(t, portbook.Flows(), report.Options{Languages: []i18n.Localizer{l}, Format: report.Markdown})) {
			if !strings.HasPrefix(line, "|") {
				cells = 0
				continue
			}
			n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			if cells == 0 {
				cells = n
			}
			if n != cells {
				t.Errorf("%s: row of %d cells below a header of %d: %s", name, n-1, cells-1, line)
			}
		}
	}
}

// TestCSV reads the file back, as a spreadsheet would.
func TestCSV(t *testing.T) {
	out := write(t, portbook.Flows(), report.Options{Languages: []i18n.Localizer{localizers()["ja"]}, Format: report.CSV})
	body, ok := strings.CutPrefix(out, "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	if strings.Count(body, "\n") != strings.Count(body, "\r\n") {
		t.Error("records do not end in CR LF")
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != portbook.Flows().Len()+1 || rows[0][0] != "ID" {
		t.Errorf("%d records, the first %q", len(rows), rows[0])
	}
}

// hostileSample is a catalog whose texts try to be markup and formulas.
func hostileSample() portbook.FlowSet {
	b := table.NewBuilder([]string{"en"})
	markup, self := b.Text("<script>|*_`[x](y)"), b.List([]uint32{0})
	b.Table.Products = []table.Product{{ID: b.Name("p"), Name: markup, Documents: self}}
	b.Table.Documents = []table.Document{{ID: b.Name("d"), Title: markup, Sections: self}}
	b.Table.Sections = []table.Section{{ID: b.Name("s"), Title: markup}}
	b.Table.Components = []table.Component{{ID: b.Name("p/c"), Name: b.Text(`=HYPERLINK("x")`), Lineage: self}}
	b.Table.Flows = []table.Flow{{ID: b.Name("p/c/f"), From: self, To: self, Citations: self, Purpose: markup}}
	b.Table.FlowIDs = []table.FlowID{{ID: b.Name("p/c/f")}}
	return handle.Catalog(b.Finish()).Flows()
}

func TestHostileTexts(t *testing.T) {
	columns := []report.Column{report.ColumnSource, report.ColumnPurpose}
	if got, want := write(t, hostileSample(), report.Options{Format: report.CSV, Columns: columns}), "\ufeffSource,Purpose\r\n\"'=HYPERLINK(\"\"x\"\")\",<script>|*_`[x](y)\r\n"; got != want {
		t.Errorf("CSV:\n got %q\nwant %q", got, want)
	}
	out := write(t, hostileSample(), report.Options{Format: report.Markdown, Columns: columns})
	if want := "| =HYPERLINK(\"x\") | &lt;script&gt;\\|\\*\\_\\`\\[x\\](y) |\n"; !strings.Contains(out, want) {
		t.Errorf("Markdown lacks %q:\n%s", want, out)
	}
}

// TestFallbackIsTold checks that a Japanese report says so when a text is English.
func TestFallbackIsTold(t *testing.T) {
	out := write(t, hostileSample(), report.Options{Languages: []i18n.Localizer{localizers()["ja"]}, Format: report.Text, Columns: []report.Column{report.ColumnPurpose}})
	if !strings.Contains(out, "(y) [en]\n") {
		t.Errorf("the report does not tell that a text fell back to English:\n%s", out)
	}
}

// TestListIsSelfContained checks that a bare list does not refer to numbers of notes that it does not print.
func TestListIsSelfContained(t *testing.T) {
	f, _ := portbook.Lookup(portbook.FlowITMSDataConnectorDataSources)
	note := f.Notes()[0].Text.String()
	var list bytes.Buffer
	o := report.Options{Format: report.Markdown, Columns: []report.Column{report.ColumnRemarks}}
	if err := report.WriteList(&list, f.Set(), o); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(list.String(), note) || strings.Contains(list.String(), "note 1") {
		t.Errorf("the list does not hold its note:\n%s", &list)
	}
	if out := write(t, f.Set(), o); !strings.Contains(out, "/ note 1 |") || !strings.Contains(out, "\n1. ") {
		t.Errorf("the report does not number its note:\n%s", out)
	}
}

func TestEmpty(t *testing.T) {
	for _, f := range []report.Format{report.Text, report.Markdown} {
		out := write(t, portbook.FlowSet{}, report.Options{Format: f})
		if !strings.Contains(out, "No flows match.") {
			t.Errorf("%s: an empty report does not say so:\n%s", f, out)
		}
	}
	var b bytes.Buffer
	if err := report.WriteList(&b, portbook.FlowSet{}, report.Options{Format: report.JSON}); err != nil || b.String() != "[]\n" {
		t.Errorf("an empty list in JSON is %q, %v", &b, err)
	}
	if out := write(t, portbook.FlowSet{}, report.Options{Format: report.CSV, Columns: []report.Column{report.ColumnID}}); out != "\ufeffID\r\n" {
		t.Errorf("an empty CSV is %q", out)
	}
}

func TestOptionErrors(t *testing.T) {
	for _, c := range []struct {
		options report.Options
		want    string
	}{
		{report.Options{Format: strange{}}, `report: unknown format "pdf" (expected: text, markdown, csv, csv-rows, json)`},
		{report.Options{View: "maps"}, `report: unknown view "maps" (expected: flows, ports, collisions)`},
		{report.Options{Encoding: "utf-16"}, `report: unknown encoding "utf-16" (expected: utf-8-bom, utf-8, shift_jis)`},
		{report.Options{Languages: []i18n.Localizer{{}, localizers()["ja"]}}, `report: unknown format for several languages "text" (expected: html, xlsx)`},
		{report.Options{GroupBy: "color"}, `report: unknown grouping "color" (expected: product, component, source, destination, port)`},
		{report.Options{Columns: []report.Column{"prot"}}, `report: unknown column "prot" (expected: id, product, section, component, source, destination, protocol, ports, source-ports, initiator, direction, requirement, configurable, port-kind, port-choice, firewall, purpose, app-protocols, services, hosts, remarks, notes, quirks, citation)`},
	} {
		var b bytes.Buffer
		err := report.Write(&b, portbook.Flows(), c.options)
		var e *report.OptionError
		if !errors.As(err, &e) || err.Error() != c.want || b.Len() > 0 {
			t.Errorf("got %v and %d bytes, want %s", err, b.Len(), c.want)
		}
	}
}

// strange is a format that nothing writes.
type strange struct{}

func (strange) Name() string      { return "pdf" }
func (strange) MediaType() string { return "application/pdf" }
func (strange) Extension() string { return ".pdf" }

// TestFormatErrors checks what refuses a format that it cannot write, and a column that there is not, before it writes.
func TestFormatErrors(t *testing.T) {
	f, _ := portbook.Lookup(portbook.FlowITMSPXEServerFileTransfer)
	var b bytes.Buffer
	for name, err := range map[string]error{
		`format of lists "xlsx" (expected: text, markdown, csv, csv-rows, json)`:                report.WriteList(&b, f.Set(), report.Options{Format: xlsx.Format}),
		`format of changes "xlsx" (expected: text, markdown, html, json)`:                       report.WriteChanges(&b, diff.Changes{}, report.Options{Format: xlsx.Format}),
		`format of changes "csv" (expected: text, markdown, html, json)`:                        report.WriteChanges(&b, diff.Changes{}, report.Options{Format: report.CSV}),
		`format of details "json" (expected: text, markdown, csv)`:                              report.WriteDetails(&b, f, report.Options{Format: report.JSON}),
		`encoding of details "shift_jis" (expected: utf-8-bom, utf-8)`:                          report.WriteDetails(&b, f, report.Options{Encoding: report.ShiftJIS}),
		`format "pdf" (expected: text, markdown, csv, csv-rows, json)`:                          second(report.ParseFormat("pdf")),
		`format "csv" (expected: html, xlsx)`:                                                   second(report.ParseFormat("csv", html.Format, xlsx.Format)),
		`ending of the file name "x.pdf" (expected: .txt, .md, .csv, .json)`:                    second(report.FormatOfFile("x.pdf")),
		`column "host" (expected: ` + strings.Join(columnNames(report.Columns("")), ", ") + ")": report.WriteDetails(&b, f, report.Options{Columns: []report.Column{"host"}}),
	} {
		var e *report.OptionError
		if !errors.As(err, &e) || err.Error() != "report: unknown "+name || b.Len() > 0 {
			t.Errorf("got %v and %d bytes, want %s", err, b.Len(), name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func columnNames(columns []report.Column) []string {
	var list []string
	for _, c := range columns {
		list = append(list, string(c))
	}
	return list
}

// TestFormats checks that names and endings lead back to their formats, and that no two formats
// share one, but for those of CSV.
func TestFormats(t *testing.T) {
	all := append(report.Formats(), html.Format, xlsx.Format)
	types := map[string]bool{}
	for _, f := range all {
		if got, err := report.ParseFormat(f.Name(), all...); err != nil || got != f {
			t.Errorf("%s: got %v, %v", f.Name(), got, err)
		}
		if got, err := report.FormatOfFile("Report.1"+strings.ToUpper(f.Extension()), all...); err != nil || got != f && f != report.CSVRows {
			t.Errorf("%s: got %v, %v", f.Extension(), got, err)
		}
		if kind, _, err := mime.ParseMediaType(f.MediaType()); err != nil || types[kind] && f != report.CSVRows {
			t.Errorf("%s: media type %s: %v", f.Name(), f.MediaType(), err)
		} else {
			types[kind] = true
		}
	}
	for name, want := range map[string]report.Format{"a.htm": html.Format, "a.markdown": report.Markdown, "b/c.text": report.Text} {
		if got, err := report.FormatOfFile(name, all...); err != nil || got != want {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriteError(t *testing.T) {
	if err := report.Write(failingWriter{}, portbook.Flows(), report.Options{}); err != io.ErrClosedPipe {
		t.Errorf("got %v, want the error of the writer", err)
	}
}

// TestJSONIsComplete reads a whole report back.
func TestJSONIsComplete(t *testing.T) {
	var r struct {
		Language string
		Sources  []struct{ ID string }
		Notes    []struct{ Text string }
		Flows    []portbook.FlowRecord
	}
	if err := json.Unmarshal([]byte(write(t, portbook.Flows(), report.Options{Languages: []i18n.Localizer{localizers()["ja"]}, Format: report.JSON})), &r); err != nil {
		t.Fatal(err)
	}
	if r.Language != "ja" || len(r.Sources) != len(portbook.Builtin().Documents()) || len(r.Flows) != portbook.Flows().Len() || len(r.Notes) == 0 {
		t.Errorf("language %q, %d sources, %d notes, %d flows", r.Language, len(r.Sources), len(r.Notes), len(r.Flows))
	}
}

func TestDetails(t *testing.T) {
	f, _ := portbook.Lookup(portbook.FlowITMSPXEServerFileTransfer)
	var b bytes.Buffer
	if err := report.WriteDetails(&b, f, report.Options{Languages: []i18n.Localizer{localizers()["ja"]}}); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/details.ja.txt", b.Bytes())
}

// TestColumns checks that each constant is a column of some view, and each column of a view a constant.
func TestColumns(t *testing.T) {
	constants := []report.Column{
		report.ColumnPortKind, report.ColumnPortChoice, report.ColumnFirewall,
		report.ColumnID, report.ColumnProduct, report.ColumnSection, report.ColumnComponent, report.ColumnSource, report.ColumnDestination,
		report.ColumnProtocol, report.ColumnPorts, report.ColumnSourcePorts, report.ColumnInitiator, report.ColumnDirection, report.ColumnRequirement,
		report.ColumnConfigurable, report.ColumnPurpose, report.ColumnAppProtocols, report.ColumnServices, report.ColumnHosts, report.ColumnRemarks,
		report.ColumnNotes, report.ColumnQuirks, report.ColumnCitation, report.ColumnHost, report.ColumnListener, report.ColumnFlows,
	}
	used := map[report.Column]bool{}
	for _, v := range report.Views() {
		for _, c := range report.Columns(v) {
			if used[c] = true; !slices.Contains(constants, c) {
				t.Errorf("view %s has the column %q, which is no constant", v, c)
			}
		}
		if len(report.Groupings(v)) == 0 {
			t.Errorf("view %s has no grouping", v)
		}
	}
	for _, c := range constants {
		if !used[c] {
			t.Errorf("no view has the column %q", c)
		}
	}
}
