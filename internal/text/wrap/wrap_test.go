package wrap

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		in      string
		columns int
		want    []string
	}{
		{"", 10, nil},
		{"MCP agent", 10, []string{"MCP agent"}},
		{"Trend Micro license renewal server", 12, []string{"Trend Micro", "license", "renewal", "server"}},
		{"機械学習のサービスと仮想アプライアンス", 16, []string{"機械学習の", "サービスと仮想", "アプライアンス"}},
		{"Service Gateway仮想アプライアンス", 24, []string{"Service Gateway", "仮想アプライアンス"}},
		{"メールを送信する管理サーバー", 24, []string{"メールを送信する", "管理サーバー"}},
		{"Trend Micro Security for Mac", 24, []string{"Trend Micro", "Security for Mac"}}, // not: "Mac" alone
		{"スマートスキャンサービス", 10, []string{"スマート", "スキャン", "サービス"}},
		{"one two three four five six", 5, []string{"one", "two", "three", "four…"}},
		{"フォワードプロキシサービス", 24, []string{"フォワードプロキシサービス"}}, // a little too wide
		{"a " + strings.Repeat("x", 22) + " b", 10, []string{"a", "xxxxxxxx", "xxxxxxxx", "xxxxxx b"}},
		{strings.Repeat("x", 50), 10, []string{"xxxxxxxxxx", "xxxxxxxxxx", "xxxxxxxxxx", "xxxxxxxxx…"}},
	} {
		if got := Text(c.in, c.columns, 4); !slices.Equal(got, c.want) {
			t.Errorf("Text(%q, %d) = %q, want %q", c.in, c.columns, got, c.want)
		}
	}
}

func TestFill(t *testing.T) {
	for _, c := range []struct {
		in      string
		columns int
		want    []string
	}{
		{"", 10, []string{""}},
		{"one two three", 8, []string{"one two", "three"}},
		{"use --view ports", 6, []string{"use", "--view", "ports"}},
		{"Ωone two", 5, []string{"Ωone", "two"}},
		{"--outputのファイル", 10, []string{"--outputの", "ファイル"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
	} {
		if got := Fill(c.in, c.columns, 1); !slices.Equal(got, c.want) {
			t.Errorf("Fill(%q, %d) = %q, want %q", c.in, c.columns, got, c.want)
		}
	}
	if got := Fill("Ωone two", 4, 2); !slices.Equal(got, []string{"Ωon", "e", "two"}) {
		t.Errorf("with wide Greek letters: %q", got)
	}
}

func TestList(t *testing.T) {
	for in, want := range map[string][]string{
		"80,443,8080/tcp 514/udp":      {"80,443,", "8080/tcp", "514/udp"},
		"49152-65535/udp 1/tcp":        {"49152-65535/udp"[:8], "49152-65535/udp"[8:], "1/tcp"},
		"80/tcp, 接続先製品の設定によるポート (TCP)": {"80/tcp,", "接続先", "製品の", "設定による", "ポート", "(TCP)"},
	} {
		if got := List(in, 10); !slices.Equal(got, want) {
			t.Errorf("List(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("Trend Micro 管理コンソール e\u0301", 7)
	f.Add("\u0301\u0301", 2)
	f.Fuzz(func(t *testing.T, s string, columns int) {
		columns = 4 + max(0, columns)%40
		lines := Text(s, columns, 4)
		if len(lines) > 4 {
			t.Errorf("%d lines", len(lines))
		}
		for _, line := range lines {
			if strings.Trim(line, " ") == "" && strings.Trim(s, " ") != "" && utf8.ValidString(s) {
				t.Errorf("Text(%q, %d) = %q: an empty line", s, columns, lines)
			}
			// A single character, with all that is combined with it, may be wider than a very narrow line.
			if Columns(line, 1) > columns+columns/6 && uniseg.GraphemeClusterCount(line) > 2 {
				t.Errorf("Text(%q, %d): line %q is %d columns wide", s, columns, line, Columns(line, 1))
			}
		}
	})
}

func TestColumns(t *testing.T) {
	for _, c := range []struct {
		text      string
		ambiguous int
		want      int
	}{
		{"", 1, 0},
		{"port 443", 1, 8},
		{"ポート", 1, 6},
		{"ﾎﾟｰﾄ", 1, 4},
		{"ＴＣＰ", 1, 6},
		{"e\u0301", 1, 1},
		{"†", 1, 1},
		{"†", 2, 2},
		{"「」", 1, 4},
		{"a\tb\x7f", 1, 2},
		{"𠮷🔥", 1, 4},
	} {
		if got := Columns(c.text, c.ambiguous); got != c.want {
			t.Errorf("Columns(%q, %d) = %d, want %d", c.text, c.ambiguous, got, c.want)
		}
	}
	if got := Pad("ポート", 8, 1) + "|" + Pad("too wide", 3, 1) + "|"; got != "ポート  |too wide|" {
		t.Errorf("Pad gives %q", got)
	}
}

// TestFonts checks that every font takes the same characters for wide, and for
// none at all.
func TestFonts(t *testing.T) {
	for r := rune(0); r <= 0x20000; r++ {
		columns := Terminal(1).Width(string(r))
		drawing, sheet := Drawing.Width(string(r)), Sheet.Width(string(r))
		switch {
		case r < 0x80 && (sheet < 0.6 || sheet > 1.8):
			t.Errorf("%U is %v digits wide", r, sheet)
		case r >= 0x80 && (columns == 0) != (sheet == 0), (columns == 0) != (drawing == 0):
			t.Errorf("%U is %v columns, %v of a drawing, %v digits wide", r, columns, drawing, sheet)
		case columns == 2 && (drawing != Drawing.Wide || sheet < Sheet.Wide):
			t.Errorf("%U is wide in a terminal, and %v in a drawing, %v in a sheet", r, drawing, sheet)
		}
	}
}

// TestLines checks what the measure of a text in a spreadsheet holds on to.
func TestLines(t *testing.T) {
	for _, c := range []struct {
		text   string
		column float64
		want   int
	}{
		{"", 10, 1}, {"1234567890", 10, 1}, {"12345678901", 10, 2}, {"1234 5678 90", 10, 2}, {"あいうえお", 10, 1}, {"あいうえおか", 10, 2},
		{"12345678 あい", 10, 2}, {"あいうえ「か", 10, 2}, {strings.Repeat("1", 95), 10, 10}, {"12345-67890/1234", 10, 2},
		{"1\n2", 10, 2}, {"12345678901\n2", 10, 3}, {"あ\nい\n", 10, 3}, {"あいうえお†", 10, 2}, {"あいうえお\u00a0†", 10, 2}, {"あいうえ\u00a0†か", 11, 2},
	} {
		if got := Lines(c.text, c.column, 100); got != c.want {
			t.Errorf("%q takes %d lines of %v, want %d", c.text, got, c.column, c.want)
		}
	}
	if got := Lines(strings.Repeat("1", 95), 10, 3); got != 4 {
		t.Errorf("counts %d lines, want one more than the limit", got)
	}
	if got := Lines(strings.Repeat("1\n", 95), 10, 3); got != 4 {
		t.Errorf("counts %d lines that newlines end, want one more than the limit", got)
	}
	if a, b := LongestWord("あい\n1234567"), LongestWord("1234567"); a != b {
		t.Errorf("a newline does not end a word: %v, want %v", a, b)
	}
}
