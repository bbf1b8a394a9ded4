package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

// builtinName is the built-in catalog where a command takes the name of one.
const builtinName = "builtin"

// diffFlags are the flags of the diff command.
type diffFlags struct {
	impacts, products []string
	exitCode          bool
	title, date       string
	ambiguous         bool
}

func (a *app) diffCommand() *cobra.Command {
	flags := &diffFlags{}
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: a.say(phrase.HelpDiff),
		Long:  a.aboutDiff(),
		Example: "  portbook report --format json --output before.json\n" +
			"  portbook diff before.json builtin\n" +
			"  portbook diff before.json builtin --lang ja,en --output changes.html\n" +
			"  portbook diff before.json builtin --impact open-first --exit-code",
		Args:              a.arguments(2, 2),
		ValidArgsFunction: completeSnapshot,
		RunE: func(cmd *cobra.Command, args []string) error {
			differ, err := a.diff(cmd, flags, args[0], args[1])
			if err == nil && differ && flags.exitCode {
				return findings{}
			}
			return err
		},
	}
	flags.add(a, cmd)
	a.addFormats(cmd, changeFormats)
	a.addJSON(cmd, changeRecords(""))
	return cmd
}

// aboutDiff is the help of diff, with what the impacts mean.
func (a *app) aboutDiff() string {
	list := a.say(phrase.AboutDiffImpacts)
	for _, x := range []struct {
		impact diff.Impact
		means  phrase.Phrase
	}{
		{diff.OpenFirst, phrase.ImpactOpenFirst}, {diff.Review, phrase.ImpactReview}, {diff.CanClose, phrase.ImpactCanClose},
		{diff.TextOnly, phrase.ImpactTextOnly},
	} {
		list += fmt.Sprintf("\n  %s: %s", x.impact, a.say(x.means))
	}
	return strings.Join([]string{a.paragraphs(phrase.HelpDiff, phrase.AboutDiff), list, a.paragraphs(phrase.AboutDiffStatus, phrase.AboutJSON)}, "\n\n")
}

func (x *diffFlags) add(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	a.valuesFlag(cmd, &x.impacts, "impact", a.say(phrase.FlagImpact, "values", listed(diff.Impacts()), "alternatives", a.say(phrase.FlagAlternatives)), ids(diff.Impacts()))
	a.listFlag(cmd, &x.products, "product", phrase.FlagProductDiff, a.offering(productIDs))
	flags.BoolVar(&x.exitCode, "exit-code", false, a.say(phrase.FlagExitCode))
	flags.StringVar(&x.title, "title", "", a.say(phrase.FlagTitle))
	flags.StringVar(&x.date, "date", "", a.say(phrase.FlagDate))
	flags.BoolVar(&x.ambiguous, "wide-ambiguous", false, a.say(phrase.FlagWideAmbiguous))
}

// completeSnapshot offers the name of the built-in catalog, and files.
func completeSnapshot(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) >= 2 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if strings.HasPrefix(builtinName, typed) {
		return []string{builtinName}, cobra.ShellCompDirectiveDefault
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// diff writes the changes that the flags choose, and reports whether one of
// them concerns the firewall.
func (a *app) diff(cmd *cobra.Command, flags *diffFlags, old, new string) (differ bool, err error) {
	o, err := a.options(changeFormats)
	if err != nil {
		return false, err
	}
	if o.Date, err = parseDate(flags.date); err != nil {
		return false, err
	}
	o.Title = flags.title
	if flags.ambiguous {
		o.AmbiguousWidth = 2
	}
	base, err := a.catalogWithout([]string{old, new})
	if err != nil {
		return false, err
	}
	before, err := a.openSnapshot(base, old)
	if err != nil {
		return false, err
	}
	after, err := a.openSnapshot(base, new)
	if err != nil {
		return false, err
	}
	changes, err := flags.choose(base, compare(before, after, o.Languages[0]))
	if err != nil {
		return false, err
	}
	meter := a.newMeter()
	o.Progress = meter.show
	err = a.emitText(cmd, o, func(w io.Writer) error { return report.WriteChanges(w, changes, o) })
	meter.clear()
	return len(changes.List) > changes.Count(diff.TextOnly), err
}

// choose returns the changes that --impact and --product select.
func (x *diffFlags) choose(base *portbook.Catalog, changes diff.Changes) (diff.Changes, error) {
	var products []string
	for _, c := range changes.List {
		for _, r := range []*portbook.FlowRecord{c.Old, c.New} {
			if r != nil && !slices.Contains(products, string(r.Product)) {
				products = append(products, string(r.Product))
			}
		}
	}
	slices.Sort(products)
	impacts, err := choices(phrase.KindImpact, x.impacts, diff.Impacts())
	if err != nil {
		return changes, err
	}
	var asked []string
	for _, name := range x.products {
		p, err := named(base, phrase.KindProduct, name, append(productIDs(base), products...))
		if err != nil {
			return changes, err
		}
		asked = append(asked, string(p.(portbook.Product)))
	}
	chosen := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	return changes.Where(func(c diff.Change) bool {
		ofProduct := c.Old != nil && chosen(asked, string(c.Old.Product)) || c.New != nil && chosen(asked, string(c.New.Product))
		return ofProduct && chosen(ids(impacts), string(c.Impact))
	}), nil
}

// openSnapshot opens what a name means: the built-in catalog, a folder over the
// base, or a JSON export.
func (a *app) openSnapshot(base *portbook.Catalog, name string) (diff.Snapshot, error) {
	if name == builtinName {
		return diff.SnapshotOf(portbook.Builtin()), nil
	}
	f, err := a.open(name)
	if err != nil {
		return diff.Snapshot{}, failure(phrase.ErrorCannotReadExpected, "name", name, "error", cause(err), "expected", phrase.ErrorSnapshot)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		c, err := loadFolders(base, []string{name})
		if err != nil {
			return diff.Snapshot{}, err
		}
		return diff.SnapshotOf(c), nil
	}
	e, err := diff.ReadSnapshot(f)
	if err != nil {
		return e, failure(phrase.ErrorIn, "name", name, "error", err)
	}
	if e.Version() == "" {
		e = e.WithVersion(filepath.Base(name))
	}
	return e, nil
}

// compare compares snapshots, those of catalogs in the language of the export
// that they are compared with.
func compare(old, new diff.Snapshot, preferred i18n.Localizer) diff.Changes {
	l := preferred
	for _, export := range []diff.Snapshot{old, new} {
		if known, err := i18n.Parse(export.Language()); err == nil && export.Catalog() == nil {
			l = known
		}
	}
	return diff.Compare(old.In(l.Language().String(), l.Text), new.In(l.Language().String(), l.Text))
}
