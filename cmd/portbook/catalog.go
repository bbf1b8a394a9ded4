package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/report"
)

// catalogVariable holds folders of catalogs, separated as in PATH, for commands without --catalog.
const catalogVariable = "PORTBOOK_CATALOG"

// catalog returns the built-in catalog, with those of --catalog over it.
func (a *app) catalog() (*portbook.Catalog, error) {
	if a.opened != nil {
		return a.opened, nil
	}
	dirs := a.dirs
	if len(dirs) == 0 {
		dirs = filepath.SplitList(a.getenv(catalogVariable))
	}
	c := portbook.Builtin()
	for i, dir := range dirs {
		if slices.Contains(dirs[:i], dir) { // completion reads flags twice
			continue
		}
		var err error
		if c, err = loadOver(c, dir); err != nil {
			return nil, err
		}
	}
	a.opened = c
	return c, nil
}

// loadOver loads a folder over a catalog.
func loadOver(base *portbook.Catalog, dir string) (*portbook.Catalog, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("catalog %s is no folder (accepted: a folder that holds data/ and i18n/)", dir)
	}
	c, err := catalog.Load(os.DirFS(dir), catalog.Extending(base))
	if err != nil {
		return nil, fmt.Errorf("catalog %s:\n%w", dir, err)
	}
	return c, nil
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

// offering makes a completion of what the catalog has. A catalog that cannot be loaded offers nothing.
func (a *app) offering(of func(*portbook.Catalog) []string) func() []string {
	return func() []string {
		c, err := a.catalog()
		if err != nil {
			return nil
		}
		return of(c)
	}
}
