// Command gen compiles the source data (data/ and i18n/) into the typed
// constants and static tables of the packages.
//
//	go run ./gen                  write what is generated
//	go run ./gen --check          write nothing; exit 1 and name every file that is stale
//	go run ./gen coverage         say how well each document is covered
//
// It works offline, prints the same bytes from run to run whatever the order of
// the entries in the data, and writes only when all of the data is valid. Bad
// data is reported with file, line and entry, all problems at once.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// errStatus is an error that was told already, and ends the program with a status of its own.
type errStatus int

func (e errStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run runs the command line and returns the exit status: 0, or 1 for stale files and errors.
func run(args []string, stdout, stderr io.Writer) int {
	args = slices.Clone(args)
	if i := slices.Index(args, "-check"); i >= 0 { // as other Go generators have it
		args[i] = "--check"
	}
	root := newCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.Execute()
	var status errStatus
	switch {
	case errors.As(err, &status):
		return int(status)
	case err != nil:
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

func newCommand() *cobra.Command {
	var root string
	var check bool
	cmd := &cobra.Command{
		Use:           "gen",
		Short:         "Compile the source data",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return generateFiles(root, check, cmd.ErrOrStderr()) },
	}
	cmd.PersistentFlags().StringVar(&root, "root", ".", "root folder of the repository")
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; exit 1 and name every file that is stale")
	cmd.AddCommand(coverageCommand(&root))
	return cmd
}

func coverageCommand(root *string) *cobra.Command {
	return &cobra.Command{
		Use:   "coverage",
		Short: "Say how well each document is covered",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, t, err := compile(os.DirFS(*root))
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(coverage(t))
			return err
		},
	}
}
