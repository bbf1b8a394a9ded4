package content

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
)

// Findings is what a report of an audit says: a summary, and a table for each
// verdict.
type Findings struct {
	*Report
	Findings audit.Findings
}

// NewFindings gathers what a report of findings says.
func NewFindings(f audit.Findings, o Options) *Findings {
	o.View, o.GroupBy, o.Columns, o.Hosts = "", "", nil, nil
	keep := map[portbook.Flow]bool{}
	for _, x := range f.List {
		keep[x.Need.Flow] = true
		for _, y := range x.Flows {
			keep[y] = true
		}
	}
	c := f.Plan.Site().Catalog()
	flows := c.Flows().Matching(func(x portbook.Flow) bool { return keep[x] })
	r := &Findings{Report: start(flows, o), Findings: f}
	r.Catalog = c
	r.fill()
	if r.inlineNotes() {
		r.annotated = r.Flows
	}
	return r
}

// TitleText returns the title of the report.
func (c *Findings) TitleText(d *Document) string {
	if d.Title != "" {
		return d.Title
	}
	return d.Fill(label.AuditTitle, "site", c.Findings.Plan.Site().Name())
}

// Subtitle counts the records, and says from when to when they are.
func (c *Findings) Subtitle(d *Document) string {
	list := []string{d.Fill(label.AuditSubtitle, "records", fmt.Sprint(c.Findings.Records), "version", c.Catalog.Version())}
	if c.Findings.Records == 0 && !slices.ContainsFunc(c.Findings.List, isOfLogs) {
		list[0] = d.Fill(label.FirewallData, "version", c.Catalog.Version())
	}
	if !c.Findings.First.IsZero() {
		list = append(list, d.Fill(label.AuditSpan, "first", timeText(c.Findings.First), "last", timeText(c.Findings.Last)))
	}
	if len(c.Findings.Vantages) > 0 {
		list = append(list, d.Fill(label.AuditVantages, "vantages", strings.Join(c.Findings.Vantages, ", ")))
	}
	if date := d.DateText(); date != "" {
		list = append(list, date)
	}
	return d.join(list)
}

// timeText is a time as logs have it, in UTC; "" for none.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

// Remark says how many records are in no finding, and that records are of
// sampled traffic; "" for neither.
func (c *Findings) Remark(d *Document) string {
	var list []string
	if c.Findings.Dropped > 0 {
		list = append(list, d.Fill(label.AuditDropped, "records", fmt.Sprint(c.Findings.Dropped)))
	}
	if c.Findings.Sampled {
		list = append(list, d.Label(label.AuditSampled))
	}
	return strings.Join(list, " ")
}

// verdictOrder is the order of the tables: what asks for something to be done
// comes first.
var verdictOrder = []audit.Verdict{
	audit.VerdictUndocumented, audit.VerdictBlocked, audit.VerdictAttempted, audit.VerdictUnanswered, audit.VerdictAmbiguous,
	audit.VerdictUndocumentedAttempt, audit.VerdictUndocumentedListener, audit.VerdictNotListening, audit.VerdictNotPermitted, audit.VerdictExcess,
	audit.VerdictUnused, audit.VerdictUnreadRule, audit.VerdictUnseen, audit.VerdictUnobservable, audit.VerdictSeen, audit.VerdictListening,
}

// Tables returns the tables of the report.
func (c *Findings) Tables(d *Document) []Table {
	list := []Table{c.summary(d)}
	for _, v := range verdictOrder {
		if t := c.table(d, v); t.Count > 0 {
			list = append(list, t)
		}
	}
	return list
}

// Filters returns those by ends and verdict.
func (c *Findings) Filters() []Filter {
	return []Filter{
		{Name: filterSource, Label: label.ColumnSource, byName: true}, {Name: filterDestination, Label: label.ColumnDestination, byName: true},
		{Name: filterVerdict, Label: label.AuditVerdict},
	}
}

func verdictChoice(v audit.Verdict) Choice {
	return Choice{string(v), func(d *Document) string { return d.LabelOf("verdict", string(v)) }}
}

func findingKey(f audit.Finding) Key {
	return Key{Flows: flowsOfFinding(f), Choices: map[string][]Choice{
		filterSource: findingSources(f), filterDestination: findingDestinations(f), filterVerdict: {verdictChoice(f.Verdict)},
	}}
}

// of returns the findings of a verdict.
func (c *Findings) of(v audit.Verdict) []audit.Finding {
	return slices.DeleteFunc(slices.Clone(c.Findings.List), func(f audit.Finding) bool { return f.Verdict != v })
}

