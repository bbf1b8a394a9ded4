package audit

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/ruleset"
	"github.com/portbook/portbook/site"
	"go4.org/netipx"
)

// Firewall is a rule set, and where it is in a site: on a host, at a gateway
// between zones, or, where its base chains name the ends that they protect, a
// platform for all of these.
type Firewall struct {
	Name  string       // by which findings name it, such as that of its file
	Rules *ruleset.Set // what its own program listed
	Host  site.End     // whose own firewall it is; the zero value for others
	Zones []string     // that a gateway is between; none for all
}

// RuleFinding is what a finding says about a rule set.
type RuleFinding struct {
	Firewall  string            // its name
	Direction ruleset.Direction // "" for what was not read
	// Places are those of the rule or the default that the finding is about; of
	// VerdictNotPermitted those that deny.
	Places []ruleset.Place
	// Pieces are the connections that the finding is about; MorePieces says that
	// there are more.
	Pieces     []ruleset.Piece
	MorePieces bool
	What       string // what was not read, as the rule set writes it
}

// Permission is what rule sets would do with the connections of a finding about
// logs.
type Permission string

// The permissions.
const (
	PermissionUnknown  Permission = ""          // no rule set is about them
	PermissionSurely   Permission = "permitted" // all of them are permitted
	PermissionPossibly Permission = "possibly"  // it depends on what was not understood, or is not known
	PermissionNone     Permission = "denied"    // some of them are surely denied
)

// and returns what two rule sets permit that are both passed.
func (p Permission) and(q Permission) Permission {
	order := []Permission{PermissionUnknown, PermissionSurely, PermissionPossibly, PermissionNone}
	return order[max(slices.Index(order, p), slices.Index(order, q))]
}

// AddRules compares a rule set with the needs, and adds what it finds: needs that
// are not permitted, and what is permitted and not needed. Of what logs showed
// before, it says what the rule set would do. Without logs, begin with Findings
// that have a Plan alone.
func (f *Findings) AddRules(w Firewall) error {
	if err := w.Rules.Validate(); err != nil {
		return err
	}
	directions := w.directions()
	if len(directions) == 0 {
		return fmt.Errorf("audit: the rule set has no rules for %s", w.scope())
	}
	logs := f.List
	for _, d := range directions {
		r, err := newRuleAudit(f, w, d)
		if err != nil {
			return err
		}
		r.judge(logs)
		f.List = append(f.List, r.missing()...)
		f.List = append(f.List, r.excess(logs)...)
	}
	for _, u := range w.Rules.Unread {
		f.List = append(f.List, Finding{Verdict: VerdictUnreadRule, Rule: &RuleFinding{Firewall: w.Name, Places: []ruleset.Place{u.Place}, What: u.What}})
	}
	return nil
}

// isPlatform reports whether base chains name what they protect.
func (w Firewall) isPlatform() bool {
	return slices.ContainsFunc(w.Rules.Chains, func(c *ruleset.Chain) bool { return len(c.Own) > 0 })
}

// directions returns those that the rule set is asked about, as far as it has
// base chains of them.
func (w Firewall) directions() []ruleset.Direction {
	list := []ruleset.Direction{ruleset.Through}
	if !w.Host.IsZero() || w.isPlatform() {
		list = []ruleset.Direction{ruleset.Inbound, ruleset.Outbound}
	}
	return slices.DeleteFunc(list, func(d ruleset.Direction) bool {
		return !slices.ContainsFunc(w.Rules.Chains, func(c *ruleset.Chain) bool { return c.Direction == d })
	})
}

// scope names where the rule set is.
func (w Firewall) scope() string {
	if w.Host.IsZero() {
		return "what passes a gateway (expected: the rules of a gateway, or the host whose own firewall it is)"
	}
	return "what a host opens or accepts (expected: the rules of a host)"
}

