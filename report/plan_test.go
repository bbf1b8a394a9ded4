package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"github.com/portbook/portbook/report/xlsx"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
)

// examplePlan returns the plan of the example.
func examplePlan(t *testing.T) *site.Plan {
	t.Helper()
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return s.Plan()
}

func writePlan(t *testing.T, p *site.Plan, o report.PlanOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WritePlan(&b, p, o); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), portbook.DataVersion, "EDITION")
}

// TestPlanGolden writes the plan of the example in both languages.
func TestPlanGolden(t *testing.T) {
	p := examplePlan(t)
	for lang, l := range localizers() {
		o := report.Options{Languages: []i18n.Localizer{l}, Date: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
		for _, f := range []report.Format{report.Text, report.Markdown, report.JSON, report.CSV} {
			o.Format = f
			golden.Check(t, "../examples/site/plan."+lang+f.Extension(), []byte(writePlan(t, p, report.PlanOptions{Options: o})))
		}
		o.Format = xlsx.Format
		b := readBook(t, []byte(writePlan(t, p, report.PlanOptions{Options: o})))
		var out strings.Builder
		for _, name := range b.GetSheetList() {
			rows, err := b.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "== %s\n", name)
			for i, row := range rows {
				fmt.Fprintf(&out, "%d: %s\n", i+1, strings.Join(row, " | "))
			}
		}
		golden.Check(t, "../examples/site/form."+lang+".txt", []byte(strings.ReplaceAll(out.String(), portbook.DataVersion, "EDITION")))
	}
}

// breaks is the markup within words that says where they may break.
var breaks = regexp.MustCompile(`<wbr>|<b class="nb">|</b>|<span class="long">|</span>`)

// TestPlanPage checks that a page in two languages has every need, every
// question and no link that leads nowhere.
func TestPlanPage(t *testing.T) {
	p := examplePlan(t)
	page := writePlan(t, p, report.PlanOptions{Options: report.Options{Format: html.Format, Languages: []i18n.Localizer{localizers()["ja"], localizers()["en"]}}})
	page = breaks.ReplaceAllString(page, "")
	rows, network := strings.Count(page, "<tr data-f="), 0
	for n := range p.Needs() {
		network++ // local ones have a table of their own
		if !strings.Contains(page, n.Flow.String()) {
			t.Errorf("%s is missing", n.Flow)
		}
	}
	if want := network + len(p.Questions()) + len(p.Unneeded()) + len(p.Listening()) + len(p.Collisions()); rows != want {
		t.Errorf("the page has %d rows; want %d", rows, want)
	}
	for _, q := range p.Questions() {
		for _, l := range localizers() {
			if text := template.HTMLEscapeString(q.Text(l)); !strings.Contains(page, strings.ReplaceAll(text, "&#34;", "&quot;")) && !strings.Contains(page, text) {
				t.Errorf("the page lacks %s", text)
			}
		}
	}
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `id="`+link[1]+`"`) {
			t.Errorf("a link leads to %s, which is not there", link[1])
		}
	}
}

// TestPlanForPrograms compares JSON with the plan.
func TestPlanForPrograms(t *testing.T) {
	p := examplePlan(t)
	needs := 0
	for range p.Needs() {
		needs++
	}
	var record struct {
		Site        string
		DataVersion string
		Needs       []struct {
			Flow, From, To string
			Options        []portbook.PortSet
			Local          bool
			NeedsRule      bool
			Answers        []struct{ About, ID, Why, Until string }
			Inferred       []string
		}
		Questions []struct {
			Kind, Subject, Text, Answer string
			Flows                       []string
		}
	}
	var b bytes.Buffer
	if err := report.WritePlan(&b, p, report.PlanOptions{Options: report.Options{Format: report.JSON}}); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &record); err != nil {
		t.Fatal(err)
	}
	if record.Site != "tokyo" || record.DataVersion != portbook.DataVersion || len(record.Needs) != needs || len(record.Questions) != len(p.Questions()) {
		t.Errorf("got %d needs and %d questions of %s, %s", len(record.Needs), len(record.Questions), record.Site, record.DataVersion)
	}
	i := 0
	for n := range p.Needs() {
		x := record.Needs[i]
		i++
		if x.Flow != n.Flow.String() || x.From != n.From.Name() || x.To != n.To.Name() || fmt.Sprint(x.Options) != fmt.Sprint(n.Options) || x.Local != n.Local || x.NeedsRule != n.NeedsRule() ||
			len(x.Answers) != len(n.Answers()) || len(x.Inferred) != len(n.Flow.Inferred()) {
			t.Errorf("need %d is %+v; want %+v", i, x, n)
		}
	}
	for i, q := range p.Questions() {
		x := record.Questions[i]
		if x.Kind != string(q.Kind) || x.Subject != q.Subject() || x.Text != q.Text(i18n.Localizer{}) || x.Answer != q.Answer() || len(x.Flows) != len(q.Flows()) {
			t.Errorf("question %d is %+v", i, x)
		}
	}
}

