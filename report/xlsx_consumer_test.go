package report_test

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/label"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/report"
)

// Geometry of the printed pages, in points: A4 in landscape, and A3 for two
// languages.
const (
	pageHead = 45 // below it is the table
	pageFoot = 30 // above the lower edge
)

var paperA4, paperA3 = paper{842, 595}, paper{1191, 842}

type paper struct{ width, height float64 }

// printed is a word on a page, and the box around it.
type printed struct {
	text                   string
	left, top, right, down float64
}

// printing is a workbook that LibreOffice prints.
type printing struct {
	product   portbook.Product
	languages []i18n.Localizer
	paper     paper
	file      string // without an ending
}

// TestXLSXPrints has LibreOffice print workbooks, and checks that pages are A4,
// or A3 for two languages, one for the whole width, that each repeats the
// header, that no text lies on another, as it does where a row is too low, that
// every id, purpose and note can be read, in each language, and that each
// diagram is on a page, with the names of its components.
func TestXLSXPrints(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	office := consumer.Program(t, "soffice", "libreoffice")
	totext := consumer.Program(t, "pdftotext")
	dir := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + filepath.ToSlash(dir) + "/profile", "--headless", "--convert-to", "pdf", "--outdir", dir}
	var list []printing
	for _, p := range []portbook.Product{portbook.ProductServiceGateway, portbook.ProductITMS} {
		for lang, l := range localizers() {
			list = append(list, printing{p, []i18n.Localizer{l}, paperA4, filepath.Join(dir, string(p)+"."+lang)})
		}
		list = append(list, printing{p, bilingual(), paperA3, filepath.Join(dir, string(p)+".both")})
	}
	for _, x := range list {
		data := bookBytes(t, portbook.Flows().DocumentedBy(x.product), report.Options{Languages: x.languages, Draw: svg.Draw})
		if err := os.WriteFile(x.file+".xlsx", data, 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, x.file+".xlsx")
	}
	run(t, office, args...)
	for _, x := range list {
		t.Run(filepath.Base(x.file), func(t *testing.T) {
			list := pages(t, totext, x.file+".pdf", x.paper)
			checkPrint(t, totext, x, list)
			checkDiagrams(t, x, list)
		})
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

func checkPrint(t *testing.T, totext string, x printing, list map[int][]printed) {
	words := label.In(x.languages[0])
	heading := func(c report.Column) string { return words.Of("column", string(c)) }
	next := map[report.Column][]string{
		report.ColumnID:      {words.Text(label.ReportApprovedBy)},
		report.ColumnPurpose: {heading(report.ColumnServices), heading(report.ColumnRemarks)}, // no service is known of some products
		report.ColumnRemarks: {heading(report.ColumnCitation)},
	}
	texts := map[report.Column]string{}
	flowPages := 0
	whole := "" // with the sheet of long texts
	for n := 1; n <= len(list); n++ {
		checkLayout(t, n, list[n], x.paper)
		whole += crop(t, totext, x, n, 0, 10_000)
		header := headerWords(list[n], heading(report.ColumnID))
		if header == nil || at(header, next[report.ColumnID][0]) == nil {
			continue // cover, notes, and the decisions, which have ids too
		}
		flowPages++
		for _, h := range []string{heading(report.ColumnSection), heading(report.ColumnPurpose), words.Text(label.ReportApprovalRemarks)} {
			if at(header, h) == nil {
				t.Errorf("page %d lacks the heading %s", n, h)
			}
		}
		for c, after := range next {
			left, right := at(header, heading(c)), at(header, after[0])
			if right == nil {
				right = at(header, after[len(after)-1])
			}
			if left == nil || right == nil {
				t.Fatalf("page %d lacks the headings %s and %s", n, heading(c), after)
			}
			texts[c] += crop(t, totext, x, n, left.left-spill, right.left-spill)
		}
	}
	if x.product == portbook.ProductITMS && flowPages < 5 {
		t.Errorf("only %d pages have the header", flowPages)
	}
	for f := range portbook.Flows().DocumentedBy(x.product).All() {
		checkReadable(t, texts[report.ColumnID], f.String())
		for _, l := range x.languages {
			checkReadable(t, texts[report.ColumnPurpose], l.Text(f.Purpose()))
			for _, n := range f.Notes() {
				checkReadable(t, texts[report.ColumnRemarks]+whole, l.Text(n.Text))
			}
		}
	}
}

// checkReadable checks that a column has a text, however it is wrapped.
func checkReadable(t *testing.T, column, text string) {
	t.Helper()
	if !strings.Contains(column, unspaced(text)) {
		t.Errorf("the pages lack %q", text)
	}
}

// checkDiagrams checks that each diagram is on a page of its own, in the order
// of the workbook.
func checkDiagrams(t *testing.T, x printing, list map[int][]printed) {
	title := label.In(x.languages[len(x.languages)-1]).Text(label.ReportDiagrams)
	var found []string
	for n := 1; n <= len(list); n++ {
		top, text := "", ""
		for _, w := range list[n] {
			if w.top < pageHead-10 {
				top += w.text
			}
			text += w.text
		}
		if strings.Contains(top, unspaced(title)) {
			found = append(found, text)
		}
	}
	parts := diagram.Parts(portbook.Flows().DocumentedBy(x.product), diagram.Auto, x.languages[0])
	if len(found) != len(parts)*len(x.languages) {
		t.Fatalf("%d pages of diagrams, want %d", len(found), len(parts)*len(x.languages))
	}
	for i, text := range found {
		l := x.languages[i%len(x.languages)]
		part := diagram.Parts(portbook.Flows().DocumentedBy(x.product), diagram.Auto, l)[i/len(x.languages)]
		for _, node := range diagram.New(part.Flows, diagram.Options{Localizer: l}).Nodes {
			for _, line := range node.Lines {
				if !strings.Contains(text, unspaced(line)) {
					t.Errorf("the page of %q lacks %q", part.Title, line)
				}
			}
		}
	}
}

var (
	pageTag = regexp.MustCompile(`<page width="([0-9.]+)" height="([0-9.]+)">`)
	wordTag = regexp.MustCompile(`<word xMin="([0-9.-]+)" yMin="([0-9.-]+)" xMax="([0-9.-]+)" yMax="([0-9.-]+)">(.*?)</word>`)
)

// pages returns the words of each page, by its number.
func pages(t *testing.T, totext, file string, size paper) map[int][]printed {
	t.Helper()
	out := run(t, totext, "-bbox", file, "-")
	list := map[int][]printed{}
	for line := range strings.Lines(out) {
		if m := pageTag.FindStringSubmatch(line); m != nil {
			list[len(list)+1] = nil
			if w, h := number(m[1]), number(m[2]); math.Abs(w-size.width) > 1 || math.Abs(h-size.height) > 1 {
				t.Errorf("page %d is %v by %v points, want %v", len(list), w, h, size)
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
func checkLayout(t *testing.T, page int, words []printed, size paper) {
	t.Helper()
	for i, a := range words {
		if a.left < 0 || a.right > size.width || a.top < 0 || a.down > size.height {
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
	return slices.DeleteFunc(slices.Clone(words), func(w printed) bool { return w.top < y-headerHeight || w.top > y+headerHeight })
}

// spill is the room left of a column in which its text may begin. It is little,
// since LibreOffice lets the last character of a line hang out of the column
// before.
const spill = 0.2

// headerHeight is how far the lines of a heading are from its middle.
const headerHeight = 14

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
func crop(t *testing.T, totext string, x printing, page int, left, right float64) string {
	t.Helper()
	const scale = 8 // pixels for each point
	pixels := func(x float64) string { return strconv.Itoa(int(x * scale)) }
	return unspaced(run(t, totext, "-r", strconv.Itoa(72*scale), "-f", strconv.Itoa(page), "-l", strconv.Itoa(page), "-layout", "-nodiag",
		"-x", pixels(left), "-y", pixels(pageHead), "-W", pixels(right-left), "-H", pixels(x.paper.height-pageFoot-pageHead), x.file+".pdf", "-"))
}

func unspaced(s string) string { return strings.Join(strings.Fields(s), "") }
