// Package auditbeam counts the records of many logs by the needs of a site on a
// cluster: its transforms are for pipelines of Apache Beam. What comes out is
// the tally that one process would have made of the same logs.
//
//	files := auditbeam.Match(s, "gs://logs/2026-11-27/*.log.gz")
//	counts := auditbeam.Count(s, tokyo, auditbeam.Reading{}, files)
//	auditbeam.Write(s, "gs://results/2026-11-27", counts)
//
// After the pipeline has run, [Read] returns the counts, whose tally has the
// findings.
//
// A file is the unit of work, since logs name their columns at their
// beginning: rotate logs so that files have some hundred megabytes.
package auditbeam

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
)

func init() {
	register.DoFn3x1[context.Context, []byte, func(string), error](&matchFn{})
	register.Emitter1[string]()
	register.DoFn2x3[context.Context, string, int, *Counts, error](&countFn{})
	register.DoFn2x1[context.Context, *Counts, error](&writeFn{})
	register.Combiner1[*Counts](&mergeFn{})
}

// failure returns the error of a file, which names it once.
func failure(name string, err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("auditbeam: %s: %w", name, err)
}

// Reading is how logs are read.
type Reading struct {
	// Options has a Location of the database of time zones, since workers get its
	// name.
	Options flowlog.Options
	// Since and Until leave out records that begin before or not before them;
	// zero for any. Records without a time are never left out.
	Since, Until time.Time
}

// Match returns the names of the files that match any of some patterns, each
// once, as a PCollection<string>. What patterns can have depends on the file
// system, which the scheme of a name chooses; the program has to import it. A
// pattern that matches nothing is an error.
func Match(s beam.Scope, patterns ...string) beam.PCollection {
	s = s.Scope("auditbeam.Match")
	return beam.Reshuffle(s, beam.ParDo(s, &matchFn{patterns}, beam.Impulse(s)))
}

type matchFn struct{ Patterns []string }

// ProcessElement matches all patterns: it is run once.
func (f *matchFn) ProcessElement(ctx context.Context, _ []byte, emit func(string)) error {
	names, err := match(ctx, f.Patterns)
	for _, name := range names {
		emit(name)
	}
	return err
}

