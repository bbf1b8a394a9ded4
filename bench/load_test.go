package bench

import (
	"fmt"
	"github.com/portbook/portbook/internal/handle"
	"io/fs"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/testkit/synthetic"
)

// sizes are the numbers of flows of the catalogs that are loaded and merged.
var sizes = []int{1_000, 10_000, 100_000}

// sized returns the sizes that a benchmark has: with -short, as in CI, only those
// that take seconds.
func sized(list ...int) []int {
	if testing.Short() {
		return list[:2]
	}
	return list
}

// written returns a synthetic catalog as files.
func written(b *testing.B, flows int, seed uint64) fs.FS {
	b.Helper()
	files, err := catalog.Export(handle.Catalog(synthetic.Table(flows, flows/20, seed)))
	if err != nil {
		b.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: content}
	}
	return fsys
}

// BenchmarkLoad reads YAML, validates it and builds the catalog with its index.
func BenchmarkLoad(b *testing.B) {
	for _, n := range sizes {
		fsys := written(b, n, 1)
		b.Run(fmt.Sprintf("flows=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := catalog.Load(fsys); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			before := live()
			c, err := catalog.Load(fsys)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(live()-before)/float64(n), "live-B/flow")
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "flows/s")
			runtime.KeepAlive(c)
		})
	}
}

// BenchmarkMerge merges a catalog with the built-in one.
func BenchmarkMerge(b *testing.B) {
	for _, n := range sizes {
		c := handle.Catalog(synthetic.Table(n, n/20, 1))
		b.Run(fmt.Sprintf("flows=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := catalog.Merge(portbook.Builtin(), c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "flows/s")
		})
	}
}
