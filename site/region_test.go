package site_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/site"
	"golang.org/x/text/language"
)

// cloudCatalog has a cloud with hosts for all regions and for one, and one
// without hosts in some region.
func cloudCatalog(t *testing.T) *portbook.Catalog {
	t.Helper()
	const data = `product: {id: c}
documents:
  - {id: c-hosts, publisher: Example, language: en, url: https://example.com/hosts, rows: 3, sections: [{id: all, rows: 1-3}]}
regions: [{id: mars}, {id: moon}]
components:
  - {id: c/agent, hosting: premises}
  - id: c/service
    hosting: cloud
    hosts: [all.example.com]
    regionalHosts:
      - {region: mars, hosts: [mars.example.com]}
      - {region: moon, hosts: [moon.example.com, both.example.com]}
  - {id: c/lunar, hosting: cloud, hosts: [far.example.com], regionalHosts: [{region: moon, hosts: [lunar.example.com]}]}
  - {id: c/plain, hosting: cloud, hosts: [plain.example.com]}
flows:
  - {id: c/agent/service, component: c/agent, from: [c/agent], to: [c/service], ports: 443/tcp, cite: [1]}
  - {id: c/agent/lunar, component: c/agent, from: [c/agent], to: [c/lunar], ports: 443/tcp, cite: [2]}
  - {id: c/agent/plain, component: c/agent, from: [c/agent], to: [c/plain], ports: 443/tcp, cite: [3]}
`
	words := `product: {name: C, summary: A cloud for tests.}
documents: {c-hosts: Hosts}
sections: {c-hosts/all: All}
regions: {mars: Mars, moon: Moon}
components:
`
	for _, x := range []string{"agent", "service", "lunar", "plain"} {
		words += "  c/" + x + ": {name: The " + x + ", role: It is one.}\n"
	}
	words += "flows:\n"
	for _, x := range []string{"service", "lunar", "plain"} {
		words += "  c/agent/" + x + ": {purpose: It talks.}\n"
	}
	c, err := catalog.Load(fstest.MapFS{"data/c.yaml": {Data: []byte(data)}, "i18n/en/c.yaml": {Data: []byte(words)}}, catalog.Extending(portbook.Builtin()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRegion checks which hosts of clouds a plan names: those of the region that
// is answered, and none that a question leaves open.
func TestRegion(t *testing.T) {
	c := cloudCatalog(t)
	hosts := []site.Host{{Name: "a", Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.1")}, Roles: []portbook.Component{"c/agent"}}}
	for region, want := range map[portbook.Region]string{
		"":     "c/agent/plain: plain.example.com; asks region c: c/agent/service c/agent/lunar",
		"mars": "c/agent/service: all.example.com mars.example.com; c/agent/plain: plain.example.com; asks peer c/lunar: c/agent/lunar",
		"moon": "c/agent/service: all.example.com moon.example.com both.example.com; c/agent/lunar: far.example.com lunar.example.com; c/agent/plain: plain.example.com",
	} {
		d := site.Definition{Name: "x", Hosts: hosts}
		if region != "" {
			d.Answers = []site.Answer{{Product: "c", Region: region, Why: "where we are"}}
		}
		s, err := site.New(c, d)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for n := range s.Plan().Needs() {
			var places []string
			for _, h := range n.To.Places() {
				places = append(places, h.String())
			}
			got = append(got, n.Flow.String()+": "+strings.Join(places, " "))
			if region != "" && n.Flow.ID() != "c/agent/plain" && (len(n.Answers()) != 1 || n.Answers()[0].Region != region) {
				t.Errorf("%s does not follow from the answer: %+v", n.Flow, n.Answers())
			}
		}
		for _, q := range s.Plan().Questions() {
			asks := "asks " + string(q.Kind) + " " + q.Subject() + ":"
			for _, f := range q.Flows() {
				asks += " " + f.String()
			}
			got = append(got, asks)
			if q.Kind != site.QuestionRegion {
				continue
			}
			if a := q.Answer(); a != `{product: c, region: mars, why: "..."}` {
				t.Errorf("the answer is %s", a)
			}
			if !slices.Equal(q.Regions(), []portbook.Region{"mars", "moon"}) {
				t.Errorf("the question offers %v", q.Regions())
			}
			if text := q.Text(i18n.For(c, language.English)); text != "Which region of C is used? (Mars, Moon)" {
				t.Errorf("the question is %q", text)
			}
		}
		for _, x := range s.Plan().Unneeded() {
			got = append(got, "not needed: "+x.Flow.String())
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("region %q:\n got %s\nwant %s", region, s, want)
		}
	}
}

// TestRegionProblems checks what is said about regions that fit nothing.
func TestRegionProblems(t *testing.T) {
	c := cloudCatalog(t)
	hosts := []site.Host{{Name: "a", Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.1")}, Roles: []portbook.Component{"c/agent"}}}
	for want, a := range map[string]site.Answer{
		`unknown region "mroon" of product c; expected: mars, moon; did you mean "moon"?`: {Product: "c", Region: "mroon", Why: "x"},
		`field "region" does not fit product itms: its hosts are the same in all regions`: {Product: "itms", Region: "mars", Why: "x"},
		`field "region" does not fit a component; expected: initiator, absent`:            {Component: "c/service", Region: "mars", Why: "x"},
	} {
		_, err := site.New(c, site.Definition{Name: "x", Hosts: hosts, Answers: []site.Answer{a}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestRegionOfServices checks what the built-in cloud of a region is to a site:
// the hosts of that region for what connects to it, and for administrators only
// where the region says that it is in use.
func TestRegionOfServices(t *testing.T) {
	hosts := []site.Host{
		{Name: "administrators", Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.1")}, Roles: []portbook.Component{portbook.ComponentSiteAdministratorComputer}},
		{Name: "gateway", Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.2")}, Roles: []portbook.Component{portbook.ComponentServiceGatewayAppliance}},
	}
	const signIn, shell = "iamservice.trendmicro.com signin.v1.trendmicro.com tm.login.trendmicro.com", "sgi-tunneling"
	for region, want := range map[portbook.Region]string{
		"":              "",
		"japan":         signIn + "; " + shell + ".jp.xdr.trendmicro.co.jp",
		"united-states": signIn + "; " + shell + ".xdr.trendmicro.com",
	} {
		d := site.Definition{Name: "x", Hosts: hosts}
		if region != "" {
			d.Answers = []site.Answer{{Product: portbook.ProductVisionOne, Region: region, Why: "where we are"}}
		}
		s, err := site.New(portbook.Builtin(), d)
		if err != nil {
			t.Fatal(err)
		}
		got := map[portbook.FlowID]string{}
		for n := range s.Plan().Needs() {
			var places []string
			for _, h := range n.To.Places() {
				places = append(places, h.String())
			}
			slices.Sort(places)
			got[n.Flow.ID()] = strings.Join(places, " ")
		}
		list := []string{got[portbook.FlowVisionOneAuthenticationSignIn], got[portbook.FlowVisionOneServiceGatewayRemoteShell]}
		if s := strings.Trim(strings.Join(list, "; "), "; "); s != want {
			t.Errorf("region %q: the needs lead to %q, want %q", region, s, want)
		}
	}
}
