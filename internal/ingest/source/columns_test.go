package source

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// cellsFor are cells that columns of a field hold.
var cellsFor = map[Field][2]string{
	FieldComponent: {"Kiln", "Shelf keeper"}, FieldService: {"kilnd", "shelfd"}, FieldProtocol: {"TCP", "UDP"}, FieldPorts: {"7443", "7500-7509"},
	FieldSourcePorts: {"7600", "7601"}, FieldDirection: {"Inbound", "Outbound"}, FieldSource: {"Potter", "Dealer"}, FieldDestination: {"Yard", "Barn"},
	FieldPurpose: {"Firing of plates", "Counting of all the plates"}, FieldConfigurable: {"Yes", "No"}, FieldRemarks: {"At night only", "On market days"},
	FieldRequirement: {"TRUE", "FALSE"}, FieldAction: {"allow", "deny"}, FieldApplication: {"HTTPS", "Syslog"}, FieldCounter: {"1", "2"},
}

// TestEveryHeading puts a column below every heading of the dictionaries: it
// means what the heading says, in a table whose other columns are known.
func TestEveryHeading(t *testing.T) {
	for _, dictionary := range []map[Field][]string{headings, columnHeadings} {
		for field, names := range dictionary {
			for _, name := range names {
				others := []Field{FieldPorts, FieldProtocol}
				if field == FieldPorts || field == FieldProtocol {
					others = []Field{FieldSource, FieldDestination}
				}
				heads := []string{`"` + name + `"`}
				first, second := []string{cellsFor[field][0]}, []string{cellsFor[field][1]}
				for _, f := range others {
					heads = append(heads, headings[f][0])
					first, second = append(first, cellsFor[f][0]), append(second, cellsFor[f][1])
				}
				csv := strings.Join(heads, ",") + "\n" + strings.Join(first, ",") + "\n" + strings.Join(second, ",") + "\n"
				d, err := Read("kiln.csv", strings.NewReader(csv), Options{})
				if err != nil || len(d.Rows) != 2 {
					t.Errorf("%q: %v, %d rows", name, err, len(d.Rows))
					continue
				}
				for _, row := range d.Rows {
					if got := row.Cells[0].Meaning; got != field {
						t.Errorf("%q means %s, want %s", name, got, field)
						break
					}
				}
			}
		}
	}
}

// TestColumnHeadings holds what the wider dictionary promises: normal form, and
// no heading that the other one has.
func TestColumnHeadings(t *testing.T) {
	seen := map[string]Field{}
	for field, names := range columnHeadings {
		for _, name := range names {
			if normal := strings.TrimRight(normalHeading(name), "*?"); normal != name {
				t.Errorf("%q is looked for as %q", name, normal)
			}
			if other, ok := fieldOf[name]; ok {
				t.Errorf("%q is %s already", name, other)
			}
			if other, ok := seen[name]; ok {
				t.Errorf("%q is %s and %s", name, other, field)
			}
			seen[name] = field
		}
	}
}

// TestContentDecides holds columns whose heading says nothing, or something
// else than their cells.
func TestContentDecides(t *testing.T) {
	for _, c := range []struct {
		heading, first, second string
		want                   Field
	}{
		{"Kanal", "7443", "7500-7509", FieldPorts},
		{"Kanal", "TCP", "UDP, TCP", FieldProtocol},
		{"Kanal", "Inbound", "outgoing", FieldDirection},
		{"Kanal", "a.kiln.example.com", "*.kiln.example.org", FieldDestination},
		{"Kanal", "Kiln → Yard", "Yard ⇔ Barn", FieldEnds},
		{"Kanal", "allow", "DENY", FieldAction},
		{"Kanal", "1", "2", FieldCounter},
		{"Kanal", "kiln.port", "kiln.size", FieldOther},
		{"Timeout (s)", "7000", "9000", FieldOther},
		{"Type", "TCP", "UDP", FieldProtocol},
		{"Type", "large", "small", FieldOther},
		{"Service", "Kiln Weather Map", "Clay Market", FieldComponent},
		{"Service", "kilnd", "shelfd", FieldService},
		{"Service", "HTTPS", "LDAP", FieldApplication},
		{"Service", "tcp/7443", "udp/7500", FieldPorts},
		{"Direction", "Kiln → Yard", "Yard → Barn", FieldEnds},
		{"Purpose", "TCP", "UDP", FieldProtocol},
		{"Optional", "TRUE", "FALSE", FieldRequirement},
		{"Action", "permit", "drop", FieldAction},
		{"UDP", "--", "7500", FieldPorts},
		{"UDP", "--", "--", FieldPorts},
	} {
		csv := fmt.Sprintf("Lamp,\"%s\"\nx y z,\"%s\"\nv w,\"%s\"\n", c.heading, c.first, c.second)
		d, err := Read("kiln.csv", strings.NewReader(csv), Options{})
		if err != nil || len(d.Rows) != 2 {
			t.Errorf("%q: %v, %d rows", csv, err, len(d.Rows))
			continue
		}
		if got := d.Rows[0].Cells[1].Meaning; got != c.want {
			t.Errorf("%q below %q means %s, want %s", c.first, c.heading, got, c.want)
		}
	}
}

// TestGivenFieldHolds checks that content never overrules the caller.
func TestGivenFieldHolds(t *testing.T) {
	d, err := Read("kiln.csv", strings.NewReader("Kanal,Port\n7443,7001\n7444,7002\n"), Options{Fields: map[string]Field{"kanal": FieldRemarks}})
	if err != nil || d.Rows[0].Cells[0].Meaning != FieldRemarks {
		t.Errorf("%v: %+v", err, d.Rows)
	}
}

// TestJapaneseEncodings reads one file in every encoding that programs in Japan
// write: the rows are the same.
func TestJapaneseEncodings(t *testing.T) {
	const csv = "送信元,宛先,プロトコル,ポート番号,用途\n窯サーバー,棚の管理サーバー,TCP,20098,作品の登録と検索\n端末,窯サーバー,UDP,20099,火入れの通知\n"
	want := ""
	for _, c := range []struct {
		name string
		encoding.Encoding
		option string
	}{
		{"UTF-8", unicode.UTF8, ""}, {"UTF-8 with a mark", unicode.UTF8BOM, ""}, {"Shift_JIS", japanese.ShiftJIS, ""}, {"EUC-JP", japanese.EUCJP, ""},
		{"ISO-2022-JP", japanese.ISO2022JP, ""}, {"named CP932", japanese.ShiftJIS, "cp932"}, {"named EUC", japanese.EUCJP, "eucJP"},
	} {
		content, err := c.NewEncoder().String(csv)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Read("kiln.csv", strings.NewReader(content), Options{Encoding: c.option})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		d.Problems = nil // that the encoding is a guess
		got := string(dump(d))
		if want == "" {
			want = got
		}
		if got != want || !strings.Contains(got, "棚の管理サーバー") {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}
