package report_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/report"
)

// Geometry of the printed pages, in points: A4 in landscape.
const (
	pageWidth, pageHeight = 842, 595
	pageHead              = 45 // below it is the table
	pageFoot              = 30 // above the lower edge
)

// printed is a word on a page, and the box around it.
type printed struct {
	text                   string
	left, top, right, down float64
}

// TestXLSXPrints has LibreOffice print workbooks, and checks that pages are A4, one for the whole width, that each repeats the
// header, that no text lies on another, as it does where a row is too low, and that every id and purpose can be read.
func TestXLSXPrints(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	office := consumer.Program(t, "soffice", "libreoffice")
	totext := consumer.Program(t, "pdftotext")
	dir := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + filepath.ToSlash(dir) + "/profile", "--headless", "--convert-to", "pdf", "--outdir", dir}
	products := []portbook.Product{portbook.ProductServiceGateway, portbook.ProductITMS}
	for lang, l := range localizers() {
		for _, p := range products {
			name := filepath.Join(dir, string(p)+"."+lang+".xlsx")
			data := bookBytes(t, portbook.Flows().DocumentedBy(p), report.Options{Languages: []i18n.Localizer{l}})
			if err := os.WriteFile(name, data, 0o644); err != nil {
				t.Fatal(err)
			}
			args = append(args, name)
		}
	}
	run(t, office, args...)
	for lang, l := range localizers() {
		for _, p := range products {
			t.Run(string(p)+"/"+lang, func(t *testing.T) {
				checkPrint(t, totext, filepath.Join(dir, string(p)+"."+lang+".pdf"), p, l)
			})
		}
	}
}

func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, &complaints)
	}
	return string(out)
}

func checkPrint(t *testing.T, totext, file string, p portbook.Product, l i18n.Localizer) {
	words := label.In(l)
	heading := func(c report.Column) string { return words.Of("column", string(c)) }
	next := map[report.Column]string{report.ColumnID: label.In(l).Text(label.ReportApprovedBy), report.ColumnPurpose: heading(report.ColumnServices)}
	texts := map[report.Column]string{}
	flowPages := 0
	for n, words := range pages(t, totext, file) {
		checkLayout(t, n, words)
		header := headerWords(words, heading(report.ColumnID))
		if header == nil || at(header, next[report.ColumnID]) == nil {
			continue // cover, notes, and the decisions, which have ids too
		}
		flowPages++
		for _, h := range []string{heading(report.ColumnSection), heading(report.ColumnPurpose), label.In(l).Text(label.ReportApprovalRemarks)} {
			if at(header, h) == nil {
				t.Errorf("page %d lacks the heading %s", n, h)
			}
		}
		for c, after := range next {
			left, right := at(header, heading(c)), at(header, after)
			if left == nil || right == nil {
				t.Fatalf("page %d lacks the headings %s and %s", n, heading(c), after)
			}
			texts[c] += crop(t, totext, file, n, left.left-1, right.left-1)
		}
	}
	if p == portbook.ProductITMS && flowPages < 5 {
		t.Errorf("only %d pages have the header", flowPages)
	}
	for f := range portbook.Flows().DocumentedBy(p).All() {
		if !strings.Contains(texts[report.ColumnID], f.String()) {
			t.Errorf("the pages lack the id %s", f)
		}
		if s := unspaced(l.Text(f.Purpose())); !strings.Contains(texts[report.ColumnPurpose], s) {
			t.Errorf("the pages lack the purpose %s", s)
		}
	}
}

var (
	pageTag = regexp.MustCompile(`<page width="([0-9.]+)" height="([0-9.]+)">`)
	wordTag = regexp.MustCompile(`<word xMin="([0-9.-]+)" yMin="([0-9.-]+)" xMax="([0-9.-]+)" yMax="([0-9.-]+)">(.*?)</word>`)
)

// pages returns the words of each page, by its number.
func pages(t *testing.T, totext, file string) map[int][]printed {
	t.Helper()
	out := run(t, totext, "-bbox", file, "-")
	list := map[int][]printed{}
	for line := range strings.Lines(out) {
		if m := pageTag.FindStringSubmatch(line); m != nil {
			list[len(list)+1] = nil
			if w, h := number(m[1]), number(m[2]); int(w+0.5) != pageWidth || int(h+0.5) != pageHeight {
				t.Errorf("page %d is %v by %v points, not A4 in landscape", len(list), w, h)
			}
		}
		if m := wordTag.FindStringSubmatch(line); m != nil {
			list[len(list)] = append(list[len(list)], printed{unescape.Replace(m[5]), number(m[1]), number(m[2]), number(m[3]), number(m[4])})
		}
	}
	return list
}

var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")

func number(s string) float64 {
	x, _ := strconv.ParseFloat(s, 64)
	return x
}

// checkLayout checks that no word lies on another, or outside the page.
func checkLayout(t *testing.T, page int, words []printed) {
	t.Helper()
	for i, a := range words {
		if a.left < 0 || a.right > pageWidth || a.top < 0 || a.down > pageHeight {
			t.Errorf("page %d: %q stands outside", page, a.text)
		}
		for _, b := range words[:i] {
			across, down := min(a.right, b.right)-max(a.left, b.left), min(a.down, b.down)-max(a.top, b.top)
			if across > 1 && down > 0.45*min(a.down-a.top, b.down-b.top) {
				t.Errorf("page %d: %q lies on %q", page, a.text, b.text)
			}
		}
	}
}

// headerWords returns the words of the header of a table of flows, or nil when the page has none.
func headerWords(words []printed, id string) []printed {
	i := slices.IndexFunc(words, func(w printed) bool { return w.text == id && w.top > pageHead-15 })
	if i < 0 {
		return nil
	}
	y := words[i].top
	return slices.DeleteFunc(slices.Clone(words), func(w printed) bool { return w.top < y-6 || w.top > y+6 })
}

// at finds a heading: its first word, or the beginning of a heading that wraps.
func at(header []printed, heading string) *printed {
	first := strings.Fields(heading)[0]
	for i, w := range header {
		if w.text == first || len(w.text) >= 6 && strings.HasPrefix(first, w.text) {
			return &header[i]
		}
	}
	return nil
}

// crop returns the text of a column without white space.
func crop(t *testing.T, totext, file string, page int, left, right float64) string {
	t.Helper()
	const scale = 8 // pixels for each point
	pixels := func(x float64) string { return strconv.Itoa(int(x * scale)) }
	return unspaced(run(t, totext, "-r", strconv.Itoa(72*scale), "-f", strconv.Itoa(page), "-l", strconv.Itoa(page), "-layout", "-nodiag",
		"-x", pixels(left), "-y", pixels(pageHead), "-W", pixels(right-left), "-H", pixels(pageHeight-pageFoot-pageHead), file, "-"))
}

func unspaced(s string) string { return strings.Join(strings.Fields(s), "") }
