package report_test

import (
	"github.com/portbook/portbook/internal/handle"
	"runtime"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/testkit/synthetic"
	"github.com/portbook/portbook/report"
)

// liveMeter measures the memory that is in use while a report is written.
type liveMeter struct {
	written int
	next    int
	most    uint64
}

func (m *liveMeter) Write(b []byte) (int, error) {
	if m.written += len(b); m.written >= m.next {
		m.next = m.written + 4<<20
		m.most = max(m.most, live())
	}
	return len(b), nil
}

// live returns the number of bytes in use.
func live() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// TestStreams checks that a report takes no memory for its flows: fifty times as many take no megabyte more.
func TestStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it writes large reports")
	}
	const allowed = 1 << 20
	used := func(f report.Format, flows portbook.FlowSet) uint64 {
		before := live()
		m := &liveMeter{}
		if err := report.Write(m, flows, report.Options{Format: f}); err != nil {
			t.Fatal(err)
		}
		runtime.KeepAlive(flows)
		return m.most - min(m.most, before)
	}
	small := handle.Catalog(synthetic.Table(1000, 500, 1)).Flows()
	large := handle.Catalog(synthetic.Table(50000, 500, 1)).Flows()
	for _, f := range []report.Format{report.Text, report.Markdown, report.CSV, report.JSON} {
		a, b := used(f, small), used(f, large)
		t.Logf("%s: %d bytes for 1,000 flows, %d for 50,000", f, a, b)
		if b > a+allowed {
			t.Errorf("%s: %d bytes for 1,000 flows, %d for 50,000", f, a, b)
		}
	}
}
