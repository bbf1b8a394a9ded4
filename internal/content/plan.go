package content

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/site"
)

// Plan is what a report of a site's plan says: tables under headings.
type Plan struct {
	*Report
	Plan          *site.Plan
	QuestionsOnly bool
}

// NewPlan gathers what a report of a plan says.
func NewPlan(p *site.Plan, questionsOnly bool, o Options) *Plan {
	o.View, o.GroupBy, o.Columns, o.Hosts = "", "", nil, nil
	c := &Plan{Report: start(flowsOf(p, questionsOnly), o), Plan: p, QuestionsOnly: questionsOnly}
	c.Catalog = p.Site().Catalog()
	c.fill()
	if c.inlineNotes() && !questionsOnly {
		c.annotated = needed(p)
	}
	return c
}

// flowsOf returns the flows that a report of a plan shows.
func flowsOf(p *site.Plan, questionsOnly bool) portbook.FlowSet {
	keep := map[portbook.Flow]bool{}
	for _, q := range p.Questions() {
		for _, f := range q.Flows() {
			keep[f] = true
		}
	}
	if !questionsOnly {
		for n := range p.Needs() {
			keep[n.Flow] = true
		}
		for _, u := range p.Unneeded() {
			keep[u.Flow] = true
		}
	}
	return p.Site().Catalog().Flows().Matching(func(f portbook.Flow) bool { return keep[f] })
}

// needed returns the flows that a plan needs over the network.
func needed(p *site.Plan) portbook.FlowSet {
	keep := map[portbook.Flow]bool{}
	for n := range p.Needs() {
		keep[n.Flow] = keep[n.Flow] || !n.Local
	}
	return p.Site().Catalog().Flows().Matching(func(f portbook.Flow) bool { return keep[f] })
}

// TitleText returns the title of the report.
func (c *Plan) TitleText(d *Document) string {
	if d.Title != "" {
		return d.Title
	}
	return d.Fill(label.PlanTitle, "site", c.Plan.Site().Name())
}

// Subtitle counts what the plan has, and names the version of the data and the
// date.
func (c *Plan) Subtitle(d *Document) string {
	s := d.Fill(label.PlanSubtitle, "needs", fmt.Sprint(c.count(anyNeed)), "questions", fmt.Sprint(len(c.Plan.Questions())), "version", c.Catalog.Version())
	if date := d.DateText(); date != "" {
		s = d.join([]string{s, date})
	}
	return s
}

// Remark says that the answers are for other data; "" when they are not.
func (c *Plan) Remark(d *Document) string {
	if s := c.Plan.Site(); !s.IsCurrent() {
		return d.Fill(label.PlanAnsweredFor, "old", s.AnsweredFor(), "new", c.Catalog.Version())
	}
	return ""
}

func anyNeed(site.Need) bool         { return true }
func isWithoutRule(n site.Need) bool { return !n.NeedsRule() }

func (c *Plan) count(which func(site.Need) bool) int {
	count := 0
	for n := range c.Plan.Needs() {
		if which(n) {
			count++
		}
	}
	return count
}

// Tables returns the tables of the report.
func (c *Plan) Tables(d *Document) []Table {
	questions := c.questions(d)
	if c.QuestionsOnly {
		return []Table{questions}
	}
	list := []Table{c.needs(d), questions}
	for _, t := range []Table{
		c.listeners(d, label.PlanListening, c.Plan.Listening()), c.listeners(d, label.PlanCollisions, c.Plan.Collisions()), c.withoutRule(d), c.unneeded(d),
	} {
		if t.Count > 0 {
			list = append(list, t)
		}
	}
	return list
}

// Filters returns those of an application form: rows of a host, or of a zone.
func (c *Plan) Filters() []Filter {
	return []Filter{
		{Name: filterSource, Label: label.PlanSourceHost, byName: true}, {Name: filterDestination, Label: label.PlanDestinationHost, byName: true},
		{Name: filterSourceZone, Label: label.PlanSourceZone, byName: true}, {Name: filterDestinationZone, Label: label.PlanDestinationZone, byName: true},
	}
}

