package audit_test

import (
	"fmt"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/site/sitefile"
)

func example(t *testing.T) *audit.Matcher {
	t.Helper()
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return audit.Compile(s.Plan())
}

// record is a connection of the example.
func record(from, to string, port portbook.Port, vantage string) audit.Record {
	return audit.Record{
		From: netip.MustParseAddr(from), To: netip.MustParseAddr(to), FromPort: 50000, ToPort: port, Protocol: portbook.TCP, Opened: true, Vantage: vantage,
	}
}

// The machines of the example: management (the Notification Server) opens 1433
// to database.
const (
	management = "192.0.2.40"
	database   = "192.0.2.50"
	outside    = "203.0.113.240"
)

// TestUnobservable: a need is unseen where one log shows both of its ends, and
// all of their packets; ends that different logs show prove nothing.
func TestUnobservable(t *testing.T) {
	m := example(t)
	for _, x := range []struct {
		name    string
		records []audit.Record
		sampled bool
		want    audit.Verdict
	}{
		{"neither end", nil, false, audit.VerdictUnobservable},
		{"one end", []audit.Record{record(management, outside, 1, "")}, false, audit.VerdictUnobservable},
		{"both ends in one record", []audit.Record{record(database, management, 1, "")}, false, audit.VerdictUnseen},
		{"both ends in two records", []audit.Record{record(management, outside, 1, "a"), record(outside, database, 1, "a")}, false, audit.VerdictUnseen},
		{"ends at two vantages", []audit.Record{record(management, outside, 1, "a"), record(outside, database, 1, "b")}, false, audit.VerdictUnobservable},
		{"and at a third", []audit.Record{record(management, outside, 1, "a"), record(outside, database, 1, "b"), record(database, management, 1, "c")}, false, audit.VerdictUnseen},
		{"sampled", []audit.Record{record(database, management, 1, "")}, true, audit.VerdictUnobservable},
		{"seen by sampling", []audit.Record{record(management, database, 1433, "a")}, true, audit.VerdictSeen},
	} {
		one, parts := m.NewTally(), m.NewTally()
		for i := range x.records {
			x.records[i].Sampled = x.sampled
			one.Add(&x.records[i])
			part := m.NewTally()
			part.Add(&x.records[i])
			parts.Merge(part)
		}
		for _, tally := range []*audit.Tally{one, parts} {
			f := finding(t, tally.Findings(), "itms/notification-server/sql-database")
			if f.Verdict != x.want || x.want == audit.VerdictSeen && (!f.Sampled || !slices.Equal(f.Vantages, []string{"a"})) {
				t.Errorf("%s: %s from %q, sampled %v, want %s", x.name, f.Verdict, f.Vantages, f.Sampled, x.want)
			}
		}
	}
}

func finding(t *testing.T, f audit.Findings, flow string) audit.Finding {
	t.Helper()
	for _, x := range f.List {
		if x.Need.Flow.String() == flow {
			return x
		}
	}
	t.Fatalf("no finding about %s", flow)
	return audit.Finding{}
}

// TestVantages: findings name where their records come from, in whatever order
// tallies met the names; those beyond the bound have no name, and count.
func TestVantages(t *testing.T) {
	m := example(t)
	var tallies []*audit.Tally
	for _, names := range [][]string{{"b", "a"}, {"c", "", "a"}, {"d", "b"}} {
		tally := m.NewTally()
		for _, name := range names {
			r := record(outside, database, 1, name)
			tally.Add(&r)
		}
		tallies = append(tallies, tally)
	}
	data, err := tallies[1].MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if err := tallies[1].UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	all := m.NewTally()
	for _, x := range tallies {
		all.Merge(x)
	}
	f := all.Findings()
	want := []string{"a", "b", "c", "d"}
	stray := f.List[len(f.List)-1]
	if !reflect.DeepEqual(f.Vantages, want) || !reflect.DeepEqual(stray.Vantages, want) || stray.Records != 7 {
		t.Errorf("vantages %q and %q of %d records, want %q", f.Vantages, stray.Vantages, stray.Records, want)
	}
	for i := range 100 {
		r := record(outside, database, 1, fmt.Sprint("x", i))
		all.Add(&r)
	}
	if f := all.Findings(); len(f.Vantages) != 62 || f.Records != 107 {
		t.Errorf("%d vantages of %d records", len(f.Vantages), f.Records)
	}
}
