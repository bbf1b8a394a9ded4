package windows_test

import (
	"bytes"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/firewall/windows"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/golden"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/lab"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/internal/testkit/powershell"
)

func write(t *testing.T, p *firewall.Policy, o firewall.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := windows.Write(&b, p, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	plan := policies.Example(t, "../../examples/site/tokyo.yaml")
	for tag := range policies.Languages {
		l := policies.Localizer(plan, tag)
		script := write(t, policies.For(t, plan, "management", l), firewall.Options{DefaultDeny: true})
		golden.CheckWithout(t, portbook.DataVersion, "../../examples/site/rules/management."+tag+".ps1", script)
	}
}

// TestParser reads the scripts with a parser of PowerShell: every text is one
// string, whatever is in it, and nothing else differs from a script of harmless
// texts.
func TestParser(t *testing.T) {
	if testing.Short() {
		t.Skip("installs a parser")
	}
	texts := slices.Concat([]string{"harmless"}, hostile.Names, hostile.Code)
	var scripts [][]byte
	for _, text := range texts {
		plan := policies.Hostile(t, text)
		script := write(t, policies.For(t, plan, policies.Own, policies.Localizer(plan, "en")), firewall.Options{DefaultDeny: true})
		scripts = append(scripts, script)
	}
	tokyo := policies.Example(t, "../../examples/site/tokyo.yaml")
	for _, host := range tokyo.Site().Hosts() {
		l := policies.Localizer(tokyo, "ja")
		script := write(t, policies.For(t, tokyo, host.Name(), l), firewall.Options{})
		scripts = append(scripts, script)
	}
	read := powershell.Read(t, scripts...)
	for i, script := range read {
		if len(script.Errors) > 0 {
			t.Errorf("script %d does not parse: %q", i, script.Errors)
		}
		if i >= len(texts) {
			continue
		}
		if script.Shape != read[0].Shape {
			t.Errorf("%.60q: the text changes the script", texts[i])
		}
		if want := firewall.Comment(texts[i], 0); len(want) < 200 && !strings.ContainsAny(want, "|‘’‚‛") && !contains(script.Strings, want) {
			t.Errorf("%.60q is in none of the strings %q", texts[i], script.Strings)
		}
	}
}

// TestMutants shows that the parser refuses what is wrong, or reads something
// else.
func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("installs a parser")
	}
	plan := policies.Hostile(t, "it's; Get-Date")
	good := string(write(t, policies.For(t, plan, policies.Own, i18n.Localizer{}), firewall.Options{}))
	scripts := [][]byte{[]byte(good)}
	for _, m := range []struct{ old, new string }{
		{"it''s", "it's"}, {"@{", "{"}, {"@('", "@('; "}, {"}\n", "\n"}, {"'Allow'", "$(Get-Date)"}, {"| Out-Null", "| Out-Null; Get-Date"},
	} {
		if !strings.Contains(good, m.old) {
			t.Errorf("%q is not in what is written", m.old)
		}
		scripts = append(scripts, []byte(strings.Replace(good, m.old, m.new, 1)))
	}
	read := powershell.Read(t, scripts...)
	for i, script := range read[1:] {
		if len(script.Errors) == 0 && script.Shape == read[0].Shape && slices.Equal(script.Strings, read[0].Strings) {
			t.Errorf("mutant %d reads like the script", i)
		}
	}
}

func contains(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, part) })
}

// TestLimits holds names against what Windows takes: at most 255 characters
// where it shows them, and no mark that divides the fields of a rule.
func TestLimits(t *testing.T) {
	for _, text := range slices.Concat(hostile.Names, hostile.Code) {
		plan := policies.Hostile(t, text)
		script := write(t, policies.For(t, plan, policies.Own, policies.Localizer(plan, "en")), firewall.Options{})
		for line := range strings.Lines(string(script)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			limit := map[string]int{"DisplayName": 255, "Description": 1000, "Name": 511}[key]
			if limit == 0 {
				continue
			}
			_, value, _ = strings.Cut(value, "'")
			value = strings.ReplaceAll(strings.TrimSuffix(value, "'"), "''", "'")
			if n := len(utf16.Encode([]rune(value))); n > limit || strings.Contains(value, "|") || value == "" {
				t.Errorf("%.60q: %s has %d characters: %.80q", text, key, n, value)
			}
			if strings.ContainsAny(value, "‘’‚‛") {
				t.Errorf("%.60q: %s has a quotation mark that ends strings of PowerShell", text, key)
			}
		}
	}
}

