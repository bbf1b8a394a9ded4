package flowlog

import (
	"bytes"
	"errors"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/valyala/fastjson"
)

// zeek decodes conn.log, whose header names the columns.
type zeek struct {
	known                                               bool
	time, from, fromPort, to, toPort, proto, state, all int
	row                                                 row
}

func (z *zeek) decode(line []byte, r *audit.Record) (err error) {
	if line[0] == '#' {
		return z.header(line)
	}
	if !z.known {
		return errors.New("no #fields before this line")
	}
	x := &z.row
	if x.cut(line, '\t', z.all); x.n < z.all {
		return errors.New("too few fields")
	}
	if r.First, err = seconds(x.at(z.time)); err != nil {
		return err
	}
	r.Last = r.First
	if err := endpoints(r, x.at(z.from), x.at(z.to), x.at(z.fromPort), x.at(z.toPort)); err != nil {
		return err
	}
	return zeekConnection(r, x.at(z.proto), x.at(z.state))
}

// header takes the places of the columns from the line of #fields.
func (z *zeek) header(line []byte) error {
	names, ok := bytes.CutPrefix(line, []byte("#fields\t"))
	if !ok {
		return errSkip
	}
	place := func(name string) int {
		for i, x := range bytes.Split(names, []byte("\t")) {
			if string(x) == name {
				z.all = max(z.all, i+1)
				return i
			}
		}
		return absent
	}
	z.all = 0
	z.time, z.proto, z.state = place("ts"), place("proto"), place("conn_state")
	z.from, z.fromPort = place("id.orig_h"), place("id.orig_p")
	z.to, z.toPort = place("id.resp_h"), place("id.resp_p")
	z.known = min(z.time, z.proto, z.from, z.fromPort, z.to, z.toPort) > absent
	if !z.known {
		return headerError{errors.New("not the fields of conn.log (expected: ts, id.orig_h, id.orig_p, id.resp_h, id.resp_p, proto)")}
	}
	return errSkip
}

// zeekConnection sets the protocol and the outcome of a connection.
func zeekConnection(r *audit.Record, proto, state []byte) (err error) {
	if string(proto) == "unknown_transport" {
		return errSkip
	}
	if r.Protocol, err = protocol(proto); err != nil {
		return err
	}
	if isICMP(r.Protocol) {
		icmp(r, r.FromPort) // Zeek has the type where others have the port of the source
		return nil
	}
	r.Opened = true
	switch string(state) {
	case "S0", "REJ", "RSTOS0", "SH":
		if r.Protocol == portbook.TCP {
			r.Outcome = audit.OutcomeAttempted
		}
	case "OTH", "SHR", "RSTRH": // no packet that opens it was seen
		r.Opened = false
	}
	return nil
}

// zeekJSON decodes a line of conn.log as JSON.
func zeekJSON(v *fastjson.Value, r *audit.Record) (err error) {
	if !v.Exists("id.orig_h") {
		return errSkip
	}
	if r.First, err = jsonTime(v.Get("ts"), nil); err != nil {
		return err
	}
	r.Last = r.First
	if err := jsonEnds(v, r, "id.orig_h", "id.resp_h", "id.orig_p", "id.resp_p"); err != nil {
		return err
	}
	return zeekConnection(r, v.GetStringBytes("proto"), v.GetStringBytes("conn_state"))
}

func (z *zeek) setsUp(lines []byte) bool { return hasDirective(lines) }

func (z *zeek) clone() decoder {
	c := *z
	c.row = row{}
	return &c
}
