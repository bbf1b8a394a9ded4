package source

import (
	"strings"
	"unicode/utf8"
)

// textReader reads Markdown and plain text, line by line. It is not a CommonMark
// parser: CommonMark gives every line a meaning, and in the pages that vendors
// publish, or that somebody copied, it would often be the wrong one. It ends a
// table at a cell that runs over lines, takes the prose after a table for a row
// of it, and sees no table at all where the line of headings is lost. Only text
// within a line is left to a CommonMark parser (see inline).
type textReader struct {
	*reader
	markdown bool
	lines    []string
	starts   []int // where lines begin in the text
	noTable  bool  // no further HTML table ends
	noEnd    bool  // no further HTML comment ends
}

func newTextReader(r *reader, markdown bool) *textReader {
	t := &textReader{reader: r, markdown: markdown, lines: strings.Split(r.text, "\n")}
	offset := 0
	for _, line := range t.lines {
		t.starts = append(t.starts, offset)
		offset += len(line) + 1
	}
	return t
}

func (t *textReader) read() {
	for i := t.frontMatter(); i < len(t.lines) && t.err == nil; {
		i = t.next(i)
	}
}

// next reads what begins at a line, and returns the line after it.
func (t *textReader) next(i int) int {
	line := t.line(i)
	t.work += len(line)
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "" || isRule(trimmed):
		t.gap = true
		return i + 1
	case fence(trimmed) != "":
		return t.code(i)
	case strings.HasPrefix(trimmed, ":::"):
		t.admonition(i, trimmed)
		return i + 1
	case strings.HasPrefix(trimmed, "<!--"):
		return t.comment(i)
	case hasTag(trimmed, "<table"):
		return t.htmlTable(i)
	}
	if after := t.otherTable(i); after > i {
		return after
	}
	if after := t.table(i); after > i {
		return after
	}
	if level, text, lines := t.headingAt(i); lines > 0 {
		t.addHeading(i+1, level, t.inline(text))
		return i + lines
	}
	t.textLine(i)
	return i + 1
}

// line returns a line, without the marks of a quotation.
func (t *textReader) line(i int) string {
	line := t.lines[i]
	for t.markdown && strings.HasPrefix(line, ">") {
		line = strings.TrimPrefix(line[1:], " ")
	}
	return line
}

// textLine adds a line of prose, or of a labelled list.
func (t *textReader) textLine(i int) {
	line := t.line(i)
	if !isFootnote(strings.TrimSpace(line)) && !strings.Contains(line, "`") && countPipes(line) >= 2 {
		t.problem(t.at(i+1), line, "looks like a row, but no table begins here: headings and the line below them are lost")
	}
	if countPipes(line) == 1 && endsWithPipe(line) { // a cell of a table that could not be read as one
		line = strings.TrimRight(line, "| \t\u00a0\u3000")
	}
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	for _, part := range strings.Split(t.inline(line), "\n") {
		t.addText(i+1, indent, part)
	}
}

// frontMatter skips the block of settings at the top of a page, and returns the line after it. Its title is the page's.
func (t *textReader) frontMatter() int {
	if strings.TrimRight(t.lines[0], " \t") != "---" {
		return 0
	}
	for i := 1; i < len(t.lines); i++ {
		t.work += len(t.lines[i])
		line := strings.TrimRight(t.lines[i], " \t")
		if line != "---" && line != "..." {
			continue
		}
		for j := 1; j < i; j++ {
			if title, ok := strings.CutPrefix(t.lines[j], "title:"); ok {
				t.addHeading(j+1, 1, strings.Trim(strings.TrimSpace(title), `"'`))
			}
		}
		return i + 1
	}
	return 0 // a rule at the top
}

// code keeps what is in a code block as prose: a table in there is an example of one.
func (t *textReader) code(i int) int {
	mark := fence(strings.TrimSpace(t.line(i)))
	for j := i + 1; j < len(t.lines); j++ {
		line := strings.TrimSpace(t.line(j))
		t.work += len(line)
		if rest, ok := strings.CutPrefix(line, mark); ok && strings.Trim(rest, mark[:1]) == "" {
			t.gap = true
			return j + 1
		}
		t.addText(j+1, 0, line)
	}
	t.problem(t.at(i+1), t.lines[i], "the code block is not closed: all that follows is read as code")
	return len(t.lines)
}

// fence returns the mark that opens a code block, or nothing.
func fence(line string) string {
	for _, c := range []string{"`", "~"} {
		n := len(line) - len(strings.TrimLeft(line, c))
		if n >= 3 && !strings.Contains(line[n:], "`") {
			return line[:n]
		}
	}
	return ""
}

// admonition reads a line of colons that opens or closes a note. Its title, as in ":::warning[Important]", is prose.
func (t *textReader) admonition(i int, line string) {
	t.gap = true
	if _, title, ok := strings.Cut(line, "["); ok {
		t.addText(i+1, 0, t.inline(strings.TrimSuffix(title, "]")))
	}
}

