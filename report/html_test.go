package report_test

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/report"
	format "github.com/portbook/portbook/report/html"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/language"
)

// parse reads a page back as a browser does.
func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			b.WriteString(x.Data)
		}
	}
	return b.String()
}

// TestHTMLGolden shows the whole report of a small product in both languages, without diagrams: those have golden files of
// their own.
func TestHTMLGolden(t *testing.T) {
	for name, languages := range map[string][]i18n.Localizer{"en": {localizers()["en"]}, "ja": {localizers()["ja"], localizers()["en"]}} {
		out := write(t, portbook.Flows().DocumentedBy(portbook.ProductServiceGateway), report.Options{Format: format.Format, Languages: languages})
		golden.Check(t, "testdata/service-gateway."+name+".html", withoutFixed(t, out))
	}
}

// withoutFixed leaves out what is the same in every report, and has files of its own.
func withoutFixed(t *testing.T, page string) []byte {
	t.Helper()
	for _, name := range []string{"html/page.css", "html/page.js"} {
		fixed, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(page, string(fixed)) {
			t.Errorf("the page does not hold %s", name)
		}
		page = strings.Replace(page, string(fixed), name, 1)
	}
	page = regexp.MustCompile(`sha256-[\w+/=&#;]+`).ReplaceAllString(page, "HASH")
	for _, part := range strings.Split(portbook.DataVersion, "+") { // the plus sign is escaped in one place
		page = strings.ReplaceAll(page, part, "EDITION")
	}
	return []byte(page)
}

// TestHTMLHoldsEveryFlow compares the rows with the catalog, in every grouping.
func TestHTMLHoldsEveryFlow(t *testing.T) {
	for _, g := range report.Groupings(report.ViewFlows) {
		columns := []report.Column{report.ColumnPurpose, report.ColumnID}
		root := parse(t, write(t, portbook.Flows(), report.Options{Format: format.Format, GroupBy: g, Languages: []i18n.Localizer{localizers()["ja"]}, Columns: columns}))
		rows := map[string]*html.Node{}
		ids := map[string]bool{}
		for n := range root.Descendants() {
			if id := attribute(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("by %s: two elements have the id %s", g, id)
				}
				ids[id] = true
			}
			if n.DataAtom == atom.Tr && attribute(n, "data-f") != "" && attribute(n, "id") != "" {
				rows[attribute(n, "id")] = n
			}
		}
		if len(rows) != portbook.Flows().Len() {
			t.Errorf("by %s: %d flows have rows", g, len(rows))
		}
		for f := range portbook.Flows().All() {
			row := rows[f.String()]
			if row == nil {
				t.Errorf("by %s: no row for %s", g, f)
				continue
			}
			want := localizers()["ja"].Text(f.Purpose()) + f.String()
			if got := textOf(row); got != want {
				t.Errorf("by %s, %s: got %q, want %q", g, f, got, want)
			}
		}
	}
}

// TestHTMLLinks checks that every link within a page leads somewhere.
func TestHTMLLinks(t *testing.T) {
	for _, v := range report.Views() {
		root := parse(t, write(t, portbook.Flows(), report.Options{Format: format.Format, View: v, Draw: svg.Draw}))
		ids := map[string]bool{}
		for n := range root.Descendants() {
			ids[attribute(n, "id")] = true
		}
		for n := range root.Descendants() {
			for _, name := range []string{"href", "aria-labelledby", "for"} {
				target := attribute(n, name)
				if name == "href" && (!strings.HasPrefix(target, "#") || strings.HasPrefix(target, "#?")) {
					continue // TestSummaryLinks follows those to filters
				}
				if u, err := url.PathUnescape(target); err == nil {
					target = u
				}
				for _, id := range strings.Fields(strings.TrimPrefix(target, "#")) {
					if !ids[id] {
						t.Errorf("%s: %s=%q of <%s> leads nowhere", v, name, target, n.Data)
					}
				}
			}
		}
	}
}

// TestHTMLHostile checks that texts which try to be markup or script are shown as they are.
func TestHTMLHostile(t *testing.T) {
	flows := hostile.Flows(hostile.Catalog{Names: hostile.Names, Ports: "80/tcp"})
	page := write(t, flows, report.Options{Format: format.Format, Draw: svg.Draw, Title: "<script>alert(1)</script>", Languages: []i18n.Localizer{localizers()["ja"], localizers()["en"]}})
	plain := write(t, portbook.FlowSet{}, report.Options{Format: format.Format, Languages: []i18n.Localizer{localizers()["ja"], localizers()["en"]}})
	count := func(root *html.Node) (scripts []string, styles int) {
		for n := range root.Descendants() {
			switch n.DataAtom {
			case atom.Script:
				scripts = append(scripts, textOf(n))
			case atom.Style:
				styles++
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
					t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
				}
			}
		}
		return scripts, styles
	}
	root := parse(t, page)
	scripts, _ := count(root)
	if want, _ := count(parse(t, plain)); !slices.Equal(scripts, want) {
		t.Errorf("%d scripts, want the one of every report", len(scripts))
	}
	text := textOf(root)
	for _, want := range []string{`"quoted" and 'single'`, "<script>alert(1)</script>", "]]>", "<!-- -->", "#35; &amp; &lt;b&gt;"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	for _, r := range "\u202e\u2066\x00\x07" {
		if strings.ContainsRune(text, r) {
			t.Errorf("the page holds %U", r)
		}
	}
}

// TestHTMLFallback checks that a text in another language says so to browsers and readers.
func TestHTMLFallback(t *testing.T) {
	page := write(t, hostileSample(), report.Options{Format: format.Format, Languages: []i18n.Localizer{localizers()["ja"]}, Columns: []report.Column{report.ColumnSource}})
	for n := range parse(t, page).Descendants() {
		if n.DataAtom == atom.Span && attribute(n, "class") == "fallback" {
			if attribute(n, "lang") != "en" || n.Parent.DataAtom != atom.Span || attribute(n.Parent, "lang") != language.Japanese.String() {
				t.Errorf("a text that fell back has lang=%q in lang=%q", attribute(n, "lang"), attribute(n.Parent, "lang"))
			}
			return
		}
	}
	t.Error("no text is marked as fallen back")
}

// TestHTMLDrawErrors checks what becomes of diagrams that cannot be drawn.
func TestHTMLDrawErrors(t *testing.T) {
	var b bytes.Buffer
	failing := fmt.Errorf("no ink")
	o := report.Options{Format: format.Format, Draw: func(diagram.Graph) ([]byte, error) { return nil, failing }}
	if err := report.Write(&b, portbook.Flows().DocumentedBy(portbook.ProductScanMail), o); err == nil || err.Error() != "report: diagram scanmail: no ink" {
		t.Errorf("got %v", err)
	}
	o.Draw = func(diagram.Graph) ([]byte, error) { return nil, &diagram.TooLargeError{Nodes: 500, Edges: 700} }
	if out := write(t, portbook.Flows().DocumentedBy(portbook.ProductScanMail), o); !strings.Contains(out, "500") {
		t.Error("a diagram that is too large is left out without a word")
	}
}
