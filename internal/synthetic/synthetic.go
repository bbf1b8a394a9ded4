// Package synthetic makes catalogs of any size from a seed, for tests and benchmarks of scale.
package synthetic

import (
	"fmt"
	"math/rand/v2"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

// Table makes a table of the given numbers of flows and components, always the same for the same arguments. Products have
// about 50 components each. Most flows use one to three ports of a few thousand; one in 50 has a dynamic range, and one in
// 500 a range of tens of thousands.
func Table(flows, components int, seed uint64) *table.Table {
	random := rand.New(rand.NewPCG(seed, uint64(flows)))
	b := table.NewBuilder([]string{"en"})
	t := &b.Table
	products := max(1, components/50)
	for i := range products {
		t.Products = append(t.Products, table.Product{ID: b.Name(fmt.Sprintf("product-%04d", i)), Name: b.Text(fmt.Sprintf("Product %d", i))})
	}
	t.Documents = []table.Document{{ID: b.Name("document"), Sections: b.List([]uint32{0}), Rows: uint32(flows)}}
	t.Sections = []table.Section{{ID: b.Name("section"), First: 1, Last: uint32(flows)}}
	for i := range components {
		product := i * products / components
		lineage := []uint32{uint32(i)}
		if i%20 == 19 { // some work through the one before them
			lineage = []uint32{uint32(i - 1), uint32(i)}
		}
		t.Components = append(t.Components, table.Component{
			ID: b.Name(fmt.Sprintf("product-%04d/component-%05d", product, i)), Product: uint32(product),
			Name: b.Text(fmt.Sprintf("Component %d", i)), Lineage: b.List(lineage),
		})
	}
	for i := range flows {
		component := uint32(i * components / flows)
		id := b.Name(fmt.Sprintf("product-%04d/component-%05d/flow-%06d", t.Components[component].Product, component, i))
		ports := randomPorts(random)
		peer := uint32(random.IntN(components))
		from, to := component, peer
		if random.IntN(2) == 0 {
			from, to = peer, component
		}
		t.Flows = append(t.Flows, table.Flow{
			ID: id, Product: t.Components[component].Product, Component: component, From: b.List([]uint32{from}), To: b.List([]uint32{to}),
			Ports: b.Ports(ports), Protocols: b.List(protocols(ports)), Citations: b.List([]uint32{uint32(i%65535 + 1)}),
			Purpose: b.Text(fmt.Sprintf("Purpose %d", i%997)), Quirks: 1 << random.IntN(len(table.Quirks)) & 0xf,
			Initiator: uint8(random.IntN(20) / 18), Direction: uint8(random.IntN(len(table.Directions))),
			Configurable: uint8(random.IntN(len(table.Configurables))), Requirement: uint8(random.IntN(20) / 18),
		})
		t.FlowIDs = append(t.FlowIDs, table.FlowID{ID: id, Flow: uint32(i)})
	}
	return b.Finish()
}

func randomPorts(random *rand.Rand) portset.Set {
	protocol := []uint8{6, 6, 6, 17}[random.IntN(4)]
	switch random.IntN(500) {
	case 0:
		return portset.Range(portset.Key(protocol, uint16(1024+random.IntN(20000))), portset.Key(protocol, 65535))
	case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10:
		first := uint16(10000 + random.IntN(50000))
		return portset.Range(portset.Key(protocol, first), portset.Key(protocol, first+uint16(random.IntN(100))))
	}
	var ranges [][2]uint32
	for range 1 + random.IntN(3) {
		key := portset.Key(protocol, uint16(random.IntN(5000)))
		ranges = append(ranges, [2]uint32{key, key})
	}
	return portset.FromRanges(ranges)
}

func protocols(set portset.Set) []uint32 {
	var list []uint32
	for _, p := range set.Protocols() {
		list = append(list, uint32(p))
	}
	return list
}
