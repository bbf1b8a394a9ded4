package report_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/diagram/svg"
	"github.com/portbook/portbook/i18n"
	"github.com/portbook/portbook/internal/testkit/consumer"
	"github.com/portbook/portbook/report"
	"github.com/portbook/portbook/report/html"
)

// layoutPage is a report that testdata/browser/layout.mjs looks at.
type layoutPage struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Scheme bool   `json:"scheme"` // whether axe-core looks at its colors
}

// layoutWidths are a phone, a tablet, and the widths at which tables become
// cards, each side of them, besides common screens.
var layoutWidths = []int{390, 767, 768, 820, 1215, 1216, 1343, 1344, 1366, 1920}

// layoutPages writes the kinds of reports, in the languages whose words are
// longest and that has no spaces.
func layoutPages(t *testing.T, dir string) []layoutPage {
	t.Helper()
	ja, en := localizers()["ja"], localizers()["en"]
	var pages []layoutPage
	add := func(name string, scheme bool, page []byte) {
		file := filepath.Join(dir, name+".html")
		if err := os.WriteFile(file, page, 0o600); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, layoutPage{name, file, scheme})
	}
	options := func(o report.Options, languages ...i18n.Localizer) report.Options {
		o.Format, o.Languages, o.Draw = html.Format, languages, svg.Draw
		return o
	}
	apex, itms := portbook.Flows().DocumentedBy(portbook.ProductApexCentral), portbook.Flows().DocumentedBy(portbook.ProductITMS)
	add("catalog-en", false, []byte(write(t, portbook.Flows(), options(report.Options{}, en))))
	add("catalog-ja", false, []byte(write(t, portbook.Flows(), options(report.Options{}, ja))))
	add("product-en", true, []byte(write(t, apex, options(report.Options{}, en, ja))))
	add("ports-en", false, []byte(write(t, itms, options(report.Options{View: report.ViewPorts}, en))))
	add("changes-en", true, []byte(writeChanges(t, changes(t, en), options(report.Options{}, en, ja))))
	for lang, l := range map[string]i18n.Localizer{"en": en, "ja": ja} {
		add("plan-"+lang, lang == "en", []byte(writePlan(t, examplePlan(t), report.PlanOptions{Options: options(report.Options{}, l)})))
		add("findings-"+lang, false, []byte(writeFindings(t, exampleFindings(t), options(report.Options{}, l))))
	}
	return pages
}

// TestLayout looks at reports in Chromium at every width and on paper. Each
// subtest is one thing that a reader would stumble over.
func TestLayout(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it starts a browser")
	}
	chromium := consumer.Program(t, "chromium", "chromium-browser", "google-chrome")
	dir := installBrowserTest(t)
	plan := struct {
		Chromium string       `json:"chromium"`
		Pages    []layoutPage `json:"pages"`
		Widths   []int        `json:"widths"`
	}{chromium, layoutPages(t, dir), layoutWidths}
	content, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	input := filepath.Join(dir, "layout.json")
	if err := os.WriteFile(input, content, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(consumer.Program(t, "node"), "layout.mjs", input)
	command.Dir, command.Stderr = dir, os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var findings []struct {
		Page, Where, Check string
		What               []string
	}
	if err := json.Unmarshal(out, &findings); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{} // checks that had something to look at
	for _, x := range findings {
		if check, ok := strings.CutPrefix(x.Check, "seen "); ok {
			seen[check] = true
		}
	}
	for _, check := range []string{"fits", "width", "columns", "sticky", "cards", "narrow", "strayed", "words", "drawings", "controls", "contrast", "print"} {
		t.Run(check, func(t *testing.T) {
			for _, x := range findings {
				if x.Check == check && len(x.What) > 0 {
					t.Errorf("%s, %s: %q", x.Page, x.Where, x.What)
				}
			}
			if slices.Contains([]string{"columns", "sticky", "cards", "drawings"}, check) && !seen[check] {
				t.Error("nothing was looked at")
			}
		})
	}
}
