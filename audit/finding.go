package audit

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// Verdict is what a finding says.
type Verdict string

// The verdicts: on needs and on traffic by what logs show, on what hosts listen
// on, and on rule sets.
const (
	VerdictSeen                Verdict = "seen"                 // connections were made as needed
	VerdictAttempted           Verdict = "attempted"            // connections were tried, and nothing answered
	VerdictBlocked             Verdict = "blocked"              // connections were tried, and a firewall denied them
	VerdictUnseen              Verdict = "unseen"               // both ends were seen from one vantage, but not this
	VerdictUnobservable        Verdict = "unobservable"         // no log shows both ends, or only some of the packets, so that none can tell
	VerdictUnanswered          Verdict = "unanswered"           // seen, and an open question asks whether it is needed
	VerdictAmbiguous           Verdict = "ambiguous"            // it cannot be told which end it is, or who opened the connection
	VerdictUndocumented        Verdict = "undocumented"         // connections that no need explains
	VerdictUndocumentedAttempt Verdict = "undocumented-attempt" // the same, but without an answer or denied

	VerdictListening            Verdict = "listening"             // a host listens as needed
	VerdictNotListening         Verdict = "not-listening"         // a host has to listen, and does not
	VerdictUndocumentedListener Verdict = "undocumented-listener" // a host listens, and nothing needs it

	VerdictNotPermitted Verdict = "not-permitted" // a rule set does not surely permit a need
	VerdictExcess       Verdict = "excess"        // a rule possibly permits what nothing needs
	VerdictUnused       Verdict = "unused"        // a rule permits what is needed, and no log shows any of it
	VerdictUnreadRule   Verdict = "unread-rule"   // a part of a rule set was not understood
)

// Verdicts returns all verdicts.
func Verdicts() []Verdict {
	return []Verdict{
		VerdictSeen, VerdictAttempted, VerdictBlocked, VerdictUnseen, VerdictUnobservable, VerdictUnanswered, VerdictAmbiguous,
		VerdictUndocumented, VerdictUndocumentedAttempt, VerdictListening, VerdictNotListening, VerdictUndocumentedListener,
		VerdictNotPermitted, VerdictExcess, VerdictUnused, VerdictUnreadRule,
	}
}

// Finding is what a tally shows of a need, or of traffic that no need explains.
type Finding struct {
	Verdict Verdict // what was found
	// From opened the connection. An end is zero for addresses that no host of
	// the site has, and where Ends says that there are several.
	From, To site.End
	// Ends is the number of ends that a scan reached; 0 for other findings.
	Ends int
	// Ports are those of the need, or those that were seen. MorePorts says that
	// there were others, and that the tally did not keep all of them.
	Ports     portbook.PortSet
	MorePorts bool
	// Need is the need that the finding is about; its Flow is zero where no need
	// explains the traffic.
	Need site.Need
	// Flows are documented for the ports and explain the traffic by Reason.
	Flows  []portbook.Flow
	Reason Reason
	// Program is what listens, where the list of sockets names it.
	Program string
	Records uint64 // how many records the finding is about
	// First and Last are when it was seen; zero where the log does not tell.
	First, Last time.Time
	// Vantages are where the records come from, sorted, as far as they name it.
	Vantages []string
	// Sampled says that some of the records were found by sampling, so that there
	// were more connections than records.
	Sampled bool
	// Examples are some of the addresses, at most three pairs.
	Examples []Pair
	// Permission is what rule sets would do with what logs showed, or what a rule
	// set does with a need.
	Permission Permission
	// Rule is set in findings about rule sets alone.
	Rule *RuleFinding

	plan *site.Plan
}

// Pair is the addresses of a connection.
type Pair struct {
	From, To netip.Addr // of one record
}

// Reason says how documented flows explain traffic that no need does.
type Reason string

// The reasons.
const (
	ReasonNone     Reason = ""          // nothing documented uses the ports
	ReasonRuledOut Reason = "ruled-out" // answers of the site rule the flow out
	ReasonFrom     Reason = "from"      // the source does not play the role that opens it
	ReasonTo       Reason = "to"        // the destination does not play the role that accepts it
	ReasonPort     Reason = "port"      // other roles use the port
)

// Findings is what a tally shows.
type Findings struct {
	Plan    *site.Plan // the plan that the records were compared with
	Records uint64     // of all
	// First and Last are the span of all records; zero where no record has a
	// time.
	First, Last time.Time
	// Vantages and Sampled are of all records.
	Vantages []string
	Sampled  bool
	// Dropped is the number of records that no need explains and that are in no
	// finding, since there were too many kinds of them.
	Dropped uint64
	List    []Finding // needs in the order of the plan, then everything else
}

