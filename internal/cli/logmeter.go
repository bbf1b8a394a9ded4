package cli

import (
	"io"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/internal/cli/phrase"
)

// logMeter shows how much of logs was read.
type logMeter struct {
	*meter
	total         int64 // bytes; 0 where that of any log is unknown
	read, records atomic.Int64
	done          chan struct{}
	shown         sync.WaitGroup
}

// newLogMeter starts to show what is read of logs, until close.
func (a *app) newLogMeter(logs []string, quiet bool) *logMeter {
	m := &logMeter{meter: a.newMeter(), total: sizeOf(logs), done: make(chan struct{})}
	if quiet {
		m.w = nil
	}
	if m.w != nil {
		m.shown.Go(m.run)
	}
	return m
}

// sizeOf returns the bytes of all logs, or 0 where it is not known.
func sizeOf(logs []string) (n int64) {
	for _, log := range logs {
		info, err := os.Stat(fileOf(log))
		if err != nil || !info.Mode().IsRegular() {
			return 0
		}
		n += info.Size()
	}
	return n
}

func (m *logMeter) run() {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-m.done:
			m.clear()
			return
		case <-tick.C:
			if m.isDue() {
				m.say(m.text(time.Since(m.start)))
			}
		}
	}
}

func (m *logMeter) close() {
	close(m.done)
	m.shown.Wait()
}

// text says how many bytes and records were read, and how fast.
func (m *logMeter) text(after time.Duration) string {
	read, records := m.read.Load(), m.records.Load()
	pairs := []string{"read", bytesText(read), "total", bytesText(m.total), "records", strconv.FormatInt(records, 10), "rate", strconv.FormatInt(int64(float64(records)/after.Seconds()), 10)}
	if m.total == 0 {
		return m.words.Fill(phrase.SayRead, pairs...)
	}
	return m.words.Fill(phrase.SayReadOf, pairs...)
}

// bytesText returns a number of bytes as people read it.
func bytesText(n int64) string {
	const units = "kMGTPE"
	x, unit := float64(n), -1
	for x >= 999.95 && unit+1 < len(units) {
		x /= 1000
		unit++
	}
	if unit < 0 {
		return strconv.FormatInt(n, 10) + " B"
	}
	return strconv.FormatFloat(x, 'f', 1, 64) + " " + units[unit:unit+1] + "B"
}

// counted returns a reader that counts the bytes of a log.
func (m *logMeter) counted(r io.Reader) io.Reader {
	if m.w == nil {
		return r
	}
	return countedReader{r, &m.read}
}

type countedReader struct {
	io.Reader
	n *atomic.Int64
}

func (c countedReader) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// counting returns a function that counts records, too: for one goroutine, and
// not one by one, which would cost as much as the rest.
func (m *logMeter) counting(add func(*audit.Record)) func(*audit.Record) {
	if m.w == nil {
		return add
	}
	const step = 256
	n := 0
	return func(r *audit.Record) {
		if n++; n%step == 0 {
			m.records.Add(step)
		}
		add(r)
	}
}
