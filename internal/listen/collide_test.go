package listen

import (
	"math/rand/v2"
	"testing"

	"github.com/portbook/portbook"
)

// TestRegions compares the regions of random processes with what each port says for itself.
func TestRegions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var list []*process
		for i := range 1 + random.IntN(6) {
			p := &process{component: portbook.Component(rune('a' + i))}
			for range 1 + random.IntN(4) {
				first := portbook.Port(random.IntN(30))
				r, _ := portbook.PortRangeFrom(first, first+portbook.Port(random.IntN(10)))
				p.ports = p.ports.Union(portbook.PortSetFrom([]portbook.Protocol{portbook.TCP, portbook.UDP}[random.IntN(2)], r))
			}
			list = append(list, p)
		}
		found := regions(list)
		for _, proto := range []portbook.Protocol{portbook.TCP, portbook.UDP} {
			for n := portbook.Port(0); n < 45; n++ {
				var want, got []portbook.Component
				for _, p := range list {
					if p.ports.Contains(proto, n) {
						want = append(want, p.component)
					}
				}
				in := 0
				for _, r := range found {
					if r.ports.Contains(proto, n) {
						in++
						for _, p := range r.processes {
							got = append(got, p.component)
						}
					}
				}
				if in > 1 || len(appendNew(want, got...)) != len(want) || len(got) != len(want) {
					t.Fatalf("%d/%s: got %v in %d regions, want %v", n, proto, got, in, want)
				}
			}
		}
	}
}

// TestDistinct asks whether processes of built-in components are surely not the
// same on 162/udp. SNMP TrapListener Plugin states that port for the devices,
// and Inventory for Network Devices, which works through it, states it again.
func TestDistinct(t *testing.T) {
	const heir, origin, other = portbook.ComponentITMSInventoryNetworkDevices, portbook.ComponentITMSPPASNMPTrapListenerPlugin, portbook.ComponentITMSEventReceiver
	ports := portbook.MustParsePortSet("162/udp")
	n := newNetwork(portbook.FlowSet{}, portbook.Builtin(), nil)
	p := func(component portbook.Component, flow portbook.FlowID, services ...string) *process {
		f, ok := portbook.Lookup(flow)
		if !ok {
			t.Fatalf("no flow %s", flow)
		}
		return &process{component, services, f.Ports(), []portbook.Flow{f}}
	}
	const trap, again, console = portbook.FlowITMSPPASNMPTrapListenerPluginTrap, portbook.FlowITMSInventoryNetworkDevicesSNMPTrap, portbook.FlowApexCentralConsoleHTTP
	for _, c := range []struct {
		name string
		list []*process
		want bool
	}{
		{"one", []*process{p(heir, again, "x")}, false},
		{"two components", []*process{p(heir, again), p(other, trap)}, true},
		{"the same services", []*process{p(heir, again, "x"), p(heir, again, "x", "y")}, false},
		{"other services", []*process{p(heir, again, "x"), p(heir, again, "y")}, true},
		{"services not stated", []*process{p(heir, again, "x"), p(heir, again)}, false},
		{"a third one differs", []*process{p(heir, again, "x"), p(heir, again), p(heir, again, "y")}, true},
		{"one communication, stated twice", []*process{p(heir, again), p(origin, trap)}, false},
		{"in the other order", []*process{p(origin, trap), p(heir, again)}, false},
		{"of different services", []*process{p(heir, again, "x"), p(origin, trap, "y")}, true},
		{"with another peer", []*process{p(heir, again), p(origin, console)}, true},
	} {
		r := region{ports, c.list}
		if c.name == "with another peer" {
			r.ports = ports.Union(portbook.MustParsePortSet("80/tcp"))
		}
		if got := n.differ(r); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestBuiltinCollisions checks that no component of the built-in catalog
// collides with what it works through.
func TestBuiltinCollisions(t *testing.T) {
	for _, h := range Collisions(portbook.Flows(), portbook.Builtin(), nil) {
		t.Errorf("%v: %v collide", h.Components, h.Listeners)
	}
}
