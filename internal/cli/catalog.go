package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/report"
)

// catalogVariable holds folders of catalogs, separated as in PATH, for commands without --catalog.
const catalogVariable = "PORTBOOK_CATALOG"

// catalog returns the built-in catalog, with those of --catalog over it.
func (a *app) catalog() (*portbook.Catalog, error) {
	if a.opened != nil {
		return a.opened, nil
	}
	c, err := loadFolders(portbook.Builtin(), a.folders())
	if err == nil {
		a.opened = c
	}
	return c, err
}

// folders returns those of --catalog, or else of the environment.
func (a *app) folders() []string {
	if len(a.dirs) > 0 {
		return a.dirs
	}
	return filepath.SplitList(a.getenv(catalogVariable))
}

// catalogWithout returns the built-in catalog, with those of --catalog over it
// but for the given folders: what a command is about is not below itself. The
// variable is for the other commands.
func (a *app) catalogWithout(folders []string) (*portbook.Catalog, error) {
	dirs := slices.DeleteFunc(slices.Clone(a.dirs), func(dir string) bool { return containsFolder(folders, dir) })
	return loadFolders(portbook.Builtin(), dirs)
}

// containsFolder reports whether a folder is among others, by whatever name.
func containsFolder(dirs []string, dir string) bool {
	info, err := os.Stat(dir)
	if err != nil {
		return slices.Contains(dirs, dir)
	}
	return slices.ContainsFunc(dirs, func(other string) bool {
		x, err := os.Stat(other)
		return err == nil && os.SameFile(info, x)
	})
}

// loadFolders loads folders over a catalog, each over those before it. The
// error lists all problems of the first folder that has any.
func loadFolders(base *portbook.Catalog, dirs []string) (*portbook.Catalog, error) {
	for i, dir := range dirs {
		if dir == "" || containsFolder(dirs[:i], dir) { // completion reads flags twice
			continue
		}
		c, err := loadFolder(base, dir)
		var e *catalog.Error
		if errors.As(err, &e) {
			return nil, folderProblems(dir, isAlone(base, dir), e)
		}
		if err != nil {
			return nil, err
		}
		base = c
	}
	return base, nil
}

// folderProblems is the error of a folder that has problems.
func folderProblems(dir string, alone bool, e *catalog.Error) error {
	summary := phrase.ErrorProblems
	if alone {
		summary = phrase.ErrorProblemsAlone
	}
	problems := problemRecords(dir, e)
	return problemList(summary, dir, len(problems)+e.More(), problemLines(problems))
}

// problemList is the error of files that have problems: a line that sums up,
// and the lines of the problems.
func problemList(summary phrase.Phrase, name string, n int, problems []error) error {
	first := failure(summary, "n", counted(n, phrase.CountProblem, phrase.CountProblems), "name", name)
	return failure(phrase.ErrorList, "summary", first, "problems", lines(problems))
}

// loadFolder loads a folder over a catalog, or alone.
func loadFolder(base *portbook.Catalog, dir string) (*portbook.Catalog, error) {
	if dir == "" {
		return nil, failure(phrase.ErrorFolderName)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, failure(phrase.ErrorCannotRead, "name", dir, "error", cause(err))
	}
	if !info.IsDir() {
		return nil, failure(phrase.ErrorIsFile, "name", dir)
	}
	if isAlone(base, dir) {
		base = nil
	}
	return catalog.Load(os.DirFS(dir), catalog.Extending(base))
}

// isAlone reports whether a folder is read alone instead of over the built-in
// catalog: it defines products of this one, so that it could not be read over
// it. It is a catalog of its own, such as a copy of the data of Portbook.
func isAlone(base *portbook.Catalog, dir string) bool {
	return base == portbook.Builtin() && slices.ContainsFunc(portbook.Builtin().Products(), func(p portbook.Product) bool {
		_, err := os.Stat(filepath.Join(dir, "data", string(p)+".yaml"))
		return err == nil
	})
}

// listing returns what commands that write lists begin with.
func (a *app) listing() (*portbook.Catalog, report.Options, error) {
	c, err := a.catalog()
	if err != nil {
		return nil, report.Options{}, err
	}
	o, err := a.listOptions()
	return c, o, err
}

// offering makes a completion of what the catalog has. A catalog that cannot be
// loaded offers nothing.
func (a *app) offering(of func(*portbook.Catalog) []string) func() []string {
	return func() []string {
		c, err := a.catalog()
		if err != nil {
			return nil
		}
		return of(c)
	}
}
