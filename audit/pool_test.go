package audit_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
	"github.com/portbook/portbook/site/sitefile"
)

// TestPoolFindings: a log that several goroutines count gives the findings of
// one goroutine.
func TestPoolFindings(t *testing.T) {
	s, err := sitefile.Load(os.DirFS("../examples/site"), "tokyo.yaml", portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := os.ReadFile("../examples/site/conn.log")
	if err != nil {
		t.Fatal(err)
	}
	log := strings.Repeat(string(conn), 1<<20/len(conn))
	m := audit.Compile(s.Plan())
	one := m.NewTally()
	if _, err := flowlog.Read(strings.NewReader(log), flowlog.Options{}, one.Add); err != nil {
		t.Fatal(err)
	}
	want := one.Findings()
	for n := 1; n <= 4; n++ {
		tallies := make([]*audit.Tally, n)
		var adds []func(*audit.Record)
		for i := range tallies {
			tallies[i] = m.NewTally()
			adds = append(adds, tallies[i].Add)
		}
		pool := flowlog.NewPool(adds...)
		if _, err := pool.Read(strings.NewReader(log), flowlog.Options{}); err != nil {
			t.Fatal(err)
		}
		pool.Close()
		for _, x := range tallies[1:] {
			tallies[0].Merge(x)
		}
		if got := tallies[0].Findings(); !reflect.DeepEqual(got, want) {
			t.Errorf("%d goroutines: %d findings of %d records, want %d of %d", n, len(got.List), got.Records, len(want.List), want.Records)
		}
	}
}
