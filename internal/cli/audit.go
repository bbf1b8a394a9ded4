package cli

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/audit/sockets"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/sarif"
	"github.com/portbook/portbook/site"
	"github.com/spf13/cobra"
)

// auditFlags are the flags of portbook audit.
type auditFlags struct {
	logs, listening, rules, fields, failOn    []string
	logFormat, logHeader, zone, rulesFormat   string
	since, until, title, date, asOf, encoding string
	suggest, ambiguous, sampled, quiet        bool
}

// failing are the verdicts that make the exit status 1 unless others are chosen.
var failing = []audit.Verdict{
	audit.VerdictUndocumented, audit.VerdictBlocked, audit.VerdictAttempted, audit.VerdictNotListening, audit.VerdictUndocumentedListener,
	audit.VerdictNotPermitted, audit.VerdictExcess,
}

// noVerdict is the value of --fail-on by which no finding changes the status.
const noVerdict = "none"

// findingRecords are the records of findings.
var findingRecords = records{"", []string{"findings"}, []string{
	"verdict", "from", "to", "ends", "ports", "morePorts", "flow", "options", "reason", "flows", "program", "answers", "records", "first", "last", "vantages", "sampled", "examples",
	"permission", "firewall", "direction", "places", "what", "pieces", "morePieces",
}}

func (a *app) auditCommand() *cobra.Command {
	flags := &auditFlags{}
	cmd := &cobra.Command{
		Use:   "audit SITE",
		Short: a.say(phrase.HelpAudit),
		Long:  a.paragraphs(phrase.HelpAudit, phrase.AboutAudit, phrase.AboutAuditLogs, phrase.AboutAuditListening, phrase.AboutAuditRules, phrase.AboutAuditStatus, phrase.AboutJSON),
		Example: "  portbook audit tokyo.yaml --log conn.log --log firewall.csv\n" +
			"  portbook audit tokyo.yaml --log vpc.log.gz --since 2026-11-01 --output audit.html\n" +
			"  portbook audit tokyo.yaml --log conn.log --output audit.sarif\n" +
			"  portbook audit tokyo.yaml --log export.csv --field src=SrcIP,dst=DstIP,dport=DstPort,proto=Proto\n" +
			"  ssh central ss -Hntulp | portbook audit tokyo.yaml --listening central=-\n" +
			"  portbook audit tokyo.yaml --rules central=central.nft.json --rules servers,dmz=gateway.v4\n" +
			"  portbook audit tokyo.yaml --log conn.log --suggest",
		Args: a.arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.audit(cmd, flags, args[0]) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&flags.logs, "log", nil, a.say(phrase.FlagLog))
	f.Lookup("log").Annotations = map[string][]string{placeholder: {"[PLACE=]FILE"}}
	f.BoolVar(&flags.sampled, "sampled", false, a.say(phrase.FlagSampled))
	f.BoolVar(&flags.quiet, "quiet", false, a.say(phrase.FlagQuiet))
	f.StringVar(&flags.logFormat, "log-format", "", a.say(phrase.FlagLogFormat, "values", listed(flowlog.Formats())))
	f.StringSliceVar(&flags.fields, "field", nil, a.say(phrase.FlagLogField, "values", listed(flowlog.Fields())))
	f.Lookup("field").Annotations = map[string][]string{placeholder: {"FIELD=COLUMN"}}
	f.StringVar(&flags.logHeader, "log-header", "", a.say(phrase.FlagLogHeader))
	f.StringVar(&flags.zone, "time-zone", "", a.say(phrase.FlagTimeZone))
	f.StringVar(&flags.since, "since", "", a.say(phrase.FlagSinceTime))
	f.Lookup("since").Annotations = map[string][]string{placeholder: {"TIME"}}
	f.StringVar(&flags.until, "until", "", a.say(phrase.FlagUntilTime))
	f.StringArrayVar(&flags.listening, "listening", nil, a.say(phrase.FlagListening))
	f.StringArrayVar(&flags.rules, "rules", nil, a.say(phrase.FlagRules))
	f.Lookup("rules").Annotations = map[string][]string{placeholder: {"[WHERE=]FILE"}}
	f.StringVar(&flags.rulesFormat, "rules-format", "", a.say(phrase.FlagRulesFormat, "values", listed(ruleFormats())))
	f.StringSliceVar(&flags.failOn, "fail-on", nil, a.say(phrase.FlagFailOn, "values", listed(audit.Verdicts()), "default", listed(failing)))
	f.BoolVar(&flags.suggest, "suggest", false, a.say(phrase.FlagSuggest))
	f.StringVar(&flags.title, "title", "", a.say(phrase.FlagTitle))
	f.StringVar(&flags.date, "date", "", a.say(phrase.FlagDate))
	f.StringVar(&flags.asOf, "as-of", "today", a.say(phrase.FlagAsOf))
	f.StringVar(&flags.encoding, "encoding", "", a.say(phrase.FlagEncoding, "values", listed(planEncodings)))
	f.BoolVar(&flags.ambiguous, "wide-ambiguous", false, a.say(phrase.FlagWideAmbiguous))
	complete(cmd, "log-format", func() []string { return ids(flowlog.Formats()) })
	complete(cmd, "rules-format", func() []string { return ids(ruleFormats()) })
	complete(cmd, "fail-on", func() []string { return append(ids(audit.Verdicts()), noVerdict) })
	complete(cmd, "encoding", func() []string { return ids(planEncodings) })
	a.addFormats(cmd, auditFormats)
	a.addJSON(cmd, findingRecords)
	a.addEngine(cmd)
	return cmd
}

