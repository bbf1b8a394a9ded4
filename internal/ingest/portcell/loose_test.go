package portcell

import (
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/portset"
)

// TestLoosely reads cells that the grammar refuses.
func TestLoosely(t *testing.T) {
	for _, c := range []struct{ protocol, port, want, kind string }{
		{"UDP", "7100..7109", "7100-7109/udp", "listed"},
		{"TCP, UDP", "Dynamically chosen port (49152-65535)", "49152-65535/tcp 49152-65535/udp", "dynamic"},
		{"TCP", "Randomly selected free port per lamp.", "", "dynamic"},
		{"ICMP", "0, 8 *", "0/icmp 8/icmp", "listed"},
		{"TCP+UDP", "7200", "7200/tcp 7200/udp", "listed"},
		{"", "TCP port 7301. See the query below.", "7301/tcp", "listed"},
		{"", "UDP: random port number, greater than 7000", "7001-65535/udp", "dynamic"},
		{"", "TCP ポート 7021、HTTP (TCP ポート 7080) を使用します。 共有では UDP ポート 7137 と 7138、および TCP ポート 7139 が使用されます。", "7021/tcp 7080/tcp 7139/tcp 7137-7138/udp", "listed"},
		{"", "TCP ポート 7135 「ポート 7135 に関する注意事項」を参照", "7135/tcp", "listed"},
		{"TCP", "80 Note 2 alternate port available", "80/tcp", "listed"},
		{"TCP", "80 or 8530 Note 3", "80/tcp 8530/tcp", "listed"},
		{"", "requires access to UDP port 7111 and TCP port 7049 on the array", "7049/tcp 7111/udp", "listed"},
		{"TCP", "7443 (in 2 steps), 7444", "7443-7444/tcp", "listed"},
		{"", "TCP higher than 7500", "7501-65535/tcp", "listed"},
		{"", "UDP ports above 7500", "7501-65535/udp", "listed"},
		{"", "TCP ports over 7500", "7501-65535/tcp", "listed"},
		{"", "UDP ports larger than 7500 are chosen", "7501-65535/udp", "listed"},
		{"", "TCP > 7500", "7501-65535/tcp", "listed"},
		{"", "TCP >= 7500", "7500-65535/tcp", "listed"},
		{"", "TCP ≥ 7500", "7500-65535/tcp", "listed"},
		{"", "TCPの7500を超えるポート", "7501-65535/tcp", "listed"},
		{"", "7501,7502/tcp+udp", "7501-7502/tcp 7501-7502/udp", "listed"},
		{"", "7503/udp and tcp are used", "7503/tcp 7503/udp", "listed"},
		{"", "TCP port 7504 till 7506 is used", "7504-7506/tcp", "listed"},
		{"TCP over IPv6", "7507 (IPv6)", "7507/tcp", "listed"},
		{"TCP", "the HTTP port (80) or the HTTPS port (443)", "80/tcp 443/tcp", "listed"},
	} {
		row, _, err := Loosely(c.protocol, c.port)
		if err != nil {
			t.Errorf("%q %q: %v", c.protocol, c.port, err)
			continue
		}
		set, parseErr := portset.Parse(c.want)
		if parseErr != nil {
			t.Fatal(parseErr)
		}
		if row.Ports != set || row.Kind.String() != c.kind {
			t.Errorf("%q %q: %s %s, want %s %s", c.protocol, c.port, row.Ports.AppendText(nil), row.Kind, c.want, c.kind)
		}
	}
}

func TestLooselyLeaves(t *testing.T) {
	for _, c := range []struct{ port, want string }{
		{"Allow 50 agents on TCP port 7443", "50"},
		{"wait 30 seconds; port 0443 is old", "30 0443"},
		{"TCP 1,000 and 70000", "1,000 70000"},
	} {
		_, left, _ := Loosely("", c.port)
		got := ""
		for _, d := range left {
			got += d.Piece + " "
		}
		if strings.TrimSpace(got) != c.want {
			t.Errorf("%q leaves %q, want %q", c.port, got, c.want)
		}
	}
}
