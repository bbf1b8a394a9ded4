package portbook

import "github.com/portbook/portbook/internal/table"

// Statement is what one document says about a flow that several documents of
// its product describe. Where they disagree, the methods of [Flow] give the
// value of the first, and the flow has [QuirkDocumentsDisagree].
type Statement struct {
	Citations []Citation `json:"citations"` // all of one document
	Published Published  `json:"published"` // as the document prints it

	// Values holds the fields that the document states, in text form; lists are
	// joined by ", ".
	Values map[Field]string `json:"values"`
}

// Document returns the document that makes the statement; "" for the zero
// value.
func (x Statement) Document() DocumentID {
	if len(x.Citations) == 0 {
		return ""
	}
	return x.Citations[0].Document
}

// Statements returns what each document says about the flow, where there are
// several: first the one that it is from. A flow of a single document has none.
func (f Flow) Statements() []Statement {
	if f.IsZero() {
		return nil
	}
	var list []Statement
	for _, x := range f.catalog.t().StatementsOf(f.index) {
		s := Statement{Citations: f.catalog.citations(x.Values.Citations), Published: f.catalog.published(x.Values.Published), Values: map[Field]string{}}
		for i, field := range table.InferredFields {
			if x.Fields>>i&1 == 1 {
				s.Values[Field(field)] = f.catalog.fieldText(&x.Values, field)
			}
		}
		list = append(list, s)
	}
	return list
}
