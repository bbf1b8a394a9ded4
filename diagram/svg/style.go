package svg

import "strings"

// Fonts that Windows, macOS and Linux have, for Latin and for Japanese.
const (
	textFonts  = `system-ui,"Segoe UI","Helvetica Neue",Arial,"Hiragino Kaku Gothic ProN","Yu Gothic UI",Meiryo,"Noto Sans CJK JP","Noto Sans JP",sans-serif`
	fixedFonts = `ui-monospace,Menlo,Consolas,"DejaVu Sans Mono","Hiragino Kaku Gothic ProN","Yu Gothic UI",Meiryo,"Noto Sans CJK JP",monospace`
)

// colors are the names of the CSS variables, each with its light and its dark value.
var colours = []struct{ name, light, dark string }{
	{"ink", "#1f2937", "#e5e7eb"},
	{"muted", "#4b5563", "#b6bfcc"},
	{"line", "#4b5563", "#9ca3af"},
	{"paper", "#ffffff", "#111827"},
	{"node", "#eff6ff", "#1e3a5f"},
	{"node-line", "#2563eb", "#60a5fa"},
	{"outside", "#fff7ed", "#3f2f1a"},
	{"outside-line", "#b45309", "#f0a63c"},
	{"cluster", "#f8fafc", "#182234"},
	{"cluster-line", "#94a3b8", "#64748b"},
}

// light returns the light value of a color, for programs that do not know CSS
// variables: every element has it as an attribute.
func light(name string) string {
	for _, c := range colours {
		if c.name == name {
			return c.light
		}
	}
	return "none"
}

// style writes the rules. Those of one drawing must not change another part of
// the page, and the variables of the page must win over ours: the drawing works
// with variables of its own, which begin with --pbd-.
func style() string {
	var b strings.Builder
	b.WriteString(".pb-diagram{")
	for _, c := range colours {
		b.WriteString("--pbd-" + c.name + ":var(--pb-" + c.name + "," + c.light + ");")
	}
	b.WriteString("}\n@media screen and (prefers-color-scheme:dark){.pb-diagram{")
	for _, c := range colours {
		b.WriteString("--pbd-" + c.name + ":var(--pb-" + c.name + "," + c.dark + ");")
	}
	b.WriteString("}}\n")
	for _, rule := range []string{
		".pb-paper{fill:var(--pbd-paper)}",
		".pb-title,.pb-empty,.pb-label,.pb-node .pb-name{fill:var(--pbd-ink)}",
		".pb-cluster rect{fill:var(--pbd-cluster);stroke:var(--pbd-cluster-line)}",
		".pb-cluster .pb-name,.pb-legend .pb-name{fill:var(--pbd-muted)}",
		".pb-node rect{fill:var(--pbd-node);stroke:var(--pbd-node-line)}",
		".pb-node.pb-external rect{fill:var(--pbd-outside);stroke:var(--pbd-outside-line)}",
		".pb-edge path{stroke:var(--pbd-line);stroke-width:1.2}",
		".pb-edge .pb-arrow{fill:var(--pbd-line)}",
		".pb-edge .pb-hollow{fill:var(--pbd-paper)}",
	} {
		b.WriteString(".pb-diagram " + strings.ReplaceAll(rule, ",.", ",.pb-diagram .") + "\n")
	}
	return b.String()
}
