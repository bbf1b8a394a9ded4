package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/portbook/portbook/internal/dataset"
	"github.com/portbook/portbook/internal/table"
)

// generateFiles writes what is generated and differs, or with check only names it.
func generateFiles(root string, check bool, stderr io.Writer) error {
	files, err := generate(os.DirFS(root))
	if err != nil {
		return err
	}
	stale, err := compare(root, files)
	if err != nil {
		return err
	}
	for _, name := range stale {
		if check {
			fmt.Fprintf(stderr, "%s is stale: run go generate ./...\n", name)
			continue
		}
		if err := write(filepath.Join(root, filepath.FromSlash(name)), files[name]); err != nil {
			return err
		}
	}
	if check && len(stale) > 0 {
		return errStatus(1)
	}
	return nil
}

// compile reads, validates and compiles the data.
func compile(fsys fs.FS) (*dataset.Source, *table.Table, error) {
	source := dataset.Read(fsys)
	checkNames(source)
	t, err := source.Compile()
	return source, t, err
}

// generate returns the content of every generated file, by path. A nil content
// stands for a file that must not be there.
func generate(fsys fs.FS) (map[string][]byte, error) {
	source, t, err := compile(fsys)
	if err != nil {
		return nil, err
	}
	files, err := dataset.Schemas()
	if err != nil {
		return nil, err
	}
	if files[dataset.SiteSchemaFile], err = dataset.SiteSchema(); err != nil {
		return nil, err
	}
	files[dataset.IDsFile], files[coverageFile] = source.PublishedIDs(), coverage(t)
	if err := addTables(files, fsys, t); err != nil {
		return nil, err
	}
	for _, pattern := range []string{"i18n/generated_*.go", "internal/label/generated_*.go", "internal/cli/phrase/generated_*.go"} {
		old, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range old {
			files[name] = nil // languages that are gone; the others follow
		}
	}
	for name, file := range goFiles(t, source) {
		var b bytes.Buffer
		if err := file.Render(&b); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[name] = b.Bytes()
	}
	return files, nil
}

// addTables adds the Markdown files that hold tables.
func addTables(files map[string][]byte, fsys fs.FS, t *table.Table) error {
	for _, x := range []struct{ name, title, table string }{
		{"README.md", "coverage", coverageRows(t)},
		{"data/README.md", "fields of flows", fieldRows()},
	} {
		file, err := fs.ReadFile(fsys, x.name)
		if err != nil {
			return err
		}
		if files[x.name], err = withTable(x.name, file, x.title, x.table); err != nil {
			return err
		}
	}
	return nil
}

// compare returns the names of the files that differ from what is on disk, sorted.
func compare(root string, files map[string][]byte) ([]string, error) {
	var stale []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		have, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		if (have == nil) != (files[name] == nil) || !bytes.Equal(have, files[name]) {
			stale = append(stale, name)
		}
	}
	return stale, nil
}

// write replaces a file as a whole; nil content removes it.
func write(name string, content []byte) error {
	if content == nil {
		return os.Remove(name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	temporary := name + ".tmp"
	if err := os.WriteFile(temporary, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, name)
}
