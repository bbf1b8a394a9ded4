package content

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"golang.org/x/text/language"
)

// TestGroups checks what each grouping promises: each flow stands under all
// headings that it has, under no other, and each heading occurs once.
func TestGroups(t *testing.T) {
	flows := portbook.Builtin().Flows()
	for by, keys := range map[Grouping]func(portbook.Flow) []string{
		ByProduct:     func(f portbook.Flow) []string { return []string{string(f.Product())} },
		ByComponent:   func(f portbook.Flow) []string { return []string{string(f.Component())} },
		BySource:      func(f portbook.Flow) []string { return stringsOf(f.From()) },
		ByDestination: func(f portbook.Flow) []string { return stringsOf(f.To()) },
	} {
		r := New(flows, Options{GroupBy: by})
		got := map[string]portbook.FlowSet{}
		seen := map[Heading]bool{}
		var order []string
		for _, g := range r.Groups {
			if seen[g.heading] {
				t.Errorf("by %s: %v occurs twice", by, g.heading)
			}
			seen[g.heading] = true
			h := g.Subject()
			key := string(h.product) + string(h.component)
			if by == ByProduct && h != (Heading{product: h.product}) || by != ByProduct && h != g.heading {
				t.Errorf("by %s: the subject of %v is %v", by, g.heading, h)
			}
			if _, ok := got[key]; !ok {
				order = append(order, key)
			} else if order[len(order)-1] != key {
				t.Errorf("by %s: the groups of %s do not stand together", by, key)
			}
			if x := got[key]; x.Catalog() == nil {
				got[key] = g.Flows
			} else if x.Intersect(g.Flows).Len() > 0 {
				t.Errorf("by %s: a flow stands under two headings of %s", by, key)
			} else {
				got[key] = x.Union(g.Flows)
			}
		}
		n := 0
		for key, s := range got {
			n += s.Len()
			want := flows.Matching(func(f portbook.Flow) bool { return slices.Contains(keys(f), key) })
			if s.String() != want.String() {
				t.Errorf("by %s: under %s stand %s, want %s", by, key, s, want)
			}
		}
		all := 0
		for f := range flows.All() {
			all += len(keys(f))
		}
		if n != all || r.Total() != all {
			t.Errorf("by %s: %d rows, and a total of %d, want %d", by, n, r.Total(), all)
		}
	}
}

func stringsOf[T ~string](list []T) []string {
	var s []string
	for _, x := range list {
		s = append(s, string(x))
	}
	return s
}

// TestDefaultColumns pins the columns that each view has in each shape, and
// that they are columns of the view, none of them twice.
func TestDefaultColumns(t *testing.T) {
	var b bytes.Buffer
	for _, v := range Views() {
		for shape, name := range []string{"wide", "narrow", "sheets", "flat"} {
			for _, bare := range []bool{false, true} {
				columns := Options{View: v, Shape: Shape(shape), Bare: bare}.withDefaults().Columns
				fmt.Fprintf(&b, "%s, %s, bare %t: %s\n", v, name, bare, strings.Join(stringsOf(columns), " "))
				for i, c := range columns {
					if !slices.Contains(Columns(v), c) || slices.Contains(columns[:i], c) {
						t.Errorf("%s, %s: column %s is not of the view, or there twice", v, name, c)
					}
				}
			}
		}
	}
	golden.Check(t, "testdata/columns.txt", b.Bytes())
}

// host is a machine with something of every kind: fixed and dynamic ports,
// ports of several flows, and ports that collide.
var host = []portbook.Component{
	portbook.ComponentApexCentralServer, portbook.ComponentServiceGatewayAppliance, portbook.ComponentITMSPXEServer,
	portbook.ComponentITMSEventEngine, portbook.ComponentITMSTFTPServer,
}

// TestCells compares all that the reports of a few flows say, in both
// languages, cell by cell.
func TestCells(t *testing.T) {
	var ends []portbook.Endpoint
	for _, x := range host {
		ends = append(ends, x)
	}
	flows := portbook.Builtin().Flows().Involving(ends...)
	for _, v := range Views() {
		var b strings.Builder
		for _, tag := range []language.Tag{language.English, language.Japanese} {
			r := New(flows, Options{
				View: v, Columns: Columns(v), Languages: []i18n.Localizer{i18n.New(tag)}, Hosts: [][]portbook.Component{host, host[:1]},
				Date: time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
			})
			d := r.Document()
			fmt.Fprintf(&b, "# %s\n%s\n%s\n%s\n", d.TitleText(), d.Subtitle(), d.Empty(), strings.Join(d.Legend(), "\n"))
			header := d.Header()
			for _, g := range r.Groups {
				fmt.Fprintf(&b, "\n## %s | %s | %s\n", d.TitleOf(g), d.SubtitleOf(g), d.About(g))
				for row := range d.Rows(g) {
					b.WriteByte('\n')
					for i, cell := range row {
						if cell != "" {
							fmt.Fprintf(&b, "%s: %s\n", header[i], cell)
						}
					}
				}
			}
			fmt.Fprintf(&b, "\n## .\n")
			for _, x := range r.Sources {
				fmt.Fprintf(&b, "%s\n", d.SourceLine(x))
			}
			for _, n := range r.Notes {
				fmt.Fprintf(&b, "%s %s\n", d.NoteReference(n), d.NoteLine(n))
			}
			b.WriteByte('\n')
		}
		text := strings.ReplaceAll(b.String(), portbook.Builtin().Version(), "(edition)")
		golden.Check(t, "testdata/"+string(v)+".txt", []byte(text))
	}
}

// TestProgress checks that progress is told every 256 rows, with the total.
func TestProgress(t *testing.T) {
	var told []int
	r := New(portbook.Builtin().Flows(), Options{})
	r.Progress = func(done, total int) {
		told = append(told, done)
		if total != r.Total() {
			t.Errorf("the total is %d, want %d", total, r.Total())
		}
	}
	for range 600 {
		r.Tick()
	}
	if !slices.Equal(told, []int{256, 512}) {
		t.Errorf("progress at %v", told)
	}
}

// TestGroupings checks that views by host are grouped by host alone, and that
// the first grouping of a view is the one that it uses by itself.
func TestGroupings(t *testing.T) {
	for _, v := range Views() {
		list := Groupings(v)
		if byHost := slices.Equal(list, []Grouping{ByHost}); byHost == (v == ViewFlows) || slices.Contains(list, ByHost) != byHost {
			t.Errorf("%s is grouped by %v", v, list)
		}
		if got := (Options{View: v}).withDefaults().GroupBy; got != list[0] {
			t.Errorf("%s is grouped by %s unless asked otherwise, want %s", v, got, list[0])
		}
	}
}
