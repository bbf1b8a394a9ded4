package verify

import (
	"regexp"
	"slices"
	"strconv"

	"golang.org/x/text/width"
)

// prose compares the text outside of rows, line by line: lines that are in both
// in the same order match.
func (c *comparison) prose() {
	old, new := c.record.Prose, c.now.Prose
	kept := common(old, new) // in order
	at := 0                  // next recorded line
	for i, line := range c.document.Prose {
		if len(kept) == 0 || kept[0].new != i {
			if !c.renamed[line.Text] { // told already
				c.add(Difference{Kind: Prose, Line: line.Line, To: shorten(line.Text)})
			}
			continue
		}
		c.gone(kept[0].old-at, line.Line, i)
		at, kept = kept[0].old+1, kept[1:]
	}
	last := 0
	if n := len(c.document.Prose); n > 0 {
		last = c.document.Prose[n-1].Line
	}
	c.gone(len(old)-at, last, len(new))
}

// gone says that recorded lines are not there, unless as many new ones replaced
// them: those are reported already.
func (c *comparison) gone(n, line, before int) {
	for i := before - 1; i >= 0 && n > 0; i-- { // new lines just before
		if slices.Contains(c.record.Prose, c.now.Prose[i]) {
			break
		}
		n--
	}
	if n > 0 {
		c.add(Difference{Kind: Prose, Line: line, Count: n})
	}
}

// common returns the longest common subsequence of two lists, but for what they
// begin and end with in common, which is found first: documents change little.
// Very different ones are compared by what they begin and end with alone.
func common(a, b []Print) []pair {
	var head, tail []pair
	for len(head) < min(len(a), len(b)) && a[len(head)] == b[len(head)] {
		head = append(head, pair{len(head), len(head)})
	}
	n := len(head)
	for i, j := len(a)-1, len(b)-1; i >= n && j >= n && a[i] == b[j]; i, j = i-1, j-1 {
		tail = append(tail, pair{i, j})
	}
	slices.Reverse(tail)
	x, y := a[n:len(a)-len(tail)], b[n:len(b)-len(tail)]
	for _, p := range subsequence(x, y) {
		head = append(head, pair{p.old + n, p.new + n})
	}
	return append(head, tail...)
}

// mostCells bounds the work of subsequence.
const mostCells = 16 << 20

func subsequence(a, b []Print) []pair {
	if len(a) == 0 || len(b) == 0 || len(a) > mostCells/len(b) {
		return nil
	}
	length := make([][]int32, len(a)+1) // of the longest common subsequence of a[i:] and b[j:]
	for i := range length {
		length[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var list []pair
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			list = append(list, pair{i, j})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return list
}

var number = regexp.MustCompile(`\d+`)

// portInText finds numbers that prose refers to as ports.
var portInText = regexp.MustCompile(`(?i)(?:\bports?|\btcp|\budp|ポート(?:番号)?)\s*(?:[:：]|は|の|no\.?|number)?\s*(\d{1,5}(?:\s*[-–~～]\s*\d{1,5})?)(?:\D|$)|(?:^|\D)(\d{1,5})\s*(?:/\s*(?:tcp|udp)\b|番ポート)`)

// numbers reports ports in the text outside of rows that no row and no flow has.
func (c *comparison) numbers() {
	for _, line := range c.document.Prose {
		for _, m := range portInText.FindAllStringSubmatch(width.Narrow.String(line.Text), -1) {
			text := m[1] + m[2]
			for _, digits := range number.FindAllString(text, -1) {
				n, _ := strconv.Atoi(digits)
				if n > 0 && n <= 65535 && !c.facts.Ports[uint16(n)] {
					c.add(Difference{Kind: Number, Line: line.Line, From: digits, To: shorten(line.Text)})
				}
			}
		}
	}
}
