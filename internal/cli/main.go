// Package cli is the command line: cmd/portbook runs it.
package cli

import (
	"fmt"
	"io"
	"strings"
)

// Run runs the command line and returns the exit status: 0, or 1 after an error, and where --exit-code asks for it.
func Run(args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	root := newRoot(getenv)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.Execute(); err != nil {
		if err == errDiffer {
			return 1
		}
		// Errors of the libraries begin with the name of their package, which says nothing here.
		message := err.Error()
		for _, name := range []string{"report: ", "portbook: "} {
			message = strings.TrimPrefix(message, name)
		}
		fmt.Fprintf(stderr, "portbook: %s\n", message)
		return 1
	}
	return 0
}
