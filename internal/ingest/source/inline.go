package source

import (
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// inlineParser knows paragraphs only: a cell that begins with "#" or "1." is
// neither a heading nor a list.
var inlineParser = parser.NewParser(
	parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 1)),
	parser.WithInlineParsers(parser.DefaultInlineParsers()...),
)

// Markup is read in texts up to this length, with brackets up to this number;
// in others it stays as it stands. The time that the parser takes grows with
// the square of marks that do not match, and for brackets faster.
const (
	maxInline   = 4 << 10
	maxBrackets = 100
)

// inline returns the text of a cell or line without markup, with the
// line breaks that a browser would show. Plain text has no marks except those
// that remain when a page is copied: entities, and tags for line breaks.
func (t *textReader) inline(s string) string {
	t.work += len(s)
	if !strings.ContainsAny(s, "\\*_`[]<&!") {
		return s
	}
	if !t.markdown || len(s) > maxInline || strings.Count(s, "[") > maxBrackets {
		return decodeEntities(tags.ReplaceAllStringFunc(s, tagText))
	}
	source := []byte(s)
	var b strings.Builder
	document := inlineParser.Parse(text.NewReader(source))
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			return writeInline(&b, n, source), nil
		}
		if n.Kind() == ast.KindParagraph {
			b.WriteByte('\n')
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// writeInline writes the text of a node, and says whether its children follow.
func writeInline(b *strings.Builder, n ast.Node, source []byte) ast.WalkStatus {
	switch n := n.(type) {
	case *ast.Text:
		value := string(n.Segment.Value(source))
		if n.Parent().Kind() != ast.KindCodeSpan {
			value = decodeEntities(unescape(value))
		}
		b.WriteString(value)
		if n.SoftLineBreak() || n.HardLineBreak() {
			b.WriteByte('\n')
		}
	case *ast.AutoLink:
		b.Write(n.Label(source))
	case *ast.RawHTML:
		b.WriteString(tagText(string(n.Segments.Value(source))))
	}
	return ast.WalkContinue
}

// tags are the tags that pages use within a text. What else stands between "<" and ">" is text, as in http://<server>/.
var tags = regexp.MustCompile(`(?i)</?(a|abbr|b|big|br|cite|code|del|div|em|font|i|img|ins|kbd|li|mark|ol|p|pre|q|s|samp|small|span|strong|sub|sup|tt|u|ul|var|wbr)(\s[^<>]*)?/?>`)

// tagText returns what stands for a tag: a line break, nothing, or the tag itself where it is none that is known.
func tagText(tag string) string {
	match := tags.FindStringSubmatch(tag)
	if match == nil || match[0] != tag {
		if strings.HasPrefix(tag, "<!--") {
			return ""
		}
		return tag
	}
	switch strings.ToLower(match[1]) {
	case "br", "div", "li", "ol", "p", "pre", "ul":
		return "\n"
	}
	return ""
}

// entities are those that end with a semicolon: without it, the "&copy=" of an address would become a sign.
var entities = regexp.MustCompile(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});`)

func decodeEntities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return entities.ReplaceAllStringFunc(s, html.UnescapeString)
}

// unescape takes the backslash before punctuation away. That before "&" stays without effect on entities, which nobody escapes.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && util.IsPunct(s[i+1]) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
