package source

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// record is a row of a sheet: of a CSV or TSV file, or of a workbook.
type record struct {
	line, last int // the first line and the last one
	cells      []span
}

// sheetRows reads the records of a sheet. The headings are the first record with at least two that are known; what stands above is
// prose. Without such a record the first one with several cells has to do, if it is not a row itself.
func (r *reader) sheetRows(records []record) {
	g := &grid{reader: r}
	header := slices.IndexFunc(records, func(rec record) bool { return r.isHeader(rec.texts()) })
	if header < 0 {
		header = slices.IndexFunc(records, func(rec record) bool { return countFilled(rec.texts()) > 1 })
		if header < 0 || slices.ContainsFunc(records[header].texts(), isRowContent) {
			header--
		}
	}
	for i, rec := range records {
		texts := rec.texts()
		r.gap = r.gap || i > 0 && rec.line > records[i-1].last+1
		switch filled := countFilled(texts); {
		case filled == 0:
			r.gap = true
			g.place(rec.cells)
		case i < header:
			g.place(rec.cells)
			r.addText(rec.line, 0, strings.Join(texts, " "))
		case i == header:
			g.add(rec.line, rec.cells, true)
		case filled == 1 && texts[0] != "" && len(rec.cells) == 1 && g.columns > 2:
			g.place(rec.cells)
			g.addTitle(rec.line, texts)
		default:
			g.add(rec.line, rec.cells, false)
		}
	}
}

func (rec record) texts() []string {
	texts := make([]string, len(rec.cells))
	for i, c := range rec.cells {
		texts[i] = strings.Join(strings.Fields(strings.Join(c.lines, " ")), " ")
	}
	return texts
}

// newRecord returns a record of cells that span nothing; empty ones at the end are left out.
func newRecord(line int, texts []string) record {
	for len(texts) > 0 && strings.TrimSpace(texts[len(texts)-1]) == "" {
		texts = texts[:len(texts)-1]
	}
	rec := record{line: line, last: line, cells: make([]span, len(texts))}
	for i, s := range texts {
		rec.last += strings.Count(s, "\n")
		rec.cells[i] = span{line: line, columns: 1, rows: 1}
		if s = strings.TrimSpace(s); s != "" {
			rec.cells[i].lines = strings.Split(s, "\n")
		}
	}
	return rec
}

// readSeparated reads a CSV or TSV file. A quote that is not closed takes in all that follows: its line is then read on its own, and
// reading begins anew below it.
func (r *reader) readSeparated(format Format) {
	comma := r.delimiter(format)
	if !r.fits(strings.Count(r.text, string(comma))) {
		return
	}
	lines := strings.SplitAfter(r.text, "\n")
	var records []record
	const most = 20 // times to begin anew; each time the rest of the file is read
	from := 0
	for again := 0; from < len(lines) && again < most && r.err == nil; again++ {
		var more []record
		more, from = r.records(lines, from, comma)
		records = append(records, more...)
	}
	if from < len(lines) {
		r.problem(r.at(from+1), lines[from], "left out, with all that follows: too many quotes are not closed")
	}
	r.sheetRows(records)
}

// records reads records from a line on. It returns the line to go on with.
func (r *reader) records(lines []string, from int, comma rune) ([]record, int) {
	rest := strings.Join(lines[from:], "")
	in := csv.NewReader(strings.NewReader(rest))
	in.FieldsPerRecord = -1
	in.Comma = comma
	r.work += len(rest)
	var records []record
	for r.err == nil {
		texts, err := in.Read()
		line, next := 0, 0
		var syntax *csv.ParseError
		switch {
		case err == nil:
			line, _ = in.FieldPos(0)
			line += from
		case errors.As(err, &syntax):
			line = from + syntax.StartLine
			r.problem(r.at(line), lines[line-1], "read as a record of its own: %v", syntax.Err)
			texts = lazily(lines[line-1], comma)
			if syntax.Line != syntax.StartLine {
				next = line
			}
		default: // the end
			return records, len(lines)
		}
		if r.take(1 + len(texts)) {
			records = append(records, newRecord(line, texts))
		}
		if next > 0 {
			return records, next
		}
	}
	return nil, len(lines)
}

