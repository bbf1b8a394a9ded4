package site_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site"
)

// TestMissing checks for random sites what is missing: nothing of what is
// needed, all of it where nothing is permitted, and otherwise what each port
// says for itself.
func TestMissing(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	open, partly := 0, 0
	for range rounds(80) {
		p := mustNew(t, randomSite(t, random)).Plan()
		s := p.Site()

		all := p.Traffic()
		var options []site.Stream // an option of each choice
		var network []site.Need
		for n := range p.Needs() {
			if n.IsOpen() {
				open++
				options = append(options, site.Stream{From: n.From, To: n.To, Ports: n.Options[random.IntN(len(n.Options))]})
			}
			if n.NeedsRule() {
				network = append(network, n)
				continue
			}
			for proto, r := range n.Options[0].All() {
				if all.Contains(n.From, n.To, proto, r.First()) {
					t.Fatalf("%v is local, and passes over the network", n)
				}
			}
		}
		for g := range p.Missing(all.Union(s.Traffic(options...))) {
			t.Fatalf("all is permitted, and %v is missing", g)
		}

		var behind int
		for g := range p.Missing(site.Traffic{}) {
			behind += len(g.Needs)
			for _, n := range g.Needs {
				if n.From != g.From || n.To != g.To {
					t.Fatalf("%v is behind %v", n, g)
				}
			}
			if len(g.Needs) > 1 && len(g.Options) > 1 {
				t.Fatalf("a gap of a choice has %d needs", len(g.Needs))
			}
			checkGap(t, g, site.Traffic{})
		}
		if behind != len(network) {
			t.Fatalf("nothing is permitted: %d needs are behind the gaps of %d", behind, len(network))
		}

		permitted := someOf(random, s, network)
		var want, got []string
		for _, n := range network {
			if !isPermitted(n, permitted) {
				want = append(want, fmt.Sprint(n.Flow, n.From, n.To))
			}
		}
		for g := range p.Missing(permitted) {
			checkGap(t, g, permitted)
			for _, n := range g.Needs {
				got = append(got, fmt.Sprint(n.Flow, n.From, n.To))
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Fatalf("missing:\n%v\nwant\n%v", got, want)
		}
		if len(want) > 0 && len(want) < len(network) {
			partly++
		}
	}
	if open == 0 || partly == 0 {
		t.Errorf("%d needs are open, and %d sites are permitted in part", open, partly)
	}
}

// checkGap checks the options of a gap against its needs.
func checkGap(t *testing.T, g site.Gap, permitted site.Traffic) {
	t.Helper()
	for i, option := range g.Options {
		var want portbook.PortSet
		for _, n := range g.Needs {
			for p, r := range n.Options[i].All() {
				for x := int(r.First()); x <= int(r.Last()); x++ {
					if !permitted.Contains(g.From, g.To, p, portbook.Port(x)) {
						want = want.Union(portbook.PortSetOf(p, portbook.Port(x)))
					}
				}
				if r.Len() > 2000 { // too many to add one by one
					return
				}
			}
		}
		if option != want || option.IsEmpty() {
			t.Fatalf("%s > %s lacks %v; want %v", g.From, g.To, option, want)
		}
	}
}

// isPermitted asks for each port of each option.
func isPermitted(n site.Need, permitted site.Traffic) bool {
	return slices.ContainsFunc(n.Options, func(option portbook.PortSet) bool {
		for p, r := range option.All() {
			for x := int(r.First()); x <= int(r.Last()); x++ {
				if !permitted.Contains(n.From, n.To, p, portbook.Port(x)) {
					return false
				}
			}
		}
		return true
	})
}

// someOf permits some of the needs, and some that nothing needs.
func someOf(random *rand.Rand, s *site.Site, needs []site.Need) site.Traffic {
	var list []site.Stream
	for _, n := range needs {
		if random.IntN(2) == 0 {
			list = append(list, site.Stream{From: n.From, To: n.To, Ports: n.Options[random.IntN(len(n.Options))]})
		}
	}
	hosts := s.Hosts()
	for range 3 {
		list = append(list, site.Stream{
			From: hosts[random.IntN(len(hosts))], To: hosts[random.IntN(len(hosts))], Ports: portbook.MustParsePortSet("9/tcp 7-11/udp"),
		})
	}
	return s.Traffic(list...)
}

// TestTraffic checks the algebra port by port.
func TestTraffic(t *testing.T) {
	s := mustNew(t, site.Definition{Name: "x", Hosts: threeHosts()})
	hosts := s.Hosts()
	random := rand.New(rand.NewPCG(9, 10))
	set := func() (site.Traffic, map[string]bool) {
		var list []site.Stream
		members := map[string]bool{}
		for range random.IntN(6) {
			x := site.Stream{From: hosts[random.IntN(3)], To: hosts[random.IntN(3)]}
			for range random.IntN(4) {
				n := portbook.Port(random.IntN(4))
				x.Ports = x.Ports.Union(portbook.PortSetOf(portbook.TCP, n))
				members[fmt.Sprint(x.From, x.To, n)] = true
			}
			list = append(list, x)
		}
		return s.Traffic(list...), members
	}
	check := func(name string, got site.Traffic, want func(string) bool) {
		t.Helper()
		some := false
		for _, a := range hosts {
			for _, b := range hosts {
				for n := range portbook.Port(5) {
					in := want(fmt.Sprint(a, b, n))
					some = some || in
					if got.Contains(a, b, portbook.TCP, n) != in || got.Contains(a, b, portbook.UDP, n) {
						t.Fatalf("%s: %s > %s: %d/tcp is in it: %v", name, a, b, n, !in)
					}
				}
			}
		}
		var again []site.Stream
		for x := range got.All() {
			again = append(again, x)
		}
		if s.Traffic(again...) != got || got.IsEmpty() == some {
			t.Fatalf("%s: the streams make another set, or IsEmpty is wrong", name)
		}
	}
	for range 500 {
		a, inA := set()
		b, inB := set()
		check("union", a.Union(b), func(x string) bool { return inA[x] || inB[x] })
		check("intersection", a.Intersect(b), func(x string) bool { return inA[x] && inB[x] })
		check("difference", a.Subtract(b), func(x string) bool { return inA[x] && !inB[x] })
		if a.ContainsTraffic(b) != b.Subtract(a).IsEmpty() || !a.Union(b).ContainsTraffic(b) {
			t.Fatal("ContainsTraffic is not the subset")
		}
	}
}

// threeHosts are hosts of roles that have nothing to do with each other.
func threeHosts() []site.Host {
	var list []site.Host
	for i, role := range []portbook.Component{portbook.ComponentSiteWINSServer, portbook.ComponentSiteNATDevice, portbook.ComponentSiteStorageSystem} {
		list = append(list, site.Host{Name: fmt.Sprint("h", i), Addresses: []portbook.Host{portbook.MustParseHost(fmt.Sprint("192.0.2.", i))}, Roles: []portbook.Component{role}})
	}
	return list
}

// TestTrafficOfTwoSites expects a panic: names mean nothing across sites.
func TestTrafficOfTwoSites(t *testing.T) {
	one, two := mustNew(t, site.Definition{Name: "x", Hosts: threeHosts()}), mustNew(t, site.Definition{Name: "x", Hosts: threeHosts()})
	stream := func(s *site.Site) site.Traffic {
		return s.Traffic(site.Stream{From: s.Hosts()[0], To: s.Hosts()[1], Ports: portbook.PortSetOf(portbook.TCP, 1)})
	}
	a, b := stream(one), stream(two)
	if a.Contains(two.Hosts()[0], two.Hosts()[1], portbook.TCP, 1) {
		t.Error("a set contains the ports of another site")
	}
	if a.Union(site.Traffic{}) != a || (site.Traffic{}).Union(a) != a {
		t.Error("the zero value is not the empty set of a site")
	}
	for name, f := range map[string]func(){
		"union": func() { a.Union(b) }, "difference": func() { a.Subtract(b) }, "missing": func() {
			for range one.Plan().Missing(b) {
			}
		}, "stream": func() { one.Traffic(site.Stream{From: two.Hosts()[0], To: two.Hosts()[1]}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s of two sites does not panic", name)
				}
			}()
			f()
		}()
	}
}

// TestExcess expects what no option of any need uses.
func TestExcess(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for range rounds(40) {
		p := mustNew(t, randomSite(t, random)).Plan()
		var network []site.Need
		for n := range p.Needs() {
			if n.NeedsRule() {
				network = append(network, n)
			}
		}
		permitted := someOf(random, p.Site(), network)
		excess := p.Excess(permitted)
		for x := range permitted.All() {
			for proto, r := range x.Ports.All() {
				for i := int(r.First()); i <= min(int(r.Last()), int(r.First())+3); i++ {
					n := portbook.Port(i)
					needed := false
					for need := range p.Needs() {
						needed = needed || need.From == x.From && need.To == x.To && slices.ContainsFunc(need.Options, func(o portbook.PortSet) bool { return o.Contains(proto, n) })
					}
					if excess.Contains(x.From, x.To, proto, n) == needed {
						t.Fatalf("%s > %s: %d/%s is needed: %v", x.From, x.To, n, proto, needed)
					}
				}
			}
		}
		if !permitted.ContainsTraffic(excess) {
			t.Fatal("the excess is not permitted")
		}
	}
}
