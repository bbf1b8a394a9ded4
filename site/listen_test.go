package site_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/site"
)

// TestListening checks for random sites that the listeners of a host are the
// ports of the needs that lead to it, with their flows, each port once.
func TestListening(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	listeners := 0
	for range rounds(80) {
		p := mustNew(t, randomSite(t, random)).Plan()
		want := map[site.End]portbook.PortSet{}
		for n := range p.Needs() {
			if _, isHost := n.To.Host(); isHost && !n.IsOpen() {
				want[n.To] = want[n.To].Union(n.Options[0])
			}
		}
		got := map[site.End]portbook.PortSet{}
		for _, x := range p.Listening() {
			listeners++
			if got[x.Host].Overlaps(x.Ports) {
				t.Fatalf("%s listens twice on some of %v", x.Host, x.Ports)
			}
			got[x.Host] = got[x.Host].Union(x.Ports)
			var flows []portbook.Flow
			for n := range p.Needs() {
				if n.To == x.Host && !n.IsOpen() && n.Options[0].Overlaps(x.Ports) && !slices.Contains(flows, n.Flow) {
					flows = append(flows, n.Flow)
				}
			}
			if !slices.Equal(flows, x.Flows) || len(x.Components) == 0 {
				t.Fatalf("%s: %v: flows %v of %v; want %v", x.Host, x.Ports, x.Flows, x.Components, flows)
			}
		}
		for host, ports := range want {
			if got[host] != ports {
				t.Fatalf("%s listens on %v; want %v", host, got[host], ports)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d hosts listen; want %d", len(got), len(want))
		}
	}
	if listeners == 0 {
		t.Error("nothing listens")
	}
}

// TestCollisions checks what collides on one machine.
func TestCollisions(t *testing.T) {
	c := tableCatalog(t)
	for _, test := range []struct {
		roles   []portbook.Component
		answers []site.Answer
		want    string
	}{
		{[]portbook.Component{"t/b"}, nil, "[]"},
		{[]portbook.Component{"t/b", "t/c"}, nil, "[700/tcp [t/b t/c] [t/siblings]]"},
		{[]portbook.Component{"t/ancestor", "t/heir"}, nil, "[]"},
		{[]portbook.Component{"t/ancestor", "t/adopted"}, nil, "[]"},
		{[]portbook.Component{"t/heir", "t/adopted"}, nil, "[709/tcp [t/adopted t/ancestor t/heir] [t/heir t/heir-too t/adopted]]"},
		{[]portbook.Component{"t/b", "t/ancestor"}, nil, "[]"},
		{[]portbook.Component{"t/b", "t/ancestor"}, []site.Answer{{Flow: "t/heir", Ports: portbook.MustParsePortSet("443/tcp"), Why: "x"}}, "[443/tcp [t/ancestor t/b] [t/required t/heir]]"},
		{[]portbook.Component{"t/b", "t/ancestor"}, []site.Answer{{Flow: "t/heir", Ports: portbook.MustParsePortSet("5000/tcp"), Why: "x"}}, "[]"}, // dynamic
	} {
		s, err := site.New(c, site.Definition{Name: "x", Answers: test.answers, Hosts: []site.Host{
			{Name: "a", Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.1")}, Roles: []portbook.Component{"t/a"}},
			{Name: "b", Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.2")}, Roles: test.roles},
		}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range s.Plan().Collisions() {
			got = append(got, fmt.Sprint(x.Ports, x.Components, x.Flows))
			if x.Host.Name() != "b" {
				t.Errorf("%v collide on %s", test.roles, x.Host)
			}
		}
		if fmt.Sprint(got) != test.want {
			t.Errorf("%v: %v; want %v", test.roles, got, test.want)
		}
	}
}

// TestConcerned checks which changes of the data concern a site.
func TestConcerned(t *testing.T) {
	record := func(id portbook.FlowID, from, to portbook.Component) *portbook.FlowRecord {
		return &portbook.FlowRecord{ID: id, From: []portbook.Component{from}, To: []portbook.Component{to}}
	}
	const other = portbook.ComponentITMSPackageServer
	http := portbook.FlowApexCentralConsoleHTTP
	d := site.Definition{Name: "x", Hosts: threeHosts(), Answers: []site.Answer{{Flow: http, From: []string{"h0"}, Why: "x"}}}
	s := mustNew(t, d)
	changes := diff.Changes{List: []diff.Change{
		{ID: "a", New: record("a", other, other)},
		{ID: "b", New: record("b", other, portbook.ComponentSiteWINSServer)},
		{ID: "c", Old: record("c", portbook.ComponentSiteNATDevice, other)},
		{ID: "d", Old: record("d", other, portbook.ComponentSiteNATDevice), New: record("d", other, other)},
		{ID: http, New: record(http, other, other)},
		{ID: "e", FormerID: http, New: record("e", other, other), Old: record(http, other, other)},
	}}
	var got []portbook.FlowID
	for _, x := range s.Concerned(changes).List {
		got = append(got, x.ID)
	}
	if want := []portbook.FlowID{"b", "c", "d", http, "e"}; !slices.Equal(got, want) {
		t.Errorf("got %v; want %v", got, want)
	}
}
