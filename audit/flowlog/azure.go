package flowlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/portbook/portbook/audit"
	"github.com/valyala/fastjson"
)

// azure reads the records of a document one by one.
func (s *reading) azure(in io.Reader) error {
	dec := json.NewDecoder(in)
	for {
		token, err := dec.Token()
		if err == io.EOF && s.stats.Lines > 0 {
			return nil // the end, or several documents
		}
		if err != nil {
			return s.cutOff(err)
		}
		if token != "records" {
			continue
		}
		if token, err = dec.Token(); err != nil {
			return s.cutOff(err)
		}
		if token != json.Delim('[') {
			s.stats.Lines++
			s.broken(s.stats.Lines, errors.New("malformed records (expected: an array)"))
			continue
		}
		if err := s.azureRecords(dec); err != nil {
			return s.cutOff(err)
		}
	}
}

func (s *reading) azureRecords(dec *json.Decoder) error {
	var parser fastjson.Parser
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		v, err := parser.ParseBytes(raw)
		if err != nil {
			s.stats.Lines++
			s.broken(s.stats.Lines, err)
			continue
		}
		s.azureRecord(v)
	}
	return nil
}

// azureRecord reads the tuples of a record: of a network security group or of a
// virtual network.
func (s *reading) azureRecord(v *fastjson.Value) {
	group, network := &azureTuple{unit: 1}, &azureTuple{unit: 1000, network: true}
	for _, rules := range v.GetArray("properties", "flows") {
		for _, flow := range rules.GetArray("flows") {
			s.tuples(group, flow)
		}
	}
	for _, acl := range v.GetArray("flowRecords", "flows") {
		for _, flow := range acl.GetArray("flowGroups") {
			s.tuples(network, flow)
		}
	}
}

func (s *reading) tuples(d *azureTuple, flow *fastjson.Value) {
	var r audit.Record
	for _, tuple := range flow.GetArray("flowTuples") {
		s.stats.Lines++
		s.entry(d, tuple.GetStringBytes(), &r)
	}
}

// azureTuple decodes a tuple: its time, addresses, ports, protocol, direction,
// and then for groups the decision and for networks the state of the flow. The
// first address is of who opened it.
type azureTuple struct {
	unit    int64 // of time, in parts of a second
	network bool
}

func (d *azureTuple) decode(tuple []byte, r *audit.Record) (err error) {
	x := strings.Split(string(tuple), ",")
	if len(x) < 8 {
		return fmt.Errorf("too few fields: %s", excerpt(tuple))
	}
	if r.First, err = seconds([]byte(x[0])); err != nil {
		return err
	}
	r.First /= d.unit
	r.Last = r.First
	if err := endpoints(r, []byte(x[1]), []byte(x[2]), []byte(x[3]), []byte(x[4])); err != nil {
		return err
	}
	if r.Protocol, err = protocol([]byte(x[5])); err != nil {
		return err
	}
	if isICMP(r.Protocol) {
		return errSkip // the type is not in the log
	}
	r.Opened = true
	if x[7] == "D" {
		r.Outcome = audit.OutcomeBlocked
	}
	return nil
}

func (d *azureTuple) setsUp([]byte) bool { return false }

func (d *azureTuple) clone() decoder { return d }
