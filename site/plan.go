package site

import (
	"iter"
	"slices"

	"github.com/portbook/portbook"
)

// Plan is what a site needs, and what it cannot say yet. It is immutable and
// safe for concurrent use.
type Plan struct {
	site      *Site
	needs     []*decision // in the order of the catalog
	open      []*decision // that could become needs, in the order of the catalog
	questions []Question
	unneeded  []Unneeded
	served    map[servedKey][]uint32
}

// Need is a flow between two ends, at least one of which is a host.
type Need struct {
	Flow portbook.Flow // the documented flow
	// From opens the connection and To accepts it, whatever the order in the
	// document.
	From, To End
	// Options are the ports: each is enough by itself. As long as a question
	// leaves open which of several it is, there is no rule for the need.
	Options []portbook.PortSet
	// Local says that both ends are one machine, so that nothing passes over the
	// network.
	Local bool
	// Wide says that the ports are the range from which some are assigned when
	// needed.
	Wide bool

	decision *decision
}

// Answers returns the answers that the need follows from, those about flows
// first.
func (n Need) Answers() []Answer {
	if n.decision == nil {
		return nil
	}
	return n.To.site.answersAt(n.decision.answers)
}

func (s *Site) answersAt(list []int) []Answer {
	var answers []Answer
	for _, i := range list {
		answers = append(answers, s.def.Answers[i].clone())
	}
	return answers
}

// NeedsRule reports whether firewalls have to permit the need: it passes over
// the network, and no document says that it needs no rule.
func (n Need) NeedsRule() bool {
	return !n.Local && n.Flow.Firewall() != portbook.FirewallNotNeeded
}

// IsOpen reports whether it is open which of several options the need has.
func (n Need) IsOpen() bool { return len(n.Options) > 1 }

// Unneeded is a flow of the site's roles that answers rule out.
type Unneeded struct {
	Flow    portbook.Flow // the flow that is not needed
	Answers []Answer      // that rule it out
}

// plan decides on every flow, and gathers what comes of it.
func (r *resolver) plan() *Plan {
	r.resolve()
	p := &Plan{site: r.site, served: r.served()}
	place := map[question]int{}
	for _, d := range r.flows {
		if d.unneeded {
			p.unneeded = append(p.unneeded, Unneeded{d.flow, r.site.answersAt(d.against)})
			continue
		}
		for _, q := range d.asks {
			at, ok := place[q]
			if !ok {
				at = len(p.questions)
				place[q] = at
				p.questions = append(p.questions, Question{Kind: q.kind, site: r.site, subject: q.subject})
			}
			p.questions[at].flows = append(p.questions[at].flows, d.flow)
		}
		switch {
		case d.isNeed():
			p.needs = append(p.needs, d)
		case !d.ends:
			p.open = append(p.open, d)
		}
	}
	return p
}

// isNeed reports whether a flow is needed for sure, if only with a choice of
// ports.
func (d *decision) isNeed() bool {
	open := slices.ContainsFunc(d.asks, func(q question) bool { return q.kind != QuestionPorts })
	return !d.ends && !open && (len(d.asks) == 0 || len(d.options) > 1)
}

// Site returns the site that the plan is of.
func (p *Plan) Site() *Site { return p.site }

// Questions returns what is open, in the order in which the catalog has the
// first flow of each.
func (p *Plan) Questions() []Question { return slices.Clone(p.questions) }

// Unneeded returns the flows of the site's roles that answers rule out, in the
// order of the catalog.
func (p *Plan) Unneeded() []Unneeded { return slices.Clone(p.unneeded) }

// Needs yields the needs in the order of the catalog, those of a flow by the
// names of their hosts.
func (p *Plan) Needs() iter.Seq[Need] {
	return func(yield func(Need) bool) {
		for _, d := range p.needs {
			for pair := range p.pairs(d) {
				if !yield(p.need(d, pair)) {
					return
				}
			}
		}
	}
}

