// Package source reads the tables and lists of ports that vendors publish: it
// turns a document into rows, so that the data can be checked against a new
// version of it.
//
// It reads Markdown, plain text, HTML pages, CSV and TSV files and XLSX
// workbooks. Rows are what documents count: rows of tables, and entries of
// lists whose lines are labelled ("Destination Port: TCP 443"). All other text
// is prose, and nothing is left out in silence: what could not be read is a
// Problem.
//
// Published documents are seldom well formed. Cells run over lines, headings
// are lost when a page is copied, and a cell that is lost moves those after it.
// Cells stay where they were published; what their content says about the
// column that they belong to is given with it (see Cell.Meaning and
// Row.Shifted).
package source

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/portbook/portbook/internal/text/printable"
)

// Format is a kind of document.
type Format string

// The formats. Markdown and Text differ in inline markup only, which plain text
// does not have: both may hold pipe tables, HTML tables and labelled lists.
const (
	FormatMarkdown Format = "markdown"
	FormatText     Format = "text"
	FormatHTML     Format = "html"
	FormatCSV      Format = "csv"
	FormatTSV      Format = "tsv"
	FormatXLSX     Format = "xlsx"
)

var formats = map[string]Format{
	".md": FormatMarkdown, ".markdown": FormatMarkdown, ".mdx": FormatMarkdown, ".txt": FormatText, ".text": FormatText,
	".adoc": FormatText, ".asciidoc": FormatText, ".rst": FormatText,
	".html": FormatHTML, ".htm": FormatHTML, ".xhtml": FormatHTML, ".csv": FormatCSV, ".tsv": FormatTSV, ".tab": FormatTSV, ".xlsx": FormatXLSX,
}

// Limits that hold where Options names none.
const (
	DefaultMaxBytes = 64 << 20
	DefaultMaxItems = 250_000 // some ten thousand rows: a hostile document then takes a few hundred megabytes of memory
)

// MaxProblems is the most problems that a Document lists: the last one then
// says that there are more.
const MaxProblems = 1000

const manyProblems = "more than %d problems: the others are left out"

// Options tells Read what a document does not tell itself. The zero value is fine for most.
type Options struct {
	Format   Format           // the zero value: what the extension of the name says
	Encoding string           // a name that browsers know, as in "shift_jis"; the zero value: UTF-8, or what a byte order mark or an HTML page says
	Fields   map[string]Field // what headings mean, before Recognize is asked; letter case and width of characters do not matter

	MaxBytes int64 // of the document, and of an unpacked workbook; zero stands for DefaultMaxBytes
	MaxItems int   // lines, cells and rows together; zero stands for DefaultMaxItems
}

// ErrTooLarge is wrapped by the errors for documents beyond the limits of Options.
var ErrTooLarge = errors.New("document too large")

// Document is what was read.
type Document struct {
	Rows     []Row
	Prose    []Line // text outside of rows, headings included
	Problems []Problem
}

// Position is a place in a document.
type Position struct {
	Sheet string // of a workbook
	Line  int    // counted from 1; in a workbook the sheet's row
}

func (p Position) String() string {
	if p.Sheet != "" {
		return fmt.Sprintf("sheet %q, row %d", p.Sheet, p.Line)
	}
	return fmt.Sprintf("line %d", p.Line)
}

// Line is a line of prose.
type Line struct {
	Position
	Text    string
	Heading int // level, from 1; zero for text
}

// Problem is something that could not be read as it seems to be meant.
type Problem struct {
	Position
	Text string // what stands there, cut after some characters
	Why  string

	format string // of Why
	args   []any
}

// Phrase returns Why in another language: translate is asked for its format.
func (p Problem) Phrase(translate func(format string) string) string {
	if p.format == "" {
		return p.Why
	}
	return fmt.Sprintf(translate(p.format), p.args...)
}

func (p Problem) String() string {
	if p.Text == "" {
		return p.Position.String() + ": " + p.Why
	}
	return fmt.Sprintf("%v: %q: %s", p.Position, p.Text, p.Why)
}

// Shape says what a row is in its document.
type Shape string

// A row is one of a table, an entry of a labelled list, a line that says no
// more than ports or hosts and what they are for, or a sentence about ports.
const (
	ShapeTable Shape = "table"
	ShapeList  Shape = "list"
	ShapeItem  Shape = "item"

	ShapeSentence Shape = "sentence"
)

// Row is a row of a table, or an entry of a labelled list. In an entry the
// first cell is its title, where it has one.
type Row struct {
	Position
	Section string // the nearest heading or title above
	Path    []Line // all headings above, the outermost first, and the title of the table
	Table   int    // rows of one table have the same number; 0 for entries of lists
	Number  int    // counted from 1 over the document, in order of appearance
	Shape   Shape
	Cells   []Cell

	// Shifted reports that cells are lost and that those after them are in
	// wrong columns. Where their content says which columns they belong to,
	// Meaning says so; otherwise it is FieldOther and a Problem names the row.
	Shifted bool
}

// Cell is a cell of a table, or a labelled value of an entry.
type Cell struct {
	Position
	Heading string // as published; empty where it is lost
	Field   Field  // what the heading means
	Meaning Field  // Field, unless the content of the row says otherwise
	Text    string // one line; otherwise as published: full-width digits stay
	Lines   []string
	// Lines holds the lines of Text where there is more than one.
}

// With returns the cells that mean f, in the order of the row.
func (r Row) With(f Field) []Cell {
	var list []Cell
	for _, c := range r.Cells {
		if c.Meaning == f {
			list = append(list, c)
		}
	}
	return list
}

