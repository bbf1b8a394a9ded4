package report_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/internal/testkit/hostile"
	"github.com/portbook/portbook/report"
)

// rewritten are texts that a spreadsheet of some locale shows as something else.
var rewritten = []string{
	"10-12", "3-4", "1-31", "1-2000", "1/2", "1.2", "1.10", "3:30", "12:00:01", "Mar 5", "5 March", "MAR1", "2026/4/1", "2026-4-1", "5月1日", "3月4", "１０－１２",
	"10時30分", "1E5", "007", "80,443", "1 1/2", "12/2026", "Jan-5", "令和8年4月1日", "R8.4.1", "H30.1.1", "3 pm", "3:30 PM", "1,024", "-5", "5 am", "10:12", "1 - 2", "192.0.2.1", "192.0.2.0/28", "192.0.2.1-192.0.2.9", "2001::1", "8.7", "8.10", "443",
}

// TestCSVInSpreadsheets has LibreOffice open CSV in English and in Japanese as
// it does when it recognizes dates and numbers, and checks that every cell
// still shows what was written.
func TestCSVInSpreadsheets(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it starts LibreOffice")
	}
	office := consumer.Program(t, "soffice", "libreoffice")
	dir := t.TempDir()
	names := slices.Clone(rewritten)
	if len(names)%2 == 1 {
		names = append(names, "end")
	}
	texts := map[string]portbook.FlowSet{"builtin": portbook.Flows(), "texts": hostile.Flows(hostile.Catalog{Names: names, Ports: "10-12/tcp"})}
	written := map[string][][]string{}
	for name, flows := range texts {
		for lang, l := range localizers() {
			var b bytes.Buffer
			if err := report.Write(&b, flows, report.Options{Format: report.CSV, Languages: []i18n.Localizer{l}}); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, name+"."+lang+".csv")
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			written[file] = cells(t, b.Bytes())
		}
	}
	for locale, id := range map[string]int{"en-US": 1033, "ja-JP": 1041} {
		out := filepath.Join(dir, locale)
		args := []string{"-env:UserInstallation=file://" + filepath.ToSlash(dir) + "/profile", "--headless",
			// comma, quote, UTF-8, from line 1, any column, locale, quoted cells are no texts, recognize dates
			"--infilter=CSV:44,34,76,1,," + strconv.Itoa(id) + ",false,true",
			"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", "--outdir", out}
		for file := range written {
			args = append(args, file)
		}
		run(t, office, args...)
		for file, want := range written {
			data, err := os.ReadFile(filepath.Join(out, filepath.Base(file)))
			if err != nil {
				t.Fatal(err)
			}
			got := cells(t, data)
			if len(got) != len(want) || len(want) < 2 {
				t.Fatalf("%s: %d rows, want %d", file, len(got), len(want))
			}
			for i := range want {
				for j, s := range want[i] {
					if strings.TrimSpace(got[i][j]) != strings.TrimSpace(s) {
						t.Errorf("%s in %s: row %d shows %q, want %q", filepath.Base(file), locale, i+1, got[i][j], s)
					}
				}
			}
		}
	}
}

func cells(t *testing.T, data []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
