package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: a.say(phrase.HelpVersion),
		Args:  a.arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			program := "(devel)"
			if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
				program = info.Main.Version
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "portbook %s\ndata %s\n%s %s/%s\n", program, portbook.DataVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
