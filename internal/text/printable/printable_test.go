package printable

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"Apex Central 管理コンソール", "Apex Central 管理コンソール"},
		{" a\t b\r\nc\u3000d\u2028e ", "a b c d e"},
		{"user\u202egnp.exe", "usergnp.exe"}, // the last letters would be read backwards
		{"soft\u00adhyphen\ufeff\u200b", "softhyphen"},
		{"bell\x07, escape\x1b[31m, bad\xff", "bell�, escape�[31m, bad�"},
		{"private \ue000", "private �"},
		{"\ufdd0en\ufdd1text\ufdd2", "�en�text�"},
		{"👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"},
		{"e\u0301 שלום", "e\u0301 שלום"},
	} {
		if got := Text(c.in); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\x00\u202eb \n")
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		if !utf8.ValidString(got) || Text(got) != got {
			t.Errorf("Text(%q) = %q, and of that %q", s, got, Text(got))
		}
		for _, r := range got {
			if !unicode.IsPrint(r) && !isJoiner(r) {
				t.Errorf("Text(%q) holds %U", s, r)
			}
		}
	})
}

func TestVisible(t *testing.T) {
	for s, want := range map[string]bool{
		"": false, " ": false, "\u3000": false, "\u200b": false, "\ufeff \u00ad": false, "\u3164": false, "\u115f": false, "\uffa0": false,
		"\u2800": false, "\u0301": false, "\u034f": false, "\xff": false, "\ue000": false,
		"a": true, "。": true, "-": true, "\u200bx": true, "e\u0301": true, "ポ": true, "👩\u200d👧": true, "\u2801": true,
	} {
		if got := Visible(s); got != want {
			t.Errorf("Visible(%q) = %v", s, got)
		}
	}
}

func TestBeginning(t *testing.T) {
	for _, c := range []struct {
		s    string
		most int
		want string
	}{
		{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"日本語", 3, "日本語"}, {"日本語版", 3, "日本…"}, {"ab", 1, "…"},
	} {
		if got := Beginning(c.s, c.most); got != c.want {
			t.Errorf("Beginning(%q, %d) = %q, want %q", c.s, c.most, got, c.want)
		}
	}
}
