package lab

import (
	"net/netip"
	"sync"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/ruleset"
)

// Bounds loads rules on a machine, and tries connections to it from others by
// packets: those that the rules surely permit have to succeed, and those that
// they do not possibly permit must not. It must only be called by a test within
// [Run].
func Bounds(t *testing.T, own, others []netip.Addr, ports []portbook.Port, load func(Machine) *ruleset.Set) {
	const machine, other = "own", "other"
	n := newNetwork(t, map[string][]netip.Addr{machine: own, other: others})
	defer n.close()
	var probes []probe
	for _, to := range own {
		for _, protocol := range []portbook.Protocol{portbook.TCP, portbook.UDP} {
			for _, port := range ports {
				n.listen(machine, to, protocol, port)
				for _, from := range others {
					if from.Is4() == to.Is4() {
						probes = append(probes, probe{other, from, to, protocol, port})
					}
				}
			}
		}
		for _, from := range others {
			if from.Is4() && to.Is4() {
				probes = append(probes, probe{other, from, to, portbook.ICMP, 8}, probe{other, from, to, portbook.ICMP, 13})
			}
		}
	}
	set := load(Machine{t, machine})
	var all sync.WaitGroup
	reached, refused, open := 0, 0, 0
	for _, p := range probes {
		surely, possibly := set.Permits(ruleset.Inbound, ruleset.Point{Address: p.from}, ruleset.Point{Address: p.to}, p.protocol, p.port)
		switch {
		case surely:
			reached++
		case possibly:
			open++
			continue
		default:
			refused++
		}
		all.Add(1)
		go func() {
			defer all.Done()
			if got, err := p.reaches(surely); err != nil || got != surely {
				t.Errorf("%s from %s to port %d of %s: reached %v, and the rules say %v (%v)", p.protocol, p.from, p.port, p.to, got, surely, err)
			}
		}()
	}
	all.Wait()
	if reached < 20 || refused < 20 || open == 0 {
		t.Errorf("few probes: %d have to succeed, %d must not, %d may", reached, refused, open)
	}
}