// needKeys yields the keys of some needs.
func (c *Plan) needKeys(which func(site.Need) bool) iter.Seq[Key] {
	return func(yield func(Key) bool) {
		for n := range c.Plan.Needs() {
			if which(n) && !yield(needKey(n)) {
				return
			}
		}
	}
}

func needKey(n site.Need) Key {
	return Key{Flows: []portbook.Flow{n.Flow}, Choices: map[string][]Choice{
		filterSource: {endChoice(n.From)}, filterDestination: {endChoice(n.To)},
		filterSourceZone: zoneChoices(n.From), filterDestinationZone: zoneChoices(n.To),
	}}
}

// keysOf yields the key of each of some things.
func keysOf[T any](list []T, of func(T) Key) iter.Seq[Key] {
	return func(yield func(Key) bool) {
		for _, x := range list {
			if !yield(of(x)) {
				return
			}
		}
	}
}

// Flat returns the needs, or the questions where there is nothing else.
func (c *Plan) Flat(d *Document) Table { return c.Tables(d)[0] }

// planColumn is a column of a table of needs.
type planColumn struct {
	label label.Label
	wide  bool // too much for a terminal
	cell  func(d *Document, n site.Need) string
}

// needColumns are those of an application form; its number comes before them.
var needColumns = []planColumn{
	{label.PlanSourceHost, false, func(d *Document, n site.Need) string { return d.endName(n.From) }},
	{label.PlanSourceAddress, true, func(d *Document, n site.Need) string { return d.endPlaces(n.From) }},
	{label.PlanSourceZone, true, func(_ *Document, n site.Need) string { return n.From.Zone() }},
	{label.PlanDestinationHost, false, func(d *Document, n site.Need) string { return d.endName(n.To) }},
	{label.PlanDestinationAddress, true, func(d *Document, n site.Need) string { return d.endPlaces(n.To) }},
	{label.PlanDestinationZone, true, func(_ *Document, n site.Need) string { return n.To.Zone() }},
	{label.ColumnProtocol, false, func(_ *Document, n site.Need) string { return needProtocols(n) }},
	{label.ColumnPorts, false, (*Document).needPorts},
	{label.ColumnPurpose, false, func(d *Document, n site.Need) string { return d.Text(n.Flow.Purpose()) }},
	{label.PlanReason, true, (*Document).needReason},
	{label.PlanUntil, true, func(_ *Document, n site.Need) string { return NeedUntil(n) }},
	{label.ColumnRemarks, true, (*Document).needRemarks},
	{label.ColumnCitation, true, func(d *Document, n site.Need) string { return d.citationCell(n.Flow) }},
	{label.ColumnID, true, func(_ *Document, n site.Need) string { return n.Flow.String() }},
}

// endName names an end as its reader knows it.
func (d *Document) endName(e site.End) string {
	if x, ok := e.Component(); ok {
		return d.Text(x.Name)
	}
	return e.Name()
}

// endPlaces lists where an end is on the network.
func (d *Document) endPlaces(e site.End) string {
	var list []string
	for _, p := range e.Places() {
		list = append(list, p.String())
	}
	if h, ok := e.Host(); ok {
		if h.SecurityGroup != "" {
			list = append(list, h.SecurityGroup)
		}
		if !h.Kubernetes.IsZero() {
			list = append(list, d.Fill(label.PlanNamespace, "namespace", h.Kubernetes.Namespace))
			for _, key := range slices.Sorted(maps.Keys(h.Kubernetes.Labels)) {
				list = append(list, key+"="+h.Kubernetes.Labels[key])
			}
		}
	}
	return strings.Join(list, ", ")
}

func needProtocols(n site.Need) string {
	var list []string
	for _, option := range n.Options {
		for _, p := range option.Protocols() {
			list = AppendNew(list, strings.ToUpper(p.String()))
		}
	}
	return strings.Join(list, ", ")
}

