package report

import (
	"bufio"

	"github.com/portbook/portbook/diff"
	"github.com/portbook/portbook/internal/content"
)

// jsonChanges is a report of changes in JSON, but for the changes, which follow
// as the last field. A change is written as diff.Change has it, with texts in
// the language in which the versions were compared.
type jsonChanges struct {
	Title         string        `json:"title"`
	Language      string        `json:"language"`
	Date          string        `json:"date,omitempty"`
	Old           jsonVersion   `json:"old"`
	New           jsonVersion   `json:"new"`
	TextsCompared bool          `json:"textsCompared"`
	Summary       []jsonSummary `json:"summary"` // every class, the strongest first
}

type jsonVersion struct {
	Version  string `json:"version"`
	Language string `json:"language"`
}

type jsonSummary struct {
	Impact  diff.Impact `json:"impact"`
	Name    string      `json:"name"`
	Help    string      `json:"help"`
	Changes int         `json:"changes"`
}

func writeJSONChanges(w *bufio.Writer, c *content.Changes) error {
	d := c.Document()
	r := jsonChanges{
		Title: c.TitleText(d), Language: d.Localizer.Language().String(), Old: jsonVersion{c.Changes.Old.Version(), c.Changes.Old.Language()},
		New: jsonVersion{c.Changes.New.Version(), c.Changes.New.Language()}, TextsCompared: c.Changes.TextsCompared,
	}
	if !d.Date.IsZero() {
		r.Date = d.Date.Format("2006-01-02")
	}
	for _, impact := range diff.Impacts() {
		x := content.ChangeClass{Impact: impact}
		r.Summary = append(r.Summary, jsonSummary{impact, x.Name(d), x.Help(d), c.Changes.Count(impact)})
	}
	return writeObject(w, r, "changes", func(yield func(any) bool) {
		for _, class := range c.Classes {
			for _, g := range class.Products {
				for _, x := range g.Changes {
					if !yield(x) {
						return
					}
					d.Tick()
				}
			}
		}
	})
}