// auditFormats are the formats of findings.
var auditFormats = append(slices.DeleteFunc(slices.Clone(allFormats), func(f report.Format) bool { return f == report.CSVRows }), sarif.Format)

// audit writes what the flags choose.
func (a *app) audit(cmd *cobra.Command, flags *auditFlags, file string) error {
	if len(flags.logs)+len(flags.listening)+len(flags.rules) == 0 {
		return failure(phrase.ErrorNothingToAudit)
	}
	o, err := a.options(auditFormats)
	if err == nil {
		o, err = flags.report(o)
	}
	if err != nil {
		return err
	}
	verdicts, err := flags.verdicts()
	if err != nil {
		return err
	}
	read, err := flags.reading()
	if err != nil {
		return err
	}
	defer a.saveMemory()()
	s, err := a.site(file, flags.asOf)
	if err != nil {
		return err
	}
	found, err := a.findings(cmd, flags, s.Plan(), read)
	if err != nil {
		return err
	}
	err = a.emitText(cmd, o, func(w io.Writer) error {
		if flags.suggest {
			return a.writeSuggestions(cmd, w, found)
		}
		return report.WriteFindings(w, found, o)
	})
	if err == nil && slices.ContainsFunc(found.List, func(f audit.Finding) bool { return slices.Contains(verdicts, f.Verdict) }) {
		return findings{} // they are the message
	}
	return err
}

// saveMemory collects garbage more often until the function that it returns is
// called, unless GOGC says how often. Logs are read without garbage, so that
// this takes time only while a site is loaded, which else sets how much memory
// all of the command takes.
func (a *app) saveMemory() (end func()) {
	if a.getenv("GOGC") != "" {
		return func() {}
	}
	usual := debug.SetGCPercent(40)
	return func() { debug.SetGCPercent(usual) }
}

// report adds the flags to the options of the report.
func (x *auditFlags) report(o report.Options) (report.Options, error) {
	if x.encoding != "" && o.Format != report.CSV {
		return o, failure(phrase.ErrorEncodingFormat, "encoding", x.encoding, "format", o.Format.Name())
	}
	var err error
	if x.encoding != "" {
		if o.Encoding, err = encodingNamed(x.encoding, planEncodings); err != nil {
			return o, err
		}
	}
	if o.Title = x.title; x.ambiguous {
		o.AmbiguousWidth = 2
	}
	o.Date, err = parseDate(x.date)
	return o, err
}

// verdicts returns those that make the exit status 1.
func (x *auditFlags) verdicts() ([]audit.Verdict, error) {
	switch {
	case len(x.failOn) == 0:
		return failing, nil
	case slices.Equal(x.failOn, []string{noVerdict}):
		return nil, nil
	}
	return choices(phrase.KindVerdict, x.failOn, audit.Verdicts())
}

// reading is how logs are read.
type reading struct {
	options      flowlog.Options
	since, until int64 // seconds of Unix time; 0 for any
}

