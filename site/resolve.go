package site

import (
	"slices"
	"strings"

	"github.com/portbook/portbook"
)

// unspecified is the component of an end that a document leaves open. No host
// plays it.
const unspecified = portbook.ComponentSiteUnspecified

// A resolver decides what becomes of each flow that involves a host of a site.
type resolver struct {
	site   *Site
	hosts  map[portbook.Component][]uint32 // that play a component, or one that inherits from it, sorted
	clouds map[portbook.Component]uint32   // places in site.ends
	infos  map[portbook.Component]portbook.ComponentInfo
	// products has those of which a host plays a component, or whose cloud is in
	// use.
	products map[portbook.Product]bool
	effects  []effect // of answers
	flows    []*decision
}

// effect is what an answer did.
type effect struct{ reached, changed bool }

// decision is what became of a flow.
type decision struct {
	flow      portbook.Flow
	order     int // of the flow in the catalog
	settings  []portbook.Setting
	from, to  []slot
	initiator Initiator          // "" when that is open
	options   []portbook.PortSet // none when the ports are open
	wide      bool               // the ports are a range from which some are assigned
	unneeded  bool
	asks      []question
	ends      bool  // whether the peers are open
	answers   []int // that decide something of the flow
	against   []int // of these, that rule the flow out
}

// slot is the ends that play a component at one end of a flow. Hosts that an
// answer names there are in a slot without a component.
type slot struct {
	component portbook.Component
	ends      []uint32
}

// question is what is asked, without the flows that it is asked for.
type question struct {
	kind QuestionKind
	subject
}

func newResolver(s *Site) *resolver {
	r := &resolver{
		site: s, hosts: map[portbook.Component][]uint32{}, clouds: map[portbook.Component]uint32{},
		infos: map[portbook.Component]portbook.ComponentInfo{}, products: map[portbook.Product]bool{}, effects: make([]effect, len(s.def.Answers)),
	}
	for i := range s.hosts {
		h := &s.hosts[i]
		s.ends = append(s.ends, end{name: h.Name, host: h, group: h.isGroup()})
		for _, role := range h.Roles {
			for _, x := range r.lineage(role) {
				r.products[r.info(x).Product] = true
				if list := r.hosts[x]; len(list) == 0 || list[len(list)-1] != uint32(i) {
					r.hosts[x] = append(list, uint32(i))
				}
			}
		}
	}
	for i := range s.def.Answers {
		if a := &s.def.Answers[i]; a.Region != "" { // its cloud is in use
			r.products[a.Product] = true
		}
	}
	return r
}

func (r *resolver) info(x portbook.Component) portbook.ComponentInfo {
	info, ok := r.infos[x]
	if !ok {
		info, _ = r.site.catalog.Component(x)
		r.infos[x] = info
	}
	return info
}

// lineage returns a component and all that it inherits from, directly or not.
func (r *resolver) lineage(x portbook.Component) []portbook.Component {
	if list, ok := r.site.lineages[x]; ok {
		return list
	}
	list := []portbook.Component{x}
	for i := 0; i < len(list); i++ {
		for _, origin := range r.info(list[i]).Inherits {
			if !slices.Contains(list, origin) {
				list = append(list, origin)
			}
		}
	}
	r.site.lineages[x] = list
	return list
}

// relevant returns the flows that could involve a host.
func (r *resolver) relevant() portbook.FlowSet {
	var roles []portbook.Endpoint
	for x := range r.hosts {
		roles = append(roles, x)
	}
	c := r.site.catalog
	flows := c.Flows().Involving(roles...)
	for i := range r.site.def.Answers {
		a := &r.site.def.Answers[i]
		if len(a.From)+len(a.To) == 0 {
			continue
		}
		if f, ok := c.Lookup(a.Flow); ok {
			flows = flows.Union(f.Set())
		}
		if a.Setting != "" {
			flows = flows.Union(c.Flows().AffectedBy(a.Setting))
		}
	}
	return flows
}

