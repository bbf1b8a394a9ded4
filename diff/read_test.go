package diff_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/report"
	"golang.org/x/text/language"
)

// flowJSON is the JSON of base with some text replaced.
func flowJSON(t testing.TB, replace ...string) string {
	t.Helper()
	data, err := json.Marshal(base())
	if err != nil {
		t.Fatal(err)
	}
	s := strings.NewReplacer(replace...).Replace(string(data))
	if len(replace) > 0 && s == string(data) {
		t.Fatalf("nothing to replace by %q", replace)
	}
	return s
}

// TestReadSnapshot reads what the library exports, and finds no difference from
// the catalog.
func TestReadSnapshot(t *testing.T) {
	ja := i18n.New(language.Japanese)
	var b bytes.Buffer
	if err := report.Write(&b, portbook.Flows(), report.Options{Format: report.JSON, Languages: []i18n.Localizer{ja}}); err != nil {
		t.Fatal(err)
	}
	e, err := diff.ReadSnapshot(&b)
	if err != nil {
		t.Fatal(err)
	}
	here := diff.SnapshotOf(portbook.Builtin()).In("ja", ja.Text)
	c := diff.Compare(e, here)
	if len(c.List) > 0 || e.Catalog() != nil || e.Version() != portbook.DataVersion || e.Language() != "ja" {
		t.Errorf("version %q, language %q, changes %+v", e.Version(), e.Language(), c.List)
	}
	for f := range portbook.Flows().All() {
		for _, id := range append([]portbook.Endpoint{f.Product(), f.Component(), f.From()[0]}, f.To()[0]) {
			if e.Name(id) == "" || e.Name(id) != here.Name(id) {
				t.Errorf("%v: the export has the name %q, the catalog %q", id, e.Name(id), here.Name(id))
			}
		}
	}
	if name := here.Name(portbook.Component("no/such")); name != "" {
		t.Errorf("an unknown component has the name %q", name)
	}
}

