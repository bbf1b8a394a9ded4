// Package cli is the command line: cmd/portbook runs it.
package cli

import (
	"fmt"
	"io"
	"regexp"
)

// packages matches the names of the packages with which their errors begin.
var packages = regexp.MustCompile(`^((portbook|catalog|diagram|diff|firewall|graphviz|i18n|report|site): )+`)

// message returns the text of an error without the names of packages, which
// say nothing to those who type commands.
func message(err error) string { return packages.ReplaceAllLiteralString(err.Error(), "") }

// Run runs the command line and returns the exit status: 0; 1 after an error,
// for differences that verify finds, and where --exit-code asks for it; or 2
// where verify cannot read a document.
func Run(args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	root := newRoot(getenv)
	root.SetArgs(bareBetween(args))
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.Execute(); err != nil {
		if err == errDiffer || err == errOpen || err == errGaps {
			return 1
		}
		if err == errUnreadable {
			return statusUnreadable
		}
		fmt.Fprintf(stderr, "portbook: %s\n", message(err))
		return 1
	}
	return 0
}