// resolve decides on every flow.
func (r *resolver) resolve() {
	r.collectClouds()
	for f := range r.relevant().All() {
		if d := r.decide(f); d != nil {
			d.order = len(r.flows)
			r.flows = append(r.flows, d)
		}
	}
	r.wait()
}

// collectClouds gives the components in clouds that no host plays their places
// among the ends of the site.
func (r *resolver) collectClouds() {
	var list []portbook.ComponentInfo
	for _, x := range r.site.catalog.Components() {
		if info := r.info(x); info.Hosting == portbook.HostingCloud && len(info.Hosts) > 0 && len(r.hosts[x]) == 0 {
			list = append(list, r.inRegion(info))
		}
	}
	slices.SortFunc(list, func(a, b portbook.ComponentInfo) int { return strings.Compare(string(a.ID), string(b.ID)) })
	for _, info := range list {
		r.clouds[info.ID] = uint32(len(r.site.ends))
		r.site.ends = append(r.site.ends, end{name: string(info.ID), info: info, group: true})
	}
}

// about returns the answer about something, and its index.
func (r *resolver) about(kind subjectKind, id string) (*Answer, int) {
	if i, ok := r.site.answers[subject{kind, id}]; ok {
		return &r.site.def.Answers[i], i
	}
	return nil, -1
}

// use notes that an answer decided something of a flow, and whether that made a
// difference.
func (d *decision) use(r *resolver, answer int, changed bool) {
	if answer < 0 {
		return
	}
	r.effects[answer].reached = true
	r.effects[answer].changed = r.effects[answer].changed || changed
	if !slices.Contains(d.answers, answer) {
		d.answers = append(d.answers, answer)
	}
}

// ruleOut notes that answers rule the flow out.
func (d *decision) ruleOut(answers ...int) {
	d.unneeded = true
	d.against = append(d.against, answers...)
}

func (d *decision) ask(kind QuestionKind, about subjectKind, id string) {
	if q := (question{kind, subject{about, id}}); !slices.Contains(d.asks, q) {
		d.asks = append(d.asks, q)
	}
}

// governedBy returns the settings of the flow that govern something of it.
func (d *decision) governedBy(g portbook.Governs) []portbook.Setting {
	var list []portbook.Setting
	for _, s := range d.settings {
		if slices.Contains(s.Governs, g) {
			list = append(list, s)
		}
	}
	return list
}

// decide decides on a flow; nil where no host takes part in it.
func (r *resolver) decide(f portbook.Flow) *decision {
	d := &decision{flow: f, settings: f.Settings()}
	from, to := r.bind(d, f.From(), true), r.bind(d, f.To(), false)
	if !r.hasHost(from.slots) && !r.hasHost(to.slots) {
		return nil
	}
	here := r.products[f.Product()] || from.named || to.named
	if !here && (from.isOpen() || to.isOpen() || r.isOfSite(from.slots, to.slots)) {
		return nil // the product is not here: what it would need is not asked
	}
	d.from, d.to = from.slots, to.slots
	from.apply(r, d)
	to.apply(r, d)
	r.decideUse(d)
	r.decideInitiator(d)
	r.decidePorts(d)
	d.settle()
	for _, list := range [][]int{d.answers, d.against} {
		slices.SortFunc(list, func(a, b int) int {
			return compareSubjects(r.site.def.Answers[a].subject(), r.site.def.Answers[b].subject())
		})
	}
	d.against = slices.Compact(d.against)
	return d
}

// settle drops questions that do not matter: all of a flow that is not needed,
// and all but those about the peers where these are open.
func (d *decision) settle() {
	if d.unneeded {
		d.asks, d.ends = nil, false
	}
	if d.ends {
		d.asks = slices.DeleteFunc(d.asks, func(q question) bool { return q.kind != QuestionPeer })
	}
}