func TestReadSnapshotErrors(t *testing.T) {
	many := strings.Repeat(`"a",`, 1000) + `"a"`
	for name, c := range map[string]struct{ input, want string }{
		"empty":             {"", "the export is not JSON: unexpected EOF"},
		"no JSON":           {"ID,Product\r\n", "the export is not JSON: invalid character 'I' looking for beginning of value"},
		"UTF-16":            {"\xff\xfe[\x00", "the export is in UTF-16 (expected: UTF-8, as --output writes it)"},
		"Shift_JIS":         {"{\"title\": \"\x82\xa0\", \"flows\": []}", "the export is in another encoding than UTF-8 (expected: UTF-8, as --output writes it)"},
		"Shift_JIS flow":    {`{"flows": [` + flowJSON(t, "orders", "\x82\xa0") + `]}`, "the export is in another encoding than UTF-8 (expected: UTF-8, as --output writes it)"},
		"a mark of UTF-16":  {"\xff\xfe", "the export is in UTF-16 (expected: UTF-8, as --output writes it)"},
		"big-endian UTF-16": {"\xfe\xff\x00[", "the export is in UTF-16 (expected: UTF-8, as --output writes it)"},
		"one stray byte":    {"\xff", "the export is in another encoding than UTF-8 (expected: UTF-8, as --output writes it)"},
		"another value":     {`"flows"`, "the export is not a report (expected: what portbook report --format json writes)"},
		"a list":            {`[` + flowJSON(t) + `]`, "the export is a bare list, which does not say its language and names (expected: a report, as portbook report --format json writes it)"},
		"bad names":         {`{"names": []}`, `"names" of the export: json: cannot unmarshal array into Go value of type map[string]string`},
		"another view":      {`{"title": "Listening ports by host", "hosts": []}`, `the export has no "flows" (expected: a report with --view flows)`},
		"flows of no list":  {`{"flows": {}}`, `"flows" of the export is not a list`},
		"bad language":      {`{"language": 1}`, `"language" of the export: json: cannot unmarshal number into Go value of type string`},
		"cut off":           {`{"flows": [` + flowJSON(t)[:50], `flow 1: unexpected EOF`},
		"cut off report":    {`{"flows": []`, `the export is not JSON: unexpected EOF`},
		"more":              {`{"flows": []} []`, "the export goes on after its end"},
		"bad ports":         {`{"flows": [` + flowJSON(t, "80,443/tcp", "80,443/tpc") + `]}`, `flow 1, "shop/web/orders": "tpc" is not a known protocol in "80,443/tpc 53/udp"`},
		"wrong type":        {`{"flows": [` + flowJSON(t) + `, ` + flowJSON(t, "orders", "x", `"row":1`, `"row":"1"`) + `]}`, `flow 2, "shop/web/x": json: cannot unmarshal string into Go struct field Citation.citations.row of type int`},
		"id of wrong type":  {`{"flows": [{"id": 7}]}`, `flow 1: json: cannot unmarshal number into Go struct field FlowRecord.id of type portbook.FlowID`},
		"no object":         {`{"flows": [7]}`, `flow 1: json: cannot unmarshal number into Go value of type portbook.FlowRecord`},
		"no id":             {`{"flows": [{}]}`, `flow 1: has no id`},
		"same id":           {`{"flows": [` + flowJSON(t) + `,` + flowJSON(t) + `]}`, `flow 2, "shop/web/orders": another flow has the same id`},
		"no source":         {`{"flows": [` + flowJSON(t, `["shop/web","shop/app"]`, `null`) + `]}`, `flow 1, "shop/web/orders": "from" names no component`},
		"no destination":    {`{"flows": [` + flowJSON(t, `["shop/database"]`, `[]`) + `]}`, `flow 1, "shop/web/orders": "to" names no component`},
		"many destinations": {`{"flows": [` + flowJSON(t, `"shop/database"`, many) + `]}`, `flow 1, "shop/web/orders": "to" names 1001 components (expected: at most 1000)`},
		"requirement":       {`{"flows": [` + flowJSON(t, `"required"`, `"must"`) + `]}`, `flow 1, "shop/web/orders": unknown requirement "must" (expected: required, optional, conditional)`},
		"initiator":         {`{"flows": [` + flowJSON(t, `"initiator":"from"`, `"initiator":""`) + `]}`, `flow 1, "shop/web/orders": unknown initiator "" (expected: from, either, unstated)`},
		"long":              {`{"flows": [{"id": "` + strings.Repeat("x", 5000) + `"}]}`, `flow 1, "` + strings.Repeat("x", 99) + `…": "from" names no component`},
		"deep":              {`{"flows": [` + strings.Repeat("[", 1_000_000), `flow 1: invalid character '[' exceeded max depth`},
	} {
		_, err := diff.ReadSnapshot(strings.NewReader(c.input))
		if err == nil || !strings.HasPrefix(err.Error(), "diff: "+c.want) {
			t.Errorf("%s:\n got %v\nwant %s", name, err, c.want)
		}
		var e *diff.RecordError
		if isRecord := strings.HasPrefix(c.want, "flow "); errors.As(err, &e) != isRecord {
			t.Errorf("%s: got a %T", name, err)
		}
	}
	most := `{"flows": [` + flowJSON(t, `"shop/database"`, strings.TrimPrefix(many, `"a",`)) + `]}`
	if _, err := diff.ReadSnapshot(strings.NewReader(most)); err != nil {
		t.Errorf("1000 destinations: %v", err)
	}
	broken := errors.New("broken")
	for _, begin := range []string{"", "{", `{"flows": [`} {
		if _, err := diff.ReadSnapshot(io.MultiReader(strings.NewReader(begin), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("after %q: got %v", begin, err)
		}
	}
}

// TestReadOlder reads an export with less, and with more, than this release knows.
func TestReadOlder(t *testing.T) {
	const lists = `,"osServices":["shopd"],"hosts":["a.example","b.example"]`
	for _, input := range []string{
		"\ufeff{\"flows\": [" + flowJSON(t, lists, `,"color":{"a":[1]}`) + "]}\n",
		`{"version": null, "x": {"flows": []}, "flows": [` + flowJSON(t, lists, "") + `], "later": 1}`,
	} {
		e, err := diff.ReadSnapshot(strings.NewReader(input))
		if err != nil {
			t.Fatal(err)
		}
		c := diff.Compare(e, snapshot(t, "", base()))
		if len(c.List) != 1 || len(c.List[0].Fields) != 2 || c.List[0].Old.Hosts == nil {
			t.Errorf("got %+v", c.List)
		}
	}
}

// FuzzReadSnapshot checks that no file breaks the reader, and that what is read can be compared.
func FuzzReadSnapshot(f *testing.F) {
	for _, s := range []string{
		"", "[]", `{"flows":[]}`, `{"flows":[` + flowJSON(f) + "," + flowJSON(f, "orders", "x", "80,443", "1-65535") + "]}",
		`{"version":"1","language":"ja","names":{"shop":"Shop"},"flows":[` + flowJSON(f) + `]}`, "\ufeff{}", "\xff\xfe", `{"flows":[{"id":`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := diff.ReadSnapshot(bytes.NewReader(data))
		if err != nil {
			if len(err.Error()) > 4096 {
				t.Errorf("a message of %d bytes", len(err.Error()))
			}
			return
		}
		if c := diff.Compare(e, e); len(c.List) != 0 {
			t.Errorf("an export differs from itself: %+v", c.List)
		}
		forth, back := diff.Compare(diff.Snapshot{}, e), diff.Compare(e, diff.Snapshot{})
		if len(forth.List) != len(back.List) {
			t.Errorf("%d flows come, %d go", len(forth.List), len(back.List))
		}
		var all []portbook.FlowRecord
		for _, x := range forth.List {
			all = append(all, *x.New)
		}
		for _, x := range forth.List {
			checkImpact(t, x, nil, all)
		}
	})
}

// TestReadSnapshotEncoding checks that bytes of another encoding are refused,
// wherever they stand, and not replaced in silence.
func TestReadSnapshotEncoding(t *testing.T) {
	for _, text := range []string{
		`{"version": "x", "language": "ja", "flows": [], "title": "%s"}`, `{"version": "x", "language": "ja", "names": {"a": "%s"}, "flows": []}`,
	} {
		_, err := diff.ReadSnapshot(strings.NewReader(strings.ReplaceAll(text, "%s", "\x83|\x81[\x83g")))
		if err == nil || err.Error() != "diff: the export is in another encoding than UTF-8 (expected: UTF-8, as --output writes it)" {
			t.Errorf("%s: got %v", text, err)
		}
		if _, err := diff.ReadSnapshot(strings.NewReader(strings.ReplaceAll(text, "%s", "ポート"))); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
