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

// TestIsRewritten names what spreadsheets take for something else, and what
// they leave alone. LibreOffice confirms it in package report.
func TestIsRewritten(t *testing.T) {
	for _, s := range []string{
		"10-12", "1-2000", "1/2", "3:30", "Mar 5", "5 March", "MAR1", "2026/4/1", "5月1日", "１０－１２", "10時30分", "1E5", "007", "1.10", "80,443", "令和8年4月1日", "3 pm", " 3-4 ",
	} {
		if !isRewritten(s) {
			t.Errorf("%q stays", s)
		}
	}
	for _, s := range []string{
		"", "443", "0", "8.7", "2026-04-01", "80, 443", "10-12/tcp", "10 to 12", "10～12", "192.0.2.1", "192.0.2.0/28", "192.0.2.1-192.0.2.9", "2001:db8::1", "May", "row 5", "5行目",
		"type 8", "Apex One", "a-1", "Server 2", "1-1 backup", "march of 5",
	} {
		if isRewritten(s) {
			t.Errorf("%q is quoted", s)
		}
	}
}

// TestScreenWords breaks no word on a screen where the widest words of all
// columns have room, however much wider other columns are.
func TestScreenWords(t *testing.T) {
	long := strings.Repeat("many short words ", 6)
	tables := []Table{
		{Header: []string{"Source", "Destination", "Purpose"}, Rows: [][]string{{"Administrator's computer", "Server", long}, {"x", long, "Reads"}}},
		{Header: []string{"ID", "送信元", "用途"}, Rows: [][]string{{"a/bcdefghijklmnopqrstuv", "管理者のコンピューター", long}, {long, "x", "パッケージ共有へのUNCアクセス"}}},
	}
	for n, table := range tables {
		words := map[string]bool{}
		least := gap * (len(table.Header) - 1)
		for i := range table.Header {
			widest := leastCell
			for _, row := range append([][]string{table.Header}, table.Rows...) {
				widest = max(widest, wrap.Word(row[i], 1))
				for _, word := range strings.Fields(row[i]) {
					if wrap.Columns(word, 1) == len(word) && !strings.Contains(word, "/") {
						words[word] = true
					}
				}
			}
			least += widest
		}
		for width := least; width < least+60; width++ {
			var b strings.Builder
			w := bufio.NewWriter(&b)
			if err := errors.Join(Text(w, table.Header, table.All(), Screen{Width: width}, nil), w.Flush()); err != nil {
				t.Fatal(err)
			}
			whole := strings.Fields(b.String())
			for word := range words {
				if !slices.Contains(whole, word) {
					t.Errorf("table %d, %d columns: %q is broken:\n%s", n, width, word, b.String())
				}
			}
		}
	}
}

// TestFit uses the whole width of a screen that is too narrow for the table.
func TestFit(t *testing.T) {
	for width := 20; width < 90; width++ {
		table := textTable{widths: []int{30, 9, 40, 12}, words: []int{5, 9, 4, 3}, screen: Screen{Width: width}}
		if !table.fit() {
			t.Fatalf("width %d: a table of 97 columns fits", width)
		}
		if got := sum(table.widths) + gap*3; got != width {
			t.Errorf("width %d: the table has %d columns: %v", width, got, table.widths)
		}
	}
}
