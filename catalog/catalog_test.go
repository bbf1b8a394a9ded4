package catalog_test

import (
	"archive/zip"
	"bytes"
	"embed"
	"github.com/portbook/portbook/internal/handle"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/synthetic"
	"golang.org/x/text/language"
)

// TestBuiltinData loads the data of the repository: to the generated catalog, in all of its languages.
func TestBuiltinData(t *testing.T) {
	c, err := catalog.Load(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, portbook.Builtin(), c)
	if c.Version() != portbook.DataVersion {
		t.Errorf("version is %s, want %s", c.Version(), portbook.DataVersion)
	}
}

// TestExportRoundTrip writes catalogs and loads them again.
func TestExportRoundTrip(t *testing.T) {
	german := shop()
	german["i18n/de/shop.yaml"] = "product: {name: Laden}\n"
	for name, c := range map[string]*portbook.Catalog{
		"built-in":        portbook.Builtin(),
		"in-house":        inhouse(t),
		"shop":            shop().load(t),
		"partly German":   german.load(t),
		"with overrides":  site().load(t, catalog.Extending(shop().load(t))),
		"two overrides":   layered(t),
		"synthetic":       handle.Catalog(synthetic.Table(700, 90, 1)),
		"merged":          merge(t, inhouse(t), shop().load(t)),
		"quoted values":   quoted(t),
		"condition added": conditional(t),
	} {
		t.Run(name, func(t *testing.T) {
			exported, err := catalog.Export(c)
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), "new")
			if err := catalog.WriteFiles(dir, exported); err != nil {
				t.Fatal(err)
			}
			again, err := catalog.Load(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			// What a synthetic table's builder did in another order is the same after one round.
			if name == "synthetic" {
				c, again = again, roundTrip(t, again)
			}
			equal(t, c, again)
		})
	}
}

func roundTrip(t *testing.T, c *portbook.Catalog) *portbook.Catalog {
	t.Helper()
	exported, err := catalog.Export(c)
	if err != nil {
		t.Fatal(err)
	}
	f := files{}
	for name, data := range exported {
		f[name] = string(data)
	}
	return f.load(t)
}

// quoted has values that mean something else to YAML unless they are quoted.
func quoted(t *testing.T) *portbook.Catalog {
	f := shop().edit(t, "data/shop.yaml", "hosts: [shop.example.com]", `aliases: ["null", "yes", "1.0", "~", "#", "a: b", " x", "- y", "&a", "[z]", "a\tb"]`)
	f.edit(t, "data/shop.yaml", "sections: [{id: ports, rows: 1-2}]", `sections: [{id: ports, rows: 1-2}, {id: "7"}]`)
	f.edit(t, "data/shop.yaml", "    cite: [2]", `    cite: [2, "7"]`)
	f.edit(t, "i18n/en/shop.yaml", "shop-ports/ports: Ports", `shop-ports/ports: Ports, shop-ports/7: "null"`)
	return f.edit(t, "i18n/en/shop.yaml", "role: Serves.", `role: "100% \"safe\": {yes} #1 \\ '日本語'"`).load(t)
}

// conditional has a flow that an override makes conditional.
func conditional(t *testing.T) *portbook.Catalog {
	f := site().edit(t, "data/our-site.yaml", "    ports: 8443/tcp", "    requirement: conditional")
	f.edit(t, "i18n/en/our-site.yaml", "reason: 443 is taken.", "reason: Closed.")
	f["data/our-site.yaml"] += "    conditions: [our-site/morning]\nconditions: [{id: our-site/morning}]\n"
	f["i18n/en/our-site.yaml"] += "conditions: {our-site/morning: Only if it is morning.}\n"
	return f.load(t, catalog.Extending(shop().load(t)))
}

// layered overrides a flow twice: the company, then one of its sites.
func layered(t *testing.T) *portbook.Catalog {
	company := files{
		"data/company.yaml":    strings.Replace(strings.Replace(siteData, "our-site", "company", 1), "8443/tcp", "9443/tcp\n    configurable: no", 1),
		"i18n/en/company.yaml": strings.Replace(siteTexts, "443 is taken.", "The company says so.", 1),
	}
	return site().load(t, catalog.Extending(company.load(t, catalog.Extending(shop().load(t)))))
}

//go:embed fixture_test.go
var embedded embed.FS

