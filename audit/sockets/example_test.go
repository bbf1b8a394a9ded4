package sockets_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/portbook/portbook/audit/sockets"
)

// What "ss -lntup" printed on a host.
func ExampleRead() {
	const printed = `tcp   LISTEN 0   511     0.0.0.0:8443    0.0.0.0:*   users:(("httpd",pid=812,fd=4))
udp   UNCONN 0   0       0.0.0.0:10323   0.0.0.0:*   users:(("mcp",pid=901,fd=8))
`
	list, err := sockets.Read(strings.NewReader(printed))
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range list {
		fmt.Println(s.Address, s.Port, s.Protocol, s.Program)
	}
	// Output:
	// 0.0.0.0 8443 tcp httpd
	// 0.0.0.0 10323 udp mcp
}
