package portbook_test

import (
	"testing"

	"github.com/portbook/portbook"
)

// TestAllocations pins the number of allocations of what is called often. The counts do not depend on the machine.
func TestAllocations(t *testing.T) {
	a, b := portbook.PortSetOf(portbook.TCP, 443), portbook.PortSetOf(portbook.TCP, 80)
	many := portbook.ProductITMS.Flows().Ports()
	other := portbook.ProductApexCentral.Flows().Ports()
	flows, agent := portbook.Flows(), portbook.ComponentITMSSymantecManagementAgent
	filters := []portbook.Filter{portbook.OfProduct(portbook.ProductITMS), portbook.From(agent), portbook.Having(portbook.ConfigurableYes)}
	for _, c := range []struct {
		name string
		most float64
		f    func()
	}{
		{"FlowsUsing", 0, func() { sinkFlows = portbook.FlowsUsing(portbook.TCP, 4343) }},
		{"Lookup", 0, func() { sinkFlow, _ = portbook.Lookup(portbook.FlowITMSPackageServerUNCInbound) }},
		{"Flow.Ports", 0, func() { sinkPorts = sinkFlow.Ports() }},
		{"Contains", 0, func() { sinkBool = many.Contains(portbook.TCP, 445) }},
		{"Contains of a set", 0, func() { sinkBool = many.ContainsSet(other) || many.Overlaps(other) || many == other }},
		{"intersection of single ports", 0, func() { sinkPorts = a.Intersect(b) }},
		{"difference of single ports", 0, func() { sinkPorts = a.Subtract(b) }},
		{"union of single ports", 1, func() { sinkPorts = a.Union(b) }},
		{"union", 1, func() { sinkPorts = many.Union(other) }},
		{"intersection", 1, func() { sinkPorts = many.Intersect(other) }},
		{"difference", 1, func() { sinkPorts = many.Subtract(other) }},
		{"ports of all flows", 2, func() { sinkPorts = flows.Ports() }},
		{"Where with three predicates", 1, func() { sinkFlows = flows.Where(filters...) }},
		{"union of flows", 1, func() { sinkFlows = flows.Union(sinkFlows) }},
		{"iteration", 0, func() {
			for f := range flows.All() {
				sinkFlow = f
			}
		}},
	} {
		if n := testing.AllocsPerRun(100, c.f); n > c.most {
			t.Errorf("%s allocates %v times, want at most %v", c.name, n, c.most)
		}
	}
}

var (
	sinkFlow  portbook.Flow
	sinkFlows portbook.FlowSet
	sinkPorts portbook.PortSet
	sinkBool  bool
)