// comment skips an HTML comment. One that does not end is text.
func (t *textReader) comment(i int) int {
	text := t.text[t.starts[i]:]
	end := -1
	if !t.noEnd {
		end = strings.Index(text, "-->")
		t.work += len(text[:max(end, 0)])
	}
	if end < 0 {
		if !t.noEnd {
			t.work += len(text)
		}
		t.noEnd = true // so that not every such line looks through the rest of the document
		t.textLine(i)
		return i + 1
	}
	t.gap = true
	i += strings.Count(text[:end], "\n")
	if rest := t.lines[i][strings.Index(t.lines[i], "-->")+3:]; strings.TrimSpace(rest) != "" {
		t.addText(i+1, 0, t.inline(rest))
	}
	return i + 1
}

// headingAt returns the heading at a line and how many lines it takes: none where there is no heading. Headings are those of
// Markdown, and numbered ones ("2.1.3. Ports") as pages have them when they are copied as text; some keep the mark "¶" of their link.
func (t *textReader) headingAt(i int) (level int, text string, lines int) {
	line := strings.TrimSpace(t.line(i))
	if n := len(line) - len(strings.TrimLeft(line, "#")); n > 0 && n <= 6 && (n == len(line) || line[n] == ' ') {
		return n, strings.TrimSpace(strings.TrimRight(line[n:], "# ")), 1
	}
	if n := len(line) - len(strings.TrimLeft(line, "=")); n > 0 && n <= 6 && n < len(line) && line[n] == ' ' && isShortLine(line) {
		return n, strings.TrimSpace(strings.TrimRight(line[n:], "= ")), 1 // AsciiDoc
	}
	if n := numbered(line); n > 1 && isShortLine(line) {
		return n, line, 1
	}
	if text, ok := strings.CutSuffix(line, "¶"); ok {
		return 2, text, 1
	}
	alone := i+1 == len(t.lines) || strings.TrimSpace(t.line(i+1)) == ""
	if text := strings.Trim(line, "*"); t.markdown && alone && len(line) > 4 && line == "**"+text+"**" && isShortLine(text) {
		return 6, text, 1 // a paragraph in bold type stands for the lowest heading
	}
	if _, bullet := cutBullet(line); bullet || i+1 == len(t.lines) {
		return 0, "", 0
	}
	switch below := strings.TrimSpace(t.line(i + 1)); {
	case len(below) < 3:
	case strings.Trim(below, "=") == "":
		return 1, line, 2
	case strings.Trim(below, "-") == "" && isShortLine(line):
		return 2, line, 2
	case len(strings.Trim(below, below[:1])) == 0 && strings.Contains(underlines, below[:1]) && utf8.RuneCountInString(below) >= utf8.RuneCountInString(line) &&
		isShortLine(line) && !(t.markdown && below[0] == '`'):
		return 3, line, 2 // reStructuredText
	}
	return 0, "", 0
}

// underlines are the marks with which reStructuredText underlines headings,
// but for those that Markdown has too.
const underlines = "~^`\"'+*.:#_"

// numbered returns how many numbers stand before a heading: 3 for "2.1.3. Ports".
func numbered(line string) int {
	n := 0
	for rest := line; ; n++ {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits == 0 || digits > 3 {
			break
		}
		rest = rest[digits:]
		if n > 1 && strings.HasPrefix(rest, " ") {
			return n + 1 // without the last dot, two numbers are a decimal
		}
		if rest == "" || rest[0] != '.' {
			break
		}
		if rest = rest[1:]; strings.HasPrefix(rest, " ") {
			return n + 1
		}
	}
	return 0
}

// isShortLine reports whether a line may be a heading: it is not a sentence.
func isShortLine(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(line)
	return utf8.RuneCountInString(line) <= 100 && !strings.ContainsRune(".。:：,、;", last)
}

// isRule reports whether a line only separates.
func isRule(line string) bool {
	return len(line) >= 3 && (strings.Trim(line, "- ") == "" || strings.Trim(line, "* ") == "" || strings.Trim(line, "_ ") == "" || strings.Trim(line, "= ") == "")
}

// isFootnote reports whether a line is a footnote that was a table of one row on its page: "[1] | text |".
func isFootnote(line string) bool {
	rest, ok := strings.CutPrefix(line, "[")
	mark, rest, found := strings.Cut(rest, "]")
	return ok && found && len(mark) <= 10 && strings.HasPrefix(strings.TrimSpace(rest), "|")
}

// hasTag reports whether an HTML tag begins in a line.
func hasTag(line, tag string) bool {
	for {
		i := strings.IndexByte(line, '<')
		if i < 0 {
			return false
		}
		if isTag(line[i:], tag) {
			return true
		}
		line = line[i+1:]
	}
}

// isTag reports whether a text begins with an HTML tag, and not only with one that begins like it.
func isTag(s, tag string) bool {
	return len(s) >= len(tag) && strings.EqualFold(s[:len(tag)], tag) && (len(s) == len(tag) || strings.IndexByte(" \t\n>/", s[len(tag)]) >= 0)
}
