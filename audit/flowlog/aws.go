package flowlog

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
)

// aws decodes VPC flow logs of any version and any fields.
type aws struct {
	from, to, fromPort, toPort, proto, start, end, action, flags, status, all int
	row                                                                       row
}

// awsDefault is what AWS writes where nobody chose fields.
const awsDefault = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"

// newAWS returns a decoder for logs without a header: with the fields of header,
// or with those that AWS writes by default.
func newAWS(header string) (*aws, error) {
	if header == "" {
		header = awsDefault
	}
	d := &aws{}
	names := strings.Fields(strings.NewReplacer("${", " ", "}", " ").Replace(header))
	if err := d.columns(names); err != nil {
		return nil, fmt.Errorf("fields of the log %q: %w", header, err)
	}
	return d, nil
}

// columns takes the places of the fields. The addresses of packets come before
// those of the interface, which can be of a gateway between the ends.
func (d *aws) columns(names []string) error {
	d.all = 0
	place := func(names_ ...string) int {
		for _, name := range names_ {
			if i := slices.Index(names, name); i >= 0 {
				d.all = max(d.all, i+1)
				return i
			}
		}
		return absent
	}
	d.from, d.to = place("pkt-srcaddr", "srcaddr"), place("pkt-dstaddr", "dstaddr")
	d.fromPort, d.toPort, d.proto = place("srcport"), place("dstport"), place("protocol")
	d.start, d.end = place("start"), place("end")
	d.action, d.flags, d.status = place("action"), place("tcp-flags"), place("log-status")
	if min(d.from, d.to, d.fromPort, d.toPort, d.proto) == absent {
		return errors.New("a field is missing (expected: srcaddr, dstaddr, srcport, dstport, protocol)")
	}
	return nil
}

func (d *aws) decode(line []byte, r *audit.Record) (err error) {
	if line[0] >= 'a' && line[0] <= 'z' && d.setsUp(line) {
		if err := d.columns(strings.Fields(string(line))); err != nil {
			return headerError{err}
		}
		return errSkip
	}
	x := &d.row
	if x.cut(line, ' ', d.all); x.n < d.all {
		return errors.New("too few fields")
	}
	switch status := x.at(d.status); {
	case len(status) > 2, string(x.at(d.from)) == "-": // NODATA, SKIPDATA
		return errSkip
	}
	if err := endpoints(r, x.at(d.from), x.at(d.to), x.at(d.fromPort), x.at(d.toPort)); err != nil {
		return err
	}
	if r.Protocol, err = protocol(x.at(d.proto)); err != nil {
		return err
	}
	if isICMP(r.Protocol) {
		return errSkip // the type is not in the log
	}
	if d.start != absent {
		if r.First, err = seconds(x.at(d.start)); err != nil {
			return err
		}
	}
	if r.Last = r.First; d.end != absent {
		if r.Last, err = seconds(x.at(d.end)); err != nil {
			return err
		}
	}
	if string(x.at(d.action)) == "REJECT" {
		r.Outcome = audit.OutcomeBlocked
	}
	d.orient(r, x.at(d.flags))
	return nil
}

// The flags of TCP. AWS has ACK only beside SYN.
const (
	flagSYN = 2
	flagACK = 16
)

// orient finds out by the flags of TCP who opened the connection.
func (d *aws) orient(r *audit.Record, flags []byte) {
	n, ok := number(flags, 255)
	if !ok || r.Protocol != portbook.TCP || n&flagSYN == 0 {
		// What is rejected without flags was stopped on its way in or out.
		return
	}
	r.Opened = true
	if n&flagACK != 0 {
		swap(r)
	}
}

func (d *aws) setsUp(lines []byte) bool {
	return bytes.Contains(lines, []byte("srcaddr")) || bytes.Contains(lines, []byte("srcport"))
}

func (d *aws) clone() decoder {
	c := *d
	c.row = row{}
	return &c
}
