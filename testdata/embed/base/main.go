// Command base is what embed_test.go compares the size of lookup with. It links
// net/netip, which the API of hosts uses and programs about networks have.
package main

import (
	"fmt"
	_ "net/netip"
)

func main() { fmt.Println("nothing") }