// isPassedBy reports whether what a need opens passes the firewall.
func (w Firewall) isPassedBy(n site.Need, d ruleset.Direction) bool {
	switch {
	case n.Local:
		return false
	case d == ruleset.Through:
		from, to := n.From.Zone(), n.To.Zone()
		in := func(zone string) bool { return len(w.Zones) == 0 || slices.Contains(w.Zones, zone) }
		return from != to && in(from) && in(to)
	case w.Host.IsZero():
		return true
	case d == ruleset.Inbound:
		return n.To == w.Host
	}
	return n.From == w.Host
}

// ruleAudit compares a rule set with needs in one direction.
type ruleAudit struct {
	plan      *site.Plan
	firewall  Firewall
	direction ruleset.Direction
	rules     *ruleset.Compiled
	ends      []site.End
	needs     []site.Need // those over the network
	window    Finding     // the time of the logs
}

func newRuleAudit(f *Findings, w Firewall, d ruleset.Direction) (*ruleAudit, error) {
	r := &ruleAudit{plan: f.Plan, firewall: w, direction: d, ends: f.Plan.Site().Hosts(), window: Finding{First: f.First, Last: f.Last}}
	known := map[site.End]bool{}
	for _, e := range r.ends {
		known[e] = true
	}
	for n := range f.Plan.Needs() {
		if n.Local {
			continue
		}
		r.needs = append(r.needs, n)
		for _, e := range []site.End{n.From, n.To} {
			if !known[e] {
				known[e] = true
				r.ends = append(r.ends, e)
			}
		}
	}
	var err error
	r.rules, err = ruleset.Compile(w.Rules, d, r.ends)
	return r, err
}

// missing returns a finding for each need that is not surely permitted.
func (r *ruleAudit) missing() []Finding {
	var list []Finding
	for _, n := range r.needs {
		if !n.NeedsRule() || !r.firewall.isPassedBy(n, r.direction) {
			continue
		}
		if m := r.least(n); !m.Ports.IsEmpty() {
			list = append(list, r.notPermitted(n, m))
		}
	}
	return list
}

// least returns what is missing of the option of which the fewest ports are.
func (r *ruleAudit) least(n site.Need) (least ruleset.Missing) {
	for i, option := range n.Options {
		m := r.rules.Missing(n.From, n.To, option)
		if i == 0 || m.Ports.Len() < least.Ports.Len() {
			least = m
		}
	}
	return least
}

func (r *ruleAudit) notPermitted(n site.Need, m ruleset.Missing) Finding {
	x := r.about()
	x.Pieces = m.Pieces
	for _, d := range m.By {
		x.Places = append(x.Places, d.Place())
	}
	return Finding{Verdict: VerdictNotPermitted, From: n.From, To: n.To, Ports: m.Ports, Need: n, Permission: permissionOf(m), Rule: x, plan: r.plan}
}

func (r *ruleAudit) about() *RuleFinding {
	return &RuleFinding{Firewall: r.firewall.Name, Direction: r.direction}
}

// neighbors is what IPv6 needs on every machine to find its neighbors and
// routers, and to listen to multicast.
var neighbors = portbook.MustParsePortSet("130-136,143/58")

// excess returns a finding for each rule that permits what nothing needs, and
// for each that permits what is needed and that no record of the logs used.
func (r *ruleAudit) excess(logs []Finding) []Finding {
	needed := ruleset.Needed{Own: r.firewall.Host}
	if r.direction != ruleset.Through {
		needed.Always = neighbors
	}
	for _, n := range r.needs {
		needed.Streams = append(needed.Streams, site.Stream{From: n.From, To: n.To, Ports: portbook.UnionAll(n.Options...)})
	}
	var excess, unused []Finding
	used := r.usage(logs)
	for _, e := range r.rules.Excess(needed, used != nil) {
		x := r.about()
		x.Places = []ruleset.Place{e.Place()}
		if len(e.Pieces) > 0 && !r.isUnread(e) {
			x := *x
			x.Pieces, x.MorePieces = e.Pieces, e.More
			excess = append(excess, r.inExcess(&x))
		}
		if used != nil && used.isUnused(e) {
			f := Finding{Verdict: VerdictUnused, Ports: e.Rule.Ports, First: r.window.First, Last: r.window.Last, Rule: x}
			f.From, f.To = r.onlyEnds(e.Serves)
			unused = append(unused, f)
		}
	}
	return append(excess, unused...)
}

