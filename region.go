package portbook

import (
	"slices"

	"github.com/portbook/portbook/internal/table"
)

// Region is the id of a region in which clouds have hosts of their own, such as
// "japan". A site answers which one it uses.
type Region string

// Regions returns the ids of the catalog's regions, sorted.
func (c *Catalog) Regions() []Region {
	list := make([]Region, len(c.t().Regions))
	for i := range list {
		list[i] = c.regionID(uint32(i))
	}
	return list
}

// RegionName returns the name of a region.
func (c *Catalog) RegionName(id Region) (name Text, ok bool) {
	t := c.t()
	i, ok := t.Find(string(id), len(t.Regions), func(i int) table.Name { return t.Regions[i].ID })
	if !ok {
		return Text{}, false
	}
	return c.text(t.Regions[i].Name), true
}

// HostsIn returns the hosts of a region, and those that are not of any one
// region.
func (x ComponentInfo) HostsIn(id Region) []Host {
	var list []Host
	for _, h := range x.Hosts {
		if slices.Contains(x.Regions[id], h) || !x.isRegional(h) {
			list = append(list, h)
		}
	}
	return list
}

func (x ComponentInfo) isRegional(h Host) bool {
	for _, hosts := range x.Regions {
		if slices.Contains(hosts, h) {
			return true
		}
	}
	return false
}

func (c *Catalog) regionID(i uint32) Region { return Region(c.t().Name(c.t().Regions[i].ID)) }

// appendHosts appends the hosts of a component, those of regions included, each
// once.
func (c *Catalog) appendHosts(list []Host, x *table.Component) []Host {
	list = c.hosts(list, x.Hosts)
	for pairs := c.t().List(x.Regions); len(pairs) > 0; pairs = pairs[2:] {
		for _, h := range c.hosts(nil, pairs[1]) {
			if !slices.Contains(list, h) {
				list = append(list, h)
			}
		}
	}
	return list
}

// addRegions adds the hosts that components have in one region alone.
func (c *Catalog) addRegions(to map[Region][]Host, x *table.Component) {
	for pairs := c.t().List(x.Regions); len(pairs) > 0; pairs = pairs[2:] {
		id := c.regionID(pairs[0])
		for _, h := range c.hosts(nil, pairs[1]) {
			if !slices.Contains(to[id], h) {
				to[id] = append(to[id], h)
			}
		}
	}
}

// regionsOf returns the hosts that components have in one region alone; nil for
// none.
func (c *Catalog) regionsOf(components ...*table.Component) map[Region][]Host {
	regions := map[Region][]Host{}
	for _, x := range components {
		c.addRegions(regions, x)
	}
	if len(regions) == 0 {
		return nil
	}
	return regions
}
