package site

import (
	"slices"
	"strings"

	"github.com/portbook/portbook"
)

// regionsOf returns the regions in which components of a product have hosts of
// their own, sorted.
func regionsOf(c *portbook.Catalog, p portbook.Product) []portbook.Region {
	var list []portbook.Region
	for _, id := range c.Components() {
		if x, _ := c.Component(id); x.Product == p {
			for region := range x.Regions {
				list = append(list, region)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Regions returns the regions that a question about one offers; none for other
// questions.
func (q Question) Regions() []portbook.Region {
	if q.Kind != QuestionRegion {
		return nil
	}
	return regionsOf(q.site.catalog, portbook.Product(q.subject.id))
}

// checkRegion reports a region in which a product has no hosts.
func (k *checker) checkRegion(x at, a *Answer) {
	if a.Region == "" || a.Product == "" {
		return
	}
	var known []string
	for _, region := range regionsOf(k.site.catalog, a.Product) {
		known = append(known, string(region))
	}
	switch {
	case len(known) == 0:
		k.problem(x, "region", "field \"region\" does not fit product %s: its hosts are the same in all regions", a.Product)
	case !slices.Contains(known, string(a.Region)):
		k.problem(x, "region", "unknown region %s of product %s; expected: %s%s", quoted(string(a.Region)), a.Product, strings.Join(known, ", "), k.hint(string(a.Region), known))
	}
}

// region returns the answer that chooses the region of a component in a cloud,
// and its index; -1 for none.
func (r *resolver) region(x portbook.Component) (portbook.Region, int) {
	if a, i := r.about(aboutProduct, string(r.info(x).Product)); a != nil && a.Region != "" {
		return a.Region, i
	}
	return "", -1
}

// hasNoHosts reports whether documents name hosts of a component in other
// regions than the one that is chosen: where it is there is not known, even if
// it has some hosts in all regions.
func (r *resolver) hasNoHosts(x portbook.Component) bool {
	region, i := r.region(x)
	return i >= 0 && len(r.info(x).Regions) > 0 && len(r.info(x).Regions[region]) == 0
}

// inRegion returns a component in a cloud with the hosts of the region that is
// chosen. As long as none is, it has the hosts of all of them, and no flow to
// it is a need.
func (r *resolver) inRegion(info portbook.ComponentInfo) portbook.ComponentInfo {
	if region, i := r.region(info.ID); i >= 0 && len(info.Regions) > 0 {
		info.Hosts = info.HostsIn(region)
	}
	return info
}