// isUnread reports whether a rule is all that is known of what was not read, so
// that a finding of its own is about it.
func (r *ruleAudit) isUnread(e ruleset.Excess) bool {
	if e.Rule == nil || !e.Rule.Partial || !isAny(e.Rule.From) || !isAny(e.Rule.To) || !e.Rule.Ports.Complement().IsEmpty() {
		return false
	}
	return slices.ContainsFunc(r.firewall.Rules.Unread, func(u ruleset.Unread) bool { return u.Place == e.Rule.Place })
}

func isAny(m ruleset.Match) bool { return m.Addresses == nil && len(m.Ends) == 0 }

// inExcess returns the finding about pieces, with the flow that they look like.
// At a host, the own side is the host, whatever its address.
func (r *ruleAudit) inExcess(x *RuleFinding) Finding {
	f := Finding{Verdict: VerdictExcess, Rule: x}
	for i, p := range x.Pieces {
		f.Ports = f.Ports.Union(p.Ports)
		from, to := onlyEnd(p.From), onlyEnd(p.To)
		if i == 0 {
			f.From, f.To = from, to
		}
		if f.From != from {
			f.From = site.End{}
		}
		if f.To != to {
			f.To = site.End{}
		}
	}
	switch {
	case r.firewall.Host.IsZero():
	case r.direction == ruleset.Inbound:
		f.To = r.firewall.Host
	default:
		f.From = r.firewall.Host
	}
	if !x.MorePieces && !f.From.IsZero() && !f.To.IsZero() {
		(&Matcher{plan: r.plan}).explain(&f)
	}
	return f
}

// onlyEnd returns the end that a side is of, or the zero value where it is of
// several or of others.
func onlyEnd(s ruleset.Side) site.End {
	if len(s.Ends) != 1 || s.Others {
		return site.End{}
	}
	return s.Ends[0]
}

// onlyEnds returns the ends of some needs, each the zero value where they have
// several.
func (r *ruleAudit) onlyEnds(needs []int32) (from, to site.End) {
	from, to = r.needs[needs[0]].From, r.needs[needs[0]].To
	for _, i := range needs {
		if r.needs[i].From != from {
			from = site.End{}
		}
		if r.needs[i].To != to {
			to = site.End{}
		}
	}
	return from, to
}

// usage is what logs showed of rules.
type usage struct {
	needs  []site.Need
	unseen map[needID]bool
	others []Finding // of connections that no need explains for sure
}

// needID identifies a need of a plan.
type needID struct {
	flow     portbook.Flow
	from, to site.End
}

// usage gathers what logs showed; nil where there are none.
func (r *ruleAudit) usage(logs []Finding) *usage {
	var u *usage
	for _, f := range logs {
		if f.Rule != nil || !f.Verdict.isOfLogs() {
			continue
		}
		if u == nil {
			u = &usage{needs: r.needs, unseen: map[needID]bool{}}
		}
		switch {
		case f.Verdict == VerdictUnseen:
			u.unseen[needID{f.Need.Flow, f.From, f.To}] = true
		case f.Need.Flow.IsZero() || f.Verdict == VerdictAmbiguous || f.Verdict == VerdictUnanswered:
			u.others = append(u.others, f)
		}
	}
	return u
}

func (v Verdict) isOfLogs() bool {
	switch v {
	case VerdictListening, VerdictNotListening, VerdictUndocumentedListener:
		return false
	}
	return true
}

