package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
)

// fakeEngine counts nothing, and remembers what it was asked.
type fakeEngine struct {
	flags *flag.FlagSet
	tape  *string // a flag of its own
	job   Job
	stats LogStats
	err   error
}

func (e *fakeEngine) Flags() *flag.FlagSet { return e.flags }

func (e *fakeEngine) Count(_ context.Context, job Job) (*audit.Tally, LogStats, error) {
	e.job = job
	return job.Matcher.NewTally(), e.stats, e.err
}

func engineRun(e *fakeEngine, args ...string) (status int, stdout, stderr string) {
	e.flags = flag.NewFlagSet("", flag.ContinueOnError)
	e.tape = e.flags.String("tape", "", "")
	var out, errs bytes.Buffer
	status = RunWith(e, append([]string{"audit", exampleSite, "--as-of", "2026-12-01"}, args...), strings.NewReader(""), &out, &errs, func(string) string { return "" })
	return status, out.String(), errs.String()
}

// TestEngine: an engine gets the job with all that flags say of it, and flags
// of its own that help does not show.
func TestEngine(t *testing.T) {
	e := &fakeEngine{}
	status, stdout, stderr := engineRun(e, "--log", "logs/*", "--log", "east=more/*", "--sampled", "--tape", "drive", "--field", "src=a", "--log-format", "csv",
		"--since", "1970-01-02", "--until", "1970-01-03", "--catalog", "../../examples/inhouse", "--json", "verdict")
	if status != 0 || stderr != "" || !strings.Contains(stdout, "unobservable") {
		t.Errorf("exit %d, %s", status, stderr)
	}
	j := e.job
	if *e.tape != "drive" || fmt.Sprint(j.Logs) != "[{ logs/*} {east more/*}]" || !j.Options.Sampled || j.Options.Format != flowlog.FormatCSV || j.Options.Fields[flowlog.FieldSource] != "a" ||
		j.Since != 86400 || j.Until != 2*86400 || j.Site.AsOf.Format("2006-01-02") != "2026-12-01" {
		t.Errorf("%q, %+v", *e.tape, j)
	}
	if data, err := fs.ReadFile(j.Site.FS, j.Site.Name); err != nil || !bytes.Contains(data, []byte("site: tokyo")) {
		t.Errorf("the site: %v", err)
	}
	if len(j.Site.Catalogs) != 1 || j.Site.Catalogs[0].Alone {
		t.Fatalf("the catalogs are %+v", j.Site.Catalogs)
	}
	if _, err := fs.Stat(j.Site.Catalogs[0].FS, "data"); err != nil {
		t.Error(err)
	}
	if _, help, _ := engineRun(e, "--help"); strings.Contains(help, "--tape") || !strings.Contains(help, "--log") {
		t.Error(help)
	}
}

// TestEngineRemarks: what an engine could not read is said as of one process.
func TestEngineRemarks(t *testing.T) {
	e := &fakeEngine{stats: LogStats{More: 7, Remarkable: []LogStat{{"a.log", flowlog.Stats{
		Lines: 9, Records: 8, Broken: 1, First: []flowlog.Broken{{Line: 3, Err: errors.New("too few fields")}},
	}}}}}
	for lang, want := range map[string]string{
		"en": "portbook: a.log: 1 of 9 lines could not be read\n  a.log:3: too few fields\nportbook: problems in 7 more logs are not shown\n",
		"ja": "portbook: a.log: 9行中1行を読み取れない\n  a.log:3: too few fields\nportbook: ほか7件のログの問題は表示を省略\n",
	} {
		if status, _, stderr := engineRun(e, "--log", "a.log", "--lang", lang); status != 0 || stderr != want {
			t.Errorf("exit %d, %s", status, stderr)
		}
	}
	e.err = errors.New("no worker")
	if status, stdout, stderr := engineRun(e, "--log", "a.log"); status != 2 || stdout != "" || stderr != "portbook: no worker\n" {
		t.Errorf("exit %d, %s%s", status, stdout, stderr)
	}
	if status, _, stderr := engineRun(e, "--log", standard); status != 2 || !strings.HasPrefix(stderr, "portbook: workers cannot read standard input") {
		t.Errorf("exit %d, %s", status, stderr)
	}
}
