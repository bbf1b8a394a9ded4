package lab

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/portbook/portbook"
	"golang.org/x/sys/unix"
)

// Traffic is machines with a router between them, for what logs them. It must
// only be used by a test within [Run].
type Traffic struct {
	t       *testing.T
	network *network
}

// NewTraffic makes machines with addresses.
func NewTraffic(t *testing.T, machines map[string][]netip.Addr) *Traffic {
	t.Helper()
	x := &Traffic{t, newNetwork(t, machines)}
	for name := range machines {
		x.network.command("ip", "-n", name, "link", "set", "lo", "up")
	}
	x.network.command("ip", "-n", router, "link", "set", "lo", "up")
	t.Cleanup(x.network.close)
	return x
}

// Router returns the machine between the others.
func (x *Traffic) Router() Machine { return Machine{x.t, router} }

// Capture stores the packets that reach the router. The function that it returns
// ends that, and returns them as pcap has them.
func (x *Traffic) Capture() (stop func() []byte) {
	x.t.Helper()
	const allProtocols = 0x0300 // in the order of the network
	var socket int
	err := within(router, func() (err error) {
		socket, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, allProtocols)
		return err
	})
	if err == nil {
		err = unix.SetsockoptTimeval(socket, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 100_000})
	}
	if err != nil {
		x.t.Fatal(err)
	}
	file := pcapHeader()
	var ended atomic.Bool
	var reader sync.WaitGroup
	reader.Go(func() {
		buffer := make([]byte, 1<<16)
		for {
			n, from, err := unix.Recvfrom(socket, buffer, 0)
			at, _ := from.(*unix.SockaddrLinklayer)
			switch {
			case err != nil && ended.Load(): // nothing came for a while
				return
			case err != nil, at == nil, at.Pkttype == unix.PACKET_OUTGOING, at.Hatype == unix.ARPHRD_LOOPBACK:
			default:
				file = appendPacket(file, time.Now(), buffer[:n])
			}
		}
	})
	return func() []byte {
		ended.Store(true)
		reader.Wait()
		unix.Close(socket)
		return file
	}
}

// pcapHeader begins a file of frames of Ethernet.
func pcapHeader() []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, 2), 4)
	b = append(b, make([]byte, 8)...)
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, 1<<16), 1)
}

func appendPacket(b []byte, at time.Time, frame []byte) []byte {
	b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, uint32(at.Unix())), uint32(at.Nanosecond()/1000))
	b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, uint32(len(frame))), uint32(len(frame)))
	return append(b, frame...)
}

// Machine returns the machine with an address.
func (x *Traffic) Machine(a netip.Addr) Machine {
	x.t.Helper()
	for name, list := range x.network.addresses {
		if slices.Contains(list, a) {
			return Machine{x.t, name}
		}
	}
	x.t.Fatalf("no machine has %v", a)
	return Machine{}
}

// Listen echoes what arrives at a port.
func (x *Traffic) Listen(a netip.Addr, protocol portbook.Protocol, port portbook.Port) {
	x.t.Helper()
	x.network.listen(x.Machine(a).name, a, protocol, port)
}

// Open opens a connection, and reports whether it was accepted.
func (x *Traffic) Open(from, to netip.Addr, protocol portbook.Protocol, port portbook.Port, accepted bool) {
	x.t.Helper()
	ok, err := probe{x.Machine(from).name, from, to, protocol, port}.reaches(accepted)
	if err != nil || accepted && !ok {
		x.t.Fatalf("%v to %v, %d of %v: %v, %v", from, to, port, protocol, ok, err)
	}
}

// Start starts a program on the machine. The function that it returns ends it as
// ^C would, and returns what it wrote.
func (m Machine) Start(program string, args ...string) (stop func() string) {
	m.t.Helper()
	var out bytes.Buffer
	cmd := exec.Command("ip", append([]string{"netns", "exec", m.name, program}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	return func() string {
		cmd.Process.Signal(syscall.SIGINT)
		cmd.Wait() // a program that is interrupted has a status of its own
		return out.String()
	}
}

// Output runs a program on the machine, and returns what it writes.
func (m Machine) Output(program string, args ...string) string {
	m.t.Helper()
	cmd := exec.Command("ip", append([]string{"netns", "exec", m.name, program}, args...)...)
	var messages strings.Builder
	cmd.Stderr = &messages
	out, err := cmd.Output()
	if err != nil {
		m.t.Fatalf("%s on %s: %v\n%s", program, m.name, err, messages.String())
	}
	return string(out)
}
