package portbook

import "github.com/portbook/portbook/internal/table"

// Component is the id of a component: an endpoint role of a product, such as
// "itms/package-server". Its constants are listed below. "site/unspecified" is
// the endpoint that a document leaves open. What a component is, a catalog
// knows: see [Catalog.Component].
type Component string

// ComponentInfo describes a component: an endpoint role of a product.
type ComponentInfo struct {
	ID       Component   `json:"id"`       // as in data: "itms/package-server"
	Product  Product     `json:"product"`  // whose documents name it
	Name     Text        `json:"name"`     // in full
	Role     Text        `json:"role"`     // what it does, one sentence
	Aliases  []string    `json:"aliases"`  // other names that the documents use
	Hosting  Hosting     `json:"hosting"`  // where it runs
	Hosts    []Host      `json:"hosts"`    // published ones, of all regions
	Inherits []Component `json:"inherits"` // components whose flows are flows of this one too
	Notes    []Note      `json:"notes"`    // on the component as a whole

	// Regions has those of Hosts that are for one region alone: see
	// [ComponentInfo.HostsIn].
	Regions map[Region][]Host `json:"regions,omitempty"`
}

// Components returns the ids of the catalog's components, sorted.
func (c *Catalog) Components() []Component {
	list := make([]Component, len(c.t().Components))
	for i := range list {
		list[i] = c.componentID(uint32(i))
	}
	return list
}

// Component returns what is known of a component.
func (c *Catalog) Component(id Component) (ComponentInfo, bool) {
	t := c.t()
	i, ok := t.FindComponent(string(id))
	if !ok {
		return ComponentInfo{}, false
	}
	x := &t.Components[i]
	return ComponentInfo{
		ID: id, Product: c.productID(x.Product), Name: c.text(x.Name), Role: c.text(x.Role), Aliases: c.strings(x.Aliases),
		Hosting: Hosting(table.Hostings[x.Hosting]), Hosts: c.appendHosts(nil, x), Regions: c.regionsOf(x), Inherits: c.components(x.Inherits),
		Notes: c.notesWhere(func(n *table.Note) bool { return contains(t.List(n.Components), uint32(i)) }),
	}, true
}

func (c *Catalog) componentID(i uint32) Component {
	return Component(c.t().Name(c.t().Components[i].ID))
}

func (c *Catalog) components(l table.List) []Component {
	var list []Component
	for _, i := range c.t().List(l) {
		list = append(list, c.componentID(i))
	}
	return list
}
