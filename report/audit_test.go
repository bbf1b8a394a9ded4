package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/firewall/iptables"
	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"github.com/portbook/portbook/report/sarif"
	"github.com/portbook/portbook/report/xlsx"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// exampleFindings returns what the logs of the example show, and what its rule
// sets permit.
func exampleFindings(t *testing.T) audit.Findings {
	t.Helper()
	tally := audit.Compile(examplePlan(t)).NewTally()
	for _, name := range []string{"conn.log", "firewall.csv"} {
		f, err := os.Open("../examples/site/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := flowlog.Read(f, flowlog.Options{}, tally.Add); err != nil {
			t.Fatal(err)
		}
	}
	f := tally.Findings()
	central, _ := f.Plan.Site().End("central")
	for _, w := range []struct {
		file string
		host site.End
		read func(io.Reader, *site.Site) (*ruleset.Set, error)
	}{{"central.nft.json", central, nftables.Read}, {"gateway.iptables", site.End{}, iptables.Read}} {
		data, err := os.ReadFile("../examples/site/" + w.file)
		if err != nil {
			t.Fatal(err)
		}
		set, err := w.read(bytes.NewReader(data), f.Plan.Site())
		if err == nil {
			err = f.AddRules(audit.Firewall{Name: w.file, Rules: set, Host: w.host})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func writeFindings(t *testing.T, f audit.Findings, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteFindings(&b, f, o); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), portbook.DataVersion, "EDITION")
}

// TestFindingsGolden writes the findings of the example in both languages.
func TestFindingsGolden(t *testing.T) {
	f := exampleFindings(t)
	for lang, l := range localizers() {
		o := report.Options{Languages: []i18n.Localizer{l}, Date: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
		for _, format := range []report.Format{report.Text, report.Markdown, report.JSON, report.CSV, sarif.Format} {
			o.Format = format
			golden.Check(t, "../examples/site/audit."+lang+format.Extension(), []byte(writeFindings(t, f, o)))
		}
	}
}

// TestFindingsInAllFormats: each format has every finding.
func TestFindingsInAllFormats(t *testing.T) {
	f := exampleFindings(t)
	l := localizers()["ja"]
	page := writeFindings(t, f, report.Options{Format: html.Format, Languages: []i18n.Localizer{l, localizers()["en"]}})
	verdicts := map[audit.Verdict]bool{}
	for _, x := range f.List {
		verdicts[x.Verdict] = true
	}
	if got, want := strings.Count(page, "<tr data-f="), len(f.List)+len(verdicts); got != want {
		t.Errorf("the page has %d rows; want %d", got, want)
	}
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `id="`+link[1]+`"`) {
			t.Errorf("a link leads to %s, which is not there", link[1])
		}
	}
	book := readBook(t, []byte(writeFindings(t, f, report.Options{Format: xlsx.Format, Languages: []i18n.Localizer{l}})))
	if got, want := len(book.GetSheetList()), len(verdicts)+2; got < want {
		t.Errorf("sheets %q; want a cover, a summary and one for each verdict", book.GetSheetList())
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(writeFindings(t, f, report.Options{Format: report.CSV}), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != len(f.List)+1 {
		t.Errorf("CSV has %d rows, %v; want %d", len(rows), err, len(f.List)+1)
	}
	var got struct {
		Findings []struct{ Verdict audit.Verdict }
	}
	if err := json.Unmarshal([]byte(writeFindings(t, f, report.Options{Format: report.JSON})), &got); err != nil || len(got.Findings) != len(f.List) {
		t.Errorf("JSON has %d findings, %v", len(got.Findings), err)
	}
}

// TestNoFindings: a log without records gives a report that says so.
func TestNoFindings(t *testing.T) {
	for lang, want := range map[string]string{"en": "Log records: 0;", "ja": "ログの記録: 0件"} {
		text := writeFindings(t, audit.Compile(examplePlan(t)).NewTally().Findings(), report.Options{Languages: []i18n.Localizer{localizers()[lang]}})
		if !strings.Contains(text, want) {
			t.Errorf("%s lacks %q", text, want)
		}
	}
}

// TestVerdicts: every verdict has a table, and words in both languages.
func TestVerdicts(t *testing.T) {
	f := exampleFindings(t)
	one := f.List[0]
	f.List = nil
	for _, v := range audit.Verdicts() {
		one.Verdict = v
		f.List = append(f.List, one)
	}
	for lang, l := range localizers() {
		text := writeFindings(t, f, report.Options{Format: report.Markdown, Languages: []i18n.Localizer{l}})
		if got, want := strings.Count(text, "\n## "), len(audit.Verdicts())+1; got < want {
			t.Errorf("%s: %d tables; want %d", lang, got, want)
		}
		if strings.Contains(text, "verdict/") || strings.Contains(text, "verdict-help/") {
			t.Errorf("%s: a label is missing:\n%s", lang, text)
		}
	}
}
