package catalog_test

import (
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
)

// TestMergeOfNumbered merges catalogs whose product has more or fewer entries
// without ids in one of them: the one that has more is named.
func TestMergeOfNumbered(t *testing.T) {
	with := func(key string, entries ...string) *portbook.Catalog {
		f := shop()
		if len(entries) > 0 {
			f["data/shop.yaml"] += key + ":\n" + strings.Join(entries, "")
		}
		return f.load(t)
	}
	for key, entries := range map[string][2]string{
		"actionMappings": {
			"- {object: file, setting: quarantine, scans: [real-time], result: quarantine-entire-message, cite: [1]}\n",
			"- {object: file, setting: block, scans: [real-time], result: quarantine-entire-message, cite: [2]}\n",
		},
		"decisionOrders": {
			"- {object: file, steps: [user-defined-suspicious-object, pattern-based-local-scan], cite: [1]}\n",
			"- {object: url, steps: [user-defined-suspicious-object], cite: [2]}\n",
		},
	} {
		kind := strings.TrimSuffix(key, "s")
		none, one, two := with(key), with(key, entries[0]), with(key, entries[0], entries[1])
		for _, c := range []struct {
			a, b *portbook.Catalog
			want []string
		}{
			{one, one, nil},
			{two, two, nil},
			{none, one, []string{"catalog 2: product shop, " + kind + " 1: is only in this one"}},
			{one, none, []string{"catalog 1: product shop, " + kind + " 1: is only in this one"}},
			{one, two, []string{"catalog 2: product shop, " + kind + " 2: is only in this one"}},
			{two, one, []string{"catalog 1: product shop, " + kind + " 2: is only in this one"}},
			{none, two, []string{"catalog 2: product shop, " + kind + " 1: is only in this one", "catalog 2: product shop, " + kind + " 2: is only in this one"}},
			{with(key, entries[1]), one, []string{"catalog 2: product shop, " + kind + " 1: field "}},
		} {
			_, err := catalog.Merge(c.a, c.b)
			got := message(err)
			if (got == "") != (len(c.want) == 0) {
				t.Errorf("%s: got %q, want %q", key, got, c.want)
			}
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s: got %q, want %q", key, got, want)
				}
			}
		}
	}
}

// TestOverridesOfOneFlow overrides several fields of a flow in several entries
// and several catalogs, and expects each of them with its value.
func TestOverridesOfOneFlow(t *testing.T) {
	const data = "data/our-site.yaml"
	described := func(c *portbook.Catalog) string {
		var list []string
		for _, x := range c.Overrides() {
			list = append(list, string(x.Field)+"="+x.Value)
		}
		return strings.Join(list, " ")
	}
	base := shop().load(t)
	ours := func(fields string, over *portbook.Catalog) *portbook.Catalog {
		return site().edit(t, data, "    ports: 8443/tcp\n", fields).load(t, catalog.Extending(over))
	}
	ports, configurable, both := "    ports: 8443/tcp\n", "    configurable: \"no\"\n", "    ports: 8443/tcp\n    configurable: \"no\"\n"
	if got := described(ours(both, base)); got != "ports=8443/tcp configurable=no" {
		t.Fatalf("two fields in one entry: %s", got)
	}
	for name, got := range map[string]*portbook.Catalog{
		"merged":             merge(t, ours(ports, base), ours(configurable, base)),
		"merged, back":       merge(t, ours(configurable, base), ours(ports, base)),
		"merged with itself": merge(t, ours(both, base), ours(ports, base), ours(configurable, base)),
	} {
		if s := described(got); s != "ports=8443/tcp configurable=no" {
			t.Errorf("%s: %s", name, s)
		}
		f, _ := got.Lookup("shop/server/https")
		if f.Ports().String() != "8443/tcp" || f.Configurable() != portbook.ConfigurableNo {
			t.Errorf("%s: the flow has %s, %s", name, f.Ports(), f.Configurable())
		}
		if other, _ := got.Lookup("shop/server/update"); len(f.Overrides()) != 2 || len(other.Overrides()) != 0 || len((portbook.Flow{}).Overrides()) != 0 {
			t.Errorf("%s: the flow has %d overrides, another one %d", name, len(f.Overrides()), len(other.Overrides()))
		}
	}
	// A later catalog overrides anew what an earlier one did: a field in one of
	// its products, and the other field in another.
	later := files{}
	for product, fields := range map[string]string{"annex": ports, "branch": "    configurable: discouraged\n"} {
		later["data/"+product+".yaml"], later["i18n/en/"+product+".yaml"] = siteData, siteTexts
		later.edit(t, "data/"+product+".yaml", "our-site", product).edit(t, "data/"+product+".yaml", "    ports: 8443/tcp\n", strings.Replace(fields, "8443", "9443", 1))
	}
	if s := described(later.load(t, catalog.Extending(ours(both, base)))); s != "ports=9443/tcp configurable=discouraged" {
		t.Errorf("overridden anew: %s", s)
	}
}
