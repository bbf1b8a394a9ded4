package dataset

import (
	"errors"
	"io/fs"
	"strings"
	"time"
)

// VersionFile holds the day of a catalog's version.
const VersionFile = "data/version.txt"

// readVersion reads the day of the version, which the data of a user need not have.
func (s *Source) readVersion(fsys fs.FS) {
	data, err := s.readFile(fsys, VersionFile)
	if errors.Is(err, fs.ErrNotExist) {
		if s.complete {
			s.problems.add(pos{file: VersionFile}, "", "no such file")
		}
		return
	}
	if err != nil {
		s.problems.add(pos{file: VersionFile}, "", "cannot be read: %v", err)
		return
	}
	s.version = strings.TrimSpace(string(data))
	if _, err := time.Parse(time.DateOnly, s.version); err != nil {
		s.problems.add(pos{VersionFile, 1}, "", "%q is not a date; expected: a date such as 2026-01-31", s.version)
	}
}
