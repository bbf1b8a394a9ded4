package dataset

import (
	"io/fs"
	"path"
	"strings"
)

// yamlFiles returns the names of the YAML files of a folder, sorted. It reports
// those that look as if they were meant to be read, and are not.
func (s *Source) yamlFiles(fsys fs.FS, dir string) []string {
	var names []string
	for _, entry := range s.list(fsys, dir) {
		name := path.Join(dir, entry.Name())
		switch {
		case isLitter(entry.Name()):
		case path.Ext(name) == ".yaml":
			names = append(names, name)
		case entry.IsDir():
			s.reportUnread(fsys, name, dir)
		case looksLikeYAML(name):
			s.problems.add(pos{file: name}, "", "is not read; expected: the name %s.yaml", strings.TrimSuffix(entry.Name(), path.Ext(name)))
		}
	}
	if len(names) == 0 && !s.stopped {
		s.problems.add(pos{file: dir + "/*.yaml"}, "", "no such file")
	}
	return names
}

// reportUnread reports a YAML file of a folder that is not read.
func (s *Source) reportUnread(fsys fs.FS, folder, dir string) {
	for _, entry := range s.list(fsys, folder) {
		name := path.Join(folder, entry.Name())
		switch {
		case isLitter(entry.Name()):
		case entry.IsDir(): // no link, which could lead in a circle
			s.reportUnread(fsys, name, dir)
		case looksLikeYAML(name):
			s.problems.add(pos{file: name}, "", "is not read; expected: a file in %s itself", dir)
		}
	}
}

// isLitter reports whether a file is what editors, archivers and file managers
// leave behind: .#x.yaml, ._x.yaml, .DS_Store, x.yaml~, #x.yaml#.
func isLitter(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#")
}

// looksLikeYAML reports whether a name ends like that of a YAML file.
func looksLikeYAML(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}
