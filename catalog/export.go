package catalog

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/portbook/portbook"
)

// Export returns the files of a catalog, by path with slashes: data/, i18n/ in
// every language of the catalog (for the built-in one, of package i18n), and
// data/version.txt if its version has a date. [Load] reads them into an equal
// catalog of the same version.
//
// Export leaves out what a catalog does not hold: comments, the order of keys,
// data/ids.txt, labels, and the file of a document. The content is the same in
// every call. The error is about an empty catalog, which Load refuses too.
func Export(c *portbook.Catalog) (map[string][]byte, error) {
	files, err := sourceOf(c, "the catalog").Export()
	if err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	return files, nil
}

// WriteFiles writes files, such as those of [Export], below a directory, which
// it makes if need be. Files that are there already are replaced; others stay.
// No path leads out of the directory.
func WriteFiles(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o777); err != nil {
			return err
		}
		if err := root.WriteFile(filepath.FromSlash(name), files[name], 0o666); err != nil {
			return err
		}
	}
	return nil
}
