package report

import (
	"math/rand/v2"
	"testing"

	"github.com/portbook/portbook"
)

// TestRegions compares the regions of random processes with what each port says for itself.
func TestRegions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var list []process
		for i := range 1 + random.IntN(6) {
			p := process{component: portbook.Component(rune('a' + i))}
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

func TestDiffer(t *testing.T) {
	p := func(component portbook.Component, services ...string) process {
		return process{component: component, services: services}
	}
	for _, c := range []struct {
		name string
		list []process
		want bool
	}{
		{"one", []process{p("a", "x")}, false},
		{"two components", []process{p("a"), p("b")}, true},
		{"the same services", []process{p("a", "x"), p("a", "x", "y")}, false},
		{"other services", []process{p("a", "x"), p("a", "y")}, true},
		{"services not stated", []process{p("a", "x"), p("a")}, false},
		{"a third one differs", []process{p("a", "x"), p("a"), p("a", "y")}, true},
	} {
		if got := differ(c.list); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