// needPorts gives the ports of a need: without the protocol where there is only
// one.
func (d *Document) needPorts(n site.Need) string {
	s := ""
	for _, option := range n.Options {
		one := strings.ReplaceAll(option.String(), ",", ", ")
		if !strings.Contains(needProtocols(n), ",") {
			one = d.rangeList(option.Protocols()[0], option)
		}
		if s == "" {
			s = one
		} else {
			s = d.Fill(label.PlanOr, "one", s, "other", one)
		}
	}
	return s
}

// needReason gives the reasons of the answers behind a need.
func (d *Document) needReason(n site.Need) string {
	var list []string
	for _, a := range n.Answers() {
		list = AppendNew(list, a.Why)
	}
	return d.join(list)
}

// NeedUntil gives the first day on which an answer behind a need ends.
func NeedUntil(n site.Need) string {
	first := ""
	for _, a := range n.Answers() {
		if day := a.Until.Format("2006-01-02"); !a.Until.IsZero() && (first == "" || day < first) {
			first = day
		}
	}
	return first
}

// needRemarks says what is open and what is wide, what is inferred, and the
// notes where they are beside rows.
func (d *Document) needRemarks(n site.Need) string {
	var list []string
	if n.IsOpen() {
		list = append(list, d.Label(label.PlanOpen))
	}
	if n.Wide {
		list = append(list, d.Label(label.PlanWide))
	}
	if s := d.needInferred(n.Flow); s != "" {
		list = append(list, s)
	}
	if s := d.quirksCell(n.Flow); s != "" {
		list = append(list, s)
	}
	remarks := append([]string{strings.Join(list, "; ")}, d.noteTexts(n.Flow)...)
	return strings.Join(slices.DeleteFunc(remarks, isEmpty), " / ")
}

// inferredColumns are the columns of a table of needs that documents may leave
// to be inferred.
var inferredColumns = map[portbook.Field]label.Label{
	portbook.FieldFrom: label.ColumnSource, portbook.FieldTo: label.ColumnDestination, portbook.FieldInitiator: label.ColumnInitiator,
	portbook.FieldProtocols: label.ColumnProtocol, portbook.FieldPorts: label.ColumnPorts,
}

