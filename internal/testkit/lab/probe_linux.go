package lab

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/portbook/portbook"
	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// probe is a try to open a connection.
type probe struct {
	machine  string // that opens it
	from, to netip.Addr
	protocol portbook.Protocol
	port     portbook.Port // or the type of a message
}

// How long to wait for an answer: an expected one is waited for longer, so that
// a busy machine does no harm.
const (
	patience   = 10 * time.Second
	impatience = 500 * time.Millisecond
)

// reaches reports whether the packets of a probe reach their destination and an
// answer comes back. Where something listens it has to answer what it hears;
// elsewhere it is an answer to be refused.
func (p probe) reaches(listens bool) (ok bool, err error) {
	wait := impatience
	if listens {
		wait = patience
	}
	err = within(p.machine, func() error {
		switch p.protocol {
		case portbook.TCP, portbook.UDP:
			err := p.talk(wait)
			ok = err == nil || !listens && errors.Is(err, syscall.ECONNREFUSED)
			return ignoreSilence(err)
		}
		err := p.ping(wait)
		ok = err == nil
		return ignoreSilence(err)
	})
	return ok, err
}

// ignoreSilence returns an error but for those of packets without an answer.
func ignoreSilence(err error) error {
	var timeout net.Error
	if errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &timeout) && timeout.Timeout() ||
		errors.Is(err, syscall.EPERM) { // what the output chain of the machine drops
		return nil
	}
	return err
}

// talk says something and waits for its echo.
func (p probe) talk(wait time.Duration) error {
	var local net.Addr = &net.TCPAddr{IP: p.from.AsSlice()}
	network := "tcp"
	if p.protocol == portbook.UDP {
		local, network = &net.UDPAddr{IP: p.from.AsSlice()}, "udp"
	}
	d := net.Dialer{LocalAddr: local, Timeout: wait}
	c, err := d.Dial(network, netip.AddrPortFrom(p.to, uint16(p.port)).String())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return err
	}
	if _, err := c.Write([]byte("ping")); err != nil {
		return err
	}
	_, err = io.ReadFull(c, make([]byte, 4))
	return err
}

// ping sends a message that asks for an answer, and waits for that.
func (p probe) ping(wait time.Duration) error {
	network, number := "ip4:icmp", 1
	var kind icmp.Type = ipv4.ICMPType(p.port)
	if p.to.Is6() {
		network, number, kind = "ip6:ipv6-icmp", 58, ipv6.ICMPType(p.port)
	}
	c, err := icmp.ListenPacket(network, p.from.String())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return err
	}
	id := nextID()
	m := icmp.Message{Type: kind, Body: &icmp.RawBody{Data: append([]byte{byte(id >> 8), byte(id), 0, 1}, make([]byte, 12)...)}}
	data, err := m.Marshal(nil)
	if err != nil {
		return err
	}
	if _, err := c.WriteTo(data, &net.IPAddr{IP: p.to.AsSlice()}); err != nil {
		return err
	}
	buffer := make([]byte, 1500)
	for {
		size, peer, err := c.ReadFrom(buffer)
		if err != nil {
			return err
		}
		answer, err := icmp.ParseMessage(number, buffer[:size])
		if err != nil || answer.Type == kind || peer.String() != p.to.String() || size < 8 {
			continue
		}
		if int(buffer[4])<<8|int(buffer[5]) == id {
			return nil
		}
	}
}

// listen echoes what arrives at a port of a machine, until the test ends.
func (n *network) listen(machine string, address netip.Addr, protocol portbook.Protocol, port portbook.Port) {
	n.t.Helper()
	at := netip.AddrPortFrom(address, uint16(port))
	err := within(machine, func() error {
		if protocol == portbook.UDP {
			c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
			if err != nil {
				return err
			}
			n.t.Cleanup(func() { c.Close() })
			go func() {
				buffer := make([]byte, 100)
				for {
					size, from, err := c.ReadFromUDPAddrPort(buffer)
					if errors.Is(err, net.ErrClosed) {
						return
					}
					c.WriteToUDPAddrPort(buffer[:size], from)
				}
			}()
			return nil
		}
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
		if err != nil {
			return err
		}
		n.t.Cleanup(func() { l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					io.Copy(c, c)
					c.Close()
				}()
			}
		}()
		return nil
	})
	if err != nil {
		n.t.Fatal(err)
	}
}
