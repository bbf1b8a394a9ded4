package auditbeam

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/portbook/portbook/audit/flowlog"
)

// countsOf counts a log of the example.
func countsOf(t *testing.T, site *Site, name, text string) *Counts {
	t.Helper()
	f := newCountFn(site, Reading{})
	if err := f.Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := f.count(name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCoder: counts are the same after their coder, with the errors of broken
// lines, and so are those of nothing.
func TestCoder(t *testing.T) {
	site := tokyo(t)
	m, err := site.matcher()
	if err != nil {
		t.Fatal(err)
	}
	log := readLog(t, "conn.log", 7)
	text := log.head + "one\nand\tanother\n" + strings.Join(log.rows, "")
	for _, c := range []*Counts{new(Counts), countsOf(t, site, "a.log", ""), countsOf(t, site, "b.log", text)} {
		data, err := encode(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprintf("%+v", got.Stats()) != fmt.Sprintf("%+v", c.Stats()) {
			t.Errorf("%+v\nwant %+v", got.Stats(), c.Stats())
		}
		if again, err := encode(got); err != nil || string(again) != string(data) {
			t.Errorf("encoded again it is another: %v", err)
		}
		want, err1 := c.Tally(m)
		tally, err2 := got.Tally(m)
		if err1 != nil || err2 != nil || !reflect.DeepEqual(tally.Findings(), want.Findings()) {
			t.Errorf("the findings differ: %v, %v", err1, err2)
		}
		for n := range len(data) {
			if _, err := decode(data[:n]); err == nil || !strings.HasPrefix(err.Error(), "auditbeam: broken counts: ") {
				t.Fatalf("%d of %d bytes: %v", n, len(data), err)
			}
		}
	}
	if s := countsOf(t, site, "b.log", text).Stats(); s.Broken != 2 || len(s.Remarkable) != 1 || len(s.Remarkable[0].First) != 2 {
		t.Errorf("%+v", s)
	}
}

// TestOtherSite: counts of another site are refused.
func TestOtherSite(t *testing.T) {
	data, err := encode(countsOf(t, manyHosts(t), "a.log", ""))
	if err != nil {
		t.Fatal(err)
	}
	c, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := tokyo(t).matcher()
	if _, err := c.Tally(m); err == nil || err.Error() != "auditbeam: audit: a tally of another plan" {
		t.Error(err)
	}
}

// TestStats: which files are remarked on does not depend on the order in which
// stats are merged.
func TestStats(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	var list []Stats
	for i := range 300 {
		s := flowlog.Stats{Lines: 10, Records: 9, Skipped: 1}
		if i%2 == 0 {
			s.Records, s.Broken, s.First = 8, 1, []flowlog.Broken{{Line: int64(i), Err: errors.New("x")}}
		}
		list = append(list, statsOf(fmt.Sprintf("%03d", i), s))
	}
	for range 10 {
		parts := append([]Stats(nil), list...)
		rnd.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		for len(parts) > 1 {
			i := rnd.IntN(len(parts) - 1)
			parts[i].merge(parts[i+1])
			parts = append(parts[:i+1], parts[i+2:]...)
		}
		s := parts[0]
		if s.Files != 300 || s.Lines != 3000 || s.Records != 150*17 || s.Skipped != 300 || s.Broken != 150 || s.More != 50 || len(s.Remarkable) != 100 {
			t.Fatalf("%+v", s)
		}
		for i, f := range s.Remarkable {
			if f.Name != fmt.Sprintf("%03d", 2*i) || f.Broken != 1 || f.First[0].Line != int64(2*i) {
				t.Fatalf("file %d is %+v", i, f)
			}
		}
	}
	for _, s := range []flowlog.Stats{{}, {Records: 1, Broken: 1}, {Records: 1, Truncated: true}, {Records: 1, Sampled: true}} {
		if len(statsOf("x", s).Remarkable) != 1 {
			t.Errorf("nothing is said of %+v", s)
		}
	}
}

// TestSite: a site that was read is loaded again from its archive alone, with
// the catalogs that it names and those over which it is loaded.
func TestSite(t *testing.T) {
	inhouse := Catalog{FS: os.DirFS("../../examples/inhouse")}
	for _, x := range []struct {
		name     string
		catalogs []Catalog
		own      bool
	}{
		{"examples/site/tokyo.yaml", nil, false},
		{"examples/cloud/cloud.yaml", nil, true},
		{"examples/site/tokyo.yaml", []Catalog{inhouse}, true},
	} {
		s := readSite(t, x.name, x.catalogs...)
		loaded, err := s.Load()
		if err != nil {
			t.Fatal(err)
		}
		if has := len(loaded.Catalog().Products()) > len(portbook.Builtin().Products()); has != x.own {
			t.Errorf("%s, %d catalogs: own products: %v", x.name, len(x.catalogs), has)
		}
		if n := audit.Compile(loaded.Plan()).NewTally().Findings().List; len(n) == 0 {
			t.Errorf("%s has no needs", x.name)
		}
	}
}

// TestSiteErrors: a site that cannot be loaded fails before any pipeline runs.
func TestSiteErrors(t *testing.T) {
	broken := fstest.MapFS{"a.yaml": {Data: []byte("site: a\nhosts:\n  x: {roles: [nothing]}\n")}}
	for name, want := range map[string]string{"a.yaml": "a.yaml:3", "b.yaml": "b.yaml"} {
		if _, err := ReadSite(broken, name, time.Time{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (&Site{Name: "a.yaml", Archive: []byte("x")}).Load(); err == nil || !strings.HasPrefix(err.Error(), `auditbeam: site "a.yaml": `) {
		t.Error(err)
	}
}
