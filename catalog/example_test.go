package catalog_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing/fstest"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/catalog"
	"github.com/portbook/portbook/i18n"
	"golang.org/x/text/language"
)

// A catalog of an in-house application, merged with the built-in one: its flows
// connect to components of your own infrastructure, and one lookup covers both.
func ExampleLoad() {
	c, err := catalog.Load(os.DirFS("../examples/inhouse"), catalog.Extending(portbook.Builtin()))
	if err != nil {
		fmt.Println(err)
		return
	}
	for f := range c.Flows().To(portbook.ComponentSiteSQLServer).Touching(portbook.MustParsePortSet("1433/tcp")).All() {
		fmt.Println(f, f.From(), f.Ports())
	}
	// Output:
	// apex-central/database/sql-server [apex-central/server] 1433/tcp
	// expenses/application/database [expenses/application-server] 1433/tcp
	// itms/installation-manager/sql-database [itms/installation-manager] 1433/tcp
	// itms/notification-server/sql-database [itms/notification-server] 1433/tcp
}

// The folder overrides what a vendor documents with what holds at the site. Lookups follow, and what was documented stays
// visible.
func ExampleExtending() {
	c, err := catalog.Load(os.DirFS("../examples/inhouse"), catalog.Extending(portbook.Builtin()))
	if err != nil {
		fmt.Println(err)
		return
	}
	f, _ := c.Lookup(portbook.FlowApexCentralConsoleHTTPS)
	fmt.Println(f.Ports(), c.FlowsUsing(portbook.TCP, 8443).Contains(f), c.FlowsUsing(portbook.TCP, 443).Contains(f))
	for _, o := range c.Overrides() {
		fmt.Printf("%s: %s: %s (documented: %s), by %s\n    %s\n", o.Flow, o.Field, o.Value, o.Documented, o.By, o.Reason)
	}
	fmt.Println(f.Inferred(), f.Citations()[0].Document)
	// Output:
	// 8443/tcp true false
	// apex-central/console/https: ports: 8443/tcp (documented: 443/tcp), by expenses
	//     At Example Corp. the console listens on 8443, as the portal has 443 on the same host.
	// apex-central/console/https: configurable: no (documented: yes), by expenses
	//     At Example Corp. the console listens on 8443, as the portal has 443 on the same host.
	// [ports configurable] apex-central-ports
}

// Every problem has a place, so that an editor or a CI system can show it there.
func ExampleError() {
	_, err := catalog.Load(fstest.MapFS{
		"data/expenses.yaml": {Data: []byte(`product: {id: expenses}
documents:
  - {id: design, publisher: Example Corp., language: en, url: "https://wiki.example.com/", sections: [{id: ports}]}
components:
  - id: expenses/server
flows:
  - id: expenses/server/database
    component: expenses/server
    from: [expenses/server]
    to: [site/sql-sever]
    ports: 1433
    cite: [ports]
`)},
		"i18n/en/expenses.yaml": {Data: []byte(`product: {name: Expense Desk, summary: Expense claims.}
documents: {design: Network design}
sections: {design/ports: Ports}
components: {expenses/server: {name: Server}}
flows: {expenses/server/database: {purpose: Keeps claims.}}
`)},
	}, catalog.Extending(portbook.Builtin()))
	var e *catalog.Error
	if errors.As(err, &e) {
		for _, p := range e.Problems() {
			fmt.Printf("%s line %d, %s:\n    %s\n", p.File, p.Line, p.Entry, p.Message)
		}
	}
	// Output:
	// data/expenses.yaml line 7, flow expenses/server/database:
	//     unknown component "site/sql-sever"; did you mean "site/sql-server"?
	// data/expenses.yaml line 11, flow expenses/server/database:
	//     field "ports": "1433" has no protocol (expected: a protocol too, such as 1433/tcp or 1433/udp)
	// i18n/en/expenses.yaml line 0, components expenses/server role:
	//     has no text in any language; expected: one in en
}

// Two teams extend the built-in catalog, and merge what they have.
func ExampleMerge() {
	expenses, err := catalog.Load(os.DirFS("../examples/inhouse"), catalog.Extending(portbook.Builtin()))
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := catalog.Merge(portbook.Builtin(), expenses)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range c.Products() {
		if _, builtin := portbook.Builtin().Product(p); !builtin {
			fmt.Println(p)
		}
	}
	fmt.Println(c.Version() == expenses.Version())
	// Output:
	// expenses
	// true
}

// A catalog is written as the files that Load reads.
func ExampleExport() {
	c, err := catalog.Load(os.DirFS("../examples/inhouse"), catalog.Extending(portbook.Builtin()))
	if err != nil {
		fmt.Println(err)
		return
	}
	files, err := catalog.Export(c)
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := catalog.WriteFiles(dir, files); err != nil {
		fmt.Println(err)
		return
	}
	again, err := catalog.Load(os.DirFS(dir))
	fmt.Println(again.Version() == c.Version(), err)
	// Output:
	// true <nil>
}

// What a German version of the example would have to translate.
func ExampleMissingTexts() {
	c, err := catalog.Load(os.DirFS("../examples/inhouse"), catalog.Extending(portbook.Builtin()))
	if err != nil {
		fmt.Println(err)
		return
	}
	missing := catalog.MissingTexts(c, language.German)
	first := slices.IndexFunc(missing, func(m catalog.MissingText) bool { return m.Product == "expenses" })
	for _, m := range missing[first : first+3] {
		fmt.Printf("%s: %q\n", m, m.Fallback)
	}
	f, _ := c.Lookup("expenses/payment/bank-transfer")
	text, used := i18n.For(c, language.German, language.Japanese).TextLanguage(f.Purpose())
	fmt.Println(text, used)
	// Output:
	// i18n/de/expenses.yaml: product name: "Expense Desk"
	// i18n/de/expenses.yaml: product summary: "The company's application for expense claims, from the claim to the payment."
	// i18n/de/expenses.yaml: documents expenses-design: "Expense Desk 2026.2: network design"
	// 振込の依頼 ja
}
