package catalog

import (
	"fmt"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/dataset"
)

// Merge returns one catalog that holds everything that the given ones hold, so
// that lookups, filters, algebra and reports work over all of it. Texts come in
// every language of any of them; those of the built-in catalog in every
// language of package i18n.
//
// The order of the arguments does not matter. Products must be different, or
// the same: two catalogs that extend the same one merge, while two versions of
// a product conflict. A text may be missing in one of the catalogs, but not
// differ. Overrides of the same field conflict unless they come from the same
// product and agree. To override instead of merging, load a folder with
// overrides over a catalog: see [Extending].
//
// An error is a *[Error] that lists every conflict. Merge takes time and memory
// in proportion to the size of the catalogs.
func Merge(catalogs ...*portbook.Catalog) (*portbook.Catalog, error) {
	var sources []*dataset.Source
	for i, c := range catalogs {
		sources = append(sources, sourceOf(c, fmt.Sprintf("catalog %d", i+1)))
	}
	return compile(dataset.Merge(sources))
}
