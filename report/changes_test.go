package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/synthetic"
	"github.com/portbook/portbook/internal/text/printable"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
	"github.com/portbook/portbook/report/xlsx"
	"golang.org/x/net/html/atom"
)

func newSnapshot(t testing.TB, version, language string, flows []portbook.FlowRecord) diff.Snapshot {
	t.Helper()
	e, err := diff.NewSnapshot(version, language, flows)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// earlier returns a version before the present one, in a language: flows differ in most of what flows can differ in.
func earlier(t *testing.T, l i18n.Localizer) diff.Snapshot {
	t.Helper()
	var list []portbook.FlowRecord
	for f := range portbook.Flows().All() {
		r := l.Record(f)
		switch f.ID() {
		case portbook.FlowServiceGatewayApplianceSSH: // is new
			continue
		case portbook.FlowApexCentralLicenseRenewal:
			r.Ports = portbook.MustParsePortSet("443,8443/tcp")
		case portbook.FlowHostSecurityMailSenderSMTP:
			r.Ports, r.PortChoice, r.Hosts, r.Inferred = portbook.MustParsePortSet("25/tcp"), portbook.PortChoiceAll, []portbook.Host{portbook.MustParseHost("mail.example")}, []portbook.Field{"from"}
		case portbook.FlowITMSSymantecManagementAgentPackageServerPing:
			r.Requirement, r.Direction, r.Initiator = portbook.RequirementOptional, portbook.DirectionBoth, portbook.InitiatorEither
		case portbook.FlowITMSPXEServerFileTransfer:
			r.From, r.OSServices, r.Quirks = []portbook.Component{portbook.ComponentITMSPackageServer}, nil, []portbook.Quirk{portbook.QuirkTwoNames}
		case portbook.FlowITMSComputerDiscoveryDNS:
			r.Purpose, r.Citations, r.Published = "(old)", []portbook.Citation{{Document: "d", Section: "s", Row: 1}}, portbook.Published{Protocol: "TCP", Ports: "53"}
		case portbook.FlowITMSWorkflowComponentsIntegration:
			r.Notes, r.Condition, r.Configurable = []string{"(old)"}, "(old)", portbook.ConfigurableNo
		}
		list = append(list, r)
		if f.ID() == portbook.FlowServiceGatewayApplianceQueriesHTTPS { // was removed; what it needs is needed still
			r.ID = "service-gateway/appliance/old-queries"
			list = append(list, r)
		}
	}
	return newSnapshot(t, "EARLIER", l.Language().String(), list)
}

func changes(t *testing.T, l i18n.Localizer) diff.Changes {
	t.Helper()
	return diff.Compare(earlier(t, l), diff.SnapshotOf(portbook.Builtin()).In(l.Language().String(), l.Text))
}

func writeChanges(t *testing.T, c diff.Changes, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteChanges(&b, c, o); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), portbook.DataVersion, "EDITION")
}

// TestChangesGolden shows changes of all classes in every format and language.
func TestChangesGolden(t *testing.T) {
	extensions := map[report.Format]string{report.Text: "txt", report.Markdown: "md", report.JSON: "json"}
	for name, l := range localizers() {
		for f, extension := range extensions {
			golden.Check(t, "testdata/changes."+name+"."+extension, []byte(writeChanges(t, changes(t, l), report.Options{Languages: []i18n.Localizer{l}, Format: f})))
		}
	}
	for name, languages := range map[string][]i18n.Localizer{"en": {localizers()["en"]}, "ja": {localizers()["ja"], localizers()["en"]}} {
		out := writeChanges(t, changes(t, localizers()[name]), report.Options{Format: html.Format, Languages: languages})
		golden.Check(t, "testdata/changes."+name+".html", withoutFixed(t, out))
	}
}

// TestChangesOfNothing checks that a report says so when nothing changed.
func TestChangesOfNothing(t *testing.T) {
	for name, want := range map[string]string{"en": "No changes.", "ja": "変更なし"} {
		for _, f := range []report.Format{report.Text, report.Markdown, html.Format, report.JSON} {
			l := localizers()[name]
			out := writeChanges(t, diff.Catalogs(portbook.Builtin(), portbook.Builtin()), report.Options{Format: f, Languages: []i18n.Localizer{l}})
			if f == report.JSON {
				want = `"changes": []`
			}
			if !strings.Contains(out, want) || strings.Contains(out, "EARLIER") {
				t.Errorf("%s, %s: %s", name, f, out)
			}
		}
	}
	if out := writeChanges(t, diff.Changes{}, report.Options{}); out != "Changes between versions\nChanges: 0; unknown version → unknown version\n\nNo changes.\n" {
		t.Errorf("no changes of no versions: %q", out)
	}
}

