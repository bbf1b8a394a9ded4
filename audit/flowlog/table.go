package flowlog

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/audit"
	"github.com/valyala/fastjson"
)

// Field is what a column of a table means, or a key of an object.
type Field string

// The fields. Source, Destination, DestinationPort and Protocol are needed.
const (
	FieldSource          Field = "src"
	FieldDestination     Field = "dst"
	FieldSourcePort      Field = "sport"
	FieldDestinationPort Field = "dport"
	FieldProtocol        Field = "proto"
	FieldTime            Field = "time"
	FieldEnd             Field = "end"
	FieldAction          Field = "action" // allowed or denied
	FieldICMPType        Field = "icmp-type"
	FieldSampling        Field = "sampling" // of how many packets one was looked at
)

// Fields returns all fields.
func Fields() []Field {
	return []Field{
		FieldSource, FieldDestination, FieldSourcePort, FieldDestinationPort, FieldProtocol, FieldTime, FieldEnd, FieldAction, FieldICMPType, FieldSampling,
	}
}

// commonNames are the names that programs have for fields, in lower case
// without spaces, dots, hyphens and underscores.
var commonNames = map[Field][]string{
	FieldSource:          {"src", "srcip", "srcaddr", "source", "sourceip", "sourceaddress", "saddr", "idorigh", "clientip", "送信元", "送信元ip", "送信元アドレス", "送信元ipアドレス"},
	FieldDestination:     {"dst", "dstip", "dstaddr", "destination", "destinationip", "destip", "destinationaddress", "daddr", "idresph", "serverip", "宛先", "宛先ip", "宛先アドレス", "宛先ipアドレス"},
	FieldSourcePort:      {"sport", "srcport", "sourceport", "idorigp", "clientport", "送信元ポート"},
	FieldDestinationPort: {"dport", "dstport", "destport", "destinationport", "idrespp", "serverport", "port", "宛先ポート", "ポート"},
	FieldProtocol:        {"proto", "protocol", "ipprotocol", "transport", "プロトコル"},
	FieldTime:            {"time", "ts", "timestamp", "start", "starttime", "first", "date", "datetime", "日時", "時刻"},
	FieldEnd:             {"end", "endtime", "last", "stop"},
	FieldAction:          {"action", "decision", "verdict", "disposition", "result", "処理", "アクション"},
	FieldICMPType:        {"icmptype"},
	FieldSampling:        {"sampling", "samplingrate", "samplerate", "samplinginterval", "samplerinterval"},
}

// fold makes names of a field equal that differ in case and punctuation.
func fold(name string) string {
	return strings.NewReplacer(" ", "", ".", "", "-", "", "_", "").Replace(strings.ToLower(name))
}

// columnOf returns the column of a field: the one that its user names, or the
// first with a common name.
func columnOf(f Field, chosen map[Field]string, names []string) (int, error) {
	if name, ok := chosen[f]; ok {
		if i := slices.Index(names, name); i >= 0 {
			return i, nil
		}
		return absent, fmt.Errorf("no column %q for %s (expected: one of %s)", name, f, strings.Join(names, ", "))
	}
	for _, common := range commonNames[f] {
		if i := slices.IndexFunc(names, func(name string) bool { return fold(name) == common }); i >= 0 {
			return i, nil
		}
	}
	return absent, nil
}

// isNeeded reports whether every record needs the field.
func (f Field) isNeeded() bool {
	return f == FieldSource || f == FieldDestination || f == FieldDestinationPort || f == FieldProtocol
}

// csvTable decodes CSV with a header. The separator is that of the header.
type csvTable struct {
	fields   map[Field]string
	location *time.Location
	sep      byte
	columns  map[Field]int
	row      row
	all      int
}

func (d *csvTable) decode(line []byte, r *audit.Record) error {
	if d.columns == nil {
		if err := d.header(line); err != nil {
			return headerError{err}
		}
		return errSkip
	}
	get := d.plain
	if bytes.IndexByte(line, '"') >= 0 {
		cells, err := d.cells(line)
		if err != nil {
			return err
		}
		get = func(f Field) []byte {
			if i, ok := d.columns[f]; ok && i < len(cells) {
				return []byte(cells[i])
			}
			return nil
		}
	} else if d.row.cut(line, d.sep, d.all); d.row.n < d.all {
		return errors.New("too few columns")
	}
	return fromFields(get, d.location, r)
}

// plain returns a field of a line without quotes.
func (d *csvTable) plain(f Field) []byte {
	i, ok := d.columns[f]
	if !ok {
		return nil
	}
	return bytes.TrimSpace(d.row.at(i))
}

func (d *csvTable) cells(line []byte) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(line))
	r.Comma, r.TrimLeadingSpace = rune(d.sep), true
	cells, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("malformed CSV: %s", excerpt(line))
	}
	return cells, nil
}

// header finds the columns.
func (d *csvTable) header(line []byte) error {
	d.sep = ','
	for _, sep := range []byte{';', '\t'} {
		if bytes.Count(line, []byte{sep}) > bytes.Count(line, []byte{d.sep}) {
			d.sep = sep
		}
	}
	names, err := d.cells(line)
	if err != nil {
		return err
	}
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	columns := map[Field]int{}
	for _, f := range Fields() {
		i, err := columnOf(f, d.fields, names)
		switch {
		case err != nil:
			return err
		case i != absent:
			columns[f] = i
			d.all = max(d.all, i+1)
		case f.isNeeded():
			return fmt.Errorf("no column for %s among %s (expected: --field %s=NAME)", f, strings.Join(names, ", "), f)
		}
	}
	d.columns = columns
	return nil
}

