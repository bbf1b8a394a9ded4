// Package cli is the command line: cmd/portbook runs it.
package cli

import (
	"fmt"
	"io"
	"strings"
)

// Run runs the command line and returns the exit status: 0; 1 after an error, for differences that verify finds, and
// where --exit-code asks for it; or 2 where verify cannot read a document.
func Run(args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	root := newRoot(getenv)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.Execute(); err != nil {
		if err == errDiffer {
			return 1
		}
		if err == errUnreadable {
			return statusUnreadable
		}
		// Errors of the libraries begin with the name of their package, which says nothing here.
		message := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(err.Error(), "report: "), "portbook: "), "graphviz: ")
		fmt.Fprintf(stderr, "portbook: %s\n", message)
		return 1
	}
	return 0
}
