package content

import (
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"golang.org/x/text/language"
)

// TestDisagreement holds that a report says in words what another document says
// otherwise, and names that document and the place in it.
func TestDisagreement(t *testing.T) {
	f, _ := portbook.Lookup(portbook.FlowApexCentralConsoleHTTPSReverse)
	agrees, _ := portbook.Lookup(portbook.FlowApexCentralMCPHeartbeat)
	for tag, want := range map[language.Tag][]string{
		language.English:  {"documents disagree: document 2 row 2 says Source: MCP agent; Destination: Apex Central server", "entry 7, document 2 row 7"},
		language.Japanese: {"文書間で記載が相違: 文書2の2行目では送信元: MCPエージェント; 宛先: Apex Centralサーバー", "7番目の項目、文書2の7行目"},
	} {
		d := New(portbook.Flows(), Options{Languages: []i18n.Localizer{i18n.For(portbook.Builtin(), tag)}}).Document()
		if got := FlowCells[ColumnQuirks](d, f); !strings.HasSuffix(got, want[0]) {
			t.Errorf("%s: quirks %q, want %q at the end", tag, got, want[0])
		}
		if got := FlowCells[ColumnCitation](d, agrees); got != want[1] {
			t.Errorf("%s: citation %q, want %q", tag, got, want[1])
		}
		if got := strings.Join(d.disagreements(agrees), "; "); got != "" {
			t.Errorf("%s: disagreements where there are none: %q", tag, got)
		}
	}
}

// TestValueInWords holds that values of statements are in the words of reports,
// whatever kind of field they are of.
func TestValueInWords(t *testing.T) {
	d := New(portbook.Flows(), Options{}).Document()
	for field, x := range map[portbook.Field][2]string{
		portbook.FieldFrom:         {"apex-central/mcp-agent, apex-central/tmi-agent", "MCP agent, TMI agent"},
		portbook.FieldProtocols:    {"tcp, udp", "TCP, UDP"},
		portbook.FieldConditions:   {"apex-central/control-manager-6", "Only if the server is Control Manager 6.0."},
		portbook.FieldPorts:        {"80,443/tcp", "80,443/tcp"},
		portbook.FieldFirewall:     {"not-needed", "Not needed"},
		portbook.FieldAppProtocols: {"HTTP, HTTPS", "HTTP, HTTPS"},
	} {
		if got := d.ValueInWords(field, x[0]); got != x[1] {
			t.Errorf("%s %q: %q, want %q", field, x[0], got, x[1])
		}
	}
}
