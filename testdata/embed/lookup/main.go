// Command lookup embeds the catalog: embed_test.go looks at its size and at what it does at start-up.
package main

import (
	"fmt"

	"github.com/portbook/portbook"
)

func main() {
	for f := range portbook.FlowsUsing(portbook.TCP, portbook.PortApexCentralOfficeScanConsole).All() {
		fmt.Println(f, f.Ports(), f.Purpose())
	}
}
