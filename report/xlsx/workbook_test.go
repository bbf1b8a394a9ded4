package xlsx

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/text/wrap"
	"github.com/xuri/excelize/v2"
)

// TestXLSXSheetNames checks names against the rules of Excel.
func TestXLSXSheetNames(t *testing.T) {
	b := newWorkbook(content.New(portbook.Flows(), content.Options{Shape: content.Sheets}))
	seen := map[string]bool{}
	for _, c := range []struct{ title, want string }{
		{"443/tcp", "443-tcp"}, {"443:TCP", "443-TCP (2)"}, {"４４３／ｔｃｐ", "４４３-ｔｃｐ (3)"}, {"'a'", "’a’"}, {"", "Sheet"}, {"History", "Sheet History"}, {"HISTORY ", "Sheet HISTORY (2)"},
		{"履歴", "Sheet 履歴"}, {strings.Repeat("x", 40), strings.Repeat("x", 30) + "…"}, {strings.Repeat("x", 41), strings.Repeat("x", 26) + "… (2)"},
		{strings.Repeat("𠮷", 20), strings.Repeat("𠮷", 15) + "…"}, {"[a]*?\\", "-a----"},
	} {
		got := b.sheetName(c.title)
		if got != c.want || len(utf16.Encode([]rune(got))) > 31 || seen[strings.ToLower(got)] {
			t.Errorf("%q becomes %q, want %q", c.title, got, c.want)
		}
		seen[strings.ToLower(got)] = true
	}
}

// TestXLSXLongSheets writes more rows than a sheet takes.
func TestXLSXLongSheets(t *testing.T) {
	c := content.New(portbook.Flows().DocumentedBy(portbook.ProductITMS), content.Options{Shape: content.Sheets})
	b := newWorkbook(c)
	b.maxRows = 52
	if err := b.write(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := pack(&out, b.file); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, x := range b.sheets {
		rows, err := f.GetRows(x.sheet)
		if err != nil || len(rows) > b.maxRows || x.rows == 0 || len(rows)-x.rows < 2 {
			t.Errorf("%s has %d rows, and %d in the contents: %v", x.sheet, len(rows), x.rows, err)
		}
		if slices.ContainsFunc(rows, func(row []string) bool { return slices.Contains(row, "Approved by") }) {
			total += x.rows
		}
	}
	if total != c.Flows.Len() || total < 2*b.maxRows {
		t.Errorf("%d rows, want %d", total, c.Flows.Len())
	}
}

// TestXLSXFilterButton checks that a heading that fills its column gets a line
// for the button of the filter, which would hide its end, and that others do not.
func TestXLSXFilterButton(t *testing.T) {
	for width, lines := range map[float64]float64{18: 2, 30: 1} {
		b := newWorkbook(content.New(portbook.Flows(), content.Options{Shape: content.Sheets}))
		err := b.writeBook(func() error {
			return b.writeTable(&table{
				title: "t", name: "t", header: []string{"あいうえおかきく"}, rows: slices.Values([][]string{{"x"}}), size: 1, widths: []float64{width}, whole: true,
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := pack(&out, b.file); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		if height, err := f.GetRowHeight("t", 2); err != nil || height != lines*wideLine*boldness+cellPadding {
			t.Errorf("a header %v wide is %v high, want %v lines, %v", width, height, lines, err)
		}
	}
}

// TestXLSXWholeWords checks that a long word is whole where the table has room,
// also when most rows lack it, and that the width of a page is kept.
func TestXLSXWholeWords(t *testing.T) {
	const host = "licenseupdate.trendmicro.com"
	purpose := strings.Repeat("purpose ", 40)
	for total, whole := range map[float64]bool{160: true, 40: false} {
		m := &tableMeasure{}
		for range 10 {
			m.add([]string{"Apex Central server", "", purpose})
		}
		for _, s := range []string{"a.example", "b.example", host} {
			m.add([]string{"Apex Central server", s, purpose})
		}
		widths, sum := m.fit([]string{"Source", "Host", "Purpose"}, total), 0.0
		for _, w := range widths {
			sum += w + columnPadding
		}
		if got := widths[1] >= wrap.LongestWord(host); got != whole || sum > total+1 {
			t.Errorf("in %v, the columns are %v wide", total, widths)
		}
	}
}

func FuzzXLSXPieces(f *testing.F) {
	f.Add("長い文 and more", 10.0)
	f.Add("\xff\u0301", 1.0)
	f.Fuzz(func(t *testing.T, s string, column float64) {
		if !(column >= 8 && column < 200) { // widths of columns
			return
		}
		list := pieces(s, column, maxLines)
		if strings.Join(list, "") != s {
			t.Fatalf("the pieces of %q are %q", s, list)
		}
		for _, piece := range list {
			if !fits(piece, column, maxLines) {
				t.Fatalf("%q does not fit in %v", piece, column)
			}
		}
	})
}
