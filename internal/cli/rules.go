package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/cli/phrase"
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
		Use:   "rules FILE --for HOST | rules FILE --between [ZONE,ZONE]",
		Short: a.say(phrase.HelpRules),
		Long:  a.paragraphs(phrase.HelpRules, phrase.AboutRules, phrase.AboutRulesOpen, phrase.AboutRulesDeny, phrase.AboutRulesFormats, phrase.AboutRulesStatus),
		Example: "  portbook rules tokyo.yaml --for central --format nftables\n" +
			"  portbook rules tokyo.yaml --for central --lang ja --output central.ps1\n" +
			"  portbook rules tokyo.yaml --between servers,dmz --default-deny --output gateway.nft\n" +
			"  portbook rules tokyo.yaml --between --format iptables --lang ja\n" +
			"  portbook rules tokyo.yaml --between --gaps",
		Args: a.arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.rules(cmd, flags, args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.host, "for", "", a.say(phrase.FlagFor))
	f.StringVar(&flags.zones, "between", "", a.say(phrase.FlagBetweenZones))
	f.Lookup("between").Annotations = map[string][]string{placeholder: {"[ZONE,ZONE]"}}
	f.BoolVar(&flags.deny, "default-deny", false, a.say(phrase.FlagDefaultDeny))
	f.StringVar(&flags.gaps, "gaps", "", a.say(phrase.FlagGaps))
	f.Lookup("gaps").NoOptDefVal = gapFormats[0]
	f.BoolVar(&flags.strict, "strict", false, a.say(phrase.FlagStrictRules))
	f.StringVar(&flags.asOf, "as-of", "today", a.say(phrase.FlagAsOf))
	f.StringVar(&a.format, "format", "", a.say(phrase.FlagFormat, "values", strings.Join(targetNames(), ", "), "default", targets[0].name))
	f.StringVarP(&a.output, "output", "o", "", a.say(phrase.FlagOutput))
	complete(cmd, "format", targetNames)
	complete(cmd, "gaps", func() []string { return gapFormats })
	return cmd
}

// gapFormats are those of a list of gaps.
var gapFormats = []string{"text", "json"}

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
		return failure(phrase.ErrorWhichFirewall)
	}
	if flags.gaps != "" {
		if _, err := choice(phrase.KindFormat, flags.gaps, gapFormats); err != nil {
			return err
		}
	}
	name := a.output
	if flags.gaps != "" {
		name = "" // it is not a file of rules
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
	return a.remarks(cmd, flags, file, t.name, len(s.Plan().Questions()), len(gaps))
}

// remarks says what is open and what the target lacks.
func (a *app) remarks(cmd *cobra.Command, flags *rulesFlags, file, target string, open, gaps int) error {
	remark := func(err error) { fmt.Fprintf(cmd.ErrOrStderr(), "portbook: %s\n", wording(err, a.words)) }
	if open > 0 {
		remark(failure(phrase.SayRulesOpen, "n", counted(open, phrase.CountQuestion, phrase.CountQuestions), "file", file))
	}
	if gaps > 0 && flags.gaps == "" {
		remark(failure(phrase.SayRulesGaps, "n", counted(gaps, phrase.CountGap, phrase.CountGaps), "target", target))
	}
	if flags.strict && open+gaps > 0 {
		return findings{}
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
			return nil, failure(phrase.ErrorOneZone, "name", quoted(x.zones))
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
