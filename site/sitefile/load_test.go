package sitefile_test

import (
	"errors"
	"fmt"
	"os"
	"path"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/site/sitefile"
)

// valid is a site to which fixtures add what is wrong.
const valid = `site: tokyo
hosts:
  central: {addresses: 192.0.2.3, roles: [apex-central/server]}
  admins:  {addresses: 192.0.2.128/25, roles: [site/administrator-computer]}
`

// answers begins the list of answers.
const answers = valid + "answers:\n"

// day is the day on which fixtures are read.
var day = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)

func load(text string) error {
	_, err := sitefile.Load(fstest.MapFS{"sites/tokyo.yaml": {Data: []byte(text)}}, "sites/tokyo.yaml", portbook.Builtin(), sitefile.AsOf(day))
	return err
}

// TestProblems checks each thing that can be wrong with a site file, with its
// exact message.
func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "sites/tokyo.yaml: is empty"},
		{"no YAML", "a: [", "sites/tokyo.yaml: is not YAML: yaml: line 1: did not find expected node content"},
		{"list", "[]", "sites/tokyo.yaml:1: field \"site\" is missing\nsites/tokyo.yaml:1: is a list; expected: a mapping of fields"},
		{"no name", "hosts:\n", `sites/tokyo.yaml:1: field "site" is missing`},
		{"bad name", "site: to kyo\n", `sites/tokyo.yaml:1: the name of the site is "to kyo"; expected: ` + expectedName},
		{"unknown key", valid + "host: {}\n", `sites/tokyo.yaml:5: unknown key "host"; expected: site, answeredFor, catalogs, hosts, answers`},
		{"answeredFor", valid + "answeredFor: today\n", `sites/tokyo.yaml:5: field "answeredFor" is "today"; expected: a day such as 2027-03-31`},
		{"hosts as a list", "site: x\nhosts: [a]\n", `sites/tokyo.yaml:2: field "hosts" is a list; expected: a mapping of names`},
		{"host as a text", valid + "  x: y\n", `sites/tokyo.yaml:5: host x: is "y"; expected: a mapping of fields`},
		{"host twice", valid + "  central: {addresses: 192.0.2.4, roles: [site/dns-server]}\n", `sites/tokyo.yaml:5: host central: occurs twice (first on line 3)`},
		{"host name", valid + "  a/b: {addresses: 192.0.2.4, roles: [site/dns-server]}\n", `sites/tokyo.yaml:5: host a/b: its name is "a/b"; expected: ` + expectedName},
		{"unknown field", valid + "  x: {address: 192.0.2.4, roles: [site/dns-server]}\n",
			"sites/tokyo.yaml:5: host x: unknown key \"address\"; expected: addresses, names, roles, zone, serves, group, securityGroup, kubernetes"},
		{"no place", valid + "  x: {roles: [site/dns-server]}\n", `sites/tokyo.yaml:5: host x: has no place on the network; expected: addresses, names, kubernetes or securityGroup`},
		{"bad address", valid + "  x: {addresses: 192.0.2.300, roles: [site/dns-server]}\n",
			`sites/tokyo.yaml:5: host x: field "addresses": "192.0.2.300" ends like an address (expected: a DNS name, an address, a prefix, or a range of addresses)`},
		{"reversed range", valid + "  x:\n    roles: [site/dns-server]\n    addresses:\n      - 192.0.2.9\n      - 192.0.2.8-192.0.2.1\n",
			`sites/tokyo.yaml:9: host x: field "addresses": "192.0.2.8-192.0.2.1" is a reversed range (expected: two addresses of one family, the lower one first, such as 192.0.2.1-192.0.2.9)`},
		{"name among addresses", valid + "  x: {addresses: db.example.com, roles: [site/dns-server]}\n",
			`sites/tokyo.yaml:5: host x: field "addresses" has "db.example.com"; expected: addresses, prefixes and ranges (DNS names belong in "names")`},
		{"wildcard", valid + "  x: {names: \"*.example.com\", roles: [site/dns-server]}\n", `sites/tokyo.yaml:5: host x: field "names" has "*.example.com"; expected: DNS names without wildcards`},
		{"address twice", valid + "  x: {addresses: [192.0.2.4, 192.0.2.4/32], roles: [site/dns-server]}\n", `sites/tokyo.yaml:5: host x: "192.0.2.4" occurs twice`},
		{"security group", valid + "  x: {securityGroup: web, roles: [site/dns-server]}\n",
			`sites/tokyo.yaml:5: host x: field "securityGroup" is "web"; expected: an id of a security group, such as sg-0123456789abcdef0`},
		{"namespace", valid + "  x: {kubernetes: {namespace: Shop}, roles: [site/dns-server]}\n", `sites/tokyo.yaml:5: host x: the namespace is "Shop"; expected: at most 63 lowercase letters, digits and hyphens`},
		{"no namespace", valid + "  x: {kubernetes: {labels: {a: b}}, roles: [site/dns-server]}\n", "sites/tokyo.yaml:5: host x: field \"namespace\" is missing\nsites/tokyo.yaml:5: host x: the namespace is \"\"; expected: at most 63 lowercase letters, digits and hyphens"},
		{"label", valid + "  x: {kubernetes: {namespace: shop, labels: {app: \"a b\"}}, roles: [site/dns-server]}\n",
			`sites/tokyo.yaml:5: host x: the label "app: a b" is not one of Kubernetes; expected: a key and a value of letters, digits, dots, hyphens and underscores`},
		{"no role", valid + "  x: {addresses: 192.0.2.4}\n", `sites/tokyo.yaml:5: host x: plays no role and nothing names it; expected: roles`},
		{"unknown role", valid + "  x: {addresses: 192.0.2.4, roles: [site/dns-sever]}\n", `sites/tokyo.yaml:5: host x: unknown component "site/dns-sever"; did you mean "site/dns-server"?`},
		{"role twice", valid + "  x: {addresses: 192.0.2.4, roles: [site/dns-server, site/dns-server]}\n", `sites/tokyo.yaml:5: host x: role "site/dns-server" occurs twice`},
		{"role that nobody plays", valid + "  x: {addresses: 192.0.2.4, roles: site/unspecified}\n",
			`sites/tokyo.yaml:5: host x: no host plays the role "site/unspecified": documents use it where they do not say who takes part; expected: an answer that names the host in "from" or "to"`},
		{"zone", valid + "  x: {addresses: 192.0.2.4, roles: [site/dns-server], zone: a b}\n", `sites/tokyo.yaml:5: host x: field "zone" is "a b"; expected: ` + expectedName},
		{"serves nobody", valid + "  x: {addresses: 192.0.2.4, roles: [site/dns-server], serves: [admin]}\n", `sites/tokyo.yaml:5: host x: field "serves" has the unknown host "admin"; did you mean "admins"?`},
		{"serves twice", valid + "  x: {addresses: 192.0.2.4, roles: [site/dns-server], serves: [admins, admins]}\n", `sites/tokyo.yaml:5: host x: field "serves" has the host "admins" twice`},
		{"serves itself", valid + "  x: {addresses: 192.0.2.4, roles: [site/dns-server], serves: [x]}\n", `sites/tokyo.yaml:5: host x: field "serves" names the host itself; expected: other hosts`},
		{"group", valid + "  x: {addresses: 192.0.2.4, roles: [site/dns-server], group: off}\n", `sites/tokyo.yaml:5: host x: field "group" is "off"; expected: yes, no, true or false`},

		{"about nothing", answers + "  - {use: no, why: x}\n", `sites/tokyo.yaml:6: answer 1: is about nothing; expected: one of flow, condition, setting, component, product`},
		{"about two", answers + "  - {flow: apex-central/console/http, product: itms, use: no, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: is about flow and product; expected: one of flow, condition, setting, component, product`},
		{"unknown flow", answers + "  - {flow: apex-central/console/htp, use: no, why: x}\n", `sites/tokyo.yaml:6: answer 1: unknown flow "apex-central/console/htp"; did you mean "apex-central/console/http"?`},
		{"unknown condition", answers + "  - {condition: apex-central/low-level, holds: no, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: unknown condition "apex-central/low-level"; did you mean "apex-central/low-security-level"?`},
		{"unknown setting", answers + "  - {setting: apex-central/iis-port, ports: 1/tcp, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: unknown setting "apex-central/iis-port"; did you mean "apex-central/iis-http-port"?`},
		{"unknown component", answers + "  - {component: qwertz, absent: true, why: x}\n", `sites/tokyo.yaml:6: answer 1: unknown component "qwertz"`},
		{"unknown product", answers + "  - {product: imts, initiator: from, why: x}\n", `sites/tokyo.yaml:6: answer 1: unknown product "imts"; did you mean "itms"?`},
		{"answered twice", answers + "  - {flow: apex-central/console/http, use: no, why: x}\n  - {flow: apex-central/console/http, ports: 81/tcp, why: x}\n",
			`sites/tokyo.yaml:7: answer 2: flow apex-central/console/http is answered twice: answer 1 is about it too; expected: one answer with all that there is to say`},
		{"no value", answers + "  - {flow: apex-central/console/http, why: x}\n", `sites/tokyo.yaml:6: answer 1: answers nothing; expected: use, ports, initiator, from, to`},
		{"no reason", answers + "  - {flow: apex-central/console/http, use: no}\n", `sites/tokyo.yaml:6: answer 1: has no reason; expected: field "why"`},
		{"long reason", answers + "  - {flow: apex-central/console/http, use: no, why: " + strings.Repeat("x", 1001) + "}\n", `sites/tokyo.yaml:6: answer 1: the reason has 1001 bytes; expected: at most 1000`},
		{"field that does not fit", answers + "  - {flow: apex-central/console/http, holds: no, why: x}\n", `sites/tokyo.yaml:6: answer 1: field "holds" does not fit a flow; expected: use, ports, initiator, from, to`},
		{"field of a product", answers + "  - {product: itms, ports: 1/tcp, why: x}\n", `sites/tokyo.yaml:6: answer 1: field "ports" does not fit a product; expected: initiator, absent, region`},
		{"use is off", answers + "  - {flow: apex-central/console/http, use: off, why: x}\n", `sites/tokyo.yaml:6: answer 1: field "use" is "off"; expected: yes, no, true or false`},
		{"absent is no", answers + "  - {component: site/smtp-server, absent: no, why: x}\n", `sites/tokyo.yaml:6: answer 1: field "absent" is no; expected: yes, or no such field`},
		{"initiator", answers + "  - {flow: apex-central/console/http, initiator: both, why: x}\n", `sites/tokyo.yaml:6: answer 1: field "initiator" is "both"; expected: from, to, either`},
		{"unknown host", answers + "  - {flow: apex-central/console/http, from: [admin], why: x}\n", `sites/tokyo.yaml:6: answer 1: field "from" has the unknown host "admin"; did you mean "admins"?`},
		{"setting that does not govern", answers + "  - {setting: apex-central/iis-http-port, use: no, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: field "use": setting apex-central/iis-http-port does not decide it (it governs: port)`},
		{"absent and played", answers + "  - {component: apex-central/server, absent: true, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: component apex-central/server is called absent, and host central plays apex-central/server`},
		{"product absent and played", answers + "  - {product: apex-central, absent: true, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: product apex-central is called absent, and host central plays apex-central/server`},
		{"absent and no role", answers + "  - {component: site/unspecified, absent: true, why: x}\n", `sites/tokyo.yaml:6: answer 1: "site/unspecified" is not a role; expected: an answer about the flow`},
		{"expired", answers + "  - {flow: apex-central/console/http, use: no, why: x, until: 2026-11-27}\n", `sites/tokyo.yaml:6: answer 1: held until 2026-11-27; expected: a later date, or no answer`},
		{"no such day", answers + "  - {flow: apex-central/console/http, use: no, why: x, until: 2026-02-30}\n",
			`sites/tokyo.yaml:6: answer 1: field "until" is "2026-02-30", which is not a day; expected: a day such as 2027-03-31`},
		{"answers nothing", answers + "  - {condition: itms/sql-custom-port, holds: no, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: answers nothing: no flow of this site depends on condition itms/sql-custom-port, or other answers decide what it says`},
		{"repeats that a flow is required", answers + "  - {flow: apex-central/console/http, use: yes, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: repeats the document: without it, the flows of flow apex-central/console/http are the same`},
		{"repeats a port", answers + "  - {setting: apex-central/syslog-server-port, ports: 514/udp, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: repeats the document: without it, the flows of setting apex-central/syslog-server-port are the same`},
		{"repeats the ports of a flow", answers + "  - {flow: apex-central/console/https, ports: 443/tcp, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: repeats the document: without it, the flows of flow apex-central/console/https are the same`},
		{"repeats who opens", answers + "  - {flow: apex-central/console/http, initiator: from, why: x}\n",
			`sites/tokyo.yaml:6: answer 1: repeats the document: without it, the flows of flow apex-central/console/http are the same`},
		{"repeats a peer", answers + "  - {flow: apex-central/console/http, from: [admins], why: x}\n",
			`sites/tokyo.yaml:6: answer 1: repeats the document: without it, the flows of flow apex-central/console/http are the same`},

		{"several at once", valid + "  x: {addresses: 192.0.2.300, roles: [site/dns-sever]}\nanswers:\n  - {flow: a, use: maybe, why: x}\n  - {product: itms}\n",
			`sites/tokyo.yaml:5: host x: field "addresses": "192.0.2.300" ends like an address (expected: a DNS name, an address, a prefix, or a range of addresses)
sites/tokyo.yaml:5: host x: unknown component "site/dns-sever"; did you mean "site/dns-server"?
sites/tokyo.yaml:7: answer 1: field "use" is "maybe"; expected: yes, no, true or false
sites/tokyo.yaml:7: answer 1: unknown flow "a"
sites/tokyo.yaml:8: answer 2: answers nothing; expected: initiator, absent, region
sites/tokyo.yaml:8: answer 2: has no reason; expected: field "why"`},
		{"catalog outside", "site: x\ncatalogs: ../../network\n", `sites/tokyo.yaml:2: catalog "../../network" cannot be reached; expected: a path relative to the folder of this file, with slashes`},
		{"no catalog", "site: x\ncatalogs:\n  - ../network\n", `sites/tokyo.yaml:3: catalog "../network" is not a folder; expected: a folder that has data/ and i18n/`},
	} {
		err := load(c.text)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\n%v\nwant\n%s", c.name, err, c.want)
		}
	}
}

const expectedName = "at most 63 letters, digits, dots, hyphens and underscores, the first and the last a letter or a digit"

// TestValid checks forms that are valid.
func TestValid(t *testing.T) {
	for _, text := range []string{
		valid,
		"site: x\nhosts:\nanswers:\ncatalogs: ~\n",
		valid + "  x: {addresses: [192.0.2.4, 2001:db8::/64], names: a.example, roles: site/dns-server, zone: dmz, serves: admins, group: no}\n",
		valid + "  x: {securityGroup: sg-0123456789abcdef0, roles: [site/dns-server], group: true}\n",
		valid + "  x: {kubernetes: {namespace: shop, labels: {example.com/app: worker, n: 1}}, roles: [site/dns-server]}\n",
		answers + "  - {flow: apex-central/console/http, use: no, why: x, until: 2026-11-28}\n",
		answers + "  - {flow: apex-central/console/http, use: false, why: x}\n",
		answers + "  - {flow: apex-central/console/http, use: \"no\", why: x}\n",
		answers + "  - {setting: apex-central/iis-https-port, ports: 8443/tcp, why: x}\n",
		answers + "  - {component: site/smtp-server, absent: yes, why: x}\n",
		answers + "  - {condition: apex-central/low-security-level, holds: true, why: x}\n",
	} {
		if err := load(text); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
}

// TestCatalogs loads a site over a catalog of one's own, and reports what is
// wrong with one under its path.
func TestCatalogs(t *testing.T) {
	const text = "site: x\ncatalogs: ../network\nhosts: {a: {addresses: 192.0.2.1, roles: [expenses/web-server]}}\n"
	fsys := fstest.MapFS{"sites/x.yaml": {Data: []byte(text)}}
	inhouse := os.DirFS("../../examples/inhouse")
	for _, name := range []string{"data/version.txt", "data/expenses.yaml", "i18n/en/expenses.yaml", "i18n/ja/expenses.yaml"} {
		data, err := os.ReadFile(path.Join("../../examples/inhouse", name))
		if err != nil {
			t.Fatal(inhouse, err)
		}
		fsys["network/"+name] = &fstest.MapFile{Data: data}
	}
	s, err := sitefile.Load(fsys, "sites/x.yaml", portbook.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Plan().Questions()) == 0 {
		t.Error("the site has no questions about the flows of its catalog")
	}
	fsys["network/data/expenses.yaml"] = &fstest.MapFile{Data: []byte("product: {id: expenses}\nx: 1\n")}
	_, err = sitefile.Load(fsys, "sites/x.yaml", portbook.Builtin())
	var e *sitefile.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Problems()[0].File, "network/data/") {
		t.Errorf("got %v; want problems of network/data/", err)
	}
}

// TestHostile checks that large files are refused in short messages, and that
// little is allocated for them.
func TestHostile(t *testing.T) {
	var many strings.Builder
	many.WriteString(answers)
	for i := range 50_000 {
		fmt.Fprintf(&many, "  - {flow: f%d, use: maybe, ports: \"1-65535,x/tcp\"}\n", i)
	}
	for name, text := range map[string]string{
		"many problems":  many.String(),
		"a large file":   valid + strings.Repeat("#", 5<<20),
		"deep":           "site: " + strings.Repeat("[", 10_000),
		"a long value":   "site: " + strings.Repeat("x", 100_000),
		"a long list":    "site: x\nhosts: {a: {addresses: [" + strings.Repeat("1,", 5000) + "]}}",
		"an alias":       "site: &a x\nhosts: *a\n",
		"two documents":  valid + "---\n" + valid,
		"a long key":     "site: x\n" + strings.Repeat("k", 100_000) + ": 1\n",
		"many catalogs":  "site: x\ncatalogs: [" + strings.Repeat("a,", 500) + "]\n",
		"a merge key":    "site: x\nhosts: {a: {<<: {addresses: 192.0.2.1}}}\n",
		"control signs":  "site: \"\\u202e\\x00\"\n",
		"a hostile port": answers + "  - {flow: apex-central/console/http, ports: \"" + strings.Repeat("1,", 3000) + "\", why: x}\n",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := load(text)
		runtime.ReadMemStats(&after)
		var e *sitefile.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; allocated > 1500 {
			t.Errorf("%s: %d MB allocated", name, allocated)
		}
		if n := len(e.Problems()); n > 1000 {
			t.Errorf("%s: %d problems are listed", name, n)
		}
		for _, p := range e.Problems() {
			if len(p.String()) > 5000 {
				t.Errorf("%s: a problem has %d bytes", name, len(p.String()))
			}
		}
	}
}

// FuzzLoad checks that no file makes Load panic, and that what it accepts has a
// plan.
func FuzzLoad(f *testing.F) {
	f.Add(valid)
	f.Add(answers + "  - {flow: apex-central/console/http, use: no, why: x}\n")
	f.Add("site: x\nhosts: {a: {addresses: [2001:db8::1-2001:db8::9], group: no, roles: [itms/package-server], serves: [b]}, b: {names: b, roles: [itms/symantec-management-agent]}}\n")
	f.Add("site: x\nhosts: {a: {kubernetes: {namespace: n, labels: {a: b}}, roles: [host-security/agent]}}\nanswers: [{product: itms, initiator: from, why: x, until: 2026-12-01}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := sitefile.Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, "x.yaml", portbook.Builtin(), sitefile.AsOf(day))
		var e *sitefile.Error
		switch {
		case err == nil:
			for n := range s.Plan().Needs() {
				if len(n.Options) == 0 || n.From.Name() == "" || n.To.Name() == "" {
					t.Fatalf("a need has no ports or ends: %+v", n)
				}
			}
			for g := range s.Plan().Missing(s.Plan().Traffic()) {
				if len(g.Options) < 2 {
					t.Fatalf("what is needed is missing: %+v", g)
				}
			}
		case !errors.As(err, &e) || len(e.Problems()) == 0:
			t.Fatalf("Load returns %v, which lists no problem", err)
		}
	})
}