// lazily reads a line whose quotes are not those of CSV.
func lazily(line string, comma rune) []string {
	in := csv.NewReader(strings.NewReader(line))
	in.LazyQuotes = true
	in.Comma = comma
	texts, err := in.Read()
	if err != nil {
		return []string{line}
	}
	return texts
}

// delimiter returns what separates the cells: what the format says, unless another sign makes headings of one of the first lines.
// Spreadsheets write semicolons where the comma is the decimal sign, and tabs into files with any name.
func (r *reader) delimiter(format Format) rune {
	usual := ','
	if format == FormatTSV {
		usual = '\t'
	}
	start := strings.SplitN(r.text[:min(len(r.text), 64<<10)], "\n", 51)
	for _, comma := range []rune{usual, ',', ';', '\t'} {
		for _, line := range start[:min(len(start), 50)] {
			texts := strings.Split(line, string(comma))
			for i, s := range texts {
				texts[i] = strings.Trim(s, `" `)
			}
			if r.isHeader(texts) {
				return comma
			}
		}
	}
	return usual
}

// readWorkbook reads an XLSX file. The library that opens it is not made for hostile files, hence the guards: on the size of its
// parts, on their tags, and against its panics.
func (r *reader) readWorkbook() {
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("not an XLSX workbook that can be read: %v", p)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(r.content), excelize.Options{
		UnzipSizeLimit: r.options.MaxBytes, UnzipXMLSizeLimit: r.options.MaxBytes, // equal, so that nothing goes to a temporary file
		RawCellValue: true, // a port is a number, whatever the cell's format makes of it: 10319 and not 10,319
	})
	switch {
	case err == nil:
		defer f.Close()
	case strings.Contains(err.Error(), "unzip size exceeds"): // the library has no value for this error
		r.err = fmt.Errorf("%w: unpacked it has more than %d bytes (Options.MaxBytes)", ErrTooLarge, r.options.MaxBytes)
		return
	default:
		r.err = fmt.Errorf("not an XLSX workbook that can be read: %w", err)
		return
	}
	if r.checkParts(f); r.err != nil {
		return
	}
	merged := r.mergedCells(f)
	for _, sheet := range f.GetSheetList() {
		if r.sheet = sheet; r.err != nil {
			return
		}
		r.gap = true
		r.addHeading(1, 1, sheet)
		r.sheetRows(r.sheetRecords(f, sheet, merged[sheet]))
	}
	r.sheet = ""
}

// checkParts refuses workbooks whose parts have more tags than a sheet of so many cells needs. The library reads some of the parts
// as a whole.
func (r *reader) checkParts(f *excelize.File) {
	const tagsPerCell = 8
	f.Pkg.Range(func(_, part any) bool {
		data, _ := part.([]byte)
		r.work += len(data)
		if bytes.Count(data, []byte("<"))/tagsPerCell > r.options.MaxItems {
			r.err = r.tooMany()
		}
		return r.err == nil
	})
}

// sheetRecords returns the rows of a sheet in which something stands.
func (r *reader) sheetRecords(f *excelize.File, sheet string, merged map[int][]area) []record {
	rows, err := f.Rows(sheet)
	if err != nil {
		r.problem(r.at(1), "", "the sheet is left out: %v", err)
		return nil
	}
	defer rows.Close()
	var records []record
	var m merger
	for line := 1; rows.Next(); line++ {
		texts, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			r.problem(r.at(line), "", "the row is left out: %v", err)
			break // the library does not go on after an error
		}
		if !r.take(len(texts)) {
			return nil
		}
		rec := newRecord(line, texts)
		if rec.cells = m.merge(line, rec.cells, merged[line]); len(rec.cells) > 0 || m.last >= line {
			records = append(records, rec)
		}
	}
	return records
}

