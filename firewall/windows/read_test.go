package windows_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/windows"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/internal/testkit/powershell"
	"github.com/portbook/portbook/internal/testkit/rulesets"
	"github.com/portbook/portbook/ruleset"
)

type object = map[string]any

// exported returns what the script writes for rules with the parameters of
// New-NetFirewallRule. Change changes it.
func exported(t testing.TB, rules []map[string][]string, change func(object)) string {
	t.Helper()
	e := object{
		"format": "portbook-windows-firewall", "version": 1, "networks": []any{1},
		"profiles": []any{profileOf("Domain"), profileOf("Private"), profileOf("Public")},
	}
	lists := map[string][]any{}
	add := func(list string, o object) { lists[list] = append(lists[list], o) }
	for i, r := range rules {
		one := func(key, other string) string { return cmp.Or(strings.Join(r[key], ","), other) }
		list := func(key string) []string {
			if r[key] == nil {
				return []string{"Any"}
			}
			return r[key]
		}
		id := cmp.Or(one("Name", ""), fmt.Sprintf("rule-%d", i+1))
		add("rules", object{
			"id": id, "enabled": 1, "direction": map[string]int{"Inbound": 1, "Outbound": 2}[one("Direction", "Inbound")],
			"action": map[string]int{"Allow": 2, "Block": 4}[one("Action", "Allow")], "profiles": 0, "owner": "", "enforcement": []int{1},
		})
		add("ports", object{"id": id, "protocol": one("Protocol", "Any"), "localPort": list("LocalPort"), "remotePort": list("RemotePort"), "icmpType": list("IcmpType"), "transport": 0})
		add("addresses", object{"id": id, "local": masks(list("LocalAddress")), "remote": masks(list("RemoteAddress")), "dynamic": []string{}})
		add("programs", object{"id": id, "program": one("Program", "Any"), "package": ""})
		add("services", object{"id": id, "service": one("Service", "Any")})
		add("interfaces", object{"id": id, "alias": []string{"Any"}})
		add("interfaceTypes", object{"id": id, "type": 0})
		add("security", object{"id": id, "authentication": 0, "encryption": 0, "overrides": false, "localUser": "Any", "remoteUser": "Any", "remoteMachine": "Any"})
	}
	for name, list := range lists {
		e[name] = list
	}
	if change != nil {
		change(e)
	}
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func profileOf(name string) object {
	return object{"name": name, "enabled": 1, "inbound": 4, "outbound": 4, "allowInboundRules": 1}
}

// masks writes prefixes of IPv4 with masks, as Windows does.
func masks(list []string) (made []string) {
	for _, s := range list {
		if p, err := netip.ParsePrefix(s); err == nil && p.Addr().Is4() {
			s = p.Addr().String() + "/" + net.IP(net.CIDRMask(p.Bits(), 32)).String()
		}
		made = append(made, s)
	}
	return made
}

// TestReadBack reads what is written for random sites.
func TestReadBack(t *testing.T) {
	directions := map[firewall.Direction]ruleset.Direction{firewall.Inbound: ruleset.Inbound, firewall.Outbound: ruleset.Outbound}
	policies.Judge(t, []firewall.Direction{firewall.Inbound, firewall.Outbound}, nil, windows.Gaps, func(p *firewall.Policy) func(lab.Packet) bool {
		s, err := windows.Read(strings.NewReader(exported(t, read(t, write(t, p, firewall.Options{})), nil)), p.Site())
		if err != nil || len(s.Unread) > 0 {
			t.Fatal(err, s)
		}
		return func(x lab.Packet) bool {
			surely, possibly := s.Permits(directions[x.Direction], ruleset.Point{Address: x.From}, ruleset.Point{Address: x.To}, x.Protocol, x.Port)
			if surely != possibly {
				t.Fatalf("%+v: surely %v, possibly %v\n%s", x, surely, possibly, rulesets.Describe(s))
			}
			return surely
		}
	})
}

// TestReadConstructs reads rules one by one.
func TestReadConstructs(t *testing.T) {
	tcp := func(fields ...string) map[string][]string {
		r := map[string][]string{"Protocol": {"TCP"}}
		for _, f := range fields {
			key, value, _ := strings.Cut(f, "=")
			r[key] = strings.Split(value, ",")
		}
		return r
	}
	set := func(list, key string, value any) func(object) {
		return func(e object) { e[list].([]any)[0].(object)[key] = value }
	}
	const web = "permit: * -> * 80/tcp"
	one := []map[string][]string{tcp("LocalPort=80")}
	for _, c := range []struct {
		name   string
		rules  []map[string][]string
		change func(object)
		want   string
	}{
		{"a port", one, nil, web},
		{"ranges", []map[string][]string{tcp("LocalPort=80,90-99", "RemoteAddress=10.0.0.0/8,192.0.2.1-192.0.2.9,2001:db8::/32,192.0.2.99", "LocalAddress=198.51.100.1")}, nil, "permit: 10.0.0.0/8,192.0.2.1-192.0.2.9,192.0.2.99/32,2001:db8::/32 -> 198.51.100.1/32 80,90-99/tcp"},
		{"outward", []map[string][]string{tcp("Direction=Outbound", "RemotePort=443", "RemoteAddress=192.0.2.1")}, nil, "permit: * -> 192.0.2.1/32 443/tcp"},
		{"blocked first", []map[string][]string{tcp("LocalPort=80"), tcp("LocalPort=80", "Action=Block", "RemoteAddress=192.0.2.1")}, nil, "deny: 192.0.2.1/32 -> * 80/tcp\n" + web},
		{"any protocol", []map[string][]string{tcp("Protocol=Any")}, nil, "permit: * -> * **"},
		{"another protocol", []map[string][]string{tcp("Protocol=47")}, nil, "permit: * -> * */gre"},
		{"types of ICMP", []map[string][]string{tcp("Protocol=ICMPv4", "IcmpType=8,13", "LocalPort=RPC")}, nil, "permit: 0.0.0.0/0 -> * 8,13/icmp"},
		{"a code of ICMP", []map[string][]string{tcp("Protocol=ICMPv6", "IcmpType=128,1:4")}, nil, "permit: ::/0 -> * 128/ipv6-icmp\npermit partial: ::/0 -> * */ipv6-icmp\nunread ipv6-icmp 1:4"},
		{"a keyword of addresses", []map[string][]string{tcp("LocalPort=80", "RemoteAddress=LocalSubnet")}, nil, "permit partial: * -> * 80/tcp\nunread addresses LocalSubnet"},
		{"a keyword and an address", []map[string][]string{tcp("LocalPort=80", "RemoteAddress=LocalSubnet,192.0.2.1")}, nil, "permit: 192.0.2.1/32 -> * 80/tcp\npermit partial: * -> * 80/tcp\nunread addresses LocalSubnet"},
		{"a keyword of ports", []map[string][]string{tcp("LocalPort=RPC")}, nil, "permit partial: * -> * */tcp\nunread tcp RPC"},
		{"source ports", []map[string][]string{tcp("LocalPort=80", "RemotePort=20")}, nil, "permit partial: * -> * 80/tcp\nunread source ports 20"},
		{"a program", []map[string][]string{tcp("LocalPort=80", `Program=%SystemRoot%\system32\svchost.exe`)}, nil, "permit partial: * -> * 80/tcp\nunread program %SystemRoot%\\system32\\svchost.exe"},
		{"a service that is blocked", []map[string][]string{tcp("Service=w32time", "Action=Block")}, nil, "deny partial: * -> * */tcp\nunread service w32time"},
		{"a rule that is off", one, set("rules", "enabled", 2), ""},
		{"another profile", one, set("rules", "profiles", 4), ""},
		{"this profile", one, set("rules", "profiles", 3), web},
		{"one of two profiles", one, func(e object) { e["networks"] = []any{0, 1}; set("rules", "profiles", 4)(e) }, "permit partial: * -> * 80/tcp\nunread profiles 4 of 6"},
		{"no network", one, func(e object) { e["networks"] = nil; set("rules", "profiles", 4)(e) }, "permit partial: * -> * 80/tcp\nunread profiles 4 of 7"},
		{"an override", []map[string][]string{tcp("LocalPort=80", "Action=Block"), tcp("LocalPort=80")}, func(e object) { e["security"].([]any)[1].(object)["overrides"] = true }, "permit partial: * -> * 80/tcp\ndeny: * -> * 80/tcp\nunread it overrides rules that block"},
		{"a bypass", one, set("rules", "action", 3), "permit partial: * -> * 80/tcp\nunread it overrides rules that block"},
		{"authentication", one, set("security", "authentication", 1), "permit partial: * -> * 80/tcp\nunread authentication or encryption"},
		{"a user", one, set("security", "remoteUser", "O:LSD:(A;;CC;;;S-1-5-4)"), "permit partial: * -> * 80/tcp\nunread remote user O:LSD:(A;;CC;;;S-1-5-4)"},
		{"an owner", one, set("rules", "owner", "S-1-5-21"), "permit partial: * -> * 80/tcp\nunread owner S-1-5-21"},
		{"a package", one, set("programs", "package", "S-1-15-2-1"), "permit partial: * -> * 80/tcp\nunread program Any S-1-15-2-1"},
		{"an interface", one, set("interfaces", "alias", "Ethernet"), "permit partial: * -> * 80/tcp\nunread interface Ethernet"},
		{"wireless", one, set("interfaceTypes", "type", 2), "permit partial: * -> * 80/tcp\nunread interface type"},
		{"dynamic addresses", one, set("addresses", "dynamic", []string{"{1}"}), "permit partial: * -> * 80/tcp\nunread addresses {1}"},
		{"a dynamic transport", one, set("ports", "transport", 1), "permit partial: * -> * 80/tcp\nunread transport"},
		{"a list as PowerShell 5 may write it", one, set("ports", "localPort", object{"value": []string{"80", "81"}, "Count": 2}), "permit: * -> * 80-81/tcp"},
		{"not enforced", one, set("rules", "enforcement", []int{16}), ""},
		{"partly enforced", one, set("rules", "enforcement", []int{1, 16}), "permit partial: * -> * 80/tcp\nunread enforcement [1 16]"},
		{"enforced in this profile", one, set("rules", "enforcement", []int{1, 5}), web},
		{"nothing resolved", one, set("rules", "enforcement", []int{7}), "permit partial: * -> * 80/tcp\nunread enforcement [7]"},
		{"no filters", one, func(e object) {
			for _, list := range []string{"ports", "addresses", "programs", "services", "interfaces", "interfaceTypes", "security"} {
				delete(e, list)
			}
		}, "permit partial: * -> * **\nunread no security filter\nunread program\nunread service\nunread interface\nunread interface type\nunread no address filter\nunread no port filter"},
		{"empty lists", one, func(e object) { set("ports", "localPort", nil)(e); set("addresses", "remote", []string{})(e) }, "permit partial: * -> * */tcp\nunread addresses\nunread tcp"},
		{"an id twice", []map[string][]string{tcp("Name=x", "LocalPort=1"), tcp("Name=x", "LocalPort=2", "Action=Block")}, nil, "deny partial: * -> * **\npermit partial: * -> * **\nunread several rules have the id\nunread several rules have the id"},
	} {
		s, err := windows.Read(strings.NewReader(exported(t, c.rules, c.change)), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var lines []string
		for line := range strings.Lines(rulesets.Rules(s)) {
			lines = append(lines, strings.TrimSpace(line))
		}
		if got := strings.Join(lines, "\n"); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestReadDefaults reads what profiles do where no rule decides.
func TestReadDefaults(t *testing.T) {
	change := func(name, key string, value any) func(object) {
		return func(e object) {
			for _, p := range e["profiles"].([]any) {
				if p := p.(object); p["name"] == name || name == "" {
					p[key] = value
				}
			}
		}
	}
	all := func(list ...func(object)) func(object) {
		return func(e object) {
			for _, f := range list {
				f(e)
			}
		}
	}
	two := func(e object) { e["networks"] = []any{0, 1} }
	const closed = "inbound inbound, else deny\n  permit: * -> * 80/tcp\n"
	for _, c := range []struct {
		name   string
		change func(object)
		want   string
	}{
		{"closed", nil, closed + "outbound outbound, else deny\n"},
		{"as Windows comes", change("", "outbound", 2), closed + "outbound outbound, else permit\n"},
		{"not configured", all(change("", "outbound", 0), change("", "inbound", 0)), closed + "outbound outbound, else permit\n"},
		{"let in", change("", "inbound", 2), "inbound inbound, else permit\n  permit: * -> * 80/tcp\noutbound outbound, else deny\n"},
		{"another profile", change("Public", "inbound", 2), closed + "outbound outbound, else deny\n"},
		{"one of two profiles", all(two, change("Public", "outbound", 2)), closed + "outbound outbound, else deny\n  permit partial: * -> * **\n"},
		{"off", change("", "enabled", 0), "inbound inbound, else deny\n  permit: * -> * **\n  permit: * -> * 80/tcp\noutbound outbound, else deny\n  permit: * -> * **\n"},
		{"off in one of two", all(two, change("Public", "enabled", 0)), "inbound inbound, else deny\n  permit partial: * -> * **\n  permit: * -> * 80/tcp\noutbound outbound, else deny\n  permit partial: * -> * **\n"},
		{"nothing let in", change("", "allowInboundRules", 0), "inbound inbound, else deny\n  deny: * -> * **\n  permit: * -> * 80/tcp\noutbound outbound, else deny\n"},
		{"nothing let in in one of two", all(two, change("Public", "allowInboundRules", 0)), "inbound inbound, else deny\n  deny partial: * -> * **\n  permit: * -> * 80/tcp\noutbound outbound, else deny\n"},
	} {
		s, err := windows.Read(strings.NewReader(exported(t, []map[string][]string{{"Protocol": {"TCP"}, "LocalPort": {"80"}}}, c.change)), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got strings.Builder
		for line := range strings.Lines(rulesets.Describe(s)) {
			line, _, _ = strings.Cut(strings.TrimSuffix(line, "\n"), "  # ")
			got.WriteString(line + "\n")
		}
		if got.String() != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got.String(), c.want)
		}
	}
}

// TestReadEncodings reads what Windows PowerShell writes where its output is
// redirected.
func TestReadEncodings(t *testing.T) {
	text := exported(t, []map[string][]string{{"Name": {"規則"}}}, nil)
	little, big := []byte{0xff, 0xfe}, []byte{0xfe, 0xff}
	for _, unit := range utf16.Encode([]rune(text)) {
		little, big = append(little, byte(unit), byte(unit>>8)), append(big, byte(unit>>8), byte(unit))
	}
	for name, data := range map[string][]byte{"UTF-8": []byte(text), "a mark": []byte("\ufeff" + text), "little": little, "big": big} {
		s, err := windows.Read(bytes.NewReader(data), nil)
		if err != nil || len(s.Chains[0].Rules) != 1 || s.Chains[0].Rules[0].Place.Name != "規則" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReadErrors checks what is said of other documents.
func TestReadErrors(t *testing.T) {
	const expected = "; expected: what the script of portbook writes, which lists the rules of Windows"
	remove := func(list, key string) string {
		return exported(t, []map[string][]string{{"Name": {"x"}}}, func(e object) { delete(e[list].([]any)[0].(object), key) })
	}
	for input, want := range map[string]string{
		"":                        "line 1: unexpected end of JSON input" + expected,
		"Name : x\n":              "line 1: invalid character 'N' looking for beginning of value" + expected,
		"{\"format\": \"a\",\n1}": "line 2: invalid character '1' looking for beginning of object key string" + expected,
		`{"format": 1}`:           "line 1: json: cannot unmarshal number into Go struct field export.Format of type string" + expected,
		`{"nftables": []}`:        `the format is ""` + expected,
		`{"format": "portbook-windows-firewall", "version": 2}`:                                 "the version is 2; expected: 1, by the script of this portbook",
		`{"format": "portbook-windows-firewall", "version": 1}`:                                 "there are no profiles" + expected,
		remove("profiles", "enabled"):                                                           `the profile "Domain" lacks enabled, inbound, outbound or allowInboundRules` + expected,
		remove("rules", "action"):                                                               `the rule "x" lacks enabled, direction, action or profiles` + expected,
		exported(t, nil, func(e object) { e["profiles"].([]any)[0].(object)["name"] = "ドメイン" }): `the profile "ドメイン" is unknown; expected: Domain, Private or Public`,
		exported(t, nil, func(e object) { e["profiles"] = e["profiles"].([]any)[:1] }):          "the profiles of the host's networks are not listed" + expected,
	} {
		if _, err := windows.Read(strings.NewReader(input), nil); err == nil || err.Error() != "windows: "+want {
			t.Errorf("%.200q:\n got %v\nwant windows: %s", input, err, want)
		}
	}
}

// TestExportScript reads the script with a parser of PowerShell, and holds that
// it writes each field that is read.
func TestExportScript(t *testing.T) {
	script := windows.ExportScript()
	var all object
	if err := json.Unmarshal([]byte(exported(t, []map[string][]string{{}}, nil)), &all); err != nil {
		t.Fatal(err)
	}
	for list, value := range all {
		if !strings.Contains(script, "\n  "+list) {
			t.Errorf("the script does not write %s", list)
		}
		if many, ok := value.([]any); ok && list != "networks" {
			for key := range many[0].(object) {
				if !strings.Contains(script, key+" ") {
					t.Errorf("the script does not write %s of %s", key, list)
				}
			}
		}
	}
	for i, r := range script {
		if r > 126 {
			t.Errorf("the script has %q at byte %d, which Windows PowerShell may read as another character", r, i)
		}
	}
	if testing.Short() {
		t.Skip("installs a parser")
	}
	read := powershell.Read(t, []byte(script), []byte(strings.Replace(script, "})\n", "}\n", 1)))
	if len(read[0].Errors) > 0 || len(read[1].Errors) == 0 {
		t.Errorf("the script: %q; a broken one: %q", read[0].Errors, read[1].Errors)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(exported(f, []map[string][]string{{"Protocol": {"TCP"}, "LocalPort": {"80", "RPC"}, "RemoteAddress": {"10.0.0.0/8", "LocalSubnet"}}, {"Action": {"Block"}, "Protocol": {"ICMPv4"}, "IcmpType": {"8", "3:4"}}}, nil))
	f.Fuzz(func(t *testing.T, data string) {
		s, err := windows.Read(strings.NewReader(data), nil)
		if err == nil {
			rulesets.Describe(s)
			s.Permits(ruleset.Inbound, ruleset.Point{}, ruleset.Point{}, 6, 80)
		}
	})
}
