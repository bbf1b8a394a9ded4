// Package cli is the command line: cmd/portbook runs it.
package cli

import (
	"errors"
	"fmt"
	"io"
)

// The exit statuses of all commands.
const (
	statusFine     = 0
	statusFindings = 1 // differences, problems of validate, open questions with --strict
	statusError    = 2 // the arguments or what they name cannot be used
)

// Run runs the command line and returns the exit status.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	return RunWith(nil, args, stdin, stdout, stderr, getenv)
}

// RunWith is Run with an engine for the logs of audit; nil for this process.
func RunWith(e Engine, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	a := newApp(args, stdin, stdout, stderr, getenv)
	a.engine = e
	root := a.rootCommand()
	root.SetArgs(bareBetween(args))
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.Execute()
	if err == nil {
		return statusFine
	}
	if text := wording(err, a.words); text != "" {
		fmt.Fprintf(stderr, "portbook: %s\n", text)
	}
	if found := (findings{}); errors.As(err, &found) {
		return statusFindings
	}
	return statusError
}
