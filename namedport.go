package portbook

import "github.com/portbook/portbook/internal/table"

// NamedPortID is the id of a named port.
type NamedPortID string

// NamedPort is a port with a role of its own, for which the package has a
// constant.
type NamedPort struct {
	ID      NamedPortID `json:"id"`      // as in data
	Product Product     `json:"product"` // whose documents name it
	Ports   PortSet     `json:"ports"`   // its numbers, with their protocols
	Name    Text        `json:"name"`    // what the documents call it
}

// NamedPorts returns all named ports of the catalog, by id.
func (c *Catalog) NamedPorts() []NamedPort {
	list := make([]NamedPort, len(c.t().NamedPorts))
	for i := range list {
		list[i] = c.namedPort(i)
	}
	return list
}

// NamedPort returns a named port.
func (c *Catalog) NamedPort(id NamedPortID) (NamedPort, bool) {
	t := c.t()
	i, ok := t.Find(string(id), len(t.NamedPorts), func(i int) table.Name { return t.NamedPorts[i].ID })
	if !ok {
		return NamedPort{}, false
	}
	return c.namedPort(i), true
}

func (c *Catalog) namedPort(i int) NamedPort {
	t := c.t()
	p := &t.NamedPorts[i]
	return NamedPort{NamedPortID(t.Name(p.ID)), c.productID(p.Product), PortSet{t.PortSet(p.Ports)}, c.text(p.Name)}
}
