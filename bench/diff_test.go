package bench

import (
	"fmt"
	"github.com/portbook/portbook/internal/handle"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/testkit/synthetic"
)

var sinkChanges diff.Changes

// BenchmarkDiff compares versions of a catalog, of which one flow in a hundred,
// or every flow, has other ports.
func BenchmarkDiff(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		old := handle.Catalog(synthetic.Table(size, size/20, 1))
		for _, c := range []struct {
			name  string
			every int
		}{{"one-in-100", 100}, {"all", 1}} {
			b.Run(fmt.Sprintf("flows=%d/changed=%s", size, c.name), func(b *testing.B) {
				var records []portbook.FlowRecord
				for f := range old.Flows().All() {
					r := f.Record(nil)
					if len(records)%c.every == 0 {
						r.Ports = portbook.PortSetOf(portbook.TCP, portbook.Port(len(records)))
					}
					records = append(records, r)
				}
				new, err := diff.NewSnapshot("", "", records)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					sinkChanges = diff.Compare(diff.SnapshotOf(old), new)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size), "ns/flow")
			})
		}
	}
}
