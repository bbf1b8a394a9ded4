package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestByteOrderMark checks that CSV has a byte order mark in files, which
// spreadsheets open, and nowhere else, unless an encoding is asked for.
func TestByteOrderMark(t *testing.T) {
	const mark = "\ufeff"
	for _, args := range [][]string{
		{"flows", "--port", "445"}, {"report", "--product", "scanmail"}, {"products"}, {"show", "scanmail"}, {"show", "scanmail/server"}, {"lookup", "445/tcp"},
		{"plan", exampleSite}, {"i18n", "missing"},
	} {
		args = append(args, "--format", "csv")
		if out := succeed(t, args...); out == "" || strings.Contains(out, mark) {
			t.Errorf("%q: standard output begins %.20q", args, out)
		}
		file := filepath.Join(t.TempDir(), "a.csv")
		succeed(t, append(args, "--output", file)...)
		if content, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(content), mark) || strings.Count(string(content), mark) != 1 {
			t.Errorf("%q: the file begins %.20q, %v", args, content, err)
		}
	}
	if out := succeed(t, "flows", "--format", "csv", "--encoding", "utf-8-bom"); !strings.HasPrefix(out, mark) {
		t.Errorf("with an encoding: %.20q", out)
	}
	pipe, done, err := os.Pipe()
	if err != nil {
		t.Skip(err)
	}
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("skipped: pipes have no names here")
	}
	defer pipe.Close()
	go func() {
		succeed(t, "products", "--format", "csv", "--output", filepath.Join("/dev/fd", fmt.Sprint(done.Fd())))
		done.Close()
	}()
	begin := make([]byte, 3)
	if _, err := pipe.Read(begin); err != nil || string(begin) == mark {
		t.Errorf("the pipe begins %q, %v", begin, err)
	}
}

// TestEncodingNames checks the names of Shift_JIS that are in use.
func TestEncodingNames(t *testing.T) {
	args := []string{"flows", "--format", "csv", "--lang", "ja", "--encoding"}
	want := succeed(t, append(args, "shift_jis")...)
	for _, name := range []string{"cp932", "CP932", "Shift_JIS", "ms932", "Windows-31J", "sjis"} {
		if got := succeed(t, append(args, name)...); got != want {
			t.Errorf("%s: %.40q, want %.40q", name, got, want)
		}
	}
}
