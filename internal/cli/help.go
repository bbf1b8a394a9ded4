package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/internal/text/wrap"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// placeholder is the annotation of a flag whose value has another name than in
// other commands.
const placeholder = "placeholder"

// placeholders name the values of flags in help. Others are VALUE, or LIST.
var placeholders = map[string]string{
	"lang": "LANG", "catalog": "DIR", "format": "FORMAT", "output": "FILE", "json": "FIELDS", "jq": "FILTER", "date": "DATE", "as-of": "DATE",
	"between": "A,B", "for": "HOST", "gaps": "FORMAT", "log": "FILE", "log-header": "FIELDS", "listening": "HOST=FILE", "time-zone": "ZONE", "until": "TIME", "port": "PORTS", "title": "TEXT", "encoding": "NAME", "site": "FILE", "since": "FILE", "report": "FILE", "url": "URL",
	"data": "DIR", "document": "ID", "document-lang": "LANG", "vendor": "NAME", "product": "PRODUCT", "component": "COMPONENT",
	"around": "ENDPOINT", "from": "ENDPOINT", "to": "ENDPOINT", "involving": "ENDPOINT", "host": "A+B", "columns": "COLUMNS", "field": "HEADING=FIELD",
}

// helper writes the help of a command.
type helper struct {
	*app
	w     io.Writer
	width int
}

// help writes the help of a command, in place of that of cobra, which is in
// English.
func (a *app) help(cmd *cobra.Command, _ []string) {
	h := helper{a, cmd.OutOrStdout(), usualWidth}
	if a.screen.width > 0 {
		h.width = min(a.screen.width, 120) // longer lines are hard to read
	}
	h.paragraph(cmp.Or(cmd.Long, cmd.Short))
	h.usage(cmd)
	h.commands(cmd)
	h.flags(phrase.UsageFlags, cmd.LocalNonPersistentFlags())
	h.fields(cmd)
	h.flags(phrase.UsageCommon, cmd.Root().PersistentFlags())
	if cmd.HasAvailableSubCommands() {
		h.paragraph("\n" + h.say(phrase.UsageMore))
	}
}

// paragraph writes texts that line breaks separate, each as a paragraph; lines
// that are indented stay together.
func (h helper) paragraph(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		if line == "" {
			fmt.Fprintln(h.w)
			continue
		}
		for _, part := range wrap.Fill(line[len(indent):], h.width-len(indent), 1) {
			fmt.Fprintln(h.w, indent+part)
		}
	}
}

func (h helper) heading(p phrase.Phrase, pairs ...string) {
	fmt.Fprintln(h.w)
	for _, line := range wrap.Fill(h.words.Fill(p, pairs...), h.width, 1) {
		fmt.Fprintln(h.w, h.screen.bold(line))
	}
}

func (h helper) usage(cmd *cobra.Command) {
	h.heading(phrase.UsageUsage)
	for _, line := range h.useLines(cmd) {
		fmt.Fprintf(h.w, "  %s\n", line)
	}
	if cmd.Example != "" {
		h.heading(phrase.UsageExamples)
		fmt.Fprintln(h.w, cmd.Example)
	}
}

// useLines returns the forms of a command: cobra's Use holds them, separated by
// bars.
func (a *app) useLines(cmd *cobra.Command) []string {
	parent := ""
	if cmd.HasParent() {
		parent = cmd.Parent().CommandPath() + " "
	}
	var lines []string
	for use := range strings.SplitSeq(cmd.Use, " | ") {
		if cmd.HasAvailableSubCommands() {
			use += " " + a.say(phrase.UsageCommand)
		}
		lines = append(lines, parent+use+" "+a.say(phrase.UsageOptions))
	}
	return lines
}

func (h helper) commands(cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	h.heading(phrase.UsageCommands)
	var rows [][2]string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			rows = append(rows, [2]string{c.Name(), c.Short})
		}
	}
	h.definitions(rows, 14)
}