// Findings returns what the tally shows: one finding for each need between two
// machines, in the order of the plan, one for each need that a question leaves
// open and that was seen, and then what no need explains, by ends and ports.
func (t *Tally) Findings() Findings {
	t.strays.trim()
	f := Findings{Plan: t.m.plan, Records: t.total, First: at(t.first), Last: at(t.last), Vantages: t.vantages.in(t.sources), Sampled: t.sources&sampled != 0}
	f.List = append(f.List, t.ofNeeds()...)
	strays, dropped := t.ofStrays()
	f.List, f.Dropped = append(f.List, strays...), dropped
	return f
}

func at(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// ofNeeds returns the findings about needs.
func (t *Tally) ofNeeds() []Finding {
	sure, named := make([]count, len(t.m.needs)), make([]count, len(t.m.needs))
	same := func(s sources) sources { return s }
	for i := range t.counts {
		s := &t.m.segments[i]
		for _, n := range s.needs {
			if s.named {
				named[n].merge(&t.counts[i], same)
			} else {
				sure[n].merge(&t.counts[i], same)
			}
		}
	}
	visible := t.visibleEnds()
	var list []Finding
	for i, n := range t.m.needs {
		c, verdict := &sure[i], Verdict("")
		switch {
		case named[i].records() > 0:
			c, verdict = &named[i], VerdictAmbiguous
		case i >= t.m.certain:
			if c.records() == 0 {
				continue
			}
			verdict = VerdictUnanswered
		case c.outcomes[OutcomeConnected] > 0:
			verdict = VerdictSeen
		case c.outcomes[OutcomeBlocked] > 0:
			verdict = VerdictBlocked
		case c.outcomes[OutcomeAttempted] > 0:
			verdict = VerdictAttempted
		case !n.NeedsRule():
			continue // it need not pass over the network
		case visible[n.From]&visible[n.To] != 0:
			verdict = VerdictUnseen
		default:
			verdict = VerdictUnobservable
		}
		list = append(list, Finding{
			Verdict: verdict, From: n.From, To: n.To, Ports: portbook.UnionAll(n.Options...), Need: n,
			Records: c.records(), First: at(c.first), Last: at(c.last), Vantages: t.vantages.in(c.sources), Sampled: c.sources&sampled != 0, plan: t.m.plan,
		})
	}
	return list
}

// visibleEnds returns from where any record of each end comes that was not found
// by sampling: one log that shows both ends would show what is between them.
func (t *Tally) visibleEnds() map[site.End]sources {
	visible := map[site.End]sources{}
	for c, from := range t.visible {
		for _, end := range t.m.classes.members[c] {
			visible[t.m.ends[end]] |= from
		}
	}
	return visible
}

// groupKey is what strays of several classes have in common.
type groupKey struct {
	verdict  Verdict
	from, to site.End
}

// ofStrays returns the findings about what no need explains, and the number of
// records that were dropped.
func (t *Tally) ofStrays() (list []Finding, dropped uint64) {
	for _, n := range t.strays.total {
		dropped += n
	}
	groups, from := map[groupKey]*Finding{}, map[groupKey]sources{}
	samples := map[groupKey][]example{}
	for i := range t.strays.list {
		s := &t.strays.list[i]
		dropped -= s.records
		key := groupKey{strayVerdict(s), t.m.endOf(s.from()), t.m.endOf(s.to())}
		f := groups[key]
		if f == nil {
			f = &Finding{Verdict: key.verdict, From: key.from, To: key.to}
			groups[key] = f
		}
		ports, more := s.portSet()
		f.Ports, f.MorePorts = f.Ports.Union(ports), f.MorePorts || more
		f.Records += s.records
		from[key] |= s.sources
		f.First, f.Last = spanTimes(f.First, f.Last, at(s.first), at(s.last))
		samples[key] = append(samples[key], s.examples[:s.nSamples]...)
	}
	for key, f := range groups {
		f.Examples = lowest(samples[key])
		f.Vantages, f.Sampled = t.vantages.in(from[key]), from[key]&sampled != 0
		list = append(list, *f)
	}
	list = collapse(list)
	for i := range list {
		t.m.explain(&list[i])
	}
	slices.SortFunc(list, compareFindings)
	return list, dropped
}

func strayVerdict(s *stray) Verdict {
	switch {
	case s.isAmbiguous():
		return VerdictAmbiguous
	case s.outcome() == OutcomeConnected:
		return VerdictUndocumented
	}
	return VerdictUndocumentedAttempt
}

// endOf returns the end that has the addresses of a class: of several a machine
// rather than a group.
func (m *Matcher) endOf(c class) site.End {
	members := m.classes.members[c]
	if len(members) == 0 {
		return site.End{}
	}
	for _, i := range members {
		if !m.ends[i].IsGroup() {
			return m.ends[i]
		}
	}
	return m.ends[members[0]]
}

// portSet returns the ports of a stray; more says that there were others.
func (s *stray) portSet() (ports portbook.PortSet, more bool) {
	p := s.protocol()
	if !s.hasMany() {
		return portbook.PortSetOf(p, s.ports[:s.n]...), false
	}
	if s.all == nil {
		return portbook.PortSet{}, true
	}
	var sets []portbook.PortSet
	for n := 0; n < 1<<16; n++ {
		first := n
		for n < 1<<16 && s.all.has(portbook.Port(n)) {
			n++
		}
		if n > first {
			r, _ := portbook.PortRangeFrom(portbook.Port(first), portbook.Port(n-1))
			sets = append(sets, portbook.PortSetFrom(p, r))
		}
	}
	return portbook.UnionAll(sets...), false
}

func spanTimes(first, last, otherFirst, otherLast time.Time) (time.Time, time.Time) {
	if !otherFirst.IsZero() && (first.IsZero() || otherFirst.Before(first)) {
		first = otherFirst
	}
	if otherLast.After(last) {
		last = otherLast
	}
	return first, last
}

// lowest returns the pairs of the examples with the lowest hashes.
func lowest(list []example) []Pair {
	slices.SortFunc(list, func(a, b example) int { return cmp.Compare(a.hash, b.hash) })
	list = slices.CompactFunc(list, func(a, b example) bool { return a.hash == b.hash })
	var pairs []Pair
	for _, x := range list[:min(len(list), mostExamples)] {
		pairs = append(pairs, Pair{x.from, x.to})
	}
	return pairs
}

// scanned is the number of ends to which attempts from one are called a scan.
const scanned = 8

// collapse puts attempts from one end to many into one finding.
func collapse(list []Finding) []Finding {
	targets := map[site.End]int{}
	for _, f := range list {
		if f.Verdict == VerdictUndocumentedAttempt {
			targets[f.From]++
		}
	}
	scans := map[site.End]*Finding{}
	var rest []Finding
	for _, f := range list {
		if f.Verdict != VerdictUndocumentedAttempt || targets[f.From] < scanned {
			rest = append(rest, f)
			continue
		}
		s := scans[f.From]
		if s == nil {
			s = &Finding{Verdict: f.Verdict, From: f.From}
			scans[f.From] = s
		}
		s.Ends++
		s.Ports, s.MorePorts = s.Ports.Union(f.Ports), s.MorePorts || f.MorePorts
		s.Records += f.Records
		s.First, s.Last = spanTimes(s.First, s.Last, f.First, f.Last)
		s.Vantages, s.Sampled = append(s.Vantages, f.Vantages...), s.Sampled || f.Sampled
		s.Examples = append(s.Examples, f.Examples...)
	}
	for _, s := range scans {
		slices.Sort(s.Vantages)
		s.Vantages = slices.Compact(s.Vantages)
		slices.SortFunc(s.Examples, comparePairs)
		s.Examples = s.Examples[:min(len(s.Examples), mostExamples)]
		rest = append(rest, *s)
	}
	return rest
}

func comparePairs(a, b Pair) int {
	return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To))
}

func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(slices.Index(Verdicts(), a.Verdict), slices.Index(Verdicts(), b.Verdict)),
		cmp.Compare(a.From.Name(), b.From.Name()), cmp.Compare(a.To.Name(), b.To.Name()),
		cmp.Compare(a.Ports.String(), b.Ports.String()),
	)
}

// Answers returns the answers that would settle what a finding of
// VerdictUnanswered asks, to paste into the site file; none for other findings.
func (f Finding) Answers() []string {
	if f.Verdict != VerdictUnanswered {
		return nil
	}
	var list []string
	for _, q := range f.plan.Questions() {
		if slices.Contains(q.Flows(), f.Need.Flow) {
			list = append(list, q.Answer())
		}
	}
	return list
}
