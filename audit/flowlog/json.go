package flowlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
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
			icmp(r, portbook.Port(v.GetUint("icmp_type")))
			return nil
		}
		flags := string(v.GetStringBytes("tcp_flags"))
		if r.Protocol == portbook.TCP && strings.Contains(flags, "S") && !strings.Contains(flags, "A") {
			r.Opened, r.Outcome = true, audit.OutcomeAttempted
		}
		return nil
	}
}

// nfdump reads an array of flows, or one a line.
func (s *reading) nfdump(in io.Reader, head []byte, location *time.Location) error {
	d := jsonLines(nfdump(location))
	if !strings.HasPrefix(strings.TrimSpace(string(head)), "[") {
		return s.lines(in, d)
	}
	dec := json.NewDecoder(in)
	for {
		switch _, err := dec.Token(); {
		case err == io.EOF && s.stats.Lines > 0:
			return nil
		case err != nil:
			return s.cutOff(err)
		}
		if err := s.flows(dec, d); err != nil {
			return s.cutOff(err)
		}
	}
}

// flows reads the flows of an array.
func (s *reading) flows(dec *json.Decoder, d decoder) error {
	var r audit.Record
	for dec.More() {
		var flow json.RawMessage
		if err := dec.Decode(&flow); err != nil {
			return err
		}
		s.stats.Lines++
		s.entry(d, flow, &r)
	}
	_, err := dec.Token()
	return err
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
