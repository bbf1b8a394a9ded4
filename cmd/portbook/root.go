package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

// app holds what the commands share: the flags of language and output.
type app struct {
	getenv func(string) string
	lang   string
	format string
	output string
}

func newRoot(getenv func(string) string) *cobra.Command {
	a := &app{getenv: getenv}
	root := &cobra.Command{
		Use:           "portbook",
		Short:         "The network flows that documented products need",
		Long:          "portbook knows which network flows documented products need: from which component to which, on which\nprotocol and ports, who opens the connection, whether it can be changed or left out, and where that is written.",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&a.lang, "lang", "", "language of texts: "+strings.Join(languageTags(), ", ")+" (default from LC_ALL, LC_MESSAGES or LANG)")
	complete(root, "lang", languageTags)
	root.AddCommand(a.reportCommand(), a.flowsCommand(), a.showCommand(), a.lookupCommand(), a.productsCommand(), a.componentsCommand(), a.portsCommand(), a.diagramCommand(), versionCommand())
	return root
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

// addOutput adds the flags of format and output.
func (a *app) addOutput(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.format, "format", string(report.Text), "format: "+strings.Join(formats(), ", ")+" (default from the name of --output, else text)")
	cmd.Flags().Lookup("format").DefValue = "" // the usage line says it
	cmd.Flags().StringVarP(&a.output, "output", "o", "", "write to this file, as a whole or not at all, instead of standard output")
	complete(cmd, "format", formats)
}

func formats() []string {
	var list []string
	for _, f := range report.Formats() {
		list = append(list, string(f))
	}
	return list
}

// extensions tells the format of a file by its name.
var extensions = map[string]report.Format{".md": report.Markdown, ".csv": report.CSV, ".json": report.JSON, ".txt": report.Text}

// options returns the options of a report, checked.
func (a *app) options(cmd *cobra.Command) (report.Options, error) {
	l, err := a.localizer()
	if err != nil {
		return report.Options{}, err
	}
	format := report.Format(a.format)
	if byName, ok := extensions[strings.ToLower(filepath.Ext(a.output))]; ok && !cmd.Flags().Changed("format") {
		format = byName
	}
	if !slices.Contains(report.Formats(), format) {
		return report.Options{}, fmt.Errorf("unknown format %q (accepted: %s)", a.format, strings.Join(formats(), ", "))
	}
	return report.Options{Localizer: l, Format: format}, nil
}

func (a *app) localizer() (i18n.Localizer, error) {
	if a.lang == "" {
		return i18n.FromEnvironment(a.getenv), nil
	}
	return i18n.Parse(a.lang)
}

// emit calls write and sends what it wrote to --output or to standard output. A file is replaced only when all of it could
// be written.
func (a *app) emit(cmd *cobra.Command, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if a.output == "" {
		_, err := cmd.OutOrStdout().Write(b.Bytes())
		return err
	}
	if err := replaceFile(a.output, b.Bytes()); err != nil {
		return fmt.Errorf("cannot write %s: %w", a.output, err)
	}
	return nil
}

// replaceFile gives a file its new content as a whole, or leaves it as it is.
func replaceFile(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails when all went well
	if _, err = f.Write(content); err == nil {
		err = f.Chmod(0o644)
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
