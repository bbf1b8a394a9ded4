package xlsx

import (
	"iter"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portbook/portbook/internal/text/wrap"
)

// Sizes of a workbook. Heights are in points.
const (
	fontSize      = 10.0
	lineHeight    = 1.3 * fontSize // of Calibri; DejaVu Sans is lower
	wideLine      = 1.5 * fontSize // of Meiryo UI and Noto Sans CJK
	cellPadding   = 4.0            // above and below a text together
	maxRowHeight  = 409.0          // of Excel
	maxCellUnits  = 32000          // of UTF-16 in a cell: Excel takes 32,767
	columnPadding = 1.0            // digits left and right of a text together
)

// maxLines is how many lines the highest row shows.
var maxLines = int((maxRowHeight - cellPadding) / wideLine)

// hasWide reports whether s has characters that make lines higher in any font.
func hasWide(s string) bool { return strings.ContainsFunc(s, wrap.IsWide) }

// fits reports whether a cell can hold s and show all of it.
func fits(s string, column float64, lines int) bool {
	return len(s) <= 3*maxCellUnits && utf16Len(s) <= maxCellUnits && wrap.Lines(s, column, lines) <= lines
}

// cut returns the longest beginning of s that fits together with tail, and the
// rest of s. It takes time for what it returns, not for the rest.
func cut(s, tail string, column float64, lines int) (head, rest string) {
	low, high := 0, runeStart(s, lines*int(column))
	for high < len(s) && fits(s[:high]+tail, column, lines) {
		low, high = high, runeStart(s, 2*high)
	}
	for { // s[:low] fits, s[:high] is s or does not
		middle := runeStart(s, (low+high)/2)
		if middle <= low {
			if middle = nextRune(s, low); middle >= high {
				break
			}
		}
		if fits(s[:middle]+tail, column, lines) {
			low = middle
		} else {
			high = middle
		}
	}
	if low == 0 { // always some progress
		low = nextRune(s, 0)
	}
	return s[:low], s[low:]
}

// runeStart returns the end of s, or the start of the character that byte i
// belongs to: a byte that belongs to none is one itself.
func runeStart(s string, i int) int {
	if i >= len(s) {
		return len(s)
	}
	for start := i; start > max(0, i-utf8.UTFMax); start-- {
		if utf8.RuneStart(s[start]) {
			if r, n := utf8.DecodeRuneInString(s[start:]); r != utf8.RuneError && start+n > i {
				return start
			}
			break
		}
	}
	return i
}

func nextRune(s string, i int) int {
	_, n := utf8.DecodeRuneInString(s[i:])
	return i + n
}

// pieces splits s so that each piece fits.
func pieces(s string, column float64, lines int) []string {
	var list []string
	for !fits(s, column, lines) {
		var head string
		head, s = cut(s, "", column, lines)
		list = append(list, head)
	}
	return append(list, s)
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// Limits of the widths of a table, in digits.
const (
	sampledRows    = 300 // that the widths are made for
	tableWidth     = 178 // so that print on A4 stays readable
	minColumn      = 8
	maxColumn      = 60
	longestWord    = 12   // that is not broken
	longestHeading = 12.5 // likewise
)

// columnWidths returns the widths that make the rows of a table low, within the
// width of a page. Columns are as wide as the words of nine rows in ten; the
// rest goes, digit by digit, to where it saves most lines.
func columnWidths(header []string, rows iter.Seq[[]string], total float64) []float64 {
	t := &tableMeasure{}
	for row := range rows {
		t.add(row)
		if len(t.lines) == sampledRows {
			break
		}
	}
	t.setWords(header)
	for _, w := range t.widths {
		total -= w + columnPadding
	}
	for ; total >= 1; total-- {
		i := t.highest()
		if i < 0 {
			break
		}
		t.widths[i]++
	}
	return t.widths
}

// tableMeasure holds the widths of the columns of a table and, for each row,
// how wide its texts and their longest words are.
type tableMeasure struct {
	widths []float64
	lines  [][]float64
	words  [][]float64
}

func (t *tableMeasure) add(row []string) {
	lines, words := make([]float64, len(row)), make([]float64, len(row))
	for i, s := range row {
		lines[i], words[i] = wrap.Sheet.Width(s), wrap.LongestWord(s)
	}
	t.lines, t.words = append(t.lines, lines), append(t.words, words)
}

// setWords makes the columns as wide as their words.
func (t *tableMeasure) setWords(header []string) {
	for i, s := range header {
		column := make([]float64, 0, len(t.words))
		for _, row := range t.words {
			column = append(column, row[i])
		}
		slices.Sort(column)
		w := float64(minColumn)
		if len(column) > 0 {
			w = max(w, min(column[(len(column)-1)*9/10], longestWord))
		}
		for _, word := range strings.Fields(s) {
			w = max(w, headingWidth(word))
		}
		t.widths = append(t.widths, math.Ceil(w))
	}
}

// headingWidth returns the width that a word of a heading should have. Japanese
// may break anywhere, but not in short words.
func headingWidth(word string) float64 {
	if hasWide(word) {
		return min(wrap.Sheet.Width(word), 10)
	}
	return min(wrap.Sheet.Width(word)*boldness, longestHeading)
}

// boldness is how much wider bold text is.
const boldness = 1.12

// highest returns the column where one more digit makes the rows lowest; -1
// when no row has two lines. Parts of lines count: they are lines of the rows
// that are not in the sample.
func (t *tableMeasure) highest() int {
	savings := make([]float64, len(t.widths))
	for _, row := range t.lines {
		first, second, at := 1.0, 1.0, -1 // the highest cells
		for i, natural := range row {
			if lines := natural / t.widths[i]; lines > first {
				first, second, at = lines, first, i
			} else if lines > second {
				second = lines
			}
		}
		if at >= 0 && t.widths[at] < maxColumn {
			savings[at] += first - max(second, row[at]/(t.widths[at]+1))
		}
	}
	best := slices.Index(savings, slices.Max(savings))
	if savings[best] == 0 {
		return -1
	}
	return best
}
