package site_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// model decides on flows one by one, without an index, after the table of the
// documentation. It is slow, and as plain as it can be.
type model struct {
	c *portbook.Catalog
	d site.Definition
}

// verdict is what becomes of a flow.
type verdict struct {
	unneeded bool
	asks     []string
	options  []portbook.PortSet
	pairs    map[[2]string]bool
}

func (m model) answer(about func(site.Answer) bool) *site.Answer {
	for i := range m.d.Answers {
		if about(m.d.Answers[i]) {
			return &m.d.Answers[i]
		}
	}
	return &site.Answer{}
}

func (m model) ofFlow(id portbook.FlowID) *site.Answer {
	return m.answer(func(a site.Answer) bool { return a.Flow == id })
}

func (m model) ofSetting(id portbook.SettingID) *site.Answer {
	return m.answer(func(a site.Answer) bool { return a.Setting == id })
}

func (m model) ofCondition(id portbook.ConditionID) *site.Answer {
	return m.answer(func(a site.Answer) bool { return a.Condition == id })
}

func (m model) ofComponent(id portbook.Component) *site.Answer {
	return m.answer(func(a site.Answer) bool { return a.Component == id })
}

func (m model) ofProduct(id portbook.Product) *site.Answer {
	return m.answer(func(a site.Answer) bool { return a.Product == id })
}

// is reports whether a component is another, or inherits from it.
func (m model) is(x, y portbook.Component) bool {
	info, _ := m.c.Component(x)
	return x == y || slices.ContainsFunc(info.Inherits, func(z portbook.Component) bool { return m.is(z, y) })
}

func (m model) plays(h site.Host, x portbook.Component) bool {
	return slices.ContainsFunc(h.Roles, func(role portbook.Component) bool { return m.is(role, x) })
}

func (m model) isPlayed(x portbook.Component) bool {
	return slices.ContainsFunc(m.d.Hosts, func(h site.Host) bool { return m.plays(h, x) })
}

func (m model) isAbsent(x portbook.Component) bool {
	info, _ := m.c.Component(x)
	return !m.isPlayed(x) && (m.ofComponent(x).Absent || m.ofProduct(info.Product).Absent)
}

// isCloud reports whether a component is at its published places.
func (m model) isCloud(x portbook.Component) bool {
	info, _ := m.c.Component(x)
	return info.Hosting == portbook.HostingCloud && len(info.Hosts) > 0 && !m.isPlayed(x) && !m.isAbsent(x)
}

// isThere reports whether a cloud has hosts in the region that is chosen.
func (m model) isThere(x portbook.Component) bool {
	info, _ := m.c.Component(x)
	region := m.ofProduct(info.Product).Region
	return region == "" || len(info.Regions) == 0 || len(info.Regions[region]) > 0
}

// asksRegion returns the questions about regions of clouds that take part.
func (m model) asksRegion(members []member) []string {
	var list []string
	for _, x := range members {
		info, _ := m.c.Component(x.as)
		if m.isCloud(x.as) && len(info.Regions) > 0 && m.ofProduct(info.Product).Region == "" {
			list = append(list, "region product "+string(info.Product))
		}
	}
	slices.Sort(list)
	return slices.Compact(list) // a flow asks once, however many of its ends differ by region
}

// isHere reports whether a host plays a component of a product, or its region
// is answered.
func (m model) isHere(p portbook.Product) bool {
	return m.ofProduct(p).Region != "" || slices.ContainsFunc(m.c.Components(), func(x portbook.Component) bool {
		info, _ := m.c.Component(x)
		return info.Product == p && m.isPlayed(x)
	})
}

// member is an end, and the component as which it takes part.
type member struct {
	name string
	as   portbook.Component
}

// members returns who takes part at one end, what is open, and whether all is
// absent.
func (m model) members(f portbook.Flow, components []portbook.Component, named func(*site.Answer) []string) (list []member, open []string, absent bool) {
	names := named(m.ofFlow(f.ID()))
	if len(names) == 0 {
		for _, s := range f.Settings() {
			if slices.Contains(s.Governs, portbook.GovernsPeer) {
				names = append(names, named(m.ofSetting(s.ID))...)
			}
		}
	}
	for _, name := range names {
		list = append(list, member{name: name})
	}
	if len(list) > 0 {
		return list, nil, false
	}
	absent = true
	for _, x := range components {
		switch {
		case x == portbook.ComponentSiteUnspecified:
			absent = false
			about := "flow " + f.String()
			for _, s := range slices.Backward(f.Settings()) {
				if slices.Contains(s.Governs, portbook.GovernsPeer) {
					about = "setting " + string(s.ID)
				}
			}
			open = append(open, "peer "+about)
		case m.isPlayed(x):
			for _, h := range m.d.Hosts {
				if m.plays(h, x) {
					list = append(list, member{h.Name, x})
				}
			}
		case m.isAbsent(x):
		case m.isCloud(x) && m.isThere(x):
			list = append(list, member{string(x), x})
		default:
			absent = false
			open = append(open, "peer component "+string(x))
		}
	}
	if len(list) > 0 {
		return list, nil, false
	}
	return nil, open, absent
}