// isUnused reports whether the logs would show what a rule permits, and show
// none of it.
func (u *usage) isUnused(e ruleset.Excess) bool {
	if e.Rule == nil || e.More || len(e.Serves) == 0 {
		return false
	}
	for _, i := range e.Serves {
		n := u.needs[i]
		if !u.unseen[needID{n.Flow, n.From, n.To}] {
			return false
		}
	}
	return !slices.ContainsFunc(u.others, func(f Finding) bool {
		return f.Ports.Overlaps(e.Rule.Ports) && mayMatch(e.Rule.From, f.From) && mayMatch(e.Rule.To, f.To)
	})
}

// mayMatch reports whether a match may match any machine of an end; the zero
// value is any machine.
func mayMatch(m ruleset.Match, e site.End) bool {
	if e.IsZero() || isAny(m) || slices.Contains(m.Ends, e) {
		return true
	}
	if m.Addresses == nil {
		return false
	}
	known := false
	for _, r := range rangesOf(e) {
		known = true
		if m.Addresses.OverlapsRange(r) {
			return true
		}
	}
	return !known
}

// judge says of the findings about logs what the rule set would do.
func (r *ruleAudit) judge(logs []Finding) {
	for i := range logs {
		f := &logs[i]
		switch {
		case f.Rule != nil || !f.Verdict.isOfLogs():
		case !f.Need.Flow.IsZero():
			if r.firewall.isPassedBy(f.Need, r.direction) {
				f.Permission = f.Permission.and(permissionOf(r.least(f.Need)))
			}
		case f.Ports.Len() <= mostExplained:
			f.Permission = f.Permission.and(r.permissionOfStray(f))
		}
	}
}

func permissionOf(m ruleset.Missing) Permission {
	switch {
	case m.Ports.IsEmpty():
		return PermissionSurely
	case m.Possibly == m.Ports:
		return PermissionPossibly
	}
	return PermissionNone
}

// permissionOfStray follows the examples of what no need explains through the
// rules.
func (r *ruleAudit) permissionOfStray(f *Finding) (all Permission) {
	for _, pair := range f.Examples {
		from, to := r.point(pair.From), r.point(pair.To)
		if !r.isPassedByStray(from, to) {
			continue
		}
		for protocol, ports := range f.Ports.All() {
			for n := int(ports.First()); n <= int(ports.Last()); n++ {
				all = all.and(permission(r.firewall.Rules.Permits(r.direction, from, to, protocol, portbook.Port(n))))
			}
		}
	}
	return all
}

func permission(surely, possibly bool) Permission {
	switch {
	case surely:
		return PermissionSurely
	case possibly:
		return PermissionPossibly
	}
	return PermissionNone
}

// point returns an address with the ends that have it.
func (r *ruleAudit) point(a netip.Addr) ruleset.Point {
	p := ruleset.Point{Address: a}
	for _, e := range r.ends {
		for _, x := range rangesOf(e) {
			if x.Contains(a) {
				p.Ends = append(p.Ends, e)
				break
			}
		}
	}
	return p
}

// isPassedByStray reports whether connections between two points pass the
// firewall.
func (r *ruleAudit) isPassedByStray(from, to ruleset.Point) bool {
	switch {
	case r.direction == ruleset.Through:
		return len(from.Ends) == 0 || len(to.Ends) == 0 || slices.ContainsFunc(from.Ends, func(e site.End) bool {
			return slices.ContainsFunc(to.Ends, func(g site.End) bool { return e.Zone() != g.Zone() })
		})
	case r.firewall.Host.IsZero():
		return true
	case r.direction == ruleset.Inbound:
		return slices.Contains(to.Ends, r.firewall.Host)
	}
	return slices.Contains(from.Ends, r.firewall.Host)
}

// rangesOf returns the addresses of an end.
func rangesOf(e site.End) []netipx.IPRange {
	var list []netipx.IPRange
	for _, place := range e.Places() {
		if first, last, ok := place.Range(); ok {
			list = append(list, netipx.IPRangeFrom(first, last))
		}
	}
	return list
}
