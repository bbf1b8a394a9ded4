package report

import (
	"bytes"
	"encoding/json"

	"github.com/portbook/portbook"
)

// jsonReport is a whole report in JSON.
type jsonReport struct {
	Title    string                `json:"title"`
	Language string                `json:"language"`
	Edition  string                `json:"edition"`
	Sources  []jsonSource          `json:"sources"`
	Notes    []jsonNote            `json:"notes"`
	Flows    []portbook.FlowRecord `json:"flows"`
}

type jsonSource struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Publisher string `json:"publisher"`
	Language  string `json:"language"`
	URL       string `json:"url"`
	Page      string `json:"page"`
	Edition   string `json:"edition"`
	Counts    string `json:"counts"`
	Rows      int    `json:"rows"`
}

type jsonNote struct {
	ID         string               `json:"id"`
	Kind       portbook.NoteKind    `json:"kind"`
	Products   []portbook.Product   `json:"products"`
	Components []portbook.Component `json:"components"`
	Seconds    int                  `json:"seconds"`
	Addresses  string               `json:"addresses"`
	Text       string               `json:"text"`
}

func writeJSON(b *bytes.Buffer, d *document) error {
	r := jsonReport{
		Title: d.Title, Language: d.Localizer.Language().String(), Edition: d.catalog.Version(),
		Sources: []jsonSource{}, Notes: []jsonNote{}, Flows: d.records(),
	}
	for _, x := range d.sources {
		r.Sources = append(r.Sources, jsonSource{x.ID, d.text(x.Title), x.Publisher, x.Language, x.URL, x.Page, x.Edition, x.Counts, x.Rows})
	}
	for _, n := range d.notes {
		r.Notes = append(r.Notes, jsonNote{
			n.ID, n.Kind, append([]portbook.Product{}, n.Products...), append([]portbook.Component{}, n.Components...), int(n.Duration.Seconds()), n.Addresses,
			d.text(n.Text),
		})
	}
	return encode(b, r)
}

func listJSON(b *bytes.Buffer, d *document) error { return encode(b, d.records()) }

func (d *document) records() []portbook.FlowRecord {
	list := []portbook.FlowRecord{}
	for f := range d.flows.All() {
		list = append(list, d.Localizer.Record(f))
	}
	return list
}

func encode(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
