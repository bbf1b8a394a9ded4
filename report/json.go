package report

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/portbook/portbook"
	"github.com/portbook/portbook/internal/content"
)

// jsonReport is a whole report in JSON, but for its rows, which follow as the last field.
type jsonReport struct {
	Title    string       `json:"title"`
	Language string       `json:"language"`
	Date     string       `json:"date,omitempty"`
	Version  string       `json:"version"`
	Sources  []jsonSource `json:"sources"`
	Notes    []jsonNote   `json:"notes"`

	// Names are those of the products and components of the rows, by id: who
	// compares exports later needs no catalog for them.
	Names map[string]string `json:"names"`
}

type jsonSource struct {
	ID        portbook.DocumentID `json:"id"`
	Title     string              `json:"title"`
	Publisher string              `json:"publisher"`
	Language  string              `json:"language"`
	URL       string              `json:"url"`
	Page      string              `json:"page"`
	Version   string              `json:"version"`
	Counts    portbook.Counts     `json:"counts"`
	Rows      int                 `json:"rows"`
}

type jsonNote struct {
	ID         portbook.NoteID      `json:"id"`
	Kind       portbook.NoteKind    `json:"kind"`
	Products   []portbook.Product   `json:"products"`
	Components []portbook.Component `json:"components"`
	Seconds    int                  `json:"seconds"`
	Addresses  string               `json:"addresses"`
	Text       string               `json:"text"`
}

// jsonHost is a host of ViewPorts or ViewCollisions.
type jsonHost struct {
	Components []portbook.Component `json:"components"`
	Heirs      []portbook.Component `json:"heirs"` // components that listen through this host
	Name       string               `json:"name"`
	Listeners  []jsonListener       `json:"listeners"`
}

type jsonListener struct {
	Components  []portbook.Component `json:"components"`
	Protocols   []portbook.Protocol  `json:"protocols"`
	Ports       portbook.PortSet     `json:"ports"`
	PortKind    portbook.PortKind    `json:"portKind"`
	Requirement portbook.Requirement `json:"requirement"`
	NeededBy    []portbook.Component `json:"neededBy"`
	Flows       []portbook.FlowID    `json:"flows"`
}

func writeJSON(w *bufio.Writer, c *content.Report) error {
	d := c.Document()
	r := jsonReport{
		Title: d.TitleText(), Language: d.Localizer.Language().String(), Version: d.Catalog.Version(), Sources: []jsonSource{}, Notes: []jsonNote{},
		Names: namesOf(d),
	}
	if !d.Date.IsZero() {
		r.Date = d.Date.Format("2006-01-02")
	}
	for _, x := range d.Sources {
		r.Sources = append(r.Sources, jsonSource{x.ID, d.Localizer.Text(x.Title), x.Publisher, x.Language, x.URL, x.Page, x.Version, x.Counts, x.Rows})
	}
	for _, n := range d.Notes {
		r.Notes = append(r.Notes, jsonNote{
			n.ID, n.Kind, notNil(n.Products), notNil(n.Components), int(n.Duration.Seconds()), n.Addresses.String(), d.Localizer.Text(n.Text),
		})
	}
	key, rows := jsonRows(d)
	return writeObject(w, r, key, rows)
}

// namesOf returns the names of the products and components that the flows of a
// report refer to.
func namesOf(d *content.Document) map[string]string {
	names := map[string]string{}
	for f := range d.Flows.All() {
		for _, id := range slices.Concat([]portbook.Component{f.Component()}, f.From(), f.To()) {
			if _, ok := names[string(id)]; !ok {
				info, _ := d.Catalog.Component(id)
				names[string(id)] = d.Localizer.Text(info.Name)
			}
		}
		if id := f.Product(); names[string(id)] == "" {
			info, _ := d.Catalog.Product(id)
			names[string(id)] = strings.TrimSpace(d.Localizer.Text(info.Name) + " " + info.Version)
		}
	}
	return names
}

// writeObject writes an object with one more field, the last one, for rows: an element at a time.
func writeObject(w *bufio.Writer, object any, key string, rows iter.Seq[any]) error {
	head, err := marshal(object, "")
	if err != nil {
		return err
	}
	w.Write(bytes.TrimSuffix(head, []byte("\n}")))
	w.WriteString(",\n  \"" + key + "\": ")
	if err := writeArray(w, "  ", rows); err != nil {
		return err
	}
	_, err = w.WriteString("\n}\n")
	return err
}

func listJSON(w *bufio.Writer, c *content.Report) error {
	_, rows := jsonRows(c.Document())
	if err := writeArray(w, "", rows); err != nil {
		return err
	}
	return w.WriteByte('\n')
}

// jsonRows yields the records of the report, and the name of the field that holds them.
func jsonRows(d *content.Document) (key string, rows iter.Seq[any]) {
	if d.View == content.ViewFlows {
		return "flows", func(yield func(any) bool) {
			for f := range d.Flows.All() {
				if !yield(d.Localizer.Record(f)) {
					return
				}
				d.Tick()
			}
		}
	}
	return "hosts", func(yield func(any) bool) {
		for _, g := range d.Groups {
			if !yield(hostRecord(d, g)) {
				return
			}
		}
	}
}

func hostRecord(d *content.Document, g content.Group) jsonHost {
	h := g.Listeners[0].Host
	r := jsonHost{Components: notNil(h.Components), Heirs: notNil(h.Heirs), Name: d.Plain(d.TitleOf(g))}
	for _, x := range g.Listeners {
		record := jsonListener{
			Components: notNil(x.Components), Protocols: notNil(x.Protocols()), Ports: x.Ports, PortKind: x.Socket.Kind,
			Requirement: x.Requirement, NeededBy: notNil(x.NeededBy), Flows: []portbook.FlowID{},
		}
		record.PortKind = cmp.Or(record.PortKind, portbook.PortKindListed)
		for f := range x.Flows.All() {
			record.Flows = append(record.Flows, f.ID())
		}
		r.Listeners = append(r.Listeners, record)
		d.Tick()
	}
	return r
}

// notNil makes a list an array in JSON, as portbook.FlowRecord has them.
func notNil[T any](list []T) []T { return append([]T{}, list...) }

// writeArray writes an array, an element at a time, as encoding/json would indent it.
func writeArray(w *bufio.Writer, indent string, values iter.Seq[any]) error {
	separator := "\n"
	w.WriteByte('[')
	for v := range values {
		b, err := marshal(v, indent+"  ")
		if err != nil {
			return err
		}
		w.WriteString(separator + indent + "  ")
		if _, err := w.Write(b); err != nil {
			return err
		}
		separator = ",\n"
	}
	if separator != "\n" {
		w.WriteString("\n" + indent)
	}
	return w.WriteByte(']')
}

// marshal is json.MarshalIndent without escapes for HTML, which would hide the arrows of texts.
func marshal(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(indent, "  ")
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
