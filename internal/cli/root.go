package cli

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/outfile"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"github.com/portbook/portbook/report/sarif"
	"github.com/portbook/portbook/report/xlsx"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/text/language"
)

// app holds what the commands share: the world of the program, and the flags of
// language and output.
type app struct {
	getenv   func(string) string
	stdin    io.Reader // nil once it is read
	stderr   io.Writer
	words    phrase.Words   // of help, messages and errors
	language i18n.Localizer // of words
	screen   screen

	lang   string
	format string
	output string
	fields []string // of --json
	filter string   // of --jq
	dirs   []string // of catalogs, from --catalog

	records map[*cobra.Command][]records // of those with --json
	chosen  records                      // of the command that runs
	opened  *portbook.Catalog            // of dirs; nil until it is needed
	engine  Engine                       // that counts logs; nil for this process
	source  SiteSource                   // of the site that was loaded last
	stdout  func() io.Writer
}

func newApp(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) *app {
	language := speaks(args, getenv)
	return &app{
		getenv: getenv, stdin: stdin, stderr: stderr, words: phrase.In(language), language: language, screen: screenOf(stdout, getenv),
		records: map[*cobra.Command][]records{},
	}
}

// speaks returns the language of help, messages and errors: that of --lang,
// which is needed before flags are read, or of the environment.
func speaks(args []string, getenv func(string) string) i18n.Localizer {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.SetOutput(io.Discard)
	lang := flags.String("lang", "", "")
	flags.BoolP("help", "h", false, "")
	flags.Parse(args) // errors are found again when all flags are known
	first, _, _ := strings.Cut(*lang, ",")
	if l, err := i18n.Parse(strings.TrimSpace(first)); err == nil {
		return l
	}
	return i18n.FromEnvironment(getenv)
}

// say returns a phrase in the language of the reader.
func (a *app) say(p phrase.Phrase, pairs ...string) string { return a.words.Fill(p, pairs...) }

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:               "portbook",
		Short:             a.say(phrase.HelpPortbook),
		Long:              a.paragraphs(phrase.AboutPortbook, phrase.AboutLanguage, phrase.AboutStatus),
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	a.stdout = root.OutOrStdout
	group(root)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(a.help)
	root.SetHelpCommand(a.helpCommand())
	root.PersistentFlags().BoolP("help", "h", false, a.say(phrase.FlagHelp))
	root.PersistentFlags().StringVar(&a.lang, "lang", "", a.say(phrase.FlagLang, "values", strings.Join(languageTags(), ", ")))
	complete(root, "lang", languageTags)
	root.PersistentFlags().StringArrayVar(&a.dirs, "catalog", nil, a.say(phrase.FlagCatalog))
	root.AddCommand(a.reportCommand(), a.flowsCommand(), a.showCommand(), a.lookupCommand(), a.productsCommand(), a.componentsCommand(), a.portsCommand(), a.diagramCommand(), a.diffCommand(), a.parityCommand(), a.planCommand(), a.rulesCommand(), a.auditCommand(), a.versionCommand())
	root.AddCommand(a.validateCommand(), a.initCommand(), a.i18nCommand(), a.draftCommand(), a.verifyCommand(), a.completionCommand())
	return root
}

func languageTags() []string { return tagNames(i18n.Languages()) }

// addOutput adds the flags of format and output for commands that write lists.
func (a *app) addOutput(cmd *cobra.Command) { a.addFormats(cmd, listFormats) }

// addFormats adds the flags of format and output.
func (a *app) addFormats(cmd *cobra.Command, formats []report.Format) {
	names := formatNames(formats)
	cmd.Flags().StringVar(&a.format, "format", "", a.say(phrase.FlagFormat, "values", strings.Join(names, ", "), "default", names[0]))
	cmd.Flags().StringVarP(&a.output, "output", "o", "", a.say(phrase.FlagOutput))
	complete(cmd, "format", func() []string { return names })
}

// The formats of commands: all of a report, those of changes, and those of
// lists of other things than flows.
var (
	allFormats    = []report.Format{report.Text, report.Markdown, html.Format, xlsx.Format, report.CSV, report.CSVRows, report.JSON}
	changeFormats = []report.Format{report.Text, report.Markdown, html.Format, report.JSON}
	listFormats   = []report.Format{report.Text, report.Markdown, report.CSV, report.JSON}
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
	if len(languages) > 1 && !isMultilingual(format) {
		several := slices.DeleteFunc(slices.Clone(formats), func(f report.Format) bool { return !isMultilingual(f) })
		if len(several) == 0 {
			return report.Options{}, failure(phrase.ErrorOneLanguage, "n", len(languages), "languages", quoted(a.lang))
		}
		return report.Options{}, failure(phrase.ErrorLanguages, "n", len(languages), "format", quoted(format.Name()), "formats", listed(formatNames(several)))
	}
	o := report.Options{Languages: languages, Format: format, Encoding: a.encoding()}
	if a.onScreen() {
		o.Width, o.Emphasis = a.screen.width, a.screen.emphasis
	}
	return o, nil
}

