package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	beamlog "github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/beam/auditbeam"
	"github.com/portbook/portbook/internal/cli"
)

var (
	resultLocation = flag.String("result_location", "", "Folder for the counts that workers leave, which this program and they can reach.")
	verbose        = flag.Bool("beam_log", false, "Print what Beam logs.")
)

// engine runs a pipeline where the flags of Beam say.
type engine struct{}

func (engine) Flags() *flag.FlagSet { return flag.CommandLine }

func (engine) Count(ctx context.Context, job cli.Job) (*audit.Tally, cli.LogStats, error) {
	if !*verbose {
		quiet()
	}
	if self, err := os.Executable(); err == nil && *jobopts.WorkerBinary == "" && runtime.GOOS == "linux" {
		*jobopts.WorkerBinary = self // Beam would compile one from the source, which is not here
	}
	if *jobopts.Async {
		return nil, cli.LogStats{}, errors.New("--async: the findings are written when the job is done (expected: no such flag)")
	}
	result, done, err := resultFile()
	if err != nil {
		return nil, cli.LogStats{}, err
	}
	defer done()
	site, err := readSite(job.Site)
	if err != nil {
		return nil, cli.LogStats{}, err
	}
	p, s := beam.NewPipelineWithRoot()
	auditbeam.Write(s, result, count(s, site, job))
	if err := beamx.Run(ctx, p); err != nil {
		return nil, cli.LogStats{}, plain(err)
	}
	counts, err := auditbeam.Read(ctx, result)
	if err != nil {
		return nil, cli.LogStats{}, err
	}
	tally, err := counts.Tally(job.Matcher)
	return tally, remarks(counts.Stats()), err
}

// count counts the logs of each place, and merges the counts.
func count(s beam.Scope, site *auditbeam.Site, job cli.Job) beam.PCollection {
	patterns := map[string][]string{}
	for _, log := range job.Logs {
		patterns[log.Vantage] = append(patterns[log.Vantage], log.Name)
	}
	var all []beam.PCollection
	for _, vantage := range slices.Sorted(maps.Keys(patterns)) {
		reading := auditbeam.Reading{Options: job.Options, Since: moment(job.Since), Until: moment(job.Until)}
		reading.Options.Vantage = vantage
		all = append(all, auditbeam.Count(s, site, reading, auditbeam.Match(s, patterns[vantage]...)))
	}
	return auditbeam.Merge(s, site, beam.Flatten(s, all...))
}

// resultFile returns a name of its own for the file of the counts. Without a
// location it is of a temporary folder, which only workers in this process
// reach for sure.
func resultFile() (name string, done func(), err error) {
	if *resultLocation != "" {
		return fmt.Sprintf("%s/portbook-%d.counts", strings.TrimSuffix(*resultLocation, "/"), time.Now().UnixNano()), func() {}, nil
	}
	if here := []string{"", "prism", "PrismRunner", "direct", "DirectRunner"}; !slices.Contains(here, *runners.Runner) {
		return "", nil, fmt.Errorf("--runner %s needs --result_location: a folder that its workers and this program can reach", *runners.Runner)
	}
	dir, err := os.MkdirTemp("", "portbook-beam-")
	return filepath.Join(dir, "counts"), func() { os.RemoveAll(dir) }, err
}

func readSite(s cli.SiteSource) (*auditbeam.Site, error) {
	var catalogs []auditbeam.Catalog
	for _, c := range s.Catalogs {
		catalogs = append(catalogs, auditbeam.Catalog(c))
	}
	return auditbeam.ReadSite(s.FS, s.Name, s.AsOf, catalogs...)
}

func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func remarks(s auditbeam.Stats) cli.LogStats {
	list := cli.LogStats{More: s.More}
	for _, f := range s.Remarkable {
		list.Remarkable = append(list.Remarkable, cli.LogStat{Name: f.Name, Stats: f.Stats})
	}
	return list
}

// quiet leaves what Beam logs unsaid: errors come back from the pipeline.
func quiet() {
	beamlog.SetLogger(silent{})
	slog.SetDefault(slog.New(slog.DiscardHandler))
}

type silent struct{}

func (silent) Log(context.Context, beamlog.Severity, int, string) {}

// own matches an error of package auditbeam in what a runner says of a job.
var own = regexp.MustCompile(`auditbeam: ([^\n]*)`)

// plain returns the error of this program that made a job fail, without what
// the runner says around it, or all of that where there is none.
func plain(err error) error {
	if m := own.FindStringSubmatch(err.Error()); m != nil {
		return errors.New(strings.ReplaceAll(m[1], ": flowlog: ", ": "))
	}
	return err
}