// TestEncoding sees to it that Windows PowerShell 5 reads a script as UTF-8,
// and that a script removes the rules of its group before it makes them.
func TestEncoding(t *testing.T) {
	plan := policies.Example(t, "../../examples/site/tokyo.yaml")
	script := write(t, policies.For(t, plan, "central", policies.Localizer(plan, "ja")), firewall.Options{})
	if !bytes.HasPrefix(script, []byte("\xef\xbb\xbf")) {
		t.Error("the script has no byte order mark")
	}
	remove, add := bytes.Index(script, []byte("Remove-NetFirewallRule")), bytes.Index(script, []byte("New-NetFirewallRule"))
	if remove < 0 || add < remove {
		t.Errorf("rules are removed at %d and made at %d", remove, add)
	}
	if names := bytes.Count(script, []byte("\n  Name ")); names != len(uniqueNames(script)) {
		t.Errorf("%d rules have %d names", names, len(uniqueNames(script)))
	}
}

func uniqueNames(script []byte) map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(string(script)) {
		if strings.HasPrefix(line, "  Name ") {
			names[line] = true
		}
	}
	return names
}

// TestPackets reads the rules back and holds them against the policy, packet
// by packet.
func TestPackets(t *testing.T) {
	policies.Judge(t, []firewall.Direction{firewall.Inbound, firewall.Outbound}, nil, windows.Gaps, func(p *firewall.Policy) func(lab.Packet) bool {
		rules := read(t, write(t, p, firewall.Options{}))
		return func(x lab.Packet) bool {
			return slices.ContainsFunc(rules, func(r map[string][]string) bool { return permits(r, x) })
		}
	})
}

// read returns the fields of each rule of a script, lists of texts.
func read(t *testing.T, script []byte) (rules []map[string][]string) {
	t.Helper()
	for line := range strings.Lines(string(script)) {
		switch key, value, ok := strings.Cut(strings.TrimSpace(line), " = "); {
		case strings.HasPrefix(line, "$rule = @{"):
			rules = append(rules, map[string][]string{})
		case ok && strings.HasPrefix(line, "  "):
			value = strings.TrimSuffix(strings.TrimPrefix(value, "@("), ")")
			for text := range strings.SplitSeq(value, ", ") {
				fields := rules[len(rules)-1]
				fields[strings.TrimSpace(key)] = append(fields[strings.TrimSpace(key)], strings.Trim(text, "'"))
			}
		}
	}
	return rules
}

func permits(r map[string][]string, x lab.Packet) bool {
	local, remote, ports := x.To, x.From, r["LocalPort"]
	if x.Direction == firewall.Outbound {
		local, remote, ports = x.From, x.To, r["RemotePort"]
	}
	names := map[portbook.Protocol]string{portbook.TCP: "TCP", portbook.UDP: "UDP", portbook.ICMP: "ICMPv4", firewall.ICMPv6: "ICMPv6"}
	protocol, known := names[x.Protocol]
	if !known {
		protocol = strconv.Itoa(int(x.Protocol))
	}
	family := x.Protocol != portbook.ICMP && x.Protocol != firewall.ICMPv6 || x.From.Is4() == (x.Protocol == portbook.ICMP)
	return strings.EqualFold(r["Direction"][0], string(x.Direction)) && family && (r["Protocol"][0] == protocol || r["Protocol"][0] == "Any") &&
		isAt(r["LocalAddress"], local) && isAt(r["RemoteAddress"], remote) &&
		(ports == nil || slices.Contains(ports, "Any") || hasPort(ports, x.Port)) && (r["IcmpType"] == nil || hasPort(r["IcmpType"], x.Port))
}

func isAt(list []string, a netip.Addr) bool {
	return list == nil || slices.ContainsFunc(list, func(s string) bool {
		first, last, _ := portbook.MustParseHost(s).Range()
		return first.Is4() == a.Is4() && first.Compare(a) <= 0 && a.Compare(last) <= 0
	})
}

func hasPort(list []string, n portbook.Port) bool {
	return slices.ContainsFunc(list, func(s string) bool {
		r, err := portbook.ParsePortRange(s)
		return err == nil && r.Contains(n)
	})
}

// TestGateway refuses the policy of a gateway: Windows is a host.
func TestGateway(t *testing.T) {
	plan := policies.Example(t, "../../examples/site/tokyo.yaml")
	err := windows.Write(&bytes.Buffer{}, policies.For(t, plan, "", policies.Localizer(plan, "en")), firewall.Options{})
	if want := "windows: the policy is that of a gateway (expected: that of a host)"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
