package firewall_test

import (
	"os"
	"strings"
	"testing"

	"github.com/portbook/portbook/firewall"
	"github.com/portbook/portbook/i18n"
)

// TestGapKinds holds that every kind has a text of its own in each language, and
// a place in the documentation.
func TestGapKinds(t *testing.T) {
	docs, err := os.ReadFile("../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]firewall.GapKind{}
	for _, kind := range firewall.GapKinds() {
		for _, tag := range i18n.Languages() {
			text := firewall.Gap{Kind: kind, What: []string{"`x`\n"}, Written: true}.Text(i18n.New(tag))
			if other, ok := seen[text]; ok || text == "" || strings.ContainsAny(text, "{}`\n") {
				t.Errorf("%s in %s: %q, also of %q", kind, tag, text, other)
			}
			seen[text] = kind
		}
		if !strings.Contains(string(docs), "\n| `"+string(kind)+"` |") {
			t.Errorf("docs/rules.md has no row about %s", kind)
		}
	}
}
