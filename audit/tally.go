package audit

import (
	"net/netip"

	"github.com/portbook/portbook"
)

// Tally counts records by what explains them. Its memory is bounded: it grows
// with the plan, and with what no need explains up to a limit, but not with the
// number of records. A Tally is for one goroutine; tallies of several are put
// together by [Tally.Merge], and which of them had which records makes no
// difference.
type Tally struct {
	m      *Matcher
	counts []count // by segment
	// visible has, by class, from where any record of it comes that was not found
	// by sampling.
	visible  []sources
	vantages vantages
	strays   strays
	// total and the span of time are of all records.
	total       uint64
	first, last int64
	sources     sources
}

// count is the records of a segment or of a stray.
type count struct {
	outcomes    [outcomes]uint64
	first, last int64 // 0 where no record has a time
	sources     sources
}

// NewTally returns an empty tally.
func (m *Matcher) NewTally() *Tally {
	t := &Tally{m: m, counts: make([]count, len(m.segments)), visible: make([]sources, len(m.classes.members)), vantages: newVantages()}
	t.strays.init()
	return t
}

// Records returns the number of records.
func (t *Tally) Records() uint64 { return t.total }

// Add counts a record. It does not keep it, and allocates nothing but what
// strays from the plan needs, up to a limit.
func (t *Tally) Add(r *Record) {
	t.total++
	t.first, t.last = span(t.first, t.last, r.First, r.Last)
	from, to := t.m.classes.of(r.From), t.m.classes.of(r.To)
	source := t.vantages.of(r.Vantage)
	if r.Sampled {
		source |= sampled
	} else {
		t.visible[from] |= source
		t.visible[to] |= source
	}
	t.sources |= source
	at := t.m.segment(from, to, portKey(r.Protocol, r.ToPort))
	if r.Opened {
		if at != none {
			t.counts[at].add(r, source)
			return
		}
		t.strays.add(strayKey(from, to, r.Protocol, r.Outcome, false), r.ToPort, r.From, r.To, r, source)
		return
	}
	t.addUnoriented(r, source, from, to, at)
}

// addUnoriented counts a record that does not say who opened the connection.
// The side whose port is needed accepted it; where that is true of both sides or
// of none, the ports may tell.
func (t *Tally) addUnoriented(r *Record, source sources, from, to class, forth uint32) {
	back := none
	if hasPorts(r.Protocol) {
		back = t.m.segment(to, from, portKey(r.Protocol, r.FromPort))
	}
	switch {
	case forth != none && back == none:
		t.counts[forth].add(r, source)
	case forth == none && back != none:
		t.counts[back].add(r, source)
	case forth == none && (!hasPorts(r.Protocol) || isService(r.ToPort, r.FromPort)):
		t.strays.add(strayKey(from, to, r.Protocol, r.Outcome, false), r.ToPort, r.From, r.To, r, source)
	case forth == none && isService(r.FromPort, r.ToPort):
		t.strays.add(strayKey(to, from, r.Protocol, r.Outcome, false), r.FromPort, r.To, r.From, r, source)
	case r.FromPort < r.ToPort || r.FromPort == r.ToPort && to < from:
		t.strays.add(strayKey(to, from, r.Protocol, r.Outcome, true), r.FromPort, r.To, r.From, r, source)
	default:
		t.strays.add(strayKey(from, to, r.Protocol, r.Outcome, true), r.ToPort, r.From, r.To, r, source)
	}
}

// hasPorts reports whether a protocol has a port at both ends.
func hasPorts(p portbook.Protocol) bool {
	switch p {
	case portbook.TCP, portbook.UDP, portbook.SCTP, portbook.DCCP:
		return true
	}
	return false
}

// isService reports whether a port is one of services and the other is not:
// IANA assigns no services from 49152, and systems take the ports of clients
// from 32768 or above.
func isService(n, other portbook.Port) bool { return n < 32768 && other >= 32768 }

func (c *count) add(r *Record, source sources) {
	c.sources |= source
	c.outcomes[r.Outcome]++
	c.first, c.last = span(c.first, c.last, r.First, r.Last)
}

func (c *count) merge(d *count, same func(sources) sources) {
	c.sources |= same(d.sources)
	for i, n := range d.outcomes {
		c.outcomes[i] += n
	}
	c.first, c.last = span(c.first, c.last, d.first, d.last)
}

func (c *count) records() (n uint64) {
	for _, x := range c.outcomes {
		n += x
	}
	return n
}

// span returns the union of two spans of time; 0 means unknown.
func span(first, last, otherFirst, otherLast int64) (int64, int64) {
	if otherFirst != 0 && (first == 0 || otherFirst < first) {
		first = otherFirst
	}
	return first, max(last, otherLast)
}

// Merge adds the records of another tally of the same plan, which does not
// change.
func (t *Tally) Merge(u *Tally) {
	if t.m.print != u.m.print {
		panic("audit: Merge of tallies of different plans")
	}
	t.total += u.total
	t.first, t.last = span(t.first, t.last, u.first, u.last)
	same := t.vantages.from(&u.vantages)
	t.sources |= same(u.sources)
	for i := range t.counts {
		t.counts[i].merge(&u.counts[i], same)
	}
	for i, from := range u.visible {
		t.visible[i] |= same(from)
	}
	t.strays.merge(&u.strays, same)
}

// hashAddresses returns a hash of two addresses.
func hashAddresses(from, to netip.Addr) uint64 {
	if from.Is4() && to.Is4() {
		a, b := from.As4(), to.As4()
		return mix(uint64(a[0])<<56 | uint64(a[1])<<48 | uint64(a[2])<<40 | uint64(a[3])<<32 |
			uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3]))
	}
	a, b := from.As16(), to.As16()
	return mix(sum(a[:]) ^ mix(sum(b[:])))
}
