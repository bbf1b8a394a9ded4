package report_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"github.com/portbook/portbook/site"
	xhtml "golang.org/x/net/html"
)

// tablesReport is a page of a plan or of findings, and what choices must show.
type tablesReport struct {
	File    string         `json:"file"`
	Rows    int            `json:"rows"`
	Choices []tablesChoice `json:"choices"`
	page    string
}

type tablesChoice struct {
	Choose map[string]string `json:"choose"` // filter -> value
	Rows   int               `json:"rows"`
	Says   string            `json:"says"` // in each of them
}

// tablesReports returns pages of the example in two languages. What they must
// show comes from the plan and from the findings themselves.
func tablesReports(t *testing.T) []tablesReport {
	t.Helper()
	o := report.Options{Format: html.Format, Languages: []i18n.Localizer{localizers()["en"], localizers()["ja"]}}
	p, f := examplePlan(t), exampleFindings(t)
	planned := tablesReport{page: writePlan(t, p, report.PlanOptions{Options: o})}
	planned.Rows = len(slices.Collect(p.Needs())) + len(p.Questions()) + len(p.Unneeded()) + len(p.Listening()) + len(p.Collisions())
	choose := func(says string, need func(site.Need) bool, listener func(site.End) bool, choose map[string]string) {
		rows := 0
		for n := range p.Needs() {
			if need(n) {
				rows++
			}
		}
		for _, x := range slices.Concat(p.Listening(), p.Collisions()) {
			if listener(x.Host) {
				rows++
			}
		}
		planned.Choices = append(planned.Choices, tablesChoice{choose, rows, says})
	}
	never := func(site.End) bool { return false }
	choose("exchange", func(n site.Need) bool { return n.From.Name() == "exchange" }, never, map[string]string{"source": "exchange"})
	choose("central", func(n site.Need) bool { return n.To.Name() == "central" }, func(e site.End) bool { return e.Name() == "central" },
		map[string]string{"destination": "central"})
	choose("clients", func(n site.Need) bool { return n.From.Zone() == "clients" && n.To.Zone() == "servers" }, never,
		map[string]string{"source-zone": "clients", "destination-zone": "servers"})

	found := tablesReport{page: writeFindings(t, f, o)}
	verdicts, blocked, both := map[audit.Verdict]bool{}, 1, 0 // the summary has a row, too
	for _, x := range f.List {
		verdicts[x.Verdict] = true
		if x.Verdict == audit.VerdictBlocked {
			blocked++
		}
		if x.Verdict == audit.VerdictUnanswered && x.From.Name() == "exchange" && x.To.Name() == "central" {
			both++
		}
	}
	found.Rows = len(f.List) + len(verdicts)
	found.Choices = []tablesChoice{
		{map[string]string{"verdict": string(audit.VerdictBlocked)}, blocked, ""},
		{map[string]string{"source": "exchange", "destination": "central", "verdict": string(audit.VerdictUnanswered)}, both, "exchange"},
	}
	return []tablesReport{planned, found}
}

// TestTableFilters checks that each choice is one of some row, that there are
// two at least, that none is missing, and that each shows the rows it should.
func TestTableFilters(t *testing.T) {
	for _, r := range tablesReports(t) {
		options, rows := map[string][]string{}, []*xhtml.Node{}
		for n := range parse(t, r.page).Descendants() {
			switch {
			case n.Data == "select":
				name := attribute(n, "data-filter")
				for x := range n.ChildNodes() {
					if value := attribute(x, "value"); value != "" {
						options[name] = append(options[name], value)
					}
				}
			case n.Data == "tr" && attribute(n, "data-f") != "":
				rows = append(rows, n)
			}
		}
		if len(rows) != r.Rows || len(options) < 3 {
			t.Errorf("%d rows, filters %q; want %d rows", len(rows), options, r.Rows)
		}
		has := func(row *xhtml.Node, name, value string) bool {
			return slices.Contains(strings.Fields(attribute(row, "data-"+name)), value)
		}
		for name, list := range options {
			var used []string
			for _, row := range rows {
				used = append(used, strings.Fields(attribute(row, "data-"+name))...)
			}
			slices.Sort(used)
			if used = slices.Compact(used); len(list) < 2 || !slices.Equal(slices.Sorted(slices.Values(list)), used) {
				t.Errorf("filter %s has the choices %q; rows have %q", name, list, used)
			}
		}
		for _, c := range r.Choices {
			shown := slices.DeleteFunc(slices.Clone(rows), func(row *xhtml.Node) bool {
				for name, value := range c.Choose {
					if !has(row, name, value) {
						return true
					}
				}
				return false
			})
			if len(shown) != c.Rows || c.Rows == 0 {
				t.Errorf("%q shows %d rows; want %d, and some", c.Choose, len(shown), c.Rows)
			}
			for _, row := range shown {
				if !strings.Contains(textOf(row), c.Says) {
					t.Errorf("%q shows %s", c.Choose, textOf(row))
				}
			}
		}
	}
}

// TestTableFiltersOfOneValue: what has one value is not a choice.
func TestTableFiltersOfOneValue(t *testing.T) {
	f := exampleFindings(t)
	f.List = slices.DeleteFunc(f.List, func(x audit.Finding) bool { return x.Verdict != audit.VerdictUnanswered })
	one := f
	one.List = f.List[:1]
	for _, x := range []struct {
		findings audit.Findings
		filters  int
	}{{f, 2}, {one, 0}} {
		page := writeFindings(t, x.findings, report.Options{Format: html.Format})
		if got := strings.Count(page, "<select"); got != x.filters {
			t.Errorf("findings %d: %d filters; want %d", len(x.findings.List), got, x.filters)
		}
	}
}

// TestBrowserTables chooses rows of plans and findings in Chromium.
func TestBrowserTables(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it starts a browser")
	}
	chromium := consumer.Program(t, "chromium", "chromium-browser", "google-chrome")
	dir := installBrowserTest(t)
	plan := struct {
		Chromium string         `json:"chromium"`
		Tables   []tablesReport `json:"tables"`
	}{chromium, tablesReports(t)}
	for i := range plan.Tables {
		r := &plan.Tables[i]
		r.File = filepath.Join(dir, []string{"plan.html", "findings.html"}[i])
		if err := os.WriteFile(r.File, []byte(r.page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	content, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	input := filepath.Join(dir, "tables.json")
	if err := os.WriteFile(input, content, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(consumer.Program(t, "node"), "check.mjs", input)
	command.Dir = dir
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
