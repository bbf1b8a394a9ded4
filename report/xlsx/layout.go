package xlsx

import (
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
	widthA4        = 178 // so that print stays readable
	widthA3        = widthA4 * math.Sqrt2
	minColumn      = 8
	maxColumn      = 60
	longestHeading = 12.5 // likewise
)

// tableWidth returns the width of tables that the paper has room for.
func (b *workbook) tableWidth() float64 {
	if len(b.documents) > 1 {
		return widthA3
	}
	return widthA4
}

// wordLimits are, from the best for reading to the best for saving room, how
// long a word is that is never broken, and a text that is never wrapped.
var wordLimits = []struct{ word, text float64 }{{32, 16}, {24, 14}, {16, 14}, {12, minColumn}}

// tolerance is how much higher a table may get so that words are whole.
const tolerance = 1.1

// fit returns the widths that make the rows of a table low, within the width of
// a page, and keep words whole where that takes little room.
func (t *tableMeasure) fit(header []string, total float64) []float64 {
	var widths [][]float64
	var heights []float64
	for _, limit := range wordLimits {
		rest := total - t.setWords(header, limit.word, limit.text)
		if rest < 0 && limit != wordLimits[len(wordLimits)-1] {
			continue
		}
		t.spread(rest)
		widths, heights = append(widths, t.widths), append(heights, t.height())
	}
	lowest := slices.Min(heights)
	return widths[slices.IndexFunc(heights, func(h float64) bool { return h <= tolerance*lowest })]
}

// spread gives the rest of a width, digit by digit, to the columns where it saves
// most lines.
func (t *tableMeasure) spread(rest float64) {
	for ; rest >= 1; rest-- {
		i := t.highest()
		if i < 0 {
			return
		}
		t.widths[i]++
	}
}

// height returns about how many lines the rows take.
func (t *tableMeasure) height() float64 {
	sum := 0.0
	for _, row := range t.lines {
		most := 1.0
		for i, natural := range row {
			most = max(most, math.Ceil(natural/t.widths[i]))
		}
		sum += most
	}
	return sum
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

// keep leaves out all but some columns.
func (t *tableMeasure) keep(columns []int) {
	for _, rows := range [][][]float64{t.lines, t.words} {
		for n, row := range rows {
			kept := make([]float64, len(columns))
			for i, c := range columns {
				kept[i] = row[c]
			}
			rows[n] = kept
		}
	}
}

// setWords makes the columns as wide as the words of nine cells in ten, or as
// their texts where these are short, within limits. It returns the width of the
// table.
func (t *tableMeasure) setWords(header []string, word, text float64) float64 {
	t.widths = make([]float64, len(header))
	sum := 0.0
	for i, s := range header {
		w := max(minColumn, min(ninth(t.words, i), word), min(ninth(t.lines, i), text))
		for _, x := range strings.Fields(s) {
			w = max(w, headingWidth(x))
		}
		t.widths[i] = math.Ceil(w)
		sum += t.widths[i] + columnPadding
	}
	return sum
}

// ninth returns what nine in ten of the cells of a column that hold something
// do not exceed.
func ninth(rows [][]float64, column int) float64 {
	var list []float64
	for _, row := range rows {
		if row[column] > 0 {
			list = append(list, row[column])
		}
	}
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[(9*len(list)+9)/10-1]
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
