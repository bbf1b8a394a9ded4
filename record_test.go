package portbook_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/testkit/golden"
)

// TestRecordSchema keeps the JSON of a flow stable, and shows one with much in it.
func TestRecordSchema(t *testing.T) {
	f, ok := portbook.Lookup(portbook.FlowITMSPXEServerFileTransfer)
	if !ok {
		t.Fatal("the flow is gone")
	}
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/flow.json", append(b.Bytes(), '\n'))
}

// TestRecordRoundTrip reads every flow's JSON back, and checks that lists are arrays even when they are empty.
func TestRecordRoundTrip(t *testing.T) {
	for f := range portbook.Flows().All() {
		data, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("null")) {
			t.Errorf("%s: JSON holds null: %s", f, data)
		}
		var back portbook.FlowRecord
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		if err := d.Decode(&back); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		if diff := cmp.Diff(f.Record(nil), back, cmp.Comparer(func(a, b portbook.PortSet) bool { return a == b }), cmp.Comparer(func(a, b portbook.Host) bool { return a == b })); diff != "" {
			t.Errorf("%s (-record +read back):\n%s", f, diff)
		}
	}
}

// TestRecordTranslates checks that every text of a record passes through translate.
func TestRecordTranslates(t *testing.T) {
	for f := range portbook.Flows().All() {
		r := reflect.ValueOf(f.Record(func(x portbook.Text) string { return strings.ToUpper(x.String()) }))
		for _, name := range []string{"Purpose", "Condition", "Setting"} {
			if s := r.FieldByName(name).String(); s != strings.ToUpper(s) {
				t.Errorf("%s: %s is not translated: %q", f, name, s)
			}
		}
		for _, s := range r.FieldByName("Notes").Interface().([]string) {
			if s != strings.ToUpper(s) {
				t.Errorf("%s: a note is not translated: %q", f, s)
			}
		}
	}
}