// isOfSite reports whether the hosts that take part in a flow are parts of any
// network alone, such as a browser and a DNS server: what they need of each
// other, or of a cloud, is needed where its product is.
func (r *resolver) isOfSite(from, to []slot) bool {
	return !slices.ContainsFunc(slices.Concat(from, to), func(x slot) bool {
		return r.hasHost([]slot{x}) && r.info(x.component).Product != portbook.ProductSite
	})
}

func compareSubjects(a, b subject) int {
	if a.kind != b.kind {
		return int(a.kind) - int(b.kind)
	}
	return strings.Compare(a.id, b.id)
}

func (r *resolver) hasHost(slots []slot) bool {
	for _, s := range slots {
		if len(s.ends) > 0 && int(s.ends[0]) < len(r.site.hosts) {
			return true
		}
	}
	return false
}

// binding is who takes part at one end of a flow.
type binding struct {
	slots   []slot
	answers []int                // that name the hosts, call roles absent, or choose their region
	named   bool                 // whether answers name the hosts
	changed bool                 // whether these make a difference
	absent  bool                 // all that could take part is absent
	regions []portbook.Product   // whose regions decide on the hosts and are open
	missing []portbook.Component // that no host plays
	open    bool                 // the document leaves it open
}

// bind finds who takes part at one end of a flow.
func (r *resolver) bind(d *decision, components []portbook.Component, from bool) binding {
	var b binding
	var decided []int // that call roles absent, or choose the region
	for _, x := range components {
		if x == unspecified {
			b.open = true
			continue
		}
		hosts := r.hosts[x]
		absent := -1
		if len(hosts) == 0 {
			absent = r.absent(x)
		}
		place, cloud := r.clouds[x]
		switch {
		case len(hosts) > 0:
			b.slots = append(b.slots, slot{x, hosts})
		case absent >= 0:
			decided = append(decided, absent)
		case cloud && r.hasNoHosts(x):
			_, i := r.region(x)
			b.missing, decided = append(b.missing, x), append(decided, i)
		case cloud:
			b.slots = append(b.slots, slot{x, []uint32{place}})
			if len(r.info(x).Regions) == 0 {
				continue
			}
			if _, i := r.region(x); i >= 0 {
				decided = append(decided, i)
			} else {
				b.regions = append(b.regions, r.info(x).Product)
			}
		default:
			b.missing = append(b.missing, x)
		}
	}
	if named, answers := r.namedHosts(d, from); len(answers) > 0 {
		return binding{slots: []slot{{ends: named}}, named: true, answers: answers, changed: !slices.Equal(named, union(b.slots))}
	}
	b.answers, b.changed = decided, true
	b.absent = len(b.slots) == 0 && len(b.missing) == 0 && !b.open
	return b
}