// Sorted returns the findings in the order of the tables.
func (c *Findings) Sorted() []audit.Finding {
	var list []audit.Finding
	for _, v := range verdictOrder {
		list = append(list, c.of(v)...)
	}
	return list
}

// VerdictText returns the name of a verdict and what it means.
func (d *Document) VerdictText(v audit.Verdict) (name, help string) {
	return d.LabelOf("verdict", string(v)), d.LabelOf("verdict-help", string(v))
}

// FindingText says all of a finding in one line.
func (d *Document) FindingText(f audit.Finding) string {
	verdict, _ := d.VerdictText(f.Verdict)
	if f.Rule != nil {
		verdict = d.Fill(label.AuditOfRule, "verdict", verdict, "firewall", d.findingFirewall(f), "rule", findingPlaces(f))
	}
	if f.Verdict == audit.VerdictUnreadRule {
		return d.Plain(d.Fill(label.AuditMessageAbout, "message", verdict, "about", f.Rule.What))
	}
	s := d.Fill(label.AuditMessage, "verdict", verdict, "from", d.findingSource(f), "to", d.findingDestination(f), "ports", d.findingPorts(f))
	if d.findingSource(f) == "" {
		s = d.Fill(label.AuditListener, "verdict", verdict, "host", findingEnd(f.To, 0).Text(d), "ports", d.findingPorts(f))
	}
	if about := d.findingAbout(f); about != "" {
		s = d.Fill(label.AuditMessageAbout, "message", s, "about", about)
	}
	return d.Plain(s)
}

// summary counts the findings of each verdict, and says what it means.
func (c *Findings) summary(d *Document) Table {
	t := Table{ID: "summary", Title: d.Label(label.AuditSummary), Empty: d.Label(label.AuditNothing)}
	t.Header = []string{d.Label(label.AuditVerdict), d.Label(label.AuditFindings), d.Label(label.AuditRecords), d.Label(label.ColumnHelp)}
	var rows [][]string
	var verdicts []audit.Verdict
	for _, v := range verdictOrder {
		list := c.of(v)
		var records uint64
		for _, f := range list {
			records += f.Records
		}
		if len(list) > 0 {
			rows = append(rows, []string{d.LabelOf("verdict", string(v)), fmt.Sprint(len(list)), fmt.Sprint(records), d.LabelOf("verdict-help", string(v))})
			verdicts = append(verdicts, v)
		}
	}
	t.Keys = keysOf(verdicts, func(v audit.Verdict) Key { return Key{Choices: map[string][]Choice{filterVerdict: {verdictChoice(v)}}} })
	t.Count, t.Rows = len(rows), slices.Values(rows)
	return t
}

// table lists the findings of a verdict.
func (c *Findings) table(d *Document, v audit.Verdict) Table {
	list := c.of(v)
	columns := c.findingColumns(findingColumns, list, func(x findingColumn) bool { return x.of(v) && !(x.wide && c.Shape == Narrow) })
	return d.findingTable(string(v), d.LabelOf("verdict", string(v)), columns, list)
}

// Flat returns all findings, each with its verdict.
func (c *Findings) Flat(d *Document) Table {
	verdict := findingColumn{label.AuditVerdict, false, ofAny, func(d *Document, f audit.Finding) string { return d.LabelOf("verdict", string(f.Verdict)) }}
	list := c.Sorted()
	columns := c.findingColumns(findingColumns, list, func(findingColumn) bool { return true })
	return d.findingTable("findings", d.Label(label.AuditFindings), append([]findingColumn{verdict}, columns...), list)
}

func (d *Document) findingTable(id, title string, columns []findingColumn, list []audit.Finding) Table {
	t := Table{ID: id, Title: title, Count: len(list), Keys: keysOf(list, findingKey)}
	for _, x := range columns {
		t.Header = append(t.Header, d.Label(x.label))
	}
	t.Rows = func(yield func([]string) bool) {
		for _, f := range list {
			var row []string
			for _, x := range columns {
				row = append(row, d.Plain(x.cell(d, f)))
			}
			if !yield(row) {
				return
			}
		}
	}
	return t
}

// findingColumn is a column of a table of findings.
type findingColumn struct {
	label label.Label
	wide  bool // too much for a terminal
	of    func(audit.Verdict) bool
	cell  func(d *Document, f audit.Finding) string
}

func ofAny(audit.Verdict) bool { return true }

