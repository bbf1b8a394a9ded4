package site_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/site"
)

// tableFlows are flows of each shape that documents have, by the last part of
// their ids.
const tableFlows = `
required:      {ports: 443/tcp}
optional:      {ports: 444/tcp, requirement: optional}
conditional:   {ports: 445/tcp, requirement: conditional, conditions: [t/circumstance]}
both:          {ports: 446/tcp, requirement: conditional, conditions: [t/circumstance, t/other]}
toggled:       {ports: 447/tcp, requirement: optional, settings: [t/toggle]}
steady:        {ports: 448/tcp, settings: [t/toggle]}
choice:        {ports: "80,8080/tcp", portChoice: one-of}
reference:     {portKind: reference, protocols: [tcp], settings: [t/port]}
listed:        {ports: "9000,9001/tcp", settings: [t/port, t/second]}
varies:        {portKind: varies, protocols: [udp]}
dynamic:       {portKind: dynamic, ports: 5000-5999/tcp}
assigned:      {portKind: dynamic, protocols: [tcp]}
either:        {ports: 600/tcp, initiator: either}
unstated:      {ports: 601/tcp, initiator: unstated}
undecided:     {ports: 602/tcp, initiator: unstated}
siblings:      {ports: 700/tcp, to: [t/b, t/c, t/unbound]}
unbound:       {ports: 701/tcp, to: [t/unbound]}
open:          {ports: 702/tcp, to: [site/unspecified]}
peer:          {ports: 703/tcp, to: [site/unspecified], settings: [t/partner]}
cloud:         {ports: 704/tcp, to: [t/cloud]}
from-cloud:    {ports: 705/tcp, from: [t/cloud], to: [t/a]}
own-cloud:     {ports: 706/tcp, to: [t/own]}
clouds:        {ports: 707/tcp, from: [t/cloud], to: [t/cloud]}
nobody:        {ports: 708/tcp, from: [t/unbound], to: [t/unbound]}
heir:          {ports: 709/tcp, to: [t/ancestor]}
self:          {ports: 710/tcp, to: [t/a]}
heir-too:      {ports: 709/tcp, to: [t/heir]}
adopted:       {ports: 709/tcp, to: [t/adopted]}
partnered:     {ports: 711/tcp, settings: [t/partner]}
printed:       {ports: 712/tcp, to: [t/printed]}
few:           {ports: 100-115/tcp, portChoice: one-of}
many:          {ports: 200-216/tcp, portChoice: one-of}
`

