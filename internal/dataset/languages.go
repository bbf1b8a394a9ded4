package dataset

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/text/printable"
	"golang.org/x/text/language"
)

// readLanguages finds the folders of languages.
func (s *Source) readLanguages(fsys fs.FS) {
	entries := s.list(fsys, "i18n")
	if len(entries) == 0 && !s.stopped {
		s.problems.add(pos{file: "i18n/*"}, "", "no such file")
	}
	for _, entry := range entries {
		dir := "i18n/" + entry.Name()
		switch {
		case isLitter(entry.Name()):
			continue
		case !isDir(fsys, dir):
			if looksLikeYAML(dir) {
				s.problems.add(pos{file: dir}, "", "is not read; expected: a file in the folder of its language, such as i18n/%s/%s", Fallback, entry.Name())
			}
			continue
		}
		// No tag is as long as a name can be, and parsing takes time.
		if tag, err := language.Parse(printable.Beginning(entry.Name(), 100)); err != nil || tag.String() != entry.Name() {
			s.problems.add(pos{file: dir}, "", "is not a folder of a language; expected: a BCP 47 tag in canonical form, such as ja or pt-BR")
			continue
		}
		s.languages = append(s.languages, entry.Name())
	}
	if len(entries) > 0 && len(s.languages) == 0 {
		s.problems.add(pos{file: "i18n"}, "", "has no folder of a language")
	}
	if len(s.languages) > maxLanguages {
		s.fail(pos{file: "i18n"}, "has %d languages; expected: at most %d", len(s.languages), maxLanguages)
		s.languages = nil
	}
	sortLanguages(s.languages)
}

// isDir reports whether a name leads to a folder, also through a link.
func isDir(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

// sortLanguages puts the fallback first, and the others in order.
func sortLanguages(tags []string) {
	slices.SortFunc(tags, func(a, b string) int {
		switch {
		case a == b:
			return 0
		case a == Fallback:
			return -1
		case b == Fallback:
			return 1
		}
		return strings.Compare(a, b)
	})
}
