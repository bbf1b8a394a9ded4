package diagram_test

import (
	"fmt"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
)

// What a component opens connections to, for a wiki that draws Mermaid.
func Example() {
	flows := portbook.Flows().From(portbook.ComponentServiceGatewayAppliance)
	fmt.Print(diagram.New(flows, diagram.Options{}).Mermaid())
	// Output:
	// ---
	// title: "Service Gateway"
	// ---
	// flowchart LR
	//   subgraph c0["Service Gateway"]
	//     n0["Service Gateway<br/>virtual appliance"]
	//   end
	//   n1(["Trend Vision One"])
	//   n0 -->|"443/tcp#8224;"| n1
}
