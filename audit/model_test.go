package audit

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
)

// tokyo returns the plan of the example site.
func tokyo(t testing.TB) *site.Plan {
	t.Helper()
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return s.Plan()
}

// has reports whether an end has an address.
func has(e site.End, a netip.Addr) bool {
	return slices.ContainsFunc(e.Places(), func(h portbook.Host) bool {
		first, last, ok := h.Range()
		return ok && first.Is4() == a.Is4() && first.Compare(a) <= 0 && a.Compare(last) <= 0
	})
}

// universe returns addresses at and around all bounds of a plan's ends.
func universe(m *Matcher) []netip.Addr {
	list := []netip.Addr{netip.MustParseAddr("0.0.0.0"), netip.MustParseAddr("255.255.255.255"), netip.MustParseAddr("::"), netip.MustParseAddr("8.8.8.8")}
	for _, e := range m.ends {
		for _, h := range e.Places() {
			if first, last, ok := h.Range(); ok {
				for _, a := range []netip.Addr{first.Prev(), first, first.Next(), last.Prev(), last, last.Next()} {
					if a.IsValid() {
						list = append(list, a)
					}
				}
			}
		}
	}
	return list
}

func TestClasses(t *testing.T) {
	check := func(m *Matcher) {
		for _, a := range universe(m) {
			var want []string
			for _, e := range m.ends {
				if has(e, a) {
					want = append(want, e.Name())
				}
			}
			var got []string
			for _, i := range m.classes.members[m.classes.of(a)] {
				got = append(got, m.ends[i].Name())
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%v is of %v, want %v", a, got, want)
			}
		}
	}
	check(Compile(tokyo(t)))
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		check(Compile(randomPlan(t, rnd)))
	}
}

// randomPlan returns a plan of hosts whose addresses overlap.
func randomPlan(t testing.TB, rnd *rand.Rand) *site.Plan {
	t.Helper()
	roles := []portbook.Component{
		portbook.ComponentApexCentralServer, portbook.ComponentSiteAdministratorComputer, portbook.ComponentSiteSMTPServer,
		portbook.ComponentScanMailServer, portbook.ComponentSiteDNSServer, portbook.ComponentITMSSymantecManagementAgent, portbook.ComponentITMSNotificationServer,
	}
	d := site.Definition{Name: "random"}
	for i := range 8 {
		h := site.Host{Name: fmt.Sprint("h", i), Roles: []portbook.Component{roles[rnd.IntN(len(roles))]}}
		for range 1 + rnd.IntN(3) {
			h.Addresses = append(h.Addresses, portbook.MustParseHost(randomPlace(rnd)))
		}
		slices.SortFunc(h.Addresses, func(a, b portbook.Host) int { return slices.Compare([]byte(a.String()), []byte(b.String())) })
		h.Addresses = slices.Compact(h.Addresses)
		d.Hosts = append(d.Hosts, h)
	}
	s, err := site.New(portbook.Builtin(), d)
	if err != nil {
		t.Skip(err)
	}
	return s.Plan()
}

func randomPlace(rnd *rand.Rand) string {
	a := netip.AddrFrom4([4]byte{10, byte(rnd.IntN(2)), byte(rnd.IntN(3)), byte(rnd.IntN(256))})
	switch rnd.IntN(6) {
	case 0:
		p, _ := a.Prefix(8 + rnd.IntN(25))
		return p.String()
	case 1:
		b := netip.AddrFrom4([4]byte{10, byte(2 + rnd.IntN(3)), byte(rnd.IntN(3)), byte(rnd.IntN(256))})
		return a.String() + "-" + b.String()
	case 2:
		return fmt.Sprintf("2001:db8::%x/%d", rnd.IntN(4)<<4, 124)
	case 3:
		return "0.0.0.0/0"
	case 4:
		return "255.255.255.0/24"
	}
	return a.String()
}

// randomRecords returns records between addresses of a plan, mostly on ports
// that it needs.
func randomRecords(m *Matcher, rnd *rand.Rand, n int) []Record {
	addresses := universe(m)
	list := make([]Record, n)
	for i := range list {
		r := &list[i]
		r.From, r.To = addresses[rnd.IntN(len(addresses))], addresses[rnd.IntN(len(addresses))]
		r.Protocol, r.ToPort, r.FromPort = portbook.TCP, portbook.Port(rnd.IntN(70000)&0xffff), portbook.Port(rnd.IntN(1<<16))
		if s := m.segments; len(s) > 0 && rnd.IntN(4) > 0 {
			key := s[rnd.IntN(len(s))].first
			r.Protocol, r.ToPort = portbook.Protocol(key>>16), portbook.Port(key)
		}
		r.Opened, r.Outcome = rnd.IntN(3) > 0, Outcome(rnd.IntN(int(outcomes)))
		if !r.Opened && rnd.IntN(2) == 0 {
			r.From, r.To, r.FromPort, r.ToPort = r.To, r.From, r.ToPort, r.FromPort
		}
		r.First = int64(1700000000 + rnd.IntN(1000))
		r.Last = r.First + int64(rnd.IntN(10))
		r.Vantage, r.Sampled = []string{"", "gateway", "core", "branch"}[rnd.IntN(4)], rnd.IntN(5) == 0
	}
	return list
}

