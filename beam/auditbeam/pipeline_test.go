package auditbeam

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	beamlog "github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"
	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/report"
)

func TestMain(m *testing.M) {
	flag.Parse()
	beam.Init()
	beamlog.SetLogger(silent{})
	slog.SetDefault(slog.New(slog.DiscardHandler))
	filesystem.Register("flaky", func(context.Context) filesystem.Interface { return flakyFS{local.New(context.Background())} })
	if dir := os.Getenv(killedDir); dir != "" {
		beKilled(dir)
	}
	os.Exit(m.Run())
}

type silent struct{}

func (silent) Log(context.Context, beamlog.Severity, int, string) {}

// flakyFS is the local file system, of which files cannot be read to their end
// as often as failures has it.
type flakyFS struct{ filesystem.Interface }

// failures has the number of failures that are left, by the name of the file.
var failures = struct {
	sync.Mutex
	left map[string]int
	wait string // instead of failing, say so in this file and wait to be killed
}{left: map[string]int{}}

const flaky = "flaky://"

func (f flakyFS) List(ctx context.Context, glob string) ([]string, error) {
	names, err := f.Interface.List(ctx, strings.TrimPrefix(glob, flaky))
	for i := range names {
		names[i] = flaky + names[i]
	}
	return names, err
}

func (f flakyFS) OpenRead(ctx context.Context, name string) (io.ReadCloser, error) {
	in, err := f.Interface.OpenRead(ctx, strings.TrimPrefix(name, flaky))
	failures.Lock()
	defer failures.Unlock()
	if base := filepath.Base(name); err == nil && failures.left[base] > 0 {
		failures.left[base]--
		return failing{in}, nil
	}
	return in, err
}

type failing struct{ io.ReadCloser }

var errFlaky = errors.New("connection reset")

// Read reads some of the file, and then fails.
func (f failing) Read(b []byte) (int, error) {
	n, _ := io.ReadFull(f.ReadCloser, b[:min(len(b), 1000)])
	if failures.wait != "" {
		os.WriteFile(failures.wait, nil, 0o644)
		select {}
	}
	return n, errFlaky
}