func (h helper) flags(title phrase.Phrase, flags *pflag.FlagSet) {
	var rows [][2]string
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		text := f.Usage
		if f.DefValue != "" && f.DefValue != "[]" && f.DefValue != "false" {
			text += " " + h.words.Fill(phrase.UsageDefault, "value", f.DefValue)
		}
		rows = append(rows, [2]string{flagForm(f), text})
	})
	if len(rows) > 0 {
		h.heading(title)
		h.definitions(rows, 30)
	}
}

// flagForm returns a flag as users type it.
func flagForm(f *pflag.Flag) string {
	s := "    --" + f.Name
	if f.Shorthand != "" {
		s = "-" + f.Shorthand + ", --" + f.Name
	}
	value := placeholderOf(f)
	switch {
	case value == "":
		return s
	case f.NoOptDefVal != "":
		return s + "[=" + value + "]"
	}
	return s + " " + value
}

func placeholderOf(f *pflag.Flag) string {
	if own := f.Annotations[placeholder]; own != nil {
		return own[0]
	}
	switch f.Value.Type() {
	case "bool":
		return ""
	case "stringSlice", "stringArray":
		return cmp.Or(placeholders[f.Name], "LIST")
	}
	return cmp.Or(placeholders[f.Name], "VALUE")
}

// fields lists the fields of --json.
func (h helper) fields(cmd *cobra.Command) {
	for _, r := range h.records[cmd] {
		if r.flags == "" {
			h.heading(phrase.UsageFields)
		} else {
			h.heading(phrase.UsageFieldsOf, "flags", r.flags)
		}
		for _, line := range wrap.Fill(strings.Join(r.fields, ", "), h.width-2, 1) {
			fmt.Fprintln(h.w, "  "+line)
		}
	}
}

// definitions writes names and what they mean, in two columns. Names that do not
// fit have a line of their own.
func (h helper) definitions(rows [][2]string, column int) {
	column = min(column, h.width*3/8)
	for _, row := range rows {
		head := wrap.Pad("  "+row[0], column, 1)
		if wrap.Columns(head, 1) > column || !strings.HasSuffix(head, "  ") {
			fmt.Fprintln(h.w, strings.TrimRight(head, " "))
			head = strings.Repeat(" ", column)
		}
		for _, line := range wrap.Fill(row[1], h.width-column, 1) {
			fmt.Fprintln(h.w, strings.TrimRight(head+line, " "))
			head = strings.Repeat(" ", column)
		}
	}
}

// paragraphs joins the paragraphs of a help text.
func (a *app) paragraphs(list ...phrase.Phrase) string {
	var texts []string
	for _, p := range list {
		texts = append(texts, a.say(p))
	}
	return strings.Join(texts, "\n\n")
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
		return unknown(phrase.KindCommand, args[0], known)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}

// arguments accepts from least to most arguments; most is -1 for any number.
func (a *app) arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (most < 0 || len(args) <= most) {
			return nil
		}
		n := counted(len(args), phrase.CountArgument, phrase.CountArguments)
		return failure(phrase.ErrorArguments, "n", n, "usage", strings.Join(a.useLines(cmd), ", "))
	}
}

func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: a.say(phrase.HelpHelp),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			found, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []string
			for _, c := range found.Commands() {
				if c.IsAvailableCommand() && strings.HasPrefix(c.Name(), typed) {
					names = append(names, c.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 { // the first name that is not that of a command
				return found.Args(found, rest)
			}
			return found.Help()
		},
	}
}

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "completion SHELL",
		Short:             a.say(phrase.HelpCompletion),
		Long:              a.paragraphs(phrase.HelpCompletion, phrase.AboutCompletion),
		Args:              a.arguments(1, 1),
		ValidArgsFunction: offer(func() []string { return shells }),
		RunE: func(cmd *cobra.Command, args []string) error {
			root, w := cmd.Root(), cmd.OutOrStdout()
			shell, err := choice(phrase.KindShell, args[0], shells)
			if err != nil {
				return err
			}
			switch shell {
			case "bash":
				return root.GenBashCompletionV2(w, true)
			case "zsh":
				return root.GenZshCompletion(w)
			case "fish":
				return root.GenFishCompletion(w, true)
			}
			return root.GenPowerShellCompletionWithDesc(w)
		},
	}
}

// flagNames lists the flags of a command, with their dashes.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	slices.Sort(names)
	return names
}