// isSeen reports whether findings of a verdict have records.
func isSeen(v audit.Verdict) bool {
	switch v {
	case audit.VerdictUnseen, audit.VerdictUnobservable, audit.VerdictListening, audit.VerdictNotListening, audit.VerdictUndocumentedListener:
		return false
	}
	return !isOfRules(v)
}

// isOfLogs reports whether a finding is about what logs show.
func isOfLogs(f audit.Finding) bool {
	return isSeen(f.Verdict) || f.Verdict == audit.VerdictUnseen || f.Verdict == audit.VerdictUnobservable
}

// isOfRules reports whether findings of a verdict are about rule sets.
func isOfRules(v audit.Verdict) bool {
	switch v {
	case audit.VerdictNotPermitted, audit.VerdictExcess, audit.VerdictUnused, audit.VerdictUnreadRule:
		return true
	}
	return false
}

// isOfEnds reports whether findings of a verdict are about ends and ports.
func isOfEnds(v audit.Verdict) bool { return v != audit.VerdictUnreadRule }

// hasExamples reports whether findings of a verdict have addresses to show.
func hasExamples(v audit.Verdict) bool {
	return isSeen(v) && v != audit.VerdictSeen || v == audit.VerdictNotPermitted || v == audit.VerdictExcess
}

var findingColumns = []findingColumn{
	{label.AuditFirewall, false, isOfRules, (*Document).findingFirewall},
	{label.AuditRule, false, isOfRules, func(_ *Document, f audit.Finding) string { return findingPlaces(f) }},
	{label.ColumnSource, false, isOfEnds, func(d *Document, f audit.Finding) string { return d.findingSource(f) }},
	{label.ColumnDestination, false, isOfEnds, func(d *Document, f audit.Finding) string { return d.findingDestination(f) }},
	{label.ColumnPorts, false, isOfEnds, (*Document).findingPorts},
	permissionColumn,
	{label.AuditRecords, false, isSeen, func(_ *Document, f audit.Finding) string { return fmt.Sprint(f.Records) }},
	{label.AuditFirst, true, isSeen, func(_ *Document, f audit.Finding) string { return timeText(f.First) }},
	{label.AuditLast, true, isSeen, func(_ *Document, f audit.Finding) string { return timeText(f.Last) }},
	{label.AuditVantage, true, isSeen, (*Document).findingVantages},
	{label.AuditAbout, false, ofAny, (*Document).findingAbout},
	{label.AuditExamples, true, hasExamples, func(d *Document, f audit.Finding) string { return d.findingExamples(f) }},
	{label.PlanAnswer, true, func(v audit.Verdict) bool { return v == audit.VerdictUnanswered }, func(d *Document, f audit.Finding) string {
		return strings.Join(f.Answers(), " ")
	}},
	{label.ColumnNotes, true, ofAny, (*Document).findingNotes},
	{label.ColumnID, true, isOfEnds, func(_ *Document, f audit.Finding) string { return findingFlows(f) }},
}

// permissionColumn is what rule sets say, next to what logs do.
var permissionColumn = findingColumn{label.AuditPermission, false, ofAny, func(d *Document, f audit.Finding) string {
	if f.Permission == audit.PermissionUnknown {
		return ""
	}
	return d.LabelOf("permission", string(f.Permission))
}}

// findingColumns returns some columns, without those that say nothing about the
// findings.
func (c *Findings) findingColumns(columns []findingColumn, list []audit.Finding, of func(findingColumn) bool) []findingColumn {
	permissions := slices.ContainsFunc(list, func(f audit.Finding) bool { return f.Permission != audit.PermissionUnknown })
	rules := slices.ContainsFunc(list, func(f audit.Finding) bool { return f.Rule != nil })
	vantages := len(c.Findings.Vantages) > 0 || c.Findings.Sampled
	return slices.DeleteFunc(slices.Clone(columns), func(x findingColumn) bool {
		switch x.label {
		case label.AuditPermission:
			return !of(x) || !permissions
		case label.AuditFirewall, label.AuditRule:
			return !of(x) || !rules
		case label.AuditVantage:
			return !of(x) || !vantages
		case label.ColumnNotes:
			return !of(x) || !c.inlineNotes()
		}
		return !of(x)
	})
}

// findingVantages names where the records come from, and says whether some were
// found by sampling.
func (d *Document) findingVantages(f audit.Finding) string {
	s := strings.Join(f.Vantages, ", ")
	switch {
	case f.Sampled && s == "":
		return d.Label(label.AuditSampledOnly)
	case f.Sampled:
		return d.Fill(label.AuditSampledMark, "vantages", s)
	}
	return s
}

