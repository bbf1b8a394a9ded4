package probe_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/firewall/probe"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/internal/testkit/policies"
	"github.com/portbook/portbook/site"
)

// TestRun runs a script against ports of this machine that are open, closed,
// and silent.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for an answer that does not come")
	}
	open, full := listenTCP(t), listenFull(t)
	closed := closedPort(t, "tcp")
	openUDP, closedUDP := listenUDP(t), closedPort(t, "udp")
	want := map[string]string{
		fmt.Sprintf("127.0.0.1 %d/tcp", open):       "open",
		fmt.Sprintf("127.0.0.1 %d/tcp", closed):     "refused",
		fmt.Sprintf("127.0.0.1 %d/tcp", full):       "no answer",
		fmt.Sprintf("127.0.0.1 %d/udp", openUDP):    "not refused",
		fmt.Sprintf("127.0.0.1 %d/udp", closedUDP):  "refused",
		"127.0.0.0/8 40000/tcp":                     "not tested",
		fmt.Sprintf("nowhere.invalid %d/tcp", open): "unknown name",
	}
	ports := fmt.Sprintf("%d,%d,%d/tcp %d,%d/udp", open, closed, full, openUDP, closedUDP)
	got, status := run(t, ports)
	for row, result := range want {
		if row == "127.0.0.0/8 40000/tcp" {
			row = fmt.Sprintf("127.0.0.0/8 %d/tcp", open)
		}
		if got[row] != result {
			t.Errorf("%s: %q, want %q", row, got[row], result)
		}
	}
	if status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
}

// TestRunOpen runs a script whose every port is open.
func TestRunOpen(t *testing.T) {
	open := listenTCP(t)
	plan := planTo(t, fmt.Sprintf("%d/tcp", open), "127.0.0.1")
	got, status := runPlan(t, plan)
	if result := got[fmt.Sprintf("127.0.0.1 %d/tcp", open)]; result != "open" || status != 0 {
		t.Errorf("%q and exit status %d, want open and 0", result, status)
	}
}

func run(t *testing.T, ports string) (results map[string]string, status int) {
	t.Helper()
	return runPlan(t, planTo(t, ports, "127.0.0.1", "127.0.0.0/8", "nowhere.invalid"))
}

// planTo returns the plan of a site whose host own opens connections to hosts
// at places.
func planTo(t *testing.T, ports string, places ...string) *site.Plan {
	t.Helper()
	flows := hostile.Flows(hostile.Catalog{Names: []string{"own", "peer"}, Ports: ports})
	hosts := []site.Host{{Name: policies.Own, Roles: []portbook.Component{"p/a"}, Addresses: []portbook.Host{portbook.MustParseHost("192.0.2.1")}}}
	for i, place := range places {
		h := site.Host{Name: fmt.Sprintf("peer%d", i), Roles: []portbook.Component{"p/b"}}
		at := portbook.MustParseHost(place)
		if _, isName := at.Name(); isName {
			h.Names = []portbook.Host{at}
		} else {
			h.Addresses = []portbook.Host{at}
		}
		hosts = append(hosts, h)
	}
	s, err := site.New(flows.Catalog(), site.Definition{Name: "local", Hosts: hosts})
	if err != nil {
		t.Fatal(err)
	}
	return s.Plan()
}

// runPlan runs the script of the host own and returns the result of each row,
// by its address and port.
func runPlan(t *testing.T, plan *site.Plan) (results map[string]string, status int) {
	t.Helper()
	script := write(t, probe.WriteBash, policies.For(t, plan, policies.Own, i18n.Localizer{}))
	command := exec.Command(consumer.Program(t, "bash"))
	command.Stdin = bytes.NewReader(script)
	command.Env = append(os.Environ(), "PORTBOOK_WAIT=1")
	out, err := command.Output()
	if err != nil && command.ProcessState.ExitCode() < 0 {
		t.Fatal(err)
	}
	results = map[string]string{}
	for line := range strings.Lines(string(out)) {
		if result, row, ok := strings.Cut(line, " peer"); ok {
			fields := strings.Fields(row)
			results[fields[1]+" "+fields[2]] = strings.TrimSpace(result)
		}
	}
	return results, command.ProcessState.ExitCode()
}

func listenTCP(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().(*net.TCPAddr).Port
}

func listenUDP(t *testing.T) int {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.LocalAddr().(*net.UDPAddr).Port
}

// closedPort returns a port on which nothing listens.
func closedPort(t *testing.T, network string) int {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.LocalAddr().(*net.UDPAddr).Port
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// listenFull returns a port that does not answer: as many connections wait as
// its queue holds, so that the kernel drops further ones.
func listenFull(t *testing.T) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	address, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := address.(*syscall.SockaddrInet4).Port
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return port
}
