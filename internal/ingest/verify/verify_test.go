package verify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/ingest/verify"
)

// page is a document in the shape of a vendor's.
const page = `# Garden Gate 4 ports

Open these ports before you plant.

## Tables

| Component | Protocol | Direction | Port | Used for | Service Name |
|---|---|---|---|---|---|
| Gate keeper | TCP | Inbound | 4100 | Visitors ring here. | gated |
| Gate keeper | UDP | Outbound | 4101-4103 | Tells the neighbours. | gated |
| Hedge | TCP | Inbound/Outbound | 80/443 | Grows in both directions. | hedged |
| Pond | TCP | Outbound | 53 | Asks for water. | pondd |
| Pond | UDP | Outbound | 53 | Asks for more water. | pondd |

The pond also listens to rain on UDP port 4200.
`

func read(t *testing.T, text string) source.Document {
	t.Helper()
	d, err := source.Read("gate.md", strings.NewReader(text), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func facts() verify.Facts {
	flow := func(row int, protocol, ports, direction, service string) verify.Flow {
		return verify.Flow{ID: fmt.Sprintf("garden/row-%d", row), Rows: []int{row}, Protocol: protocol, Ports: ports, Direction: direction, Services: []string{service}}
	}
	return verify.Facts{
		Flows: []verify.Flow{
			flow(1, "TCP", "4100", "Inbound", "gated"), flow(2, "UDP", "4101-4103", "Outbound", "gated"),
			flow(3, "TCP", "80/443", "Inbound/Outbound", "hedged"), flow(4, "TCP", "53", "Outbound", "pondd"), flow(5, "UDP", "53", "Outbound", "pondd"),
		},
		Ports: map[uint16]bool{4100: true, 4101: true, 4103: true, 80: true, 443: true, 53: true, 4200: true},
	}
}

// compare records page and compares an altered copy with it.
func compare(t *testing.T, altered string) []string {
	t.Helper()
	list := []string{}
	for _, d := range verify.Compare(verify.RecordOf(read(t, page)), read(t, altered), facts()) {
		list = append(list, d.String())
	}
	return list
}

// TestAlterations alters a copy in one way at a time: the alteration is told, and nothing else.
func TestAlterations(t *testing.T) {
	const row2 = "| Gate keeper | UDP | Outbound | 4101-4103 | Tells the neighbours. | gated |\n"
	const row3 = "| Hedge | TCP | Inbound/Outbound | 80/443 | Grows in both directions. | hedged |\n"
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"nothing", "", "", nil},
		{"port changed", "| 4100 |", "| 4110 |", []string{`line 9: row 1, "Port": "4100" -> "4110"`}},
		{"direction flipped", "UDP | Outbound | 4101", "UDP | Inbound | 4101", []string{`line 10: row 2, "Direction": "Outbound" -> "Inbound"`}},
		{"digits made full-width", "80/443", "８０/４４３", []string{`line 11: row 3, "Port": "80/443" -> "８０/４４３"`}},
		{"description changed", "Visitors ring here.", "Visitors knock here.", []string{`line 9: row 1, "Used for": (changed) -> "Visitors knock here."`}},
		{"row deleted", row2, "", []string{
			"line 10: rows 3-5 are now 2-4",
			"row 2 is gone: UDP | 4101-4103 | Outbound | garden/row-2",
		}},
		{"last row deleted", "| Pond | UDP | Outbound | 53 | Asks for more water. | pondd |\n", "", []string{"row 5 is gone: UDP | 53 | Outbound | garden/row-5"}},
		{"row added", row3, "| Shed | TCP | Inbound | 4300 | Keeps the tools. | shedd |\n" + row3, []string{
			`line 11: row 3 is new: "Shed | TCP | Inbound | 4300 | Keeps the tools. | shedd"`,
			"line 12: rows 3-5 are now 4-6",
		}},
		{"two rows swapped", row2 + row3, row3 + row2, []string{"line 10: row 3 is now 2", "line 11: row 2 is now 3"}},
		{"heading renamed", "| Port |", "| Port number |", []string{`line 9: a column of rows 1-5 is called "Port number", and no longer "Port"`}},
		{"section renamed", "## Tables", "## All tables", []string{`line 9: rows 1-5 are below another heading: "All tables"`}},
		{"text changed", "before you plant", "before you sow", []string{`line 3: text outside of rows is new or changed: "Open these ports before you sow."`}},
		{"text gone", "Open these ports before you plant.\n", "", []string{"line 4: text outside of rows is gone before it: 1 line"}},
		{"port in text", "UDP port 4200", "UDP port 4201", []string{
			`line 15: text outside of rows is new or changed: "The pond also listens to rain on UDP port 4201."`,
			`line 15: 4201 looks like a port and is in no row and no flow: "The pond also listens to rain on UDP port 4201."`,
		}},
		{"row moved and changed", row2 + row3, row3 + strings.Replace(row2, "4103", "4104", 1), []string{
			"line 10: row 3 is now 2",
			`line 11: row 2, "Port": "4101-4103" -> "4101-4104"`,
			"line 11: row 2 is now 3",
		}},
	} {
		if !strings.Contains(page, c.old) {
			t.Fatalf("%s: the page lacks %q", c.name, c.old)
		}
		if diff := cmp.Diff(append([]string{}, c.want...), compare(t, strings.Replace(page, c.old, c.new, 1))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestData checks that a row which did not change is compared with the data.
func TestData(t *testing.T) {
	x := facts()
	x.Flows[0].Ports = "4109"
	d := read(t, page)
	list := verify.Compare(verify.RecordOf(d), d, x)
	if len(list) != 1 || list[0].String() != `line 9: row 1, ports: flow garden/row-1 says "4109", and the row "4100"` {
		t.Errorf("got %v", list)
	}
}

// TestEveryRowMatters deletes, repeats and changes every line of the table.
func TestEveryRowMatters(t *testing.T) {
	lines := strings.SplitAfter(page, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| Component") {
			continue
		}
		for name, altered := range map[string][]string{
			"deleted":  slices.Concat(lines[:i], lines[i+1:]),
			"repeated": slices.Insert(slices.Clone(lines), i, line),
			"changed":  slices.Concat(lines[:i], []string{strings.Replace(line, "TCP", "SCTP", 1) + " "}, lines[i+1:]),
		} {
			got := compare(t, strings.Join(altered, ""))
			changed := strings.Join(altered, "") != page && (name != "changed" || strings.Contains(line, "TCP"))
			if (len(got) > 0) != changed {
				t.Errorf("line %d %s: got %q", i+1, name, got)
			}
		}
	}
}

func TestRecordRoundTrip(t *testing.T) {
	r := verify.RecordOf(read(t, page))
	text := r.Format("Two\nlines.")
	back, err := verify.ParseRecord(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, back); diff != "" {
		t.Errorf("a record differs from what is read back (-written +read):\n%s", diff)
	}
	for _, sentence := range []string{"Visitors", "plant", "neighbours"} {
		if strings.Contains(string(text), sentence) {
			t.Errorf("the record holds text of the document: %q", sentence)
		}
	}
}

func TestRecordErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"rows 1", `line 1: "rows"; expected: headings, section, row, prose or unread`},
		{"headings \"A\" B", "line 1: a heading is not in quotation marks"},
		{"headings \"A\"\nrow 2 aa", `line 2: row "2"; expected: row 1`},
		{"headings \"A\"\nrow", `line 2: row ""; expected: row 1`},
		{"headings \"A\" \"B\"\nrow 1 aa", "line 2: row 1 has 1 prints for 2 headings"},
	} {
		if _, err := verify.ParseRecord([]byte(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

func FuzzParseRecord(f *testing.F) {
	f.Add(string(verify.Record{}.Format("x")))
	f.Add("headings \"A\"\nsection -\nrow 1 aa\nprose aa bb\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := verify.ParseRecord([]byte(text))
		if err != nil {
			return
		}
		if _, err := verify.ParseRecord(r.Format("")); err != nil {
			t.Errorf("%q is written in a form that is not read: %v", text, err)
		}
	})
}
