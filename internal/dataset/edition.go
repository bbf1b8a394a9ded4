package dataset

import (
	"errors"
	"io/fs"
	"strings"
	"time"
)

// EditionFile holds the day of a catalog's edition.
const EditionFile = "data/edition.txt"

// readEdition reads the day of the edition, which the data of a user need not have.
func (s *Source) readEdition(fsys fs.FS) {
	data, err := s.readFile(fsys, EditionFile)
	if errors.Is(err, fs.ErrNotExist) {
		if s.complete {
			s.problems.add(pos{file: EditionFile}, "", "no such file")
		}
		return
	}
	if err != nil {
		s.problems.add(pos{file: EditionFile}, "", "cannot be read: %v", err)
		return
	}
	s.edition = strings.TrimSpace(string(data))
	if _, err := time.Parse(time.DateOnly, s.edition); err != nil {
		s.problems.add(pos{EditionFile, 1}, "", "%q is no date; accepted: a date such as 2026-01-31", s.edition)
	}
}
