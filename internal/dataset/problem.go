package dataset

import (
	"cmp"
	"fmt"
	"github.com/portbook/portbook/internal/text/printable"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with the source data: where it stands, the
// entry it belongs to, and what is expected in its place.
type Problem struct {
	File    string
	Line    int // 0 when the problem has no line, as with a file that is missing
	Entry   string
	Message string
}

func (p Problem) String() string {
	s := p.File
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line)
	}
	s += ": "
	if p.Entry != "" {
		s += p.Entry + ": "
	}
	return s + p.Message
}

// Problems gathers everything that is wrong, so that it can be mended in one
// go. As an error it prints one problem a line, sorted by file and line.
type Problems struct {
	list []Problem
	most int // how many are kept, 0 for all
	more int // how many are not kept
}

// maxProblem bounds the text of a problem, which quotes what it is about.
const maxProblem = 2000

func (ps *Problems) add(at pos, entry, format string, args ...any) {
	if ps.full() {
		ps.more++
		return
	}
	ps.list = append(ps.list, Problem{at.file, at.line, printable.Beginning(entry, maxProblem), printable.Beginning(fmt.Sprintf(format, args...), maxProblem)})
}

// count returns the number of problems so far.
func (ps *Problems) count() int { return len(ps.list) + ps.more }

// full reports whether further problems are only counted.
func (ps *Problems) full() bool { return ps.most > 0 && len(ps.list) >= ps.most }

// List returns the problems sorted by file and line.
func (ps *Problems) List() []Problem {
	list := slices.Clone(ps.list)
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(list)
}

// Err returns ps as an error, or nil when there are no problems.
func (ps *Problems) Err() error {
	if len(ps.list) == 0 {
		return nil
	}
	return ps
}

func (ps *Problems) Error() string {
	var b strings.Builder
	for i, p := range ps.List() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.String())
	}
	if ps.more > 0 {
		fmt.Fprintf(&b, "\nand %d more problems", ps.more)
	}
	return b.String()
}

// pos is a place in a source file.
type pos struct {
	file string
	line int
}

func (p pos) String() string {
	if p.line == 0 {
		return p.file
	}
	return fmt.Sprintf("%s:%d", p.file, p.line)
}
