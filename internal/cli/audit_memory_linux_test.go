package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAuditMemory runs the program on logs of a scan of all ports from 10,000
// sources, and bounds the memory that is its own on the way: not that of the
// file of the program, which the system maps and can drop.
func TestAuditMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program, and reads 300 MB")
	}
	program := filepath.Join(t.TempDir(), "portbook")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/portbook").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, records := range []int{1000, 4_000_000} {
		most, stdout := auditScan(t, program, records)
		t.Logf("%d records: %d kB", records, most)
		if most > 16<<10 || most == 0 {
			t.Errorf("%d records: %d kB of memory", records, most)
		}
		if !strings.Contains(stdout, fmt.Sprint(records)) {
			t.Errorf("%d records are not in what is found: %.500s", records, stdout)
		}
	}
}

// auditScan pipes a log into the program, and returns the most memory that was
// seen, in kB, and what the program writes.
func auditScan(t *testing.T, program string, records int) (most int, stdout string) {
	cmd := exec.Command(program, "audit", "../../examples/site/tokyo.yaml", "--as-of", "2026-12-01", "--fail-on", "none", "--log", "-")
	cmd.Env = []string{"GOMAXPROCS=2"} // each goroutine has a tally of its own
	var out, messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &messages
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		writeScan(in, records)
		in.Close()
		ended <- cmd.Wait()
	}()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v: %s", err, messages.String())
			}
			return most, out.String()
		case <-time.After(2 * time.Millisecond):
			most = max(most, ownMemory(cmd.Process.Pid))
		}
	}
}

// writeScan writes a conn.log in which few lines are like others.
func writeScan(w io.Writer, records int) {
	b := []byte("#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tconn_state\n")
	for i := range records {
		source := i % 10_000
		b = fmt.Appendf(b, "1700000000.000000\tC%08d\t10.%d.%d.1\t50000\t192.0.2.%d\t%d\ttcp\t-\tS0\n", i, source>>8, source&255, i*31%256, i*7919%65536)
		if len(b) > 1<<16 || i == records-1 {
			if _, err := w.Write(b); err != nil {
				return // the status of the program says why
			}
			b = b[:0]
		}
	}
}

// ownMemory returns the resident memory of a process that no file backs.
func ownMemory(pid int) (kB int) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, after, _ := strings.Cut(string(status), "\nRssAnon:")
	fmt.Sscan(after, &kB)
	return kB
}
