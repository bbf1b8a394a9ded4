package flowlog

import (
	"bytes"
	"errors"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
)

// netfilter decodes the lines that iptables and nftables log of packets, by the
// kernel or by ulogd, with whatever precedes them. Lines of others are skipped.
type netfilter struct{}

func (netfilter) setsUp([]byte) bool { return false }
func (d netfilter) clone() decoder   { return d }

func (netfilter) decode(line []byte, r *audit.Record) (err error) {
	at := bytes.Index(line, []byte("IN="))
	if at < 0 || !bytes.Contains(line, []byte(" SRC=")) {
		return errSkip
	}
	before, packet := line[:at], line[at:]
	if i := bytes.IndexByte(packet, '['); i >= 0 {
		packet = packet[:i] // another packet, which this one is an error about
	}
	value := func(key string) []byte { return valueOf(packet, " "+key+"=") }
	if r.Protocol, err = protocol(value("PROTO")); err != nil {
		return err
	}
	if err := endpoints(r, value("SRC"), value("DST"), orZero(value("SPT")), orZero(value("DPT"))); err != nil {
		return err
	}
	first, _, _ := bytes.Cut(line, []byte(" "))
	if t, err := textTime(first, nil); err == nil { // other times have no year
		r.First, r.Last = t, t
	}
	if isDenial(before) {
		r.Outcome = audit.OutcomeBlocked
	}
	if isICMP(r.Protocol) {
		kind, err := port(value("TYPE"))
		icmp(r, kind)
		return err
	}
	if r.Protocol == portbook.TCP && bytes.Contains(packet, []byte(" SYN ")) {
		r.Opened = true
		if bytes.Contains(packet, []byte(" ACK ")) {
			swap(r)
		}
	}
	return nil
}

// valueOf returns what follows a key, up to a space.
func valueOf(b []byte, key string) []byte {
	i := bytes.Index(b, []byte(key))
	if i < 0 {
		return nil
	}
	value, _, _ := bytes.Cut(b[i+len(key):], []byte(" "))
	return value
}

// isDenial reports whether the prefix that a rule gives its lines says that the
// rule denies: the kernel itself does not say what becomes of a packet.
func isDenial(prefix []byte) bool {
	prefix = bytes.ToLower(prefix)
	for _, word := range []string{"drop", "deny", "denied", "reject", "block"} {
		if bytes.Contains(prefix, []byte(word)) {
			return true
		}
	}
	return false
}

// conntrack decodes what conntrack -L and -E print. Of the events of a connection
// the last one, of its end, says what became of it.
type conntrack struct{}

func (conntrack) setsUp([]byte) bool { return false }
func (d conntrack) clone() decoder   { return d }

func (conntrack) decode(line []byte, r *audit.Record) (err error) {
	head, _, ok := bytes.Cut(line, []byte(" src="))
	if !ok || bytes.Contains(head, []byte("[NEW]")) || bytes.Contains(head, []byte("[UPDATE]")) {
		return errSkip
	}
	if r.Protocol, err = conntrackHead(head, r); err != nil {
		return err
	}
	// The first of each are those of the packet that opened the connection.
	if err := endpoints(r, valueOf(line, " src="), valueOf(line, " dst="), orZero(valueOf(line, " sport=")), orZero(valueOf(line, " dport="))); err != nil {
		return err
	}
	r.Opened = true
	if isICMP(r.Protocol) {
		kind, err := port(valueOf(line, " type="))
		icmp(r, kind)
		return err
	}
	if r.Protocol == portbook.TCP && !bytes.Contains(line, []byte("[ASSURED]")) {
		r.Outcome = audit.OutcomeAttempted // no connection came about
	}
	return nil
}

// conntrackHead reads the time, where there is one, and the protocol: its name,
// which its number follows. A family can precede these in the same form.
func conntrackHead(head []byte, r *audit.Record) (portbook.Protocol, error) {
	fields := bytes.Fields(head)
	if len(fields) > 0 {
		if t, err := seconds(bytes.Trim(fields[0], "[]")); err == nil && fields[0][0] == '[' {
			r.First, r.Last = t, t
		}
	}
	for i, field := range fields {
		if c := field[0]; i+1 == len(fields) || c == '[' || bytes.HasPrefix(field, []byte("ipv")) && bytes.IndexByte([]byte("46"), field[len(field)-1]) >= 0 {
			continue
		}
		if n, ok := number(fields[i+1], 255); ok && !isDigits(field) {
			return portbook.Protocol(n), nil
		}
	}
	return 0, errors.New("no protocol: " + excerpt(head))
}

func isDigits(b []byte) bool { return len(bytes.Trim(b, "0123456789")) == 0 }
