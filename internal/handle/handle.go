// Package handle leads the packages of this module from what the root package
// exports to the packed tables behind it, and back. The types of the root
// package do not name the tables, so that nobody else can depend on them.
//
// It relies on the layout of portbook.Catalog, a table and nothing else, and
// of portbook.Text, a catalog and a number. Its test checks both.
package handle

import (
	"unsafe"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/table"
)

// Catalog returns the catalog of a table, which must not be changed any more.
func Catalog(t *table.Table) *portbook.Catalog {
	return (*portbook.Catalog)(unsafe.Pointer(t))
}

// Table returns the table of a catalog, which must not be changed; an empty
// one for nil.
func Table(c *portbook.Catalog) *table.Table {
	if c == nil {
		return &table.Table{}
	}
	return (*table.Table)(unsafe.Pointer(c))
}

// text is the layout of portbook.Text.
type text struct {
	catalog *portbook.Catalog
	index   table.Text
}

// Text returns the number of a text in the table of its catalog, the same in
// every language.
func Text(x portbook.Text) table.Text { return (*text)(unsafe.Pointer(&x)).index }
