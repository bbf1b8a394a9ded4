package flowlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
)

// split finds where the fields of a line end, which sep separates, and stops
// when ends is full. It looks at eight bytes at a time. The last field ends with
// the line.
func split(line []byte, sep byte, ends []uint32) (fields int) {
	const low, high = 0x0101010101010101, 0x8080808080808080
	pattern := low * uint64(sep)
	i := 0
	for ; i+8 <= len(line); i += 8 {
		x := binary.LittleEndian.Uint64(line[i:]) ^ pattern
		// The high bit of each byte that is zero in x, and of no other.
		for hits := ^((x&^high + ^uint64(high)) | x | ^uint64(high)); hits != 0; hits &= hits - 1 {
			if fields == len(ends) {
				return fields
			}
			ends[fields] = uint32(i + bits.TrailingZeros64(hits)>>3)
			fields++
		}
	}
	for ; i < len(line); i++ {
		if line[i] == sep {
			if fields == len(ends) {
				return fields
			}
			ends[fields] = uint32(i)
			fields++
		}
	}
	if fields < len(ends) {
		ends[fields] = uint32(len(line))
		fields++
	}
	return fields
}

// address reads an address. Zones are cut off: they mean nothing elsewhere.
func address(b []byte) (netip.Addr, error) {
	if v, ok := ipv4(b); ok {
		return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}), nil
	}
	a, err := netip.ParseAddr(string(b))
	if err != nil {
		return netip.Addr{}, errors.New("malformed address: " + excerpt(b))
	}
	return a.Unmap().WithZone(""), nil
}

// ipv4 reads four numbers with dots between them.
func ipv4(b []byte) (v uint32, ok bool) {
	if len(b) < 7 || len(b) > 15 {
		return 0, false
	}
	var octet, digits uint32
	dots := 0
	for _, c := range b {
		if d := uint32(c) - '0'; d <= 9 {
			octet = octet*10 + d
			digits++
			continue
		}
		if c != '.' || digits == 0 || octet > 255 || digits > 3 {
			return 0, false
		}
		v = v<<8 | octet
		octet, digits = 0, 0
		dots++
	}
	return v<<8 | octet, dots == 3 && digits > 0 && digits <= 3 && octet <= 255
}

// number reads a decimal number up to a limit.
func number(b []byte, limit uint32) (n uint32, ok bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	for _, c := range b {
		d := uint32(c) - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, n <= limit
}

func port(b []byte) (portbook.Port, error) {
	n, ok := number(b, 65535)
	if !ok {
		return 0, errors.New("malformed port: " + excerpt(b))
	}
	return portbook.Port(n), nil
}

// seconds reads Unix time, and drops the fraction of a second.
func seconds(b []byte) (int64, error) {
	var n int64
	for i, c := range b {
		if c == '.' && i > 0 {
			break
		}
		d := int64(c) - '0'
		if d < 0 || d > 9 || i > 18 {
			return 0, errors.New("malformed time: " + excerpt(b))
		}
		n = n*10 + d
	}
	if len(b) == 0 {
		return 0, errors.New("missing time")
	}
	return n, nil
}

// excerpt quotes the beginning of what could not be read.
func excerpt(b []byte) string {
	const most = 40
	if len(b) > most {
		return quote(b[:most]) + "..."
	}
	return quote(b)
}

func quote(b []byte) string { return strconv.Quote(string(b)) }

// absent is the place of a column that a log does not have.
const absent = -1

// row is a line that is cut into its fields.
type row struct {
	line []byte
	ends []uint32
	n    int
}

// cut finds the first fields of a line.
func (x *row) cut(line []byte, sep byte, fields int) {
	if len(x.ends) < fields {
		x.ends = make([]uint32, fields)
	}
	x.line, x.n = line, split(line, sep, x.ends[:fields])
}

// at returns a field; nil where the line has none there.
func (x *row) at(i int) []byte {
	switch {
	case uint(i) >= uint(x.n):
		return nil
	case i == 0:
		return x.line[:x.ends[0]]
	}
	return x.line[x.ends[i-1]+1 : x.ends[i]]
}

// hasDirective reports whether one of some lines begins with #. It looks for #
// first, since that is rarer than the end of a line.
func hasDirective(lines []byte) bool {
	i := bytes.IndexByte(lines, '#')
	return i == 0 || i > 0 && bytes.Contains(lines[i-1:], []byte("\n#"))
}

// protocol reads a protocol by its name or number.
func protocol(b []byte) (portbook.Protocol, error) {
	switch string(b) {
	case "tcp", "TCP", "T", "6":
		return portbook.TCP, nil
	case "udp", "UDP", "U", "17":
		return portbook.UDP, nil
	case "icmp", "ICMP", "1":
		return portbook.ICMP, nil
	case "icmp6", "ICMPv6", "icmpv6", "IPv6-ICMP", "ipv6-icmp", "ICMP6":
		return portbook.IPv6ICMP, nil
	}
	if n, ok := number(b, 255); ok {
		return portbook.Protocol(n), nil
	}
	p, err := portbook.ParseProtocol(strings.ToLower(string(b)))
	if err != nil {
		return 0, errors.New("unknown protocol: " + excerpt(b))
	}
	return p, nil
}

// endpoints reads addresses and ports.
func endpoints(r *audit.Record, from, to, fromPort, toPort []byte) (err error) {
	if r.From, err = address(from); err != nil {
		return err
	}
	if r.To, err = address(to); err != nil {
		return err
	}
	if r.FromPort, err = port(fromPort); err != nil {
		return err
	}
	r.ToPort, err = port(toPort)
	return err
}

// icmp stores the type of a message in place of the port.
func icmp(r *audit.Record, kind portbook.Port) {
	if r.To.Is6() && r.Protocol == portbook.ICMP {
		r.Protocol = portbook.IPv6ICMP
	}
	r.FromPort, r.ToPort, r.Opened = 0, kind, true
}

func isICMP(p portbook.Protocol) bool { return p == portbook.ICMP || p == portbook.IPv6ICMP }

// swap turns a record of answers into one of what they answer.
func swap(r *audit.Record) {
	r.From, r.To, r.FromPort, r.ToPort = r.To, r.From, r.ToPort, r.FromPort
}