// TestChangesHoldEachFlow compares the rows of every format with the changes.
func TestChangesHoldEachFlow(t *testing.T) {
	c := changes(t, localizers()["ja"])
	all := writeChanges(t, c, report.Options{Format: report.Text, Languages: []i18n.Localizer{localizers()["ja"]}})
	page := parse(t, writeChanges(t, c, report.Options{Format: html.Format, Languages: []i18n.Localizer{localizers()["ja"]}}))
	rows := map[string]string{}
	for n := range page.Descendants() {
		if n.DataAtom == atom.Tr && attribute(n, "data-f") != "" {
			rows[attribute(n, "id")] = attribute(n, "data-impact")
		}
	}
	for _, x := range c.List {
		if !strings.Contains(all, "\n"+string(x.ID)+" ") || rows[string(x.ID)] != string(x.Impact) {
			t.Errorf("%s (%s) lacks a row: the page has %q", x.ID, x.Impact, rows[string(x.ID)])
		}
	}
	if len(rows) != len(c.List) {
		t.Errorf("%d rows for %d changes", len(rows), len(c.List))
	}
}

// TestChangesJSON reads the report back.
func TestChangesJSON(t *testing.T) {
	c := changes(t, localizers()["en"])
	var back struct {
		Changes []diff.Change
		Summary []struct {
			Impact  diff.Impact
			Changes int
		}
	}
	if err := json.Unmarshal([]byte(writeChanges(t, c, report.Options{Format: report.JSON})), &back); err != nil {
		t.Fatal(err)
	}
	byID := map[portbook.FlowID]diff.Change{}
	for _, x := range back.Changes {
		byID[x.ID] = x
	}
	for _, x := range c.List {
		y := byID[x.ID]
		if x.Gained != y.Gained || x.Lost != y.Lost || x.StillNeeded != y.StillNeeded || len(x.Fields) != len(y.Fields) || (x.New == nil) != (y.New == nil) || (x.Old == nil) != (y.Old == nil) {
			t.Errorf("%s: wrote %+v, read %+v", x.ID, x, y)
		}
	}
	for _, s := range back.Summary {
		if s.Changes != c.Count(s.Impact) {
			t.Errorf("%s: %d changes, want %d", s.Impact, s.Changes, c.Count(s.Impact))
		}
	}
}

// TestChangesInOtherLanguages shows versions in other languages than the report: texts are marked, and their difference is not a
// change.
func TestChangesInOtherLanguages(t *testing.T) {
	en, ja := localizers()["en"], localizers()["ja"]
	c := diff.Compare(earlier(t, ja), diff.SnapshotOf(portbook.Builtin()).In("en", en.Text))
	out := writeChanges(t, c, report.Options{})
	for _, want := range []string{
		"The versions are in different languages (ja, en): wording was not compared.\n", " [ja]", // the purpose of the removed flow
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the report lacks %q:\n%s", want, out)
		}
	}
	for _, x := range c.List {
		for _, f := range x.Fields {
			if f.Name == "purpose" {
				t.Errorf("%s: the purpose in another language is a change", x.ID)
			}
		}
	}
	upper := func(x portbook.Text) string { return strings.ToUpper(en.Text(x)) }
	here := diff.SnapshotOf(portbook.Builtin())
	if out := writeChanges(t, diff.Compare(here.In("en", en.Text), here.In("en", upper)), report.Options{}); !strings.Contains(out, "→ LICENSE RENEWAL AND UPGRADE") {
		t.Error("texts that differ only in the language of the comparison are shown as equal ones")
	}
	both := writeChanges(t, changes(t, en), report.Options{Languages: []i18n.Localizer{ja}})
	if !strings.Contains(both, "(old) [en]") {
		t.Error("a text of a record in another language is not marked")
	}
}

