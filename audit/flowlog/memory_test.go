package flowlog_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/site/sitefile"
)

// endless is a conn.log that is made while it is read: blocks of lines over and
// over, each time with other ports and addresses of one scan.
type endless struct {
	left   int64 // bytes
	source int   // of the scan
	block  []byte
	at     int
	random *rand.Rand
}

const zeekHeader = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tconn_state\n"

func (e *endless) Read(b []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	if e.at == len(e.block) {
		e.next()
	}
	n := copy(b, e.block[e.at:])
	e.at += n
	e.left -= int64(n)
	return n, nil
}

// scanLine is a line of the log. What changes from line to line has a fixed
// width.
const scanLine = "1700000000.000000\tCabcdefgh\t010.aaa.bbb.001\t50000\t192.000.002.ccc\tddddd\ttcp\t-\tS0\n"

// next fills the block with lines of other addresses and ports.
func (e *endless) next() {
	begin := 0
	if e.block == nil {
		begin = len(zeekHeader)
		e.block = []byte(zeekHeader + strings.Repeat(scanLine, 4096))
	} else if strings.HasPrefix(string(e.block[:1]), "#") {
		e.block = e.block[len(zeekHeader):]
	}
	e.at = 0
	put := func(field []byte, n int) {
		for i := len(field) - 1; i >= 0; i-- {
			field[i] = byte('0' + n%10)
			n /= 10
		}
	}
	a, b, c, d := strings.Index(scanLine, "aaa"), strings.Index(scanLine, "bbb"), strings.Index(scanLine, "ccc"), strings.Index(scanLine, "ddddd")
	for at := begin; at < len(e.block); at += len(scanLine) {
		line := e.block[at : at+len(scanLine)]
		e.source = (e.source + 1) % 10000
		put(line[a:a+3], e.source>>8)
		put(line[b:b+3], e.source&255)
		put(line[c:c+3], e.random.IntN(256))
		put(line[d:d+5], e.random.IntN(65536))
	}
}

// TestMemory reads a gigabyte of log, a scan of all ports from 10,000 sources by
// way of networks that nobody knows, and bounds what is in use on the way: the
// heap of the reader and the tallies, and what no file backs of the process.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads a gigabyte")
	}
	s, err := sitefile.Load(os.DirFS("../../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	m := audit.Compile(s.Plan())
	runtime.GC()
	debug.FreeOSMemory()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	base := resident("RssAnon:")
	var most atomic.Uint64
	var grown atomic.Int64
	watch := func(add func(*audit.Record)) func(*audit.Record) {
		n := 0
		return func(r *audit.Record) {
			if n++; n%(1<<20) == 0 {
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most.Store(max(most.Load(), now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc)))
				grown.Store(max(grown.Load(), int64(resident("RssAnon:")-base)))
			}
			add(r)
		}
	}
	tallies := []*audit.Tally{m.NewTally(), m.NewTally()}
	pool := flowlog.NewPool(watch(tallies[0].Add), watch(tallies[1].Add))
	stats, err := pool.Read(&endless{left: 1 << 30, random: rand.New(rand.NewPCG(1, 2))}, flowlog.Options{})
	pool.Close()
	tallies[0].Merge(tallies[1])
	f := tallies[0].Findings()
	if err != nil || stats.Broken > 1 || stats.Records < 12_000_000 || f.Records != uint64(stats.Records) {
		t.Fatalf("%v, %+v, %d records", err, stats, f.Records)
	}
	t.Logf("%d records, %d findings; heap at most %d kB, resident at most %d kB more than before", stats.Records, len(f.List), most.Load()>>10, grown.Load())
	if most.Load() > 4<<20 {
		t.Errorf("%d kB of heap", most.Load()>>10)
	}
	if grown.Load() > 16<<10 {
		t.Errorf("%d kB resident", grown.Load())
	}
}

// resident returns a size in kB that Linux has of the process; 0 elsewhere.
func resident(name string) (kB int) {
	status, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(status), "\n"+name)
	fmt.Sscan(after, &kB)
	return kB
}