func match(ctx context.Context, patterns []string) ([]string, error) {
	var all []string
	for _, pattern := range patterns {
		fsys, err := filesystem.New(ctx, pattern)
		if err != nil {
			return nil, fmt.Errorf("auditbeam: %q: %w", pattern, err)
		}
		names, err := fsys.List(ctx, pattern)
		fsys.Close()
		switch {
		case err != nil:
			return nil, fmt.Errorf("auditbeam: %q: %w", pattern, err)
		case len(names) == 0:
			return nil, fmt.Errorf("auditbeam: no file matches %q", pattern)
		}
		all = append(all, names...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// Count reads the files that a PCollection<string> names and returns what all
// of them have, as a PCollection<*Counts> of one element. A file that cannot be
// read is an error; broken lines are counted.
func Count(s beam.Scope, site *Site, r Reading, files beam.PCollection) beam.PCollection {
	s = s.Scope("auditbeam.Count")
	groups := beam.CombinePerKey(s, &mergeFn{Site: site}, beam.ParDo(s, newCountFn(site, r), files))
	return Merge(s, site, beam.DropKey(s, groups))
}

// groupNumber is the number of workers that merge what others counted before
// one merges the rest: one alone would take minutes for the bundles of a large
// job.
const groupNumber = 64

// Merge returns the sum of a PCollection<*Counts>.
func Merge(s beam.Scope, site *Site, counts beam.PCollection) beam.PCollection {
	return beam.Combine(s, &mergeFn{Site: site}, counts)
}

// countFn counts the records of a file. Its exported fields are sent to workers.
type countFn struct {
	Site         *Site
	Options      flowlog.Options // without a Location, which has no form in JSON
	Zone         string
	Since, Until int64 // seconds of Unix time; 0 for any

	m     *audit.Matcher
	group int // of the bundle, whose counts are merged before they are sent
}

func newCountFn(site *Site, r Reading) *countFn {
	f := &countFn{Site: site, Options: r.Options, Since: unix(r.Since), Until: unix(r.Until)}
	if r.Options.Location != nil {
		f.Zone, f.Options.Location = r.Options.Location.String(), nil
	}
	return f
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// Setup compiles the plan.
func (f *countFn) Setup(context.Context) error {
	location, err := time.LoadLocation(f.Zone)
	if err != nil {
		return fmt.Errorf("auditbeam: time zone %q: %w", f.Zone, err)
	}
	f.Options.Location = location
	f.m, err = f.Site.matcher()
	return err
}

// StartBundle chooses a group. It can be another when a bundle is tried again:
// nothing of the first attempt is kept.
func (f *countFn) StartBundle(context.Context) { f.group = rand.IntN(groupNumber) }

// ProcessElement reads a file, and returns the group for its counts.
func (f *countFn) ProcessElement(ctx context.Context, name string) (int, *Counts, error) {
	in, err := open(ctx, name)
	if err != nil {
		return 0, nil, failure(name, err)
	}
	defer in.Close()
	c, err := f.count(name, in)
	if err != nil {
		return 0, nil, failure(name, err)
	}
	return f.group, c, nil
}

func (f *countFn) count(name string, in io.Reader) (*Counts, error) {
	tally := f.m.NewTally()
	stats, err := flowlog.Read(in, f.Options, func(r *audit.Record) {
		if r.First == 0 || (f.Since == 0 || r.First >= f.Since) && (f.Until == 0 || r.First < f.Until) {
			tally.Add(r)
		}
	})
	return &Counts{tally: tally, stats: statsOf(name, stats)}, err
}

func open(ctx context.Context, name string) (io.ReadCloser, error) {
	fsys, err := filesystem.New(ctx, name)
	if err != nil {
		return nil, err
	}
	in, err := fsys.OpenRead(ctx, name)
	if err != nil {
		fsys.Close()
		return nil, err
	}
	return &file{in, fsys}, nil
}

// file closes its file system, too.
type file struct {
	io.ReadCloser
	fsys filesystem.Interface
}

func (f *file) Close() error {
	err := f.ReadCloser.Close()
	f.fsys.Close()
	return err
}

// mergeFn merges counts.
type mergeFn struct {
	Site *Site

	m *audit.Matcher
}

// Setup compiles the plan.
func (f *mergeFn) Setup(context.Context) (err error) {
	f.m, err = f.Site.matcher()
	return err
}

// CreateAccumulator returns counts of nothing.
func (f *mergeFn) CreateAccumulator() *Counts { return new(Counts) }

// MergeAccumulators returns the sum of both, in a.
func (f *mergeFn) MergeAccumulators(a, b *Counts) (*Counts, error) { return a, a.merge(b, f.m) }

// Write writes the counts of a PCollection<*Counts> of one element to a file,
// for [Read].
func Write(s beam.Scope, name string, counts beam.PCollection) {
	s = s.Scope("auditbeam.Write")
	beam.ParDo0(s, &writeFn{name}, counts)
}

type writeFn struct{ Name string }

// ProcessElement writes the file. A runner may do that several times, and even
// at the same time: the file is put in place when it is complete, where the
// file system can do that.
func (f *writeFn) ProcessElement(ctx context.Context, c *Counts) error {
	data, err := c.MarshalBinary()
	if err == nil {
		err = write(ctx, f.Name, data)
	}
	if err != nil {
		return failure(f.Name, err)
	}
	return nil
}

func write(ctx context.Context, name string, data []byte) error {
	fsys, err := filesystem.New(ctx, name)
	if err != nil {
		return err
	}
	defer fsys.Close()
	at := name
	renamer, ok := fsys.(filesystem.Renamer)
	if ok {
		at = fmt.Sprintf("%s.%d", name, time.Now().UnixNano())
	}
	w, err := fsys.OpenWrite(ctx, at)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		w.Close()
		return err
	}
	if err := w.Close(); err != nil || !ok {
		return err
	}
	return renamer.Rename(ctx, at, name)
}

// Read reads the counts that [Write] wrote.
func Read(ctx context.Context, name string) (*Counts, error) {
	in, err := open(ctx, name)
	if err != nil {
		return nil, failure(name, err)
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, failure(name, err)
	}
	return decode(data)
}
