package source

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/portbook/portbook/internal/testkit/golden"
)

// dump writes all that was read, for golden files.
func dump(d Document) []byte {
	var b bytes.Buffer
	for _, r := range d.Rows {
		fmt.Fprintf(&b, "row %d (%v, %s)", r.Number, r.Position, r.Shape)
		if r.Shifted {
			b.WriteString(" shifted")
		}
		fmt.Fprintf(&b, "\n  section %q\n", r.Section)
		for _, c := range r.Cells {
			fmt.Fprintf(&b, "  %q = %s", c.Heading, c.Field)
			if c.Meaning != c.Field {
				fmt.Fprintf(&b, ", read as %s", c.Meaning)
			}
			fmt.Fprintf(&b, ": %q", c.Text)
			if c.Line != r.Line {
				fmt.Fprintf(&b, " at %d", c.Line)
			}
			if len(c.Lines) > 0 {
				fmt.Fprintf(&b, " in lines %q", c.Lines)
			}
			b.WriteByte('\n')
		}
	}
	for _, l := range d.Prose {
		fmt.Fprintf(&b, "prose (%v) %s%s\n", l.Position, strings.Repeat("#", l.Heading), l.Text)
	}
	for _, p := range d.Problems {
		fmt.Fprintf(&b, "problem: %v\n", p)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, ".golden") || filepath.Base(name) == "fuzz" {
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d, err := Read(name, bytes.NewReader(content), Options{})
			if err != nil {
				t.Fatal(err)
			}
			check(t, d, content)
			golden.Check(t, name+".golden", dump(d))
		})
	}
}