// needInferred names what documents do not state.
func (d *Document) needInferred(f portbook.Flow) string {
	var list []string
	for _, field := range f.Inferred() {
		if x, ok := inferredColumns[field]; ok {
			list = append(list, d.Label(x))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return d.Fill(label.PlanInferred, "fields", d.join(list))
}

// needs returns the needs that firewalls have to permit.
func (c *Plan) needs(d *Document) Table {
	t := Table{ID: "needs", Title: d.Label(label.PlanNeeds), Empty: d.Label(label.PlanNoNeeds), Count: c.count(site.Need.NeedsRule), Approval: true}
	t.Keys = c.needKeys(site.Need.NeedsRule)
	columns := c.needColumns()
	t.Header = []string{d.Label(label.PlanNumber)}
	for _, x := range columns {
		t.Header = append(t.Header, d.Label(x.label))
	}
	t.Rows = func(yield func([]string) bool) {
		number := 0
		for n := range c.Plan.Needs() {
			if !n.NeedsRule() {
				continue
			}
			number++
			row := []string{fmt.Sprint(number)}
			for _, x := range columns {
				row = append(row, d.Plain(x.cell(d, n)))
			}
			if !yield(row) {
				return
			}
		}
	}
	return t
}

func (c *Plan) needColumns() []planColumn {
	var list []planColumn
	for _, x := range needColumns {
		if !x.wide || c.Shape != Narrow {
			list = append(list, x)
		}
	}
	return list
}

func (c *Plan) questions(d *Document) Table {
	t := Table{ID: "questions", Title: d.Label(label.PlanQuestions), Empty: d.Label(label.PlanNoQuestions), Count: len(c.Plan.Questions())}
	t.Header = []string{d.Label(label.PlanNumber), d.Label(label.ColumnKind), d.Label(label.PlanQuestion), d.Label(label.PlanAnswer)}
	wide := c.Shape != Narrow
	if wide {
		t.Header = append(t.Header, d.Label(label.PlanFlows))
	}
	t.Keys = keysOf(c.Plan.Questions(), func(q site.Question) Key { return Key{Flows: q.Flows()} })
	t.Rows = func(yield func([]string) bool) {
		for i, q := range c.Plan.Questions() {
			row := []string{fmt.Sprint(i + 1), d.LabelOf("question-kind", string(q.Kind)), d.Plain(q.Text(d.Localizer)), q.Answer()}
			if wide {
				var ids []string
				for _, f := range q.Flows() {
					ids = append(ids, f.String())
				}
				row = append(row, strings.Join(ids, ", "))
			}
			if !yield(row) {
				return
			}
		}
	}
	return t
}

// listeners returns a table of what hosts listen on.
func (c *Plan) listeners(d *Document, title label.Label, list []site.Listener) Table {
	t := Table{ID: "listening", Title: d.Label(title), Count: len(list)}
	if title == label.PlanCollisions {
		t.ID = "collisions"
	}
	t.Header = []string{d.Label(label.PlanHost), d.Label(label.ColumnPorts), d.Label(label.ColumnListener), d.Label(label.ColumnFlows)}
	t.Keys = keysOf(list, listenerKey)
	t.Rows = func(yield func([]string) bool) {
		for _, x := range list {
			var ids []string
			for _, f := range x.Flows {
				ids = append(ids, f.String())
			}
			if !yield([]string{x.Host.Name(), x.Ports.String(), d.Plain(d.ComponentNames(x.Components)), strings.Join(ids, ", ")}) {
				return
			}
		}
	}
	return t
}

// listenerKey says that connections to a host are what it listens for.
func listenerKey(x site.Listener) Key {
	return Key{Flows: x.Flows, Choices: map[string][]Choice{filterDestination: {endChoice(x.Host)}, filterDestinationZone: zoneChoices(x.Host)}}
}

// withoutRule returns the needs that no firewall has to permit.
func (c *Plan) withoutRule(d *Document) Table {
	t := Table{ID: "without-rule", Title: d.Label(label.PlanWithoutRule), Count: c.count(isWithoutRule)}
	t.Header = []string{d.Label(label.PlanSourceHost), d.Label(label.PlanDestinationHost), d.Label(label.ColumnProtocol), d.Label(label.ColumnPorts), d.Label(label.ColumnPurpose), d.Label(label.ColumnID)}
	t.Keys = c.needKeys(isWithoutRule)
	t.Rows = func(yield func([]string) bool) {
		for n := range c.Plan.Needs() {
			row := []string{d.endName(n.From), d.endName(n.To), needProtocols(n), d.needPorts(n), d.Plain(d.Text(n.Flow.Purpose())), n.Flow.String()}
			if isWithoutRule(n) && !yield(row) {
				return
			}
		}
	}
	return t
}

func (c *Plan) unneeded(d *Document) Table {
	list := c.Plan.Unneeded()
	t := Table{ID: "unneeded", Title: d.Label(label.PlanUnneeded), Count: len(list)}
	t.Header = []string{d.Label(label.ColumnID), d.Label(label.ColumnPurpose), d.Label(label.PlanReason)}
	t.Keys = keysOf(list, func(u site.Unneeded) Key { return Key{Flows: []portbook.Flow{u.Flow}} })
	t.Rows = func(yield func([]string) bool) {
		for _, u := range list {
			var why []string
			for _, a := range u.Answers {
				why = AppendNew(why, a.Why)
			}
			if !yield([]string{u.Flow.String(), d.Plain(d.Text(u.Flow.Purpose())), d.Plain(d.join(why))}) {
				return
			}
		}
	}
	return t
}