// TestFileSystems loads the example from a directory, an archive and what holds no catalog.
func TestFileSystems(t *testing.T) {
	want := inhouse(t)
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	if err := archive.AddFS(os.DirFS("../examples/inhouse")); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load(r, catalog.Extending(portbook.Builtin()))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, want, c)
	for name, fsys := range map[string]fs.FS{"embedded": embedded, "none": os.DirFS(filepath.Join(t.TempDir(), "none"))} {
		_, err := catalog.Load(fsys)
		if diff := cmp.Diff("data/*.yaml: no such file\ni18n/*: no such file", message(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestExtending checks that an override changes lookups, filters, algebra and traffic alike, and leaves its evidence.
func TestExtending(t *testing.T) {
	c := inhouse(t)
	f, ok := c.Lookup(portbook.FlowApexCentralConsoleHTTPS)
	if !ok {
		t.Fatal("the flow is gone")
	}
	was, _ := portbook.Lookup(portbook.FlowApexCentralConsoleHTTPS)
	ours, documented := portbook.MustParsePortSet("8443/tcp"), portbook.MustParsePortSet("443/tcp")
	if f.Ports() != ours || was.Ports() != documented {
		t.Errorf("ports are %v, and %v in the built-in catalog", f.Ports(), was.Ports())
	}
	all := c.Flows()
	for name, holds := range map[string]bool{
		"lookup by port":        c.FlowsUsing(portbook.TCP, 8443).Contains(f) && !c.FlowsUsing(portbook.TCP, 443).Contains(f),
		"filter by ports":       all.Within(ours).Contains(f) && !all.Touching(documented).Contains(f),
		"filter by value":       all.Having(portbook.ConfigurableNo).Contains(f),
		"algebra":               f.Set().Ports() == ours && c.Flows().Involving(portbook.ComponentApexCentralServer).Ports().ContainsSet(ours),
		"inheritance":           c.Flows().Involving(portbook.ComponentApexCentralServerProtect).Contains(f),
		"traffic":               usesPort(f, 8443) && !usesPort(f, 443),
		"citations":             slices.Equal(f.Citations(), was.Citations()) && len(f.Citations()) > 0,
		"published tokens":      f.Published() == was.Published(),
		"not stated":            f.IsInferred("ports") && f.IsInferred("configurable") && !f.IsInferred("requirement"),
		"other fields":          slices.Equal(f.AppProtocols(), was.AppProtocols()) && f.Requirement() == was.Requirement(),
		"reason among notes":    len(f.Notes()) == len(was.Notes())+1,
		"of the flow":           len(f.Overrides()) == 2 && len(was.Overrides()) == 0 && portbook.Flow{}.Overrides() == nil,
		"references to site":    all.To(portbook.ComponentSiteSQLServer).DocumentedBy(portbook.Product("expenses")).Len() == 1,
		"record":                i18n.New(language.Japanese).Record(f).Ports == ours,
		"built-in Japanese":     i18n.For(c, language.Japanese).Text(f.Purpose()) == i18n.New(language.Japanese).Text(was.Purpose()),
		"date of both versions": strings.HasPrefix(c.Version(), portbook.DataVersion[:11]) && c.Version() != portbook.DataVersion,
	} {
		if !holds {
			t.Error(name)
		}
	}
}

// usesPort reports whether a flow to the console uses a port of it.
func usesPort(f portbook.Flow, n portbook.Port) bool {
	return slices.Contains(f.From(), portbook.ComponentSiteAdministratorComputer) &&
		slices.Contains(f.To(), portbook.ComponentApexCentralServer) && f.Ports().Contains(portbook.TCP, n)
}

// TestLayers overrides an override: the latest layer tells, and what is documented stays known.
func TestLayers(t *testing.T) {
	var got []string
	for _, o := range layered(t).Overrides() {
		got = append(got, strings.Join([]string{string(o.By), string(o.Field), o.Documented, o.Value, o.Reason.String()}, " | "))
	}
	want := []string{
		"company | configurable | unstated | no | The company says so.",
		"our-site | ports | 443/tcp | 8443/tcp | 443 is taken.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
}

// TestEveryField overrides every field that can be, and reads the text forms of old and new values.
func TestEveryField(t *testing.T) {
	f := site().edit(t, "data/our-site.yaml", "    ports: 8443/tcp", `    from: [shop/server]
    to: [shop/client, shop/server]
    initiator: either
    ports: 8443,9443/udp
    sourcePorts: 1024-65535/udp
    portKind: dynamic
    portChoice: one-of
    requirement: conditional
    configurable: discouraged
    appProtocols: []
    conditions: [shop/updates]
  - flow: shop/server/update
    portKind: varies
    protocols: [udp, tcp]`)
	f.edit(t, "i18n/en/our-site.yaml", "overrides:", "overrides:\n  shop/server/update: {reason: Differs.}")
	c := f.load(t, catalog.Extending(shop().edit(t, "data/shop.yaml", "    ports: 443/tcp", "    ports: 443/tcp\n    appProtocols: [HTTPS, SOAP]").load(t)))
	var got []string
	for _, o := range c.Overrides() {
		got = append(got, string(o.Field)+" | "+o.Documented+" | "+o.Value)
	}
	want := []string{
		"from | shop/client | shop/server", "to | shop/server | shop/client, shop/server", "initiator | from | either",
		"ports | 443/tcp | 8443,9443/udp", "sourcePorts |  | 1024-65535/udp", "portKind | listed | dynamic", "portChoice | all | one-of",
		"requirement | required | conditional", "configurable | unstated | discouraged", "appProtocols | HTTPS, SOAP | ",
		"conditions |  | shop/updates",
		"protocols |  | tcp, udp", "portKind | none | varies",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
	https, _ := c.Lookup("shop/server/web")
	if !https.IsInferred(portbook.FieldProtocols) || !slices.Equal(https.Protocols(), []portbook.Protocol{portbook.UDP}) {
		t.Errorf("protocols are %v, inferred %v", https.Protocols(), https.Inferred())
	}
	equal(t, c, roundTrip(t, c))
}

// TestLanguages loads catalogs in one language that is not English, and in several that are incomplete.
func TestLanguages(t *testing.T) {
	german := files{"data/shop.yaml": shopData, "i18n/de/shop.yaml": shopTexts}
	c := german.load(t)
	f, _ := c.Lookup("shop/server/https")
	for _, l := range []i18n.Localizer{{}, i18n.New(language.Japanese), i18n.For(c, language.Japanese), i18n.For(c)} {
		if s, tag := l.TextLanguage(f.Purpose()); s != "Buying." || tag != language.German {
			t.Errorf("%v: %q in %v", l.Language(), s, tag)
		}
	}
	mixed := files{
		"data/shop.yaml": shopData, "i18n/en/shop.yaml": strings.Replace(shopTexts, "shop/server/https: {purpose: Buying.}", "", 1),
		"i18n/de/shop.yaml": "flows:\n  shop/server/https: {purpose: Kaufen.}\n",
	}
	c = mixed.load(t, catalog.Extending(portbook.Builtin()))
	if diff := cmp.Diff([]string{"en", "de", "ja"}, c.Languages()); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
	f, _ = c.Lookup("shop/server/https")
	if s, tag := i18n.New().TextLanguage(f.Purpose()); s != "Kaufen." || tag != language.German {
		t.Errorf("fallback is %q in %v", s, tag)
	}
	got := map[string]int{}
	for _, m := range catalog.MissingTexts(c, language.English, language.Japanese, language.French) {
		if m.Fallback == "" || m.Shown == language.Und {
			t.Errorf("%v has no fallback", m)
		}
		if m.Product == "shop" {
			got[m.Language.String()]++
		}
	}
	if diff := cmp.Diff(map[string]int{"en": 1, "ja": 11, "fr": 11}, got); diff != "" {
		t.Errorf("missing texts (-want +got):\n%s", diff)
	}
	if list := catalog.MissingTexts(portbook.Builtin()); list != nil {
		t.Errorf("the built-in catalog lacks %v", list[0])
	}
}

// TestTranslation adds a language to the built-in catalog, without any data of its own but a product's.
func TestTranslation(t *testing.T) {
	f := shop()
	f["i18n/de/apex-central.yaml"] = "flows:\n  apex-central/console/https: {purpose: Verwaltung im Browser.}\n"
	c := f.load(t, catalog.Extending(portbook.Builtin()))
	https, _ := c.Lookup(portbook.FlowApexCentralConsoleHTTPS)
	german := i18n.For(c, language.MustParse("de-AT"), language.Japanese)
	if s, tag := german.TextLanguage(https.Purpose()); s != "Verwaltung im Browser." || tag != language.German {
		t.Errorf("purpose is %q in %v", s, tag)
	}
	http, _ := c.Lookup(portbook.FlowApexCentralConsoleHTTP)
	if _, tag := german.TextLanguage(http.Purpose()); tag != language.Japanese || german.LabelLanguage() != language.Japanese {
		t.Errorf("fallback is in %v, labels in %v", tag, german.LabelLanguage())
	}
}

// TestVersions checks the date that a version begins with.
func TestVersions(t *testing.T) {
	dated := shop()
	dated["data/version.txt"] = "2099-01-02\n"
	for name, c := range map[string]struct {
		catalog *portbook.Catalog
		want    string
	}{
		"undated":      {shop().load(t), "undated+"},
		"dated":        {dated.load(t), "2099-01-02+"},
		"of the base":  {shop().load(t, catalog.Extending(portbook.Builtin())), portbook.DataVersion[:11]},
		"later":        {dated.load(t, catalog.Extending(portbook.Builtin())), "2099-01-02+"},
		"merged":       {merge(t, portbook.Builtin(), dated.load(t)), "2099-01-02+"},
		"both undated": {merge(t, shop().load(t), shop().load(t)), "undated+"},
	} {
		if got := c.catalog.Version(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: version is %s, want %s...", name, got, c.want)
		}
	}
}

// TestOrderOfMerging merges in every order, more than once, and what holds the same already.
func TestOrderOfMerging(t *testing.T) {
	a, b, c := shop().load(t), inhouse(t), portbook.Builtin()
	want := merge(t, a, b, c)
	for _, order := range [][]*portbook.Catalog{{c, b, a}, {b, a}, {a, merge(t, b, c)}, {want}, {want, want}} {
		equal(t, want, merge(t, order...))
	}
	if empty := merge(t); len(empty.Products()) != 0 || empty.Flows().Len() != 0 {
		t.Error("nothing merges to something")
	}
	overridden := site().load(t, catalog.Extending(a))
	if got := merge(t, a, overridden); len(got.Overrides()) != 1 {
		t.Error("an override is lost beside the catalog that it overrides")
	}
}

func TestExportOfNothing(t *testing.T) {
	for _, c := range []*portbook.Catalog{nil, {}} {
		if _, err := catalog.Export(c); message(err) != "the catalog is empty: there is nothing to write" {
			t.Errorf("error is %v", err)
		}
	}
}

// TestWriteFiles keeps files in their directory, replaces what is there and leaves the rest.
func TestWriteFiles(t *testing.T) {
	dir := t.TempDir()
	for _, content := range []string{"old and longer", "new"} {
		if err := catalog.WriteFiles(dir, map[string][]byte{"data/x.yaml": []byte(content), content[:3]: nil}); err != nil {
			t.Fatal(err)
		}
	}
	if data, err := os.ReadFile(filepath.Join(dir, "data", "x.yaml")); err != nil || string(data) != "new" {
		t.Errorf("file holds %q, %v", data, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "old")); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"../x", "a/../../x", "/x"} {
		if err := catalog.WriteFiles(dir, map[string][]byte{name: nil}); err == nil {
			t.Errorf("%s is written", name)
		}
	}
}

// TestExampleIsComplete keeps the example in both languages, and of the size that it is meant to have.
func TestExampleIsComplete(t *testing.T) {
	c := inhouse(t)
	for _, m := range catalog.MissingTexts(c) {
		t.Error(m)
	}
	if n := c.Flows().DocumentedBy(portbook.Product("expenses")).Len(); n < 8 || n > 15 {
		t.Errorf("the example has %d flows", n)
	}
	exported, err := catalog.Export(c)
	if err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(exported)); !slices.Contains(names, "i18n/ja/expenses.yaml") {
		t.Errorf("exported files are %v", names)
	}
}

// TestNeighbouringProducts loads products whose ids sort otherwise than the ids
// of their entries: "a-b" is after "a", and "a-b/x" before "a/x". Every entry
// is found by its id.
func TestNeighbouringProducts(t *testing.T) {
	f := shop()
	replace := strings.NewReplacer("shop-ports", "other-ports", "shop", "shop-extra").Replace
	f["data/shop-extra.yaml"], f["i18n/en/shop-extra.yaml"] = replace(shopData), replace(shopTexts)
	c := f.load(t)
	for _, id := range c.Components() {
		if x, ok := c.Component(id); !ok || x.ID != id || string(x.Product) != strings.Split(string(id), "/")[0] {
			t.Errorf("Component(%s) = %s of %s, %v", id, x.ID, x.Product, ok)
		}
	}
	for _, id := range []portbook.ConditionID{"shop/updates", "shop-extra/updates"} {
		if x, ok := c.Condition(id); !ok || x.ID != id {
			t.Errorf("Condition(%s) = %s, %v", id, x.ID, ok)
		}
	}
	if n := c.Flows().From(portbook.Component("shop-extra/client")).Len(); n != 1 {
		t.Errorf("shop-extra/client opens %d flows, want 1", n)
	}
	equal(t, c, roundTrip(t, c))
}
