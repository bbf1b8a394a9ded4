//go:build unix

package bench

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gaissmai/bart"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/duckdb"
	"github.com/portbook/portbook/site"
	"github.com/portbook/portbook/site/sitefile"
	"go4.org/netipx"
)

// peersRecords is many, so that starting a program counts for little.
const peersRecords = 5 * auditRecords

// peer is what one would take instead.
type peer struct {
	name    string
	prepare func(b *testing.B, file string) (run func() time.Duration)
}

// BenchmarkPeers reads a file of Zeek by one goroutine, and then by what else
// there is. All metrics are of processor time, which says more than a clock where
// a machine does other things as well: "times" is how many times as fast portbook
// is. Nothing can be faster than wc and ripgrep, which only look for bytes.
func BenchmarkPeers(b *testing.B) {
	plan := tokyo(b)
	m := audit.Compile(plan)
	file := filepath.Join(b.TempDir(), "conn.log")
	log := zeekLog(false)
	rows := bytes.TrimPrefix(log, []byte(zeekHeader))
	if err := os.WriteFile(file, append(log, bytes.Repeat(rows, peersRecords/auditRecords-1)...), 0o600); err != nil {
		b.Fatal(err)
	}
	sql := func(query string) func(*testing.B, string) func() time.Duration {
		return func(b *testing.B, file string) func() time.Duration {
			db := duckdb.New(b)
			return func() time.Duration {
				var rows []map[string]any
				took := db.Query(zeekTable(file)+query, 1, &rows)
				if len(rows) == 0 {
					b.Fatal("no rows")
				}
				return took
			}
		}
	}
	for _, x := range []peer{
		{"wc -l", program("wc", "-l")},
		{"rg -c", program("rg", "-c", `\t443\t`)},
		{"cut", program("cut", "-f3,5,6,12")},
		{"mawk", program("mawk", "-F\t", `{n[$3 FS $5 FS $6 FS $12]++} END {for (k in n) i++; print i}`)},
		{"csv and map", inProcess(countStrings)},
		{"csv, bart and map", inProcess(func(log []byte) error { return countClasses(log, prefixes(plan)) })},
		{"DuckDB grouping", sql("SELECT f, t, tport, state, count(*) AS n FROM log GROUP BY ALL;")},
		{"DuckDB grouping with times", sql("SELECT f, t, tport::USMALLINT AS port, proto, state, count(*) AS n, min(ts::DOUBLE) AS first, max(ts::DOUBLE) AS last FROM log GROUP BY ALL;")},
		{"DuckDB with roles", sql(ranges(plan) + rolesQuery)},
		{"DuckDB with roles record by record", sql(ranges(plan) + directQuery)},
	} {
		b.Run(strings.ReplaceAll(x.name, " ", "-"), func(b *testing.B) {
			var ours, theirs time.Duration
			run := x.prepare(b, file)
			for b.Loop() {
				ours += readFile(b, m, file, 1)
				theirs += run()
			}
			b.ReportMetric(peersRecords*float64(b.N)/theirs.Seconds()/1e6, "Mrec/s")
			b.ReportMetric(peersRecords*float64(b.N)/ours.Seconds()/1e6, "portbook-Mrec/s")
			b.ReportMetric(theirs.Seconds()/ours.Seconds(), "times")
		})
	}
}

// BenchmarkCores reads a file by one goroutine and by two. Two cores that nobody
// else uses are twice as fast as one, less the processor time that dividing the
// work takes: that is "times".
func BenchmarkCores(b *testing.B) {
	m := audit.Compile(tokyo(b))
	for name, log := range map[string][]byte{"zeek": zeekLog(false), "aws": awsLog(), "json": jsonLog()} {
		file := filepath.Join(b.TempDir(), name)
		if err := os.WriteFile(file, bytes.Repeat(log, peersRecords/auditRecords), 0o600); err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			var one, two time.Duration
			for b.Loop() {
				one += readFile(b, m, file, 1)
				two += readFile(b, m, file, 2)
			}
			b.ReportMetric(peersRecords*float64(b.N)/one.Seconds()/1e6, "Mrec/s")
			b.ReportMetric(2*one.Seconds()/two.Seconds(), "times")
		})
	}
}

// processorTime returns what the process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// readFile counts the records of a file by some goroutines, and returns the
// processor time of that.
func readFile(b *testing.B, m *audit.Matcher, file string, goroutines int) time.Duration {
	b.Helper()
	runtime.GC()
	start := processorTime(b)
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	tallies := []*audit.Tally{m.NewTally()}
	var stats flowlog.Stats
	if goroutines == 1 {
		stats, err = flowlog.Read(f, flowlog.Options{}, tallies[0].Add)
	} else {
		adds := []func(*audit.Record){tallies[0].Add}
		for range goroutines - 1 {
			t := m.NewTally()
			tallies, adds = append(tallies, t), append(adds, t.Add)
		}
		pool := flowlog.NewPool(adds...)
		stats, err = pool.Read(f, flowlog.Options{})
		pool.Close()
		for _, t := range tallies[1:] {
			tallies[0].Merge(t)
		}
	}
	if err != nil || stats.Records != peersRecords || tallies[0].Findings().Records != peersRecords {
		b.Fatalf("%v, %+v", err, stats)
	}
	return processorTime(b) - start
}