// explains reports whether a need explains a connection: by its own
// addresses, or by addresses that could be those of an end of names only.
func explains(n site.Need, from, to netip.Addr, p portbook.Protocol, port portbook.Port, ends []site.End) (sure, named bool) {
	if !slices.ContainsFunc(n.Options, func(o portbook.PortSet) bool { return o.Contains(p, port) }) {
		return false, false
	}
	f, fNamed := at1(n.From, from, ends)
	g, gNamed := at1(n.To, to, ends)
	if !f || !g || fNamed && gNamed {
		return false, false
	}
	return !fNamed && !gNamed, fNamed || gNamed
}

func at1(e site.End, a netip.Addr, ends []site.End) (ok, named bool) {
	anyRange := slices.ContainsFunc(e.Places(), func(h portbook.Host) bool { _, _, ok := h.Range(); return ok })
	if anyRange {
		return has(e, a), false
	}
	return !slices.ContainsFunc(ends, func(x site.End) bool { return has(x, a) }), true
}

// TestNeedsAgainstModel: records count for the needs for which they do by
// comparing them with each need.
func TestNeedsAgainstModel(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	plans := []*site.Plan{tokyo(t)}
	for range 10 {
		plans = append(plans, randomPlan(t, rnd))
	}
	for _, p := range plans {
		m := Compile(p)
		records := randomRecords(m, rnd, 300)
		tally := m.NewTally()
		sure, named := make([]uint64, len(m.needs)), make([]uint64, len(m.needs))
		var strays uint64
		for i := range records {
			r := &records[i]
			tally.Add(r)
			count := func(from, to netip.Addr, port portbook.Port) (hits []int) {
				for j, n := range m.needs {
					if s, x := explains(n, from, to, r.Protocol, port, m.ends); s || x {
						hits = append(hits, j)
					}
				}
				return hits
			}
			from, to, port := r.From, r.To, r.ToPort
			hits := count(from, to, port)
			if !r.Opened && hasPorts(r.Protocol) {
				switch back := count(to, from, r.FromPort); {
				case len(hits) > 0 && len(back) > 0:
					hits = nil
				case len(back) > 0:
					hits, from, to, port = back, to, from, r.FromPort
				}
			}
			for _, j := range hits {
				if s, _ := explains(m.needs[j], from, to, r.Protocol, port, m.ends); s {
					sure[j]++
				} else {
					named[j]++
				}
			}
			if len(hits) == 0 {
				strays++
			}
		}
		got := map[string]uint64{}
		findings := tally.Findings()
		var gotStrays uint64
		for _, f := range findings.List {
			if f.Need.Flow.IsZero() {
				gotStrays += f.Records
			} else {
				got[needKey(f.Need)] += f.Records
			}
		}
		for j, n := range m.needs {
			want := sure[j]
			if named[j] > 0 {
				want = named[j]
			}
			if got[needKey(n)] != want {
				t.Errorf("%s: %d records, want %d", needKey(n), got[needKey(n)], want)
			}
		}
		if gotStrays != strays || findings.Dropped != 0 || findings.Records != uint64(len(records)) {
			t.Errorf("%d strays, want %d; %d dropped of %d", gotStrays, strays, findings.Dropped, findings.Records)
		}
	}
}

func needKey(n site.Need) string { return fmt.Sprint(n.Flow, " ", n.From, " ", n.To, " ", n.Options) }

// TestSplit: how records are divided among tallies and in which order they are
// merged makes no difference, nor does their binary form, also where there is
// more than a tally keeps.
func TestSplit(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	m := Compile(tokyo(t))
	records := randomRecords(m, rnd, 20000)
	for i := range 3 * mostPorts { // a scan
		r := records[0]
		r.Opened, r.ToPort, r.To = true, portbook.Port(20000+i), netip.MustParseAddr("192.0.2.10")
		records = append(records, r)
	}
	checkSplit(t, m, records, rnd)
}

// TestSplitBeyondBounds is TestSplit with so many strays and scans that most are
// dropped.
func TestSplitBeyondBounds(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	m := Compile(manyHosts(t, 300))
	var records []Record
	for range 30000 {
		r := Record{Protocol: portbook.UDP, Opened: true, From: hostAddress(rnd.IntN(300)), To: hostAddress(rnd.IntN(300))}
		r.ToPort = portbook.Port(40000 + rnd.IntN(9))
		records = append(records, r)
	}
	for i := range 1500 * (mostPorts + 4) { // scans by many of a few
		r := Record{Protocol: portbook.TCP, Opened: true, From: hostAddress(i % 300), To: hostAddress(i / 300 % 5), Outcome: OutcomeAttempted}
		r.ToPort = portbook.Port(50000 + i/1500)
		records = append(records, r)
	}
	f := checkSplit(t, m, records, rnd)
	if f.Dropped == 0 {
		t.Error("nothing was dropped: the test is not beyond the bounds")
	}
	var kept uint64
	for _, x := range f.List {
		kept += x.Records
	}
	if kept+f.Dropped != uint64(len(records)) {
		t.Errorf("%d kept and %d dropped of %d", kept, f.Dropped, len(records))
	}
}