// Field returns the text of the cells that mean f, joined by spaces, and whether there are any.
func (r Row) Field(f Field) (string, bool) {
	cells := r.With(f)
	texts := make([]string, len(cells))
	for i, c := range cells {
		texts[i] = c.Text
	}
	return strings.TrimSpace(strings.Join(texts, " ")), len(cells) > 0
}

// Read reads a document. The extension of its name says in which format it is,
// unless o does. Errors are for documents that cannot be read at all; what is
// wrong within one is among its Problems.
func Read(name string, r io.Reader, o Options) (Document, error) {
	doc, err := read(name, r, o)
	if err != nil {
		return Document{}, fmt.Errorf("%s: %w", name, err)
	}
	return doc, nil
}

func read(name string, from io.Reader, o Options) (Document, error) {
	format := cmp.Or(o.Format, formats[strings.ToLower(path.Ext(name))])
	r, err := newReader(from, o)
	if err != nil {
		return Document{}, err
	}
	return r.read(format)
}

// reader reads one document. What it reads becomes blocks, and at the end rows and prose.
type reader struct {
	options  Options
	fields   map[string]Field // Options.Fields by normalized heading
	content  []byte
	text     string // content as UTF-8, with plain line ends; empty for workbooks
	sheet    string
	blocks   []block
	problems []Problem
	more     bool // problems were left out
	gap      bool // a blank line, or the like, stands before the next block
	items    int
	repeats  int   // bytes that spanned cells may still repeat
	err      error // the limit that was hit: reading ends
	work     int   // bytes and cells looked at, for tests
}

func newReader(from io.Reader, o Options) (*reader, error) {
	o.MaxBytes = cmp.Or(o.MaxBytes, DefaultMaxBytes)
	o.MaxItems = cmp.Or(o.MaxItems, DefaultMaxItems)
	content, err := io.ReadAll(io.LimitReader(from, o.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > o.MaxBytes {
		return nil, fmt.Errorf("%w: more than %d bytes (Options.MaxBytes)", ErrTooLarge, o.MaxBytes)
	}
	r := &reader{options: o, content: content, fields: map[string]Field{}, repeats: 64<<10 + 2*len(content)}
	for heading, field := range o.Fields {
		r.fields[normalHeading(heading)] = field
	}
	return r, nil
}

func (r *reader) read(format Format) (Document, error) {
	if format == FormatXLSX {
		r.readWorkbook()
		return r.finish()
	}
	if !slices.Contains([]Format{FormatMarkdown, FormatText, FormatHTML, FormatCSV, FormatTSV}, format) {
		return Document{}, fmt.Errorf("format %q is not known (expected: the extensions .md .txt .adoc .rst .html .htm .csv .tsv .xlsx, or Options.Format)", format)
	}
	if err := r.decode(format); err != nil {
		return Document{}, err
	}
	switch {
	case strings.Count(r.text, "\n") > r.options.MaxItems:
		return Document{}, r.tooMany()
	case format == FormatCSV, format == FormatTSV:
		r.readSeparated(format)
	case format == FormatHTML || looksLikeHTML(r.text):
		r.readHTML()
	default:
		var lineOf []int
		r.text, lineOf = unflatten(r.text)
		newTextReader(r, format == FormatMarkdown).read()
		doc, err := r.finish()
		if lineOf != nil {
			doc.renumber(lineOf)
		}
		return doc, err
	}
	return r.finish()
}

// looksLikeHTML reports whether a text is a whole page, whatever its name says.
func looksLikeHTML(text string) bool {
	start := strings.ToLower(strings.TrimSpace(text[:min(len(text), 1000)]))
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html")
}

func (r *reader) finish() (Document, error) {
	if r.err != nil {
		return Document{}, r.err
	}
	r.cellsOnLines()
	r.repair()
	r.columns()
	doc := r.assemble()
	if r.err != nil {
		return Document{}, r.err
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		if a.Sheet != b.Sheet {
			return 0 // sheets stay in the order of the workbook
		}
		return cmp.Compare(a.Line, b.Line)
	})
	if r.more {
		r.problems = append(r.problems, Problem{
			Why: fmt.Sprintf(manyProblems, MaxProblems), format: manyProblems, args: []any{MaxProblems},
		})
	}
	doc.Problems = r.problems
	return doc, nil
}

// take counts n lines, cells or rows, and reports whether that many may still be read.
func (r *reader) take(n int) bool {
	r.items += n
	if r.items > r.options.MaxItems && r.err == nil {
		r.err = r.tooMany()
	}
	return r.err == nil
}

// fits reports whether n more may be read, before memory is taken for them.
func (r *reader) fits(n int) bool {
	if r.items+n > r.options.MaxItems {
		r.take(n)
	}
	return r.err == nil
}

func (r *reader) tooMany() error {
	return fmt.Errorf("%w: more than %d lines, cells and rows (Options.MaxItems)", ErrTooLarge, r.options.MaxItems)
}

func (r *reader) at(line int) Position { return Position{r.sheet, line} }

// problem notes what is wrong at a line. It is noted once, also where several tables see it.
func (r *reader) problem(at Position, text, format string, args ...any) {
	if len(r.problems) >= MaxProblems-1 {
		r.more = true
		return
	}
	r.problems = append(r.problems, Problem{at, cut(text), fmt.Sprintf(format, args...), format, args})
}

// cut returns the beginning of a text, for messages.
func cut(s string) string {
	const most = 60
	if len(s) > 8*most {
		s = strings.ToValidUTF8(s[:8*most], "")
	}
	return printable.Beginning(printable.Text(s), most)
}

// field returns what a heading means.
func (r *reader) field(heading string) Field {
	if f, ok := r.fields[normalHeading(heading)]; ok {
		return f
	}
	return Recognize(heading)
}
