package flowlog_test

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
)

// pieces is a reader that returns pieces of random lengths.
type pieces struct {
	rest []byte
	rnd  *rand.Rand
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.rest[:min(len(p.rest), 1+p.rnd.IntN(2000))])
	p.rest = p.rest[n:]
	return n, nil
}

// sorted reads a log by one goroutine or by a pool, and returns its records in
// an order that does not depend on which.
func sorted(read func(add ...func(*audit.Record)) (flowlog.Stats, error), goroutines int) ([]audit.Record, flowlog.Stats, error) {
	lists := make([][]audit.Record, goroutines)
	var adds []func(*audit.Record)
	for i := range lists {
		adds = append(adds, func(r *audit.Record) { lists[i] = append(lists[i], *r) })
	}
	stats, err := read(adds...)
	list := slices.Concat(lists...)
	slices.SortFunc(list, compareRecords)
	return list, stats, err
}

func compareRecords(a, b audit.Record) int {
	return cmp.Or(
		a.From.Compare(b.From), a.To.Compare(b.To), cmp.Compare(a.FromPort, b.FromPort), cmp.Compare(a.ToPort, b.ToPort),
		cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last),
		strings.Compare(fmt.Sprint(a.Opened), fmt.Sprint(b.Opened)),
	)
}

func byOne(in io.Reader, o flowlog.Options) func(...func(*audit.Record)) (flowlog.Stats, error) {
	return func(adds ...func(*audit.Record)) (flowlog.Stats, error) { return flowlog.Read(in, o, adds[0]) }
}

func byPool(in io.Reader, o flowlog.Options) func(...func(*audit.Record)) (flowlog.Stats, error) {
	return func(adds ...func(*audit.Record)) (flowlog.Stats, error) {
		p := flowlog.NewPool(adds...)
		defer p.Close()
		return p.Read(in, o)
	}
}

// statsText has the errors of Stats as text.
func statsText(s flowlog.Stats) (flowlog.Stats, []string) {
	var list []string
	for _, b := range s.First {
		list = append(list, b.Err.Error())
	}
	for i := range s.First {
		s.First[i].Err = nil
	}
	return s, list
}

// TestPool: a log that is decoded by several goroutines has the same records and
// counts as one that is decoded by one, wherever blocks begin: with headers in
// the middle, long lines, and an end that is cut off.
func TestPool(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for i, x := range samples {
		if testing.Short() && i%3 > 0 {
			continue
		}
		whole := strings.Repeat(x.log, 150_000/len(x.log)+1)
		for name, log := range map[string]string{
			"repeated": whole, "cut off": whole[:len(whole)-7], "a long line": whole + strings.Repeat("z", 3<<20) + "\n" + x.log,
			"short": x.log, "gzip": string(gzipped(whole)), "cut gzip": string(gzipped(whole)[:len(gzipped(whole))/2]),
		} {
			want, wantStats, wantErr := sorted(byOne(strings.NewReader(log), x.options), 1)
			got, stats, err := sorted(byPool(&pieces{[]byte(log), rnd}, x.options), 1+i%3)
			if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
				t.Errorf("%s, %s: error %v, want %v", x.name, name, err, wantErr)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, %s: %d records are not the %d of one goroutine", x.name, name, len(got), len(want))
			}
			a, aErrors := statsText(wantStats)
			b, bErrors := statsText(stats)
			if d := diff.Diff(a, b) + diff.Diff(aErrors, bErrors); d != "" {
				t.Errorf("%s, %s (-one +several):\n%s", x.name, name, d)
			}
			if name == "repeated" && len(want) < len(x.want) {
				t.Errorf("%s: only %d records", x.name, len(want))
			}
		}
	}
}

// TestPoolOfFiles: a pool reads several logs of different formats at a time.
func TestPoolOfFiles(t *testing.T) {
	var want []audit.Record
	for _, x := range samples {
		list, _, _ := sorted(byOne(strings.NewReader(strings.Repeat(x.log, 300)), x.options), 1)
		want = append(want, list...)
	}
	slices.SortFunc(want, compareRecords)
	got, _, err := sorted(func(adds ...func(*audit.Record)) (flowlog.Stats, error) {
		p := flowlog.NewPool(adds...)
		defer p.Close()
		var files sync.WaitGroup
		for _, x := range samples {
			files.Go(func() {
				if _, err := p.Read(strings.NewReader(strings.Repeat(x.log, 300)), x.options); err != nil {
					t.Error(err)
				}
			})
		}
		files.Wait()
		return flowlog.Stats{}, nil
	}, 3)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%d records are not the %d of one goroutine", len(got), len(want))
	}
}

// TestPoolStopsAtHeader: a header that lacks something ends a log, and what
// precedes it counts, as for one goroutine.
func TestPoolStopsAtHeader(t *testing.T) {
	log := zeekLog + "#fields\tts\tuid\n" + zeekLog
	want, _, wantErr := sorted(byOne(strings.NewReader(log), flowlog.Options{}), 1)
	got, _, err := sorted(byPool(bytes.NewReader([]byte(log)), flowlog.Options{}), 2)
	if err == nil || err.Error() != wantErr.Error() || !slices.Equal(got, want) || len(got) != 5 {
		t.Errorf("%d records and %v, want %d and %v", len(got), err, len(want), wantErr)
	}
}