// TestPlanQuestionsOnly expects the questions and nothing else.
func TestPlanQuestionsOnly(t *testing.T) {
	p := examplePlan(t)
	for _, f := range []report.Format{report.Text, report.Markdown, report.CSV, report.JSON} {
		text := writePlan(t, p, report.PlanOptions{Options: report.Options{Format: f}, QuestionsOnly: true})
		if strings.Contains(text, "203.0.113.25") || strings.Contains(text, "packages-east") || !strings.Contains(text, "itms/remote-console") {
			t.Errorf("%s:\n%s", f.Name(), text)
		}
	}
}

// TestPlanHostile writes reasons that want to be something else than texts.
func TestPlanHostile(t *testing.T) {
	evil := "=cmd|' /C calc'!A1 | <script>alert(1)</script> `x` [a](http://e.example) \u202e\x00\n# heading"
	host := func(name, address string, role portbook.Component) site.Host {
		return site.Host{Name: name, Addresses: []portbook.Host{portbook.MustParseHost(address)}, Roles: []portbook.Component{role}, Zone: "z"}
	}
	s, err := site.New(portbook.Builtin(), site.Definition{
		Name:  "x",
		Hosts: []site.Host{host("a", "192.0.2.1", portbook.ComponentApexCentralServer), host("b", "192.0.2.2", portbook.ComponentSiteSMTPServer)},
		Answers: []site.Answer{
			{Flow: portbook.FlowApexCentralNotificationSMTP, Use: site.Yes, Why: evil}, {Component: portbook.ComponentSiteSyslogServer, Absent: true, Why: evil},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []report.Format{report.Text, report.Markdown, report.CSV} {
		text := writePlan(t, s.Plan(), report.PlanOptions{Options: report.Options{Format: f}})
		if strings.ContainsAny(text, "\u202e\x00") || strings.Contains(text, "\n# heading") || f == report.Markdown && strings.Contains(text, "<script>") ||
			f == report.CSV && strings.Contains(text, ",=cmd") {
			t.Errorf("%s:\n%s", f.Name(), text)
		}
	}
	page := writePlan(t, s.Plan(), report.PlanOptions{Options: report.Options{Format: html.Format, Languages: []i18n.Localizer{localizers()["en"], localizers()["ja"]}}})
	page = breaks.ReplaceAllString(page, "")
	if strings.ContainsAny(page, "\u202e\x00") || strings.Contains(page, "<script>alert") || !strings.Contains(page, "&lt;script&gt;alert(1)") {
		t.Error("the page shows a reason as something else than text")
	}
	b := readBook(t, []byte(writePlan(t, s.Plan(), report.PlanOptions{Options: report.Options{Format: xlsx.Format}})))
	for name, part := range b.parts {
		if strings.Contains(part, "<f>") || strings.Contains(part, "<script>") {
			t.Errorf("%s has a formula or a script", name)
		}
	}
}

// TestPlanUntil expects the first day on which an answer behind a need ends.
func TestPlanUntil(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, order := range [][]string{{"2027-01-02", "2027-03-31"}, {"2027-03-31", "2027-01-02"}} {
		s, err := site.New(portbook.Builtin(), site.Definition{
			Name: "x",
			Hosts: []site.Host{
				{Name: "a", Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.1")}, Roles: []portbook.Component{portbook.ComponentApexCentralServer}},
				{Name: "b", Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.2")}, Roles: []portbook.Component{portbook.ComponentSiteSMTPServer}},
			},
			Answers: []site.Answer{
				{Flow: portbook.FlowApexCentralNotificationSMTP, Use: site.Yes, Why: "one", Until: day(order[0])},
				{Setting: "apex-central/smtp-service-port", Ports: portbook.MustParsePortSet("587/tcp"), Why: "two", Until: day(order[1])},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		text := writePlan(t, s.Plan(), report.PlanOptions{Options: report.Options{Format: report.CSV}})
		if !strings.Contains(text, `"one, two",2027-01-02,`) {
			t.Errorf("%v:\n%s", order, text)
		}
	}
}

// TestPlanEmpty writes the plan of a site without hosts.
func TestPlanEmpty(t *testing.T) {
	s, err := site.New(portbook.Builtin(), site.Definition{Name: "x", AnsweredFor: "2020-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []report.Format{report.Text, report.Markdown} {
		text := writePlan(t, s.Plan(), report.PlanOptions{Options: report.Options{Format: f}})
		for _, want := range []string{"No needs.", "No open questions.", "The answers are for data version 2020"} {
			if !strings.Contains(strings.ReplaceAll(text, `\`, ""), want) {
				t.Errorf("%s lacks %q:\n%s", f.Name(), want, text)
			}
		}
	}
	readBook(t, []byte(writePlan(t, s.Plan(), report.PlanOptions{Options: report.Options{Format: xlsx.Format}})))
}

// TestPlanErrors checks what is refused before anything is written.
func TestPlanErrors(t *testing.T) {
	p := examplePlan(t)
	for _, c := range []struct {
		o    report.PlanOptions
		want string
	}{
		{report.PlanOptions{Options: report.Options{Format: strange{}}}, `report: unknown format "pdf" (expected: text, markdown, csv, csv-rows, json)`},
		{report.PlanOptions{Options: report.Options{Format: report.CSVRows}, QuestionsOnly: true}, `report: unknown format of questions "csv-rows" (expected: text, markdown, html, xlsx, csv, json)`},
		{report.PlanOptions{Options: report.Options{Format: report.CSV, Encoding: report.ShiftJIS}}, `report: unknown encoding of plans "shift_jis" (expected: utf-8-bom, utf-8)`},
	} {
		var b bytes.Buffer
		err := report.WritePlan(&b, p, c.o)
		var e *report.OptionError
		if !errors.As(err, &e) || err.Error() != c.want || b.Len() > 0 {
			t.Errorf("got %v and %d bytes, want %s", err, b.Len(), c.want)
		}
	}
	if err := report.WritePlan(failingWriter{}, p, report.PlanOptions{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v, want the error of the writer", err)
	}
}

// TestMarksOfTables checks that plans and findings say what the mark means where
// they have it, and only there.
func TestMarksOfTables(t *testing.T) {
	marked, plain := 0, 0
	for _, l := range localizers() {
		for _, f := range []report.Format{report.Text, report.Markdown} {
			o := report.Options{Format: f, Languages: []i18n.Localizer{l}}
			for kind, out := range map[string]string{
				"plan": writePlan(t, examplePlan(t), report.PlanOptions{Options: o}), "findings": writeFindings(t, exampleFindings(t), o),
			} {
				legend, marks := strings.Count(out, "\n"+content.Mark+" "), strings.Count(out, content.Mark)
				if legend > 1 || legend == 1 && marks == 1 || legend == 0 && marks > 0 {
					t.Errorf("a %s as %s has %d marks and explains %d", kind, f.Name(), marks, legend)
				}
				if marks > 0 {
					marked++
				} else {
					plain++
				}
			}
		}
	}
	if marked == 0 || plain == 0 {
		t.Errorf("%d have the mark, %d do not", marked, plain)
	}
}
