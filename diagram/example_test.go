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
	// title: "Server \u0026 Workload Protection\u002c Service Gateway"
	// ---
	// flowchart LR
	//   subgraph c0["Service Gateway"]
	//     n1["Service Gateway<br/>virtual appliance"]
	//   end
	//   n0(["Smart Protection Network"])
	//   n2(["Trend Vision One"])
	//   n3(["DNS server"])
	//   n4(["NTP server"])
	//   n1 -.->|"53/udp"| n3
	//   n1 -.->|"123/udp"| n4
	//   n1 -.->|"80,443/tcp"| n0
	//   n1 -->|"443/tcp#8224;"| n2
}
