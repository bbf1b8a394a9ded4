// Package handle leads the packages of this module from what the root package
// exports to the packed tables behind it, and back. The types of the root
// package do not name the tables, so that nobody else can depend on them.
//
// It relies on the layout of portbook.Catalog, a table and nothing else, and
// of portbook.Text and portbook.Flow, a catalog and a number. Its test checks
// them.
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

// entry is the layout of portbook.Text and portbook.Flow.
type entry struct {
	catalog *portbook.Catalog
	index   uint32
}

// Text returns the number of a text in the table of its catalog, the same in
// every language.
func Text(x portbook.Text) table.Text { return (*entry)(unsafe.Pointer(&x)).index }

// Flow returns the record of a flow of a catalog, which must not be changed.
func Flow(f portbook.Flow) *table.Flow {
	return &Table(f.Catalog()).Flows[(*entry)(unsafe.Pointer(&f)).index]
}
