package sockets_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/audit/sockets"
)

func TestRead(t *testing.T) {
	for name, x := range map[string]struct{ in, want string }{
		"ss": {`udp   UNCONN 0      0      127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=501,fd=13))
tcp   LISTEN 0      4096         0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=700,fd=3),("sshd",pid=701,fd=3))
tcp   LISTEN 0      511                *:443              *:*
tcp   LISTEN 0      128             [::]:22            [::]:*
udp   UNCONN 0      0      [fe80::1]%eth0:546           [::]:*
udp   ESTAB  0      0      192.0.2.1:40000     192.0.2.9:53
`, `udp 127.0.0.53:53 systemd-resolve
tcp 0.0.0.0:22 sshd
tcp :::443 
tcp :::22 
udp fe80::1:546 
`},
		"netstat on Linux": {`Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      700/sshd: /usr/sbin
tcp        0      0 192.0.2.1:22            192.0.2.9:50000         ESTABLISHED 900/sshd
tcp6       0      0 :::80                   :::*                    LISTEN      -
udp        0      0 0.0.0.0:68              0.0.0.0:*                           400/dhclient
Active UNIX domain sockets (servers and established)
unix  2      [ ACC ]     STREAM     LISTENING     1234     /run/x
`, `tcp 0.0.0.0:22 sshd: /usr/sbin
tcp :::80 
udp 0.0.0.0:68 dhclient
`},
		"netstat on Windows": {"\r\nアクティブな接続\r\n\r\n  プロトコル  ローカル アドレス      外部アドレス           状態\r\n" +
			"  TCP         0.0.0.0:135            0.0.0.0:0              LISTENING\r\n" +
			"  TCP         192.0.2.1:139          0.0.0.0:0              ABHÖREN\r\n" +
			"  TCP         192.0.2.1:50000        192.0.2.9:443          ESTABLISHED\r\n" +
			"  TCP         [::]:445               [::]:0                 LISTENING       4\r\n" +
			"  UDP         0.0.0.0:123            *:*\r\n" +
			"  UDP         [fe80::1%5]:1900       *:*\r\n", `tcp 0.0.0.0:135 
tcp 192.0.2.1:139 
tcp :::445 
udp 0.0.0.0:123 
udp fe80::1:1900 
`},
		"netstat on BSD": {`tcp4       0      0  *.22                   *.*                    LISTEN
tcp4       0      0  127.0.0.1.631          *.*                    LISTEN
tcp4       0      0  192.0.2.1.50000        192.0.2.9.443          ESTABLISHED
`, `tcp :::22 
tcp 127.0.0.1:631 
`},
	} {
		list, err := sockets.Read(strings.NewReader(x.in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got strings.Builder
		for _, s := range list {
			fmt.Fprintf(&got, "%v %v:%v %s\n", s.Protocol, s.Address, s.Port, s.Program)
		}
		if d := cmp.Diff(x.want, got.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "sockets: no sockets (expected: the output of ss -Hntulp or netstat -an)",
		"something else\n":                   "sockets: no sockets (expected: the output of ss -Hntulp or netstat -an)",
		"tcp LISTEN 0\n":                     `sockets: line 1: no addresses in "tcp LISTEN 0" (expected: the output of ss -Hntulp or netstat -an)`,
		"\ntcp LISTEN 0 1 host:22 0.0.0.0:*": `sockets: line 2: no address in "host:22"`,
		"tcp LISTEN 0 1 0.0.0.0:* 0.0.0.0:*": `sockets: line 1: no port in "0.0.0.0:*"`,
	} {
		if _, err := sockets.Read(strings.NewReader(in)); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", in, err, want)
		}
	}
}

// FuzzRead: no list makes it fail.
func FuzzRead(f *testing.F) {
	f.Add("tcp LISTEN 0 128 [::]:22 [::]:* users:((\"sshd\",pid=1,fd=3))")
	f.Add("  UDP    0.0.0.0:123    *:*")
	f.Fuzz(func(t *testing.T, in string) {
		list, err := sockets.Read(strings.NewReader(in))
		for _, s := range list {
			if err == nil && !s.Address.IsValid() {
				t.Errorf("%q: %+v", in, s)
			}
		}
	})
}