// flowsOfFinding returns the flow that is needed, or those that a finding looks
// like.
func flowsOfFinding(f audit.Finding) []portbook.Flow {
	if !f.Need.Flow.IsZero() {
		return []portbook.Flow{f.Need.Flow}
	}
	return f.Flows
}

// findingNotes gives the notes on the flows of a finding, where notes are beside
// rows.
func (d *Document) findingNotes(f audit.Finding) string {
	var list []string
	for _, x := range flowsOfFinding(f) {
		list = AppendNew(list, d.noteTexts(x)...)
	}
	return strings.Join(list, " / ")
}

// elsewhere are addresses that no host has.
var elsewhere = labelChoice("elsewhere", label.AuditElsewhere)

// findingEnd is an end, several ones, or addresses that no host has.
func findingEnd(e site.End, several int) Choice {
	switch {
	case several > 0:
		return Choice{fmt.Sprintf("/%d", several), func(d *Document) string { return d.Fill(label.AuditSeveral, "n", fmt.Sprint(several)) }}
	case e.IsZero():
		return elsewhere
	}
	return endChoice(e)
}

// findingPorts gives the ports, and whether there were others.
func (d *Document) findingPorts(f audit.Finding) string {
	s := f.Ports.String()
	if !f.Need.Flow.IsZero() && f.Rule == nil {
		s = ""
		for _, option := range f.Need.Options {
			if s == "" {
				s = option.String()
			} else {
				s = d.Fill(label.PlanOr, "one", s, "other", option.String())
			}
		}
	}
	if f.MorePorts {
		s = strings.TrimSpace(s + " " + d.Label(label.AuditMorePorts))
	}
	return s
}

// findingAbout says what a need is for, or which documented flow unexplained
// traffic looks like.
func (d *Document) findingAbout(f audit.Finding) string {
	if !f.Need.Flow.IsZero() {
		return d.Text(f.Need.Flow.Purpose())
	}
	if f.Rule != nil && f.Rule.What != "" {
		return f.Rule.What
	}
	if f.Program != "" {
		return d.Fill(label.AuditProgram, "program", f.Program)
	}
	if f.Reason == audit.ReasonNone {
		return ""
	}
	x := f.Flows[0]
	return label.Fill(d.LabelOf("audit-reason", string(f.Reason)), "purpose", d.Text(x.Purpose()), "from", d.ComponentNames(x.From()), "to", d.ComponentNames(x.To()))
}

func (d *Document) findingExamples(f audit.Finding) string {
	var list []string
	for _, x := range f.Examples {
		list = append(list, x.From.String()+" → "+x.To.String())
	}
	if f.Rule != nil {
		for _, p := range f.Rule.Pieces[:min(len(f.Rule.Pieces), most)] {
			list = append(list, d.addressText(p.From)+" → "+d.addressText(p.To)+" "+p.Ports.String())
		}
		if len(f.Rule.Pieces) > most {
			list = append(list, d.Label(label.AuditMorePorts))
		}
	}
	return strings.Join(list, ", ")
}

func findingFlows(f audit.Finding) string {
	var list []string
	for _, x := range flowsOfFinding(f) {
		list = append(list, x.String())
	}
	return strings.Join(list, ", ")
}

// findingSources returns the sources; none for what a host listens on without a
// need, and where a finding is about no ends.
func findingSources(f audit.Finding) []Choice {
	switch {
	case f.Verdict == audit.VerdictUndocumentedListener || f.Verdict == audit.VerdictUnreadRule:
		return nil
	case f.Rule != nil && f.From.IsZero():
		return sideChoices(f.Rule.Pieces, func(p ruleset.Piece) ruleset.Side { return p.From })
	}
	return []Choice{findingEnd(f.From, 0)}
}

func findingDestinations(f audit.Finding) []Choice {
	switch {
	case f.Verdict == audit.VerdictUnreadRule:
		return nil
	case f.Rule != nil && f.To.IsZero():
		return sideChoices(f.Rule.Pieces, func(p ruleset.Piece) ruleset.Side { return p.To })
	}
	return []Choice{findingEnd(f.To, f.Ends)}
}

// findingSource names the sources, and findingDestination the destinations.
func (d *Document) findingSource(f audit.Finding) string { return d.choiceTexts(findingSources(f)) }

func (d *Document) findingDestination(f audit.Finding) string {
	return d.choiceTexts(findingDestinations(f))
}
