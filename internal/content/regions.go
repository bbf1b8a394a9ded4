package content

import (
	"maps"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/label"
)

// regionalHosts has a line for each region: its name and its hosts.
func (d *Document) regionalHosts(regions map[portbook.Region][]portbook.Host) []string {
	var list []string
	for _, id := range slices.Sorted(maps.Keys(regions)) {
		name := string(id) // of a file, which can have regions that the catalog lacks
		if x, ok := d.Catalog.RegionName(id); ok {
			name = d.Text(x)
		}
		list = append(list, d.Fill(label.ReportRegion, "region", name, "hosts", strings.Join(hostTexts(regions[id]), ", ")))
	}
	return list
}

// HostsOf returns the published host names and addresses of a component, and
// after them a line for each region that has hosts of its own.
func (d *Document) HostsOf(x portbook.Component) []string {
	info := d.Info(x)
	return append(hostTexts(info.HostsIn("")), d.regionalHosts(info.Regions)...)
}

// hostsCell lists the hosts of a flow, grouped by region.
func (d *Document) hostsCell(f portbook.Flow) string {
	var everywhere []portbook.Host
	regions := map[portbook.Region][]portbook.Host{}
	for _, x := range slices.Concat(f.From(), f.To()) {
		info := d.Info(x)
		everywhere = append(everywhere, info.HostsIn("")...)
		for id, hosts := range info.Regions {
			regions[id] = AppendNew(regions[id], hosts...)
		}
	}
	groups := d.regionalHosts(regions)
	if len(everywhere) > 0 {
		groups = slices.Insert(groups, 0, strings.Join(hostTexts(everywhere), ", "))
	}
	return strings.Join(groups, "; ")
}
