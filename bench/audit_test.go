package bench

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/site/sitefile"
)

const auditRecords = 200_000

// zeekHeader names the columns of zeekLog.
const zeekHeader = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n"

// zeekLog returns a conn.log of the example site: of addresses that recur as in
// real logs, or that are all different.
func zeekLog(distinct bool) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	ports, states := []int{443, 80, 25, 8443, 4343}, []string{"SF", "SF", "SF", "S0", "REJ", "RSTO"}
	var b bytes.Buffer
	b.WriteString(zeekHeader)
	for i := range auditRecords {
		from := fmt.Sprintf("198.51.100.%d", random.IntN(1+random.IntN(256)))
		if distinct {
			from = netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}).String()
		}
		fmt.Fprintf(&b, "%d.%06d\tC%016d\t%s\t%d\t192.0.2.%d\t%d\ttcp\tssl\t%d.%06d\t%d\t%d\t%s\n", 1700000000+i/100, random.IntN(1e6),
			random.Int64N(1e16), from, 1024+random.IntN(60000), 10*(1+random.IntN(6)), ports[random.IntN(5)], random.IntN(9), random.IntN(1e6),
			random.IntN(5000), random.IntN(50000), states[random.IntN(6)])
	}
	return b.Bytes()
}

// awsLog returns a VPC flow log of the default format.
func awsLog() []byte {
	random := rand.New(rand.NewPCG(3, 4))
	var b bytes.Buffer
	for i := range auditRecords {
		fmt.Fprintf(&b, "2 123456789010 eni-1235b8ca123456789 198.51.100.%d 192.0.2.%d %d %d 6 %d %d %d %d ACCEPT OK\n", random.IntN(256),
			10*(1+random.IntN(6)), 32768+random.IntN(28000), []int{443, 80, 25, 8443}[random.IntN(4)], random.IntN(100), random.IntN(50000), 1700000000+i/100, 1700000060+i/100)
	}
	return b.Bytes()
}

// jsonLog returns conn.log as JSON lines.
func jsonLog() []byte {
	random := rand.New(rand.NewPCG(5, 6))
	var b bytes.Buffer
	for i := range auditRecords {
		fmt.Fprintf(&b, `{"ts":%d.%06d,"uid":"C%016d","id.orig_h":"198.51.100.%d","id.orig_p":%d,"id.resp_h":"192.0.2.%d","id.resp_p":443,"proto":"tcp","conn_state":"SF","orig_bytes":%d}`+"\n",
			1700000000+i/100, random.IntN(1e6), random.Int64N(1e16), random.IntN(256), 1024+random.IntN(60000), 10*(1+random.IntN(6)), random.IntN(5000))
	}
	return b.Bytes()
}

// BenchmarkAudit reads logs and counts them by the needs of the example site,
// beside what is the least that reading takes (lines), and what one would write
// in an hour: encoding/csv, and a map of strings.
func BenchmarkAudit(b *testing.B) {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		b.Fatal(err)
	}
	m := audit.Compile(s.Plan())
	tally := func(log []byte) error {
		_, err := flowlog.Read(bytes.NewReader(log), flowlog.Options{}, m.NewTally().Add)
		return err
	}
	for _, x := range []struct {
		name string
		log  []byte
		read func([]byte) error
	}{
		{"zeek", zeekLog(false), tally},
		{"zeek distinct", zeekLog(true), tally},
		{"aws", awsLog(), tally},
		{"json", jsonLog(), tally},
		{"zeek lines", zeekLog(false), func(log []byte) error { bytes.Count(log, []byte("\n")); return nil }},
		{"zeek csv and map", zeekLog(false), countStrings},
	} {
		b.Run(x.name, func(b *testing.B) {
			b.SetBytes(int64(len(x.log)))
			for b.Loop() {
				if err := x.read(x.log); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(auditRecords*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrec/s")
		})
	}
}

// countStrings groups records by the texts of addresses, port and state.
func countStrings(log []byte) error {
	r := csv.NewReader(bytes.NewReader(log))
	r.Comma, r.Comment, r.LazyQuotes, r.ReuseRecord = '\t', '#', true, true
	counts := map[[4]string]int{}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		key := [4]string{row[2], row[4], row[5], row[11]}
		if _, ok := counts[key]; !ok {
			for i := range key {
				key[i] = string([]byte(key[i])) // the record is used again
			}
		}
		counts[key]++
	}
}
