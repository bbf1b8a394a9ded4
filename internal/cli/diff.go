package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

// builtinName stands for the built-in catalog where a command takes the name of one.
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
		Short: "Tell what changed between two versions, and what that means for the firewall",
		Long: `diff compares two versions of a catalog, flow by flow. OLD and NEW are each "` + builtinName + `" for the catalog of this program, a JSON
export (a file that report wrote with --format json), or a directory that holds a catalog. Texts are compared in the
language of an export where there is one, and else in that of --lang.

Each change has the strongest impact that applies:
  open-first  what a required flow needs is not open yet: a new flow, more ports, another source or destination
  review      a person must decide: an optional or conditional flow, another condition, initiator or configurability
  can-close   a flow was removed, or needs less
  text-only   descriptions and sources: the firewall is not concerned

With --exit-code the exit status is 1 when any change that is shown has another impact than text-only, and 0 otherwise.
An error is 2, as in all commands.`,
		Example: "  portbook report --format json --output before.json  # today\n" +
			"  portbook diff before.json builtin                   # after an update of portbook\n" +
			"  portbook diff before.json builtin --lang ja,en --output changes.html\n" +
			"  portbook diff before.json builtin --impact open-first --exit-code",
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: completeSnapshot,
		RunE: func(cmd *cobra.Command, args []string) error {
			differ, err := a.diff(cmd, flags, args[0], args[1])
			if err == nil && differ && flags.exitCode {
				return findings("")
			}
			return err
		},
	}
	flags.add(a, cmd)
	a.addFormats(cmd, changeFormats)
	return cmd
}

func (x *diffFlags) add(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&x.impacts, "impact", nil, "changes with this impact: "+strings.Join(ids(diff.Impacts()), ", ")+alternatives)
	flags.StringSliceVar(&x.products, "product", nil, "changes of flows that documents of this product describe"+alternatives)
	flags.BoolVar(&x.exitCode, "exit-code", false, "exit with status 1 when a change that is shown concerns the firewall")
	flags.StringVar(&x.title, "title", "", "title of the report")
	flags.StringVar(&x.date, "date", "", "date of the report: 2026-04-01, or today (default: none)")
	flags.BoolVar(&x.ambiguous, "wide-ambiguous", false, "align text for terminals that show ambiguous-width characters two columns wide")
	complete(cmd, "impact", func() []string { return ids(diff.Impacts()) })
	complete(cmd, "product", a.offering(productIDs))
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

// diff writes the changes that the flags choose, and reports whether one of them concerns the firewall.
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
	before, err := openSnapshot(base, old)
	if err != nil {
		return false, err
	}
	after, err := openSnapshot(base, new)
	if err != nil {
		return false, err
	}
	changes, err := flags.choose(base, compare(before, after, o.Languages[0]))
	if err != nil {
		return false, err
	}
	meter := newMeter(cmd.ErrOrStderr())
	o.Progress = meter.show
	err = a.emit(cmd, func(w io.Writer) error { return report.WriteChanges(w, changes, o) })
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
	for _, i := range x.impacts {
		if known := ids(diff.Impacts()); !slices.Contains(known, i) {
			return changes, unknown("impact", i, known)
		}
	}
	var asked []string
	for _, name := range x.products {
		p, err := named(base, "product", name, append(productIDs(base), products...))
		if err != nil {
			return changes, err
		}
		asked = append(asked, string(p.(portbook.Product)))
	}
	chosen := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	return changes.Where(func(c diff.Change) bool {
		ofProduct := c.Old != nil && chosen(asked, string(c.Old.Product)) || c.New != nil && chosen(asked, string(c.New.Product))
		return ofProduct && chosen(x.impacts, string(c.Impact))
	}), nil
}

// openSnapshot opens what a name stands for: the built-in catalog, a directory over the base, or a JSON export.
func openSnapshot(base *portbook.Catalog, name string) (diff.Snapshot, error) {
	if name == builtinName {
		return diff.SnapshotOf(portbook.Builtin()), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return diff.Snapshot{}, fmt.Errorf(`%w (expected: a file, a directory, or "%s")`, err, builtinName)
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
		return e, fmt.Errorf("%s: %s", name, message(err))
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
