package site_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// mustNew returns the site of a definition.
func mustNew(t testing.TB, d site.Definition) *site.Site {
	t.Helper()
	s, err := site.New(portbook.Builtin(), d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// place returns a made-up place on the network: a machine, or now and then a
// group.
func place(random *rand.Rand, i int) []portbook.Host {
	texts := []string{fmt.Sprintf("192.0.2.%d", i)}
	switch random.IntN(4) {
	case 0:
		texts = []string{fmt.Sprintf("198.51.100.%d-203.0.113.%d", i, i)}
	case 1:
		texts = append(texts, fmt.Sprintf("2001:db8::%d", i))
	}
	var list []portbook.Host
	for _, s := range texts {
		list = append(list, portbook.MustParseHost(s))
	}
	return list
}

// randomHosts returns hosts that play random roles and serve random hosts.
func randomHosts(random *rand.Rand) []site.Host {
	roles := slices.DeleteFunc(portbook.Builtin().Components(), func(x portbook.Component) bool { return x == portbook.ComponentSiteUnspecified })
	hosts := make([]site.Host, 1+random.IntN(12))
	for i := range hosts {
		h := &hosts[i]
		h.Name, h.Addresses = fmt.Sprintf("h%02d", i), place(random, i)
		for range 1 + random.IntN(6) {
			if role := roles[random.IntN(len(roles))]; !slices.Contains(h.Roles, role) {
				h.Roles = append(h.Roles, role)
			}
		}
		for j := range hosts {
			if j != i && random.IntN(8) == 0 {
				h.Serves = append(h.Serves, fmt.Sprintf("h%02d", j))
			}
		}
		h.Group = site.Choice(random.IntN(6) % 3)
	}
	return hosts
}

// randomAnswers returns an answer to each kind of thing, of which many may be
// refused.
func randomAnswers(random *rand.Rand, hosts []site.Host) []site.Answer {
	c := portbook.Builtin()
	var list []site.Answer
	choice := func() site.Choice { return []site.Choice{site.Yes, site.Yes, site.No}[random.IntN(3)] }
	ports := func() portbook.PortSet {
		return portbook.MustParsePortSet([]string{"443/tcp", "8443/tcp", "80,443/tcp", "587/tcp", "53/udp"}[random.IntN(5)])
	}
	names := func() []string { return []string{hosts[random.IntN(len(hosts))].Name} }
	opens := func() site.Initiator {
		return []site.Initiator{site.InitiatorFrom, site.InitiatorTo, site.InitiatorEither}[random.IntN(3)]
	}
	for f := range c.Flows().All() {
		switch random.IntN(12) {
		case 0:
			list = append(list, site.Answer{Flow: f.ID(), Use: choice()})
		case 1:
			list = append(list, site.Answer{Flow: f.ID(), Ports: ports()})
		case 2:
			list = append(list, site.Answer{Flow: f.ID(), Initiator: opens()})
		case 3:
			list = append(list, site.Answer{Flow: f.ID(), To: names()})
		case 4:
			list = append(list, site.Answer{Flow: f.ID(), From: names(), Use: choice()})
		}
	}
	for _, x := range c.Conditions() {
		if random.IntN(2) == 0 {
			list = append(list, site.Answer{Condition: x.ID, Holds: choice()})
		}
	}
	for _, x := range c.Settings() {
		a := site.Answer{Setting: x.ID}
		for _, g := range x.Governs {
			switch {
			case random.IntN(3) == 0:
			case g == portbook.GovernsUse:
				a.Use = choice()
			case g == portbook.GovernsPort:
				a.Ports = ports()
			case g == portbook.GovernsPeer:
				a.To = names()
			}
		}
		list = append(list, a)
	}
	for _, x := range c.Components() {
		switch random.IntN(4) {
		case 0:
			list = append(list, site.Answer{Component: x, Absent: true})
		case 1:
			list = append(list, site.Answer{Component: x, Initiator: opens()})
		}
	}
	for _, x := range c.Products() {
		if random.IntN(3) == 0 {
			list = append(list, site.Answer{Product: x, Initiator: opens()})
		}
	}
	for i := range list {
		list[i].Why = "because"
	}
	return list
}

// randomSite returns a valid definition: answers that are refused are dropped.
func randomSite(t testing.TB, random *rand.Rand) site.Definition {
	t.Helper()
	d := site.Definition{Name: "random", Hosts: randomHosts(random)}
	if random.IntN(4) > 0 {
		d.Answers = randomAnswers(random, d.Hosts)
		random.Shuffle(len(d.Answers), func(i, j int) { d.Answers[i], d.Answers[j] = d.Answers[j], d.Answers[i] })
		d.Answers = d.Answers[:random.IntN(len(d.Answers)+1)]
	}
	for range 20 {
		_, err := site.New(portbook.Builtin(), d)
		var e *site.Error
		if !errors.As(err, &e) {
			return d
		}
		refused := map[int]bool{}
		for _, p := range e.Problems() {
			if p.Answer == 0 {
				t.Fatalf("%v in %+v", p, d)
			}
			refused[p.Answer-1] = true
		}
		var kept []site.Answer
		for i, a := range d.Answers {
			if !refused[i] {
				kept = append(kept, a)
			}
		}
		d.Answers = kept
	}
	t.Fatal("dropping refused answers does not end")
	return d
}

// rounds is the number of random sites to try.
func rounds(n int) int {
	if testing.Short() {
		return n / 4
	}
	return n
}

// TestPlanAgainstModel compares the plans of random sites with a slow model.
func TestPlanAgainstModel(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	needs, questions, answers := 0, 0, 0
	for range rounds(160) {
		d := randomSite(t, random)
		gotNeeds, gotQuestions := planned(mustNew(t, d).Plan())
		wantNeeds, wantQuestions := model{portbook.Builtin(), d}.plan()
		if diff := cmp.Diff(wantNeeds, gotNeeds); diff != "" {
			t.Fatalf("needs differ (-model +plan) for %+v:\n%s", d, diff)
		}
		if diff := cmp.Diff(wantQuestions, gotQuestions); diff != "" {
			t.Fatalf("questions differ (-model +plan) for %+v:\n%s", d, diff)
		}
		needs, questions, answers = needs+len(gotNeeds), questions+len(gotQuestions), answers+len(d.Answers)
	}
	if needs == 0 || questions == 0 || answers == 0 {
		t.Errorf("the sites have %d needs, %d questions and %d answers", needs, questions, answers)
	}
}

// TestPlanIgnoresOrder expects the same plan whatever the order of hosts and
// answers.
func TestPlanIgnoresOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	describe := func(d site.Definition) []string {
		p := mustNew(t, d).Plan()
		var list []string
		for n := range p.Needs() {
			list = append(list, fmt.Sprint(n.Flow, n.From, n.To, n.Options, n.Local, n.Wide, n.Answers()))
		}
		for _, q := range p.Questions() {
			list = append(list, fmt.Sprint(q.Kind, q.Subject(), q.Flows(), q.Answer()))
		}
		for _, u := range p.Unneeded() {
			list = append(list, fmt.Sprint(u))
		}
		return list
	}
	for range rounds(24) {
		d := randomSite(t, random)
		want := describe(d)
		random.Shuffle(len(d.Hosts), func(i, j int) { d.Hosts[i], d.Hosts[j] = d.Hosts[j], d.Hosts[i] })
		random.Shuffle(len(d.Answers), func(i, j int) { d.Answers[i], d.Answers[j] = d.Answers[j], d.Answers[i] })
		if diff := cmp.Diff(want, describe(d)); diff != "" {
			t.Fatalf("another order, another plan:\n%s", diff)
		}
	}
}

// rules returns the ports that the needs of known ports take, by ends.
func rules(p *site.Plan) map[[2]string]portbook.PortSet {
	m := map[[2]string]portbook.PortSet{}
	for x := range p.Traffic().All() {
		m[[2]string{x.From.Name(), x.To.Name()}] = x.Ports
	}
	return m
}

// possibleAnswers returns definitions in which a question is answered, in
// several ways.
func possibleAnswers(d site.Definition, q site.Question) []site.Definition {
	var base site.Answer
	switch q.SubjectKind() {
	case "flow":
		base.Flow = portbook.FlowID(q.Subject())
	case "condition":
		base.Condition = portbook.ConditionID(q.Subject())
	case "setting":
		base.Setting = portbook.SettingID(q.Subject())
	case "component":
		base.Component = portbook.Component(q.Subject())
	case "product":
		base.Product = portbook.Product(q.Subject())
	}
	key := base
	i := slices.IndexFunc(d.Answers, func(a site.Answer) bool {
		return a.Flow == key.Flow && a.Condition == key.Condition && a.Setting == key.Setting && a.Component == key.Component && a.Product == key.Product
	})
	if i >= 0 { // an answer about something else of it
		base = d.Answers[i]
	}
	base.Why = "because"
	var list []site.Definition
	with := func(edit func(*site.Answer)) {
		a := base
		edit(&a)
		x := d
		x.Answers = slices.Clone(d.Answers)
		if i >= 0 {
			x.Answers[i] = a
		} else {
			x.Answers = append(x.Answers, a)
		}
		list = append(list, x)
	}
	for _, c := range []site.Choice{site.Yes, site.No} {
		with(func(a *site.Answer) { a.Use = c })
		with(func(a *site.Answer) { a.Holds = c })
	}
	for _, s := range []string{"443/tcp", "80/tcp", "8443/tcp", "1/udp"} {
		with(func(a *site.Answer) { a.Ports = portbook.MustParsePortSet(s) })
	}
	for _, x := range []site.Initiator{site.InitiatorFrom, site.InitiatorTo, site.InitiatorEither} {
		with(func(a *site.Answer) { a.Initiator = x })
	}
	with(func(a *site.Answer) { a.Absent = true })
	for _, x := range q.Regions() {
		with(func(a *site.Answer) { a.Region = x })
	}
	for _, h := range d.Hosts {
		with(func(a *site.Answer) { a.To = []string{h.Name} })
		with(func(a *site.Answer) { a.From = []string{h.Name} })
	}
	if q.SubjectKind() == "component" { // a host that plays the role
		x := d
		x.Hosts = append(slices.Clone(d.Hosts), site.Host{Name: "new", Addresses: []portbook.Host{portbook.MustParseHost("203.0.113.250")}, Roles: []portbook.Component{key.Component}})
		list = append(list, x)
	}
	return list
}

// TestQuestionsMakeNoRules expects that what a plan permits while a question is
// open, every answer to it permits too.
func TestQuestionsMakeNoRules(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	tried := map[site.QuestionKind]int{}
	// Which sites are drawn depends on the data: some kinds are rare among few.
	for n := 0; n < rounds(24) || n < 200 && len(tried) < len(site.QuestionKinds()); n++ {
		d := randomSite(t, random)
		p := mustNew(t, d).Plan()
		before := rules(p)
		questions := p.Questions()
		random.Shuffle(len(questions), func(i, j int) { questions[i], questions[j] = questions[j], questions[i] })
		chosen := map[site.QuestionKind]int{}
		for _, q := range questions {
			if chosen[q.Kind]++; chosen[q.Kind] > 6 { // a few of each kind, however rare it is
				continue
			}
			for _, answered := range possibleAnswers(d, q) {
				s, err := site.New(portbook.Builtin(), answered)
				if err != nil {
					continue // it answers something else
				}
				tried[q.Kind]++
				after := rules(s.Plan())
				for pair, ports := range before {
					if !after[pair].ContainsSet(ports) {
						t.Fatalf("%s %s: open, %v need %v; answered, %v (%+v)", q.Kind, q.Subject(), pair, ports, after[pair], answered.Answers)
					}
				}
			}
		}
	}
	for _, kind := range site.QuestionKinds() {
		if tried[kind] == 0 {
			t.Errorf("no question of kind %q was answered", kind)
		}
	}
}
