package main

import (
	"io"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/report"
	"github.com/spf13/cobra"
)

// reportFlags are the flags of the commands that print flows.
type reportFlags struct {
	selection
	columns   []string
	groupBy   string
	title     string
	ambiguous bool
}

func (r *reportFlags) addFlags(cmd *cobra.Command) {
	r.selection.addFlags(cmd)
	cmd.Flags().StringSliceVar(&r.columns, "columns", nil, "columns of the table, separated by commas (default: those that suit the format)")
	cmd.Flags().BoolVar(&r.ambiguous, "wide-ambiguous", false, "align text for terminals that show ambiguous-width characters two columns wide")
	complete(cmd, "columns", func() []string { return ids(report.Columns()) })
}

// options adds the flags to the shared options.
func (r *reportFlags) options(a *app, cmd *cobra.Command) (report.Options, error) {
	o, err := a.options(cmd)
	if err != nil {
		return o, err
	}
	for _, c := range r.columns {
		o.Columns = append(o.Columns, report.Column(c))
	}
	o.GroupBy, o.Title = report.Grouping(r.groupBy), r.title
	if r.ambiguous {
		o.AmbiguousWidth = 2
	}
	return o, nil
}

func (a *app) reportCommand() *cobra.Command {
	flags := &reportFlags{}
	cmd := a.flowsPrinter(flags, report.Write)
	cmd.Use = "report"
	cmd.Short = "Write a port matrix with sources, notes and marks"
	cmd.Example = "  portbook report --lang ja --output report.md\n  portbook report --product itms --group-by destination"
	cmd.Flags().StringVar(&flags.groupBy, "group-by", string(report.ByProduct), "headings: product, component, source, destination, port")
	cmd.Flags().StringVar(&flags.title, "title", "", "title of the report")
	complete(cmd, "group-by", func() []string { return ids(report.Groupings()) })
	return cmd
}

func (a *app) flowsCommand() *cobra.Command {
	cmd := a.flowsPrinter(&reportFlags{}, report.WriteList)
	cmd.Use = "flows"
	cmd.Short = "List the flows that match"
	cmd.Example = "  portbook flows --from itms/package-server --requirement required\n  portbook flows --format json --lang ja"
	return cmd
}

// flowsPrinter makes a command that prints the flows that its flags choose.
func (a *app) flowsPrinter(flags *reportFlags, write func(io.Writer, portbook.FlowSet, report.Options) error) *cobra.Command {
	cmd := &cobra.Command{
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := flags.options(a, cmd)
			if err != nil {
				return err
			}
			flows, err := flags.flows()
			if err != nil {
				return err
			}
			return a.emit(cmd, func(w io.Writer) error { return write(w, flows, o) })
		},
	}
	flags.addFlags(cmd)
	a.addOutput(cmd)
	return cmd
}
