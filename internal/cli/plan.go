package cli

import (
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/cli/phrase"
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
		Short: a.say(phrase.HelpPlan),
		Long:  a.paragraphs(phrase.HelpPlan, phrase.AboutPlan, phrase.AboutPlanFormats, phrase.AboutPlanStatus, phrase.AboutJSON),
		Example: "  portbook init --site tokyo.yaml --product apex-central,scanmail\n" +
			"  portbook plan tokyo.yaml\n" +
			"  portbook plan tokyo.yaml --questions --strict\n" +
			"  portbook plan tokyo.yaml --lang ja --date today --output form.xlsx\n" +
			"  portbook plan tokyo.yaml --since before.json",
		Args: a.arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.plan(cmd, flags, args[0]) },
	}
	f := cmd.Flags()
	f.BoolVar(&flags.questions, "questions", false, a.say(phrase.FlagQuestions))
	f.BoolVar(&flags.strict, "strict", false, a.say(phrase.FlagStrict))
	f.StringVar(&flags.since, "since", "", a.say(phrase.FlagSince))
	f.StringVar(&flags.title, "title", "", a.say(phrase.FlagTitle))
	f.StringVar(&flags.date, "date", "", a.say(phrase.FlagDate))
	f.StringVar(&flags.asOf, "as-of", "today", a.say(phrase.FlagAsOf))
	f.StringVar(&flags.encoding, "encoding", "", a.say(phrase.FlagEncoding, "values", listed(planEncodings)))
	f.BoolVar(&flags.ambiguous, "wide-ambiguous", false, a.say(phrase.FlagWideAmbiguous))
	complete(cmd, "encoding", func() []string { return ids(planEncodings) })
	a.addFormats(cmd, allFormats)
	a.addJSON(cmd, needRecords, questionRecords, changeRecords("--since"))
	return cmd
}

// planEncodings are the encodings of CSV that a plan has.
var planEncodings = []report.Encoding{report.UTF8BOM, report.UTF8}

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
	if flags.questions {
		a.chosen = questionRecords
	}
	if flags.since != "" {
		err = a.planChanges(cmd, s, flags.since, o)
	} else {
		err = a.emitText(cmd, o, func(w io.Writer) error {
			return report.WritePlan(w, s.Plan(), report.PlanOptions{Options: o, QuestionsOnly: flags.questions})
		})
	}
	if err == nil && open && flags.strict {
		return findings{} // the questions are the message
	}
	return err
}

// options adds the flags to the shared options.
func (x *planFlags) options(o report.Options) (report.Options, error) {
	switch {
	case x.since != "" && x.questions:
		return o, failure(phrase.ErrorSince)
	case x.encoding != "" && o.Format != report.CSV:
		return o, failure(phrase.ErrorEncodingFormat, "encoding", x.encoding, "format", o.Format.Name())
	}
	var err error
	o.Title = x.title
	if x.encoding != "" {
		if o.Encoding, err = encodingNamed(x.encoding, planEncodings); err != nil {
			return o, err
		}
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
	old, err := a.openSnapshot(base, since)
	if err != nil {
		return err
	}
	changes := s.Concerned(compare(old, diff.SnapshotOf(s.Catalog()), o.Languages[0]))
	a.chosen = changeRecords("--since")
	return a.emitText(cmd, o, func(w io.Writer) error { return report.WriteChanges(w, changes, o) })
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
	return a.loadSite(file, c, day)
}

func (a *app) loadSite(file string, c *portbook.Catalog, day time.Time) (*site.Site, error) {
	if file != standard {
		if _, err := os.Stat(file); err != nil {
			return nil, failure(phrase.ErrorCannotReadExpected, "name", file, "error", cause(err), "expected", phrase.ErrorInput)
		}
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	root := filepath.VolumeName(absolute) + string(filepath.Separator)
	name := filepath.ToSlash(strings.TrimPrefix(absolute, root))
	fsys := os.DirFS(root)
	if file == standard {
		if fsys, err = a.overlay(fsys, name); err != nil {
			return nil, err
		}
	}
	a.source = SiteSource{FS: fsys, Name: name, AsOf: day}
	s, err := sitefile.Load(fsys, name, c, sitefile.AsOf(day), sitefile.Named(file))
	var e *sitefile.Error
	if !errors.As(err, &e) {
		return s, err
	}
	var problems []problemRecord
	for _, p := range e.Problems() {
		problems = append(problems, problemRecord{"", shownName(file, name, p.File), p.Line, p.Entry, p.Message})
	}
	return nil, problemList(phrase.ErrorProblems, file, len(problems)+e.More(), problemLines(problems))
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
