package diagram_test

import (
	"fmt"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/i18n"
)

// What a component opens connections to, for a wiki that draws Mermaid.
func Example() {
	flows := portbook.Flows().From(portbook.ComponentServiceGatewayAppliance).DocumentedBy(portbook.ProductServiceGateway)
	fmt.Print(diagram.New(flows, diagram.Options{}).Mermaid())
	// Output:
	// ---
	// title: "Service Gateway"
	// ---
	// flowchart LR
	//   subgraph c0["Service Gateway"]
	//     n0["Service Gateway<br/>virtual appliance"]
	//   end
	//   n1(["Service Gateway firmware"])
	//   n2(["Remote shell for<br/>Service Gateways"])
	//   n3(["Settings synchronization<br/>for Service Gateways"])
	//   n4(["Smart Protection<br/>Server updates"])
	//   n0 -->|"443/tcp#8224;"| n2
	//   n0 -->|"443/tcp#8224;"| n3
	//   n0 -->|"443/tcp#8224;"| n1
	//   n0 -->|"443/tcp#8224;"| n4
}

// Diagrams by product, since one of everything is too large to read.
func ExampleParts() {
	flows := portbook.Flows().DocumentedBy(portbook.ProductITMS).Union(portbook.Flows().DocumentedBy(portbook.ProductServiceGateway))
	for _, part := range diagram.Parts(flows, diagram.ByProduct, i18n.Localizer{}) {
		g := diagram.New(part.Flows, diagram.Options{Title: part.Title})
		fmt.Println(g.Title, len(g.Nodes), len(g.Edges))
	}
	// Output:
	// IT Management Suite 8.x 63 74
	// Service Gateway 12 13
}