func tokyo(b *testing.B) *site.Plan {
	b.Helper()
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		b.Fatal(err)
	}
	return s.Plan()
}

// program reads the file by another program, with arguments before its name.
func program(name string, args ...string) func(*testing.B, string) func() time.Duration {
	return func(b *testing.B, file string) func() time.Duration {
		path := consumer.Program(b, name)
		return func() time.Duration {
			cmd := exec.Command(path, append(args, file)...)
			cmd.Env = append(os.Environ(), "LC_ALL=C")
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
			return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		}
	}
}

// inProcess reads the file by a function of this package.
func inProcess(count func([]byte) error) func(*testing.B, string) func() time.Duration {
	return func(b *testing.B, file string) func() time.Duration {
		return func() time.Duration {
			runtime.GC()
			start := processorTime(b)
			log, err := os.ReadFile(file)
			if err == nil {
				err = count(log)
			}
			if err != nil {
				b.Fatal(err)
			}
			return processorTime(b) - start
		}
	}
}

// prefixes returns a table of the hosts of a plan.
func prefixes(plan *site.Plan) *bart.Table[string] {
	t := new(bart.Table[string])
	for _, e := range plan.Site().Hosts() {
		for _, place := range e.Places() {
			if first, last, ok := place.Range(); ok {
				for _, p := range netipx.IPRangeFrom(first, last).Prefixes() {
					t.Insert(p, e.Name())
				}
			}
		}
	}
	return t
}

// countClasses groups records by the hosts of a table, port and state.
func countClasses(log []byte, hosts *bart.Table[string]) error {
	r := csv.NewReader(bytes.NewReader(log))
	r.Comma, r.Comment, r.LazyQuotes, r.ReuseRecord = '\t', '#', true, true
	counts := map[[4]string]int{}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		from, err := netip.ParseAddr(row[2])
		if err != nil {
			return err
		}
		to, err := netip.ParseAddr(row[4])
		if err != nil {
			return err
		}
		key := [4]string{"", "", row[5], row[11]}
		key[0], _ = hosts.Lookup(from)
		key[1], _ = hosts.Lookup(to)
		if _, ok := counts[key]; !ok {
			key[2], key[3] = strings.Clone(key[2]), strings.Clone(key[3])
		}
		counts[key]++
	}
}

// zeekTable reads conn.log into a view of SQL.
func zeekTable(file string) string {
	var columns []string
	known := map[string]string{"ts": "ts", "proto": "proto", "id.orig_h": "f", "id.resp_h": "t", "id.resp_p": "tport", "conn_state": "state"}
	for i, name := range strings.Fields(strings.TrimPrefix(zeekHeader, "#fields")) {
		column := known[name]
		if column == "" {
			column = fmt.Sprint("x", i)
		}
		columns = append(columns, fmt.Sprintf("'%s': 'VARCHAR'", column))
	}
	return fmt.Sprintf("CREATE VIEW log AS SELECT * FROM read_csv('%s', delim = '\t', header = false, auto_detect = false, comment = '#', quote = '', escape = '', columns = {%s});\n",
		file, strings.Join(columns, ", "))
}

// ranges makes a table of the addresses of a plan's hosts, as numbers.
func ranges(plan *site.Plan) string {
	var rows []string
	for _, e := range plan.Site().Hosts() {
		for _, place := range e.Places() {
			if first, last, ok := place.Range(); ok && first.Is4() {
				rows = append(rows, fmt.Sprintf("('%s', %d, %d)", e.Name(), number(first), number(last)))
			}
		}
	}
	return "CREATE TABLE ranges AS SELECT * FROM (VALUES " + strings.Join(rows, ", ") + ") AS v(host, lo, hi);\n" + numberMacro
}

func number(a netip.Addr) uint32 {
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// numberMacro makes a number of the text of an address.
const numberMacro = `
CREATE MACRO ip(s) AS split_part(s, '.', 1)::BIGINT * 16777216 + split_part(s, '.', 2)::BIGINT * 65536 + split_part(s, '.', 3)::BIGINT * 256 + split_part(s, '.', 4)::BIGINT;
`

// rolesQuery groups by hosts, as fast as was found: the file is read once, the
// addresses that occur are joined with their ranges, and the records with that.
const rolesQuery = `
CREATE TABLE records AS SELECT f, t, tport, state FROM log;
CREATE TABLE places AS SELECT a, host FROM (SELECT f AS a FROM records UNION SELECT t FROM records) LEFT JOIN ranges ON ip(a) BETWEEN lo AND hi;
SELECT x.host AS f, y.host AS t, tport, state, count(*) AS n FROM records JOIN places x ON x.a = f JOIN places y ON y.a = t GROUP BY ALL;
`

// directQuery says the same as one writes it first: each record is joined with
// the ranges.
const directQuery = `
SELECT x.host AS f, y.host AS t, tport, state, count(*) AS n FROM log LEFT JOIN ranges x ON ip(f) BETWEEN x.lo AND x.hi LEFT JOIN ranges y ON ip(t) BETWEEN y.lo AND y.hi GROUP BY ALL;
`
