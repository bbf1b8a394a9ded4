// Preflight checks, before something new is deployed on a host, that the ports
// on which it will listen are free there by the site's plan:
//
//	go run ./examples/preflight examples/site/tokyo.yaml central 8443/tcp
//
// It exits with 1 and names the flows behind each port that is taken.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site/sitefile"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: preflight SITE HOST PORTS")
		os.Exit(2)
	}
	free, err := check(os.Stdout, os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, "preflight:", err)
		os.Exit(2)
	}
	if !free {
		os.Exit(1)
	}
}

// check reports whether no component of a host listens on any of the ports, and
// writes what is taken.
func check(w io.Writer, file, host, ports string) (free bool, err error) {
	wanted, err := portbook.ParsePortSet(ports)
	if err != nil {
		return false, err
	}
	s, err := sitefile.Load(os.DirFS(filepath.Dir(file)), filepath.Base(file), portbook.Builtin())
	if err != nil {
		return false, err
	}
	end, ok := s.End(host)
	if !ok {
		return false, fmt.Errorf("%s has no host %q", file, host)
	}
	free = true
	for _, l := range s.Plan().Listening() {
		if taken := l.Ports.Intersect(wanted); l.Host == end && !taken.IsEmpty() {
			free = false
			fmt.Fprintf(w, "%v on %s is used by %v: %v\n", taken, host, l.Components, l.Flows)
		}
	}
	return free, nil
}
