package powershell

import "testing"

func TestQuote(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "''"},
		{"plain", "'plain'"},
		{"it's", "'it''s'"},
		{"’; Remove-Item C:\\ # ‘‚‛", "'''; Remove-Item C:\\ # '''''''"},
		{"$(calc) $env:PATH `n \"", "'$(calc) $env:PATH `n \"'"},
		{"line\r\nbreak\tnul\x00\u202eend", "'line  break nul\ufffdend'"},
		{"日本語", "'日本語'"},
	} {
		if got := Quote(c.text); got != c.want {
			t.Errorf("Quote(%q) = %s, want %s", c.text, got, c.want)
		}
	}
}