// readSite reads a site of the examples.
func readSite(t testing.TB, name string, catalogs ...Catalog) *Site {
	t.Helper()
	s, err := ReadSite(os.DirFS("../.."), name, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), catalogs...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tokyo(t testing.TB) *Site { return readSite(t, "examples/site/tokyo.yaml") }

// manyHosts is a site of so many hosts that not all kinds of undocumented
// traffic between them are kept.
func manyHosts(t testing.TB) *Site {
	t.Helper()
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("site: many\nhosts:\n")
	for i := range 120 {
		fmt.Fprintf(&b, "  host%d: {addresses: 10.0.0.%d, roles: [site/dns-server]}\n", i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "many.yaml"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := ReadSite(os.DirFS(dir), "many.yaml", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// logLines is a log in lines: those at its head belong to each part.
type logLines struct {
	name string
	head string
	rows []string
}

func (l logLines) text() string { return l.head + strings.Join(l.rows, "") }

func readLog(t testing.TB, name string, heads int) logLines {
	t.Helper()
	data, err := os.ReadFile("../../examples/site/" + name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(data), "\n")
	return logLines{name, strings.Join(lines[:heads], ""), lines[heads:]}
}

// randomLogs returns logs of several formats between addresses of the site of
// many hosts and others, with lines that cannot be read.
func randomLogs(rnd *rand.Rand, n int) []logLines {
	address := func() string {
		return fmt.Sprintf("10.0.%d.%d", rnd.IntN(20)/19, rnd.IntN(140))
	}
	states := []string{"SF", "SF", "S0", "REJ"}
	zeek := logLines{name: "conn.log", head: "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n"}
	table := logLines{name: "table.csv", head: "time,src,sport,dst,dport,proto,action\n"}
	aws := logLines{name: "vpc.log", head: "version srcaddr dstaddr srcport dstport protocol start end action log-status tcp-flags\n"}
	for i := range n {
		port, at := []int{53, 22, 80, rnd.IntN(65536)}[rnd.IntN(4)], 1764200000+rnd.IntN(86400)
		zeek.rows = append(zeek.rows, fmt.Sprintf("%d.5\t%s\t%d\t%s\t%d\ttcp\t%s\n", at, address(), 1024+rnd.IntN(60000), address(), port, states[rnd.IntN(4)]))
		table.rows = append(table.rows, fmt.Sprintf("%d,%s,%d,%s,%d,udp,%s\n", at, address(), 1024+rnd.IntN(60000), address(), port, []string{"allow", "deny"}[rnd.IntN(2)]))
		aws.rows = append(aws.rows, fmt.Sprintf("5 %s %s %d %d 6 %d %d ACCEPT OK %d\n", address(), address(), 1024+rnd.IntN(60000), port, at, at+60, []int{2, 18, 0}[rnd.IntN(3)]))
		if i%500 == 0 {
			zeek.rows = append(zeek.rows, "what\tis this\n")
			table.rows = append(table.rows, "nowhere,else\n")
		}
	}
	return []logLines{zeek, table, aws}
}

// split divides logs at random over as many files or less each, some of them
// compressed, and returns their folder.
func split(t testing.TB, rnd *rand.Rand, logs []logLines, most int) string {
	t.Helper()
	dir := t.TempDir()
	for _, log := range logs {
		parts := make([]strings.Builder, 1+rnd.IntN(most))
		for _, row := range log.rows {
			parts[rnd.IntN(len(parts))].WriteString(row)
		}
		for i := range parts {
			name, data := fmt.Sprintf("%03d-%s", i, log.name), []byte(log.head+parts[i].String())
			if rnd.IntN(2) == 0 {
				name, data = name+".gz", packed(data)
			}
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func packed(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// outcome is what an audit leads to: the report, and all that a tally has.
type outcome struct {
	report          string
	binary          string
	records, broken int64 // that were read; the number of heads depends on the division
}

// alone counts logs in one tally, as one process does.
func alone(t testing.TB, site *Site, logs []logLines) outcome {
	t.Helper()
	m, err := site.matcher()
	if err != nil {
		t.Fatal(err)
	}
	tally, stats := m.NewTally(), Stats{}
	for _, log := range logs {
		s, err := flowlog.Read(strings.NewReader(log.text()), flowlog.Options{}, tally.Add)
		if err != nil {
			t.Fatal(err)
		}
		stats.Records += s.Records
		stats.Broken += s.Broken
	}
	return outcomeOf(t, tally, stats)
}

func outcomeOf(t testing.TB, tally *audit.Tally, stats Stats) outcome {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteFindings(&b, tally.Findings(), report.Options{Format: report.JSON}); err != nil {
		t.Fatal(err)
	}
	data, err := tally.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return outcome{b.String(), string(data), stats.Records, stats.Broken}
}

func (o outcome) check(t *testing.T, want outcome) {
	t.Helper()
	if d := cmp.Diff(want.report, o.report); d != "" {
		t.Errorf("the findings differ (-want +got):\n%.4000s", d)
	}
	if o.binary != want.binary {
		t.Errorf("the tally differs")
	}
	if o.records != want.records || o.broken != want.broken {
		t.Errorf("%d records and %d broken lines, want %d and %d", o.records, o.broken, want.records, want.broken)
	}
}

// run runs a pipeline on prism.
func run(site *Site, r Reading, result string, patterns ...string) (*Counts, error) {
	p, s := beam.NewPipelineWithRoot()
	Write(s, result, Count(s, site, r, Match(s, patterns...)))
	if err := beamx.Run(context.Background(), p); err != nil {
		return nil, err
	}
	return Read(context.Background(), result)
}

func outcomeOfCounts(t testing.TB, site *Site, c *Counts) outcome {
	t.Helper()
	m, err := site.matcher()
	if err != nil {
		t.Fatal(err)
	}
	tally, err := c.Tally(m)
	if err != nil {
		t.Fatal(err)
	}
	return outcomeOf(t, tally, c.Stats())
}

// TestSplit: however logs are divided over files, a pipeline has the findings
// of one process.
func TestSplit(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, x := range []struct {
		site   *Site
		logs   []logLines
		rounds int
	}{
		{tokyo(t), []logLines{readLog(t, "conn.log", 7), readLog(t, "firewall.csv", 1)}, 5},
		{manyHosts(t), randomLogs(rnd, 30_000), 2}, // beyond the bounds of a tally
	} {
		want := alone(t, x.site, x.logs)
		if isBeyond := !strings.Contains(want.report, `"dropped": 0,`); want.records == 0 || isBeyond != (x.rounds == 2) {
			t.Fatalf("%d records; beyond the bounds: %v", want.records, isBeyond)
		}
		for range x.rounds {
			dir := split(t, rnd, x.logs, 20)
			counts, err := run(x.site, Reading{}, filepath.Join(t.TempDir(), "counts"), dir+"/*.gz", dir+"/*")
			if err != nil {
				t.Fatal(err)
			}
			outcomeOfCounts(t, x.site, counts).check(t, want)
		}
	}
}

// TestUnreadable: a file that cannot be read to its end fails the job, since
// prism does not retry. The error names the file, and no result is written.
// Started again, the job has the findings of one process.
func TestUnreadable(t *testing.T) {
	site, logs := tokyo(t), []logLines{readLog(t, "conn.log", 7)}
	dir := split(t, rand.New(rand.NewPCG(3, 4)), logs, 5)
	if err := os.WriteFile(filepath.Join(dir, "zzz.log"), []byte(logs[0].head), 0o644); err != nil {
		t.Fatal(err)
	}
	failures.left["zzz.log"] = 1
	result := filepath.Join(t.TempDir(), "counts")
	_, err := run(site, Reading{}, result, flaky+dir+"/*")
	if err == nil || !strings.Contains(err.Error(), "auditbeam: "+flaky+dir+"/zzz.log: flowlog: connection reset") {
		t.Errorf("the error is %v", err)
	}
	if _, err := os.Stat(result); err == nil {
		t.Error("there is a result")
	}
	counts, err := run(site, Reading{}, result, flaky+dir+"/*")
	if err != nil {
		t.Fatal(err)
	}
	outcomeOfCounts(t, site, counts).check(t, alone(t, site, logs))
}

// TestMatch: files are counted once, and what matches nothing is named.
func TestMatch(t *testing.T) {
	names, err := match(context.Background(), []string{"../../examples/site/*.log", "../../examples/site/c*.ss", "../../examples/site/conn.log"})
	if want := "[../../examples/site/central.ss ../../examples/site/conn.log]"; err != nil || fmt.Sprint(names) != want {
		t.Errorf("%v, %v; want %s", names, err, want)
	}
	for pattern, want := range map[string]string{
		"../../examples/site/*.nothing": `auditbeam: no file matches "../../examples/site/*.nothing"`,
		"../../examples/site/[":         `auditbeam: "../../examples/site/[": syntax error in pattern`,
		"tape://a":                      `auditbeam: "tape://a": file system scheme "tape" not registered`,
	} {
		if _, err := match(context.Background(), []string{"../../examples/site/*.log", pattern}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", pattern, err, want)
		}
	}
}

// TestReading: the options reach the workers.
func TestReading(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "log")
	var b strings.Builder
	b.WriteString("when;who;whom;door;how\n")
	for hour := range 24 {
		fmt.Fprintf(&b, "2026-11-25T%02d:00:00;192.0.2.10;192.0.2.20;25;tcp\n", hour)
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	location, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	r := Reading{
		Options: flowlog.Options{Format: flowlog.FormatCSV, Location: location, Fields: map[flowlog.Field]string{
			flowlog.FieldSource: "who", flowlog.FieldDestination: "whom", flowlog.FieldDestinationPort: "door", flowlog.FieldProtocol: "how", flowlog.FieldTime: "when",
		}},
		Since: time.Date(2026, 11, 25, 3, 0, 0, 0, location), Until: time.Date(2026, 11, 25, 8, 0, 0, 0, location),
	}
	counts, err := run(tokyo(t), r, filepath.Join(dir, "counts"), name)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := tokyo(t).matcher()
	tally, err := counts.Tally(m)
	if err != nil || tally.Records() != 5 {
		t.Errorf("%v, %v", tally, err)
	}
	if s := counts.Stats(); s.Files != 1 || s.Lines != 25 || s.Records != 24 || s.Broken != 0 {
		t.Errorf("%+v", s)
	}
	if f := tally.Findings(); !f.First.Equal(r.Since) || !f.Last.Equal(r.Until.Add(-time.Hour)) {
		t.Errorf("from %v to %v", f.First, f.Last)
	}
}
