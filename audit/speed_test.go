package audit_test

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/site/sitefile"
)

func BenchmarkQ(b *testing.B) {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		b.Fatal(err)
	}
	m := audit.Compile(s.Plan())
	var buf bytes.Buffer
	rnd := rand.New(rand.NewSource(1))
	st := []string{"SF", "SF", "SF", "S0", "REJ", "RSTO"}
	const n = 1000000
	fmt.Fprintf(&buf, "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\n")
	for i := 0; i < n; i++ {
		fmt.Fprintf(&buf, "%d.%06d\tC%017d\t198.51.100.%d\t%d\t192.0.2.%d\t%d\ttcp\tssl\t%d.%06d\t%d\t%d\t%s\tT\tT\t0\tShADadfF\t%d\t%d\t%d\t%d\t-\n", 1700000000+i/100, rnd.Intn(1e6), rnd.Int63n(1e17), rnd.Intn(256), 1024+rnd.Intn(60000), 10*(1+rnd.Intn(6)), []int{443, 80, 25, 8443, 4343}[rnd.Intn(5)], rnd.Intn(9), rnd.Intn(1e6), rnd.Intn(5000), rnd.Intn(50000), st[rnd.Intn(6)], rnd.Intn(100), rnd.Intn(10000), rnd.Intn(100), rnd.Intn(10000))
	}
	data := buf.Bytes()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		t := m.NewTally()
		if _, err := flowlog.Read(bytes.NewReader(data), flowlog.Options{}, t.Add); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrec/s")
}