// TestChangesNames checks names where no catalog knows the components, and what stands for a renamed flow.
func TestChangesNames(t *testing.T) {
	r := slices.Collect(portbook.Flows().All())[0].Record(nil)
	r.ID, r.Product, r.Component, r.From, r.To, r.Initiator = "shop/b", "shop", "shop/web", []portbook.Component{"shop/web"}, []portbook.Component{portbook.ComponentSiteSMTPServer}, portbook.InitiatorEither
	renamed := r
	renamed.ID, renamed.Product, renamed.Component = "shop/c", "store", portbook.ComponentSiteSMTPServer
	c := diff.Changes{Old: newSnapshot(t, "1", "", []portbook.FlowRecord{r}), New: newSnapshot(t, "2", "", []portbook.FlowRecord{renamed}), TextsCompared: true}
	c.List = []diff.Change{{ID: "shop/c", FormerID: "shop/b", Impact: diff.TextOnly, Old: &r, New: &renamed, Fields: []diff.FieldChange{
		{Name: "id", Old: r.ID, New: renamed.ID}, {Name: "product", Old: r.Product, New: renamed.Product}, {Name: "component", Old: r.Component, New: renamed.Component},
		{Name: "tint", Old: 1, New: "2"},
	}}}
	out := writeChanges(t, c, report.Options{Format: report.Markdown})
	want := `| shop/c | shop/web ↔ SMTP server | Former ID: shop/b / Product: shop → store / Component: shop/web → SMTP server / tint: 1 → 2 |  |  | ` + r.Purpose + " |\n"
	if !strings.Contains(out, want) || !strings.Contains(out, "\n### store\n") {
		t.Errorf("got %s\nwant %s", out, want)
	}
}