// ndjson decodes objects; a key within a nested object is written with dots.
type ndjson struct {
	fields   map[Field]string
	location *time.Location
	parser   fastjson.Parser
	keys     map[string][]string // paths, by the keys as written
	chosen   map[Field]string    // the keys of the first object that has them
}

func (d *ndjson) decode(line []byte, r *audit.Record) error {
	v, err := d.parser.ParseBytes(line)
	if err != nil || v.Type() != fastjson.TypeObject {
		return fmt.Errorf("not a JSON object: %s", excerpt(line))
	}
	if d.chosen == nil {
		if err := d.choose(v); err != nil {
			return headerError{err}
		}
	}
	return fromFields(func(f Field) []byte {
		key, ok := d.chosen[f]
		if !ok {
			return nil
		}
		return jsonText(v.Get(d.keys[key]...))
	}, d.location, r)
}

// choose finds the keys of the fields.
func (d *ndjson) choose(v *fastjson.Value) error {
	var names []string
	d.keys = map[string][]string{}
	var walk func(o *fastjson.Object, path []string)
	walk = func(o *fastjson.Object, path []string) {
		o.Visit(func(key []byte, v *fastjson.Value) {
			path := append(slices.Clone(path), string(key))
			if within, err := v.Object(); err == nil && len(path) < 8 {
				walk(within, path)
				return
			}
			name := strings.Join(path, ".")
			names = append(names, name)
			d.keys[name] = path
		})
	}
	walk(v.GetObject(), nil)
	chosen := map[Field]string{}
	for _, f := range Fields() {
		i, err := columnOf(f, d.fields, names)
		switch {
		case err != nil:
			return err
		case i != absent:
			chosen[f] = names[i]
		case f.isNeeded():
			return fmt.Errorf("no key for %s among %s (expected: --field %s=NAME)", f, strings.Join(names, ", "), f)
		}
	}
	d.chosen = chosen
	return nil
}

// fromFields makes a record of the fields of a table. Where the table has ports
// of sources and does not say what was allowed, it is one of packets, which do
// not say who opened the connection.
func fromFields(get func(Field) []byte, location *time.Location, r *audit.Record) (err error) {
	if r.Protocol, err = protocol(get(FieldProtocol)); err != nil {
		return err
	}
	if err := endpoints(r, get(FieldSource), get(FieldDestination), orZero(get(FieldSourcePort)), orZero(get(FieldDestinationPort))); err != nil {
		return err
	}
	if r.First, err = anyTime(get(FieldTime), location); err != nil {
		return err
	}
	if r.Last, err = anyTime(get(FieldEnd), location); err != nil {
		return err
	}
	r.Last = max(r.First, r.Last)
	action := get(FieldAction)
	if r.Outcome, err = outcome(action); err != nil {
		return err
	}
	if n, ok := number(get(FieldSampling), 1e9-1); ok {
		r.Sampled = n > 1
	}
	r.Opened = len(action) > 0 || len(get(FieldSourcePort)) == 0
	if !isICMP(r.Protocol) {
		return nil
	}
	kind := get(FieldICMPType)
	if len(kind) == 0 {
		return errSkip // the type is not in the log
	}
	n, err := port(kind)
	icmp(r, portbook.Port(n))
	return err
}

// orZero returns the port of a cell, which is empty for protocols without ports.
func orZero(b []byte) []byte {
	if s := string(b); s == "" || s == "-" {
		return []byte("0")
	}
	return b
}

// anyTime reads Unix time in seconds, milliseconds or smaller parts, or a time
// as text; 0 for none.
func anyTime(b []byte, location *time.Location) (int64, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, err := seconds(b)
	if err != nil {
		return textTime(b, location)
	}
	for n >= 1e11 { // the year 5138 in seconds
		n /= 1000
	}
	return n, nil
}

// outcome reads whether something was allowed.
func outcome(b []byte) (audit.Outcome, error) {
	switch strings.ToLower(string(b)) {
	case "", "allow", "allowed", "accept", "accepted", "pass", "permit", "permitted", "built", "close", "end", "許可", "通過":
		return audit.OutcomeConnected, nil
	case "deny", "denied", "drop", "dropped", "block", "blocked", "reject", "rejected", "拒否", "遮断":
		return audit.OutcomeBlocked, nil
	case "timeout", "refused", "attempt", "attempted", "s0", "rej":
		return audit.OutcomeAttempted, nil
	}
	return 0, errors.New("unknown action: " + excerpt(b) + " (expected: allow or deny)")
}

func (d *csvTable) setsUp([]byte) bool { return d.columns == nil }

func (d *csvTable) clone() decoder {
	c := *d
	c.row = row{}
	return &c
}

func (d *ndjson) setsUp([]byte) bool { return d.chosen == nil }

func (d *ndjson) clone() decoder {
	return &ndjson{fields: d.fields, location: d.location, keys: d.keys, chosen: d.chosen}
}
