package audit

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site/sitefile"
)

// TestPrint: tallies of sites that differ in an address, a name, a role or an
// answer are not merged, even where their needs use the same ports.
func TestPrint(t *testing.T) {
	file, err := os.ReadFile("../examples/site/tokyo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	compile := func(text string) *Matcher {
		s, err := sitefile.Load(fstest.MapFS{"tokyo.yaml": {Data: []byte(text)}}, "tokyo.yaml", portbook.Builtin())
		if err != nil {
			t.Fatal(err)
		}
		return Compile(s.Plan())
	}
	m := compile(string(file))
	tally, err := m.NewTally().MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if err := compile(string(file)).NewTally().UnmarshalBinary(tally); err != nil {
		t.Errorf("the same site: %v", err)
	}
	for _, change := range [][2]string{
		{"192.0.2.50", "192.0.2.51"},      // an address
		{"198.51.100.0/", "198.51.99.0/"}, // a range
		{"database", "store"},             // a name
		{"site/administrator-computer", "site/administrator-computer, site/dns-server"}, // a role
	} {
		text := strings.ReplaceAll(string(file), change[0], change[1])
		if text == string(file) {
			t.Errorf("the site has no %q", change[0])
			continue
		}
		if err := compile(text).NewTally().UnmarshalBinary(tally); err == nil || !strings.Contains(err.Error(), "another plan") {
			t.Errorf("%q: %v", change, err)
		}
	}
}

// TestSpanBeforeZero: no tally has a span that ends before 0, which merging
// would lose.
func TestSpanBeforeZero(t *testing.T) {
	m := Compile(tokyo(t))
	for want, last := range map[string]int64{"": 0, "audit: broken tally": -2} {
		tally := m.NewTally()
		tally.first, tally.last = -15, last
		data, err := tally.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := m.NewTally().UnmarshalBinary(data); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("it ends at %d: %q, want %q", last, got, want)
		}
	}
}

// FuzzTally reads tallies: one that is accepted is written again as what is read
// as the same, and nothing goes wrong with its findings.
func FuzzTally(f *testing.F) {
	m := Compile(tokyo(f))
	add := func(records ...Record) {
		tally := m.NewTally()
		for _, r := range records {
			tally.Add(&r)
		}
		data, err := tally.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	add()
	var scan []Record
	for n := range 30 {
		scan = append(scan, Record{From: hostAddress(n), To: hostAddress(1), ToPort: portbook.Port(n), Protocol: portbook.TCP, Opened: true, First: int64(n)})
	}
	add(scan[:3]...)
	add(scan...)
	f.Fuzz(func(t *testing.T, data []byte) {
		tally := m.NewTally()
		if tally.UnmarshalBinary(data) != nil {
			return
		}
		tally.Findings()
		first, err := tally.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		again := m.NewTally()
		if err := again.UnmarshalBinary(first); err != nil {
			t.Fatal(err)
		}
		again.Merge(m.NewTally())
		second, err := again.MarshalBinary()
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("written again it is another: %v", err)
		}
	})
}
