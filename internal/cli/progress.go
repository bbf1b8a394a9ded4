package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// meter shows the progress of a long report on a terminal: nothing for the first second, and nothing at all where nobody
// looks.
type meter struct {
	w     io.Writer // nil when it is not a terminal
	start time.Time
	last  time.Time
}

func newMeter(w io.Writer) *meter {
	m := &meter{start: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		m.w = w
	}
	return m
}

// show tells how many rows of all are written, a few times a second.
func (m *meter) show(done, total int) {
	now := time.Now()
	if m.w == nil || now.Sub(m.start) < time.Second || now.Sub(m.last) < 200*time.Millisecond {
		return
	}
	m.last = now
	fmt.Fprintf(m.w, "\r\x1b[Kportbook: %d of %d rows", done, total)
}

// clear takes the line away.
func (m *meter) clear() {
	if !m.last.IsZero() {
		fmt.Fprint(m.w, "\r\x1b[K")
	}
}