// area is a range of merged cells that begins in a row.
type area struct{ column, columns, rows int }

// merger makes one cell of those that are merged.
type merger struct {
	until []int // by column: the last row of the merged cell that covers it
	last  int   // the last row that is covered
}

// merge returns the cells of a row without those that a merged cell covers.
func (m *merger) merge(line int, cells []span, areas []area) []span {
	begins := map[int]area{}
	for _, a := range areas {
		begins[a.column] = a
	}
	kept := cells[:0]
	for column := 0; column < len(cells); column++ {
		if column < len(m.until) && m.until[column] >= line {
			continue
		}
		cell := cells[column]
		if a, ok := begins[column]; ok {
			cell.columns, cell.rows = a.columns, a.rows
			m.cover(a, line)
			column += a.columns - 1
		}
		kept = append(kept, cell)
	}
	return kept
}

func (m *merger) cover(a area, line int) {
	if a.rows == 1 {
		return
	}
	for len(m.until) < a.column+a.columns {
		m.until = append(m.until, 0)
	}
	for column := a.column; column < a.column+a.columns; column++ {
		m.until[column] = line + a.rows - 1
	}
	m.last = max(m.last, line+a.rows-1)
}

// mergedCells returns the merged cells of every sheet by the row that they begin in. The library has a function for it, which builds
// the whole sheet in memory, empty cells included, and compares every range with every other.
func (r *reader) mergedCells(f *excelize.File) map[string]map[int][]area {
	merged := map[string]map[int][]area{}
	paths := sheetPaths(f)
	for _, sheet := range f.WorkBook.Sheets.Sheet {
		part, _ := f.Pkg.Load(paths[sheet.ID])
		data, _ := part.([]byte)
		areas := map[int][]area{} // by the row in which they begin
		err := eachTag(data, "mergeCell", func(attributes map[string]string) {
			if line, a, ok := parseArea(attributes["ref"]); ok {
				areas[line] = append(areas[line], a)
			}
		})
		if merged[sheet.Name] = areas; err != nil || data == nil {
			r.problem(Position{sheet.Name, 1}, "", "the sheet is damaged, and not read to its end: %v", err)
		}
	}
	return merged
}

// sheetPaths returns the parts of the sheets by their ids in the workbook.
func sheetPaths(f *excelize.File) map[string]string {
	const folder = "xl"
	paths := map[string]string{}
	part, _ := f.Pkg.Load(folder + "/_rels/workbook.xml.rels")
	data, _ := part.([]byte)
	_ = eachTag(data, "Relationship", func(attributes map[string]string) {
		target := attributes["Target"]
		if !strings.HasPrefix(target, "/") {
			target = path.Join(folder, target)
		}
		paths[attributes["Id"]] = strings.TrimPrefix(target, "/")
	})
	return paths
}

// eachTag calls do with the attributes of every tag of a name. It returns what is wrong with the XML.
func eachTag(data []byte, name string, do func(attributes map[string]string)) error {
	in := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := in.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != name {
			continue
		}
		attributes := map[string]string{}
		for _, a := range start.Attr {
			attributes[a.Name.Local] = a.Value
		}
		do(attributes)
	}
}

// parseArea reads a range like "B2:D4".
func parseArea(ref string) (line int, a area, ok bool) {
	first, last, found := strings.Cut(ref, ":")
	column, line, err := excelize.CellNameToCoordinates(first)
	toColumn, toLine, err2 := excelize.CellNameToCoordinates(last)
	if !found || err != nil || err2 != nil || toColumn < column || toLine < line {
		return 0, area{}, false
	}
	return line, area{column - 1, min(toColumn-column+1, maxColumns), toLine - line + 1}, true
}
