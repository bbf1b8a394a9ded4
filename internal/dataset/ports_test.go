package dataset

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// TestHostilePorts reads a folder with 512 KiB of port texts that stand for as
// many ranges as such texts can. It is refused before they are made.
func TestHostilePorts(t *testing.T) {
	fsys := example(t)
	var odd []string
	for n := 1; len(odd) < 1300; n += 2 {
		odd = append(odd, fmt.Sprint(n))
	}
	var b strings.Builder
	b.WriteString("product: {id: hostile}\nports:\n")
	for i := 0; b.Len() < 512<<10; i++ {
		fmt.Fprintf(&b, "  - {id: hostile/x, ports: '%d,%s/*'}\n", 2*i, strings.Join(odd, ","))
	}
	fsys["data/hostile.yaml"] = &fstest.MapFile{Data: []byte(b.String())}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	s := ReadOver(fsys, Limits{}, nil)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	const want = "data/hostile.yaml:6: holds, with the files before it, more than 1048576 ranges of ports"
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("problems are %v, want %s", err, want)
	}
	if used := after.TotalAlloc - before.TotalAlloc; took > 2*time.Second || used > 256<<20 {
		t.Errorf("reading took %v and %d bytes", took, used)
	}
	t.Logf("reading took %v and %d bytes", took, after.TotalAlloc-before.TotalAlloc)
}
