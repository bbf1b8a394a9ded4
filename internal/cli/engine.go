package cli

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/internal/cli/phrase"
	"github.com/portbook/portbook/site"
	"github.com/spf13/cobra"
)

// Engine counts the records of logs in other processes than this one, such as
// the workers of a cluster. The rest of audit is the same.
type Engine interface {
	// Flags are those of the engine, which audit takes, too.
	Flags() *flag.FlagSet
	// Count returns a tally of the job's matcher.
	Count(context.Context, Job) (*audit.Tally, LogStats, error)
}

// Job is what an engine is to count.
type Job struct {
	Site    SiteSource
	Matcher *audit.Matcher // of the plan of the site
	Logs    []Log
	Options flowlog.Options
	// Since and Until are in seconds of Unix time; 0 for any.
	Since, Until int64
}

// Log is a log as --log has it: a name or a pattern, and the place where the log
// was made, if it is said.
type Log struct{ Vantage, Name string }

// SiteSource is where a site comes from, so that others can load it again.
type SiteSource struct {
	FS       fs.FS
	Name     string
	AsOf     time.Time
	Catalogs []CatalogSource // each over those before it
}

// CatalogSource is a folder of --catalog.
type CatalogSource struct {
	FS    fs.FS
	Alone bool // instead of those before it
}

// LogStats is what an engine read.
type LogStats struct {
	// Remarkable are logs about which something is to be said, and More is the
	// number of such logs beyond these.
	Remarkable []LogStat
	More       int64
}

// LogStat is what was read of a log.
type LogStat struct {
	Name  string
	Stats flowlog.Stats
}

// addEngine adds the flags of the engine. Help does not show them, since
// engines have many, and a documentation of their own.
func (a *app) addEngine(cmd *cobra.Command) {
	if a.engine == nil {
		return
	}
	flags := a.engine.Flags()
	cmd.Flags().AddGoFlagSet(flags)
	flags.VisitAll(func(f *flag.Flag) { cmd.Flags().Lookup(f.Name).Hidden = true })
}

// tallyElsewhere is tally by the engine.
func (a *app) tallyElsewhere(cmd *cobra.Command, flags *auditFlags, plan *site.Plan, read reading) (*audit.Tally, error) {
	var logs []Log
	for _, log := range flags.logs {
		vantage, name := cutVantage(log)
		if name == standard {
			return nil, failure(phrase.ErrorLogStandardInput)
		}
		logs = append(logs, Log{vantage, name})
	}
	tally, stats, err := a.engine.Count(cmd.Context(), Job{
		Site: a.siteSource(), Matcher: audit.Compile(plan), Logs: logs, Options: read.options, Since: read.since, Until: read.until,
	})
	if err != nil {
		return nil, err
	}
	for _, x := range stats.Remarkable {
		a.remarkOnLog(cmd, x.Name, x.Stats)
	}
	if stats.More > 0 {
		a.remark(cmd, phrase.SayMoreLogs, "n", stats.More)
	}
	return tally, nil
}

// siteSource returns where the site and the catalog come from.
func (a *app) siteSource() SiteSource {
	source, base := a.source, portbook.Builtin()
	dirs := a.folders()
	for i, dir := range dirs {
		if dir == "" || containsFolder(dirs[:i], dir) {
			continue
		}
		source.Catalogs = append(source.Catalogs, CatalogSource{os.DirFS(dir), isAlone(base, dir)})
		base = nil // another than the built-in one
	}
	return source
}
