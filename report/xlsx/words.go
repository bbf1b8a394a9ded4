package xlsx

import (
	"iter"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/internal/label"
)

// A workbook in several languages has all of them in each cell, one below the
// other, and not a set of sheets for each: a row is approved once, and those who
// ask and those who approve mean the same row. What the languages have in common
// is there once.

// inEach returns what each document says, as plain text, each text once.
func (b *workbook) inEach(say func(*content.Document) string) []string {
	texts := make([]string, len(b.documents))
	for i, d := range b.documents {
		texts[i] = d.Plain(say(d))
	}
	return b.distinct(texts)
}

// say returns the text of a cell.
func (b *workbook) say(say func(*content.Document) string) string {
	return strings.Join(b.inEach(say), "\n")
}

// sayInLine returns a text for where there is but one line.
func (b *workbook) sayInLine(say func(*content.Document) string) string {
	return strings.Join(b.inEach(say), " / ")
}

// word returns a label as the text of a cell.
func (b *workbook) word(l label.Label) string {
	return b.say(func(d *content.Document) string { return d.Label(l) })
}

// wordInLine returns a label for where there is but one line.
func (b *workbook) wordInLine(l label.Label) string {
	return b.sayInLine(func(d *content.Document) string { return d.Label(l) })
}

// words returns labels as the texts of cells.
func (b *workbook) words(list ...label.Label) []string {
	var texts []string
	for _, l := range list {
		texts = append(texts, b.word(l))
	}
	return texts
}

// cells returns the texts of several cells, which each document has as plain
// texts.
func (b *workbook) cells(of func(*content.Document) []string) []string {
	rows := make([][]string, len(b.documents))
	for i, d := range b.documents {
		rows[i] = of(d)
	}
	return b.merge(rows)
}

// merge makes one row of those of the documents.
func (b *workbook) merge(rows [][]string) []string {
	if len(rows) == 1 {
		return rows[0]
	}
	merged := make([]string, len(rows[0]))
	for i := range merged {
		texts := make([]string, len(rows))
		for n, row := range rows {
			texts[n] = row[i]
		}
		merged[i] = strings.Join(b.distinct(texts), "\n")
	}
	return merged
}

// rows yields the rows of a table, which each document has as plain texts.
func (b *workbook) rows(of func(*content.Document) iter.Seq[[]string]) iter.Seq[[]string] {
	if len(b.documents) == 1 {
		return of(b.Document)
	}
	return func(yield func([]string) bool) {
		next := make([]func() ([]string, bool), len(b.documents))
		for i, d := range b.documents {
			var stop func()
			next[i], stop = iter.Pull(of(d))
			defer stop()
		}
		rows := make([][]string, len(next))
		for {
			for i := range next {
				row, ok := next[i]()
				if !ok {
					return
				}
				rows[i] = row
			}
			if !yield(b.merge(rows)) {
				return
			}
		}
	}
}

// distinct returns texts without those that others repeat. A text that a
// language lacks repeats the one that it falls back to, with its tag.
func (b *workbook) distinct(texts []string) []string {
	if len(texts) == 1 {
		return texts
	}
	var list []string
	for _, s := range texts {
		for _, d := range b.documents {
			if bare := strings.ReplaceAll(s, " ["+d.Localizer.Language().String()+"]", ""); slices.Contains(texts, bare) {
				s = bare
			}
		}
		if s != "" {
			list = content.AppendNew(list, s)
		}
	}
	return list
}
