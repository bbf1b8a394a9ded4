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
			info, _ := debug.ReadBuildInfo()
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "portbook %s\ndata %s\n%s %s/%s\n", programVersion(info), portbook.DataVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// programVersion returns the version of the module, which go install records;
// then the revision of a checkout, which go build does, and "modified" where its
// files were changed. A program of neither is "(devel)".
func programVersion(info *debug.BuildInfo) string {
	if info == nil || info.Main.Version == "" {
		return "(devel)"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	version := info.Main.Version
	if revision := settings["vcs.revision"]; revision != "" {
		version += " " + revision
		if settings["vcs.modified"] == "true" {
			version += " modified"
		}
	}
	return version
}
