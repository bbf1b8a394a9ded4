package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram/svg"
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
	cmd.Flags().StringSliceVar(&r.columns, "columns", nil, "columns of the table in their order, separated by commas (default: those that suit the format)")
	cmd.Flags().StringVar(&r.encoding, "encoding", "", "encoding of CSV: "+strings.Join(ids(report.Encodings()), ", ")+` (default "utf-8-bom" in files, "utf-8" elsewhere)`)
	cmd.Flags().BoolVar(&r.ambiguous, "wide-ambiguous", false, "align text for terminals that show ambiguous-width characters two columns wide")
	complete(cmd, "columns", func() []string { return ids(report.Columns(report.View(r.view))) })
	complete(cmd, "encoding", func() []string { return ids(report.Encodings()) })
}

// addReportFlags adds the flags that only reports have.
func (r *reportFlags) addReportFlags(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&r.groupBy, "group-by", "", "headings: "+strings.Join(ids(report.Groupings(report.ViewFlows)), ", ")+` (default "product")`)
	flags.StringVar(&r.view, "view", "", `rows: flows, ports (what each host listens on, and who needs it), collisions (default "flows")`)
	flags.StringSliceVar(&r.hosts, "host", nil, "components that share a host, joined by + (repeat for more hosts; for --view ports and collisions)")
	flags.StringVar(&r.title, "title", "", "title of the report")
	flags.StringVar(&r.date, "date", "", "date of the report: 2026-04-01, or today (default: none)")
	complete(cmd, "group-by", func() []string { return ids(report.Groupings(report.View(r.view))) })
	complete(cmd, "view", func() []string { return ids(report.Views()) })
	complete(cmd, "host", a.offering(componentIDs))
}

// options adds the flags to the shared options.
func (r *reportFlags) options(c *portbook.Catalog, o report.Options) (report.Options, error) {
	for _, x := range r.columns {
		o.Columns = append(o.Columns, report.Column(x))
	}
	o.GroupBy, o.View, o.Title = report.Grouping(r.groupBy), report.View(r.view), r.title
	if r.encoding != "" {
		o.Encoding = encodingOf(r.encoding)
	}
	if r.ambiguous {
		o.AmbiguousWidth = 2
	}
	if r.encoding != "" && o.Format != report.CSV {
		return o, fmt.Errorf("--encoding %s is for --format csv, not %s", r.encoding, o.Format.Name())
	}
	if len(r.hosts) > 0 && (o.View == "" || o.View == report.ViewFlows) {
		return o, fmt.Errorf("--host %s is for --view ports and --view collisions", r.hosts[0])
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

// encodingOf returns the encoding with a name, in any case, and with those by
// which Windows and Python call Shift_JIS.
func encodingOf(name string) report.Encoding {
	switch name = strings.ToLower(name); name {
	case "cp932", "ms932", "windows-31j", "sjis", "shift-jis":
		return report.ShiftJIS
	}
	return report.Encoding(name)
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
		return time.Time{}, fmt.Errorf("unknown date %q (accepted: a date such as 2026-04-01, or today)", s)
	}
	return date, nil
}

func (a *app) reportCommand() *cobra.Command {
	flags := &reportFlags{}
	cmd := a.flowsPrinter(flags, allFormats, report.Write)
	cmd.Use = "report"
	cmd.Short = "Write a port matrix with sources, notes and marks"
	cmd.Example = "  portbook report --lang ja,en --output report.html\n" +
		"  portbook report --product itms --lang ja --date today --output itms.xlsx\n" +
		"  portbook report --product itms --view ports\n" +
		"  portbook report --view collisions --host itms/notification-server+apex-central/server"
	flags.addReportFlags(a, cmd)
	return cmd
}

func (a *app) flowsCommand() *cobra.Command {
	cmd := a.flowsPrinter(&reportFlags{}, report.Formats(), report.WriteList)
	cmd.Use = "flows"
	cmd.Short = "List the flows that match"
	cmd.Example = "  portbook flows --from itms/package-server --requirement required\n  portbook flows --format json --lang ja"
	return cmd
}

// flowsPrinter makes a command that prints the flows that its flags choose.
func (a *app) flowsPrinter(flags *reportFlags, formats []report.Format, write func(io.Writer, portbook.FlowSet, report.Options) error) *cobra.Command {
	cmd := &cobra.Command{
		Args: cobra.NoArgs,
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
			meter := newMeter(cmd.ErrOrStderr())
			o.Progress, o.Draw = meter.show, svg.Draw
			err = a.emit(cmd, func(w io.Writer) error { return write(w, flows, o) })
			meter.clear()
			return err
		},
	}
	flags.addListFlags(a, cmd)
	a.addFormats(cmd, formats)
	return cmd
}
