package diff

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/portbook/portbook"
	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// ReadSnapshot reads a JSON export: the report that `portbook report --format
// json` writes, with its version, its language and the names of its components.
// Fields that are not known are skipped. Lists that are missing are empty, and
// values that documents may leave open are unstated, so that exports of other
// releases can be read. The error is a *[RecordError] when it is about one flow;
// errors of r are wrapped. It reads as it goes, and keeps the records.
func ReadSnapshot(r io.Reader) (Snapshot, error) {
	b := bufio.NewReader(r)
	if err := skipMark(b); err != nil {
		return Snapshot{}, err
	}
	// The decoder would replace what is not UTF-8, and the texts would differ.
	x := exportReader{decoder: json.NewDecoder(transform.NewReader(b, encoding.UTF8Validator))}
	if err := x.read(); errors.Is(err, encoding.ErrInvalidUTF8) {
		return Snapshot{}, errors.New("diff: the export is in another encoding than UTF-8 (expected: UTF-8, as --output writes it)")
	} else if err != nil {
		return Snapshot{}, err
	}
	s, err := NewSnapshot(x.version, x.language, x.flows)
	return s.WithNames(x.names), err
}

// skipMark skips a byte order mark, with which some editors begin a file, and
// refuses the encoding that some shells give to what they redirect.
func skipMark(b *bufio.Reader) error {
	switch begin, _ := b.Peek(3); {
	case string(begin) == "\ufeff":
		_, err := b.Discard(3)
		return err
	case len(begin) >= 2 && (string(begin[:2]) == "\xff\xfe" || string(begin[:2]) == "\xfe\xff"):
		return errors.New("diff: the export is in UTF-16 (expected: UTF-8, as --output writes it)")
	}
	return nil
}

// exportReader reads an export.
type exportReader struct {
	decoder           *json.Decoder
	version, language string
	names             map[string]string
	flows             []portbook.FlowRecord
}

func (x *exportReader) read() error {
	start, err := x.decoder.Token()
	if err != nil {
		return malformedExport(err)
	}
	switch start {
	case json.Delim('{'):
		err = x.readReport()
	case json.Delim('['):
		err = errors.New("diff: the export is a bare list, which does not say its language and names (expected: a report, as portbook report --format json writes it)")
	default:
		err = errors.New("diff: the export is not a report (expected: what portbook report --format json writes)")
	}
	if err != nil {
		return err
	}
	if _, err := x.decoder.Token(); err != io.EOF {
		return errors.New("diff: the export goes on after its end")
	}
	return nil
}

// malformedExport wraps an error of the decoder, which tells the offset.
func malformedExport(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("diff: the export is not JSON: %w", err)
}

// readReport reads a report, after its opening brace.
func (x *exportReader) readReport() error {
	found := false
	for x.decoder.More() {
		key, err := x.decoder.Token()
		if err != nil {
			return malformedExport(err)
		}
		switch key {
		case "version":
			err = x.readValue(&x.version, "version")
		case "language":
			err = x.readValue(&x.language, "language")
		case "names":
			err = x.readValue(&x.names, "names")
		case "flows":
			found = true
			err = x.readArray()
		default:
			var skipped json.RawMessage
			if err = x.decoder.Decode(&skipped); err != nil {
				err = malformedExport(err)
			}
		}
		if err != nil {
			return err
		}
	}
	if _, err := x.decoder.Token(); err != nil { // the closing brace
		return malformedExport(err)
	}
	if !found {
		return errors.New(`diff: the export has no "flows" (expected: a report with --view flows)`)
	}
	return nil
}

func (x *exportReader) readValue(v any, key string) error {
	if err := x.decoder.Decode(v); err != nil {
		return fmt.Errorf("diff: %q of the export: %w", key, err)
	}
	return nil
}

// readArray reads the flows of a report.
func (x *exportReader) readArray() error {
	start, err := x.decoder.Token()
	if err != nil {
		return malformedExport(err)
	}
	if start != json.Delim('[') {
		return errors.New(`diff: "flows" of the export is not a list`)
	}
	return x.readFlows()
}

// readFlows reads flows up to the closing bracket.
func (x *exportReader) readFlows() error {
	for i := len(x.flows); x.decoder.More(); i++ {
		var raw json.RawMessage
		if err := x.decoder.Decode(&raw); err != nil {
			return &RecordError{i, "", malformedFlow(err)}
		}
		var r portbook.FlowRecord
		if err := json.Unmarshal(raw, &r); err != nil {
			return &RecordError{i, idOf(raw), err}
		}
		x.flows = append(x.flows, completed(r))
	}
	if _, err := x.decoder.Token(); err != nil {
		return malformedExport(err)
	}
	return nil
}

func malformedFlow(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// idOf finds the id of a flow that cannot be read otherwise.
func idOf(raw json.RawMessage) portbook.FlowID {
	var r struct{ ID json.RawMessage }
	var id string
	if json.Unmarshal(raw, &r) != nil || json.Unmarshal(r.ID, &id) != nil {
		return ""
	}
	return portbook.FlowID(id)
}

// completed fills in what is missing: lists are empty, as all records have them,
// and see enum.complete.
func completed(r portbook.FlowRecord) portbook.FlowRecord {
	x := reflect.ValueOf(&r).Elem()
	for i := range x.NumField() {
		if list := x.Field(i); list.Kind() == reflect.Slice && list.IsNil() {
			list.Set(reflect.MakeSlice(list.Type(), 0, 0))
		}
	}
	for _, e := range enums {
		e.complete(&r)
	}
	return r
}
