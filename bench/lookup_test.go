package bench

import (
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/google/gopacket/layers"
	"github.com/portbook/portbook"
)

// BenchmarkContains asks 65,536 random ports of sets of 60 ranges.
func BenchmarkContains(b *testing.B) {
	o := newOperands(60, 0)
	random := rand.New(rand.NewPCG(1, 1))
	var ports [1 << 16]portbook.Port // so many that no branch predictor learns them
	for i := range ports {
		ports[i] = portbook.Port(random.Uint32N(65536))
	}
	b.Run("by=portbook", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			sinkBool = o.portbook[0].Contains(portbook.TCP, ports[i%(1<<16)])
		}
	})
	b.Run("by=roaring", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			sinkBool = o.roaring[0].Contains(uint32(ports[i%(1<<16)]))
		}
	})
	b.Run("by=netipx", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			sinkBool = o.netipx[0].Contains(address(int(ports[i%(1<<16)])))
		}
	})
	b.Run("by=floor-bitmap", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			p := ports[i%(1<<16)]
			sinkBool = o.words[0][p/64]>>(p%64)&1 == 1
		}
	})
}

// BenchmarkSinglePorts works on sets of one port.
func BenchmarkSinglePorts(b *testing.B) {
	x, y := portbook.PortSetOf(portbook.TCP, 443), portbook.PortSetOf(portbook.TCP, 8080)
	for name, f := range map[string]func(){
		"op=union":     func() { sinkSet = x.Union(y) },
		"op=intersect": func() { sinkSet = x.Intersect(y) },
		"op=contains":  func() { sinkBool = x.Contains(portbook.TCP, 443) },
		"op=equal":     func() { sinkBool = x == y },
		"op=subtract":  func() { sinkSet = x.Subtract(y) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
}

// queries makes 65,536 TCP ports, three quarters of which some built-in flow
// uses by number.
func queries() []portbook.Port {
	random := rand.New(rand.NewPCG(2, 2))
	var used []portbook.Port
	for f := range portbook.Flows().All() {
		for r := range f.Ports().Ranges(portbook.TCP) {
			if r.Len() == 1 {
				used = append(used, r.First())
			}
		}
	}
	ports := make([]portbook.Port, 1<<16)
	for i := range ports {
		if i%4 < 3 {
			ports[i] = used[random.IntN(len(used))]
		} else {
			ports[i] = portbook.Port(random.Uint32N(1024)) // mostly unused
		}
	}
	random.Shuffle(len(ports), func(i, j int) { ports[i], ports[j] = ports[j], ports[i] })
	return ports
}

var sinkFlows portbook.FlowSet

// BenchmarkLookup asks which flows use a port.
func BenchmarkLookup(b *testing.B) {
	ports := queries()
	b.Run("by=portbook", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			sinkFlows = portbook.FlowsUsing(portbook.TCP, ports[i%(1<<16)])
		}
	})
	dense := make([]portbook.FlowSet, 65536)
	byMap := map[portbook.Port]portbook.FlowSet{}
	for p := range dense {
		dense[p] = portbook.FlowsUsing(portbook.TCP, portbook.Port(p))
		if !dense[p].IsEmpty() {
			byMap[portbook.Port(p)] = dense[p]
		}
	}
	b.Run("by=floor-dense-array", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			sinkFlows = dense[ports[i%(1<<16)]]
		}
	})
	b.Run("by=floor-dense-array-call", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			sinkFlows = lookupDense(dense, ports[i%(1<<16)])
		}
	})
	b.Run("by=map", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			sinkFlows = byMap[ports[i%(1<<16)]]
		}
	})
	var keys []portbook.Port
	var values []portbook.FlowSet
	for p := range byMap {
		keys = append(keys, p)
	}
	slices.Sort(keys)
	for _, p := range keys {
		values = append(values, byMap[p])
	}
	b.Run("by=sort.Search", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			p := ports[i%(1<<16)]
			sinkFlows = portbook.FlowSet{}
			if k := sort.Search(len(keys), func(k int) bool { return keys[k] >= p }); k < len(keys) && keys[k] == p {
				sinkFlows = values[k]
			}
		}
	})
	b.Run("by=gopacket", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			sinkString = layers.TCPPort(ports[i%(1<<16)]).String()
		}
	})
	b.Run("by=gopacket-map", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			sinkString = layers.TCPPortNames[layers.TCPPort(ports[i%(1<<16)])]
		}
	})
}

var sinkString string

// lookupDense is the dense array behind a function that is not inlined, as a
// library's is.
//
//go:noinline
func lookupDense(dense []portbook.FlowSet, p portbook.Port) portbook.FlowSet { return dense[p] }
