// Package dataset is the schema of the source data: it reads the YAML of data/
// and i18n/, validates it as a whole, and compiles it to the packed table.
// Everything that is wrong is reported at once, with file, line and entry.
//
// data/README.md describes the format for those who write it.
package dataset

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Fallback is the language that every text must have first.
const Fallback = "en"

// Source is the data of a folder as read: entries with their places, and the
// texts of every language.
type Source struct {
	problems  Problems
	products  []*product
	languages []string // Fallback first, the others sorted
	texts     map[string]map[textKey]text
	published []publishedID // ids that must resolve permanently
	version   string        // the day of the version, "" for none
	broken    bool          // a file could not be read, so that references into it would be false alarms
	stopped   bool          // a limit of the whole folder is passed, and nothing more is read

	complete bool    // every language must have every text: see Read
	base     *Source // another catalog, to whose entries those of the folder refer; nil for none
	limits   Limits
	used     Limits // what reading took so far
	ranges   int    // ranges of ports so far
	hints    int    // what looking for the nearest id took so far: see hint
}

// Read reads and validates data/*.yaml and i18n/<language>/*.yaml by the rules
// of the repository: every text is in every language, and there are labels.
// Err reports whether the result can be compiled.
func Read(fsys fs.FS) *Source {
	s := &Source{texts: map[string]map[textKey]text{}, limits: DefaultLimits, complete: true}
	s.read(fsys)
	return s
}

// ReadOver reads and validates a folder by the rules of any catalog: a text
// is in one language at least. Entries may refer to those of base, and base
// may be nil. Err reports whether the result can be compiled, which gives the
// entries of both.
func ReadOver(fsys fs.FS, limits Limits, base *Source) *Source {
	s := &Source{texts: map[string]map[textKey]text{}, limits: limits.orDefault(), base: base}
	s.problems.most = s.limits.Problems
	s.read(fsys)
	return s
}

func (s *Source) read(fsys fs.FS) {
	s.readVersion(fsys)
	for _, name := range s.yamlFiles(fsys, "data") {
		if node := s.parse(fsys, name); node != nil {
			s.products = append(s.products, s.readProduct(name, node))
		}
	}
	s.readLanguages(fsys)
	for _, tag := range s.languages {
		s.texts[tag] = map[textKey]text{}
		for _, name := range s.yamlFiles(fsys, "i18n/"+tag) {
			if !s.complete && IsWords(strings.TrimSuffix(path.Base(name), ".yaml")) {
				continue // words are compiled into the program
			}
			if node := s.parse(fsys, name); node != nil {
				s.readTexts(tag, name, node)
			}
		}
	}
	slices.SortFunc(s.products, func(a, b *product) int { return strings.Compare(a.id, b.id) })
	s.readPublishedIDs(fsys)
	if !s.broken {
		s.validate()
	}
}

// Files returns the names of the copies that documents are compared with, by
// document id. Documents without one are left out.
func (s *Source) Files() map[string]string {
	files := map[string]string{}
	for _, p := range s.products {
		for _, d := range p.documents {
			if d.file != "" {
				files[d.id] = d.file
			}
		}
	}
	return files
}

// Err returns every problem found so far as one error, or nil.
func (s *Source) Err() error { return s.problems.Err() }

// Problems returns the problems found so far, sorted, and the number of those beyond the limit.
func (s *Source) Problems() (list []Problem, more int) { return s.problems.List(), s.problems.more }

// Languages returns the languages that have texts, the fallback first.
func (s *Source) Languages() []string { return s.languages }
