package portbook_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
)

// pair is the key of the slow model of traffic: a map of pairs to ports.
type pair struct{ from, to portbook.Component }

func trafficModel(flows portbook.FlowSet) map[pair]portbook.PortSet {
	model := map[pair]portbook.PortSet{}
	add := func(from, to portbook.Component, ports portbook.PortSet) {
		if !ports.IsEmpty() {
			model[pair{from, to}] = model[pair{from, to}].Union(ports)
		}
	}
	for f := range flows.All() {
		for _, from := range f.From() {
			for _, to := range f.To() {
				add(from, to, f.Ports())
				if f.Initiator() == portbook.InitiatorEither {
					add(to, from, f.Ports())
				}
			}
		}
	}
	return model
}

func asModel(s portbook.TrafficSet) map[pair]portbook.PortSet {
	model := map[pair]portbook.PortSet{}
	for x := range s.All() {
		model[pair{x.From, x.To}] = x.Ports
	}
	return model
}

var comparePorts = cmp.Comparer(func(a, b portbook.PortSet) bool { return a == b })

// TestTrafficAlgebra runs random operations beside the model.
func TestTrafficAlgebra(t *testing.T) {
	all := portbook.Flows().Slice()
	random := rand.New(rand.NewPCG(5, 6))
	pick := func() portbook.FlowSet {
		var s portbook.FlowSet
		for range random.IntN(60) {
			s = s.Union(all[random.IntN(len(all))].Set())
		}
		return s
	}
	for range 200 {
		x, y := pick(), pick()
		a, b := x.Traffic(), y.Traffic()
		ma, mb := trafficModel(x), trafficModel(y)
		union, intersection, difference := map[pair]portbook.PortSet{}, map[pair]portbook.PortSet{}, map[pair]portbook.PortSet{}
		for k, ports := range ma {
			union[k] = ports.Union(mb[k])
			if p := ports.Intersect(mb[k]); !p.IsEmpty() {
				intersection[k] = p
			}
			if p := ports.Subtract(mb[k]); !p.IsEmpty() {
				difference[k] = p
			}
		}
		for k, ports := range mb {
			union[k] = ports.Union(ma[k])
		}
		for _, c := range []struct {
			name string
			got  portbook.TrafficSet
			want map[pair]portbook.PortSet
		}{
			{"itself", a, ma}, {"union", a.Union(b), union}, {"intersect", a.Intersect(b), intersection}, {"subtract", a.Subtract(b), difference},
		} {
			if diff := cmp.Diff(c.want, asModel(c.got), comparePorts); diff != "" {
				t.Fatalf("%s (-model +got):\n%s", c.name, diff)
			}
		}
		if (a == b) != cmp.Equal(ma, mb, comparePorts) || a.Union(b) != b.Union(a) || a.Subtract(b).Union(a.Intersect(b)) != a {
			t.Fatal("equal sets differ, or a law does not hold")
		}
	}
}

// TestTrafficNamesFlows checks that every piece of what is missing names the flows behind it.
func TestTrafficNamesFlows(t *testing.T) {
	required := portbook.Flows().Traffic()
	if got, want := required.Flows(), portbook.Flows().Where(portbook.Not(portbook.Unbounded())); got != want {
		t.Errorf("all traffic is called for by %v", got.Subtract(want).Union(want.Subtract(got)))
	}
	for x := range required.All() {
		flows := x.Flows()
		if flows.IsEmpty() || !flows.Ports().ContainsSet(x.Ports) {
			t.Errorf("%s -> %s %s: its flows %v do not account for it", x.From, x.To, x.Ports, flows)
		}
		for f := range flows.All() {
			if !f.Ports().Overlaps(x.Ports) {
				t.Errorf("%s -> %s %s: %s uses none of it", x.From, x.To, x.Ports, f)
			}
		}
	}
}

func TestTrafficOfEndpoints(t *testing.T) {
	ports := portbook.MustParsePortSet("443/tcp")
	agent, server := portbook.ComponentITMSSymantecManagementAgent, portbook.ComponentITMSNotificationServer
	permitted := portbook.Traffic(agent, server, ports)
	if !permitted.Contains(agent, server, portbook.TCP, 443) || permitted.Contains(server, agent, portbook.TCP, 443) || permitted.Contains(agent, server, portbook.TCP, 80) {
		t.Errorf("traffic between two components is %v", asModel(permitted))
	}
	if s := portbook.Traffic(portbook.ComponentITMSInventory, server, ports); !s.Contains(agent, server, portbook.TCP, 443) {
		t.Error("a component does not answer for what it inherits from")
	}
	if s := portbook.Traffic(portbook.ProductITMS, portbook.ProductITMS, ports); s.Subtract(permitted).Union(permitted) != s || s.IsEmpty() {
		t.Error("a product does not stand for its components")
	}
	for _, s := range []portbook.TrafficSet{
		portbook.Traffic(portbook.Component("itms/typo"), server, ports), portbook.Traffic(agent, server, portbook.PortSet{}), {}, portbook.FlowSet{}.Traffic(),
	} {
		if s != (portbook.TrafficSet{}) || !s.IsEmpty() || s.Contains(agent, server, portbook.TCP, 443) || !s.Flows().IsEmpty() {
			t.Errorf("traffic of nothing is %v", asModel(s))
		}
	}
	var zero portbook.Conversation
	if !zero.Flows().IsEmpty() {
		t.Error("the zero conversation has flows")
	}
	for range portbook.Flows().Traffic().All() {
		break // a loop may stop early
	}
}
