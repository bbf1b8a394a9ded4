package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// Example plans a second service on the host of Apex Central.
func Example() {
	free, err := check(os.Stdout, "../site/tokyo.yaml", "central", "8443/tcp 9000/tcp")
	fmt.Println(free, err)
	free, err = check(os.Stdout, "../site/tokyo.yaml", "central", "9000/tcp")
	fmt.Println(free, err)
	// Output:
	// 8443/tcp on central is used by [apex-central/server]: [apex-central/console/https apex-central/tmi/interprocess apex-central/mcp/heartbeat apex-central/server/internal]
	// false <nil>
	// true <nil>
}

func TestErrors(t *testing.T) {
	for _, x := range []struct{ file, host, ports, want string }{
		{"../site/tokyo.yaml", "centrall", "443/tcp", `has no host "centrall"`},
		{"../site/tokyo.yaml", "central", "99999/tcp", "99999"},
		{"none.yaml", "central", "443/tcp", "none.yaml"},
	} {
		if _, err := check(io.Discard, x.file, x.host, x.ports); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("check(%q, %q, %q): %v, want an error with %q", x.file, x.host, x.ports, err, x.want)
		}
	}
}
