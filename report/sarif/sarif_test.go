package sarif_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/i18n"
	log "github.com/portbook/portbook/internal/sarif"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/sarif"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
	"golang.org/x/text/language"
)

const folder = "../../examples/site/"

func plan(t *testing.T, options ...sitefile.Option) *site.Plan {
	t.Helper()
	s, err := sitefile.Load(os.DirFS(folder), "tokyo.yaml", portbook.Builtin(), options...)
	if err != nil {
		t.Fatal(err)
	}
	return s.Plan()
}

// found audits the example with its log, which is read some times over.
func found(t *testing.T, p *site.Plan, times int) audit.Findings {
	t.Helper()
	conn, err := os.ReadFile(folder + "conn.log")
	if err != nil {
		t.Fatal(err)
	}
	tally := audit.Compile(p).NewTally()
	if _, err := flowlog.Read(strings.NewReader(strings.Repeat(string(conn), times)), flowlog.Options{}, tally.Add); err != nil {
		t.Fatal(err)
	}
	f := tally.Findings()
	host, _ := p.Site().End("central")
	f.List = append(f.List, audit.Listening(p, host, []audit.Socket{{Protocol: portbook.TCP, Port: 9100, Program: "exporter[1](x) {0}"}})...)
	return f
}

func write(t *testing.T, f audit.Findings, languages ...string) log.Run {
	t.Helper()
	o := report.Options{Format: sarif.Format}
	for _, l := range languages {
		o.Languages = append(o.Languages, i18n.New(language.MustParse(l)))
	}
	var b bytes.Buffer
	if err := report.WriteFindings(&b, f, o); err != nil {
		t.Fatal(err)
	}
	var x log.Log
	if err := json.Unmarshal(b.Bytes(), &x); err != nil {
		t.Fatal(err)
	}
	return x.Runs[0]
}

// TestResults: each finding that calls for a look is a result of a rule, at the
// line of a host.
func TestResults(t *testing.T) {
	p := plan(t)
	f := found(t, p, 1)
	run := write(t, f, "en")
	want := 0
	for _, x := range f.List {
		if x.Verdict != audit.VerdictSeen && x.Verdict != audit.VerdictListening {
			want++
		}
	}
	if len(run.Results) != want || want < 15 {
		t.Errorf("%d results, want %d", len(run.Results), want)
	}
	lines := strings.Split(string(read(t, folder+"tokyo.yaml")), "\n")
	for _, r := range run.Results {
		if rule := run.Tool.Driver.Rules[r.RuleIndex]; rule.ID != r.RuleID || rule.DefaultConfiguration.Level != r.Level {
			t.Errorf("%s is of rule %+v", r.RuleID, rule)
		}
		for _, at := range append(r.Locations, r.RelatedLocations...) {
			name := at.LogicalLocations[0].Name
			if file := at.PhysicalLocation.ArtifactLocation.URI; file != "tokyo.yaml" {
				t.Errorf("%s is in %s", name, file)
			}
			if name == "tokyo" {
				continue // a finding without a host
			}
			if line := lines[at.PhysicalLocation.Region.StartLine-1]; !strings.HasPrefix(strings.TrimSpace(line), name+":") {
				t.Errorf("%s is at line %q", name, line)
			}
		}
		if strings.Contains(r.Message.Text, "exporter") && !strings.HasSuffix(r.Message.Text, `exporter\[1\](x) {{0}}`) {
			t.Errorf("a text with a placeholder and a link: %s", r.Message.Text)
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestFingerprints: no two results have the same fingerprint, and it depends on
// neither the number of records nor the language.
func TestFingerprints(t *testing.T) {
	p := plan(t)
	once, again := write(t, found(t, p, 1), "en"), write(t, found(t, p, 3), "ja")
	known := map[string]bool{}
	for i, r := range once.Results {
		print := r.PartialFingerprints["portbookFinding/v1"]
		if len(print) != 32 || known[print] {
			t.Errorf("fingerprint %q of %s", print, r.Message.Text)
		}
		known[print] = true
		other := again.Results[i]
		if other.PartialFingerprints["portbookFinding/v1"] != print || r.OccurrenceCount > 0 && other.OccurrenceCount <= r.OccurrenceCount {
			t.Errorf("another fingerprint or number of records: %s, %s", r.Message.Text, other.Message.Text)
		}
	}
}

// TestLanguages: results are in the first language, and rules in all.
func TestLanguages(t *testing.T) {
	run := write(t, found(t, plan(t), 1), "ja", "en")
	if run.Language != "ja" || run.Tool.Driver.Language != "ja" || len(run.Translations) != 1 || run.Translations[0].Language != "en" {
		t.Errorf("languages %s, %s, %d", run.Language, run.Tool.Driver.Language, len(run.Translations))
	}
	for i, v := range audit.Verdicts() {
		ja, en := run.Tool.Driver.Rules[i], run.Translations[0].Rules[i]
		if ja.ID != string(v) || en.ID != ja.ID || en.Name != ja.Name || ja.ShortDescription == en.ShortDescription || *ja.FullDescription == *en.FullDescription {
			t.Errorf("%s: %+v, %+v", v, ja, en)
		}
	}
}

// TestFile: results are in the file as its user names it, and in none where
// there is none.
func TestFile(t *testing.T) {
	for name, want := range map[string]string{"sites/a b.yaml": "sites/a%20b.yaml", "/x/y.yaml": "file:///x/y.yaml", "-": ""} {
		got := ""
		if at := write(t, found(t, plan(t, sitefile.Named(name)), 1), "en").Results[0].Locations[0].PhysicalLocation; at != nil {
			got = at.ArtifactLocation.URI
		}
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestOtherReports: only findings have this format.
func TestOtherReports(t *testing.T) {
	var b bytes.Buffer
	for _, err := range []error{
		report.WritePlan(&b, plan(t), report.PlanOptions{Options: report.Options{Format: sarif.Format}}),
		report.Write(&b, portbook.Flows(), report.Options{Format: sarif.Format}),
	} {
		if err == nil || !strings.Contains(err.Error(), `"sarif" (expected: text, markdown, html, xlsx, csv, csv-rows, json)`) {
			t.Errorf("error %v", err)
		}
	}
}
