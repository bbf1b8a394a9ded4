// Package cli is the command line: cmd/portbook runs it.
package cli

import (
	"fmt"
	"io"
	"regexp"
)

// packages matches the names of the packages with which their errors begin.
var packages = regexp.MustCompile(`^((portbook|catalog|diagram|diff|graphviz|i18n|report|site): )+`)

// message returns the text of an error without the names of packages, which
// say nothing to those who type commands.
func message(err error) string { return packages.ReplaceAllLiteralString(err.Error(), "") }

// Run runs the command line and returns the exit status: 0, or 1 after an error, and where --exit-code asks for it.
func Run(args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	root := newRoot(getenv)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.Execute(); err != nil {
		if err == errDiffer || err == errOpen {
			return 1
		}
		fmt.Fprintf(stderr, "portbook: %s\n", message(err))
		return 1
	}
	return 0
}
