package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestSuggestions misspells a value of every flag and argument with a fixed or
// catalog vocabulary: the right one is suggested, and read in any case.
func TestSuggestions(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range []struct{ args, flag, value string }{
		{"flows", "product", "scanmail"},
		{"flows", "component", "itms/package-server"},
		{"flows", "from", "itms/package-server"},
		{"flows", "to", "apex-central"},
		{"flows", "involving", "site"},
		{"flows", "protocol", "icmp"},
		{"flows", "direction", "outbound"},
		{"flows", "requirement", "optional"},
		{"flows", "configurable", "discouraged"},
		{"flows", "firewall", "not-needed"},
		{"flows", "columns", "purpose"},
		{"flows", "format", "markdown"},
		{"flows", "json", "purpose"},
		{"flows --format csv", "encoding", "shift_jis"},
		{"report", "view", "collisions"},
		{"report", "group-by", "destination"},
		{"report --view ports", "host", "itms/package-server"},
		{"report --view ports", "columns", "listener"},
		{"report", "format", "html"},
		{"components", "product", "scanmail"},
		{"diagram --product scanmail", "format", "mermaid"},
		{"diagram --product scanmail", "by", "product"},
		{"diagram --format dot", "around", "itms/package-server"},
		{"diff builtin builtin", "impact", "open-first"},
		{"diff builtin builtin", "product", "scanmail"},
		{"plan ../../examples/site/tokyo.yaml --as-of 2026-11-28 --format csv", "encoding", "utf-8-bom"},
		{"audit ../../examples/site/tokyo.yaml --as-of 2026-11-28 --log ../../examples/site/conn.log", "fail-on", "listening"},
		{"audit ../../examples/site/tokyo.yaml --as-of 2026-11-28 --fail-on none --log ../../examples/site/conn.log", "log-format", "zeek"},
		{"audit ../../examples/site/tokyo.yaml --as-of 2026-11-28 --fail-on none --rules ../../examples/site/gateway.iptables", "rules-format", "iptables"},
		{"init --site -", "product", "scanmail"},
	} {
		seen[strings.Fields(c.args)[0]+" --"+c.flag] = true
		args := append(strings.Fields(c.args), "--"+c.flag)
		if status, _, stderr := portbookRun(t, nil, append(args, strings.ToUpper(c.value))...); c.flag != "json" && status != 0 {
			t.Errorf("portbook %s --%s %s: exit %d, %s", c.args, c.flag, strings.ToUpper(c.value), status, stderr)
		}
		misspelled := c.value[:len(c.value)-1] + "x"
		status, _, stderr := portbookRun(t, nil, append(args, misspelled)...)
		if status != 2 || !strings.Contains(stderr, `"`+misspelled+`"; did you mean `) || !strings.Contains(stderr, c.value) {
			t.Errorf("portbook %s --%s %s: exit %d, %s", c.args, c.flag, misspelled, status, stderr)
		}
	}
	everyCommand(func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			_, completes := cmd.GetFlagCompletionFunc(f.Name)
			untested := []string{"lang", "between", "field", "product", "document-format", "gaps"} // see TestErrors
			if completes && !seen[cmd.Name()+" --"+f.Name] && !slices.ContainsFunc([]string{"flows", "report"}, func(other string) bool { return seen[other+" --"+f.Name] }) && !slices.Contains(untested, f.Name) {
				t.Errorf("%s --%s has a vocabulary, and is not misspelled here", cmd.CommandPath(), f.Name)
			}
		})
	})
}

// TestCommas holds that all flags that can be repeated take commas, but for
// those whose values have commas of their own.
func TestCommas(t *testing.T) {
	everyCommand(func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			own := []string{"port", "between", "catalog", "log", "listening", "rules"}
			if f.Value.Type() == "stringArray" && !slices.Contains(own, f.Name) {
				t.Errorf("%s --%s takes no commas", cmd.CommandPath(), f.Name)
			}
		})
	})
	for _, c := range []struct{ args, same string }{
		{"flows --direction inbound,both", "flows --direction inbound --direction both"},
		{"flows --protocol tcp,udp --configurable yes,no", "flows --protocol tcp --protocol udp --configurable yes --configurable no"},
		{"flows --port 80,443/tcp", "flows --port 80/tcp --port 443/tcp"},
		{"components --product scanmail,itms", "components --product scanmail --product itms"},
		{"report --view collisions --host itms/viewer+itms/task-server,site/smtp-server+scanmail/server", "report --view collisions --host itms/viewer+itms/task-server --host site/smtp-server+scanmail/server"},
		{"diff testdata/diff/old.json testdata/diff/new.json --impact open-first,can-close", "diff testdata/diff/old.json testdata/diff/new.json --impact open-first --impact can-close"},
		{"i18n missing --into de,fr", "i18n missing --into de --into fr"},
		{"init --site - --product itms,scanmail", "init --site - --product itms --product scanmail"},
	} {
		status, a, stderr := portbookRun(t, nil, strings.Fields(c.args)...)
		if b := succeed(t, strings.Fields(c.same)...); status != 0 || a != b || a == "" {
			t.Errorf("portbook %s: exit %d, %s; differs from portbook %s", c.args, status, stderr, c.same)
		}
	}
}

// TestNoListedPorts holds that an operand without ports is not passed over in
// silence.
func TestNoListedPorts(t *testing.T) {
	_, all, _ := portbookRun(t, nil, "ports", "itms")
	for args, want := range map[string]string{
		"ports itms - scanmail": all,
		"ports scanmail":        "\n",
		"ports scanmail/mcp-agent/registration + 80/tcp": "80/tcp\n",
	} {
		status, stdout, stderr := portbookRun(t, nil, strings.Fields(args)...)
		if status != 0 || stdout != want || !strings.Contains(stderr, "has no listed port") {
			t.Errorf("portbook %s: exit %d, %q, says %q", args, status, stdout, stderr)
		}
	}
}
