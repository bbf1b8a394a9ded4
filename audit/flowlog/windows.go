package flowlog

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook/audit"
)

// windows decodes pfirewall.log.
type windows struct {
	known                                                            bool
	location                                                         *time.Location
	date, time, action, proto, from, to, fromPort, toPort, icmp, all int
	row                                                              row
}

func (d *windows) decode(line []byte, r *audit.Record) (err error) {
	if line[0] == '#' {
		return d.header(line)
	}
	if !d.known {
		return errors.New("no #Fields before this line")
	}
	x := &d.row
	if x.cut(line, ' ', d.all); x.n < d.all {
		return errors.New("too few fields")
	}
	switch string(x.at(d.action)) {
	case "ALLOW", "OPEN", "OPEN-INBOUND":
	case "DROP":
		r.Outcome = audit.OutcomeBlocked
	default: // CLOSE, INFO-EVENTS-LOST
		return errSkip
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", string(x.at(d.date))+" "+string(x.at(d.time)), d.location)
	if err != nil {
		return errors.New("malformed time: " + excerpt(slices.Concat(x.at(d.date), []byte(" "), x.at(d.time))))
	}
	r.First, r.Last = at.Unix(), at.Unix()
	if r.Protocol, err = protocol(x.at(d.proto)); err != nil {
		return err
	}
	if err := endpoints(r, x.at(d.from), x.at(d.to), zeroFor(x.at(d.fromPort)), zeroFor(x.at(d.toPort))); err != nil {
		return err
	}
	r.Opened = true
	if isICMP(r.Protocol) {
		kind, err := port(x.at(d.icmp))
		if err != nil {
			return errSkip // the type is not in the line
		}
		icmp(r, kind)
	}
	return nil
}

// zeroFor returns a port of protocols that have none.
func zeroFor(b []byte) []byte {
	if string(b) == "-" {
		return []byte("0")
	}
	return b
}

// header takes the places of the columns, and what times are.
func (d *windows) header(line []byte) error {
	if zone, ok := bytes.CutPrefix(line, []byte("#Time Format:")); ok {
		if z := strings.TrimSpace(string(zone)); strings.EqualFold(z, "UTC") || strings.EqualFold(z, "GMT") {
			d.location = time.UTC
		}
		return errSkip
	}
	fields, ok := bytes.CutPrefix(line, []byte("#Fields:"))
	if !ok {
		return errSkip
	}
	names := strings.Fields(string(fields))
	d.all = 0
	place := func(name string) int {
		i := slices.Index(names, name)
		d.all = max(d.all, i+1)
		return i
	}
	d.date, d.time, d.action, d.proto = place("date"), place("time"), place("action"), place("protocol")
	d.from, d.to, d.fromPort, d.toPort = place("src-ip"), place("dst-ip"), place("src-port"), place("dst-port")
	d.icmp = place("icmptype")
	d.known = min(d.date, d.time, d.action, d.proto, d.from, d.to, d.fromPort, d.toPort) > absent
	if !d.known {
		return headerError{errors.New("not the fields of a firewall log (expected: date time action protocol src-ip dst-ip src-port dst-port)")}
	}
	return errSkip
}

func (d *windows) setsUp(lines []byte) bool { return hasDirective(lines) }

func (d *windows) clone() decoder {
	c := *d
	c.row = row{}
	return &c
}