func (m model) host(name string) (site.Host, bool) {
	i := slices.IndexFunc(m.d.Hosts, func(h site.Host) bool { return h.Name == name })
	if i < 0 {
		return site.Host{}, false
	}
	return m.d.Hosts[i], true
}

// allows reports whether an end can be paired with another, which takes part as
// a component.
func (m model) allows(name string, other member) bool {
	h, _ := m.host(name)
	restricted := other.as != "" && slices.ContainsFunc(h.Serves, func(s string) bool {
		served, _ := m.host(s)
		return m.plays(served, other.as)
	})
	return !restricted || slices.Contains(h.Serves, other.name)
}

// decide returns the verdict on a flow without what it waits for; nil where no
// host takes part.
func (m model) decide(f portbook.Flow) *verdict {
	from, openFrom, absentFrom := m.members(f, f.From(), func(a *site.Answer) []string { return a.From })
	to, openTo, absentTo := m.members(f, f.To(), func(a *site.Answer) []string { return a.To })
	isHost := func(x member) bool { _, ok := m.host(x.name); return ok }
	if !slices.ContainsFunc(from, isHost) && !slices.ContainsFunc(to, isHost) {
		return nil
	}
	named := slices.ContainsFunc(append(slices.Clone(from), to...), func(x member) bool { return x.as == "" })
	onlySite := !slices.ContainsFunc(append(slices.Clone(from), to...), func(x member) bool {
		info, _ := m.c.Component(x.as)
		return isHost(x) && info.Product != portbook.ProductSite
	})
	if (len(openFrom)+len(openTo) > 0 || onlySite) && !named && !m.isHere(f.Product()) {
		return nil
	}
	v := &verdict{pairs: map[[2]string]bool{}}
	used, askUse := m.isUsed(f)
	if absentFrom || absentTo || used == site.No {
		v.unneeded = true
		return v
	}
	initiator := m.initiator(f)
	options, askPorts := m.ports(f)
	v.options = options
	if v.asks = append(openFrom, openTo...); len(v.asks) > 0 {
		return v
	}
	v.asks = append(v.asks, m.asksRegion(append(slices.Clone(from), to...))...)
	v.asks = append(v.asks, askUse...)
	if initiator == "" {
		v.asks = append(v.asks, "initiator flow "+f.String())
	}
	v.asks = append(v.asks, askPorts...)
	for _, a := range from {
		for _, b := range to {
			if isHost(a) || isHost(b) {
				if m.allows(a.name, b) && m.allows(b.name, a) {
					if initiator != site.InitiatorTo {
						v.pairs[[2]string{a.name, b.name}] = true
					}
					if initiator != site.InitiatorFrom {
						v.pairs[[2]string{b.name, a.name}] = true
					}
				}
			}
		}
	}
	return v
}

func (m model) isUsed(f portbook.Flow) (site.Choice, []string) {
	if u := m.ofFlow(f.ID()).Use; u != site.Unanswered {
		return u, nil
	}
	var asks []string
	allHold := len(f.Conditions()) > 0
	for _, x := range f.Conditions() {
		switch m.ofCondition(x.ID).Holds {
		case site.No:
			return site.No, nil
		case site.Unanswered:
			allHold = false
			asks = append(asks, "condition condition "+string(x.ID))
		}
	}
	on, toggle := false, ""
	for _, s := range f.Settings() {
		if slices.Contains(s.Governs, portbook.GovernsUse) {
			switch m.ofSetting(s.ID).Use {
			case site.No:
				return site.No, nil
			case site.Yes:
				on = true
			}
			if toggle == "" {
				toggle = "use setting " + string(s.ID)
			}
		}
	}
	switch {
	case f.Requirement() == portbook.RequirementRequired || on || allHold:
		return site.Yes, nil
	case len(asks) > 0:
		return site.Unanswered, asks
	case toggle != "":
		return site.Unanswered, []string{toggle}
	}
	return site.Unanswered, []string{"use flow " + f.String()}
}

func (m model) initiator(f portbook.Flow) site.Initiator {
	if i := m.ofFlow(f.ID()).Initiator; i != "" {
		return i
	}
	if f.Initiator() != portbook.InitiatorUnstated {
		return site.Initiator(f.Initiator())
	}
	if i := m.ofComponent(f.Component()).Initiator; i != "" {
		return i
	}
	return m.ofProduct(f.Product()).Initiator
}