// TestChangesErrors checks options that a report of changes does not have.
func TestChangesErrors(t *testing.T) {
	for _, c := range []struct {
		o    report.Options
		want string
	}{
		{report.Options{Format: xlsx.Format}, `report: unknown format of changes "xlsx" (expected: text, markdown, html, json)`},
		{report.Options{Languages: []i18n.Localizer{localizers()["en"], localizers()["ja"]}}, `report: unknown format for several languages "text" (expected: html)`},
	} {
		var e *report.OptionError
		if err := report.WriteChanges(io.Discard, diff.Changes{}, c.o); !errors.As(err, &e) || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if err := report.WriteChanges(failingWriter{}, changes(t, localizers()["en"]), report.Options{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a writer that fails: %v", err)
	}
}

// hostileChanges compares records whose every text is hostile, of at most some bytes, with others.
func hostileChanges(t *testing.T, most int) diff.Changes {
	t.Helper()
	var old, new []portbook.FlowRecord
	for i, name := range hostile.Names {
		name = name[:min(len(name), most)]
		r := slices.Collect(portbook.Flows().All())[0].Record(nil)
		v := reflect.ValueOf(&r).Elem()
		for k := range v.NumField() {
			switch f := v.Field(k); {
			case f.Type() == reflect.TypeFor[string]():
				f.SetString(name)
			case f.Type() == reflect.TypeFor[[]string]():
				f.Set(reflect.ValueOf([]string{name, name}))
			}
		}
		r.ID, r.Component, r.From = portbook.FlowID(fmt.Sprint(name, i)), portbook.Component(name), []portbook.Component{portbook.Component(name)}
		r.Product, r.Quirks, r.Published.Ports = portbook.Product(name), []portbook.Quirk{portbook.Quirk(name)}, name
		r.Citations = []portbook.Citation{{Document: portbook.DocumentID(name), Section: portbook.SectionID(name)}}
		new = append(new, r)
		r.Product, r.Component, r.To, r.Inferred, r.Quirks, r.Published.Ports, r.Citations = "p", "p/c", []portbook.Component{portbook.Component(name)}, nil, nil, "", nil
		r.Purpose, r.Condition, r.Setting, r.Notes, r.Hosts, r.AppProtocols, r.OSServices = "x", "x", "x", nil, nil, nil, nil
		if i%3 > 0 {
			old = append(old, r)
		}
	}
	for f := range hostileFlows().All() {
		old = append(old, f.Record(nil))
	}
	return diff.Compare(newSnapshot(t, hostile.Names[4], hostile.Names[4], old), newSnapshot(t, hostile.Names[21], hostile.Names[4], new))
}

// TestChangesHostile checks that texts which try to be more are shown as they are.
func TestChangesHostile(t *testing.T) {
	both := []i18n.Localizer{localizers()["ja"], localizers()["en"]}
	c := hostileChanges(t, math.MaxInt)
	for _, f := range []report.Format{report.Text, report.Markdown, html.Format, report.JSON} {
		o := report.Options{Format: f, Title: "<script>alert(1)</script> | [x](javascript:y) \x1b]0;title\x07"}
		if f == html.Format {
			o.Languages = both
		}
		out := writeChanges(t, c, o)
		for line := range strings.Lines(out) {
			if line = strings.TrimRight(line, "\n"); f != report.JSON && printable.Line(line) != line {
				t.Errorf("%s: a line holds what cannot be shown: %.80q", f, line)
			}
		}
		switch f {
		case report.JSON:
			if !json.Valid([]byte(out)) {
				t.Error("the JSON is not valid")
			}
		case report.Markdown:
			rows, root := rendered(t, out, 0)
			if want := len(c.List); len(rows) < want {
				t.Errorf("%d rows of Markdown, want %d", len(rows), want)
			}
			for n := range root.Descendants() {
				switch n.DataAtom {
				case atom.Script, atom.Em, atom.Strong, atom.Code, atom.Img, atom.Del, atom.Input:
					t.Errorf("a text became <%s>", n.Data)
				}
			}
		case html.Format:
			rows := 0
			for n := range parse(t, out).Descendants() {
				switch {
				case n.DataAtom == atom.Script && !strings.Contains(textOf(n), "'use strict'"), n.DataAtom == atom.Img:
					t.Errorf("a text became <%s>", n.Data)
				case n.DataAtom == atom.Tr && attribute(n, "data-f") != "":
					rows++
				}
			}
			if rows != len(c.List) {
				t.Errorf("%d rows of HTML, want %d", rows, len(c.List))
			}
		}
	}
}

// TestChangesLinks checks that every link within the page leads somewhere, and that no two elements have one id.
func TestChangesLinks(t *testing.T) {
	root := parse(t, writeChanges(t, changes(t, localizers()["en"]), report.Options{Format: html.Format}))
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if id := attribute(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("two elements have the id %s", id)
			}
			ids[id] = true
		}
	}
	for n := range root.Descendants() {
		for _, name := range []string{"href", "aria-labelledby", "for"} {
			for _, id := range strings.Fields(strings.TrimPrefix(attribute(n, name), "#")) {
				if !ids[id] {
					t.Errorf("%s=%q of <%s> leads nowhere", name, id, n.Data)
				}
			}
		}
	}
}

// TestChangesScale writes the changes of a large catalog in every format.
func TestChangesScale(t *testing.T) {
	if testing.Short() {
		t.Skip("compares large catalogs")
	}
	c := diff.Catalogs(handle.Catalog(synthetic.Table(5_000, 250, 1)), handle.Catalog(synthetic.Table(5_000, 250, 2)))
	for _, f := range []report.Format{report.Text, report.Markdown, html.Format, report.JSON} {
		rows := 0
		o := report.Options{Format: f, Progress: func(done, total int) {
			if rows = done; done > total || total != len(c.List) {
				t.Fatalf("%s: %d of %d rows", f, done, total)
			}
		}}
		if err := report.WriteChanges(io.Discard, c, o); err != nil || rows < len(c.List)-256 {
			t.Errorf("%s: %d rows, %v", f, rows, err)
		}
	}
}

