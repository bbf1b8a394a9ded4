package portbook_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/testkit/synthetic"
)

// lineage is the slow, obvious form of inheritance: a component and all that it
// inherits from.
func lineage(c *portbook.Catalog, x portbook.Component) []portbook.Component {
	list := []portbook.Component{x}
	for i := 0; i < len(list); i++ {
		info, _ := c.Component(list[i])
		for _, next := range info.Inherits {
			if !slices.Contains(list, next) {
				list = append(list, next)
			}
		}
	}
	return list
}

// answers reports whether an endpoint answers for any of the components.
func answers(c *portbook.Catalog, e portbook.Endpoint, components ...portbook.Component) bool {
	return slices.ContainsFunc(components, func(x portbook.Component) bool {
		switch e := e.(type) {
		case portbook.Product:
			info, _ := c.Component(x)
			return info.Product == e
		case portbook.Component:
			return slices.Contains(lineage(c, e), x)
		}
		return false
	})
}

// documents reports whether an endpoint documents a flow.
func documents(c *portbook.Catalog, e portbook.Endpoint, f portbook.Flow) bool {
	if p, ok := e.(portbook.Product); ok {
		return f.Product() == p
	}
	return answers(c, e, f.Component())
}

// selection is a selection, and what it must select, flow by flow.
type selection struct {
	name string
	from func(s portbook.FlowSet) portbook.FlowSet
	want func(f portbook.Flow) bool
}