// workbook returns an XLSX file of two sheets.
func workbook(t testing.TB) []byte {
	f := excelize.NewFile()
	defer f.Close()
	set := func(sheet, cell string, values ...any) {
		if err := f.SetSheetRow(sheet, cell, &values); err != nil {
			t.Fatal(err)
		}
	}
	merge := func(sheet, from, to string) {
		if err := f.MergeCell(sheet, from, to); err != nil {
			t.Fatal(err)
		}
	}
	set("Sheet1", "A1", "Ports of Loom 3")
	set("Sheet1", "A2", "Edition", "7")
	set("Sheet1", "B4", "Component", "Protocol", "Port", "Description")
	set("Sheet1", "B5", "Loom Server", "TCP", 10319, "Weavers\nreport in.")
	set("Sheet1", "C6", "UDP", "5000-5001", "Shuttle")
	set("Sheet1", "B7", "Optional")
	set("Sheet1", "B9", "Loom Agent", "TCP", 443)
	merge("Sheet1", "B5", "B6")
	merge("Sheet1", "B7", "E7")
	if _, err := f.NewSheet("日本語"); err != nil {
		t.Fatal(err)
	}
	set("日本語", "A1", "送信元", "宛先", "ポート番号", "備考")
	set("日本語", "A2", "管理サーバー", "端末", "TCP 443、8443", "変更可")
	var b bytes.Buffer
	style, err := f.NewStyle(&excelize.Style{NumFmt: 3}) // 10,319
	if err == nil {
		err = f.SetCellStyle("Sheet1", "D5", "D5", style)
	}
	if err == nil {
		err = f.Write(&b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbook(t *testing.T) {
	d, err := Read("loom.xlsx", bytes.NewReader(workbook(t)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/loom.xlsx.golden", dump(d))
}

// check verifies what holds for every document of text.
func check(t testing.TB, d Document, content []byte) {
	t.Helper()
	lines := 1 + bytes.Count(content, []byte("\n")) + bytes.Count(content, []byte("\r"))
	within := func(what string, at Position) {
		if at.Line < 1 || at.Line > lines || at.Sheet != "" {
			t.Errorf("%s: %v of %d lines", what, at, lines)
		}
	}
	size := 0
	for i, r := range d.Rows {
		within("row", r.Position)
		if r.Number != i+1 {
			t.Errorf("row %d has number %d", i+1, r.Number)
		}
		if len(r.Cells) == 0 {
			t.Errorf("row %d has no cells", r.Number)
		}
		for _, c := range r.Cells {
			within("cell", c.Position)
			size += len(c.Text)
			if c.Field == "" || c.Meaning == "" {
				t.Errorf("row %d has a cell without a field: %+v", r.Number, c)
			}
			if strings.ContainsAny(c.Text, "\n\t") || len(c.Lines) > 0 && strings.Join(c.Lines, " ") != c.Text {
				t.Errorf("row %d: text %q of lines %q", r.Number, c.Text, c.Lines)
			}
		}
	}
	for _, l := range d.Prose {
		within("prose", l.Position)
		size += len(l.Text)
	}
	// Spans repeat twice the document and a constant at most; bytes that nobody can see are written with three.
	if most := 9*len(content) + 3*64<<10; size > most {
		t.Errorf("%d bytes of text from a document of %d", size, len(content))
	}
	if len(d.Problems) > MaxProblems {
		t.Errorf("%d problems", len(d.Problems))
	}
}

func TestFieldsOption(t *testing.T) {
	const csv = "Wer,Womit,Port\nServer,TCP,443\n"
	d, err := Read("x.csv", strings.NewReader(csv), Options{Fields: map[string]Field{"WER": FieldComponent, "womit": FieldProtocol}})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Rows) != 1 {
		t.Fatalf("rows %v", d.Rows)
	}
	for field, want := range map[Field]string{FieldComponent: "Server", FieldProtocol: "TCP", FieldPorts: "443"} {
		if got, ok := d.Rows[0].Field(field); got != want || !ok {
			t.Errorf("%s: %q, %v", field, got, ok)
		}
	}
	if _, ok := d.Rows[0].Field(FieldRemarks); ok {
		t.Error("there are no remarks")
	}
}

func TestEncodings(t *testing.T) {
	const page = "<meta charset=shift_jis><table><tr><th>\x83|\x81[\x83g<th>\x97p\x93r<tr><td>443<td>\x8a\xc7\x97\x9d</table>"
	for _, c := range []struct {
		name, content string
		options       Options
		want          string
	}{
		{"a.html", page, Options{}, "管理"},
		{"a.md", "| \x83|\x81[\x83g | \x97p\x93r |\n|---|---|\n| 443 | \x8a\xc7\x97\x9d |", Options{Encoding: "Shift_JIS"}, "管理"},
		{"a.tsv", "\xff\xfeP\x00o\x00r\x00t\x00\t\x00(u\x14\x90\n\x004\x004\x003\x00\t\x00\xa1{\x06t", Options{}, "管理"},
		{"a.csv", "Port,Purpose\n443,\xe7\xae\xa1\xe7\x90\x86", Options{Encoding: "utf-8"}, "管理"},
	} {
		d, err := Read(c.name, strings.NewReader(c.content), c.options)
		if err != nil || len(d.Rows) != 1 {
			t.Errorf("%s: %v, %s", c.name, err, dump(d))
			continue
		}
		if got, _ := d.Rows[0].Field(FieldPurpose); got != c.want {
			t.Errorf("%s: %s", c.name, dump(d))
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, content string
		options       Options
		want          string
	}{
		{"a.pdf", "", Options{}, `a.pdf: format "" is not known (accepted: the extensions .md .txt .html .htm .csv .tsv .xlsx, or Options.Format)`},
		{"a.md", "a\nb\xffc", Options{}, "a.md: line 2: byte 0xff at offset 3 is not UTF-8: name its encoding, as in --encoding shift_jis, or convert the document (iconv -f SHIFT_JIS -t UTF-8)"},
		{"a.csv", "\x81", Options{}, "a.csv: line 1: byte 0x81 at offset 0 is not UTF-8: name its encoding, as in --encoding shift_jis, or convert the document (iconv -f SHIFT_JIS -t UTF-8)"},
		{"a.md", "abc", Options{MaxBytes: 2}, "a.md: document too large: more than 2 bytes (Options.MaxBytes)"},
		{"a.md", "abc\n\n\n\n", Options{MaxItems: 3}, "a.md: document too large: more than 3 lines, cells and rows (Options.MaxItems)"},
		{"a.md", "", Options{Encoding: "klingon"}, `a.md: encoding "klingon" is not known (accepted: the names of the WHATWG Encoding Standard, as in shift_jis, euc-jp, utf-16le)`},
		{"a.xlsx", "PK", Options{}, "a.xlsx: not an XLSX workbook that can be read: zip: not a valid zip file"},
	} {
		_, err := Read(c.name, strings.NewReader(c.content), c.options)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s %q:\n got %v\nwant %s", c.name, c.content, err, c.want)
		}
		if large := c.options.MaxBytes+int64(c.options.MaxItems) > 0; errors.Is(err, ErrTooLarge) != large {
			t.Errorf("%s: errors.Is(%v, ErrTooLarge) is not %v", c.name, err, large)
		}
	}
}