// TestTallyMemory bounds what a tally has of traffic of as many kinds as there
// can be, on as many ports.
func TestTallyMemory(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	m := Compile(manyHosts(t, 600))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	tally := m.NewTally()
	for range 2_000_000 {
		r := Record{Protocol: portbook.Protocol(rnd.IntN(256)), Opened: true, From: hostAddress(rnd.IntN(600)), To: hostAddress(rnd.IntN(600)), ToPort: portbook.Port(rnd.IntN(1 << 16))}
		r.Outcome = Outcome(rnd.IntN(int(outcomes)))
		tally.Add(&r)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if got := int64(after.HeapAlloc) - int64(before.HeapAlloc); got > 10<<20 || len(tally.strays.list) < mostStrays {
		t.Errorf("%d kB for %d kinds of traffic", got>>10, len(tally.strays.list))
	}
	runtime.KeepAlive(tally)
}

func hostAddress(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}) }

// manyHosts returns a plan of hosts that need nothing from each other.
func manyHosts(t testing.TB, n int) *site.Plan {
	t.Helper()
	d := site.Definition{Name: "many"}
	for i := range n {
		d.Hosts = append(d.Hosts, site.Host{
			Name: fmt.Sprint("h", i), Roles: []portbook.Component{portbook.ComponentSiteAdministratorComputer},
			Addresses: []portbook.Host{portbook.MustParseHost(hostAddress(i).String())},
		})
	}
	s, err := site.New(portbook.Builtin(), d)
	if err != nil {
		t.Fatal(err)
	}
	return s.Plan()
}

func checkSplit(t *testing.T, m *Matcher, records []Record, rnd *rand.Rand) Findings {
	t.Helper()
	whole := m.NewTally()
	for i := range records {
		if i%(len(records)/3) == 1 {
			whole.Findings() // what is asked for on the way changes nothing
		}
		whole.Add(&records[i])
	}
	want := whole.Findings()
	for range 2 {
		rnd.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		parts := make([]*Tally, 1+rnd.IntN(5))
		for i := range parts {
			parts[i] = m.NewTally()
		}
		for i := range records {
			parts[rnd.IntN(len(parts))].Add(&records[i])
		}
		sum := m.NewTally()
		for _, p := range parts {
			data, err := p.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			q := m.NewTally()
			if err := q.UnmarshalBinary(data); err != nil {
				t.Fatal(err)
			}
			sum.Merge(q)
			if _, err := sum.MarshalBinary(); err != nil {
				t.Fatal(err)
			}
		}
		got := sum.Findings()
		for i := range min(len(got.List), len(want.List)) {
			if !reflect.DeepEqual(got.List[i], want.List[i]) {
				t.Fatalf("finding %d is %+v, want %+v", i, got.List[i], want.List[i])
			}
		}
		if len(got.List) != len(want.List) || got.Dropped != want.Dropped || got.Records != want.Records || got.First != want.First || got.Last != want.Last {
			t.Fatalf("%d findings, %d dropped; want %d, %d", len(got.List), got.Dropped, len(want.List), want.Dropped)
		}
	}
	return want
}

func TestBinaryErrors(t *testing.T) {
	m := Compile(tokyo(t))
	tally := m.NewTally()
	for _, r := range randomRecords(m, rand.New(rand.NewPCG(9, 9)), 500) {
		tally.Add(&r)
	}
	data, _ := tally.MarshalBinary()
	for n := 0; n < len(data); n += 1 + n/40 {
		if err := m.NewTally().UnmarshalBinary(data[:n]); err == nil {
			t.Fatalf("no error for %d of %d bytes", n, len(data))
		}
	}
	if err := m.NewTally().UnmarshalBinary(append(data, 0)); err == nil {
		t.Error("no error for a byte too many")
	}
	other := Compile(manyHosts(t, 2)).NewTally()
	if err := other.UnmarshalBinary(data); err == nil || err.Error() != "audit: a tally of another plan" {
		t.Errorf("error %v", err)
	}
	for i := 0; i < len(data); i += 1 + i/40 { // no panic, whatever is in it
		broken := slices.Clone(data)
		broken[i] ^= 0xff
		m.NewTally().UnmarshalBinary(broken)
	}
}

func TestAddAllocatesNothing(t *testing.T) {
	m := Compile(tokyo(t))
	records := randomRecords(m, rand.New(rand.NewPCG(1, 1)), 1000)
	tally := m.NewTally()
	for i := range records {
		tally.Add(&records[i])
	}
	if n := testing.AllocsPerRun(10, func() {
		for i := range records {
			tally.Add(&records[i])
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