func (x *auditFlags) reading() (r reading, err error) {
	if x.logFormat != "" {
		if r.options.Format, err = choice(phrase.KindFormat, x.logFormat, flowlog.Formats()); err != nil {
			return r, err
		}
	}
	r.options.Header, r.options.Sampled, r.options.Fields = x.logHeader, x.sampled, map[flowlog.Field]string{}
	for _, pair := range x.fields {
		name, column, ok := strings.Cut(pair, "=")
		if !ok || column == "" {
			return r, failure(phrase.ErrorLogField, "value", quoted(pair))
		}
		field, err := choice(phrase.KindField, name, flowlog.Fields())
		if err != nil {
			return r, err
		}
		r.options.Fields[field] = column
	}
	if r.options.Location, err = time.LoadLocation(x.zone); err != nil {
		return r, failure(phrase.ErrorTimeZone, "name", quoted(x.zone))
	}
	if r.since, err = moment(x.since); err != nil {
		return r, err
	}
	r.until, err = moment(x.until)
	return r, err
}

// moment reads a day in UTC, or a time with its zone; "" is 0.
func moment(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.Unix(), nil
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return 0, failure(phrase.ErrorMoment, "time", quoted(s))
	}
	return t.Unix(), nil
}

// isOutside reports whether a record is of another time than is asked for. One
// without a time is not.
func (r *reading) isOutside(x *audit.Record) bool {
	return x.First != 0 && (r.since != 0 && x.First < r.since || r.until != 0 && x.First >= r.until)
}

// add returns what counts the records of the time that is asked for.
func (r *reading) add(t *audit.Tally) func(*audit.Record) {
	if r.since == 0 && r.until == 0 {
		return t.Add
	}
	return func(x *audit.Record) {
		if !r.isOutside(x) {
			t.Add(x)
		}
	}
}

// findings audits the logs, the rule sets and the sockets that the flags name.
func (a *app) findings(cmd *cobra.Command, flags *auditFlags, plan *site.Plan, read reading) (audit.Findings, error) {
	found := audit.Findings{Plan: plan}
	if len(flags.logs) > 0 {
		count := a.tally
		if a.engine != nil {
			count = a.tallyElsewhere
		}
		tally, err := count(cmd, flags, plan, read)
		if err != nil {
			return found, err
		}
		found = tally.Findings()
	}
	if err := a.addRules(flags, &found); err != nil {
		return found, err
	}
	for _, pair := range flags.listening {
		name, file, ok := strings.Cut(pair, "=")
		if !ok || file == "" {
			return found, failure(phrase.ErrorListening, "value", quoted(pair))
		}
		host, ok := plan.Site().End(name)
		if !ok {
			return found, unknown(phrase.KindHost, name, hostNames(plan.Site()))
		}
		list, err := a.sockets(file)
		if err != nil {
			return found, failure(phrase.ErrorIn, "name", file, "error", err)
		}
		found.List = append(found.List, audit.Listening(plan, host, list)...)
	}
	return found, nil
}

func hostNames(s *site.Site) []string {
	var names []string
	for _, e := range s.Hosts() {
		names = append(names, e.Name())
	}
	return names
}

func (a *app) sockets(file string) ([]audit.Socket, error) {
	f, err := a.open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return sockets.Read(f)
}

// logResult is what became of a log.
type logResult struct {
	stats flowlog.Stats
	err   error
}

// tally reads logs on all processors, and says what it could not read.
func (a *app) tally(cmd *cobra.Command, flags *auditFlags, plan *site.Plan, read reading) (*audit.Tally, error) {
	m, logs := audit.Compile(plan), flags.logs
	meter := a.newLogMeter(logs, flags.quiet)
	tallies := make([]*audit.Tally, runtime.GOMAXPROCS(0))
	adds := make([]func(*audit.Record), len(tallies))
	for i := range tallies {
		tallies[i] = m.NewTally()
		adds[i] = meter.counting(read.add(tallies[i]))
	}
	results := a.readLogs(logs, read, flowlog.NewPool(adds...), meter)
	meter.close()
	for i, r := range results {
		if r.err != nil {
			return nil, failure(phrase.ErrorIn, "name", fileOf(logs[i]), "error", r.err)
		}
		a.remarkOnLog(cmd, fileOf(logs[i]), r.stats)
	}
	for _, t := range tallies[1:] {
		tallies[0].Merge(t)
	}
	return tallies[0], nil
}

