package cli

import (
	"io"
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

// reportFlags are the flags of the commands that print flows.
type reportFlags struct {
	selection
	columns   []string
	groupBy   string
	view      string
	hosts     []string
	title     string
	date      string
	encoding  string
	ambiguous bool
}

// addListFlags adds the flags that lists and reports share.
func (r *reportFlags) addListFlags(a *app, cmd *cobra.Command) {
	r.selection.addFlags(a, cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&r.columns, "columns", nil, a.say(phrase.FlagColumns, "values", listed(report.Columns(report.ViewFlows))))
	flags.StringVar(&r.encoding, "encoding", "", a.say(phrase.FlagEncoding, "values", listed(report.Encodings())))
	flags.BoolVar(&r.ambiguous, "wide-ambiguous", false, a.say(phrase.FlagWideAmbiguous))
	complete(cmd, "columns", func() []string { return ids(report.Columns(report.View(r.view))) })
	complete(cmd, "encoding", func() []string { return ids(report.Encodings()) })
}

// addReportFlags adds the flags that only reports have.
func (r *reportFlags) addReportFlags(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&r.groupBy, "group-by", "", a.say(phrase.FlagGroupBy, "values", listed(report.Groupings(report.ViewFlows))))
	flags.StringVar(&r.view, "view", "", a.say(phrase.FlagView))
	flags.StringSliceVar(&r.hosts, "host", nil, a.say(phrase.FlagHost))
	flags.StringVar(&r.title, "title", "", a.say(phrase.FlagTitle))
	flags.StringVar(&r.date, "date", "", a.say(phrase.FlagDate))
	complete(cmd, "group-by", func() []string { return ids(report.Groupings(report.View(r.view))) })
	complete(cmd, "view", func() []string { return ids(report.Views()) })
	complete(cmd, "host", a.offering(componentIDs))
}

// vocabulary adds what the flags choose of fixed values to options.
func (r *reportFlags) vocabulary(o *report.Options) (err error) {
	o.View = report.ViewFlows
	if r.view != "" {
		if o.View, err = choice(phrase.KindView, r.view, report.Views()); err != nil {
			return err
		}
	}
	if r.groupBy != "" {
		if o.GroupBy, err = choice(phrase.KindGrouping, r.groupBy, report.Groupings(o.View)); err != nil {
			return err
		}
	}
	if r.encoding != "" {
		if o.Encoding, err = encodingNamed(r.encoding, report.Encodings()); err != nil {
			return err
		}
	}
	o.Columns, err = choices(phrase.KindColumn, r.columns, report.Columns(o.View))
	return err
}

// encodingNames are names that programs in Japan use.
var encodingNames = map[string]report.Encoding{
	"cp932": report.ShiftJIS, "ms932": report.ShiftJIS, "windows-31j": report.ShiftJIS, "sjis": report.ShiftJIS, "shift-jis": report.ShiftJIS,
	"utf8": report.UTF8,
}

// encodingNamed reads the name of an encoding of CSV.
func encodingNamed(name string, known []report.Encoding) (report.Encoding, error) {
	if e, ok := encodingNames[strings.ToLower(name)]; ok && slices.Contains(known, e) {
		return e, nil
	}
	return choice(phrase.KindEncoding, name, known)
}

// options adds the flags to the shared options.
func (r *reportFlags) options(c *portbook.Catalog, o report.Options) (report.Options, error) {
	if err := r.vocabulary(&o); err != nil {
		return o, err
	}
	o.Title = r.title
	if r.ambiguous {
		o.AmbiguousWidth = 2
	}
	if r.encoding != "" && o.Format != report.CSV {
		return o, failure(phrase.ErrorEncodingFormat, "encoding", r.encoding, "format", o.Format.Name())
	}
	if len(r.hosts) > 0 && o.View == report.ViewFlows {
		return o, failure(phrase.ErrorHostView, "host", r.hosts[0])
	}
	var err error
	if o.Date, err = parseDate(r.date); err != nil {
		return o, err
	}
	for _, h := range r.hosts {
		var components []portbook.Component
		for _, name := range strings.Split(h, "+") {
			x, err := component(c, name)
			if err != nil {
				return o, err
			}
			components = append(components, x)
		}
		o.Hosts = append(o.Hosts, components)
	}
	return o, nil
}

