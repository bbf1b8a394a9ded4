package lab

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/testkit/consumer"
	"golang.org/x/sys/unix"
)

// inside is the environment variable that a test has within its namespaces.
const inside = "PORTBOOK_LAB"

// Run runs the calling test once more, as a process of its own namespaces of
// mounts and networks, and there test. Nothing of it stays behind. A test that
// may not make namespaces skips, as one whose programs are missing.
func Run(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	if os.Getenv(inside) != "" {
		if err := unix.Mount("none", "/run", "tmpfs", 0, ""); err != nil { // where ip has its namespaces
			t.Fatal(err)
		}
		test(t)
		return
	}
	unshare := []string{consumer.Program(t, "unshare"), "--mount", "--net"}
	if os.Getuid() != 0 {
		unshare = append(unshare, "--user", "--map-root-user")
	}
	consumer.Program(t, "ip")
	if out, err := exec.Command(unshare[0], append(unshare[1:], "mount", "-t", "tmpfs", "none", "/run")...).CombinedOutput(); err != nil {
		consumer.Missing(t, fmt.Sprintf("no privilege to make network namespaces (%v: %s)", err, bytes.TrimSpace(out)))
	}
	cmd := exec.Command(unshare[0], append(unshare[1:], "--fork", "--kill-child", os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")...)
	cmd.Env = append(os.Environ(), inside+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// network is machines with a line each to a router.
type network struct {
	t         *testing.T
	addresses map[string][]netip.Addr // of machines
}

const router = "router"

// newNetwork makes namespaces for machines, with routes to all addresses.
func newNetwork(t *testing.T, addresses map[string][]netip.Addr) *network {
	t.Helper()
	n := &network{t, addresses}
	n.command("ip", "netns", "add", router)
	n.sysctl(router, "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")
	number := 0
	for machine, list := range addresses {
		number++
		line := fmt.Sprintf("line%d", number)
		n.command("ip", "netns", "add", machine)
		n.sysctl(machine, "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0", "net.ipv6.conf.default.accept_dad=0")
		n.command("ip", "-n", router, "link", "add", line, "type", "veth", "peer", "name", "line", "netns", machine)
		batch := []string{
			"link set lo up", "link set line up", "addr add fe80::2/64 dev line nodad",
			"route add default via 169.254.0.1 dev line onlink",
		}
		here := []string{
			"addr add 169.254.0.1/32 dev " + line, "link set " + line + " up", "addr add fe80::1/64 dev " + line + " nodad",
		}
		for _, a := range list {
			flags := ""
			if a.Is6() {
				flags = " nodad"
			}
			batch = append(batch, fmt.Sprintf("addr add %s/%d dev line%s", a, a.BitLen(), flags))
			here = append(here, fmt.Sprintf("route add %s/%d dev %s", a, a.BitLen(), line))
		}
		n.batch(router, here)
		n.batch(machine, append(batch, "route add default via fe80::1 dev line"))
	}
	return n
}

// close removes the machines.
func (n *network) close() {
	n.command("ip", "netns", "del", router)
	for machine := range n.addresses {
		n.command("ip", "netns", "del", machine)
	}
}

func (n *network) sysctl(machine string, settings ...string) {
	n.t.Helper()
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		err := within(machine, func() error {
			return os.WriteFile("/proc/sys/"+strings.ReplaceAll(name, ".", "/"), []byte(value), 0)
		})
		if err != nil {
			n.t.Fatal(err)
		}
	}
}

func (n *network) batch(machine string, lines []string) {
	n.t.Helper()
	cmd := exec.Command("ip", "-n", machine, "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n"))
	if out, err := cmd.CombinedOutput(); err != nil {
		n.t.Fatalf("ip -batch of %s: %v\n%s%s", machine, err, out, strings.Join(lines, "\n"))
	}
}

func (n *network) command(name string, args ...string) {
	n.t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		n.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// within calls f on a thread that is in the namespace of a machine. Sockets that
// f opens stay there.
func within(machine string, f func() error) error {
	failed := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		failed <- func() error {
			ns, err := os.Open("/run/netns/" + machine)
			if err != nil {
				return err
			}
			defer ns.Close()
			if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
				return err
			}
			return f()
		}()
	}()
	return <-failed
}
