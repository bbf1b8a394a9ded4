package catalog_test

import (
	"github.com/portbook/portbook/internal/handle"
	"github.com/portbook/portbook/internal/translations"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/internal/table"
)

// A small product with what overrides and merging are about: two flows, a retired id, two documents.
const (
	shopData = `product: {id: shop, vendor: Example Corp.}
documents:
  - {id: shop-ports, publisher: Example Corp., language: en, url: "https://example.com/", rows: 2, sections: [{id: ports, rows: 1-2}]}
components:
  - {id: shop/server, hosts: [shop.example.com]}
  - id: shop/client
flows:
  - id: shop/server/https
    component: shop/server
    from: [shop/client]
    to: [shop/server]
    ports: 443/tcp
    published: {protocol: TCP, ports: "443"}
    cite: [1]
    retired: [shop/server/web]
  - id: shop/server/update
    component: shop/server
    from: [shop/server]
    to: [shop/client]
    portKind: none
    requirement: conditional
    conditions: [shop/updates]
    cite: [2]
conditions: [{id: shop/updates}]
`
	shopTexts = `product: {name: Shop, summary: Sells.}
documents: {shop-ports: Ports of the shop}
sections: {shop-ports/ports: Ports}
components:
  shop/server: {name: Server, role: Serves.}
  shop/client: {name: Client, role: Buys.}
flows:
  shop/server/https: {purpose: Buying.}
  shop/server/update: {purpose: Updating.}
conditions: {shop/updates: Only if updates are on.}
`
	siteData = `product: {id: our-site}
overrides:
  - flow: shop/server/https
    ports: 8443/tcp
`
	siteTexts = `product: {name: Our site, summary: What differs here.}
overrides:
  shop/server/https: {reason: 443 is taken.}
`
)

// files are the files of a folder, by path.
type files map[string]string

func shop() files {
	return files{"data/shop.yaml": shopData, "i18n/en/shop.yaml": shopTexts}
}

func site() files {
	return files{"data/our-site.yaml": siteData, "i18n/en/our-site.yaml": siteTexts}
}

// edit replaces old, which must occur, in a file.
func (f files) edit(t *testing.T, name, old, new string) files {
	t.Helper()
	if !strings.Contains(f[name], old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	f[name] = strings.Replace(f[name], old, new, 1)
	return f
}

func (f files) fs() fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, data := range f {
		fsys[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return fsys
}

func (f files) load(t *testing.T, options ...catalog.Option) *portbook.Catalog {
	t.Helper()
	c, err := catalog.Load(f.fs(), options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func inhouse(t *testing.T) *portbook.Catalog {
	t.Helper()
	c, err := catalog.Load(os.DirFS("../examples/inhouse"), catalog.Extending(portbook.Builtin()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func merge(t *testing.T, catalogs ...*portbook.Catalog) *portbook.Catalog {
	t.Helper()
	c, err := catalog.Merge(catalogs...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// unpack returns the table of a catalog, with the texts that package i18n has for the built-in one.
func unpack(c *portbook.Catalog) table.Table {
	t := *handle.Table(c)
	if c == portbook.Builtin() {
		t.Texts = append(t.Texts[:1:1], translations.Builtin()...)
	}
	return t
}

func equal(t *testing.T, want, got *portbook.Catalog) {
	t.Helper()
	if diff := cmp.Diff(unpack(want), unpack(got)); diff != "" {
		t.Errorf("catalogs differ (-want +got):\n%s", diff)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	text, ok := strings.CutPrefix(err.Error(), "catalog: ")
	if !ok {
		return "an error without the name of the package: " + text
	}
	return text
}
