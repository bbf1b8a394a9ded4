package portcell

import (
	"strings"
	"testing"
)

// TestColumnWords asks for every word of the columns that say a direction, and
// whether a port can be changed, in each way that it may be written.
func TestColumnWords(t *testing.T) {
	for want, words := range map[Direction]string{
		Inbound:  "inbound in incoming 受信 着信 インバウンド ← <-",
		Outbound: "outbound out outgoing 送信 発信 アウトバウンド → ->",
		Both:     "both bidirectional bi-directional 送受信 双方向 両方向 両方 ⇔ ↔ ⇄ ⇆ <-> <=>",
	} {
		for _, word := range strings.Fields(words) {
			for _, cell := range []string{word, strings.ToUpper(word), "\u3000" + word + "\n"} {
				if got, err := ParseDirection(cell); err != nil || got != want {
					t.Errorf("ParseDirection(%q) = %v, %v; want %v", cell, got, err, want)
				}
			}
			if _, err := ParseDirection(word + "x"); err == nil {
				t.Errorf("ParseDirection(%q): no error", word+"x")
			}
			for _, between := range []string{"/", ", ", " & ", "\n", " and ", "および", "と"} {
				if got, err := ParseDirection(word + between + "inbound"); err != nil || got != want|Inbound {
					t.Errorf("ParseDirection(%q) = %v, %v; want %v", word+between+"inbound", got, err, want|Inbound)
				}
				if end := strings.TrimRight(word+between, " \n"); end != word {
					for _, blank := range []string{"", " ", "\n", " \n\t", "\u3000"} {
						if _, err := ParseDirection(end + blank); err == nil {
							t.Errorf("ParseDirection(%q): no error, although a direction is missing", end+blank)
						}
					}
				}
			}
		}
	}
	for want, words := range map[Configurable]string{
		Yes: "yes 可 可能 変更可 変更可能 ○ 〇 ◯ はい ✓ ✔",
		No:  "no 不可 不可能 変更不可 変更不可能 × いいえ ✗ ✕ ✘",
	} {
		for _, word := range strings.Fields(words) {
			for cell, remark := range map[string]string{
				word: "", strings.ToUpper(word): "", " " + word + ". ": "", word + ": in the console ": "in the console",
				word + "、 (管理者)": "(管理者)",
			} {
				got, note, err := ParseConfigurable(cell)
				if err != nil || got != want || note.Text != remark || !strings.HasPrefix(cell[note.Offset:], remark) {
					t.Errorf("ParseConfigurable(%q) = %v, %+v, %v; want %v and the remark %q", cell, got, note, err, want, remark)
				}
			}
			for _, advice := range []string{"but not recommended", "not recommended", "非推奨", "推奨されません"} {
				want := want
				if want == Yes {
					want = Discouraged
				}
				for _, cell := range []string{word + ", " + advice, word + " (" + advice + ")", word + "（" + advice + "）"} {
					if got, _, err := ParseConfigurable(cell); err != nil || got != want {
						t.Errorf("ParseConfigurable(%q) = %v, %v; want %v", cell, got, err, want)
					}
				}
			}
			if got, _, err := ParseConfigurable(word + ", 推奨"); err != nil || got != want {
				t.Errorf("ParseConfigurable(%q) = %v, %v; want %v", word+", 推奨", got, err, want)
			}
		}
	}
}

// TestLineBreaks checks that whatever breaks a line separates as a line feed
// does, whether the line feed alone is read as a list or refused.
func TestLineBreaks(t *testing.T) {
	for _, cell := range []string{"80\n443", "TCP\nUDP 53", "80 (HTTP)\n443 (HTTPS)", "80,\n443", "TCP 80\n\nUDP 53", "80 -\n90"} {
		want, wantErr := ParsePorts(cell)
		for _, br := range []string{"\r", "\u0085", "\u2028", "\u2029"} {
			got, err := ParsePorts(strings.ReplaceAll(cell, "\n", br))
			if (err == nil) != (wantErr == nil) || len(got.Items) != len(want.Items) || got.Kind != want.Kind {
				t.Errorf("%q with %q for line feeds: %+v, %v; want %+v, %v", cell, br, got, err, want, wantErr)
				continue
			}
			for i, x := range got.Items {
				if w := want.Items[i]; x.First != w.First || x.Last != w.Last || string(x.Protocols) != string(w.Protocols) {
					t.Errorf("%q with %q for line feeds: item %d is %+v, want %+v", cell, br, i, x, w)
				}
			}
		}
	}
}

// TestQuote checks where quotations are cut: beyond 120 bytes, and never within
// a character.
func TestQuote(t *testing.T) {
	for n := 110; n < 130; n++ {
		for _, c := range []string{"a", "é", "表", "😀"} {
			s := strings.Repeat("a", n) + c + "z"
			keep := s
			if len(s) > 120 {
				keep = strings.ToValidUTF8(s[:120], "")
			}
			want := `"` + keep + `"`
			if keep != s {
				want += "..."
			}
			if got := quote(s); got != want {
				t.Errorf("quote of %d bytes and %q: %s, want %s", n, c, got, want)
			}
		}
	}
}
