package grid

import (
	"bufio"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook/internal/text/wrap"
)

// hostile has a row that is too short and one that is too long, markup, a
// formula, a line break, and wide characters.
var hostile = Table{
	Header: []string{"ポート", "Name"},
	Rows:   [][]string{{"443", "=1+1"}, {"80"}, {"1", "a|b\n*c*", "more"}, {}},
}

func TestFormats(t *testing.T) {
	write := func(of func(*bufio.Writer) error) string {
		var b strings.Builder
		w := bufio.NewWriter(&b)
		if err := errors.Join(of(w), w.Flush()); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	done := 0
	count := func() { done++ }
	for name, c := range map[string]struct{ got, want string }{
		"text": {
			write(func(w *bufio.Writer) error { return Text(w, hostile.Header, hostile.All(), Screen{}, count) }),
			"ポート  Name\n443     =1+1\n80\n1       a|b *c*  more\n\n",
		},
		"markdown": {
			write(func(w *bufio.Writer) error { return Markdown(w, hostile.Header, hostile.All(), count) }),
			"| ポート | Name |\n| --- | --- |\n| 443 | =1+1 |\n| 80 |\n| 1 | a\\|b \\*c\\* | more |\n|\n",
		},
		"csv": {
			write(func(w *bufio.Writer) error { return CSV(w, hostile.Header, hostile.All(), count) }),
			"ポート,Name\r\n443,'=1+1\r\n80\r\n1,a|b *c*,more\r\n\r\n",
		},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	if done != 3*len(hostile.Rows) {
		t.Errorf("%d rows are done", done)
	}
}

type failing struct{ left int }

func (f *failing) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errors.New("full")
	}
	return len(b), nil
}

// TestWriteErrors checks that an error of the writer ends the table.
func TestWriteErrors(t *testing.T) {
	endless := func(yield func([]string) bool) {
		for range 1 << 20 {
			if !yield([]string{"443", "x"}) {
				return
			}
		}
	}
	rows := 0
	count := func() { rows++ }
	if err := Markdown(bufio.NewWriterSize(&failing{100}, 16), hostile.Header, endless, count); err == nil || rows > 100 {
		t.Errorf("Markdown: %v after %d rows", err, rows)
	}
	rows = 0
	if err := CSV(&failing{100}, hostile.Header, endless, count); err == nil || rows > 10_000 {
		t.Errorf("CSV: %v after %d rows", err, rows)
	}
}

// TestScreen fits tables into screens of every width: no line is wider, nothing
// is lost, and only cells that have to be are broken.
func TestScreen(t *testing.T) {
	table := Table{
		Header: []string{"ID", "Source", "用途"},
		Rows: [][]string{
			{"itms/package-server/unc-inbound", "Symantec Management Agent", "パッケージ共有へのUNCアクセスに使用する。"},
			{"a/b", "x", ""},
		},
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	text := func(width int, emphasis bool) string {
		var b strings.Builder
		w := bufio.NewWriter(&b)
		if err := errors.Join(Text(w, table.Header, table.All(), Screen{Width: width, Emphasis: emphasis}, nil), w.Flush()); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	whole := text(0, false)
	if text(200, false) != whole {
		t.Error("a screen that is wide enough changes the table")
	}
	for width := 20; width < 110; width++ {
		out := text(width, false)
		for line := range strings.Lines(out) {
			if n := wrap.Columns(strings.TrimRight(line, "\n"), 1); n > width {
				t.Errorf("width %d: %d columns: %s", width, n, line)
			}
		}
		if letters(squeeze(out)) != letters(squeeze(whole)) {
			t.Errorf("width %d: the table holds other characters:\n%s", width, out)
		}
	}
	want := "ID                  Source              用途\n" +
		"itms/package-       Symantec            パッケージ共有への\n" +
		"server/unc-inbound  Management Agent    UNCアクセスに\n" +
		"                                        使用する。\n" +
		"\n" +
		"a/b                 x\n"
	if got := text(58, false); got != want {
		t.Errorf("58 columns:\n%s\nwant\n%s", got, want)
	}
	if got := text(0, true); !strings.HasPrefix(got, "\x1b[1mID") || strings.Count(got, "\x1b") != 2 || !strings.HasSuffix(strings.SplitN(got, "\n", 2)[0], "用途\x1b[22m") {
		t.Errorf("an emphasized header is %q", got)
	}
}

// letters returns how often each character occurs.
func letters(s string) string {
	list := []rune(s)
	slices.Sort(list)
	return string(list)
}
