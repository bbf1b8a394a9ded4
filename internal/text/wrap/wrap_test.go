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
			if width(line) > columns+slack(columns) && uniseg.GraphemeClusterCount(line) > 2 {
				t.Errorf("Text(%q, %d): line %q is %d columns wide", s, columns, line, width(line))
			}
		}
	})
}
