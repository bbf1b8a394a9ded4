package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/testkit/synthetic"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"github.com/portbook/portbook/report/xlsx"
)

// liveMeter counts what is written, and measures the memory that is in use
// meanwhile: about ten times in a report.
type liveMeter struct {
	written, next, step int
	most                uint64
}

func (m *liveMeter) Write(b []byte) (int, error) {
	if m.written += len(b); m.written >= m.next {
		m.next = m.written + m.step
		m.most = max(m.most, live())
	}
	return len(b), nil
}

func live() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// BenchmarkReport writes reports of catalogs of growing size. Beside the time
// it tells the flows per second, the bytes of the report for each flow, and the
// memory for each flow that is in use at most while the report is written,
// beyond the catalog. by=encoding/json is the floor: the records alone, from
// memory.
func BenchmarkReport(b *testing.B) {
	for _, n := range sized(1_000, 10_000, 100_000) {
		flows := handle.Catalog(synthetic.Table(n, 500, 1)).Flows()
		for _, f := range []report.Format{report.Text, report.Markdown, report.CSV, report.JSON, html.Format, xlsx.Format} {
			b.Run(fmt.Sprintf("format=%s/flows=%d", f.Name(), n), func(b *testing.B) {
				o := report.Options{Format: f}
				for b.Loop() {
					if err := report.Write(io.Discard, flows, o); err != nil {
						b.Fatal(err)
					}
				}
				b.StopTimer()
				measure(b, flows, o)
			})
		}
		b.Run(fmt.Sprintf("format=json/flows=%d/by=encoding", n), func(b *testing.B) {
			var records []portbook.FlowRecord
			for f := range flows.All() {
				records = append(records, f.Record(nil))
			}
			for b.Loop() {
				if err := json.NewEncoder(io.Discard).Encode(records); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "flows/s")
		})
	}
}

// measure writes the report twice more: for its size, and for the memory in
// use.
func measure(b *testing.B, flows portbook.FlowSet, o report.Options) {
	n := float64(flows.Len())
	size := &liveMeter{next: 1 << 62}
	if err := report.Write(size, flows, o); err != nil {
		b.Fatal(err)
	}
	before := live()
	memory := &liveMeter{step: size.written/10 + 1}
	if err := report.Write(memory, flows, o); err != nil {
		b.Fatal(err)
	}
	runtime.KeepAlive(flows)
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "flows/s")
	b.ReportMetric(float64(size.written)/n, "B/flow")
	b.ReportMetric(float64(memory.most-min(memory.most, before))/n, "live-B/flow")
}

// BenchmarkReportGrowth writes reports of catalogs whose components grow with
// their flows. The time for each flow stays about the same where the time of a
// report is linear.
func BenchmarkReportGrowth(b *testing.B) {
	for _, c := range []struct {
		name    string
		options report.Options
	}{
		{"html", report.Options{Format: html.Format}}, {"csv-ports", report.Options{Format: report.CSV, View: report.ViewPorts}},
	} {
		for _, n := range sized(8_000, 32_000, 100_000) {
			flows := handle.Catalog(synthetic.Table(n, n/20, 1)).Flows()
			b.Run(fmt.Sprintf("report=%s/flows=%d", c.name, n), func(b *testing.B) {
				for b.Loop() {
					if err := report.Write(io.Discard, flows, c.options); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "us/flow")
			})
		}
	}
}
