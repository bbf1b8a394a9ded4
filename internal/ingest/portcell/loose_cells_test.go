package portcell

import (
	"fmt"
	"testing"
)

// TestLooselyInDetail reads cells that the grammar refuses, each beside one
// that differs where a rule begins or ends: what is taken of the protocol cell,
// what of the port cell, and what is left.
func TestLooselyInDetail(t *testing.T) {
	for _, c := range []struct{ protocol, port, want string }{
		{"Syslog over TLS", "6514", `unstated; application "Syslog"@0#-1; application "TLS"@12#-1; quirks application-as-protocol | 6514@0; implied tcp`},
		{"SSL", "990", `unstated; application "SSL"@0#-1; quirks application-as-protocol | 990@0`},
		{"gRPC (TLS)", "9000", `unstated; application "gRPC"@0#-1; remark "TLS"@6#-1; quirks application-as-protocol | 9000@0`},
		{"TLS", "443", `unstated; application "TLS"@0#-1; quirks application-as-protocol | 443@0`},
		{"Foo DNS", "53", `unstated; application "Foo"@0#-1; application "DNS"@4#-1 | 53@0; implied tcp+udp`},
		{"Foo UDP DNS", "53", `protocols udp; unstated; application "Foo"@0#-1; application "DNS"@8#-1 | 53@0`},
		{"Foo TCP or UDP", "53", `protocols tcp+udp; unstated; choice one-of; application "Foo"@0#-1 | 53@0`},
		{"Foo UDP or", "53", `protocols udp; unstated; application "Foo"@0#-1 | 53@0`},
		{"Foo, TCP/IP", "80", `protocols tcp; unstated; application "Foo"@0#-1 | 80@0`},
		{"Foo, Bar NTP", "123", `unstated; application "Foo"@0#-1; application "NTP"@9#-1 | 123@0; implied udp`},
		{"thisisaverylongnameofaprotocol", "80", `unstated | 80@0`},
		{"thisisaverylongnameofaprotoco", "80", `unstated; application "thisisaverylongnameofaprotoco"@0#-1 | 80@0`},
		{"Foo SSL Syslog", "80", `unstated; application "Foo"@0#-1; application "Syslog"@8#-1 | 80@0; implied tcp`},
		{"Foo SSL TCP", "80", `protocols tcp; unstated; application "Foo"@0#-1 | 80@0`},
		{"", "use TCP/UDP 53", `unstated | tcp+udp 53@12`},
		{"", "use TCP, UDP 53", `unstated | tcp+udp 53@13`},
		{"", "use TCP + UDP 53", `unstated | tcp+udp 53@14`},
		{"", "use TCP & UDP 53", `unstated | tcp+udp 53@14`},
		{"", "use TCP; UDP 53", `unstated | udp 53@13; protocols tcp+udp`},
		{"", "use TCP\nUDP 53", `unstated | udp 53@12; protocols tcp+udp`},
		{"", "use TCP and UDP 53", `unstated | tcp+udp 53@16`},
		{"", "use TCP-UDP 53", `refused; left "53"@12 is a number in a text`},
		{"", "use TCP - UDP 53", `unstated | tcp+udp 53@14`},
		{"", "use TCP. UDP 53", `unstated | udp 53@13; protocols tcp+udp`},
		{"", "use TCP UDP 53", `unstated | tcp+udp 53@12`},
		{"", "use TCP or UDP 53", `unstated | tcp+udp 53@15; choice one-of`},
		{"", "use TCP * UDP 53", `unstated | udp 53@14; protocols tcp+udp`},
		{"", "x 53/udp", `refused; left "53"@2 is a number in a text`},
		{"", "port 53/udp, 80 tcp and 443 (TCP)", `unstated | udp 53@5; tcp 80@13; tcp 443@24`},
		{"", "80, 443/tcp is used", `unstated | tcp 80@0; tcp 443@4`},
		{"", "port 80 and 443 TCP, 53 UDP ok", `unstated | tcp 80@5; tcp 443@12; udp 53@21`},
		{"", "port 80 TCP 443 ok", `unstated | tcp 80@5; tcp 443@12`},
		{"", "TCP 80 UDP 53 ok", `unstated | tcp 80@4; udp 53@11`},
		{"", "port 80, UDP 53 ok", `unstated | udp 80@5; udp 53@13`},
		{"", "port 80 web, 443", `unstated | 80@5; left "443"@13 is a number in a text`},
		{"", "port 80 web 443 TCP", `unstated | tcp 80@5; left "443"@12 is a number in a text`},
		{"", "TCP 80 (see step 3)", `unstated | tcp 80@4; remark "see step 3"@8#0; doubt "3"@17 is a number in a remark`},
		{"", "TCP 80 (2) ok", `unstated | tcp 80@4`},
		{"", "TCP 80 (12) ok", `unstated | tcp 80@4`},
		{"", "TCP 80 (123) ok", `unstated | tcp 80@4; left "123"@8 is a number in a text`},
		{"", "TCP 80 (8443 alt)", `unstated | tcp 80@4; remark "8443 alt"@8#0; doubt "8443"@8 is a number in a remark`},
		{"", "ok TCP (8443 alt)", `unstated | tcp 8443@8`},
		{"", "ok (8443)", `unstated | 8443@4`},
		{"", "ok (port 8443)", `unstated | 8443@9`},
		{"", "ok (TLS 8443)", `refused`},
		{"", "port 80 (port 8443) ok", `unstated | 80@5; 8443@14`},
		{"", "ok TCP 80. 90 agents", `unstated | tcp 80@7; left "90"@11 is a number in a text`},
		{"", "ok TCP 80.90 agents", `refused; left "80.90"@7 is not a port`},
		{"", "ok TCP 1.2.3.4 port 80", `unstated | tcp 80@20; left "1.2.3.4"@7 is not a port`},
		{"", "ok TCP 80.. agents 5", `unstated | tcp 80@7; left "5"@19 is a number in a text`},
		{"", "ok TCP 1,000", `refused; left "1,000"@7 is not a port`},
		{"", "ok TCP 10,000", `refused; left "10,000"@7 is not a port`},
		{"", "ok TCP 100,200", `unstated | tcp 100@7; tcp 200@11`},
		{"", "ok TCP 10,200,300", `unstated | tcp 10@7; tcp 200@10; tcp 300@14`},
		{"", "ok TCP 10,20", `unstated | tcp 10@7; tcp 20@10`},
		{"", "ok TCP 10, 200", `unstated | tcp 10@7; tcp 200@11`},
		{"", "Oracle: 1521", `unstated | 1521@8`},
		{"", "Oracle: none 1521", `refused; left "1521"@13 is a number in a text`},
		{"", "Oracle/1521 ok", `refused; left "1521"@7 is a number in a text`},
		{"", "Oracle; 1521", `refused; left "1521"@8 is a number in a text`},
		{"", "HTTPS/8443 ok", `unstated | 8443@6; application "HTTPS"@0#-1`},
		{"", "HTTPS 8443 ok", `refused; left "8443"@6 is a number in a text`},
		{"", "HTTPS (8443) ok", `unstated | 8443@7; application "HTTPS"@0#-1`},
		{"", "HTTPS, 8443 ok", `refused; left "8443"@7 is a number in a text`},
		{"", "port is 80 ok", `unstated | 80@8`},
		{"", "port number greater than 80", `unstated | 81-65535@25`},
		{"", "port number lower than 80", `refused; left "80"@23 is a number in a text`},
		{"", "port 80 to 90 ok", `unstated | 80-90@5`},
		{"", "port 80...90 ok", `unstated | 80-90@5`},
		{"", "port 80.90 ok", `refused; left "80.90"@5 is not a port`},
		{"", "port 80 - 90 ok", `unstated | 80-90@5`},
		{"", "port 80 and above ok", `unstated | 80-65535@5`},
		{"", "port 80 and above", `unstated | 80-65535@5`},
		{"", "port between 80 and 90 ok", `unstated | 80@13; 90@20`},
		{"", "port 90-80 ok", `refused; left "90"@5 is not a port`},
		{"", "port 80-70000 ok", `unstated | 80-65535@5; quirks port-above-65535`},
		{"", "port 65535 ok", `unstated | 65535@5`},
		{"", "port 65536 ok", `refused; left "65536"@5 is not a port`},
		{"", "port 0 ok", `refused; left "0"@5 is not a port`},
		{"", "ICMP type 0 ok", `refused`},
		{"", "uses ICMP 8", `unstated | icmp 8@10`},
		{"", "uses ICMP 255", `unstated | icmp 255@10`},
		{"", "uses ICMP 256", `refused; left "256"@10 is not a port`},
		{"ICMP", "uses type 8, port 8", `protocols icmp; unstated | 8@18`},
		{"ICMP", "uses port 0", `protocols icmp; unstated | 0@10`},
		{"", "port 65535 and above ok", `unstated | 65535@5`},
		{"", "port 80-", `unstated | 80@5`},
		{"", "ok port 80 to", `unstated | 80@8`},
		{"", "uses random ports", `unstated | dynamic; quirks port-not-numeric`},
		{"", "uses dynamicports (5000)", `unstated | 5000@19; dynamic; quirks port-not-numeric`},
		{"", "uses dynamic ports (5000-6000)", `unstated | 5000-6000@20; dynamic; quirks port-not-numeric`},
		{"", "port 80, then dynamic", `unstated | 80@5`},
		{"", "as configured", `unstated | varies; quirks port-not-numeric`},
		{"", "任意のポート", `unstated | reference; phrase "任意のポート"@0#-1; quirks port-not-numeric`},
		{"", "as you like", `refused`},
		{"", "as set 5", `refused; left "5"@7 is a number in a text`},
		{"", "ok TCP 80, 80, UDP 80, 80", `unstated | tcp 80@7; udp 80@19`},
		{"TCP", "ok port 80, TCP 80", `protocols tcp; unstated | 80@8; tcp 80@16`},
		{"TCP", "ok TCP 80, port 80", `protocols tcp; unstated | tcp 80@7`},
		{"", "webport 8080 ok", `refused; left "8080"@8 is a number in a text`},
		{"", "web 8080 ok", `refused; left "8080"@4 is a number in a text`},
		{"", "port 80 or 81 ok", `unstated | 80@5; 81@11; choice one-of`},
		{"", "TCP 80 % 81", `unstated | tcp 80@4; left "81"@9 is a number in a text`},
		{"", "one port 80 TCP, port 81", `unstated | tcp 80@9; tcp 81@22`},
		{"", "port 81, port 80", `unstated | 81@5; 80@14`},
		{"", "port 81 ok (TCP) UDP 5", `unstated | 81@5; udp 5@21; protocols tcp+udp`},
	} {
		row, left, err := Loosely(c.protocol, c.port)
		got := show(row.Protocol) + " | " + show(row.Port)
		if err != nil {
			got = "refused"
		}
		for _, d := range left {
			got += fmt.Sprintf("; left %q@%d %s", d.Piece, d.Offset, d.Reason)
		}
		if list := row.Protocol.Implied(); list != nil {
			got += "; implied " + names(list)
		}
		if got != c.want {
			t.Errorf("%q %q:\n got %s\nwant %s", c.protocol, c.port, got, c.want)
		}
	}
}
