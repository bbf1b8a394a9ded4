package duckdb

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/site"
)

//go:embed findings.sql
var findingsSQL string

// Key is an address as the SQL compares it.
func Key(a netip.Addr) string {
	return map[bool]string{true: "4", false: "6"}[a.Is4()] + fmt.Sprintf("%x", a.AsSlice())
}

// Records returns SQL that makes the table of records of some in a program.
func Records(t *testing.T, list []audit.Record) string {
	t.Helper()
	var rows [][]string
	for _, r := range list {
		rows = append(rows, []string{
			Key(r.From), Key(r.To), fmt.Sprint(r.FromPort), fmt.Sprint(r.ToPort), strconv.Itoa(int(r.Protocol)), strconv.Itoa(int(r.Outcome)),
			fmt.Sprint(r.Opened), fmt.Sprint(r.First), fmt.Sprint(r.Last), r.Vantage, fmt.Sprint(r.Sampled),
		})
	}
	return table(t, "records", "f VARCHAR, t VARCHAR, fport INTEGER, tport INTEGER, proto INTEGER, outcome INTEGER, opened BOOLEAN, first BIGINT, last BIGINT, vantage VARCHAR, sampled BOOLEAN", rows)
}

// table returns SQL that makes a table of rows.
func table(t *testing.T, name, columns string, rows [][]string) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(file)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	var types []string
	for column := range strings.SplitSeq(columns, ", ") {
		name, kind, _ := strings.Cut(column, " ")
		types = append(types, fmt.Sprintf("'%s': '%s'", name, kind))
	}
	sql := fmt.Sprintf("CREATE TABLE %s (%s);\n", name, columns)
	if len(rows) == 0 {
		return sql
	}
	return sql + fmt.Sprintf("INSERT INTO %s SELECT * FROM read_csv('%s', header = false, auto_detect = false, nullstr = '\\N', quote = '\"', columns = {%s});\n",
		name, file.Name(), strings.Join(types, ", "))
}

// plan returns SQL that makes the tables of a plan.
func plan(t *testing.T, p *site.Plan) string {
	t.Helper()
	var ends []site.End
	number := func(e site.End) string {
		i := slices.Index(ends, e)
		if i < 0 {
			i = len(ends)
			ends = append(ends, e)
		}
		return strconv.Itoa(i)
	}
	for _, e := range p.Site().Hosts() {
		number(e)
	}
	var needs, options [][]string
	add := func(n site.Need, certain bool) {
		id := strconv.Itoa(len(needs))
		needs = append(needs, []string{id, number(n.From), number(n.To), fmt.Sprint(certain), fmt.Sprint(n.Local), needText(n)})
		for _, o := range n.Options {
			for protocol, r := range o.All() {
				options = append(options, []string{id, strconv.Itoa(int(protocol)), fmt.Sprint(r.First()), fmt.Sprint(r.Last())})
			}
		}
	}
	for n := range p.Needs() {
		add(n, true)
	}
	for n := range p.Possible() {
		add(n, false)
	}
	var endRows, ranges [][]string
	for i, e := range ends {
		endRows = append(endRows, []string{strconv.Itoa(i), e.Name(), fmt.Sprint(e.IsGroup())})
		for _, place := range e.Places() {
			if first, last, ok := place.Range(); ok {
				ranges = append(ranges, []string{strconv.Itoa(i), Key(first), Key(last)})
			}
		}
	}
	return table(t, "ends", "e INTEGER, name VARCHAR, grp BOOLEAN", endRows) + table(t, "ranges", "e INTEGER, lo VARCHAR, hi VARCHAR", ranges) +
		table(t, "needs", "n INTEGER, f INTEGER, t INTEGER, certain BOOLEAN, local BOOLEAN, label VARCHAR", needs) +
		table(t, "opts", "n INTEGER, proto INTEGER, lo INTEGER, hi INTEGER", options)
}

func needText(n site.Need) string { return fmt.Sprint(n.Flow, " ", n.Options) }

// finding is a finding as SQL computes it.
type finding struct {
	Verdict, From, To, Need string
	Ends, Records           int
	First, Last             string // seconds
	Ports                   []int  // with protocols, where no need has them
	Vantages                []string
	Sampled                 bool
}

func (f finding) String() string {
	slices.Sort(f.Ports)
	slices.Sort(f.Vantages)
	return fmt.Sprintf("%s: %s -> %s (%d) %s: %d records, %s to %s, ports %v, from %q, sampled %v",
		f.Verdict, f.From, f.To, f.Ends, f.Need, f.Records, f.First, f.Last, f.Ports, f.Vantages, f.Sampled)
}

// CheckFindings compares findings with those that SQL computes of the same
// records, which a statement stores in the table records: by joins alone, and
// without anything of package audit.
func (db *DB) CheckFindings(t *testing.T, f audit.Findings, records string) {
	t.Helper()
	var rows []finding
	db.Query(plan(t, f.Plan)+records+findingsSQL, 2, &rows)
	var want, got []string
	for _, x := range rows {
		want = append(want, x.String())
	}
	for _, x := range f.List {
		got = append(got, newFinding(x).String())
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("findings are not those of SQL (-SQL +audit):\n%s", d)
	}
}

func newFinding(x audit.Finding) finding {
	f := finding{
		Verdict: string(x.Verdict), From: x.From.Name(), To: x.To.Name(), Ends: x.Ends, Records: int(x.Records), Vantages: x.Vantages, Sampled: x.Sampled,
		First: strconv.FormatInt(max(0, x.First.Unix()), 10), Last: strconv.FormatInt(max(0, x.Last.Unix()), 10),
	}
	if !x.Need.Flow.IsZero() {
		f.Need = needText(x.Need)
		return f
	}
	for protocol, r := range x.Ports.All() {
		for n := int(r.First()); n <= int(r.Last()); n++ {
			f.Ports = append(f.Ports, int(protocol)<<16|n)
		}
	}
	return f
}
