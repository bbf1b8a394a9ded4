package nftables_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/portbook/portbook/firewall/nftables"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/rulesets"
	back "github.com/portbook/portbook/ruleset"
)

// TestReadHandwritten reads what nft lists of a rule set that somebody could
// have written.
func TestReadHandwritten(t *testing.T) {
	file, err := os.ReadFile("testdata/handwritten.json")
	if err != nil {
		t.Fatal(err)
	}
	s, err := nftables.Read(bytes.NewReader(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/handwritten.txt", []byte(rulesets.Describe(s)))
}

// listing returns a listing of a chain of input, with an expression as its rule,
// and with further entries before it.
func listing(expr string, entries ...string) string {
	list := append([]string{
		`{"table": {"family": "inet", "name": "t"}}`,
		`{"chain": {"family": "inet", "table": "t", "name": "in", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}`,
	}, entries...)
	list = append(list, `{"rule": {"family": "inet", "table": "t", "chain": "in", "handle": 7, "expr": [`+expr+`]}}`)
	return `{"nftables": [` + strings.Join(list, ",\n") + `]}`
}

func matching(op, left, right string) string {
	return `{"match": {"op": "` + op + `", "left": ` + left + `, "right": ` + right + `}}, `
}

func payload(protocol, field string) string {
	return `{"payload": {"protocol": "` + protocol + `", "field": "` + field + `"}}`
}

func meta(key string) string { return `{"meta": {"key": "` + key + `"}}` }

const (
	accept = `{"accept": null}`
	drop   = `{"drop": null}`
)

// TestReadConstructs reads constructs one by one.
func TestReadConstructs(t *testing.T) {
	const (
		other = `{"chain": {"family": "inet", "table": "t", "name": "other"}}`
		ports = `{"set": {"family": "inet", "table": "t", "name": "ports", "type": "inet_service", "elem": [22, {"range": [80, 90]}, {"elem": {"val": 99, "comment": "x"}}]}}`
	)
	dport := payload("tcp", "dport")
	for _, c := range []struct {
		name, expr string
		entries    []string
		want       string
	}{
		{"nothing", accept, nil, "permit: * -> * **"},
		{"a counter and a log", `{"counter": {"packets": 1}}, {"log": {"prefix": "x"}}`, nil, ""},
		{"reject", `{"reject": {"type": "tcp reset"}}`, nil, "deny: * -> * **"},
		{"return", `{"return": null}`, nil, "return: * -> * **"},
		{"an address", matching("==", payload("ip", "saddr"), `"192.0.2.1"`) + accept, nil, "permit: 192.0.2.1/32 -> * **"},
		{"another family", matching("==", payload("ip", "saddr"), `"192.0.2.1"`) + matching("==", payload("ip6", "daddr"), `"2001:db8::1"`) + accept, nil, ""},
		{"not an address", matching("!=", payload("ip6", "daddr"), `"::"`) + accept, nil, "permit: * -> ::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff **"},
		{"addresses below", matching("<", payload("ip", "daddr"), `"0.0.0.4"`) + accept, nil, "permit: * -> 0.0.0.0/30 **"},
		{"addresses from", matching(">=", payload("ip", "daddr"), `"255.255.255.254"`) + accept, nil, "permit: * -> 255.255.255.254/31 **"},
		{"two matches", matching("==", payload("ip", "saddr"), `{"prefix": {"addr": "10.0.0.0", "len": 8}}`) + matching("!=", payload("ip", "saddr"), `{"prefix": {"addr": "10.0.0.0", "len": 9}}`) + accept, nil, "permit: 10.128.0.0/9 -> * **"},
		{"a port", matching("==", dport, `22`) + accept, nil, "permit: * -> * 22/tcp"},
		{"not ports", matching("!=", dport, `{"set": [0, {"range": [2, 65535]}]}`) + accept, nil, "permit: * -> * 1/tcp"},
		{"ports above", matching(">", dport, `65533`) + accept, nil, "permit: * -> * 65534-65535/tcp"},
		{"no ports below", matching("<", dport, `0`) + accept, nil, ""},
		{"ports of any protocol", matching("==", payload("th", "dport"), `53`) + accept, nil, "permit: * -> * 53/tcp 53/udp 53/dccp 53/sctp 53/udplite"},
		{"a named set", matching("==", dport, `"@ports"`) + accept, []string{ports}, "permit: * -> * 22,80-90,99/tcp"},
		{"not a named set", matching("!=", dport, `"@ports"`) + drop, []string{ports}, "deny: * -> * 0-21,23-79,91-98,100-65535/tcp"},
		{"an unknown set", matching("==", dport, `"@more"`) + accept, []string{ports}, "permit partial: * -> * */tcp\nunread match " + `{"left":{"payload":{"field":"dport","protocol":"tcp"}},"op":"==","right":"@more"}`},
		{"a set without elements", matching("==", dport, `"@none"`) + drop, []string{`{"set": {"family": "inet", "table": "t", "name": "none", "type": "inet_service"}}`}, "deny partial: * -> * */tcp\nunread match " + `{"left":{"payload":{"field":"dport","protocol":"tcp"}},"op":"==","right":"@none"}`},
		{"packets that are not tracked", `{"notrack": null}`, nil, "unread notrack"},
		{"a set that packets change", matching("==", dport, `"@ports"`) + accept, []string{ports, `{"rule": {"family": "inet", "table": "t", "chain": "in", "expr": [{"set": {"op": "add", "elem": ` + dport + `, "set": "@ports"}}]}}`}, "permit partial: * -> * */tcp\nunread match " + `{"left":{"payload":{"field":"dport","protocol":"tcp"}},"op":"==","right":"@ports"}`},
		{"a port with a name", matching("==", dport, `"ssh"`) + accept, nil, "permit partial: * -> * */tcp\nunread match " + `{"left":{"payload":{"field":"dport","protocol":"tcp"}},"op":"==","right":"ssh"}`},
		{"all ports of clients", matching(">=", payload("udp", "sport"), `1024`) + matching("==", payload("udp", "dport"), `1`) + accept, nil, "permit: * -> * 1/udp"},
		{"a port of clients", matching("==", payload("udp", "sport"), `53`) + accept, nil, "permit partial: * -> * */udp\nunread match " + `{"left":{"payload":{"field":"sport","protocol":"udp"}},"op":"==","right":53}`},
		{"a protocol", matching("==", meta("l4proto"), `"esp"`) + accept, nil, "permit: * -> * */esp"},
		{"protocols of IPv4", matching("==", payload("ip", "protocol"), `{"set": [6, "udp"]}`) + accept, nil, "permit: 0.0.0.0/0 -> * */tcp */udp"},
		{"a next header", matching("==", payload("ip6", "nexthdr"), `"ipv6-icmp"`) + accept, nil, "permit: ::/0 -> * */ipv6-icmp"},
		{"a family", matching("==", meta("nfproto"), `"ipv6"`) + accept, nil, "permit: ::/0 -> * **"},
		{"not a family", matching("!=", meta("nfproto"), `"ipv6"`) + accept, nil, "permit: 0.0.0.0/0 -> * **"},
		{"types of ICMP", matching("==", payload("icmp", "type"), `{"set": ["echo-request", 13]}`) + accept, nil, "permit: 0.0.0.0/0 -> * 8,13/icmp"},
		{"types of ICMPv6", matching("==", payload("icmpv6", "type"), `{"range": ["echo-request", "echo-reply"]}`) + accept, nil, "permit: ::/0 -> * 128-129/ipv6-icmp"},
		{"open connections", matching("in", `{"ct": {"key": "state"}}`, `["established", "related"]`) + accept, nil, ""},
		{"other than open connections", matching("!=", `{"ct": {"key": "state"}}`, `["established", "related"]`) + accept, nil, "permit: * -> * **"},
		{"new connections by number", matching("in", `{"ct": {"key": "state"}}`, `8`) + accept, nil, "permit: * -> * **"},
		{"the original direction", matching("==", `{"ct": {"key": "direction"}}`, `"original"`) + accept, nil, "permit: * -> * **"},
		{"the machine itself", matching("==", meta("iif"), `"lo"`) + accept, nil, ""},
		{"other than the machine itself", matching("!=", meta("iifname"), `"lo"`) + drop, nil, "deny: * -> * **"},
		{"an interface", matching("==", meta("iifname"), `"eth0"`) + accept, nil, "permit partial: * -> * **\nunread match " + `{"left":{"meta":{"key":"iifname"}},"op":"==","right":"eth0"}`},
		{"an interface that is not", matching("!=", meta("iifname"), `"eth0"`) + drop, nil, "deny partial: * -> * **\nunread match " + `{"left":{"meta":{"key":"iifname"}},"op":"!=","right":"eth0"}`},
		{"the first packet", matching("==", `{"&": [`+payload("tcp", "flags")+`, ["fin", "syn"]]}`, `"syn"`) + accept, nil, "permit: * -> * */tcp"},
		{"not the first packet", matching("!=", `{"&": [`+payload("tcp", "flags")+`, {"|": ["fin", "syn"]}]}`, `"syn"`) + drop, nil, ""},
		{"flags of no first packet", matching("==", `{"&": [`+payload("tcp", "flags")+`, ["fin", "ack"]]}`, `["fin", "ack"]`) + drop, nil, ""},
		{"a limit", matching("==", dport, `22`) + `{"limit": {"rate": 1, "per": "second"}}, ` + accept, nil, "permit partial: * -> * 22/tcp\nunread limit " + `{"per":"second","rate":1}`},
		{"a limit that decides nothing", `{"limit": {"rate": 1, "per": "second"}}, {"log": null}`, nil, ""},
		{"a jump", matching("==", dport, `22`) + `{"jump": {"target": "other"}}`, []string{other}, "call inet t other: * -> * 22/tcp"},
		{"a jump to nowhere", `{"jump": {"target": "none"}}`, nil, "permit partial: * -> * **\ndeny partial: * -> * **\nunread jump " + `{"target":"none"}`},
		{"a verdict of a program", `{"queue": {"num": 1}}`, nil, "permit partial: * -> * **\ndeny partial: * -> * **\nunread queue " + `{"num":1}`},
		{"what iptables adds", `{"xt": {"type": "match", "name": "string"}}, ` + drop, nil, "deny partial: * -> * **\nunread xt " + `{"name":"string","type":"match"}`},
		{
			"verdicts by port", `{"vmap": {"key": ` + dport + `, "data": {"set": [[22, {"accept": null}], [{"range": [80, 81]}, {"goto": {"target": "other"}}], [90, {"continue": null}], [99, {"drop": null}]]}}}`,
			[]string{other}, "permit: * -> * 22/tcp\ngoto inet t other: * -> * 80-81/tcp\ndeny: * -> * 99/tcp",
		},
		{
			"verdicts by state", `{"vmap": {"key": {"ct": {"key": "state"}}, "data": {"set": [["established", {"accept": null}], ["invalid", {"drop": null}], ["new", {"jump": {"target": "other"}}]]}}}`,
			[]string{other}, "call inet t other: * -> * **",
		},
		{
			"verdicts and others", `{"vmap": {"key": ` + dport + `, "data": {"set": [[22, {"accept": null}], ["*", {"drop": null}]]}}}`,
			nil, "permit: * -> * 22/tcp\ndeny partial: * -> * */tcp\nunread vmap " + `{"data":{"set":[[22,{"accept":null}],["*",{"drop":null}]]},"key":{"payload":{"field":"dport","protocol":"tcp"}}}`,
		},
		{
			"verdicts by interface", `{"vmap": {"key": ` + meta("iifname") + `, "data": {"set": [["lo", {"accept": null}], ["eth0", {"jump": {"target": "other"}}]]}}}`,
			[]string{other}, "call partial inet t other: * -> * **\nunread vmap " + `{"data":{"set":[["lo",{"accept":null}],["eth0",{"jump":{"target":"other"}}]]},"key":{"meta":{"key":"iifname"}}}`,
		},
		{
			"a map without verdicts", `{"vmap": {"key": ` + dport + `, "data": {"set": [22]}}}`,
			nil, "permit partial: * -> * **\ndeny partial: * -> * **\nunread vmap " + `{"data":{"set":[22]},"key":{"payload":{"field":"dport","protocol":"tcp"}}}`,
		},
		{
			"pairs", matching("==", `{"concat": [`+payload("ip", "saddr")+`, `+dport+`]}`, `{"set": [{"concat": ["192.0.2.1", 1]}, {"concat": [{"prefix": {"addr": "192.0.2.8", "len": 29}}, {"range": [2, 4]}]}]}`) + accept,
			nil, "permit: 192.0.2.1/32 -> * 1/tcp\npermit: 192.0.2.8/29 -> * 2-4/tcp",
		},
		{
			"not pairs", matching("!=", `{"concat": [`+payload("ip", "saddr")+`, `+dport+`]}`, `{"set": [{"concat": ["192.0.2.1", 1]}]}`) + accept,
			nil, "permit partial: * -> * **\nunread match " + `{"left":{"concat":[{"payload":{"field":"saddr","protocol":"ip"}},{"payload":{"field":"dport","protocol":"tcp"}}]},"op":"!=","right":{"set":[{"concat":["192.0.2.1",1]}]}}`,
		},
		{"another destination", `{"dnat": {"addr": "10.0.0.1"}}`, nil, "permit: * -> * **\nunread dnat " + `{"addr":"10.0.0.1"}`},
	} {
		s, err := nftables.Read(strings.NewReader(listing(c.expr, c.entries...)), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := rulesets.Rules(s); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestReadHooks reads chains of other hooks, families and types.
func TestReadHooks(t *testing.T) {
	chain := func(family, kind, hook, policy string, prio string) string {
		return `{"chain": {"family": "` + family + `", "table": "t", "name": "c", "type": "` + kind + `", "hook": "` + hook + `", "prio": ` + prio + `, "policy": "` + policy + `"}}`
	}
	rule := func(family, expr string) string {
		return `{"rule": {"family": "` + family + `", "table": "t", "chain": "c", "handle": 1, "expr": [` + expr + `]}}`
	}
	for _, c := range []struct{ name, entries, want string }{
		{"IPv4", chain("ip", "filter", "input", "drop", "0"), "inbound ipv4 ip t c, else deny\n"},
		{"IPv6", chain("ip6", "filter", "output", "accept", "0"), "outbound ipv6 ip6 t c, else permit\n"},
		{"before routing", chain("inet", "filter", "prerouting", "accept", "-300") + "," + rule("inet", drop), "inbound inet t c, else permit\n  deny: * -> * **  # inet t c handle 1\nthrough inet t c, else permit\n  deny: * -> * **  # inet t c handle 1\n"},
		{"before routing, all passes", chain("inet", "filter", "prerouting", "accept", "-300") + "," + rule("inet", accept), ""},
		{"addresses are replaced", chain("ip", "nat", "postrouting", "accept", "100") + "," + rule("ip", `{"masquerade": null}`), ""},
		{"a table that is off", `{"table": {"family": "inet", "name": "t", "flags": "dormant"}},` + chain("inet", "filter", "input", "drop", "0"), ""},
		{"a bridge", chain("bridge", "filter", "forward", "drop", "0"), "through bridge t c, else deny\n  permit partial: * -> * **  # bridge t c\nunread bridge t c: family bridge hook forward\n"},
		{"ARP", chain("arp", "filter", "input", "drop", "0"), ""},
	} {
		s, err := nftables.Read(strings.NewReader(`{"nftables": [`+c.entries+`]}`), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := rulesets.Describe(s); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestReadOrder holds that base chains are in the order of their priorities.
func TestReadOrder(t *testing.T) {
	var entries []string
	for name, prio := range map[string]string{"late": "10", "early": "-10", "middle": "0"} {
		entries = append(entries, `{"chain": {"family": "inet", "table": "t", "name": "`+name+`", "type": "filter", "hook": "input", "prio": `+prio+`, "policy": "drop"}}`)
	}
	s, err := nftables.Read(strings.NewReader(`{"nftables": [`+strings.Join(entries, ",")+`]}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := rulesets.Describe(s); got != "inbound inet t early, else deny\ninbound inet t middle, else deny\ninbound inet t late, else deny\n" {
		t.Error(got)
	}
}

// TestReadErrors checks what is said of what nft does not list.
func TestReadErrors(t *testing.T) {
	loop := func(names ...string) string {
		entries := []string{`{"chain": {"family": "inet", "table": "t", "name": "in", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}`}
		for _, name := range names {
			entries = append(entries, `{"chain": {"family": "inet", "table": "t", "name": "`+name+`"}}`)
		}
		last := "in"
		for _, name := range append(names, names[0]) {
			entries = append(entries, `{"rule": {"family": "inet", "table": "t", "chain": "`+last+`", "expr": [{"jump": {"target": "`+name+`"}}]}}`)
			last = name
		}
		return `{"nftables": [` + strings.Join(entries, ",") + `]}`
	}
	for input, want := range map[string]string{
		"":                                   "nftables: line 1: unexpected end of JSON input; expected: what nft -j list ruleset lists",
		"table inet filter {\n}":             "nftables: line 1: invalid character 'a' in literal true (expecting 'r'); expected: what nft -j list ruleset lists",
		"{\"nftables\": [\n{}":               "nftables: line 2: unexpected end of JSON input; expected: what nft -j list ruleset lists",
		`{"nftables": 1}`:                    "nftables: line 1: json: cannot unmarshal number into Go struct field .Nftables of type []json.RawMessage; expected: what nft -j list ruleset lists",
		`{"SecurityGroups": []}`:             "nftables: there is no list named nftables; expected: what nft -j list ruleset lists",
		`{"nftables": [{}, {"chain": [1]}]}`: `nftables: entry 2: "{\"chain\": [1]}": json: cannot unmarshal array into Go struct field entry.Chain of type nftables.chainEntry; expected: what nft -j list ruleset lists`,
		`{"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c"}}]}`: `nftables: entry 1: the chain "ip t c" of a rule is not listed before it; expected: what nft -j list ruleset lists`,
		`{"nftables": [{"chain": {"name": "c"}}, {"chain": {"name": "c"}}]}`:     `nftables: entry 2: the chain "  c" is listed twice; expected: one listing`,
		loop("a", "b"): `nftables: ruleset: chain "inet t a" calls itself, by others or directly`,
	} {
		if _, err := nftables.Read(strings.NewReader(input), nil); err == nil || err.Error() != want {
			t.Errorf("%.100s:\n got %v\nwant %s", input, err, want)
		}
	}
}

// TestReadBounds holds that what expands beyond bounds is partial.
func TestReadBounds(t *testing.T) {
	var pairs strings.Builder
	for i := range 1 << 10 {
		if i > 0 {
			pairs.WriteString(",")
		}
		pairs.WriteString(`{"concat": [{"range": [1, 9]}, {"range": [1, 9]}]}`)
	}
	set := `{"set": {"family": "inet", "table": "t", "name": "pairs", "elem": [` + pairs.String() + `]}}`
	one := matching("==", `{"concat": [`+payload("th", "dport")+`, `+payload("tcp", "dport")+`]}`, `"@pairs"`)
	s, err := nftables.Read(strings.NewReader(listing(one+one+accept, set)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Chains[0].Rules); n != 1<<10 || !s.Chains[0].Rules[0].Partial || len(s.Unread) != 1 {
		t.Errorf("%d rules, %d not understood", n, len(s.Unread))
	}
}

// TestReadBudget holds that large sets are combined as long as that is cheap,
// and then are partial.
func TestReadBudget(t *testing.T) {
	large := func(name string) string {
		var list []string
		for i := range 4000 {
			list = append(list, fmt.Sprintf("%q", netip.AddrFrom4([4]byte{10, 0, byte(i >> 7), byte(i << 1)})))
		}
		return `{"set": {"family": "inet", "table": "t", "name": "` + name + `", "elem": [` + strings.Join(list, ",") + `]}}`
	}
	entries := []string{large("a"), large("b")}
	both := matching("==", payload("ip", "saddr"), `"@a"`) + matching("!=", payload("ip", "saddr"), `"@b"`) + `{"counter": null}, ` + accept
	for range 400 {
		entries = append(entries, `{"rule": {"family": "inet", "table": "t", "chain": "in", "handle": 1, "expr": [`+both+`]}}`)
	}
	s, err := nftables.Read(strings.NewReader(listing(accept, entries...)), nil)
	if err != nil {
		t.Fatal(err)
	}
	rules := s.Chains[0].Rules // the first ones match nothing
	if n := len(rules); n < 2 || n > 300 || len(s.Unread) != n-1 || !rules[0].Partial || rules[n-1].Partial {
		t.Errorf("%d rules, %d not understood", n, len(s.Unread))
	}
}

func FuzzRead(f *testing.F) {
	file, err := os.ReadFile("testdata/handwritten.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte(listing(`{"vmap": {"key": ` + payload("tcp", "dport") + `, "data": {"set": [[22, {"accept": null}]]}}}`)))
	f.Add([]byte(listing(matching("==", payload("ip", "saddr"), `{"range": ["1.1.1.1", "::1"]}`) + accept)))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := nftables.Read(bytes.NewReader(data), nil)
		if err == nil {
			rulesets.Describe(s)
			s.Permits(back.Inbound, back.Point{}, back.Point{}, 6, 80)
		}
	})
}