// selections returns selections of every kind, with random arguments from a
// catalog, some of them unknown.
func selections(c *portbook.Catalog, random *rand.Rand) []selection {
	endpoint := func() portbook.Endpoint {
		switch components := c.Components(); random.IntN(8) {
		case 0:
			return portbook.Component("itms/typo")
		case 1:
			return portbook.Product("typo")
		case 2, 3:
			return c.Products()[random.IntN(len(c.Products()))]
		default:
			return components[random.IntN(len(components))]
		}
	}
	var ends []portbook.Endpoint
	for range random.IntN(12) {
		ends = append(ends, endpoint())
	}
	anyEnd := func(match func(e portbook.Endpoint) bool) bool { return slices.ContainsFunc(ends, match) }
	a, b := endpoint(), endpoint()
	leads := func(f portbook.Flow, a, b portbook.Endpoint) bool {
		return answers(c, a, f.From()...) && answers(c, b, f.To()...)
	}
	ports := randomPorts(random)
	protocols := []portbook.Protocol{portbook.TCP, portbook.UDP, portbook.ICMP, portbook.SCTP}[random.IntN(4):]
	values := []portbook.Value{
		portbook.RequirementOptional, portbook.DirectionInbound, portbook.QuirkMissingDirection, portbook.ConfigurableDiscouraged,
		portbook.InitiatorEither, portbook.PortKindDynamic, portbook.PortChoiceOneOf, portbook.Requirement("urgent"),
	}
	random.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	values = values[:random.IntN(len(values))]
	deciders := []portbook.Decider{portbook.SettingID("typo"), portbook.ConditionID("typo")}[:random.IntN(3)]
	for _, s := range c.Settings() {
		if random.IntN(10) == 0 {
			deciders = append(deciders, s.ID)
		}
	}
	for _, x := range c.Conditions() {
		if random.IntN(10) == 0 {
			deciders = append(deciders, x.ID)
		}
	}
	document, rows := portbook.DocumentID("typo"), []int{0, 1, 2, 56}[:random.IntN(5)]
	if all := c.Documents(); len(all) > 0 && random.IntN(5) > 0 {
		document = all[random.IntN(len(all))].ID
	}
	k := random.IntN(3)
	return []selection{
		{fmt.Sprint("From", ends), func(s portbook.FlowSet) portbook.FlowSet { return s.From(ends...) }, func(f portbook.Flow) bool {
			return anyEnd(func(e portbook.Endpoint) bool { return answers(c, e, f.From()...) })
		}},
		{fmt.Sprint("To", ends), func(s portbook.FlowSet) portbook.FlowSet { return s.To(ends...) }, func(f portbook.Flow) bool {
			return anyEnd(func(e portbook.Endpoint) bool { return answers(c, e, f.To()...) })
		}},
		{fmt.Sprint("Involving", ends), func(s portbook.FlowSet) portbook.FlowSet { return s.Involving(ends...) }, func(f portbook.Flow) bool {
			return anyEnd(func(e portbook.Endpoint) bool { return answers(c, e, append(f.From(), f.To()...)...) })
		}},
		{fmt.Sprint("DocumentedBy", ends), func(s portbook.FlowSet) portbook.FlowSet { return s.DocumentedBy(ends...) }, func(f portbook.Flow) bool {
			return anyEnd(func(e portbook.Endpoint) bool { return documents(c, e, f) })
		}},
		{fmt.Sprint("Between ", a, b), func(s portbook.FlowSet) portbook.FlowSet { return s.Between(a, b) }, func(f portbook.Flow) bool {
			return leads(f, a, b) || leads(f, b, a)
		}},
		{fmt.Sprint("Touching ", ports), func(s portbook.FlowSet) portbook.FlowSet { return s.Touching(ports) }, func(f portbook.Flow) bool {
			return !f.Ports().Intersect(ports).IsEmpty()
		}},
		{fmt.Sprint("Within ", ports), func(s portbook.FlowSet) portbook.FlowSet { return s.Within(ports) }, func(f portbook.Flow) bool {
			return !f.Ports().IsEmpty() && f.Ports().Subtract(ports).IsEmpty()
		}},
		{"Unbounded", portbook.FlowSet.Unbounded, func(f portbook.Flow) bool { return f.Ports().IsEmpty() }},
		{fmt.Sprint("Using", protocols), func(s portbook.FlowSet) portbook.FlowSet { return s.Using(protocols...) }, func(f portbook.Flow) bool {
			return slices.ContainsFunc(f.Protocols(), func(p portbook.Protocol) bool { return slices.Contains(protocols, p) })
		}},
		{fmt.Sprint("Having", values), func(s portbook.FlowSet) portbook.FlowSet { return s.Having(values...) }, func(f portbook.Flow) bool {
			return slices.ContainsFunc(values, func(v portbook.Value) bool {
				q, ok := v.(portbook.Quirk)
				return ok && slices.Contains(f.Quirks(), q) || v == f.Requirement() || v == f.Direction() || v == f.Configurable() ||
					v == f.Initiator() || v == f.PortKind() || v == f.PortChoice()
			})
		}},
		{fmt.Sprint("AffectedBy", deciders), func(s portbook.FlowSet) portbook.FlowSet { return s.AffectedBy(deciders...) }, func(f portbook.Flow) bool {
			return slices.ContainsFunc(f.Settings(), func(s portbook.Setting) bool { return slices.Contains(deciders, portbook.Decider(s.ID)) }) ||
				slices.ContainsFunc(f.Conditions(), func(x portbook.Condition) bool { return slices.Contains(deciders, portbook.Decider(x.ID)) })
		}},
		{fmt.Sprint("Citing ", document, rows), func(s portbook.FlowSet) portbook.FlowSet { return s.Citing(document, rows...) }, func(f portbook.Flow) bool {
			return slices.ContainsFunc(f.Citations(), func(x portbook.Citation) bool {
				return x.Document == document && (len(rows) == 0 || slices.Contains(rows, x.Row))
			})
		}},
		{"Matching", func(s portbook.FlowSet) portbook.FlowSet {
			return s.Matching(func(f portbook.Flow) bool { return len(f.To()) > k })
		}, func(f portbook.Flow) bool { return len(f.To()) > k }},
	}
}

