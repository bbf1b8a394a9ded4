package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/outfile"
	"github.com/portbook/portbook/internal/text/nearest"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"github.com/portbook/portbook/report/xlsx"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/text/language"
)

// app holds what the commands share: the flags of language and output.
type app struct {
	getenv func(string) string
	lang   string
	format string
	output string
	dirs   []string          // of catalogs, from --catalog
	opened *portbook.Catalog // of dirs; nil until it is needed
}

func newRoot(getenv func(string) string) *cobra.Command {
	a := &app{getenv: getenv}
	root := &cobra.Command{
		Use:           "portbook",
		Short:         "The network flows that documented products need",
		Long:          "portbook knows which network flows documented products need: from which component to which, on which\nprotocol and ports, who opens the connection, whether it can be changed or left out, and where that is written.\n\nThe exit status is 0 when all is well, 1 when a command found differences (parity, diff --exit-code) or\nproblems (validate), and 2 when the arguments or the files that they name cannot be used.",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	group(root)
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().StringVar(&a.lang, "lang", "", "language of texts: "+strings.Join(languageTags(), ", ")+" (default from LC_ALL, LC_MESSAGES or LANG)")
	complete(root, "lang", languageTags)
	root.PersistentFlags().StringArrayVar(&a.dirs, "catalog", nil, "folder of a catalog of your own, over the built-in one (repeat for more, each over those before it; default from PORTBOOK_CATALOG)")
	root.AddCommand(a.reportCommand(), a.flowsCommand(), a.showCommand(), a.lookupCommand(), a.productsCommand(), a.componentsCommand(), a.portsCommand(), a.diagramCommand(), a.diffCommand(), a.parityCommand(), a.planCommand(), versionCommand())
	root.AddCommand(a.validateCommand(), a.initCommand(), a.i18nCommand(), a.draftCommand(), a.verifyCommand())
	return root
}

// group makes a command that only has commands below it print its help, and
// refuse other names.
func group(cmd *cobra.Command) {
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		var known []string
		for _, c := range cmd.Commands() {
			known = append(known, c.Name())
		}
		return unknown("command", args[0], known)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}

// flagError adds the nearest flags to the error of one that is not known.
func flagError(cmd *cobra.Command, err error) error {
	var e *pflag.NotExistError
	if !errors.As(err, &e) || e.GetSpecifiedShortnames() != "" {
		return err
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	near := nearest.Of(e.GetSpecifiedName(), known, 3)
	if len(near) == 0 {
		return fmt.Errorf("unknown flag --%s (see %s --help)", e.GetSpecifiedName(), cmd.CommandPath())
	}
	return fmt.Errorf("unknown flag --%s (nearest: --%s)", e.GetSpecifiedName(), strings.Join(near, ", --"))
}

func languageTags() []string {
	var tags []string
	for _, t := range i18n.Languages() {
		tags = append(tags, t.String())
	}
	return tags
}

// offer makes a completion of the values that begin with what is typed.
func offer(values func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		list := slices.DeleteFunc(slices.Clone(values()), func(s string) bool { return !strings.HasPrefix(s, typed) })
		return list, cobra.ShellCompDirectiveNoFileComp
	}
}

// complete offers values for a flag.
func complete(cmd *cobra.Command, flag string, values func() []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, offer(values))
	if err != nil {
		panic(err) // the flag is defined by the caller
	}
}

// addOutput adds the flags of format and output for commands that write lists.
func (a *app) addOutput(cmd *cobra.Command) { a.addFormats(cmd, report.Formats()) }

// addFormats adds the flags of format and output.
func (a *app) addFormats(cmd *cobra.Command, formats []report.Format) {
	cmd.Flags().StringVar(&a.format, "format", "", "format: "+strings.Join(formatNames(formats), ", ")+" (default from the name of --output, else text)")
	cmd.Flags().StringVarP(&a.output, "output", "o", "", "write to this file instead of standard output (-), as a whole or not at all")
	complete(cmd, "format", func() []string { return formatNames(formats) })
}

// The formats of commands: all of a report, and those of changes.
var (
	allFormats    = []report.Format{report.Text, report.Markdown, html.Format, xlsx.Format, report.CSV, report.JSON}
	changeFormats = []report.Format{report.Text, report.Markdown, html.Format, report.JSON}
)

func formatNames(formats []report.Format) []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.Name())
	}
	return names
}

// options returns the options of a report, checked.
func (a *app) options(formats []report.Format) (report.Options, error) {
	languages, err := a.localizers()
	if err != nil {
		return report.Options{}, err
	}
	format, err := a.chosenFormat(formats)
	if err != nil {
		return report.Options{}, err
	}
	if len(languages) > 1 && format != html.Format {
		return report.Options{}, fmt.Errorf("%d languages for format %q (expected: one; several with --format html)", len(languages), format.Name())
	}
	return report.Options{Languages: languages, Format: format}, nil
}

// chosenFormat returns the format that is asked for, by --format or by the name of the file.
func (a *app) chosenFormat(formats []report.Format) (report.Format, error) {
	if a.format != "" {
		return report.ParseFormat(a.format, formats...)
	}
	if filepath.Ext(a.output) == "" {
		return report.Text, nil
	}
	return report.FormatOfFile(a.output, formats...)
}

// listOptions returns the options of a command that writes a list.
func (a *app) listOptions() (report.Options, error) { return a.options(report.Formats()) }

// localizer reads --lang for a command that writes one language.
func (a *app) localizer() (i18n.Localizer, error) {
	list, err := a.localizers()
	if err != nil {
		return i18n.Localizer{}, err
	}
	if len(list) > 1 {
		return i18n.Localizer{}, fmt.Errorf("%d languages %q (expected: one)", len(list), a.lang)
	}
	return list[0], nil
}

// localizers reads --lang: one language, or several separated by commas, of the program or of the catalog.
func (a *app) localizers() ([]i18n.Localizer, error) {
	if a.lang == "" {
		return []i18n.Localizer{i18n.FromEnvironment(a.getenv)}, nil
	}
	c, err := a.catalog()
	if err != nil {
		return nil, err
	}
	var list []i18n.Localizer
	for _, tag := range strings.Split(a.lang, ",") {
		l, err := localizerFor(c, strings.TrimSpace(tag))
		if err != nil {
			return nil, err
		}
		if !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list, nil
}

// localizerFor returns the localizer for a tag, which must be one of the program's languages or of the catalog's.
func localizerFor(c *portbook.Catalog, tag string) (i18n.Localizer, error) {
	known := i18n.Languages()
	for _, t := range i18n.TextLanguages(c) {
		if !slices.Contains(known, t) {
			known = append(known, t)
		}
	}
	t, err := language.Parse(tag)
	if err == nil {
		if _, _, confidence := language.NewMatcher(known).Match(t); confidence >= language.High {
			return i18n.For(c, t), nil
		}
	}
	return i18n.Localizer{}, &i18n.LanguageError{Tag: tag, Known: known}
}

// emit calls write with --output, or with standard output for - and without
// one: see [outfile.Write].
func (a *app) emit(cmd *cobra.Command, write func(io.Writer) error) error {
	if a.output == "" || a.output == "-" {
		b := bufio.NewWriter(cmd.OutOrStdout())
		if err := write(b); err != nil {
			return err
		}
		return b.Flush()
	}
	return outfile.Write(a.output, write)
}
