package portbook

import "github.com/portbook/portbook/internal/table"

// Product is the id of a product, such as "itms". Its constants are listed
// below. The id "site" is that of your own infrastructure. What a
// product is, a catalog knows: see [Catalog.Product].
type Product string

// ProductInfo describes a product.
type ProductInfo struct {
	ID        Product    `json:"id"`        // as in data: "itms"
	Name      Text       `json:"name"`      // in full
	Summary   Text       `json:"summary"`   // one sentence
	Vendor    string     `json:"vendor"`    // empty for your own infrastructure
	Version   string     `json:"version"`   // the version that the data describes, empty when the documents name none
	Documents []Document `json:"documents"` // where its flows are published
	Notes     []Note     `json:"notes"`     // on the product as a whole
}

// Products returns the ids of the catalog's products, sorted.
func (c *Catalog) Products() []Product {
	list := make([]Product, len(c.t().Products))
	for i := range list {
		list[i] = c.productID(uint32(i))
	}
	return list
}

// Product returns what is known of a product.
func (c *Catalog) Product(id Product) (ProductInfo, bool) {
	t := c.t()
	i, ok := t.FindProduct(string(id))
	if !ok {
		return ProductInfo{}, false
	}
	p := &t.Products[i]
	info := ProductInfo{
		ID: id, Name: c.text(p.Name), Summary: c.text(p.Summary), Vendor: t.Name(p.Vendor), Version: t.Name(p.Version),
		Notes: c.notesWhere(func(n *table.Note) bool { return contains(t.List(n.Products), uint32(i)) }),
	}
	for _, d := range t.List(p.Documents) {
		info.Documents = append(info.Documents, c.document(d))
	}
	return info, true
}

func (c *Catalog) productID(i uint32) Product { return Product(c.t().Name(c.t().Products[i].ID)) }
