package dataset

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// example returns the complete example of data/README.md as a source folder, so that what the documentation shows is what
// the code accepts.
func example(t *testing.T) fstest.MapFS {
	t.Helper()
	readme, err := os.ReadFile("../../data/README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 2 {
		t.Fatalf("data/README.md has %d blocks of YAML, want the data and the texts of the example", len(blocks))
	}
	return fstest.MapFS{
		"data/example.yaml":    {Data: []byte(blocks[0][1])},
		"i18n/en/example.yaml": {Data: []byte(blocks[1][1])},
		"i18n/ja/example.yaml": {Data: []byte(blocks[1][1])},
		"data/version.txt":     {Data: []byte("2026-01-01\n")},
		"i18n/en/labels.yaml":  {Data: []byte("column/port: Port\nrow: \"row {n}\"\n")},
		"i18n/ja/labels.yaml":  {Data: []byte("column/port: ポート\nrow: \"{n}行目\"\n")},
	}
}

func check(fsys fs.FS) string {
	s := Read(fsys)
	if err := s.Err(); err != nil {
		return err.Error()
	}
	return ""
}

func TestExampleIsValid(t *testing.T) {
	fsys := example(t)
	if problems := check(fsys); problems != "" {
		t.Fatalf("the example of data/README.md is refused:\n%s", problems)
	}
	if _, err := Read(fsys).Compile(); err != nil {
		t.Fatal(err)
	}
}

