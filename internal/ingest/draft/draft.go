// Package draft makes a catalog to edit of a vendor's document: what cells state
// is filled in, what they do not state is marked as inferred, and every text but
// the names that were read is left to be written.
//
// Nothing that looks like a port is lost in silence: every number of the
// document that could be one is in a flow, or in the report with its line.
package draft

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/ingest/source"
)

// Options say what the document itself does not.
type Options struct {
	Product        string   // id
	Vendor         string   // and publisher; the id of the product when empty
	Language       string   // of the document
	URL            string   // of the document; a placeholder when empty
	File           string   // name of the document
	Languages      []string // in which texts are to be written
	ReportLanguage string   // of the report: en or ja
}

// Draft is what was made of a document.
type Draft struct {
	Files  map[string][]byte // by path: data, and texts of each language
	Report Report
}

// ErrNoRows reports that a document has no row that is a flow. The draft then
// has a report and no files, and the error says what was looked for.
var ErrNoRows = errors.New("no row could be read")

// noRows is ErrNoRows in the language of the report.
type noRows string

func (e noRows) Error() string        { return string(e) }
func (e noRows) Is(target error) bool { return target == ErrNoRows }

// unspecified is the component that stands for what a document does not name.
const unspecified = "site/unspecified"

// placeholder is the address of a document whose address is not given.
const placeholder = "https://example.com/to-be-written"

// builder makes a draft, row by row.
type builder struct {
	options    Options
	document   source.Document
	data       dataFile
	report     Report
	title      string             // of the document
	introduced bool               // text precedes the rows: the document is not a bare table
	messages   map[string]int     // of the report, by kind and text
	components map[string]string  // key of a name -> id
	ids        map[string]int     // how often an id was wanted
	footnotes  map[string]string  // mark -> text
	contexts   map[string]context // by the headings above
	reached    map[string]bool    // by table and name: destinations of rows that go out
	doubtful   map[int]bool       // rows with doubts or guesses
	account    account
}

// Make makes a draft of a document.
func Make(d source.Document, o Options) (Draft, error) {
	b := build(d, o)
	if b.report.Flows == 0 && b.report.Excluded == 0 {
		return Draft{Report: b.report}, noRows(say(o.ReportLanguage, textNoRows))
	}
	files, err := b.files()
	return Draft{Files: files, Report: b.report}, err
}

