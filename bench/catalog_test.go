package bench

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/testkit/synthetic"
)

// BenchmarkSelections asks for the flows of a product that a component opens
// and whose port can be changed, beside a plain walk over the flows.
func BenchmarkSelections(b *testing.B) {
	flows, agent := portbook.Flows(), portbook.ComponentITMSSymantecManagementAgent
	b.Run("selections=3/by=portbook", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkFlows = flows.DocumentedBy(portbook.ProductITMS).From(agent).Having(portbook.ConfigurableYes)
		}
	})
	records := make([]portbook.FlowRecord, 0, flows.Len())
	for f := range flows.All() {
		records = append(records, f.Record(nil))
	}
	b.Run("selections=3/by=scan-of-structs", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var found []int
			for i := range records {
				r := &records[i]
				if r.Product == portbook.ProductITMS && r.Configurable == portbook.ConfigurableYes && slices.Contains(r.From, agent) {
					found = append(found, i)
				}
			}
			sinkInt = len(found)
		}
	})
}

// BenchmarkSelective asks the same selective questions of catalogs of 200 and
// of 100,000 flows: three selections, the flows of a port that few use and of
// one that wide ranges cover, and those of 200 ranges.
func BenchmarkSelective(b *testing.B) {
	var ports []portbook.Port
	for n := range portbook.Port(200) {
		ports = append(ports, 25*n+5, 25*n+6)
	}
	for _, size := range []struct{ flows, components int }{{200, 100}, {100_000, 5_000}} {
		c := handle.Catalog(synthetic.Table(size.flows, size.components, 1))
		flows := c.Flows()
		first := slices.Collect(flows.All())[size.flows/2]
		from, protocol := first.From()[0], first.Protocols()[0]
		for name, question := range map[string]func() portbook.FlowSet{
			"three": func() portbook.FlowSet {
				return flows.From(from).Having(portbook.RequirementRequired).Using(protocol)
			},
			"port":               func() portbook.FlowSet { return flows.Touching(portbook.PortSetOf(portbook.TCP, 80)) },
			"wide-port":          func() portbook.FlowSet { return flows.Touching(portbook.PortSetOf(portbook.TCP, 40_000)) },
			"200-ranges":         touching(flows, portbook.PortSetOf(portbook.TCP, ports...)),
			"within-200":         within(flows, portbook.PortSetOf(portbook.TCP, ports...)),
			"part-of-200-ranges": touching(flows.From(from), portbook.PortSetOf(portbook.TCP, ports...)),
		} {
			b.Run(fmt.Sprintf("by=%s/flows=%d", name, size.flows), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					sinkFlows = question()
				}
			})
		}
	}
}

func touching(s portbook.FlowSet, ports portbook.PortSet) func() portbook.FlowSet {
	return func() portbook.FlowSet { return s.Touching(ports) }
}

func within(s portbook.FlowSet, ports portbook.PortSet) func() portbook.FlowSet {
	return func() portbook.FlowSet { return s.Within(ports) }
}

// BenchmarkAllPorts unites the ports of all built-in flows.
func BenchmarkAllPorts(b *testing.B) {
	flows := portbook.Flows()
	b.ReportAllocs()
	for b.Loop() {
		sinkSet = flows.Ports()
	}
}

// BenchmarkKeyed unites and subtracts the ports of pairs of components of 250
// flows, beside a map of pairs to ranges.
func BenchmarkKeyed(b *testing.B) {
	t := synthetic.Table(500, 60, 2)
	var entries [2][]portset.Entry
	for i := range t.Flows {
		f := &t.Flows[i]
		for _, from := range t.List(f.From) {
			for _, to := range t.List(f.To) {
				e := portset.Entry{Key: portset.Pair(from, to), Set: t.PortSet(f.Ports)}
				entries[i%2] = append(entries[i%2], e)
			}
		}
	}
	x, y := portset.KeyedOf(entries[0]), portset.KeyedOf(entries[1])
	var maps [2]map[uint64][]portbook.PortRange
	for i, s := range []portset.Keyed{x, y} {
		maps[i] = map[uint64][]portbook.PortRange{}
		for key, set := range s.All() {
			for lo, hi := range set.Within(portset.Key(6, 0), portset.Key(6, 65535)) {
				r, _ := portbook.PortRangeFrom(portbook.Port(lo), portbook.Port(hi))
				maps[i][key] = append(maps[i][key], r)
			}
		}
	}
	b.Run("op=contains/by=portbook", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			sinkBool = x.Contains(entries[0][i%len(entries[0])].Key, portset.Key(6, 443))
		}
	})
	b.Run("op=union/by=portbook", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkKeyed = x.Union(y)
		}
	})
	b.Run("op=union/by=map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			out := make(map[uint64][]portbook.PortRange, len(maps[0])+len(maps[1]))
			for _, m := range maps {
				for key, ranges := range m {
					out[key] = mergeRanges(out[key], ranges)
				}
			}
			sinkInt = len(out)
		}
	})
	b.Run("op=subtract/by=portbook", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkKeyed = x.Subtract(y)
		}
	})
	b.Run("op=subtract/by=map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			out := make(map[uint64][]portbook.PortRange, len(maps[0]))
			for key, ranges := range maps[0] {
				if left := subtractRanges(ranges, maps[1][key]); len(left) > 0 {
					out[key] = left
				}
			}
			sinkInt = len(out)
		}
	})
}

var sinkKeyed portset.Keyed

// mergeRanges unites two sorted lists of ranges, the plain way.
func mergeRanges(a, b []portbook.PortRange) []portbook.PortRange {
	all := append(slices.Clone(a), b...)
	slices.SortFunc(all, func(x, y portbook.PortRange) int { return int(x.First()) - int(y.First()) })
	out := all[:0]
	for _, r := range all {
		if n := len(out); n > 0 && int(r.First()) <= int(out[n-1].Last())+1 {
			out[n-1], _ = portbook.PortRangeFrom(out[n-1].First(), max(out[n-1].Last(), r.Last()))
			continue
		}
		out = append(out, r)
	}
	return out
}

// subtractRanges takes the ranges of b out of those of a, the plain way.
func subtractRanges(a, b []portbook.PortRange) []portbook.PortRange {
	out := slices.Clone(a)
	for _, r := range b {
		var next []portbook.PortRange
		for _, x := range out {
			if r.Last() < x.First() || x.Last() < r.First() {
				next = append(next, x)
				continue
			}
			if x.First() < r.First() {
				left, _ := portbook.PortRangeFrom(x.First(), r.First()-1)
				next = append(next, left)
			}
			if r.Last() < x.Last() {
				right, _ := portbook.PortRangeFrom(r.Last()+1, x.Last())
				next = append(next, right)
			}
		}
		out = next
	}
	return out
}

// BenchmarkBuild builds catalogs at run time and reports what they cost per
// flow.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("flows=%d", n), func(b *testing.B) {
			for b.Loop() {
				sinkAny = synthetic.Table(n, n/20, 1)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/flow")
			sinkAny = nil
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			t := synthetic.Table(n, n/20, 1)
			runtime.GC()
			runtime.ReadMemStats(&after)
			texts := len(t.Texts[0].Pool) + len(t.Names.Pool)
			b.ReportMetric(float64(int(after.HeapAlloc-before.HeapAlloc)-texts)/float64(n), "B/flow")
			runtime.KeepAlive(t)
		})
	}
}