// readLogs reads as many logs at a time as there are processors, and closes the
// pool.
func (a *app) readLogs(logs []string, read reading, pool *flowlog.Pool, meter *logMeter) []logResult {
	defer pool.Close()
	results := make([]logResult, len(logs))
	next := make(chan int)
	var readers sync.WaitGroup
	for range min(len(logs), runtime.GOMAXPROCS(0)) {
		readers.Go(func() {
			for i := range next {
				results[i] = a.readLog(logs[i], read, pool, meter)
			}
		})
	}
	for i := range logs {
		next <- i
	}
	close(next)
	readers.Wait()
	return results
}

// cutVantage cuts the place where a log was made from the name of its file. What
// precedes an equals sign is one unless it has a slash, or a file has the whole
// name.
func cutVantage(log string) (vantage, file string) {
	vantage, file, ok := strings.Cut(log, "=")
	if !ok || vantage == "" || strings.ContainsAny(vantage, `/\`) {
		return "", log
	}
	if _, err := os.Stat(log); err == nil {
		return "", log
	}
	return vantage, file
}

func fileOf(log string) string {
	_, file := cutVantage(log)
	return file
}

func (a *app) readLog(log string, read reading, pool *flowlog.Pool, meter *logMeter) (r logResult) {
	in, name, o := a.stdin, "", read.options
	o.Vantage, name = cutVantage(log)
	if name != standard {
		f, err := os.Open(name)
		if err != nil {
			return logResult{err: cause(err)}
		}
		defer f.Close()
		in = f
	}
	r.stats, r.err = pool.Read(meter.counted(in), o)
	return r
}

// remarkOnLog says which lines of a log could not be read, and what it lacks.
func (a *app) remarkOnLog(cmd *cobra.Command, name string, stats flowlog.Stats) {
	remark := func(p phrase.Phrase, pairs ...any) { a.remark(cmd, p, append(pairs, "name", name)...) }
	if stats.Broken > 0 {
		remark(phrase.SayBrokenLines, "broken", fmt.Sprint(stats.Broken), "lines", fmt.Sprint(stats.Lines))
		for _, b := range stats.First {
			fmt.Fprintf(cmd.ErrOrStderr(), "  %s:%d: %v\n", name, b.Line, b.Err)
		}
	}
	if stats.Truncated {
		remark(phrase.SayTruncated)
	}
	if stats.Sampled {
		remark(phrase.SaySampled)
	}
	if stats.Records == 0 {
		remark(phrase.SayNoRecords, "skipped", fmt.Sprint(stats.Skipped))
	}
}

func (a *app) remark(cmd *cobra.Command, p phrase.Phrase, pairs ...any) {
	fmt.Fprintf(cmd.ErrOrStderr(), "portbook: %s\n", wording(failure(p, pairs...), a.words))
}

// writeSuggestions writes what to add to the site file for what was seen:
// answers to open questions, and hosts for addresses that take part in
// documented flows. Where there is neither, standard error says so.
func (a *app) writeSuggestions(cmd *cobra.Command, w io.Writer, found audit.Findings) error {
	var answers, hosts []string
	for _, f := range found.List {
		for _, answer := range f.Answers() {
			if line := "  - " + answer; !slices.Contains(answers, line) {
				answers = append(answers, line)
			}
		}
		hosts = append(hosts, suggestedHosts(f, len(hosts))...)
	}
	if len(hosts)+len(answers) == 0 {
		a.remark(cmd, phrase.SayNoSuggestions)
	}
	for _, x := range []struct {
		key   string
		lines []string
	}{{"hosts", hosts}, {"answers", answers}} {
		if len(x.lines) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s:\n%s\n", x.key, strings.Join(x.lines, "\n")); err != nil {
			return err
		}
	}
	return nil
}

// suggestedHosts returns hosts for the addresses of a finding that no host has,
// with the role in which they would take part.
func suggestedHosts(f audit.Finding, number int) []string {
	var list []string
	for _, x := range f.Examples {
		switch {
		case f.Reason == audit.ReasonFrom && f.From.IsZero():
			list = append(list, fmt.Sprintf("  host-%d: {addresses: %q, roles: [%s]} # -> %s %s", number+len(list)+1, x.From, f.Flows[0].From()[0], f.To, f.Ports))
		case f.Reason == audit.ReasonTo && f.To.IsZero():
			list = append(list, fmt.Sprintf("  host-%d: {addresses: %q, roles: [%s]} # %s -> %s", number+len(list)+1, x.To, f.Flows[0].To()[0], f.From, f.Ports))
		}
	}
	return list
}
