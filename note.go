package portbook

import (
	"time"

	"github.com/portbook/portbook/internal/table"
)

// NoteID is the id of a note.
type NoteID string

// Note is a statement of a document that is not a flow.
type Note struct {
	ID         NoteID        `json:"id"`         // as in data
	Kind       NoteKind      `json:"kind"`       // what it is about
	Product    Product       `json:"product"`    // whose documents make it
	Products   []Product     `json:"products"`   // products that it is about as a whole
	Components []Component   `json:"components"` // components that it is about
	Duration   time.Duration `json:"duration"`   // 0 when the note states none; nanoseconds in JSON
	Addresses  Host          `json:"addresses"`  // an address, a prefix or a range; zero when the note states none
	Text       Text          `json:"text"`       // one or more sentences
	Citations  []Citation    `json:"citations"`  // where it is written
}

// NoteKind is what a note asks of its reader.
type NoteKind string

// The kinds of notes.
const (
	NoteKindPrerequisite   NoteKind = "prerequisite"   // must hold before the product works
	NoteKindLimitation     NoteKind = "limitation"     // is not supported or does not happen
	NoteKindRecommendation NoteKind = "recommendation" // is advised
	NoteKindWarning        NoteKind = "warning"        // can go wrong
	NoteKindInformation    NoteKind = "information"    // helps to understand
)

// Notes returns all notes of the catalog, by id.
func (c *Catalog) Notes() []Note { return c.notesWhere(func(*table.Note) bool { return true }) }

// Note returns a note.
func (c *Catalog) Note(id NoteID) (Note, bool) {
	t := c.t()
	i, ok := t.Find(string(id), len(t.Notes), func(i int) table.Name { return t.Notes[i].ID })
	if !ok {
		return Note{}, false
	}
	return c.note(uint32(i)), true
}

func (c *Catalog) notesWhere(match func(*table.Note) bool) []Note {
	t := c.t()
	var list []Note
	for i := range t.Notes {
		if match(&t.Notes[i]) {
			list = append(list, c.note(uint32(i)))
		}
	}
	return list
}

func (c *Catalog) note(i uint32) Note {
	t := c.t()
	n := &t.Notes[i]
	note := Note{
		ID: NoteID(t.Name(n.ID)), Kind: NoteKind(table.NoteKinds[n.Kind]), Product: c.productID(n.Product), Components: c.components(n.Components),
		Duration: time.Duration(n.Seconds) * time.Second, Addresses: hostOf(t.Name(n.Addresses)), Text: c.text(n.Text), Citations: c.citations(n.Citations),
	}
	for _, p := range t.List(n.Products) {
		note.Products = append(note.Products, c.productID(p))
	}
	return note
}
