//go:build unix

package cli

import (
	"bytes"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// slowLog is a log whose second half comes when it may.
type slowLog struct {
	first, second io.Reader
	wait          func()
	once          sync.Once
}

func (s *slowLog) Read(b []byte) (int, error) {
	if n, err := s.first.Read(b); err == nil {
		return n, nil
	}
	s.once.Do(s.wait)
	return s.second.Read(b)
}

// auditOnTerminal audits a log that comes by standard input, with a terminal for
// standard error. The log goes on when the terminal shows a text, or after some
// time.
func auditOnTerminal(t *testing.T, env map[string]string, until string, patience time.Duration, args ...string) (shown string) {
	t.Helper()
	terminal, program, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal: %v", err)
	}
	defer terminal.Close()
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	showed, ended := make(chan struct{}), make(chan string)
	go func() {
		var all bytes.Buffer
		var once sync.Once
		buf := make([]byte, 4096)
		for {
			n, err := terminal.Read(buf)
			all.Write(buf[:n])
			if strings.Contains(all.String(), until) {
				once.Do(func() { close(showed) })
			}
			if err != nil { // Linux ends in an error
				ended <- all.String()
				return
			}
		}
	}()
	log, err := os.ReadFile(exampleLog)
	if err != nil {
		t.Fatal(err)
	}
	long := bytes.Repeat(log, 100_000/len(log)+1) // more than is read to find out the format
	in := &slowLog{first: bytes.NewReader(long), second: bytes.NewReader(log), wait: func() {
		select {
		case <-showed:
		case <-time.After(patience):
		}
	}}
	args = append([]string{"audit", exampleSite, "--as-of", "2026-12-01", "--log", "-", "--fail-on", "none"}, args...)
	if status := Run(args, in, io.Discard, program, func(name string) string { return env[name] }); status != 0 {
		t.Errorf("exit %d", status)
	}
	program.Close()
	return <-ended
}

// TestLogMeter: a terminal shows how much of logs was read, and nothing of it in
// the end; it stays empty where nobody wants that.
func TestLogMeter(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for more than a second")
	}
	for _, x := range []struct {
		args, env, want string
	}{
		{"--lang en", "", " kB read, "}, {"--lang ja", "", " kB読み取り済み、"}, {"--quiet", "", ""}, {"", "NO_COLOR", ""}, {"", "CI", ""},
	} {
		t.Run(x.args+x.env, func(t *testing.T) {
			t.Parallel()
			until, patience := "anything", 1500*time.Millisecond
			if x.want != "" {
				until, patience = x.want, time.Minute
			}
			shown := auditOnTerminal(t, map[string]string{x.env: "1", "TERM": "xterm"}, until, patience, strings.Fields(x.args)...)
			if x.want == "" && shown != "" || x.want != "" && (!strings.Contains(shown, x.want) || !strings.HasSuffix(shown, "\r\x1b[K")) {
				t.Errorf("the terminal shows %q", shown)
			}
		})
	}
}

func TestLogMeterText(t *testing.T) {
	m := &logMeter{meter: &meter{}, total: 2_500_000_000}
	m.read.Store(999_960)
	m.records.Store(7_000_000)
	if got, want := m.text(2*time.Second), "1.0 MB of 2.5 GB read, 7000000 records, 3500000 per second"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 1 << 62: "4.6 EB"} {
		if got := bytesText(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// TestNarrowMeter: a line that is wider than the terminal could not be erased.
func TestNarrowMeter(t *testing.T) {
	var b bytes.Buffer
	m := &meter{w: &b, width: 20}
	if m.say("a text of some length"); b.Len() > 0 {
		t.Errorf("shows %q", &b)
	}
	if m.say("short"); b.String() != "\r\x1b[Kportbook: short" {
		t.Errorf("shows %q", &b)
	}
}
