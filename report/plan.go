package report

import (
	"bufio"
	"io"
	"slices"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
	"github.com/portbook/portbook/site"
)

// PlanOptions say how a report of a plan looks. Of the options of reports it
// heeds Languages, Format, Title, Date, Encoding, AmbiguousWidth, Width and
// Emphasis.
type PlanOptions struct {
	Options
	// QuestionsOnly leaves out all but the questions.
	QuestionsOnly bool
}

// WritePlan writes what a site needs and what is open, as Text, Markdown, CSV,
// CSVRows, JSON, html.Format or xlsx.Format. CSV holds the needs over the
// network, or the questions with QuestionsOnly. CSVRows holds a row for each
// need, option, protocol, range of ports and pair of addresses. Errors are those
// of [Write].
func WritePlan(w io.Writer, plan *site.Plan, o PlanOptions) error {
	o.Options = Options{
		Languages: o.Languages, Format: o.Format, Title: o.Title, Date: o.Date, Encoding: o.Encoding, AmbiguousWidth: o.AmbiguousWidth, Width: o.Width, Emphasis: o.Emphasis,
		Progress: o.Progress,
	}
	content.SetDefault[Format](&o.Format, Text)
	f, err := o.renderer("html", "xlsx")
	if err != nil {
		return err
	}
	p, ok := f.(content.TablesWriter)
	if !ok {
		return &OptionError{"format of plans", o.Format.Name(), []string{"text", "markdown", "html", "xlsx", "csv", "csv-rows", "json"}}
	}
	if o.Encoding == ShiftJIS { // which lacks characters of many names
		return &OptionError{"encoding of plans", string(ShiftJIS), convert[string]([]Encoding{UTF8BOM, UTF8})}
	}
	return flush(w, func(b *bufio.Writer) error {
		return p.WriteTables(b, content.NewPlan(plan, o.QuestionsOnly, o.content(f, false)))
	})
}

// jsonPlan is a plan in JSON.
type jsonPlan struct {
	Site        string         `json:"site"`
	DataVersion string         `json:"dataVersion"`
	AnsweredFor string         `json:"answeredFor,omitempty"`
	Language    string         `json:"language"`
	Date        string         `json:"date,omitempty"`
	Needs       []jsonNeed     `json:"needs"`
	Questions   []jsonQuestion `json:"questions"`
	Unneeded    []jsonUnneeded `json:"unneeded"`
}

type jsonNeed struct {
	Flow     portbook.FlowID    `json:"flow"`
	From     string             `json:"from"` // the name of a host, or the id of a component in a cloud
	To       string             `json:"to"`
	Options  []portbook.PortSet `json:"options"`
	Local    bool               `json:"local"`
	Rule     bool               `json:"needsRule"`
	Answers  []jsonAnswer       `json:"answers"`
	Inferred []string           `json:"inferred"`
}

// jsonAnswer names what an answer is about, and its reason.
type jsonAnswer struct {
	About string `json:"about"` // "flow", "condition", "setting", "component" or "product"
	ID    string `json:"id"`
	Why   string `json:"why"`
	Until string `json:"until,omitempty"`
}

type jsonQuestion struct {
	Kind    site.QuestionKind `json:"kind"`
	Flows   []portbook.FlowID `json:"flows"`
	About   string            `json:"about"`
	Subject string            `json:"subject"`
	Text    string            `json:"text"`
	Answer  string            `json:"answer"`
}

type jsonUnneeded struct {
	Flow    portbook.FlowID `json:"flow"`
	Answers []jsonAnswer    `json:"answers"`
}

func writeJSONPlan(w *bufio.Writer, c *content.Plan) error {
	d := c.Document()
	s := c.Plan.Site()
	r := jsonPlan{
		Site: s.Name(), DataVersion: c.Catalog.Version(), AnsweredFor: s.AnsweredFor(), Language: d.Localizer.Language().String(),
		Needs: []jsonNeed{}, Questions: []jsonQuestion{}, Unneeded: []jsonUnneeded{},
	}
	if !d.Date.IsZero() {
		r.Date = d.Date.Format("2006-01-02")
	}
	for _, q := range c.Plan.Questions() {
		x := jsonQuestion{Kind: q.Kind, Flows: []portbook.FlowID{}, About: q.SubjectKind(), Subject: q.Subject(), Text: q.Text(d.Localizer), Answer: q.Answer()}
		for _, f := range q.Flows() {
			x.Flows = append(x.Flows, f.ID())
		}
		r.Questions = append(r.Questions, x)
	}
	if !c.QuestionsOnly {
		for n := range c.Plan.Needs() {
			r.Needs = append(r.Needs, jsonNeed{
				Flow: n.Flow.ID(), From: n.From.Name(), To: n.To.Name(), Options: slices.Clone(n.Options), Local: n.Local, Rule: n.NeedsRule(),
				Answers: jsonAnswers(n.Answers()), Inferred: inferredNames(n.Flow),
			})
		}
		for _, u := range c.Plan.Unneeded() {
			r.Unneeded = append(r.Unneeded, jsonUnneeded{u.Flow.ID(), jsonAnswers(u.Answers)})
		}
	}
	b, err := marshal(r, "")
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

func jsonAnswers(answers []site.Answer) []jsonAnswer {
	list := []jsonAnswer{}
	for _, a := range answers {
		about, id := a.Subject()
		x := jsonAnswer{About: about, ID: id, Why: a.Why}
		if !a.Until.IsZero() {
			x.Until = a.Until.Format("2006-01-02")
		}
		list = append(list, x)
	}
	return list
}

func inferredNames(f portbook.Flow) []string {
	list := []string{}
	for _, field := range f.Inferred() {
		list = append(list, string(field))
	}
	return list
}
