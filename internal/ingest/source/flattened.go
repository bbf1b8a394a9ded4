package source

import (
	"regexp"
	"slices"
	"strings"
)

// A page whose line breaks were lost is one line. Where it held pipe tables,
// the delimiter row says how many columns they have, and so where each row
// ends: "## Kiln | Port | Use | |---|---| | 4100 | Orders | | 4101 | Heat |".

var (
	delimiterWithin = regexp.MustCompile(`\|(?:\s*:?-{3,}:?\s*\|)+`)
	headingWithin   = regexp.MustCompile(`\s(#{1,6} \S)`)
)

// unflatten breaks such lines up. It returns the text and, for each of its
// lines, the one that it stood on; nothing where no line changed.
func unflatten(text string) (broken string, lineOf []int) {
	lines := strings.Split(text, "\n")
	if !slices.ContainsFunc(lines, isFlattened) {
		return text, nil
	}
	var out []string
	for i, line := range lines {
		pieces := []string{line}
		if isFlattened(line) {
			pieces = tablesWithin(line)
		}
		for _, piece := range pieces {
			out, lineOf = append(out, piece), append(lineOf, i+1)
		}
	}
	return strings.Join(out, "\n"), lineOf
}

// isFlattened reports whether a delimiter row stands between the headings and
// the rows of a table on one line.
func isFlattened(line string) bool {
	if strings.Count(line, "|") < 8 || !strings.Contains(line, "---") {
		return false
	}
	at := delimiterWithin.FindStringIndex(line)
	return at != nil && strings.Count(line[:at[0]], "|") > 1 && strings.Contains(line[at[1]:], "|")
}

// tablesWithin cuts a line into its text, its headings and the rows of its
// tables.
func tablesWithin(line string) (pieces []string) {
	prose := func(s string) {
		pieces = append(pieces, strings.Split(headingWithin.ReplaceAllString(s, "\n$1"), "\n")...)
		pieces = append(pieces, "")
	}
	for {
		at := delimiterWithin.FindStringIndex(line)
		if at == nil {
			prose(line)
			return pieces
		}
		columns := strings.Count(line[at[0]:at[1]], "|") - 1
		head := lastPipes(line[:at[0]], columns+1)
		prose(line[:head])
		pieces = append(pieces, line[head:at[0]], line[at[0]:at[1]])
		line = line[at[1]:]
		for end := firstPipes(line, columns+1); end > 0; end = firstPipes(line, columns+1) {
			pieces = append(pieces, line[:end])
			line = line[end:]
		}
		pieces = append(pieces, "")
	}
}

// lastPipes returns where the last n pipes of a text begin, and firstPipes
// where its first n pipes end: 0 where it begins with something else, or has
// fewer.
func lastPipes(s string, n int) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '|' {
			if n--; n == 0 {
				return i
			}
		}
	}
	return 0
}

func firstPipes(s string, n int) int {
	if !strings.HasPrefix(strings.TrimLeft(s, " \t"), "|") {
		return 0
	}
	for i := range len(s) {
		if s[i] == '|' {
			if n--; n == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// renumber puts a document on the lines that its text had before it was broken
// up.
func (d *Document) renumber(lineOf []int) {
	to := func(p *Position) {
		if p.Line > 0 {
			p.Line = lineOf[min(p.Line, len(lineOf))-1]
		}
	}
	for i := range d.Rows {
		row := &d.Rows[i]
		to(&row.Position)
		row.Path = slices.Clone(row.Path)
		for k := range row.Path {
			to(&row.Path[k].Position)
		}
		for k := range row.Cells {
			to(&row.Cells[k].Position)
		}
	}
	for i := range d.Prose {
		to(&d.Prose[i].Position)
	}
	for i := range d.Problems {
		to(&d.Problems[i].Position)
	}
}
