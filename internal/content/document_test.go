package content

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/listen"
	"golang.org/x/text/language"
)

// TestSpans checks that what fell back to another language is told apart, in
// any place of a cell, and that plain text names the language behind it.
func TestSpans(t *testing.T) {
	d := New(portbook.Flows(), Options{Languages: []i18n.Localizer{i18n.New(language.Japanese)}}).Document()
	back := func(tag, s string) string { return FallbackOpen + tag + fallbackText + s + fallbackClose }
	for _, c := range []struct {
		text, plain string
		want        []span
	}{
		{"", "", nil},
		{"a", "a", []span{{"ja", "a"}}},
		{"a\x1bb", "a\ufffdb", []span{{"ja", "a\ufffdb"}}},
		{back("en", "x"), "x [en]", []span{{"en", "x"}}},
		{"a" + back("en", "x") + "b", "ax [en]b", []span{{"ja", "a"}, {"en", "x"}, {"ja", "b"}}},
		{back("en", "x") + back("de", "y"), "x [en]y [de]", []span{{"en", "x"}, {"de", "y"}}},
		{"a" + back("en", "x") + "、" + back("ja", "y"), "ax [en]、y", []span{{"ja", "a"}, {"en", "x"}, {"ja", "、"}, {"ja", "y"}}},
	} {
		if got := d.Spans(c.text); !slices.Equal(got, c.want) {
			t.Errorf("the spans of %q are %q, want %q", c.text, got, c.want)
		}
		if got := d.Plain(c.text); got != c.plain {
			t.Errorf("%q is %q in plain text, want %q", c.text, got, c.plain)
		}
	}
}

// TestRowsOfLists checks that a list without headings has each flow once, by
// whatever it would be grouped, and that a reader of rows may stop.
func TestRowsOfLists(t *testing.T) {
	for _, by := range Groupings(ViewFlows) {
		d := New(portbook.Flows(), Options{GroupBy: by, Columns: []Column{ColumnID}}).Document()
		var ids []string
		for row := range d.AllRows() {
			ids = append(ids, row[0])
		}
		if got := strings.Join(ids, " "); got != portbook.Flows().String() {
			t.Errorf("by %s: the rows are %s", by, got)
		}
	}
	hosts := [][]portbook.Component{host, host[:1], host[1:2]}
	for _, v := range []View{ViewFlows, ViewPorts, ViewCollisions} {
		r := New(portbook.Flows(), Options{View: v, Hosts: hosts})
		want := r.Total()
		if v == ViewFlows {
			want = portbook.Flows().Len()
		}
		d, all := r.Document(), 0
		for range d.AllRows() {
			all++
		}
		for stop := range min(all, 60) {
			n := 0
			for range d.AllRows() {
				if n++; n > stop {
					break
				}
			}
			if n != stop+1 {
				t.Fatalf("%s: %d rows were read, want %d", v, n, stop+1)
			}
		}
		if all != want {
			t.Errorf("%s: %d rows, want %d", v, all, want)
		}
	}
}

// TestPortHeadings checks that the groups by port have names, in the order of
// numbers, and that ports without a number come last and say why.
func TestPortHeadings(t *testing.T) {
	r := New(portbook.Flows(), Options{GroupBy: ByPort})
	d, names := r.Document(), map[string]bool{}
	for i, g := range r.Groups {
		s := g.heading.socket
		if i > 0 && listen.Compare(r.Groups[i-1].heading.socket, s) >= 0 {
			t.Errorf("group %d by port is %v, after %v", i, s, r.Groups[i-1].heading.socket)
		}
		name := d.TitleOf(g)
		if names[name] || d.SubtitleOf(g) != "" {
			t.Errorf("the group %q by port is there twice, or has a second title", name)
		}
		names[name] = true
		want := portbook.PortSetFrom(s.Protocol, s.Ports).String()
		if s.Kind != "" {
			want = d.LabelOf("port-kind", string(s.Kind))
			if s.Protocol != 0 {
				want = strings.ToUpper(fmt.Sprint(s.Protocol)) + ": " + want
			}
		}
		if name != want {
			t.Errorf("the name of %v is %q, want %q", s, name, want)
		}
		for f := range g.Flows.All() {
			if !slices.Contains(listen.Sockets(f), s) {
				t.Errorf("%s stands under %s", f, name)
			}
		}
	}
	for f := range portbook.Flows().All() {
		for _, s := range listen.Sockets(f) {
			if !slices.ContainsFunc(r.Groups, func(g Group) bool { return g.heading.socket == s && g.Flows.Contains(f) }) {
				t.Errorf("%s does not stand under %v", f, s)
			}
		}
	}
}

// TestListener checks the mark of what no flow of a row states: a row of
// several flows has it only where none of them states the value.
func TestListener(t *testing.T) {
	r := New(portbook.Flows(), Options{View: ViewPorts, Columns: Columns(ViewPorts), Hosts: [][]portbook.Component{portbook.Builtin().Components()}})
	d := r.Document()
	for _, g := range r.Groups {
		for _, x := range g.Listeners {
			stated := !x.Flows.Matching(func(f portbook.Flow) bool {
				return !f.IsInferred(portbook.FieldPorts) && !f.IsInferred(portbook.FieldPortKind)
			}).IsEmpty()
			if s := ListenerCells[ColumnPorts](d, x); s == "" || strings.HasSuffix(s, Mark) == stated {
				t.Errorf("the ports of %v are %q; stated: %v", x.Socket, s, stated)
			}
			stated = !x.Flows.Matching(func(f portbook.Flow) bool { return !f.IsInferred(portbook.FieldProtocols) }).IsEmpty()
			if s := ListenerCells[ColumnProtocol](d, x); len(x.Protocols()) > 0 && strings.HasSuffix(s, Mark) == stated {
				t.Errorf("the protocols of %v are %q; stated: %v", x.Socket, s, stated)
			}
			if s, want := ListenerCells[ColumnFlows](d, x), strings.ReplaceAll(x.Flows.String(), " ", ", "); s != want {
				t.Errorf("the flows of %v are %q, want %q", x.Socket, s, want)
			}
		}
	}
}
