package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestParity holds what the two pages on Apex Central do not say alike, and
// nothing that they do.
func TestParity(t *testing.T) {
	status, stdout, stderr := portbookRun(t, nil, "parity", "--product", "apex-central", "--format", "json")
	if status != 1 || stderr != "" {
		t.Fatalf("exit %d, %q", status, stderr)
	}
	var list []discrepancy
	if err := json.Unmarshal([]byte(stdout), &list); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, x := range list {
		var parts []string
		for _, s := range x.Statements {
			if x.Field == "" {
				s.Value = string(s.Citations[0].Section)
			}
			parts = append(parts, string(s.Document)+"="+s.Value)
		}
		said[strings.TrimSpace(string(x.Flow)+" "+string(x.Field))] = strings.Join(parts, " ")
	}
	for place, want := range map[string]string{
		"apex-central/tmi/interprocess firewall": "apex-central-ports=needed apex-central-ports-ja=not-needed",
		"apex-central/tmi/heartbeat initiator":   "apex-central-ports=from apex-central-ports-ja=unstated",
		"apex-central/console/https-reverse to":  "apex-central-ports=apex-central/mcp-agent apex-central-ports-ja=apex-central/server",
		"apex-central/console/http firewall":     "apex-central-ports-ja=needed",
		"apex-central/console/http configurable": "apex-central-ports=yes",
		"apex-central/server/common-cgi":         "apex-central-ports-ja=communication",
		"apex-central/license/update":            "apex-central-ports=managed-products",
		// what both say, and what leaving a field out means
		"apex-central/console/http to":             "",
		"apex-central/console/http ports":          "",
		"apex-central/mcp/heartbeat from":          "",
		"apex-central/mcp/heartbeat requirement":   "",
		"apex-central/tmi/heartbeat":               "",
		"apex-central/console/https configurable":  "",
		"apex-central/console/https-reverse ports": "",
	} {
		if said[place] != want {
			t.Errorf("%s: %q, want %q", place, said[place], want)
		}
	}
}

// TestParityWords holds that discrepancies are in words, in the language that
// is asked for, with a column for each document in every format.
func TestParityWords(t *testing.T) {
	for lang, want := range map[string]string{
		"en": "Communication between TMI processes on the server.,Firewall rule,Needed,Not needed",
		"ja": "サーバー内のTMIプロセス間通信,FW設定,必要,不要",
	} {
		_, stdout, _ := portbookRun(t, nil, "parity", "--product", "Apex Central", "--lang", lang, "--format", "csv")
		if !slices.Contains(strings.Split(strings.ReplaceAll(stdout, "\r", ""), "\n"), "apex-central/tmi/interprocess,"+want) {
			t.Errorf("%s: no line with %q in\n%s", lang, want, stdout)
		}
	}
	status, _, stderr := portbookRun(t, nil, "parity", "--product", "itms")
	if want := "portbook: product \"itms\" has only one document (expected: apex-central, vision-one)\n"; status != 2 || stderr != want {
		t.Errorf("exit %d, %q, want 2, %q", status, stderr, want)
	}
}
