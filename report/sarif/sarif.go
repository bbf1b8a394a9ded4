// Package sarif writes the findings of an audit as SARIF 2.1.0, for services of
// continuous integration: a rule for each verdict, and a result for each finding
// that calls for a look. Findings without a problem, such as needs that were seen,
// are left out.
//
//	err := report.WriteFindings(w, tally.Findings(), report.Options{Format: sarif.Format})
//
// Package audit makes the findings.
package sarif

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/sarif"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// Format is the format of [report.WriteFindings]: see [report.Options]. Rules
// have texts in each language of the options, and results in the first.
const Format = format("sarif")

type format string

var (
	_ report.Format        = Format
	_ content.TablesWriter = Format
)

func (f format) Name() string       { return string(f) }
func (format) MediaType() string    { return "application/sarif+json" }
func (format) Extension() string    { return ".sarif" }
func (format) Shape() content.Shape { return content.Wide }
func (format) Multilingual() bool   { return true }

func (format) Write(*bufio.Writer, *content.Report) error { return unknown("format") }

func (format) WriteTables(w *bufio.Writer, t content.Tables) error {
	c, ok := t.(*content.Findings)
	if !ok {
		return unknown("format of plans")
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(sarif.NewLog(newRun(c)))
}

func unknown(option string) error {
	return &report.OptionError{Option: option, Value: string(Format), Expected: []string{"text", "markdown", "html", "xlsx", "csv", "csv-rows", "json"}}
}

func levelOf(v audit.Verdict) sarif.Level {
	switch v {
	case audit.VerdictUndocumented, audit.VerdictBlocked, audit.VerdictAttempted, audit.VerdictNotListening, audit.VerdictUndocumentedListener,
		audit.VerdictNotPermitted, audit.VerdictExcess:
		return sarif.Error
	case audit.VerdictUnseen, audit.VerdictUnobservable, audit.VerdictUnreadRule:
		return sarif.Note
	case audit.VerdictSeen, audit.VerdictListening:
		return sarif.None
	}
	return sarif.Warning
}

func newRun(c *content.Findings) sarif.Run {
	d, f := c.Document(), c.Findings
	name := f.Plan.Site().Name()
	r := sarif.Run{
		Language: d.Localizer.Language().String(), AutomationDetails: &sarif.AutomationDetails{ID: "portbook/audit/" + name + "/"},
		Results: []sarif.Result{}, Properties: sarif.Properties{"site": name, "records": f.Records, "dropped": f.Dropped},
	}
	r.Properties.AddTime("first", f.First)
	r.Properties.AddTime("last", f.Last)
	addSources(r.Properties, f.Vantages, f.Sampled)
	for i, l := range c.Languages {
		x := sarif.Portbook(c.Catalog.Version(), rules(c.In(l)))
		x.Language = l.Language().String()
		if i == 0 {
			r.Tool.Driver = x
			continue
		}
		x.Contents = []string{"localizedData"}
		r.Translations = append(r.Translations, x)
	}
	for _, x := range c.Sorted() {
		if levelOf(x.Verdict) != sarif.None {
			r.Results = append(r.Results, newResult(d, f.Plan.Site(), x))
		}
	}
	return r
}

func rules(d *content.Document) []sarif.Rule {
	var list []sarif.Rule
	for _, v := range audit.Verdicts() {
		name, help := d.VerdictText(v)
		full := sarif.NewMessage(help)
		list = append(list, sarif.Rule{
			ID: string(v), Name: pascal(string(v)), ShortDescription: sarif.NewMessage(name), FullDescription: &full,
			DefaultConfiguration: sarif.Configuration{Level: levelOf(v)},
		})
	}
	return list
}

// pascal returns an id as the names of rules are by convention.
func pascal(id string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(id, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func newResult(d *content.Document, s *site.Site, f audit.Finding) sarif.Result {
	r := sarif.Result{
		RuleID: string(f.Verdict), RuleIndex: slices.Index(audit.Verdicts(), f.Verdict), Level: levelOf(f.Verdict),
		Message: sarif.NewMessage(d.FindingText(f)), PartialFingerprints: map[string]string{"portbookFinding/v1": fingerprint(f)}, OccurrenceCount: f.Records,
		Properties: sarif.Properties{"from": f.From.Name(), "to": f.To.Name(), "ports": f.Ports.String()},
	}
	if !f.Need.Flow.IsZero() {
		r.Properties["flow"] = f.Need.Flow.ID()
	}
	r.Properties.AddTime("first", f.First)
	r.Properties.AddTime("last", f.Last)
	addSources(r.Properties, f.Vantages, f.Sampled)
	r.Locations, r.RelatedLocations = locations(s, f)
	return r
}

// addSources says where records come from, as far as they do.
func addSources(p sarif.Properties, vantages []string, sampled bool) {
	if len(vantages) > 0 {
		p["vantages"] = vantages
	}
	if sampled {
		p["sampled"] = true
	}
}

// locations returns where a rule is written, and where the site file has the
// hosts: first that to which the connections lead. A finding about no host is about the whole file.
func locations(s *site.Site, f audit.Finding) (first, related []sarif.Location) {
	var list []sarif.Location
	if f.Rule != nil {
		for _, p := range f.Rule.Places[:min(1, len(f.Rule.Places))] {
			list = append(list, ruleLocation(f.Rule.Firewall, p))
		}
	}
	for _, e := range []site.End{f.To, f.From} {
		h, ok := e.Host()
		if !ok || e == f.From && len(list) > 0 && f.From == f.To {
			continue
		}
		list = append(list, location(s, h.Line, h.Name, s.Name()+"/"+h.Name))
	}
	if len(list) == 0 {
		list = append(list, location(s, 0, s.Name(), s.Name()))
	}
	return list[:1], list[1:]
}

// ruleLocation is a rule in the file by which its firewall is named.
func ruleLocation(file string, p ruleset.Place) sarif.Location {
	return sarif.Location{
		LogicalLocations: []sarif.LogicalLocation{{Name: p.Name, FullyQualifiedName: file + "/" + p.Name}},
		PhysicalLocation: sarif.NewPhysicalLocation(file, p.Line),
	}
}

func location(s *site.Site, line int, name, qualified string) sarif.Location {
	x := sarif.Location{LogicalLocations: []sarif.LogicalLocation{{Name: name, FullyQualifiedName: qualified}}}
	if file := s.File(); file != "" && file != "-" {
		x.PhysicalLocation = sarif.NewPhysicalLocation(file, line)
	}
	return x
}

// fingerprint is the same for the same finding of another day, with other
// records and in another language. Ports tell findings between the same ends
// apart, but not scans, which never have the same twice.
func fingerprint(f audit.Finding) string {
	ports, flow := f.Ports.String(), ""
	if f.Ends > 0 || f.MorePorts {
		ports = ""
	}
	if !f.Need.Flow.IsZero() {
		flow = string(f.Need.Flow.ID())
	}
	list := []string{string(f.Verdict), f.From.Name(), f.To.Name(), flow, ports, f.Program}
	if f.Rule != nil {
		list = append(list, f.Rule.Firewall, string(f.Rule.Direction), f.Rule.What)
		for _, p := range f.Rule.Places {
			list = append(list, p.Name)
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", list))
	return hex.EncodeToString(sum[:16])
}
