package portbook_test

import (
	"testing"

	"github.com/portbook/portbook"
)

// TestAllocations pins the number of allocations of what is called often. The counts do not depend on the machine.
func TestAllocations(t *testing.T) {
	a, b := portbook.PortSetOf(portbook.TCP, 443), portbook.PortSetOf(portbook.TCP, 80)
	many := portbook.Flows().DocumentedBy(portbook.ProductITMS).Ports()
	other := portbook.Flows().DocumentedBy(portbook.ProductApexCentral).Ports()
	flows, agent := portbook.Flows(), portbook.ComponentITMSSymantecManagementAgent
	part := flows.From(portbook.ProductITMS)
	hundreds := manyPorts()
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
		{"three selections", 2, func() {
			sinkFlows = flows.DocumentedBy(portbook.ProductITMS).From(agent).Having(portbook.ConfigurableYes)
		}},
		{"From", 1, func() { sinkFlows = part.From(agent) }},
		{"To", 1, func() { sinkFlows = part.To(portbook.ComponentITMSNotificationServer, agent) }},
		{"Between", 1, func() { sinkFlows = part.Between(agent, portbook.ComponentITMSNotificationServer) }},
		{"Involving", 1, func() { sinkFlows = part.Involving(agent) }},
		{"DocumentedBy", 1, func() { sinkFlows = part.DocumentedBy(portbook.ProductITMS) }},
		{"Touching a port", 1, func() { sinkFlows = part.Touching(a) }},
		{"Touching 200 ranges", 1, func() { sinkFlows = part.Touching(hundreds) }},
		{"Unbounded", 1, func() { sinkFlows = part.Unbounded() }},
		{"Using", 1, func() { sinkFlows = part.Using(portbook.TCP, portbook.UDP) }},
		{"Having", 1, func() { sinkFlows = part.Having(portbook.RequirementOptional, portbook.QuirkMissingHost) }},
		{"AffectedBy", 1, func() { sinkFlows = part.AffectedBy(portbook.SettingID("itms/management-console")) }},
		{"Citing", 1, func() { sinkFlows = part.Citing("itms-8-ports", 3) }},
		{"Matching", 1, func() { sinkFlows = part.Matching(func(f portbook.Flow) bool { return !f.IsZero() }) }},
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

// manyPorts returns a set of 200 ranges of ports.
func manyPorts() portbook.PortSet {
	var ports []portbook.Port
	for n := range portbook.Port(200) {
		ports = append(ports, 25*n+5, 25*n+6)
	}
	return portbook.PortSetOf(portbook.TCP, ports...)
}
