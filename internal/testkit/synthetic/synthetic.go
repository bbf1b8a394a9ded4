// Package synthetic makes catalogs of any size from a seed, for tests and benchmarks of scale.
package synthetic

import (
	"fmt"
	"math/rand/v2"

	"github.com/portbook/portbook/internal/portset"
	"github.com/portbook/portbook/internal/table"
)

// Table makes a table of the given numbers of flows and components, always the
// same for the same arguments. Products have about 50 components each. Most
// flows use one to three ports of a few thousand; one in 50 has a dynamic
// range, and one in 500 a range of tens of thousands. What it holds is valid,
// so that it can be written as data and read again.
func Table(flows, components int, seed uint64) *table.Table {
	random := rand.New(rand.NewPCG(seed, uint64(flows)))
	b := table.NewBuilder([]string{"en"})
	t := &b.Table
	products := max(1, components/50)
	for i := range products {
		only := b.List([]uint32{uint32(i)})
		t.Products = append(t.Products, table.Product{
			ID: b.Name("product-" + word(i)), Name: b.Text(fmt.Sprintf("Product %d", i)), Summary: b.Text("A product."), Documents: only,
		})
		t.Documents = append(t.Documents, table.Document{
			ID: b.Name("document-" + word(i)), Publisher: b.Name("Example Corp."), Language: b.Name("en"), URL: b.Name("https://example.com"),
			Product: uint32(i), Title: b.Text("Ports"), Sections: only,
		})
		t.Sections = append(t.Sections, table.Section{ID: b.Name("section"), Document: uint32(i), Title: b.Text("Ports")})
	}
	for i := range components {
		product := i * products / components
		lineage := []uint32{uint32(i)}
		if i%20 == 19 { // some work through the one before them
			lineage = []uint32{uint32(i - 1), uint32(i)}
		}
		t.Components = append(t.Components, table.Component{
			ID: b.Name("product-" + word(product) + "/component-" + word(i)), Product: uint32(product),
			Name: b.Text(fmt.Sprintf("Component %d", i)), Role: b.Text("A component."), Inherits: b.List(lineage[:len(lineage)-1]), Lineage: b.List(lineage),
		})
	}
	for i := range flows {
		component := uint32(i * components / flows)
		product := t.Components[component].Product
		id := b.Name("product-" + word(int(product)) + "/component-" + word(int(component)) + "/flow-" + word(i))
		ports := randomPorts(random)
		peer := uint32(random.IntN(components))
		from, to := component, peer
		if random.IntN(2) == 0 {
			from, to = peer, component
		}
		t.Flows = append(t.Flows, table.Flow{
			ID: id, Product: product, Component: component, From: b.List([]uint32{from}), To: b.List([]uint32{to}),
			Ports: b.Ports(ports), Protocols: b.List(protocols(ports)), Citations: b.List([]uint32{product<<16 | nextRow(t, product)}),
			Purpose: b.Text(fmt.Sprintf("Purpose %d", i%997)), Quirks: 1 << random.IntN(len(table.Quirks)) & 0xf,
			Enums: [table.EnumCount]uint8{
				table.Initiator: uint8(random.IntN(20) / 18), table.Direction: uint8(random.IntN(len(table.Directions))),
				table.Configurable: uint8(random.IntN(len(table.Configurables))), table.Requirement: uint8(random.IntN(20) / 18),
			},
		})
		t.FlowIDs = append(t.FlowIDs, table.FlowID{ID: id, Flow: uint32(i)})
	}
	return b.Finish()
}

// word writes a number in letters: ids hold no numbers. Words are in the order of their numbers.
func word(n int) string {
	letters := []byte("aaaaa")
	for i := len(letters) - 1; n > 0; i-- {
		letters[i] = byte('a' + n%26)
		n /= 26
	}
	return string(letters)
}

// nextRow adds a row to the one section of a product, up to as many as a
// document can have, and returns its number.
func nextRow(t *table.Table, product uint32) uint32 {
	d, s := &t.Documents[product], &t.Sections[product]
	if d.Rows < 65535 {
		d.Rows++
		s.First, s.Last = 1, d.Rows
	}
	return d.Rows
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
