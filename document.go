package portbook

import "github.com/portbook/portbook/internal/table"

// DocumentID is the id of a document, such as "itms-8-ports".
type DocumentID string

// SectionID is the id of a section, unique within its document.
type SectionID string

// Document is a published source. Portbook has its facts, not its text.
type Document struct {
	ID        DocumentID    `json:"id"`        // as in data
	Product   Product       `json:"product"`   // whose flows it publishes
	Publisher string        `json:"publisher"` // the company or team
	Language  string        `json:"language"`  // BCP 47 tag of the published page
	URL       string        `json:"url"`       // address of the page; empty where Page has a name
	Page      string        `json:"page"`      // the page's name where the full address is not known
	Version   string        `json:"version"`   // date or version that the page has; empty when it has none
	Counts    Counts        `json:"counts"`    // how Rows are counted
	Rows      int           `json:"rows"`      // the number of data rows or listed entries
	Title     Text          `json:"title"`     // as published
	Sections  []Section     `json:"sections"`  // in the order of the document
	Excluded  []ExcludedRow `json:"excluded"`  // rows that are not flows
}

// Counts is what the rows of a document are: what [Document.Rows] and
// [Citation.Row] count.
type Counts string

// What the rows of a document are.
const (
	CountsRows    Counts = "rows"    // of tables
	CountsEntries Counts = "entries" // of lists
)

// Section is a part of a document.
type Section struct {
	ID       SectionID `json:"id"`       // unique in its document
	First    int       `json:"first"`    // its first row, 0 for a section of prose
	Last     int       `json:"last"`     // its last row, 0 for a section of prose
	Inferred bool      `json:"inferred"` // the document has no title there, this one is Portbook's
	Title    Text      `json:"title"`    // as published
}

// ExcludedRow is a published row that is not a flow.
type ExcludedRow struct {
	Row    int  `json:"row"`    // its number, counted as Citation.Row is
	Reason Text `json:"reason"` // why it is not a flow
}

// Documents returns the documents that the catalog cites, by product.
func (c *Catalog) Documents() []Document {
	list := make([]Document, len(c.t().Documents))
	for i := range list {
		list[i] = c.document(uint32(i))
	}
	return list
}

// Document returns a document.
func (c *Catalog) Document(id DocumentID) (Document, bool) {
	i, ok := c.documentIndex(id)
	if !ok {
		return Document{}, false
	}
	return c.document(i), true
}

func (c *Catalog) documentIndex(id DocumentID) (uint32, bool) {
	t := c.t()
	for i := range t.Documents {
		if t.Name(t.Documents[i].ID) == string(id) {
			return uint32(i), true
		}
	}
	return 0, false
}

func (c *Catalog) document(i uint32) Document {
	t := c.t()
	d := &t.Documents[i]
	doc := Document{
		ID: DocumentID(t.Name(d.ID)), Product: c.productID(d.Product), Publisher: t.Name(d.Publisher), Language: t.Name(d.Language),
		URL: t.Name(d.URL), Page: t.Name(d.Page), Version: t.Name(d.Version), Counts: Counts(table.Counts[d.Counts]), Rows: int(d.Rows),
		Title: c.text(d.Title),
	}
	for _, i := range t.List(d.Sections) {
		s := &t.Sections[i]
		doc.Sections = append(doc.Sections, Section{SectionID(t.Name(s.ID)), int(s.First), int(s.Last), s.Inferred, c.text(s.Title)})
	}
	for triples := t.List(d.Excluded); len(triples) > 0; triples = triples[3:] {
		doc.Excluded = append(doc.Excluded, ExcludedRow{int(triples[0]), c.text(triples[2])})
	}
	return doc
}

// Citation is a place in a document. [Catalog.CitationURL] returns the address
// of the document.
type Citation struct {
	Document DocumentID `json:"document"` // the document cited
	Section  SectionID  `json:"section"`  // the section of it that has the row or the prose
	// Row counts the data rows, or the listed entries, of the whole document
	// from 1. It is 0 for prose.
	Row int `json:"row"`
}

// CitationURL returns the address at which the cited document is published;
// "" when the catalog does not have the document or does not know its address.
func (c *Catalog) CitationURL(x Citation) string {
	i, ok := c.documentIndex(x.Document)
	if !ok {
		return ""
	}
	return c.t().Name(c.t().Documents[i].URL)
}

func (c *Catalog) citations(l table.List) []Citation {
	t := c.t()
	var list []Citation
	for _, packed := range t.List(l) {
		s := &t.Sections[packed>>16]
		list = append(list, Citation{DocumentID(t.Name(t.Documents[s.Document].ID)), SectionID(t.Name(s.ID)), int(packed & 0xffff)})
	}
	return list
}
