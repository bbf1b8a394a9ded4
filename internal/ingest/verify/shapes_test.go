package verify_test

import (
	"os"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/ingest/source"
	"github.com/portbook/portbook/internal/ingest/verify"
)

// TestShapes alters documents of every shape: the one row that changes is told, in its line, and nothing else.
func TestShapes(t *testing.T) {
	for _, c := range []struct{ file, old, new, want string }{
		{"labels.txt", "TCP port 8800", "TCP port 8801", `line 5: row 1, "Destination Port": (changed) -> "TCP port 8801 by default. It depends on the web server."`},
		{"labels.txt", "・宛先ポート番号:TCP 443、8443", "・宛先ポート番号:TCP ４４３、8443", `"宛先ポート番号": (changed) -> "TCP ４４３、8443"`},
		{"table.ja.txt", "TCP 9400、9401", "TCP 9400", `row 1, "宛先ポート番号": (changed) -> "TCP 9400"`},
		{"table.ja.txt", "files.touki.example", "file.touki.example", `row 3, "宛先URL": (changed) -> "file.touki.example"`},
		{"pipes.md", "| Lantern Server | UDP | 7450-7459 |", "| Lantern Server | UDP | 7450-7458 |", `row 3, "Direction": (changed) -> "7450-7458"`},
		{"wellformed.md", "`9100`", "`9109`", `row 1, "Port number": (changed) -> "9109"`},
		{"page.html", "<td>6010</td>", "<td>6011</td>", `row 4, "Port": (changed) -> "6011"`},
		{"mixed.md", "<li>TCP 8101</li>", "<li>TCP 8109</li>", `row 1, "Destination Port": (changed) -> "TCP 8100 TCP 8109"`},
		{"semicolons.csv", "UDP;9203", "UDP;9204", `"Destination Port": (changed) -> "9204"`},
		{"bom.tsv", "9301", "9302", `(changed) -> "9302"`},
	} {
		name := "../source/testdata/" + c.file
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		read := func(text string) source.Document {
			d, err := source.Read(c.file, strings.NewReader(text), source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		record := verify.RecordOf(read(string(text)))
		if list := verify.Compare(record, read(string(text)), verify.Facts{}); len(list) > 0 && list[0].Kind != verify.Number {
			t.Errorf("%s differs from itself: %v", c.file, list)
		}
		if !strings.Contains(string(text), c.old) {
			t.Errorf("%s lacks %q", c.file, c.old)
			continue
		}
		var got []string
		for _, d := range verify.Compare(record, read(strings.Replace(string(text), c.old, c.new, 1)), verify.Facts{}) {
			if d.Kind != verify.Number {
				got = append(got, d.String())
			}
		}
		if len(got) != 1 || !strings.Contains(got[0], c.want) {
			t.Errorf("%s: got %q, want %q", c.file, got, c.want)
		}
	}
}