// Possible yields what is not a need as long as a question is open, and could
// become one by its answer, in the order of Needs. Where it is open who opens
// the connection, both ends do. Options are the ports as documented, or the
// published defaults of the settings that govern them; none where there are
// none. Flows with an end that no host is known to be at are not among them.
func (p *Plan) Possible() iter.Seq[Need] {
	return func(yield func(Need) bool) {
		for _, d := range p.open {
			options := d.options
			if len(options) == 0 {
				options = d.defaults()
			}
			for pair := range p.pairs(d) {
				n := p.need(d, pair)
				n.Options = options
				if !yield(n) {
					return
				}
			}
		}
	}
}

// defaults returns the published defaults of the settings that govern the
// ports.
func (d *decision) defaults() []portbook.PortSet {
	var list []portbook.PortSet
	for _, s := range d.governedBy(portbook.GovernsPort) {
		if !s.Default.IsEmpty() && !slices.Contains(list, s.Default) {
			list = append(list, s.Default)
		}
	}
	return list
}

// pair is the ends of a need, by their places.
type pair struct{ from, to uint32 }

func comparePairs(a, b pair) int {
	if a.from != b.from {
		return int(a.from) - int(b.from)
	}
	return int(a.to) - int(b.to)
}

func (p *Plan) need(d *decision, x pair) Need {
	return Need{
		Flow: d.flow, From: End{p.site, x.from}, To: End{p.site, x.to}, Options: d.options, Wide: d.wide, decision: d,
		Local: x.from == x.to && !p.site.ends[x.to].group,
	}
}

// pairs yields the ends of the needs of a flow, sorted. It keeps those of one
// end at a time: two large groups of hosts have very many pairs.
func (p *Plan) pairs(d *decision) iter.Seq[pair] {
	forth, back := d.initiator != InitiatorTo, d.initiator != InitiatorFrom
	var openers []uint32
	if forth {
		openers = append(openers, union(d.from)...)
	}
	if back {
		openers = append(openers, union(d.to)...)
	}
	slices.Sort(openers)
	openers = slices.Compact(openers)
	return func(yield func(pair) bool) {
		var accepters []uint32
		for _, a := range openers {
			accepters = accepters[:0]
			if forth {
				accepters = p.appendPartners(accepters, a, d.from, d.to)
			}
			if back {
				accepters = p.appendPartners(accepters, a, d.to, d.from)
			}
			slices.Sort(accepters)
			for _, b := range slices.Compact(accepters) {
				if !yield(pair{a, b}) {
					return
				}
			}
		}
	}
}

// appendPartners appends the ends with which an end of some slots is paired,
// which are in others. Two clouds are no pair.
func (p *Plan) appendPartners(list []uint32, x uint32, here, there []slot) []uint32 {
	hosts := uint32(len(p.site.hosts))
	for _, h := range here {
		if !contains(h, x) {
			continue
		}
		for _, t := range there {
			for _, y := range p.partners(x, t) {
				if (x < hosts || y < hosts) && p.serves(y, h, x) {
					list = append(list, y)
				}
			}
		}
	}
	return list
}

func contains(s slot, x uint32) bool {
	_, ok := slices.BinarySearch(s.ends, x)
	return ok
}

// servedKey is a host that serves others, and a role that some of them play.
type servedKey struct {
	host uint32
	role portbook.Component
}

// served returns the hosts that each host serves, by the roles that they play.
func (r *resolver) served() map[servedKey][]uint32 {
	served := map[servedKey][]uint32{}
	for i := range r.site.hosts {
		for _, name := range r.site.hosts[i].Serves {
			other, _ := r.site.hostIndex(name)
			for _, role := range r.site.hosts[other].Roles {
				for _, x := range r.lineage(role) {
					key := servedKey{uint32(i), x}
					served[key] = append(served[key], other)
				}
			}
		}
	}
	for key, list := range served {
		slices.Sort(list)
		served[key] = slices.Compact(list)
	}
	return served
}

// partners returns the ends of a slot with which an end can be paired: those
// that it serves, where it serves any of the slot's role.
func (p *Plan) partners(x uint32, of slot) []uint32 {
	if list, ok := p.served[servedKey{x, of.component}]; ok && of.component != "" {
		return list
	}
	return of.ends
}

// serves reports whether an end can be paired with another, which is in a slot.
func (p *Plan) serves(x uint32, of slot, other uint32) bool {
	list, ok := p.served[servedKey{x, of.component}]
	if !ok || of.component == "" {
		return true
	}
	_, found := slices.BinarySearch(list, other)
	return found
}