// randomPorts returns no ports, one, many, or wide ranges of them.
func randomPorts(random *rand.Rand) portbook.PortSet {
	protocol := []portbook.Protocol{portbook.TCP, portbook.UDP}[random.IntN(2)]
	used := []portbook.Port{22, 25, 53, 80, 161, 443, 445, 1433, 4343, 50124}
	var all portbook.PortSet
	for range []int{0, 1, 1, 3, 12, 200}[random.IntN(6)] {
		first := used[random.IntN(len(used))]
		if random.IntN(2) == 0 {
			first = portbook.Port(random.IntN(5100))
		}
		last := first
		if random.IntN(4) == 0 {
			last = min(65535-first, portbook.Port(random.IntN(5000))) + first
		}
		r, _ := portbook.PortRangeFrom(first, last)
		all = all.Union(portbook.PortSetFrom(protocol, r))
	}
	return all
}

// catalogs are the catalogs on which selections and algebra are checked: the
// built-in one, one with flows of wide ranges, one with several words of flows.
func catalogs() map[string]*portbook.Catalog {
	return map[string]*portbook.Catalog{
		"built-in":  portbook.Builtin(),
		"synthetic": handle.Catalog(synthetic.Table(700, 90, 1)),
		"large":     handle.Catalog(synthetic.Table(3000, 300, 2)),
	}
}

// TestSelections compares every selection, of whole catalogs and of parts of
// them, with a walk over the flows.
func TestSelections(t *testing.T) {
	for name, c := range catalogs() {
		random := rand.New(rand.NewPCG(7, 7))
		rounds := 60
		if c.Flows().Len() > 1000 {
			rounds = 5
		}
		for range rounds {
			for _, x := range selections(c, random) {
				want := c.Flows().Matching(x.want)
				part := c.Flows().Matching(func(portbook.Flow) bool { return random.IntN(3) == 0 })
				tiny := part.Matching(func(portbook.Flow) bool { return random.IntN(c.Flows().Len()) < 5 })
				for _, s := range []portbook.FlowSet{c.Flows(), part, tiny, c.Flows().Subtract(part), part.Subtract(part)} {
					if got := x.from(s); got != s.Intersect(want) {
						t.Fatalf("%s: %s of %d flows:\n got %v\nwant %v", name, x.name, s.Len(), got, s.Intersect(want))
					}
				}
			}
		}
	}
}

// TestMatching checks what the other tests lean on: each flow is asked once, and
// kept as the answer is.
func TestMatching(t *testing.T) {
	for name, c := range catalogs() {
		asked := map[portbook.FlowID]bool{}
		odd := c.Flows().Matching(func(f portbook.Flow) bool {
			if asked[f.ID()] {
				t.Errorf("%s: %s is asked twice", name, f)
			}
			asked[f.ID()] = true
			return len(asked)%2 == 1
		})
		n := 0
		for f := range c.Flows().All() {
			if n++; odd.Contains(f) != (n%2 == 1) {
				t.Fatalf("%s: flow %d: got %v", name, n, odd.Contains(f))
			}
		}
		if n != len(asked) || odd.Len() != (n+1)/2 {
			t.Errorf("%s: %d of %d flows are asked, %d match", name, len(asked), n, odd.Len())
		}
	}
}

// TestInheritance checks that a component answers for what it inherits from.
func TestInheritance(t *testing.T) {
	all, heirs := portbook.Flows(), 0
	for _, c := range portbook.Builtin().Components() {
		info, _ := portbook.Builtin().Component(c)
		for _, x := range info.Inherits {
			heirs++
			for _, s := range []func(...portbook.Endpoint) portbook.FlowSet{all.From, all.To, all.Involving, all.DocumentedBy} {
				if missing := s(x).Subtract(s(c)); !missing.IsEmpty() {
					t.Errorf("%s inherits from %s, but not %v", c, x, missing)
				}
			}
		}
	}
	if heirs == 0 {
		t.Error("no component inherits")
	}
}