// TestProblems breaks the example in one way after the other and expects the exact message.
func TestProblems(t *testing.T) {
	const data, en, ja = "data/example.yaml", "i18n/en/example.yaml", "i18n/ja/example.yaml"
	// edit replaces old, which must occur, by new in a file; an empty old appends.
	type edit struct{ file, old, new string }
	for _, c := range []struct {
		name  string
		edits []edit
		want  string
	}{
		{"not YAML", []edit{{data, "product:\n", "product: [\n"}}, `data/example.yaml: is not YAML: yaml: line 2: did not find expected ',' or ']'`},
		{"a character that nobody sees", []edit{{data, "appProtocols: [HTTPS]", "appProtocols: [HT\x7fTPS]"}},
			`data/example.yaml: is not YAML: line 70: the control character U+007F; expected: printable text`},
		{"unknown key", []edit{{data, "    appProtocols: [HTTPS]", "    appProtocol: [HTTPS]"}},
			`data/example.yaml:70: flow example/agent/heartbeat: unknown key "appProtocol"; expected: id, component, from, to, initiator, ports, protocols, sourcePorts, portKind, portChoice, direction, configurable, settings, requirement, conditions, firewall, appProtocols, osServices, notes, document, cite, published, inferred, quirks, retired, also`},
		{"key twice", []edit{{data, "    appProtocols: [HTTPS]", "    to: [example/server]"}},
			`data/example.yaml:70: flow example/agent/heartbeat: key "to" stands twice (first on line 63)`},
		{"file in a folder", []edit{{data, "    counts: rows ", "    file: ../ports.md\n    counts: rows "}},
			`data/example.yaml:7: document example-ports: file "../ports.md" is malformed; expected: the name of a file, without folders`},
		{"text of a draft", []edit{{en, "Agent heartbeat to the server.", "(to be written)"}},
			`i18n/en/example.yaml:17: flows example/agent/heartbeat purpose: is to be written`},
		{"missing field", []edit{{data, "  vendor: Example Corp.\n", ""}, {data, "    publisher: Example Corp.\n", ""}},
			`data/example.yaml:6: document example-ports: field "publisher" is missing`},
		{"component without an id", []edit{{data, "  - id: example/plugin", "  - aliases: [Plugin]\n  - id: example/plugin"}},
			`data/example.yaml:28: component 3: field "id" is missing`},
		{"empty id", []edit{{data, "  - id: example/plugin", "  - id: \"\"\n  - id: example/plugin"}},
			`data/example.yaml:28: component 3: field "id" is missing`},
		{"id without a value", []edit{{data, "  - id: example/plugin", "  - id:\n  - id: example/plugin"}},
			`data/example.yaml:28: component 3: field "id" is missing`},
		{"list where a value belongs", []edit{{data, "    component: example/agent     #", "    component: [example/agent]     #"}},
			`data/example.yaml:61: flow example/agent/heartbeat: field "component" is a list; expected: one value`},
		{"value where a list belongs", []edit{{data, "from: [example/agent] ", "from: example/agent "}},
			`data/example.yaml:60: flow example/agent/heartbeat: has no from; expected: components, site/unspecified where nothing can be inferred
data/example.yaml:62: flow example/agent/heartbeat: field "from" is "example/agent"; expected: a list`},
		{"unknown enumeration value", []edit{{data, `configurable: "yes"`, "configurable: maybe"}},
			`data/example.yaml:66: flow example/agent/heartbeat: field "configurable" is "maybe"; expected: unstated, yes, no, discouraged`},
		{"unknown quirk", []edit{{data, "quirks: [missing-purpose]", "quirks: [odd]"}},
			`data/example.yaml:76: flow example/agent/heartbeat: field "quirks" is "odd"; expected: port-above-65535, shifted-columns, missing-direction, missing-purpose, missing-service-name, missing-configurable, missing-host, missing-link, heading-against-body, text-against-cells, condition-against-port, protocol-against-port, transport-not-stated, application-as-protocol, suite-as-protocol, protocol-not-specific, port-not-numeric, icmp-as-port, source-ports-in-port-column, outbound-for-listener, two-names, documents-disagree, repeated, products-disagree`},
		{"value twice", []edit{{data, "inferred: [from]", "inferred: [from, from]"}},
			`data/example.yaml:75: flow example/agent/heartbeat: field "inferred" names "from" twice`},
		{"unknown component", []edit{{data, "    to: [example/server]", "    to: [example/sever]"}},
			`data/example.yaml:60: flow example/agent/heartbeat: unknown component "example/sever"; did you mean "example/server"?`},
		{"unknown setting", []edit{{data, "settings: [example/agent-port]", "settings: [example/agent-port, example/x]"}},
			`data/example.yaml:60: flow example/agent/heartbeat: unknown setting "example/x"`},
		{"unknown note", []edit{{data, "    notes: [example/heartbeat]", "    notes: [example/heartbeats]"}},
			`data/example.yaml:60: flow example/agent/heartbeat: unknown note "example/heartbeats"; did you mean "example/heartbeat"?`},
		{"duplicate id", []edit{{data, "  - id: example/plugin", "  - id: example/agent\n    hosting: cloud\n  - id: example/plugin"}},
			`data/example.yaml:28: component example/agent: id stands twice (first in data/example.yaml:26)`},
		{"malformed id", []edit{{data, "  - id: example/plugin", "  - id: example/Plug_in"}, {en, "example/plugin", "example/Plug_in"}, {ja, "example/plugin", "example/Plug_in"}},
			`data/example.yaml:28: component example/Plug_in: id is malformed; expected: lowercase words joined by hyphens, segments joined by slashes`},
		{"id of another product", []edit{{data, "  - id: example/plugin", "  - id: other/plugin"}, {en, "example/plugin", "other/plugin"}, {ja, "example/plugin", "other/plugin"}},
			`data/example.yaml:28: component other/plugin: id is malformed; expected: 2 or more segments, the first of them "example"`},
		{"number in an id", []edit{{data, "  - id: example/plugin", "  - id: example/plugin-4119"}, {en, "example/plugin", "example/plugin-4119"}, {ja, "example/plugin", "example/plugin-4119"}},
			`data/example.yaml:28: component example/plugin-4119: id holds the number 4119; expected: words, since a port can change and an id cannot`},
		{"product in another's file", []edit{{data, "  id: example\n", "  id: other\n"}},
			`data/example.yaml:2: product other: is in the file of product "example"; expected: one file per product, named after it`},
		{"port above 65535", []edit{{data, "    ports: 4119/tcp\n    direction", "    ports: 4119-65536/tcp\n    direction"}},
			`data/example.yaml:64: flow example/agent/heartbeat: field "ports": "65536" is above 65535, the highest port in "4119-65536/tcp" (expected: a port such as 443, a range such as 1024-65535, or *)`},
		{"published port above 65535 without a quirk", []edit{{data, `ports: "4119"`, `ports: "4119-65536"`}},
			`data/example.yaml:60: flow example/agent/heartbeat: published "TCP" "4119-65536" has the quirks ["port-above-65535"]; expected: tokens that read as "4119/tcp", or a quirk that says why they do not`},
		{"reversed range", []edit{{data, "    ports: 4119/tcp\n    direction", "    ports: 4119-4000/tcp\n    direction"}},
			`data/example.yaml:64: flow example/agent/heartbeat: field "ports": "4119-4000" is a reversed range in "4119-4000/tcp" (expected: a port such as 443, a range such as 1024-65535, or *)`},
		{"empty range", []edit{{data, "    ports: 4119/tcp\n    direction", "    ports: 4119,/tcp\n    direction"}},
			`data/example.yaml:64: flow example/agent/heartbeat: field "ports": "" is not a port number in "4119,/tcp" (expected: a port such as 443, a range such as 1024-65535, or *)`},
		{"published token differs", []edit{{data, `ports: "4119"`, `ports: "4120"`}},
			`data/example.yaml:60: flow example/agent/heartbeat: published "TCP" "4120" reads as "4120/tcp", not "4119/tcp"; expected: a quirk that says why`},
		{"published token with more ports than the flows of its row", []edit{{data, `ports: "4119"`, `ports: "4119/4120"`}},
			`data/example.yaml:60: flow example/agent/heartbeat: row 1 of document example-ports publishes "4120/tcp", which no flow that cites it has
data/example.yaml:60: flow example/agent/heartbeat: row 3 of document example-ports publishes "4120/tcp", which no flow that cites it has`},
		{"published protocol is not a transport", []edit{{data, "{protocol: TCP", "{protocol: NFS"}},
			`data/example.yaml:60: flow example/agent/heartbeat: published "NFS" "4119" has the quirks ["transport-not-stated" "application-as-protocol"]; expected: tokens that read as "4119/tcp", or a quirk that says why they do not`},
		{"published direction differs", []edit{{data, "direction: Outbound", "direction: Inbound/Outbound"}},
			`data/example.yaml:60: flow example/agent/heartbeat: published direction "Inbound/Outbound" reads as "both", not "outbound"`},
		{"published direction is not a direction", []edit{{data, "direction: Outbound", "direction: Sideways"}},
			`data/example.yaml:60: flow example/agent/heartbeat: published direction cell: "Sideways" is not a direction (expected: Inbound, Outbound, Inbound/Outbound, Both, 受信, 送信, 双方向, →, ←, ⇔, or nothing)`},
		{"quirk against token", []edit{{data, "quirks: [missing-purpose]", "quirks: [missing-direction]"}},
			`data/example.yaml:60: flow example/agent/heartbeat: has the quirk missing-direction and the published direction "Outbound"`},
		{"ports and protocols", []edit{{data, "    ports: 4119/tcp\n    direction", "    ports: 4119/tcp\n    protocols: [tcp]\n    direction"}},
			`data/example.yaml:60: flow example/agent/heartbeat: has both ports and protocols; expected: protocols only where the ports are unknown`},
		{"unknown protocol", []edit{{data, "    ports: 4119/tcp\n    direction", "    portKind: none\n    protocols: [tpc]\n    direction"}, {data, ` ports: "4119",`, ""}},
			`data/example.yaml:65: flow example/agent/heartbeat: field "protocols": "tpc" is not a known protocol (expected: a keyword such as tcp, udp, or icmp, or a number from 0 to 255)`},
		{"ports by reference", []edit{{data, "    ports: 4119/tcp\n    direction", "    ports: 4119/tcp\n    portKind: reference\n    direction"}},
			`data/example.yaml:60: flow example/agent/heartbeat: has ports "4119/tcp" although its portKind is "reference"`},
		{"choice of one", []edit{{data, "    ports: 4119/tcp\n    direction", "    ports: 4119/tcp\n    portChoice: one-of\n    direction"}},
			`data/example.yaml:60: flow example/agent/heartbeat: is a choice of one port`},
		{"named port with two numbers", []edit{{data, "    ports: 4119/tcp\n\nflows", "    ports: 4119,4120/tcp\n\nflows"}},
			`data/example.yaml:56: port example/heartbeat: is "4119-4120/tcp"; expected: one port number, of one or more protocols`},
		{"row neither cited nor excluded", []edit{{data, "      - {row: 2, reason: heading-row}\n", ""}, {en, "excluded: {example-ports/heading-row: \"Repeats the heading.\"}\n", ""}, {ja, "excluded: {example-ports/heading-row: \"Repeats the heading.\"}\n", ""}},
			"data/example.yaml:7: document example-ports: row 2 is neither cited by a flow nor excluded"},
		{"row cited and excluded", []edit{{data, "cite: [1, 3, prose]", "cite: [1, 2, 3, prose]"}},
			"data/example.yaml:19: document example-ports: row 2 is excluded, and cited by flow example/agent/heartbeat"},
		{"row cited but absent", []edit{{data, "cite: [1, 3, prose]", "cite: [1, 3, 4, prose]"}},
			`data/example.yaml:73: flow example/agent/heartbeat: cites row 4 of document example-ports, which has 3`},
		{"row 0", []edit{{data, "cite: [1, 3, prose]", "cite: [0, 1, 3, prose]"}},
			`data/example.yaml:73: flow example/agent/heartbeat: cited row "0"; expected: a row number from 1, or the id of a section`},
		{"unknown section", []edit{{data, "cite: [1, 3, prose]", "cite: [1, 3, prosa]"}},
			`data/example.yaml:73: flow example/agent/heartbeat: unknown section of document example-ports "prosa"; did you mean "prose"?`},
		{"no citation", []edit{{data, "    cite: [1, 3, prose]", "    cite: []"}},
			`data/example.yaml:7: document example-ports: row 1 is neither cited by a flow nor excluded
data/example.yaml:7: document example-ports: row 3 is neither cited by a flow nor excluded
data/example.yaml:60: flow example/agent/heartbeat: cites nothing; expected: rows and sections of a document`},
		{"unknown document", []edit{{data, "    cite: [1, 3, prose]", "    document: other\n    cite: [1, 3, prose]"}},
			`data/example.yaml:7: document example-ports: row 1 is neither cited by a flow nor excluded
data/example.yaml:7: document example-ports: row 3 is neither cited by a flow nor excluded
data/example.yaml:74: flow example/agent/heartbeat: cites an unknown document "other"; expected: a document of the data, or a product that has one`},
		{"gap between sections", []edit{{data, "rows: 1-2}", "rows: 1}"}},
			`data/example.yaml:16: document example-ports: section "agent" begins at row 3; expected: 2, so that every row has one section`},
		{"sections end early", []edit{{data, "    rows: 3 ", "    rows: 4 "}, {data, "      - {row: 2, reason: heading-row}\n", "      - {row: 2, reason: heading-row}\n      - {row: 4, reason: heading-row}\n"}},
			"data/example.yaml:7: document example-ports: sections end at row 3 of 4; expected: every row has one section"},
		{"section beyond the document", []edit{{data, "rows: 3, inferred", "rows: 3-9, inferred"}},
			`data/example.yaml:7: document example-ports: sections end at row 9 of 3; expected: every row has one section
data/example.yaml:16: document example-ports, section agent: rows "3-9"; expected: a range within 1-3`},
		{"excluded row beyond the document", []edit{{data, "{row: 2, reason: heading-row}", "{row: 2, reason: heading-row}\n      - {row: 9, reason: heading-row}"}},
			"data/example.yaml:20: document example-ports: excluded row 9 is not one of its 3"},
		{"malformed host", []edit{{data, "192.0.2.1-192.0.2.9", "192.0.2.9-192.0.2.1"}},
			`data/example.yaml:25: component example/server: field "hosts": "192.0.2.9-192.0.2.1" is a reversed range (expected: two addresses of one family, the lower one first, such as 192.0.2.1-192.0.2.9)`},
		{"malformed duration", []edit{{data, "duration: 20m", "duration: 20 minutes"}},
			`data/example.yaml:52: note example/heartbeat: field "duration" is "20 minutes"; expected: whole seconds or more, such as 20m`},
		{"malformed addresses", []edit{{data, "duration: 20m", "addresses: 192.0.2.300"}},
			`data/example.yaml:52: note example/heartbeat: field "addresses" is "192.0.2.300"; expected: an address, a prefix, or a range of addresses of one family`},
		{"addresses that are a name", []edit{{data, "duration: 20m", "addresses: example.com"}}, `data/example.yaml:52: note example/heartbeat: field "addresses" is "example.com"; expected: an address, a prefix, or a range of addresses of one family`},
		{"addresses of two families", []edit{{data, "duration: 20m", "addresses: 192.0.2.1-2001:db8::1"}}, `data/example.yaml:52: note example/heartbeat: field "addresses" is "192.0.2.1-2001:db8::1"; expected: an address, a prefix, or a range of addresses of one family`},
		{"hosts of two families", []edit{{data, "192.0.2.1-192.0.2.9", "192.0.2.1-2001:db8::1"}}, `data/example.yaml:25: component example/server: field "hosts": "192.0.2.1-2001:db8::1" mixes IPv4 and IPv6 (expected: two addresses of one family, the lower one first, such as 192.0.2.1-192.0.2.9)`},
		{"host with a zone", []edit{{data, "192.0.2.1-192.0.2.9", "fe80::1%eth0"}}, `data/example.yaml:25: component example/server: field "hosts": "fe80::1%eth0" has a zone (expected: an address without a zone: a zone names an interface of one machine)`},
		{"prefix with bits behind its length", []edit{{data, "192.0.2.1-192.0.2.9", "192.0.2.1/24"}}, `data/example.yaml:25: component example/server: field "hosts": "192.0.2.1/24" has bits behind its length (expected: 192.0.2.0/24)`},
		{"component without hosting", []edit{{data, "    hosting: premises\n    inherits", "    inherits"}}, `data/example.yaml:28: component example/plugin: has no hosting; expected: premises, or cloud for someone else's cloud`},
		{"unknown hosting", []edit{{data, "hosting: cloud ", "hosting: clouds"}}, `data/example.yaml:23: component example/server: field "hosting" is "clouds"; expected: premises, cloud`},
		{"conditional without a condition", []edit{{data, "    conditions: [example/managed-agent]\n", "    conditions: []\n"}}, `data/example.yaml:33: condition example/managed-agent: is that of no flow; expected: named in conditions of at least one
data/example.yaml:60: flow example/agent/heartbeat: is conditional and names no condition; expected: one or more in conditions`},
		{"conditions of a required flow", []edit{{data, "    requirement: conditional\n", ""}}, `data/example.yaml:60: flow example/agent/heartbeat: has conditions although its requirement is "required"; expected: conditional`},
		{"conditions of an optional flow", []edit{{data, "requirement: conditional", "requirement: optional"}}, `data/example.yaml:60: flow example/agent/heartbeat: has conditions although its requirement is "optional"; expected: conditional`},
		{"unknown condition", []edit{{data, "[example/managed-agent]", "[example/managed-agents, example/managed-agent]"}}, `data/example.yaml:60: flow example/agent/heartbeat: unknown condition "example/managed-agents"; did you mean "example/managed-agent"?`},
		{"condition of no flow", []edit{{data, "conditions:                  ", "conditions:\n  - id: example/other\n#"}, {en, "conditions: {", "conditions: {example/other: Only if., "}, {ja, "conditions: {", "conditions: {example/other: Only if., "}}, `data/example.yaml:33: condition example/other: is that of no flow; expected: named in conditions of at least one`},
		{"condition of another product", []edit{{data, "  - id: example/managed-agent", "  - id: other/managed-agent"}}, `data/example.yaml:33: condition other/managed-agent: id is malformed; expected: 2 or more segments, the first of them "example"
data/example.yaml:33: condition other/managed-agent: is that of no flow; expected: named in conditions of at least one
data/example.yaml:60: flow example/agent/heartbeat: unknown condition "example/managed-agent"; did you mean "other/managed-agent"?
i18n/en/example.yaml: conditions other/managed-agent: has no text in "en"
i18n/en/example.yaml:9: conditions example/managed-agent: is a text that no entry of the data asks for
i18n/ja/example.yaml: conditions other/managed-agent: has no text in "ja"
i18n/ja/example.yaml:9: conditions example/managed-agent: is a text that no entry of the data asks for`},
		{"condition twice", []edit{{data, "  - id: example/managed-agent\n", "  - id: example/managed-agent\n  - id: example/managed-agent\n"}}, `data/example.yaml:34: condition example/managed-agent: id stands twice (first in data/example.yaml:33)`},
		{"condition that cites nothing known", []edit{{data, "  - id: example/managed-agent\n    cite: [prose]", "  - id: example/managed-agent\n    cite: [prosa]"}}, `data/example.yaml:34: condition example/managed-agent: unknown section of document example-ports "prosa"; did you mean "prose"?`},
		{"setting that does not say what it governs", []edit{{data, "    governs: [port]  ", "    #"}}, `data/example.yaml:37: setting example/agent-port: does not say what it governs; expected: governs with any of port, use, peer, or [] for none of them`},
		{"unknown word for what is governed", []edit{{data, "governs: [port] ", "governs: [ports]"}}, `data/example.yaml:40: setting example/agent-port: field "governs" is "ports"; expected: port, use, peer`},
		{"default of a setting that does not govern the port", []edit{{data, "governs: [port] ", "governs: [use]"}}, `data/example.yaml:37: setting example/agent-port: has the default "4119/tcp", and does not govern the port; expected: port in governs, or no default`},
		{"default that is not a port of the flow", []edit{{data, "default: 4119/tcp ", "default: 4119/udp "}}, `data/example.yaml:60: flow example/agent/heartbeat: has ports "4119/tcp", and its setting example/agent-port the default "4119/udp"; expected: one of its ports`},
		{"malformed default", []edit{{data, "default: 4119/tcp ", "default: 4119     "}}, `data/example.yaml:41: setting example/agent-port: field "default": "4119" has no protocol (expected: a protocol too, such as 4119/tcp or 4119/udp)`},
		{"setting of a port that is not configurable", []edit{{data, `configurable: "yes"`, `configurable: "no"`}}, `data/example.yaml:60: flow example/agent/heartbeat: is not configurable, and its setting example/agent-port governs the port; expected: another value of configurable, or no such setting`},
		{"reference that leads nowhere", []edit{{data, "    ports: 4119/tcp\n    direction", "    portKind: reference\n    direction"}, {data, ` ports: "4119",`, ""}, {data, "governs: [port] ", "governs: [peer] "}, {data, "    default: 4119/tcp ", "    #"}}, `data/example.yaml:60: flow example/agent/heartbeat: has its ports by reference, and no setting that governs them; expected: one in settings`},
		{"number with a leading zero", []edit{{data, "    rows: 3 ", "    rows: 03 "}}, `data/example.yaml:13: document example-ports: field "rows" is "03"; expected: a whole number`},
		{"row with a leading zero", []edit{{data, "cite: [1, 3, prose]", "cite: [01, 3, prose]"}}, `data/example.yaml:7: document example-ports: row 1 is neither cited by a flow nor excluded
data/example.yaml:73: flow example/agent/heartbeat: cited row "01"; expected: a row number from 1, or the id of a section`},
		{"named port of two numbers side by side", []edit{{data, "    ports: 4119/tcp\n\nflows", "    ports: 65535/6 */7\n\nflows"}}, `data/example.yaml:56: port example/heartbeat: is "65535/tcp */cbt"; expected: one port number, of one or more protocols`},
		{"named port of one number and several protocols", []edit{{data, "    ports: 4119/tcp\n\nflows", "    ports: 4119/6-7\n\nflows"}}, ""},
		{"text that shows nothing", []edit{{en, "Agent heartbeat to the server.", "\u200b"}}, `i18n/en/example.yaml: flows example/agent/heartbeat purpose: has no text in "en"
i18n/en/example.yaml:17: flows example/agent/heartbeat purpose: is "\u200b"; expected: a text`},
		{"value that shows nothing", []edit{{data, "publisher: Example Corp.", "publisher: \"\u200b\""}}, `data/example.yaml:8: document example-ports: field "publisher" is "\u200b", which shows nothing; expected: characters that can be seen`},
		{"alias that shows nothing", []edit{{data, "[Main Server]", "[\"\u3000\"]"}}, `data/example.yaml:24: component example/server: field "aliases" is "\u3000", which shows nothing; expected: characters that can be seen`},
		{"null file", []edit{{"data/empty.yaml", "", "~\n"}}, `data/empty.yaml: is empty`},
		{"other ending", []edit{{"data/other.yml", "", "product: {id: other}\n"}}, `data/other.yml: is not read; expected: the name other.yaml`},
		{"other ending of texts", []edit{{"i18n/en/other.YAML", "", "product: {}\n"}}, `i18n/en/other.YAML: is not read; expected: the name other.yaml`},
		{"file in a subfolder", []edit{{"data/more/deep/other.yaml", "", "product: {id: other}\n"}}, `data/more/deep/other.yaml: is not read; expected: a file in data itself`},
		{"texts outside of a language", []edit{{"i18n/example.yaml", "", "product: {}\n"}}, `i18n/example.yaml: is not read; expected: a file in the folder of its language, such as i18n/en/example.yaml`},
		{"what editors and archivers leave", []edit{{"data/.#example.yaml", "", "x"}, {"data/._example.yaml", "", "x"}, {"data/example.yaml~", "", "x"}, {"data/#example.yaml#", "", "x"},
			{"data/.DS_Store", "", "x"}, {"data/.backup/example.yaml", "", "x"}, {"i18n/.DS_Store", "", "x"}, {"i18n/.git/x.yaml", "", "x"}, {"i18n/en/.example.yaml.swp", "", "x"}, {"data/README.md", "", "x"}}, ""},
		{"malformed version", []edit{{"data/version.txt", "2026-01-01", "yesterday"}},
			`data/version.txt:1: "yesterday" is not a date; expected: a date such as 2026-01-31`},
		{"malformed published id", []edit{{"data/ids.txt", "", "# ids\r\nflow example/agent/heartbeat\r\nexample/agent/old\r\n"}}, `data/ids.txt:3: "example/agent/old" is not an id; expected: a kind and an id, such as flow itms/console/web`},
		{"too long published id", []edit{{"data/ids.txt", "", "flow " + strings.Repeat("x", 70000) + "\nflow example/agent/old\n"}}, `data/ids.txt:1: "flow xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" is not an id; expected: a kind and an id, such as flow itms/console/web
data/ids.txt:2: flow example/agent/old: was published and is gone; expected: a current id, or one that a flow lists in retired`},
		{"inheritance cycle", []edit{{data, "  - id: example/agent\n", "  - id: example/agent\n    inherits: [example/plugin]\n"}},
			`data/example.yaml:26: component example/agent: inherits from itself: example/agent -> example/plugin -> example/agent
data/example.yaml:29: component example/plugin: inherits from itself: example/plugin -> example/agent -> example/plugin`},
		{"setting without a citation", []edit{{data, "    cite: [1]\n", ""}},
			`data/example.yaml:37: setting example/agent-port: cites nothing; expected: rows and sections of a document`},
		{"setting without a flow", []edit{{data, "    settings: [example/agent-port]\n", ""}},
			`data/example.yaml:37: setting example/agent-port: affects no flow; expected: named in settings of at least one`},
		{"note attached to nothing", []edit{{data, "    products: [example]          #", "    #"}, {data, "    components: [example/agent]\n", ""}, {data, "    notes: [example/heartbeat]\n", ""}},
			`data/example.yaml:48: note example/heartbeat: is attached to nothing; expected: products, components, or named in notes of a flow`},
		{"missing text", []edit{{ja, "conditions: {example/managed-agent: \"Only if the agent is managed.\"}\n", ""}},
			`i18n/ja/example.yaml: conditions example/managed-agent: has no text in "ja"`},
		{"orphaned text", []edit{{en, "ports: {", "ports: {example/gone: Gone, "}},
			`i18n/en/example.yaml:14: ports example/gone: is a text that no entry of the data asks for`},
		{"empty text", []edit{{en, "purpose: \"Agent heartbeat to the server.\"", "purpose: \"\""}},
			`i18n/en/example.yaml: flows example/agent/heartbeat purpose: has no text in "en"
i18n/en/example.yaml:17: flows example/agent/heartbeat purpose: is ""; expected: a text`},
		{"text not in normal form", []edit{{ja, "Example heartbeat", "ポート"}, {ja, "ポート", "ホ\u309aート"}},
			`i18n/ja/example.yaml:14: ports example/heartbeat: is not in Unicode normal form C; expected: "ポート"`},
		{"text of two lines", []edit{{ja, `"Example heartbeat"`, `"Example\nheartbeat"`}},
			`i18n/ja/example.yaml:14: ports example/heartbeat: has white space at an end, a tab or a line break; expected: one line of text`},
		{"missing label", []edit{{"i18n/ja/labels.yaml", "column/port: ポート\n", ""}},
			`i18n/ja/labels.yaml: labels column/port: has no text in "ja" (i18n/en/labels.yaml:1 has one)`},
		{"label with other placeholders", []edit{{"i18n/ja/labels.yaml", "{n}行目", "{m}行目"}},
			`i18n/ja/labels.yaml:2: labels row: has the placeholders {m}; expected: {n}, as in i18n/en/labels.yaml:2`},
		{"folder of no language", []edit{{"i18n/testdata/labels.yaml", "", "x: y"}},
			"i18n/testdata: is not a folder of a language; expected: a BCP 47 tag in canonical form, such as ja or pt-BR"},
		{"published id gone", []edit{{"data/ids.txt", "", "# ids\nflow example/agent/heartbeat\nflow example/agent/old\n"}},
			"data/ids.txt:3: flow example/agent/old: was published and is gone; expected: a current id, or one that a flow lists in retired"},
		{"all problems at once", []edit{{data, `configurable: "yes"`, "configurable: maybe"}, {data, "language: en  ", "languages: en "}, {en, "product: {name: Example, ", "product: {"}},
			`data/example.yaml:7: document example-ports: field "language" is missing
data/example.yaml:9: document example-ports: unknown key "languages"; expected: id, publisher, language, url, page, version, file, counts, rows, sections, excluded
data/example.yaml:66: flow example/agent/heartbeat: field "configurable" is "maybe"; expected: unstated, yes, no, discouraged
i18n/en/example.yaml: product example name: has no text in "en"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			fsys := example(t)
			for _, e := range c.edits {
				if fsys[e.file] == nil {
					fsys[e.file] = &fstest.MapFile{}
				}
				content := string(fsys[e.file].Data)
				if !strings.Contains(content, e.old) {
					t.Fatalf("%s does not hold %q", e.file, e.old)
				}
				fsys[e.file] = &fstest.MapFile{Data: []byte(strings.Replace(content, e.old, e.new, 1))}
			}
			if diff := cmp.Diff(c.want, check(fsys)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if _, isYAML := strings.CutPrefix(c.want, data+": is not YAML"); !isYAML {
				checkSchema(t, fsys, structural[c.name])
			}
		})
	}
}

// structural are the mistakes of TestProblems that an editor finds with the JSON Schema, as the shape of one file tells them.
var structural = map[string]bool{
	"unknown key": true, "missing field": true, "component without an id": true, "empty id": true, "id without a value": true, "list where a value belongs": true, "value where a list belongs": true,
	"unknown enumeration value": true, "unknown quirk": true, "value twice": true, "malformed id": true, "empty range": true,
	"row 0": true, "setting without a citation": true, "empty text": true, "text of two lines": true, "all problems at once": true,
	// A key without a value is absent to the reader. In an editor it is most often a value that is still to be typed.
	"row neither cited nor excluded": true,
	"unknown hosting":                true, "setting that does not say what it governs": true, "unknown word for what is governed": true,
	"malformed default": true, "null file": true, "what editors and archivers leave": true,
}

func TestMissingFiles(t *testing.T) {
	want := "data/*.yaml: no such file\ndata/version.txt: no such file\ni18n/*: no such file"
	if diff := cmp.Diff(want, check(fstest.MapFS{})); diff != "" {
		t.Errorf("problems of an empty folder (-want +got):\n%s", diff)
	}
	fsys := example(t)
	delete(fsys, "i18n/en/example.yaml")
	delete(fsys, "i18n/en/labels.yaml")
	if got := check(fsys); !strings.HasPrefix(got, `i18n/en: no texts in "en", which every other language falls back to`) {
		t.Errorf("problems without the fallback language:\n%s", got)
	}
}

// TestUnreadableIDs puts a folder where the list of published ids belongs: going on would lose them.
func TestUnreadableIDs(t *testing.T) {
	fsys := example(t)
	fsys["data/ids.txt/x"] = &fstest.MapFile{}
	if got := check(fsys); !strings.HasPrefix(got, "data/ids.txt: cannot be read: ") {
		t.Errorf("problems of an unreadable list of ids: %q", got)
	}
}

// TestRetiredID renames a flow: the former id still leads to it, and the list of published ids is content.
func TestRetiredID(t *testing.T) {
	fsys := example(t)
	data := string(fsys["data/example.yaml"].Data)
	fsys["data/example.yaml"] = &fstest.MapFile{Data: []byte(data + "    retired: [example/agent/old]\n")}
	fsys["data/ids.txt"] = &fstest.MapFile{Data: []byte("flow example/agent/old\n")}
	s := Read(fsys)
	table, err := s.Compile()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"example/agent/heartbeat", "example/agent/old"} {
		if i, ok := table.FindFlow(id); !ok || i != 0 {
			t.Errorf("FindFlow(%s) = %d, %v", id, i, ok)
		}
	}
	if got := string(s.PublishedIDs()); !strings.Contains(got, "flow example/agent/heartbeat\nflow example/agent/old\n") {
		t.Errorf("published ids:\n%s", got)
	}
}

// TestPublishedKinds lists the ids of every kind that users name, and misses
// one of each when it is gone.
func TestPublishedKinds(t *testing.T) {
	want := "component example/agent\ncomponent example/plugin\ncomponent example/server\ncondition example/managed-agent\n" +
		"flow example/agent/heartbeat\nport example/heartbeat\nproduct example\nsetting example/agent-port\n"
	fsys := example(t)
	_, got, _ := strings.Cut(string(Read(fsys).PublishedIDs()), "\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("published ids (-want +got):\n%s", diff)
	}
	fsys["data/ids.txt"] = &fstest.MapFile{Data: []byte(got)}
	if problems := check(fsys); problems != "" {
		t.Errorf("problems of what is published: %s", problems)
	}
	for line := range strings.Lines(got) {
		gone := strings.TrimSpace(line) + "-gone"
		fsys["data/ids.txt"] = &fstest.MapFile{Data: []byte(gone)}
		if problems := check(fsys); !strings.HasPrefix(problems, "data/ids.txt:1: "+gone+": was published and is gone; expected: a current id") ||
			strings.Contains(problems, "retired") != strings.HasPrefix(gone, "flow ") {
			t.Errorf("problems without %s: %s", gone, problems)
		}
	}
}

// TestOrderDoesNotMatter shuffles the keys of every mapping and the entries of every list that has no order, and compiles
// the same table.
func TestOrderDoesNotMatter(t *testing.T) {
	root := os.DirFS("../..")
	want, err := Read(root).Compile()
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(3) {
		random := rand.New(rand.NewPCG(seed, 0))
		got, err := Read(shuffled(t, root, random)).Compile()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("shuffled data compiles to another table (-in order +shuffled):\n%s", diff)
		}
	}
}

func shuffled(t *testing.T, root fs.FS, random *rand.Rand) fstest.MapFS {
	t.Helper()
	unordered := map[string]bool{"components": true, "conditions": true, "settings": true, "notes": true, "ports": true, "flows": true}
	version, err := fs.ReadFile(root, VersionFile)
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{VersionFile: {Data: version}}
	for _, pattern := range []string{"data/*.yaml", "i18n/*/*.yaml"} {
		names, err := fs.Glob(root, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := fs.ReadFile(root, name)
			if err != nil {
				t.Fatal(err)
			}
			var document yaml.Node
			if err := yaml.Unmarshal(data, &document); err != nil {
				t.Fatal(err)
			}
			top := document.Content[0]
			for i := 0; i+1 < len(top.Content); i += 2 {
				list := top.Content[i+1]
				if list.Kind == yaml.SequenceNode && unordered[top.Content[i].Value] {
					random.Shuffle(len(list.Content), func(a, b int) { list.Content[a], list.Content[b] = list.Content[b], list.Content[a] })
				}
			}
			shuffleKeys(top, random)
			if data, err = yaml.Marshal(&document); err != nil {
				t.Fatal(err)
			}
			out[name] = &fstest.MapFile{Data: data}
		}
	}
	return out
}

func shuffleKeys(node *yaml.Node, random *rand.Rand) {
	for _, child := range node.Content {
		shuffleKeys(child, random)
	}
	if node.Kind == yaml.MappingNode {
		random.Shuffle(len(node.Content)/2, func(a, b int) {
			for k := range 2 {
				node.Content[2*a+k], node.Content[2*b+k] = node.Content[2*b+k], node.Content[2*a+k]
			}
		})
	}
}

// TestPublishedTokens checks which cells have a plain meaning, and what is said about those that have none. Package portcell
// tests how cells are read.
func TestPublishedTokens(t *testing.T) {
	for _, c := range []struct{ protocol, ports, want, err string }{
		{"TCP/UDP (DNS)", "53", "53/tcp 53/udp", "<nil>"},
		{"PXE over UDP", "67-68/4011", "67-68,4011/udp", "<nil>"},
		{"TCP", "Random", "", `published "TCP" "Random" has the quirks ["port-not-numeric"]`},
		{"Various", "80", "", `published "Various" "80" has the quirks ["protocol-not-specific"]`},
		{"TCP/IP", "80", "", `published "TCP/IP" "80" has the quirks ["suite-as-protocol"]`},
		{"UDP", "TCP 4433", "", `published "UDP" "TCP 4433" has the quirks ["protocol-against-port"]`},
		{"UDP", "1024-65536", "", `published "UDP" "1024-65536" has the quirks ["port-above-65535"]`},
		{"NFS", "111", "", `published "NFS" "111" has the quirks ["transport-not-stated" "application-as-protocol"]`},
		{"", "22", "", `published "" "22" has the quirks ["transport-not-stated"]`},
	} {
		set, err := parsePublished(c.protocol, c.ports)
		if got := fmt.Sprint(err); set.String() != c.want || got != c.err {
			t.Errorf("parsePublished(%q, %q) = %q, %v; want %q, %s", c.protocol, c.ports, set, err, c.want, c.err)
		}
	}
}
