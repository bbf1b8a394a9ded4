package svg_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/svg"
)

// A picture of what a component connects to.
func ExampleDraw() {
	flows := portbook.Flows().From(portbook.ComponentServiceGatewayAppliance).DocumentedBy(portbook.ProductServiceGateway)
	picture, err := svg.Draw(diagram.New(flows, diagram.Options{}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.HasPrefix(string(picture), "<svg"), strings.Count(string(picture), "443/tcp"))
	// Output:
	// true 6
}
