package flowlog

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"sync"

	"github.com/portbook/portbook/audit"
)

// Pool reads logs on several processors: one goroutine finds the borders of
// lines, and those of the pool decode blocks of them. Of which log a goroutine
// has which block is a matter of chance, and makes no difference to tallies.
type Pool struct {
	jobs    chan job
	free    chan []byte // buffers
	workers sync.WaitGroup
}

// NewPool starts a goroutine for each function, which alone calls it: such as
// the Add of a tally for each.
func NewPool(adds ...func(*audit.Record)) *Pool {
	p := &Pool{jobs: make(chan job), free: make(chan []byte, 2*len(adds))}
	for _, add := range adds {
		p.workers.Go(func() { p.work(add) })
	}
	return p
}

// Read reads a log like the function [Read], and returns when all its records
// were added. It may be called by several goroutines at a time.
func (p *Pool) Read(r io.Reader, o Options) (Stats, error) {
	x := &share{pool: p}
	s := &reading{add: x.keep, share: x}
	err := s.open(r, o)
	x.flush()
	x.pending.Wait()
	x.merge(&s.stats)
	return s.stats, err
}

// Close ends the goroutines. Nothing may be read after it.
func (p *Pool) Close() {
	close(p.jobs)
	p.workers.Wait()
}

// job is lines to decode, or records to add.
type job struct {
	of      *share
	decoder decoder // shared: it is cloned before it is used
	buf     []byte
	lines   []byte // of buf
	before  int64  // the lines of the log before these
	mark    mark
	records []audit.Record
}

// work processes jobs until the channel is closed.
func (p *Pool) work(add func(*audit.Record)) {
	var r audit.Record
	var shared, own decoder
	for j := range p.jobs {
		if j.decoder == nil {
			for i := range j.records {
				add(&j.records[i])
			}
			j.of.pending.Done()
			continue
		}
		if j.decoder != shared {
			shared, own = j.decoder, j.decoder.clone()
		}
		s := reading{add: add, stats: Stats{Lines: j.before}, mark: j.mark}
		s.wholeLines(own, j.lines, &r)
		p.release(j.buf)
		j.of.done(&s.stats)
	}
}

// buffer returns one that nobody uses.
func (p *Pool) buffer() []byte {
	select {
	case buf := <-p.free:
		return buf
	default:
		return make([]byte, blockSize)
	}
}

func (p *Pool) release(buf []byte) {
	select {
	case p.free <- buf:
	default:
	}
}

// share divides a log among the goroutines of a pool.
type share struct {
	pool    *Pool
	pending sync.WaitGroup
	// decoder is the state for the next lines; nil after a change of it.
	decoder decoder
	// records were decoded here, and wait for a goroutine.
	records []audit.Record

	mu    sync.Mutex
	stats Stats // of the goroutines
}

// block hands over whole lines. What can change how others are decoded, and what
// precedes it in the buffer, is decoded here.
func (x *share) block(s *reading, d decoder, buf []byte, whole, end int, r *audit.Record) ([]byte, int) {
	begin := x.setUp(s, d, buf[:whole], r)
	if s.err != nil {
		return buf, 0
	}
	if begin == whole {
		return buf, copy(buf, buf[whole:end])
	}
	if x.decoder == nil {
		x.decoder = d.clone()
	}
	rest := x.pool.buffer()
	for len(rest) < end-whole {
		rest = make([]byte, 2*len(rest))
	}
	n := copy(rest, buf[whole:end])
	lines := int64(bytes.Count(buf[begin:whole], []byte("\n")))
	x.pending.Add(1)
	x.pool.jobs <- job{of: x, decoder: x.decoder, buf: buf, lines: buf[begin:whole], before: s.stats.Lines, mark: s.mark}
	s.stats.Lines += lines
	return rest, n
}

// setUp decodes up to the last of whole lines that can change how others are
// decoded, and returns where the rest begins. Most blocks have no such line: to
// look for one in all of a block takes less time than line by line.
func (x *share) setUp(s *reading, d decoder, lines []byte, r *audit.Record) (begin int) {
	if !d.setsUp(lines) {
		return 0
	}
	for at := 0; at < len(lines) && s.err == nil; {
		next := at + bytes.IndexByte(lines[at:], '\n') + 1
		if next > at+1 && d.setsUp(lines[at:next-1]) {
			s.wholeLines(d, lines[begin:next], r)
			begin, x.decoder = next, nil
		}
		at = next
	}
	return begin
}

// mostKept is the number of records that wait for a goroutine.
const mostKept = 1024

// keep stores a record that was decoded here until there are enough for a job.
func (x *share) keep(r *audit.Record) {
	if x.records = append(x.records, *r); len(x.records) == mostKept {
		x.flush()
	}
}

func (x *share) flush() {
	if len(x.records) == 0 {
		return
	}
	x.pending.Add(1)
	x.pool.jobs <- job{of: x, records: x.records}
	x.records = nil
}

// done adds what became of a job.
func (x *share) done(s *Stats) {
	x.mu.Lock()
	x.add(&x.stats, s)
	x.mu.Unlock()
	x.pending.Done()
}

// merge adds what became of all jobs to the counts of the log.
func (x *share) merge(s *Stats) { x.add(s, &x.stats) }

// add adds all but the number of lines.
func (*share) add(s, t *Stats) {
	s.Records += t.Records
	s.Skipped += t.Skipped
	s.Broken += t.Broken
	s.Sampled = s.Sampled || t.Sampled
	s.First = append(s.First, t.First...)
	slices.SortFunc(s.First, func(a, b Broken) int { return cmp.Compare(a.Line, b.Line) })
	s.First = s.First[:min(len(s.First), mostBroken)]
}
