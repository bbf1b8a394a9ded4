package dataset

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Limits bound what reading takes, so that no folder can exhaust memory or
// time. A limit of 0 stands for its default.
type Limits struct {
	FileSize  int // bytes of a file
	TotalSize int // bytes of all files
	Files     int // files and folders
	Entries   int // flows, components and other entries of lists
	Depth     int // nesting of YAML
	Problems  int // problems that are reported
}

// DefaultLimits are far above what catalogs need.
var DefaultLimits = Limits{FileSize: 4 << 20, TotalSize: 128 << 20, Files: 10_000, Entries: 1_000_000, Depth: 20, Problems: 1000}

// Bounds that are no options: those of the packed table, and of what one entry can hold.
const (
	maxRows      = 65535   // of a document: a citation packs a row into 16 bits
	maxSections  = 65535   // of a catalog: likewise
	maxLanguages = 64      // each text has a place in each
	maxValue     = 8 << 10 // bytes of a value or text
	maxValues    = 1000    // values of a list in an entry
	maxRanges    = 1 << 20 // ranges of ports of a folder
	maxLineages  = 4 << 20 // pairs of a component and one that it inherits from, directly or not
)

func (l Limits) orDefault() Limits {
	d := DefaultLimits
	return Limits{
		FileSize: cmp.Or(l.FileSize, d.FileSize), TotalSize: cmp.Or(l.TotalSize, d.TotalSize), Files: cmp.Or(l.Files, d.Files),
		Entries: cmp.Or(l.Entries, d.Entries), Depth: cmp.Or(l.Depth, d.Depth), Problems: cmp.Or(l.Problems, d.Problems),
	}
}

// fail reports a problem after which nothing can be told of the rest.
func (s *Source) fail(at pos, format string, args ...any) {
	s.problems.add(at, "", format, args...)
	s.broken = true
}

// stop reports that the folder as a whole holds too much. Nothing more is read.
func (s *Source) stop(at pos, format string, args ...any) {
	s.fail(at, format, args...)
	s.stopped = true
}

// list returns the entries of a folder, sorted by name; none when there is no
// such folder. It reads no more of them than the limit of files allows.
func (s *Source) list(fsys fs.FS, dir string) []fs.DirEntry {
	file, err := fsys.Open(dir)
	if err != nil {
		return nil
	}
	defer file.Close()
	if s.stopped {
		return nil
	}
	folder, ok := file.(fs.ReadDirFile)
	if !ok {
		return nil
	}
	entries, err := folder.ReadDir(s.limits.Files - s.used.Files + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		s.fail(pos{file: dir}, "cannot be read: %v", err)
		return nil
	}
	if s.used.Files += len(entries); s.used.Files > s.limits.Files {
		s.stop(pos{file: dir}, "holds, with the folders before it, more than %d files", s.limits.Files)
		return nil
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries
}

// readFile reads a file within the limits.
func (s *Source) readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe could block forever
		return nil, errors.New("is not a regular file")
	}
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	most := min(s.limits.FileSize, s.limits.TotalSize-s.used.TotalSize)
	data, err := io.ReadAll(io.LimitReader(file, int64(most)+1)) // what Stat says need not hold
	switch {
	case err != nil:
		return nil, err
	case len(data) > s.limits.FileSize:
		return nil, fmt.Errorf("is larger than %d bytes", s.limits.FileSize)
	case len(data) > most:
		s.stopped = true
		return nil, fmt.Errorf("is, with the files before it, larger than %d bytes", s.limits.TotalSize)
	}
	s.used.TotalSize += len(data)
	return data, nil
}

// parse returns the root of a YAML file, nil when there is none that can be read.
func (s *Source) parse(fsys fs.FS, name string) *yaml.Node {
	if s.stopped {
		return nil
	}
	data, err := s.readFile(fsys, name)
	if err != nil {
		s.fail(pos{file: name}, "cannot be read: %v", err)
		return nil
	}
	node, err := unmarshal(data)
	switch {
	case err != nil:
		s.fail(pos{file: name}, "is not YAML: %v", err)
	case node == nil, isNull(node):
		s.fail(pos{file: name}, "is empty")
	case s.checkShape(name, node, 1):
		return node
	}
	return nil
}

// unmarshal reads the one document of a YAML file. Aliases stay what they are: nothing is expanded.
func unmarshal(data []byte) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil { // the parser has had such faults before
			root, err = nil, fmt.Errorf("YAML parser error: %v", r)
		}
	}()
	if err := controlCharacter(data); err != nil {
		return nil, err
	}
	var document, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, nil
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, fmt.Errorf("line %d: a second document; expected: one", second.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return document.Content[0], nil
}

// controlCharacter returns an error that says where a file has a character that
// YAML does not allow: the parser does not, and readers cannot see it.
func controlCharacter(data []byte) error {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) { // UTF-16
		return nil
	}
	line := 1
	for _, r := range string(data) {
		switch {
		case r == '\n':
			line++
		case r == '\t', r == '\r', r == 0x85, r == 0xfeff:
		case unicode.IsControl(r):
			return fmt.Errorf("line %d: the control character %U; expected: printable text", line, r)
		}
	}
	return nil
}

// checkShape reports what is too deep, too long or too much, before anything is made of it.
func (s *Source) checkShape(file string, node *yaml.Node, depth int) bool {
	at := pos{file, node.Line}
	if depth > s.limits.Depth {
		s.fail(at, "is nested deeper than %d levels", s.limits.Depth)
		return false
	}
	if len(node.Value) > maxValue {
		s.fail(at, "holds a value of %d bytes; expected: at most %d", len(node.Value), maxValue)
		return false
	}
	values := 0
	for _, child := range node.Content {
		if node.Kind == yaml.SequenceNode && child.Kind == yaml.MappingNode {
			s.used.Entries++
		} else if node.Kind == yaml.SequenceNode {
			values++
		}
		if !s.checkShape(file, child, depth+1) {
			return false
		}
	}
	if values > maxValues {
		s.fail(at, "holds a list of %d values; expected: at most %d", values, maxValues)
		return false
	}
	if s.used.Entries > s.limits.Entries {
		s.stop(at, "holds, with the files before it, more than %d entries", s.limits.Entries)
		return false
	}
	return true
}
