package auditbeam

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
)

// Counts is what some of the logs have: a tally of their records, and what
// became of each file. It is the accumulator of [Merge].
type Counts struct {
	// binary is the binary form of the tally, and tally is the tally itself: one
	// of them is set, or none if nothing was counted. A coder has no plan, so
	// that a tally that came from elsewhere is decoded when it is needed.
	binary []byte
	tally  *audit.Tally
	stats  Stats
}

// Stats says what was read of logs.
type Stats struct {
	Files, Lines, Records, Skipped, Broken int64 // counts over all files; the others are those of [flowlog.Stats]
	// Remarkable are the first of the files, by name, that have broken lines, no
	// record at all, were cut off or sampled: at most 100. More is the number of
	// such files beyond these.
	Remarkable []FileStats
	More       int64 // further remarkable files
}

// FileStats says what was read of a file.
type FileStats struct {
	Name string // of the file
	flowlog.Stats
}

// mostRemarkable is the number of files that Stats has.
const mostRemarkable = 100

func isRemarkable(s flowlog.Stats) bool {
	return s.Broken > 0 || s.Truncated || s.Sampled || s.Records == 0
}

// statsOf returns the stats of one file.
func statsOf(name string, s flowlog.Stats) Stats {
	all := Stats{Files: 1, Lines: s.Lines, Records: s.Records, Skipped: s.Skipped, Broken: s.Broken}
	if isRemarkable(s) {
		all.Remarkable = []FileStats{{name, s}}
	}
	return all
}

// merge adds other files.
func (s *Stats) merge(other Stats) {
	s.Files += other.Files
	s.Lines += other.Lines
	s.Records += other.Records
	s.Skipped += other.Skipped
	s.Broken += other.Broken
	list := slices.Concat(s.Remarkable, other.Remarkable)
	slices.SortFunc(list, func(a, b FileStats) int { return cmp.Compare(a.Name, b.Name) })
	kept := min(len(list), mostRemarkable)
	s.Remarkable, s.More = list[:kept:kept], s.More+other.More+int64(len(list)-kept)
}

// Stats says what was read.
func (c *Counts) Stats() Stats { return c.stats }

// Tally returns the tally, whose matcher is of the same plan.
func (c *Counts) Tally(m *audit.Matcher) (*audit.Tally, error) {
	if c.tally == nil {
		c.tally = m.NewTally()
		if c.binary != nil {
			if err := c.tally.UnmarshalBinary(c.binary); err != nil {
				return nil, fmt.Errorf("auditbeam: %w", err)
			}
		}
		c.binary = nil
	}
	return c.tally, nil
}

// merge adds other counts, which it leaves as they are.
func (c *Counts) merge(other *Counts, m *audit.Matcher) error {
	sum, err := c.Tally(m)
	if err != nil {
		return err
	}
	more, err := other.Tally(m)
	if err != nil {
		return err
	}
	sum.Merge(more)
	c.stats.merge(other.stats)
	return nil
}

// wire is the form of Counts between processes. Errors are sent as their texts.
type wire struct {
	Tally  []byte
	Stats  Stats
	Errors []string // of the broken lines of remarkable files, in their order
}

// MarshalBinary returns a form for other processes of the same program.
func (c *Counts) MarshalBinary() ([]byte, error) {
	w := wire{Tally: c.binary, Stats: c.stats}
	if c.tally != nil {
		var err error
		if w.Tally, err = c.tally.MarshalBinary(); err != nil {
			return nil, err
		}
	}
	w.Stats.Remarkable = nil
	for _, f := range c.stats.Remarkable {
		first := slices.Clone(f.First)
		for i, line := range first {
			w.Errors = append(w.Errors, line.Err.Error())
			first[i].Err = nil
		}
		f.First = first
		w.Stats.Remarkable = append(w.Stats.Remarkable, f)
	}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(w)
	return b.Bytes(), err
}

// UnmarshalBinary reads what MarshalBinary returned. Whether the tally is of the
// right plan is found out by [Counts.Tally].
func (c *Counts) UnmarshalBinary(data []byte) error {
	var w wire
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&w); err != nil {
		return fmt.Errorf("auditbeam: broken counts: %w", err)
	}
	for _, f := range w.Stats.Remarkable {
		for i := range f.First {
			if len(w.Errors) == 0 {
				return errors.New("auditbeam: broken counts: errors are missing")
			}
			f.First[i].Err, w.Errors = errors.New(w.Errors[0]), w.Errors[1:]
		}
	}
	*c = Counts{binary: w.Tally, stats: w.Stats}
	return nil
}

// The coder of Counts.
func encode(c *Counts) ([]byte, error) { return c.MarshalBinary() }

func decode(data []byte) (*Counts, error) {
	c := new(Counts)
	return c, c.UnmarshalBinary(data)
}

func init() { beam.RegisterCoder(reflect.TypeFor[*Counts](), encode, decode) }
