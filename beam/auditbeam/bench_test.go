package auditbeam

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

const benchFiles = 24

// benchRecords is the number of records in a file.
func benchRecords() int {
	if testing.Short() {
		return 1000
	}
	return 2_000_000
}

// writeZeek writes a conn.log of the example site, with addresses that recur as
// in real logs.
func writeZeek(name string) (int64, error) {
	random := rand.New(rand.NewPCG(1, 2))
	ports, states := []int{443, 80, 25, 8443, 4343}, []string{"SF", "SF", "SF", "S0", "REJ", "RSTO"}
	var b bytes.Buffer
	b.WriteString("#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n")
	for i := range benchRecords() {
		fmt.Fprintf(&b, "%d.%06d\tC%016d\t198.51.100.%d\t%d\t192.0.2.%d\t%d\ttcp\tssl\t%d.%06d\t%d\t%d\t%s\n", 1764200000+i/100, random.IntN(1e6),
			random.Int64N(1e16), random.IntN(1+random.IntN(256)), 1024+random.IntN(60000), 10*(1+random.IntN(6)), ports[random.IntN(5)], random.IntN(9), random.IntN(1e6),
			random.IntN(5000), random.IntN(50000), states[random.IntN(6)])
	}
	return int64(b.Len()), os.WriteFile(name, b.Bytes(), 0o644)
}

// BenchmarkCount counts 48 million records of 24 files of the same content: by a
// pipeline on prism with one processor and with two, and by the function of a
// worker alone. With smaller files prism hands nothing to a second worker, since
// it divides only bundles that seem to be stuck.
func BenchmarkCount(b *testing.B) {
	site, dir := tokyo(b), b.TempDir()
	first := filepath.Join(dir, "conn.0.log")
	size, err := writeZeek(first)
	if err != nil {
		b.Fatal(err)
	}
	for i := 1; i < benchFiles; i++ {
		if err := os.Link(first, filepath.Join(dir, fmt.Sprintf("conn.%d.log", i))); err != nil {
			b.Fatal(err)
		}
	}
	report := func(b *testing.B) {
		b.ReportMetric(float64(benchFiles*benchRecords()*b.N)/b.Elapsed().Seconds()/1e6, "Mrec/s")
		b.ReportMetric(float64(size)/float64(benchRecords()), "B/rec")
	}
	files, err := filepath.Glob(dir + "/*")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("alone", func(b *testing.B) {
		var sum *Counts
		for b.Loop() {
			if sum, err = countHere(site, files); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
		data, err := encode(sum)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(data))/1e6, "MB/counts")
	})
	for _, n := range []int{1, 2} {
		b.Run(fmt.Sprintf("prism %d", n), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
			result := filepath.Join(b.TempDir(), "counts")
			for b.Loop() {
				if _, err := run(site, Reading{}, result, dir+"/*"); err != nil {
					b.Fatal(err)
				}
			}
			report(b)
		})
	}
}

// countHere counts files one after the other.
func countHere(site *Site, files []string) (*Counts, error) {
	count, merge := newCountFn(site, Reading{}), &mergeFn{Site: site}
	if err := count.Setup(context.Background()); err != nil {
		return nil, err
	}
	if err := merge.Setup(context.Background()); err != nil {
		return nil, err
	}
	sum := merge.CreateAccumulator()
	for _, name := range files {
		_, c, err := count.ProcessElement(context.Background(), name)
		if err == nil {
			sum, err = merge.MergeAccumulators(sum, c)
		}
		if err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// BenchmarkMerge merges counts that have all that the bounds of a tally allow,
// as they come from other processes.
func BenchmarkMerge(b *testing.B) {
	site := manyHosts(b)
	count, merge := newCountFn(site, Reading{}), &mergeFn{Site: site}
	if err := count.Setup(context.Background()); err != nil {
		b.Fatal(err)
	}
	if err := merge.Setup(context.Background()); err != nil {
		b.Fatal(err)
	}
	var parts [][]byte
	for seed := range uint64(2) {
		sum := merge.CreateAccumulator()
		for _, log := range append(randomLogs(rand.New(rand.NewPCG(seed, 1)), 30_000), scans()) {
			c, err := count.count(log.name, bytes.NewReader([]byte(log.text())))
			if err == nil {
				sum, err = merge.MergeAccumulators(sum, c)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		data, err := encode(sum)
		if err != nil {
			b.Fatal(err)
		}
		parts = append(parts, data)
	}
	for b.Loop() {
		a, err1 := decode(parts[0])
		c, err2 := decode(parts[1])
		if err1 != nil || err2 != nil {
			b.Fatal(err1, err2)
		}
		sum, err := merge.MergeAccumulators(a, c)
		if err == nil {
			_, err = encode(sum)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(parts[0]))/1e6, "MB/counts")
}

// scans is a log of so many scans that tallies keep all maps of ports that they
// can.
func scans() logLines {
	log := logLines{name: "scans.csv", head: "src,sport,dst,dport,proto,action\n"}
	for from := range 120 {
		for to := range 120 {
			for port := range 20 {
				log.rows = append(log.rows, fmt.Sprintf("10.0.0.%d,40000,10.0.0.%d,%d,tcp,deny\n", from, to, 1+port))
			}
		}
	}
	return log
}
