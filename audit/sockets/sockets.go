// Package sockets reads the lists of sockets that ss and netstat print, on Linux
// and on Windows in any language: it goes by columns, not by words.
//
//	list, err := sockets.Read(file) // the output of "ss -lntup" or "netstat -abno"
//	findings := audit.Listening(plan, host, list)
//
// Package audit compares them with what a site needs: see [audit.Listening].
package sockets

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
)

// mostLine is the length of a line that is still read.
const mostLine = 64 << 10

// Read returns the sockets on which a machine listens, from the output of "ss
// -Hntulp", "ss -ntul", "netstat -an" or "netstat -tulpn". A socket listens when
// its peer can be any. Lines about anything but TCP or UDP sockets are skipped.
// The error names a line that is one and cannot be read, or says that there is
// none.
func Read(r io.Reader) ([]audit.Socket, error) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, mostLine)
	var list []audit.Socket
	sockets := 0
	for line := 1; in.Scan(); line++ {
		fields := strings.Fields(strings.TrimPrefix(in.Text(), "\ufeff"))
		p, ok := protocol(fields)
		if !ok {
			continue
		}
		sockets++
		at := local(fields)
		if at < 0 || at+1 >= len(fields) {
			return nil, fmt.Errorf("sockets: line %d: no addresses in %q (expected: the output of ss -Hntulp or netstat -an)", line, in.Text())
		}
		if !isAny(fields[at+1]) {
			continue
		}
		s, err := socket(fields[at])
		if err != nil {
			return nil, fmt.Errorf("sockets: line %d: %w", line, err)
		}
		s.Protocol, s.Program = p, program(fields[at+2:])
		list = append(list, s)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("sockets: %w", err)
	}
	if sockets == 0 {
		return nil, fmt.Errorf("sockets: no sockets (expected: the output of ss -Hntulp or netstat -an)")
	}
	return list, nil
}

// protocol returns that of a line; ok is false where it is of no socket.
func protocol(fields []string) (p portbook.Protocol, ok bool) {
	if len(fields) < 3 {
		return 0, false
	}
	switch strings.ToLower(fields[0]) {
	case "tcp", "tcp4", "tcp6", "tcp46":
		return portbook.TCP, true
	case "udp", "udp4", "udp6", "udp46", "udplite":
		return portbook.UDP, true
	}
	return 0, false
}

// local returns the place of the local address: the first field after the
// protocol that ends in a port. Before it can be a state and the lengths of
// queues.
func local(fields []string) int {
	for i := 1; i < len(fields); i++ {
		if _, _, ok := cutPort(fields[i]); ok {
			return i
		}
	}
	return -1
}

// cutPort cuts an address with its port, "*" for any, which follows the last
// colon, or the last dot as on BSD.
func cutPort(s string) (host, port string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		if i = strings.LastIndexByte(s, '.'); i < 0 || strings.Count(s, ".") != 4 && !strings.HasPrefix(s, "*.") {
			return "", "", false
		}
	}
	host, port = s[:i], s[i+1:]
	if port == "*" {
		return host, port, true
	}
	_, err := portbook.ParsePortRange(port)
	return host, port, err == nil
}

// isAny reports whether a peer is any: its port is open.
func isAny(peer string) bool {
	_, port, ok := cutPort(peer)
	return ok && (port == "*" || port == "0")
}

func socket(s string) (audit.Socket, error) {
	host, port, _ := cutPort(s)
	r, err := portbook.ParsePortRange(port)
	if err != nil || r.Len() != 1 {
		return audit.Socket{}, fmt.Errorf("no port in %q", s)
	}
	x := audit.Socket{Port: r.First()}
	host, _, _ = strings.Cut(strings.Trim(host, "[]"), "%") // an interface follows
	host = strings.TrimSuffix(host, "]")
	if host == "*" || host == "" {
		x.Address = netip.IPv6Unspecified() // which is for both families
		return x, nil
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return audit.Socket{}, fmt.Errorf("no address in %q", s)
	}
	x.Address = a.Unmap()
	return x, nil
}

// program returns the name that ss or netstat give: users:(("sshd",pid=1,fd=3))
// or 1/sshd.
func program(fields []string) string {
	rest := strings.Join(fields, " ")
	if _, s, ok := strings.Cut(rest, `users:(("`); ok {
		name, _, _ := strings.Cut(s, `"`)
		return name
	}
	for i, s := range fields {
		if pid, name, ok := strings.Cut(s, "/"); ok && pid != "" && strings.Trim(pid, "0123456789") == "" {
			return strings.TrimSuffix(strings.Join(append([]string{name}, fields[i+1:]...), " "), ":")
		}
	}
	return ""
}
