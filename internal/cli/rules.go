package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/site"
	"github.com/spf13/cobra"
)

// rulesFlags are the flags of portbook rules.
type rulesFlags struct {
	host, zones, asOf, gaps string
	deny, strict            bool
}

func (a *app) rulesCommand() *cobra.Command {
	flags := &rulesFlags{}
	cmd := &cobra.Command{
		Use:   "rules FILE {--for HOST | --between [ZONE,ZONE]}",
		Short: "Write the firewall rules that a site needs",
		Long: `Write the rules of a host's own firewall (--for), or of a gateway between zones (--between, which alone means all
zones), for a real firewall. Each rule names the flows that need it, and the answers that they follow from. Hosts
without a zone and services in clouds are in a zone without a name: "--between ,dmz".

What is still open makes no rule: how much that is, is on standard error, and portbook plan FILE --questions lists it.
What the firewall cannot say, such as a host that is known by its name alone, is counted there, too, and listed with
--gaps.

The rules permit. Only with --default-deny do they refuse everything else, apart from what a machine says to itself
and what IPv6 needs to find neighbors. An iptables file has one family of addresses: load that of ip6tables, too.
Formats windows, probe and probe-powershell take a host; aerleon needs the file of aerleon-definitions beside it.

With --strict the exit status is 1 while any question is open or there is any gap, and 0 otherwise; the rules are
written in either case. An error is 1, too, as in all commands; it says so on standard error.`,
		Example: "  portbook rules tokyo.yaml --for central --format nftables\n" +
			"  portbook rules tokyo.yaml --for central --lang ja --output central.ps1\n" +
			"  portbook rules tokyo.yaml --between servers,dmz --default-deny --output gateway.nft\n" +
			"  portbook rules tokyo.yaml --between --format iptables --lang ja\n" +
			"  portbook rules tokyo.yaml --between --gaps",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.rules(cmd, flags, args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.host, "for", "", "host whose own firewall gets the rules")
	f.StringVar(&flags.zones, "between", "", "zones between which a gateway is, separated by commas (alone: all)")
	f.BoolVar(&flags.deny, "default-deny", false, "refuse what no rule permits")
	f.StringVar(&flags.gaps, "gaps", "", "list what the firewall cannot say instead: --gaps, or --gaps=json")
	f.Lookup("gaps").NoOptDefVal = "text"
	f.BoolVar(&flags.strict, "strict", false, "exit with status 1 while a question is open or there is a gap")
	f.StringVar(&flags.asOf, "as-of", "today", "day on which answers must still hold: 2026-04-01, or today")
	f.StringVar(&a.format, "format", "", "firewall: "+strings.Join(targetNames(), ", ")+` (default from the name of --output, else "`+targets[0].name+`")`)
	f.StringVarP(&a.output, "output", "o", "", "write to this file instead of standard output (-), as a whole or not at all")
	complete(cmd, "format", targetNames)
	complete(cmd, "gaps", func() []string { return []string{"text", "json"} })
	return cmd
}

// bareBetween gives --between an empty value where none follows it. Flags of
// pflag with an optional value would not take the word after them.
func bareBetween(args []string) []string {
	list := make([]string, len(args))
	for i, arg := range args {
		if arg == "--between" && (i+1 == len(args) || len(args[i+1]) > 1 && args[i+1][0] == '-') {
			arg = "--between="
		}
		list[i] = arg
	}
	return list
}

// rules writes what the flags choose.
func (a *app) rules(cmd *cobra.Command, flags *rulesFlags, file string) error {
	if cmd.Flags().Changed("for") == cmd.Flags().Changed("between") {
		return errors.New("which firewall are the rules for? (expected: --for HOST, or --between ZONE,ZONE)")
	}
	if flags.gaps != "" && flags.gaps != "text" && flags.gaps != "json" {
		return unknown("format of gaps", flags.gaps, []string{"text", "json"})
	}
	name := a.output
	if flags.gaps != "" {
		name = "" // it is no file of rules
	}
	t, err := chosenTarget(a.format, name)
	if err != nil {
		return err
	}
	l, err := a.localizer()
	if err != nil {
		return err
	}
	s, err := a.site(file, flags.asOf)
	if err != nil {
		return err
	}
	policy, err := flags.policy(cmd, s, l)
	if err != nil {
		return err
	}
	gaps := t.gaps(policy)
	if flags.gaps != "" {
		err = a.emit(cmd, func(w io.Writer) error { return writeGaps(w, gaps, l, flags.gaps == "json") })
	} else {
		err = a.emit(cmd, func(w io.Writer) error { return t.write(w, policy, firewall.Options{DefaultDeny: flags.deny}) })
	}
	if err != nil {
		return err
	}
	open := len(s.Plan().Questions())
	if open > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "portbook: %s, which make no rule: portbook plan %s --questions\n", count(open, "open question"), file)
	}
	if len(gaps) > 0 && flags.gaps == "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "portbook: %s between what is needed and what %s can say: add --gaps\n", count(len(gaps), "gap"), t.name)
	}
	if flags.strict && open+len(gaps) > 0 {
		return errGaps
	}
	return nil
}

// policy returns the policy of the firewall that the flags name.
func (x *rulesFlags) policy(cmd *cobra.Command, s *site.Site, l i18n.Localizer) (*firewall.Policy, error) {
	if cmd.Flags().Changed("for") {
		return firewall.For(s.Plan(), x.host, l)
	}
	var zones []string
	if x.zones != "" {
		if zones = strings.Split(x.zones, ","); len(zones) < 2 {
			return nil, fmt.Errorf("a gateway is between zones, and %q is one (expected: ZONE,ZONE, or --between alone for all)", x.zones)
		}
	}
	return firewall.Between(s.Plan(), l, zones...)
}

// gapRecord is a gap as JSON.
type gapRecord struct {
	Kind      firewall.GapKind   `json:"kind"`
	Rule      string             `json:"rule"`
	Direction firewall.Direction `json:"direction"`
	From      string             `json:"from"`
	To        string             `json:"to"`
	Ports     portbook.PortSet   `json:"ports"`
	Flows     []portbook.FlowID  `json:"flows"`
	What      []string           `json:"what"`
	Written   bool               `json:"written"`
	Text      string             `json:"text"`
}

// writeGaps writes gaps as lines, or as JSON.
func writeGaps(w io.Writer, gaps []firewall.Gap, l i18n.Localizer, asJSON bool) error {
	records := []gapRecord{}
	for _, g := range gaps {
		r := gapRecord{g.Kind, g.Rule.Key(), g.Rule.Direction, g.Rule.From.Name(), g.Rule.To.Name(), g.Rule.Ports, nil, append([]string{}, g.What...), g.Written, g.Text(l)}
		for _, reason := range g.Rule.Reasons {
			r.Flows = append(r.Flows, reason.Flow)
		}
		records = append(records, r)
	}
	if asJSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(records)
	}
	if len(gaps) == 0 {
		_, err := fmt.Fprintln(w, label.In(l).Text(label.GapNone))
		return err
	}
	for i, g := range gaps {
		_, err := fmt.Fprintf(w, "%s\n  %s\n  %s\n", g.Rule, records[i].Text, strings.Join(ids(records[i].Flows), ", "))
		if err != nil {
			return err
		}
	}
	return nil
}