// isMultilingual reports whether a report of a format can have several
// languages.
func isMultilingual(f report.Format) bool {
	return f == html.Format || f == xlsx.Format || f == sarif.Format
}

// encoding returns the encoding of CSV unless another is asked for. A byte order
// mark is for spreadsheets, which open files; programs read pipes.
func (a *app) encoding() report.Encoding {
	var info os.FileInfo
	var err error
	if a.output != "" && a.output != "-" {
		info, err = os.Stat(a.output)
	} else if f, ok := a.stdout().(*os.File); ok {
		info, err = f.Stat()
	} else {
		return report.UTF8
	}
	if err == nil && !info.Mode().IsRegular() {
		return report.UTF8
	}
	return report.UTF8BOM
}

// chosenFormat returns the format that is asked for: by --json and --jq, by
// --format, or by the name of the file.
func (a *app) chosenFormat(formats []report.Format) (report.Format, error) {
	names := formatNames(formats)
	if a.format != "" {
		name, err := choice(phrase.KindFormat, a.format, names)
		if err != nil {
			return nil, err
		}
		if flag, ok := a.choosesJSON(); ok && name != report.JSON.Name() {
			return nil, failure(phrase.ErrorJSONFormat, "flag", flag, "format", name)
		}
		return formats[slices.Index(names, name)], nil
	}
	if _, ok := a.choosesJSON(); ok {
		return report.JSON, nil
	}
	if path.Ext(filepath.ToSlash(a.output)) == "" {
		return formats[0], nil
	}
	format, err := report.FormatOfFile(a.output, formats...)
	if unknown := (*report.OptionError)(nil); errors.As(err, &unknown) {
		return nil, failure(phrase.ErrorFileEnding, "file", quoted(a.output), "known", strings.Join(unknown.Expected, ", "))
	}
	return format, err
}

// listOptions returns the options of a command that writes a list.
func (a *app) listOptions() (report.Options, error) { return a.options(listFormats) }

// localizer reads --lang for a command that writes one language.
func (a *app) localizer() (i18n.Localizer, error) {
	list, err := a.localizers()
	if err != nil {
		return i18n.Localizer{}, err
	}
	if len(list) > 1 {
		return i18n.Localizer{}, failure(phrase.ErrorOneLanguage, "n", len(list), "languages", quoted(a.lang))
	}
	return list[0], nil
}

// localizers reads --lang: one language, or several separated by commas, of the
// program or of the catalog.
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

// localizerFor returns the localizer for a tag, which must be one of the
// program's languages or of the catalog's.
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
	return i18n.Localizer{}, failure(phrase.ErrorNoTexts, "name", quoted(tag), "known", strings.Join(tagNames(known), ", "))
}

// onScreen reports whether the output goes to a terminal.
func (a *app) onScreen() bool { return a.screen.width > 0 && a.toStandardOutput() }

func (a *app) toStandardOutput() bool { return a.output == "" || a.output == "-" }

// emit calls write with --output, or with standard output for - and without
// one: see [outfile.Write].
func (a *app) emit(cmd *cobra.Command, write func(io.Writer) error) error {
	if _, ok := a.choosesJSON(); ok {
		whole := write
		write = func(w io.Writer) error {
			var document bytes.Buffer
			if err := whole(&document); err != nil {
				return err
			}
			return a.project(w, document.Bytes())
		}
	}
	if f := cmd.Flags().Lookup("output"); f != nil && f.Changed && a.output == "" {
		return outfile.Write("", write) // an empty name is refused
	}
	if !a.toStandardOutput() {
		return outfile.Write(a.output, write)
	}
	b := bufio.NewWriter(cmd.OutOrStdout())
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// emitText is emit for a format: text on a terminal is broken at its width.
func (a *app) emitText(cmd *cobra.Command, o report.Options, write func(io.Writer) error) error {
	if o.Width == 0 || o.Format != report.Text {
		return a.emit(cmd, write)
	}
	return a.emit(cmd, func(w io.Writer) error {
		f := &folder{w: w, width: o.Width, ambiguous: max(1, o.AmbiguousWidth)}
		if err := write(f); err != nil {
			return err
		}
		if len(f.line) > 0 {
			return f.flush("")
		}
		return nil
	})
}
