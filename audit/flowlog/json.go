package flowlog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/valyala/fastjson"
)

// jsonLines decodes an object of JSON a line.
type jsonDecoder struct {
	parser fastjson.Parser
	object func(*fastjson.Value, *audit.Record) error
}

func jsonLines(object func(*fastjson.Value, *audit.Record) error) *jsonDecoder {
	return &jsonDecoder{object: object}
}

func (d *jsonDecoder) decode(line []byte, r *audit.Record) error {
	v, err := d.parser.ParseBytes(line)
	if err != nil {
		return fmt.Errorf("malformed JSON: %s", excerpt(line))
	}
	if v.Type() != fastjson.TypeObject {
		return fmt.Errorf("not a JSON object: %s", excerpt(line))
	}
	return d.object(v, r)
}

// suricata decodes an event of EVE.
func suricata(v *fastjson.Value, r *audit.Record) (err error) {
	if string(v.GetStringBytes("event_type")) != "flow" {
		return errSkip
	}
	flow := v.Get("flow")
	if r.First, err = jsonTime(flow.Get("start"), nil); err != nil {
		return err
	}
	if r.Last, err = jsonTime(flow.Get("end"), nil); err != nil {
		r.Last = r.First
	}
	if r.Protocol, err = protocol(v.GetStringBytes("proto")); err != nil {
		return err
	}
	if err := jsonEnds(v, r, "src_ip", "dest_ip", "src_port", "dest_port"); err != nil {
		return err
	}
	r.Opened = true
	switch {
	case isICMP(r.Protocol):
		icmp(r, portbook.Port(v.GetUint("icmp_type")))
	case string(flow.GetStringBytes("action")) == "drop":
		r.Outcome = audit.OutcomeBlocked
	case r.Protocol == portbook.TCP && string(flow.GetStringBytes("state")) == "new":
		r.Outcome = audit.OutcomeAttempted
	}
	return nil
}

// nfdump decodes a flow of nfdump, which is packets of one direction.
func nfdump(location *time.Location) func(*fastjson.Value, *audit.Record) error {
	return func(v *fastjson.Value, r *audit.Record) (err error) {
		if kind := v.GetStringBytes("type"); kind != nil && string(kind) != "FLOW" {
			return errSkip
		}
		if r.First, err = jsonTime(firstOf(v, "first", "t_first"), location); err != nil {
			return err
		}
		if r.Last, err = jsonTime(firstOf(v, "last", "t_last"), location); err != nil {
			return err
		}
		r.Sampled = v.GetInt("sampled") != 0
		if r.Protocol, err = protocol(jsonText(v.Get("proto"))); err != nil {
			return err
		}
		from, to := "src4_addr", "dst4_addr"
		if !v.Exists(from) {
			from, to = "src6_addr", "dst6_addr"
		}
		if err := jsonEnds(v, r, from, to, "src_port", "dst_port"); err != nil {
			return err
		}
		if isICMP(r.Protocol) {
			kind := v.GetUint("icmp_type")
			if !v.Exists("icmp_type") || kind == 0 && r.Protocol == portbook.IPv6ICMP {
				return errSkip // the type was not exported: that of an answer of IPv4 is 0, too
			}
			icmp(r, portbook.Port(kind))
			return nil
		}
		if r.Protocol == portbook.TCP {
			nfdumpFlags(r, v.GetStringBytes("tcp_flags"))
		}
		return nil
	}
}

// nfdumpFlags finds out by the flags of TCP who opened a connection and what
// became of it: SYN alone got no answer, and RST with nothing but ACK refused.
func nfdumpFlags(r *audit.Record, flags []byte) {
	has := func(flag byte) bool { return bytes.IndexByte(flags, flag) >= 0 }
	switch {
	case has('S') && !has('A'):
		r.Opened, r.Outcome = true, audit.OutcomeAttempted
	case has('R') && !has('S') && !has('F') && !has('P'):
		r.Outcome = audit.OutcomeAttempted
	}
}

