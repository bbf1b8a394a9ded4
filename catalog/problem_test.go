package catalog_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
)

// TestLoadProblems breaks a folder over another catalog in one way after the other, and expects the exact message.
func TestLoadProblems(t *testing.T) {
	const data, en = "data/our-site.yaml", "i18n/en/our-site.yaml"
	type edit struct{ file, old, new string }
	for _, c := range []struct {
		name  string
		edits []edit
		want  string
	}{
		{"unknown flow", []edit{{data, "flow: shop/server/https", "flow: shop/server/http"}, {en, "shop/server/https:", "shop/server/http:"}},
			`data/our-site.yaml:3: override shop/server/http: unknown flow "shop/server/http"; did you mean "shop/server/https"?`},
		{"former id", []edit{{data, "flow: shop/server/https", "flow: shop/server/web"}, {en, "shop/server/https:", "shop/server/web:"}},
			`data/our-site.yaml:3: override shop/server/web: is a former id; expected: "shop/server/https"`},
		{"no flow", []edit{{data, "  - flow: shop/server/https\n    ports", "  - ports"}, {en, "overrides:\n  shop/server/https: {reason: 443 is taken.}\n", ""}},
			`data/our-site.yaml:3: override 1: field "flow" is missing`},
		{"flow of its own", []edit{{data, "overrides:", ownFlow + "overrides:"}, {data, "flow: shop/server/https", "flow: our-site/server/https"},
			{en, "overrides:\n  shop/server/https:", ownTexts + "overrides:\n  our-site/server/https:"}},
			`data/our-site.yaml:14: override our-site/server/https: is a flow of the product itself; expected: a flow of another product`},
		{"no field", []edit{{data, "    ports: 8443/tcp\n", ""}},
			`data/our-site.yaml:3: override shop/server/https: changes nothing; expected: one or more of from, to, initiator, protocols, ports, sourcePorts, portKind, portChoice, requirement, configurable, appProtocols, conditions, firewall`},
		{"the documented value", []edit{{data, "8443/tcp", "443/tcp"}},
			`data/our-site.yaml:3: override shop/server/https: field "ports" is "443/tcp" without it too; expected: another value`},
		{"a field that is not a site's to change", []edit{{data, "    ports: 8443/tcp", "    ports: 8443/tcp\n    cite: [1]"}},
			`data/our-site.yaml:5: override shop/server/https: unknown key "cite"; expected: flow, from, to, initiator, protocols, ports, sourcePorts, portKind, portChoice, requirement, configurable, appProtocols, conditions, firewall`},
		{"malformed ports", []edit{{data, "8443/tcp", "8443"}},
			`data/our-site.yaml:4: override shop/server/https: field "ports": "8443" has no protocol (expected: a protocol too, such as 8443/tcp or 8443/udp)`},
		{"unknown value", []edit{{data, "ports: 8443/tcp", "configurable: maybe"}},
			`data/our-site.yaml:4: override shop/server/https: field "configurable" is "maybe"; expected: unstated, yes, no, discouraged`},
		{"unknown component", []edit{{data, "ports: 8443/tcp", "to: [shop/severs]"}},
			`data/our-site.yaml:3: override shop/server/https: unknown component "shop/severs"; did you mean "shop/server"?`},
		{"nobody", []edit{{data, "ports: 8443/tcp", "from: []"}},
			`data/our-site.yaml:3: override shop/server/https: has no from; expected: components, site/unspecified where nothing can be inferred`},
		{"ports that its kind excludes", []edit{{data, "ports: 8443/tcp", "portKind: none"}},
			`data/our-site.yaml:3: override shop/server/https: has ports "443/tcp" although its portKind is "none"`},
		{"no ports", []edit{{data, "ports: 8443/tcp", `ports: ""`}},
			`data/our-site.yaml:3: override shop/server/https: has no ports; expected: ports, or a portKind that says why there are none`},
		{"twice", []edit{{data, "    ports: 8443/tcp\n", "    ports: 8443/tcp\n  - flow: shop/server/https\n    ports: 9443/tcp\n"}},
			`data/our-site.yaml:5: note our-site/shop/server/https: id stands twice (first in data/our-site.yaml:3)
data/our-site.yaml:5: override shop/server/https: field "ports" is overridden twice (first in data/our-site.yaml:3)`},
		{"without a reason", []edit{{en, "overrides:\n  shop/server/https: {reason: 443 is taken.}\n", ""}},
			`i18n/en/our-site.yaml: overrides our-site/shop/server/https reason: has no text in any language; expected: one in en`},
		{"conditional without a condition", []edit{{data, "ports: 8443/tcp", "requirement: conditional"}},
			`data/our-site.yaml:3: override shop/server/https: is conditional and names no condition; expected: one or more in conditions`},
		{"conditions of a required flow", []edit{{data, "ports: 8443/tcp", "conditions: [shop/updates]"}},
			`data/our-site.yaml:3: override shop/server/https: has conditions although its requirement is "required"; expected: conditional`},
		{"unknown condition", []edit{{data, "ports: 8443/tcp", "requirement: conditional\n    conditions: [shop/update]"}},
			`data/our-site.yaml:3: override shop/server/https: unknown condition "shop/update"; did you mean "shop/updates"?`},
		{"a reason for nothing", []edit{{en, "overrides:", "overrides:\n  shop/server/update: {reason: None.}"}},
			`i18n/en/our-site.yaml:3: overrides our-site/shop/server/update reason: is a text that no entry of the data asks for`},
		{"a product of the base", []edit{{"data/shop.yaml", "", "product: {id: shop}\n"}, {"i18n/en/shop.yaml", "", "product: {name: Shop}\n"}},
			`data/shop.yaml:1: product shop: id stands twice (first in the extended catalog)
i18n/en/shop.yaml: product shop summary: has no text in any language; expected: one in en
i18n/en/shop.yaml:1: product shop name: is in the extended catalog too; expected: languages that it lacks`},
		{"a document of the base", []edit{{data, "overrides:", "documents:\n  - {id: shop-ports, publisher: X, language: en, url: x}\noverrides:"}, {en, "overrides:", "documents: {shop-ports: X}\noverrides:"}},
			`data/our-site.yaml:3: document shop-ports: id stands twice (first in the extended catalog)
i18n/en/our-site.yaml:2: documents shop-ports: is in the extended catalog too; expected: languages that it lacks`},
		{"a text of the base", []edit{{en, "overrides:", "flows:\n  shop/server/https: {purpose: Selling.}\noverrides:"}},
			`i18n/en/our-site.yaml:3: flows shop/server/https purpose: is in the extended catalog too; expected: languages that it lacks`},
		{"unknown product of a note", []edit{{data, "overrides:", "notes:\n  - {id: our-site/x, products: [shpo]}\noverrides:"}, {en, "overrides:", "notes: {our-site/x: X}\noverrides:"}},
			`data/our-site.yaml:3: note our-site/x: unknown product "shpo"; did you mean "shop"?`},
		{"a circle through the base", []edit{{data, "overrides:", "components:\n  - {id: our-site/a, inherits: [our-site/b, shop/client]}\n  - {id: our-site/b, inherits: [our-site/a]}\n  - {id: our-site/c, inherits: [our-site/a]}\noverrides:"},
			{en, "overrides:", "components:\n  our-site/a: {name: A, role: A}\n  our-site/b: {name: B, role: B}\n  our-site/c: {name: C, role: C}\noverrides:"}},
			`data/our-site.yaml:3: component our-site/a: inherits from itself: our-site/a -> our-site/b -> our-site/a
data/our-site.yaml:4: component our-site/b: inherits from itself: our-site/b -> our-site/a -> our-site/b`},
		{"no date", []edit{{"data/version.txt", "", "spring\n"}},
			`data/version.txt:1: "spring" is not a date; expected: a date such as 2026-01-31`},
		{"published id gone", []edit{{"data/ids.txt", "", "flow our-site/gone/flow\n"}},
			`data/ids.txt:1: flow our-site/gone/flow: was published and is gone; expected: a current id, or one that a flow lists in retired`},
		{"an alias", []edit{{data, "ports: 8443/tcp", "ports: &p 8443/tcp\n    sourcePorts: *p"}},
			`data/our-site.yaml:5: override shop/server/https: field "sourcePorts" is an alias; expected: one value`},
		{"two documents", []edit{{data, "overrides:", "---\noverrides:"}},
			`data/our-site.yaml: is not YAML: line 2: a second document; expected: one`},
		{"folder of no language", []edit{{"i18n/english/our-site.yaml", "", "x: y"}},
			`i18n/english: is not a folder of a language; expected: a BCP 47 tag in canonical form, such as ja or pt-BR`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := site()
			for _, e := range c.edits {
				f.edit(t, e.file, e.old, e.new)
			}
			_, err := catalog.Load(f.fs(), catalog.Extending(shop().load(t)))
			if diff := cmp.Diff(c.want, message(err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

const (
	ownFlow = `documents:
  - {id: our-ports, publisher: Example Corp., language: en, url: "https://example.com/", sections: [{id: text}]}
components:
  - id: our-site/server
flows:
  - id: our-site/server/https
    component: our-site/server
    from: [shop/client]
    to: [our-site/server]
    ports: 80/tcp
    cite: [text]
`
	ownTexts = `documents: {our-ports: Ours}
sections: {our-ports/text: Text}
components: {our-site/server: {name: Server, role: Serves.}}
flows: {our-site/server/https: {purpose: Serving.}}
`
)

// TestMergeConflicts merges two catalogs that differ in one way after the other, and expects the exact message.
func TestMergeConflicts(t *testing.T) {
	const data, en = "data/shop.yaml", "i18n/en/shop.yaml"
	base := func() files {
		return shop().edit(t, data, "    ports: 443/tcp\n    published: {protocol: TCP, ports: \"443\"}", "    ports: 80,443/tcp")
	}
	ours := func(ports string) *portbook.Catalog {
		return site().edit(t, "data/our-site.yaml", "8443/tcp", ports).load(t, catalog.Extending(base().load(t)))
	}
	theirs := func(fields string) *portbook.Catalog {
		f := files{"data/their-site.yaml": siteData, "i18n/en/their-site.yaml": siteTexts}
		f.edit(t, "data/their-site.yaml", "our-site", "their-site").edit(t, "data/their-site.yaml", "ports: 8443/tcp", fields)
		return f.load(t, catalog.Extending(base().load(t)))
	}
	other := func() files { return files{"data/other.yaml": ownProduct, "i18n/en/other.yaml": ownProductTexts} }
	plain := func() *portbook.Catalog { return shop().load(t) }
	changed := func(file, old, new string) *portbook.Catalog { return shop().edit(t, file, old, new).load(t) }
	for _, c := range []struct {
		name string
		a, b *portbook.Catalog
		want string
	}{
		{"the same", plain(), plain(), ""},
		{"another one", plain(), other().load(t), ""},
		{"another value", plain(), changed(data, "    component: shop/server\n    from: [shop/client]", "    component: shop/client\n    from: [shop/client]"),
			`catalog 2: flow shop/server/https: field "component" is "shop/client", and "shop/server" in catalog 1`},
		{"several values", plain(), changed(data, "ports: 443/tcp\n    published: {protocol: TCP, ports: \"443\"}", "ports: 444/tcp\n    requirement: optional"),
			`catalog 2: flow shop/server/https: field "ports" is "444/tcp", and "443/tcp" in catalog 1
catalog 2: flow shop/server/https: field "published" is left out, and {protocol: "TCP", ports: "443"} in catalog 1
catalog 2: flow shop/server/https: field "requirement" is "optional", and left out in catalog 1`},
		{"another text", plain(), changed(en, "Buying.", "Purchase."),
			`catalog 2: flows shop/server/https purpose: is "Purchase." in "en", and "Buying." in catalog 1`},
		{"another language", plain(), files{"data/shop.yaml": shopData, "i18n/de/shop.yaml": shopTexts}.load(t), ""},
		{"an entry that one lacks", changed(data, "  - id: shop/client", "  - id: shop/client\n    aliases: [Buyer]"), plain(),
			`catalog 2: component shop/client: field "aliases" is left out, and ["Buyer"] in catalog 1`},
		{"a new entry", plain(), shop().edit(t, data, "  - id: shop/client", "  - id: shop/client\n  - id: shop/cart").edit(t, en, "  shop/client:", "  shop/cart: {name: Cart, role: Rolls.}\n  shop/client:").load(t),
			`catalog 2: component shop/cart: is only in this one of the catalogs that hold its product`},
		{"an entry that is gone", shop().edit(t, data, "  - id: shop/client", "  - id: shop/client\n  - id: shop/cart").edit(t, en, "  shop/client:", "  shop/cart: {name: Cart, role: Rolls.}\n  shop/client:").load(t), plain(),
			`catalog 1: component shop/cart: is only in this one of the catalogs that hold its product`},
		{"another version", plain(), changed(data, "vendor: Example Corp.", "vendor: Example Corp., version: \"2\""),
			`catalog 2: product shop: field "version" is "2", and left out in catalog 1`},
		{"a document of another product", plain(), other().edit(t, "data/other.yaml", "id: other-ports", "id: shop-ports").edit(t, "i18n/en/other.yaml", "documents: {other-ports: Other}", "documents: {shop-ports: Ports of the shop}").edit(t, "i18n/en/other.yaml", "other-ports/text", "shop-ports/text").load(t),
			`catalog 2: document shop-ports: id stands twice (first in catalog 1)`},
		{"an override and none", base().load(t), ours("8443/tcp"), ""},
		{"the same override", ours("8443/tcp"), ours("8443/tcp"), ""},
		{"two values of an override", ours("8443/tcp"), ours("9443/tcp"),
			`catalog 2: flow shop/server/https: field "ports" is overridden by our-site with "9443/tcp", and by our-site with "8443/tcp" in catalog 1`},
		{"an override of two products", ours("8443/tcp"), theirs("ports: 8443/tcp"),
			`catalog 2: flow shop/server/https: field "ports" is overridden by their-site with "8443/tcp", and by our-site with "8443/tcp" in catalog 1`},
		{"overrides of different fields", ours("8443/tcp"), theirs("configurable: no"), ""},
		{"overrides that do not go together", ours("8443/tcp"), theirs("portChoice: one-of"), `catalog 1: flow shop/server/https: is a choice of one port`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := catalog.Merge(c.a, c.b)
			if diff := cmp.Diff(c.want, message(err)); diff != "" {
				t.Errorf("conflicts (-want +got):\n%s", diff)
			}
		})
	}
}

const (
	ownProduct = `product: {id: other}
documents:
  - {id: other-ports, publisher: Example Corp., language: en, url: "https://example.com/", sections: [{id: text}]}
`
	ownProductTexts = `product: {name: Other, summary: Another one.}
documents: {other-ports: Other}
sections: {other-ports/text: Text}
`
)

// TestError reads the problems one by one.
func TestError(t *testing.T) {
	_, err := catalog.Load(shop().edit(t, "data/shop.yaml", "ports: 443/tcp", "ports: 443").edit(t, "data/shop.yaml", "  - id: shop/client", "  - id: shop/Client").fs(),
		catalog.WithLimits(catalog.Limits{Problems: 2}))
	var e *catalog.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v", err)
	}
	if list := e.Problems(); len(list) != 2 || list[0].File != "data/shop.yaml" || list[0].Line == 0 || list[0].Entry == "" {
		t.Errorf("problems are %q", list)
	}
	if e.More() == 0 {
		t.Error("the problems beyond the limit are not counted")
	}
	e.Problems()[0] = catalog.Problem{}
	if e.Problems()[0] == (catalog.Problem{}) {
		t.Error("the list can be changed")
	}
}
