// Command lookup lists the flows that use a port.
package main

import (
	"fmt"

	"github.com/portbook/portbook"
)

func main() {
	for f := range portbook.FlowsUsing(portbook.TCP, 443).All() {
		fmt.Println(f, f.Ports())
	}
}
