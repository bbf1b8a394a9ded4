package catalog_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/table"
)

// unpack returns the table of a catalog, with the texts that package i18n has for the built-in one.
func unpack(c *portbook.Catalog) table.Table {
	var t table.Table
	portbook.UnpackCatalog(c, func(x *table.Table) { t = *x })
	if c == portbook.Builtin() {
		t.Texts = append(t.Texts[:1:1], i18n.BuiltinTexts()...)
	}
	return t
}

func equal(t *testing.T, want, got *portbook.Catalog) {
	t.Helper()
	if diff := cmp.Diff(unpack(want), unpack(got)); diff != "" {
		t.Errorf("catalogs differ (-want +got):\n%s", diff)
	}
}

func folder(files map[string][]byte) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: data}
	}
	return fsys
}

// TestBuiltinData loads the data of the repository: to the generated catalog, in all of its languages.
func TestBuiltinData(t *testing.T) {
	c, err := catalog.Load(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, portbook.Builtin(), c)
}

// TestExportRoundTrip writes catalogs and loads them again.
func TestExportRoundTrip(t *testing.T) {
	files, err := catalog.Export(portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load(folder(files))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, portbook.Builtin(), c)
}