// parseDate reads --date; the zero time stands for none.
func parseDate(s string) (time.Time, error) {
	switch s {
	case "":
		return time.Time{}, nil
	case "today":
		return time.Now(), nil
	}
	date, err := time.Parse("2006-01-02", s)
	if err != nil {
		return time.Time{}, failure(phrase.ErrorDate, "date", quoted(s))
	}
	return date, nil
}

func (a *app) reportCommand() *cobra.Command {
	flags := &reportFlags{}
	cmd := a.flowsPrinter(flags, allFormats, report.Write)
	cmd.Use = "report"
	cmd.Short = a.say(phrase.HelpReport)
	cmd.Long = a.paragraphs(phrase.HelpReport, phrase.AboutReport, phrase.AboutReportRelation, phrase.AboutSelection, phrase.AboutJSON)
	cmd.Example = `  portbook report --lang ja,en --output report.html
  portbook report --product itms --lang ja --date today --output itms.xlsx
  portbook report --between itms/symantec-management-agent,itms/package-server
  portbook report --product itms --view ports
  portbook report --view collisions --host itms/notification-server+apex-central/server`
	flags.addReportFlags(a, cmd)
	a.addJSON(cmd, flowRecords("", "flows"), hostRecords)
	return cmd
}

func (a *app) flowsCommand() *cobra.Command {
	cmd := a.flowsPrinter(&reportFlags{}, report.Formats(), report.WriteList)
	cmd.Use = "flows"
	cmd.Short = a.say(phrase.HelpFlows)
	cmd.Long = a.paragraphs(phrase.HelpFlows, phrase.AboutSelection, phrase.AboutJSON)
	cmd.Example = `  portbook flows --from itms/package-server --requirement required
  portbook flows --between scanmail,apex-central
  portbook flows --involving "Apex Central" --json id,ports,from
  portbook flows --product scanmail --jq ".[].id"`
	a.addJSON(cmd, flowRecords(""))
	return cmd
}

// flowsPrinter makes a command that prints the flows that its flags choose.
func (a *app) flowsPrinter(flags *reportFlags, formats []report.Format, write func(io.Writer, portbook.FlowSet, report.Options) error) *cobra.Command {
	cmd := &cobra.Command{
		Args: a.arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.catalog()
			if err != nil {
				return err
			}
			o, err := a.options(formats)
			if err == nil {
				o, err = flags.options(c, o)
			}
			if err != nil {
				return err
			}
			flows, err := flags.flows(c)
			if err != nil {
				return err
			}
			if o.View != report.ViewFlows {
				a.chosen = hostRecords
			}
			a.fit(&o)
			meter := a.newMeter()
			o.Progress, o.Draw = meter.show, svg.Draw
			err = a.emitText(cmd, o, func(w io.Writer) error { return write(w, flows, o) })
			meter.clear()
			return err
		},
	}
	flags.addListFlags(a, cmd)
	a.addFormats(cmd, formats)
	return cmd
}

// narrow is the width below which a terminal has no room for all columns of
// flows, and veryNarrow that below which it has none for their ids.
const (
	narrow     = 120
	veryNarrow = 60
)

// fit chooses the columns of flows that a terminal has room for, and says which
// ones are left out.
func (a *app) fit(o *report.Options) {
	if o.Width == 0 || o.Width >= narrow || o.Format != report.Text || o.View != report.ViewFlows || len(o.Columns) > 0 {
		return
	}
	o.Columns = []report.Column{report.ColumnID, report.ColumnSource, report.ColumnDestination, report.ColumnProtocol, report.ColumnPorts, report.ColumnRequirement}
	left := []report.Column{report.ColumnPurpose}
	if o.Width < veryNarrow {
		o.Columns = o.Columns[1:5]
		left = []report.Column{report.ColumnID, report.ColumnRequirement, report.ColumnPurpose}
	}
	io.WriteString(a.stderr, a.say(phrase.SayColumns, "columns", listed(left))+"\n")
}