// build reads all rows, and accounts for all numbers.
func build(d source.Document, o Options) *builder {
	b := &builder{options: o, document: d, messages: map[string]int{}, components: map[string]string{}, ids: map[string]int{}, doubtful: map[int]bool{}, contexts: map[string]context{}}
	b.report = Report{File: o.File, Rows: len(d.Rows), Messages: []Message{}}
	b.account = account{builder: b, used: map[int]map[int]bool{}}
	b.data.Product = dataProduct{o.Product, or(o.Vendor, o.Product)}
	b.readProse()
	rows := b.fillBlanks(d.Rows)
	document := b.newDocument(rows)
	for _, row := range rows {
		document.Excluded = append(document.Excluded, b.row(row)...)
	}
	for _, p := range d.Problems {
		b.say(Unread, p.Position, 0, textProblem, o.problem(p))
	}
	b.account.columns(rows)
	b.account.prose()
	b.data.Documents = []dataDocument{document}
	b.report.Flows = len(b.data.Flows)
	return b
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (b *builder) newDocument(rows []source.Row) dataDocument {
	o := b.options
	document := dataDocument{
		ID: o.Product + "-ports", Publisher: or(o.Vendor, o.Product), Language: o.Language, URL: or(o.URL, placeholder), File: o.File,
		Counts: "rows", Rows: len(rows),
	}
	if len(rows) > 0 && rows[0].Shape == source.ShapeList {
		document.Counts = "entries"
	}
	document.Sections = b.sections(rows)
	return document
}

// row makes the flows of a row. It returns the row as an excluded one where
// there are none.
func (b *builder) row(row source.Row) []dataExcluded {
	flows, reason, err := b.flows(row)
	switch {
	case err != nil:
		b.report.Refused++
		b.say(Refused, row.Position, row.Number, textRefused, b.options.cellError(err))
		b.account.refuse(row)
		return []dataExcluded{{row.Number, reasonNotRead}}
	case reason != "":
		b.report.Excluded++
		b.account.refuse(row)
		return []dataExcluded{{row.Number, reason}}
	}
	for _, f := range flows {
		f.ID = b.unique("flow:", b.flowID(f))
		b.data.Flows = append(b.data.Flows, f)
	}
	b.account.row(row)
	if b.doubtful[row.Number] {
		b.report.Doubtful++
	} else {
		b.report.Whole++
	}
	return nil
}

func (b *builder) flowID(f dataFlow) string {
	name := "to-be-named"
	if len(f.AppProtocols) > 0 {
		name = slug(f.AppProtocols[0], name)
	}
	if f.Component == unspecified {
		return b.options.Product + "/unspecified/" + name
	}
	return b.options.Product + "/" + lastPart(f.Component) + "/" + name
}

// sections makes a section of each run of rows below one heading.
func (b *builder) sections(rows []source.Row) []dataSection {
	if len(rows) == 0 {
		return []dataSection{{ID: "prose", Inferred: true}}
	}
	var list []dataSection
	first := 0
	for i := range rows {
		if i+1 < len(rows) && rows[i+1].Section == rows[i].Section {
			continue
		}
		span := fmt.Sprint(first + 1)
		if i > first {
			span = fmt.Sprintf("%d-%d", first+1, i+1)
		}
		list = append(list, dataSection{
			ID: b.unique("section:", slug(rows[i].Section, "section")), Rows: span, Inferred: rows[i].Section == "", title: rows[i].Section,
		})
		first = i + 1
	}
	return list
}

// unique returns an id that was not given yet: the one that is wanted, or with
// a letter behind it. Ids hold no numbers.
func (b *builder) unique(space, wanted string) string {
	n := b.ids[space+wanted]
	b.ids[space+wanted]++
	if n == 0 {
		return wanted
	}
	return b.unique(space, wanted+"-"+letters(n))
}

// letters returns b, c, ... z, aa, ab, ... for 1, 2, ...
func letters(n int) string {
	s := ""
	for n++; n > 0; n = (n - 1) / 26 {
		s = string(rune('a'+(n-1)%26)) + s
	}
	return s
}

// ditto are the marks by which a cell says that it repeats the one above.
var ditto = []string{"〃", "同上", "上記と同じ", "\"", "''", "ditto", "same as above", "as above", "do."}

// fillBlanks fills in cells that are left blank since they are those of the row
// above, as tables print them: ends, and the port of a further protocol.
func (b *builder) fillBlanks(rows []source.Row) []source.Row {
	rows = slices.Clone(rows)
	for i := 1; i < len(rows); i++ {
		row, above := rows[i], rows[i-1]
		if row.Table == 0 || row.Table != above.Table || row.Shifted || above.Shifted {
			continue
		}
		row.Cells = slices.Clone(row.Cells)
		for k, c := range row.Cells {
			marked := slices.Contains(ditto, strings.ToLower(c.Text))
			if k >= len(above.Cells) || above.Cells[k].Text == "" || above.Cells[k].Meaning != c.Meaning || !marked && (c.Text != "" || !repeats(row, c)) {
				continue
			}
			row.Cells[k].Text, row.Cells[k].Lines = above.Cells[k].Text, above.Cells[k].Lines
			if !marked {
				b.say(Guess, row.Position, row.Number, textAbove, b.account.columnName(c), above.Cells[k].Text)
			}
		}
		rows[i] = row
	}
	return rows
}

// repeats reports whether a blank cell of a row means the one above.
func repeats(row source.Row, c source.Cell) bool {
	switch c.Meaning {
	case source.FieldSource, source.FieldDestination, source.FieldComponent:
		return true
	case source.FieldPorts:
		protocol, _ := row.Field(source.FieldProtocol)
		return len(row.With(source.FieldPorts)) == 1 && withPorts.MatchString(protocol)
	}
	return false
}

// withPorts are protocols that have ports, alone in their cell.
var withPorts = regexp.MustCompile(`(?i)^(?:tcp|udp|sctp)$`)
