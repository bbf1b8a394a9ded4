package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/testkit/golden"
)

// rulesRun runs portbook rules on the example, and returns what it writes.
func rulesRun(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return portbookRun(t, nil, append([]string{"rules", exampleSite, "--as-of", "2026-12-01"}, args...)...)
}

const (
	openQuestions = "portbook: 61 open questions without rules: portbook plan " + exampleSite + " --questions\n"
	gatewayGaps   = "portbook: 10 gaps between what is needed and what nftables can express: add --gaps\n"

	openQuestionsJapanese = "portbook: 要確認事項が61件 (ルールの対象外): portbook plan " + exampleSite + " --questions\n"
	gatewayGapsJapanese   = "portbook: nftablesでは表現できない事項が10件: --gapsで一覧を出力\n"
)

// TestRules compares what the command writes with the rules of the example, and
// what it says besides.
func TestRules(t *testing.T) {
	for name, args := range map[string][]string{
		"gateway.en.nft":     {"--between", "--default-deny"},
		"gateway.ja.nft":     {"--between", "--default-deny", "--lang", "ja"},
		"central.en.v4":      {"--for", "central", "--format", "iptables"},
		"gaps.ja.txt":        {"--between", "--gaps", "--lang", "ja"},
		"gaps.en.json":       {"--gaps=json", "--between"},
		"servers-dmz.en.nft": {"--between", "servers,dmz"},
	} {
		status, stdout, stderr := rulesRun(t, args...)
		open, lacking := openQuestions, gatewayGaps
		if slices.Contains(args, "ja") {
			open, lacking = openQuestionsJapanese, gatewayGapsJapanese
		}
		if status != 0 || !strings.HasPrefix(stderr, open) {
			t.Errorf("rules %v: exit %d, %s", args, status, stderr)
		}
		if gaps := strings.Contains(stderr, lacking); gaps != strings.HasPrefix(name, "gateway") {
			t.Errorf("rules %v: says %s", args, stderr)
		}
		golden.CheckWithout(t, portbook.DataVersion, "../../examples/site/rules/"+name, []byte(stdout))
	}
	golden.Check(t, "testdata/help-rules.txt", []byte(succeed(t, "rules", "--help")))
}

// TestRulesOutput checks that the name of the file says which firewall it is for,
// and that --strict writes the rules all the same.
func TestRulesOutput(t *testing.T) {
	for name, want := range map[string]string{"x.nft": "table inet portbook_host", "x.v4": "\n*filter\n", "x.v6": "# ip6tables-restore", "x": "table inet portbook_host"} {
		file := filepath.Join(t.TempDir(), name)
		status, stdout, stderr := rulesRun(t, "--for", "mail", "--output", file, "--strict")
		data, err := os.ReadFile(file)
		if status != 1 || stdout != "" || stderr != openQuestions || err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s: exit %d, %q, %v: %s", name, status, stderr, err, data)
		}
	}
	if _, stdout, _ := rulesRun(t, "--for", "mail", "--gaps", "--output", "-"); stdout != "No gaps.\n" {
		t.Errorf("gaps of a host without any: %s", stdout)
	}
	if _, stdout, _ := rulesRun(t, "--for", "mail", "--gaps=json"); !json.Valid([]byte(stdout)) || stdout != "[]\n" {
		t.Errorf("gaps of a host without any: %s", stdout)
	}
}

// TestRulesErrors checks messages on standard error.
func TestRulesErrors(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "no firewall selected (expected: --for HOST, or --between ZONE,ZONE)\n"},
		{[]string{"--for", "mail", "--between"}, "no firewall selected (expected: --for HOST, or --between ZONE,ZONE)\n"},
		{[]string{"--for", "central2"}, "unknown host \"central2\"; did you mean \"central\"?\n"},
		{[]string{"--for", ""}, "unknown host \"\" (expected: a host of the site)\n"},
		{[]string{"--between", "server,dmz"}, "unknown zone \"server\"; did you mean \"servers\"?\n"},
		{[]string{"--between", "dmz"}, "\"dmz\" is only one zone, but a gateway separates at least two (expected: ZONE,ZONE, or --between without a value for all)\n"},
		{[]string{"--between", "--format", "nftable"}, "unknown format \"nftable\"; did you mean \"nftables"},
		{[]string{"--between", "--output", "rules.doc"}, "unknown extension of file \"rules.doc\" (expected: .nft, "},
		{[]string{"--between", "--gaps=xml"}, "unknown format \"xml\" (expected: text, json)\n"},
		{[]string{"--between", "--lang", "en,ja"}, "2 languages \"en,ja\""},
		{[]string{"--between", "--as-of", "2099-12-01"}, "held until 2099-03-31"},
	} {
		status, stdout, stderr := rulesRun(t, c.args...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, "portbook: ") || !strings.Contains(stderr, c.want) {
			t.Errorf("rules %v: exit %d, %q; want %q", c.args, status, stderr, c.want)
		}
	}
}

// TestBareBetween reads --between with zones and without, wherever it is.
func TestBareBetween(t *testing.T) {
	for args, want := range map[string]string{
		"rules x --between":              "rules x --between=",
		"rules --between a,b x":          "rules --between a,b x",
		"rules x --between --gaps":       "rules x --between= --gaps",
		"rules x --between -o f":         "rules x --between= -o f",
		"rules x --between=a,b --strict": "rules x --between=a,b --strict",
		"rules x --for a":                "rules x --for a",
	} {
		if got := strings.Join(bareBetween(strings.Fields(args)), " "); got != want {
			t.Errorf("%s: got %s, want %s", args, got, want)
		}
	}
}

// TestReadme runs the site of the README, and looks for its rule in the output of
// its command.
func TestReadme(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	yaml := regexp.MustCompile("(?s)```yaml\n(site: tokyo\n.*?)```").FindSubmatch(data)
	rule := regexp.MustCompile("(?s)```\n(# r[0-9a-f]{16} .*?)```").FindSubmatch(data)
	if yaml == nil || rule == nil {
		t.Fatal("README.md has no site, or no rule")
	}
	dir := t.TempDir()
	file, output := filepath.Join(dir, "tokyo.yaml"), filepath.Join(dir, "central.nft")
	if err := os.WriteFile(file, yaml[1], 0o644); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := portbookRun(t, nil, "rules", file, "--for", "central", "-o", output); status != 0 {
		t.Fatal(stderr)
	}
	got, err := os.ReadFile(output)
	if want := "\t\t" + strings.ReplaceAll(strings.TrimSpace(string(rule[1])), "\n", "\n\t\t") + "\n"; err != nil || !strings.Contains(string(got), want) {
		t.Errorf("README.md shows a rule that is not in the file:\n%s\n%s", want, got)
	}
}
