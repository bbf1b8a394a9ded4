package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
	"github.com/spf13/cobra"
)

// planFlags are the flags of portbook plan.
type planFlags struct {
	questions, strict, ambiguous       bool
	title, date, asOf, encoding, since string
}

func (a *app) planCommand() *cobra.Command {
	flags := &planFlags{}
	cmd := &cobra.Command{
		Use:   "plan FILE",
		Short: "Show what a site needs, and what is still open",
		Long: `Show which hosts of a site have to reach which others, on which ports and why, and what is still open before that
is known. The site file says who plays which role, and answers what documents leave open: portbook init --site
writes one to fill in.

A workbook is an application form for those who run the firewall. CSV is for people, and csv-rows for programs: a
row for each need, protocol, range of ports and pair of addresses. Where the answers are for older data, the report says so; --since
then lists the changes that concern the site, as portbook diff does.

With --strict the exit status is 1 while any question is open, and 0 otherwise. An error is 1, too, as in all
commands; it says so on standard error.`,
		Example: "  portbook init --site tokyo.yaml --product apex-central,scanmail\n" +
			"  portbook plan tokyo.yaml\n" +
			"  portbook plan tokyo.yaml --questions --strict\n" +
			"  portbook plan tokyo.yaml --lang ja --date today --output form.xlsx\n" +
			"  portbook plan tokyo.yaml --since before.json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.plan(cmd, flags, args[0]) },
	}
	f := cmd.Flags()
	f.BoolVar(&flags.questions, "questions", false, "only what is open")
	f.BoolVar(&flags.strict, "strict", false, "exit with status 1 while a question is open")
	f.StringVar(&flags.since, "since", "", "changes of the data that concern the site, since this version: a file or folder as of portbook diff")
	f.StringVar(&flags.title, "title", "", "title of the report")
	f.StringVar(&flags.date, "date", "", "date of the report: 2026-04-01, or today (default: none)")
	f.StringVar(&flags.asOf, "as-of", "today", "day on which answers must still hold: 2026-04-01, or today")
	f.StringVar(&flags.encoding, "encoding", "", `encoding of CSV: utf-8-bom, utf-8 (default "utf-8-bom" in files, "utf-8" elsewhere)`)
	f.BoolVar(&flags.ambiguous, "wide-ambiguous", false, "align text for terminals that show ambiguous-width characters two columns wide")
	complete(cmd, "encoding", func() []string { return []string{string(report.UTF8BOM), string(report.UTF8)} })
	a.addFormats(cmd, allFormats)
	return cmd
}

// plan writes what the flags choose.
func (a *app) plan(cmd *cobra.Command, flags *planFlags, file string) error {
	formats := allFormats
	if flags.since != "" {
		formats = changeFormats
	}
	o, err := a.options(formats)
	if err == nil {
		o, err = flags.options(o)
	}
	if err != nil {
		return err
	}
	s, err := a.site(file, flags.asOf)
	if err != nil {
		return err
	}
	open := len(s.Plan().Questions()) > 0
	if flags.since != "" {
		err = a.planChanges(cmd, s, flags.since, o)
	} else {
		err = a.emit(cmd, func(w io.Writer) error {
			return report.WritePlan(w, s.Plan(), report.PlanOptions{Options: o, QuestionsOnly: flags.questions})
		})
	}
	if err == nil && open && flags.strict {
		return findings("") // the questions are the message
	}
	return err
}

// options adds the flags to the shared options.
func (x *planFlags) options(o report.Options) (report.Options, error) {
	switch {
	case x.since != "" && x.questions:
		return o, errors.New("--since lists changes (expected: no --questions with it)")
	case x.encoding != "" && o.Format != report.CSV:
		return o, fmt.Errorf("--encoding %s is for --format csv, not %s", x.encoding, o.Format.Name())
	}
	var err error
	o.Title = x.title
	if x.encoding != "" {
		o.Encoding = encodingOf(x.encoding)
	}
	if x.ambiguous {
		o.AmbiguousWidth = 2
	}
	o.Date, err = parseDate(x.date)
	return o, err
}

// planChanges writes the changes of the data that concern a site.
func (a *app) planChanges(cmd *cobra.Command, s *site.Site, since string, o report.Options) error {
	base, err := a.catalog()
	if err != nil {
		return err
	}
	old, err := openSnapshot(base, since)
	if err != nil {
		return err
	}
	changes := s.Concerned(compare(old, diff.SnapshotOf(s.Catalog()), o.Languages[0]))
	return a.emit(cmd, func(w io.Writer) error { return report.WriteChanges(w, changes, o) })
}

// site loads a site file. Problems name the files as their user would.
func (a *app) site(file, asOf string) (*site.Site, error) {
	c, err := a.catalog()
	if err != nil {
		return nil, err
	}
	day, err := parseDate(asOf)
	if err != nil {
		return nil, err
	}
	return loadSite(file, c, day)
}

func loadSite(file string, c *portbook.Catalog, day time.Time) (*site.Site, error) {
	absolute, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	root := filepath.VolumeName(absolute) + string(filepath.Separator)
	name := filepath.ToSlash(strings.TrimPrefix(absolute, root))
	s, err := sitefile.Load(os.DirFS(root), name, c, sitefile.AsOf(day))
	var e *sitefile.Error
	if !errors.As(err, &e) {
		return s, err
	}
	lines := []string{count(len(e.Problems())+e.More(), "problem") + " in " + file}
	for _, p := range e.Problems() {
		p.File = shownName(file, name, p.File)
		lines = append(lines, p.String())
	}
	return nil, errors.New(strings.Join(lines, "\n"))
}

// shownName returns the name of a file relative to where the site file is, as
// its user wrote that. All three are paths with slashes but for the first.
func shownName(written, site, name string) string {
	if name == site {
		return written
	}
	up := ""
	for dir := path.Dir(site); ; dir = path.Dir(dir) {
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok || dir == "." {
			if !ok {
				rest = name
			}
			return filepath.Join(filepath.Dir(written), filepath.FromSlash(up+rest))
		}
		up += "../"
	}
}