func (m model) ports(f portbook.Flow) (options []portbook.PortSet, asks []string) {
	if p := m.ofFlow(f.ID()).Ports; !p.IsEmpty() {
		return []portbook.PortSet{p}, nil
	}
	about, governing, answered := "flow "+f.String(), 0, 0
	var set portbook.PortSet
	rest := f.Ports()
	for _, s := range f.Settings() {
		if !slices.Contains(s.Governs, portbook.GovernsPort) {
			continue
		}
		if governing++; governing == 1 {
			about = "setting " + string(s.ID)
		}
		if p := m.ofSetting(s.ID).Ports; !p.IsEmpty() {
			answered++
			set, rest = set.Union(p), rest.Subtract(s.Default)
		}
	}
	for p, r := range f.Ports().All() {
		for n := r.First(); r.Len() <= 16; n++ {
			options = append(options, portbook.PortSetOf(p, n))
			if n == r.Last() {
				break
			}
		}
		if r.Len() > 16 {
			options = append(options, portbook.PortSetFrom(p, r))
		}
	}
	choice := f.PortChoice() == portbook.PortChoiceOneOf && f.Ports().Len() > 1
	switch {
	case answered > 0 && (choice || f.Ports().IsEmpty() || governing == 1):
		return []portbook.PortSet{set}, nil
	case answered > 0:
		return []portbook.PortSet{set.Union(rest)}, nil
	case f.Ports().IsEmpty() || choice:
		return options, []string{"ports " + about}
	}
	return []portbook.PortSet{f.Ports()}, nil
}

// waitsFor returns the questions of which an answer could change a flow.
func (m model) waitsFor(f portbook.Flow) []string {
	var list []string
	a := m.ofFlow(f.ID())
	for _, x := range f.Conditions() {
		if a.Use == site.Unanswered {
			list = append(list, "condition condition "+string(x.ID))
		}
	}
	for _, s := range f.Settings() {
		for _, g := range s.Governs {
			switch {
			case g == portbook.GovernsUse && a.Use == site.Unanswered:
				list = append(list, "use setting "+string(s.ID))
			case g == portbook.GovernsPort && a.Ports.IsEmpty():
				list = append(list, "ports setting "+string(s.ID))
			case g == portbook.GovernsPeer && (len(a.From) == 0 || len(a.To) == 0):
				list = append(list, "peer setting "+string(s.ID))
			}
		}
	}
	return list
}

// plan returns the needs and the questions as text, sorted.
func (m model) plan() (needs, questions []string) {
	verdicts := map[portbook.Flow]*verdict{}
	asked := map[string]bool{}
	for f := range m.c.Flows().All() {
		if v := m.decide(f); v != nil {
			verdicts[f] = v
			for _, q := range v.asks {
				asked[q] = true
			}
		}
	}
	for f, v := range verdicts {
		peers := slices.ContainsFunc(v.asks, func(q string) bool { return strings.HasPrefix(q, "peer ") })
		if !v.unneeded && !peers {
			for _, q := range m.waitsFor(f) {
				if asked[q] && !slices.Contains(v.asks, q) {
					v.asks = append(v.asks, q)
				}
			}
		}
		for _, q := range v.asks {
			questions = append(questions, q+": "+f.String())
		}
		otherThanPorts := slices.ContainsFunc(v.asks, func(q string) bool { return !strings.HasPrefix(q, "ports ") })
		if v.unneeded || otherThanPorts || len(v.asks) > 0 && len(v.options) < 2 {
			continue
		}
		for pair := range v.pairs {
			needs = append(needs, m.need(f, pair, v.options))
		}
	}
	slices.Sort(needs)
	slices.Sort(questions)
	return needs, questions
}

func (m model) need(f portbook.Flow, pair [2]string, options []portbook.PortSet) string {
	s := fmt.Sprintf("%s: %s > %s: %v", f, pair[0], pair[1], options)
	if h, ok := m.host(pair[0]); ok && pair[0] == pair[1] && !isGroup(h) {
		s += " local"
	}
	return s
}

// isGroup reports whether a host is several machines; tests have no selectors.
func isGroup(h site.Host) bool {
	if h.Group != site.Unanswered {
		return h.Group == site.Yes
	}
	count := map[bool]int{}
	for _, a := range h.Addresses {
		first, last, _ := a.Range()
		count[first.Is4()]++
		if first != last {
			return true
		}
	}
	return count[true] > 1 || count[false] > 1
}

// planned returns what a plan says in the form of the model.
func planned(p *site.Plan) (needs, questions []string) {
	for n := range p.Needs() {
		s := fmt.Sprintf("%s: %s > %s: %v", n.Flow, n.From, n.To, n.Options)
		if n.Local {
			s += " local"
		}
		needs = append(needs, s)
	}
	for _, q := range p.Questions() {
		for _, f := range q.Flows() {
			questions = append(questions, fmt.Sprintf("%s %s %s: %s", q.Kind, q.SubjectKind(), q.Subject(), f))
		}
	}
	slices.Sort(needs)
	slices.Sort(questions)
	return needs, questions
}
