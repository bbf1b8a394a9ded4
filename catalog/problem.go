package catalog

import (
	"github.com/portbook/portbook/internal/dataset"
)

// Error lists everything that is wrong with a folder, or with catalogs that are to be merged.
type Error struct {
	problems []Problem
	more     int
	text     string
}

// Problem is one thing that is wrong: where it stands, and what is expected in its place.
type Problem struct {
	File    string // path in the file system; with Merge, the catalog by its place among the arguments: "catalog 2"
	Line    int    // 0 where the problem has no line, as with a missing file
	Entry   string // "flow inhouse/portal/login"; empty where it is about the file
	Message string // what is wrong, and what is expected
}

// String returns the problem as a line: "data/inhouse.yaml:12: flow
// inhouse/portal/login: unknown component ...".
func (p Problem) String() string { return dataset.Problem(p).String() }

// Problems returns the problems sorted by file and line: at most as many as [Limits] allow.
func (e *Error) Problems() []Problem { return append([]Problem(nil), e.problems...) }

// More returns the number of problems beyond those that are listed.
func (e *Error) More() int { return e.more }

// Error returns the problems, one a line; the first after "catalog: ".
func (e *Error) Error() string { return "catalog: " + e.text }

func newError(s *dataset.Source) *Error {
	list, more := s.Problems()
	e := &Error{more: more, text: s.Err().Error()}
	for _, p := range list {
		e.problems = append(e.problems, Problem(p))
	}
	return e
}
