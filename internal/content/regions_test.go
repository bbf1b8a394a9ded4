package content

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/i18n"
	"golang.org/x/text/language"
)

// TestHostsByRegion holds that a report shows the hosts of all regions, grouped
// by region, in the words of its language, and JSON has both.
func TestHostsByRegion(t *testing.T) {
	c, err := catalog.Load(fstest.MapFS{
		"data/c.yaml": {Data: []byte(`product: {id: c}
documents: [{id: c-hosts, publisher: Example, language: en, url: "https://example.com", rows: 1, sections: [{id: all, rows: 1}]}]
regions: [{id: mars}, {id: moon}]
components:
  - {id: c/agent, hosting: premises}
  - id: c/service
    hosting: cloud
    hosts: [all.example.com]
    regionalHosts: [{region: moon, hosts: [moon.example.com, both.example.com]}, {region: mars, hosts: [192.0.2.0/28, both.example.com]}]
flows: [{id: c/agent/service, component: c/agent, from: [c/agent], to: [c/service], ports: 443/tcp, cite: [1]}]
`)},
		"i18n/en/c.yaml": {Data: []byte(`product: {name: C, summary: A cloud.}
documents: {c-hosts: Hosts}
sections: {c-hosts/all: All}
regions: {mars: Mars, moon: Moon}
components: {c/agent: {name: Agent, role: Talks.}, c/service: {name: Service, role: Answers.}}
flows: {c/agent/service: {purpose: It talks.}}
`)},
		"i18n/ja/c.yaml": {Data: []byte("regions: {mars: 火星, moon: 月}\n")},
	}, catalog.Extending(portbook.Builtin()))
	if err != nil {
		t.Fatal(err)
	}
	f, _ := c.Lookup("c/agent/service")
	for tag, want := range map[language.Tag]string{
		language.English:  "all.example.com; Mars: 192.0.2.0/28, both.example.com; Moon: moon.example.com, both.example.com",
		language.Japanese: "all.example.com; 火星: 192.0.2.0/28, both.example.com; 月: moon.example.com, both.example.com",
	} {
		d := New(f.Set(), Options{Languages: []i18n.Localizer{i18n.For(c, tag)}}).Document()
		if got := FlowCells[ColumnHosts](d, f); got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
		if got := len(d.HostsOf("c/service")); got != 3 {
			t.Errorf("%s: %d lines of hosts, want one of all regions and two of one", tag, got)
		}
	}
	r := f.Record(nil)
	var all []string
	for _, h := range r.Hosts {
		all = append(all, h.String())
	}
	if diff := cmp.Diff([]string{"all.example.com", "192.0.2.0/28", "both.example.com", "moon.example.com"}, all); diff != "" {
		t.Errorf("hosts of the record (-want +got):\n%s", diff)
	}
	if len(r.Regions["mars"]) != 2 || len(r.Regions["moon"]) != 2 || len(r.Regions) != 2 {
		t.Errorf("regions of the record: %v", r.Regions)
	}
	x, _ := c.Component("c/service")
	if n := len(x.HostsIn("mars")); n != 3 {
		t.Errorf("%d hosts in mars, want 3", n)
	}
}