// tableCatalog returns a catalog of the flows above, which lead from t/a to t/b
// where they do not say otherwise.
func tableCatalog(t testing.TB) *portbook.Catalog {
	t.Helper()
	var flows, texts strings.Builder
	n := 0
	for line := range strings.Lines(strings.TrimSpace(tableFlows)) {
		name, fields, _ := strings.Cut(line, ":")
		fields = strings.TrimSuffix(strings.TrimSpace(fields), "}")
		n++
		for key, value := range map[string]string{"from": "[t/a]", "to": "[t/b]"} {
			if !strings.Contains(fields, key+": [") {
				fields += ", " + key + ": " + value
			}
		}
		fmt.Fprintf(&flows, "  - %s, id: t/%s, component: t/a, cite: [%d]}\n", strings.Replace(strings.TrimSpace(fields), "{", "{configurable: \"yes\", ", 1), name, n)
		fmt.Fprintf(&texts, "  t/%s: {purpose: The flow %s}\n", name, name)
	}
	components, roles := "", ""
	for _, x := range []string{"a", "b", "c", "unbound", "ancestor", "heir", "adopted", "cloud", "own", "printed"} {
		more := ""
		switch x {
		case "cloud", "own":
			more = ", hosting: cloud, hosts: [" + x + ".example.com]"
		case "printed":
			more = ", hosting: premises, hosts: [printed.example.com]"
		case "heir", "adopted":
			more = ", hosting: premises, inherits: [t/ancestor]"
		default:
			more = ", hosting: premises"
		}
		components += "  - {id: t/" + x + more + "}\n"
		roles += "  t/" + x + ": {name: The " + x + ", role: \"It is " + x + ".\"}\n"
	}
	data := fmt.Sprintf(`product: {id: t}
documents:
  - {id: t-ports, publisher: Example, language: en, url: https://example.com/ports, counts: rows, rows: %d, sections: [{id: all, rows: 1-%d}]}
components:
%sconditions:
  - {id: t/circumstance, cite: [1]}
  - {id: t/other, cite: [1]}
settings:
  - {id: t/toggle, kind: toggle, component: t/a, governs: [use], cite: [1]}
  - {id: t/port, kind: port, component: t/b, governs: [port], default: 9000/tcp, cite: [1]}
  - {id: t/second, kind: port, component: t/b, governs: [port], default: 9001/tcp, cite: [1]}
  - {id: t/partner, kind: address, component: t/a, governs: [peer], cite: [1]}
flows:
%s`, n, n, components, flows.String())
	words := `product: {name: T, summary: A product for tests.}
documents: {t-ports: Ports}
sections: {t-ports/all: All}
components:
` + roles + `conditions:
  t/circumstance: Only if it is so.
  t/other: Only if it is otherwise.
settings:
  t/toggle: {label: Toggle, help: Turns it on.}
  t/port: {label: Port, help: The port.}
  t/second: {label: Second port, help: The other port.}
  t/partner: {label: Partner, help: Who takes part.}
flows:
` + texts.String()
	c, err := catalog.Load(fstest.MapFS{"data/t.yaml": {Data: []byte(data)}, "i18n/en/t.yaml": {Data: []byte(words)}}, catalog.Extending(portbook.Builtin()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestTable checks what each shape of flow becomes, and what answers make of it.
func TestTable(t *testing.T) {
	c := tableCatalog(t)
	role := func(name string, places string, roles ...portbook.Component) site.Host {
		h := site.Host{Name: name, Roles: roles}
		for _, s := range strings.Fields(places) {
			h.Addresses = append(h.Addresses, portbook.MustParseHost(s))
		}
		return h
	}
	hosts := []site.Host{role("a", "192.0.2.1", "t/a"), role("b", "192.0.2.2", "t/b"), role("h", "192.0.2.3", "t/heir"), role("o", "192.0.2.4", "t/own")}
	group := append([]site.Host{role("a", "192.0.2.0/28", "t/a")}, hosts[1:]...)
	x := role("x", "192.0.2.5", "site/wins-server")
	twoB := append([]site.Host{role("b2", "192.0.2.6", "t/b"), x}, hosts...)
	serving := append([]site.Host{role("a2", "192.0.2.7", "t/a"), role("b2", "192.0.2.6", "t/b")}, hosts...)
	serving[1].Serves = []string{"a2"}

	flow := func(id string, a site.Answer) site.Answer { a.Flow = portbook.FlowID("t/" + id); return a }
	ports := portbook.MustParsePortSet
	for _, test := range []struct {
		flow    string
		hosts   []site.Host
		answers []site.Answer
		want    string // needs; then questions after "?"; or "unneeded"
	}{
		{flow: "required", want: "a>b 443/tcp"},
		{flow: "required", answers: []site.Answer{flow("required", site.Answer{Use: site.No})}, want: "unneeded"},
		{flow: "required", answers: []site.Answer{flow("required", site.Answer{Ports: ports("1/udp")})}, want: "a>b 1/udp"},
		{flow: "required", answers: []site.Answer{flow("required", site.Answer{Initiator: site.InitiatorTo})}, want: "b>a 443/tcp"},
		{flow: "required", answers: []site.Answer{{Component: "t/a", Initiator: site.InitiatorTo}}, want: "a>b 443/tcp"},
		{flow: "optional", want: "? use flow t/optional"},
		{flow: "optional", answers: []site.Answer{flow("optional", site.Answer{Use: site.Yes})}, want: "a>b 444/tcp"},
		{flow: "optional", answers: []site.Answer{flow("optional", site.Answer{Use: site.No})}, want: "unneeded"},
		{flow: "conditional", want: "? condition condition t/circumstance"},
		{flow: "conditional", answers: []site.Answer{{Condition: "t/circumstance", Holds: site.Yes}}, want: "a>b 445/tcp"},
		{flow: "conditional", answers: []site.Answer{{Condition: "t/circumstance", Holds: site.No}}, want: "unneeded"},
		{flow: "conditional", answers: []site.Answer{{Condition: "t/circumstance", Holds: site.No}, flow("conditional", site.Answer{Use: site.Yes})}, want: "a>b 445/tcp"},
		{flow: "both", answers: []site.Answer{{Condition: "t/circumstance", Holds: site.Yes}}, want: "? condition condition t/other"},
		{flow: "both", answers: []site.Answer{{Condition: "t/circumstance", Holds: site.No}}, want: "unneeded"},
		{flow: "toggled", want: "? use setting t/toggle"},
		{flow: "toggled", answers: []site.Answer{{Setting: "t/toggle", Use: site.Yes}}, want: "a>b 447/tcp"},
		{flow: "toggled", answers: []site.Answer{{Setting: "t/toggle", Use: site.No}}, want: "unneeded"},
		{flow: "steady", want: "? use setting t/toggle"}, // waits for what another flow asks
		{flow: "steady", answers: []site.Answer{{Setting: "t/toggle", Use: site.Yes}}, want: "a>b 448/tcp"},
		{flow: "steady", answers: []site.Answer{{Setting: "t/toggle", Use: site.No}}, want: "unneeded"},
		{flow: "steady", answers: []site.Answer{flow("toggled", site.Answer{Use: site.No})}, want: "a>b 448/tcp"},
		{flow: "choice", want: "a>b 80/tcp|8080/tcp ? ports flow t/choice"},
		{flow: "choice", answers: []site.Answer{flow("choice", site.Answer{Ports: ports("8080/tcp")})}, want: "a>b 8080/tcp"},
		{flow: "choice", answers: []site.Answer{flow("choice", site.Answer{Ports: ports("80,8080/tcp")})}, want: "a>b 80,8080/tcp"},
		{flow: "reference", want: "? ports setting t/port"},
		{flow: "reference", answers: []site.Answer{{Setting: "t/port", Ports: ports("9000/tcp")}}, want: "a>b 9000/tcp"},
		{flow: "listed", want: "? ports setting t/port"}, // waits too
		{flow: "listed", answers: []site.Answer{{Setting: "t/port", Ports: ports("9000/tcp")}}, want: "a>b 9000-9001/tcp"},
		{flow: "listed", answers: []site.Answer{{Setting: "t/port", Ports: ports("7/tcp")}}, want: "a>b 7,9001/tcp"},
		{flow: "listed", answers: []site.Answer{{Setting: "t/port", Ports: ports("7/tcp")}, {Setting: "t/second", Ports: ports("8/tcp")}}, want: "a>b 7-8/tcp"},
		{flow: "listed", answers: []site.Answer{flow("reference", site.Answer{Use: site.No})}, want: "a>b 9000-9001/tcp"},
		{flow: "varies", want: "? ports flow t/varies"},
		{flow: "varies", answers: []site.Answer{flow("varies", site.Answer{Ports: ports("53/udp")})}, want: "a>b 53/udp"},
		{flow: "dynamic", want: "a>b 5000-5999/tcp wide"},
		{flow: "dynamic", answers: []site.Answer{flow("dynamic", site.Answer{Ports: ports("5500/tcp")})}, want: "a>b 5500/tcp"},
		{flow: "assigned", want: "? ports flow t/assigned"},
		{flow: "either", want: "a>b 600/tcp, b>a 600/tcp"},
		{flow: "either", answers: []site.Answer{flow("either", site.Answer{Initiator: site.InitiatorFrom})}, want: "a>b 600/tcp"},
		{flow: "unstated", want: "? initiator flow t/unstated"},
		{flow: "unstated", answers: []site.Answer{{Product: "t", Initiator: site.InitiatorTo}}, want: "b>a 601/tcp"},
		{flow: "unstated", answers: []site.Answer{{Component: "t/a", Initiator: site.InitiatorFrom}}, want: "a>b 601/tcp"},
		{flow: "unstated", answers: []site.Answer{{Product: "t", Initiator: site.InitiatorTo}, flow("unstated", site.Answer{Initiator: site.InitiatorEither})}, want: "a>b 601/tcp, b>a 601/tcp"},
		{flow: "siblings", want: "a>b 700/tcp"},
		{flow: "siblings", hosts: twoB, want: "a>b 700/tcp, a>b2 700/tcp"},
		{flow: "unbound", want: "? peer component t/unbound"},
		{flow: "unbound", answers: []site.Answer{{Component: "t/unbound", Absent: true}}, want: "unneeded"},
		{flow: "unbound", hosts: twoB, answers: []site.Answer{flow("unbound", site.Answer{To: []string{"x"}})}, want: "a>x 701/tcp"},
		{flow: "open", want: "? peer flow t/open"},
		{flow: "open", hosts: twoB, answers: []site.Answer{flow("open", site.Answer{To: []string{"x"}})}, want: "a>x 702/tcp"},
		{flow: "peer", want: "? peer setting t/partner"},
		{flow: "peer", hosts: twoB, answers: []site.Answer{{Setting: "t/partner", To: []string{"x", "b2"}}}, want: "a>b2 703/tcp, a>x 703/tcp"},
		{flow: "partnered", want: "? peer setting t/partner"}, // waits
		{flow: "partnered", hosts: twoB, answers: []site.Answer{flow("partnered", site.Answer{To: []string{"x"}})}, want: "? peer setting t/partner"},
		{flow: "partnered", hosts: twoB, answers: []site.Answer{flow("partnered", site.Answer{From: []string{"b2"}, To: []string{"x"}})}, want: "b2>x 711/tcp"},
		{flow: "partnered", answers: []site.Answer{flow("peer", site.Answer{Use: site.No})}, want: "a>b 711/tcp"},
		{flow: "printed", want: "? peer component t/printed"},
		{flow: "few", want: "a>b " + alternatives(100, 115) + " ? ports flow t/few"},
		{flow: "many", want: "? ports flow t/many"}, // one option, and which of its ports it is, is open
		{flow: "cloud", want: "a>t/cloud 704/tcp"},
		{flow: "cloud", answers: []site.Answer{{Component: "t/cloud", Absent: true}}, want: "unneeded"},
		{flow: "from-cloud", want: "t/cloud>a 705/tcp"},
		{flow: "own-cloud", want: "a>o 706/tcp"},
		{flow: "clouds", want: ""},
		{flow: "nobody", want: ""},
		{flow: "heir", want: "a>h 709/tcp"},
		{flow: "self", want: "a>a 710/tcp local"},
		{flow: "self", hosts: group, want: "a>a 710/tcp"},
		{flow: "required", hosts: serving, want: "a>b 443/tcp, a2>b 443/tcp, a2>b2 443/tcp"},
		{flow: "self", hosts: serving, want: "a>a 710/tcp local, a>a2 710/tcp, a2>a 710/tcp, a2>a2 710/tcp local"},
	} {
		d := site.Definition{Name: "x", Hosts: test.hosts, Answers: test.answers}
		if d.Hosts == nil {
			d.Hosts = hosts
		}
		for i := range d.Answers {
			d.Answers[i].Why = "because"
		}
		s, err := site.New(c, d)
		if err != nil {
			t.Errorf("%s %v: %v", test.flow, test.answers, err)
			continue
		}
		if diff := cmp.Diff(test.want, verdictOf(s.Plan(), portbook.FlowID("t/"+test.flow))); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", test.flow, test.answers, diff)
		}
	}
}

// alternatives lists ports, each an option of its own.
func alternatives(first, last int) string {
	var list []string
	for n := first; n <= last; n++ {
		list = append(list, fmt.Sprintf("%d/tcp", n))
	}
	return strings.Join(list, "|")
}

// verdictOf describes what became of a flow.
func verdictOf(p *site.Plan, id portbook.FlowID) string {
	var needs, questions []string
	for n := range p.Needs() {
		if n.Flow.ID() != id {
			continue
		}
		var options []string
		for _, o := range n.Options {
			options = append(options, o.String())
		}
		s := n.From.Name() + ">" + n.To.Name() + " " + strings.Join(options, "|")
		if n.Local {
			s += " local"
		}
		if n.Wide {
			s += " wide"
		}
		needs = append(needs, s)
	}
	for _, q := range p.Questions() {
		for _, f := range q.Flows() {
			if f.ID() == id {
				questions = append(questions, fmt.Sprintf("? %s %s %s", q.Kind, q.SubjectKind(), q.Subject()))
			}
		}
	}
	for _, u := range p.Unneeded() {
		if u.Flow.ID() == id {
			for _, a := range u.Answers {
				if a.Use != site.No && a.Holds != site.No && !a.Absent {
					return fmt.Sprintf("ruled out by %+v", a)
				}
			}
			if len(u.Answers) == 0 {
				return "ruled out by nothing"
			}
			return "unneeded"
		}
	}
	return strings.TrimSpace(strings.Join(needs, ", ") + " " + strings.Join(questions, ", "))
}

// TestQuestionsOfTheTable asks the question that waiting answers: what flows of
// the table need while a question is open, they need whatever the answer is.
func TestQuestionsOfTheTable(t *testing.T) {
	c := tableCatalog(t)
	d := site.Definition{Name: "x"}
	for i, x := range []portbook.Component{"t/a", "t/b", "t/heir", "t/own"} {
		d.Hosts = append(d.Hosts, site.Host{Name: fmt.Sprint("h", i), Addresses: []portbook.Host{portbook.MustParseHost(fmt.Sprint("192.0.2.", i))}, Roles: []portbook.Component{x}})
	}
	s, err := site.New(c, d)
	if err != nil {
		t.Fatal(err)
	}
	before, tried := rules(s.Plan()), 0
	for _, q := range s.Plan().Questions() {
		for _, answered := range possibleAnswers(d, q) {
			s, err := site.New(c, answered)
			if err != nil {
				continue
			}
			tried++
			after := rules(s.Plan())
			for pair, ports := range before {
				if !after[pair].ContainsSet(ports) {
					t.Errorf("%s %s: open, %v need %v; answered, %v (%+v)", q.Kind, q.Subject(), pair, ports, after[pair], answered.Answers)
				}
			}
		}
	}
	if tried < len(s.Plan().Questions()) {
		t.Errorf("%d answers to %d questions", tried, len(s.Plan().Questions()))
	}
}
