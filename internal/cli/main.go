// Package cli is the command line: cmd/portbook runs it.
package cli

import (
	"errors"
	"fmt"
	"io"
	"regexp"
)

// packages matches the names of the packages with which their errors begin.
var packages = regexp.MustCompile(`^((portbook|catalog|diagram|diff|graphviz|i18n|report|site): )+`)

// message returns the text of an error without the names of packages, which
// say nothing to those who type commands.
func message(err error) string { return packages.ReplaceAllLiteralString(err.Error(), "") }

// The exit statuses of all commands.
const (
	statusFine     = 0
	statusFindings = 1 // differences, problems of validate, open questions with --strict
	statusError    = 2 // the arguments or what they name cannot be used
)

// findings is the error of a command that did its work and found something.
// It holds what to print on standard error; when it is empty, the output of
// the command is enough.
type findings string

func (f findings) Error() string { return string(f) }

// Run runs the command line and returns the exit status.
func Run(args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	root := newRoot(getenv)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.Execute()
	if err == nil {
		return statusFine
	}
	if text := message(err); text != "" {
		fmt.Fprintf(stderr, "portbook: %s\n", text)
	}
	if found := findings(""); errors.As(err, &found) {
		return statusFindings
	}
	return statusError
}