// changesPlan writes a report of changes, and tells the browser what it must show.
func changesPlan(t *testing.T, file string, languages ...i18n.Localizer) browserReport {
	t.Helper()
	l := languages[0]
	c := changes(t, l)
	writePage(t, file, c, languages...)
	link, _ := portbook.Lookup(portbook.FlowITMSPXEServerFileTransfer)
	r := browserReport{File: file, Flows: len(c.List), Rows: len(c.List), Column: "ends", Link: link.ID(), Modes: []string{"light", "dark", "phone"}}
	for _, l := range languages {
		r.Languages = append(r.Languages, browserLanguage{
			l.Language().String(), label.In(l).Text(label.DiffTitle), strings.ReplaceAll(strings.ReplaceAll(label.In(l).Text(label.DiffEnds), " ", ""), "→", ""),
			label.In(l).Text(label.RequirementRequired), l.Text(link.Purpose()),
		})
	}
	shown := func(keep func(diff.Change) bool) []portbook.FlowID {
		ids := []portbook.FlowID{}
		for _, x := range c.Where(keep).List {
			ids = append(ids, x.ID)
		}
		slices.Sort(ids)
		return ids
	}
	add := func(choose map[string]string, keep func(diff.Change) bool) {
		r.Filters = append(r.Filters, browserFilter{choose, shown(keep)})
	}
	for impact, name := range map[diff.Impact]label.Label{diff.OpenFirst: label.DiffImpactOpenFirst, diff.TextOnly: label.DiffImpactTextOnly} {
		add(map[string]string{"impact": label.In(l).Text(name)}, func(x diff.Change) bool { return x.Impact == impact })
	}
	itms, _ := portbook.Builtin().Product(portbook.ProductITMS)
	add(map[string]string{"product": l.Text(itms.Name) + " " + itms.Version, "requirement": label.In(l).Text(label.RequirementRequired)}, func(x diff.Change) bool {
		return x.Record().Product == portbook.ProductITMS && x.Record().Requirement == portbook.RequirementRequired
	})
	r.Searches = []browserSearch{
		{"８４４３", []portbook.FlowID{portbook.FlowApexCentralLicenseRenewal}}, {"old-queries 443", []portbook.FlowID{"service-gateway/appliance/old-queries"}},
		{"no flow has this", []portbook.FlowID{}},
	}
	return r
}

func hostileChangesPlan(t *testing.T, file string, languages ...i18n.Localizer) browserReport {
	t.Helper()
	c := hostileChanges(t, 1000) // every text is in many cells, which slows a browser down
	writePage(t, file, c, languages...)
	return browserReport{File: file, Hostile: true, Flows: len(c.List), Modes: []string{"light"}}
}

func writePage(t *testing.T, file string, c diff.Changes, languages ...i18n.Localizer) {
	t.Helper()
	page := writeChanges(t, c, report.Options{Format: html.Format, Languages: languages})
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestChangeErrors writes changes that no comparison makes, in every format.
func TestChangeErrors(t *testing.T) {
	f, _ := portbook.Lookup(portbook.FlowITMSPXEServerFileTransfer)
	r := f.Record(nil)
	good := diff.Change{ID: r.ID, New: &r, Impact: diff.OpenFirst}
	for _, c := range []struct {
		change diff.Change
		want   string
	}{
		{diff.Change{}, `report: change 1 (flow "") has neither an old nor a new record (expected: one of them, or both)`},
		{diff.Change{ID: r.ID, New: &r}, `report: change 1 (flow "itms/pxe-server/file-transfer") has the impact "" (expected: one of diff.Impacts)`},
		{diff.Change{ID: r.ID, New: &r, Impact: diff.Review, Fields: []diff.FieldChange{{Name: "purpose"}}},
			`report: change 1 (flow "itms/pxe-server/file-transfer") has changed fields, but not both records (expected: an old and a new one)`},
	} {
		for _, format := range []report.Format{report.Text, report.Markdown, html.Format, report.JSON} {
			var b bytes.Buffer
			err := report.WriteChanges(&b, diff.Changes{List: []diff.Change{good, c.change}}, report.Options{Format: format})
			var e *report.ChangeError
			if !errors.As(err, &e) || e.Index != 1 || err.Error() != c.want || b.Len() > 0 {
				t.Errorf("%s: got %v and %d bytes, want %s", format.Name(), err, b.Len(), c.want)
			}
		}
	}
	odd := good
	odd.Old, odd.Fields = &r, []diff.FieldChange{{Name: "no-such-field", Old: struct{}{}}, {Name: "ports", Old: nil, New: 7}}
	for _, format := range []report.Format{report.Text, report.Markdown, html.Format, report.JSON} {
		if err := report.WriteChanges(io.Discard, diff.Changes{List: []diff.Change{odd}}, report.Options{Format: format}); err != nil {
			t.Errorf("%s: fields with unknown names or types: %v", format.Name(), err)
		}
	}
}