// union returns the ends of slots, sorted.
func union(slots []slot) []uint32 {
	var list []uint32
	for _, s := range slots {
		list = append(list, s.ends...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// absent returns the answer that calls a component absent, -1 for none.
func (r *resolver) absent(x portbook.Component) int {
	if a, i := r.about(aboutComponent, string(x)); a != nil && a.Absent {
		return i
	}
	if a, i := r.about(aboutProduct, string(r.info(x).Product)); a != nil && a.Absent {
		return i
	}
	return -1
}

// namedHosts returns the hosts that answers name at one end of a flow, sorted.
func (r *resolver) namedHosts(d *decision, from bool) (ends []uint32, answers []int) {
	names := func(a *Answer) []string {
		if from {
			return a.From
		}
		return a.To
	}
	add := func(a *Answer, i int) {
		if a == nil || len(names(a)) == 0 {
			return
		}
		answers = append(answers, i)
		for _, name := range names(a) {
			place, _ := r.site.hostIndex(name)
			ends = append(ends, place)
		}
	}
	if add(r.about(aboutFlow, d.flow.String())); len(answers) == 0 {
		for _, s := range d.governedBy(portbook.GovernsPeer) {
			add(r.about(aboutSetting, string(s.ID)))
		}
	}
	slices.Sort(ends)
	return slices.Compact(ends), answers
}

// isOpen reports whether it is not known who takes part.
func (b binding) isOpen() bool { return len(b.slots) == 0 && !b.absent }

// apply takes a binding over into the decision.
func (b binding) apply(r *resolver, d *decision) {
	for _, i := range b.answers {
		d.use(r, i, b.changed)
	}
	if b.absent {
		d.ruleOut(b.answers...)
	}
	for _, p := range b.regions {
		d.ask(QuestionRegion, aboutProduct, string(p))
	}
	if !b.isOpen() { // where some take part, who else could does not matter
		return
	}
	d.ends = true
	for _, x := range b.missing {
		d.ask(QuestionPeer, aboutComponent, string(x))
	}
	if !b.open {
		return
	}
	if s := d.governedBy(portbook.GovernsPeer); len(s) > 0 {
		d.ask(QuestionPeer, aboutSetting, string(s[0].ID))
	} else {
		d.ask(QuestionPeer, aboutFlow, d.flow.String())
	}
}

// decideUse decides whether a flow is used.
func (r *resolver) decideUse(d *decision) {
	required := d.flow.Requirement() == portbook.RequirementRequired
	if a, i := r.about(aboutFlow, d.flow.String()); a != nil && a.Use != Unanswered {
		d.use(r, i, !required || a.Use == No)
		if a.Use == No {
			d.ruleOut(i)
		}
		return
	}
	conditions, toggles := d.flow.Conditions(), d.governedBy(portbook.GovernsUse)
	var yes, held int
	for _, x := range conditions {
		if a, i := r.about(aboutCondition, string(x.ID)); a != nil {
			d.use(r, i, true)
			if a.Holds == No {
				d.ruleOut(i)
			} else {
				held++
			}
		}
	}
	for _, x := range toggles {
		if a, i := r.about(aboutSetting, string(x.ID)); a != nil && a.Use != Unanswered {
			d.use(r, i, !required || a.Use == No)
			if a.Use == No {
				d.ruleOut(i)
			} else {
				yes++
			}
		}
	}
	if !required && yes == 0 && (held == 0 || held < len(conditions)) {
		r.askUse(d, conditions, toggles)
	}
}

// askUse asks for what decides whether a flow is used.
func (r *resolver) askUse(d *decision, conditions []portbook.Condition, toggles []portbook.Setting) {
	switch {
	case len(conditions) > 0:
		for _, x := range conditions {
			if a, _ := r.about(aboutCondition, string(x.ID)); a == nil {
				d.ask(QuestionCondition, aboutCondition, string(x.ID))
			}
		}
	case len(toggles) > 0:
		d.ask(QuestionUse, aboutSetting, string(toggles[0].ID))
	default:
		d.ask(QuestionUse, aboutFlow, d.flow.String())
	}
}

// decideInitiator decides who opens the connection.
func (r *resolver) decideInitiator(d *decision) {
	documented := d.flow.Initiator()
	if a, i := r.about(aboutFlow, d.flow.String()); a != nil && a.Initiator != "" {
		d.use(r, i, string(a.Initiator) != string(documented))
		d.initiator = a.Initiator
		return
	}
	if documented != portbook.InitiatorUnstated {
		d.initiator = Initiator(documented)
		return
	}
	for _, s := range []subject{{aboutComponent, string(d.flow.Component())}, {aboutProduct, string(d.flow.Product())}} {
		if a, i := r.about(s.kind, s.id); a != nil && a.Initiator != "" {
			d.use(r, i, true)
			d.initiator = a.Initiator
			return
		}
	}
	d.ask(QuestionInitiator, aboutFlow, d.flow.String())
}

// decidePorts decides on the options of ports.
func (r *resolver) decidePorts(d *decision) {
	documented, choice := d.flow.Ports(), false
	options := []portbook.PortSet{documented}
	if d.flow.PortChoice() == portbook.PortChoiceOneOf {
		options = alternatives(documented)
		choice = documented.Len() > 1
	}
	if a, i := r.about(aboutFlow, d.flow.String()); a != nil && !a.Ports.IsEmpty() {
		d.use(r, i, choice || a.Ports != documented)
		d.options = []portbook.PortSet{a.Ports}
		return
	}
	governing := d.governedBy(portbook.GovernsPort)
	if ports, ok := r.setPorts(d, governing, choice || documented.IsEmpty()); ok {
		d.options = []portbook.PortSet{ports}
		return
	}
	d.wide = d.flow.PortKind() == portbook.PortKindDynamic
	if !documented.IsEmpty() {
		d.options = options
	}
	if !choice && !documented.IsEmpty() {
		return
	}
	if len(governing) > 0 {
		d.ask(QuestionPorts, aboutSetting, string(governing[0].ID))
	} else {
		d.ask(QuestionPorts, aboutFlow, d.flow.String())
	}
}

// setPorts returns the ports of a flow as answers about settings have them. Of
// ports that are all used, a setting decides those of its published default.
func (r *resolver) setPorts(d *decision, governing []portbook.Setting, open bool) (ports portbook.PortSet, ok bool) {
	documented := d.flow.Ports()
	rest := documented
	var used []int
	for _, s := range governing {
		a, i := r.about(aboutSetting, string(s.ID))
		if a == nil || a.Ports.IsEmpty() {
			continue
		}
		used = append(used, i)
		ports = ports.Union(a.Ports)
		if len(governing) == 1 {
			rest = portbook.PortSet{}
		} else {
			rest = rest.Subtract(s.Default)
		}
	}
	if len(used) == 0 {
		return ports, false
	}
	if !open {
		ports = ports.Union(rest)
	}
	for _, i := range used {
		d.use(r, i, open || ports != documented)
	}
	return ports, true
}

// mostAlternatives is the number of ports of a range up to which each is an
// option of its own.
const mostAlternatives = 16

// alternatives cuts ports of which one is used into options: one for each port,
// and one for each long range.
func alternatives(ports portbook.PortSet) []portbook.PortSet {
	var list []portbook.PortSet
	for p, x := range ports.All() {
		if x.Len() > mostAlternatives {
			list = append(list, portbook.PortSetFrom(p, x))
			continue
		}
		for n := int(x.First()); n <= int(x.Last()); n++ {
			list = append(list, portbook.PortSetOf(p, portbook.Port(n)))
		}
	}
	return list
}

// wait makes flows that are decided wait for the questions that other flows
// ask, where an answer could change them: so no question makes a rule.
func (r *resolver) wait() {
	open := map[question]bool{}
	for _, d := range r.flows {
		for _, q := range d.asks {
			open[q] = true
		}
	}
	for _, d := range r.flows {
		if !d.unneeded && !d.ends {
			for _, q := range r.governing(d) {
				if open[q] && !slices.Contains(d.asks, q) {
					d.asks = append(d.asks, q)
				}
			}
		}
	}
}

// governing returns the questions of which an answer could change a flow, but
// for those about the flow itself.
func (r *resolver) governing(d *decision) []question {
	var list []question
	a, _ := r.about(aboutFlow, d.flow.String())
	if a == nil {
		a = &Answer{}
	}
	if a.Use == Unanswered {
		for _, x := range d.flow.Conditions() {
			list = append(list, question{QuestionCondition, subject{aboutCondition, string(x.ID)}})
		}
	}
	for _, x := range d.settings {
		for _, g := range x.Governs {
			about := subject{aboutSetting, string(x.ID)}
			switch {
			case g == portbook.GovernsUse && a.Use == Unanswered:
				list = append(list, question{QuestionUse, about})
			case g == portbook.GovernsPort && a.Ports.IsEmpty():
				list = append(list, question{QuestionPorts, about})
			case g == portbook.GovernsPeer && len(a.From)*len(a.To) == 0:
				list = append(list, question{QuestionPeer, about})
			}
		}
	}
	return list
}