// nfdump reads flows that follow each other: one a line, or over several lines,
// with commas between them and brackets around all, as without -q.
func (s *reading) nfdump(in *bufio.Reader, head []byte, location *time.Location) error {
	d := jsonLines(nfdump(location))
	line, _, _ := bytes.Cut(bytes.TrimSpace(head), []byte("\n"))
	if line = bytes.TrimSpace(line); len(line) > 1 && line[0] == '{' && line[len(line)-1] == '}' {
		return s.lines(in, d)
	}
	var r audit.Record
	o := objects{in: in}
	for {
		flow, err := o.next()
		if len(flow) > 0 {
			s.stats.Lines++
			s.entry(d, flow, &r)
		}
		switch {
		case err == errLong:
			s.stats.Lines++
			s.broken(s.stats.Lines, err)
		case err != nil:
			s.stats.Truncated = s.stats.Truncated || o.depth > 0
			if s.isEnd(err) {
				return nil
			}
			return err
		}
	}
}

// objects cuts JSON objects out of a stream, whatever is between them.
type objects struct {
	in    *bufio.Reader
	buf   []byte
	depth int
}

var errLong = fmt.Errorf("an object of more than %d bytes", mostLine)

// next returns the next object, which is good until the next call. Of one that
// is too long the rest is skipped like what is between objects.
func (o *objects) next() ([]byte, error) {
	o.buf, o.depth = o.buf[:0], 0
	text, escaped := false, false
	for {
		c, err := o.in.ReadByte()
		if err != nil {
			return nil, err
		}
		if o.depth == 0 && c != '{' {
			continue
		}
		o.buf = append(o.buf, c)
		switch {
		case escaped:
			escaped = false
		case text && c == '\\':
			escaped = true
		case c == '"':
			text = !text
		case text:
		case c == '{':
			o.depth++
		case c == '}':
			if o.depth--; o.depth == 0 {
				return o.buf, nil
			}
		}
		if len(o.buf) > mostLine {
			return nil, errLong
		}
	}
}

// cutOff notes that a document of JSON ends too early, or is broken.
func (s *reading) cutOff(err error) error {
	var syntax *json.SyntaxError
	switch {
	case err == nil:
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		s.stats.Truncated = true
	case errors.As(err, &syntax):
		s.stats.Lines++
		s.broken(s.stats.Lines, err)
	default:
		return err
	}
	return nil
}

// firstOf returns the value of the first key that an object has.
func firstOf(v *fastjson.Value, keys ...string) *fastjson.Value {
	for _, key := range keys {
		if x := v.Get(key); x != nil {
			return x
		}
	}
	return nil
}

// jsonEnds reads addresses and ports.
func jsonEnds(v *fastjson.Value, r *audit.Record, from, to, fromPort, toPort string) error {
	port := func(key string) []byte {
		if x := v.Get(key); x != nil {
			return jsonText(x)
		}
		return []byte("0")
	}
	return endpoints(r, v.GetStringBytes(from), v.GetStringBytes(to), port(fromPort), port(toPort))
}

// jsonText returns a string or a number as text; nil for others.
func jsonText(v *fastjson.Value) []byte {
	if v == nil {
		return nil
	}
	switch v.Type() {
	case fastjson.TypeString:
		return v.GetStringBytes()
	case fastjson.TypeNumber:
		return v.MarshalTo(nil)
	}
	return nil
}

// timeLayouts are those of programs that write JSON.
var timeLayouts = []string{
	"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999-0700", "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006/01/02 15:04:05",
}

// jsonTime reads Unix time as a number, or a time as text: in a location where
// it has no zone.
func jsonTime(v *fastjson.Value, location *time.Location) (int64, error) {
	if v == nil {
		return 0, errors.New("missing time")
	}
	if v.Type() == fastjson.TypeNumber {
		return seconds(v.MarshalTo(nil))
	}
	return textTime(v.GetStringBytes(), location)
}

func textTime(b []byte, location *time.Location) (int64, error) {
	if location == nil {
		location = time.UTC
	}
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, string(b), location); err == nil {
			return t.Unix(), nil
		}
	}
	return 0, errors.New("malformed time: " + excerpt(b))
}

func (d *jsonDecoder) setsUp([]byte) bool { return false }

func (d *jsonDecoder) clone() decoder { return jsonLines(d.object) }
