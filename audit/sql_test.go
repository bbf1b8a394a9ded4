package audit_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/internal/testkit/duckdb"
	"github.com/portbook/portbook/site"
)

// TestSQL: SQL computes the same findings from the same records.
func TestSQL(t *testing.T) {
	if testing.Short() {
		t.Skip("it installs a database")
	}
	db := duckdb.New(t)
	plan := example(t).Plan()
	check := func(records []audit.Record) {
		t.Helper()
		tally := audit.Compile(plan).NewTally()
		for i := range records {
			tally.Add(&records[i])
		}
		f := tally.Findings()
		if f.Dropped > 0 {
			t.Fatalf("%d records are in no finding", f.Dropped)
		}
		db.CheckFindings(t, f, duckdb.Records(t, records))
	}
	rnd := rand.New(rand.NewPCG(13, 14))
	for _, n := range []int{0, 1, 10, 100, 1000, 20000} {
		check(randomRecords(plan, rnd, n))
	}
	var log []audit.Record
	for _, name := range []string{"conn.log", "firewall.csv"} {
		f, err := os.Open("../examples/site/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := flowlog.Read(f, flowlog.Options{Vantage: name}, func(r *audit.Record) { log = append(log, *r) }); err != nil {
			t.Fatal(err)
		}
	}
	check(log)
}

// zeekSQL reads conn.log without anything of this module.
const zeekSQL = `
CREATE MACRO key(s) AS '4' || array_to_string(list_transform(string_split(s, '.'), lambda x: printf('%%02x', x::INTEGER)), '');
CREATE TABLE records AS
SELECT key(f) AS f, key(t) AS t, CASE proto WHEN 'icmp' THEN 0 ELSE fport END AS fport, CASE proto WHEN 'icmp' THEN fport ELSE tport END AS tport,
  CASE proto WHEN 'tcp' THEN 6 WHEN 'udp' THEN 17 WHEN 'icmp' THEN 1 END AS proto,
  CASE WHEN proto = 'tcp' AND state IN ('S0', 'REJ', 'RSTOS0', 'SH') THEN 1 ELSE 0 END AS outcome,
  proto = 'icmp' OR state NOT IN ('OTH', 'SHR', 'RSTRH') AS opened, floor(ts)::BIGINT AS first, floor(ts)::BIGINT AS last, '' AS vantage, false AS sampled
FROM read_csv('%s', delim = '\t', header = false, auto_detect = false, comment = '#', quote = '', escape = '', columns = {%s});
`

// TestSQLOfLog: SQL that reads the log of the example itself computes the same
// findings.
func TestSQLOfLog(t *testing.T) {
	if testing.Short() {
		t.Skip("it installs a database")
	}
	db := duckdb.New(t)
	const name = "../examples/site/conn.log"
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tally := example(t).NewTally()
	if _, err := flowlog.Read(f, flowlog.Options{}, tally.Add); err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	db.CheckFindings(t, tally.Findings(), fmt.Sprintf(zeekSQL, here+"/"+name, zeekColumns(t, name)))
}

// randomRecords returns records between addresses at and around the bounds of
// hosts, mostly on ports of needs, from several places.
func randomRecords(p *site.Plan, rnd *rand.Rand, n int) []audit.Record {
	addresses := []netip.Addr{netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("2001:db8:ffff::1")}
	for _, e := range p.Site().Hosts() {
		for _, h := range e.Places() {
			if first, last, ok := h.Range(); ok {
				addresses = append(addresses, first.Prev(), first, first.Next(), last, last.Next())
			}
		}
	}
	type port struct {
		protocol portbook.Protocol
		n        portbook.Port
	}
	var ports []port
	for x := range p.Needs() {
		for protocol, r := range x.Options[0].All() {
			ports = append(ports, port{protocol, r.First()})
		}
	}
	list := make([]audit.Record, n)
	for i := range list {
		r := &list[i]
		r.From, r.To = addresses[rnd.IntN(len(addresses))], addresses[rnd.IntN(len(addresses))]
		x := ports[rnd.IntN(len(ports))]
		if rnd.IntN(4) == 0 {
			x = port{[]portbook.Protocol{portbook.TCP, portbook.UDP, portbook.ICMP, 47}[rnd.IntN(4)], portbook.Port(rnd.IntN(20))}
		}
		r.Protocol, r.ToPort, r.FromPort = x.protocol, x.n, portbook.Port(30000+rnd.IntN(1<<15))
		if r.FromPort == r.ToPort {
			r.FromPort++
		}
		if r.Opened = rnd.IntN(2) == 0; !r.Opened && rnd.IntN(2) == 0 {
			r.From, r.To, r.FromPort, r.ToPort = r.To, r.From, r.ToPort, r.FromPort
		}
		r.Outcome = audit.Outcome(rnd.IntN(3))
		r.Vantage, r.Sampled = []string{"", "gateway", "core"}[rnd.IntN(3)], rnd.IntN(8) == 0
		if rnd.IntN(9) > 0 {
			r.First = int64(1_700_000_000 + rnd.IntN(1000))
			r.Last = r.First + int64(rnd.IntN(10))
		}
	}
	return list
}

// zeekColumns declares the columns of conn.log.
func zeekColumns(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(data), "#fields\t")
	fields, _, _ := strings.Cut(after, "\n")
	known := map[string]string{
		"ts": "'ts': 'DOUBLE'", "id.orig_h": "'f': 'VARCHAR'", "id.orig_p": "'fport': 'INTEGER'", "id.resp_h": "'t': 'VARCHAR'",
		"id.resp_p": "'tport': 'INTEGER'", "proto": "'proto': 'VARCHAR'", "conn_state": "'state': 'VARCHAR'",
	}
	var columns []string
	for i, field := range strings.Split(fields, "\t") {
		columns = append(columns, cmp.Or(known[field], fmt.Sprintf("'x%d': 'VARCHAR'", i)))
	}
	return strings.Join(columns, ", ")
}
